/* What the three clocks show, and where the legal one starts when a dossier was taken in elsewhere.
 */
#include "../test.h"

#include "domain/clock.h"
#include "domain/recompute.h"
#include "lifecycle_world.h"

#define ELSEWHERE INT64_C(30) /* the one-stop unit of another place */

static struct world w;
static struct clocks c;

static int setup(void **state)
{
    (void)state;
    world_init(&w, world_calendar());
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    world_deinit(&w);
    return 0;
}

static void read_at(int64_t now)
{
    struct decide_context ctx = world_context(&w);

    assert_true(clock_read(&ctx, now, &c, &w.err));
}

static bool supplement(int64_t from, int64_t to)
{
    w.now = from;
    if (!world_do(&w, ACTION_REQUEST_SUPPLEMENT, OFFICER, COMPETENT_OFFICE))
        return false;
    w.now = to;
    return to == INSTANT_NONE || world_do(&w, ACTION_RECEIVE_SUPPLEMENT, OFFICER, COMPETENT_OFFICE);
}

static void used_and_left_make_the_limit(void **state)
{
    (void)state;
    w.procedure_case.supplement_effect = HOLD_EFFECT_RESUME;
    world_processing(&w); /* Monday 08:00, five working days */
    read_at(DAY(2));      /* Wednesday 07:00 */
    assert_int_equal(c.used_days, 2);
    assert_int_equal(c.left_days, 3);
    assert_int_equal(c.used_us, 15 * INSTANT_HOUR);
    assert_true(c.is_running && c.from == HOUR(1));
    assert_true(supplement(DAY(2), DAY(4))); /* Wednesday, back on Friday */
    read_at(DAY(4));
    assert_int_equal(c.used_days,
                     2); /* the day of the request counts as used, that of return not */
    assert_int_equal(c.left_days, 3);
    read_at(DAY(30));
    assert_true(c.left_us < 0 && c.left_days < 0);
}

static void the_clock_stands_while_a_hold_stops_it(void **state)
{
    (void)state;
    world_processing(&w);
    w.now = DAY(1);
    assert_true(world_do(&w, ACTION_REQUEST_SUPPLEMENT, OFFICER, COMPETENT_OFFICE));
    read_at(DAY(1));
    assert_false(c.is_running);
    assert_int_equal(c.used_days, 1);
    assert_int_equal(c.left_days, 4);
    read_at(DAY(200));
    assert_int_equal(c.used_days, 1);
    assert_int_equal(c.left_days, 4);
    assert_int_equal(c.elapsed_us, DAY(200) - HOUR(1));
}

static void a_restart_begins_the_count_again(void **state)
{
    (void)state;
    world_processing(&w);
    assert_true(supplement(DAY(1), DAY(3)));
    read_at(DAY(4));
    assert_int_equal(c.from, DAY(3));
    assert_int_equal(c.used_days, 1);
    assert_int_equal(c.left_days, 4);
}

/* law:index-clock: finished while it waits, late with a second request, the wait subtracted. */
static void the_index_has_its_own_clock(void **state)
{
    (void)state;
    world_processing(&w);
    read_at(DAY(1));
    assert_false(c.is_index_finished);
    w.now = DAY(1);
    assert_true(world_do(&w, ACTION_REQUEST_SUPPLEMENT, OFFICER, COMPETENT_OFFICE));
    read_at(DAY(100));
    assert_true(c.is_index_finished);
    assert_int_equal(c.index_end_at, DAY(1));
    assert_int_equal(c.index_us, DAY(1) - HOUR(1));
    assert_int_equal(c.index_judgement, JUDGEMENT_ON_TIME);
    w.now = DAY(3);
    assert_true(world_do(&w, ACTION_RECEIVE_SUPPLEMENT, OFFICER, COMPETENT_OFFICE));
    read_at(DAY(4));
    assert_false(c.is_index_finished);
    assert_int_equal(c.n_index_requests, 1);
    assert_int_equal(c.index_us, DAY(2) - HOUR(1));
    assert_int_equal(c.index_judgement, JUDGEMENT_ON_TIME);
    assert_true(supplement(DAY(4), DAY(5)));
    read_at(DAY(5));
    assert_int_equal(c.index_judgement, JUDGEMENT_LATE);
    assert_false(dossier_is_overdue(&w.dossier, DAY(5), ZONE_VIETNAM_S)); /* the law's is another */
}

static void a_pause_for_payment_is_no_supplement_to_the_index(void **state)
{
    (void)state;
    world_processing(&w);
    w.now = DAY(1);
    assert_true(world_do(&w, ACTION_HOLD, OFFICER, COMPETENT_OFFICE));
    read_at(DAY(2));
    assert_false(c.is_running);
    assert_int_equal(c.n_index_requests, 0);
    assert_int_equal(c.index_end_at, DAY(2));
}

