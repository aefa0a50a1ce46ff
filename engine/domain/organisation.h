/* The offices as a rule sees them. Which stands below which, and which belong together, is the
 * caller's data: the rules hold ids and ask. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

/* Is `office` the same as or below `root`? */
typedef bool office_within_fn(const void *organisation, int64_t office, int64_t root);

struct organisation {
    const void *data;
    office_within_fn *within;
    /* Who goes on for an office that ended; itself while it lives. */
    int64_t (*heir)(const void *data, int64_t office);
    /* Does `office` belong to another people's committee than `of`, or to none? */
    bool (*is_elsewhere)(const void *data, int64_t office, int64_t of);
};

/* Without an organisation (NULL) every office stands alone, and none is elsewhere. */
static inline bool organisation_within(const struct organisation *o, int64_t office, int64_t root)
{
    return office == root || (o && o->within && o->within(o->data, office, root));
}

static inline int64_t organisation_heir(const struct organisation *o, int64_t office)
{
    return o && o->heir ? o->heir(o->data, office) : office;
}

static inline bool organisation_is_elsewhere(const struct organisation *o, int64_t office,
                                             int64_t of)
{
    return o && o->is_elsewhere && o->is_elsewhere(o->data, office, of);
}
