/* Warning: does what remains still fit into the time left?
 *
 * Everything is counted in working time of the competent office.  While nothing happens, the time
 * left and the rest of the running step's budget melt together; only when that budget is used up
 * does the need stop melting, and the slack goes.  So the instants at which a level turns follow
 * from four numbers and need no search: see lateness_turn(). */
#include "domain/lateness_impl.h"

#include <string.h>

#include "base/instant.h"
#include "domain/fact_impl.h"

bool lateness_is_late_at(const struct dossier *d, int64_t at, int32_t zone_s)
{
    if (d->due_at == INSTANT_NONE)
        return false;
    return d->due_is_instant ? at > d->due_at : instant_date(at, zone_s) > d->due_on;
}

int64_t lateness_late_at(const struct dossier *d, int32_t zone_s)
{
    if (d->due_at == INSTANT_NONE)
        return INSTANT_NONE;
    return d->due_is_instant ? d->due_at + 1 : date_instant(d->due_on + 1, zone_s);
}

int64_t lateness_counts_from(const struct dossier *d)
{
    int64_t from = dossier_clock_start(d);

    for (int i = 0; i < d->n_holds; i++) {
        const struct dossier_hold *h = &d->holds[i];

        if (h->effect == HOLD_EFFECT_RESTART && h->to != INSTANT_NONE && !h->is_late_request &&
            !h->began_after_due && h->to > from)
            from = h->to;
    }
    return from;
}

bool lateness_is_short(struct limit limit)
{
    switch (limit.unit) {
    case LIMIT_SAME_DAY:
        return true;
    case LIMIT_WORKING_HOURS:
        return limit.amount <= 8;
    case LIMIT_HALF_DAYS:
        return limit.amount <= 2;
    case LIMIT_WORKING_DAYS:
    case LIMIT_CALENDAR_DAYS:
        return limit.amount <= 1;
    case LIMIT_MONTHS:
    case LIMIT_UNIT_COUNT:
        break;
    }
    return false;
}

/* ---- what was used ---- */

const struct procedure_step *lateness_step(const struct procedure_case *c, int seq)
{
    for (int i = 0; c && seq > 0 && i < c->n_steps; i++)
        if (c->steps[i].seq == seq)
            return &c->steps[i];
    return NULL;
}

/* Working time of one segment inside the limit in force. What lies before a restart belongs to a
 * count that is over. */
static bool lateness_used(const struct lateness_context *ctx, const struct dossier_segment *s,
                          int64_t until, int64_t *ret_us)
{
    int64_t origin = lateness_counts_from(ctx->dossier);
    int64_t from = s->from > origin ? s->from : origin;
    int64_t to = s->to == INSTANT_NONE || s->to > until ? until : s->to;
    struct error err;

    *ret_us = 0;
    return s->is_waiting || from >= to ||
           calendar_work_between(ctx->calendar, from, to, ret_us, &err);
}

int lateness_segments(const struct lateness_context *ctx, int64_t until, struct segment_use *ret)
{
    const struct dossier *d = ctx->dossier;
    int64_t spent[PROCEDURE_STEPS_MAX] = {0}; /* by index of the step: its budget is one purse */
    int n = 0;

    for (int i = 0; i < d->n_segments; i++) {
        const struct dossier_segment *s = &d->segments[i];
        const struct procedure_step *step = lateness_step(ctx->procedure_case, s->step);
        struct segment_use use = {.segment = s};

        if (s->from >= until)
            continue;
        /* A segment in a year without a calendar shows no use: nothing is claimed about it. */
        if (!lateness_used(ctx, s, until, &use.used_us))
            use.used_us = 0;
        /* The applicant's time, and time without a step, is measured against nobody's budget. */
        if (step && s->office != 0 && !s->is_waiting) {
            int64_t *purse = &spent[step - ctx->procedure_case->steps];
            int64_t budget = step->budget_minutes * INSTANT_MINUTE - *purse;

            use.budget_us = budget > 0 ? budget : 0;
            use.overrun_us = use.used_us > use.budget_us ? use.used_us - use.budget_us : 0;
            *purse += use.used_us;
        }
        ret[n++] = use;
    }
    return n;
}

/* ---- what is needed ---- */

/* The running step apart from those that follow it. */
struct lateness_need {
    int64_t rest_us;         /* of the running step's budget; 0 when used up */
    int64_t least_us;        /* of the running step */
    int64_t after_budget_us; /* of the steps after it */
    int64_t after_least_us;
};

