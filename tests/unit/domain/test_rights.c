/* Rights: the whole table of roles, actions and scopes walked against a dossier that concerns five
 * offices, every "no" included. Offices: 1 above all; 10 and 20 below it; 30 and 40 strangers. */
#include "../test.h"

#include "base/instant.h"
#include "domain/rights.h"

#define TOP      1
#define COUNTER  10
#define HOLDING  20
#define STRANGER 30
#define ASKED    40
#define BLAMED   50
#define ME       7

static struct dossier d;

static bool within(const void *organisation, int64_t office, int64_t root)
{
    (void)organisation;
    return office == root || (root == TOP && (office == COUNTER || office == HOLDING));
}

static int setup(void **state)
{
    (void)state;
    dossier_init(&d, 1);
    d.supervising_office = d.filed_office = COUNTER;
    d.competent_office = d.holder_office = HOLDING;
    d.holder_officer = ME;
    d.n_opinions = 1;
    d.opinions[0] = (struct dossier_opinion){.office = ASKED, .answered_at = INSTANT_NONE};
    d.finding.n_offices = 1;
    d.finding.offices[0] = BLAMED;
    return 0;
}

static bool may(enum role role, int64_t office, int64_t officer, enum action action,
                int64_t *ret_office)
{
    const struct principal p = {.officer_id = officer, .n_roles = 1, .roles = {{role, office}}};

    return right_allows(&p, action, &d, 0, within, NULL, ret_office);
}

/* What the scope promises, said a second time. */
static bool expected(enum right_scope scope, int64_t office, int64_t officer, bool is_asked,
                     bool is_blamed)
{
    bool concerns = office == COUNTER || office == HOLDING || (office == ASKED && is_asked) ||
                    (office == BLAMED && is_blamed);

    switch (scope) {
    case SCOPE_OWN:
        return office == HOLDING && officer == ME;
    case SCOPE_OFFICE:
        return concerns;
    case SCOPE_SUBTREE:
        return concerns || office == TOP;
    case SCOPE_ALL:
        return true;
    case SCOPE_NONE:
    case SCOPE_COUNT:
        break;
    }
    return false;
}

static void the_whole_table_every_no_included(void **state)
{
    static const int64_t offices[] = {TOP, COUNTER, HOLDING, STRANGER, ASKED, BLAMED};
    static const int64_t officers[] = {ME, 8};
    int n_yes = 0, n_no = 0;

    (void)state;
    for (int role = 0; role < ROLE_COUNT; role++) {
        for (int action = 0; action < ACTION_COUNT; action++) {
            for (size_t i = 0; i < ARRAY_LEN(offices) * ARRAY_LEN(officers); i++) {
                int64_t office = offices[i / 2], officer = officers[i % 2], acts_in;
                enum right_scope scope = right_of_action((enum role)role, (enum action)action);
                bool is_yes = expected(scope, office, officer, action == ACTION_GIVE_OPINION,
                                       action == ACTION_OBJECT_CAUSE);

                assert_int_equal(
                    may((enum role)role, office, officer, (enum action)action, &acts_in), is_yes);
                n_yes += is_yes;
                n_no += !is_yes;
            }
        }
    }
    assert_true(n_yes > 100 && n_no > 1000);
}

/* The same for every grant: on the dossier, and by an office alone. */
static void every_grant_every_no_included(void **state)
{
    static const int64_t offices[] = {TOP, COUNTER, HOLDING, STRANGER, ASKED, BLAMED};
    int n_yes = 0, n_no = 0;

    (void)state;
    for (int role = 0; role < ROLE_COUNT; role++) {
        for (int grant = 0; grant < GRANT_COUNT; grant++) {
            enum right_scope scope = right_of_grant((enum role)role, (enum grant)grant);

            for (size_t i = 0; i < ARRAY_LEN(offices); i++) {
                const struct principal p = {
                    .officer_id = ME, .n_roles = 1, .roles = {{(enum role)role, offices[i]}}};
                bool is_yes = expected(scope, offices[i], ME, true, true);

                assert_int_equal(right_grants(&p, (enum grant)grant, &d, 0, within, NULL), is_yes);
                n_yes += is_yes;
                n_no += !is_yes;
                for (size_t k = 0; k < ARRAY_LEN(offices); k++) {
                    is_yes = scope == SCOPE_ALL ||
                             (scope != SCOPE_NONE && offices[k] == offices[i]) ||
                             (scope == SCOPE_SUBTREE && within(NULL, offices[k], offices[i]));
                    assert_int_equal(
                        right_grants(&p, (enum grant)grant, NULL, offices[k], within, NULL),
                        is_yes);
                }
            }
        }
    }
    assert_true(n_yes > 60 && n_no > 400);
}

static void who_only_reads_changes_nothing(void **state)
{
    static const enum role readers[] = {ROLE_STATISTICIAN, ROLE_INSPECTOR, ROLE_ADMINISTRATOR};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(readers); i++) {
        for (int action = 0; action < ACTION_COUNT; action++)
            assert_int_equal(right_of_action(readers[i], (enum action)action), SCOPE_NONE);
    }
    for (int action = 0; action < ACTION_COUNT;
         action++) { /* what the engine writes, nobody does */
        enum action_kind kind = action_kind((enum action)action);
        enum right_scope scope;
        enum role role;

        right_missing((enum action)action, &role, &scope);
        assert_int_equal(scope == SCOPE_NONE,
                         kind == ACTION_KIND_ENGINE || kind == ACTION_KIND_HISTORY);
    }
}

