/* A place in the feed of commits: what a reader was told lies up to it. Rows are told by
 * transaction, then by row, then by their place in the row: an order that all daemons share, and in
 * which nothing appears below a boundary once it was reached. Pure. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/macros.h"

#define LIVE_PLACE_MAX 64 /* bytes of its text, terminator included */

struct live_place {
    uint64_t xid;    /* of the transaction */
    int64_t row;     /* of table feed; 0: all below xid was told, nothing of it */
    int64_t ordinal; /* in the row, from 1 */
};

/* Everything of transactions below `boundary`. */
struct live_place live_place_boundary(uint64_t boundary);
int live_place_compare(const struct live_place *a, const struct live_place *b); /* -1, 0, 1 */

/* "9204.118.3", the id of an event. */
void live_place_format(const struct live_place *p, char ret[LIVE_PLACE_MAX]);
MUST_CHECK
bool live_place_parse(const char *text, struct live_place *ret); /* false: none of ours */
