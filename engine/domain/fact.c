/* Facts: a dossier's events replayed one by one, and a row kept each time that something a report
 * asks about has changed.  A fact is read off the dossier alone, so that whoever has the events can
 * make the same rows again (`motcua verify`); what depends on the day of asking (is it overdue
 * today?) is no fact and is judged in report.c. */
#include "domain/fact.h"

#include <stdlib.h>

#include "base/instant.h"
#include "domain/fact_impl.h"
#include "domain/lateness_impl.h"

/* Waiting, for the reports: a hold that stops the clock runs; or one that stops nothing because the
 * dossier was overdue when it began. One begun after the last closing of the due day, but on that
 * day, is neither: the day is judged by its date. */
static bool fact_is_waiting(const struct dossier *d, int32_t zone_s, bool *ret_was_overdue)
{
    const struct dossier_hold *hold = dossier_running_hold(d);

    *ret_was_overdue = hold && d->ended_at == INSTANT_NONE && hold->began_after_due &&
                       lateness_is_late_at(d, hold->from, zone_s);
    return d->ended_at == INSTANT_NONE && (*ret_was_overdue || dossier_is_waiting(d));
}

/* Ended by request, withdrawal or force, in whatever way: never "early", for nothing was delivered
 * before its time (statistics.md 1.3 counts them on time). */
bool fact_is_stopped(enum outcome outcome)
{
    return outcome == OUTCOME_STOPPED || outcome == OUTCOME_WITHDRAWN ||
           outcome == OUTCOME_CLOSED || outcome == OUTCOME_FORCED;
}

enum judgement fact_judgement(const struct dossier *d, int32_t zone_s)
{
    enum judgement judgement;

    if (d->ended_at == INSTANT_NONE)
        return JUDGEMENT_NONE;
    judgement = dossier_judgement(d, zone_s);
    if (judgement == JUDGEMENT_NONE ||
        (judgement == JUDGEMENT_EARLY && fact_is_stopped(d->outcome)))
        return JUDGEMENT_ON_TIME; /* no promise, or nothing to be early with */
    return judgement;
}

/* A letter is owed while one lives, and for whatever is late without one.  An objective cause
 * without a letter owes none: the finding and the draft are written together, so where the ruleset
 * wants a letter for it, one lives. */
static bool fact_is_letter_owed(const struct dossier *d, enum judgement judgement)
{
    if (dossier_live_letter(d, LETTER_TRIGGER_LATENESS))
        return true;
    if (d->is_imported && !d->is_adopted)
        return false;
    if (judgement != JUDGEMENT_LATE &&
        (judgement != JUDGEMENT_NONE || d->overdue_at == INSTANT_NONE))
        return false;
    return d->verdict != CAUSE_OBJECTIVE;
}

void fact_of(const struct dossier *d, int32_t zone_s, struct fact *ret)
{
    const struct dossier_letter *letter = dossier_live_letter(d, LETTER_TRIGGER_LATENESS);
    struct fact f = {.valid_from = INSTANT_NONE, .valid_to = INSTANT_FOREVER};

    f.filed_office = d->filed_office;
    f.office = d->competent_office;
    f.field_id = d->field_id;
    f.procedure_id = d->procedure_id;
    f.channel = d->channel;
    f.received_at = d->received_at;
    f.received_on = instant_date(d->received_at, zone_s);
    f.due_at = d->due_at;
    f.due_on = d->due_at == INSTANT_NONE ? DATE_NONE : d->due_on;
    f.due_is_instant = d->due_at != INSTANT_NONE && d->due_is_instant;
    f.due_original = d->due_original;
    f.due_original_on = d->due_original == INSTANT_NONE ? DATE_NONE : d->due_original_on;
    f.due_original_is_instant = d->due_original != INSTANT_NONE && d->due_original_is_instant;
    f.due_reappointed = d->due_reappointed;
    f.due_reappointed_on =
        d->due_reappointed == INSTANT_NONE ? DATE_NONE : instant_date(d->due_reappointed, zone_s);
    f.ended_at = d->ended_at;
    f.ended_on = DATE_NONE;
    if (d->ended_at != INSTANT_NONE) {
        f.ended_on = instant_date(d->ended_at, zone_s);
        if (f.ended_on < f.received_on)
            f.ended_on = f.received_on;
    }
    f.outcome = d->outcome;
    f.judgement = fact_judgement(d, zone_s);
    f.is_waiting = fact_is_waiting(d, zone_s, &f.was_overdue_before_wait);
    f.verdict = d->verdict;
    f.at_fault_office = d->at_fault_office;
    f.letter_timing =
        letter && letter->issued_at != INSTANT_NONE ? letter->timing : LETTER_TIMING_NONE;
    f.is_letter_owed = fact_is_letter_owed(d, f.judgement);
    *ret = f;
}

