/* The questions a calendar answers. All are lookups in prefix sums (calendar_impl.h); each begins
 * by finding the cell of its date and the run of known years it belongs to. */
#include "domain/calendar.h"

#include <string.h>

#include "domain/calendar_impl.h"

#define MINUTE_US INSTANT_MINUTE

struct calendar *calendar_ref(const struct calendar *cal)
{
    struct calendar *c = (struct calendar *)(uintptr_t)cal; /* only the count is written */

    atomic_fetch_add_explicit(&c->refs, 1, memory_order_relaxed);
    return c;
}

struct calendar *calendar_unref(struct calendar *cal)
{
    if (cal && atomic_fetch_sub_explicit(&cal->refs, 1, memory_order_acq_rel) == 1)
        arena_free(cal->arena);
    return NULL;
}

const char *calendar_name(const struct calendar *cal)
{
    return cal->name;
}

int32_t calendar_zone_s(const struct calendar *cal)
{
    return cal->zone_s;
}

int calendar_first_year(const struct calendar *cal)
{
    return cal->first_year;
}

int calendar_last_year(const struct calendar *cal)
{
    return cal->first_year + cal->n_years - 1;
}

enum calendar_year_state calendar_year_state(const struct calendar *cal, int year)
{
    if (year < cal->first_year || year >= cal->first_year + cal->n_years)
        return CALENDAR_YEAR_MISSING;
    return (enum calendar_year_state)cal->year_states[year - cal->first_year];
}

/* ---- gaps ---- */

static bool gap_year(int year, struct error *err)
{
    return error_set(err, ERR_CALENDAR_GAP, arg_number("year", year));
}

/* Dates so far off that civil arithmetic would overflow are all "the year 0" or "the year 9999". */
static bool gap_on(int64_t on, struct error *err)
{
    int64_t low = date_from_civil(0, 1, 1), high = date_from_civil(9999, 12, 31);

    return gap_year(date_civil((int32_t)(on < low ? low : on > high ? high : on)).year, err);
}

static bool gap_at(const struct calendar *cal, int64_t at, struct error *err)
{
    const int64_t far =
        3000 * 366 * INSTANT_DAY; /* beyond any calendar, and safe to add a zone to */

    at = at < -far / 2 ? -far / 2 : at > far ? far : at;
    return gap_on(instant_date(at, cal->zone_s), err);
}

/* The cell of a date, or -1 when its year is unknown. */
static inline int32_t cell_of(const struct calendar *cal, int64_t on)
{
    int64_t i = on - cal->first_on;

    if (i < 0 || i >= cal->n_cells || cal->cells[i].run == CALENDAR_RUN_NONE)
        return -1;
    return (int32_t)i;
}

bool calendar_check_gaps(const struct calendar *cal, struct error *err)
{
    for (int year = cal->first_year; year <= calendar_last_year(cal); year++)
        if (calendar_year_state(cal, year) == CALENDAR_YEAR_MISSING)
            return error_set(err, ERR_CALENDAR_YEARS_APART, arg_number("year", year));
    return true;
}

bool calendar_covers(const struct calendar *cal, int32_t from_on, int32_t to_on)
{
    int32_t a = cell_of(cal, from_on), b = cell_of(cal, to_on);

    return a >= 0 && b >= 0 && cal->cells[a].run == cal->cells[b].run;
}

/* Marked days between two dates, by a prefix sum that is absent when no day is marked. */
static bool is_marked(const struct calendar *cal, const int32_t *marks, int32_t from_on,
                      int32_t to_on)
{
    int64_t a = (int64_t)(from_on < to_on ? from_on : to_on) - cal->first_on;
    int64_t b = (int64_t)(from_on < to_on ? to_on : from_on) - cal->first_on + 1;

    if (!marks)
        return false;
    a = a < 0 ? 0 : a > cal->n_cells ? cal->n_cells : a;
    b = b < 0 ? 0 : b > cal->n_cells ? cal->n_cells : b;
    return marks[b] > marks[a];
}

bool calendar_is_provisional(const struct calendar *cal, int32_t from_on, int32_t to_on)
{
    return is_marked(cal, cal->provisional, from_on, to_on);
}

bool calendar_is_synthetic(const struct calendar *cal, int32_t from_on, int32_t to_on)
{
    return is_marked(cal, cal->synthetic, from_on, to_on);
}

/* ---- days ---- */

static inline bool cell_is_working(const struct calendar *cal, int32_t i)
{
    return cal->cells[i + 1].rank > cal->cells[i].rank;
}

bool calendar_is_working(const struct calendar *cal, int32_t on)
{
    int32_t i = cell_of(cal, on);

    return i >= 0 && cell_is_working(cal, i);
}

