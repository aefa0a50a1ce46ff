/* What the two halves of calendar_job.h share: the walk over the dossiers, and what becomes of one.
 */
#pragma once
#include "domain/recompute.h"
#include "flow/calendar_job.h"
#include "flow/record.h"

#define CALENDAR_CHUNK  256
#define CALENDAR_FAILED RECOMPUTE_COUNT /* after the outcomes, as in words.def */
#define CALENDAR_TRIES  3

/* One dossier of the chunk. */
struct calendar_member {
    struct calendar_job *job;
    int64_t id;
    const char *code;
    struct history history;
    struct recompute recompute;
    bool is_on_slip;
    int outcome; /* enum recompute_outcome or CALENDAR_FAILED */
    bool is_settled, is_submitted;
    int n_tries;
    struct record *record; /* of a dossier that moves */
    struct error error;    /* why it failed */
};

/* What is counted on the way; travels in the cursor, so that it survives with it. */
struct calendar_tally {
    int64_t n[CALENDAR_FAILED + 1];
    int32_t earliest_on, latest_on;
};

struct calendar_job {
    struct job job; /* first */
    struct wire_calendar_job_parameters in;
    bool is_preview;
    bool has_variant; /* base.reference is the proposal's */
    int64_t *offices; /* concerned, by id */
    int n_offices;

    /* where the walk stands: pass 0 office by office, pass 1 what failed in pass 0 */
    int pass;
    int64_t office, after;
    int64_t last_item; /* pass 1: the items of pass 0 end there */
    bool is_exhausted; /* nothing is left to gather in this pass */
    struct calendar_tally tally;

    struct calendar_member *members; /* of the chunk, in base.chunk */
    int n_members;
};

/* Computes one dossier again and, where it moves, hands the decision to the committer. A refusal
 * settles it as failed; false: the job cannot go on for now (base.error is set). */
MUST_CHECK
bool calendar_member_decide(struct calendar_job *c, struct calendar_member *m);
/* After the commit: settles it, or leaves it to be decided again. ret_is_epoch_old: not before the
 * reference data were read again. False: as above. */
MUST_CHECK
bool calendar_member_settle(struct calendar_job *c, struct calendar_member *m,
                            bool *ret_is_epoch_old);
/* Counts a settled dossier and adds its row for people. Errors: those of job_item_add(). */
MUST_CHECK
bool calendar_member_count(struct calendar_job *c, const struct calendar_member *m);
