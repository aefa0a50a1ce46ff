/* What a calendar tells and refuses, on a small one made by hand; test_calendar_random.c does the
 * rest. */
#include "../test.h"
#include "base/instant.h"
#include "domain/calendar.h"

#define ZONE ZONE_VIETNAM_S

static int32_t on(int year, int month, int day)
{
    return date_from_civil(year, month, day);
}

static int64_t at(int32_t date, int hour, int minute)
{
    return date_instant(date, ZONE) + hour * INSTANT_HOUR + minute * INSTANT_MINUTE;
}

static struct calendar_row year_row(int line, int year, enum calendar_year_state state)
{
    return (struct calendar_row){.type = CALENDAR_ROW_YEAR,
                                 .line = line,
                                 .from_on = on(year, 1, 1),
                                 .to_on = on(year, 12, 31),
                                 .year_state = state,
                                 .like_on = DATE_NONE};
}

static struct calendar_row week_row(int line, enum calendar_level level, int from_hour, int to_hour)
{
    return (struct calendar_row){
        .type = CALENDAR_ROW_WEEKLY,
        .level = level,
        .line = line,
        .from_on = on(2024, 1, 1),
        .to_on = DATE_NONE,
        .weekdays = 0x1F,
        .n_sessions = 1,
        .sessions = {{(int16_t)(from_hour * 60), (int16_t)(to_hour * 60)}},
        .like_on = DATE_NONE,
    };
}

static struct calendar_row day_row(int line, enum calendar_level level, int32_t date,
                                   enum calendar_kind kind)
{
    return (struct calendar_row){.type = CALENDAR_ROW_DAY,
                                 .level = level,
                                 .line = line,
                                 .from_on = date,
                                 .to_on = date,
                                 .kind = kind,
                                 .like_on = DATE_NONE,
                                 .name_vi = "tên",
                                 .name_en = "name",
                                 .source = "12/QD"};
}

/* Builds from rows; NULL and the error when a row or the whole is refused. */
static struct calendar *build(const struct calendar_row *rows, size_t n, struct error *err)
{
    CLEANUP(calendar_builder_freep) struct calendar_builder *b = NULL;
    struct calendar *cal = NULL;

    assert_true(calendar_builder_new("thử", ZONE, &b, err));
    for (size_t i = 0; i < n; i++)
        if (!calendar_builder_add(b, &rows[i], err))
            return NULL;
    return calendar_builder_build(b, &cal, err) ? cal : NULL;
}

static void a_day_tells_its_kind_name_and_source(void **state)
{
    struct calendar_row rows[] = {
        year_row(1, 2024, CALENDAR_YEAR_PUBLISHED),
        week_row(2, CALENDAR_COUNTRY, 8, 16),
        day_row(3, CALENDAR_COUNTRY, on(2024, 4, 29), CALENDAR_SWAPPED),
        day_row(4, CALENDAR_COUNTRY, on(2024, 5, 4), CALENDAR_MAKE_UP),
    };
    struct calendar_info info;
    struct calendar *cal;
    struct error err;
    int64_t opening;

    (void)state;
    rows[3].like_on = on(2024, 4, 29);
    rows[3].like_weekday = 1;
    cal = build(rows, ARRAY_LEN(rows), &err);
    assert_non_null(cal);
    assert_true(calendar_day(cal, on(2024, 5, 4), &info, &err));
    assert_int_equal(info.kind, CALENDAR_MAKE_UP);
    assert_true(info.is_working);
    assert_int_equal(info.n_sessions, 1);
    assert_int_equal(info.sessions[0].from_minute, 8 * 60);
    assert_int_equal(info.like_on, on(2024, 4, 29));
    assert_string_equal(info.source, "12/QD");
    assert_true(calendar_day(cal, on(2024, 4, 29), &info, &err));
    assert_int_equal(info.kind, CALENDAR_SWAPPED);
    assert_false(info.is_working);
    assert_true(calendar_day(cal, on(2024, 4, 28), &info, &err));
    assert_int_equal(info.kind, CALENDAR_WEEKEND);
    assert_true(calendar_opening(cal, on(2024, 5, 4), &opening, &err));
    assert_int_equal(opening, at(on(2024, 5, 4), 8, 0));
    assert_false(calendar_opening(cal, on(2024, 4, 28), &opening, &err));
    assert_int_equal(err.code, ERR_CALENDAR_DAY_OFF);
    assert_string_equal(calendar_name(cal), "thử");
    calendar_unref(cal);
}

