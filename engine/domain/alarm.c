/* What the engine does by itself to one dossier at one instant.
 *
 * The minute timer and the nightly sweep call the same function: the sweep only hands in the
 * closing of its night.  Every step asks what stands already, so that a second run at the same
 * instant writes nothing, and a missed night is caught up by the next run. */
#include "domain/apology_impl.h"

#include <string.h>

#include "base/instant.h"
#include "domain/deadline.h"
#include "domain/succession.h"

/* One run: what is looked at, and the decision that grows. */
struct alarm {
    const struct lateness_context *ctx;
    struct warning warning;
    struct cause_finding finding; /* its verdict and office: the cause in force */
    struct decision *decision;
    struct arena *arena;
    int64_t at, recorded_at;
};

static struct event *alarm_event(struct alarm *a, enum action action)
{
    struct event *e = &a->decision->events[a->decision->n_events];

    assert(a->decision->n_events < DECISION_EVENTS_MAX);
    event_init(e, a->ctx->dossier->id, action, 0, a->at, a->recorded_at);
    return e;
}

/* The event is complete: the dossier after the decision has seen it. */
static void alarm_commit(struct alarm *a, struct event *e)
{
    dossier_apply(&a->decision->after, e);
    a->decision->n_events++;
}

static void alarm_warn(struct alarm *a, const char *word)
{
    if (a->decision->n_warnings < (int)ARRAY_LEN(a->decision->warnings))
        a->decision->warnings[a->decision->n_warnings++] = word;
}

/* ---- the applicant's silence ---- */

static struct decide_context alarm_context(const struct lateness_context *ctx, int64_t now)
{
    return (struct decide_context){.dossier = ctx->dossier,
                                   .procedure_case = ctx->procedure_case,
                                   .ruleset = ctx->ruleset,
                                   .calendar = ctx->calendar,
                                   .now = now,
                                   .zone_s = ctx->zone_s};
}

/* Resumes at the instant at which silence became agreement, however late it is found: what the
 * promise becomes must not depend on when somebody looked (law:applicant-confirmation). What comes
 * after is judged on the dossier that goes on: `ret_after` is then its context. */
static bool alarm_confirm(struct alarm *a, struct lateness_context *ret_after, struct error *err)
{
    const struct dossier *d = a->ctx->dossier;
    struct decide_context ctx = alarm_context(a->ctx, a->recorded_at);
    int64_t end_at = deadline_confirmation_end(&ctx);
    struct action_input in;
    struct decision *resumed;
    struct dossier *after;

    if (end_at == INSTANT_NONE || end_at > a->at)
        return true;
    resumed = arena_new_of(a->arena, struct decision);
    after = arena_new_of(a->arena, struct dossier);
    if (!resumed || !after)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "alarm"));
    action_input_init(&in, ACTION_RESUME, 0, d->holder_office);
    in.at = end_at > d->last_at ? end_at : d->last_at;
    in.is_late_entry = in.at < ctx.now;
    if (!dossier_decide(&ctx, &in, a->arena, resumed, err))
        return false;
    assert(resumed->n_events == 1);
    a->decision->events[0] = resumed->events[0];
    alarm_commit(a, &a->decision->events[0]);
    *after = a->decision->after;
    ret_after->dossier = after;
    a->ctx = ret_after;
    return true;
}

/* ---- marks ---- */

/* The mark that the level asks for and that is not there; ACTION_COUNT: none.  A higher mark says
 * all that a lower one would: nobody is warned of a risk after it was certain. */
static enum action alarm_mark_missing(const struct dossier *d, enum warning_level level)
{
    switch (level) {
    case WARNING_OVERDUE:
        return d->overdue_at == INSTANT_NONE ? ACTION_MARK_OVERDUE : ACTION_COUNT;
    case WARNING_CERTAIN:
        return d->certain_at == INSTANT_NONE && d->overdue_at == INSTANT_NONE ? ACTION_MARK_CERTAIN
                                                                              : ACTION_COUNT;
    case WARNING_AT_RISK:
        return d->at_risk_at == INSTANT_NONE && d->certain_at == INSTANT_NONE &&
                       d->overdue_at == INSTANT_NONE
                   ? ACTION_MARK_AT_RISK
                   : ACTION_COUNT;
    case WARNING_FINE:
    case WARNING_COUNT:
        break;
    }
    return ACTION_COUNT;
}

