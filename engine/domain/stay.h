/* Stays: where a dossier stood, step by step and hand by hand, from receipt to its end. Pure.
 *
 * A stay lasts as long as step, office, officer and "waiting" do; the next one begins where it
 * ends. While the clock stands the file stays with whoever held it, but the time is nobody's. What
 * a stay took is counted once it is over, in working time of the competent office's calendar as it
 * was known then. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "domain/history.h"
#include "domain/lateness.h"

struct stay {
    int64_t entered_at;
    int64_t left_at;         /* INSTANT_FOREVER while the dossier stands there */
    bool is_last;            /* the dossier ended there, at left_at */
    int64_t case_id;         /* of the procedure; 0: not known */
    int step;                /* of the case; 0: none (imported) */
    int64_t office, officer; /* officer 0: nobody named */
    bool is_waiting;         /* a hold that stops the clock ran */
    int32_t budget_minutes;  /* working minutes that earlier stays left of the step's budget; -1: no
                                budget, or waiting */
    int32_t used_minutes;    /* working minutes, whole ones; -1: not over yet, waiting, or a year
                                without a calendar */
    bool is_over;            /* it outlasted its budget, to the microsecond */
};

#define STAYS_MAX 256

/* The stays of a dossier as known at `known_at`, by entered_at, no two at one instant; none of one
 * never accepted or entered by mistake. `ctx->dossier` is the fold of all that is known of `h`.
 * Beyond STAYS_MAX the last one says what is newest. Returns how many; -1 without memory.
 * Source: law:step-budget. */
int stay_timeline(const struct lateness_context *ctx, const struct history *h, int64_t known_at,
                  struct stay *ret);
bool stay_equal(const struct stay *a, const struct stay *b);
/* The same stay but for its end: may `old` become `now` by being left? */
bool stay_is_left_as(const struct stay *old, const struct stay *now);
