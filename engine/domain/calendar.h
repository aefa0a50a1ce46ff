/* Working calendar of one office: the days it works and the hours of each.
 *
 * Immutable once built, and shared by reference between requests, the sweep and the thread pool. It
 * is built from plain rows, the same rows the database and the text format hold (calendar_text.h):
 * weekly sessions with validity, single days with a reason, and the years that are known. A year
 * without a row is a gap, and a question whose answer depends on it is refused with CALENDAR_GAP.
 *
 * Rows of several levels may be stacked (country, province, office). The most specific day row of a
 * date wins; so does the most specific level that has any weekly session in force on a date: an
 * office with its own timetable has its own whole week.
 *
 * Every question below costs O(1): prefix sums over days, and an index from working minutes to
 * days. Dates are days since 1970 at the office (int32_t), instants microseconds UTC (int64_t). */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/macros.h"

#define CALENDAR_SESSIONS_MAX 6 /* of one day */
#define CALENDAR_NOON_MINUTE  (12 * 60)
#define CALENDAR_ROWS_MAX     20000 /* of one calendar, all levels together */
#define CALENDAR_YEARS_MAX    200   /* from the first known year to the last */

struct calendar;
struct calendar_builder;

enum calendar_level { CALENDAR_COUNTRY, CALENDAR_PROVINCE, CALENDAR_OFFICE, CALENDAR_LEVEL_COUNT };

enum calendar_row_type { CALENDAR_ROW_YEAR, CALENDAR_ROW_WEEKLY, CALENDAR_ROW_DAY };

/* What a date is. The first two come from the weekly sessions, the others from a day row.
 * Source: law:holidays. */
enum calendar_kind {
    CALENDAR_WORKDAY,    /* an ordinary working day */
    CALENDAR_WEEKEND,    /* no weekly session on this weekday */
    CALENDAR_HOLIDAY,    /* day off by statute */
    CALENDAR_SUBSTITUTE, /* nghỉ bù: day off for a holiday that fell on a weekend */
    CALENDAR_SWAPPED,    /* hoán đổi: day off, paid back by a make-up day */
    CALENDAR_CLOSURE,    /* emergency closure; the sessions given, if any, are still worked */
    CALENDAR_HALF_DAY,   /* a working day with the sessions given */
    CALENDAR_MAKE_UP,    /* làm bù: a working day where the week has none */
    CALENDAR_INTAKE,     /* a day off on which dossiers are received in the sessions given */
    CALENDAR_KIND_COUNT
};

enum calendar_year_state {
    CALENDAR_YEAR_MISSING,
    CALENDAR_YEAR_PUBLISHED,
    CALENDAR_YEAR_PROVISIONAL,
    CALENDAR_YEAR_SYNTHETIC
};

/* One stretch of work, in minutes since local midnight: [from, to), 0..1440. */
struct calendar_session {
    int16_t from_minute, to_minute;
};

/* One row as stored. Texts are borrowed and copied by the builder; NULL reads as "". */
struct calendar_row {
    enum calendar_row_type type;
    enum calendar_level level;
    int line;        /* where it stood, for errors: line of a file or number of a row; from 1 */
    int32_t from_on; /* first day; a year row has 1 January */
    int32_t to_on;   /* last day, included; DATE_NONE: weekly without end, otherwise the same day */
    uint8_t weekdays;        /* weekly: bit 0 Monday .. bit 6 Sunday */
    bool is_intake;          /* weekly: dossiers are received, but it is no working time */
    enum calendar_kind kind; /* day rows */
    enum calendar_year_state year_state; /* year rows */
    int like_weekday; /* make-up: has the weekly sessions of this weekday, 1..7; 0: those given here
                       */
    int32_t like_on;  /* make-up: the day off it pays back, DATE_NONE when unknown */
    int n_sessions;
    struct calendar_session sessions[CALENDAR_SESSIONS_MAX]; /* ascending */
    bool is_synthetic; /* invented for a demonstration or a test, not announced by anybody */
    const char *name_vi, *name_en, *source;
};