bool calendar_day(const struct calendar *cal, int32_t on, struct calendar_info *ret_info,
                  struct error *err)
{
    int32_t i = cell_of(cal, on);
    struct calendar_info info = {
        .on = on, .name_vi = "", .name_en = "", .source = "", .like_on = DATE_NONE};
    const struct calendar_schedule *s;

    if (i < 0)
        return gap_on(on, err);
    info.kind = (enum calendar_kind)cal->cells[i].kind;
    info.year_state = calendar_year_state(cal, date_civil(on).year);
    info.is_working = cell_is_working(cal, i);
    info.is_synthetic = calendar_is_synthetic(cal, on, on);
    s = &cal->schedules[cal->cells[i].schedule];
    info.n_sessions = s->n;
    for (int k = 0; k < s->n; k++)
        info.sessions[k] = s->sessions[k];
    info.n_halves = s->n_halves;
    memcpy(info.halves, s->halves, sizeof info.halves);
    info.n_intake = s->n_intake;
    memcpy(info.intake, s->intake, sizeof info.intake);
    if (cal->reasons[i] != CALENDAR_REASON_NONE) {
        const struct calendar_row *row = &cal->rows[cal->reasons[i]];

        info.level = row->level;
        info.name_vi = row->name_vi;
        info.name_en = row->name_en;
        info.source = row->source;
        info.like_on = row->like_on;
    }
    *ret_info = info;
    return true;
}

/* The schedule of a working day, or NULL and the refusal. */
static const struct calendar_schedule *schedule_of(const struct calendar *cal, int32_t on,
                                                   struct error *err)
{
    int32_t i = cell_of(cal, on);

    if (i < 0) {
        gap_on(on, err);
        return NULL;
    }
    if (!cell_is_working(cal, i)) {
        error_set(err, ERR_CALENDAR_DAY_OFF, arg_date("on", on));
        return NULL;
    }
    return &cal->schedules[cal->cells[i].schedule];
}

bool calendar_opening(const struct calendar *cal, int32_t on, int64_t *ret_at, struct error *err)
{
    const struct calendar_schedule *s = schedule_of(cal, on, err);

    if (!s)
        return false;
    *ret_at = date_instant(on, cal->zone_s) + s->from_us[0];
    return true;
}

bool calendar_closing(const struct calendar *cal, int32_t on, int64_t *ret_at, struct error *err)
{
    const struct calendar_schedule *s = schedule_of(cal, on, err);

    if (!s)
        return false;
    *ret_at = date_instant(on, cal->zone_s) + s->to_us[s->n - 1];
    return true;
}

/* The working day n after, before or (0) from `on`; NULL and the refusal when a day looked at is
 * unknown. */
static inline const struct calendar_work *work_find(const struct calendar *cal, int32_t on, int n,
                                                    struct error *err)
{
    /* The first day looked at decides the run; the rank of the answer must stay inside it. */
    int64_t first = (int64_t)on + (n > 0) - (n < 0);
    int32_t i = cell_of(cal, first);
    const struct calendar_run *run;
    int64_t rank;

    if (i < 0) {
        gap_on(first, err);
        return NULL;
    }
    run = &cal->runs[cal->cells[i].run];
    rank = n < 0 ? (int64_t)cal->cells[i + 1].rank + n : (int64_t)cal->cells[i].rank + n - (n > 0);
    if (rank >= run->rank_first && rank < run->rank_end)
        return &cal->works[rank];
    gap_year(n < 0 ? run->first_year - 1 : run->last_year + 1, err);
    return NULL;
}

bool calendar_next_working(const struct calendar *cal, int32_t on, int n, int32_t *ret_on,
                           struct error *err)
{
    const struct calendar_work *work = work_find(cal, on, n, err);

    if (!work)
        return false;
    *ret_on = work->on;
    return true;
}

bool calendar_next_closing(const struct calendar *cal, int32_t on, int n, int32_t *ret_on,
                           int64_t *ret_at, struct error *err)
{
    const struct calendar_work *work = work_find(cal, on, n, err);

    if (!work)
        return false;
    *ret_on = work->on;
    *ret_at = cal->first_at + (work->on - cal->first_on) * INSTANT_DAY + work->closing * MINUTE_US;
    return true;
}

