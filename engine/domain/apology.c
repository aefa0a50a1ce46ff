/* Is a letter owed, until when, and which new date may it promise?
 *
 * Questions only: alarm.c writes the drafts, letter.c what people do with them. */
#include "domain/apology_impl.h"

#include <string.h>

#include "base/instant.h"

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

bool letter_is_stale(const struct lateness_context *ctx, const struct warning *w,
                     const struct dossier_letter *letter, int64_t now)
{
    const struct dossier *d = ctx->dossier;
    bool is_after_due = lateness_is_late_at(d, now, ctx->zone_s);

    if (letter->state != LETTER_DRAFTED && letter->state != LETTER_SIGNED)
        return false;
    if (letter->is_after_due != is_after_due)
        return true;
    if (d->ended_at != INSTANT_NONE)
        return false;
    if (!is_after_due && w->letter_latest_at != INSTANT_NONE &&
        w->letter_latest_at != letter->latest_at)
        return true;
    return letter->reappointed_at != INSTANT_NONE &&
           instant_date(now, ctx->zone_s) > instant_date(letter->reappointed_at, ctx->zone_s);
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

/* Source: law:apology, law:apology-once, law:cause. */
enum letter_owed letter_owed(const struct lateness_context *ctx, const struct warning *w,
                             const struct cause_finding *f, int64_t now)
{
    const struct dossier *d = ctx->dossier;

    if (!letter_is_due(ctx, w, now))
        return LETTER_OWED_NO;
    if (d->is_imported && !d->is_adopted)
        return LETTER_OWED_NOT_ADOPTED;
    if (letter_is_missed(d, now, ctx->zone_s))
        return LETTER_OWED_SECOND;
    if (dossier_live_letter(d, LETTER_TRIGGER_LATENESS))
        return LETTER_OWED_EXISTS;
    if (f->verdict == CAUSE_OBJECTIVE && ctx->ruleset->objective_policy != OBJECTIVE_POLICY_LETTER)
        return LETTER_OWED_POLICY;
    if (letter_is_pledged(d, w, now))
        return LETTER_OWED_PLEDGED;
    return LETTER_OWED_YES;
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
    int32_t on;

    warning_compute(ctx, now, &w);
    if (!calendar_add_work(ctx->calendar, now,
                           w.need_budget_us +
                               ctx->ruleset->reappointment_margin_hours * INSTANT_HOUR,
                           &done_at, err))
        return false;
    on = instant_date(done_at, ctx->zone_s);
    if (d->due_at != INSTANT_NONE && on <= d->due_on &&
        !calendar_next_working(ctx->calendar, d->due_on, 1, &on, err))
        return false;
    return calendar_closing(ctx->calendar, on, ret_at, err);
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
