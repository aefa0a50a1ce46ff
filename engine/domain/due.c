/* Due dates. Each unit names the span of days its answer rests on, so that a promise made in a
 * provisional year says so. */
#include "domain/due.h"

#include "base/instant.h"

struct due_rule due_rule_default(void)
{
    return (struct due_rule){
        .day_model = DUE_DAYS_WHOLE,
        .half_day_model = DUE_HALVES_WHOLE,
        .day_minutes = 8 * 60,
        .same_day_cutoff_us = 15 * INSTANT_HOUR,
        .is_rolled_forward = true,
    };
}

/* Calendar days and months: only the last day must be known, and the days it rolls over. */
static bool due_by_date(const struct calendar *cal, const struct due_rule *rule, int32_t last_on,
                        struct due *due, int32_t *rests_from, struct error *err)
{
    *rests_from = last_on;
    if (!rule->is_rolled_forward && calendar_covers(cal, last_on, last_on) &&
        !calendar_is_working(cal, last_on)) { /* ends on the day off, a second before midnight */
        due->on = last_on;
        due->at = date_instant(last_on + 1, calendar_zone_s(cal)) - INSTANT_SECOND;
        return true;
    }
    return calendar_next_closing(cal, last_on, 0, &due->on, &due->at, err);
}

static bool due_by_hours(const struct calendar *cal, int64_t from, int64_t minutes, struct due *due,
                         struct error *err)
{
    if (!calendar_add_work(cal, from, minutes * INSTANT_MINUTE, &due->at, err))
        return false;
    /* A session may close at 24:00: that instant ends its day, it does not begin the next. */
    due->on = instant_date(due->at - (due->at > from), calendar_zone_s(cal));
    return true;
}

/* Not after the cut-off, and before the last closing of a day that works: today; else the next
 * working day. A half day may close before the cut-off: who comes after its closing is served
 * tomorrow. */
static bool due_same_day(const struct calendar *cal, const struct due_rule *rule, int64_t from,
                         int32_t from_on, struct due *due, struct error *err)
{
    int64_t since_midnight = from - date_instant(from_on, calendar_zone_s(cal));

    /* An unknown day of receipt might have been a working day: refused, by the year it looks at. */
    if (!calendar_next_closing(cal, from_on, 0, &due->on, &due->at, err))
        return false;
    if (due->on == from_on && since_midnight <= rule->same_day_cutoff_us && from <= due->at)
        return true;
    return calendar_next_closing(cal, from_on, 1, &due->on, &due->at, err);
}

bool due_compute(const struct calendar *cal, const struct due_rule *rule, struct limit limit,
                 int64_t from, struct due *ret_due, struct error *err)
{
    static const int64_t low = -2208988800 * INSTANT_SECOND; /* 1900-01-01 */
    static const int64_t high = 7289654400 * INSTANT_SECOND; /* 2201-01-01 */
    struct due due = {.is_instant = false};
    int32_t from_on, rests_from;
    bool is_done = false;

    assert(limit_is_valid(limit));
    if (from < low || from >= high)
        return error_set(err, ERR_DUE_RANGE, arg_instant("from", from));
    from_on = instant_date(from, calendar_zone_s(cal));
    rests_from = from_on;
    switch (limit.unit) {
    case LIMIT_WORKING_DAYS:
        if (rule->day_model == DUE_DAYS_HOURS) {
            is_done = due_by_hours(cal, from, (int64_t)limit.amount * rule->day_minutes, &due, err);
            break;
        }
        rests_from = from_on + 1;
        is_done = calendar_next_closing(cal, from_on, limit.amount, &due.on, &due.at, err);
        break;
    case LIMIT_CALENDAR_DAYS:
        is_done = due_by_date(cal, rule, from_on + limit.amount, &due, &rests_from, err);
        break;
    case LIMIT_MONTHS:
        is_done =
            due_by_date(cal, rule, date_add_months(from_on, limit.amount), &due, &rests_from, err);
        break;
    case LIMIT_WORKING_HOURS:
        due.is_instant = true;
        is_done = due_by_hours(cal, from, (int64_t)limit.amount * 60, &due, err);
        break;
    case LIMIT_HALF_DAYS:
        due.is_instant = true;
        is_done =
            rule->half_day_model == DUE_HALVES_HOURS
                ? due_by_hours(cal, from, (int64_t)limit.amount * rule->day_minutes / 2, &due, err)
                : calendar_next_half(cal, from, limit.amount, &due.on, &due.at, err);
        break;
    case LIMIT_SAME_DAY:
        due.is_instant = true;
        is_done = due_same_day(cal, rule, from, from_on, &due, err);
        break;
    case LIMIT_UNIT_COUNT:
        break;
    }
    if (!is_done)
        return false;
    due.is_provisional = calendar_is_provisional(cal, rests_from, due.on);
    due.is_synthetic = calendar_is_synthetic(cal, rests_from, due.on);
    *ret_due = due;
    return true;
}

bool due_is_late(const struct due *due, int64_t at, int32_t zone_s)
{
    return due->is_instant ? at > due->at : instant_date(at, zone_s) > due->on;
}
