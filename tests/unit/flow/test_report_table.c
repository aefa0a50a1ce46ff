/* Tables of figures: sums, sections, totals and rates; what is unknown is not nought; and whatever
 * does not add up is refused. */
#include "../test.h"
#include "flow/report_table.h"

static const struct report_column columns[] = {
    {"received", {"Nhận > Tổng", "Received > Total"}, REPORT_COUNT, "before+now", NULL},
    {"before", {"Nhận > Trước", "Received > Before"}, REPORT_COUNT, NULL, NULL},
    {"now", {"Nhận > Nay", "Received > Now"}, REPORT_COUNT, NULL, NULL},
    {"late", {"Muộn", "Late"}, REPORT_COUNT, NULL, NULL},
    {"rate", {"Tỷ lệ", "Rate"}, REPORT_RATE, "late/before+now", NULL},
    {"median", {"Trung vị", "Median"}, REPORT_DAYS, NULL, NULL},
};
static const char *const balances[] = {"received=late+now", NULL};
static struct arena *arena;
static struct report_table table;
static struct error err;

static int setup(void **state)
{
    (void)state;
    arena = arena_new(1 << 20);
    err = (struct error){0};
    report_table_init(&table, arena, columns, ARRAY_LEN(columns), NULL);
    return arena ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    arena = arena_free(arena);
    return 0;
}

static struct report_line *line(const char *label, int64_t before, int64_t now, int64_t late)
{
    struct report_line *l = report_table_add(&table, label, label, &err);

    assert_non_null(l);
    report_put(&table, l, "before", before);
    report_put(&table, l, "now", now);
    report_put(&table, l, "late", late);
    return l;
}

static const struct report_cell *cell(const struct report_line *l, const char *key)
{
    return &l->cells[report_column_at(&table, key)];
}

static const char *shown(const struct report_line *l, const char *key, enum language lang)
{
    static char buf[REPORT_FIGURE_MAX];

    return report_figure(&table, l, report_column_at(&table, key), lang, buf);
}

static void sums_and_rates_are_made_of_their_columns(void **state)
{
    (void)state;
    (void)line("a", 2, 5, 1);
    (void)line("b", 0, 0, 0);
    assert_true(report_table_close(&table, &err));
    assert_int_equal(cell(&table.lines[0], "received")->n, 7);
    assert_int_equal(cell(&table.total, "received")->n, 7);
    assert_int_equal(cell(&table.lines[0], "rate")->n, 1);
    assert_int_equal(cell(&table.lines[0], "rate")->of, 7);
    assert_string_equal(shown(&table.lines[0], "rate", LANGUAGE_VI), "14,29 %");
    assert_string_equal(shown(&table.lines[0], "rate", LANGUAGE_EN), "14.29 %");
    assert_string_equal(shown(&table.lines[1], "rate", LANGUAGE_VI), "–"); /* 0/0 is no rate */
    assert_true(cell(&table.lines[1], "rate")->is_known);
    assert_false(cell(&table.total, "median")->is_known); /* a median does not add up */
    assert_string_equal(report_formula(&table, 0), "(3)=(4)+(5)");
    assert_string_equal(report_formula(&table, 4), "(7)=(6)/((4)+(5))");
    assert_null(report_formula(&table, 3));
}

static void rates_are_rounded_half_up(void **state)
{
    (void)state;
    assert_int_equal(report_rate(1, 3), 3333);
    assert_int_equal(report_rate(2, 3), 6667);
    assert_int_equal(report_rate(1, 20000), 1); /* 0.005 % */
    assert_int_equal(report_rate(1, 20001), 0);
    assert_int_equal(report_rate(7, 7), 10000);
}

static void what_is_unknown_is_not_nought(void **state)
{
    struct report_line *unknown;

    (void)state;
    (void)line("a", 2, 5, 1);
    unknown = report_table_add(&table, "b", "b", &err);
    assert_non_null(unknown);
    assert_true(report_table_close(&table, &err));
    for (size_t i = 0; i < ARRAY_LEN(columns); i++)
        assert_false(table.lines[1].cells[i].is_known);
    assert_string_equal(shown(&table.lines[1], "received", LANGUAGE_VI), "–");
    assert_int_equal(cell(&table.total, "received")->n, 7);
}

