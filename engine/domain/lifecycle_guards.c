/* What the rows of the lifecycle ask before they let an action through: one function per guard.
 * Asked without an input, a guard answers for the dossier alone: would the right person, with what
 * the action needs, be let through? */
#include "base/instant.h"
#include "domain/lifecycle_impl.h"

/* Refuses in a sentence that names the dossier alone. */
static bool guard_refuse(const struct decide *c, enum error_code code, struct error *err)
{
    char name[DOSSIER_CODE_MAX];

    /* lint-errors: HANDOVER_PENDING NOT_PENDING PENDING_ELSEWHERE OPINION_NOT_OPEN RESULT_NOT_SENT
     * WITHDRAWAL_TOO_LATE NOT_ADOPTED */
    return error_set(err, code, arg_text("dossier", dossier_name(c->d, name)));
}

static bool guard_none(const struct decide *c, struct error *err)
{
    (void)c;
    (void)err;
    return true;
}

static bool guard_no_pending(const struct decide *c, struct error *err)
{
    return !c->d->has_pending || guard_refuse(c, ERR_HANDOVER_PENDING, err);
}

/* The named officer, or where none is named anybody of the office. */
static bool guard_is_receiver(const struct decide *c)
{
    if (!c->in)
        return true;
    return c->d->pending_officer ? c->in->actor == c->d->pending_officer ||
                                       c->in->on_behalf_of == c->d->pending_officer
                                 : c->in->actor_office == c->d->pending_office;
}

static bool guard_pending(const struct decide *c, struct error *err)
{
    if (!c->d->has_pending)
        return guard_refuse(c, ERR_NOT_PENDING, err);
    if (c->d->is_result_sent && c->in && c->in->action == ACTION_TAKE_OVER)
        return guard_refuse(c, ERR_NOT_PENDING, err); /* that is TAKE_OVER_RESULT */
    return guard_is_receiver(c) || guard_refuse(c, ERR_PENDING_ELSEWHERE, err);
}

/* Source: law:correction. */
static bool guard_second(const struct decide *c, struct error *err)
{
    if (!c->in || (c->in->second_person && c->in->second_person != c->in->actor))
        return true;
    return error_set(err, ERR_SECOND_PERSON, arg_number("actor", c->in->actor));
}

static bool guard_supplement(const struct decide *c, struct error *err)
{
    return guard_no_pending(c, err) && hold_may_ask_supplement(c, err);
}

static bool guard_accepted_is(const struct decide *c, bool is_accepted, struct error *err)
{
    const struct word_row *state = &states.rows[c->d->state];
    const struct word_row *action;
    char name[DOSSIER_CODE_MAX];

    if ((c->d->received_at != INSTANT_NONE) == is_accepted)
        return true;
    action = &actions.rows[c->in ? c->in->action : ACTION_ACCEPT];
    return error_set(err, ERR_WRONG_STATE, arg_text("dossier", dossier_name(c->d, name)),
                     arg_label("state", state->word, state->label),
                     arg_label("action", action->word, action->label));
}

static bool guard_accepted(const struct decide *c, struct error *err)
{
    return guard_accepted_is(c, true, err);
}

static bool guard_not_accepted(const struct decide *c, struct error *err)
{
    return guard_accepted_is(c, false, err);
}

/* Source: law:closing-after-silence. */
static bool guard_silence(const struct decide *c, struct error *err)
{
    const struct dossier_hold *h = dossier_running_hold(c->d);
    struct due until;
    bool is_set;

    if (!h)
        return guard_refuse(c, ERR_NOT_PENDING, err);
    if (!clock_hold_end(c, HOLD_KIND_SUPPLEMENT, h->from, &until, &is_set, err))
        return false;
    if (!is_set) {
        if (!c->in || (c->in->legal_ground && *c->in->legal_ground))
            return true;
        return error_set(err, ERR_FIELD_REQUIRED, arg_text("field", "legal_ground"));
    }
    return instant_date(c->at, c->ctx->zone_s) > until.on ||
           error_set(err, ERR_SILENCE_NOT_OVER, arg_date("until", until.on));
}

