/* What a folded dossier answers: is it open, does it wait, is it late. Nothing here reads an event;
 * dossier_apply.c alone does. */
#include "domain/dossier.h"

#include <stddef.h>
#include <string.h>

#include "base/instant.h"

void dossier_init(struct dossier *d, int64_t id)
{
    memset(d, 0, offsetof(struct dossier, holds));
    d->id = id;
    d->last_at = d->last_recorded_at = INSTANT_NONE;
    d->submitted_at = d->received_at = INSTANT_NONE;
    d->received_by_competent_at = d->clock_from = INSTANT_NONE;
    d->due_original = d->due_at = d->due_reappointed = INSTANT_NONE;
    d->due_original_on = d->due_on = DATE_NONE;
    d->pending_since = d->reminded_at = d->paper_due_at = INSTANT_NONE;
    d->decided_at = d->done_at = d->returned_at = INSTANT_NONE;
    d->ended_at = d->judged_at = d->withdrawal_requested_at = INSTANT_NONE;
    d->at_risk_at = d->certain_at = d->overdue_at = INSTANT_NONE;
    d->declared_late_at = d->pledged_at = d->found_at = d->paid_at = INSTANT_NONE;
    d->cause = d->finding.cause = d->decision.cause = CAUSE_KEY_UNKNOWN;
    d->finding.at = d->decision.at = INSTANT_NONE;
}

int64_t dossier_clock_start(const struct dossier *d)
{
    return d->clock_from != INSTANT_NONE ? d->clock_from : d->received_at;
}

bool dossier_is_filed_elsewhere(const struct dossier *d)
{
    return d->filed_office && d->supervising_office && d->filed_office != d->supervising_office;
}

bool dossier_is_open(const struct dossier *d)
{
    return d->received_at != INSTANT_NONE && d->ended_at == INSTANT_NONE && !d->is_mistake;
}

bool dossier_is_at_intake(const struct dossier *d)
{
    return d->received_at == INSTANT_NONE || d->state == STATE_RECEIVED;
}

const struct dossier_hold *dossier_running_hold(const struct dossier *d)
{
    for (int i = d->n_holds - 1; i >= 0; i--) {
        if (d->holds[i].to == INSTANT_NONE)
            return &d->holds[i];
    }
    return NULL;
}

bool dossier_is_waiting(const struct dossier *d)
{
    const struct dossier_hold *h = dossier_running_hold(d);

    return h && dossier_hold_moves(h);
}

const struct dossier_letter *dossier_letter(const struct dossier *d, int64_t letter_id)
{
    for (int i = 0; i < d->n_letters; i++) {
        if (d->letters[i].id == letter_id)
            return &d->letters[i];
    }
    return NULL;
}

const struct dossier_letter *dossier_live_letter(const struct dossier *d,
                                                 enum letter_trigger trigger)
{
    for (int i = 0; i < d->n_letters; i++) {
        const struct dossier_letter *l = &d->letters[i];

        if (l->state >= LETTER_DRAFTED && l->state <= LETTER_ACKNOWLEDGED && l->trigger == trigger)
            return l;
    }
    return NULL;
}

const struct dossier_obligation *dossier_obligation(const struct dossier *d,
                                                    enum letter_trigger trigger)
{
    for (int i = d->n_obligations - 1; i >= 0; i--) {
        const struct dossier_obligation *o = &d->obligations[i];

        if (o->trigger == trigger && o->state != OBLIGATION_LAPSED &&
            o->waiver != WAIVER_SECOND_DELAY)
            return o;
    }
    return NULL;
}

/* Source: law:late-by-date. A dossier without a promise is never late. */
enum judgement dossier_judgement(const struct dossier *d, int32_t zone_s)
{
    int32_t ended_on;

    if (d->judged_at == INSTANT_NONE || d->received_at == INSTANT_NONE)
        return JUDGEMENT_NONE;
    if (d->due_at == INSTANT_NONE)
        return JUDGEMENT_ON_TIME;
    ended_on = instant_date(d->judged_at, zone_s);
    if (ended_on < d->due_on)
        return JUDGEMENT_EARLY;
    if (d->due_is_instant)
        return d->judged_at <= d->due_at ? JUDGEMENT_ON_TIME : JUDGEMENT_LATE;
    return ended_on == d->due_on ? JUDGEMENT_ON_TIME : JUDGEMENT_LATE;
}

bool dossier_is_overdue(const struct dossier *d, int64_t at, int32_t zone_s)
{
    if (!dossier_is_open(d) || d->due_at == INSTANT_NONE || dossier_is_waiting(d))
        return false;
    return d->due_is_instant ? at > d->due_at : instant_date(at, zone_s) > d->due_on;
}
