/* Nights of the installation. A day on which at least one office works has a night, one for all of
 * them: it begins with the latest closing of that day among the calendars of the offices that live
 * then, those of other systems among them, whose dossiers may have been adopted. Every dossier is
 * judged as of that instant by the calendar of its own office, which has closed by then. */
#pragma once
#include "flow/reference.h"

struct sweep_night {
    int32_t on;
    int64_t closing_at;
};

/* The night of a day; false: nobody works, or no calendar in use knows the year. */
bool sweep_night_on(const struct reference *r, int32_t on, struct sweep_night *ret);

/* The last night whose closing is at or before an instant.
 * Errors: CALENDAR_GAP {year} when no calendar in use knows the day of `at`, SWEEP_NO_CLOSING {now}
 * when there is none in the year before. */
MUST_CHECK
bool sweep_night_last(const struct reference *r, int64_t at, int32_t zone_s,
                      struct sweep_night *ret, struct error *err);
/* The first night whose closing is after an instant. Errors: the same. */
MUST_CHECK
bool sweep_night_next(const struct reference *r, int64_t at, int32_t zone_s,
                      struct sweep_night *ret, struct error *err);

/* The nights after `from` (closings) up to `until`, oldest first, the newest `max` of them; the
 * number of those left out before. */
int sweep_nights_between(const struct reference *r, int64_t from, int64_t until, int32_t zone_s,
                         int max, struct sweep_night *ret, int *ret_skipped);
