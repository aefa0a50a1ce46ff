/* The demonstration clock, public look-up, declared objective intervals: small writes of their own.
 */
#pragma once
#include "flow/request.h"

extern const struct use_case use_case_clock, use_case_clock_move, use_case_lookup,
    use_case_objective_new;

struct wire_objective_interval;
/* Fills a declaration started inside the daemon, in its `prepare`. */
void objective_prepare(struct request *req, const struct wire_objective_interval *in);
