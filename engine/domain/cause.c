/* Who made it late: two counterfactuals over one end.
 *
 * Time is looked at once.  Objective time is what of the declared intervals, taken together, lies
 * inside the dossier's running clock; it is taken out before anybody's use is measured against a
 * budget.  So an hour of storm is the storm's even when the officer's budget had run out before,
 * and an officer whose step was stopped by it has not overrun because of it: no hour stands on both
 * sides. */
#include "domain/cause.h"

#include <stdio.h>
#include <string.h>

#include "base/instant.h"
#include "domain/lateness_impl.h"

bool objective_concerns(const struct objective_interval *o, const struct dossier *d,
                        const char *procedure, int64_t office,
                        bool (*within)(const void *, int64_t, int64_t), const void *organisation)
{
    if (o->dossier != 0 && o->dossier != d->id)
        return false;
    if (o->procedure && *o->procedure && (!procedure || strcmp(o->procedure, procedure) != 0))
        return false;
    return o->office == 0 || o->office == office ||
           (within && within(organisation, office, o->office));
}

/* ---- objective time ---- */

#define CAUSE_SPANS_MAX 64

/* The union of the intervals, ascending.  `ret` has room for CAUSE_SPANS_MAX; false when they are
 * more: then nothing can be said. */
static bool cause_union(const struct objective_interval *intervals, int n, int64_t until,
                        struct time_span *ret, int *ret_n)
{
    int n_spans = 0;

    for (int i = 0; i < n; i++) {
        struct time_span span = {intervals[i].from, intervals[i].to};
        int at = 0, last;

        if (span.to == INSTANT_NONE || span.to > until)
            span.to = until;
        if (span.from >= span.to)
            continue;
        while (at < n_spans && ret[at].to < span.from)
            at++;
        /* ret[at..last) touch the new one and melt into it */
        for (last = at; last < n_spans && ret[last].from <= span.to; last++) {
            if (ret[last].from < span.from)
                span.from = ret[last].from;
            if (ret[last].to > span.to)
                span.to = ret[last].to;
        }
        if (last == at && n_spans == CAUSE_SPANS_MAX)
            return false;
        memmove(&ret[at + 1], &ret[last], (size_t)(n_spans - last) * sizeof *ret);
        ret[at] = span;
        n_spans += 1 - (last - at);
    }
    *ret_n = n_spans;
    return true;
}

/* Working time of the dossier's running clock inside the spans. */
static bool cause_objective_us(const struct lateness_context *ctx, int64_t until,
                               const struct time_span *spans, int n_spans, int64_t *ret_us)
{
    const struct dossier *d = ctx->dossier;
    int64_t origin = lateness_counts_from(d), sum = 0;

    for (int i = 0; i < d->n_segments; i++) {
        const struct dossier_segment *s = &d->segments[i];
        int64_t from = s->from > origin ? s->from : origin;
        int64_t to = s->to == INSTANT_NONE || s->to > until ? until : s->to;
        int64_t us;

        if (s->is_waiting || from >= to)
            continue;
        if (!lateness_work_inside(ctx, from, to, spans, n_spans, &us))
            return false;
        sum += us;
    }
    *ret_us = sum;
    return true;
}

/* The kind that took most of the time, and whether one that took any has no evidence. */
static bool cause_weigh(const struct lateness_context *ctx,
                        const struct objective_interval *intervals, int n, int64_t until,
                        struct cause_finding *f)
{
    int64_t by_kind[OBJECTIVE_KIND_COUNT] = {0}, most = 0;

    for (int i = 0; i < n; i++) {
        const struct objective_interval *o = &intervals[i];
        struct time_span span = {o->from, o->to == INSTANT_NONE || o->to > until ? until : o->to};
        int64_t us;

        if (span.from >= span.to)
            continue;
        if (!cause_objective_us(ctx, until, &span, 1, &us))
            return false;
        if (us > 0 && (!o->evidence || !*o->evidence))
            f->is_evidence_missing = true;
        by_kind[o->kind] += us;
    }
    for (int k = 0; k < OBJECTIVE_KIND_COUNT; k++)
        if (by_kind[k] > most) {
            most = by_kind[k];
            f->objective_kind = (enum objective_kind)k;
        }
    return true;
}

/* ---- overruns ---- */

/* Keeps the largest, in order; of equal ones the earlier segment stands first. */
static void cause_put_responsible(struct cause_finding *f, const struct segment_use *use)
{
    int at = f->n_responsible;

    while (at > 0 && f->responsible[at - 1].overrun_us < use->overrun_us)
        at--;
    if (at == CAUSE_RESPONSIBLE_MAX)
        return;
    if (f->n_responsible < CAUSE_RESPONSIBLE_MAX)
        f->n_responsible++;
    memmove(&f->responsible[at + 1], &f->responsible[at],
            (size_t)(f->n_responsible - at - 1) * sizeof *use);
    f->responsible[at] = *use;
}

static bool cause_measure(const struct lateness_context *ctx,
                          const struct objective_interval *intervals, int n, int64_t until,
                          struct cause_finding *f)
{
    struct time_span spans[CAUSE_SPANS_MAX] = {{0}};
    struct segment_use uses[DOSSIER_SEGMENTS_MAX];
    int n_spans, n_uses;