/* Ended late before anybody marked it. */
static bool alarm_is_end_unmarked(const struct lateness_context *ctx)
{
    const struct dossier *d = ctx->dossier;

    return d->ended_at != INSTANT_NONE && !d->is_mistake && d->overdue_at == INSTANT_NONE &&
           fact_judgement(d, ctx->zone_s) == JUDGEMENT_LATE;
}

void alarm_put_broken(struct event *e, const struct dossier *d)
{
    event_put_number(e, EVENT_FIELD_DUE_AT, d->due_at);
    event_put_number(e, EVENT_FIELD_DUE_ON, d->due_on);
    event_put_number(e, EVENT_FIELD_DUE_IS_INSTANT, d->due_is_instant);
}

static void alarm_mark(struct alarm *a)
{
    enum action mark = alarm_is_end_unmarked(a->ctx)
                           ? ACTION_MARK_OVERDUE
                           : alarm_mark_missing(a->ctx->dossier, a->warning.level);
    struct event *e;

    if (mark == ACTION_COUNT)
        return;
    e = alarm_event(a, mark);
    if (mark == ACTION_MARK_OVERDUE)
        alarm_put_broken(e, a->ctx->dossier);
    alarm_commit(a, e);
}

/* ---- cause ---- */

/* The finding is made again whether a leader has decided or not, and stands beside the decision;
 * what follows from the cause follows from the one in force. */
static bool alarm_find(struct alarm *a, const struct objective_interval *intervals, int n,
                       struct error *err)
{
    const struct dossier *d = a->ctx->dossier;
    bool is_ended = d->ended_at != INSTANT_NONE;
    int64_t until = is_ended ? d->judged_at : a->at, end_at = until;
    const struct dossier *after = &a->decision->after;
    char arithmetic[DOSSIER_ARITHMETIC];
    struct event *e;
    char *text;

    if (!is_ended && a->warning.projected_end != INSTANT_NONE)
        end_at = a->warning.projected_end;
    cause_find(a->ctx, intervals, n, until, end_at, &a->finding, NULL);
    cause_arithmetic(&a->finding, arithmetic, sizeof arithmetic);
    if (!alarm_finding_stands(d, &a->finding, arithmetic)) {
        text = arena_strdup(a->arena, arithmetic);
        if (!text)
            return error_set(err, ERR_NO_MEMORY, arg_text("what", "alarm"));
        e = alarm_event(a, ACTION_FIND_CAUSE);
        alarm_put_finding(e, &a->finding);
        event_put_text(e, EVENT_FIELD_ARITHMETIC, text);
        alarm_commit(a, e);
    }
    a->finding.verdict = after->verdict;
    a->finding.cause = after->cause;
    a->finding.at_fault_office = after->at_fault_office;
    return true;
}

/* ---- letter ---- */

/* What the letter says besides its names: tense, latest moment, new date.  A dossier that has ended
 * is promised nothing. */
static void alarm_put_words(struct alarm *a, struct event *e, int64_t new_at)
{
    enum letter_wording wording = letter_wording_at(a->ctx->dossier, a->at, a->ctx->zone_s);

    if (new_at != INSTANT_NONE)
        event_put_number(e, EVENT_FIELD_REAPPOINTED_AT, new_at);
    event_put_text(e, EVENT_FIELD_WORDING, vocabulary_word(&letter_wordings, (int)wording));
    if (a->warning.letter_latest_at != INSTANT_NONE)
        event_put_number(e, EVENT_FIELD_LATEST_AT, a->warning.letter_latest_at);
}

/* The cause that the letter gives as its reason. */
static void alarm_put_reason(struct alarm *a, struct event *e)
{
    event_put_text(e, EVENT_FIELD_CAUSE, vocabulary_word(&causes, (int)a->finding.cause));
}

