/* Letters and the ledger of what is owed, as the events tell them.
 *
 * An obligation begins with the first word of it (a draft, an entry by hand, a waiver) and stays
 * for ever; a letter meets it when it is issued, and a letter cancelled leaves it open again. */
#include <string.h>

#include "base/instant.h"
#include "domain/dossier_impl.h"
#include "domain/succession.h"

/* ---- the ledger ---- */

/* Who must write: before anybody is competent (submitted, and not accepted yet), who has it. */
static int64_t ledger_office(const struct dossier *d)
{
    int64_t office = dossier_answering_office(d);

    if (office == 0)
        office = d->supervising_office;
    return office != 0 ? office : d->filed_office;
}

static struct dossier_obligation *obligation_slot(struct dossier *d, enum letter_trigger trigger,
                                                  int64_t at)
{
    const struct dossier_obligation *found = dossier_obligation(d, trigger);
    struct dossier_obligation *o;

    if (found)
        return &d->obligations[found - d->obligations];
    if (d->n_obligations == DOSSIER_OBLIGATIONS_MAX) {
        d->is_overflow = true;
        return NULL;
    }
    o = &d->obligations[d->n_obligations++];
    *o = (struct dossier_obligation){
        .trigger = trigger,
        .office = ledger_office(d),
        .owed_at = at,
        .latest_at = INSTANT_NONE,
    };
    return o;
}

static void obligation_drafted(struct dossier *d, const struct dossier_letter *l, int64_t at)
{
    struct dossier_obligation *o = obligation_slot(d, l->trigger, at);

    if (!o)
        return;
    o->state = OBLIGATION_OPEN;
    o->waiver = WAIVER_NONE;
    o->office = l->author_office;
    o->at_fault_office = l->at_fault_office;
    o->latest_at = l->latest_at;
    o->letter_id = l->id;
    o->timing = LETTER_TIMING_NONE;
}

/* What became of the letter becomes of the obligation. */
static void obligation_follow(struct dossier *d, const struct dossier_letter *l)
{
    const struct dossier_obligation *found = dossier_obligation(d, l->trigger);
    struct dossier_obligation *o;

    if (!found || found->letter_id != l->id)
        return;
    o = &d->obligations[found - d->obligations];
    o->latest_at = l->latest_at;
    o->at_fault_office = l->at_fault_office;
    switch (l->state) {
    case LETTER_DRAFTED:
    case LETTER_SIGNED:
    case LETTER_NUMBERED:
        o->state = OBLIGATION_OPEN;
        break;
    case LETTER_REFUSED:
        o->state = OBLIGATION_REFUSED;
        break;
    case LETTER_ISSUED:
    case LETTER_DELIVERED:
    case LETTER_ACKNOWLEDGED:
        o->state = OBLIGATION_MET;
        o->timing = l->timing;
        break;
    case LETTER_LAPSED:
        o->state = OBLIGATION_LAPSED;
        break;
    case LETTER_CANCELLED: /* owed as before */
        o->state = OBLIGATION_OPEN;
        o->letter_id = 0;
        o->timing = LETTER_TIMING_NONE;
        break;
    case LETTER_NONE:
    case LETTER_STATE_COUNT:
        break;
    }
}

static enum letter_trigger letter_trigger_of(const struct event *e, enum letter_trigger otherwise)
{
    return (enum letter_trigger)apply_word(e, EVENT_FIELD_TRIGGER, &letter_triggers,
                                           (int)otherwise);
}

static struct dossier_hand apply_hand(const struct event *e)
{
    return (struct dossier_hand){e->actor, event_number(e, EVENT_FIELD_ON_BEHALF_OF, 0)};
}

void apply_owe_letter(struct dossier *d, const struct event *e)
{
    struct dossier_obligation *o =
        obligation_slot(d, letter_trigger_of(e, LETTER_TRIGGER_FORBIDDEN_ACT), e->at);

    if (!o || o->letter_id)
        return;
    o->state = OBLIGATION_OPEN;
    o->asked_by = apply_hand(e);
    o->office = event_number(e, EVENT_FIELD_AUTHOR_OFFICE, o->office);
    o->at_fault_office = event_number(e, EVENT_FIELD_AT_FAULT_OFFICE, 0);
}

static struct dossier_letter *letter_slot(struct dossier *d, const struct event *e)
{
    int64_t id = event_number(e, EVENT_FIELD_LETTER, 0);
    struct dossier_letter *l;

