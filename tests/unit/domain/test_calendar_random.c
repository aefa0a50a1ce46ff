/* Random calendars against the slow reference: every question, the same answer. */
#include "base/instant.h"
#include "domain/explain.h"
#include "random_calendar.h"

static void check_days(const struct calendar *cal, const struct reference *r)
{
    int32_t a = r->first_on + pick(-3, r->n_days + 2), b = r->first_on + pick(-3, r->n_days + 2);
    int n = pick(-40, 40);
    int32_t got = 0, want = 0;
    int64_t at = 0;
    struct error err = {0};
    bool is_known, is_same;

    CHECK(calendar_is_working(cal, a) == (reference_is_known(r, a) && reference_is_working(r, a)));
    is_known = calendar_next_working(cal, a, n, &got, &err);
    CHECK(is_known == reference_next(r, a, n, &want) && (!is_known || got == want));
    CHECK(is_known || err.code == ERR_CALENDAR_GAP);
    CHECK(is_known ||
          calendar_year_state(cal, (int)error_arg(&err, "year")->number) == CALENDAR_YEAR_MISSING);
    is_known = calendar_working_days_between(cal, a, b, &got, &err);
    CHECK(is_known == reference_days(r, a, b, &want) && (!is_known || got == want));
    is_known = calendar_closing(cal, a, &at, &err);
    is_same = reference_is_known(r, a) && reference_is_working(r, a);
    CHECK(is_known == is_same && (!is_known || at == reference_closing(r, a)));
}

static void check_work(const struct calendar *cal, const struct reference *r)
{
    int64_t a = random_instant(r), b = random_instant(r), us = random_work(), got = 0, want = 0;
    struct error err = {0};
    bool is_known;

    is_known = calendar_add_work(cal, a, us, &got, &err);
    CHECK(is_known == reference_add(r, a, us, &want) && (!is_known || got == want));
    CHECK(is_known ||
          calendar_year_state(cal, (int)error_arg(&err, "year")->number) == CALENDAR_YEAR_MISSING);
    is_known = calendar_sub_work(cal, a, us, &got, &err);
    CHECK(calendar_is_intake(cal, a) == reference_is_intake(r, a));
    CHECK(is_known == reference_sub(r, a, us, &want) && (!is_known || got == want));
    is_known = calendar_last_closing_before(cal, a, &got, &err);
    CHECK(is_known == reference_last_closing(r, a, &want) && (!is_known || got == want));
    if (a != b) {
        is_known = calendar_work_between(cal, a, b, &got, &err);
        CHECK(is_known == reference_between(r, a, b, &want) && (!is_known || got == want));
    }
}

static void check_due(const struct calendar *cal, const struct reference *r)
{
    struct due_rule rule = random_rule();
    struct limit limit = random_limit();
    int64_t from = random_instant(r), at = 0;
    int32_t on = 0;
    struct due due = {0};
    struct error err;
    bool is_known = due_compute(cal, &rule, limit, from, &due, &err);

    CHECK(is_known == reference_due(r, &rule, limit, from, &at, &on));
    CHECK(!is_known || (due.at == at && due.on == on));
}

static void check_explain(const struct calendar *cal, const struct reference *r)
{
    struct due_rule rule = random_rule();
    struct limit limit = random_limit();
    int64_t from = random_instant(r), used = 0, want = 0;
    struct explain e = {0};
    struct error err;
    int counted = 0, n_due = 0;

    if (!due_explain(cal, &rule, limit, from, &e, &err))
        return;
    for (size_t i = 0; i < e.n_rows; i++) {
        char sentence[EXPLAIN_SENTENCE_MAX];

        explain_sentence(&e, &e.rows[i], i & 1 ? LANGUAGE_VI : LANGUAGE_EN, sentence);
        counted = e.rows[i].number > counted ? e.rows[i].number : counted;
        used += e.rows[i].used_us;
        n_due += e.rows[i].is_due;
        CHECK(!e.rows[i].is_due || i + 1 == e.n_rows);
    }
    CHECK(n_due == 1);
    if (limit.unit == LIMIT_WORKING_HOURS)
        want = limit.amount * INSTANT_HOUR;
    else if (limit.unit == LIMIT_WORKING_DAYS && rule.day_model == DUE_DAYS_HOURS)
        want = (int64_t)limit.amount * rule.day_minutes * INSTANT_MINUTE;
    else if (limit.unit == LIMIT_HALF_DAYS && rule.half_day_model == DUE_HALVES_HOURS)
        want = (int64_t)limit.amount * rule.day_minutes / 2 * INSTANT_MINUTE;
    CHECK(used == want || (limit.unit == LIMIT_HALF_DAYS && !want));
    CHECK(want || limit.unit == LIMIT_SAME_DAY || counted == limit.amount);
    explain_deinit(&e);
}

static void days_agree_with_the_reference(void **state)
{
    (void)state;
    random_walk(false, 60, check_days);
}

static void work_agrees_with_the_reference_minute_by_minute(void **state)
{
    (void)state;
    random_walk(false, 40, check_work);
}

static void due_dates_agree_with_the_reference(void **state)
{
    (void)state;
    random_walk(false, 60, check_due);
}

static void an_explanation_adds_up_to_its_limit(void **state)
{
    (void)state;
    random_walk(false, 40, check_explain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_agree_with_the_reference),
        cmocka_unit_test(work_agrees_with_the_reference_minute_by_minute),
        cmocka_unit_test(due_dates_agree_with_the_reference),
        cmocka_unit_test(an_explanation_adds_up_to_its_limit),
    };

    random_begin();
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
