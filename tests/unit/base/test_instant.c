/* Dates and instants: round trips over two centuries, RFC 3339 in and out, the zone of the office.
 */
#include "../test.h"
#include "base/instant.h"

static void dates_round_trip(void **state)
{
    (void)state;
    for (int32_t on = date_from_civil(1900, 1, 1); on <= date_from_civil(2200, 12, 31); on++) {
        struct civil c = date_civil(on);

        assert_int_equal(date_from_civil(c.year, c.month, c.day), on);
        assert_true(date_is_valid(c.year, c.month, c.day));
    }
    assert_int_equal(date_weekday(date_from_civil(2022, 8, 30)), 2);
    assert_int_equal(date_weekday(date_from_civil(1969, 12, 31)), 3);
}

static void months_end_at_the_last_day(void **state)
{
    (void)state;
    assert_int_equal(date_add_months(date_from_civil(2024, 1, 31), 1),
                     date_from_civil(2024, 2, 29));
    assert_int_equal(date_add_months(date_from_civil(2023, 12, 31), 2),
                     date_from_civil(2024, 2, 29));
    assert_int_equal(date_add_months(date_from_civil(2022, 8, 30), 12),
                     date_from_civil(2023, 8, 30));
}

static void instants_read_rfc3339(void **state)
{
    int64_t at, same;
    char text[INSTANT_TEXT_MAX];

    (void)state;
    assert_true(instant_parse("2022-08-30T10:00:00+07:00", INT32_MIN, &at));
    assert_true(instant_parse("2022-08-30 03:00:00Z", INT32_MIN, &same));
    assert_int_equal(at, same);
    assert_true(instant_parse("2022-08-30T10:00", ZONE_VIETNAM_S, &same));
    assert_int_equal(at, same);
    instant_format(at, ZONE_VIETNAM_S, text);
    assert_string_equal(text, "2022-08-30T10:00:00+07:00");
    assert_true(instant_parse("2011-12-06 13:41:31.788000+01:00", INT32_MIN, &at));
    instant_format(at, 3600, text);
    assert_string_equal(text, "2011-12-06T13:41:31.788000+01:00");
    assert_false(instant_parse("2022-08-30T10:00:00", INT32_MIN, &at));
    assert_false(instant_parse("2022-02-30T10:00:00Z", INT32_MIN, &at));
    assert_false(instant_parse("2022-08-30T24:00:00Z", INT32_MIN, &at));
    assert_false(instant_parse("2022-08-30T10:00:00.1234567Z", INT32_MIN, &at));
    assert_false(instant_parse("2022-08-30T10:00:00Zx", INT32_MIN, &at));
}

static void the_zone_decides_the_date(void **state)
{
    int64_t at;

    (void)state;
    assert_true(instant_parse("2022-08-30T23:30:00Z", INT32_MIN, &at));
    assert_int_equal(instant_date(at, ZONE_VIETNAM_S), date_from_civil(2022, 8, 31));
    assert_int_equal(instant_day_offset(at, ZONE_VIETNAM_S), (6 * 60 + 30) * INSTANT_MINUTE);
    assert_int_equal(instant_date(-1, 0), -1);
}

static void people_read_short_dates(void **state)
{
    char text[INSTANT_TEXT_MAX];

    (void)state;
    date_format_vi(date_from_civil(2022, 8, 5), text);
    assert_string_equal(text, "05/8/2022");
    date_format_vi(date_from_civil(2022, 2, 15), text);
    assert_string_equal(text, "15/02/2022");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_round_trip),        cmocka_unit_test(months_end_at_the_last_day),
        cmocka_unit_test(instants_read_rfc3339),   cmocka_unit_test(the_zone_decides_the_date),
        cmocka_unit_test(people_read_short_dates),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
