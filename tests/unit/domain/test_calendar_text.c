/* The text form: it reads back what it writes, and refuses the rest with the line and the reason.
 */
#include "../test.h"
#include "base/csv.h"
#include "base/instant.h"
#include "domain/calendar_text.h"

#define HEAD "type,from,to,kind,sessions,name_vi,name_en,source\n"
#define YEAR "year,2024,,published,,,,\n"
#define WEEK "weekly,2024-01-01,,mon-fri,08:00-12:00 13:00-17:00,,,\n"

static bool read_text(const char *bytes, size_t len, struct calendar **ret_cal, struct error *err)
{
    CLEANUP(calendar_builder_freep) struct calendar_builder *b = NULL;

    assert_true(calendar_builder_new("", 0, &b, err));
    return calendar_text_read(b, CALENDAR_COUNTRY, bytes, len, err) &&
           calendar_builder_build(b, ret_cal, err);
}

static void what_is_no_calendar_is_refused_with_its_line(void **state)
{
    static const struct {
        const char *text;
        enum error_code code;
        int line;
        const char *field;
    } cases[] = {
        {"", ERR_CALENDAR_NO_YEAR, 0, NULL},
        {"type,from\n", ERR_CALENDAR_TEXT_COLUMNS, 1, NULL},
        {"type,from,to,kind,sessions,name,name_en,source\n", ERR_CALENDAR_TEXT_HEADER, 1, NULL},
        {HEAD "year,2024,,published,,,\n", ERR_CALENDAR_TEXT_COLUMNS, 2, NULL},
        {HEAD "year,2024,,published,,,,,\n", ERR_CALENDAR_TEXT_COLUMNS, 2, NULL},
        {HEAD "# note\n\nyear,2024,,\"published,,,,\n", ERR_CALENDAR_TEXT_QUOTE, 4, NULL},
        {HEAD "year,24,,published,,,,\n", ERR_CALENDAR_FIELD, 2, "from"},
        {HEAD "year,2024,2o25,published,,,,\n", ERR_CALENDAR_FIELD, 2, "to"},
        {HEAD "year,2024,,known,,,,\n", ERR_CALENDAR_FIELD, 2, "kind"},
        {HEAD "year,2024,,missing,,,,\n", ERR_CALENDAR_FIELD, 2, "kind"},
        {HEAD "month,2024,,published,,,,\n", ERR_CALENDAR_FIELD, 2, "type"},
        {HEAD "calendar,,,7,,x,x,\n", ERR_CALENDAR_FIELD, 2, "kind"},
        {HEAD "calendar,,,+15:00,,x,x,\n", ERR_CALENDAR_FIELD, 2, "kind"},
        {HEAD YEAR "weekly,2024-01-01,,monday,08:00-12:00,,,\n", ERR_CALENDAR_FIELD, 3, "kind"},
        {HEAD YEAR "weekly,2024-01-01,,fri-mon,08:00-12:00,,,\n", ERR_CALENDAR_FIELD, 3, "kind"},
        {HEAD YEAR "weekly,2024-01-01,,mon mon,08:00-12:00,,,\n", ERR_CALENDAR_FIELD, 3, "kind"},
        {HEAD YEAR "weekly,2024-01-01,,mon,8:00-12:00,,,\n", ERR_CALENDAR_FIELD, 3, "sessions"},
        {HEAD YEAR "weekly,2024-01-01,,mon,,,,\n", ERR_CALENDAR_FIELD, 3, "sessions"},
        {HEAD YEAR "weekly,2024-01-01,,mon,08:00-24:01,,,\n", ERR_CALENDAR_FIELD, 3, "sessions"},
        {HEAD YEAR "weekly,2024-01-01,,mon,08:00-12:00 11:00-13:00,,,\n", ERR_CALENDAR_SESSIONS, 3,
         NULL},
        {HEAD YEAR "weekly,2024-01-01,,mon,12:00-08:00,,,\n", ERR_CALENDAR_SESSIONS, 3, NULL},
        {HEAD YEAR "weekly,2024-06-01,2024-01-01,mon,08:00-12:00,,,\n", ERR_CALENDAR_FIELD, 3,
         "to"},
        {HEAD YEAR
         "weekly,2024-01-01,,mon,07:00-08:00 08:00-09:00 09:00-10:00 10:00-11:00 11:00-12:00 "
         "13:00-14:00 14:00-15:00,,,\n",
         ERR_CALENDAR_FIELD, 3, "sessions"},
        {HEAD YEAR WEEK "day,2024-02-30,,holiday,,,,\n", ERR_CALENDAR_FIELD, 4, "from"},
        {HEAD YEAR WEEK "day,2024-02-28,2024-02-01,holiday,,,,\n", ERR_CALENDAR_FIELD, 4, "to"},
        {HEAD YEAR WEEK "day,2024-01-01,2026-01-01,holiday,,,,\n", ERR_CALENDAR_FIELD, 4, "to"},
        {HEAD YEAR WEEK "day,2024-02-28,,workday,,,,\n", ERR_CALENDAR_FIELD, 4, "kind"},
        {HEAD YEAR WEEK "day,2024-02-28,,holiday,08:00-09:00,,,\n", ERR_CALENDAR_SESSIONS, 4, NULL},
        {HEAD YEAR WEEK "day,2024-02-28,,half_day,,,,\n", ERR_CALENDAR_SESSIONS, 4, NULL},
        {HEAD YEAR WEEK "day,2024-05-04,,make_up,,,,\n", ERR_CALENDAR_SESSIONS, 4, NULL},
        {HEAD YEAR WEEK "day,2024-05-04,,make_up,like 2024-04-31,,,\n", ERR_CALENDAR_FIELD, 4,
         "sessions"},
        {HEAD YEAR WEEK "day,2024-05-04,,make_up,like sun,,,\n", ERR_CALENDAR_MAKE_UP_EMPTY, 4,
         NULL},
        {HEAD YEAR WEEK "day,2024-05-03,,make_up,like mon,,,\n", ERR_CALENDAR_MAKE_UP_WORKING, 4,
         NULL},
        {HEAD YEAR WEEK "day,2024-05-03,,holiday,,,,\nday,2024-05-01,2024-05-03,holiday,,,,\n",
         ERR_CALENDAR_DAY_TWICE, 5, NULL},
        {HEAD YEAR WEEK "day,2024-05-03,,holiday,,,,\nday,2024-05-03,,half_day,08:00-12:00,,,\n",
         ERR_CALENDAR_DAY_DIFFERS, 5, NULL},
        {HEAD YEAR WEEK "weekly,2024-01-01,,intake,08:00-12:00,,,\n", ERR_CALENDAR_FIELD, 4,
         "kind"},
        {HEAD YEAR WEEK "weekly,2024-01-01,,intake sat sun sat,08:00-12:00,,,\n",
         ERR_CALENDAR_FIELD, 4, "kind"},
        {HEAD YEAR WEEK "weekly,2024-01-01,,intake sat,,,,\n", ERR_CALENDAR_FIELD, 4, "sessions"},
        {HEAD YEAR WEEK "weekly,2024-01-01,,intake fri-sat,16:00-18:00,,,\n", ERR_CALENDAR_OVERLAP,
         4, NULL},
        {HEAD YEAR "weekly,2024-01-01,,intake mon-fri,08:00-12:00,,,\n", ERR_CALENDAR_NO_WEEK, 2,
         NULL},
        {HEAD YEAR WEEK "day,2024-05-04,,intake,,,,\n", ERR_CALENDAR_SESSIONS, 4, NULL},
        {HEAD YEAR WEEK "day,2024-05-03,,intake,08:00-12:00,,,\n", ERR_CALENDAR_INTAKE_WORKING, 4,
         NULL},
        {HEAD YEAR "weekly,2024-01-01,2024-06-30,mon-fri,08:00-12:00,,,\n"
                   "weekly,2024-07-02,,mon-fri,08:00-12:00,,,\n",
         ERR_CALENDAR_NO_WEEK, 2, NULL},
        {HEAD YEAR WEEK "weekly,2024-03-01,,fri-sat,16:00-18:00,,,\n", ERR_CALENDAR_OVERLAP, 4,
         NULL},
        {HEAD YEAR WEEK "day,2024-05-03,,holiday,,T\xE1\xBA,,\n", ERR_CALENDAR_TEXT_BYTES, 4, NULL},
        {HEAD YEAR "year,2201,,published,,,,\n", ERR_CALENDAR_FIELD, 3, "from"},
        {HEAD "year,1990,2200,published,,,,\n" WEEK, ERR_CALENDAR_TOO_LARGE, 0, NULL},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct calendar *cal = NULL;
        struct error err = {0};

        if (read_text(cases[i].text, strlen(cases[i].text), &cal, &err))
            fail_msg("taken: %s", cases[i].text);
        if (err.code != cases[i].code)
            fail_msg("%s: %s", cases[i].text, error_word(err.code));
        if (cases[i].line)
            assert_int_equal(error_arg(&err, "line")->number, cases[i].line);
        if (cases[i].field)
            assert_string_equal(error_arg(&err, "field")->text, cases[i].field);
    }
}

