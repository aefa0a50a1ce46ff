/* A list of letters that was reviewed, signed, numbered or issued: ordered by an officer, done one
 * letter at a time. */
#pragma once
#include "flow/request.h"

extern const struct use_case use_case_letter_batch;     /* the order */
extern const struct use_case use_case_letter_batch_job; /* the work */
