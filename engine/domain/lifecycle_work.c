/* Composing the events of the work: hands, opinions, the decision, the result, the ends. */
#include <string.h>

#include "base/instant.h"
#include "domain/lifecycle_impl.h"

static bool work_needs(const struct decide *c, bool is_given, const char *field)
{
    return is_given || error_set(c->err, ERR_FIELD_REQUIRED, arg_text("field", field));
}

static bool work_name_error(const struct decide *c, enum error_code code)
{
    char name[DOSSIER_CODE_MAX];

    /* lint-errors: NO_PROMISE LETTER_MISSING LETTER_OWED_ALREADY */
    return error_set(c->err, code, arg_text("dossier", dossier_name(c->d, name)));
}

/* ---- hands ---- */

bool compose_assign(struct decide *c)
{
    struct event *e;

    if (!work_needs(c, c->in->to_officer != 0, "to_officer"))
        return false;
    e = decide_event(c, ACTION_ASSIGN);
    if (c->d->has_pending && c->in->actor_office == c->d->pending_office)
        event_put_number(e, EVENT_FIELD_TO_OFFICE, c->d->pending_office);
    event_put_number(e, EVENT_FIELD_TO_OFFICER, c->in->to_officer);
    put_text(e, EVENT_FIELD_REMARK, c->in->remark);
    return true;
}

static const struct procedure_step *work_step(const struct decide *c, int step)
{
    const struct procedure_case *pc = c->ctx->procedure_case;

    return pc && step >= 1 && step <= pc->n_steps ? &pc->steps[step - 1] : NULL;
}

/* The office of a step, 0 where only the caller knows it (the leadership above an office). */
static int64_t work_office(const struct decide *c, const struct procedure_step *step)
{
    if (!step)
        return 0;
    switch (step->office) {
    case STEP_OFFICE_ONE_STOP:
        return c->d->supervising_office;
    case STEP_OFFICE_COMPETENT:
        return c->d->competent_office;
    case STEP_OFFICE_NAMED:
        return step->office_id;
    case STEP_OFFICE_LEADERSHIP:
    case STEP_OFFICE_COUNT:
        break;
    }
    return 0;
}

/* The taking over, with the start of a limit that runs from receipt by the competent agency. */
static bool work_take_over(struct decide *c, int step, int64_t office)
{
    struct event *e;
    struct due due;
    bool is_moved;

    if (!clock_take_over(c, office, &due, &is_moved, c->err))
        return false;
    e = decide_event(c, ACTION_TAKE_OVER);
    event_put_number(e, EVENT_FIELD_STEP, step);
    event_put_number(e, EVENT_FIELD_TO_OFFICE, office);
    if (!is_moved)
        return true;
    event_put_number(e, EVENT_FIELD_CLOCK_FROM, c->at);
    if (due.at > c->d->due_at)
        clock_put_due(e, &due);
    return true;
}

/* Puts one hand-over, and the taking over by the same person where it is sent to oneself. */
static bool work_send(struct decide *c, enum action action, int step, int64_t office,
                      int64_t officer)
{
    struct event *e = decide_event(c, action);

    event_put_number(e, EVENT_FIELD_STEP, step);
    event_put_number(e, EVENT_FIELD_TO_OFFICE, office);
    put_id(e, EVENT_FIELD_TO_OFFICER, officer);
    put_text(e, EVENT_FIELD_REMARK, c->in->remark);
    if (action == ACTION_HAND_OVER_RESULT || !officer || officer != c->in->actor)
        return true;
    return work_take_over(c, step, office);
}

/* A file that is late goes to the leadership with its letter. Source: law:letter-with-file. */
static bool work_letter_goes_along(struct decide *c, const struct procedure_step *step)
{
    const struct dossier *d = c->d;
    bool is_late = d->certain_at != INSTANT_NONE || dossier_is_overdue(d, c->at, c->ctx->zone_s);

    if (!step || step->office != STEP_OFFICE_LEADERSHIP || !is_late ||
        (d->is_imported && !d->is_adopted) || dossier_live_letter(d, LETTER_TRIGGER_LATENESS))
        return true;
    if (c->ctx->ruleset->blocks_submission_without_letter)
        return work_name_error(c, ERR_LETTER_MISSING);
    decide_warn(c, "no_letter");
    return true;
}

