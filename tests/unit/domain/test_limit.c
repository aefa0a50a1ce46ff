/* Limits: every spelling reads back as itself, bounds hold one below and one above, words for
 * people. */
#include "../test.h"
#include "domain/limit.h"

static void limits_read_back_as_themselves(void **state)
{
    static const char *const texts[] = {"1wd", "3wd",   "3650wd", "15d", "24wh",  "30000wh",
                                        "2mo", "120mo", "sd",     "1hd", "7300hd"};
    struct error err;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct limit limit;
        char buf[LIMIT_TEXT_MAX];

        assert_true(limit_parse(texts[i], &limit, &err));
        assert_true(limit_is_valid(limit));
        limit_format(limit, buf);
        assert_string_equal(buf, texts[i]);
    }
}

static void what_is_no_limit_is_refused(void **state)
{
    static const char *const syntax[] = {"",     "3",    "wd",  "3 wd", " 3wd",  "+3wd",
                                         "-3wd", "03wd", "3WD", "3wd ", "3.5wd", "1sd",
                                         "0sd",  "d",    "3h",  "3wdd", "３wd"};
    static const char *const range[] = {
        "0wd", "3651wd", "0d",  "3651d",  "0wh",          "30001wh",
        "0mo", "121mo",  "0hd", "7301hd", "4294967299wd", "99999999999999999999999d"};
    struct limit limit = {77, LIMIT_MONTHS};
    struct error err;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(syntax); i++) {
        assert_false(limit_parse(syntax[i], &limit, &err));
        assert_int_equal(err.code, ERR_LIMIT_SYNTAX);
        assert_string_equal(error_arg(&err, "limit")->text, syntax[i]);
    }
    for (size_t i = 0; i < ARRAY_LEN(range); i++) {
        assert_false(limit_parse(range[i], &limit, &err));
        assert_int_equal(err.code, ERR_LIMIT_RANGE);
    }
    assert_int_equal(limit.amount, 77); /* untouched on failure */
}

static void people_read_phrases(void **state)
{
    char buf[LIMIT_PHRASE_MAX];

    (void)state;
    limit_phrase((struct limit){3, LIMIT_WORKING_DAYS}, LANGUAGE_VI, buf);
    assert_string_equal(buf, "03 ngày làm việc");
    limit_phrase((struct limit){1, LIMIT_WORKING_DAYS}, LANGUAGE_EN, buf);
    assert_string_equal(buf, "1 working day");
    limit_phrase((struct limit){15, LIMIT_CALENDAR_DAYS}, LANGUAGE_EN, buf);
    assert_string_equal(buf, "15 days");
    limit_phrase((struct limit){1, LIMIT_HALF_DAYS}, LANGUAGE_VI, buf);
    assert_string_equal(buf, "01 nửa ngày làm việc");
    limit_phrase((struct limit){2, LIMIT_HALF_DAYS}, LANGUAGE_EN, buf);
    assert_string_equal(buf, "2 working half-days");
    limit_phrase((struct limit){0, LIMIT_SAME_DAY}, LANGUAGE_VI, buf);
    assert_string_equal(buf, "trong ngày");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limits_read_back_as_themselves),
        cmocka_unit_test(what_is_no_limit_is_refused),
        cmocka_unit_test(people_read_phrases),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
