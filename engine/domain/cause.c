/* Who made it late: two counterfactuals over one end.  Whose each hour was, cause_measure.c says;
 * here it is asked what would have become of the promise without it. */
#include "domain/cause_impl.h"

#include <string.h>

#include "base/instant.h"
#include "domain/lateness_impl.h"

bool objective_concerns(const struct objective_interval *o, const struct dossier *d,
                        const char *procedure)
{
    bool is_named = o->n_procedures == 0;

    for (int i = 0; i < o->n_procedures && !is_named; i++)
        is_named = procedure && strcmp(o->procedures[i], procedure) == 0;
    return is_named && (o->dossier == 0 || o->dossier == d->id);
}

bool objective_may_be_planned(enum objective_kind kind)
{
    return kind == OBJECTIVE_OUTAGE;
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
    if (f->responsible[0].opinion)
        return CAUSE_KEY_SLOW_UNIT;
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
                int n, int64_t until, int64_t end_at, struct cause_finding *ret_finding,
                struct cause_detail *ret_detail)
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
    if (cause_measure(ctx, intervals, n, until, &f, ret_detail) &&
        cause_without(ctx, end_at, f.objective_us, &f.end_without_objective,
                      &f.late_without_objective) &&
        cause_without(ctx, end_at, f.overrun_us, &f.end_without_overrun, &f.late_without_overrun))
        cause_judge(ctx, &f);
    if (f.n_responsible > 0 && f.verdict != CAUSE_OBJECTIVE) {
        f.at_fault_office = f.responsible[0].office;
        f.at_fault_officer = f.responsible[0].officer;
    }
    *ret_finding = f;
}

void cause_kept(const struct lateness_context *ctx, const struct dossier_finding *kept,
                struct cause_finding *ret_finding)
{
    const struct dossier *d = ctx->dossier;
    struct cause_finding f = {
        .verdict = kept->verdict,
        .cause = kept->cause,
        .at_fault_office = kept->at_fault_office,
        .end_at = d->judged_at,
        .end_without_objective = d->judged_at,
        .end_without_overrun = d->judged_at,
        .objective_kind = OBJECTIVE_KIND_COUNT,
    };
    struct cause_figures figures;

    if (cause_figures_read(kept->arithmetic, &figures)) {
        f.overrun_us = figures.overrun_minutes * INSTANT_MINUTE;
        f.objective_us = figures.objective_minutes * INSTANT_MINUTE;
        f.end_at = figures.end_at;
        f.end_without_objective = figures.end_without_objective;
        f.end_without_overrun = figures.end_without_overrun;
    }
    f.late_without_objective = lateness_is_late_at(d, f.end_without_objective, ctx->zone_s);
    f.late_without_overrun = lateness_is_late_at(d, f.end_without_overrun, ctx->zone_s);
    *ret_finding = f;
}