bool fact_equal(const struct fact *a, const struct fact *b)
{
    return a->filed_office == b->filed_office && a->office == b->office &&
           a->field_id == b->field_id && a->procedure_id == b->procedure_id &&
           a->channel == b->channel && a->received_at == b->received_at &&
           a->received_on == b->received_on && a->due_at == b->due_at && a->due_on == b->due_on &&
           a->due_is_instant == b->due_is_instant && a->due_original == b->due_original &&
           a->due_original_on == b->due_original_on &&
           a->due_original_is_instant == b->due_original_is_instant &&
           a->due_reappointed == b->due_reappointed && a->ended_at == b->ended_at &&
           a->ended_on == b->ended_on && a->outcome == b->outcome && a->judgement == b->judgement &&
           a->is_waiting == b->is_waiting &&
           a->was_overdue_before_wait == b->was_overdue_before_wait && a->verdict == b->verdict &&
           a->at_fault_office == b->at_fault_office && a->letter_timing == b->letter_timing &&
           a->is_letter_owed == b->is_letter_owed;
}

bool fact_same_row(const struct fact *a, const struct fact *b)
{
    return a->valid_from == b->valid_from && a->valid_to == b->valid_to && fact_equal(a, b);
}

/* Adds what is true from `at` on.  Several events of one instant leave one row, their last word; a
 * row that says what the one before it says is that row.  When the list is full its last row takes
 * what is newest: the present stays right, the oldest rows stay, only the middle becomes coarse. */
static int fact_append(struct fact *rows, int n, const struct fact *fact, int64_t at)
{
    struct fact f = *fact;

    f.valid_from = at;
    if (n > 0 && rows[n - 1].valid_from >= at) {
        f.valid_from = rows[n - 1].valid_from;
        n--;
    } else if (n == FACTS_MAX) {
        f.valid_from = rows[n - 1].valid_from;
        n--;
    }
    if (n > 0 && fact_equal(&rows[n - 1], &f)) {
        rows[n - 1].valid_to = INSTANT_FOREVER;
        return n;
    }
    if (n > 0)
        rows[n - 1].valid_to = f.valid_from;
    rows[n] = f;
    return n + 1;
}

int fact_timeline(const struct history *h, int64_t known_at, int32_t zone_s, struct fact *ret)
{
    int *order = calloc((size_t)h->n + 1, sizeof *order);
    struct dossier *d = calloc(1, sizeof *d); /* some kilobytes: too much for a worker's stack */
    int n_rows = 0, n_events;

    if (!order || !d) {
        free(order);
        free(d);
        return -1;
    }
    n_events = history_order(h, INSTANT_FOREVER, known_at, order);
    dossier_init(d, n_events > 0 ? h->events[order[0]].dossier_id : 0);
    for (int i = 0; i < n_events; i++) {
        const struct event *e = &h->events[order[i]];
        struct fact f;

        dossier_apply(d, e);
        if (d->received_at == INSTANT_NONE)
            continue;
        fact_of(d, zone_s, &f);
        n_rows = fact_append(ret, n_rows, &f, e->at);
    }
    /* Entered by mistake: it leaves the statistics of every day, not only of those to come. */
    if (d->is_mistake)
        n_rows = 0;
    free(order);
    free(d);
    return n_rows;
}
