/* Somebody who was here before, found again at the counter by an identity or telephone number, with
 * the dossiers that are open. */
#pragma once
#include "flow/request.h"

extern const struct use_case use_case_person_find;