/* What calendar_day() tells. Texts live as long as the calendar; "" when there is none. */
struct calendar_info {
    int32_t on;
    enum calendar_kind kind;
    enum calendar_year_state year_state; /* never MISSING */
    enum calendar_level level;           /* of the row that decided */
    bool is_working;                     /* counts as a working day */
    bool is_synthetic;
    int n_sessions;
    struct calendar_session sessions[CALENDAR_SESSIONS_MAX];
    int n_halves; /* half days worked: 0, 1 or 2; each from its first opening to its last closing */
    struct calendar_session halves[2];
    int n_intake; /* sessions in which dossiers are received outside working time */
    struct calendar_session intake[CALENDAR_SESSIONS_MAX];
    const char *name_vi, *name_en, *source;
    int32_t like_on; /* make-up: the day off it pays back, DATE_NONE when unknown */
};

/* ---- building ---- */

/*   name    for people, copied
 *   zone_s  seconds east of UTC
 * Errors: NO_MEMORY. */
MUST_CHECK
bool calendar_builder_new(const char *name, int32_t zone_s, struct calendar_builder **ret_builder,
                          struct error *err);
struct calendar_builder *
calendar_builder_free(struct calendar_builder *b); /* takes NULL; NULL back */
static inline void calendar_builder_freep(struct calendar_builder **b)
{
    *b = calendar_builder_free(*b);
}

/* Replaces name and zone (a text file names them after the builder was made). */
MUST_CHECK
bool calendar_builder_set_name(struct calendar_builder *b, const char *name, int32_t zone_s,
                               struct error *err);

/* Takes a copy of one row; what can be judged by itself is judged here.
 * Errors: CALENDAR_SESSIONS {line}, CALENDAR_RANGE {line}, CALENDAR_TOO_LARGE {limit}, NO_MEMORY.
 */
MUST_CHECK
bool calendar_builder_add(struct calendar_builder *b, const struct calendar_row *row,
                          struct error *err);

/* Builds the calendar; the builder stays with the caller and may be used again.
 * Errors, each with {line} of the later row and {other}, the line it contradicts, where there is
 * one: CALENDAR_OVERLAP (sessions of one weekday), CALENDAR_DAY_TWICE {on} (of the same kind),
 * CALENDAR_DAY_DIFFERS {on} {kind} {other_kind}, CALENDAR_YEAR_TWICE {year},
 * CALENDAR_MAKE_UP_WORKING {on} (a make-up day on a day that works anyway),
 * CALENDAR_INTAKE_WORKING {on} (the same of a day for intake alone), CALENDAR_NO_WEEK {on} (a day
 * of the year on {line} on which no weekly row is in force: a gap in a year), CALENDAR_OFF_ALREADY
 * {on} (a substitute, swapped or half day where nobody works), CALENDAR_MAKE_UP_EMPTY {on} (the
 * weekday it copies has no session), CALENDAR_NO_YEAR {name}, CALENDAR_TOO_LARGE {limit},
 * NO_MEMORY. */
MUST_CHECK
bool calendar_builder_build(const struct calendar_builder *b, struct calendar **ret_cal,
                            struct error *err);

/* Refuses a calendar with an unknown year between known ones: it may be used, for it refuses what
 * would rest on that year, but nobody publishes one on purpose.
 * Errors: CALENDAR_YEARS_APART {year}, the first that is missing. */
MUST_CHECK
bool calendar_check_gaps(const struct calendar *cal, struct error *err);

struct calendar *calendar_ref(const struct calendar *cal);
struct calendar *calendar_unref(struct calendar *cal); /* takes NULL; returns NULL */
static inline void calendar_unrefp(struct calendar **cal)
{
    *cal = calendar_unref(*cal);
}

/* ---- days ---- */

const char *calendar_name(const struct calendar *cal);
int32_t calendar_zone_s(const struct calendar *cal);
enum calendar_year_state calendar_year_state(const struct calendar *cal, int year);
int calendar_first_year(const struct calendar *cal); /* of the known ones; gaps may lie between */
int calendar_last_year(const struct calendar *cal);

/* True when every day of the span is in a known year; the order of the two does not matter. */
bool calendar_covers(const struct calendar *cal, int32_t from_on, int32_t to_on);

/* True when a day between the two, both included, lies in a year that is provisional, or is flagged
 * synthetic: a date that rests on it says so. */
bool calendar_is_provisional(const struct calendar *cal, int32_t from_on, int32_t to_on);
bool calendar_is_synthetic(const struct calendar *cal, int32_t from_on, int32_t to_on);

/* False for days off and, silently, for days of unknown years; calendar_day() refuses those. */
bool calendar_is_working(const struct calendar *cal, int32_t on);

