/* Offices that work on another system: which they are, what they declared, who has not reported.
 * The rows are part of the reference data, so that a form knows at once whose figures it may give.
 */
#pragma once
#include "flow/request.h"

extern const struct use_case use_case_file_offices, use_case_file_office_set, use_case_declarations,
    use_case_declaration_new, use_case_declaration_withdraw;

/* An office of which a period has no declaration, or not for every day. */
struct unreported {
    int64_t office;
    const char *system;        /* the other system */
    int32_t first_on, last_on; /* of the days it owes */
};

/* Those of `offices` that report by file and owe days of [from, to] as known at an instant: ret_n
 * of them, in the order of `offices`; from the arena, NULL when memory ends. Whoever closes a month
 * and whoever prints a form asks here (docs/statistics.md). */
const struct unreported *offices_unreported(struct request *req, int32_t from, int32_t to,
                                            int64_t known_at, const int64_t *offices, int n,
                                            int *ret_n);
