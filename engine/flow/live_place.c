/* See live_place.h. */
#include "flow/live_place.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

struct live_place live_place_boundary(uint64_t boundary)
{
    return (struct live_place){.xid = boundary};
}

int live_place_compare(const struct live_place *a, const struct live_place *b)
{
    if (a->xid != b->xid)
        return a->xid < b->xid ? -1 : 1;
    if (a->row != b->row)
        return a->row < b->row ? -1 : 1;
    return (a->ordinal > b->ordinal) - (a->ordinal < b->ordinal);
}

void live_place_format(const struct live_place *p, char ret[LIVE_PLACE_MAX])
{
    snprintf(ret, LIVE_PLACE_MAX, "%" PRIu64 ".%" PRId64 ".%" PRId64, p->xid, p->row, p->ordinal);
}

/* One number, and the character behind it. */
static bool take(const char **at, char behind, uint64_t max, uint64_t *ret)
{
    char *end;

    if (!isdigit((unsigned char)**at))
        return false;
    errno = 0;
    *ret = strtoull(*at, &end, 10);
    if (errno || *ret > max || *end != behind)
        return false;
    *at = end + (behind != '\0');
    return true;
}

bool live_place_parse(const char *text, struct live_place *ret)
{
    uint64_t xid, row, ordinal;

    if (!text || !take(&text, '.', UINT64_MAX, &xid) || !take(&text, '.', INT64_MAX, &row) ||
        !take(&text, '\0', INT64_MAX, &ordinal) || (row == 0) != (ordinal == 0))
        return false;
    *ret = (struct live_place){xid, (int64_t)row, (int64_t)ordinal};
    return true;
}
