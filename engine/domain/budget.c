/* Budgets against limits. The sweep asks the calendar's prefix sums, so its cost is one question
 * for each day known, however long the limit. */
#include "domain/budget.h"

#include "base/instant.h"

static int minutes_of(const struct calendar_info *info)
{
    int minutes = 0;

    for (int s = 0; s < info->n_sessions; s++)
        minutes += info->sessions[s].to_minute - info->sessions[s].from_minute;
    return minutes;
}

int budget_day_minutes(const struct calendar *cal)
{
    struct calendar_info info;
    struct error err;
    int32_t on = cal ? date_from_civil(calendar_first_year(cal), 1, 1) : 0;

    for (int i = 0; cal && i < 60; i++)
        if (calendar_day(cal, on + i, &info, &err) && info.kind == CALENDAR_WORKDAY)
            return minutes_of(&info);
    return BUDGET_DAY_MINUTES;
}

/* The days a calendar knows, first and last; gaps may lie between. */
static void days_of(const struct calendar *cal, int32_t *ret_first, int32_t *ret_last)
{
    *ret_first = date_from_civil(calendar_first_year(cal), 1, 1);
    *ret_last = date_from_civil(calendar_last_year(cal), 12, 31);
}

/* A season may have shorter days: the shortest that is an ordinary working day. */
static int shortest_day(const struct calendar *cal, int ordinary)
{
    int shortest = ordinary;
    int32_t first, last;

    if (!cal)
        return ordinary;
    days_of(cal, &first, &last);
    for (int32_t on = first; on <= last; on++) {
        struct calendar_info info;
        struct error err;

        if (calendar_is_working(cal, on) && calendar_day(cal, on, &info, &err) &&
            info.kind == CALENDAR_WORKDAY && minutes_of(&info) < shortest)
            shortest = minutes_of(&info);
    }
    return shortest;
}

/* Working minutes of the days after `on` up to the day it is due; false where a year is unknown. */
static bool span_from(const struct calendar *cal, const struct due_rule *rule, struct limit limit,
                      int32_t on, int64_t *ret_minutes)
{
    int32_t zone_s = calendar_zone_s(cal);
    int32_t last =
        limit.unit == LIMIT_MONTHS ? date_add_months(on, limit.amount) : on + limit.amount;
    int64_t work_us;
    struct error err;

    if ((rule->is_rolled_forward && !calendar_next_working(cal, last, 0, &last, &err)) ||
        !calendar_work_between(cal, date_instant(on + 1, zone_s),
                               date_instant(last + 1, zone_s) - 1, &work_us, &err))
        return false;
    *ret_minutes = (work_us + INSTANT_MINUTE / 2) / INSTANT_MINUTE;
    return true;
}

static void sweep(const struct calendar *cal, const struct due_rule *rule, struct limit limit,
                  struct budget_span *span)
{
    int ordinary = budget_day_minutes(cal);
    int64_t least = INT64_MAX, most = -1, minutes;
    int32_t first, last;

    days_of(cal, &first, &last);
    for (int32_t on = first; on <= last; on++) {
        if (!calendar_is_working(cal, on) || !span_from(cal, rule, limit, on, &minutes))
            continue;
        if (minutes < least) {
            least = minutes;
            span->least_on = on;
        }
        if (minutes > most)
            most = minutes;
    }
    if (most < 0 || !ordinary)
        return;
    span->least = least * BUDGET_DAY_MINUTES / ordinary;
    span->most = most * BUDGET_DAY_MINUTES / ordinary;
}

static struct budget_span fixed(int64_t minutes)
{
    return (struct budget_span){minutes, minutes, minutes, DATE_NONE};
}

void budget_measure(const struct calendar *cal, const struct due_rule *rule, struct limit limit,
                    struct budget_span *ret_span)
{
    int ordinary = budget_day_minutes(cal);

    switch (limit.unit) {
    case LIMIT_WORKING_DAYS:
        *ret_span =
            fixed((int64_t)limit.amount *
                  (rule->day_model == DUE_DAYS_HOURS ? rule->day_minutes : BUDGET_DAY_MINUTES));
        return;
    case LIMIT_WORKING_HOURS:
        *ret_span = fixed((int64_t)limit.amount * 60);
        return;
    case LIMIT_HALF_DAYS:
        *ret_span = fixed((int64_t)limit.amount * BUDGET_DAY_MINUTES / 2);
        return;
    case LIMIT_SAME_DAY:
        *ret_span = fixed(BUDGET_DAY_MINUTES);
        if (ordinary)
            ret_span->least = (int64_t)shortest_day(cal, ordinary) * BUDGET_DAY_MINUTES / ordinary;
        return;
    case LIMIT_CALENDAR_DAYS:
    case LIMIT_MONTHS:
        /* To the nearest day: 15 days hold 11 working days, 30 hold 21. */
        *ret_span = fixed(((int64_t)limit.amount * (limit.unit == LIMIT_MONTHS ? 30 : 1) * 10 + 7) /
                          14 * BUDGET_DAY_MINUTES);
        if (cal)
            sweep(cal, rule, limit, ret_span);
        return;
    case LIMIT_UNIT_COUNT:
        break;
    }
    *ret_span = fixed(0);
}

enum budget_fit budget_judge(const struct budget_span *span, int64_t minutes)
{
    return minutes <= span->least  ? BUDGET_FITS
           : minutes <= span->most ? BUDGET_TIGHT
                                   : BUDGET_EXCEEDS;
}
