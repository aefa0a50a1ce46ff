/* Is a letter owed, until when, and which new date may it promise?
 *
 * Questions only: alarm.c writes the drafts, letter.c what people do with them. */
#include "domain/apology_impl.h"

#include <string.h>

#include "base/instant.h"
#include "domain/due.h"
#include "domain/history.h"

bool letter_is_due(const struct lateness_context *ctx, const struct warning *w, int64_t now)
{
    const struct dossier *d = ctx->dossier;

    if (d->received_at == INSTANT_NONE || d->is_mistake)
        return false;
    if (d->ended_at != INSTANT_NONE)
        return fact_judgement(d, ctx->zone_s) == JUDGEMENT_LATE;
    if (w->level == WARNING_OVERDUE)
        return true;
    return w->level == WARNING_CERTAIN && w->letter_draft_at != INSTANT_NONE &&
           now >= w->letter_draft_at;
}

bool letter_is_missed(const struct dossier *d, int64_t now, int32_t zone_s)
{
    int64_t until = d->ended_at != INSTANT_NONE ? d->ended_at : now;

    if (d->due_reappointed == INSTANT_NONE)
        return false;
    return instant_date(until, zone_s) > instant_date(d->due_reappointed, zone_s);
}

enum letter_wording letter_wording_at(const struct dossier *d, int64_t now, int32_t zone_s)
{
    if (d->ended_at != INSTANT_NONE)
        return LETTER_WORDING_ENDED;
    return lateness_is_late_at(d, now, zone_s) ? LETTER_WORDING_AFTER_DUE
                                               : LETTER_WORDING_BEFORE_DUE;
}

bool letter_is_stale(const struct lateness_context *ctx, const struct warning *w,
                     const struct dossier_letter *letter, int64_t now)
{
    const struct dossier *d = ctx->dossier;
    enum letter_wording wording = letter_wording_at(d, now, ctx->zone_s);

    if (letter->state != LETTER_DRAFTED && letter->state != LETTER_SIGNED)
        return false;
    if (letter->wording != wording)
        return true;
    if (wording == LETTER_WORDING_ENDED)
        return false;
    if (wording == LETTER_WORDING_BEFORE_DUE && w->letter_latest_at != INSTANT_NONE &&
        w->letter_latest_at != letter->latest_at)
        return true;
    /* One in force cannot be replaced, passed or not: there is no second. */
    return letter->reappointed_at != INSTANT_NONE && d->due_reappointed == INSTANT_NONE &&
           instant_date(now, ctx->zone_s) > instant_date(letter->reappointed_at, ctx->zone_s);
}

bool letter_gives_cause(const struct dossier_letter *letter, const struct dossier *d)
{
    if ((letter->state != LETTER_DRAFTED && letter->state != LETTER_SIGNED) ||
        letter->cause == CAUSE_KEY_COUNT || d->verdict == CAUSE_NONE)
        return true;
    return letter->cause == d->cause && letter->at_fault_office == d->at_fault_office;
}

bool letter_is_moot(const struct lateness_context *ctx, const struct warning *w)
{
    const struct dossier *d = ctx->dossier;

    if (d->is_mistake)
        return true;
    if (d->ended_at != INSTANT_NONE)
        return fact_judgement(d, ctx->zone_s) != JUDGEMENT_LATE;
    return d->certain_at == INSTANT_NONE && d->overdue_at == INSTANT_NONE &&
           w->level < WARNING_CERTAIN;
}

/* A pledge holds the letter before the due date, to the pledged hour or the letter's latest moment.
 */
static bool letter_is_pledged(const struct dossier *d, const struct warning *w, int64_t now)
{
    if (d->pledged_at == INSTANT_NONE || d->ended_at != INSTANT_NONE || w->level == WARNING_OVERDUE)
        return false;
    return now < d->pledged_at && now < w->letter_latest_at;
}

bool letter_is_excused(const struct ruleset *ruleset, enum cause_verdict verdict)
{
    return verdict == CAUSE_OBJECTIVE && ruleset->objective_policy != OBJECTIVE_POLICY_LETTER;
}

/* Source: law:apology, law:apology-once, law:cause. */
enum letter_owed letter_owed(const struct lateness_context *ctx, const struct warning *w,
                             const struct cause_finding *f, int64_t now)
{
    const struct dossier *d = ctx->dossier;
    const struct dossier_letter *letter = dossier_live_letter(d, LETTER_TRIGGER_LATENESS);

    if (!letter_is_due(ctx, w, now))
        return LETTER_OWED_NO;
    if (d->is_imported && !d->is_adopted)
        return LETTER_OWED_NOT_ADOPTED;
    if (letter_is_missed(d, now, ctx->zone_s))
        return LETTER_OWED_SECOND;
    /* A letter with a number stands whatever is found later; before, the ruleset decides. */
    if (letter && letter->state >= LETTER_NUMBERED)
        return LETTER_OWED_EXISTS;
    if (letter_is_excused(ctx->ruleset, f->verdict))
        return LETTER_OWED_POLICY;
    if (letter)
        return LETTER_OWED_EXISTS;
    if (letter_is_pledged(d, w, now))
        return LETTER_OWED_PLEDGED;
    return LETTER_OWED_YES;
}

