/* Form letters: what was owed in a period, by what became of it, and the sum that must hold. Pure.
 */
#pragma once
#include <stdint.h>

#include "base/error.h"

struct letter_report_row {
    int64_t office;
    const char *label;
    int64_t owed; /* the sum of all that follow */
    int64_t in_time, after_latest, after_due, missing, open;
    int64_t objective_none, objective_notice, second_delay, lapsed;
};

void letter_report_add(struct letter_report_row *sum, const struct letter_report_row *row);

/* Each row, and their total, are balanced.
 * Errors: REPORT_UNBALANCED {row} {sum} {dossiers}. Source: law:apology. */
MUST_CHECK
bool letter_report_check(const struct letter_report_row *rows, int n,
                         const struct letter_report_row *total, struct error *err);
