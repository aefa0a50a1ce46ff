/* Constants of PostgreSQL's binary form, and the way of an instant through it. */
#pragma once
#include <stdint.h>

#include "base/instant.h"

#define BINARY_EPOCH_DAYS 10957 /* 2000-01-01 in days since 1970 */
#define BINARY_EPOCH_US   (BINARY_EPOCH_DAYS * INSTANT_DAY)

/* Oids of built-in types: fixed for ever in pg_type.dat. */
#define BINARY_OID_BOOL        16
#define BINARY_OID_BYTEA       17
#define BINARY_OID_INT8        20
#define BINARY_OID_INT2        21
#define BINARY_OID_INT4        23
#define BINARY_OID_TEXT        25
#define BINARY_OID_DATE        1082
#define BINARY_OID_TIMESTAMPTZ 1184

/* Infinity is the largest number on both sides, and no instant (a NULL by the side of it) the
 * smallest. */
static inline int64_t binary_instant(int64_t at)
{
    if (at == INSTANT_FOREVER)
        return INT64_MAX;
    return at == INSTANT_NONE ? INT64_MIN : at - BINARY_EPOCH_US;
}

static inline int64_t instant_of_binary(int64_t v)
{
    if (v == INT64_MAX)
        return INSTANT_FOREVER;
    return v == INT64_MIN ? INSTANT_NONE : v + BINARY_EPOCH_US;
}
