/* Due dates per second on one core, explanations off, over random receipts of a 20-year calendar.
 * Prints one line for each kind of work: name, median of the runs in nanoseconds, operations per
 * second. bench_calendar [--json] [--runs N] */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/instant.h"
#include "domain/due.h"

#define FIRST_YEAR 2010
#define YEARS      20
#define RECEIPTS   (1 << 17)
#define REPEATS    8 /* over the receipts, in one run */
#define RUNS_MAX   31

struct bench {
    struct calendar *cal;
    int64_t from[RECEIPTS];
    uint8_t amount[RECEIPTS]; /* 1..90 */
    int64_t sink;             /* keeps the work from being optimised away */
};

static uint64_t random_state = 20220830;

static uint64_t random_next(void)
{
    uint64_t z = (random_state += 0x9E3779B97F4A7C15u);

    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static void row_add(struct calendar_builder *b, struct calendar_row row)
{
    struct error err;

    row.like_on = DATE_NONE;
    if (!calendar_builder_add(b, &row, &err))
        abort();
}

/* Two sessions from Monday to Friday, ten days off and a make-up Saturday a year. */
static struct calendar *calendar_make(void)
{
    struct calendar_builder *b;
    struct calendar *cal;
    struct error err;

    if (!calendar_builder_new("bench", ZONE_VIETNAM_S, &b, &err))
        abort();
    row_add(b, (struct calendar_row){.type = CALENDAR_ROW_YEAR,
                                     .from_on = date_from_civil(FIRST_YEAR, 1, 1),
                                     .to_on = date_from_civil(FIRST_YEAR + YEARS - 1, 12, 31),
                                     .year_state = CALENDAR_YEAR_PUBLISHED});
    row_add(b,
            (struct calendar_row){.type = CALENDAR_ROW_WEEKLY,
                                  .from_on = date_from_civil(FIRST_YEAR, 1, 1),
                                  .to_on = DATE_NONE,
                                  .weekdays = 0x1F,
                                  .n_sessions = 2,
                                  .sessions = {{7 * 60, 11 * 60 + 30}, {13 * 60 + 30, 17 * 60}}});
    for (int year = FIRST_YEAR; year < FIRST_YEAR + YEARS; year++) {
        int32_t on = date_from_civil(year, 1, 1);

        for (int i = 0; i < 11; i++) {
            int32_t day = on + i * 32 + (int32_t)(random_next() % 28);
            bool is_make_up = date_weekday(day) == 6;

            row_add(b,
                    (struct calendar_row){.type = CALENDAR_ROW_DAY,
                                          .from_on = day,
                                          .to_on = day,
                                          .kind = is_make_up ? CALENDAR_MAKE_UP : CALENDAR_HOLIDAY,
                                          .like_weekday = is_make_up});
        }
    }
    if (!calendar_builder_build(b, &cal, &err))
        abort();
    calendar_builder_free(b);
    return cal;
}

static void receipts_make(struct bench *bench)
{
    int32_t first = date_from_civil(FIRST_YEAR, 1, 1);
    int32_t days =
        date_from_civil(FIRST_YEAR + YEARS - 1, 1, 1) - first; /* a year of room at the end */

    for (int i = 0; i < RECEIPTS; i++) {
        int64_t hour = (int64_t)(random_next() % (uint64_t)(11 * INSTANT_HOUR)) + 6 * INSTANT_HOUR;

        bench->from[i] =
            date_instant(first + (int32_t)(random_next() % (uint64_t)days), ZONE_VIETNAM_S) + hour;
        bench->amount[i] = (uint8_t)(1 + random_next() % 90);
    }
}

/* ---- the work ---- */

static void due_many(struct bench *bench, enum limit_unit unit, int32_t amount)
{
    struct due_rule rule = due_rule_default();
    struct error err;
    struct due due;

    for (int i = 0; i < RECEIPTS; i++) {
        struct limit limit = {amount ? amount : bench->amount[i], unit};

        if (unit == LIMIT_SAME_DAY)
            limit.amount = 0;
        if (!due_compute(bench->cal, &rule, limit, bench->from[i], &due, &err))
            abort();
        bench->sink += due.at;
    }
}

static void next_many(struct bench *bench)
{
    int32_t on = 0;
    struct error err;

    for (int i = 0; i < RECEIPTS; i++) {
        int32_t from = (int32_t)(bench->from[i] / INSTANT_DAY);

        if (!calendar_next_working(bench->cal, from, bench->amount[i], &on, &err))
            abort();
        bench->sink += on;
    }
}

static void between_many(struct bench *bench)
{
    int64_t us = 0;
    struct error err;

    for (int i = 0; i < RECEIPTS; i++) {
        if (!calendar_work_between(bench->cal, bench->from[i], bench->from[(i + 1) % RECEIPTS], &us,
                                   &err))
            abort();
        bench->sink += us;
    }
}

struct work {
    const char *name;
    enum { WORK_DUE, WORK_NEXT, WORK_BETWEEN } kind;
    enum limit_unit unit;
    int32_t amount; /* 0: 1..90 at random */
};

static const struct work works[] = {
    {"next working day, 1..90", WORK_NEXT, LIMIT_WORKING_DAYS, 0},
    {"due, working days 1..90", WORK_DUE, LIMIT_WORKING_DAYS, 0},
    {"due, 1 working day", WORK_DUE, LIMIT_WORKING_DAYS, 1},
    {"due, 15 working days", WORK_DUE, LIMIT_WORKING_DAYS, 15},
    {"due, 90 working days", WORK_DUE, LIMIT_WORKING_DAYS, 90},
    {"due, calendar days 1..90", WORK_DUE, LIMIT_CALENDAR_DAYS, 0},
    {"due, 2 months", WORK_DUE, LIMIT_MONTHS, 2},
    {"due, working hours 1..90", WORK_DUE, LIMIT_WORKING_HOURS, 0},
    {"due, 8 working hours", WORK_DUE, LIMIT_WORKING_HOURS, 8},
    {"due, 120 working hours", WORK_DUE, LIMIT_WORKING_HOURS, 120},
    {"due, 720 working hours", WORK_DUE, LIMIT_WORKING_HOURS, 720},
    {"due, half days 1..90", WORK_DUE, LIMIT_HALF_DAYS, 0},
    {"due, 1 half day", WORK_DUE, LIMIT_HALF_DAYS, 1},
    {"due, 90 half days", WORK_DUE, LIMIT_HALF_DAYS, 90},
    {"due, same day", WORK_DUE, LIMIT_SAME_DAY, 0},
    {"working time between", WORK_BETWEEN, LIMIT_WORKING_HOURS, 0},
};

static double work_run(struct bench *bench, const struct work *w)
{
    clock_t begin = clock(); /* of this process: a busy machine does not count */

    for (int i = 0; i < REPEATS; i++) {
        if (w->kind == WORK_DUE)
            due_many(bench, w->unit, w->amount);
        else if (w->kind == WORK_NEXT)
            next_many(bench);
        else
            between_many(bench);
    }
    return (double)(clock() - begin) * 1e9 / CLOCKS_PER_SEC / ((double)RECEIPTS * REPEATS);
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double work_median(struct bench *bench, const struct work *w, int runs)
{
    double ns[RUNS_MAX] = {0};

    work_run(bench, w); /* warms the caches */
    for (int i = 0; i < runs; i++)
        ns[i] = work_run(bench, w);
    qsort(ns, (size_t)runs, sizeof *ns, compare);
    return ns[runs / 2];
}

int main(int argc, char **argv)
{
    struct bench *bench = calloc(1, sizeof *bench);
    bool is_json = false;
    int runs = 7;

    for (int i = 1; i < argc; i++) {
        is_json = is_json || !strcmp(argv[i], "--json");
        if (!strcmp(argv[i], "--runs") && i + 1 < argc)
            runs = (int)strtol(argv[++i], NULL, 10);
    }
    if (!bench || runs < 1 || runs > RUNS_MAX)
        return 2;
    bench->cal = calendar_make();
    receipts_make(bench);
    for (size_t i = 0; i < ARRAY_LEN(works); i++) {
        double ns = work_median(bench, &works[i], runs);

        if (is_json)
            printf("{\"name\":\"%s\",\"ns\":%.2f,\"per_second\":%.0f}\n", works[i].name, ns,
                   1e9 / ns);
        else
            printf("%-28s %8.1f ns %14.0f /s\n", works[i].name, ns, 1e9 / ns);
    }
    calendar_unref(bench->cal);
    return bench->sink == 1; /* never */
}
