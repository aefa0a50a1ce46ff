/* What may be filed, for anybody: papers, limits and fees of every procedure in force; nothing of
 * how it is worked on. */
#pragma once
#include "flow/request.h"

extern const struct use_case use_case_public_procedures;
