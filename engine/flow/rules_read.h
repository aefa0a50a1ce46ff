/* Rules as data, read: offices, officers, causes, rulesets, calendars. All from the reference
 * snapshot: no query is made. */
#pragma once
#include "flow/request.h"

extern const struct use_case use_case_offices, use_case_officers, use_case_causes,
    use_case_rulesets, use_case_calendars, use_case_calendar, use_case_objectives;
