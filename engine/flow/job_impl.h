/* What the parts of job.h share: the work itself, the runner, the API. */
#pragma once
#include "flow/job.h"

#define JOB_LEASE (30 * INSTANT_SECOND)

void job_put_total(struct db_params *p, const struct job *j); /* NULL while it is not known */

/* Kinds this program can do, for the claim of a runner (job_runner_start()). */
int job_kinds_runnable(enum job_kind only, const char *ret_words[JOB_KIND_COUNT]);

/* Why a job failed, as it is stored: code, status, field, value, and the sentence in both
 * languages; and back, for a reader. */
void job_error_write(const struct error *err, int32_t zone_s, struct buffer *b);
const struct wire_problem *job_error_read(struct request *req, const char *text);
