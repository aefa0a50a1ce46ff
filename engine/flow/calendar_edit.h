/* Editing calendars. An edit is judged on the whole stack of every calendar that stands on the
 * edited one before anything is written; it is recorded with its author, decision and first day,
 * and the job that counts open dossiers again is ordered in the same transaction. */
#pragma once
#include "flow/request.h"

extern const struct use_case use_case_calendar_change, use_case_calendar_new;
