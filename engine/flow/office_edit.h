/* Offices and officers as edited data: each edit is one function of the database, which records who
 * changed what, on whose decision and from which day. */
#pragma once
#include "flow/request.h"

extern const struct use_case use_case_office_new, use_case_office_change, use_case_office_end;
extern const struct use_case use_case_officer_new, use_case_officer_roles;
