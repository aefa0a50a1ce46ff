/* See sweep_night.h. */
#include "flow/sweep_night.h"

#include <string.h>

#include "base/instant.h"

#define LOOK_DAYS 366 /* an installation in which nobody works for a year has no nights */

/* Does somebody work by this calendar on a day? */
static bool is_in_use(const struct reference *r, const struct calendar *cal, int32_t on)
{
    for (int i = 0; i < r->n_offices; i++) {
        const struct office_ref *o = &r->offices[i];

        if (o->calendar == cal && (o->valid_from == DATE_NONE || o->valid_from <= on) &&
            (o->valid_to == DATE_NONE || on <= o->valid_to))
            return true;
    }
    return false;
}

bool sweep_night_on(const struct reference *r, int32_t on, struct sweep_night *ret)
{
    struct error ignored; /* a day off */
    int64_t latest = INSTANT_NONE, at;

    for (int i = 0; i < r->n_calendars; i++) {
        const struct calendar *cal = r->calendars[i].calendar;

        if (cal && calendar_is_working(cal, on) && calendar_closing(cal, on, &at, &ignored) &&
            (latest == INSTANT_NONE || at > latest) && is_in_use(r, cal, on))
            latest = at;
    }
    if (latest == INSTANT_NONE)
        return false;
    *ret = (struct sweep_night){on, latest};
    return true;
}

static bool is_year_known(const struct reference *r, int32_t on)
{
    for (int i = 0; i < r->n_calendars; i++)
        if (r->calendars[i].calendar && calendar_covers(r->calendars[i].calendar, on, on) &&
            is_in_use(r, r->calendars[i].calendar, on))
            return true;
    return false;
}

/* Why there is no night. */
static bool none(const struct reference *r, int64_t at, int32_t on, struct error *err)
{
    if (!is_year_known(r, on))
        return error_set(err, ERR_CALENDAR_GAP, arg_number("year", date_civil(on).year));
    return error_set(err, ERR_SWEEP_NO_CLOSING, arg_instant("now", at));
}

bool sweep_night_last(const struct reference *r, int64_t at, int32_t zone_s,
                      struct sweep_night *ret, struct error *err)
{
    int32_t today = instant_date(at, zone_s);
    struct sweep_night night;

    for (int32_t on = today; on > today - LOOK_DAYS && is_year_known(r, today); on--)
        if (sweep_night_on(r, on, &night) && night.closing_at <= at) {
            *ret = night;
            return true;
        }
    return none(r, at, today, err);
}

bool sweep_night_next(const struct reference *r, int64_t at, int32_t zone_s,
                      struct sweep_night *ret, struct error *err)
{
    int32_t today = instant_date(at, zone_s), on = today;
    struct sweep_night night;

    for (; on < today + LOOK_DAYS && is_year_known(r, on); on++)
        if (sweep_night_on(r, on, &night) && night.closing_at > at) {
            *ret = night;
            return true;
        }
    return none(r, at, on, err);
}

int sweep_nights_between(const struct reference *r, int64_t from, int64_t until, int32_t zone_s,
                         int max, struct sweep_night *ret, int *ret_skipped)
{
    int32_t last = instant_date(until, zone_s);
    struct sweep_night night;
    int n = 0;

    *ret_skipped = 0;
    for (int32_t on = instant_date(from, zone_s); on <= last; on++) {
        if (!sweep_night_on(r, on, &night) || night.closing_at <= from || night.closing_at > until)
            continue;
        if (n == max) {
            memmove(ret, ret + 1, (size_t)(--n) * sizeof *ret);
            ++*ret_skipped;
        }
        ret[n++] = night;
    }
    return n;
}
