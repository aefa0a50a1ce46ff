/* The rest of the interpreter: what the engine notes about lateness, and what other systems tell of
 * their past. */
#include <stdlib.h>
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

/* Finding, decision and objections stand side by side; the decision is in force where there is one.
 */
void apply_cause_in_force(struct dossier *d)
{
    const struct dossier_finding *f = &d->finding;
    const struct dossier_cause_decision *decided = &d->decision;

    d->is_cause_decided = decided->at != INSTANT_NONE;
    d->verdict = d->is_cause_decided ? decided->verdict : f->verdict;
    d->cause = d->is_cause_decided ? decided->cause : f->cause;
    d->at_fault_office = d->is_cause_decided ? decided->at_fault_office : f->at_fault_office;
    d->found_at = d->is_cause_decided ? decided->at : f->at;
}

static enum cause_verdict cause_read(const struct event *e, enum cause *ret_cause)
{
    *ret_cause = (enum cause)apply_word(e, EVENT_FIELD_CAUSE, &causes, CAUSE_KEY_UNKNOWN);
    return (enum cause_verdict)apply_word(e, EVENT_FIELD_VERDICT, &cause_verdicts,
                                          (int)cause_verdict_of(*ret_cause));
}

/* The values of a field that repeats, the first `most` of them. */
static int ids_read(struct dossier *d, const struct event *e, enum event_field field, int64_t *ret,
                    int most)
{
    int n = 0;

    for (int i = 0; i < e->n_values; i++) {
        if (e->values[i].field != field)
            continue;
        if (n == most) {
            d->is_overflow = true;
            break;
        }
        ret[n++] = e->values[i].number;
    }
    return n;
}

static int64_t remark_id(const struct event *e)
{
    const char *remark = event_text(e, EVENT_FIELD_REMARK);

    return remark ? strtoll(remark, NULL, 10) : 0;
}

void apply_find_cause(struct dossier *d, const struct event *e)
{
    const char *arithmetic = event_text(e, EVENT_FIELD_ARITHMETIC);
    struct dossier_finding f = {.at = e->at};

    f.verdict = cause_read(e, &f.cause);
    f.at_fault_office = event_number(e, EVENT_FIELD_AT_FAULT_OFFICE, 0);
    f.n_offices =
        ids_read(d, e, EVENT_FIELD_RESPONSIBLE_OFFICE, f.offices, DOSSIER_RESPONSIBLE_MAX);
    f.n_intervals = ids_read(d, e, EVENT_FIELD_OBJECTIVE, f.intervals, DOSSIER_INTERVALS_MAX);
    if (f.n_offices == 0 && f.at_fault_office)
        f.offices[f.n_offices++] = f.at_fault_office;
    if (arithmetic)
        apply_text(d, f.arithmetic, sizeof f.arithmetic, arithmetic);
    d->finding = f;
    apply_cause_in_force(d);
}

void apply_decide_cause(struct dossier *d, const struct event *e)
{
    struct dossier_cause_decision *decided = &d->decision;

    decided->at = e->at;
    decided->verdict = cause_read(e, &decided->cause);
    decided->at_fault_office = event_number(e, EVENT_FIELD_AT_FAULT_OFFICE, 0);
    decided->officer = e->actor;
    decided->office = event_number(e, EVENT_FIELD_AUTHOR_OFFICE, 0);
    decided->remark = remark_id(e);
    apply_cause_in_force(d);
}

void apply_object_cause(struct dossier *d, const struct event *e)
{
    if (d->n_objections == DOSSIER_OBJECTIONS_MAX) {
        d->is_overflow = true;
        return;
    }
    d->objections[d->n_objections++] = (struct dossier_objection){
        .at = e->at,
        .office = event_number(e, EVENT_FIELD_AUTHOR_OFFICE, 0),
        .officer = e->actor,
        .remark = remark_id(e),
    };
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
