/* Values of a statement in PostgreSQL's binary form, appended in the order of $1, $2, ...
 *
 * A statement casts each of its parameters ($1::bigint), and the call that appends it says the same
 * type: nothing is converted on the way. "No value" of this house (id 0 where it says so,
 * INSTANT_NONE, DATE_NONE, a NULL text) becomes NULL. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

#define DB_PARAMS_MAX 64

struct db_params {
    int n;
    size_t offset[DB_PARAMS_MAX]; /* into bytes */
    int len[DB_PARAMS_MAX];       /* -1: NULL */
    struct buffer bytes;
};

void db_params_init(struct db_params *p);
void db_params_deinit(struct db_params *p);
void db_params_clear(struct db_params *p);    /* for the next statement, in the same memory */
bool db_params_ok(const struct db_params *p); /* false: memory ended */

void db_put_null(struct db_params *p);
void db_put_bool(struct db_params *p, bool v);        /* boolean */
void db_put_int2(struct db_params *p, int v);         /* smallint */
void db_put_int4(struct db_params *p, int32_t v);     /* integer */
void db_put_int8(struct db_params *p, int64_t v);     /* bigint */
void db_put_id(struct db_params *p, int64_t id);      /* bigint, 0: NULL */
void db_put_text(struct db_params *p, const char *s); /* text; NULL: NULL */
void db_put_text_len(struct db_params *p, const char *s, size_t len);
void db_put_bytes(struct db_params *p, const void *bytes, size_t len); /* bytea; bytes NULL: NULL */
void db_put_instant(struct db_params *p, int64_t at); /* timestamptz; INSTANT_NONE: NULL */
void db_put_date(struct db_params *p, int32_t on);    /* date; DATE_NONE: NULL */

/* An array of any of these: begin, `n` times an element in the binary form of the type `type` (its
 * oid; len -1: NULL), end with what begin gave. */
size_t db_array_begin(struct db_params *p, uint32_t type, int n);
void db_array_element(struct db_params *p, const void *bytes, int len);
void db_array_end(struct db_params *p, size_t from);

/* bytea[]: the bytes cut into pieces of `piece`, the last one shorter. */
void db_put_pieces(struct db_params *p, const void *bytes, size_t len, size_t piece);
/* bigint[], text[], timestamptz[]: a text NULL, an instant INSTANT_NONE is a NULL element. */
void db_put_int8_array(struct db_params *p, const int64_t *v, int n);
void db_put_id_array(struct db_params *p, const int64_t *id, int n); /* bigint[]; 0: NULL element */
void db_put_text_array(struct db_params *p, const char *const *v, int n);
void db_put_instant_array(struct db_params *p, const int64_t *v, int n); /* timestamptz[] */

/* ---- the same values as elements of rows and arrays, for the committer ---- */

/* An array parameter of composite rows: begin, then for each row begin_row and its attributes in
 * the type's order, end_row; end. `type` is the oid of the composite (db_type_oid()). */
struct db_rows {
    struct buffer bytes;
    uint32_t type;
    int n, n_attributes, n_given; /* rows; attributes of a row; given so far in this row */
    size_t row_at;                /* offset of the row's length */
};
void db_rows_init(struct db_rows *r, uint32_t type, int n_attributes);
void db_rows_deinit(struct db_rows *r);
void db_rows_clear(struct db_rows *r);
void db_rows_begin(struct db_rows *r);
void db_rows_end(struct db_rows *r); /* asserts that every attribute was given */
/* NULL of a type whose own call cannot say it. */
void db_rows_no_int2(struct db_rows *r);
void db_rows_no_int4(struct db_rows *r);
void db_rows_no_bool(struct db_rows *r);
void db_rows_bool(struct db_rows *r, bool v);
void db_rows_int2(struct db_rows *r, int v);
void db_rows_int4(struct db_rows *r, int32_t v);
void db_rows_int8(struct db_rows *r, int64_t v);
void db_rows_id(struct db_rows *r, int64_t id); /* 0: NULL */
void db_rows_text(struct db_rows *r, const char *s);
void db_rows_bytes(struct db_rows *r, const void *bytes, size_t len);
void db_rows_instant(struct db_rows *r, int64_t at);
void db_rows_date(struct db_rows *r, int32_t on);
void db_put_rows(struct db_params *p, const struct db_rows *r);
