/* Any form of proto/tables/report_forms.def: asked, counted, its sums held, written as JSON, CSV,
 * XLSX or PDF. */
#pragma once
#include "flow/request.h"

extern const struct use_case use_case_statistics_report;