static void the_most_specific_level_decides(void **state)
{
    struct calendar_row rows[] = {
        year_row(1, 2024, CALENDAR_YEAR_PUBLISHED),
        week_row(2, CALENDAR_COUNTRY, 7, 16),
        week_row(3, CALENDAR_OFFICE, 8, 17),
        day_row(4, CALENDAR_COUNTRY, on(2024, 9, 2), CALENDAR_HOLIDAY),
        day_row(5, CALENDAR_COUNTRY, on(2024, 9, 7), CALENDAR_MAKE_UP),
        day_row(6, CALENDAR_PROVINCE, on(2024, 9, 10), CALENDAR_CLOSURE),
        day_row(7, CALENDAR_OFFICE, on(2024, 9, 10), CALENDAR_CLOSURE),
    };
    struct calendar_info info;
    struct calendar *cal;
    struct error err;

    (void)state;
    rows[2].from_on = on(2024, 6, 1);
    rows[4].like_weekday = 1;
    rows[6].n_sessions = 1;
    rows[6].sessions[0] = (struct calendar_session){14 * 60, 16 * 60};
    cal = build(rows, ARRAY_LEN(rows), &err);
    assert_non_null(cal);
    assert_true(
        calendar_day(cal, on(2024, 5, 31), &info, &err)); /* before the office's timetable */
    assert_int_equal(info.sessions[0].from_minute, 7 * 60);
    assert_true(calendar_day(cal, on(2024, 6, 3), &info, &err));
    assert_int_equal(info.sessions[0].from_minute, 8 * 60);
    assert_int_equal(info.level, CALENDAR_OFFICE);
    assert_false(calendar_is_working(cal, on(2024, 9, 2))); /* the country's holiday reaches it */
    assert_true(calendar_day(cal, on(2024, 9, 7), &info, &err)); /* with the office's own hours */
    assert_int_equal(info.sessions[0].from_minute, 8 * 60);
    assert_true(calendar_day(cal, on(2024, 9, 10), &info, &err));
    assert_int_equal(info.level, CALENDAR_OFFICE);
    assert_true(info.is_working);
    calendar_unref(cal);
}

