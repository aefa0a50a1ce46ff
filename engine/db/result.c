/* Reading binary rows. Types are held against what the reader expects by asserts: a statement and
 * its reader are one piece of work, tested together. */
#include "db/result.h"

#include <endian.h>
#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "db/binary.h"

struct db_share {
    struct pg_result *pg;
    int n_kept;      /* parts that are not freed yet */
    int n, n_dealt;  /* questions */
    int row, n_rows; /* the first row that is not dealt */
};

struct db_share *db_share_new(struct pg_result *pg, int n)
{
    struct db_share *ret = calloc(1, sizeof *ret);

    if (ret)
        *ret = (struct db_share){.pg = pg, .n_kept = n, .n = n, .n_rows = PQntuples(pg)};
    return ret;
}

void db_share_next(struct db_share *share, struct db_result *ret)
{
    const struct db_result whole = {.pg = share->pg};
    int column = PQnfields(share->pg) - 1;
    int first = share->row;

    share->n_dealt++;
    while (share->row < share->n_rows && db_int(&whole, share->row, column) == share->n_dealt)
        share->row++;
    assert(share->n_dealt < share->n || share->row == share->n_rows);
    *ret = (struct db_result){share->pg, share, first, share->row - first};
}

void db_result_free(struct db_result *r)
{
    if (!r->share) {
        PQclear(r->pg);
    } else if (--r->share->n_kept == 0) {
        PQclear(r->pg);
        free(r->share);
    }
    memset(r, 0, sizeof *r);
}

int db_rows(const struct db_result *r)
{
    if (r->share)
        return r->n;
    return r->pg ? PQntuples(r->pg) : 0;
}

int db_column(const struct db_result *r, const char *name)
{
    int column = PQfnumber(r->pg, name);

    assert(column >= 0);
    return column;
}

int db_columns(const struct db_result *r)
{
    return r->pg ? PQnfields(r->pg) : 0;
}

const char *db_column_name(const struct db_result *r, int column)
{
    return PQfname(r->pg, column);
}

/* The row of pg; one that is not there is nobody else's. */
static int row_in(const struct db_result *r, int row)
{
    return r->share && (row < 0 || row >= r->n) ? -1 : r->first + row;
}

static bool cell_is_null(const struct db_result *r, int row, int column)
{
    return PQgetisnull(r->pg, row_in(r, row), column);
}

static const char *cell(const struct db_result *r, int row, int column)
{
    return PQgetvalue(r->pg, row_in(r, row), column);
}

static int cell_len(const struct db_result *r, int row, int column)
{
    return PQgetlength(r->pg, row_in(r, row), column);
}

bool db_is_null(const struct db_result *r, int row, int column)
{
    return cell_is_null(r, row, column);
}

static int64_t binary_int(const char *bytes, int len)
{
    uint64_t x8;
    uint32_t x4;
    uint16_t x2;

    switch (len) {
    case 8:
        memcpy(&x8, bytes, 8);
        return (int64_t)be64toh(x8);
    case 4:
        memcpy(&x4, bytes, 4);
        return (int32_t)be32toh(x4);
    case 2:
        memcpy(&x2, bytes, 2);
        return (int16_t)be16toh(x2);
    }
    assert(len == 1);
    return *bytes;
}

static int64_t result_int(const struct db_result *r, int row, int column, int64_t absent)
{
    if (cell_is_null(r, row, column))
        return absent;
    return binary_int(cell(r, row, column), cell_len(r, row, column));
}

int64_t db_int(const struct db_result *r, int row, int column)
{
    return result_int(r, row, column, 0);
}

const char *db_text(const struct db_result *r, int row, int column)
{
    return cell_is_null(r, row, column) ? NULL : cell(r, row, column);
}

const char *db_text_or_empty(const struct db_result *r, int row, int column)
{
    return cell(r, row, column); /* "" for NULL */
}

const void *db_bytes(const struct db_result *r, int row, int column, size_t *ret_len)
{
    if (cell_is_null(r, row, column)) {
        *ret_len = 0;
        return NULL;
    }
    *ret_len = (size_t)cell_len(r, row, column);
    return cell(r, row, column);
}

int64_t db_instant(const struct db_result *r, int row, int column)
{
    assert(PQftype(r->pg, column) == BINARY_OID_TIMESTAMPTZ);
    return instant_of_binary(result_int(r, row, column, INT64_MIN));
}

int32_t db_date(const struct db_result *r, int row, int column)
{
    assert(PQftype(r->pg, column) == BINARY_OID_DATE);
    if (cell_is_null(r, row, column))
        return DATE_NONE;
    return (int32_t)result_int(r, row, column, 0) + BINARY_EPOCH_DAYS;
}

double db_double(const struct db_result *r, int row, int column)
{
    int64_t bits = result_int(r, row, column, 0);
    double v;

    assert(db_is_null(r, row, column) || cell_len(r, row, column) == 8);
    memcpy(&v, &bits, sizeof v);
    return v;
}

/* dimensions, has NULLs, element type, then length and lower bound of each dimension */
#define ARRAY_HEAD 20

int db_array_len(const struct db_result *r, int row, int column)
{
    if (cell_is_null(r, row, column) || cell_len(r, row, column) < ARRAY_HEAD)
        return 0;
    return (int)binary_int(cell(r, row, column) + 12, 4);
}

static const char *array_element(const struct db_result *r, int row, int column, int i,
                                 int *ret_len)
{
    const char *at = cell(r, row, column) + ARRAY_HEAD;

    assert(i >= 0 && i < db_array_len(r, row, column));
    for (;; i--) {
        int len = (int)binary_int(at, 4);

        at += 4;
        if (!i) {
            *ret_len = len;
            return len < 0 ? NULL : at;
        }
        at += len > 0 ? len : 0;
    }
}

int64_t db_array_int(const struct db_result *r, int row, int column, int i)
{
    int len;
    const char *at = array_element(r, row, column, i, &len);

    return at ? binary_int(at, len) : 0;
}

const char *db_array_text(const struct db_result *r, int row, int column, int i, size_t *ret_len)
{
    int len;
    const char *at = array_element(r, row, column, i, &len);

    *ret_len = at ? (size_t)len : 0;
    return at;
}
