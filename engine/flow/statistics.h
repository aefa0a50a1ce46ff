/* Statistical forms over the facts: as of one instant, as known at another, the same numbers for
 * ever. */
#pragma once
#include "flow/request.h"

extern const struct use_case use_case_statistics;
