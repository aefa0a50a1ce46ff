/* An office ends: what passes to its successor, what stays, and that the sums of both are one. */
#include "../test.h"

#include "domain/apology.h"
#include "domain/fact.h"
#include "domain/report.h"
#include "domain/succession.h"
#include "random_life.h"

#define NEW_COUNTER   INT64_C(110)
#define NEW_COMPETENT INT64_C(120)

static const struct succession rows[] = {{COUNTER_OFFICE, NEW_COUNTER, 71},
                                         {COMPETENT_OFFICE, NEW_COMPETENT, 72}};
static struct dossier d, after;
static struct event events[SUCCESSION_EVENTS_MAX];

static int merge(struct script *s, int64_t effective_at, int64_t now)
{
    int n;

    script_fold(s, &d);
    n = succession_compose(&d, rows, ARRAY_LEN(rows), effective_at, now, 9, events, &after);
    for (int i = 0; i < n; i++) {
        events[i].seq = s->n + 1;
        s->events[s->n++] = events[i];
    }
    script_fold(s, &d);
    return n;
}

static void an_open_dossier_passes_over_and_keeps_its_filing(void **state)
{
    struct script s = {0};

    (void)state;
    script_accept(&s, HOUR(0), DAY(7), false);
    script_send(&s, ACTION_FORWARD, HOUR(1), 2, COMPETENT_OFFICE);
    script_add(&s, ACTION_TAKE_OVER, 200, HOUR(2));
    assert_int_equal(merge(&s, DAY(2), HOUR(49)), 2);
    assert_int_equal(d.filed_office, COUNTER_OFFICE);
    assert_int_equal(d.supervising_office, NEW_COUNTER);
    assert_int_equal(d.competent_office, NEW_COMPETENT);
    assert_int_equal(d.holder_office, NEW_COMPETENT);
    assert_int_equal(d.holder_officer, 200);
    assert_int_equal(d.received_at, HOUR(0));
    assert_int_equal(d.due_at, DAY(7));
    /* The officer goes on: the same step, a segment of the successor from the effective day on. */
    assert_int_equal(d.segments[d.n_segments - 1].office, NEW_COMPETENT);
    assert_int_equal(d.segments[d.n_segments - 1].step, 2);
    assert_int_equal(d.segments[d.n_segments - 1].from, DAY(2));
    assert_int_equal(d.n_successions, 2);
    assert_int_equal(merge(&s, DAY(2), DAY(3)), 0); /* twice is once */
}

static void who_was_to_take_over_or_to_answer_is_the_successor(void **state)
{
    struct script s = {0};
    struct event *e;

    (void)state;
    script_accept(&s, HOUR(0), DAY(7), false);
    e = script_add(&s, ACTION_ASK_OPINION, 100, HOUR(1));
    event_put_number(e, EVENT_FIELD_TO_OFFICE, COMPETENT_OFFICE);
    event_put_number(e, EVENT_FIELD_ANSWER_BY, DAY(5));
    script_send(&s, ACTION_FORWARD, HOUR(2), 2, COMPETENT_OFFICE);
    merge(&s, DAY(2), DAY(2));
    assert_true(d.has_pending);
    assert_int_equal(d.pending_office, NEW_COMPETENT);
    assert_int_equal(d.pending_since, HOUR(2));
    assert_int_equal(d.opinions[0].office, NEW_COMPETENT);
    assert_int_equal(d.opinions[0].answer_by, DAY(5));
}

static void what_happened_on_the_day_comes_first(void **state)
{
    struct script s = {0};

    (void)state;
    script_accept(&s, HOUR(0), DAY(7), false);
    script_send(&s, ACTION_FORWARD, HOUR(49), 2, COMPETENT_OFFICE);
    merge(&s, DAY(2), DAY(3));
    assert_int_equal(events[0].at, HOUR(49));
    assert_int_equal(d.pending_office, NEW_COMPETENT);
}

static void the_clock_that_stands_goes_on_standing(void **state)
{
    struct script s = {0};

    (void)state;
    script_accept(&s, HOUR(0), DAY(7), false);
    script_hold(&s, ACTION_REQUEST_SUPPLEMENT, DAY(1), "supplement", "restart");
    merge(&s, DAY(2), DAY(2));
    assert_true(dossier_is_waiting(&d));
    assert_int_equal(d.holder_office, NEW_COUNTER);
    assert_int_equal(d.segments[d.n_segments - 1].office, 0); /* still the applicant's time */
    assert_int_equal(d.n_holds, 1);
}

