/* Records cut and written: quotation marks, empty fields, and what is refused. */
#include "../test.h"
#include "base/csv.h"
#include "base/macros.h"

static void records_are_cut_into_fields(void **state)
{
    char record[] = "a,\"b,\"\"c\"\"\",,\"\",d e";
    char *f[8];

    (void)state;
    assert_int_equal(csv_split(record, f, 8), 5);
    assert_string_equal(f[0], "a");
    assert_string_equal(f[1], "b,\"c\"");
    assert_string_equal(f[2], "");
    assert_string_equal(f[3], "");
    assert_string_equal(f[4], "d e");
}

static void fields_beyond_the_last_are_counted(void **state)
{
    char record[] = "1,2,3,4,", empty[] = "";
    char *f[2];

    (void)state;
    assert_int_equal(csv_split(record, f, 2), 5);
    assert_string_equal(f[1], "2");
    assert_int_equal(csv_split(empty, f, 2), 1);
    assert_string_equal(f[0], "");
}

static void stray_quotation_marks_are_refused(void **state)
{
    static const char *const bad[] = {"\"a", "a\"b", "\"a\"b,c", "x,\"y", "\""};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        char record[16];
        char *f[4];

        snprintf(record, sizeof record, "%s", bad[i]);
        assert_int_equal(csv_split(record, f, 4), -1);
    }
}

static void what_is_written_reads_back(void **state)
{
    static const char *const texts[] = {"plain", "a,b", "say \"no\"", "", "Tết, \"bù\""};
    struct buffer b = {0};
    char *f[ARRAY_LEN(texts)];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        if (i)
            buffer_char(&b, ',');
        csv_write(&b, texts[i]);
    }
    assert_int_equal(csv_split(b.data, f, ARRAY_LEN(texts)), ARRAY_LEN(texts));
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        assert_string_equal(f[i], texts[i]);
    buffer_deinit(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_are_cut_into_fields),
        cmocka_unit_test(fields_beyond_the_last_are_counted),
        cmocka_unit_test(stray_quotation_marks_are_refused),
        cmocka_unit_test(what_is_written_reads_back),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
