/* Codes remembered: what is said is true, whatever was noted before, and a lost database is
 * forgotten. */
#include "../test.h"
#include "flow/known_codes.h"

#include <stdio.h>

static void name(char ret[32], int i)
{
    snprintf(ret, 32, "000.00.21.H41-261201-%04d", i);
}

static void what_was_noted_is_found(void **state)
{
    struct known_codes *k = known_codes_new();

    (void)state;
    assert_int_equal(known_codes_find(k, 0, "H41-1"), 0);
    known_codes_note(k, "H41-1", 20260000000001);
    known_codes_note(k, "H41-2", 20260000000002);
    assert_int_equal(known_codes_find(k, 0, "H41-1"), 20260000000001);
    assert_int_equal(known_codes_find(k, 0, "H41-2"), 20260000000002);
    assert_int_equal(known_codes_find(k, 0, "H41-3"), 0);
    assert_int_equal(known_codes_find(k, 0, ""), 0);
    assert_null(known_codes_free(k));
}

/* More codes than there are places: one may be forgotten, none is another's. */
static void many_give_way_and_none_lies(void **state)
{
    struct known_codes *k = known_codes_new();
    char code[32];
    int n_found = 0;

    (void)state;
    for (int i = 0; i < 200000; i++) {
        name(code, i);
        known_codes_note(k, code, 1 + i);
        assert_int_equal(known_codes_find(k, 0, code), 1 + i);
    }
    for (int i = 0; i < 200000; i++) {
        int64_t id;

        name(code, i);
        id = known_codes_find(k, 0, code);
        assert_true(id == 0 || id == 1 + i);
        n_found += id != 0;
    }
    assert_in_range(n_found, 60000, 65536);
    known_codes_free(k);
}

static void a_lost_connection_forgets(void **state)
{
    struct known_codes *k = known_codes_new();

    (void)state;
    known_codes_note(k, "H41-1", 1);
    assert_int_equal(known_codes_find(k, 1, "H41-1"), 0);
    assert_int_equal(known_codes_find(k, 1, "H41-1"), 0);
    known_codes_note(k, "H41-1", 2);
    assert_int_equal(known_codes_find(k, 1, "H41-1"), 2);
    known_codes_free(k);
}

static void what_does_not_fit_is_not_kept(void **state)
{
    struct known_codes *k = known_codes_new();
    const char *longer = "0123456789012345678901234567890123456789";

    (void)state;
    known_codes_note(k, longer, 7);
    known_codes_note(k, "", 7);
    known_codes_note(NULL, "H41-1", 7);
    assert_int_equal(known_codes_find(k, 0, longer), 0);
    assert_int_equal(known_codes_find(NULL, 0, "H41-1"), 0);
    known_codes_free(k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_noted_is_found),
        cmocka_unit_test(many_give_way_and_none_lies),
        cmocka_unit_test(a_lost_connection_forgets),
        cmocka_unit_test(what_does_not_fit_is_not_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
