/* Clearing the backlog (tồn đọng): a dossier that was finished long ago, or never will be, and was
 * only never closed on the system. Whoever is responsible proposes it with a reason; a leader who
 * is another person approves; the dossier then ends by force, as of now. It ends as late as it is:
 * lateness is judged at the approval unless the ruleset says that the true day of the result
 * counts, and letters stay owed. Nothing opens it again. Source: law:backlog. */
#include "base/instant.h"
#include "domain/dossier_impl.h"
#include "domain/lifecycle.h"
#include "domain/lifecycle_impl.h"

/* ---- what the events do ---- */

bool apply_is_work(enum action action)
{
    static const bool works[ACTION_COUNT] = {
        [ACTION_ASSIGN] = true,
        [ACTION_FORWARD] = true,
        [ACTION_TAKE_OVER] = true,
        [ACTION_DECLINE] = true,
        [ACTION_SEND_BACK] = true,
        [ACTION_ASK_OPINION] = true,
        [ACTION_GIVE_OPINION] = true,
        [ACTION_DECIDE] = true,
        [ACTION_HAND_OVER_RESULT] = true,
        [ACTION_REQUEST_SUPPLEMENT] = true,
        [ACTION_HOLD] = true,
        [ACTION_RECEIVE_SUPPLEMENT] = true,
        [ACTION_RESUME] = true,
        [ACTION_REQUEST_WITHDRAWAL] = true,
        [ACTION_PLEDGE] = true,
        [ACTION_REFUSE_WITHDRAWAL] = true,
    };

    return works[action];
}

void apply_propose_close(struct dossier *d, const struct event *e)
{
    d->proposal = (struct dossier_proposal){
        .seq = e->seq ? e->seq : d->version + 1,
        .at = e->at,
        .by = {e->actor, event_number(e, EVENT_FIELD_ON_BEHALF_OF, 0)},
        .reason = (enum close_reason)apply_word(e, EVENT_FIELD_CLOSE_REASON, &close_reasons,
                                                CLOSE_REASON_OTHER),
        .result_on = (int32_t)event_number(e, EVENT_FIELD_RESULT_ON, DATE_NONE),
    };
}

void apply_refuse_close(struct dossier *d, const struct event *e)
{
    (void)e;
    d->proposal = (struct dossier_proposal){.seq = 0};
}

void apply_force_close(struct dossier *d, const struct event *e)
{
    int64_t judged_at = event_number(e, EVENT_FIELD_JUDGED_AT, INSTANT_NONE);

    d->state = STATE_FORCE_CLOSED;
    apply_end(d, e->at, OUTCOME_FORCED);
    if (judged_at != INSTANT_NONE && judged_at < d->judged_at)
        d->judged_at = judged_at;
}

/* ---- who may ---- */

static bool backlog_refuse(const struct decide *c, enum error_code code, struct error *err)
{
    char name[DOSSIER_CODE_MAX];

    /* lint-errors: CLOSE_PROPOSED CLOSE_NOT_PROPOSED CLOSE_OWN_PROPOSAL */
    return error_set(err, code, arg_text("dossier", dossier_name(c->d, name)));
}

/* Guided before acceptance it is no dossier yet: it is refused or entered by mistake. */
bool backlog_may_propose(const struct decide *c, struct error *err)
{
    const struct word_row *state = &states.rows[c->d->state];
    const struct word_row *action = &actions.rows[ACTION_PROPOSE_CLOSE];
    char name[DOSSIER_CODE_MAX];

    if (c->d->received_at == INSTANT_NONE)
        return error_set(err, ERR_WRONG_STATE, arg_text("dossier", dossier_name(c->d, name)),
                         arg_label("state", state->word, state->label),
                         arg_label("action", action->word, action->label));
    return !c->d->proposal.seq || backlog_refuse(c, ERR_CLOSE_PROPOSED, err);
}

