/* Who may decide what made a dossier late, and who may object to what was found. */
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

/* The engine found that the competent office and the signature answer, in this order. */
static void found_responsible(int64_t first, int64_t second)
{
    struct event e;

    event_init(&e, w.dossier.id, ACTION_FIND_CAUSE, 0, w.now, w.now);
    event_put_text(&e, EVENT_FIELD_CAUSE, "idle");
    event_put_number(&e, EVENT_FIELD_AT_FAULT_OFFICE, first);
    event_put_number(&e, EVENT_FIELD_RESPONSIBLE_OFFICE, first);
    if (second)
        event_put_number(&e, EVENT_FIELD_RESPONSIBLE_OFFICE, second);
    dossier_apply(&w.dossier, &e);
}

static void nobody_judges_the_own_office(void **state)
{
    struct action_input in = world_input(ACTION_DECIDE_CAUSE, LEADER, LEADER_OFFICE);
    const int64_t also[] = {LEADER_OFFICE, COMPETENT_OFFICE};

    (void)state;
    world_processing(&w);
    in.cause = CAUSE_KEY_IDLE;
    in.at_fault_office = COMPETENT_OFFICE;
    assert_refused(world_act(&w, &in), ERR_NOT_LATE);
    w.now = DAY(9);
    in.at_fault_office = 0;
    assert_refused(world_act(&w, &in), ERR_FIELD_REQUIRED);
    in.at_fault_office = LEADER_OFFICE;
    assert_refused(world_act(&w, &in), ERR_CAUSE_OWN_OFFICE);
    in.at_fault_office = COMPETENT_OFFICE;
    found_responsible(COMPETENT_OFFICE, 0);
    in.actor_offices = also; /* a leader who is also of the office found responsible */
    in.n_actor_offices = 2;
    assert_refused(world_act(&w, &in), ERR_CAUSE_OWN_OFFICE);
    in.n_actor_offices = 1;
    assert_true(world_act(&w, &in));
    assert_true(w.dossier.is_cause_decided);
    assert_refused(world_do(&w, ACTION_DECIDE_CAUSE, OFFICER, COMPETENT_OFFICE),
                   ERR_CAUSE_OWN_OFFICE);
}

static void a_leader_below_an_office_concerned_decides_nothing(void **state)
{
    struct action_input in = world_input(ACTION_DECIDE_CAUSE, LEADER, LEADER_OFFICE);

    (void)state;
    world_processing(&w);
    w.now = DAY(9);
    in.cause = CAUSE_KEY_IDLE;
    in.at_fault_office = COMPETENT_OFFICE;
    in.actor_office = COUNTER_OFFICE; /* beside the competent one, not above it */
    assert_refused(world_act(&w, &in), ERR_CAUSE_NOT_ABOVE);
    in.actor_office = LEADER_OFFICE;
    found_responsible(COMPETENT_OFFICE, LEADER_OFFICE); /* the leader signed late as well */
    assert_refused(world_act(&w, &in), ERR_CAUSE_OWN_OFFICE);
    in.actor_office = 50; /* the level above */
    assert_true(world_act(&w, &in));
    assert_int_equal(w.dossier.decision.office, 50);
    assert_int_equal(w.dossier.decision.officer, LEADER);
}

static void what_departs_from_the_finding_takes_evidence(void **state)
{
    struct action_input in = world_input(ACTION_DECIDE_CAUSE, LEADER, LEADER_OFFICE);

    (void)state;
    world_processing(&w);
    w.now = DAY(9);
    found_responsible(COMPETENT_OFFICE, 0);
    in.has_evidence = false;
    in.cause = CAUSE_KEY_IDLE;
    in.at_fault_office = COMPETENT_OFFICE;
    assert_true(world_act(&w, &in)); /* as found: the reason is enough */
    in.cause = CAUSE_KEY_LOST_FILE;
    assert_refused(world_act(&w, &in), ERR_FIELD_REQUIRED);
    in.cause = CAUSE_KEY_IDLE;
    in.at_fault_office = COUNTER_OFFICE;
    assert_refused(world_act(&w, &in), ERR_FIELD_REQUIRED);
    in.has_evidence = true;
    in.remark = NULL;
    assert_refused(world_act(&w, &in), ERR_FIELD_REQUIRED);
    in.remark = "2:ab";
    in.cause = CAUSE_KEY_UNKNOWN; /* that is no decision */
    assert_refused(world_act(&w, &in), ERR_FIELD_VALUE);
    in.cause = CAUSE_KEY_FORCE_MAJEURE; /* nobody is at fault for a storm */
    assert_refused(world_act(&w, &in), ERR_FIELD_VALUE);
    in.at_fault_office = 0;
    assert_true(world_act(&w, &in));
    assert_int_equal(w.dossier.verdict, CAUSE_OBJECTIVE);
    assert_int_equal(w.dossier.decision.remark, 2);
}

static void the_same_level_or_a_higher_one_decides_again(void **state)
{
    struct action_input in = world_input(ACTION_DECIDE_CAUSE, LEADER, LEADER_OFFICE);

    (void)state;
    world_processing(&w);
    w.now = DAY(9);
    in.cause = CAUSE_KEY_FORCE_MAJEURE;
    assert_true(world_act(&w, &in));
    in.cause = CAUSE_KEY_SITE_ACCESS;
    assert_true(world_act(&w, &in)); /* the same level */
    in.actor_office = 50;
    assert_true(world_act(&w, &in)); /* the level above */
    assert_int_equal(w.dossier.decision.office, 50);
    in.actor_office = COMPETENT_OFFICE; /* above all concerned, were it not for 50 */
    assert_refused(world_act(&w, &in), ERR_CAUSE_DECIDED_ABOVE);
}

static void an_office_found_responsible_objects_and_changes_nothing(void **state)
{
    struct action_input in = world_input(ACTION_OBJECT_CAUSE, OFFICER, COMPETENT_OFFICE);

    (void)state;
    world_processing(&w);
    w.now = DAY(9);
    assert_refused(world_act(&w, &in), ERR_CAUSE_NOT_RESPONSIBLE);
    found_responsible(COMPETENT_OFFICE, 0);
    in.actor_office = COUNTER_OFFICE;
    assert_refused(world_act(&w, &in), ERR_CAUSE_NOT_RESPONSIBLE);
    in.actor_office = COMPETENT_OFFICE;
    in.remark = NULL;
    assert_refused(world_act(&w, &in), ERR_FIELD_REQUIRED);
    in.remark = "9:ab";
    assert_true(world_act(&w, &in));
    assert_int_equal(w.dossier.n_objections, 1);
    assert_int_equal(w.dossier.objections[0].office, COMPETENT_OFFICE);
    assert_int_equal(w.dossier.objections[0].officer, OFFICER);
    assert_int_equal(w.dossier.objections[0].remark, 9);
    assert_int_equal(w.dossier.cause, CAUSE_KEY_IDLE);
    for (int i = 1; i < DOSSIER_OBJECTIONS_MAX; i++)
        assert_true(world_act(&w, &in));
    assert_refused(world_act(&w, &in), ERR_OBJECTIONS_TOO_MANY);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nobody_judges_the_own_office),
        TEST(a_leader_below_an_office_concerned_decides_nothing),
        TEST(what_departs_from_the_finding_takes_evidence),
        TEST(the_same_level_or_a_higher_one_decides_again),
        TEST(an_office_found_responsible_objects_and_changes_nothing),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
