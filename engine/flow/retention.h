/* How long personal data are kept (table retention_rule): the rules with what each would take, an
 * edit of one, and the job that takes it. Chains, commitments and files stay as they are. */
#pragma once
#include "flow/job.h"

extern const struct use_case use_case_retention, use_case_retention_set, use_case_retention_run;
extern const struct use_case use_case_retention_job;