/* The new date, INSTANT_NONE where none is needed.  Where the calendar ends before it, there is no
 * letter yet: a promise without a date is none.  What else was decided stands, and the reply says
 * why. */
static bool alarm_new_date(struct alarm *a, int64_t *ret_at, struct error *err)
{
    *ret_at = INSTANT_NONE;
    if (a->ctx->dossier->ended_at != INSTANT_NONE)
        return true;
    /* Told by a notice before the cause was decided otherwise: there is no second appointment, and
     * one that was missed is not told again. */
    if (a->ctx->dossier->due_reappointed != INSTANT_NONE) {
        if (!letter_is_missed(a->ctx->dossier, a->at, a->ctx->zone_s))
            *ret_at = a->ctx->dossier->due_reappointed;
        return true;
    }
    if (letter_new_date(a->ctx, a->at, ret_at, err))
        return true;
    alarm_warn(a, "no_calendar");
    return false;
}

/* The head of a draft: its id, why it is written, to whom. NULL when the dossier has had too many.
 */
static struct event *alarm_draft_event(struct alarm *a, int64_t letter_id,
                                       enum letter_trigger trigger)
{
    const struct dossier *d = a->ctx->dossier;
    const char *persons[LETTER_ADDRESSEES_MAX];
    struct event *e;
    int n;

    if (d->n_letters == DOSSIER_LETTERS_MAX) {
        alarm_warn(a, "too_many_letters");
        return NULL;
    }
    e = alarm_event(a, ACTION_DRAFT_LETTER);
    event_put_number(e, EVENT_FIELD_LETTER, letter_id);
    event_put_text(e, EVENT_FIELD_TRIGGER, vocabulary_word(&letter_triggers, (int)trigger));
    n = letter_addressees(d, a->ctx->history, persons);
    for (int i = 0; i < n; i++)
        event_put_text(e, EVENT_FIELD_ADDRESSEE, persons[i]);
    return e;
}

static bool alarm_draft(struct alarm *a, int64_t letter_id, struct error *err)
{
    const struct dossier *d = a->ctx->dossier;
    struct event *e;
    int64_t new_at;

    if (!alarm_new_date(a, &new_at, err))
        return a->decision->n_events >
               0; /* alone it is a failure, to be seen in the run's record */
    e = alarm_draft_event(a, letter_id, LETTER_TRIGGER_LATENESS);
    if (!e)
        return true;
    event_put_number(e, EVENT_FIELD_AUTHOR_OFFICE, dossier_answering_office(d));
    if (a->finding.at_fault_office != 0)
        event_put_number(e, EVENT_FIELD_AT_FAULT_OFFICE, a->finding.at_fault_office);
    alarm_put_reason(a, e);
    alarm_put_words(a, e, new_at);
    alarm_commit(a, e);
    return true;
}

/* A draft whose words no longer hold goes back to drafted with words that do; so does one that was
 * signed, for the signature was given to the old ones. */
static bool alarm_reword(struct alarm *a, const struct dossier_letter *letter, struct error *err)
{
    struct event *e;
    int64_t new_at;

    if (!alarm_new_date(a, &new_at, err))
        return a->decision->n_events > 0;
    e = alarm_event(a, ACTION_UNSIGN_LETTER);
    event_put_number(e, EVENT_FIELD_LETTER, letter->id);
    event_put_number(e, EVENT_FIELD_AT_FAULT_OFFICE, a->finding.at_fault_office);
    alarm_put_reason(a, e);
    alarm_put_words(a, e, new_at);
    alarm_commit(a, e);
    return true;
}

static bool alarm_is_droppable(const struct dossier_letter *letter)
{
    return letter && (letter->state == LETTER_DRAFTED || letter->state == LETTER_REFUSED ||
                      letter->state == LETTER_SIGNED);
}

/* Owed by the ledger, and no letter was begun. */
static bool alarm_is_bare(const struct dossier_obligation *o)
{
    return o && o->state == OBLIGATION_OPEN && o->letter_id == 0;
}

