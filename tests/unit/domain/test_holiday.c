/* The law's days off against calendars: the shipped one, year by year, and made-up ones with a
 * fault each. */
#include "../test.h"
#include "base/buffer.h"
#include "base/instant.h"
#include "domain/calendar_text.h"
#include "domain/holiday.h"

static const char *seed_path;

#define HEAD "type,from,to,kind,sessions,name_vi,name_en,source\n"
#define WEEK "weekly,2000-01-01,,mon-fri,07:00-11:30 13:30-17:00,,,\n"

static struct calendar *build(const char *text, size_t len)
{
    CLEANUP(calendar_builder_freep) struct calendar_builder *b = NULL;
    struct calendar *cal = NULL;
    struct error err = {0};
    char said[256];

    if (!calendar_builder_new("test", ZONE_VIETNAM_S, &b, &err) ||
        !calendar_text_read(b, CALENDAR_COUNTRY, text, len, &err) ||
        !calendar_builder_build(b, &cal, &err)) {
        error_sentence(&err, LANGUAGE_EN, 0, said, sizeof said);
        print_error("%s\n", said);
    }
    assert_non_null(cal);
    return cal;
}

static struct calendar *build_text(const char *text)
{
    return build(text, strlen(text));
}

static char *seed_text(size_t *ret_len)
{
    char *bytes = malloc(1 << 20);
    FILE *f = fopen(seed_path, "rb");

    assert_non_null(f);
    assert_non_null(bytes);
    *ret_len = fread(bytes, 1, 1 << 20, f);
    fclose(f);
    return bytes;
}

static struct holiday_check check_of(const struct calendar *cal, int year)
{
    struct holiday_check c;
    struct error err;

    assert_true(holiday_check(cal, year, &c, &err));
    return c;
}

static int count(const struct holiday_check *c, enum holiday_finding_kind kind)
{
    int n = 0;

    for (int i = 0; i < c->n_findings; i++)
        n += c->findings[i].kind == kind;
    return n;
}

static void the_announced_years_agree_up_to_swaps_and_choices(void **state)
{
    static const int swaps[] = {0, 0, 2, 2, 4, 0}; /* 2022 to 2027, both halves */
    size_t len;
    char *text = seed_text(&len);
    CLEANUP(calendar_unrefp) struct calendar *cal = build(text, len);

    (void)state;
    free(text);
    for (int year = 2022; year <= 2027; year++) {
        struct holiday_check c = check_of(cal, year);

        assert_int_equal(c.n_missing, 0);
        assert_int_equal(c.n_extra, 0);
        assert_int_equal(c.n_different, 0);
        assert_int_equal(count(&c, HOLIDAY_SWAP), swaps[year - 2022]);
        assert_true(c.law.is_sure);
    }
}

static void what_is_proposed_mends_what_is_missing(void **state)
{
    (void)state;
    for (int year = 2022; year <= 2150; year += 4) {
        struct buffer text = {0};
        CLEANUP(calendar_unrefp) struct calendar *before = NULL;
        CLEANUP(calendar_unrefp) struct calendar *after = NULL;
        struct holiday_check c;

        buffer_printf(&text, HEAD WEEK "year,%d,,published,,,,\n", year - 1);
        before = build_text(text.data);
        c = check_of(before, year);
        assert_int_equal(c.state, CALENDAR_YEAR_MISSING);
        assert_int_equal(c.n_missing, c.law.n);
        holiday_rows_write(&c, &text);
        after = build_text(text.data);
        c = check_of(after, year);
        assert_int_equal(c.state, CALENDAR_YEAR_PROVISIONAL);
        assert_int_equal(c.n_missing + c.n_extra + c.n_different, 0);
        buffer_deinit(&text);
    }
}

static void a_weekday_too_few_or_too_many_is_told(void **state)
{
    CLEANUP(calendar_unrefp)
    struct calendar *cal = build_text(HEAD WEEK "year,2026,,published,,,,\n"
                                                "day,2026-01-01,,holiday,,,,\n"
                                                "day,2026-01-06,,holiday,,,,\n"
                                                "day,2026-08-31,,swapped,,,,\n"
                                                "day,2026-11-28,,make_up,like 2026-11-23,,,\n");
    struct holiday_check c = check_of(cal, 2026);
    struct buffer said = {0};

    (void)state;
    assert_int_equal(c.n_extra, 1);
    assert_int_equal(count(&c, HOLIDAY_SWAP_HALF), 2);
    /* Tết 5, Hùng Kings' substitute and its Sunday agrees, 30/4, 1/5, 2/9 and a day beside it,
     * 24/11 */
    assert_int_equal(c.n_missing, 5 + 1 + 2 + 2 + 1);
    for (int i = 0; i < c.n_findings; i++)
        if (c.findings[i].kind == HOLIDAY_EXTRA)
            holiday_finding_write(&c.findings[i], LANGUAGE_EN, &said);
    assert_string_equal(said.data, "the calendar has a public holiday, the law none");
    buffer_deinit(&said);
}

static void a_chinese_new_year_is_recognised(void **state)
{
    /* 2030: ours is 2 February, theirs the 3rd; the rows below follow theirs beyond every choice.
     */
    CLEANUP(calendar_unrefp)
    struct calendar *cal = build_text(HEAD WEEK "year,2030,,published,,,,\n"
                                                "day,2030-02-03,2030-02-07,holiday,,,,\n"
                                                "day,2030-02-08,,substitute,,,,\n");
    struct holiday_check c = check_of(cal, 2030);
    bool is_told = false;

    (void)state;
    for (int i = 0; i < c.n_findings; i++)
        is_told = is_told || (c.findings[i].kind == HOLIDAY_EXTRA && c.findings[i].is_chinese);
    assert_true(is_told);
}

static void culture_day_begins_with_2026(void **state)
{
    struct holiday_year a, b;
    struct error err;

    (void)state;
    assert_true(holiday_propose(2025, &a, &err));
    assert_true(holiday_propose(2026, &b, &err));
    for (int i = 0; i < a.n; i++)
        assert_int_not_equal(a.days[i].holiday, HOLIDAY_CULTURE);
    assert_int_equal(b.days[b.n - 1].on, date_from_civil(2026, 11, 24));
    assert_false(holiday_propose(2300, &a, &err));
    assert_int_equal(err.code, ERR_LUNAR_RANGE);
}

static void a_substitute_passes_over_other_days_off(void **state)
{
    struct holiday_year y;
    struct error err;
    int n = 0;

    (void)state;
    /* 2023: Hùng Kings on Saturday 29/4 and 30/4 on Sunday push each other past 1/5. */
    assert_true(holiday_propose(2023, &y, &err));
    for (int i = 0; i < y.n; i++)
        if (y.days[i].is_substitute && date_civil(y.days[i].on).month == 5)
            assert_int_equal(y.days[i].on, date_from_civil(2023, 5, 2 + n++));
    assert_int_equal(n, 2);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_announced_years_agree_up_to_swaps_and_choices),
        cmocka_unit_test(what_is_proposed_mends_what_is_missing),
        cmocka_unit_test(a_weekday_too_few_or_too_many_is_told),
        cmocka_unit_test(a_chinese_new_year_is_recognised),
        cmocka_unit_test(culture_day_begins_with_2026),
        cmocka_unit_test(a_substitute_passes_over_other_days_off),
    };

    seed_path = argc > 1 ? argv[1] : "sql/seed/calendar_vn.csv";
    return cmocka_run_group_tests(tests, NULL, NULL);
}