/* Least time of a step; where it has none of its own the share of its budget, in whole minutes,
 * that the dossier's ruleset gives. */
static int64_t lateness_least(const struct lateness_context *ctx, const struct procedure_step *step)
{
    int64_t budget = step->budget_minutes, least = step->least_minutes;

    if (least < 0)
        least = budget * ctx->ruleset->default_least_percent / 100;
    return (least < budget ? least : budget) * INSTANT_MINUTE;
}

static bool lateness_need(const struct lateness_context *ctx, int64_t now,
                          struct lateness_need *ret)
{
    const struct dossier *d = ctx->dossier;
    const struct procedure_case *c = ctx->procedure_case;
    const struct procedure_step *step = lateness_step(c, d->step);
    int64_t used = 0;

    memset(ret, 0, sizeof *ret);
    /* The result is on its way to the counter: the work is done, only the counter's hand is
     * missing. */
    if (d->has_pending && d->is_result_sent)
        return true;
    for (int i = 0; i < c->n_steps; i++)
        if (c->steps[i].seq > d->step) {
            ret->after_budget_us += c->steps[i].budget_minutes * INSTANT_MINUTE;
            ret->after_least_us += lateness_least(ctx, &c->steps[i]);
        }
    if (!step)
        return true;
    for (int i = 0; i < d->n_segments; i++) {
        int64_t us;

        if (d->segments[i].step != d->step)
            continue;
        if (!lateness_used(ctx, &d->segments[i], now, &us))
            return false;
        used += us;
    }
    ret->least_us = lateness_least(ctx, step);
    ret->rest_us = step->budget_minutes * INSTANT_MINUTE - used;
    if (ret->rest_us < 0)
        ret->rest_us = 0;
    return true;
}

/* After how much more working time, with nothing happening, does the need exceed the time left?  0:
 * now; -1: never.
 *
 *   left   working time to the end of the limit
 *   rest   of the running step's budget; melts with the time left, so it keeps the slack as it is
 *   cap    the running step counts with no more than this while its budget lasts
 *   least  what it counts with once the budget is used up: the need jumps back to this
 *   after  what the steps after it need
 *
 * While `rest` is above `cap` the need stands still and the time left melts; below, both melt; when
 * the budget is used up, the need is least + after and stands still again. */
static int64_t lateness_turn(int64_t left, int64_t rest, int64_t cap, int64_t least, int64_t after)
{
    int64_t standing = left - least - after + 1; /* first excess of a need that stands still */

    if (standing < 0)
        standing = 0;
    if (rest > 0 && rest + after > left) {
        if (rest <= cap)
            return 0;
        return standing < rest - cap ? standing : rest - cap;
    }
    if (least + after == 0)
        return -1;
    return standing > rest ? standing : rest;
}

/* ---- the warning ---- */

/* The end of the time left: the promise, or for a day limit the last closing of its day (a budget
 * of hours may promise 10:00 and yet be late only by date). */
static int64_t lateness_deadline(const struct lateness_context *ctx)
{
    const struct dossier *d = ctx->dossier;
    int64_t closing;
    struct error err;

    if (d->due_is_instant || !calendar_closing(ctx->calendar, d->due_on, &closing, &err) ||
        closing < d->due_at)
        return d->due_at;
    return closing;
}

static int64_t warning_closing(const struct lateness_context *ctx, int days_before)
{
    int32_t on;
    int64_t at;
    struct error err;

    if (days_before <= 0)
        return ctx->dossier->due_at;
    if (!calendar_next_working(ctx->calendar, ctx->dossier->due_on, -days_before, &on, &err) ||
        !calendar_closing(ctx->calendar, on, &at, &err))
        return INSTANT_NONE;
    return at;
}

/* The letter's moments.  Where the latest moment would fall before the limit even began (limits of
 * a day or less) nobody could keep it: the letter is then owed as soon as it is known to be needed,
 * and is in time until the promise. */
static void warning_letter_moments(const struct lateness_context *ctx, struct warning *w)
{
    int64_t from = lateness_counts_from(ctx->dossier);

    w->letter_latest_at = warning_closing(ctx, ctx->ruleset->letter_lead_days);
    w->letter_draft_at = warning_closing(ctx, ctx->ruleset->letter_draft_days);
    if (w->letter_latest_at != INSTANT_NONE && w->letter_latest_at <= from) {
        w->letter_latest_at = ctx->dossier->due_at;
        w->letter_draft_at = from;
    }
}

