/* The figures of the last twelve months of the whole installation, for anybody; nothing that leads
 * to a person. */
#pragma once
#include "flow/request.h"

extern const struct use_case use_case_public_statistics;
