/* Offices that work on another system report by file, and declare the days for which all their
 * dossiers are in. A day that is not declared is "not reported" (chưa báo cáo), never zero. Pure.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

/* From which day to which an office reports by file, or declared that its dossiers are in. */
struct declared_days {
    int64_t office;
    int32_t from_on, to_on;       /* to_on: DATE_NONE: until further notice */
    int64_t known_from, known_to; /* known_to: INSTANT_NONE: still */
};

/* The days of [from, to] in which `office` reports by file and that no declaration has, as known at
 * an instant: the first and the last of them. False: it reports nothing by file in these days, or
 * declared every one of them. Days between the two may be declared. */
bool declaration_gap(const struct declared_days *by_file, int n_by_file,
                     const struct declared_days *declared, int n_declared, int64_t office,
                     int32_t from, int32_t to, int64_t known_at, int32_t *ret_first_on,
                     int32_t *ret_last_on);
