/* Blank slips: a promise written by hand beside the lawful one. */
#include "../test.h"

#include "lifecycle_world.h"

static struct world w;

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

#define assert_refused(call, code_)                                                                \
    do {                                                                                           \
        assert_false(call);                                                                        \
        assert_int_equal(w.err.code, (code_));                                                     \
    } while (0)

/* Source: law:blank-slip. */
static void of_two_promises_on_a_slip_the_earlier_is_kept(void **state)
{
    const int64_t lawful = DAY(7) + 10 * INSTANT_HOUR;
    static const struct {
        int64_t off;
        bool is_kept;
        const char *warning, *promise;
    } cases[] = {{-INSTANT_DAY, true, "paper_earlier", "paper"},
                 {-INSTANT_MINUTE, true, "paper_earlier", "paper"},
                 {0, false, NULL, "computed"},
                 {INSTANT_MINUTE, false, "paper_later", "computed"},
                 {400 * INSTANT_DAY, false, "paper_later", "computed"}};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct action_input in = world_input(ACTION_ACCEPT, CLERK, COUNTER_OFFICE);
        const struct event *e = &w.decision.events[0];

        world_deinit(&w);
        world_init(&w, world_calendar());
        in.slip_code = "H41-220801-0002";
        in.paper_due_at = lawful + cases[i].off;
        assert_true(world_act(&w, &in));
        assert_int_equal(w.dossier.due_at, cases[i].is_kept ? in.paper_due_at : lawful);
        assert_int_equal(w.dossier.due_on, instant_date(w.dossier.due_at, ZONE_VIETNAM_S));
        assert_int_equal(w.decision.n_warnings, cases[i].warning ? 1 : 0);
        assert_true(!cases[i].warning || world_warned(&w, cases[i].warning));
        assert_string_equal(event_text(e, EVENT_FIELD_PROMISE), cases[i].promise);
        assert_string_equal(w.dossier.code, "H41-220801-0002");
        assert_true(w.dossier.is_from_slip);
        assert_int_equal(w.dossier.paper_due_at, in.paper_due_at);
    }
}

static void a_promise_before_receipt_is_no_promise(void **state)
{
    struct action_input in = world_input(ACTION_ACCEPT, CLERK, COUNTER_OFFICE);

    (void)state;
    in.slip_code = "H41-220801-0002";
    in.paper_due_at = HOUR(1);
    assert_refused(world_act(&w, &in), ERR_PAPER_DUE);
    in.paper_due_at = INSTANT_NONE; /* the line was left blank */
    assert_true(world_act(&w, &in));
    assert_int_equal(w.dossier.due_at, DAY(7) + 10 * INSTANT_HOUR);
    assert_false(event_has(&w.decision.events[0], EVENT_FIELD_PAPER_DUE_AT));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(of_two_promises_on_a_slip_the_earlier_is_kept),
        TEST(a_promise_before_receipt_is_no_promise),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