/* True when the counter receives dossiers at this instant: inside a working session or one for
 * intake alone, opening and closing included. It decides no limit: who is received on a Saturday is
 * received then, and the limit counts from it as from any day off. False in unknown years. Source:
 * law:saturday-intake. */
bool calendar_is_intake(const struct calendar *cal, int64_t at);

/* Errors: CALENDAR_GAP {year}. */
MUST_CHECK
bool calendar_day(const struct calendar *cal, int32_t on, struct calendar_info *ret_info,
                  struct error *err);

/* First opening and last closing of a working day.
 * Errors: CALENDAR_GAP {year}, CALENDAR_DAY_OFF {on}. */
MUST_CHECK
bool calendar_opening(const struct calendar *cal, int32_t on, int64_t *ret_at, struct error *err);
MUST_CHECK
bool calendar_closing(const struct calendar *cal, int32_t on, int64_t *ret_at, struct error *err);

/* The n-th working day after `on` (n > 0) or before it (n < 0), `on` itself not counted whether it
 * works or not; with n = 0, `on` when it works, otherwise the next working day.
 * Errors: CALENDAR_GAP {year} when a day looked at lies in an unknown year (`on` itself is looked
 * at only with n = 0). Source: law:first-day-not-counted, law:last-day-rolls. */
MUST_CHECK
bool calendar_next_working(const struct calendar *cal, int32_t on, int n, int32_t *ret_on,
                           struct error *err);

/* The same day, and its last closing: what a limit in days is due at, in one lookup. */
MUST_CHECK
bool calendar_next_closing(const struct calendar *cal, int32_t on, int n, int32_t *ret_on,
                           int64_t *ret_at, struct error *err);

/* The closing of the n-th half day (n > 0) that begins after `at`. The morning half of a day are
 * its sessions that begin before 12:00, the afternoon half the others; a day may have one of them.
 * What has begun when `at` comes is not counted, its opening and its breaks included; what is
 * received outside the sessions has the next half day as its first. Errors: CALENDAR_GAP {year}
 * when a day from that of `at` to the last one is unknown. Source: law:half-day. */
MUST_CHECK
bool calendar_next_half(const struct calendar *cal, int64_t at, int n, int32_t *ret_on,
                        int64_t *ret_at, struct error *err);

/* Working days d with a < d <= b; with b < a the negative of those with b < d <= a.
 * Errors: CALENDAR_GAP {year}. */
MUST_CHECK
bool calendar_working_days_between(const struct calendar *cal, int32_t a, int32_t b,
                                   int32_t *ret_days, struct error *err);

/* ---- working time, exact to the microsecond ---- */

/* The earliest instant at which `work_us` of working time have passed since `from`: a count that
 * ends at closing ends at closing, not at the next opening. Outside the sessions it starts at the
 * next opening; with work_us = 0 it is `from` inside a session (its closing included), else that
 * opening. work_us  0 or more Errors: CALENDAR_GAP {year} when a day from that of `from` to the
 * last one is unknown. Source: law:working-time. */
MUST_CHECK
bool calendar_add_work(const struct calendar *cal, int64_t from, int64_t work_us, int64_t *ret_at,
                       struct error *err);

/* The latest instant from which `work_us` of working time lead up to `to`: when to begin at the
 * latest. With work_us = 0 it is `to` inside a session (its opening included), else the closing
 * before. Errors: CALENDAR_GAP {year}. */
MUST_CHECK
bool calendar_sub_work(const struct calendar *cal, int64_t to, int64_t work_us, int64_t *ret_at,
                       struct error *err);

/* Working time from a to b; negative when b is before a. Errors: CALENDAR_GAP {year}. */
MUST_CHECK
bool calendar_work_between(const struct calendar *cal, int64_t a, int64_t b, int64_t *ret_work_us,
                           struct error *err);

/* The last closing (end of a working day's last session) at or before `at`.
 * Errors: CALENDAR_GAP {year}. */
MUST_CHECK
bool calendar_last_closing_before(const struct calendar *cal, int64_t at, int64_t *ret_at,
                                  struct error *err);

/* ---- words ---- */

/* Stable words of the text format and the wire: "holiday", "make_up", "published", "mon". */
const char *calendar_kind_word(enum calendar_kind kind);
const char *calendar_year_state_word(enum calendar_year_state state);
const char *calendar_weekday_word(int weekday); /* 1 Monday .. 7 Sunday */

/* For people: "ngày nghỉ lễ", "public holiday". */
const char *calendar_kind_phrase(enum calendar_kind kind, enum language lang);
