/* Facts and counters: what enters the reports, and nothing else. */
#include "../test.h"
#include "domain/fact.h"
#include "random_life.h"

static struct fact facts[FACTS_MAX];

static int timeline(const struct script *s, int64_t known_at)
{
    const struct history h = {s->events, s->n};

    return fact_timeline(&h, known_at, ZONE_VIETNAM_S, facts);
}

static void nothing_is_counted_before_acceptance_or_after_a_mistake(void **state)
{
    struct script s = {0};

    (void)state;
    script_add(&s, ACTION_SUBMIT, 0, HOUR(0));
    assert_int_equal(timeline(&s, INSTANT_FOREVER), 0);
    script_add(&s, ACTION_REFUSE, 100, HOUR(1));
    assert_int_equal(timeline(&s, INSTANT_FOREVER), 0);

    s.n = 0;
    script_accept(&s, HOUR(0), DAY(4), false);
    script_add(&s, ACTION_CLOSE_MISTAKE, 100, HOUR(2));
    assert_int_equal(timeline(&s, INSTANT_FOREVER), 0);
    assert_int_equal(timeline(&s, HOUR(1)), 1); /* before anybody knew */
}

static void rows_follow_one_another_and_differ(void **state)
{
    struct script s = {0};

    (void)state;
    script_accept(&s, HOUR(0), DAY(2), false);
    script_send(&s, ACTION_FORWARD, HOUR(1), 2, COMPETENT_OFFICE);
    script_add(&s, ACTION_TAKE_OVER, 200, HOUR(2));
    script_add(&s, ACTION_MARK_OVERDUE, 0, DAY(3));
    script_finish(&s, DAY(4));
    script_add(&s, ACTION_RETURN, 100, DAY(5));
    assert_int_equal(timeline(&s, INSTANT_FOREVER), 3);
    assert_int_equal(facts[0].valid_from, HOUR(0));
    assert_int_equal(facts[0].valid_to, DAY(3));
    assert_false(facts[0].is_letter_owed);
    assert_true(facts[1].is_letter_owed); /* overdue, and nobody has apologised */
    assert_int_equal(facts[1].valid_to, DAY(4));
    assert_int_equal(facts[2].judgement, JUDGEMENT_LATE);
    assert_int_equal(facts[2].valid_to, INSTANT_FOREVER);
    assert_true(facts[2].is_letter_owed);
}

static void what_is_learned_later_changes_only_later_knowledge(void **state)
{
    struct script s = {0};
    struct fact before[4];
    int n;

    (void)state;
    script_accept(&s, HOUR(0), DAY(2), false);
    n = timeline(&s, DAY(5));
    memcpy(before, facts, (size_t)n * sizeof *facts);
    script_finish(&s, DAY(1));
    for (int i = 1; i < s.n; i++)
        s.events[i].recorded_at = DAY(6);
    assert_int_equal(timeline(&s, DAY(5)), n);
    assert_true(fact_same_row(&facts[0], &before[0]));
    assert_int_equal(timeline(&s, DAY(6)), 2);
    assert_int_equal(facts[0].valid_to, DAY(1));
    assert_int_equal(facts[1].judgement, JUDGEMENT_EARLY);
}

static void an_end_before_the_receipt_counts_on_the_day_of_receipt(void **state)
{
    struct script s = {0};
    struct event *e;

    (void)state;
    e = script_add(&s, ACTION_HISTORY_RECEIVED, 0, DAY(3));
    event_put_number(e, EVENT_FIELD_DUE_AT, DAY(1));
    event_put_number(e, EVENT_FIELD_DUE_ON, instant_date(DAY(1), ZONE_VIETNAM_S));
    script_add(&s, ACTION_HISTORY_ENDED, 0, DAY(2));
    assert_int_equal(timeline(&s, INSTANT_FOREVER), 1);
    assert_int_equal(facts[0].valid_from, DAY(3));
    assert_int_equal(facts[0].ended_on, facts[0].received_on);
    assert_false(facts[0].is_letter_owed); /* imported, not adopted */
}

static void stopped_is_never_early(void **state)
{
    struct script s = {0};

    (void)state;
    script_accept(&s, HOUR(0), DAY(4), false);
    script_add(&s, ACTION_STOP, 100, DAY(1));
    assert_int_equal(timeline(&s, INSTANT_FOREVER), 2);
    assert_int_equal(facts[1].judgement, JUDGEMENT_ON_TIME);
    s.n = 1;
    script_add(&s, ACTION_STOP, 100, DAY(6));
    assert_int_equal(timeline(&s, INSTANT_FOREVER), 2);
    assert_int_equal(facts[1].judgement, JUDGEMENT_LATE);
}

static void waiting_shields_only_who_was_in_time(void **state)
{
    struct script s = {0};

    (void)state;
    script_accept(&s, HOUR(0), DAY(2), false);
    script_hold(&s, ACTION_HOLD, DAY(1), "other", "resume");
    assert_int_equal(timeline(&s, INSTANT_FOREVER), 2);
    assert_true(facts[1].is_waiting && !facts[1].was_overdue_before_wait);

    s.n = 1;
    script_hold(&s, ACTION_HOLD, DAY(4), "other", "resume");
    assert_int_equal(timeline(&s, INSTANT_FOREVER), 2);
    assert_true(facts[1].is_waiting && facts[1].was_overdue_before_wait);

    s.n = 1;
    script_hold(&s, ACTION_HOLD, DAY(1), "other", "runs_on"); /* the clock runs on */
    assert_int_equal(timeline(&s, INSTANT_FOREVER), 1);
    assert_false(facts[0].is_waiting);
}

