/* A calendar edit reaches an open dossier: its promise is computed again from receipt, limit and
 * holds, and moved only to a later date. Source: law:calendar-edit. */
#pragma once
#include <stdint.h>

#include "domain/due.h"
#include "domain/lifecycle.h"

enum recompute_outcome {
    RECOMPUTE_SAME,         /* the calendar gives the date in force */
    RECOMPUTE_MOVED,        /* a later date: the decision has the event */
    RECOMPUTE_EARLIER_KEPT, /* an earlier date: the applicant holds the later one in writing */
    RECOMPUTE_OVERDUE_KEPT, /* a later date, but the dossier is overdue: an episode of lateness is
                               never erased by an edit */
    RECOMPUTE_GIVEN,        /* imported or agreed, or no date at all: not computed here */
    RECOMPUTE_ENDED,        /* not accepted yet, ended, or entered by mistake */
    RECOMPUTE_COUNT
};

struct recompute {
    enum recompute_outcome outcome;
    /* In force, and what the calendar gives; `at` INSTANT_NONE where there is none (GIVEN without a
     * date, ENDED). `from` does not know on what days it rested. */
    struct due from, to;
};

/* Computes the promise of ctx->dossier again on ctx->calendar with the ruleset of its receipt. A
 * dossier that waits is computed too: with the holds that have ended. MOVED composes one
 * RECOMPUTE_DUE at ctx->now; any other outcome composes nothing (`ret_decision->n_events` is 0 and
 * `after` the dossier as it is).
 *   actor      who made the edit; 0: the engine
 *   change_id  of the edit, written into the event
 * Errors: those of due_compute(). */
MUST_CHECK
bool dossier_recompute(const struct decide_context *ctx, int64_t actor, int64_t change_id,
                       struct decision *ret_decision, struct recompute *ret, struct error *err);

/* Stable word of an outcome: "same", "moved", "earlier_kept", "overdue_kept", "given", "ended". */
const char *recompute_word(enum recompute_outcome outcome);
