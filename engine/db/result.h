/* Rows of an answer, read from PostgreSQL's binary form. Columns are counted from 0, in the order
 * of the statement. A text is borrowed from the result and ends with a zero byte. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pg_result;
struct db_share;

struct db_result {
    struct pg_result *pg;   /* NULL: none */
    struct db_share *share; /* of an answer to several questions, whose rows are dealt; NULL: all
                               of pg is this one's */
    int first, n;           /* rows of a share */
};

/* Takes over an answer to `n` questions, to be dealt to each of them in turn: its last column says
 * to which a row belongs, from 1, and never less than in the row before. Each part is freed by
 * itself. NULL: no memory; nothing was taken. */
struct db_share *db_share_new(struct pg_result *pg, int n);
void db_share_next(struct db_share *share, struct db_result *ret);

void db_result_free(struct db_result *r);
int db_rows(const struct db_result *r);
int db_column(const struct db_result *r, const char *name); /* asserts that there is one */
int db_columns(const struct db_result *r);
const char *db_column_name(const struct db_result *r, int column);
bool db_is_null(const struct db_result *r, int row, int column);

/* smallint, integer, bigint, boolean; NULL reads as 0. */
int64_t db_int(const struct db_result *r, int row, int column);
static inline bool db_bool(const struct db_result *r, int row, int column)
{
    return db_int(r, row, column) != 0;
}
const char *db_text(const struct db_result *r, int row, int column); /* NULL reads as NULL */
/* The text, or "" where it is NULL. */
const char *db_text_or_empty(const struct db_result *r, int row, int column);
const void *db_bytes(const struct db_result *r, int row, int column, size_t *ret_len);
int64_t db_instant(const struct db_result *r, int row, int column); /* NULL reads as INSTANT_NONE */
int32_t db_date(const struct db_result *r, int row, int column);    /* NULL reads as DATE_NONE */
double db_double(const struct db_result *r, int row, int column);   /* double precision */

/* bigint[] and text[]: number of elements, and one of them (NULL elements: 0 and NULL). The text of
 * an element is not terminated: its length comes back. */
int db_array_len(const struct db_result *r, int row, int column);
int64_t db_array_int(const struct db_result *r, int row, int column, int i);
const char *db_array_text(const struct db_result *r, int row, int column, int i, size_t *ret_len);
