/* Who made it late, as people see it: a leader decides, an office found responsible objects.
 *
 * Overruling takes a leader above every office concerned (those found responsible, the competent
 * one, the one now named), a reason, and evidence where it departs from the finding; nobody of a
 * responsible office may, in whatever role. An objection changes nothing: it stands beside the
 * finding for whoever decides. Source: law:cause. */
#include "base/instant.h"
#include "domain/lifecycle_impl.h"

static bool cause_refuse(const struct decide *c, enum error_code code, struct error *err)
{
    char name[DOSSIER_CODE_MAX];

    /* lint-errors: NOT_LATE CAUSE_OWN_OFFICE CAUSE_NOT_ABOVE CAUSE_DECIDED_ABOVE
     * CAUSE_NOT_RESPONSIBLE */
    return error_set(err, code, arg_text("dossier", dossier_name(c->d, name)));
}

static bool cause_is_late(const struct decide *c)
{
    const struct dossier *d = c->d;

    return d->certain_at != INSTANT_NONE || d->overdue_at != INSTANT_NONE ||
           d->found_at != INSTANT_NONE || d->declared_late_at != INSTANT_NONE ||
           dossier_is_overdue(d, c->at, c->ctx->zone_s) ||
           dossier_judgement(d, c->ctx->zone_s) == JUDGEMENT_LATE;
}

/* Does the actor belong to the office, in whichever role, or to the one that goes on for it? */
static bool cause_is_of(const struct decide *c, int64_t office)
{
    const struct action_input *in = c->in;

    office = organisation_heir(c->ctx->organisation, office);
    for (int i = 0; i < in->n_actor_offices; i++)
        if (in->actor_offices[i] == office)
            return true;
    return in->actor_office == office;
}

static bool cause_is_above(const struct decide *c, int64_t office)
{
    return office == 0 || organisation_within(c->ctx->organisation,
                                              organisation_heir(c->ctx->organisation, office),
                                              c->in->actor_office);
}

bool cause_judge_may(const struct decide *c, struct error *err)
{
    const struct dossier *d = c->d;
    int64_t named[] = {c->in ? c->in->at_fault_office : 0,
                       d->is_cause_decided ? d->decision.at_fault_office : 0};

    if (!cause_is_late(c))
        return cause_refuse(c, ERR_NOT_LATE, err);
    if (!c->in)
        return true;
    for (int i = 0; i < d->finding.n_offices; i++)
        if (cause_is_of(c, d->finding.offices[i]))
            return cause_refuse(c, ERR_CAUSE_OWN_OFFICE, err);
    for (size_t i = 0; i < ARRAY_LEN(named); i++)
        if (named[i] && cause_is_of(c, named[i]))
            return cause_refuse(c, ERR_CAUSE_OWN_OFFICE, err);
    for (int i = 0; i < d->finding.n_offices; i++)
        if (!cause_is_above(c, d->finding.offices[i]))
            return cause_refuse(c, ERR_CAUSE_NOT_ABOVE, err);
    if (!cause_is_above(c, d->competent_office) || !cause_is_above(c, named[0]) ||
        !cause_is_above(c, named[1]))
        return cause_refuse(c, ERR_CAUSE_NOT_ABOVE, err);
    return !d->is_cause_decided || cause_is_above(c, d->decision.office) ||
           cause_refuse(c, ERR_CAUSE_DECIDED_ABOVE, err);
}

/* Where the cause in force is objective nobody was found responsible. */
bool cause_objection_may(const struct decide *c, struct error *err)
{
    const struct dossier *d = c->d;
    bool is_responsible =
        d->is_cause_decided && d->decision.at_fault_office &&
        (!c->in || organisation_heir(c->ctx->organisation, d->decision.at_fault_office) ==
                       c->in->actor_office);

    for (int i = 0; i < d->finding.n_offices && !is_responsible; i++)
        is_responsible = !c->in || organisation_heir(c->ctx->organisation, d->finding.offices[i]) ==
                                       c->in->actor_office;
    return (is_responsible && d->verdict != CAUSE_OBJECTIVE) ||
           cause_refuse(c, ERR_CAUSE_NOT_RESPONSIBLE, err);
}