/* ---- taken in elsewhere ---- */

static void taken_in_elsewhere(bool is_place_free)
{
    struct action_input in = world_input(ACTION_ACCEPT, CLERK, ELSEWHERE);

    w.procedure_case.is_place_free = is_place_free;
    in.filed_office = ELSEWHERE;
    assert_true(world_act(&w, &in));
    assert_true(world_do(&w, ACTION_FORWARD, CLERK, ELSEWHERE));
}

static void from_r4_on_the_competent_agency_starts_the_clock(void **state)
{
    int64_t original;

    (void)state;
    ruleset_shipped(3, &w.ruleset);
    taken_in_elsewhere(true);
    original = w.dossier.due_at;
    assert_int_equal(w.dossier.received_by_competent_at, INSTANT_NONE);
    w.now = DAY(3); /* Thursday; it should have gone on by Tuesday */
    read_at(w.now);
    assert_true(c.is_transfer_late);
    assert_true(world_do(&w, ACTION_TAKE_OVER, OFFICER, COMPETENT_OFFICE));
    assert_int_equal(w.dossier.received_by_competent_at, DAY(3));
    assert_int_equal(dossier_clock_start(&w.dossier), DAY(3));
    assert_int_equal(w.dossier.due_on, instant_date(DAY(10), ZONE_VIETNAM_S));
    assert_int_equal(w.dossier.due_original, original);
    read_at(DAY(4));
    assert_int_equal(c.from, DAY(3));
    assert_int_equal(c.used_days, 1);
    assert_true(c.is_transfer_late && c.is_filed_elsewhere);
    w.now = DAY(8); /* three working days of the agency, not of the slip */
    assert_true(world_do(&w, ACTION_REQUEST_SUPPLEMENT, OFFICER, COMPETENT_OFFICE));
    assert_false(world_warned(&w, "late_request"));
}

static void elsewhere_alone_or_an_older_law_starts_it_at_acceptance(void **state)
{
    (void)state;
    for (int ruleset = 2; ruleset <= 3; ruleset++) {
        int64_t original;

        world_deinit(&w);
        world_init(&w, world_calendar());
        ruleset_shipped(ruleset, &w.ruleset);
        taken_in_elsewhere(ruleset == 2); /* R3 with a listed procedure, R4 with another */
        original = w.dossier.due_at;
        w.now = DAY(1);
        assert_true(world_do(&w, ACTION_TAKE_OVER, OFFICER, COMPETENT_OFFICE));
        assert_int_equal(w.dossier.due_at, original);
        assert_int_equal(w.dossier.clock_from, INSTANT_NONE);
        assert_int_equal(w.dossier.received_by_competent_at, DAY(1)); /* kept all the same */
        read_at(DAY(1));
        assert_false(c.is_transfer_late);
    }
}

static void at_the_agencys_own_counter_nothing_moves(void **state)
{
    (void)state;
    ruleset_shipped(3, &w.ruleset);
    w.procedure_case.is_place_free = true;
    world_processing(&w);
    assert_int_equal(w.dossier.clock_from, INSTANT_NONE);
    assert_int_equal(w.dossier.received_by_competent_at, w.dossier.received_at);
    read_at(DAY(1));
    assert_false(c.is_filed_elsewhere);
}

/* A correction of the receipt, and an edit of the calendar, count from where the clock starts. */
static void what_comes_after_counts_from_there(void **state)
{
    CLEANUP(calendar_unrefp) struct calendar *edited = world_calendar_closed(9, 9);
    struct decide_context ctx;
    struct recompute r;

    (void)state;
    ruleset_shipped(3, &w.ruleset);
    taken_in_elsewhere(true);
    w.now = DAY(3);
    assert_true(world_do(&w, ACTION_TAKE_OVER, OFFICER, COMPETENT_OFFICE));
    ctx = world_context(&w);
    ctx.calendar = edited;
    assert_true(dossier_recompute(&ctx, 0, 1, &w.decision, &r, &w.err));
    assert_int_equal(r.outcome, RECOMPUTE_MOVED);
    assert_int_equal(r.to.on, instant_date(DAY(11), ZONE_VIETNAM_S));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(used_and_left_make_the_limit),
        TEST(the_clock_stands_while_a_hold_stops_it),
        TEST(a_restart_begins_the_count_again),
        TEST(the_index_has_its_own_clock),
        TEST(a_pause_for_payment_is_no_supplement_to_the_index),
        TEST(from_r4_on_the_competent_agency_starts_the_clock),
        TEST(elsewhere_alone_or_an_older_law_starts_it_at_acceptance),
        TEST(at_the_agencys_own_counter_nothing_moves),
        TEST(what_comes_after_counts_from_there),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
