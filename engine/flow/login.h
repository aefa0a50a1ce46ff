/* Logging in and out. */
#pragma once
#include "flow/request.h"

extern const struct use_case use_case_login, use_case_logout;
