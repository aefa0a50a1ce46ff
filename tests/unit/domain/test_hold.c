/* Holds as they are asked for: how many, how long, of what kind, and what is kept of each. */
#include "../test.h"

#include "lifecycle_world.h"

static struct world w;

#define assert_refused(call, expected)                                                             \
    do {                                                                                           \
        error_clear(&w.err);                                                                       \
        assert_false(call);                                                                        \
        assert_int_equal(w.err.code, (expected));                                                  \
    } while (0)

static int processing(void **state)
{
    (void)state;
    world_init(&w, world_calendar());
    world_processing(&w);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    world_deinit(&w);
    return 0;
}

static struct action_input hold_of(enum hold_kind kind)
{
    struct action_input in = world_input(
        kind == HOLD_KIND_SUPPLEMENT ? ACTION_REQUEST_SUPPLEMENT : ACTION_HOLD, OFFICER, 20);

    in.actor_office = COMPETENT_OFFICE;
    in.hold_kind = kind;
    in.legal_ground = kind == HOLD_KIND_SUPPLEMENT ? NULL : "sector:land";
    return in;
}

static bool held_and_back(enum hold_kind kind)
{
    struct action_input in = hold_of(kind);

    if (!world_act(&w, &in))
        return false;
    w.now += INSTANT_HOUR;
    return world_do(&w, kind == HOLD_KIND_SUPPLEMENT ? ACTION_RECEIVE_SUPPLEMENT : ACTION_RESUME,
                    OFFICER, COMPETENT_OFFICE);
}

static void each_kind_has_its_own_number(void **state)
{
    static const char *const names[HOLD_KIND_COUNT] = {
        [HOLD_KIND_SUPPLEMENT] = "supplements_max",
        [HOLD_KIND_FINANCIAL] = "financial_holds_max",
        [HOLD_KIND_APPLICANT_CONFIRM] = "confirmations_max",
        [HOLD_KIND_OTHER] = "other_holds_max",
    };

    (void)state;
    for (int kind = 0; kind < HOLD_KIND_COUNT; kind++) {
        assert_true(ruleset_set(&w.ruleset, names[kind], "2", &w.err));
        assert_true(held_and_back((enum hold_kind)kind));
        assert_true(held_and_back((enum hold_kind)kind));
        assert_refused(held_and_back((enum hold_kind)kind), ERR_HOLDS_TOO_MANY);
        assert_true(ruleset_set(&w.ruleset, names[kind], "none", &w.err));
        assert_true(held_and_back((enum hold_kind)kind));
    }
    assert_int_equal(w.dossier.n_holds, 3 * HOLD_KIND_COUNT);
}

static void a_running_hold_is_named(void **state)
{
    struct action_input in = hold_of(HOLD_KIND_FINANCIAL);
    char text[512];

    (void)state;
    w.now = DAY(1);
    assert_true(world_act(&w, &in));
    w.now = DAY(2);
    in = hold_of(HOLD_KIND_SUPPLEMENT);
    assert_refused(world_act(&w, &in), ERR_HOLD_RUNNING);
    error_sentence(&w.err, LANGUAGE_EN, ZONE_VIETNAM_S, text, sizeof text);
    assert_non_null(strstr(text, "2022"));
    assert_non_null(strstr(text, hold_kinds.rows[HOLD_KIND_FINANCIAL].label[LANGUAGE_EN]));
    assert_int_equal(w.dossier.n_holds, 1); /* and untouched: its start is neither guessed nor
                                               overwritten */
    assert_int_equal(w.dossier.holds[0].from, DAY(1));
    assert_int_equal(w.dossier.holds[0].to, INSTANT_NONE);
}

static void a_hold_has_an_end_inside_what_the_ruleset_gives(void **state)
{
    struct action_input in = hold_of(HOLD_KIND_SUPPLEMENT);

    (void)state;
    assert_true(ruleset_set(&w.ruleset, "silence", "15d", &w.err));
    in.answer_by = w.now;
    assert_refused(world_act(&w, &in), ERR_FIELD_VALUE);
    in.answer_by = DAY(16);
    assert_refused(world_act(&w, &in), ERR_HOLD_TOO_LONG);
    in.answer_by = DAY(15); /* the fifteenth day itself */
    assert_true(world_act(&w, &in));
    assert_int_equal(w.dossier.holds[0].answer_by, DAY(15));
    w.now = DAY(1);
    assert_true(world_do(&w, ACTION_RECEIVE_SUPPLEMENT, OFFICER, COMPETENT_OFFICE));
    in = hold_of(HOLD_KIND_SUPPLEMENT); /* sector law may give more */
    in.legal_ground = "sector:land";
    in.answer_by = DAY(60);
    assert_true(world_act(&w, &in));
    assert_int_equal(w.dossier.holds[1].answer_by, DAY(60));
}

static void an_end_nobody_asked_for_is_left_to_the_ruleset(void **state)
{
    struct action_input in = hold_of(HOLD_KIND_APPLICANT_CONFIRM);

    (void)state;
    assert_true(world_act(&w, &in)); /* Monday 29/8: Tuesday, however the calendar changes */
    assert_int_equal(w.dossier.holds[0].answer_by, INSTANT_NONE);
    assert_true(world_do(&w, ACTION_RESUME, OFFICER, COMPETENT_OFFICE));
    in = hold_of(HOLD_KIND_OTHER);
    assert_true(world_act(&w, &in)); /* no end of its own */
    assert_int_equal(w.dossier.holds[1].answer_by, INSTANT_NONE);
}

static void what_was_promised_before_and_after_is_kept(void **state)
{
    int64_t before = w.dossier.due_at;
    struct action_input in = hold_of(HOLD_KIND_SUPPLEMENT);

    (void)state;
    w.now = DAY(1);
    assert_true(world_act(&w, &in));
    assert_int_equal(w.dossier.holds[0].due_before, before);
    assert_int_equal(w.dossier.holds[0].due_after, INSTANT_NONE);
    w.now = DAY(3);
    assert_true(world_do(&w, ACTION_RECEIVE_SUPPLEMENT, OFFICER, COMPETENT_OFFICE));
    assert_int_equal(w.dossier.holds[0].due_after, w.dossier.due_at);
    assert_true(w.dossier.due_at > before);
    assert_int_equal(w.dossier.due_original, before);
}

static void a_paused_dossier_is_not_overdue(void **state)
{
    struct action_input in = hold_of(HOLD_KIND_SUPPLEMENT);

    (void)state;
    w.now = DAY(2);
    assert_true(world_act(&w, &in));
    assert_false(dossier_is_overdue(&w.dossier, DAY(40), ZONE_VIETNAM_S));
    w.now = DAY(40);
    assert_true(world_do(&w, ACTION_RECEIVE_SUPPLEMENT, OFFICER, COMPETENT_OFFICE));
    assert_false(dossier_is_overdue(&w.dossier, DAY(40), ZONE_VIETNAM_S));
    assert_true(dossier_is_overdue(&w.dossier, DAY(60), ZONE_VIETNAM_S));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, processing, teardown)
    const struct CMUnitTest tests[] = {
        TEST(each_kind_has_its_own_number),
        TEST(a_running_hold_is_named),
        TEST(a_hold_has_an_end_inside_what_the_ruleset_gives),
        TEST(an_end_nobody_asked_for_is_left_to_the_ruleset),
        TEST(what_was_promised_before_and_after_is_kept),
        TEST(a_paused_dossier_is_not_overdue),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
