/* The periods that forms are usually asked for, by the business clock: pages and command line offer
 * the same. */
#pragma once
#include "flow/request.h"

extern const struct use_case use_case_statistics_periods;

/* "Tháng 8/2022", "Quý III/2022", "6 tháng đầu năm 2022", "Năm 2022"; NULL when memory ends. */
const char *statistics_period_label(struct request *req, int months, int year, int part);
