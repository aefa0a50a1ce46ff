/* See sweep_member.h. */
#include "flow/sweep_member.h"

#include "domain/vocabulary.h"
#include "flow/app.h"
#include "flow/letter_data.h"

/* The intervals that concern one dossier. */
static int concerned(const struct sweep_work *w, const struct dossier *d,
                     struct objective_interval **ret)
{
    const struct reference *r = w->req->reference;
    struct objective_interval *list =
        arena_array(w->arena, (size_t)r->n_intervals + 1, sizeof *list);
    int n = 0;

    for (int i = 0; list && i < r->n_intervals; i++)
        if (reference_interval_concerns(r, &r->intervals[i], d))
            list[n++] = r->intervals[i];
    *ret = list;
    return n;
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

/* Nothing to write, but the cache said that it was time: when next. */
static int64_t next_alarm(const struct sweep_work *w, struct sweep_member *m)
{
    struct lateness_context ctx;
    struct warning warning;

    history_fold(&m->history, w->now, INSTANT_FOREVER, &m->dossier);
    record_lateness_context(w->req->reference, &m->dossier, w->req->zone_s, &ctx);
    warning_compute(&ctx, w->now, &warning);
    return alarm_next(&ctx, &warning, w->now, history_next_at(&m->history, w->now));
}

bool sweep_member_decide(const struct sweep_work *w, struct sweep_member *m)
{
    struct request *req = w->req;
    struct objective_interval *intervals;
    struct lateness_context ctx;
    int64_t letter_id = app_next_id(req->app, ID_LETTER);
    int n;

    if (!letter_id)
        return error_set(&m->error, ERR_IDS_SHORT, arg_text("what", "letter"));
    history_fold(&m->history, w->at, INSTANT_FOREVER, &m->dossier);
    n = concerned(w, &m->dossier, &intervals);
    record_lateness_context(req->reference, &m->dossier, req->zone_s, &ctx);
    ctx.history = &m->history;
    if (!alarm_decide(&ctx, intervals, n, letter_id, w->at, w->now, w->arena, &m->decision,
                      &m->error))
        return false;
    if (m->decision.n_events == 0) {
        const struct event *newest = &m->history.events[m->history.n - 1];
        int64_t next = history_next_at(&m->history, newest->recorded_at);

        if (next == INSTANT_NONE || next > w->now) {
            m->next_alarm_at = next_alarm(w, m);
            return true;
        }
        /* Stored history came due: one event, so that the caches are told. */
        event_init(&m->decision.events[0], m->id, ACTION_CATCH_UP, 0, w->now, w->now);
        m->decision.n_events = 1;
    }
    return record_build(w->arena, req->reference, &m->history, m->id, m->decision.events,
                        m->decision.n_events, w->now, req->zone_s, &m->record, &m->error) &&
           letter_rows(w, m);
}