static void odd_but_lawful_files_are_read(void **state)
{
    static const char text[] = "\xEF\xBB\xBF# made by a spreadsheet\r\n"
                               "type,from,to,kind,sessions,name_vi,name_en,source\r\n"
                               "calendar,,,-03:30,,\"Lịch, \"\"thử\"\"\",x,\r\n"
                               "year,2024,,published,,,,\r\n\r\n"
                               "weekly,2024-01-01,,mon wed-fri,08:00-12:00,,,";
    struct calendar *cal;
    struct error err;

    (void)state;
    assert_true(read_text(text, sizeof text - 1, &cal, &err));
    assert_string_equal(calendar_name(cal), "Lịch, \"thử\"");
    assert_int_equal(calendar_zone_s(cal), -(3 * 3600 + 1800));
    assert_true(calendar_is_working(cal, date_from_civil(2024, 1, 1)));
    assert_false(calendar_is_working(cal, date_from_civil(2024, 1, 2)));
    calendar_unref(cal);
}

static void a_file_has_a_size_it_may_not_pass(void **state)
{
    size_t len = CALENDAR_TEXT_MAX + 1;
    char *bytes = malloc(len);
    struct calendar *cal;
    struct error err;

    (void)state;
    assert_non_null(bytes);
    memset(bytes, '\n', len);
    assert_false(read_text(bytes, len, &cal, &err));
    assert_int_equal(err.code, ERR_CALENDAR_FILE_SIZE);
    assert_int_equal(error_arg(&err, "size")->number, len);
    assert_false(
        read_text(bytes, len - 1, &cal, &err)); /* read to its end, though nothing is in it */
    assert_int_equal(err.code, ERR_CALENDAR_NO_YEAR);
    memset(bytes, 'a', 5000);
    assert_false(read_text(bytes, 6000, &cal, &err));
    assert_int_equal(err.code, ERR_CALENDAR_TEXT_LINE);
    assert_false(read_text("a\0b\n", 4, &cal, &err));
    assert_int_equal(err.code, ERR_CALENDAR_TEXT_BYTES);
    free(bytes);
}

