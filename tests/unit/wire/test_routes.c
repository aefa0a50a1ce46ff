/* The table of routes: what the router and the document take for granted. */
#include "../test.h"
#include "wire/routes.h"

static void rows_are_well_formed(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROUTE_COUNT; i++) {
        const struct route *r = &routes[i];

        assert_int_equal(r->id, i);
        assert_int_equal(r->path[0], '/');
        assert_null(strstr(r->path, "//"));
        assert_true(r->path[strlen(r->path) - 1] != '/');
        assert_true(r->status >= 200 && r->status < 300);
        assert_true(r->summary[LANGUAGE_VI][0] && r->summary[LANGUAGE_EN][0]);
        if (r->method == HTTP_GET) /* reading changes nothing */
            assert_true(!r->request && !(r->flags & (ROUTE_FLAG_KEY | ROUTE_FLAG_IF_MATCH)));
        if (r->flags & ROUTE_FLAG_IF_MATCH)
            assert_true(r->flags & ROUTE_FLAG_ETAG);
        for (size_t k = 0; k < i; k++)
            if (routes[k].method == r->method)
                assert_string_not_equal(routes[k].path, r->path);
    }
}

static void queries_hold_single_values(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROUTE_COUNT; i++)
        for (size_t k = 0; routes[i].query && k < routes[i].query->n_fields; k++)
            assert_true(routes[i].query->fields[k].kind <= CODEC_WORD);
}

static void only_login_health_and_the_public_need_no_login(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROUTE_COUNT; i++)
        if (routes[i].who == ROUTE_WHO_PUBLIC)
            assert_true(i == ROUTE_LOGIN || !strncmp(routes[i].path, "/public/", 8) ||
                        strncmp(routes[i].path, "/api/", 5) != 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_well_formed),
        cmocka_unit_test(queries_hold_single_values),
        cmocka_unit_test(only_login_health_and_the_public_need_no_login),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
