/* The rules of the index's formula document, one function each, so that a difference from the
 * portal's figure can be argued rule by rule. */
#include "domain/index766.h"

#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "base/macros.h"
#include "domain/due.h"
#include "domain/fact_impl.h"
#include "domain/lifecycle.h"

/* clang-format off */
const struct index766_row index766_rows[INDEX766_COUNT] = {
#define INDEX_CRITERION(name, number, counted, threshold, points, tag, vi, en) \
    [INDEX766_##name] = {number, INDEX766_OF_##counted, threshold, points, tag, {vi, en}},
#include "tables/index766.def"
#undef INDEX_CRITERION
};
/* clang-format on */

int index766_find(const char *number)
{
    for (int i = 0; i < INDEX766_COUNT; i++)
        if (!strcmp(index766_rows[i].number, number))
            return i;
    return -1;
}

/* ---- the clock ---- */

/* Only requests for a supplement after acceptance are known to it; while the applicant has not come
 * back the dossier is finished at the request, a withdrawal asked for likewise. */
static void read_end(const struct dossier *d, int64_t at, struct index766_time *t)
{
    t->end_at = d->ended_at != INSTANT_NONE ? d->ended_at : at;
    t->is_finished = d->ended_at != INSTANT_NONE;
    if (!t->is_finished && d->withdrawal_requested_at != INSTANT_NONE) {
        t->end_at = d->withdrawal_requested_at;
        t->is_finished = true;
    }
    for (int i = 0; i < d->n_holds; i++) {
        const struct dossier_hold *h = &d->holds[i];

        if (h->kind != HOLD_KIND_SUPPLEMENT || h->from < d->received_at)
            continue;
        t->n_requests++;
        if (h->to == INSTANT_NONE || h->to == d->ended_at) { /* never came back */
            t->end_at = h->from;
            t->is_finished = true;
        } else {
            t->waited_us += h->to - h->from;
        }
    }
    t->used_us = t->end_at - d->received_at - t->waited_us;
}

bool index766_limit_at(const struct decide_context *ctx, int64_t *ret_at, struct error *err)
{
    const struct dossier *d = ctx->dossier;
    struct due due;

    *ret_at = INSTANT_NONE;
    if (d->due_reappointed != INSTANT_NONE || d->due_at != INSTANT_NONE ||
        !limit_is_valid(d->limit) || !ctx->ruleset)
        return true;
    if (!due_compute(ctx->calendar, &ctx->ruleset->due, d->limit, d->received_at, &due, err))
        return false;
    *ret_at = due.at;
    return true;
}

void index766_time(const struct dossier *d, int64_t at, int64_t limit_at, struct index766_time *ret)
{
    struct index766_time t = {.judgement = JUDGEMENT_NONE};

    read_end(d, at, &t);
    t.promise_at = d->due_reappointed != INSTANT_NONE ? d->due_reappointed
                   : d->due_at != INSTANT_NONE        ? d->due_at
                                                      : limit_at;
    if (t.n_requests > 1)
        t.judgement = JUDGEMENT_LATE;
    else if (t.promise_at != INSTANT_NONE)
        t.judgement = t.end_at - t.waited_us <= t.promise_at ? JUDGEMENT_ON_TIME : JUDGEMENT_LATE;
    *ret = t;
}

/* ---- papers ---- */

static void mark_paper(const struct event *e, struct index766_marks *m)
{
    const char *purpose = event_text(e, EVENT_FIELD_PURPOSE);
    const char *handling = event_text(e, EVENT_FIELD_HANDLING);
    bool is_component = purpose && vocabulary_find(&purposes, purpose) == PURPOSE_COMPONENT;

    m->has_component |= is_component;
    m->has_result |= purpose && vocabulary_find(&purposes, purpose) == PURPOSE_RESULT;
    m->is_reused |=
        is_component && handling && vocabulary_find(&handlings, handling) == HANDLING_REUSED;
}

bool index766_fold(const struct history *h, int64_t as_of, int64_t known_at, struct dossier *ret,
                   struct index766_marks *ret_marks)
{
    int *order = calloc((size_t)h->n + 1, sizeof *order);
    struct index766_marks m = {0};
    int n, n_papers = 0;

    if (!order)
        return false;
    n = history_order(h, as_of, known_at, order);
    dossier_init(ret, n > 0 ? h->events[order[0]].dossier_id : 0);
    for (int i = 0; i < n; i++)
        dossier_apply(ret, &h->events[order[i]]);
    for (int i = 0; i < n; i++) {
        const struct event *e = &h->events[order[i]];

        if (e->action == ACTION_RETURN)
            m.is_posted_back = event_text(e, EVENT_FIELD_POSTAL_CODE) != NULL;
        if (e->action != ACTION_ATTACH_PAPER)
            continue;
        n_papers++;
        if (dossier_has_attachment(ret, event_number(e, EVENT_FIELD_ATTACHMENT, n_papers)))
            mark_paper(e, &m);
    }
    free(order);
    *ret_marks = m;
    return true;
}

/* ---- criteria ---- */

/* National status 9 or 10: settled, whatever the answer. */
static bool is_done(const struct dossier *d)
{
    return d->ended_at != INSTANT_NONE && !fact_is_stopped(d->outcome);
}

static bool is_within(const struct index766_subject *s, int64_t at)
{
    int32_t on = instant_date(at, s->zone_s);

    return s->from <= on && on <= s->to;
}

static bool is_among(const struct index766_subject *s, enum index766_counted counted)
{
    const struct dossier *d = s->d;
    int32_t received_on = instant_date(d->received_at, s->zone_s);
    int32_t ended_on =
        d->ended_at == INSTANT_NONE ? DATE_NONE : instant_date(d->ended_at, s->zone_s);

    if (ended_on != DATE_NONE && ended_on < received_on)
        ended_on = received_on; /* contradictory history counts as delivered, as in fact.c */
    switch (counted) {
    case INDEX766_OF_RECEIVED:
        return is_within(s, d->received_at);
    case INDEX766_OF_PROCESSED:
        return received_on <= s->to && (ended_on == DATE_NONE || ended_on >= s->from);
    case INDEX766_OF_DONE:
        return is_done(d) && s->from <= ended_on && ended_on <= s->to;
    case INDEX766_OF_SYNCED:
        return false;
    }
    return false;
}

bool index766_is_counted(const struct index766_subject *s, enum index766_criterion c)
{
    if (!is_among(s, index766_rows[c].counted))
        return false;
    switch (c) {
    case INDEX766_AVERAGE_TIME:
        return is_done(s->d);
    case INDEX766_PAID_ONLINE:
        return s->has_fee || s->d->paid_dong > 0;
    case INDEX766_RESULT_FILE: /* no procedure says that it returns no document */
    case INDEX766_SYNCED:
    case INDEX766_IN_TIME:
    case INDEX766_ONLINE:
    case INDEX766_AT_COUNTER:
    case INDEX766_BY_POST:
    case INDEX766_DIGITISED:
    case INDEX766_REUSED:
    case INDEX766_NOT_LATE:
    case INDEX766_COUNT:
        break;
    }
    return true;
}

bool index766_is_met(const struct index766_subject *s, enum index766_criterion c)
{
    switch (c) {
    case INDEX766_IN_TIME:
    case INDEX766_NOT_LATE:
        return s->time->judgement != JUDGEMENT_LATE;
    case INDEX766_ONLINE:
        return s->d->channel == CHANNEL_ONLINE && s->marks->has_result;
    case INDEX766_AT_COUNTER: /* of channel 1, or of none */
        return s->d->channel != CHANNEL_ONLINE && s->d->channel != CHANNEL_POST;
    case INDEX766_BY_POST:
        return s->d->channel == CHANNEL_POST;
    case INDEX766_RESULT_FILE:
        return s->marks->has_result;
    case INDEX766_DIGITISED:
        return s->marks->has_component && s->marks->has_result;
    case INDEX766_REUSED:
        return s->marks->is_reused;
    case INDEX766_AVERAGE_TIME:
        return true;
    case INDEX766_PAID_ONLINE:
        return s->d->paid_way == PAYMENT_WAY_ONLINE && s->d->paid_dong > 0;
    case INDEX766_SYNCED:
    case INDEX766_COUNT:
        break;
    }
    return false;
}

void index766_add(const struct index766_subject *s, struct index766_sum sums[INDEX766_COUNT])
{
    for (int i = 0; i < INDEX766_COUNT; i++) {
        enum index766_criterion c = (enum index766_criterion)i;

        if (!index766_is_counted(s, c))
            continue;
        sums[c].of++;
        if (index766_is_met(s, c))
            sums[c].n += c == INDEX766_AVERAGE_TIME ? s->time->used_us : 1;
    }
}

bool index766_points(const struct index766_row *row, struct index766_sum sum,
                     struct index766_sum *ret)
{
    if (sum.of <= 0)
        return false;
    *ret = sum;
    if (row->threshold) { /* (n / of) / (threshold / 100), at most 1 */
        ret->n = sum.n * 100;
        ret->of = sum.of * row->threshold;
    }
    if (ret->n > ret->of)
        ret->n = ret->of;
    return true;
}
