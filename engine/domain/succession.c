/* See succession.h. The interpreter of the event stands beside its composer: what one writes the
 * other reads. */
#include "domain/succession.h"

#include <string.h>

#include "base/instant.h"
#include "domain/dossier_impl.h"

int64_t dossier_answering_office(const struct dossier *d)
{
    return d->answering_office ? d->answering_office : d->competent_office;
}

/* ---- applying ---- */

/* Does the counter still have something to hand out, or anybody something to do? */
static bool is_under_way(const struct dossier *d)
{
    return d->ended_at == INSTANT_NONE || d->state == STATE_DONE;
}

static void move(int64_t *office, int64_t from, int64_t to)
{
    if (*office == from)
        *office = to;
}

static void remember(struct dossier *d, const struct event *e, int64_t from, int64_t to,
                     bool is_competent)
{
    if (d->n_successions == DOSSIER_SUCCESSIONS_MAX) {
        d->is_overflow = true;
        return;
    }
    d->successions[d->n_successions++] = (struct dossier_succession){e->at, from, to, is_competent};
}

void apply_succeed_office(struct dossier *d, const struct event *e)
{
    int64_t from = event_number(e, EVENT_FIELD_FROM_OFFICE, 0);
    int64_t to = event_number(e, EVENT_FIELD_TO_OFFICE, 0);
    bool is_open = d->ended_at == INSTANT_NONE;

    if (!from || !to)
        return;
    remember(d, e, from, to, is_open && d->competent_office == from);
    if (is_open)
        move(&d->competent_office, from, to);
    else if (dossier_answering_office(d) == from)
        d->answering_office = to;
    for (int i = 0; i < d->n_opinions; i++)
        if (d->opinions[i].answered_at == INSTANT_NONE)
            move(&d->opinions[i].office, from, to);
    if (!is_under_way(d))
        return;
    move(&d->supervising_office, from, to);
    move(&d->pending_office, from, to);
    if (d->holder_office == from)
        apply_holder(d, e->at, to, d->holder_officer);
}

/* ---- composing ---- */

int64_t succession_heir(const struct succession *rows, int n, int64_t office)
{
    for (int i = 0; office && i < n; i++)
        if (rows[i].from == office)
            return rows[i].to;
    return office;
}

/* The offices the dossier rests with now. */
static int offices_of(const struct dossier *d, int64_t ret[4 + DOSSIER_OPINIONS_MAX])
{
    int n = 0;

    if (is_under_way(d)) {
        ret[n++] = d->supervising_office;
        ret[n++] = d->holder_office;
        ret[n++] = d->pending_office;
    }
    ret[n++] = dossier_answering_office(d);
    for (int i = 0; d->ended_at == INSTANT_NONE && i < d->n_opinions; i++)
        if (d->opinions[i].answered_at == INSTANT_NONE)
            ret[n++] = d->opinions[i].office;
    return n;
}

static const struct succession *row_of(const struct succession *rows, int n, int64_t office)
{
    for (int i = 0; office && i < n; i++)
        if (rows[i].from == office)
            return &rows[i];
    return NULL;
}

/* A letter not yet numbered speaks in the name of an office that is no more: it lapses, and the
 * alarm drafts it anew in the successor's. One that is numbered stands. */
static bool must_lapse(const struct dossier_letter *letter, const struct succession *rows, int n)
{
    return (letter->state == LETTER_DRAFTED || letter->state == LETTER_SIGNED) &&
           row_of(rows, n, letter->author_office);
}

int succession_compose(const struct dossier *d, const struct succession *rows, int n,
                       int64_t effective_at, int64_t now, int64_t actor,
                       struct event ret[SUCCESSION_EVENTS_MAX], struct dossier *ret_after)
{
    int64_t offices[4 + DOSSIER_OPINIONS_MAX];
    int n_offices = offices_of(d, offices), n_events = 0;
    int64_t at =
        d->last_at != INSTANT_NONE && d->last_at > effective_at ? d->last_at : effective_at;
    int64_t recorded_at = now > d->last_recorded_at ? now : d->last_recorded_at;

    *ret_after = *d;
    if (d->is_mistake)
        return 0;
    for (int i = 0; i < n_offices; i++) {
        const struct succession *row = row_of(rows, n, offices[i]);
        struct event *e = &ret[n_events];
        bool is_told = false;

        for (int k = 0; k < i; k++)
            is_told = is_told || offices[k] == offices[i];
        if (!row || is_told)
            continue;
        event_init(e, d->id, ACTION_SUCCEED_OFFICE, actor, at, recorded_at);
        event_put_number(e, EVENT_FIELD_TO_OFFICE, row->to);
        event_put_number(e, EVENT_FIELD_CHANGE, row->change);
        event_put_number(e, EVENT_FIELD_FROM_OFFICE, row->from);
        dossier_apply(ret_after, e);
        n_events++;
    }
    for (int i = 0; i < d->n_letters; i++) {
        struct event *e = &ret[n_events];

        if (!must_lapse(&d->letters[i], rows, n))
            continue;
        event_init(e, d->id, ACTION_LAPSE_LETTER, actor, at, recorded_at);
        event_put_number(e, EVENT_FIELD_LETTER, d->letters[i].id);
        dossier_apply(ret_after, e);
        n_events++;
    }
    return n_events;
}