/* A draft that is no longer owed takes no number, and a row of the ledger without a letter ends. */
static bool alarm_must_lapse(const struct lateness_context *ctx, const struct warning *w)
{
    return (alarm_is_droppable(dossier_live_letter(ctx->dossier, LETTER_TRIGGER_LATENESS)) ||
            alarm_is_bare(dossier_obligation(ctx->dossier, LETTER_TRIGGER_LATENESS))) &&
           letter_is_moot(ctx, w);
}

static void alarm_lapse(struct alarm *a)
{
    const struct dossier_letter *letter =
        dossier_live_letter(a->ctx->dossier, LETTER_TRIGGER_LATENESS);
    struct event *e = alarm_event(a, ACTION_LAPSE_LETTER);

    if (letter)
        event_put_number(e, EVENT_FIELD_LETTER, letter->id);
    else
        event_put_text(e, EVENT_FIELD_TRIGGER,
                       vocabulary_word(&letter_triggers, LETTER_TRIGGER_LATENESS));
    alarm_commit(a, e);
}

/* ---- no letter, for a reason that is written down ---- */

static enum waiver alarm_waiver(const struct lateness_context *ctx)
{
    return ctx->ruleset->objective_policy == OBJECTIVE_POLICY_NOTICE ? WAIVER_OBJECTIVE_NOTICE
                                                                     : WAIVER_OBJECTIVE_NONE;
}

static bool alarm_is_waived(const struct lateness_context *ctx)
{
    const struct dossier_obligation *o = dossier_obligation(ctx->dossier, LETTER_TRIGGER_LATENESS);

    return o && o->state == OBLIGATION_WAIVED && o->waiver == alarm_waiver(ctx);
}

/* A notice tells the new date; there is one re-appointment, whichever paper names it.
 * Source: law:apology, law:cause. */
static bool alarm_waive(struct alarm *a, struct error *err)
{
    const struct dossier_letter *draft =
        dossier_live_letter(a->ctx->dossier, LETTER_TRIGGER_LATENESS);
    enum waiver waiver = alarm_waiver(a->ctx);
    int64_t new_at = INSTANT_NONE;
    struct event *e;

    if (alarm_is_waived(a->ctx))
        return true;
    if (waiver == WAIVER_OBJECTIVE_NOTICE && !alarm_new_date(a, &new_at, err))
        return a->decision->n_events > 0;
    e = alarm_event(a, ACTION_WAIVE_LETTER);
    if (draft) /* evidence came after it was drafted: it lapses with the reason */
        event_put_number(e, EVENT_FIELD_LETTER, draft->id);
    event_put_text(e, EVENT_FIELD_TRIGGER,
                   vocabulary_word(&letter_triggers, LETTER_TRIGGER_LATENESS));
    event_put_text(e, EVENT_FIELD_WAIVER, vocabulary_word(&waivers, (int)waiver));
    if (a->finding.at_fault_office != 0)
        event_put_number(e, EVENT_FIELD_AT_FAULT_OFFICE, a->finding.at_fault_office);
    if (new_at != INSTANT_NONE)
        event_put_number(e, EVENT_FIELD_REAPPOINTED_AT, new_at);
    alarm_commit(a, e);
    return true;
}

/* ---- letters for other reasons, entered by hand ---- */

static const struct dossier_obligation *alarm_entered(const struct dossier *d)
{
    for (int i = 0; i < d->n_obligations; i++)
        if (d->obligations[i].trigger != LETTER_TRIGGER_LATENESS &&
            alarm_is_bare(&d->obligations[i]))
            return &d->obligations[i];
    return NULL;
}

/* One letter a run: the next minute writes the next. */
static void alarm_draft_entered(struct alarm *a, int64_t letter_id)
{
    const struct dossier_obligation *o = alarm_entered(&a->decision->after);
    struct event *e;

    for (int i = 0; i < a->decision->n_events; i++)
        if (a->decision->events[i].action == ACTION_DRAFT_LETTER)
            return;
    if (!o)
        return;
    e = alarm_draft_event(a, letter_id, o->trigger);
    if (!e)
        return;
    event_put_number(e, EVENT_FIELD_AUTHOR_OFFICE, o->office);
    if (o->at_fault_office != 0)
        event_put_number(e, EVENT_FIELD_AT_FAULT_OFFICE, o->at_fault_office);
    alarm_commit(a, e);
}

