/* Limits inside the house, at their edges; random lives are in tests/api/test_limits.py. */
#include "../test.h"
#include "base/instant.h"
#include "domain/inner_limit.h"
#include "dossier_events.h"

static struct dossier d;

static enum inner_limit opinion(int64_t answer_by, int64_t answered_at, int64_t state_at,
                                int32_t *ret_on)
{
    const struct dossier_opinion o = {
        .asked_at = HOUR(0), .answer_by = answer_by, .answered_at = answered_at};

    return inner_limit_opinion(&d, &o, state_at, ZONE_VIETNAM_S, ret_on);
}

static void an_opinion_counts_once_on_one_day(void **state)
{
    int32_t on = DATE_NONE;

    (void)state;
    dossier_init(&d, 1);
    /* in time, on the day of the answer; to the very instant */
    assert_int_equal(opinion(DAY(5), DAY(2), DAY(9), &on), INNER_OPINION_IN_TIME);
    assert_int_equal(on, instant_date(DAY(2), ZONE_VIETNAM_S));
    assert_int_equal(opinion(DAY(5), DAY(5), DAY(9), &on), INNER_OPINION_IN_TIME);
    /* late, on the day by which it was wanted, answered or not */
    assert_int_equal(opinion(DAY(5), DAY(5) + 1, DAY(9), &on), INNER_OPINION_LATE);
    assert_int_equal(on, instant_date(DAY(5), ZONE_VIETNAM_S));
    assert_int_equal(opinion(DAY(5), INSTANT_NONE, DAY(5) + 1, &on), INNER_OPINION_SILENT);
    assert_int_equal(on, instant_date(DAY(5), ZONE_VIETNAM_S));
    /* nothing yet */
    assert_int_equal(opinion(DAY(5), INSTANT_NONE, DAY(5), &on), INNER_LIMIT_COUNT);
    assert_int_equal(opinion(INSTANT_NONE, INSTANT_NONE, DAY(9), &on), INNER_LIMIT_COUNT);
}

static void who_has_decided_waits_for_no_answer(void **state)
{
    int32_t on;

    (void)state;
    dossier_init(&d, 1);
    d.decided_at = DAY(4);
    assert_int_equal(opinion(DAY(5), INSTANT_NONE, DAY(9), &on), INNER_LIMIT_COUNT);
    assert_int_equal(opinion(DAY(3), INSTANT_NONE, DAY(9), &on), INNER_OPINION_SILENT);
    assert_int_equal(opinion(DAY(3), DAY(6), DAY(9), &on), INNER_OPINION_LATE);
    d.decided_at = INSTANT_NONE;
    d.ended_at = DAY(4); /* stopped */
    assert_int_equal(opinion(DAY(5), INSTANT_NONE, DAY(9), &on), INNER_LIMIT_COUNT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_opinion_counts_once_on_one_day),
        cmocka_unit_test(who_has_decided_waits_for_no_answer),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
