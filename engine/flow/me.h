/* Who asks, and what this one may do. */
#pragma once
#include "flow/request.h"

extern const struct use_case use_case_me;
