/* Late episodes: rows from when to when, that an end closes, a correction says away and back, and
 * nothing erases. */
#include "../test.h"
#include "domain/episode.h"
#include "late_fixture.h"

static struct script script;
static struct dossier d;
static struct episode rows[EPISODES_MAX];

static const int64_t due_at = DAY(4) + 10 * INSTANT_HOUR, broken_at = DAY(5) - 7 * INSTANT_HOUR;

static int list(void)
{
    const struct history h = {script.events, script.n};
    struct lateness_context ctx = fixture_context(&d);

    script_fold(&script, &d);
    return episode_list(&ctx, &h, rows);
}

/* Accepted on Monday 07:00, due on Friday 17:00, marked overdue on Saturday. */
static void overdue(void)
{
    struct event *e;

    fixture_office(NULL);
    memset(&script, 0, sizeof script);
    script_accept(&script, HOUR(0), due_at, false);
    e = script_add(&script, ACTION_MARK_OVERDUE, 0, broken_at + INSTANT_MINUTE);
    event_put_number(e, EVENT_FIELD_DUE_AT, due_at);
    event_put_number(e, EVENT_FIELD_DUE_ON, instant_date(due_at, ZONE_VIETNAM_S));
    event_put_number(e, EVENT_FIELD_DUE_IS_INSTANT, 0);
}

static const struct episode *promise(int n)
{
    for (int i = 0; i < n; i++)
        if (rows[i].step == 0)
            return &rows[i];
    return NULL;
}

static void a_broken_promise_lasts_until_the_end(void **state)
{
    const struct episode *e;

    (void)state;
    overdue();
    e = promise(list());
    assert_non_null(e);
    assert_int_equal(e->from, broken_at);
    assert_true(e->to == INSTANT_NONE);
    assert_int_equal(e->calendar_days, -1);
    script_finish(&script, DAY(8) + 3 * INSTANT_HOUR);
    e = promise(list());
    assert_int_equal(e->to, DAY(8) + 3 * INSTANT_HOUR);
    assert_int_equal(e->calendar_days, 4); /* Friday to Tuesday */
    assert_int_equal(e->working_days, 2);
    assert_int_equal(e->corrected_seq, 0);
}

static void correct_end(int64_t at, int64_t end_at)
{
    struct event *e = script_add(&script, ACTION_CORRECT, 100, at);

    event_put_text(e, EVENT_FIELD_CORRECTED_FIELD, "done_at");
    event_put_number(e, EVENT_FIELD_CORRECTED_NUMBER, end_at);
}

static void a_correction_says_it_away_and_another_says_it_back(void **state)
{
    const struct episode *e;

    (void)state;
    overdue();
    script_finish(&script, DAY(8));
    correct_end(DAY(9), DAY(4) + 2 * INSTANT_HOUR);
    e = promise(list());
    assert_non_null(e); /* the row stays, and names who says so */
    assert_int_equal(e->from, broken_at);
    assert_int_equal(e->corrected_seq, script.n);
    correct_end(DAY(10), DAY(8));
    e = promise(list());
    assert_int_equal(e->corrected_seq, 0);
    assert_int_equal(e->to, DAY(8));
}

static void a_mistake_keeps_the_row(void **state)
{
    const struct episode *e;

    (void)state;
    overdue();
    script_add(&script, ACTION_CLOSE_MISTAKE, 100, DAY(7));
    e = promise(list());
    assert_non_null(e);
    assert_int_equal(e->corrected_seq, script.n);
    assert_int_equal(e->to, DAY(7));
}

/* Two hours of budget at the counter: one is used in a first visit, the second runs over. */
static void two_visits_share_one_budget_and_each_officer_has_a_row(void **state)
{
    int n;

    (void)state;
    fixture_office(NULL);
    memset(&script, 0, sizeof script);
    script_accept(&script, HOUR(0), DAY(11), false);
    script_send(&script, ACTION_FORWARD, HOUR(1), 2, COMPETENT_OFFICE);
    script_add(&script, ACTION_TAKE_OVER, 200, HOUR(1));
    script_send(&script, ACTION_SEND_BACK, HOUR(2), 1, COUNTER_OFFICE);
    script_add(&script, ACTION_TAKE_OVER, 101, HOUR(2));
    script_send(&script, ACTION_FORWARD, DAY(1), 2, COMPETENT_OFFICE);
    script_add(&script, ACTION_TAKE_OVER, 200, DAY(1));
    n = list();
    assert_int_equal(n, 1);
    assert_int_equal(rows[0].step, 1);
    assert_int_equal(rows[0].officer, 101);
    assert_int_equal(rows[0].from, HOUR(3));
    assert_int_equal(rows[0].to, DAY(1));
    event_put_number(script_add(&script, ACTION_ASSIGN, 100, DAY(1)), EVENT_FIELD_TO_OFFICER, 201);
    script_add(&script, ACTION_MARK_AT_RISK, 0, DAY(4));
    n = list();
    assert_int_equal(n, 2); /* the examination has run over too, and runs */
    assert_int_equal(rows[1].officer, 201);
    assert_true(rows[1].to == INSTANT_NONE);
}