/* The appointment was missed too: the head is told, once. A notice may have named it, and the
 * letter that came after the notice was never issued: then that one is still owed. Source:
 * law:apology-once. */
static bool alarm_second(struct alarm *a, const struct dossier_letter *letter, int64_t letter_id,
                         struct error *err)
{
    const struct dossier *d = a->ctx->dossier;

    if (!d->is_escalated)
        alarm_commit(a, alarm_event(a, ACTION_ESCALATE));
    if (letter)
        return !letter_is_stale(a->ctx, &a->warning, letter, a->at) || alarm_reword(a, letter, err);
    if (!alarm_is_bare(dossier_obligation(d, LETTER_TRIGGER_LATENESS)))
        return true;
    return letter_is_excused(a->ctx->ruleset, a->finding.verdict) ? alarm_waive(a, err)
                                                                  : alarm_draft(a, letter_id, err);
}

static bool alarm_letter(struct alarm *a, int64_t letter_id, struct error *err)
{
    const struct dossier_letter *letter =
        dossier_live_letter(a->ctx->dossier, LETTER_TRIGGER_LATENESS);

    switch (letter_owed(a->ctx, &a->warning, &a->finding, a->at)) {
    case LETTER_OWED_YES:
        return alarm_draft(a, letter_id, err);
    case LETTER_OWED_SECOND:
        return alarm_second(a, letter, letter_id, err);
    case LETTER_OWED_EXISTS:
        return (!letter_is_stale(a->ctx, &a->warning, letter, a->at) &&
                letter_gives_cause(letter, &a->decision->after)) ||
               alarm_reword(a, letter, err);
    case LETTER_OWED_POLICY:
        return alarm_waive(a, err);
    case LETTER_OWED_NO:
    case LETTER_OWED_NOT_ADOPTED:
    case LETTER_OWED_PLEDGED:
        break;
    }
    return true;
}

/* Accepted here or adopted: what another system left behind is nobody's to warn about. */
static bool alarm_concerns(const struct dossier *d)
{
    return d->received_at != INSTANT_NONE && (!d->is_imported || d->is_adopted);
}

static void alarm_begin(struct alarm *a)
{
    a->decision->n_events = 0;
    a->decision->n_warnings = 0;
    a->decision->after = *a->ctx->dossier;
}

bool alarm_decide(const struct lateness_context *ctx, const struct objective_interval *intervals,
                  int n_intervals, int64_t letter_id, int64_t at, int64_t recorded_at,
                  struct arena *arena, struct decision *ret_decision, struct error *err)
{
    struct alarm a = {
        .ctx = ctx, .decision = ret_decision, .arena = arena, .at = at, .recorded_at = recorded_at};
    struct lateness_context going_on = *ctx;

    alarm_begin(&a);
    if (alarm_concerns(ctx->dossier)) {
        if (!alarm_confirm(&a, &going_on, err))
            return false;
        warning_compute(a.ctx, at, &a.warning);
        if (alarm_must_lapse(a.ctx, &a.warning))
            alarm_lapse(&a);
        alarm_mark(&a);
        if (letter_is_due(a.ctx, &a.warning, at) &&
            (!alarm_find(&a, intervals, n_intervals, err) || !alarm_letter(&a, letter_id, err)))
            return false;
    }
    alarm_draft_entered(&a, letter_id);
    return true;
}

bool alarm_decide_behind(const struct lateness_context *ctx, int64_t at, int64_t recorded_at,
                         struct arena *arena, struct decision *ret_decision, struct error *err)
{
    struct alarm a = {
        .ctx = ctx, .decision = ret_decision, .arena = arena, .at = at, .recorded_at = recorded_at};
    struct lateness_context going_on = *ctx;

    alarm_begin(&a);
    if (!alarm_concerns(ctx->dossier))
        return true;
    if (!alarm_confirm(&a, &going_on, err))
        return false;
    warning_compute(a.ctx, at, &a.warning);
    alarm_mark(&a);
    return true;
}

/* ---- when to look again ---- */

