/* Places in the feed: their order, and their text there and back. */
#include "../test.h"
#include "flow/live_place.h"

static void places_follow_transaction_then_row_then_ordinal(void **state)
{
    const struct live_place in_order[] = {
        {7, 0, 0}, {7, 90, 1}, {7, 90, 2}, {7, 91, 1}, {8, 0, 0}, {8, 12, 1}, {UINT64_MAX, 1, 1},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(in_order); i++)
        for (size_t k = 0; k < ARRAY_LEN(in_order); k++)
            assert_int_equal(live_place_compare(&in_order[i], &in_order[k]), (i > k) - (i < k));
}

static void a_boundary_lies_before_every_row_of_its_transaction(void **state)
{
    const struct live_place at = live_place_boundary(7), first = {7, 1, 1}, before = {6, 99, 500};

    (void)state;
    assert_int_equal(live_place_compare(&at, &first), -1);
    assert_int_equal(live_place_compare(&at, &before), 1);
}

static void a_place_is_read_as_it_was_written(void **state)
{
    const struct live_place places[] = {
        {9204, 118, 3}, {0, 0, 0}, {UINT64_MAX, INT64_MAX, INT64_MAX}};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        struct live_place got = {0};
        char text[LIVE_PLACE_MAX];

        live_place_format(&places[i], text);
        assert_true(live_place_parse(text, &got));
        assert_int_equal(live_place_compare(&got, &places[i]), 0);
    }
}

static void what_is_no_place_of_ours_is_refused(void **state)
{
    static const char *const texts[] = {
        "",
        "7",
        "7.1",
        "7.1.1.1",
        "7.1.",
        "a.1.1",
        " 7.1.1",
        "7.-1.1",
        "+7.1.1",
        "7.0.1",
        "7.1.0",
        "7.1.1\n",
        "7..1",
        "0x7.1.1",
        "18446744073709551616.1.1",
        "7.1.1 ",
        "1.9223372036854775808.1",
    };

    (void)state;
    assert_false(live_place_parse(NULL, &(struct live_place){0}));
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        if (live_place_parse(texts[i], &(struct live_place){0}))
            fail_msg("'%s' was read", texts[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_follow_transaction_then_row_then_ordinal),
        cmocka_unit_test(a_boundary_lies_before_every_row_of_its_transaction),
        cmocka_unit_test(a_place_is_read_as_it_was_written),
        cmocka_unit_test(what_is_no_place_of_ours_is_refused),
    };

    return cmocka_run_group_tests_name("live_place", tests, NULL, NULL);
}
