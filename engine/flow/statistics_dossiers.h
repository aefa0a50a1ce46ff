/* The dossiers behind a figure of a form: the same conditions, one by one, so that every figure can
 * be asked for what it is made of. */
#pragma once
#include "flow/request.h"

extern const struct use_case use_case_statistics_dossiers;