static void alarm_sooner(int64_t *next, int64_t at, int64_t now)
{
    if (at != INSTANT_NONE && at > now && (*next == INSTANT_NONE || at < *next))
        *next = at;
}

static int64_t alarm_midnight_after(int64_t at, int32_t zone_s)
{
    return at == INSTANT_NONE ? INSTANT_NONE : date_instant(instant_date(at, zone_s) + 1, zone_s);
}

/* Is there a letter to write, rewrite or pass up that the last run did not? */
static bool alarm_letter_pending(const struct lateness_context *ctx, const struct warning *w,
                                 int64_t now)
{
    const struct dossier *d = ctx->dossier;
    const struct cause_finding found = {.verdict = d->verdict};
    const struct dossier_letter *letter = dossier_live_letter(d, LETTER_TRIGGER_LATENESS);

    switch (letter_owed(ctx, w, &found, now)) {
    case LETTER_OWED_YES:
        return d->n_letters < DOSSIER_LETTERS_MAX;
    case LETTER_OWED_SECOND:
        return !d->is_escalated ||
               (letter ? letter_is_stale(ctx, w, letter, now)
                       : alarm_is_bare(dossier_obligation(d, LETTER_TRIGGER_LATENESS)) &&
                             d->n_letters < DOSSIER_LETTERS_MAX);
    case LETTER_OWED_EXISTS:
        return letter_is_stale(ctx, w, letter, now) || !letter_gives_cause(letter, d);
    case LETTER_OWED_POLICY:
        return !alarm_is_waived(ctx);
    case LETTER_OWED_NO:
    case LETTER_OWED_NOT_ADOPTED:
    case LETTER_OWED_PLEDGED:
        break;
    }
    return false;
}

int64_t alarm_next(const struct lateness_context *ctx, const struct warning *w, int64_t now,
                   int64_t next_stored_at)
{
    const struct dossier *d = ctx->dossier;
    const struct dossier_letter *letter = dossier_live_letter(d, LETTER_TRIGGER_LATENESS);
    struct decide_context decide = alarm_context(ctx, now);
    int64_t next = INSTANT_NONE, new_at, confirmed_at;
    struct error err;

    alarm_sooner(&next, next_stored_at, now);
    if (alarm_entered(d) && d->n_letters < DOSSIER_LETTERS_MAX)
        return now;
    if (!alarm_concerns(d))
        return next;
    confirmed_at = deadline_confirmation_end(&decide);
    if (confirmed_at != INSTANT_NONE && confirmed_at <= now)
        return now;
    alarm_sooner(&next, confirmed_at, now);
    if (alarm_must_lapse(ctx, w) || alarm_mark_missing(d, w->level) != ACTION_COUNT ||
        alarm_is_end_unmarked(ctx) || alarm_finding_missing(ctx, w, now))
        return now;
    if (alarm_letter_pending(ctx, w, now)) {
        /* Without a calendar no new date can be written: each midnight asks again, not each minute.
         */
        if (d->ended_at != INSTANT_NONE || letter_new_date(ctx, now, &new_at, &err))
            return now;
        alarm_sooner(&next, alarm_midnight_after(now, ctx->zone_s), now);
    }
    if (!d->is_escalated && d->ended_at == INSTANT_NONE)
        alarm_sooner(&next, alarm_midnight_after(d->due_reappointed, ctx->zone_s), now);
    if (!dossier_is_open(d))
        return next;
    if (d->certain_at == INSTANT_NONE && d->at_risk_at == INSTANT_NONE)
        alarm_sooner(&next, w->risk_at, now);
    alarm_sooner(&next, w->certain_at, now);
    alarm_sooner(&next, w->late_at, now);
    if (w->level == WARNING_CERTAIN) {
        alarm_sooner(&next, w->letter_draft_at, now);
        alarm_sooner(&next, w->letter_latest_at, now);
        alarm_sooner(&next, d->pledged_at, now);
    }
    if (alarm_is_droppable(letter))
        alarm_sooner(&next, alarm_midnight_after(letter->reappointed_at, ctx->zone_s), now);
    return next;
}
