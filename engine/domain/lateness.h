/* Warning: what the remaining steps need against the working time left (engine.md 5.1). Pure. */
#pragma once
#include <stdint.h>

#include "domain/calendar.h"
#include "domain/dossier.h"
#include "domain/organisation.h"
#include "domain/procedure.h"
#include "domain/ruleset.h"

struct history; /* domain/history.h */

struct lateness_context {
    const struct dossier *dossier;
    const struct procedure_case *procedure_case; /* NULL: no steps known (imported) */
    const struct ruleset *ruleset;
    const struct calendar *calendar;
    int32_t zone_s;
    const struct history *history;           /* who the members of a group are; NULL: unknown */
    const struct organisation *organisation; /* for the cause alone; NULL: offices stand alone */
};

struct warning {
    enum warning_level level;
    int64_t left_us; /* working time from now to due_at (day limits: to the day's closing), 0 when
                        past */
    int64_t need_budget_us; /* what the rest of the budgets needs */
    int64_t need_least_us;  /* what the least times need */
    int64_t projected_end;  /* now plus need_budget on the calendar; INSTANT_NONE when unknown */
    /* the instants at which the level turns if nothing happens; INSTANT_NONE: never, or passed */
    int64_t risk_at, certain_at, late_at;
    /* Where the latest would fall before the limit began (a day or less): due_at, drafted at once.
     */
    int64_t letter_draft_at;  /* closing of the letter_draft_days-th working day before due */
    int64_t letter_latest_at; /* last closing of the letter_lead_days-th working day before due */
};

/* Never fails: where the calendar has no year, the instants that depend on it are INSTANT_NONE and
 * the level is judged by date alone. */
void warning_compute(const struct lateness_context *ctx, int64_t now, struct warning *ret_warning);

/* The step of that seq, NULL where the case has none. */
const struct procedure_step *lateness_step(const struct procedure_case *c, int seq);

/* Working time used in a segment, its step's budget, and the overrun (used - budget, at least 0).
 * The budget of a step visited twice is shared by its segments in order. */
struct segment_use {
    const struct dossier_segment *segment;
    int64_t used_us, budget_us, overrun_us;
};
/* ret has room for DOSSIER_SEGMENTS_MAX; returns how many. `until` closes the running segment. */
int lateness_segments(const struct lateness_context *ctx, int64_t until, struct segment_use *ret);

/* A late episode (from the moment it became late to its end or `now`): working and calendar days
 * late. Working days are -1 (unknown) where the calendar does not cover them. */
struct late_days {
    int64_t from, to;
    int32_t calendar_days, working_days;
};
bool lateness_episode(const struct lateness_context *ctx, int64_t now, struct late_days *ret);
