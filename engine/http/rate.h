/* How often: a bucket for each client and kind of request (proto/tables/rates.def). The memory is
 * fixed: where a place is wanted and none is free, the bucket that is nearest to full goes, so that
 * forgetting gives away least, and nobody can win a fresh bucket for himself but by waiting as long
 * as his own would take to fill. Pure, but for the seed of the table. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum rate_class {
#define RATE(id, word, times, seconds, at_once, vi, en) RATE_##id,
#include "tables/rates.def"
#undef RATE
    RATE_COUNT
};

struct rate {
    int times, seconds, at_once; /* times 0: not limited */
};

#define RATE_TIMES_MAX   1000000
#define RATE_SECONDS_MAX 86400

struct rate_row {
    const char *word, *label[2]; /* by enum language */
    struct rate rate;            /* the default */
};
extern const struct rate_row rate_rows[RATE_COUNT];

/* "60/60/120": times, in so many seconds, at once; "off". */
MUST_CHECK
bool rate_parse(const char *text, struct rate *ret);

struct rates;
struct rates *rates_new(const struct rate limits[RATE_COUNT]); /* NULL without memory */
struct rates *rates_free(struct rates *r);                     /* takes NULL; returns NULL */

/* Takes one from the client's bucket.
 *
 *   key     who: bytes of an address's group, an id, a code
 *   now_us  monotonic
 *
 * Errors: RATE_LIMITED {what} {seconds}; then nothing was taken. `r` NULL limits nothing. */
MUST_CHECK
bool rates_take(struct rates *r, enum rate_class kind, const void *key, size_t len, int64_t now_us,
                struct error *err);
/* Puts back what was taken, for what turned out not to count. */
void rates_return(struct rates *r, enum rate_class kind, const void *key, size_t len);
