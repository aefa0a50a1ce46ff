/* See episode.h.
 *
 * A broken promise is what a mark of being overdue says: the mark carries the promise it speaks of,
 * so an episode stays readable whatever the promise becomes. A step's episode begins where its
 * budget ran out. Corrections are the only events after which something could be missing that was
 * there before: so, for a dossier that has any, the steps are read before each of them too. */
#include "domain/episode.h"

#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "domain/lateness_impl.h"

struct episode_rows {
    struct episode *rows;
    int n;
};

bool episode_equal(const struct episode *a, const struct episode *b)
{
    return a->step == b->step && a->office == b->office && a->officer == b->officer &&
           a->from == b->from && a->to == b->to && a->calendar_days == b->calendar_days &&
           a->working_days == b->working_days && a->corrected_seq == b->corrected_seq;
}

/* Of equal (step, from) the later word counts: an episode corrected away and back is one. */
static void episode_put(struct episode_rows *out, const struct episode *e)
{
    int at = out->n;

    for (int i = 0; i < out->n; i++)
        if (out->rows[i].step == e->step && out->rows[i].from == e->from) {
            out->rows[i] = *e;
            return;
        }
    if (out->n == EPISODES_MAX)
        return;
    while (at > 0 && (out->rows[at - 1].step > e->step ||
                      (out->rows[at - 1].step == e->step && out->rows[at - 1].from > e->from))) {
        out->rows[at] = out->rows[at - 1];
        at--;
    }
    out->rows[at] = *e;
    out->n++;
}

static void episode_count_days(const struct lateness_context *ctx, int32_t since_on,
                               struct episode *e)
{
    int32_t to_on;
    struct error err;

    e->calendar_days = e->working_days = -1;
    if (e->to == INSTANT_NONE)
        return;
    to_on = instant_date(e->to, ctx->zone_s);
    e->calendar_days = to_on > since_on ? to_on - since_on : 0;
    if (!calendar_working_days_between(ctx->calendar, since_on, since_on + e->calendar_days,
                                       &e->working_days, &err))
        e->working_days = -1;
}

void episode_count_so_far(struct episode *e, const struct calendar *cal, int64_t now,
                          int32_t zone_s)
{
    int32_t since_on = instant_date(e->step == 0 ? e->from - 1 : e->from, zone_s);
    int32_t now_on = instant_date(now, zone_s);
    struct error err;

    e->calendar_days = now_on > since_on ? now_on - since_on : 0;
    if (!cal || !calendar_working_days_between(cal, since_on, since_on + e->calendar_days,
                                               &e->working_days, &err))
        e->working_days = -1;
}

/* ---- corrections ---- */

static bool episode_is_correction(const struct event *e)
{
    return e->action == ACTION_CORRECT || e->action == ACTION_CLOSE_MISTAKE ||
           event_has(e, EVENT_FIELD_REPLACES);
}

/* The last correction after `seq`; NULL: none. */
static const struct event *episode_correction(const struct history *h, int32_t seq)
{
    for (int i = h->n - 1; i >= 0 && h->events[i].seq > seq; i--)
        if (episode_is_correction(&h->events[i]))
            return &h->events[i];
    return NULL;
}

/* ---- the promise ---- */

static int64_t episode_broken_at(const struct event *mark, const struct dossier *d, int32_t zone_s,
                                 int32_t *ret_due_on)
{
    int64_t due_at = event_number(mark, EVENT_FIELD_DUE_AT, d->due_at);

    *ret_due_on = (int32_t)event_number(mark, EVENT_FIELD_DUE_ON, d->due_on);
    if (event_number(mark, EVENT_FIELD_DUE_IS_INSTANT, d->due_is_instant))
        return due_at + 1;
    return date_instant(*ret_due_on + 1, zone_s);
}

/* Is the dossier, as it stands now, late at all against the promise the mark speaks of? */
static bool episode_still_stands(const struct dossier *d, int64_t broken_at, int32_t due_on,
                                 int32_t zone_s)
{
    bool is_by_instant = instant_date(broken_at, zone_s) == due_on;

    if (d->is_mistake)
        return false;
    if (d->due_on > due_on && d->due_at >= broken_at)
        return false; /* promised a later date by a correction */
    if (d->ended_at == INSTANT_NONE)
        return true;
    return is_by_instant ? d->judged_at >= broken_at : instant_date(d->judged_at, zone_s) > due_on;
}

