/* What watches the daemon: alive, ready, figures, its own description. */
#pragma once
#include "flow/request.h"

extern const struct use_case use_case_health, use_case_ready, use_case_metrics, use_case_openapi;

#define MOTCUA_API_VERSION "0.1.0"
