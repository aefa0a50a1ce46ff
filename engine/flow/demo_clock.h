/* The demonstration clock and public look-up: small use cases of their own. */
#pragma once
#include "flow/request.h"

extern const struct use_case use_case_clock, use_case_clock_move, use_case_lookup;
