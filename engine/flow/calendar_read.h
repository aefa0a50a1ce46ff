/* Calendars, read: the list, one with its table, its days, a year against the law, exports; and the
 * log of edits of all reference data. */
#pragma once
#include "flow/reference.h"
#include "flow/request.h"

extern const struct use_case use_case_calendars, use_case_calendar, use_case_calendar_days,
    use_case_calendar_check, use_case_calendar_export, use_case_changes;

/* The calendar that the path names by its {key}; NULL and ITEM_UNKNOWN {value}. */
const struct calendar_ref *calendar_of_path(struct request *req);
