/* Building a calendar: the rows are stacked (calendar_stack.c), and the dates that come of it are
 * summed up once. */
#include <stdlib.h>
#include <string.h>

#include "domain/calendar_impl.h"

#define BUILD_MEMORY_MAX   ((size_t)256 << 20)
#define SCHEDULES_COMPARED 16 /* how far back an equal schedule is looked for */

static bool no_memory(struct error *err)
{
    return error_set(err, ERR_NO_MEMORY, arg_text("what", "calendar"));
}

static bool build_copy_rows(struct calendar_build *w, struct error *err)
{
    struct arena *a = w->cal->arena;

    w->n_rows = (uint32_t)w->b->n_rows;
    w->rows = arena_array(a, w->b->n_rows + 1, sizeof *w->rows);
    w->weekly = arena_array(a, w->b->n_weekly + 1, sizeof *w->weekly);
    w->cal->name = arena_strdup(a, w->b->name);
    if (!w->rows || !w->weekly || !w->cal->name)
        return no_memory(err);
    for (uint32_t i = 0; i < w->n_rows; i++) {
        struct calendar_row *row = &w->rows[i];

        *row = w->b->rows[i];
        row->name_vi = arena_strdup(a, row->name_vi);
        row->name_en = arena_strdup(a, row->name_en);
        row->source = arena_strdup(a, row->source);
        if (!row->name_vi || !row->name_en || !row->source)
            return no_memory(err);
        if (row->type == CALENDAR_ROW_WEEKLY)
            w->weekly[w->n_weekly++] = i;
    }
    w->cal->rows = w->rows;
    return true;
}

/* ---- years ---- */

static bool build_year_span(struct calendar_build *w, struct error *err)
{
    int first = CALENDAR_YEAR_MAX + 1, last = CALENDAR_YEAR_MIN - 1;

    for (uint32_t i = 0; i < w->n_rows; i++) {
        const struct calendar_row *row = &w->rows[i];

        if (row->type != CALENDAR_ROW_YEAR)
            continue;
        first = date_civil(row->from_on).year < first ? date_civil(row->from_on).year : first;
        last = date_civil(row->to_on).year > last ? date_civil(row->to_on).year : last;
    }
    if (first > last)
        return error_set(err, ERR_CALENDAR_NO_YEAR, arg_text("name", w->b->name));
    if (last - first + 1 > CALENDAR_YEARS_MAX)
        return error_set(err, ERR_CALENDAR_TOO_LARGE, arg_number("limit", CALENDAR_YEARS_MAX),
                         arg_text("what", "years"));
    w->cal->first_year = first;
    w->cal->n_years = last - first + 1;
    w->cal->first_on = date_from_civil(first, 1, 1);
    w->cal->n_cells = date_from_civil(last + 1, 1, 1) - w->cal->first_on;
    w->cal->first_at = date_instant(w->cal->first_on, w->cal->zone_s);
    w->cal->end_at = date_instant(w->cal->first_on + w->cal->n_cells, w->cal->zone_s);
    return true;
}

static bool build_years(struct calendar_build *w, struct error *err)
{
    struct calendar *cal = w->cal;
    int lines[CALENDAR_LEVEL_COUNT][CALENDAR_YEARS_MAX] = {{0}};
    int levels[CALENDAR_YEARS_MAX] = {0};

    if (!build_year_span(w, err))
        return false;
    cal->year_states = arena_alloc(cal->arena, (size_t)cal->n_years);
    if (!cal->year_states)
        return no_memory(err);
    for (uint32_t i = 0; i < w->n_rows; i++) {
        const struct calendar_row *row = &w->rows[i];
        int level = (int)row->level;

        for (int year = date_civil(row->from_on).year;
             row->type == CALENDAR_ROW_YEAR && year <= date_civil(row->to_on).year; year++) {
            int k = year - cal->first_year;

            if (lines[level][k])
                return error_set(err, ERR_CALENDAR_YEAR_TWICE, arg_number("line", row->line),
                                 arg_number("year", year), arg_number("other", lines[level][k]));
            lines[level][k] = row->line ? row->line : 1;
            if (level >= levels[k])
                cal->year_states[k] = (uint8_t)row->year_state;
            levels[k] = level > levels[k] ? level : levels[k];
        }
    }
    return true;
}

/* ---- sums ---- */

/* Its half days: the sessions that begin before noon, and the others. */
static void schedule_halve(struct calendar_schedule *s)
{
    for (int i = 0; i < s->n; i++) {
        bool is_new = !i || (s->sessions[i].from_minute >= CALENDAR_NOON_MINUTE &&
                             s->sessions[i - 1].from_minute < CALENDAR_NOON_MINUTE);

        if (is_new)
            s->halves[s->n_halves++] = s->sessions[i];
        s->halves[s->n_halves - 1].to_minute = s->sessions[i].to_minute;
    }
}