static void two_desks_act_at_the_right_one(void **state)
{
    const struct principal p = {
        .officer_id = 8, .n_roles = 2, .roles = {{ROLE_CLERK, COUNTER}, {ROLE_OFFICER, STRANGER}}};
    int64_t office = 0;

    (void)state;
    d.has_pending = true;
    d.pending_office = STRANGER;
    assert_true(right_allows(&p, ACTION_TAKE_OVER, &d, 0, within, NULL, &office));
    assert_int_equal(office, STRANGER);
    assert_true(may(ROLE_LEADER, TOP, 9, ACTION_FORWARD, &office));
    assert_int_equal(office, TOP);
    d.pending_office = HOLDING;
    assert_true(may(ROLE_LEADER, TOP, 9, ACTION_TAKE_OVER, &office)); /* for the office below */
    assert_int_equal(office, HOLDING);
}

static void a_named_receiver_has_it_as_own_work(void **state)
{
    int64_t office;

    (void)state;
    d.has_pending = true;
    d.pending_office = STRANGER;
    d.pending_officer = 8;
    assert_int_equal(right_of_action(ROLE_OFFICER, ACTION_DECLARE_LATE), SCOPE_OWN);
    assert_true(may(ROLE_OFFICER, STRANGER, 8, ACTION_DECLARE_LATE, &office));
    assert_false(may(ROLE_OFFICER, STRANGER, 9, ACTION_DECLARE_LATE, &office));
}

static void a_new_dossier_is_taken_in_at_the_own_office(void **state)
{
    const struct principal p = {.officer_id = 8, .n_roles = 1, .roles = {{ROLE_CLERK, COUNTER}}};
    int64_t office = 0;

    (void)state;
    assert_true(right_allows(&p, ACTION_ACCEPT, NULL, COUNTER, within, NULL, &office));
    assert_int_equal(office, COUNTER);
    assert_false(right_allows(&p, ACTION_ACCEPT, NULL, HOLDING, within, NULL, &office));
    assert_true(right_allows(&p, ACTION_ACCEPT, NULL, 0, within, NULL, &office));
}

static void grants_reach_as_far_as_their_rows(void **state)
{
    struct principal p = {.officer_id = 8, .n_roles = 1, .roles = {{ROLE_OFFICER, ASKED}}};

    (void)state;
    assert_true(right_grants(&p, GRANT_READ_DOSSIER, &d, 0, within, NULL)); /* asked, so reads */
    p.roles[0].office = STRANGER;
    assert_false(right_grants(&p, GRANT_READ_DOSSIER, &d, 0, within, NULL));
    p.roles[0] = (struct principal_role){ROLE_INSPECTOR, 0};
    assert_true(right_grants(&p, GRANT_READ_DOSSIER, &d, 0, within, NULL));
    p.roles[0] = (struct principal_role){ROLE_LEADER, TOP};
    assert_true(right_grants(&p, GRANT_READ_STATISTICS, NULL, HOLDING, within, NULL));
    assert_false(right_grants(&p, GRANT_READ_STATISTICS, NULL, STRANGER, within, NULL));
    assert_false(right_grants(&p, GRANT_RUN_SWEEP, NULL, TOP, within, NULL));
    assert_int_equal(right_of_grant(ROLE_ADMINISTRATOR, GRANT_RUN_SWEEP), SCOPE_ALL);
}

static void a_demonstration_administrator_stands_in_at_the_desk(void **state)
{
    const struct principal p = {.officer_id = 99,
                                .n_roles = 1,
                                .roles = {{ROLE_ADMINISTRATOR, TOP}},
                                .is_acting_for = true};
    int64_t office = 0;

    (void)state;
    assert_true(right_allows(&p, ACTION_FORWARD, &d, 0, within, NULL, &office));
    assert_int_equal(office, HOLDING);
    assert_true(right_allows(&p, ACTION_GIVE_OPINION, &d, 0, within, NULL, &office));
    assert_int_equal(office, ASKED);
    assert_true(right_allows(&p, ACTION_RETURN, &d, 0, within, NULL, &office));
    assert_int_equal(office, COUNTER);
    assert_false(right_allows(&p, ACTION_MARK_OVERDUE, &d, 0, within, NULL, &office));
}

static void a_refusal_names_the_narrowest_row(void **state)
{
    enum role role;
    enum right_scope scope;

    (void)state;
    right_missing(ACTION_DECIDE_CAUSE, &role, &scope);
    assert_int_equal(role, ROLE_LEADER);
    assert_int_equal(scope, SCOPE_SUBTREE);
    right_missing(ACTION_FORWARD, &role, &scope);
    assert_int_equal(role, ROLE_OFFICER);
    assert_int_equal(scope, SCOPE_OWN);
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_whole_table_every_no_included),
        TEST(every_grant_every_no_included),
        TEST(who_only_reads_changes_nothing),
        TEST(two_desks_act_at_the_right_one),
        TEST(a_named_receiver_has_it_as_own_work),
        TEST(a_new_dossier_is_taken_in_at_the_own_office),
        TEST(grants_reach_as_far_as_their_rows),
        TEST(a_demonstration_administrator_stands_in_at_the_desk),
        TEST(a_refusal_names_the_narrowest_row),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
