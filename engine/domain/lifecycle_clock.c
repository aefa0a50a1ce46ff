/* The clock of a dossier across its holds: what a restart or a resumption promises
 * (law:supplement-request, law:hold).
 *
 * restart   the whole limit from the instant of return
 * resume    day limits: the day of the request counts as used, the day of return does not, and the
 *           days that were left follow; hour and same-day limits: the working time that was left
 * runs_on   unchanged
 *
 * A promise never becomes earlier: the applicant holds it in writing. */
#include "base/instant.h"
#include "domain/lifecycle_impl.h"

void clock_put_due(struct event *e, const struct due *due)
{
    event_put_number(e, EVENT_FIELD_DUE_AT, due->at);
    event_put_number(e, EVENT_FIELD_DUE_ON, due->on);
    event_put_number(e, EVENT_FIELD_DUE_IS_INSTANT, due->is_instant);
}

/* Promises the closing of `on`, or of the next working day. */
static bool clock_closing(const struct decide *c, int32_t on, struct due *due, struct error *err)
{
    *due = (struct due){0};
    return calendar_next_working(c->ctx->calendar, on, 0, &due->on, err) &&
           calendar_closing(c->ctx->calendar, due->on, &due->at, err);
}

static bool clock_days_left(const struct decide *c, int32_t left, enum limit_unit unit,
                            struct due *due, struct error *err)
{
    struct limit rest = {left, unit};

    if (left <= 0)
        return clock_closing(c, instant_date(c->at, c->ctx->zone_s), due, err);
    return due_compute(c->ctx->calendar, &c->ctx->ruleset->due, rest, c->at, due, err);
}

static int32_t clock_limit_end(struct limit limit, int32_t from_on)
{
    return limit.unit == LIMIT_MONTHS ? date_add_months(from_on, limit.amount)
                                      : from_on + limit.amount;
}

/* The last day of a calendar limit before any rolling: a day off at its end must not be given to
 * the office twice. */
static int32_t clock_calendar_end(const struct decide *c)
{
    const struct dossier *d = c->d;
    int32_t zone_s = c->ctx->zone_s;
    int32_t end = clock_limit_end(d->limit, instant_date(d->received_at, zone_s));

    for (int i = 0; i < d->n_holds; i++) {
        const struct dossier_hold *h = &d->holds[i];
        int32_t to_on = instant_date(h->to, zone_s);

        if (h->to == INSTANT_NONE || h->to <= d->received_at || !dossier_hold_moves(h))
            continue;
        if (h->effect == HOLD_EFFECT_RESTART)
            end = clock_limit_end(d->limit, to_on);
        else
            end = to_on + (end - instant_date(h->from, zone_s));
    }
    return end;
}

static bool clock_rest(const struct decide *c, const struct dossier_hold *h, struct due *due,
                       struct error *err)
{
    const struct dossier *d = c->d;
    const struct calendar *cal = c->ctx->calendar;
    int32_t request_on = instant_date(h->from, c->ctx->zone_s);
    int64_t left_us;
    int32_t left;

    if (d->limit.unit == LIMIT_CALENDAR_DAYS || d->limit.unit == LIMIT_MONTHS)
        return clock_days_left(c, clock_calendar_end(c) - request_on, LIMIT_CALENDAR_DAYS, due,
                               err);
    if (d->limit.unit == LIMIT_WORKING_DAYS && c->ctx->ruleset->due.day_model == DUE_DAYS_WHOLE) {
        if (!calendar_working_days_between(cal, request_on, d->due_on, &left, err))
            return false;
        return clock_days_left(c, left, LIMIT_WORKING_DAYS, due, err);
    }
    *due = (struct due){.is_instant = d->due_is_instant};
    if (!calendar_work_between(cal, h->from, d->due_at, &left_us, err) ||
        !calendar_add_work(cal, c->at, left_us > 0 ? left_us : 0, &due->at, err))
        return false;
    due->on = instant_date(due->at, c->ctx->zone_s);
    return true;
}

bool clock_resume(const struct decide *c, struct due *ret_due, bool *ret_moved, struct error *err)
{
    const struct dossier *d = c->d;
    const struct dossier_hold *h = dossier_running_hold(d);

    *ret_moved = false;
    if (!h || !dossier_hold_moves(h) || d->received_at == INSTANT_NONE ||
        d->due_at == INSTANT_NONE || d->is_promise_given || !limit_is_valid(d->limit))
        return true;
    if (h->effect == HOLD_EFFECT_RESTART
            ? !due_compute(c->ctx->calendar, &c->ctx->ruleset->due, d->limit, c->at, ret_due, err)
            : !clock_rest(c, h, ret_due, err))
        return false;
    *ret_moved = ret_due->at > d->due_at;
    return true;
}

/* Source: law:supplement-request. The days run from the receipt of the dossier. */
bool clock_late_request(const struct decide *c, bool *ret_late, struct error *err)
{
    struct limit notice = c->ctx->ruleset->supplement_notice;
    struct due until;

    *ret_late = false;
    if (!limit_is_valid(notice) || c->d->received_at == INSTANT_NONE)
        return true;
    if (!due_compute(c->ctx->calendar, &c->ctx->ruleset->due, notice, c->d->received_at, &until,
                     err))
        return false;
    *ret_late = due_is_late(&until, c->at, c->ctx->zone_s);
    return true;
}

bool clock_silence_end(const struct decide *c, int64_t from, struct due *ret_due, bool *ret_is_set,
                       struct error *err)
{
    struct limit silence = c->ctx->ruleset->silence;

    *ret_is_set = limit_is_valid(silence) && silence.amount > 0;
    return !*ret_is_set ||
           due_compute(c->ctx->calendar, &c->ctx->ruleset->due, silence, from, ret_due, err);
}
