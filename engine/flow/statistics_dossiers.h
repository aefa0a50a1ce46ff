/* The dossiers behind a figure of a form: the same conditions, one by one, so that every figure can
 * be asked for what it is made of. */
#pragma once
#include "flow/listing.h"
#include "flow/request.h"

extern const struct use_case use_case_statistics_dossiers;

/* Fills a row of any such list: the answer's columns are those of statistics_dossiers.sql, and what
 * may stand behind them times, used and budget minutes. */
bool statistics_dossier_fill(struct listing *l, const struct db_result *r, int i, void *ret_row,
                             bool *ret_is_of_it);
/* Where the columns of an answer stand that a list adds of its own. */
#define STATISTICS_DOSSIER_OFFICE 2
#define STATISTICS_DOSSIER_MORE   20
/* The columns of their files: the last ones are for lists that count passages or requests. */
#define STATISTICS_DOSSIER_COLUMNS       14
#define STATISTICS_DOSSIER_COLUMNS_TIMES 1 /* of these, times */
#define STATISTICS_DOSSIER_COLUMNS_USED  3 /* and what they took of which budget */
extern const struct list_column statistics_dossier_columns[];

/* Asks for the dossiers of one column of the form, by its word of form_column. */
bool statistics_dossiers_send(struct listing *l, const struct statistics_scope *s,
                              const char *column, int slot, int64_t after, int64_t upto,
                              int32_t limit);
