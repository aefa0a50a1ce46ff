/* Stays against a walk over every minute: where does the fold of that minute say the dossier
 * stands, and how many of the minutes were worked? */
#include "../test.h"
#include "domain/stay.h"
#include "late_fixture.h"

static struct stay stays[STAYS_MAX];
static struct dossier folded;

static int timeline(const struct script *s, int n_events, int64_t known_at)
{
    const struct history h = {s->events, n_events};
    struct lateness_context ctx = fixture_context(&folded);

    history_fold(&h, INSTANT_FOREVER, INSTANT_FOREVER, &folded);
    return stay_timeline(&ctx, &h, known_at, stays);
}

static void a_dossier_handed_on_stays_here_and_there(void **state)
{
    struct script s = {0};

    (void)state;
    fixture_office(NULL);
    script_accept(&s, HOUR(0), DAY(4), false);
    script_send(&s, ACTION_FORWARD, HOUR(1), 2, COMPETENT_OFFICE);
    script_add(&s, ACTION_TAKE_OVER, 200, HOUR(3)); /* 180 minutes at the counter, 120 budgeted */
    assert_int_equal(timeline(&s, s.n, INSTANT_FOREVER), 2);
    assert_int_equal(stays[0].entered_at, HOUR(0));
    assert_int_equal(stays[0].left_at, HOUR(3));
    assert_int_equal(stays[0].office, COUNTER_OFFICE);
    assert_int_equal(stays[0].case_id, 6);
    assert_int_equal(stays[0].budget_minutes, 120);
    assert_int_equal(stays[0].used_minutes, 180);
    assert_true(stays[0].is_over);
    assert_int_equal(stays[1].office, COMPETENT_OFFICE);
    assert_int_equal(stays[1].officer, 200);
    assert_int_equal(stays[1].left_at, INSTANT_FOREVER);
    assert_int_equal(stays[1].used_minutes, -1);

    script_finish(&s, DAY(1));
    assert_int_equal(timeline(&s, s.n, INSTANT_FOREVER), 2);
    assert_true(stays[1].is_last);
    assert_int_equal(stays[1].left_at, DAY(1));
    assert_int_equal(stays[1].used_minutes, 90 + 210); /* 10:00-11:30 and 13:30-17:00 */
}

static void nothing_stays_before_acceptance_or_after_a_mistake(void **state)
{
    struct script s = {0};

    (void)state;
    fixture_office(NULL);
    script_add(&s, ACTION_SUBMIT, 0, HOUR(0));
    assert_int_equal(timeline(&s, s.n, INSTANT_FOREVER), 0);
    s.n = 0;
    script_accept(&s, HOUR(0), DAY(4), false);
    script_add(&s, ACTION_CLOSE_MISTAKE, 100, HOUR(2));
    assert_int_equal(timeline(&s, s.n, INSTANT_FOREVER), 0);
    assert_int_equal(timeline(&s, s.n, HOUR(1)), 1); /* before anybody knew */
}

/* Accepted, and nothing of it undone later. */
static bool is_counted(const struct dossier *d)
{
    return d->received_at != INSTANT_NONE && !d->is_mistake;
}

static const struct stay *covering(int n, int64_t at)
{
    for (int i = n - 1; i >= 0; i--)
        if (stays[i].entered_at <= at && (at < stays[i].left_at || stays[i].is_last))
            return &stays[i];
    return NULL;
}

