/* Deciding: find the row, ask its guard, let the action compose its events, apply them. The table
 * is proto/tables/transitions.def; what an action needs and writes is one function each, in
 * lifecycle_intake.c, lifecycle_work.c and lifecycle_correct.c. */
#include "domain/lifecycle.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/instant.h"
#include "domain/apology_impl.h"
#include "domain/lifecycle_impl.h"

#define STATE_SAME       TRANSITION_SAME
#define STATE_BACK       TRANSITION_BACK
#define STATE_HOLD_STATE TRANSITION_HOLD_STATE

const struct transition transitions[] = {
#define TRANSITION(from, action, to, guard, source)                                                \
    {STATE_##from, ACTION_##action, STATE_##to, #guard, (source)},
#include "tables/transitions.def"
#undef TRANSITION
};
const int n_transitions = (int)ARRAY_LEN(transitions);

/* The guard of each (state, action), plus one; 0 where there is no row. */
static const uint8_t guards[STATE_COUNT][ACTION_COUNT] = {
#define TRANSITION(from, action, to, guard, source)                                                \
    [STATE_##from][ACTION_##action] = GUARD_##guard + 1,
#include "tables/transitions.def"
#undef TRANSITION
};

static compose_fn *const composers[ACTION_COUNT] = {
    [ACTION_SUBMIT] = compose_submit,
    [ACTION_ACCEPT] = compose_accept,
    [ACTION_REFUSE] = compose_refuse,
    [ACTION_REQUEST_SUPPLEMENT] = compose_request_supplement,
    [ACTION_RECEIVE_SUPPLEMENT] = compose_receive_supplement,
    [ACTION_ASSIGN] = compose_assign,
    [ACTION_FORWARD] = compose_forward,
    [ACTION_TAKE_OVER] = compose_take_over,
    [ACTION_DECLINE] = compose_decline,
    [ACTION_SEND_BACK] = compose_send_back,
    [ACTION_ASK_OPINION] = compose_ask_opinion,
    [ACTION_GIVE_OPINION] = compose_give_opinion,
    [ACTION_DECIDE] = compose_decide,
    [ACTION_HAND_OVER_RESULT] = compose_hand_over_result,
    [ACTION_TAKE_OVER_RESULT] = compose_take_over_result,
    [ACTION_RETURN] = compose_return,
    [ACTION_REQUEST_WITHDRAWAL] = compose_request_withdrawal,
    [ACTION_REFUSE_WITHDRAWAL] = compose_refuse_withdrawal,
    [ACTION_STOP] = compose_stop,
    [ACTION_HOLD] = compose_hold,
    [ACTION_RESUME] = compose_resume,
    [ACTION_CLOSE] = compose_close,
    [ACTION_CORRECT] = compose_correct,
    [ACTION_CLOSE_MISTAKE] = compose_close_mistake,
    [ACTION_DECLARE_LATE] = compose_declare_late,
    [ACTION_PLEDGE] = compose_pledge,
    [ACTION_DECIDE_CAUSE] = compose_decide_cause,
    [ACTION_OWE_LETTER] = compose_owe_letter,
    [ACTION_OBJECT_CAUSE] = compose_object_cause,
    [ACTION_ATTACH_PAPER] = compose_attach_paper,
    [ACTION_RENEW_SECRET] = compose_renew_secret,
    [ACTION_REMIND] = compose_remind,
    [ACTION_DETACH_PAPER] = compose_detach_paper,
    [ACTION_PROPOSE_CLOSE] = compose_propose_close,
    [ACTION_REFUSE_CLOSE] = compose_refuse_close,
    [ACTION_FORCE_CLOSE] = compose_force_close,
    [ACTION_RECORD_PAYMENT] = compose_record_payment,
};

void action_input_init(struct action_input *in, enum action action, int64_t actor,
                       int64_t actor_office)
{
    memset(in, 0, sizeof *in);
    in->action = action;
    in->actor = actor;
    in->actor_office = actor_office;
    in->at = in->agreed_due_at = in->paper_due_at = in->answer_by = in->pledged_at = in->next_at =
        INSTANT_NONE;
    in->hold_effect = HOLD_EFFECT_COUNT;
    in->cause = CAUSE_KEY_COUNT;
    in->trigger = LETTER_TRIGGER_COUNT;
    in->close_reason = CLOSE_REASON_COUNT;
    in->result_on = DATE_NONE;
    in->payment_way = PAYMENT_WAY_COUNT;
    in->amount = AMOUNT_OF_CASE;
}

/* ---- what the composers share ---- */

struct event *decide_event(struct decide *c, enum action action)
{
    struct event *e = &c->out->events[c->out->n_events++];
    int64_t known = c->d->last_recorded_at; /* never decreasing, even across a clock set back */

    assert(c->out->n_events <= DECISION_EVENTS_MAX);
    event_init(e, c->d->id ? c->d->id : c->in->dossier_id, action, c->in->actor, c->at,
               c->ctx->now > known ? c->ctx->now : known);
    if (c->at < c->ctx->now)
        event_put_number(e, EVENT_FIELD_IS_LATE_ENTRY, 1);
    if (c->in->on_behalf_of)
        event_put_number(e, EVENT_FIELD_ON_BEHALF_OF, c->in->on_behalf_of);
    return e;
}

void decide_warn(struct decide *c, const char *word)
{
    if (c->out->n_warnings < DECISION_WARNINGS_MAX)
        c->out->warnings[c->out->n_warnings++] = word;
}

const char *dossier_name(const struct dossier *d, char buf[DOSSIER_CODE_MAX])
{
    if (d->code[0])
        return d->code;
    snprintf(buf, DOSSIER_CODE_MAX, "%" PRId64, d->id);
    return buf;
}

void put_id(struct event *e, enum event_field field, int64_t id)
{
    if (id)
        event_put_number(e, field, id);
}

void put_text(struct event *e, enum event_field field, const char *text)
{
    if (text && *text)
        event_put_text(e, field, text);
}

void put_instant(struct event *e, enum event_field field, int64_t at)
{
    if (at != INSTANT_NONE)
        event_put_number(e, field, at);
}

bool decide_needs_remark(const struct decide *c)
{
    if (c->in->remark && *c->in->remark)
        return true;
    return error_set(c->err, ERR_FIELD_REQUIRED, arg_text("field", "remark"));
}

/* ---- deciding ---- */

static bool decide_instant(const struct decide *c, struct error *err)
{
    if (c->at > c->ctx->now)
        return error_set(err, ERR_AT_IN_FUTURE, arg_instant("at", c->at));
    if (c->at < c->ctx->now && !c->in->is_late_entry)
        return error_set(err, ERR_FIELD_REQUIRED, arg_text("field", "is_late_entry"));
    if (c->at < c->d->last_at)
        return error_set(err, ERR_AT_BEFORE_LAST, arg_instant("at", c->at),
                         arg_instant("last", c->d->last_at));
    return true;
}

static bool decide_row(const struct decide *c, struct error *err)
{
    const struct dossier *d = c->d;
    enum action action = c->in->action;
    uint8_t guard = guards[d->state][action];
    char name[DOSSIER_CODE_MAX];

    if (guard && composers[action])
        return guard_holds((enum guard)(guard - 1), c, err);
    if (dossier_running_hold(d) && (action == ACTION_REQUEST_SUPPLEMENT || action == ACTION_HOLD))
        return hold_refuse_running(c, err);
    return error_set(err, ERR_WRONG_STATE, arg_text("dossier", dossier_name(d, name)),
                     arg_label("state", states.rows[d->state].word, states.rows[d->state].label),
                     arg_label("action", actions.rows[action].word, actions.rows[action].label));
}

/* A copy of a past event at another instant cannot be applied on top: the fold puts it where it
 * belongs. */
static void decide_apply(struct decide *c, int first)
{
    struct dossier *after = &c->out->after;

    for (int i = first; i < c->out->n_events; i++) {
        const struct event *e = &c->out->events[i];

        if (event_has(e, EVENT_FIELD_REPLACES))
            after->version++;
        else
            dossier_apply(after, e);
    }
}

static bool decide_one(struct decide *c)
{
    int first = c->out->n_events;

    if (!decide_instant(c, c->err) || !decide_row(c, c->err) || !composers[c->in->action](c))
        return false;
    decide_apply(c, first);
    return true;
}

static struct decide decide_begin(const struct decide_context *ctx, const struct action_input *in,
                                  struct arena *arena, struct decision *out, struct error *err)
{
    out->n_events = out->n_warnings = 0;
    out->after = *ctx->dossier;
    if (!out->after.id)
        out->after.id = in->dossier_id;
    return (struct decide){
        .ctx = ctx,
        .in = in,
        .d = &out->after,
        .arena = arena,
        .out = out,
        .at = in->at == INSTANT_NONE ? ctx->now : in->at,
        .err = err,
    };
}

/* Copies what was decided and nothing of the unused room. */
static void decision_copy(struct decision *to, const struct decision *from)
{
    memcpy(to->events, from->events, (size_t)from->n_events * sizeof from->events[0]);
    to->n_events = from->n_events;
    to->after = from->after;
    memcpy(to->warnings, from->warnings, sizeof to->warnings);
    to->n_warnings = from->n_warnings;
}

/* Whoever acts on a dossier whose promise is broken finds it marked, or marks it: an end in the
 * same minute leaves no lateness unseen. */
static void decide_mark(struct decide *c)
{
    const struct dossier *d = c->d;
    struct event *e;

    if (d->overdue_at != INSTANT_NONE || (d->is_imported && !d->is_adopted) || c->at < d->last_at ||
        c->at > c->ctx->now || !dossier_is_overdue(d, c->at, c->ctx->zone_s))
        return;
    e = decide_event(c, ACTION_MARK_OVERDUE);
    e->actor = 0;
    alarm_put_broken(e, d);
    decide_apply(c, c->out->n_events - 1);
}

bool dossier_decide(const struct decide_context *ctx, const struct action_input *in,
                    struct arena *arena, struct decision *ret_decision, struct error *err)
{
    struct decision out = {.n_events = 0};
    struct decide c = decide_begin(ctx, in, arena, &out, err);

    decide_mark(&c);
    if (!decide_one(&c))
        return false;
    decision_copy(ret_decision, &out);
    return true;
}

bool dossier_settle(const struct decide_context *ctx, const struct action_input *in,
                    struct arena *arena, struct decision *ret_decision, struct error *err)
{
    static const enum action parts[] = {ACTION_ACCEPT, ACTION_DECIDE, ACTION_TAKE_OVER_RESULT,
                                        ACTION_RETURN};
    struct decision out = {.n_events = 0};
    struct action_input part = *in;
    struct decide c = decide_begin(ctx, &part, arena, &out, err);

    if (!ctx->procedure_case || !ctx->procedure_case->returns_at_once)
        return error_set(
            err, ERR_NOT_AT_ONCE,
            arg_text("case", ctx->procedure_case ? ctx->procedure_case->case_name : ""));
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        part.action = parts[i];
        if (!decide_one(&c))
            return false;
    }
    decision_copy(ret_decision, &out);
    return true;
}

uint64_t dossier_allowed(const struct decide_context *ctx)
{
    struct decide c = {.ctx = ctx, .d = ctx->dossier, .at = ctx->now};
    uint64_t allowed = 0;
    struct error ignored;

    for (int action = 0; action < ACTION_COUNT; action++) {
        uint8_t guard = guards[ctx->dossier->state][action];

        if (guard && composers[action] && guard_holds((enum guard)(guard - 1), &c, &ignored))
            allowed |= UINT64_C(1) << action;
    }
    return allowed;
}
