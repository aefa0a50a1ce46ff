/* Delays double up to the longest, and chance only ever lengthens them. */
#include "../test.h"
#include "post/backoff.h"

#define FIRST 1000
#define MOST  10000

static void delays_double_up_to_the_longest(void **state)
{
    static const int64_t delays[] = {1000, 2000, 4000, 8000, 10000, 10000};

    (void)state;
    for (int n = 1; n <= 6; n++)
        assert_int_equal(backoff_delay(n, FIRST, MOST, 0), delays[n - 1]);
    assert_int_equal(backoff_delay(1000000, FIRST, MOST, 0), MOST);
    assert_int_equal(backoff_delay(100, 1, INT64_MAX / 2, 0), INT64_MAX / 2); /* no overflow */
}

static void chance_adds_a_quarter_at_most(void **state)
{
    (void)state;
    assert_int_equal(backoff_delay(1, FIRST, MOST, UINT32_MAX), 1250);
    assert_int_equal(backoff_delay(9, FIRST, MOST, UINT32_MAX), 12500);
    assert_in_range(backoff_delay(2, FIRST, MOST, UINT32_MAX / 2), 2249, 2250);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(delays_double_up_to_the_longest),
        cmocka_unit_test(chance_adds_a_quarter_at_most),
    };

    return cmocka_run_group_tests_name("backoff", tests, NULL, NULL);
}