/* The step meant: that asked for, or the next; where there is none, another desk of the same. */
static bool work_next_step(const struct decide *c, int *ret_step)
{
    const struct procedure_case *pc = c->ctx->procedure_case;
    int last = pc ? pc->n_steps : 0;
    int step = c->in->to_step ? c->in->to_step : c->d->step + 1;

    if (!c->in->to_step && step > last)
        step = c->d->step;
    if (step < c->d->step || step > (last > c->d->step ? last : c->d->step))
        return error_set(c->err, ERR_STEP_NONE, arg_number("step", step));
    *ret_step = step;
    return true;
}

/* Source: law:transfer. */
bool compose_forward(struct decide *c)
{
    const struct procedure_step *step;
    int64_t office;
    int n = 0;

    if (!work_next_step(c, &n))
        return false;
    step = work_step(c, n);
    office = c->in->to_office;
    if (!office && n != c->d->step)
        office = work_office(c, step);
    if (!work_needs(c, office != 0, "to_office") || !work_letter_goes_along(c, step))
        return false;
    return work_send(c, ACTION_FORWARD, n, office, c->in->to_officer);
}

/* Back to whoever had the step: the last hands it lay in. */
bool compose_send_back(struct decide *c)
{
    const struct dossier *d = c->d;
    int n = c->in->to_step ? c->in->to_step : d->step > 1 ? d->step - 1 : d->step;
    int64_t office = c->in->to_office, officer = c->in->to_officer;

    if (!decide_needs_remark(c))
        return false;
    if (n < 0 || n > d->step)
        return error_set(c->err, ERR_STEP_NONE, arg_number("step", n));
    for (int i = d->n_segments - 1; i >= 0 && !office; i--) {
        const struct dossier_segment *s = &d->segments[i];

        if (s->step != n || s->is_waiting || !s->office ||
            (s->office == d->holder_office && s->officer == d->holder_officer))
            continue;
        office = s->office;
        officer = s->officer;
    }
    if (!office && n != d->step)
        office = work_office(c, work_step(c, n));
    if (!work_needs(c, office != 0, "to_office"))
        return false;
    return work_send(c, ACTION_SEND_BACK, n, office, officer);
}

bool compose_take_over(struct decide *c)
{
    return work_take_over(c, c->d->pending_step, c->d->pending_office);
}

bool compose_decline(struct decide *c)
{
    if (!decide_needs_remark(c))
        return false;
    put_text(decide_event(c, ACTION_DECLINE), EVENT_FIELD_REMARK, c->in->remark);
    return true;
}

/* ---- opinions ---- */

/* Source: law:opinion: the request states by when the answer is wanted. */
bool compose_ask_opinion(struct decide *c)
{
    char name[DOSSIER_CODE_MAX];
    struct event *e;

    if (!work_needs(c, c->in->to_office != 0, "to_office") ||
        !work_needs(c, c->in->answer_by != INSTANT_NONE, "answer_by"))
        return false;
    if (c->in->answer_by <= c->at)
        return error_set(c->err, ERR_FIELD_VALUE, arg_text("field", "answer_by"),
                         arg_instant("value", c->in->answer_by));
    if (c->d->n_opinions == DOSSIER_OPINIONS_MAX)
        return error_set(c->err, ERR_HOLDS_TOO_MANY, arg_text("dossier", dossier_name(c->d, name)),
                         arg_number("limit", DOSSIER_OPINIONS_MAX), arg_text("what", "opinion"));
    e = decide_event(c, ACTION_ASK_OPINION);
    event_put_number(e, EVENT_FIELD_TO_OFFICE, c->in->to_office);
    event_put_number(e, EVENT_FIELD_ANSWER_BY, c->in->answer_by);
    put_text(e, EVENT_FIELD_REMARK, c->in->remark);
    return true;
}

