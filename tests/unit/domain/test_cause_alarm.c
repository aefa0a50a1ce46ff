/* A cause that changes after it was found: evidence that arrives, a leader's decision, the end; and
 * what the letter makes of it. */
#include "../test.h"

#include "alarm_fixture.h"

static const struct objective_interval storm = {.id = 9,
                                                .kind = OBJECTIVE_FORCE_MAJEURE,
                                                .from = DAY(0),
                                                .to = DAY(4),
                                                .evidence = "10/CT-UBND"};

/* The engine looks, and knows of a storm from Monday to Thursday. */
static int alarm_with_storm(int64_t at)
{
    struct lateness_context ctx = fixture_context(&d);

    assert_true(alarm_decide(&ctx, &storm, 1, 72, at, at, arena, &decision, &err));
    d = decision.after;
    return decision.n_events;
}

/* The storm took four of the six days: sixteen hours of the step, and nobody's overrun. */
static void evidence_that_arrives_is_a_new_finding_never_a_silent_one(void **state)
{
    const struct event *e;

    (void)state;
    examined();
    alarm(DAY(8), 71);
    assert_int_equal(d.finding.verdict, CAUSE_SUBJECTIVE);
    assert_int_equal(alarm(DAY(8), 71), 0);
    assert_int_equal(alarm_with_storm(DAY(8)), 2); /* the finding, and the draft gives its cause */
    e = written(ACTION_FIND_CAUSE);
    assert_int_equal(event_number(e, EVENT_FIELD_OBJECTIVE, 0), 9);
    assert_string_equal(event_text(e, EVENT_FIELD_VERDICT), "objective");
    assert_false(event_has(e, EVENT_FIELD_AT_FAULT_OFFICE));
    e = written(ACTION_UNSIGN_LETTER);
    assert_string_equal(event_text(e, EVENT_FIELD_CAUSE), "force_majeure");
    assert_int_equal(d.letters[0].at_fault_office, 0);
    assert_int_equal(alarm_with_storm(DAY(8)), 0);
    assert_int_equal(alarm(DAY(8), 71), 2); /* withdrawn: as it was before */
    assert_int_equal(d.verdict, CAUSE_SUBJECTIVE);
    assert_int_equal(d.letters[0].at_fault_office, 21);
}

static void a_draft_follows_the_decision_and_what_has_a_number_stands(void **state)
{
    (void)state;
    examined();
    alarm(DAY(8), 71);
    assert_true(act(ACTION_SIGN_LETTER, 71, DAY(8)));
    decided("late_signature", 22, DAY(8));
    alarm(DAY(8), 71);
    assert_true(wrote(ACTION_UNSIGN_LETTER)); /* what was signed gave another cause */
    assert_int_equal(d.letters[0].at_fault_office, 22);
    assert_int_equal(d.letters[0].cause, CAUSE_KEY_LATE_SIGNATURE);
    assert_true(act(ACTION_SIGN_LETTER, 71, DAY(8)));
    assert_true(act(ACTION_NUMBER_LETTER, 71, DAY(8)));
    decided("idle", 21, DAY(8));
    assert_int_equal(alarm(DAY(8), 71), 0);
    assert_int_equal(d.letters[0].at_fault_office, 22);
    assert_true(act(ACTION_ISSUE_LETTER, 71, DAY(8)));
    assert_int_equal(alarm_with_storm(DAY(8)), 1); /* a new finding; the letter stands */
    assert_int_equal(d.letters[0].state, LETTER_ISSUED);
}

/* Projected ends are guesses: the arithmetic of the end is kept once it has come. */
static void the_end_is_found_again(void **state)
{
    struct lateness_context ctx;
    struct warning w;
    struct event e;

    (void)state;
    examined();
    alarm(DAY(8), 71);
    event_init(&e, d.id, ACTION_DECIDE, 200, DAY(9), DAY(9));
    event_put_text(&e, EVENT_FIELD_OUTCOME, "granted");
    dossier_apply(&d, &e);
    event_init(&e, d.id, ACTION_TAKE_OVER_RESULT, 100, DAY(9), DAY(9));
    dossier_apply(&d, &e);
    ctx = fixture_context(&d);
    warning_compute(&ctx, DAY(9), &w);
    assert_int_equal(alarm_next(&ctx, &w, DAY(9), INSTANT_NONE), DAY(9));
    alarm(DAY(9), 71);
    assert_true(wrote(ACTION_FIND_CAUSE));
    ctx = fixture_context(&d);
    warning_compute(&ctx, DAY(9), &w);
    assert_int_equal(alarm_next(&ctx, &w, DAY(9), INSTANT_NONE), INSTANT_NONE);
    assert_int_equal(alarm(DAY(9), 71), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(evidence_that_arrives_is_a_new_finding_never_a_silent_one),
        cmocka_unit_test(a_draft_follows_the_decision_and_what_has_a_number_stands),
        cmocka_unit_test(the_end_is_found_again),
    };
    int failed;

    arena = arena_new(1 << 20);
    cmocka_set_message_output(CM_OUTPUT_TAP);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    calendar_unref(fixture_calendar);
    arena_free(arena);
    return failed;
}
