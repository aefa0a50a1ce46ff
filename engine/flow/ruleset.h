/* Rulesets as data: every parameter with its source, and parameters that differ from a day on.
 * A ruleset that dossiers were received under never changes: another follows it, and the engine
 * picks by the day of receipt (law:procedure-version). */
#pragma once
#include "flow/request.h"

extern const struct use_case use_case_ruleset, use_case_ruleset_change;
