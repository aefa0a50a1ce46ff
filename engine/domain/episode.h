/* Late episodes: each time that a promise, or the budget of a step, was broken, from when to when.
 * Pure.
 *
 * They are read off the events and never go away: an end closes one, a correction closes it and
 * says so, a re-appointment, a role or an edit of the calendar does nothing to it. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "domain/history.h"
#include "domain/lateness.h"

struct episode {
    int step;                /* 0: the promise to the applicant; else the step beyond its budget */
    int64_t office, officer; /* who held the dossier at that step; step 0: the competent office */
    int64_t from, to;        /* to: INSTANT_NONE while it lasts */
    /* of an ended one: from the day promised (or the day the budget ran out) to the day of the end;
     * working days -1 where the calendar does not cover them, both -1 while it lasts */
    int32_t calendar_days, working_days;
    int32_t corrected_seq; /* the event that corrected it away, with author and reason; 0: stands */
};

#define EPISODES_MAX 64

/* The episodes of a dossier, by step and beginning; `ctx->dossier` is the fold of all of `h`.
 * Returns how many, at most EPISODES_MAX; -1 without memory. */
int episode_list(const struct lateness_context *ctx, const struct history *h, struct episode *ret);
/* Days of one that lasts, until now; `cal` may be NULL: working days -1. The day promised is that
 * of the instant before `from`. */
void episode_count_so_far(struct episode *e, const struct calendar *cal, int64_t now,
                          int32_t zone_s);
bool episode_equal(const struct episode *a, const struct episode *b);