static void an_unknown_year_is_refused_by_name(void **state)
{
    struct calendar_row rows[] = {year_row(1, 2024, CALENDAR_YEAR_PUBLISHED),
                                  year_row(2, 2026, CALENDAR_YEAR_PROVISIONAL),
                                  week_row(3, CALENDAR_COUNTRY, 8, 16)};
    struct error err;
    struct calendar *cal = build(rows, ARRAY_LEN(rows), &err);
    struct calendar_info info;
    int64_t far;
    int32_t date;

    (void)state;
    assert_non_null(cal);
    assert_int_equal(calendar_year_state(cal, 2025), CALENDAR_YEAR_MISSING);
    assert_false(calendar_check_gaps(cal, &err)); /* it may be used, but not be published */
    assert_int_equal(err.code, ERR_CALENDAR_YEARS_APART);
    assert_int_equal(error_arg(&err, "year")->number, 2025);
    assert_int_equal(calendar_year_state(cal, 2026), CALENDAR_YEAR_PROVISIONAL);
    assert_false(calendar_day(cal, on(2025, 3, 3), &info, &err));
    assert_int_equal(err.code, ERR_CALENDAR_GAP);
    assert_int_equal(error_arg(&err, "year")->number, 2025);
    assert_false(calendar_next_working(cal, on(2024, 12, 30), 2, &date, &err));
    assert_int_equal(error_arg(&err, "year")->number, 2025);
    assert_false(calendar_next_working(cal, on(2026, 1, 2), -2, &date, &err));
    assert_int_equal(error_arg(&err, "year")->number, 2025);
    assert_true(calendar_covers(cal, on(2024, 12, 31), on(2024, 1, 1)));
    assert_false(calendar_covers(cal, on(2024, 12, 31), on(2026, 1, 1)));
    assert_true(calendar_is_provisional(cal, on(2024, 12, 31), on(2026, 1, 1)));
    assert_false(calendar_is_provisional(cal, on(2024, 1, 1), on(2025, 12, 31)));
    assert_false(calendar_add_work(cal, INT64_MAX, 1, &far, &err));
    assert_false(calendar_add_work(cal, INT64_MIN, 1, &far, &err));
    assert_false(calendar_add_work(cal, at(on(2024, 1, 2), 9, 0), INT64_MAX, &far, &err));
    assert_false(calendar_sub_work(cal, at(on(2024, 1, 2), 9, 0), INT64_MAX, &far, &err));
    assert_false(calendar_next_working(cal, INT32_MAX, INT32_MAX, &date, &err));
    assert_false(calendar_next_working(cal, INT32_MIN, INT32_MIN, &date, &err));
    assert_false(calendar_next_working(cal, on(2024, 1, 1), INT32_MAX, &date, &err));
    assert_false(calendar_next_working(cal, on(2024, 1, 1), INT32_MIN, &date, &err));
    assert_false(calendar_is_working(cal, INT32_MIN));
    assert_false(calendar_working_days_between(cal, INT32_MIN, INT32_MAX, &date, &err));
    calendar_unref(cal);
}

