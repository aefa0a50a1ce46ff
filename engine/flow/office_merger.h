/* Merging offices: ordered by a request, previewed or applied by a job. What happens to one dossier
 * is domain/succession.h; the offices themselves, their roles and registers change in one function
 * of the database, in the transaction that orders the job (sql/functions/office_merge.sql). */
#pragma once
#include "domain/succession.h"
#include "flow/job_walk.h"

#define MERGER_PAIRS_MAX 500

extern const struct use_case use_case_office_merger;
extern const struct use_case use_case_office_merger_preview; /* jobs */
extern const struct walk_kind walk_office_merger;

/* The parameters of both jobs: {"effective_on": ..., "changes": [{"from": id, "to": id, "change":
 * id}]}. */
struct merger_plan {
    int32_t effective_on;
    int n;
    struct succession rows[MERGER_PAIRS_MAX];
    int64_t from[MERGER_PAIRS_MAX]; /* the same ids, for queries */
};
bool merger_plan_read(struct request *req, struct merger_plan *ret);
/* Writes the result of a job of either kind to the body; a preview knows nothing of promises:
 * INTEGER_NONE twice. */
MUST_CHECK
bool merger_result(struct request *req, const struct merger_plan *plan, int64_t dossiers,
                   int64_t letters, int64_t recomputed, int64_t failed);
