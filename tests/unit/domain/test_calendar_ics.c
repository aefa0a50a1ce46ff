/* iCalendar out: against what a strict reader of RFC 5545 demands, and line by line where it
 * matters.
 */
#include "../test.h"
#include "base/buffer.h"
#include "base/instant.h"
#include "domain/calendar_ics.h"
#include "domain/calendar_text.h"

static const char table[] =
    "type,from,to,kind,sessions,name_vi,name_en,source\n"
    "calendar,,,+07:00,,Lịch thử,Test,\n"
    "year,2024,,published,,,,\n"
    "year,2025,,provisional,,,,\n"
    "weekly,2024-01-01,,mon-fri,07:00-11:30 13:30-17:00,,,\n"
    "day,2024-02-08,2024-02-12,holiday,,Tết Nguyên đán Giáp Thìn,Lunar New Year,\"Luật, Đ.112; "
    "[V]\"\n"
    "day,2024-04-29,,swapped,,Hoán đổi sang thứ Bảy 04/5/2024 theo thông báo rất dài của Văn phòng "
    "Chính phủ gửi các cơ quan ở địa phương,Swapped,CV 2450\n"
    "day,2024-05-04,,make_up,like 2024-04-29,Làm bù,Make-up,CV 2450\n"
    "day,2024-12-31,,half_day,07:00-11:30,Nghỉ chiều,Half day,QĐ 1\n"
    "day,2025-01-01,,holiday,,Tết Dương lịch,New Year's Day,Luật\n";

static struct buffer export_of(int from, int to)
{
    CLEANUP(calendar_builder_freep) struct calendar_builder *b = NULL;
    CLEANUP(calendar_unrefp) struct calendar *cal = NULL;
    struct calendar_ics how = {.key = "vn",
                               .from_year = from,
                               .to_year = to,
                               .stamp_at = date_instant(date_from_civil(2024, 1, 2), 0),
                               .lang = LANGUAGE_VI};
    struct buffer out = {0};
    struct error err;

    assert_true(calendar_builder_new("x", 0, &b, &err));
    assert_true(calendar_text_read(b, CALENDAR_COUNTRY, table, strlen(table), &err));
    assert_true(calendar_builder_build(b, &cal, &err));
    calendar_ics_write(cal, &how, &out);
    assert_false(out.is_failed);
    return out;
}

/* The text with its folds undone. */
static void unfold(struct buffer *b)
{
    char *to = b->data;

    for (const char *from = b->data; *from;) {
        if (!strncmp(from, "\r\n ", 3))
            from += 3;
        else
            *to++ = *from++;
    }
    *to = '\0';
}

static void lines_end_in_crlf_and_hold_at_most_75_octets(void **state)
{
    struct buffer b = export_of(2024, 2025);
    const char *line = b.data;
    int n_folded = 0;

    (void)state;
    while (*line) {
        const char *end = strstr(line, "\r\n");

        assert_non_null(end);
        assert_true(end - line <= 75);
        assert_null(memchr(line, '\n', (size_t)(end - line)));
        assert_true(((unsigned char)*line & 0xC0) != 0x80); /* a character begins here */
        assert_true(*line != ' ' || ((unsigned char)line[1] & 0xC0) != 0x80);
        n_folded += *line == ' ';
        line = end + 2;
    }
    assert_true(n_folded > 0);
    buffer_deinit(&b);
}

static void has(const char *text, const char *what)
{
    if (!strstr(text, what))
        fail_msg("lacks %s", what);
}

static void days_off_are_whole_days_and_work_has_hours(void **state)
{
    struct buffer b = export_of(2024, 2025);

    (void)state;
    unfold(&b);
    has(b.data, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n");
    has(b.data, "METHOD:PUBLISH\r\n");
    has(b.data, "X-WR-CALNAME:Lịch thử\r\n");
    has(b.data, "UID:vn-20240208-holiday-0@motcua\r\nDTSTAMP:20240102T000000Z\r\n"
                "DTSTART;VALUE=DATE:20240208\r\nDTEND;VALUE=DATE:20240213\r\n"
                "SUMMARY:Tết Nguyên đán Giáp Thìn\r\n"
                "DESCRIPTION:ngày nghỉ lễ\\, tết\\nLuật\\, Đ.112\\; [V]\r\n");
    has(b.data, "UID:vn-20240504-make_up-1@motcua\r\n");
    has(b.data, "DTSTART;TZID=Asia/Ho_Chi_Minh:20240504T133000\r\n"
                "DTEND;TZID=Asia/Ho_Chi_Minh:20240504T170000\r\n");
    has(b.data, "SUMMARY:Hoán đổi sang thứ Bảy 04/5/2024 theo thông báo rất dài của Văn phòng "
                "Chính phủ gửi các cơ quan ở địa phương\r\n");
    has(b.data, "STATUS:TENTATIVE\r\nTRANSP:TRANSPARENT\r\n"); /* 2025 is provisional */
    has(b.data, "END:VCALENDAR\r\n");
    buffer_deinit(&b);
}

static void unknown_years_are_passed_over(void **state)
{
    struct buffer b = export_of(2030, 2031);

    (void)state;
    assert_null(strstr(b.data, "VEVENT"));
    has(b.data, "END:VCALENDAR\r\n");
    buffer_deinit(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_end_in_crlf_and_hold_at_most_75_octets),
        cmocka_unit_test(days_off_are_whole_days_and_work_has_hours),
        cmocka_unit_test(unknown_years_are_passed_over),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