static void nobody_reported_and_nothing_came_in_differ(void **state)
{
    (void)state;
    assert_true(report_table_close(&table, &err));
    assert_true(cell(&table.total, "received")->is_known);
    report_table_init(&table, arena, columns, ARRAY_LEN(columns), NULL);
    table.is_unreported = true;
    assert_true(report_table_close(&table, &err));
    assert_false(cell(&table.total, "received")->is_known);
}

static void sections_are_the_sums_of_their_lines(void **state)
{
    (void)state;
    report_table_add(&table, NULL, "A", &err)->is_section = true;
    (void)line("a", 1, 2, 3);
    (void)line("b", 10, 20, 5);
    report_table_add(&table, NULL, "B", &err)->is_section = true;
    report_table_add(&table, NULL, "C", &err)->is_section = true;
    (void)line("c", 100, 200, 0);
    assert_true(report_table_close(&table, &err));
    assert_int_equal(cell(&table.lines[0], "received")->n, 33);
    assert_int_equal(cell(&table.lines[0], "rate")->n, 8);
    assert_int_equal(cell(&table.lines[0], "rate")->of, 33);
    assert_true(cell(&table.lines[3], "received")->is_known);
    assert_int_equal(cell(&table.lines[3], "received")->n, 0);
    assert_int_equal(cell(&table.total, "received")->n, 333);
}

static void refused(void)
{
    assert_false(report_table_close(&table, &err));
    assert_int_equal(err.code, ERR_REPORT_UNBALANCED);
}

static void a_whole_that_is_not_its_parts_is_refused(void **state)
{
    (void)state;
    report_put(&table, line("a", 2, 5, 1), "received", 8);
    refused();
}

static void a_total_that_is_not_its_lines_is_refused(void **state)
{
    struct report_line *total;

    (void)state;
    (void)line("a", 2, 5, 1);
    total = report_table_total(&table, &err);
    report_put(&table, total, "late", 2);
    refused();
}

static void a_section_that_is_not_its_lines_is_refused(void **state)
{
    struct report_line *section = report_table_add(&table, NULL, "A", &err);

    (void)state;
    section->is_section = true;
    report_put(&table, section, "late", 4);
    (void)line("a", 1, 2, 3);
    refused();
}

static void a_line_out_of_balance_is_refused(void **state)
{
    (void)state;
    report_table_init(&table, arena, columns, ARRAY_LEN(columns), balances);
    (void)line("a", 2, 5, 2);
    assert_true(report_table_close(&table, &err));
    (void)line("b", 2, 5, 1);
    table.total.cells = NULL;
    refused();
}

static void a_table_has_an_end(void **state)
{
    struct arena *large = arena_new(64 << 20);

    (void)state;
    report_table_init(&table, large, columns, ARRAY_LEN(columns), NULL);
    for (int i = 0; i < REPORT_LINES_MAX; i++)
        assert_non_null(report_table_add(&table, NULL, "x", &err));
    assert_null(report_table_add(&table, NULL, "x", &err));
    assert_int_equal(err.code, ERR_REPORT_TOO_LARGE);
    arena_free(large);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(sums_and_rates_are_made_of_their_columns, setup, teardown),
        cmocka_unit_test_setup_teardown(rates_are_rounded_half_up, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_unknown_is_not_nought, setup, teardown),
        cmocka_unit_test_setup_teardown(nobody_reported_and_nothing_came_in_differ, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(sections_are_the_sums_of_their_lines, setup, teardown),
        cmocka_unit_test_setup_teardown(a_whole_that_is_not_its_parts_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(a_total_that_is_not_its_lines_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(a_section_that_is_not_its_lines_is_refused, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_line_out_of_balance_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(a_table_has_an_end, setup, teardown),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
