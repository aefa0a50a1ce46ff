/* The rest of the interpreter: what the engine notes about lateness, and what other systems tell of
 * their past. */
#include <string.h>

#include "base/instant.h"
#include "domain/dossier_impl.h"

/* ---- lateness ---- */

void apply_declare_late(struct dossier *d, const struct event *e)
{
    if (d->declared_late_at == INSTANT_NONE)
        d->declared_late_at = e->at;
}

void apply_pledge(struct dossier *d, const struct event *e)
{
    d->pledged_at = event_number(e, EVENT_FIELD_PLEDGED_AT, INSTANT_NONE);
}

void apply_mark(struct dossier *d, const struct event *e)
{
    int64_t *mark = e->action == ACTION_MARK_AT_RISK   ? &d->at_risk_at
                    : e->action == ACTION_MARK_CERTAIN ? &d->certain_at
                                                       : &d->overdue_at;

    if (*mark == INSTANT_NONE)
        *mark = e->at;
}

void apply_cause(struct dossier *d, const struct event *e)
{
    bool is_decided = e->action == ACTION_DECIDE_CAUSE;

    if (d->is_cause_decided && !is_decided)
        return;
    d->cause = (enum cause)apply_word(e, EVENT_FIELD_CAUSE, &causes, CAUSE_KEY_UNKNOWN);
    d->verdict = (enum cause_verdict)apply_word(e, EVENT_FIELD_VERDICT, &cause_verdicts,
                                                (int)cause_verdict_of(d->cause));
    d->at_fault_office = event_number(e, EVENT_FIELD_AT_FAULT_OFFICE, 0);
    d->found_at = e->at;
    d->is_cause_decided = is_decided;
}

/* ---- history of other systems ---- */

void apply_history_received(struct dossier *d, const struct event *e)
{
    apply_identity(d, e);
    d->is_imported = true;
    d->received_at = d->received_by_competent_at = e->at;
    apply_promise(d, e);
    if (d->ended_at != INSTANT_NONE) /* it ended before it began: both are kept */
        return;
    d->state = STATE_RECEIVED;
    d->step = (int)event_number(e, EVENT_FIELD_STEP, 0);
    apply_holder(d, e->at, event_number(e, EVENT_FIELD_TO_OFFICE, d->competent_office),
                 event_number(e, EVENT_FIELD_TO_OFFICER, 0));
}

void apply_history_activity(struct dossier *d, const struct event *e)
{
    d->is_imported = true;
    if (d->state == STATE_RECEIVED)
        d->state = STATE_PROCESSING;
    if (!dossier_is_open(d))
        return;
    d->step = (int)event_number(e, EVENT_FIELD_STEP, d->step);
    apply_holder(d, e->at, event_number(e, EVENT_FIELD_TO_OFFICE, d->holder_office),
                 event_number(e, EVENT_FIELD_TO_OFFICER, d->holder_officer));
}

void apply_history_ended(struct dossier *d, const struct event *e)
{
    enum outcome outcome =
        (enum outcome)apply_word(e, EVENT_FIELD_OUTCOME, &outcomes, OUTCOME_GRANTED);

    apply_identity(d, e);
    d->is_imported = true;
    apply_end(d, e->at, outcome);
    if (outcome == OUTCOME_STOPPED || outcome == OUTCOME_WITHDRAWN) {
        d->state = STATE_STOPPED;
    } else if (outcome == OUTCOME_CLOSED) {
        d->state = STATE_CLOSED;
    } else { /* other systems tell one end: the answer that left the house */
        d->state = STATE_RETURNED;
        d->done_at = d->returned_at = e->at;
    }
}

void apply_adopt(struct dossier *d, const struct event *e)
{
    int64_t office = event_number(e, EVENT_FIELD_TO_OFFICE, 0);

    apply_identity(d, e);
    d->is_adopted = true;
    if (!office)
        return;
    if (!d->supervising_office)
        d->supervising_office = office;
    if (!d->competent_office)
        d->competent_office = office;
    if (!d->holder_office)
        apply_holder(d, e->at, office, 0);
}