bool compose_give_opinion(struct decide *c)
{
    struct event *e = decide_event(c, ACTION_GIVE_OPINION);

    event_put_number(e, EVENT_FIELD_OPINION,
                     guard_opinion(c->d, c->in->opinion, c->in->actor_office));
    put_text(e, EVENT_FIELD_REMARK, c->in->remark);
    return true;
}

/* ---- the result ---- */

/* A refusal is a result too, and says why. Source: law:decision, law:refusal. */
bool compose_decide(struct decide *c)
{
    enum outcome outcome = c->in->outcome;
    struct event *e;

    if (!work_needs(c, outcome != OUTCOME_NONE, "outcome"))
        return false;
    if (outcome != OUTCOME_GRANTED && outcome != OUTCOME_REFUSED)
        return error_set(c->err, ERR_FIELD_VALUE, arg_text("field", "outcome"),
                         arg_text("value", outcome < OUTCOME_COUNT
                                               ? vocabulary_word(&outcomes, (int)outcome)
                                               : ""));
    if (outcome == OUTCOME_REFUSED && !decide_needs_remark(c))
        return false;
    e = decide_event(c, ACTION_DECIDE);
    event_put_text(e, EVENT_FIELD_OUTCOME, vocabulary_word(&outcomes, (int)outcome));
    put_text(e, EVENT_FIELD_REMARK, c->in->remark);
    put_text(e, EVENT_FIELD_LEGAL_GROUND, c->in->legal_ground);
    return true;
}

/* The step in which the counter returns the result: the last one-stop step that is not behind. */
static int work_return_step(const struct decide *c)
{
    const struct procedure_case *pc = c->ctx->procedure_case;

    for (int n = pc ? pc->n_steps : 0; pc && n > c->d->step; n--) {
        if (pc->steps[n - 1].office == STEP_OFFICE_ONE_STOP)
            return n;
    }
    return c->d->step;
}

bool compose_hand_over_result(struct decide *c)
{
    if (!work_needs(c, c->d->supervising_office != 0, "supervising_office"))
        return false;
    return work_send(c, ACTION_HAND_OVER_RESULT, work_return_step(c), c->d->supervising_office,
                     c->in->to_officer);
}

bool compose_take_over_result(struct decide *c)
{
    struct event *e = decide_event(c, ACTION_TAKE_OVER_RESULT);

    event_put_number(e, EVENT_FIELD_STEP,
                     c->d->is_result_sent ? c->d->pending_step : work_return_step(c));
    put_id(e, EVENT_FIELD_TO_OFFICE, c->d->supervising_office);
    return true;
}

/* Late, and no letter has left? Told, never in the way of a finished result. */
static bool work_lacks_letter(const struct decide *c)
{
    const struct dossier *d = c->d;
    const struct dossier_letter *l = dossier_live_letter(d, LETTER_TRIGGER_LATENESS);

    return dossier_judgement(d, c->ctx->zone_s) == JUDGEMENT_LATE &&
           (!d->is_imported || d->is_adopted) && (!l || l->issued_at == INSTANT_NONE);
}

/* Source: law:return-of-result, law:collector. */
bool compose_return(struct decide *c)
{
    static const char *const papers[] = {"slip", "identity", "authorisation"};
    const char *paper = c->in->collector_paper;
    bool has_code = c->in->postal_code && *c->in->postal_code;
    bool is_known = false;
    struct event *e;

    for (size_t i = 0; paper && i < ARRAY_LEN(papers); i++)
        is_known = is_known || strcmp(paper, papers[i]) == 0;
    if (paper && *paper && !is_known)
        return error_set(c->err, ERR_FIELD_VALUE, arg_text("field", "collector_paper"),
                         arg_text("value", paper));
    if (!work_needs(c, is_known || has_code, "collector_paper"))
        return false;
    e = decide_event(c, ACTION_RETURN);
    put_text(e, EVENT_FIELD_COLLECTOR_PAPER, paper);
    put_text(e, EVENT_FIELD_POSTAL_CODE, c->in->postal_code);
    put_text(e, EVENT_FIELD_REMARK, c->in->remark);
    if (work_lacks_letter(c))
        decide_warn(c, "no_letter");
    return true;
}

