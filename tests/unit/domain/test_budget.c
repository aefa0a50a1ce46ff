/* Budgets: what a limit can hold, against a walk day by day over random calendars; the figures
 * that internal processes are published with. MOTCUA_SEED=N runs another seed. */
#include "../test.h"
#include "base/instant.h"
#include "domain/procedure_check.h"

#include <stdio.h>
#include <stdlib.h>

static uint64_t seed, random_state;

static uint64_t random_next(void)
{
    uint64_t z = (random_state += 0x9E3779B97F4A7C15u);

    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static int pick(int from, int to) /* both included */
{
    return from + (int)(random_next() % (uint64_t)(to - from + 1));
}

/* Monday to Friday, 8 hours in winter and 7 in summer when `has_seasons`; `n_off` days off. */
static struct calendar *make_calendar(int first_year, int years, bool has_seasons, int n_off)
{
    struct calendar_builder *b = NULL;
    struct calendar *cal = NULL;
    struct error err;
    int32_t first = date_from_civil(first_year, 1, 1);
    int32_t last = date_from_civil(first_year + years - 1, 12, 31);
    char *is_off = calloc((size_t)(last - first + 1), 1);

    assert_non_null(is_off);
    assert_true(calendar_builder_new("test", ZONE_VIETNAM_S, &b, &err));
    struct calendar_row year = {.type = CALENDAR_ROW_YEAR,
                                .line = 1,
                                .from_on = first,
                                .to_on = last,
                                .like_on = DATE_NONE,
                                .year_state = CALENDAR_YEAR_PUBLISHED};
    assert_true(calendar_builder_add(b, &year, &err));
    for (int y = 0; y < years; y++) {
        for (int half = 0; half < 2; half++) {
            struct calendar_row week = {
                .type = CALENDAR_ROW_WEEKLY,
                .line = 2 + 2 * y + half,
                .from_on = date_from_civil(first_year + y, half ? 7 : 1, 1),
                .to_on = date_from_civil(first_year + y, half ? 12 : 6, half ? 31 : 30),
                .like_on = DATE_NONE,
                .weekdays = 31,
                .n_sessions = 2,
                .sessions = {{.from_minute = 450, .to_minute = 690},
                             {.from_minute = 810,
                              .to_minute = (int16_t)(half && has_seasons ? 990 : 1050)}}};

            assert_true(calendar_builder_add(b, &week, &err));
        }
    }
    for (int i = 0; i < n_off; i++) {
        int32_t on = pick(first, last);
        int length = pick(1, 7);

        for (int k = 0; k < length && on + k <= last; k++) {
            if (is_off[on + k - first] || date_weekday(on + k) > 5)
                continue;
            is_off[on + k - first] = 1;
            struct calendar_row day = {.type = CALENDAR_ROW_DAY,
                                       .line = 100 + i * 10 + k,
                                       .from_on = on + k,
                                       .to_on = on + k,
                                       .like_on = DATE_NONE,
                                       .kind = CALENDAR_HOLIDAY};
            assert_true(calendar_builder_add(b, &day, &err));
        }
    }
    assert_true(calendar_builder_build(b, &cal, &err));
    calendar_builder_free(b);
    free(is_off);
    return cal;
}

/* Sessions of a day added up; -1 outside the calendar. */
static int day_minutes(const struct calendar *cal, int32_t on)
{
    struct calendar_info info;
    struct error err;
    int minutes = 0;

    if (!calendar_day(cal, on, &info, &err))
        return -1;
    for (int s = 0; s < info.n_sessions; s++)
        minutes += info.sessions[s].to_minute - info.sessions[s].from_minute;
    return minutes;
}

/* Walks from a receipt day to the day it is due; -1 where a day is unknown. */
static int walk(const struct calendar *cal, bool rolls, struct limit limit, int32_t on)
{
    int32_t last = on + limit.amount;
    int sum = 0;

    if (limit.unit == LIMIT_MONTHS) {
        struct civil c = date_civil(on);
        int month = c.month - 1 + limit.amount, y = c.year + month / 12, m = month % 12 + 1;
        int days = date_month_days(y, m);

        last = date_from_civil(y, m, c.day < days ? c.day : days);
    }
    for (int32_t d = on + 1; d <= last || (rolls && day_minutes(cal, last) == 0); d++) {
        int minutes = day_minutes(cal, d);

        if (minutes < 0)
            return -1;
        sum += minutes;
        if (d > last)
            last = d;
    }
    return day_minutes(cal, last) < 0 ? -1 : sum;
}

static void spans_are_what_a_walk_finds(void **state)
{
    (void)state;
    for (int round = 0; round < 25; round++) {
        struct calendar *cal = make_calendar(2022, pick(1, 3), pick(0, 1), pick(0, 15));
        struct due_rule rule = due_rule_default();

        rule.is_rolled_forward = pick(0, 3) != 0;
        for (int k = 0; k < 12; k++) {
            bool months = pick(0, 3) == 0;
            struct limit limit = {months ? pick(1, 4) : pick(1, 90),
                                  months ? LIMIT_MONTHS : LIMIT_CALENDAR_DAYS};
            struct budget_span span;
            int least = 1 << 30, most = -1;

            for (int32_t on = date_from_civil(calendar_first_year(cal), 1, 1);
                 on <= date_from_civil(calendar_last_year(cal), 12, 31); on++) {
                int got =
                    day_minutes(cal, on) > 0 ? walk(cal, rule.is_rolled_forward, limit, on) : -1;

                least = got >= 0 && got < least ? got : least;
                most = got > most ? got : most;
            }
            budget_measure(cal, &rule, limit, &span);
            if (span.least != least || span.most != most)
                printf("# seed %llu limit %d unit %d: %lld..%lld, walked %d..%d\n",
                       (unsigned long long)seed, limit.amount, (int)limit.unit,
                       (long long)span.least, (long long)span.most, least, most);
            assert_int_equal(span.least, least);
            assert_int_equal(span.most, most);
        }
        calendar_unref(cal);
    }
}

static void a_working_limit_holds_its_nominal_days(void **state)
{
    struct calendar *cal = make_calendar(2022, 2, false, 10);
    struct due_rule rule = due_rule_default();
    struct budget_span span;

    (void)state;
    budget_measure(cal, &rule, (struct limit){10, LIMIT_WORKING_DAYS}, &span);
    assert_int_equal(span.least, 4800);
    assert_int_equal(span.most, 4800);
    budget_measure(cal, &rule, (struct limit){24, LIMIT_WORKING_HOURS}, &span);
    assert_int_equal(span.most, 1440);
    budget_measure(cal, &rule, (struct limit){3, LIMIT_HALF_DAYS}, &span);
    assert_int_equal(span.most, 720);
    rule.day_model = DUE_DAYS_HOURS;
    rule.day_minutes = 450;
    budget_measure(cal, &rule, (struct limit){10, LIMIT_WORKING_DAYS}, &span);
    assert_int_equal(span.most, 4500);
    calendar_unref(cal);
}

static void without_a_calendar_a_span_is_nominal(void **state)
{
    static const struct {
        int days, working;
    } rows[] = {{15, 11}, {20, 14}, {30, 21}, {1, 1}, {7, 5}};
    struct due_rule rule = due_rule_default();
    struct budget_span span;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        budget_measure(NULL, &rule, (struct limit){rows[i].days, LIMIT_CALENDAR_DAYS}, &span);
        assert_int_equal(span.nominal, rows[i].working * 480);
        assert_int_equal(span.least, span.nominal);
        assert_int_equal(span.most, span.nominal);
    }
    assert_int_equal(budget_day_minutes(NULL), 480);
}

