/* Errors: what a site sets is what the reader gets, and every sentence of the table is well made.
 */
#include "../test.h"
#include "base/error.h"
#include "base/instant.h"
#include "base/text.h"

/* The {names} of a sentence in the order of the alphabet, blank between: "column line ". */
static void names_of(const char *sentence, char buf[256])
{
    char names[8][32] = {{0}};
    size_t n = 0;

    for (const char *p = sentence; (p = strchr(p, '{')); p++) {
        const char *close = strchr(p, '}');

        assert_non_null(close);
        assert_true(n < 8 && close - p - 1 < 32);
        snprintf(names[n++], sizeof names[0], "%.*s", (int)(close - p - 1), p + 1);
    }
    qsort(names, n, sizeof names[0], (int (*)(const void *, const void *))strcmp);
    buf[0] = '\0';
    for (size_t i = 0; i < n; i++) {
        if (i && !strcmp(names[i], names[i - 1]))
            continue;
        strcat(buf, names[i]);
        strcat(buf, " ");
    }
}

static void every_sentence_is_well_made(void **state)
{
    (void)state;
    for (enum error_code code = ERR_NONE + 1; code < ERROR_CODE_COUNT; code++) {
        const char *vi = error_template(code, LANGUAGE_VI), *en = error_template(code, LANGUAGE_EN);
        char vi_names[256], en_names[256];

        names_of(vi, vi_names);
        names_of(en, en_names);
        if (strcmp(vi_names, en_names) || !vi_names[0])
            fail_msg("%s: names {%s} in Vietnamese, {%s} in English", error_word(code), vi_names,
                     en_names);
        if (vi[strlen(vi) - 1] != '.' || en[strlen(en) - 1] != '.')
            fail_msg("%s: a sentence ends with a full stop", error_word(code));
        if (!text_is_nfc(vi) || !text_is_nfc(en))
            fail_msg("%s: not NFC", error_word(code));
        if (error_status(code) < 400 || error_status(code) > 599)
            fail_msg("%s: %d is no status of a refusal", error_word(code), error_status(code));
        assert_true(strlen(error_word(code)) < ERROR_WORD_MAX);
    }
}

static void a_refusal_is_one_line(void **state)
{
    struct error err = {0};
    char text[200];

    (void)state;
    assert_false(error_set(&err, ERR_JSON_SYNTAX, arg_number("line", 3), arg_number("column", 14)));
    assert_int_equal(err.code, ERR_JSON_SYNTAX);
    assert_non_null(strstr(err.origin, "test_error.c:"));
    assert_string_equal(error_word(err.code), "json_syntax");
    error_sentence(&err, LANGUAGE_VI, ZONE_VIETNAM_S, text, sizeof text);
    assert_string_equal(text, "Nội dung không phải JSON hợp lệ (dòng 3, cột 14).");
    error_sentence(&err, LANGUAGE_EN, ZONE_VIETNAM_S, text, sizeof text);
    assert_string_equal(text, "The body is not valid JSON (line 3, column 14).");
    assert_int_equal(error_arg(&err, "column")->number, 14);
    assert_null(error_arg(&err, "colour"));
    error_clear(&err);
    assert_int_equal(err.code, ERR_NONE);
}

static void dates_read_as_people_write_them(void **state)
{
    struct error err = {0};
    char text[200];

    (void)state;
    error_set(&err, ERR_INTERNAL, arg_date("what", date_from_civil(2022, 8, 5)));
    error_sentence(&err, LANGUAGE_VI, ZONE_VIETNAM_S, text, sizeof text);
    assert_string_equal(text, "Lỗi nội bộ, mã tra cứu 05/8/2022.");
    error_set(&err, ERR_INTERNAL, arg_instant("what", INT64_C(1661828400) * INSTANT_SECOND));
    error_sentence(&err, LANGUAGE_EN, ZONE_VIETNAM_S, text, sizeof text);
    assert_string_equal(text, "Internal error (2022-08-30T10:00:00+07:00).");
}

static void long_values_are_cut_between_characters(void **state)
{
    char long_text[400] = "x", text[400];
    struct error err = {0};

    (void)state;
    for (int i = 0; i < 90; i++)
        strcat(long_text, "ệ");
    error_set(&err, ERR_INTERNAL, arg_text("what", long_text));
    assert_int_equal(strlen(err.args[0].text), 1 + 39 * 3);
    error_set(&err, ERR_INTERNAL, arg_text("what", NULL));
    assert_string_equal(err.args[0].text, "");
    error_set(&err, ERR_INTERNAL, arg_text("what", long_text));
    for (size_t size = 1; size < 150; size++) {
        size_t n = error_sentence(&err, LANGUAGE_VI, ZONE_VIETNAM_S, text, size);

        assert_true(n < size && strlen(text) == n);
        assert_int_equal(text_utf8_fault(text, n), -1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_sentence_is_well_made),
        cmocka_unit_test(a_refusal_is_one_line),
        cmocka_unit_test(dates_read_as_people_write_them),
        cmocka_unit_test(long_values_are_cut_between_characters),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
