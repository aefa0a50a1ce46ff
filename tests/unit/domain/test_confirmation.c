/* An applicant's confirmation ends by itself: at its instant, whenever somebody looks, and once. */
#include "../test.h"

#include "domain/apology.h"
#include "domain/deadline.h"
#include "lifecycle_world.h"

/* HOUR(n) is n hours after Monday 29/8/2022 07:00. Asked on Tuesday 10:00, silent until Wednesday's
 * end. */
#define ASKED HOUR(27)
#define ENDED (HOUR(65) - INSTANT_SECOND)

static struct world w;

static int begin(void **state)
{
    struct action_input in;

    (void)state;
    world_init(&w, world_calendar());
    world_processing(&w);
    w.now = ASKED;
    in = world_input(ACTION_HOLD, OFFICER, COMPETENT_OFFICE);
    in.hold_kind = HOLD_KIND_APPLICANT_CONFIRM;
    in.hold_effect = HOLD_EFFECT_RESUME;
    in.legal_ground = "procedure text";
    if (!world_act(&w, &in))
        abort();
    return 0;
}

static int end(void **state)
{
    (void)state;
    world_deinit(&w);
    return 0;
}

static struct lateness_context context(void)
{
    return (struct lateness_context){&w.dossier, &w.procedure_case, &w.ruleset, w.calendar,
                                     ZONE_VIETNAM_S};
}

/* The alarm looks, as of `at`, and records at `recorded_at`. */
static void look(int64_t at, int64_t recorded_at)
{
    const struct lateness_context ctx = context();

    assert_true(alarm_decide(&ctx, NULL, 0, 900, at, recorded_at, w.arena, &w.decision, &w.err));
    w.dossier = w.decision.after;
}

static int64_t next(int64_t now)
{
    const struct lateness_context ctx = context();
    struct warning warning;

    warning_compute(&ctx, now, &warning);
    return alarm_next(&ctx, &warning, now, INSTANT_NONE);
}

static void nothing_happens_before_its_end(void **state)
{
    (void)state;
    assert_true(next(ASKED) <= ENDED);
    look(ENDED - INSTANT_SECOND, ENDED - INSTANT_SECOND);
    assert_int_equal(w.dossier.state, STATE_ON_HOLD);
    assert_int_equal(next(ENDED - INSTANT_SECOND), ENDED);
    assert_int_equal(next(ENDED), ENDED);
}

static void silence_is_agreement_at_its_end(void **state)
{
    const struct event *e = &w.decision.events[0];

    (void)state;
    look(ENDED + INSTANT_SECOND, ENDED + 2 * INSTANT_SECOND);
    assert_int_equal(e->action, ACTION_RESUME);
    assert_int_equal(e->actor, 0);
    assert_int_equal(e->at, ENDED);
    assert_int_equal(e->recorded_at, ENDED + 2 * INSTANT_SECOND);
    assert_int_equal(w.dossier.state, STATE_PROCESSING);
    assert_int_equal(w.dossier.holds[0].to, ENDED);
}

static void found_days_later_it_is_the_same_promise(void **state)
{
    struct dossier at_once;

    (void)state;
    look(ENDED, ENDED);
    at_once = w.dossier;
    (void)end(NULL);
    (void)begin(NULL);
    look(ENDED + 20 * INSTANT_DAY, ENDED + 20 * INSTANT_DAY);
    assert_int_equal(w.decision.events[0].action, ACTION_RESUME);
    assert_int_equal(w.decision.events[0].at, ENDED);
    assert_int_equal(w.dossier.due_at, at_once.due_at);
    assert_true(at_once.due_at > DAY(4)); /* five days from Monday, and the days of waiting */
    /* and in the same look: what became of it since */
    assert_int_not_equal(w.dossier.overdue_at, INSTANT_NONE);
    assert_int_equal(w.dossier.overdue_at, ENDED + 20 * INSTANT_DAY);
}

static void the_promise_is_that_of_a_hand(void **state)
{
    struct action_input in;
    int64_t by_itself;

    (void)state;
    look(ENDED, ENDED);
    by_itself = w.dossier.due_at;
    (void)end(NULL);
    (void)begin(NULL);
    w.now = ENDED;
    in = world_input(ACTION_RESUME, OFFICER, COMPETENT_OFFICE);
    assert_true(world_act(&w, &in));
    assert_int_equal(w.dossier.due_at, by_itself);
}

static void a_second_look_writes_nothing(void **state)
{
    (void)state;
    look(ENDED, ENDED);
    assert_int_equal(w.decision.n_events, 1);
    look(ENDED, ENDED);
    assert_int_equal(w.decision.n_events, 0);
    assert_true(next(ENDED) > ENDED);
}

static void confirmed_before_there_is_nothing_to_end(void **state)
{
    (void)state;
    w.now = ASKED + INSTANT_HOUR;
    assert_true(world_do(&w, ACTION_RESUME, OFFICER, COMPETENT_OFFICE));
    look(ENDED, ENDED);
    assert_int_equal(w.decision.n_events, 0);
}

static void another_wait_does_not_end_by_itself(void **state)
{
    (void)state;
    w.dossier.holds[0].kind = HOLD_KIND_OTHER;
    look(ENDED + INSTANT_DAY, ENDED + INSTANT_DAY);
    assert_int_equal(w.dossier.state, STATE_ON_HOLD);
    w.dossier.holds[0].kind = HOLD_KIND_APPLICANT_CONFIRM;
    w.ruleset.confirmation = (struct limit){0, LIMIT_CALENDAR_DAYS};
    look(ENDED + 2 * INSTANT_DAY, ENDED + 2 * INSTANT_DAY);
    assert_int_equal(w.dossier.state, STATE_ON_HOLD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nothing_happens_before_its_end, begin, end),
        cmocka_unit_test_setup_teardown(silence_is_agreement_at_its_end, begin, end),
        cmocka_unit_test_setup_teardown(found_days_later_it_is_the_same_promise, begin, end),
        cmocka_unit_test_setup_teardown(the_promise_is_that_of_a_hand, begin, end),
        cmocka_unit_test_setup_teardown(a_second_look_writes_nothing, begin, end),
        cmocka_unit_test_setup_teardown(confirmed_before_there_is_nothing_to_end, begin, end),
        cmocka_unit_test_setup_teardown(another_wait_does_not_end_by_itself, begin, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