/* The examination runs over; then it turns out that it was received when the examination had just
 * begun. */
static void a_running_step_that_is_corrected_away_has_its_days(void **state)
{
    struct event *e;
    int n;

    (void)state;
    fixture_office(NULL);
    memset(&script, 0, sizeof script);
    script_accept(&script, HOUR(0), DAY(11), false);
    script_send(&script, ACTION_FORWARD, HOUR(1), 2, COMPETENT_OFFICE);
    script_add(&script, ACTION_TAKE_OVER, 200, HOUR(1));
    script_add(&script, ACTION_MARK_AT_RISK, 0, DAY(7));
    n = list();
    assert_int_equal(n, 1);
    assert_true(rows[0].to == INSTANT_NONE);
    e = script_add(&script, ACTION_CORRECT, 100, DAY(8));
    event_put_text(e, EVENT_FIELD_CORRECTED_FIELD, "field");
    event_put_number(e, EVENT_FIELD_FIELD, 2);
    n = list();
    for (int i = 0; i < n; i++)
        assert_int_equal(rows[i].to == INSTANT_NONE, rows[i].calendar_days < 0);
    /* Another start of the same step: the row that was there is said away, with its days. */
    e = script_add(&script, ACTION_TAKE_OVER, 200, HOUR(2));
    event_put_number(e, EVENT_FIELD_REPLACES, 3);
    n = list();
    assert_int_equal(n, 2);
    assert_int_equal(rows[0].corrected_seq, e->seq);
    assert_true(rows[0].to != INSTANT_NONE && rows[0].calendar_days >= 0);
    assert_true(rows[1].to == INSTANT_NONE && rows[1].calendar_days < 0);
}

/* Random segments without corrections: the episodes of steps are what a walk over every minute
 * finds. */
static void random_steps_are_late_from_the_minute_the_budget_is_gone(void **state)
{
    struct dice dice = {20220829};

    (void)state;
    for (int i = 0; i < 300; i++) {
        const struct history h = {script.events, 0};
        struct lateness_context ctx = fixture_context(&d);
        int64_t now, left[5] = {0};
        int n, found = 0;

        fixture_office(&dice);
        ctx.calendar = fixture_calendar;
        life_open(&dice, &d, &now);
        d.n_holds = 0;
        d.last_at = d.last_recorded_at = SLOW_AT(now);
        n = episode_list(&ctx, &h, rows);
        for (int k = 0; k < 4; k++)
            left[k + 1] = fixture_steps[k].budget_minutes;
        for (int s = 0; s < d.n_segments; s++) {
            const struct dossier_segment *seg = &d.segments[s];
            int64_t to = seg->to == INSTANT_NONE ? now : slow_minute(seg->to), late_from = -1;

            for (int64_t m = slow_minute(seg->from); m < to && !seg->is_waiting; m++) {
                if (slow_work[m] && left[seg->step]-- <= 0 && late_from < 0)
                    late_from = m;
            }
            if (late_from < 0)
                continue;
            found++;
            for (int k = 0; k < n; k++)
                if (rows[k].step == seg->step && rows[k].officer == seg->officer &&
                    slow_between(slow_minute(rows[k].from), late_from) == 0 &&
                    rows[k].from <= SLOW_AT(late_from) && rows[k].to == seg->to)
                    late_from = -2;
            if (late_from != -2)
                fail_msg("life %d, segment %d: no row", i, s);
        }
        assert_int_equal(n, found);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_broken_promise_lasts_until_the_end),
        cmocka_unit_test(a_correction_says_it_away_and_another_says_it_back),
        cmocka_unit_test(a_mistake_keeps_the_row),
        cmocka_unit_test(two_visits_share_one_budget_and_each_officer_has_a_row),
        cmocka_unit_test(a_running_step_that_is_corrected_away_has_its_days),
        cmocka_unit_test(random_steps_are_late_from_the_minute_the_budget_is_gone),
    };
    int failed;

    cmocka_set_message_output(CM_OUTPUT_TAP);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    calendar_unref(fixture_calendar);
    return failed;
}