static void rows_read_back_as_written(void **state)
{
    static const char *const lines[] = {
        "year,2024,,published,,,,",
        "year,2022,2026,provisional,,,,tạm tính",
        "weekly,2024-01-01,,mon-fri,07:00-11:30 13:30-17:00,,,demonstration",
        "weekly,2024-01-01,2024-06-30,mon wed-thu sun,00:00-24:00,\"a, b\",\"say \"\"no\"\"\",",
        "day,2022-01-31,2022-02-04,holiday,,Tết Nguyên đán,Lunar New Year,Đ.112",
        "day,2024-05-04,,make_up,like 2024-04-29,Làm bù,Make-up,CV 2450",
        "day,2024-05-04,,make_up,like mon,,,",
        "day,2024-05-04,,intake,08:00-12:00,,,",
        "weekly,2024-01-01,2024-06-30,intake sat-sun,08:00-11:00,Tiếp nhận,Intake,QĐ 14",
        "day,2024-05-04,,make_up,08:00-12:00,,,",
        "day,2024-09-10,,closure,,Bão,Typhoon,synthetic storm",
        "day,2024-02-08,,half_day,07:00-11:30,,,",
        "day,2024-02-09,,substitute,,,,",
        "day,2024-02-12,,swapped,,,,",
    };
    struct buffer out = {0};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        struct calendar_row row;
        struct error err;
        char copy[256], *fields[CALENDAR_COLUMN_COUNT] = {0};
        const char *texts[CALENDAR_COLUMN_COUNT];

        snprintf(copy, sizeof copy, "%s", lines[i]);
        assert_int_equal(csv_split(copy, fields, CALENDAR_COLUMN_COUNT), CALENDAR_COLUMN_COUNT);
        for (int k = 0; k < CALENDAR_COLUMN_COUNT; k++)
            texts[k] = fields[k];
        assert_true(calendar_text_row(texts, CALENDAR_OFFICE, 7, &row, &err));
        assert_int_equal(row.level, CALENDAR_OFFICE);
        assert_int_equal(row.is_synthetic, strstr(lines[i], "synthetic") != NULL);
        buffer_clear(&out);
        calendar_text_write_row(&out, &row);
        assert_int_equal(out.data[out.len - 1], '\n');
        out.data[out.len - 1] = '\0';
        assert_string_equal(out.data, lines[i]);
    }
    buffer_deinit(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_calendar_is_refused_with_its_line),
        cmocka_unit_test(odd_but_lawful_files_are_read),
        cmocka_unit_test(a_file_has_a_size_it_may_not_pass),
        cmocka_unit_test(rows_read_back_as_written),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