bool backlog_is_proposed(const struct decide *c, struct error *err)
{
    return c->d->proposal.seq || backlog_refuse(c, ERR_CLOSE_NOT_PROPOSED, err);
}

static bool backlog_is_hand(const struct dossier_hand *hand, const struct action_input *in)
{
    return hand->officer == in->actor || (in->on_behalf_of && hand->officer == in->on_behalf_of) ||
           (hand->on_behalf_of &&
            (hand->on_behalf_of == in->actor || hand->on_behalf_of == in->on_behalf_of));
}

bool backlog_may_approve(const struct decide *c, struct error *err)
{
    if (!backlog_is_proposed(c, err))
        return false;
    return !c->in || !backlog_is_hand(&c->d->proposal.by, c->in) ||
           backlog_refuse(c, ERR_CLOSE_OWN_PROPOSAL, err);
}

/* ---- composing ---- */

static bool backlog_check_result(const struct decide *c)
{
    int32_t on = c->in->result_on;

    return on == DATE_NONE ||
           (on >= instant_date(c->d->received_at, c->ctx->zone_s) &&
            on <= instant_date(c->at, c->ctx->zone_s)) ||
           error_set(c->err, ERR_FIELD_VALUE, arg_text("field", "result_on"),
                     arg_date("value", on));
}

static bool backlog_check_evidence(const struct decide *c)
{
    int64_t n = c->in->attachment;

    return n == 0 || dossier_has_attachment(c->d, n) ||
           error_set(c->err, ERR_FIELD_VALUE, arg_text("field", "attachment"),
                     arg_number("value", n));
}

bool compose_propose_close(struct decide *c)
{
    const struct action_input *in = c->in;
    struct event *e;

    if (!decide_needs_remark(c) || !backlog_check_result(c) || !backlog_check_evidence(c))
        return false;
    if (in->close_reason >= CLOSE_REASON_COUNT)
        return error_set(c->err, ERR_FIELD_REQUIRED, arg_text("field", "close_reason"));
    e = decide_event(c, ACTION_PROPOSE_CLOSE);
    event_put_text(e, EVENT_FIELD_CLOSE_REASON,
                   vocabulary_word(&close_reasons, (int)in->close_reason));
    put_text(e, EVENT_FIELD_REMARK, in->remark);
    if (in->result_on != DATE_NONE)
        event_put_number(e, EVENT_FIELD_RESULT_ON, in->result_on);
    put_text(e, EVENT_FIELD_RESULT_NUMBER, in->result_number);
    put_id(e, EVENT_FIELD_ATTACHMENT, in->attachment);
    return true;
}

bool compose_refuse_close(struct decide *c)
{
    struct event *e;

    if (!decide_needs_remark(c))
        return false;
    e = decide_event(c, ACTION_REFUSE_CLOSE);
    event_put_number(e, EVENT_FIELD_PROPOSAL, c->d->proposal.seq);
    put_text(e, EVENT_FIELD_REMARK, c->in->remark);
    return true;
}

bool compose_force_close(struct decide *c)
{
    const struct dossier_proposal *p = &c->d->proposal;
    int64_t result_at = p->result_on == DATE_NONE
                            ? INSTANT_NONE
                            : date_instant(p->result_on + 1, c->ctx->zone_s) - 1;
    struct event *e = decide_event(c, ACTION_FORCE_CLOSE);

    event_put_text(e, EVENT_FIELD_OUTCOME, vocabulary_word(&outcomes, OUTCOME_FORCED));
    event_put_text(e, EVENT_FIELD_CLOSE_REASON, vocabulary_word(&close_reasons, (int)p->reason));
    event_put_number(e, EVENT_FIELD_PROPOSAL, p->seq);
    put_text(e, EVENT_FIELD_REMARK, c->in->remark);
    if (c->ctx->ruleset->judges_forced_by_result_day && result_at != INSTANT_NONE &&
        result_at < c->at)
        event_put_number(e, EVENT_FIELD_JUDGED_AT, result_at);
    return true;
}
