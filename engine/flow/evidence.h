/* The evidence of a period: the late dossiers with cause, letter and proof of delivery, and the
 * letters as they were printed, as one ZIP that is written while it is sent. First the index, round
 * by round as any list; then each paper, held against its hash; the cover with the counts and what
 * is missing; the hashes last. What is kept between is a line for each paper. */
#pragma once
#include "flow/request.h"

extern const struct use_case use_case_evidence;
