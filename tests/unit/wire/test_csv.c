/* CSV: RFC 4180 in and out; every fault is named with its line and column and costs one row only.
 */
#include "../test.h"
#include "wire/csv.h"

/* Reads all, feeding `step` bytes at a time, and renders what came: "a|b;" per row, "!code line
 * column;" per refused one. */
static void read_all(const char *text, size_t len, size_t step, const struct csv_limits *limits,
                     struct buffer *out)
{
    struct csv_reader r;
    struct error err;

    csv_reader_init(&r, limits);
    for (size_t at = 0;; at += step) {
        const char *bytes = text + (at < len ? at : len);
        size_t left = at >= len ? 0 : len - at < step ? len - at : step;
        bool is_last = at + step >= len;
        enum csv_status status;

        while ((status = csv_read(&r, &bytes, &left, is_last, &err)) < CSV_MORE) {
            const struct error_arg *line, *column;

            if (status == CSV_BAD) {
                line = error_arg(&err, "line");
                column = error_arg(&err, "column");
                buffer_printf(out, "!%s %d %s;", error_word(err.code), line ? (int)line->number : 0,
                              column ? column->text : "-");
                continue;
            }
            for (size_t i = 0; i < r.n_fields; i++)
                buffer_printf(out, "%s%s", i ? "|" : "", r.fields[i]);
            buffer_text(out, ";");
        }
        if (status == CSV_END)
            break;
        assert_false(is_last);
    }
    buffer_add(out, "", 0);
    csv_reader_deinit(&r);
}

static void assert_reads(const char *text, size_t len, const char *expected)
{
    for (size_t step = 1; step <= len + 1; step++) {
        struct buffer out = {0};

        read_all(text, len, step, NULL, &out);
        assert_string_equal(out.data, expected);
        buffer_deinit(&out);
    }
}