    for (int i = 0; i < d->n_letters; i++) {
        if (d->letters[i].id == id)
            return &d->letters[i];
    }
    if (d->n_letters == DOSSIER_LETTERS_MAX) {
        d->is_overflow = true;
        return NULL;
    }
    l = &d->letters[d->n_letters++];
    *l = (struct dossier_letter){
        .id = id,
        .cause = CAUSE_KEY_COUNT,
        .drafted_at = INSTANT_NONE,
        .signed_at = INSTANT_NONE,
        .numbered_at = INSTANT_NONE,
        .issued_at = INSTANT_NONE,
        .delivered_at = INSTANT_NONE,
        .latest_at = INSTANT_NONE,
        .reappointed_at = INSTANT_NONE,
    };
    return l;
}

/* A notice of the new date instead of a letter makes the appointment all the same. */
void apply_waive_letter(struct dossier *d, const struct event *e)
{
    struct dossier_obligation *o =
        obligation_slot(d, letter_trigger_of(e, LETTER_TRIGGER_LATENESS), e->at);
    int64_t reappointed_at = event_number(e, EVENT_FIELD_REAPPOINTED_AT, INSTANT_NONE);

    if (reappointed_at != INSTANT_NONE)
        d->due_reappointed = reappointed_at;
    if (event_has(e, EVENT_FIELD_LETTER)) {
        struct dossier_letter *draft = letter_slot(d, e);

        if (draft)
            draft->state = LETTER_LAPSED;
    }
    if (!o)
        return;
    o->state = OBLIGATION_WAIVED;
    o->waiver = (enum waiver)apply_word(e, EVENT_FIELD_WAIVER, &waivers, WAIVER_OBJECTIVE_NONE);
    o->at_fault_office = event_number(e, EVENT_FIELD_AT_FAULT_OFFICE, 0);
    o->letter_id = 0;
}

/* The second delay: no second letter, and a row that says why. */
void apply_escalate(struct dossier *d, const struct event *e)
{
    d->is_escalated = true;
    if (d->n_obligations == DOSSIER_OBLIGATIONS_MAX) {
        d->is_overflow = true;
        return;
    }
    d->obligations[d->n_obligations++] = (struct dossier_obligation){
        .trigger = LETTER_TRIGGER_LATENESS,
        .state = OBLIGATION_WAIVED,
        .waiver = WAIVER_SECOND_DELAY,
        .office = ledger_office(d),
        .at_fault_office = d->at_fault_office,
        .owed_at = e->at,
        .latest_at = INSTANT_NONE,
    };
}

/* ---- letters ---- */

/* What a draft says; sending it back, revising and signing may change it. */
static void letter_read(struct dossier_letter *l, const struct event *e)
{
    if (event_text(e, EVENT_FIELD_WORDING)) /* all words are new: without a date they name none */
        l->reappointed_at = INSTANT_NONE;
    l->trigger = letter_trigger_of(e, l->trigger);
    l->wording =
        (enum letter_wording)apply_word(e, EVENT_FIELD_WORDING, &letter_wordings, (int)l->wording);
    l->cause = (enum cause)apply_word(e, EVENT_FIELD_CAUSE, &causes, (int)l->cause);
    l->author_office = event_number(e, EVENT_FIELD_AUTHOR_OFFICE, l->author_office);
    l->at_fault_office = event_number(e, EVENT_FIELD_AT_FAULT_OFFICE, l->at_fault_office);
    l->reappointed_at = event_number(e, EVENT_FIELD_REAPPOINTED_AT, l->reappointed_at);
    l->latest_at = event_number(e, EVENT_FIELD_LATEST_AT, l->latest_at);
}

static void letter_draft(struct dossier *d, struct dossier_letter *l, const struct event *e)
{
    l->state = LETTER_DRAFTED;
    l->drafted_at = e->at;
    for (int i = 0; i < e->n_values; i++)
        l->n_addressees += e->values[i].field == EVENT_FIELD_ADDRESSEE;
    obligation_drafted(d, l, e->at);
}

static void letter_issue(struct dossier *d, struct dossier_letter *l, const struct event *e)
{
    l->state = LETTER_ISSUED;
    l->issued_at = e->at;
    l->timing =
        (enum letter_timing)apply_word(e, EVENT_FIELD_TIMING, &letter_timings, LETTER_TIMING_NONE);
    if (l->reappointed_at != INSTANT_NONE && l->trigger == LETTER_TRIGGER_LATENESS)
        d->due_reappointed = l->reappointed_at;
}

