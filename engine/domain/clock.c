/* The legal clock as a chain of stretches (clock.h). What is left at a request is counted down from
 * what there was at the beginning of the stretch, never from a date: a date has been rolled over
 * days off, and a second count from it would give those days to the office twice. */
#include "domain/clock.h"

#include "base/instant.h"
#include "domain/lifecycle.h"

struct clock_rule clock_rule_of(const struct decide_context *ctx, const struct dossier *d)
{
    return (struct clock_rule){ctx->calendar, ctx->ruleset ? &ctx->ruleset->due : NULL, d->limit,
                               dossier_clock_start(d)};
}

bool clock_is_by_time(const struct clock_rule *rule)
{
    switch (rule->limit.unit) {
    case LIMIT_WORKING_DAYS:
        return rule->due->day_model == DUE_DAYS_HOURS;
    case LIMIT_CALENDAR_DAYS:
    case LIMIT_MONTHS:
        return false;
    default:
        return true;
    }
}

static int32_t clock_date(const struct clock_rule *rule, int64_t at)
{
    return instant_date(at, calendar_zone_s(rule->calendar));
}

static bool stretch_whole(const struct clock_rule *rule, int64_t from, struct clock_stretch *s,
                          struct error *err)
{
    int32_t from_on = clock_date(rule, from);
    struct due due;

    s->from = from;
    s->is_whole = true;
    s->days = rule->limit.amount;
    s->work_us = 0;
    if (rule->limit.unit == LIMIT_MONTHS)
        s->days = date_add_months(from_on, rule->limit.amount) - from_on;
    if (!clock_is_by_time(rule))
        return true;
    s->days = 0;
    return due_compute(rule->calendar, rule->due, rule->limit, from, &due, err) &&
           calendar_work_between(rule->calendar, from, due.at, &s->work_us, err);
}

/* What of stretch `s` is left at a request. */
static bool stretch_rest(const struct clock_rule *rule, const struct clock_stretch *s, int64_t at,
                         struct clock_stretch *rest, struct error *err)
{
    int64_t used_us;
    int32_t used;

    if (clock_is_by_time(rule)) {
        if (!calendar_work_between(rule->calendar, s->from, at, &used_us, err))
            return false;
        rest->work_us = used_us < s->work_us ? s->work_us - used_us : 0;
        return true;
    }
    used = clock_date(rule, at) - clock_date(rule, s->from);
    if (rule->limit.unit == LIMIT_WORKING_DAYS &&
        !calendar_working_days_between(rule->calendar, clock_date(rule, s->from),
                                       clock_date(rule, at), &used, err))
        return false;
    rest->days = used < s->days ? s->days - used : 0;
    return true;
}

bool clock_stretches(const struct clock_rule *rule, const struct dossier_hold *holds, int n_holds,
                     struct clock_stretch *ret, int *ret_n, struct error *err)
{
    struct clock_stretch s = {.hold = -1, .to = INSTANT_NONE};
    int n = 0;

    if (!stretch_whole(rule, rule->start, &s, err))
        return false;
    for (int i = 0; i < n_holds && n < CLOCK_STRETCHES_MAX - 1; i++) {
        const struct dossier_hold *h = &holds[i];
        struct clock_stretch next = {.hold = i, .from = h->to, .to = INSTANT_NONE};

        if (h->to == INSTANT_NONE || h->to < rule->start || !dossier_hold_moves(h))
            continue;
        s.to = h->from > s.from ? h->from : s.from;
        if (h->effect == HOLD_EFFECT_RESTART ? !stretch_whole(rule, h->to, &next, err)
                                             : !stretch_rest(rule, &s, s.to, &next, err))
            return false;
        ret[n++] = s;
        s = next;
    }
    ret[n++] = s;
    *ret_n = n;
    return true;
}

/* The end of a stretch that has only a rest of its limit before it. */
static bool stretch_end(const struct clock_rule *rule, const struct clock_stretch *s,
                        struct due *due, struct error *err)
{
    int32_t from_on = clock_date(rule, s->from);
    bool is_instant = due->is_instant;

    if (clock_is_by_time(rule)) {
        if (!calendar_add_work(rule->calendar, s->from, s->work_us, &due->at, err))
            return false;
        /* A session may close at 24:00: that instant ends its day. */
        due->on = clock_date(rule, due->at - (due->at > s->from));
    } else if (rule->limit.unit == LIMIT_WORKING_DAYS) {
        if (!calendar_next_closing(rule->calendar, from_on, s->days, &due->on, &due->at, err))
            return false;
    } else {
        /* One day from the day before the last: what is left of months may be more days than a
         * limit in days can have, and nothing left ends on the day of return. */
        struct limit last = {1, LIMIT_CALENDAR_DAYS};

        if (!due_compute(rule->calendar, rule->due, last, s->from + (s->days - 1) * INSTANT_DAY,
                         due, err))
            return false;
    }
    due->is_instant = is_instant;
    due->is_provisional = calendar_is_provisional(rule->calendar, from_on, due->on);
    due->is_synthetic = calendar_is_synthetic(rule->calendar, from_on, due->on);
    return true;
}

bool clock_promise(const struct clock_rule *rule, const struct dossier_hold *holds, int n_holds,
                   struct due *ret_due, struct error *err)
{
    struct clock_stretch stretches[CLOCK_STRETCHES_MAX];
    const struct clock_stretch *last;
    int n;

    if (!clock_stretches(rule, holds, n_holds, stretches, &n, err))
        return false;
    last = &stretches[n - 1];
    if (last->is_whole)
        return due_compute(rule->calendar, rule->due, rule->limit, last->from, ret_due, err);
    /* Whether it is late by date or by instant is the limit's, and a pause does not change it. */
    return due_compute(rule->calendar, rule->due, rule->limit, rule->start, ret_due, err) &&
           stretch_end(rule, last, ret_due, err);
}
