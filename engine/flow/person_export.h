/* What is held about one person, for whoever must answer for it: POST /api/v1/persons/export. */
#pragma once
#include "flow/request.h"

extern const struct use_case use_case_person_export;
