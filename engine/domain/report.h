/* Form II.06a: rows of thirteen columns and the sums that must hold (statistics.md 1.1). Pure. */
#pragma once
#include <stdint.h>

#include "base/error.h"
#include "domain/fact.h"

struct report_row {
    int64_t office, field_id;
    const char *label;
    int64_t total_received;                         /* (3) */
    int64_t online, direct, carried_over;           /* (4) (5) (6) */
    int64_t total_done, early, on_time, late;       /* (7) (8) (9) (10) */
    int64_t total_open, open_in_time, open_overdue; /* (11) (12) (13) */
    int64_t stopped_late,
        stopped_other; /* within (10) and (8)-(9): ended by request, withdrawal or force */
};

/* Which columns a fact counts in, for the period [from_on, to_on] with the state at `as_of`: the
 * reference implementation against which the SQL is tested. Adds to `row`; totals included. */
void report_count(const struct fact *f, int32_t from_on, int32_t to_on, int64_t as_of,
                  int32_t zone_s, struct report_row *row);
void report_add(struct report_row *sum, const struct report_row *row);

/* (3)=(4)+(5)+(6), (7)=(8)+(9)+(10), (11)=(12)+(13), (3)=(7)+(11), and rows sum to the total.
 * Errors: REPORT_UNBALANCED {row} {sum} {dossiers}. */
MUST_CHECK
bool report_check(const struct report_row *rows, int n, const struct report_row *total,
                  struct error *err);
