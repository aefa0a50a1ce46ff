/* How those who hold a role log in: read by everybody, edited as reference data. */
#pragma once
#include "flow/request.h"

extern const struct use_case use_case_role_policies, use_case_role_policy_save;
