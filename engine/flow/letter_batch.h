/* A list of letters that was reviewed, signed, numbered or issued: ordered by an officer, done one
 * letter at a time. */
#pragma once
#include "flow/job_list.h"

extern const struct use_case use_case_letter_batch; /* the order */
extern const struct list_kind list_letter_batch;    /* the work */