/* The instant after `work_us` more of working time; INSTANT_NONE when that is never or now. */
static int64_t warning_instant(const struct lateness_context *ctx, int64_t now, int64_t work_us)
{
    int64_t at;
    struct error err;

    if (work_us <= 0 || !calendar_add_work(ctx->calendar, now, work_us, &at, &err))
        return INSTANT_NONE;
    return at;
}

static void warning_of_steps(const struct lateness_context *ctx, int64_t now, struct warning *w)
{
    const struct dossier *d = ctx->dossier;
    struct lateness_need need;
    int64_t risk, certain, left;
    struct error err;

    if (!lateness_need(ctx, now, &need))
        return;
    w->need_budget_us = need.after_budget_us + (need.rest_us > 0 ? need.rest_us : need.least_us);
    w->need_least_us =
        need.after_least_us +
        (need.rest_us > 0 && need.rest_us < need.least_us ? need.rest_us : need.least_us);
    if (!calendar_add_work(ctx->calendar, now, w->need_budget_us, &w->projected_end, &err))
        w->projected_end = INSTANT_NONE;
    if (d->due_at == INSTANT_NONE || w->level == WARNING_OVERDUE ||
        !calendar_work_between(ctx->calendar, now, lateness_deadline(ctx), &left, &err))
        return;
    w->left_us = left > 0 ? left : 0;
    risk = lateness_turn(w->left_us, need.rest_us, INT64_MAX, need.least_us, need.after_budget_us);
    certain = -1;
    /* A limit of a day or less leaves no room to foresee: only a declaration makes it certain. */
    if (!lateness_is_short(d->limit))
        certain = lateness_turn(w->left_us, need.rest_us, need.least_us, need.least_us,
                                need.after_least_us);
    if (certain == 0)
        w->level = WARNING_CERTAIN;
    else if (risk == 0 && w->level == WARNING_FINE)
        w->level = WARNING_AT_RISK;
    if (w->level == WARNING_FINE)
        w->risk_at = warning_instant(ctx, now, risk);
    if (w->level != WARNING_CERTAIN)
        w->certain_at = warning_instant(ctx, now, certain);
}

void warning_compute(const struct lateness_context *ctx, int64_t now, struct warning *ret_warning)
{
    const struct dossier *d = ctx->dossier;
    struct warning w = {
        .level = WARNING_FINE,
        .projected_end = INSTANT_NONE,
        .risk_at = INSTANT_NONE,
        .certain_at = INSTANT_NONE,
        .late_at = INSTANT_NONE,
        .letter_draft_at = INSTANT_NONE,
        .letter_latest_at = INSTANT_NONE,
    };
    bool is_overdue;

    *ret_warning = w;
    if (!dossier_is_open(d))
        return;
    is_overdue = dossier_is_overdue(d, now, ctx->zone_s);
    if (!is_overdue && dossier_is_waiting(d))
        return; /* the clock stands, and the due date moves when it goes on: nothing can be foreseen
                 */
    if (is_overdue)
        w.level = WARNING_OVERDUE;
    else if (d->declared_late_at != INSTANT_NONE)
        w.level = WARNING_CERTAIN;
    if (d->due_at != INSTANT_NONE) {
        warning_letter_moments(ctx, &w);
        if (!is_overdue)
            w.late_at = lateness_late_at(d, ctx->zone_s);
    }
    if (ctx->procedure_case && ctx->procedure_case->n_steps > 0)
        warning_of_steps(ctx, now, &w);
    *ret_warning = w;
}

bool lateness_episode(const struct lateness_context *ctx, int64_t now, struct late_days *ret)
{
    const struct dossier *d = ctx->dossier;
    bool is_ended = d->ended_at != INSTANT_NONE;
    struct late_days days;
    int32_t to_on;
    struct error err;

    if (d->received_at == INSTANT_NONE || d->is_mistake)
        return false;
    if (is_ended ? fact_judgement(d, ctx->zone_s) != JUDGEMENT_LATE
                 : !dossier_is_overdue(d, now, ctx->zone_s))
        return false;
    days.from = lateness_late_at(d, ctx->zone_s);
    days.to = is_ended ? d->ended_at : now;
    to_on = instant_date(days.to, ctx->zone_s);
    days.calendar_days = to_on - d->due_on;
    if (!calendar_working_days_between(ctx->calendar, d->due_on, to_on, &days.working_days, &err))
        days.working_days = -1;
    *ret = days;
    return true;
}