bool calendar_working_days_between(const struct calendar *cal, int32_t a, int32_t b,
                                   int32_t *ret_days, struct error *err)
{
    int64_t first = (int64_t)(a < b ? a : b) + 1, last = a < b ? b : a;
    int32_t i, k, days;

    if (a == b) {
        *ret_days = 0;
        return true;
    }
    i = cell_of(cal, first);
    k = cell_of(cal, last);
    if (i < 0)
        return gap_on(first, err);
    if (k < 0 || cal->cells[k].run != cal->cells[i].run)
        return gap_year(cal->runs[cal->cells[i].run].last_year + 1, err);
    days = cal->cells[k + 1].rank - cal->cells[i].rank;
    *ret_days = a < b ? days : -days;
    return true;
}

/* ---- working time ---- */

struct place { /* an instant on the working-time axis */
    int32_t cell;
    int64_t offset_us; /* since midnight of the cell; a whole day at the very end of a run */
    const struct calendar_run *run;
    int64_t work_us; /* working time before it */
};

/* Working time of a schedule before an hour of the day. */
static inline int64_t schedule_before(const struct calendar_schedule *s, int64_t offset_us)
{
    int64_t us = 0;

    for (int i = 0; i < s->n && offset_us > s->from_us[i]; i++)
        us += (offset_us < s->to_us[i] ? offset_us : s->to_us[i]) - s->from_us[i];
    return us;
}

/* Midnight belongs to the day it begins, but as the end of a span (`is_end`) it may also end the
 * day before: a span up to 31 December 24:00 does not depend on the next year. */
static inline bool place_find(const struct calendar *cal, int64_t at, bool is_end, struct place *p,
                              struct error *err)
{
    uint64_t since;
    const struct calendar_cell *c;

    if (at < cal->first_at || at > cal->end_at) {
        gap_at(cal, at, err);
        return false;
    }
    since = (uint64_t)(at - cal->first_at);
    p->cell = (int32_t)(since / (uint64_t)INSTANT_DAY);
    p->offset_us = (int64_t)(since % (uint64_t)INSTANT_DAY);
    if (p->cell == cal->n_cells || cal->cells[p->cell].run == CALENDAR_RUN_NONE) {
        if (!is_end || p->offset_us || !p->cell ||
            cal->cells[p->cell - 1].run == CALENDAR_RUN_NONE) {
            gap_on((int64_t)cal->first_on + p->cell, err);
            return false;
        }
        p->cell--;
        p->offset_us = INSTANT_DAY;
    }
    c = &cal->cells[p->cell];
    p->run = &cal->runs[c->run];
    p->work_us =
        c->minutes * MINUTE_US + schedule_before(&cal->schedules[c->schedule], p->offset_us);
    return true;
}

/* The working day that holds a working minute. Buckets are finer than most days are long. */
static inline int32_t rank_of_minute(const struct calendar *cal, int32_t minute)
{
    int32_t rank = cal->buckets[minute >> CALENDAR_BUCKET_SHIFT];

    while (cal->works[rank + 1].minutes <= minute)
        rank++;
    return rank;
}

static inline const struct calendar_schedule *schedule_of_rank(const struct calendar *cal,
                                                               int32_t rank)
{
    return &cal->schedules[cal->cells[cal->works[rank].on - cal->first_on].schedule];
}

/* The instant after `work_us` on the axis. Where one count has two instants, a closing and the next
 * opening: the closing, or with `is_latest` the opening. */
static inline int64_t instant_of_work(const struct calendar *cal, int64_t work_us, bool is_latest)
{
    int32_t rank = rank_of_minute(cal, (int32_t)((work_us - !is_latest) / MINUTE_US));
    const struct calendar_schedule *s = schedule_of_rank(cal, rank);
    int64_t rest = work_us - cal->works[rank].minutes * MINUTE_US;
    int i = 0;

    while (i + 1 < s->n && rest + is_latest > s->to_us[i] - s->from_us[i]) {
        rest -= s->to_us[i] - s->from_us[i];
        i++;
    }
    return date_instant(cal->works[rank].on, cal->zone_s) + s->from_us[i] + rest;
}

/* Inside one of some sessions, opening and closing included. */
static bool is_within(const struct calendar_session *s, int n, int64_t offset_us)
{
    for (int i = 0; i < n; i++)
        if (offset_us >= s[i].from_minute * MINUTE_US && offset_us <= s[i].to_minute * MINUTE_US)
            return true;
    return false;
}

bool calendar_is_intake(const struct calendar *cal, int64_t at)
{
    int32_t on;

    if (at < cal->first_at || at > cal->end_at)
        return false;
    on = instant_date(at, cal->zone_s);
    for (int32_t day = on; day >= on - 1; day--) { /* yesterday's closing may be today's midnight */
        int32_t i = cell_of(cal, day);
        int64_t offset_us = at - date_instant(day, cal->zone_s);
        const struct calendar_schedule *s = i < 0 ? NULL : &cal->schedules[cal->cells[i].schedule];

        if (s && (is_within(s->sessions, s->n, offset_us) ||
                  is_within(s->intake, s->n_intake, offset_us)))
            return true;
    }
    return false;
}

