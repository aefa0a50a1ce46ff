/* The demonstration clock. */
#pragma once
#include "flow/request.h"

extern const struct use_case use_case_clock, use_case_clock_move;
