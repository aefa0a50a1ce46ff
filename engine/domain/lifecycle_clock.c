/* What a decision asks the clock: the promise after a return, whether a request comes too late, how
 * long the applicant may be silent. A promise never becomes earlier: the applicant holds it in
 * writing. */
#include "base/instant.h"
#include "domain/clock.h"
#include "domain/lifecycle_impl.h"

void clock_put_due(struct event *e, const struct due *due)
{
    event_put_number(e, EVENT_FIELD_DUE_AT, due->at);
    event_put_number(e, EVENT_FIELD_DUE_ON, due->on);
    event_put_number(e, EVENT_FIELD_DUE_IS_INSTANT, due->is_instant);
}

bool clock_resume(const struct decide *c, struct due *ret_due, bool *ret_moved, struct error *err)
{
    const struct dossier *d = c->d;
    struct dossier_hold holds[DOSSIER_HOLDS_MAX];
    const struct clock_rule rule = clock_rule_of(c->ctx, d);

    *ret_moved = false;
    if (!dossier_is_waiting(d) || d->received_at == INSTANT_NONE || d->due_at == INSTANT_NONE ||
        (d->is_promise_given && !d->is_promise_on_paper) || !limit_is_valid(d->limit))
        return true;
    for (int i = 0; i < d->n_holds; i++) {
        holds[i] = d->holds[i];
        if (holds[i].to == INSTANT_NONE)
            holds[i].to = c->at;
    }
    if (!clock_promise(&rule, holds, d->n_holds, ret_due, err))
        return false;
    *ret_moved = ret_due->at > d->due_at;
    return true;
}

bool clock_take_over(const struct decide *c, int64_t office, struct due *ret_due, bool *ret_moved,
                     struct error *err)
{
    const struct dossier *d = c->d;
    const struct procedure_case *pc = c->ctx->procedure_case;
    struct clock_rule rule = clock_rule_of(c->ctx, d);

    *ret_moved = false;
    if (!pc || !pc->is_place_free || !c->ctx->ruleset->has_competent_clock ||
        !dossier_is_filed_elsewhere(d) || d->received_by_competent_at != INSTANT_NONE ||
        office == d->filed_office || d->received_at == INSTANT_NONE || d->due_at == INSTANT_NONE ||
        d->is_promise_given || !limit_is_valid(d->limit))
        return true;
    rule.start = c->at;
    *ret_moved = true;
    return clock_promise(&rule, d->holds, d->n_holds, ret_due, err);
}

/* Source: law:supplement-request. The days run from the receipt of the dossier by the agency whose
 * limit it is. */
bool clock_late_request(const struct decide *c, bool *ret_late, struct error *err)
{
    struct limit notice = c->ctx->ruleset->supplement_notice;
    struct due until;

    *ret_late = false;
    if (!limit_is_valid(notice) || c->d->received_at == INSTANT_NONE)
        return true;
    if (!due_compute(c->ctx->calendar, &c->ctx->ruleset->due, notice, dossier_clock_start(c->d),
                     &until, err))
        return false;
    *ret_late = due_is_late(&until, c->at, c->ctx->zone_s);
    return true;
}

static struct limit clock_hold_limit(const struct ruleset *rules, enum hold_kind kind)
{
    switch (kind) {
    case HOLD_KIND_SUPPLEMENT:
        return rules->silence;
    case HOLD_KIND_FINANCIAL:
        return rules->financial_hold_limit;
    case HOLD_KIND_APPLICANT_CONFIRM:
        return rules->confirmation;
    case HOLD_KIND_OTHER:
    case HOLD_KIND_COUNT:
        break;
    }
    return rules->other_hold_limit;
}

bool clock_hold_end(const struct decide *c, enum hold_kind kind, int64_t from, struct due *ret_due,
                    bool *ret_is_set, struct error *err)
{
    struct limit most = clock_hold_limit(c->ctx->ruleset, kind);

    *ret_is_set = limit_is_valid(most);
    return !*ret_is_set ||
           due_compute(c->ctx->calendar, &c->ctx->ruleset->due, most, from, ret_due, err);
}
