/* Paths and queries: decoded once and strictly, nothing climbs, no name twice. */
#include "../test.h"
#include "wire/uri.h"

static void paths_split_and_decode(void **state)
{
    static const struct {
        const char *path, *joined; /* segments joined by '|'; NULL when refused */
    } cases[] = {
        {"/", ""},
        {"/a", "a"},
        {"/a/b", "a|b"},
        {"/a/", "a|"},
        {"/a%20b/%C4%91", "a b|đ"},
        {"/a+b", "a+b"},
        {"/a%", NULL},
        {"/a%2", NULL},
        {"/a%zz", NULL},
        {"/a%4", NULL},
        {"/%00", NULL},
        {"/%0a", NULL},
        {"/%7f", NULL},
        {"/%c2%80", NULL},
        {"/%ff", NULL},
        {"/%c0%af", NULL},
        {"/%ed%a0%80", NULL},
        {"//a", NULL},
        {"/a//b", NULL},
        {"/.", NULL},
        {"/..", NULL},
        {"/a/../b", NULL},
        {"/%2e%2e/a", NULL},
        {"/.%2E/a", NULL},
        {"/a%2fb", NULL},
        {"/..%2fetc", NULL},
        {"/..%5cetc", NULL},
        {"/%252e%252e", "%2e%2e"},
        {"/...", "..."},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char path[64], joined[128] = "", *segments[URI_SEGMENTS_MAX];
        struct error err = {0};
        size_t n = 0;
        bool is_ok;

        snprintf(path, sizeof path, "%s", cases[i].path);
        is_ok = uri_path_split(path, segments, &n, &err);
        if (is_ok != !!cases[i].joined)
            fail_msg("%s", cases[i].path);
        for (size_t k = 0; is_ok && k < n; k++) {
            strcat(joined, k ? "|" : "");
            strcat(joined, segments[k]);
        }
        if (is_ok)
            assert_string_equal(joined, cases[i].joined);
        else
            assert_int_equal(err.code, ERR_HTTP_PATH);
    }
}

static void depth_has_a_limit(void **state)
{
    char path[2 * URI_SEGMENTS_MAX + 3] = "", *segments[URI_SEGMENTS_MAX];
    struct error err = {0};
    size_t n;

    (void)state;
    for (int i = 0; i < URI_SEGMENTS_MAX; i++)
        strcat(path, "/a");
    assert_true(uri_path_split(path, segments, &n, &err));
    assert_int_equal(n, URI_SEGMENTS_MAX);
    path[0] = '\0';
    for (int i = 0; i <= URI_SEGMENTS_MAX; i++)
        strcat(path, "/a");
    assert_false(uri_path_split(path, segments, &n, &err));
    assert_int_equal(err.code, ERR_HTTP_PATH_TOO_DEEP);
}

static void queries_split_and_decode(void **state)
{
    static const struct {
        const char *query, *joined; /* name=value; ... */
        enum error_code code;
    } cases[] = {
        {"a=1", "a=1;", ERR_NONE},
        {"a=1&b=", "a=1;b=;", ERR_NONE},
        {"a", "a=;", ERR_NONE},
        {"a=1&", "a=1;", ERR_NONE},
        {"", "", ERR_NONE},
        {"a=b=c", "a=b=c;", ERR_NONE},
        {"q=H%E1%BB%93+s%C6%A1", "q=Hồ sơ;", ERR_NONE},
        {"at=07:00%2B07:00", "at=07:00+07:00;", ERR_NONE},
        {"%61=1&b=2", "a=1;b=2;", ERR_NONE},
        {"a=1&a=2", NULL, ERR_HTTP_QUERY_TWICE},
        {"a=1&%61=2", NULL, ERR_HTTP_QUERY_TWICE},
        {"=1", NULL, ERR_HTTP_QUERY},
        {"&a=1", NULL, ERR_HTTP_QUERY},
        {"a=%", NULL, ERR_HTTP_QUERY},
        {"a=%0", NULL, ERR_HTTP_QUERY},
        {"a=%00", NULL, ERR_HTTP_QUERY},
        {"a=%0d%0a", NULL, ERR_HTTP_QUERY},
        {"a=%ff", NULL, ERR_HTTP_QUERY},
        {"a%zz=1", NULL, ERR_HTTP_QUERY},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char query[64], joined[128] = "";
        struct uri_pair pairs[URI_QUERY_MAX];
        struct error err = {0};
        size_t n = 0;
        bool is_ok;

        snprintf(query, sizeof query, "%s", cases[i].query);
        is_ok = uri_query_split(query, pairs, &n, &err);
        if (err.code != cases[i].code)
            fail_msg("%s: %s", cases[i].query, error_word(err.code));
        for (size_t k = 0; is_ok && k < n; k++) {
            strcat(joined, pairs[k].name);
            strcat(joined, "=");
            strcat(joined, pairs[k].value);
            strcat(joined, ";");
        }
        if (is_ok)
            assert_string_equal(joined, cases[i].joined);
    }
}

static void pairs_have_a_limit(void **state)
{
    char query[8 * (URI_QUERY_MAX + 1)] = "";
    struct uri_pair pairs[URI_QUERY_MAX];
    struct error err = {0};
    size_t n = 9;

    (void)state;
    assert_true(uri_query_split(NULL, pairs, &n, &err));
    assert_int_equal(n, 0);
    for (int over = 0; over <= 1; over++) {
        query[0] = '\0';
        for (int i = 0; i < URI_QUERY_MAX + over; i++)
            sprintf(query + strlen(query), "k%d=1&", i);
        assert_int_equal(uri_query_split(query, pairs, &n, &err), !over);
    }
    assert_int_equal(err.code, ERR_HTTP_QUERY_TOO_MANY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_split_and_decode),
        cmocka_unit_test(depth_has_a_limit),
        cmocka_unit_test(queries_split_and_decode),
        cmocka_unit_test(pairs_have_a_limit),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