int guard_opinion(const struct dossier *d, int wanted, int64_t office)
{
    for (int i = 0; i < d->n_opinions; i++) {
        if (d->opinions[i].answered_at == INSTANT_NONE && (!wanted || wanted == i + 1) &&
            (!office || d->opinions[i].office == office))
            return i + 1;
    }
    return 0;
}

static bool guard_opinion_open(const struct decide *c, struct error *err)
{
    int wanted = c->in ? c->in->opinion : 0;
    int64_t office = c->in ? c->in->actor_office : 0;

    return guard_opinion(c->d, wanted, office) != 0 || guard_refuse(c, ERR_OPINION_NOT_OPEN, err);
}

bool guard_at_counter(const struct decide *c)
{
    const struct procedure_case *pc = c->ctx->procedure_case;
    const struct dossier *d = c->d;

    if (d->has_pending || d->holder_office != d->supervising_office)
        return false;
    return !pc || d->step < 1 || d->step > pc->n_steps ||
           pc->steps[d->step - 1].office == STEP_OFFICE_ONE_STOP;
}

static bool guard_result_sent(const struct decide *c, struct error *err)
{
    if (c->d->is_result_sent)
        return guard_is_receiver(c) || guard_refuse(c, ERR_PENDING_ELSEWHERE, err);
    if (guard_at_counter(c) && (!c->in || c->in->actor_office == c->d->supervising_office))
        return true;
    return guard_refuse(c, ERR_RESULT_NOT_SENT, err);
}

/* Source: law:withdrawal. */
static bool guard_undecided(const struct decide *c, struct error *err)
{
    return !c->ctx->ruleset->requires_withdrawal_before_decision ||
           guard_refuse(c, ERR_WITHDRAWAL_TOO_LATE, err);
}

/* Source: law:expected-late. What another system left behind is nobody's to warn about: a
 * declaration would be recorded and no letter would follow from it. */
static bool guard_adopted(const struct decide *c, struct error *err)
{
    return !c->d->is_imported || c->d->is_adopted || guard_refuse(c, ERR_NOT_ADOPTED, err);
}

static bool guard_not_today(const struct decide *c, struct error *err)
{
    int64_t last = c->d->reminded_at;
    int32_t zone = c->ctx->zone_s;

    return last == INSTANT_NONE || instant_date(last, zone) != instant_date(c->at, zone) ||
           error_set(err, ERR_REMINDED_TODAY, arg_instant("at", last));
}

bool guard_holds(enum guard guard, const struct decide *c, struct error *err)
{
    static bool (*const checks[GUARD_COUNT])(const struct decide *, struct error *) = {
        [GUARD_NONE] = guard_none,
        [GUARD_NO_PENDING] = guard_no_pending,
        [GUARD_PENDING] = guard_pending,
        [GUARD_SECOND] = guard_second,
        [GUARD_SUPPLEMENT] = guard_supplement,
        [GUARD_ACCEPTED] = guard_accepted,
        [GUARD_NOT_ACCEPTED] = guard_not_accepted,
        [GUARD_SILENCE] = guard_silence,
        [GUARD_OPINION_OPEN] = guard_opinion_open,
        [GUARD_RESULT_SENT] = guard_result_sent,
        [GUARD_UNDECIDED] = guard_undecided,
        [GUARD_JUDGE] = cause_judge_may,
        [GUARD_RESPONSIBLE] = cause_objection_may,
        [GUARD_UNPROPOSED] = backlog_may_propose,
        [GUARD_PROPOSED] = backlog_is_proposed,
        [GUARD_APPROVER] = backlog_may_approve,
        [GUARD_ADOPTED] = guard_adopted,
        [GUARD_NOT_TODAY] = guard_not_today,
    };

    return checks[guard](c, err);
}
