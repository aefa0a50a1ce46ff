/* The clock of index 766 and its criteria, rule by rule (statistics.md 2.2). */
#include "../test.h"
#include "base/instant.h"
#include "domain/index766.h"
#include "dossier_events.h"

static struct script script;
static struct dossier d;
static struct index766_marks marks;
static struct index766_time t;

/* Received Monday 08:00, promised for Friday 17:00. */
static void accepted(void)
{
    script = (struct script){0};
    script_accept(&script, HOUR(1), DAY(4) + 10 * INSTANT_HOUR, false);
}

static void read_at(int64_t at)
{
    const struct history h = {script.events, script.n};

    assert_true(index766_fold(&h, at, INSTANT_FOREVER, &d, &marks));
    index766_time(&d, at, INSTANT_NONE, &t);
}

static void supplement(int64_t from, int64_t to)
{
    script_hold(&script, ACTION_REQUEST_SUPPLEMENT, from, "supplement", "restart");
    if (to != INSTANT_NONE)
        script_hold(&script, ACTION_RECEIVE_SUPPLEMENT, to, "supplement", "restart");
}

static void attach(int64_t at, int n, const char *purpose, const char *handling)
{
    struct event *e = script_add(&script, ACTION_ATTACH_PAPER, 100, at);

    event_put_number(e, EVENT_FIELD_ATTACHMENT, n);
    event_put_text(e, EVENT_FIELD_PURPOSE, purpose);
    event_put_text(e, EVENT_FIELD_HANDLING, handling);
}

static bool counts(enum index766_criterion c, int32_t from, int32_t to, bool *ret_is_met)
{
    const struct index766_subject s = {&d, &marks, &t, true, from, to, ZONE_VIETNAM_S};

    *ret_is_met = index766_is_met(&s, c);
    return index766_is_counted(&s, c);
}

static int32_t day(int n)
{
    return instant_date(DAY(n), ZONE_VIETNAM_S);
}

static void in_time_is_an_end_not_after_the_promise_to_the_microsecond(void **state)
{
    (void)state;
    for (int after = -1; after <= 1; after++) {
        accepted();
        script_finish(&script, DAY(4) + 10 * INSTANT_HOUR + after);
        read_at(DAY(30));
        assert_int_equal(t.judgement, after > 0 ? JUDGEMENT_LATE : JUDGEMENT_ON_TIME);
    }
}

static void not_finished_ends_with_the_period(void **state)
{
    (void)state;
    accepted();
    read_at(DAY(3));
    assert_int_equal(t.judgement, JUDGEMENT_ON_TIME);
    assert_false(t.is_finished);
    assert_int_equal(t.used_us, DAY(3) - HOUR(1));
    read_at(DAY(5));
    assert_int_equal(t.judgement, JUDGEMENT_LATE);
}

static void what_waits_is_finished_at_the_request_and_a_second_request_is_late(void **state)
{
    (void)state;
    accepted();
    supplement(DAY(1), INSTANT_NONE);
    read_at(DAY(90));
    assert_true(t.is_finished);
    assert_int_equal(t.end_at, DAY(1));
    assert_int_equal(t.judgement, JUDGEMENT_ON_TIME);
    script_hold(&script, ACTION_RECEIVE_SUPPLEMENT, DAY(8), "supplement", "restart");
    read_at(DAY(9));
    assert_int_equal(t.waited_us, DAY(8) - DAY(1));
    assert_int_equal(t.used_us, DAY(9) - HOUR(1) - 7 * INSTANT_DAY);
    assert_int_equal(t.judgement, JUDGEMENT_ON_TIME);
    supplement(DAY(9), INSTANT_NONE);
    read_at(DAY(9));
    assert_int_equal(t.n_requests, 2);
    assert_int_equal(t.judgement, JUDGEMENT_LATE);
}

static void a_withdrawal_asked_for_ends_it(void **state)
{
    (void)state;
    accepted();
    script_add(&script, ACTION_REQUEST_WITHDRAWAL, 100, DAY(2));
    read_at(DAY(90));
    assert_true(t.is_finished);
    assert_int_equal(t.end_at, DAY(2));
    script_add(&script, ACTION_REFUSE_WITHDRAWAL, 100, DAY(3));
    read_at(DAY(90));
    assert_false(t.is_finished);
    assert_int_equal(t.judgement, JUDGEMENT_LATE);
}

