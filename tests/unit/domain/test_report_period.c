/* Periods of reports: each spelled out by hand, and that they follow each other without a gap. */
#include "../test.h"
#include "base/instant.h"
#include "domain/report_period.h"

static int32_t day(const char *text)
{
    int32_t on;

    assert_true(date_parse(text, &on));
    return on;
}

static void periods_are_those_of_the_decree(void **state)
{
    static const struct {
        enum report_calendar calendar;
        int months;
        const char *on;
        int back;
        const char *from, *to;
        int year, part;
    } rows[] = {
        {REPORT_STATE, 1, "2022-08-14", 0, "2022-07-15", "2022-08-14", 2022, 8},
        {REPORT_STATE, 1, "2022-08-15", 0, "2022-08-15", "2022-09-14", 2022, 9},
        {REPORT_STATE, 1, "2022-12-15", 0, "2022-12-15", "2023-01-14", 2023, 1},
        {REPORT_STATE, 1, "2023-01-10", 1, "2022-11-15", "2022-12-14", 2022, 12},
        {REPORT_STATE, 3, "2022-08-20", 0, "2022-06-15", "2022-09-14", 2022, 3},
        {REPORT_STATE, 3, "2022-01-01", 1, "2021-09-15", "2021-12-14", 2021, 4},
        {REPORT_STATE, 6, "2022-06-14", 0, "2021-12-15", "2022-06-14", 2022, 1},
        {REPORT_STATE, 6, "2022-06-15", 0, "2022-06-15", "2022-12-14", 2022, 2},
        {REPORT_STATE, 12, "2022-12-14", 0, "2021-12-15", "2022-12-14", 2022, 1},
        {REPORT_STATE, 12, "2022-12-15", 0, "2022-12-15", "2023-12-14", 2023, 1},
        {REPORT_CALENDAR, 1, "2024-02-29", 0, "2024-02-01", "2024-02-29", 2024, 2},
        {REPORT_CALENDAR, 1, "2022-01-31", 1, "2021-12-01", "2021-12-31", 2021, 12},
        {REPORT_CALENDAR, 3, "2022-09-30", 0, "2022-07-01", "2022-09-30", 2022, 3},
        {REPORT_CALENDAR, 6, "2022-07-01", 0, "2022-07-01", "2022-12-31", 2022, 2},
        {REPORT_CALENDAR, 12, "2022-05-05", 1, "2021-01-01", "2021-12-31", 2021, 1},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct report_period p = report_period_of(rows[i].calendar, REPORT_FIRST_DAY,
                                                  rows[i].months, day(rows[i].on), rows[i].back);

        assert_int_equal(p.from, day(rows[i].from));
        assert_int_equal(p.to, day(rows[i].to));
        assert_int_equal(p.year, rows[i].year);
        assert_int_equal(p.part, rows[i].part);
    }
}

static void they_follow_each_other_and_hold_their_day(void **state)
{
    static const int spans[] = {1, 3, 6, 12};

    (void)state;
    for (int32_t on = day("2019-01-01"); on < day("2025-01-01"); on += 11)
        for (size_t i = 0; i < ARRAY_LEN(spans); i++)
            for (int calendar = 0; calendar < 2; calendar++)
                for (int first_day = 2; first_day <= 28; first_day += 13) {
                    struct report_period p = report_period_of((enum report_calendar)calendar,
                                                              first_day, spans[i], on, 0),
                                         before = report_period_of((enum report_calendar)calendar,
                                                                   first_day, spans[i], on, 1);

                    assert_true(p.from <= on && on <= p.to);
                    assert_int_equal(before.to + 1, p.from);
                }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(periods_are_those_of_the_decree),
        cmocka_unit_test(they_follow_each_other_and_hold_their_day),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