/* ---- withdrawal, stop, mistake ---- */

bool compose_request_withdrawal(struct decide *c)
{
    put_text(decide_event(c, ACTION_REQUEST_WITHDRAWAL), EVENT_FIELD_REMARK, c->in->remark);
    return true;
}

bool compose_refuse_withdrawal(struct decide *c)
{
    if (!decide_needs_remark(c))
        return false;
    put_text(decide_event(c, ACTION_REFUSE_WITHDRAWAL), EVENT_FIELD_REMARK, c->in->remark);
    return true;
}

bool compose_stop(struct decide *c)
{
    bool is_withdrawn = c->d->state == STATE_WITHDRAWAL_REQUESTED;
    struct event *e;

    if (!decide_needs_remark(c))
        return false;
    e = decide_event(c, ACTION_STOP);
    event_put_text(e, EVENT_FIELD_OUTCOME,
                   vocabulary_word(&outcomes, is_withdrawn ? OUTCOME_WITHDRAWN : OUTCOME_STOPPED));
    put_text(e, EVENT_FIELD_LEGAL_GROUND, c->in->legal_ground);
    put_text(e, EVENT_FIELD_REMARK, c->in->remark);
    return true;
}

bool compose_close_mistake(struct decide *c)
{
    struct event *e;

    if (!decide_needs_remark(c))
        return false;
    e = decide_event(c, ACTION_CLOSE_MISTAKE);
    put_text(e, EVENT_FIELD_REMARK, c->in->remark);
    put_id(e, EVENT_FIELD_SECOND_PERSON, c->in->second_person);
    return true;
}

/* ---- lateness ---- */

/* Source: law:expected-late. */
bool compose_declare_late(struct decide *c)
{
    if (!decide_needs_remark(c))
        return false;
    if (c->d->due_at == INSTANT_NONE)
        return work_name_error(c, ERR_NO_PROMISE);
    put_text(decide_event(c, ACTION_DECLARE_LATE), EVENT_FIELD_REMARK, c->in->remark);
    return true;
}

bool compose_pledge(struct decide *c)
{
    struct event *e;

    if (!work_needs(c, c->in->pledged_at != INSTANT_NONE, "pledged_at"))
        return false;
    if (c->in->pledged_at <= c->at)
        return error_set(c->err, ERR_FIELD_VALUE, arg_text("field", "pledged_at"),
                         arg_instant("value", c->in->pledged_at));
    e = decide_event(c, ACTION_PLEDGE);
    event_put_number(e, EVENT_FIELD_PLEDGED_AT, c->in->pledged_at);
    put_text(e, EVENT_FIELD_REMARK, c->in->remark);
    return true;
}

/* Lateness is the engine's to find; any other reason for an apology is entered with its facts.
 * Source: law:apology-other. */
bool compose_owe_letter(struct decide *c)
{
    enum letter_trigger trigger = c->in->trigger;
    struct event *e;

    if (!decide_needs_remark(c) || !work_needs(c, trigger < LETTER_TRIGGER_COUNT, "trigger"))
        return false;
    if (trigger == LETTER_TRIGGER_LATENESS)
        return error_set(c->err, ERR_FIELD_VALUE, arg_text("field", "trigger"),
                         arg_text("value", vocabulary_word(&letter_triggers, (int)trigger)));
    if (dossier_obligation(c->d, trigger))
        return work_name_error(c, ERR_LETTER_OWED_ALREADY);
    e = decide_event(c, ACTION_OWE_LETTER);
    event_put_text(e, EVENT_FIELD_TRIGGER, vocabulary_word(&letter_triggers, (int)trigger));
    put_id(e, EVENT_FIELD_AUTHOR_OFFICE, c->in->author_office);
    put_id(e, EVENT_FIELD_AT_FAULT_OFFICE, c->in->at_fault_office);
    put_text(e, EVENT_FIELD_REMARK, c->in->remark);
    return true;
}