static void rows_arrive_however_the_bytes_do(void **state)
{
    static const struct {
        const char *text, *expected;
    } rows[] = {
        {"", ""},
        {"a,b", ""},
        {"a,b\n1,2\n", "1|2;"},
        {"a,b\r\n1,2\r\n3,4", "1|2;3|4;"},
        {"\xEF\xBB\xBF\"a\",b\n1,2\n", "1|2;"},
        {"a,b\n\"x, \"\"y\"\"\",\"line\r\nnext\"\n", "x, \"y\"|line\r\nnext;"},
        {"a,b\n,\n\"\",\"\"\n", "|;|;"},
        {"a,b\n\n1,2\n\r\n\n3,4\n\n", "1|2;3|4;"},
        {"a\n\"\"\n", ";"},
        {"a,,\n1,2,3\n", "1|2|3;"},
        {"a,b\nNguyễn,Đào\n", "Nguyễn|Đào;"},
        {"a,b\n 1 ,\t2\n", " 1 |\t2;"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_reads(rows[i].text, strlen(rows[i].text), rows[i].expected);
}

static void a_fault_costs_its_row_only(void **state)
{
    static const struct {
        const char *text, *expected;
    } rows[] = {
        {"a,b\n1\n2,3\n", "!csv_fields 2 -;2|3;"},
        {"a,b\n1,2,3\n2,3\n", "!csv_fields 2 -;2|3;"},
        {"a,b\n1,x\"y\n2,3\n", "!csv_quote 2 b;2|3;"},
        {"a,b\n\"1\"x,y\n2,3\n", "!csv_quote 2 a;2|3;"},
        {"a,b\n\"1\" ,y\n2,3\n", "!csv_quote 2 a;2|3;"},
        {"a,b\n1,\xff\n2,3\n", "!csv_utf8 2 b;2|3;"},
        {"a,b\n\"1\n2\",\"3\n\xe1\xbb\"\n2,3\n", "!csv_utf8 4 b;2|3;"},
        {"a,b\n1\r2,3\n4,5\n", "!csv_return 2 a;4|5;"},
        {"a,b\n1,2\r", "!csv_return 2 b;"},
        {"a,b\n1,\"2\n3,4\n5,6\n", "!csv_unclosed 2 b;"},
        {"a,\n1,\"2\"\"3", "!csv_unclosed 2 #2;"},
        {"\xEF\xBB", "!csv_utf8 1 #1;"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_reads(rows[i].text, strlen(rows[i].text), rows[i].expected);
    assert_reads("a,b\n1,2\0x\n3,4\n", 14, "!csv_nul 2 b;3|4;");
}

static void without_a_header_there_is_nothing_to_count_by(void **state)
{
    static const char text[] = "a,a\n1,2\n";
    const char *bytes = text;
    size_t len = sizeof text - 1;
    struct csv_reader r;
    struct error err = {0};

    (void)state;
    csv_reader_init(&r, NULL);
    assert_int_equal(csv_read(&r, &bytes, &len, true, &err), CSV_BAD);
    assert_int_equal(err.code, ERR_CSV_HEADER_TWICE);
    assert_false(csv_reader_has_header(&r));
    assert_int_equal(csv_read(&r, &bytes, &len, true, &err), CSV_END);
    csv_reader_deinit(&r);
}

static void limits_hold_to_the_last(void **state)
{
    static const struct csv_limits limits = {.row_len = 10, .field_len = 6, .n_columns = 3};
    static const struct {
        const char *text, *expected;
    } rows[] = {
        {"a,b\n123456,1234\n", "123456|1234;"},
        {"a,b\n1234567,1\n2,3\n", "!csv_field_too_long 2 a;2|3;"},
        {"a,b\n123456,12345\n2,3\n", "!csv_row_too_long 2 -;2|3;"},
        {"a,b,c\n1,2,3\n", "1|2|3;"},
        {"a,b,c\n1,2,3,4\n1,2,3\n", "!csv_too_many_columns 2 -;1|2|3;"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct buffer out = {0};

        read_all(rows[i].text, strlen(rows[i].text), 1000, &limits, &out);
        assert_string_equal(out.data, rows[i].expected);
        buffer_deinit(&out);
    }
}

static void columns_are_found_by_name(void **state)
{
    static const char text[] = "mã,case:deadline,\n1,2,3\n";
    const char *bytes = text;
    size_t len = sizeof text - 1;
    struct csv_reader r;
    struct error err = {0};

    (void)state;
    csv_reader_init(&r, NULL);
    assert_int_equal(csv_column(&r, "mã"), -1);
    assert_int_equal(csv_read(&r, &bytes, &len, true, &err), CSV_ROW);
    assert_int_equal(r.row_line, 2);
    assert_int_equal(csv_n_columns(&r), 3);
    assert_int_equal(csv_column(&r, "case:deadline"), 1);
    assert_int_equal(csv_column(&r, "deadline"), -1);
    assert_string_equal(csv_column_name(&r, 2), "");
    csv_reader_deinit(&r);
}

static void what_is_written_reads_back(void **state)
{
    static const char *const values[] = {"",   "plain", "a,b",  "\"",  "\"\"x", "line\nnext",
                                         "\r", " x ",   "=1+1", "Đào", "-5",    "'"};
    const size_t n = sizeof values / sizeof values[0];
    struct buffer b = {0}, out = {0}, expected = {0};
    struct csv_writer w = {.b = &b};

    (void)state;
    csv_write_text(&w, "x");
    csv_write_text(&w, "y");
    csv_write_end(&w);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++) {
            csv_write_text(&w, values[i]);
            csv_write_text(&w, values[k]);
            csv_write_end(&w);
            buffer_printf(&expected, "%s|%s;", values[i], values[k]);
        }
    read_all(b.data, b.len, 7, NULL, &out);
    assert_string_equal(out.data, expected.data);
    buffer_deinit(&b);
    buffer_deinit(&out);
    buffer_deinit(&expected);
}

static void a_spreadsheet_runs_nothing(void **state)
{
    struct buffer b = {0};
    struct csv_writer w = {.b = &b, .is_guarded = true};

    (void)state;
    csv_write_text(&w, "=cmd()");
    csv_write_text(&w, "@x");
    csv_write_text(&w, "a=b");
    csv_write_integer(&w, -5);
    csv_write_end(&w);
    csv_write_text(&w, "");
    csv_write_end(&w);
    assert_string_equal(b.data, "\"'=cmd()\",\"'@x\",a=b,-5\r\n\"\"\r\n");
    buffer_deinit(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_arrive_however_the_bytes_do),
        cmocka_unit_test(a_fault_costs_its_row_only),
        cmocka_unit_test(without_a_header_there_is_nothing_to_count_by),
        cmocka_unit_test(limits_hold_to_the_last),
        cmocka_unit_test(columns_are_found_by_name),
        cmocka_unit_test(what_is_written_reads_back),
        cmocka_unit_test(a_spreadsheet_runs_nothing),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
