/* When a finding is worth an event of its own, and what the event says. */
#include <string.h>

#include "base/instant.h"
#include "domain/apology_impl.h"

static bool ids_equal(const int64_t *a, int n_a, const int64_t *b, int n_b)
{
    return n_a == n_b && memcmp(a, b, (size_t)n_a * sizeof *a) == 0;
}

/* Would a new finding tell anybody anything?  Its outcome, whom it names and what excuses must
 * differ; while the dossier is open its end is only projected and an overrun grows by the minute,
 * so the rest of the arithmetic is held against the old one when it has ended. */
bool alarm_finding_stands(const struct dossier *d, const struct cause_finding *f,
                          const char *arithmetic)
{
    const struct dossier_finding *old = &d->finding;
    struct cause_figures figures;

    if (old->at == INSTANT_NONE || old->verdict != f->verdict || old->cause != f->cause ||
        old->at_fault_office != f->at_fault_office ||
        !ids_equal(old->offices, old->n_offices, f->offices, f->n_offices) ||
        !ids_equal(old->intervals, old->n_intervals, f->intervals, f->n_intervals))
        return false;
    if (d->ended_at != INSTANT_NONE)
        return strcmp(old->arithmetic, arithmetic) == 0;
    return cause_figures_read(old->arithmetic, &figures) &&
           figures.objective_minutes == f->objective_us / INSTANT_MINUTE;
}

void alarm_put_finding(struct event *e, const struct cause_finding *f)
{
    event_put_text(e, EVENT_FIELD_VERDICT, vocabulary_word(&cause_verdicts, (int)f->verdict));
    event_put_text(e, EVENT_FIELD_CAUSE, vocabulary_word(&causes, (int)f->cause));
    if (f->at_fault_office != 0)
        event_put_number(e, EVENT_FIELD_AT_FAULT_OFFICE, f->at_fault_office);
    for (int i = 0; i < f->n_offices; i++)
        event_put_number(e, EVENT_FIELD_RESPONSIBLE_OFFICE, f->offices[i]);
    for (int i = 0; i < f->n_intervals; i++)
        event_put_number(e, EVENT_FIELD_OBJECTIVE, f->intervals[i]);
}

/* An end that the newest finding does not speak of yet: only then the arithmetic is whole. */
bool alarm_finding_missing(const struct lateness_context *ctx, const struct warning *w, int64_t now)
{
    const struct dossier *d = ctx->dossier;
    struct cause_figures figures;

    if (d->ended_at == INSTANT_NONE || !letter_is_due(ctx, w, now))
        return false;
    return !cause_figures_read(d->finding.arithmetic, &figures) ||
           figures.end_at / INSTANT_MINUTE != d->judged_at / INSTANT_MINUTE;
}
