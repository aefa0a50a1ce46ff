/* See inner_limit.h: one function a limit, each read off the fold of the dossier; only when a
 * wrong result was corrected stands in the events alone. */
#include "domain/inner_limit.h"

#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "domain/deadline.h"
#include "domain/due.h"
#include "domain/vocabulary.h"

static bool is_within(const struct inner_limit_subject *s, int32_t on)
{
    return s->from <= on && on <= s->to;
}

static bool is_instant_within(const struct inner_limit_subject *s, int64_t at)
{
    return at != INSTANT_NONE && is_within(s, instant_date(at, s->ctx->zone_s));
}

/* Requests after acceptance. Too late or not was judged when they were made, on the calendar as it
 * was then, and stands in the event. */
static void count_supplements(const struct inner_limit_subject *s, int ret[])
{
    const struct dossier *d = s->ctx->dossier;

    for (int i = 0; i < d->n_holds; i++) {
        const struct dossier_hold *h = &d->holds[i];

        if (h->kind != HOLD_KIND_SUPPLEMENT || h->from < d->received_at ||
            !is_instant_within(s, h->from))
            continue;
        ret[h->is_late_request ? INNER_SUPPLEMENT_LATE
            : h->approver      ? INNER_SUPPLEMENT_GROUNDED
                               : INNER_SUPPLEMENT_IN_TIME]++;
    }
}

static void count_silence(const struct inner_limit_subject *s, int ret[])
{
    const struct dossier *d = s->ctx->dossier;
    struct deadline list[DEADLINES_MAX];
    int n = deadline_list(s->ctx, list);

    ret[INNER_CLOSED] += d->outcome == OUTCOME_CLOSED && is_instant_within(s, d->ended_at);
    for (int i = 0; i < n; i++)
        ret[INNER_SILENT] += list[i].kind == DEADLINE_SILENCE &&
                             deadline_has_passed(&list[i], s->state_at, s->ctx->zone_s);
}

/* A decision taken before the answer-by date waits for no answer any more. */
static bool is_settled_before(const struct dossier *d, int64_t at)
{
    return (d->decided_at != INSTANT_NONE && d->decided_at <= at) ||
           (d->ended_at != INSTANT_NONE && d->ended_at <= at);
}

enum inner_limit inner_limit_opinion(const struct dossier *d, const struct dossier_opinion *o,
                                     int64_t state_at, int32_t zone_s, int32_t *ret_on)
{
    bool is_answered = o->answered_at != INSTANT_NONE;

    if (o->answer_by == INSTANT_NONE)
        return INNER_LIMIT_COUNT;
    *ret_on = instant_date(
        is_answered && o->answered_at <= o->answer_by ? o->answered_at : o->answer_by, zone_s);
    if (is_answered)
        return o->answered_at <= o->answer_by ? INNER_OPINION_IN_TIME : INNER_OPINION_LATE;
    return state_at > o->answer_by && !is_settled_before(d, o->answer_by) ? INNER_OPINION_SILENT
                                                                          : INNER_LIMIT_COUNT;
}

static void count_opinions(const struct inner_limit_subject *s, int ret[])
{
    const struct dossier *d = s->ctx->dossier;

    for (int i = 0; i < d->n_opinions; i++) {
        int32_t on = DATE_NONE;
        enum inner_limit what =
            inner_limit_opinion(d, &d->opinions[i], s->state_at, s->ctx->zone_s, &on);

        if (what != INNER_LIMIT_COUNT && is_within(s, on) &&
            (!s->consulted || s->consulted == d->opinions[i].office))
            ret[what]++;
    }
}

/* ---- wrong results ---- */

/* The first file of a result that was attached from then on, and stands; INSTANT_NONE: none. */
static bool corrected_at(const struct inner_limit_subject *s, int64_t from, int64_t *ret_at)
{
    const struct history *h = s->history;
    int *order = calloc((size_t)h->n + 1, sizeof *order);
    int n, n_papers = 0;

    if (!order)
        return false;
    *ret_at = INSTANT_NONE;
    n = history_order(h, s->state_at, s->known_at, order);
    for (int i = 0; i < n && *ret_at == INSTANT_NONE; i++) {
        const struct event *e = &h->events[order[i]];
        const char *purpose = event_text(e, EVENT_FIELD_PURPOSE);

        if (e->action != ACTION_ATTACH_PAPER)
            continue;
        n_papers++;
        if (e->at >= from && purpose && vocabulary_find(&purposes, purpose) == PURPOSE_RESULT &&
            dossier_has_attachment(s->ctx->dossier,
                                   event_number(e, EVENT_FIELD_ATTACHMENT, n_papers)))
            *ret_at = e->at;
    }
    free(order);
    return true;
}

static bool count_result(const struct inner_limit_subject *s, int64_t owed_at, int ret[])
{
    const struct decide_context *ctx = s->ctx;
    struct error ignored;
    struct due due;
    int64_t at;

    if (!ctx->ruleset || !limit_is_valid(ctx->ruleset->result_correction) ||
        !due_compute(ctx->calendar, &ctx->ruleset->due, ctx->ruleset->result_correction, owed_at,
                     &due, &ignored)) {
        ret[INNER_RESULT_FREE]++;
        return true;
    }
    if (!corrected_at(s, owed_at, &at))
        return false;
    if (at != INSTANT_NONE)
        ret[due_is_late(&due, at, ctx->zone_s) ? INNER_RESULT_LATE : INNER_RESULT_IN_TIME]++;
    else
        ret[due_is_late(&due, s->state_at, ctx->zone_s) ? INNER_RESULT_OVERDUE
                                                        : INNER_RESULT_OPEN]++;
    return true;
}

bool inner_limits(const struct inner_limit_subject *s, int ret[INNER_LIMIT_COUNT])
{
    const struct dossier *d = s->ctx->dossier;

    memset(ret, 0, INNER_LIMIT_COUNT * sizeof *ret);
    count_supplements(s, ret);
    count_silence(s, ret);
    count_opinions(s, ret);
    for (int i = 0; i < d->n_obligations; i++) {
        const struct dossier_obligation *o = &d->obligations[i];

        if (o->trigger == LETTER_TRIGGER_WRONG_RESULT && o->state != OBLIGATION_LAPSED &&
            is_instant_within(s, o->owed_at) && !count_result(s, o->owed_at, ret))
            return false;
    }
    return true;
}
