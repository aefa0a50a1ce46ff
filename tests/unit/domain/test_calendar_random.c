/* Random calendars against the slow reference, and the laws that hold on any calendar. The seed
 * stands in the output; MOTCUA_SEED=N runs another one, MOTCUA_ROUNDS=N more calendars. */
#include "../test.h"
#include "base/instant.h"
#include "domain/explain.h"
#include "reference.h"

static uint64_t seed, random_state;

static uint64_t random_next(void)
{
    uint64_t z = (random_state += 0x9E3779B97F4A7C15u);

    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static int32_t pick(int32_t from, int32_t to) /* both included */
{
    return from + (int32_t)(random_next() % (uint64_t)((int64_t)to - from + 1));
}

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            printf("# seed %llu\n", (unsigned long long)seed);                                     \
            fail_msg("%s", #condition);                                                            \
        }                                                                                          \
    } while (0)

/* ---- random rows ---- */

static struct calendar_row *row_new(struct reference *r)
{
    struct calendar_row *row = &r->rows[r->n_rows++];

    assert_true(r->n_rows < REFERENCE_ROWS_MAX);
    *row = (struct calendar_row){.line = r->n_rows, .to_on = DATE_NONE, .like_on = DATE_NONE};
    return row;
}

static void random_sessions(struct calendar_row *row)
{
    int at = pick(0, 12) ? pick(0, 600) : 0;

    for (row->n_sessions = 0; row->n_sessions < pick(1, 3) && at < 1430;) {
        struct calendar_session *s = &row->sessions[row->n_sessions++];
        int end = at + pick(1, pick(0, 1) ? 300 : 10);

        s->from_minute = (int16_t)at;
        s->to_minute = (int16_t)(end > 1440 || !pick(0, 40) ? 1440 : end);
        at = s->to_minute + pick(0, 120); /* 0: sessions that touch */
    }
}

static void random_weeks(struct reference *r, enum calendar_level level)
{
    int32_t on = r->first_on, end = r->first_on + r->n_days;

    while (on < end) { /* one season after the other */
        int32_t last = pick(0, 2) ? on + pick(20, 500) : DATE_NONE;
        int n = pick(1, 3), used = 0;

        for (int i = 0; i < n; i++) {
            struct calendar_row *row = row_new(r);

            row->type = CALENDAR_ROW_WEEKLY;
            row->level = level;
            row->from_on = on;
            row->to_on = last;
            row->weekdays = (uint8_t)(pick(i ? 0 : 1, 127) & ~used);
            used |= row->weekdays;
            random_sessions(row);
        }
        if (last == DATE_NONE)
            return;
        on = last + 1;
        if (level != CALENDAR_COUNTRY && !pick(0, 2))
            on += pick(1, 200); /* a while without a timetable of its own */
    }
}

static bool has_work(const uint8_t minutes[1440])
{
    for (int m = 0; m < 1440; m++)
        if ((minutes[m] & MINUTE_KIND) == MINUTE_WORK)
            return true;
    return false;
}

static void random_intake(struct reference *r, enum calendar_level level)
{
    struct calendar_row *row = row_new(r);

    row->type = CALENDAR_ROW_WEEKLY;
    row->is_intake = true;
    row->level = level;
    row->from_on = r->first_on + pick(0, r->n_days);
    row->to_on = pick(0, 1) ? row->from_on + pick(0, 300) : DATE_NONE;
    row->weekdays = (uint8_t)pick(1, 127);
    random_sessions(row);
    for (int i = 0; i < r->n_rows - 1; i++) /* its level may not work or receive then already */
        if (r->rows[i].type == CALENDAR_ROW_WEEKLY && r->rows[i].level == level)
            row->weekdays &= (uint8_t)~r->rows[i].weekdays;
    r->n_rows -= !row->weekdays;
}

static void random_day(struct reference *r, int32_t on, enum calendar_level level)
{
    static const enum calendar_kind off[] = {CALENDAR_HOLIDAY, CALENDAR_SUBSTITUTE,
                                             CALENDAR_SWAPPED, CALENDAR_CLOSURE, CALENDAR_HALF_DAY};
    uint8_t own[1440], like[1440];
    struct calendar_row *row;
    for (int i = 0; i < r->n_rows; i++)
        if (r->rows[i].type == CALENDAR_ROW_DAY && r->rows[i].from_on == on &&
            r->rows[i].level == level)
            return;
    reference_week(r, on, date_weekday(on), (int)level, own);
    row = row_new(r);
    row->type = CALENDAR_ROW_DAY;
    row->level = level;
    row->from_on = row->to_on = on;
    row->kind = has_work(own) ? off[pick(0, 4)] : pick(0, 3) ? CALENDAR_MAKE_UP : CALENDAR_INTAKE;
    if (row->kind == CALENDAR_HALF_DAY || row->kind == CALENDAR_INTAKE ||
        (row->kind == CALENDAR_CLOSURE && pick(0, 1)))
        random_sessions(row);
    if (row->kind == CALENDAR_MAKE_UP) {
        int weekday = pick(1, 7);

        reference_week(r, on, weekday, CALENDAR_OFFICE, like);
        if (has_work(like) && pick(0, 1))
            row->like_weekday = weekday;
        else
            random_sessions(row);
    }
}