static void what_ended_stays_but_a_result_is_returned_by_the_successor(void **state)
{
    struct script s = {0};

    (void)state;
    script_accept(&s, HOUR(0), DAY(7), false);
    script_finish(&s, DAY(1));
    assert_int_equal(merge(&s, DAY(2), DAY(2)), 2);
    assert_int_equal(d.competent_office, COMPETENT_OFFICE);
    assert_int_equal(d.answering_office, NEW_COMPETENT);
    assert_int_equal(d.supervising_office, NEW_COUNTER);
    assert_int_equal(d.holder_office, NEW_COUNTER);

    s.n = 0;
    script_accept(&s, HOUR(0), DAY(7), false);
    script_finish(&s, DAY(1));
    script_add(&s, ACTION_RETURN, 100, DAY(1));
    merge(&s, DAY(2), DAY(2));
    assert_int_equal(d.supervising_office, COUNTER_OFFICE);
    assert_int_equal(d.holder_office, COUNTER_OFFICE);
}

static void letter(struct script *s, enum action action, int64_t at)
{
    struct event *e = script_add(s, action, action == ACTION_DRAFT_LETTER ? 0 : 300, at);

    event_put_number(e, EVENT_FIELD_LETTER, 5);
    if (action == ACTION_DRAFT_LETTER) {
        event_put_text(e, EVENT_FIELD_TRIGGER, "lateness");
        event_put_number(e, EVENT_FIELD_AUTHOR_OFFICE, COMPETENT_OFFICE);
    }
}

static void a_letter_without_a_number_is_drafted_anew_one_with_a_number_stands(void **state)
{
    static const struct {
        int n_actions;
        enum letter_state expected;
    } cases[] = {{1, LETTER_LAPSED}, {2, LETTER_LAPSED}, {3, LETTER_NUMBERED}, {4, LETTER_ISSUED}};
    static const enum action acts[] = {ACTION_DRAFT_LETTER, ACTION_SIGN_LETTER,
                                       ACTION_NUMBER_LETTER, ACTION_ISSUE_LETTER};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct script s = {0};

        script_accept(&s, HOUR(0), DAY(1), false);
        for (int a = 0; a < cases[i].n_actions; a++)
            letter(&s, acts[a], DAY(2));
        merge(&s, DAY(3), DAY(3));
        assert_int_equal(d.letters[0].state, cases[i].expected);
        assert_int_equal(d.letters[0].author_office, COMPETENT_OFFICE);
        assert_int_equal(dossier_answering_office(&d), NEW_COMPETENT);
        assert_int_equal(merge(&s, DAY(3), DAY(4)), 0);
    }
}

static void a_mistake_and_other_offices_are_left_alone(void **state)
{
    struct script s = {0};
    static const struct succession elsewhere = {55, 56, 1};

    (void)state;
    script_accept(&s, HOUR(0), DAY(7), false);
    script_fold(&s, &d);
    assert_int_equal(succession_compose(&d, &elsewhere, 1, DAY(2), DAY(2), 9, events, &after), 0);
    script_add(&s, ACTION_CLOSE_MISTAKE, 100, HOUR(3));
    assert_int_equal(merge(&s, DAY(2), DAY(2)), 0);
}

/* ---- the statistics of both sides ---- */

static struct fact facts[FACTS_MAX];

/* The II.06a row of an office: the fact that held when the period closed. */
static void count(const struct script *s, int64_t office, int32_t from_on, int32_t to_on,
                  struct report_row *row)
{
    const struct history h = {s->events, s->n};
    int n = fact_timeline(&h, INSTANT_FOREVER, ZONE_VIETNAM_S, facts);
    int64_t end = date_instant(to_on + 1, ZONE_VIETNAM_S) - 1;

    for (int i = 0; i < n; i++)
        if (facts[i].valid_from <= end && end < facts[i].valid_to &&
            (!office || facts[i].office == office))
            report_count(&facts[i], from_on, to_on, end, ZONE_VIETNAM_S, row);
}