/* Read as a whole the rows are gapless, in order and each unlike the one before; the last is the
 * present. */
static void timelines_are_gapless_and_end_in_the_present(void **state)
{
    static struct script s;
    struct dice dice = {20260101};

    (void)state;
    for (int round = 0; round < 3000; round++) {
        uint64_t seed = dice.state;
        bool is_right = true;
        int n;

        life_random(&dice, &s, 40);
        life_record_late(&dice, &s);
        n = timeline(&s, INSTANT_FOREVER);
        for (int i = 1; i < n; i++)
            is_right = is_right && facts[i - 1].valid_to == facts[i].valid_from &&
                       facts[i - 1].valid_from < facts[i].valid_from &&
                       !fact_equal(&facts[i - 1], &facts[i]);
        is_right = is_right && (n == 0 || facts[n - 1].valid_to == INSTANT_FOREVER);
        if (!is_right)
            fail_msg("timeline of seed %llu", (unsigned long long)seed);
    }
}

struct ledger {
    struct counter_delta rows[512];
    int n;
};

static void ledger_add(struct ledger *l, const struct counter_delta *delta, int sign)
{
    for (int i = 0; i < l->n; i++) {
        struct counter_delta *row = &l->rows[i];

        if (row->on == delta->on && row->office == delta->office &&
            row->field_id == delta->field_id && row->column == delta->column) {
            row->delta += sign * delta->delta;
            return;
        }
    }
    assert_true(l->n < 512);
    l->rows[l->n] = *delta;
    l->rows[l->n++].delta *= sign;
}

/* What the database keeps is the sum of deltas, one batch per event: it must be what the dossier
 * contributes at last, and nothing besides. */
static void counter_deltas_add_up(void **state)
{
    static struct script s;
    static struct ledger ledger;
    struct dice dice = {77};

    (void)state;
    for (int round = 0; round < 2000; round++) {
        uint64_t seed = dice.state;
        static struct counter_delta old[COUNTER_DELTAS_OF(FACTS_MAX)],
            now[COUNTER_DELTAS_OF(FACTS_MAX)], difference[2 * COUNTER_DELTAS_OF(FACTS_MAX)];
        int n_old = 0, n_now = 0;

        life_random(&dice, &s, 40);
        ledger.n = 0;
        for (int i = 0; i < s.n; i++) {
            const struct history h = {s.events, i + 1};
            int n = fact_timeline(&h, INSTANT_FOREVER, ZONE_VIETNAM_S, facts);

            n_now = counter_contributions(facts, n, ZONE_VIETNAM_S, now);
            n = counter_difference(old, n_old, now, n_now, difference);
            for (int k = 0; k < n; k++)
                ledger_add(&ledger, &difference[k], 1);
            memcpy(old, now, sizeof old);
            n_old = n_now;
        }
        for (int k = 0; k < n_now; k++)
            ledger_add(&ledger, &now[k], -1);
        for (int k = 0; k < ledger.n; k++)
            if (ledger.rows[k].delta != 0)
                fail_msg("counters of seed %llu", (unsigned long long)seed);
    }
}

/* The first promise stands whatever is promised since; a new date given without a letter is a fact
 * of its own, and one taken back is none. */
static void promises_of_three_kinds_are_told_apart(void **state)
{
    struct script s = {0};
    struct event *e;

    (void)state;
    script_accept(&s, HOUR(0), DAY(2), false);
    script_hold(&s, ACTION_REQUEST_SUPPLEMENT, HOUR(1), "supplement", "restart");
    e = script_add(&s, ACTION_RECEIVE_SUPPLEMENT, 100, DAY(1));
    event_put_number(e, EVENT_FIELD_DUE_AT, DAY(5));
    event_put_number(e, EVENT_FIELD_DUE_ON, instant_date(DAY(5), ZONE_VIETNAM_S));
    e = script_add(&s, ACTION_WAIVE_LETTER, 0, DAY(3));
    event_put_number(e, EVENT_FIELD_REAPPOINTED_AT, DAY(7));
    assert_int_equal(timeline(&s, INSTANT_FOREVER), 4);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(facts[i].due_original, DAY(2));
        assert_int_equal(facts[i].due_original_on, instant_date(DAY(2), ZONE_VIETNAM_S));
        assert_false(facts[i].due_original_is_instant);
    }
    assert_int_equal(facts[1].due_at, DAY(2));
    assert_int_equal(facts[2].due_at, DAY(5));
    assert_int_equal(facts[2].due_reappointed, INSTANT_NONE);
    assert_int_equal(facts[2].due_reappointed_on, DATE_NONE);
    assert_int_equal(facts[3].valid_from, DAY(3));
    assert_int_equal(facts[3].due_reappointed, DAY(7));
    assert_int_equal(facts[3].due_reappointed_on, instant_date(DAY(7), ZONE_VIETNAM_S));
    assert_int_equal(facts[3].due_at, DAY(5)); /* it cures nothing */
    assert_int_equal(timeline(&s, DAY(2)), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_counted_before_acceptance_or_after_a_mistake),
        cmocka_unit_test(rows_follow_one_another_and_differ),
        cmocka_unit_test(what_is_learned_later_changes_only_later_knowledge),
        cmocka_unit_test(an_end_before_the_receipt_counts_on_the_day_of_receipt),
        cmocka_unit_test(stopped_is_never_early),
        cmocka_unit_test(waiting_shields_only_who_was_in_time),
        cmocka_unit_test(promises_of_three_kinds_are_told_apart),
        cmocka_unit_test(timelines_are_gapless_and_end_in_the_present),
        cmocka_unit_test(counter_deltas_add_up),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