static void without_a_promise_the_limit_judges_and_without_both_nothing(void **state)
{
    (void)state;
    accepted();
    d = (struct dossier){0};
    read_at(DAY(3));
    d.due_at = INSTANT_NONE;
    index766_time(&d, DAY(3), DAY(2), &t);
    assert_int_equal(t.judgement, JUDGEMENT_LATE);
    index766_time(&d, DAY(3), DAY(3), &t);
    assert_int_equal(t.judgement, JUDGEMENT_ON_TIME);
    index766_time(&d, DAY(3), INSTANT_NONE, &t);
    assert_int_equal(t.judgement, JUDGEMENT_NONE);
}

static void papers_count_while_they_are_attached(void **state)
{
    bool is_met;

    (void)state;
    accepted();
    attach(DAY(1), 1, "component", "reused");
    attach(DAY(2), 2, "result", "digitised");
    script_finish(&script, DAY(3));
    read_at(DAY(5));
    assert_true(counts(INDEX766_DIGITISED, day(0), day(6), &is_met) && is_met);
    assert_true(counts(INDEX766_REUSED, day(0), day(6), &is_met) && is_met);
    event_put_number(script_add(&script, ACTION_DETACH_PAPER, 100, DAY(5)), EVENT_FIELD_ATTACHMENT,
                     1);
    read_at(DAY(5) - 1);
    assert_true(marks.is_reused);
    read_at(DAY(5));
    assert_true(counts(INDEX766_DIGITISED, day(0), day(6), &is_met) && !is_met);
    assert_true(counts(INDEX766_REUSED, day(0), day(6), &is_met) && !is_met);
    assert_true(counts(INDEX766_RESULT_FILE, day(0), day(6), &is_met) && is_met);
}

static void each_criterion_counts_its_own(void **state)
{
    bool is_met;

    (void)state;
    accepted();
    script_finish(&script, DAY(3));
    read_at(DAY(30));
    assert_true(counts(INDEX766_IN_TIME, day(0), day(0), &is_met));
    assert_true(counts(INDEX766_IN_TIME, day(3), day(9), &is_met));
    assert_false(counts(INDEX766_IN_TIME, day(4), day(9), &is_met));
    assert_true(counts(INDEX766_AVERAGE_TIME, day(0), day(0), &is_met)); /* ends where it may */
    assert_false(counts(INDEX766_AVERAGE_TIME, day(1), day(9), &is_met));
    assert_true(counts(INDEX766_DIGITISED, day(3), day(3), &is_met));
    assert_false(counts(INDEX766_DIGITISED, day(0), day(2), &is_met));
    assert_true(counts(INDEX766_AT_COUNTER, day(0), day(0), &is_met) && is_met);
    assert_false(counts(INDEX766_SYNCED, day(0), day(9), &is_met));
}

static void points_are_full_at_the_threshold_and_none_of_nothing(void **state)
{
    const struct index766_row *row = &index766_rows[INDEX766_ONLINE]; /* 50 % */
    struct index766_sum p;

    (void)state;
    assert_true(index766_points(row, (struct index766_sum){1, 2}, &p));
    assert_int_equal(p.n, p.of);
    assert_true(index766_points(row, (struct index766_sum){1, 4}, &p));
    assert_int_equal(2 * p.n, p.of);
    assert_true(index766_points(row, (struct index766_sum){4, 4}, &p));
    assert_int_equal(p.n, p.of);
    assert_true(index766_points(row, (struct index766_sum){0, 4}, &p));
    assert_int_equal(p.n, 0);
    assert_false(index766_points(row, (struct index766_sum){0, 0}, &p));
    assert_true(index766_points(&index766_rows[INDEX766_IN_TIME], (struct index766_sum){2, 3}, &p));
    assert_true(p.n == 2 && p.of == 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_time_is_an_end_not_after_the_promise_to_the_microsecond),
        cmocka_unit_test(not_finished_ends_with_the_period),
        cmocka_unit_test(what_waits_is_finished_at_the_request_and_a_second_request_is_late),
        cmocka_unit_test(a_withdrawal_asked_for_ends_it),
        cmocka_unit_test(without_a_promise_the_limit_judges_and_without_both_nothing),
        cmocka_unit_test(papers_count_while_they_are_attached),
        cmocka_unit_test(each_criterion_counts_its_own),
        cmocka_unit_test(points_are_full_at_the_threshold_and_none_of_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
