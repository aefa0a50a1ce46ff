/* The inside of a calendar, shared by its builder and its questions alone.
 *
 * Known years next to each other form a run. Inside a run every question is a difference of prefix
 * sums: `rank` counts working days and `minutes` working minutes before a date, `works` goes back
 * from a rank to its date, `buckets` from a working minute to a rank near it. Across runs nothing
 * is answered, so the sums may simply continue over a gap. */
#pragma once
#include <stdatomic.h>

#include "base/arena.h"
#include "base/instant.h"
#include "domain/calendar.h"

#define CALENDAR_YEAR_MIN     1900
#define CALENDAR_YEAR_MAX     2200
#define CALENDAR_BUCKET_SHIFT 8 /* 256 working minutes: about half a day, so one or two steps */
#define CALENDAR_RUN_NONE     UINT16_MAX
#define CALENDAR_REASON_NONE  UINT32_MAX

struct calendar_schedule {
    int n;
    int32_t minutes; /* together */
    struct calendar_session sessions[CALENDAR_SESSIONS_MAX];
    int64_t from_us[CALENDAR_SESSIONS_MAX], to_us[CALENDAR_SESSIONS_MAX]; /* since local midnight */
    int n_halves;
    struct calendar_session halves[2]; /* from first opening to last closing */
    int n_intake;                      /* outside working time; in no sum */
    struct calendar_session intake[CALENDAR_SESSIONS_MAX];
};

struct calendar_cell { /* one date */
    int32_t rank;      /* working days before it */
    int32_t minutes;   /* working minutes before it */
    uint32_t schedule; /* of the date; 0 has no session */
    uint16_t run;      /* CALENDAR_RUN_NONE in a gap */
    uint8_t kind;      /* enum calendar_kind */
};

struct calendar_work { /* one working day */
    int32_t on;
    int32_t minutes; /* working minutes before it */
    int32_t closing; /* minute of its last closing */
};

struct calendar_half { /* one half day of work */
    int32_t on;
    int32_t closing; /* minute of its last closing */
};

struct calendar_run {
    int32_t first, end; /* cells [first, end) */
    int32_t rank_first, rank_end;
    int64_t us_first, us_end; /* working time before it, and at its end */
    int first_year, last_year;
};

struct calendar {
    _Atomic int refs;
    struct arena *arena; /* owns everything below, and this */
    const char *name;
    int32_t zone_s, first_on, n_cells;
    int64_t first_at, end_at; /* midnights around the cells */
    int first_year, n_years;
    uint8_t *year_states, *year_levels;
    struct calendar_cell *cells; /* n_cells, and a sentinel with the totals */
    struct calendar_work *works; /* by rank, and a sentinel with the total minutes */
    int32_t n_works;
    int32_t *half_ranks;          /* per date: half days before it; a sentinel with their number */
    struct calendar_half *halves; /* by that rank */
    struct calendar_schedule *schedules;
    struct calendar_run *runs;
    int32_t *buckets;     /* rank of the working day that holds working minute (index << SHIFT) */
    uint32_t *reasons;    /* per date: index of the row that decided, or CALENDAR_REASON_NONE */
    int32_t *provisional; /* per date: provisional days before it; NULL when there are none */
    int32_t *synthetic;   /* the same for synthetic days */
    struct calendar_row *rows;
};

struct calendar_builder {
    struct arena *texts; /* name and texts of the rows */
    const char *name;
    int32_t zone_s;
    struct calendar_row *rows; /* owned */
    size_t n_rows, size;
    size_t n_weekly;
};

/* ---- building ---- */

#define CALENDAR_NOT_SET UINT32_MAX

/* What one build works on. */
struct calendar_build {
    const struct calendar_builder *b;
    struct calendar *cal;
    struct calendar_row *rows; /* the calendar's own copy, in the builder's order */
    uint32_t n_rows;
    uint32_t *weekly; /* indices of the weekly rows */
    uint32_t n_weekly;
    uint32_t *day_rows[CALENDAR_LEVEL_COUNT]; /* per date: the day row, or CALENDAR_NOT_SET; NULL:
                                                 none at all */
    struct calendar_schedule *schedules; /* grows; the calendar gets a copy of the right size */
    uint32_t n_schedules, size_schedules;
};

/* calendar_stack.c: the weekly rows against each other, the day rows filed by date, and what one
 * date of a known year comes to. */
bool calendar_stack_check(const struct calendar_build *w, struct error *err);
bool calendar_stack_days(struct calendar_build *w, struct error *err);
bool calendar_stack_day(const struct calendar_build *w, int32_t on, struct calendar_schedule *ret_s,
                        enum calendar_kind *ret_kind, uint32_t *ret_reason, struct error *err);