static void a_day_is_the_shortest_ordinary_one(void **state)
{
    struct calendar *cal = make_calendar(2022, 1, true, 0);
    struct due_rule rule = due_rule_default();
    struct budget_span span;

    (void)state;
    budget_measure(cal, &rule, (struct limit){0, LIMIT_SAME_DAY}, &span);
    assert_int_equal(span.least, 420);
    assert_int_equal(span.most, 480);
    assert_int_equal(budget_judge(&span, 420), BUDGET_FITS);
    assert_int_equal(budget_judge(&span, 421), BUDGET_TIGHT);
    assert_int_equal(budget_judge(&span, 481), BUDGET_EXCEEDS);
    calendar_unref(cal);
}

static void a_span_longer_than_the_calendar_is_nominal(void **state)
{
    struct calendar *cal = make_calendar(2022, 1, false, 0);
    struct due_rule rule = due_rule_default();
    struct budget_span span;

    (void)state;
    budget_measure(cal, &rule, (struct limit){700, LIMIT_CALENDAR_DAYS}, &span);
    assert_int_equal(span.least, 500 * 480);
    assert_int_equal(span.least_on, DATE_NONE);
    calendar_unref(cal);
}

/* ---- a version of a procedure ---- */

static struct procedure_step steps[3];
static struct procedure_case version[2];

