/* Limits that run inside the house, beside the promise to the applicant: the request for a
 * supplement, closing after silence, the opinion of another office, the correction of a wrong
 * result. What one dossier adds to the columns of the form `limits` in a period. Pure.
 *
 * Each thing counts once, on one day: a request on its day, a closing on its day, an opinion on the
 * day of its answer or, where none came in time, on its answer-by day, a wrong result on the day it
 * was entered. So periods add up. What is still open is told as of the moment asked of.
 *
 * Source: law:supplement-request, law:closing-after-silence, law:opinion, law:opinion-unanswered,
 * law:result-correction. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "domain/history.h"
#include "domain/lifecycle.h"

enum inner_limit {
    INNER_SUPPLEMENT_IN_TIME,  /* asked within the ruleset's days */
    INNER_SUPPLEMENT_GROUNDED, /* after them, on a ground that a leader stands for */
    INNER_SUPPLEMENT_LATE,     /* after them: moves nothing */
    INNER_CLOSED,              /* closed, not completed */
    INNER_SILENT,              /* past its days and neither completed nor closed yet */
    INNER_OPINION_IN_TIME,
    INNER_OPINION_LATE,   /* answered after its date */
    INNER_OPINION_SILENT, /* past its date, no answer yet, and no decision by that date */
    INNER_RESULT_IN_TIME, /* corrected within the ruleset's days */
    INNER_RESULT_LATE,    /* corrected after them */
    INNER_RESULT_OVERDUE, /* past them, not corrected yet */
    INNER_RESULT_OPEN,    /* within them, not corrected yet */
    INNER_RESULT_FREE,    /* the ruleset has no such limit, or the year no calendar */
    INNER_LIMIT_COUNT
};

struct inner_limit_subject {
    const struct decide_context
        *ctx;                      /* ctx->dossier: the fold as of state_at, as known at known_at */
    const struct history *history; /* the same dossier's */
    int64_t state_at, known_at;
    int32_t from, to;  /* the period, dates; both included */
    int64_t consulted; /* opinions of this office alone; 0: of every office */
};

/* How many of each. False: no memory. */
MUST_CHECK
bool inner_limits(const struct inner_limit_subject *s, int ret[INNER_LIMIT_COUNT]);

/* What became of one opinion, whatever the period: one of the three, and the day it counts on;
 * INNER_LIMIT_COUNT: nothing yet, or nothing more is waited for. */
enum inner_limit inner_limit_opinion(const struct dossier *d, const struct dossier_opinion *o,
                                     int64_t state_at, int32_t zone_s, int32_t *ret_on);
