/* Reading binary rows. Types are held against what the reader expects by asserts: a statement and
 * its reader are one piece of work, tested together. */
#include "db/result.h"

#include <endian.h>
#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

#include "base/macros.h"
#include "db/binary.h"

void db_result_free(struct db_result *r)
{
    PQclear(r->pg);
    r->pg = NULL;
}

int db_rows(const struct db_result *r)
{
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

bool db_is_null(const struct db_result *r, int row, int column)
{
    return PQgetisnull(r->pg, row, column);
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
    if (PQgetisnull(r->pg, row, column))
        return absent;
    return binary_int(PQgetvalue(r->pg, row, column), PQgetlength(r->pg, row, column));
}

int64_t db_int(const struct db_result *r, int row, int column)
{
    return result_int(r, row, column, 0);
}

const char *db_text(const struct db_result *r, int row, int column)
{
    return PQgetisnull(r->pg, row, column) ? NULL : PQgetvalue(r->pg, row, column);
}

const char *db_text_or_empty(const struct db_result *r, int row, int column)
{
    return PQgetvalue(r->pg, row, column); /* "" for NULL */
}

const void *db_bytes(const struct db_result *r, int row, int column, size_t *ret_len)
{
    if (PQgetisnull(r->pg, row, column)) {
        *ret_len = 0;
        return NULL;
    }
    *ret_len = (size_t)PQgetlength(r->pg, row, column);
    return PQgetvalue(r->pg, row, column);
}

int64_t db_instant(const struct db_result *r, int row, int column)
{
    assert(PQftype(r->pg, column) == BINARY_OID_TIMESTAMPTZ);
    return instant_of_binary(result_int(r, row, column, INT64_MIN));
}

int32_t db_date(const struct db_result *r, int row, int column)
{
    assert(PQftype(r->pg, column) == BINARY_OID_DATE);
    if (PQgetisnull(r->pg, row, column))
        return DATE_NONE;
    return (int32_t)result_int(r, row, column, 0) + BINARY_EPOCH_DAYS;
}

double db_double(const struct db_result *r, int row, int column)
{
    int64_t bits = result_int(r, row, column, 0);
    double v;

    assert(db_is_null(r, row, column) || PQgetlength(r->pg, row, column) == 8);
    memcpy(&v, &bits, sizeof v);
    return v;
}

/* dimensions, has NULLs, element type, then length and lower bound of each dimension */
#define ARRAY_HEAD 20

int db_array_len(const struct db_result *r, int row, int column)
{
    if (PQgetisnull(r->pg, row, column) || PQgetlength(r->pg, row, column) < ARRAY_HEAD)
        return 0;
    return (int)binary_int(PQgetvalue(r->pg, row, column) + 12, 4);
}

static const char *array_element(const struct db_result *r, int row, int column, int i,
                                 int *ret_len)
{
    const char *at = PQgetvalue(r->pg, row, column) + ARRAY_HEAD;

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