static void every_minute_is_spent_where_the_fold_says(void **state)
{
    struct dice dice = {11};
    static struct dossier then;

    (void)state;
    for (int i = 0; i < 300; i++) {
        uint64_t seed = dice.state;
        struct script s;
        int n;

        fixture_office(&dice);
        life_random(&dice, &s, 20);
        n = timeline(&s, s.n, INSTANT_FOREVER);
        history_fold(&(struct history){s.events, s.n}, INSTANT_FOREVER, INSTANT_FOREVER, &folded);
        if (!is_counted(&folded)) {
            assert_int_equal(n, 0);
            continue;
        }
        for (int64_t m = 0; m < SLOW_MINUTES; m += 1 + dice_roll(&dice, 40)) {
            const struct stay *stay = covering(n, SLOW_AT(m));

            history_fold(&(struct history){s.events, s.n}, SLOW_AT(m), INSTANT_FOREVER, &then);
            if (then.received_at == INSTANT_NONE) {
                assert_null(stay);
                continue;
            }
            if (!stay)
                fail_msg("seed %llu minute %lld: nowhere", (unsigned long long)seed, (long long)m);
            if (then.ended_at != INSTANT_NONE) {
                if (!stay->is_last)
                    fail_msg("seed %llu minute %lld: not its last stay", (unsigned long long)seed,
                             (long long)m);
                break;
            }
            if (then.step != stay->step || then.holder_office != stay->office ||
                then.holder_officer != stay->officer ||
                dossier_is_waiting(&then) != stay->is_waiting)
                fail_msg("seed %llu minute %lld: elsewhere", (unsigned long long)seed,
                         (long long)m);
        }
    }
}

/* Steps, their budgets and restarts counted on fingers. */
static void time_used_is_counted_minute_by_minute(void **state)
{
    struct dice dice = {12};

    (void)state;
    for (int i = 0; i < 500; i++) {
        int64_t spent[ARRAY_LEN(fixture_steps) + 1] = {0};
        struct script s;
        int n;

        fixture_office(&dice);
        life_random(&dice, &s, 20);
        n = timeline(&s, s.n, INSTANT_FOREVER);
        for (int k = 0; k < n; k++) {
            const struct stay *stay = &stays[k];
            int64_t budget, used;

            for (int e = 0; e < folded.n_holds; e++)
                if (folded.holds[e].to == stay->entered_at &&
                    folded.holds[e].effect == HOLD_EFFECT_RESTART &&
                    !folded.holds[e].is_late_request && !folded.holds[e].began_after_due)
                    memset(spent, 0, sizeof spent);
            if (stay->is_waiting) {
                assert_int_equal(stay->budget_minutes, -1);
                assert_int_equal(stay->used_minutes, -1);
                continue;
            }
            if (stay->step < 1 || stay->step > (int)ARRAY_LEN(fixture_steps)) {
                assert_int_equal(stay->budget_minutes, -1);
                assert_false(stay->is_over);
                continue;
            }
            budget = fixture_steps[stay->step - 1].budget_minutes - spent[stay->step];
            assert_int_equal(stay->budget_minutes, budget > 0 ? budget : 0);
            if (stay->left_at == INSTANT_FOREVER) {
                assert_int_equal(stay->used_minutes, -1);
                continue;
            }
            used = slow_between(slow_minute(stay->entered_at), slow_minute(stay->left_at));
            assert_int_equal(stay->used_minutes, used);
            assert_int_equal(stay->is_over, used > 0 && used > budget);
            spent[stay->step] += used;
        }
    }
}

static void stays_are_gapless_and_learned_in_order(void **state)
{
    struct dice dice = {13};

    (void)state;
    for (int i = 0; i < 500; i++) {
        struct script s;
        int n;

        fixture_office(&dice);
        life_random(&dice, &s, 20);
        life_record_late(&dice, &s);
        for (int events = 0; events <= s.n; events++) {
            n = timeline(&s, events, INSTANT_FOREVER);
            for (int k = 0; k < n; k++) {
                assert_int_equal(stays[k].is_last, k == n - 1 && folded.ended_at != INSTANT_NONE);
                assert_true(stays[k].entered_at <= stays[k].left_at);
                if (k > 0) {
                    assert_int_equal(stays[k - 1].left_at, stays[k].entered_at);
                    assert_true(stays[k - 1].entered_at < stays[k].entered_at);
                }
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_dossier_handed_on_stays_here_and_there),
        cmocka_unit_test(nothing_stays_before_acceptance_or_after_a_mistake),
        cmocka_unit_test(every_minute_is_spent_where_the_fold_says),
        cmocka_unit_test(time_used_is_counted_minute_by_minute),
        cmocka_unit_test(stays_are_gapless_and_learned_in_order),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