/* Sent back by a person it waits to be revised; the engine brings new words with it. */
static void letter_send_back(struct dossier_letter *l, const struct event *e)
{
    l->state = LETTER_DRAFTED;
    l->signed_at = INSTANT_NONE;
    l->is_sent_back = e->actor != 0;
}

static uint64_t letter_all(const struct dossier_letter *l)
{
    return (UINT64_C(1) << (l->n_addressees > 0 ? l->n_addressees : 1)) - 1;
}

/* The bits of the addressees an event speaks of. */
static uint64_t letter_whom(const struct dossier_letter *l, const struct event *e)
{
    int64_t no = event_number(e, EVENT_FIELD_ADDRESSEE_NO, 0);

    return no >= 1 && no <= LETTER_ADDRESSEES_MAX ? UINT64_C(1) << (no - 1) : letter_all(l);
}

static void letter_reached(struct dossier_letter *l, const struct event *e, bool is_acknowledged)
{
    uint64_t all = letter_all(l), whom = letter_whom(l, e);

    l->delivered |= whom;
    if (is_acknowledged)
        l->acknowledged |= whom;
    if ((l->delivered & all) != all)
        return;
    if (l->delivered_at == INSTANT_NONE)
        l->delivered_at = e->at;
    l->state = (l->acknowledged & all) == all ? LETTER_ACKNOWLEDGED : LETTER_DELIVERED;
}

/* The outcome of one sending: only that it arrived moves the letter. */
static void letter_sent(struct dossier_letter *l, const struct event *e)
{
    if (l->state >= LETTER_ISSUED && l->state <= LETTER_ACKNOWLEDGED &&
        apply_word(e, EVENT_FIELD_DELIVERY_STATE, &addressee_states, ADDRESSEE_UNKNOWN) ==
            ADDRESSEE_DELIVERED)
        letter_reached(l, e, false);
}

static void letter_cancel(struct dossier *d, struct dossier_letter *l)
{
    l->state = LETTER_CANCELLED; /* the new letter makes its own appointment */
    if (l->trigger == LETTER_TRIGGER_LATENESS && l->issued_at != INSTANT_NONE &&
        d->due_reappointed == l->reappointed_at)
        d->due_reappointed = INSTANT_NONE;
}

/* A row of the ledger without a letter whose ground is gone. */
static void obligation_lapse(struct dossier *d, const struct event *e)
{
    const struct dossier_obligation *o =
        dossier_obligation(d, letter_trigger_of(e, LETTER_TRIGGER_LATENESS));

    if (o && !o->letter_id)
        d->obligations[o - d->obligations].state = OBLIGATION_LAPSED;
}

void apply_letter(struct dossier *d, const struct event *e)
{
    struct dossier_letter *l;

    if (e->action == ACTION_LAPSE_LETTER && !event_has(e, EVENT_FIELD_LETTER)) {
        obligation_lapse(d, e);
        return;
    }
    l = letter_slot(d, e);
    if (!l)
        return;
    letter_read(l, e);
    switch ((int)e->action) { /* the actions of letters only */
    case ACTION_DRAFT_LETTER:
        letter_draft(d, l, e);
        return;
    case ACTION_REVISE_LETTER:
        l->is_sent_back = false;
        l->worded_by = apply_hand(e);
        break;
    case ACTION_SIGN_LETTER:
        l->state = LETTER_SIGNED;
        l->signed_at = e->at;
        l->is_sent_back = false;
        break;
    case ACTION_UNSIGN_LETTER:
        letter_send_back(l, e);
        break;
    case ACTION_REFUSE_LETTER:
        l->state = LETTER_REFUSED;
        break;
    case ACTION_NUMBER_LETTER:
        l->state = LETTER_NUMBERED;
        l->numbered_at = e->at;
        l->number = event_number(e, EVENT_FIELD_NUMBER, l->number);
        break;
    case ACTION_ISSUE_LETTER:
        letter_issue(d, l, e);
        break;
    case ACTION_CERTIFY_LETTER:
        l->n_revisions++;
        break;
    case ACTION_SEND_LETTER:
        letter_sent(l, e);
        break;
    case ACTION_DELIVER_LETTER:
        letter_reached(l, e, false);
        break;
    case ACTION_ACKNOWLEDGE_LETTER:
        letter_reached(l, e, true);
        break;
    case ACTION_LAPSE_LETTER:
        l->state = LETTER_LAPSED;
        break;
    case ACTION_CANCEL_LETTER:
        letter_cancel(d, l);
        break;
    default:
        break;
    }
    obligation_follow(d, l);
}
