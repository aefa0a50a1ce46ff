/* The promise computed again after an edit of a calendar: what becomes of it, and its event. */
#include "domain/recompute.h"

#include "base/instant.h"
#include "domain/clock.h"

const char *recompute_word(enum recompute_outcome outcome)
{
    static const char *const words[RECOMPUTE_COUNT] = {
        [RECOMPUTE_SAME] = "same",
        [RECOMPUTE_MOVED] = "moved",
        [RECOMPUTE_EARLIER_KEPT] = "earlier_kept",
        [RECOMPUTE_OVERDUE_KEPT] = "overdue_kept",
        [RECOMPUTE_GIVEN] = "given",
        [RECOMPUTE_ENDED] = "ended",
    };

    return words[outcome];
}

static enum recompute_outcome recompute_judge(const struct decide_context *ctx,
                                              const struct recompute *r)
{
    const struct dossier *d = ctx->dossier;

    if (r->to.at == r->from.at)
        return RECOMPUTE_SAME;
    if (r->to.at < r->from.at)
        return RECOMPUTE_EARLIER_KEPT;
    if (d->overdue_at != INSTANT_NONE || dossier_is_overdue(d, ctx->now, ctx->zone_s))
        return RECOMPUTE_OVERDUE_KEPT;
    return RECOMPUTE_MOVED;
}

static void recompute_move(const struct decide_context *ctx, int64_t actor, int64_t change_id,
                           const struct due *to, struct decision *decision)
{
    const struct dossier *d = ctx->dossier;
    struct event *e = &decision->events[decision->n_events++];
    /* Never before what has happened, even where another daemon's clock runs ahead. */
    int64_t at = ctx->now > d->last_at ? ctx->now : d->last_at;
    int64_t recorded_at = ctx->now > d->last_recorded_at ? ctx->now : d->last_recorded_at;

    event_init(e, d->id, ACTION_RECOMPUTE_DUE, actor, at, recorded_at);
    event_put_number(e, EVENT_FIELD_DUE_AT, to->at);
    event_put_number(e, EVENT_FIELD_DUE_ON, to->on);
    event_put_number(e, EVENT_FIELD_DUE_IS_INSTANT, to->is_instant);
    if (change_id)
        event_put_number(e, EVENT_FIELD_CHANGE, change_id);
    dossier_apply(&decision->after, e);
}

bool dossier_recompute(const struct decide_context *ctx, int64_t actor, int64_t change_id,
                       struct decision *ret_decision, struct recompute *ret, struct error *err)
{
    const struct dossier *d = ctx->dossier;
    const struct clock_rule rule = clock_rule_of(ctx, d);

    ret_decision->n_events = ret_decision->n_warnings = 0;
    ret_decision->after = *d;
    *ret = (struct recompute){
        .outcome = RECOMPUTE_ENDED,
        .from = {.at = d->due_at, .on = d->due_on, .is_instant = d->due_is_instant},
        .to = {.at = INSTANT_NONE, .on = DATE_NONE},
    };
    if (!dossier_is_open(d))
        return true;
    ret->outcome = RECOMPUTE_GIVEN;
    if (d->is_promise_given || d->due_at == INSTANT_NONE || !limit_is_valid(d->limit))
        return true;
    if (!clock_promise(&rule, d->holds, d->n_holds, &ret->to, err))
        return false;
    ret->outcome = recompute_judge(ctx, ret);
    if (ret->outcome == RECOMPUTE_MOVED)
        recompute_move(ctx, actor, change_id, &ret->to, ret_decision);
    return true;
}
