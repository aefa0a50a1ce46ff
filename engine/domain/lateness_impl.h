/* What warning, cause and letters share; not for other layers. */
#pragma once
#include "domain/lateness.h"

/* A stretch of time, [from, to). */
struct time_span {
    int64_t from, to;
};

/* Would an end (or a look) at `at` be late: by date or by instant, as the promise says? */
bool lateness_is_late_at(const struct dossier *d, int64_t at, int32_t zone_s);

/* The instant at which the promise is broken if nothing happens, whether it has passed or not:
 * INSTANT_NONE without a promise. */
int64_t lateness_late_at(const struct dossier *d, int32_t zone_s);

/* Since when the limit in force counts: acceptance, or the end of the last lawful restart. */
int64_t lateness_counts_from(const struct dossier *d);

/* A limit that ends on the day it begins or on the next: there is no room to foresee. */
bool lateness_is_short(struct limit limit);

/* lateness_segments() with the working time inside `off` (ascending, disjoint) taken out of what
 * was used. False where the calendar has no year. */
MUST_CHECK
bool lateness_uses(const struct lateness_context *ctx, int64_t until, const struct time_span *off,
                   int n_off, struct segment_use *ret, int *ret_n);

/* Working time of a span, of which the part inside `off` is left out or alone is counted. */
MUST_CHECK
bool lateness_work_inside(const struct lateness_context *ctx, int64_t from, int64_t to,
                          const struct time_span *off, int n_off, int64_t *ret_us);
