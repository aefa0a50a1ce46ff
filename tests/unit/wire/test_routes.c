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
            assert_true(i == ROUTE_LOGIN || i == ROUTE_RECOVER ||
                        !strncmp(routes[i].path, "/public/", 8) ||
                        strncmp(routes[i].path, "/api/", 5) != 0);
}

/* Fields that name a person or hold free text about one. */
static bool shows_person(const struct codec_message *m, int depth)
{
    static const char *const lists_of_others[] = {"office_list", "officer_list"};

    for (size_t i = 0; i < ARRAY_LEN(lists_of_others); i++)
        if (!strcmp(m->name, lists_of_others[i]))
            return false;
    if (!strcmp(m->name, "person") || !strcmp(m->name, "outbox_message") ||
        !strcmp(m->name, "attachment") || !strcmp(m->name, "person_version") ||
        codec_field_find(m, "applicant_name"))
        return true;
    for (size_t i = 0; depth < 6 && i < m->n_fields; i++)
        if (m->fields[i].message && shows_person(m->fields[i].message, depth + 1))
            return true;
    return false;
}

/* Bytes that speak of nobody: what an office publishes or draws of itself. */
static bool is_impersonal(const struct route *r)
{
    static const enum route_id ids[] = {
        ROUTE_CHASING_DOCUMENT, ROUTE_FORM_TEXT,  ROUTE_FORM_PREVIEW,
        ROUTE_CLOSING_DOCUMENT, ROUTE_STATISTICS, ROUTE_STATISTICS_REPORT,
        ROUTE_METRICS,          ROUTE_OPENAPI,    ROUTE_BLANK_SLIP_DOCUMENT};

    for (size_t i = 0; i < ARRAY_LEN(ids); i++)
        if (r->id == ids[i])
            return true;
    return false;
}

static void whatever_shows_a_person_is_logged(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROUTE_COUNT; i++) {
        const struct route *r = &routes[i];
        bool is_paper = r->flags & (ROUTE_FLAG_AS_PDF | ROUTE_FLAG_AS_BYTES);

        if ((is_paper && !is_impersonal(r)) || (r->reply && shows_person(r->reply, 0)))
            if (!read_words[i])
                fail_msg("%s shows a person and is no row of reads.def", r->name);
        if (read_words[i])
            assert_non_null(read_label(read_words[i], LANGUAGE_VI));
    }
    assert_null(read_label("gone", LANGUAGE_EN));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_well_formed),
        cmocka_unit_test(queries_hold_single_values),
        cmocka_unit_test(whatever_shows_a_person_is_logged),
        cmocka_unit_test(only_login_health_and_the_public_need_no_login),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
