/* Cookies, bearer tokens, languages and encodings, as clients and their enemies write them. */
#include "../test.h"
#include "http/session.h"

static void a_cookie_is_found_once_or_not_at_all(void **state)
{
    static const struct {
        const char *field, *value; /* NULL: not found */
    } cases[] = {
        {"s=abc", "abc"},     {"a=1; s=abc; b=2", "abc"},
        {"a=1;s=abc", "abc"}, {"s=a=b", "a=b"},
        {"xs=abc", NULL},     {"sx=abc", NULL},
        {"a=s=abc", NULL},    {"S=abc", NULL},
        {"s=", NULL},         {"s", NULL},
        {"", NULL},           {NULL, NULL},
        {"s=1; s=2", NULL},   {"s=1; s=1", NULL},
        {"s=\"abc\"", NULL},  {"s=a b", NULL},
        {"s=a,b", NULL},      {"s=\xc3\xa9", NULL},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const char *value = NULL;
        size_t len = 0;
        bool is_found = session_cookie_find(cases[i].field, "s", &value, &len);

        if (is_found != !!cases[i].value)
            fail_msg("%s", cases[i].field);
        if (is_found) {
            assert_int_equal(len, strlen(cases[i].value));
            assert_memory_equal(value, cases[i].value, len);
        }
    }
}

static void a_cookie_is_set_out_of_reach_of_scripts(void **state)
{
    struct buffer b = {0};

    (void)state;
    session_cookie_format(&b, "s", "abc", -1, true);
    assert_string_equal(b.data, "s=abc; Path=/; HttpOnly; SameSite=Strict; Secure");
    buffer_clear(&b);
    session_cookie_format(&b, "s", "", 0, false);
    assert_string_equal(b.data, "s=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
    buffer_deinit(&b);
}

static void a_bearer_token_is_one_token(void **state)
{
    (void)state;
    assert_string_equal(session_bearer("Bearer abc.DEF-1_2~+/=="), "abc.DEF-1_2~+/==");
    assert_string_equal(session_bearer("bearer a"), "a");
    assert_null(session_bearer(NULL));
    assert_null(session_bearer("Basic abc"));
    assert_null(session_bearer("Bearer"));
    assert_null(session_bearer("Bearer "));
    assert_null(session_bearer("Bearer =="));
    assert_null(session_bearer("Bearer a b"));
    assert_null(session_bearer("Bearer a=b"));
}

static void vietnamese_unless_english_is_preferred(void **state)
{
    static const struct {
        const char *field;
        enum language lang;
    } cases[] = {
        {NULL, LANGUAGE_VI},
        {"", LANGUAGE_VI},
        {"vi", LANGUAGE_VI},
        {"vi-VN,vi;q=0.9,en;q=0.8", LANGUAGE_VI},
        {"en", LANGUAGE_EN},
        {"en-US,en;q=0.9", LANGUAGE_EN},
        {"en-US,en;q=0.9,vi;q=0.8", LANGUAGE_EN},
        {"en;q=0.5, vi;q=0.7", LANGUAGE_VI},
        {"fr, en;q=0.3", LANGUAGE_EN},
        {"fr", LANGUAGE_VI},
        {"*", LANGUAGE_VI},
        {"en;q=0", LANGUAGE_VI},
        {"en;q=7", LANGUAGE_VI},
        {"EN", LANGUAGE_EN},
        {"eng", LANGUAGE_VI},
        {",,;q=,", LANGUAGE_VI},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        if (session_language(cases[i].field) != cases[i].lang)
            fail_msg("%s", cases[i].field);
}

static void gzip_only_for_who_takes_it(void **state)
{
    (void)state;
    assert_true(session_takes_gzip("gzip, deflate, br"));
    assert_true(session_takes_gzip("br;q=1.0, gzip;q=0.8, *;q=0.1"));
    assert_true(session_takes_gzip("*"));
    assert_false(session_takes_gzip("gzip;q=0, *"));
    assert_false(session_takes_gzip("identity"));
    assert_false(session_takes_gzip("gzipped"));
    assert_false(session_takes_gzip(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cookie_is_found_once_or_not_at_all),
        cmocka_unit_test(a_cookie_is_set_out_of_reach_of_scripts),
        cmocka_unit_test(a_bearer_token_is_one_token),
        cmocka_unit_test(vietnamese_unless_english_is_preferred),
        cmocka_unit_test(gzip_only_for_who_takes_it),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
