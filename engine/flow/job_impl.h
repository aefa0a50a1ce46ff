/* What the parts of job.h share: the work itself, the runner, the API. */
#pragma once
#include "flow/job.h"

#define JOB_LEASE (30 * INSTANT_SECOND)

void job_put_total(struct db_params *p, const struct job *j); /* NULL while it is not known */

/* Kinds this program can do, for the claim of a runner (job_runner_start()). */
int job_kinds_runnable(enum job_kind only, const char *ret_words[JOB_KIND_COUNT]);
