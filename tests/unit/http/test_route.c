/* Routes: literals before names, what is allowed where, and where nothing is. */
#include "../test.h"
#include "http/route.h"

static const struct http_route rows[] = {
    {HTTP_GET, "/", 1, 0},         {HTTP_GET, "/a", 2, 0},       {HTTP_POST, "/a", 3, 0},
    {HTTP_GET, "/a/{x}", 4, 0},    {HTTP_GET, "/a/all", 5, 0},   {HTTP_GET, "/a/{x}/b/{y}", 6, 0},
    {HTTP_DELETE, "/a/{x}", 7, 0}, {HTTP_GET, "/a/all/c", 8, 0}, {HTTP_PUT, "/q/{x}", 9, 0},
};

struct found {
    int handler; /* 0: refused, see err */
    struct route_match match;
    struct error err;
};

static char *segments[URI_SEGMENTS_MAX];
static char text[128];

static struct found find(struct route_table *t, enum http_method method, const char *path)
{
    struct found f = {0};
    size_t n;

    snprintf(text, sizeof text, "%s", path);
    assert_true(uri_path_split(text, segments, &n, &f.err));
    if (route_table_match(t, method, segments, n, path, &f.match, &f.err))
        f.handler = f.match.route->handler;
    return f;
}

static void literals_win_over_names(void **state)
{
    struct route_table *t = route_table_new(rows, ARRAY_LEN(rows));
    struct found f;

    (void)state;
    assert_non_null(t);
    assert_int_equal(find(t, HTTP_GET, "/").handler, 1);
    assert_int_equal(find(t, HTTP_GET, "/a").handler, 2);
    assert_int_equal(find(t, HTTP_POST, "/a").handler, 3);
    assert_int_equal(find(t, HTTP_GET, "/a/all").handler, 5);
    assert_int_equal(find(t, HTTP_GET, "/a/all/c").handler, 8);
    f = find(t, HTTP_GET, "/a/07.0001");
    assert_int_equal(f.handler, 4);
    assert_string_equal(f.match.params[0].name, "x");
    assert_string_equal(f.match.params[0].value, "07.0001");
    f = find(t, HTTP_GET, "/a/all/b/2"); /* back out of the literal branch */
    assert_int_equal(f.handler, 6);
    assert_string_equal(f.match.params[0].value, "all");
    assert_string_equal(f.match.params[1].name, "y");
    assert_string_equal(f.match.params[1].value, "2");
    route_table_free(t);
}

static void nothing_is_at_other_paths(void **state)
{
    static const char *const paths[] = {"/b",      "/a/", "/a/1/",      "/a/1/b",
                                        "/a/1/b/", "/A",  "/a/1/b/2/3", "/q"};
    struct route_table *t = route_table_new(rows, ARRAY_LEN(rows));

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        struct found f = find(t, HTTP_GET, paths[i]);

        assert_int_equal(f.handler, 0);
        assert_int_equal(f.err.code, ERR_HTTP_NOT_FOUND);
    }
    route_table_free(t);
    t = route_table_new(NULL, 0);
    assert_int_equal(find(t, HTTP_GET, "/").err.code, ERR_HTTP_NOT_FOUND);
    route_table_free(t);
}

static void a_refused_method_learns_the_allowed(void **state)
{
    struct route_table *t = route_table_new(rows, ARRAY_LEN(rows));
    char allow[ROUTE_ALLOW_MAX];
    struct found f = find(t, HTTP_PATCH, "/a/1");

    (void)state;
    assert_int_equal(f.err.code, ERR_HTTP_METHOD_NOT_ALLOWED);
    route_allow_format(f.match.allowed, allow);
    assert_string_equal(allow, "GET, HEAD, DELETE, OPTIONS");
    assert_int_equal(find(t, HTTP_HEAD, "/a").handler, 2);
    f = find(t, HTTP_HEAD, "/q/1"); /* nothing to show there */
    assert_int_equal(f.err.code, ERR_HTTP_METHOD_NOT_ALLOWED);
    route_allow_format(~0U, allow);
    assert_string_equal(allow, "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
    route_table_free(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(literals_win_over_names),
        cmocka_unit_test(nothing_is_at_other_paths),
        cmocka_unit_test(a_refused_method_learns_the_allowed),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
