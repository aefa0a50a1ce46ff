/* From one timeline to the next: what stays, ends, is retracted, is new. */
#include "../test.h"
#include "base/instant.h"
#include "db/committer.h"

static struct fact fact_from(int64_t from, int64_t to, bool is_waiting)
{
    return (struct fact){.valid_from = from, .valid_to = to, .is_waiting = is_waiting};
}

static void nothing_new_changes_nothing(void **state)
{
    const struct fact a[] = {fact_from(10, 20, false), fact_from(20, INSTANT_FOREVER, true)};
    struct commit_fact ret[4];

    (void)state;
    assert_int_equal(commit_fact_changes(a, 2, a, 2, 99, ret), 0);
}

static void an_open_row_ends_and_another_begins(void **state)
{
    const struct fact a[] = {fact_from(10, INSTANT_FOREVER, false)};
    const struct fact b[] = {fact_from(10, 20, false), fact_from(20, INSTANT_FOREVER, true)};
    struct commit_fact ret[3];

    (void)state;
    assert_int_equal(commit_fact_changes(a, 1, b, 2, 99, ret), 2);
    assert_int_equal(ret[0].operation, COMMIT_FACT_CLOSE_VALID);
    assert_int_equal(ret[0].fact.valid_from, 10);
    assert_int_equal(ret[0].fact.valid_to, 20);
    assert_int_equal(ret[0].known_at, 99);
    assert_int_equal(ret[1].operation, COMMIT_FACT_INSERT);
    assert_int_equal(ret[1].fact.valid_from, 20);
}

static void a_correction_retracts_and_writes_anew(void **state)
{
    const struct fact a[] = {fact_from(10, 20, false), fact_from(20, INSTANT_FOREVER, true)};
    const struct fact b[] = {fact_from(10, 15, false), fact_from(15, INSTANT_FOREVER, true)};
    struct commit_fact ret[4];

    (void)state;
    /* The first had an end already: a second end would rewrite what was known. */
    assert_int_equal(commit_fact_changes(a, 2, b, 2, 99, ret), 4);
    assert_int_equal(ret[0].operation, COMMIT_FACT_RETRACT);
    assert_int_equal(ret[1].operation, COMMIT_FACT_RETRACT);
    assert_int_equal(ret[2].operation, COMMIT_FACT_INSERT);
    assert_int_equal(ret[3].operation, COMMIT_FACT_INSERT);
}

static void a_mistake_leaves_the_reports(void **state)
{
    const struct fact a[] = {fact_from(10, INSTANT_FOREVER, false)};
    struct commit_fact ret[1];

    (void)state;
    assert_int_equal(commit_fact_changes(a, 1, NULL, 0, 99, ret), 1);
    assert_int_equal(ret[0].operation, COMMIT_FACT_RETRACT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_new_changes_nothing),
        cmocka_unit_test(an_open_row_ends_and_another_begins),
        cmocka_unit_test(a_correction_retracts_and_writes_anew),
        cmocka_unit_test(a_mistake_leaves_the_reports),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
