/* The columns of form II.06 and its sums, for the tables that count as it does. */
#pragma once
#include "domain/report.h"
#include "flow/report_table.h"

/* Columns (3) to (13) of the paper; `behind` as of II.06a. */
#define REPORT_II06_COLUMNS 11
extern const struct report_column report_ii06_columns[REPORT_II06_COLUMNS];
extern const char *const report_ii06_balances[];

/* Puts the counts that the table has columns for. */
void report_put_ii06(const struct report_table *t, struct report_line *line,
                     const struct report_row *row);
