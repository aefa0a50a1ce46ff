/* The register of dossiers (sổ theo dõi hồ sơ) of a period: as a paper, or as CSV. */
#pragma once
#include "flow/request.h"

extern const struct use_case use_case_register;
