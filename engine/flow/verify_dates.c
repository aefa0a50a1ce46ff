/* Promises computed again: that of an acceptance from its limit, and that after a hold by asking
 * the core once more on the dossier as it stood then. A promise that was given or agreed has
 * nothing to be computed from; an office without a calendar neither. Both are counted. A promise
 * made before the last edit of the reference data may rest on days that were otherwise then: equal,
 * it is checked; other, it is counted, and what is in force of an open dossier is held against the
 * days as they are now. */
#include <string.h>

#include "base/clock.h"
#include "base/instant.h"
#include "domain/recompute.h"
#include "flow/record.h"
#include "flow/verify_impl.h"

/* The dossier as it stood when event i was decided. */
static void before(const struct verify_dossier *d, int i, struct dossier *ret)
{
    const struct history head = {d->history.events, i};

    dossier_init(ret, d->id);
    if (i)
        history_fold(&head, d->history.events[i].recorded_at, INSTANT_FOREVER, ret);
    ret->id = d->id;
}

static void compare_due(struct verify_dossier *d, const struct event *e, int64_t at, int64_t on,
                        int64_t is_instant)
{
    const struct {
        const char *name;
        struct verify_value stored, computed;
    } parts[] = {
        {"due_at", verify_instant(event_number(e, EVENT_FIELD_DUE_AT, INSTANT_NONE)),
         verify_instant(at)},
        {"due_on", verify_date((int32_t)event_number(e, EVENT_FIELD_DUE_ON, DATE_NONE)),
         verify_date((int32_t)on)},
        {"due_is_instant", verify_bool(event_number(e, EVENT_FIELD_DUE_IS_INSTANT, 0) != 0),
         verify_bool(is_instant != 0)},
    };

    if (e->recorded_at <= d->v->edited_at &&
        !verify_same(&parts[0].stored, &parts[0].computed)) { /* on the days of then */
        d->v->report.dates_skipped++;
        return;
    }
    d->v->report.dates++;
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        verify_compare(d, &parts[i].stored, &parts[i].computed, "event %d %s", e->seq,
                       parts[i].name);
}

static void check_accept(struct verify_dossier *d, const struct event *e, const struct dossier *was)
{
    const struct reference *r = d->v->reference;
    const char *promise = event_text(e, EVENT_FIELD_PROMISE);
    const char *text = event_text(e, EVENT_FIELD_LIMIT);
    const struct calendar *calendar =
        reference_calendar(r, event_number(e, EVENT_FIELD_COMPETENT_OFFICE, was->competent_office));
    const struct ruleset *ruleset =
        reference_ruleset(r, event_number(e, EVENT_FIELD_RULESET, was->ruleset_id));
    struct error ignored; /* a year no longer published: counted, as without a calendar */
    struct limit limit;
    struct due due;

    if (!promise || strcmp(promise, "computed") != 0 || !text || !calendar || !ruleset ||
        !limit_parse(text, &limit, &ignored) ||
        !due_compute(calendar, &ruleset->due, limit, e->at, &due, &ignored)) {
        d->v->report.dates_skipped++;
        return;
    }
    compare_due(d, e, due.at, due.on, due.is_instant);
}

static void check_return(struct verify_dossier *d, const struct event *e, const struct dossier *was)
{
    struct decision *decision = arena_new_of(d->arena, struct decision);
    struct decide_context ctx;
    struct action_input in;
    struct error ignored;
    const struct event *again;

    if (was->received_at == INSTANT_NONE && !event_has(e, EVENT_FIELD_DUE_AT))
        return; /* sent back at intake: there is no promise yet */
    record_decide_context(d->v->reference, was, e->recorded_at, d->v->reference->zone_s, &ctx);
    action_input_init(&in, e->action, e->actor, was->holder_office);
    in.at = e->at;
    in.is_late_entry = e->at < e->recorded_at;
    in.remark = event_text(e, EVENT_FIELD_REMARK);
    in.legal_ground = event_text(e, EVENT_FIELD_LEGAL_GROUND);
    if (!decision || !ctx.calendar || was->is_promise_given ||
        !dossier_decide(&ctx, &in, d->arena, decision, &ignored)) {
        d->v->report.dates_skipped++;
        return;
    }
    again = &decision->events[0];
    compare_due(d, e, event_number(again, EVENT_FIELD_DUE_AT, INSTANT_NONE),
                event_number(again, EVENT_FIELD_DUE_ON, DATE_NONE),
                event_number(again, EVENT_FIELD_DUE_IS_INSTANT, 0));
}

/* A promise moved by an edit of a calendar. */
static void check_recomputed(struct verify_dossier *d, const struct event *e,
                             const struct dossier *was)
{
    struct decision *decision = arena_new_of(d->arena, struct decision);
    struct decide_context ctx;
    struct recompute again;
    struct error ignored;

    record_decide_context(d->v->reference, was, e->recorded_at, d->v->reference->zone_s, &ctx);
    if (!decision || !dossier_recompute(&ctx, e->actor, 0, decision, &again, &ignored) ||
        again.to.at == INSTANT_NONE) {
        d->v->report.dates_skipped++;
        return;
    }
    compare_due(d, e, again.to.at, again.to.on, again.to.is_instant);
}

/* What is in force, on the days as they are now: an edit that did not reach the dossier (its job
 * waits, runs, or was cancelled) is worth knowing. */
static void check_in_force(struct verify_dossier *d)
{
    struct decision *decision = arena_new_of(d->arena, struct decision);
    char stored[VERIFY_VALUE_MAX], computed[VERIFY_VALUE_MAX];
    struct verify_value from, to;
    struct decide_context ctx;
    struct recompute now;
    struct error ignored;

    record_decide_context(d->v->reference, &d->folded, clock_business(), d->v->reference->zone_s,
                          &ctx);
    if (!decision || !dossier_recompute(&ctx, 0, 0, decision, &now, &ignored) ||
        now.outcome != RECOMPUTE_MOVED)
        return;
    from = verify_instant(now.from.at);
    to = verify_instant(now.to.at);
    verify_format(&from, d->v->reference->zone_s, stored);
    verify_format(&to, d->v->reference->zone_s, computed);
    verify_warns(d->v, d, stored, computed, "due_at on the calendar as it is");
}

void verify_dates(struct verify_dossier *d)
{
    struct dossier *was = arena_new_of(d->arena, struct dossier);

    for (int i = 0; i < d->history.n && was; i++) {
        const struct event *e = &d->history.events[i];
        bool is_return = e->action == ACTION_RECEIVE_SUPPLEMENT || e->action == ACTION_RESUME;

        if (e->action != ACTION_ACCEPT && e->action != ACTION_RECOMPUTE_DUE && !is_return) {
            d->v->report.dates_skipped += event_has(e, EVENT_FIELD_DUE_AT);
            continue;
        }
        if (event_has(e, EVENT_FIELD_REPLACES)) { /* copied with the promise already on paper */
            d->v->report.dates_skipped++;
            continue;
        }
        before(d, i, was);
        if (is_return)
            check_return(d, e, was);
        else if (e->action == ACTION_ACCEPT)
            check_accept(d, e, was);
        else
            check_recomputed(d, e, was);
    }
    check_in_force(d);
}