static bool is_same_schedule(const struct calendar_schedule *a, const struct calendar_schedule *b)
{
    return a->n == b->n && a->n_intake == b->n_intake &&
           !memcmp(a->sessions, b->sessions, (size_t)a->n * sizeof *a->sessions) &&
           !memcmp(a->intake, b->intake, (size_t)a->n_intake * sizeof *a->intake);
}

/* Files a schedule, or finds the equal one among the latest. Schedule 0 is the empty one. */
static bool schedule_file(struct calendar_build *w, const struct calendar_schedule *s,
                          uint32_t *ret_index, struct error *err)
{
    uint32_t n = w->n_schedules, oldest = n > SCHEDULES_COMPARED ? n - SCHEDULES_COMPARED : 0;
    struct calendar_schedule new = {.n = s->n, .n_intake = s->n_intake};

    for (uint32_t i = n; i-- > oldest;)
        if (is_same_schedule(&w->schedules[i], s)) {
            *ret_index = i;
            return true;
        }
    for (int i = 0; i < s->n; i++) {
        new.sessions[i] = s->sessions[i];
        new.from_us[i] = s->sessions[i].from_minute *INSTANT_MINUTE;
        new.to_us[i] = s->sessions[i].to_minute *INSTANT_MINUTE;
        new.minutes += s->sessions[i].to_minute - s->sessions[i].from_minute;
    }
    memcpy(new.intake, s->intake, sizeof new.intake);
    schedule_halve(&new);
    if (n == w->size_schedules) {
        uint32_t size = n ? n * 2 : 16;
        struct calendar_schedule *grown = realloc(w->schedules, size * sizeof *grown);

        if (!grown)
            return no_memory(err);
        w->schedules = grown;
        w->size_schedules = size;
    }
    w->schedules[n] = new;
    *ret_index = w->n_schedules++;
    return true;
}

static bool build_alloc(struct calendar_build *w, struct error *err)
{
    struct calendar *cal = w->cal;
    struct arena *a = cal->arena;
    size_t n = (size_t)cal->n_cells + 1;

    cal->cells = arena_array(a, n, sizeof *cal->cells);
    cal->works = arena_array(a, n, sizeof *cal->works);
    cal->half_ranks = arena_array(a, n, sizeof *cal->half_ranks);
    cal->halves = arena_array(a, 2 * n, sizeof *cal->halves);
    cal->reasons = arena_array(a, n, sizeof *cal->reasons);
    cal->provisional = arena_array(a, n, sizeof *cal->provisional);
    cal->synthetic = arena_array(a, n, sizeof *cal->synthetic);
    cal->runs = arena_array(a, (size_t)cal->n_years, sizeof *cal->runs);
    if (!cal->cells || !cal->works || !cal->half_ranks || !cal->halves || !cal->reasons ||
        !cal->provisional || !cal->synthetic || !cal->runs)
        return no_memory(err);
    return true;
}

/* Resolves one date of a known year into its cell. */
static bool cell_fill(struct calendar_build *w, int32_t i, struct error *err)
{
    struct calendar *cal = w->cal;
    struct calendar_cell *c = &cal->cells[i];
    struct calendar_schedule s;
    enum calendar_kind kind = CALENDAR_WORKDAY;

    if (!calendar_stack_day(w, cal->first_on + i, &s, &kind, &cal->reasons[i], err))
        return false;
    c->kind = (uint8_t)kind;
    return schedule_file(w, &s, &c->schedule, err);
}

/* One known year more: it continues the run of the year before or begins one. */
static void run_extend(struct calendar *cal, int year, int *n_runs, int32_t first, int32_t end)
{
    struct calendar_run *run = *n_runs ? &cal->runs[*n_runs - 1] : NULL;

    if (!run || run->last_year != year - 1) {
        run = &cal->runs[(*n_runs)++];
        run->first = first;
        run->first_year = year;
    }
    run->end = end;
    run->last_year = year;
}

static bool build_cells(struct calendar_build *w, struct error *err)
{
    struct calendar *cal = w->cal;
    struct calendar_schedule none = {0};
    uint32_t ignored;
    int n_runs = 0;

    if (!schedule_file(w, &none, &ignored, err)) /* number 0, that of unknown days too */
        return false;
    for (int y = 0; y < cal->n_years; y++) {
        int32_t first = date_from_civil(cal->first_year + y, 1, 1) - cal->first_on;
        int32_t end = date_from_civil(cal->first_year + y + 1, 1, 1) - cal->first_on;
        enum calendar_year_state state = (enum calendar_year_state)cal->year_states[y];

        if (state != CALENDAR_YEAR_MISSING)
            run_extend(cal, cal->first_year + y, &n_runs, first, end);
        for (int32_t i = first; i < end; i++) {
            cal->cells[i].run =
                state == CALENDAR_YEAR_MISSING ? CALENDAR_RUN_NONE : (uint16_t)(n_runs - 1);
            cal->reasons[i] = CALENDAR_REASON_NONE;
            if (state != CALENDAR_YEAR_MISSING && !cell_fill(w, i, err))
                return false;
        }
    }
    cal->cells[cal->n_cells].run = CALENDAR_RUN_NONE;
    cal->schedules = arena_array(cal->arena, w->n_schedules, sizeof *cal->schedules);
    if (!cal->schedules)
        return no_memory(err);
    memcpy(cal->schedules, w->schedules, w->n_schedules * sizeof *w->schedules);
    return true;
}

