/* The clocks of one dossier, computed from its raw holds alone: nothing here remembers a date that
 * was promised before, so that the same rows give the same answer on another calendar, on another
 * day and in a test.
 *
 * The legal clock is a chain of stretches. It begins at the receipt with the whole limit; a hold
 * that moves ends a stretch, and its return begins the next one:
 *
 *   restart   with the whole limit again
 *   resume    day limits: with the days that were left; the day of the request counts as used, the
 *             day of return does not. Hour, half-day and same-day limits: with the working time
 *             that was left, to the microsecond
 *   runs_on   a hold that moves nothing ends no stretch
 *
 * The promise is the end of the last stretch. That a promise in force never moves earlier is the
 * caller's rule, not the clock's. Source: law:supplement-request, law:hold. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "domain/calendar.h"
#include "domain/dossier.h"
#include "domain/due.h"

/* What a clock counts from: the same for every dossier of a limit. */
struct clock_rule {
    const struct calendar *calendar; /* of the competent office */
    const struct due_rule *due;      /* of the ruleset at receipt */
    struct limit limit;              /* valid */
    int64_t start;                   /* receipt, microseconds UTC */
};

#define CLOCK_STRETCHES_MAX (DOSSIER_HOLDS_MAX + 1)

/* One stretch in which the legal clock ran. */
struct clock_stretch {
    int hold;      /* index of the hold whose return began it; -1: the receipt */
    int64_t from;  /* where it began: the receipt, or the return */
    int64_t to;    /* the request that ended it; INSTANT_NONE: the last one */
    bool is_whole; /* has the whole limit before it; false: what was left of it */
    /* What there was to count, in the unit of the clock: days of a day limit (`days`, in working or
     * calendar days; months resume in calendar days), working time of the others (`work_us`). 0:
     * the limit was used up at the request, and ends on the day, at the moment, of return. */
    int32_t days;
    int64_t work_us;
};

struct decide_context;

/* The rule of a dossier: the context's calendar and ruleset, its limit and start. `due` is NULL
 * where the context has no ruleset. */
struct clock_rule clock_rule_of(const struct decide_context *ctx, const struct dossier *d);

/* Is the limit counted in working time rather than in days when it resumes? */
bool clock_is_by_time(const struct clock_rule *rule);

/* The stretches of the clock, in order; `ret` has room for CLOCK_STRETCHES_MAX. A hold still
 * running ends none. Holds before the start do not count, one across it counts from there on.
 * Errors: those of due_compute(). */
MUST_CHECK
bool clock_stretches(const struct clock_rule *rule, const struct dossier_hold *holds, int n_holds,
                     struct clock_stretch *ret, int *ret_n, struct error *err);

/* The end of the last stretch: what receipt, limit and all ended holds promise on this calendar.
 * Errors: those of due_compute(). */
MUST_CHECK
bool clock_promise(const struct clock_rule *rule, const struct dossier_hold *holds, int n_holds,
                   struct due *ret_due, struct error *err);

/* ---- what the clocks show ---- */

/* Three clocks over the same rows at one instant. Working time is that of the context's calendar.
 */
struct clocks {
    int64_t at; /* read at; the end where the dossier has ended */
    /* The legal clock: since the last beginning of the whole limit, pauses left out. Days are
     * working days; calendar days for limits in days and months. Left: to the promise in force,
     * negative once it has passed; while the clock stands, as it was at the request. */
    int64_t from;    /* where the count in force began */
    bool is_running; /* false: a hold stops it, or the dossier has ended */
    int64_t used_us, left_us;
    int32_t used_days, left_days;
    bool has_promise; /* false: nothing is left of nothing */
    /* The clock of index 766 (law:index-clock): only supplements count, in time of the clock on the
     * wall. */
    int64_t index_end_at; /* the end it sees: the request waited for, the end, or `at` */
    bool is_index_finished;
    int64_t index_us; /* from receipt to there, supplements that came back subtracted */
    int n_index_requests;
    enum judgement index_judgement; /* JUDGEMENT_NONE: no appointment */
    /* Plain time since receipt. */
    int64_t elapsed_us, elapsed_work_us;
    /* What the unit of intake took to pass it on, where it is not the competent agency's own. */
    bool is_filed_elsewhere;
    int64_t transfer_until; /* INSTANT_NONE: the ruleset gives no limit */
    bool is_transfer_late;
};

/* Reads the clocks of ctx->dossier, which was received. Errors: CALENDAR_GAP. */
MUST_CHECK
bool clock_read(const struct decide_context *ctx, int64_t now, struct clocks *ret,
                struct error *err);