bool dossier_may_judge(const struct decide_context *ctx, const struct action_input *in)
{
    const struct decide c = {.ctx = ctx, .in = in, .d = ctx->dossier, .at = ctx->now};
    struct error ignored;

    if (in->action == ACTION_FORCE_CLOSE)
        return backlog_may_approve(&c, &ignored);
    return in->action == ACTION_OBJECT_CAUSE ? cause_objection_may(&c, &ignored)
                                             : cause_judge_may(&c, &ignored);
}

/* ---- composing ---- */

static bool cause_needs(const struct decide *c, bool is_given, const char *field)
{
    return is_given || error_set(c->err, ERR_FIELD_REQUIRED, arg_text("field", field));
}

/* Somebody must be named for a subjective cause, and nobody for an objective one; what remains
 * undetermined is no decision. */
static bool cause_check(const struct decide *c, enum cause_verdict verdict)
{
    const struct action_input *in = c->in;

    if (verdict == CAUSE_UNDETERMINED)
        return error_set(c->err, ERR_FIELD_VALUE, arg_text("field", "cause"),
                         arg_text("value", vocabulary_word(&causes, (int)in->cause)));
    if (verdict == CAUSE_SUBJECTIVE)
        return cause_needs(c, in->at_fault_office != 0, "at_fault_office");
    return in->at_fault_office == 0 ||
           error_set(c->err, ERR_FIELD_VALUE, arg_text("field", "at_fault_office"),
                     arg_number("value", in->at_fault_office));
}

static bool cause_departs(const struct decide *c, enum cause_verdict verdict)
{
    const struct dossier_finding *f = &c->d->finding;

    return f->verdict != verdict || f->cause != c->in->cause ||
           f->at_fault_office != c->in->at_fault_office;
}

bool compose_decide_cause(struct decide *c)
{
    const struct action_input *in = c->in;
    enum cause_verdict verdict;
    struct event *e;

    if (!decide_needs_remark(c) || !cause_needs(c, in->cause < CAUSE_KEY_COUNT, "cause"))
        return false;
    verdict = cause_verdict_of(in->cause);
    if (!cause_check(c, verdict) ||
        !cause_needs(c, in->has_evidence || !cause_departs(c, verdict), "evidence"))
        return false;
    e = decide_event(c, ACTION_DECIDE_CAUSE);
    event_put_text(e, EVENT_FIELD_VERDICT, vocabulary_word(&cause_verdicts, (int)verdict));
    event_put_text(e, EVENT_FIELD_CAUSE, vocabulary_word(&causes, (int)in->cause));
    put_id(e, EVENT_FIELD_AT_FAULT_OFFICE, in->at_fault_office);
    put_id(e, EVENT_FIELD_AUTHOR_OFFICE, in->actor_office);
    put_text(e, EVENT_FIELD_REMARK, in->remark);
    return true;
}

bool compose_object_cause(struct decide *c)
{
    char name[DOSSIER_CODE_MAX];
    struct event *e;

    if (!decide_needs_remark(c))
        return false;
    if (c->d->n_objections == DOSSIER_OBJECTIONS_MAX)
        return error_set(c->err, ERR_OBJECTIONS_TOO_MANY,
                         arg_text("dossier", dossier_name(c->d, name)),
                         arg_number("limit", DOSSIER_OBJECTIONS_MAX));
    e = decide_event(c, ACTION_OBJECT_CAUSE);
    put_id(e, EVENT_FIELD_AUTHOR_OFFICE, c->in->actor_office);
    put_text(e, EVENT_FIELD_REMARK, c->in->remark);
    return true;
}
