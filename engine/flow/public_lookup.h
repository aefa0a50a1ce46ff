/* What an applicant may see with the code and the secret of the slip. */
#pragma once
#include "flow/request.h"

extern const struct use_case use_case_lookup, use_case_lookup_letter;
