/* See sweep_member.h. */
#include "flow/sweep_member.h"

#include <stddef.h>
#include <string.h>

#include "domain/vocabulary.h"
#include "flow/app.h"
#include "flow/letter_data.h"

bool sweep_work_room(struct sweep_work *w, struct arena *arena)
{
    w->dossier = arena_raw(arena, sizeof *w->dossier);
    w->decision = arena_raw(arena, sizeof *w->decision);
    return w->dossier && w->decision;
}

struct sweep_member *sweep_member_new(struct arena *arena, int64_t id, int64_t alarm_at)
{
    struct sweep_member *m = arena_raw(arena, sizeof *m);

    if (!m)
        return NULL;
    memset(m, 0, offsetof(struct sweep_member, letters)); /* the record is made as a whole */
    m->id = id;
    m->alarm_at = alarm_at;
    return m;
}

/* Rows of the letter table that follow from the member's events. */
static bool letter_rows(const struct sweep_work *w, struct sweep_member *m)
{
    int n = 0;

    for (int i = 0; i < m->record.n_events && n < (int)ARRAY_LEN(m->letters); i++) {
        const struct event *e = &m->record.events[i];
        const struct dossier_letter *l =
            dossier_letter(&m->record.after, event_number(e, EVENT_FIELD_LETTER, 0));
        struct commit_letter *row = &m->letters[n];

        if (!l || (e->action != ACTION_DRAFT_LETTER && e->action != ACTION_UNSIGN_LETTER &&
                   e->action != ACTION_LAPSE_LETTER && e->action != ACTION_WAIVE_LETTER))
            continue;
        if (!letter_compose(w->req->app, w->req->reference, w->arena, &m->record.after, l, e->at,
                            row, &m->error))
            return false;
        n++;
        if (e->action == ACTION_DRAFT_LETTER) {
            if (!letter_addressee_rows(w->arena, e, &m->record.member, &m->error))
                return false;
            continue;
        }
        /* Drafted anew with another wording and date, or lapsed: the same letter. */
        row->operation = COMMIT_LETTER_UPDATE;
        row->state = l->state;
        row->is_unsigned = e->action == ACTION_UNSIGN_LETTER;
        if (e->action != ACTION_UNSIGN_LETTER)
            row->data = row->public_token = NULL;
    }
    m->record.member.letters = m->letters;
    m->record.member.n_letters = n;
    return true;
}

/* When to look again, seen from a night that is behind: so that the nights after it find what was
 * theirs, and not what the morning found. */
static int64_t next_alarm(const struct sweep_work *w, const struct sweep_member *m,
                          const struct dossier *d)
{
    int64_t from = w->is_behind ? w->at : w->now;
    struct lateness_context ctx;
    struct warning warning;

    record_lateness_context(w->req->reference, d, w->req->zone_s, &ctx);
    warning_compute(&ctx, from, &warning);
    return alarm_next(&ctx, &warning, from, history_next_at(&m->history, from));
}

/* Has something happened after the night that is known already? */
static bool moved_on(const struct sweep_work *w, const struct sweep_member *m)
{
    for (int i = m->history.n - 1; i >= 0; i--)
        if (m->history.events[i].at > w->at && m->history.events[i].at <= w->now)
            return true;
    return false;
}

/* The events: what the core says, or that stored history came due, so that the caches are told. */
static bool decide(struct sweep_work *w, struct sweep_member *m)
{
    const struct event *newest = &m->history.events[m->history.n - 1];
    const struct objective_interval *intervals;
    struct lateness_context ctx;
    int64_t stored_at;
    int n;

    history_fold(&m->history, w->at, INSTANT_FOREVER, w->dossier);
    record_lateness_context(w->req->reference, w->dossier, w->req->zone_s, &ctx);
    intervals = reference_intervals_of(w->req->reference, w->arena, w->dossier, &n);
    if (!intervals)
        return error_set(&m->error, ERR_NO_MEMORY, arg_text("what", "alarm"));
    ctx.history = &m->history;
    if (w->is_behind ? !alarm_decide_behind(&ctx, w->at, w->now, w->arena, w->decision, &m->error)
                     : !alarm_decide(&ctx, intervals, n, w->letter_id, w->at, w->now, w->arena,
                                     w->decision, &m->error))
        return false;
    stored_at = history_next_at(&m->history, newest->recorded_at);
    if (w->decision->n_events == 0 && stored_at != INSTANT_NONE && stored_at <= w->now) {
        event_init(&w->decision->events[0], m->id, ACTION_CATCH_UP, 0, w->now, w->now);
        w->decision->n_events = 1;
    }
    for (int i = 0; i < w->decision->n_events; i++) {
        struct event *e = &w->decision->events[i];

        if (e->action == ACTION_DRAFT_LETTER)
            w->letter_id = 0;
        if (w->change && e->action == ACTION_FIND_CAUSE)
            event_put_number(e, EVENT_FIELD_CHANGE, w->change);
    }
    return true;
}

bool sweep_member_decide(struct sweep_work *w, struct sweep_member *m)
{
    struct request *req = w->req;

    dossier_init(w->dossier, m->id);
    m->record.n_events = 0;
    m->next_alarm_at = m->alarm_at;
    if (m->history.n == 0 || (w->at < w->now && moved_on(w, m)))
        return true;
    if (!w->letter_id && !(w->letter_id = app_next_id(req->app, ID_LETTER)))
        return error_set(&m->error, ERR_IDS_SHORT, arg_text("what", "letter"));
    if (!decide(w, m))
        return false;
    if (w->decision->n_events == 0) {
        history_fold(&m->history, w->now, INSTANT_FOREVER, w->dossier);
        m->next_alarm_at = next_alarm(w, m, w->dossier);
        return true;
    }
    if (!record_build(w->arena, req->reference, &m->history, m->id, w->decision->events,
                      w->decision->n_events, w->now, req->zone_s, &m->record, &m->error) ||
        !letter_rows(w, m))
        return false;
    if (w->is_behind)
        m->record.member.next_alarm_at = next_alarm(w, m, &m->record.after);
    return true;
}