static void episode_of_mark(const struct lateness_context *ctx, const struct history *h,
                            const struct event *mark, struct episode_rows *out)
{
    const struct dossier *d = ctx->dossier;
    const struct event *correction = episode_correction(h, mark->seq);
    struct episode e = {.office = d->competent_office, .to = INSTANT_NONE};
    int32_t due_on;

    if (event_number(mark, EVENT_FIELD_DUE_AT, d->due_at) == INSTANT_NONE)
        return;
    e.from = episode_broken_at(mark, d, ctx->zone_s, &due_on);
    if (correction && !episode_still_stands(d, e.from, due_on, ctx->zone_s)) {
        e.corrected_seq = correction->seq;
        e.to = correction->at > e.from ? correction->at : e.from;
    } else if (d->ended_at != INSTANT_NONE) {
        e.to = d->ended_at > e.from ? d->ended_at : e.from;
    }
    episode_count_days(ctx, due_on, &e);
    episode_put(out, &e);
}

/* ---- the steps ---- */

/* A lawful restart gives every step its whole budget again. */
static bool episode_restarts(const struct dossier *d, const struct dossier_segment *s)
{
    for (int i = 0; i < d->n_holds; i++) {
        const struct dossier_hold *h = &d->holds[i];

        if (h->to == s->from && h->effect == HOLD_EFFECT_RESTART && dossier_hold_moves(h))
            return true;
    }
    return false;
}

/* One stretch in one pair of hands: does it outlast what is left of the step's budget? */
static void episode_of_segment(const struct lateness_context *ctx, const struct dossier_segment *s,
                               int64_t now, int64_t *purse, const struct procedure_step *step,
                               struct episode_rows *out)
{
    int64_t to = s->to == INSTANT_NONE ? now : s->to, left, used;
    struct episode e = {
        .step = s->step, .office = s->office, .officer = s->officer, .from = s->from, .to = s->to};
    struct error err;

    if (s->from >= to || !calendar_work_between(ctx->calendar, s->from, to, &used, &err))
        return;
    left = step->budget_minutes * INSTANT_MINUTE - *purse;
    *purse += used;
    if (used <= 0 || used <= left)
        return;
    if (left > 0 && !calendar_add_work(ctx->calendar, s->from, left, &e.from, &err))
        return;
    episode_count_days(ctx, instant_date(e.from, ctx->zone_s), &e);
    episode_put(out, &e);
}

static void episode_of_steps(const struct lateness_context *ctx, struct episode_rows *out)
{
    const struct dossier *d = ctx->dossier;
    int64_t purse[PROCEDURE_STEPS_MAX] = {0};
    int64_t now = d->last_recorded_at > d->last_at ? d->last_recorded_at : d->last_at;

    for (int i = 0; i < d->n_segments; i++) {
        const struct dossier_segment *s = &d->segments[i];
        const struct procedure_step *step = lateness_step(ctx->procedure_case, s->step);

        if (episode_restarts(d, s))
            memset(purse, 0, sizeof purse);
        if (step && s->office != 0 && !s->is_waiting)
            episode_of_segment(ctx, s, now, &purse[step - ctx->procedure_case->steps], step, out);
    }
}

/* What the steps said before each correction and no longer say. */
static bool episode_of_corrected_steps(const struct lateness_context *ctx, const struct history *h,
                                       struct episode_rows *out)
{
    struct dossier *d = calloc(1, sizeof *d); /* some kilobytes: too much for a worker's stack */
    struct lateness_context then = *ctx;
    struct episode_rows *past = calloc(1, sizeof *past);
    struct episode *rows = calloc(EPISODES_MAX, sizeof *rows);
    bool ok = d && past && rows;

    then.dossier = d;
    for (int k = 1; ok && k < h->n; k++) {
        const struct history before = {h->events, k};

        if (!episode_is_correction(&h->events[k]))
            continue;
        *past = (struct episode_rows){rows, 0};
        history_fold(&before, INSTANT_FOREVER, INSTANT_FOREVER, d);
        episode_of_steps(&then, past);
        for (int i = 0; i < past->n; i++) {
            rows[i].corrected_seq = h->events[k].seq;
            if (rows[i].to == INSTANT_NONE) {
                rows[i].to = h->events[k].at > rows[i].from ? h->events[k].at : rows[i].from;
                episode_count_days(&then, instant_date(rows[i].from, ctx->zone_s), &rows[i]);
            }
            episode_put(out, &rows[i]);
        }
    }
    free(d);
    free(past);
    free(rows);
    return ok;
}

int episode_list(const struct lateness_context *ctx, const struct history *h, struct episode *ret)
{
    struct episode_rows out = {ret, 0};

    if (ctx->dossier->received_at == INSTANT_NONE)
        return 0;
    if (episode_correction(h, 0) && !episode_of_corrected_steps(ctx, h, &out))
        return -1;
    episode_of_steps(ctx, &out);
    for (int i = 0; i < h->n; i++)
        if (h->events[i].action == ACTION_MARK_OVERDUE)
            episode_of_mark(ctx, h, &h->events[i], &out);
    return out.n;
}