static void build_sums(struct calendar_build *w)
{
    struct calendar *cal = w->cal;
    int32_t rank = 0, minutes = 0, half = 0;

    for (int32_t i = 0; i <= cal->n_cells; i++) {
        struct calendar_cell *c = &cal->cells[i];
        const struct calendar_schedule *s = &cal->schedules[c->schedule];

        c->rank = rank;
        c->minutes = minutes;
        cal->half_ranks[i] = half;
        cal->works[rank] = (struct calendar_work){cal->first_on + i, minutes,
                                                  s->n ? s->sessions[s->n - 1].to_minute : 0};
        for (int k = 0; k < s->n_halves; k++)
            cal->halves[half++] = (struct calendar_half){cal->first_on + i, s->halves[k].to_minute};
        if (i < cal->n_cells && s->n) {
            rank++;
            minutes += s->minutes;
        }
    }
    cal->n_works = rank;
    for (int k = 0; k < cal->n_years && cal->runs[k].end; k++) {
        struct calendar_run *run = &cal->runs[k];

        run->rank_first = cal->cells[run->first].rank;
        run->rank_end = cal->cells[run->end].rank;
        run->us_first = cal->cells[run->first].minutes * INSTANT_MINUTE;
        run->us_end = cal->cells[run->end].minutes * INSTANT_MINUTE;
    }
}

static void build_marks(struct calendar_build *w)
{
    struct calendar *cal = w->cal;

    for (int32_t i = 0; i < cal->n_cells; i++) {
        bool is_known = cal->cells[i].run != CALENDAR_RUN_NONE;
        int year = date_civil(cal->first_on + i).year;
        enum calendar_year_state state = calendar_year_state(cal, year);
        uint32_t reason = cal->reasons[i];

        cal->provisional[i + 1] = cal->provisional[i] + (state == CALENDAR_YEAR_PROVISIONAL);
        cal->synthetic[i + 1] =
            cal->synthetic[i] +
            (is_known && (state == CALENDAR_YEAR_SYNTHETIC ||
                          (reason != CALENDAR_REASON_NONE && w->rows[reason].is_synthetic)));
    }
    if (!cal->provisional[cal->n_cells])
        cal->provisional = NULL;
    if (!cal->synthetic[cal->n_cells])
        cal->synthetic = NULL;
}

static bool build_buckets(struct calendar_build *w, struct error *err)
{
    struct calendar *cal = w->cal;
    int32_t total = cal->works[cal->n_works].minutes, rank = 0;

    cal->buckets =
        arena_array(cal->arena, ((size_t)total >> CALENDAR_BUCKET_SHIFT) + 1, sizeof *cal->buckets);
    if (!cal->buckets)
        return no_memory(err);
    for (int32_t minute = 0; minute < total; minute += 1 << CALENDAR_BUCKET_SHIFT) {
        while (cal->works[rank + 1].minutes <= minute)
            rank++;
        cal->buckets[minute >> CALENDAR_BUCKET_SHIFT] = rank;
    }
    return true;
}

bool calendar_builder_build(const struct calendar_builder *b, struct calendar **ret_cal,
                            struct error *err)
{
    CLEANUP(arena_freep) struct arena *a = arena_new(BUILD_MEMORY_MAX);
    struct calendar_build w = {.b = b};
    bool is_built;

    w.cal = a ? arena_new_of(a, struct calendar) : NULL;
    if (!w.cal)
        return no_memory(err);
    w.cal->arena = a;
    w.cal->zone_s = b->zone_s;
    atomic_init(&w.cal->refs, 1);
    is_built = build_copy_rows(&w, err) && build_years(&w, err) && calendar_stack_check(&w, err) &&
               calendar_stack_days(&w, err) && build_alloc(&w, err) && build_cells(&w, err);
    for (int k = 0; k < CALENDAR_LEVEL_COUNT; k++)
        free(w.day_rows[k]);
    free(w.schedules);
    if (!is_built)
        return false;
    build_sums(&w);
    build_marks(&w);
    if (!build_buckets(&w, err))
        return false;
    *ret_cal = w.cal;
    a = NULL; /* the calendar owns it now */
    return true;
}