/* The last day that a new date may fall on; DATE_NONE where nothing bounds it. */
static bool letter_last_date(const struct lateness_context *ctx, int32_t *ret_on, struct error *err)
{
    struct due last;

    *ret_on = DATE_NONE;
    if (ctx->ruleset->extension_max.amount == 0 || ctx->dossier->due_at == INSTANT_NONE)
        return true;
    if (!due_compute(ctx->calendar, &ctx->ruleset->due, ctx->ruleset->extension_max,
                     ctx->dossier->due_at, &last, err))
        return false;
    *ret_on = last.on;
    return true;
}

/* A new date on the day the dossier is due anyway would be no new date: from the next working day
 * on. Where that is in doubt (declared late, with time left) the promise moves by a day, not by
 * nothing. */
bool letter_new_date(const struct lateness_context *ctx, int64_t now, int64_t *ret_at,
                     struct error *err)
{
    const struct dossier *d = ctx->dossier;
    struct warning w;
    int64_t done_at;
    int32_t on, last_on;

    if (ctx->ruleset->reappointments_max == 0) {
        *ret_at = INSTANT_NONE;
        return true;
    }
    warning_compute(ctx, now, &w);
    if (!calendar_add_work(ctx->calendar, now,
                           w.need_budget_us +
                               ctx->ruleset->reappointment_margin_hours * INSTANT_HOUR,
                           &done_at, err) ||
        !letter_last_date(ctx, &last_on, err))
        return false;
    on = instant_date(done_at, ctx->zone_s);
    if (last_on != DATE_NONE && on > last_on && last_on > instant_date(now, ctx->zone_s))
        on = last_on;
    if (d->due_at != INSTANT_NONE && on <= d->due_on &&
        !calendar_next_working(ctx->calendar, d->due_on, 1, &on, err))
        return false;
    return calendar_closing(ctx->calendar, on, ret_at, err);
}

bool letter_choose_date(const struct lateness_context *ctx, int64_t wanted_at, int64_t now,
                        int64_t *ret_at, struct error *err)
{
    int32_t on = instant_date(wanted_at, ctx->zone_s), last_on;
    int32_t due_on = ctx->dossier->due_on;
    int64_t given_at = ctx->dossier->due_reappointed;

    if (ctx->dossier->ended_at != INSTANT_NONE) /* the result is there: no day is permitted */
        return error_set(err, ERR_LETTER_DATE, arg_date("on", on), arg_date("due", due_on),
                         arg_date("last", due_on));
    if (!letter_last_date(ctx, &last_on, err))
        return false;
    if (given_at != INSTANT_NONE) { /* a notice has named it: the letter names no other */
        last_on = instant_date(given_at, ctx->zone_s);
        if (on == last_on) {
            *ret_at = given_at;
            return true;
        }
        return error_set(err, ERR_LETTER_DATE, arg_date("on", on), arg_date("due", due_on),
                         arg_date("last", last_on));
    }
    if (ctx->ruleset->reappointments_max == 0 || !calendar_is_working(ctx->calendar, on) ||
        on <= due_on || on < instant_date(now, ctx->zone_s) ||
        (last_on != DATE_NONE && on > last_on))
        return error_set(err, ERR_LETTER_DATE, arg_date("on", on), arg_date("due", due_on),
                         arg_date("last", last_on));
    return calendar_closing(ctx->calendar, on, ret_at, err);
}

static bool letter_is_same_person(const char *a, const char *b)
{
    size_t len = strcspn(a, ":");

    return len == strcspn(b, ":") && strncmp(a, b, len) == 0;
}

static int letter_add_addressee(const char *person, const char **ret, int n)
{
    if (!person || !*person || n == LETTER_ADDRESSEES_MAX)
        return n;
    for (int i = 0; i < n; i++)
        if (letter_is_same_person(ret[i], person))
            return n;
    ret[n] = person;
    return n + 1;
}

/* The newest event that names members names them all. Source: law:apology. */
int letter_addressees(const struct dossier *d, const struct history *h, const char **ret)
{
    const struct event *named = NULL;
    int n = 0;

    if (d->authorised[0])
        return letter_add_addressee(d->authorised, ret, 0);
    n = letter_add_addressee(d->applicant, ret, n);
    if (d->n_members == 0 || !h)
        return n;
    for (int i = 0; i < h->n; i++)
        if (h->events[i].at <= d->last_at && event_has(&h->events[i], EVENT_FIELD_MEMBER))
            named = &h->events[i];
    for (int i = 0; named && i < named->n_values; i++)
        if (named->values[i].field == EVENT_FIELD_MEMBER)
            n = letter_add_addressee(named->values[i].text, ret, n);
    return n;
}

/* Other triggers have no date in law: their letters are in time. Source: law:apology,
 * law:apology-other. */
enum letter_timing letter_timing(const struct dossier *d, const struct dossier_letter *letter,
                                 int64_t issued_at, int32_t zone_s)
{
    if (letter->trigger != LETTER_TRIGGER_LATENESS)
        return LETTER_TIMING_IN_TIME;
    if (lateness_is_late_at(d, issued_at, zone_s))
        return LETTER_TIMING_AFTER_DUE;
    if (letter->latest_at != INSTANT_NONE && issued_at > letter->latest_at)
        return LETTER_TIMING_AFTER_LATEST;
    return LETTER_TIMING_IN_TIME;
}
