/* Problems: the sentence in the reader's language, the field and the value for programs. */
#include "../test.h"
#include "base/instant.h"
#include "base/text.h"
#include "wire/problem.h"

static void a_problem_says_field_and_value(void **state)
{
    struct error err = {0};
    struct buffer b = {0};

    (void)state;
    error_set(&err, ERR_FIELD_NOT_DATE, arg_text("field", "applicant.birth"),
              arg_text("value", "30/8/2022"));
    problem_write(&err, LANGUAGE_VI, ZONE_VIETNAM_S, "00ff", &b);
    assert_string_equal(
        b.data,
        "{\"type\":\"/docs/problems#field_not_date\",\"title\":\"Nội dung không hợp lệ\","
        "\"status\":422,\"detail\":\"Trường applicant.birth phải là ngày như 2022-08-30, không "
        "phải 30/8/2022.\",\"code\":\"field_not_date\",\"field\":\"applicant.birth\",\"value\":"
        "\"30/8/2022\",\"trace\":\"00ff\"}");
    buffer_clear(&b);
    error_set(&err, ERR_NO_MEMORY, arg_text("what", "x"));
    problem_write(&err, LANGUAGE_EN, ZONE_VIETNAM_S, "1", &b);
    assert_string_equal(b.data,
                        "{\"type\":\"/docs/problems#no_memory\",\"title\":\"Not available for "
                        "now\",\"status\":503,\"detail\":\"The system is out of memory (x); "
                        "try again.\",\"code\":\"no_memory\",\"trace\":\"1\"}");
    buffer_deinit(&b);
}

static void bytes_that_are_not_text_do_no_harm(void **state)
{
    struct error err = {0};
    struct buffer b = {0};

    (void)state;
    error_set(&err, ERR_FIELD_NOT_TEXT, arg_text("field", "\xff\"\x01"),
              arg_text("value", "a\xe1\xbb"));
    problem_write(&err, LANGUAGE_EN, ZONE_VIETNAM_S, "1", &b);
    assert_int_equal(text_utf8_fault(b.data, b.len), -1);
    assert_non_null(strstr(b.data, "\"field\":\"?\\\"\\u0001\",\"value\":\"a??\""));
    buffer_deinit(&b);
}

static void every_status_of_the_table_has_a_title(void **state)
{
    (void)state;
    for (enum error_code code = ERR_NONE + 1; code < ERROR_CODE_COUNT; code++)
        if (!strcmp(problem_title(error_status(code), LANGUAGE_EN), "Refused"))
            fail_msg("%s: status %d has no title", error_word(code), error_status(code));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_problem_says_field_and_value),
        cmocka_unit_test(bytes_that_are_not_text_do_no_harm),
        cmocka_unit_test(every_status_of_the_table_has_a_title),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