static void old_and_new_together_are_what_one_office_would_have_been(void **state)
{
    static struct script s, plain;
    static const struct succession ends[] = {
        {COUNTER_OFFICE, NEW_COUNTER, 1}, {20, NEW_COMPETENT, 2}, {21, NEW_COMPETENT, 3}};
    struct dice dice = {2025};
    int n_moved = 0;

    (void)state;
    for (int round = 0; round < 1500; round++) {
        int32_t on;
        int64_t at;
        int n;

        life_random(&dice, &s, 40);
        plain = s;
        script_fold(&s, &d);
        /* Some day of its life or after it: whatever lies behind is known when the offices end. */
        on = instant_date(s.events[0].at, ZONE_VIETNAM_S) + (int32_t)dice_roll(&dice, 12);
        at = date_instant(on, ZONE_VIETNAM_S);
        for (plain.n = 0; plain.n < s.n && s.events[plain.n].at < at;)
            plain.n++;
        s.n = plain.n;
        if (!s.n)
            continue;
        script_fold(&s, &d);
        n = succession_compose(&d, ends, ARRAY_LEN(ends), at, at, 9, events, &after);
        n_moved += n > 0;
        for (int i = 0; i < n && s.n < (int)ARRAY_LEN(s.events); i++) {
            events[i].seq = s.n + 1;
            s.events[s.n++] = events[i];
        }
        for (int from = -8; from <= 8; from += 4)
            for (int len = 0; len <= 12; len += 3) {
                struct report_row merged = {0}, parts = {0}, one = {0};
                struct error err;

                count(&s, 0, on + from, on + from + len, &merged);
                count(&plain, 0, on + from, on + from + len, &one);
                assert_memory_equal(&merged, &one, sizeof one);
                for (int64_t office = 20; office <= 21; office++)
                    count(&s, office, on + from, on + from + len, &parts);
                /* A period that closed before: the office that ended has its own figures still. */
                if (from + len < 0)
                    assert_memory_equal(&parts, &one, sizeof one);
                else if (d.ended_at == INSTANT_NONE)
                    assert_int_equal(parts.total_received, 0);
                count(&s, NEW_COMPETENT, on + from, on + from + len, &parts);
                assert_memory_equal(&parts, &one, sizeof one);
                assert_true(report_check(&one, 1, &one, &err));
                /* From the effective day on it is carried over, never received. */
                memset(&parts, 0, sizeof parts);
                count(&s, NEW_COMPETENT, on, on + len, &parts);
                assert_int_equal(parts.online + parts.direct, 0);
            }
    }
    assert_true(n_moved > 300);
}

static void counters_pass_over_on_the_day(void **state)
{
    static struct counter_delta list[COUNTER_DELTAS_OF(FACTS_MAX)];
    struct history h;
    int32_t on = instant_date(DAY(4), ZONE_VIETNAM_S);
    int old_open = 0, new_open = 0, old_overdue = 0, new_overdue = 0, old_received = 0, n;
    struct script s = {0};

    (void)state;
    script_accept(&s, HOUR(0), DAY(1), false);
    script_add(&s, ACTION_MARK_OVERDUE, 0, DAY(2));
    merge(&s, date_instant(on, ZONE_VIETNAM_S), DAY(4));
    h = (struct history){s.events, s.n};
    n = fact_timeline(&h, INSTANT_FOREVER, ZONE_VIETNAM_S, facts);
    n = counter_contributions(facts, n, ZONE_VIETNAM_S, list);
    for (int i = 0; i < n; i++) {
        bool is_old = list[i].office == COMPETENT_OFFICE;
        enum counter_column c = list[i].column;

        if (c == COUNTER_OVERDUE)
            *(is_old ? &old_overdue : &new_overdue) += list[i].delta;
        if (c == COUNTER_MOVED_IN || c == COUNTER_MOVED_OUT) {
            assert_int_equal(list[i].on, on);
            *(is_old ? &old_open : &new_open) +=
                c == COUNTER_MOVED_IN ? list[i].delta : -list[i].delta;
        }
        if (c == COUNTER_RECEIVED_OTHER && is_old)
            old_received += list[i].delta;
    }
    assert_int_equal(old_received, 1); /* it did receive it */
    assert_int_equal(old_open, -1);
    assert_int_equal(new_open, 1);
    assert_int_equal(old_overdue, 0); /* +1 the day after due, -1 the day it ended */
    assert_int_equal(new_overdue, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_open_dossier_passes_over_and_keeps_its_filing),
        cmocka_unit_test(who_was_to_take_over_or_to_answer_is_the_successor),
        cmocka_unit_test(what_happened_on_the_day_comes_first),
        cmocka_unit_test(the_clock_that_stands_goes_on_standing),
        cmocka_unit_test(what_ended_stays_but_a_result_is_returned_by_the_successor),
        cmocka_unit_test(a_letter_without_a_number_is_drafted_anew_one_with_a_number_stands),
        cmocka_unit_test(a_mistake_and_other_offices_are_left_alone),
        cmocka_unit_test(old_and_new_together_are_what_one_office_would_have_been),
        cmocka_unit_test(counters_pass_over_on_the_day),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