static void random_rows(struct reference *r, bool is_plain)
{
    static const int32_t zones[] = {7 * 3600, 0, -12600, 14 * 3600, -11 * 3600};
    int first = pick(1995, 2030), n = pick(1, 4);

    r->n_rows = 0;
    r->zone_s = zones[pick(0, 4)];
    r->first_on = date_from_civil(first, 1, 1);
    r->n_days = date_from_civil(first + n, 1, 1) - r->first_on;
    for (int y = first; y < first + n; y++) {
        struct calendar_row *row;

        if (y > first && y < first + n - 1 && !pick(0, 3))
            continue; /* a gap */
        row = row_new(r);
        row->type = CALENDAR_ROW_YEAR;
        row->year_state =
            (enum calendar_year_state)pick(CALENDAR_YEAR_PUBLISHED, CALENDAR_YEAR_SYNTHETIC);
        row->from_on = date_from_civil(y, 1, 1);
        row->to_on = date_from_civil(y, 12, 31);
    }
    if (is_plain) {
        struct calendar_row *row = row_new(r);

        row->type = CALENDAR_ROW_WEEKLY;
        row->from_on = r->first_on;
        row->weekdays = (uint8_t)pick(1, 127);
        random_sessions(row);
        return;
    }
    random_weeks(r, CALENDAR_COUNTRY);
    if (pick(0, 1))
        random_weeks(r, CALENDAR_PROVINCE);
    if (pick(0, 1))
        random_weeks(r, CALENDAR_OFFICE);
    for (int i = pick(0, 3); i > 0; i--)
        random_intake(r, (enum calendar_level)pick(0, 2));
    for (int i = pick(0, 120); i > 0; i--)
        random_day(r, r->first_on + pick(0, r->n_days - 1), (enum calendar_level)pick(0, 2));
}

static struct calendar *random_calendar(struct reference *r, bool is_plain)
{
    struct calendar_builder *b;
    struct calendar *cal;
    struct error err;

    random_rows(r, is_plain);
    assert_true(calendar_builder_new("random", r->zone_s, &b, &err));
    for (int i = 0; i < r->n_rows; i++)
        CHECK(calendar_builder_add(b, &r->rows[i], &err));
    if (!calendar_builder_build(b, &cal, &err)) {
        printf("# seed %llu: %s line %d\n", (unsigned long long)seed, error_word(err.code),
               (int)err.args[0].number);
        fail();
    }
    calendar_builder_free(b);
    reference_fill(r);
    return cal;
}

/* An instant on or around the calendar; often at an edge of a minute, a session or a day. */
static int64_t random_instant(const struct reference *r)
{
    int32_t on = r->first_on + pick(-3, r->n_days + 2);
    int64_t at = date_instant(on, r->zone_s) + pick(0, 1439) * INSTANT_MINUTE;

    switch (pick(0, 5)) {
    case 0:
        return date_instant(on, r->zone_s) + pick(-1, 1);
    case 1:
        return at + pick(-1, 1);
    case 2:
        if (reference_is_working(r, on))
            return reference_closing(r, on) + pick(-1, 1);
        return at;
    default:
        return at + (int64_t)(random_next() % (uint64_t)INSTANT_MINUTE);
    }
}

static int64_t random_work(void)
{
    switch (pick(0, 4)) {
    case 0:
        return pick(0, 2);
    case 1:
        return pick(0, 600) * INSTANT_MINUTE;
    case 2:
        return pick(0, 100000) * INSTANT_SECOND;
    default:
        return (int64_t)(random_next() % (uint64_t)(300 * INSTANT_HOUR));
    }
}

static struct limit random_limit(void)
{
    static const int32_t most[] = {80, 120, 200, 14, 160, 0};
    struct limit limit = {0, (enum limit_unit)pick(0, LIMIT_UNIT_COUNT - 1)};

    if (limit.unit != LIMIT_SAME_DAY)
        limit.amount = pick(1, pick(0, 1) ? 5 : most[limit.unit]);
    return limit;
}

static struct due_rule random_rule(void)
{
    struct due_rule rule = due_rule_default();