/* Inside a session, its opening and its closing included; a closing at 24:00 is found from the day
 * that begins there. */
static bool is_in_session(const struct calendar *cal, const struct place *p)
{
    const struct calendar_schedule *s = &cal->schedules[cal->cells[p->cell].schedule];
    const struct calendar_schedule *before =
        p->offset_us || !p->cell ? NULL : &cal->schedules[cal->cells[p->cell - 1].schedule];

    for (int i = 0; i < s->n; i++)
        if (p->offset_us >= s->from_us[i] && p->offset_us <= s->to_us[i])
            return true;
    return before && before->n && before->to_us[before->n - 1] == INSTANT_DAY;
}

bool calendar_add_work(const struct calendar *cal, int64_t from, int64_t work_us, int64_t *ret_at,
                       struct error *err)
{
    struct place p;

    assert(work_us >= 0);
    if (!place_find(cal, from, false, &p, err))
        return false;
    if (work_us > p.run->us_end - p.work_us)
        return gap_year(p.run->last_year + 1, err);
    if (work_us) {
        *ret_at = instant_of_work(cal, p.work_us + work_us, false);
        return true;
    }
    if (is_in_session(cal, &p)) {
        *ret_at = from;
        return true;
    }
    if (p.work_us == p.run->us_end)
        return gap_year(p.run->last_year + 1, err);
    *ret_at = instant_of_work(cal, p.work_us, true);
    return true;
}

bool calendar_sub_work(const struct calendar *cal, int64_t to, int64_t work_us, int64_t *ret_at,
                       struct error *err)
{
    struct place p;

    assert(work_us >= 0);
    if (!place_find(cal, to, true, &p, err))
        return false;
    if (work_us > p.work_us - p.run->us_first)
        return gap_year(p.run->first_year - 1, err);
    if (work_us) {
        *ret_at = instant_of_work(cal, p.work_us - work_us, true);
        return true;
    }
    if (is_in_session(cal, &p)) {
        *ret_at = to;
        return true;
    }
    if (p.work_us == p.run->us_first)
        return gap_year(p.run->first_year - 1, err);
    *ret_at = instant_of_work(cal, p.work_us, false);
    return true;
}

bool calendar_work_between(const struct calendar *cal, int64_t a, int64_t b, int64_t *ret_work_us,
                           struct error *err)
{
    int64_t first = a < b ? a : b, last = a < b ? b : a;
    struct place p, q;

    if (!place_find(cal, first, first == last, &p, err) || !place_find(cal, last, true, &q, err))
        return false;
    if (p.run != q.run)
        return gap_year(p.run->last_year + 1, err);
    *ret_work_us = a < b ? q.work_us - p.work_us : p.work_us - q.work_us;
    return true;
}

bool calendar_last_closing_before(const struct calendar *cal, int64_t at, int64_t *ret_at,
                                  struct error *err)
{
    struct place p;
    const struct calendar_schedule *s;
    int32_t rank;

    if (!place_find(cal, at, true, &p, err))
        return false;
    s = &cal->schedules[cal->cells[p.cell].schedule];
    rank = cal->cells[p.cell].rank;
    if (!cell_is_working(cal, p.cell) || s->to_us[s->n - 1] > p.offset_us)
        rank--; /* today has no closing yet: the working day before */
    if (rank < p.run->rank_first)
        return gap_year(p.run->first_year - 1, err);
    return calendar_closing(cal, cal->works[rank].on, ret_at, err);
}

/* ---- half days ---- */

bool calendar_next_half(const struct calendar *cal, int64_t at, int n, int32_t *ret_on,
                        int64_t *ret_at, struct error *err)
{
    struct place p;
    const struct calendar_schedule *s;
    const struct calendar_half *half;
    int64_t rank;

    assert(n > 0);
    if (!place_find(cal, at, false, &p, err))
        return false;
    s = &cal->schedules[cal->cells[p.cell].schedule];
    rank = (int64_t)cal->half_ranks[p.cell] + n - 1;
    for (int i = 0; i < s->n_halves; i++)
        rank += s->halves[i].from_minute * MINUTE_US <= p.offset_us;
    if (rank >= cal->half_ranks[p.run->end])
        return gap_year(p.run->last_year + 1, err);
    half = &cal->halves[rank];
    *ret_on = half->on;
    *ret_at = date_instant(half->on, cal->zone_s) + half->closing * MINUTE_US;
    return true;
}