static void contradictions_are_refused_with_both_lines(void **state)
{
    struct calendar_row year = year_row(1, 2024, CALENDAR_YEAR_PUBLISHED);
    struct calendar_row week = week_row(2, CALENDAR_COUNTRY, 8, 16);
    struct calendar_row overlap = week_row(9, CALENDAR_COUNTRY, 15, 17);
    struct calendar_row monday = day_row(9, CALENDAR_COUNTRY, on(2024, 4, 29), CALENDAR_SWAPPED);
    struct calendar_row again = day_row(5, CALENDAR_COUNTRY, on(2024, 4, 29), CALENDAR_HOLIDAY);
    struct calendar_row made_up = day_row(9, CALENDAR_COUNTRY, on(2024, 4, 30), CALENDAR_MAKE_UP);
    struct calendar_row sunday = day_row(9, CALENDAR_COUNTRY, on(2024, 4, 28), CALENDAR_SUBSTITUTE);
    struct calendar_row copies = day_row(9, CALENDAR_COUNTRY, on(2024, 5, 4), CALENDAR_MAKE_UP);
    struct calendar_row twice = day_row(9, CALENDAR_COUNTRY, on(2024, 4, 29), CALENDAR_HOLIDAY);
    struct calendar_row late = week, late_year = year_row(9, 2024, CALENDAR_YEAR_PUBLISHED);
    const struct {
        struct calendar_row rows[4];
        size_t n;
        enum error_code code;
        int other; /* the line it contradicts; 0 when none is named */
    } cases[] = {
        {{year, week, overlap}, 3, ERR_CALENDAR_OVERLAP, 2},
        {{year, week, again, monday}, 4, ERR_CALENDAR_DAY_DIFFERS, 5},
        {{year, week, again, twice}, 4, ERR_CALENDAR_DAY_TWICE, 5},
        {{year, week, made_up}, 3, ERR_CALENDAR_MAKE_UP_WORKING, 0},
        {{year, week, sunday}, 3, ERR_CALENDAR_OFF_ALREADY, 0},
        {{year, week, copies}, 3, ERR_CALENDAR_MAKE_UP_EMPTY, 0},
        {{year, year_row(9, 2024, CALENDAR_YEAR_PROVISIONAL), week}, 3, ERR_CALENDAR_YEAR_TWICE, 1},
        {{late_year}, 1, ERR_CALENDAR_NO_WEEK, 0},
        {{late, late_year}, 2, ERR_CALENDAR_NO_WEEK, 0},
        {{week}, 1, ERR_CALENDAR_NO_YEAR, 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct calendar_row rows[4];
        struct error err = {0};

        memcpy(rows, cases[i].rows, sizeof rows);
        for (size_t k = 0; k < cases[i].n; k++) {
            if (rows[k].type == CALENDAR_ROW_DAY && rows[k].kind == CALENDAR_MAKE_UP) {
                rows[k].like_weekday = cases[i].code == ERR_CALENDAR_MAKE_UP_EMPTY ? 7 : 1;
            }
            if (i == 8 && rows[k].type == CALENDAR_ROW_WEEKLY)
                rows[k].from_on = on(2024, 2, 1); /* January has no timetable */
        }
        assert_null(build(rows, cases[i].n, &err));
        assert_int_equal(err.code, cases[i].code);
        if (error_arg(&err, "line"))
            assert_int_equal(error_arg(&err, "line")->number, 9);
        if (cases[i].other)
            assert_int_equal(error_arg(&err, "other")->number, cases[i].other);
    }
}

static void a_level_may_differ_from_the_one_above(void **state)
{
    struct calendar_row rows[] = {
        year_row(1, 2024, CALENDAR_YEAR_PUBLISHED),
        week_row(2, CALENDAR_COUNTRY, 8, 16),
        week_row(3, CALENDAR_OFFICE, 8, 12), /* works Saturdays too */
        day_row(4, CALENDAR_COUNTRY, on(2024, 5, 4), CALENDAR_MAKE_UP),
    };
    struct error err;
    struct calendar *cal;

    (void)state;
    rows[2].weekdays = 0x3F;
    rows[3].like_weekday = 1;
    cal = build(rows, ARRAY_LEN(rows), &err);
    assert_non_null(cal);
    assert_true(calendar_is_working(cal, on(2024, 5, 4)));
    calendar_unref(cal);
}

static void a_saturday_for_intake_alone_counts_nowhere(void **state)
{
    struct calendar_row rows[] = {
        year_row(1, 2024, CALENDAR_YEAR_PUBLISHED),
        week_row(2, CALENDAR_COUNTRY, 8, 16),
        week_row(3, CALENDAR_PROVINCE, 8, 11),
        day_row(4, CALENDAR_COUNTRY, on(2024, 5, 4), CALENDAR_MAKE_UP),
        day_row(5, CALENDAR_COUNTRY, on(2024, 6, 15), CALENDAR_HOLIDAY),
        day_row(6, CALENDAR_COUNTRY, on(2024, 9, 2), CALENDAR_HOLIDAY),
        day_row(7, CALENDAR_OFFICE, on(2024, 9, 2), CALENDAR_INTAKE),
    };
    int32_t saturday = on(2024, 6, 1), days;
    struct calendar_info info;
    struct error err;
    struct calendar *cal;
    int64_t due;

    (void)state;
    rows[2].weekdays = 0x20;
    rows[2].is_intake = true;
    rows[2].source = "QĐ 14";
    rows[3].like_weekday = 5;
    rows[6].n_sessions = 1;
    rows[6].sessions[0] = (struct calendar_session){9 * 60, 10 * 60};
    cal = build(rows, ARRAY_LEN(rows), &err);
    assert_non_null(cal);
    assert_true(calendar_check_gaps(cal, &err));
    assert_true(calendar_day(cal, saturday, &info, &err));
    assert_int_equal(info.kind, CALENDAR_INTAKE);
    assert_false(info.is_working);
    assert_int_equal(info.n_sessions, 0);
    assert_int_equal(info.n_intake, 1);
    assert_int_equal(info.intake[0].to_minute, 11 * 60);
    assert_string_equal(info.source, "QĐ 14");
    assert_false(calendar_is_intake(cal, at(saturday, 8, 0) - 1));
    assert_true(calendar_is_intake(cal, at(saturday, 8, 0)));
    assert_true(calendar_is_intake(cal, at(saturday, 11, 0)));
    assert_false(calendar_is_intake(cal, at(saturday, 11, 0) + 1));
    assert_true(calendar_is_intake(cal, at(saturday + 2, 15, 0))); /* Monday works anyway */
    assert_false(calendar_is_intake(cal, at(saturday + 1, 9, 0)));
    assert_true(calendar_is_intake(cal, at(on(2024, 5, 4), 15, 0)));  /* a make-up day: all hours */
    assert_false(calendar_is_intake(cal, at(on(2024, 6, 15), 9, 0))); /* closed on a holiday */
    assert_false(calendar_is_intake(cal, at(on(2025, 6, 7), 9, 0)));  /* unknown */
    assert_true(calendar_is_intake(cal, at(on(2024, 9, 2), 9, 30)));  /* unless the office opens */
    assert_true(calendar_working_days_between(cal, saturday - 1, saturday + 1, &days, &err));
    assert_int_equal(days, 0);
    assert_true(calendar_add_work(cal, at(saturday, 9, 0), INSTANT_HOUR, &due, &err));
    assert_int_equal(due, at(saturday + 2, 9, 0)); /* from Monday's opening */
    calendar_unref(cal);
}

static void spans_count_both_ways(void **state)
{
    struct calendar_row rows[] = {year_row(1, 2024, CALENDAR_YEAR_PUBLISHED),
                                  week_row(2, CALENDAR_COUNTRY, 8, 16)};
    struct error err;
    struct calendar *cal = build(rows, ARRAY_LEN(rows), &err), *same;
    int64_t us, closing;
    int32_t days;

    (void)state;
    assert_non_null(cal);
    assert_true(calendar_working_days_between(cal, on(2024, 3, 1), on(2024, 3, 8), &days, &err));
    assert_int_equal(days, 5);
    assert_true(calendar_working_days_between(cal, on(2024, 3, 8), on(2024, 3, 1), &days, &err));
    assert_int_equal(days, -5);
    assert_true(
        calendar_work_between(cal, at(on(2024, 3, 1), 15, 0), at(on(2024, 3, 4), 9, 0), &us, &err));
    assert_int_equal(us, 2 * INSTANT_HOUR);
    assert_true(
        calendar_work_between(cal, at(on(2024, 3, 4), 9, 0), at(on(2024, 3, 1), 15, 0), &us, &err));
    assert_int_equal(us, -2 * INSTANT_HOUR);
    assert_true(calendar_last_closing_before(cal, at(on(2024, 3, 4), 16, 0), &closing, &err));
    assert_int_equal(closing, at(on(2024, 3, 4), 16, 0));
    assert_true(calendar_last_closing_before(cal, at(on(2024, 3, 4), 16, 0) - 1, &closing, &err));
    assert_int_equal(closing, at(on(2024, 3, 1), 16, 0));
    same = calendar_ref(cal);
    calendar_unref(cal);
    assert_int_equal(calendar_zone_s(same), ZONE);
    assert_null(calendar_unref(same));
    assert_null(calendar_unref(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_day_tells_its_kind_name_and_source),
        cmocka_unit_test(the_most_specific_level_decides),
        cmocka_unit_test(an_unknown_year_is_refused_by_name),
        cmocka_unit_test(contradictions_are_refused_with_both_lines),
        cmocka_unit_test(a_level_may_differ_from_the_one_above),
        cmocka_unit_test(a_saturday_for_intake_alone_counts_nowhere),
        cmocka_unit_test(spans_count_both_ways),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
