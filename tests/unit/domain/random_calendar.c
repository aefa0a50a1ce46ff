/* The generator of random_calendar.h: rows that contradict nothing, in every combination. */
#include "random_calendar.h"

#include "base/instant.h"

uint64_t random_seed;
static uint64_t random_state;

uint64_t random_next(void)
{
    uint64_t z = (random_state += 0x9E3779B97F4A7C15u);

    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

int32_t pick(int32_t from, int32_t to)
{
    return from + (int32_t)(random_next() % (uint64_t)((int64_t)to - from + 1));
}

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

struct calendar *random_calendar(struct reference *r, bool is_plain)
{
    struct calendar_builder *b;
    struct calendar *cal;
    struct error err;

    random_rows(r, is_plain);
    assert_true(calendar_builder_new("random", r->zone_s, &b, &err));
    for (int i = 0; i < r->n_rows; i++)
        CHECK(calendar_builder_add(b, &r->rows[i], &err));
    if (!calendar_builder_build(b, &cal, &err)) {
        printf("# seed %llu: %s line %d\n", (unsigned long long)random_seed, error_word(err.code),
               (int)err.args[0].number);
        fail();
    }
    calendar_builder_free(b);
    reference_fill(r);
    return cal;
}

int64_t random_instant(const struct reference *r)
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

int64_t random_work(void)
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

struct limit random_limit(void)
{
    static const int32_t most[] = {80, 120, 200, 14, 160, 0};
    struct limit limit = {0, (enum limit_unit)pick(0, LIMIT_UNIT_COUNT - 1)};

    if (limit.unit != LIMIT_SAME_DAY)
        limit.amount = pick(1, pick(0, 1) ? 5 : most[limit.unit]);
    return limit;
}

struct due_rule random_rule(void)
{
    struct due_rule rule = due_rule_default();

    rule.day_model = pick(0, 2) ? DUE_DAYS_WHOLE : DUE_DAYS_HOURS;
    rule.half_day_model = pick(0, 2) ? DUE_HALVES_WHOLE : DUE_HALVES_HOURS;
    rule.is_rolled_forward = pick(0, 5) > 0;
    rule.same_day_cutoff_us = pick(0, 3) ? rule.same_day_cutoff_us : pick(0, 24) * INSTANT_HOUR;
    return rule;
}

/* ---- walking ---- */

void random_begin(void)
{
    const char *text = getenv("MOTCUA_SEED");

    random_seed = text ? strtoull(text, NULL, 10) : 20220830;
    random_state = random_seed;
}

void random_walk(bool is_plain, int n,
                 void (*check)(const struct calendar *, const struct reference *))
{
    const char *text = getenv("MOTCUA_ROUNDS");
    int rounds = text ? (int)strtol(text, NULL, 10) : 25;
    struct reference r = {0};

    for (int i = 0; i < rounds; i++) {
        struct calendar *cal = random_calendar(&r, is_plain);

        for (int k = 0; k < n; k++)
            check(cal, &r);
        calendar_unref(cal);
    }
    reference_deinit(&r);
}
