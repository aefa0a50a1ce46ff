/* The promise computed again after an edit of the calendar: what moves, what stays, and what the
 * move does to the marks. */
#include "../test.h"

#include "domain/recompute.h"
#include "lifecycle_world.h"

static struct world w;
static struct recompute r;

/* Accepted on Monday, five working days: due on the next Monday, day 7. */
static void accepted(void)
{
    world_init(&w, world_calendar());
    world_processing(&w);
    assert_int_equal(w.dossier.due_on, instant_date(DAY(7), ZONE_VIETNAM_S));
}

/* Computes again on a calendar with these days off; what was composed becomes the dossier. */
static enum recompute_outcome closed(int from, int to)
{
    CLEANUP(calendar_unrefp) struct calendar *cal = world_calendar_closed(from, to);
    struct decide_context ctx = world_context(&w);

    ctx.calendar = cal;
    assert_true(dossier_recompute(&ctx, 900, 77, &w.decision, &r, &w.err));
    assert_int_equal(w.decision.n_events, r.outcome == RECOMPUTE_MOVED);
    w.dossier = w.decision.after;
    return r.outcome;
}

static void a_closure_moves_the_promise_and_keeps_the_first(void **state)
{
    int64_t original;

    (void)state;
    accepted();
    original = w.dossier.due_original;
    w.now = DAY(1);
    assert_int_equal(closed(3, 4), RECOMPUTE_MOVED); /* Thursday and Friday */
    assert_int_equal(w.dossier.due_on, instant_date(DAY(9), ZONE_VIETNAM_S));
    assert_int_equal(w.dossier.due_at, r.to.at);
    assert_int_equal(r.from.at, original);
    assert_int_equal(w.dossier.due_original, original);
    assert_int_equal(event_number(&w.decision.events[0], EVENT_FIELD_CHANGE, 0), 77);
    assert_int_equal(w.decision.events[0].actor, 900);
    assert_int_equal(closed(3, 4), RECOMPUTE_SAME); /* the job runs again: nothing twice */
    assert_int_equal(closed(1, 0), RECOMPUTE_EARLIER_KEPT);
    assert_int_equal(w.dossier.due_on, instant_date(DAY(9), ZONE_VIETNAM_S));
    world_deinit(&w);
}

static void an_overdue_dossier_stays_overdue(void **state)
{
    (void)state;
    accepted();
    w.now = DAY(8);
    assert_int_equal(closed(7, 8), RECOMPUTE_OVERDUE_KEPT); /* without a mark: by its date */
    assert_int_equal(w.dossier.due_on, instant_date(DAY(7), ZONE_VIETNAM_S));
    w.dossier.overdue_at = DAY(8);
    assert_int_equal(closed(7, 8), RECOMPUTE_OVERDUE_KEPT);
    assert_int_equal(w.dossier.overdue_at, DAY(8));
    assert_int_equal(closed(1, 0), RECOMPUTE_SAME);
    w.now = DAY(7) + 11 * INSTANT_HOUR; /* due today, after closing: not yet late */
    w.dossier.overdue_at = INSTANT_NONE;
    assert_int_equal(closed(7, 7), RECOMPUTE_MOVED);
    world_deinit(&w);
}

static void a_move_lets_the_alarms_speak_again(void **state)
{
    (void)state;
    accepted();
    w.dossier.at_risk_at = w.dossier.certain_at = w.dossier.found_at = DAY(2);
    w.dossier.declared_late_at = DAY(2);
    w.dossier.cause = CAUSE_KEY_IDLE;
    w.now = DAY(3);
    assert_int_equal(closed(4, 4), RECOMPUTE_MOVED);
    assert_int_equal(w.dossier.at_risk_at, INSTANT_NONE);
    assert_int_equal(w.dossier.certain_at, INSTANT_NONE);
    assert_int_equal(w.dossier.declared_late_at, INSTANT_NONE);
    assert_int_equal(w.dossier.found_at, INSTANT_NONE);
    world_deinit(&w);
}

static void a_waiting_dossier_is_computed_with_the_holds_that_ended(void **state)
{
    (void)state;
    accepted();
    w.now = DAY(1);
    assert_true(world_do(&w, ACTION_REQUEST_SUPPLEMENT, OFFICER, COMPETENT_OFFICE));
    w.now = DAY(2);
    assert_int_equal(closed(4, 4), RECOMPUTE_MOVED);
    assert_int_equal(w.dossier.due_on, instant_date(DAY(8), ZONE_VIETNAM_S));
    assert_true(dossier_is_waiting(&w.dossier));
    w.now = DAY(30); /* the clock stands: it is not overdue, and is still computed */
    assert_int_equal(closed(7, 8), RECOMPUTE_MOVED);
    assert_int_equal(w.dossier.due_on, instant_date(DAY(9), ZONE_VIETNAM_S));
    world_deinit(&w);
}

static void what_the_engine_did_not_compute_is_not_recomputed(void **state)
{
    (void)state;
    world_init(&w, world_calendar());
    assert_int_equal(closed(3, 4), RECOMPUTE_ENDED); /* nothing accepted yet */
    world_deinit(&w);
    accepted();
    w.dossier.is_promise_given = true;
    assert_int_equal(closed(3, 4), RECOMPUTE_GIVEN);
    w.dossier.is_promise_given = false;
    w.dossier.due_at = INSTANT_NONE;
    assert_int_equal(closed(3, 4), RECOMPUTE_GIVEN);
    world_deinit(&w);
    accepted();
    assert_true(world_do(&w, ACTION_STOP, OFFICER, COMPETENT_OFFICE));
    assert_int_equal(closed(3, 4), RECOMPUTE_ENDED);
    world_deinit(&w);
}

static void an_unknown_year_is_said(void **state)
{
    struct decide_context ctx;

    (void)state;
    accepted();
    w.dossier.limit = (struct limit){3000, LIMIT_WORKING_DAYS};
    ctx = world_context(&w);
    assert_false(dossier_recompute(&ctx, 0, 0, &w.decision, &r, &w.err));
    assert_int_equal(w.err.code, ERR_CALENDAR_GAP);
    world_deinit(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_closure_moves_the_promise_and_keeps_the_first),
        cmocka_unit_test(an_overdue_dossier_stays_overdue),
        cmocka_unit_test(a_move_lets_the_alarms_speak_again),
        cmocka_unit_test(a_waiting_dossier_is_computed_with_the_holds_that_ended),
        cmocka_unit_test(what_the_engine_did_not_compute_is_not_recomputed),
        cmocka_unit_test(an_unknown_year_is_said),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
