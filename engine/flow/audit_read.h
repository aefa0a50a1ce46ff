/* Reading the roots of days. */
#pragma once
#include "flow/request.h"

extern const struct use_case use_case_audit_roots;