    rule.day_model = pick(0, 2) ? DUE_DAYS_WHOLE : DUE_DAYS_HOURS;
    rule.half_day_model = pick(0, 2) ? DUE_HALVES_WHOLE : DUE_HALVES_HOURS;
    rule.is_rolled_forward = pick(0, 5) > 0;
    rule.same_day_cutoff_us = pick(0, 3) ? rule.same_day_cutoff_us : pick(0, 24) * INSTANT_HOUR;
    return rule;
}

/* ---- the same answers ---- */

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

/* ---- the same laws ---- */

static void check_laws(const struct calendar *cal, const struct reference *r)
{
    int64_t from = random_instant(r), a = random_work(), b = random_work(), one, both, end, start,
            us;
    struct error err;

    if (!calendar_add_work(cal, from, a, &one, &err) ||
        !calendar_add_work(cal, one, b, &both, &err))
        return;
    CHECK(calendar_add_work(cal, from, a + b, &end, &err) && end == both);     /* additivity */
    CHECK(calendar_work_between(cal, from, end, &us, &err) && us == a + b);    /* inverse */
    CHECK(calendar_work_between(cal, end, from, &us, &err) && us == -(a + b)); /* sign */
    CHECK(calendar_sub_work(cal, end, a + b, &start, &err) && start >= from); /* the latest start */
    CHECK(calendar_work_between(cal, start, end, &us, &err) && us == a + b);
    CHECK(calendar_add_work(cal, start, a + b, &one, &err) && (a + b == 0 || one == end));
}

static void check_monotony(const struct calendar *cal, const struct reference *r)
{
    struct due_rule rule = random_rule();
    struct limit limit = random_limit();
    int64_t from = random_instant(r), later = from + random_work();
    struct due due, due_later;
    struct error err;

    if (due_compute(cal, &rule, limit, from, &due, &err) &&
        due_compute(cal, &rule, limit, later, &due_later, &err))
        CHECK(due_later.at >= due.at && due_later.on >= due.on);
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

/* ---- tests ---- */

static int rounds(void)
{
    const char *text = getenv("MOTCUA_ROUNDS");

    return text ? (int)strtol(text, NULL, 10) : 25;
}

static void walk(bool is_plain, int n,
                 void (*check)(const struct calendar *, const struct reference *))
{
    struct reference r = {0};

    for (int i = 0; i < rounds(); i++) {
        struct calendar *cal = random_calendar(&r, is_plain);

        for (int k = 0; k < n; k++)
            check(cal, &r);
        calendar_unref(cal);
    }
    reference_deinit(&r);
}

static void days_agree_with_the_reference(void **state)
{
    (void)state;
    walk(false, 60, check_days);
}

static void work_agrees_with_the_reference_minute_by_minute(void **state)
{
    (void)state;
    walk(false, 40, check_work);
}

static void due_dates_agree_with_the_reference(void **state)
{
    (void)state;
    walk(false, 60, check_due);
}

static void work_adds_up_and_inverts(void **state)
{
    (void)state;
    walk(false, 400, check_laws);
}

static void a_later_receipt_is_never_due_earlier(void **state)
{
    (void)state;
    walk(false, 400, check_monotony);
}

static void an_explanation_adds_up_to_its_limit(void **state)
{
    (void)state;
    walk(false, 40, check_explain);
}

static void check_shift(const struct calendar *cal, const struct reference *r)
{
    struct due_rule rule = random_rule();
    struct limit limit = random_limit();
    int64_t from = random_instant(r), shift = pick(1, 50) * 7 * INSTANT_DAY;
    struct due due, shifted;
    struct error err;

    if (limit.unit == LIMIT_MONTHS)
        return; /* months are not weeks */
    if (due_compute(cal, &rule, limit, from, &due, &err) &&
        due_compute(cal, &rule, limit, from + shift, &shifted, &err))
        CHECK(shifted.at - due.at == shift);
}

static void weeks_without_holidays_are_all_alike(void **state)
{
    (void)state;
    walk(true, 400, check_shift);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_agree_with_the_reference),
        cmocka_unit_test(work_agrees_with_the_reference_minute_by_minute),
        cmocka_unit_test(due_dates_agree_with_the_reference),
        cmocka_unit_test(work_adds_up_and_inverts),
        cmocka_unit_test(a_later_receipt_is_never_due_earlier),
        cmocka_unit_test(an_explanation_adds_up_to_its_limit),
        cmocka_unit_test(weeks_without_holidays_are_all_alike),
    };
    const char *text = getenv("MOTCUA_SEED");

    seed = text ? strtoull(text, NULL, 10) : 20220830;
    random_state = seed;
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
