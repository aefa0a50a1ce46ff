/* What must leave the house. */
#pragma once
#include "flow/request.h"

extern const struct use_case use_case_notices;