static void fill(void)
{
    for (int i = 0; i < 3; i++)
        steps[i] = (struct procedure_step){.seq = i + 1,
                                           .name = "bước",
                                           .office = STEP_OFFICE_COMPETENT,
                                           .role = ROLE_OFFICER,
                                           .nominal_minutes = 480,
                                           .nominal_least = -1,
                                           .is_decision = i == 1};
    for (int i = 0; i < 2; i++)
        version[i] = (struct procedure_case){.case_key = i ? "2" : "1",
                                             .case_name = "chung",
                                             .national_code = "1.001193",
                                             .limit = {3, LIMIT_WORKING_DAYS},
                                             .n_steps = 3,
                                             .steps = steps};
}

static enum error_code check(const char *ret_field_want)
{
    struct procedure_finding found[2];
    struct ruleset rules;
    struct error err = {0};

    ruleset_default(&rules);
    if (procedure_check(version, 2, &rules, NULL, found, &err))
        return ERR_NONE;
    assert_string_equal(error_arg(&err, "field")->text, ret_field_want);
    return err.code;
}

static void a_version_is_refused_by_the_field_to_blame(void **state)
{
    (void)state;
    fill();
    assert_int_equal(check(""), ERR_NONE);
    version[0].national_code = "4.001193";
    assert_int_equal(check("procedure.national_code"), ERR_PROCEDURE_NATIONAL_CODE);
    fill();
    version[1].case_key = "1";
    assert_int_equal(check("procedure.cases[1].key"), ERR_PROCEDURE_CASE_TWICE);
    fill();
    steps[2].seq = 4;
    assert_int_equal(check("procedure.cases[0].steps[2].number"), ERR_PROCEDURE_STEP_NUMBER);
    fill();
    steps[0].office = STEP_OFFICE_NAMED;
    assert_int_equal(check("procedure.cases[0].steps[0].office_key"), ERR_PROCEDURE_STEP_OFFICE);
    fill();
    steps[1].nominal_least = 481;
    assert_int_equal(check("procedure.cases[0].steps[1].least_minutes"), ERR_PROCEDURE_STEP_LEAST);
    fill();
    steps[1].is_decision = false;
    assert_int_equal(check("procedure.cases[0].steps"), ERR_PROCEDURE_NO_DECISION);
    fill();
    steps[1].nominal_minutes = 481;
    assert_int_equal(check("procedure.cases[0].steps"), ERR_PROCEDURE_BUDGET);
    version[0].returns_at_once = true;
    version[0].n_steps = 0;
    assert_int_equal(check("procedure.cases[1].steps"), ERR_PROCEDURE_BUDGET);
}

static void a_tight_budget_is_a_warning_unless_the_ruleset_is_strict(void **state)
{
    struct calendar *cal = make_calendar(2022, 1, false, 0);
    struct procedure_finding found[2];
    struct ruleset rules;
    struct error err;

    (void)state;
    fill();
    ruleset_default(&rules);
    version[0].limit = version[1].limit = (struct limit){4, LIMIT_CALENDAR_DAYS};
    assert_true(procedure_check(version, 2, &rules, cal, found, &err));
    assert_int_equal(found[0].span.least, 960); /* Thursday to Monday: Friday, Monday */
    assert_int_equal(found[0].span.most, 1920);
    assert_int_equal(found[0].fit, BUDGET_TIGHT);
    assert_true(ruleset_set(&rules, "budget_check", "strict", &err));
    assert_false(procedure_check(version, 2, &rules, cal, found, &err));
    assert_int_equal(err.code, ERR_PROCEDURE_BUDGET_SHORT);
    calendar_unref(cal);
}

static void national_codes_have_one_form(void **state)
{
    (void)state;
    assert_true(procedure_national_code_is_valid(""));
    assert_true(procedure_national_code_is_valid("3.000000"));
    assert_false(procedure_national_code_is_valid("0.000000"));
    assert_false(procedure_national_code_is_valid("1.00119"));
    assert_false(procedure_national_code_is_valid("1.0011933"));
    assert_false(procedure_national_code_is_valid("1.001193.H41"));
    assert_false(procedure_national_code_is_valid("1,001193"));
    assert_false(procedure_national_code_is_valid("1.00119x"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spans_are_what_a_walk_finds),
        cmocka_unit_test(a_working_limit_holds_its_nominal_days),
        cmocka_unit_test(without_a_calendar_a_span_is_nominal),
        cmocka_unit_test(a_day_is_the_shortest_ordinary_one),
        cmocka_unit_test(a_span_longer_than_the_calendar_is_nominal),
        cmocka_unit_test(a_version_is_refused_by_the_field_to_blame),
        cmocka_unit_test(a_tight_budget_is_a_warning_unless_the_ruleset_is_strict),
        cmocka_unit_test(national_codes_have_one_form),
    };
    const char *given = getenv("MOTCUA_SEED");

    seed = given ? strtoull(given, NULL, 10) : 20250701;
    random_state = seed;
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
