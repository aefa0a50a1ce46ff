/* The counts of form II.06a for one scope: read off running totals where these can say it, else
 * counted over the facts. Whoever needs them sends, asks whether they are settled, and reads. */
#pragma once
#include "domain/report.h"
#include "flow/request.h"
#include "flow/statistics_scope.h"

struct statistics_counts {
    const struct statistics_scope *scope;
    const char *group_by; /* a word of the list group_by */
    int slot;
    bool is_by_totals; /* how it was asked last */
    bool may_be_empty; /* totals of the same moment may be used: no row of them means nothing */
};

bool statistics_counts_send(struct request *req, struct statistics_counts *c);
/* Once the answer is there: true, and *ret_again when the totals may not be used
 * (sql/queries/statistics_totals.sql says when) and the facts were asked instead. */
bool statistics_counts_settle(struct request *req, struct statistics_counts *c, bool *ret_again);
int statistics_counts_rows(const struct request *req, const struct statistics_counts *c);
/* Row i: what it is grouped by (0: nothing), and its counts, sums included. */
int64_t statistics_counts_row(const struct request *req, const struct statistics_counts *c, int i,
                              struct report_row *ret);
