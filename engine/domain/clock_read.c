/* Three clocks read off the same rows: the legal one, that of index 766, and plain time. */
#include "base/instant.h"
#include "domain/clock.h"
#include "domain/index766.h"
#include "domain/lifecycle.h"

struct reading {
    const struct decide_context *ctx;
    const struct dossier *d;
    struct clocks *clocks;
    struct error *err;
};

/* The days of (from, to] that the limit counts. */
static bool read_days(const struct reading *r, int64_t from, int64_t to, int32_t *ret)
{
    int32_t a = instant_date(from, r->ctx->zone_s), b = instant_date(to, r->ctx->zone_s);

    *ret = b - a;
    if (r->d->limit.unit == LIMIT_CALENDAR_DAYS || r->d->limit.unit == LIMIT_MONTHS)
        return true;
    return calendar_working_days_between(r->ctx->calendar, a, b, ret, r->err);
}

/* Where the clock stands: at the request while a hold stops it, else at the reading. */
static int64_t read_stop(const struct reading *r)
{
    const struct dossier_hold *h = dossier_running_hold(r->d);

    if (r->d->ended_at != INSTANT_NONE)
        return r->d->judged_at;
    return h && dossier_hold_moves(h) ? h->from : r->clocks->at;
}

/* The running or whole stretch is the last; those before it count while they belong to the same
 * whole limit. */
static bool read_used(const struct reading *r, int64_t stop)
{
    const struct clock_rule rule = clock_rule_of(r->ctx, r->d);
    struct clock_stretch stretches[CLOCK_STRETCHES_MAX];
    struct clocks *c = r->clocks;
    int n, first;

    if (!clock_stretches(&rule, r->d->holds, r->d->n_holds, stretches, &n, r->err))
        return false;
    for (first = n - 1; !stretches[first].is_whole || stretches[first].from > stop; first--)
        if (first == 0)
            break;
    c->from = stretches[first].from;
    for (int i = first; i < n; i++) {
        int64_t to =
            stretches[i].to == INSTANT_NONE || stretches[i].to > stop ? stop : stretches[i].to;
        int64_t us;
        int32_t days;

        if (to <= stretches[i].from)
            continue;
        if (!calendar_work_between(rule.calendar, stretches[i].from, to, &us, r->err) ||
            !read_days(r, stretches[i].from, to, &days))
            return false;
        c->used_us += us;
        c->used_days += days;
    }
    return true;
}

static bool read_legal(const struct reading *r)
{
    const struct dossier *d = r->d;
    struct clocks *c = r->clocks;
    int64_t stop = read_stop(r);

    c->from = dossier_clock_start(d);
    c->is_running = dossier_is_open(d) && !dossier_is_waiting(d);
    if (limit_is_valid(d->limit) && !read_used(r, stop))
        return false;
    c->has_promise = d->due_at != INSTANT_NONE;
    return !c->has_promise ||
           (calendar_work_between(r->ctx->calendar, stop, d->due_at, &c->left_us, r->err) &&
            read_days(r, stop, d->due_at, &c->left_days));
}

/* Source: law:index-clock. */
static bool read_index(const struct reading *r)
{
    struct clocks *c = r->clocks;
    struct index766_time t;
    int64_t limit_at;

    if (!index766_limit_at(r->ctx, &limit_at, r->err))
        return false;
    index766_time(r->d, c->at, limit_at, &t);
    c->index_end_at = t.end_at;
    c->is_index_finished = t.is_finished;
    c->n_index_requests = t.n_requests;
    c->index_us = t.used_us;
    c->index_judgement = t.judgement;
    return true;
}

/* Source: law:forwarding: a breach of the unit of intake, apart from the limit. */
static bool read_transfer(const struct reading *r)
{
    const struct dossier *d = r->d;
    struct limit most = r->ctx->ruleset->forward_elsewhere;
    struct clocks *c = r->clocks;
    int64_t passed_on = d->received_by_competent_at;
    struct due until;

    c->transfer_until = INSTANT_NONE;
    c->is_filed_elsewhere = dossier_is_filed_elsewhere(d);
    if (!c->is_filed_elsewhere || !limit_is_valid(most))
        return true;
    if (!due_compute(r->ctx->calendar, &r->ctx->ruleset->due, most, d->received_at, &until, r->err))
        return false;
    c->transfer_until = until.at;
    c->is_transfer_late =
        due_is_late(&until, passed_on == INSTANT_NONE ? c->at : passed_on, r->ctx->zone_s);
    return true;
}

bool clock_read(const struct decide_context *ctx, int64_t now, struct clocks *ret,
                struct error *err)
{
    const struct dossier *d = ctx->dossier;
    const struct reading r = {ctx, d, ret, err};

    *ret = (struct clocks){.at = d->ended_at != INSTANT_NONE ? d->ended_at : now};
    ret->elapsed_us = ret->at - d->received_at;
    return calendar_work_between(ctx->calendar, d->received_at, ret->at, &ret->elapsed_work_us,
                                 err) &&
           read_index(&r) && read_legal(&r) && read_transfer(&r);
}
