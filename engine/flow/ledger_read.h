/* The ledger of letters owed, and late episodes, as lists for those who answer for the offices. */
#pragma once
#include "flow/request.h"

extern const struct use_case use_case_obligations, use_case_late_episodes;