    if (!cause_union(intervals, n, until, spans, &n_spans) ||
        !cause_objective_us(ctx, until, spans, n_spans, &f->objective_us) ||
        !cause_weigh(ctx, intervals, n, until, f) ||
        !lateness_uses(ctx, until, spans, n_spans, uses, &n_uses))
        return false;
    for (int i = 0; i < n_uses; i++) {
        if (uses[i].overrun_us <= 0)
            continue;
        f->overrun_us += uses[i].overrun_us;
        cause_put_responsible(f, &uses[i]);
    }
    return true;
}

/* ---- the verdict ---- */

/* The end without so much working time, and whether that would still have been late.  An opening
 * and the closing before it are the same count: as with a promise, the earlier is meant
 * (law:due-at). */
static bool cause_without(const struct lateness_context *ctx, int64_t end_at, int64_t work_us,
                          int64_t *ret_end, bool *ret_late)
{
    int64_t closing, between;
    struct error err;

    *ret_end = end_at;
    if (work_us > 0) {
        if (!calendar_sub_work(ctx->calendar, end_at, work_us, ret_end, &err))
            return false;
        /* Counted forward from the closing before, a count that ends at closing ends there. */
        if (!calendar_last_closing_before(ctx->calendar, *ret_end, &closing, &err) ||
            !calendar_work_between(ctx->calendar, closing, *ret_end, &between, &err) ||
            !calendar_add_work(ctx->calendar, closing, between, ret_end, &err))
            return false;
    }
    *ret_late = lateness_is_late_at(ctx->dossier, *ret_end, ctx->zone_s);
    return true;
}

static enum cause cause_of_objective(enum objective_kind kind)
{
    static const enum cause causes_of[OBJECTIVE_KIND_COUNT] = {
        [OBJECTIVE_FORCE_MAJEURE] = CAUSE_KEY_FORCE_MAJEURE,
        [OBJECTIVE_OUTAGE] = CAUSE_KEY_SYSTEM_OUTAGE,
        [OBJECTIVE_OTHER_AGENCY] = CAUSE_KEY_OTHER_AUTHORITY,
        [OBJECTIVE_REGULATION] = CAUSE_KEY_REGULATION,
        [OBJECTIVE_SITE_ACCESS] = CAUSE_KEY_SITE_ACCESS,
        [OBJECTIVE_APPLICANT] = CAUSE_KEY_APPLICANT_WAIT,
    };

    return kind == OBJECTIVE_KIND_COUNT ? CAUSE_KEY_UNKNOWN : causes_of[kind];
}

/* The machine names the hands, not the motive: a leader may choose a nearer cause (decide_cause).
 * Late with no budget overrun, the time went between the steps. */
static enum cause cause_of_subjective(const struct lateness_context *ctx,
                                      const struct cause_finding *f)
{
    int seq = f->n_responsible > 0 ? f->responsible[0].segment->step : 0;

    if (f->n_responsible == 0)
        return CAUSE_KEY_SLOW_HANDOVER;
    for (int i = 0; ctx->procedure_case && i < ctx->procedure_case->n_steps; i++) {
        const struct procedure_step *step = &ctx->procedure_case->steps[i];

        if (step->seq != seq)
            continue;
        if (step->role == ROLE_LEADER)
            return CAUSE_KEY_LATE_SIGNATURE;
        if (step->office == STEP_OFFICE_NAMED)
            return CAUSE_KEY_SLOW_UNIT;
    }
    return CAUSE_KEY_IDLE;
}

static void cause_judge(const struct lateness_context *ctx, struct cause_finding *f)
{
    if (f->is_evidence_missing || (f->objective_us == 0 && f->overrun_us == 0))
        return; /* undetermined */
    if (f->late_without_objective) {
        f->verdict = CAUSE_SUBJECTIVE;
        f->cause = cause_of_subjective(ctx, f);
    } else if (f->late_without_overrun) {
        f->verdict = CAUSE_OBJECTIVE;
        f->cause = cause_of_objective(f->objective_kind);
    }
}

void cause_find(const struct lateness_context *ctx, const struct objective_interval *intervals,
                int n, int64_t until, int64_t end_at, struct cause_finding *ret_finding)
{
    struct cause_finding f = {
        .verdict = CAUSE_UNDETERMINED,
        .cause = CAUSE_KEY_UNKNOWN,
        .end_at = end_at,
        .end_without_objective = end_at,
        .end_without_overrun = end_at,
        .objective_kind = OBJECTIVE_KIND_COUNT,
    };

    f.late_without_objective = f.late_without_overrun =
        lateness_is_late_at(ctx->dossier, end_at, ctx->zone_s);
    if (cause_measure(ctx, intervals, n, until, &f) &&
        cause_without(ctx, end_at, f.objective_us, &f.end_without_objective,
                      &f.late_without_objective) &&
        cause_without(ctx, end_at, f.overrun_us, &f.end_without_overrun, &f.late_without_overrun))
        cause_judge(ctx, &f);
    if (f.n_responsible > 0) {
        f.at_fault_office = f.responsible[0].segment->office;
        f.at_fault_officer = f.responsible[0].segment->officer;
    }
    *ret_finding = f;
}
