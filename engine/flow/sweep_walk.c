/* See sweep_walk.h. */
#include "flow/sweep_walk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "flow/app.h"
#include "flow/history_rows.h"
#include "flow/refusal.h"
#include "wire/message.h"

#define CHUNK_ARENA (64u << 20)
#define SLICE_ARENA (256u << 20)

/* ---- figures ---- */

void sweep_figures_add(struct sweep_figures *to, const struct sweep_figures *more)
{
    to->seen += more->seen;
    for (int i = 0; i < SWEEP_DEEDS; i++)
        to->did[i] += more->did[i];
}

/* SWEEP_DEEDS: something that is not counted. */
static enum sweep_deed deed_of(enum action action)
{
    static const struct {
        enum action action;
        enum sweep_deed deed;
    } deeds[] = {{ACTION_MARK_AT_RISK, SWEEP_WARNED},  {ACTION_MARK_CERTAIN, SWEEP_CERTAIN},
                 {ACTION_MARK_OVERDUE, SWEEP_OVERDUE}, {ACTION_DRAFT_LETTER, SWEEP_LETTER},
                 {ACTION_LAPSE_LETTER, SWEEP_LAPSED},  {ACTION_ESCALATE, SWEEP_ESCALATED}};

    for (size_t i = 0; i < ARRAY_LEN(deeds); i++)
        if (deeds[i].action == action)
            return deeds[i].deed;
    return SWEEP_DEEDS;
}

unsigned sweep_deeds_count(const struct event *events, int n, struct sweep_figures *figures)
{
    unsigned did = 0;

    for (int i = 0; i < n; i++) {
        enum sweep_deed deed = deed_of(events[i].action);

        if (deed == SWEEP_DEEDS)
            continue;
        figures->did[deed]++;
        did |= 1u << deed;
    }
    return did;
}

int sweep_deed_words(unsigned did, const char *ret[SWEEP_DEEDS])
{
    int n = 0;

    for (int i = 0; i < SWEEP_DEEDS; i++)
        if (did & 1u << i)
            ret[n++] = words_sweep_deed.words[i];
    return n;
}

/* ---- the chunk that is read ---- */

static bool no_memory(struct sweep_walk *w)
{
    return error_set(&w->req->error, ERR_NO_MEMORY, arg_text("what", "sweep"));
}

static bool chunk_make(struct sweep_walk *w, struct sweep_chunk *c, int n)
{
    c->arena = arena_new(CHUNK_ARENA);
    if (!c->arena)
        return no_memory(w);
    c->rows = arena_array(c->arena, (size_t)n + 1, sizeof *c->rows);
    c->told = arena_array(c->arena, (size_t)n + 1, sizeof *c->told);
    c->did = arena_array(c->arena, (size_t)n + 1, sizeof *c->did);
    c->errors = arena_array(c->arena, (size_t)n + 1, sizeof *c->errors);
    c->cleared = arena_array(c->arena, (size_t)n + 1, sizeof *c->cleared);
    c->n_rows = n;
    return (c->rows && c->told && c->did && c->errors && c->cleared) || no_memory(w);
}

static void chunk_drop(struct sweep_chunk *c)
{
    int slot = c->slot;

    arena_free(c->arena);
    *c = (struct sweep_chunk){.slot = slot};
}

static bool send_ids(struct sweep_walk *w, struct sweep_chunk *c)
{
    struct db_params p;
    bool sent;

    db_params_init(&p);
    c->is_again = w->n_again > 0;
    if (c->is_again) {
        db_put_int8_array(&p, w->again, w->n_again);
        w->n_again = 0;
    } else {
        db_put_instant(&p, w->at);
        db_put_instant(&p, w->after_at);
        db_put_int8(&p, w->after_id);
        db_put_int4(&p, SWEEP_CHUNK);
        db_put_null(&p);
        db_put_bool(&p, w->tries_all);
    }
    sent = request_query(w->req, c->slot, DB_LANE_JOB, c->is_again ? DB_ALARM_AGAIN : DB_ALARM_DUE,
                         &p);
    db_params_deinit(&p);
    c->state = CHUNK_IDS;
    return sent;
}

static bool read_ids(struct sweep_walk *w, struct sweep_chunk *c)
{
    const struct db_result *r = &request_result(w->req, c->slot)->result;
    int n = db_rows(r);

    if (!chunk_make(w, c, n))
        return false;
    for (int i = 0; i < n; i++) {
        struct sweep_row *row = &c->rows[i];

        row->id = db_int(r, i, 0);
        row->alarm_at = db_instant(r, i, 1);
        row->code = arena_strdup(c->arena, db_text_or_empty(r, i, 2));
        row->has_failed = db_bool(r, i, 3);
    }
    if (c->is_again)
        return true;
    w->is_exhausted = n < SWEEP_CHUNK;
    if (n) {
        w->after_at = c->rows[n - 1].alarm_at;
        w->after_id = c->rows[n - 1].id;
    }
    return true;
}

static bool send_events(struct sweep_walk *w, struct sweep_chunk *c)
{
    int64_t *ids = arena_array(c->arena, (size_t)c->n_rows, sizeof *ids);
    struct db_params p;
    bool sent;

    if (!ids)
        return no_memory(w);
    for (int i = 0; i < c->n_rows; i++)
        ids[i] = c->rows[i].id;
    db_params_init(&p);
    db_put_int8_array(&p, ids, c->n_rows);
    sent = request_query(w->req, c->slot + 1, DB_LANE_JOB, DB_EVENTS_OF, &p);
    db_params_deinit(&p);
    c->state = CHUNK_EVENTS;
    return sent;
}

static int by_id(const void *a, const void *b)
{
    const struct sweep_row *const *x = a, *const *y = b;

    return (*x)->id < (*y)->id ? -1 : (*x)->id > (*y)->id;
}

/* Tells each row where its events are: they come by dossier and seq. */
static bool find_events(struct sweep_walk *w, struct sweep_chunk *c)
{
    const struct db_result *r = &request_result(w->req, c->slot + 1)->result;
    struct sweep_row **rows = arena_array(c->arena, (size_t)c->n_rows, sizeof(struct sweep_row *));
    int n = db_rows(r), at = 0;

    if (!rows)
        return no_memory(w);
    for (int i = 0; i < c->n_rows; i++)
        rows[i] = &c->rows[i];
    qsort(rows, (size_t)c->n_rows, sizeof *rows, by_id);
    for (int i = 0; i < c->n_rows; i++) {
        rows[i]->from = at;
        while (at < n && db_int(r, at, 0) == rows[i]->id)
            at++;
        rows[i]->to = at;
    }
    c->state = CHUNK_READY;
    return true;
}

static struct sweep_chunk *next_chunk(struct sweep_walk *w)
{
    return &w->chunks[1 - w->present];
}

/* One step of reading the next chunk. False: it failed. */
static bool read_on(struct sweep_walk *w)
{
    struct sweep_chunk *c = next_chunk(w);

    if (c->state == CHUNK_NONE && w->is_exhausted && w->n_again == 0) {
        c->state = CHUNK_READY;
        return chunk_make(w, c, 0);
    }
    if (c->state == CHUNK_NONE)
        return send_ids(w, c);
    if (c->state == CHUNK_IDS && !request_is_asking(w->req, c->slot)) {
        if (!read_ids(w, c))
            return false;
        c->state = CHUNK_READY;
        return c->n_rows == 0 || send_events(w, c);
    }
    return c->state != CHUNK_EVENTS || request_is_asking(w->req, c->slot + 1) || find_events(w, c);
}

/* ---- what became of a member ---- */

static void settle(struct sweep_chunk *c, struct sweep_row *row)
{
    row->is_settled = true;
    c->n_settled++;
    c->figures.seen++;
}

static void tell(struct sweep_chunk *c, const struct sweep_row *row, unsigned did,
                 const char *error)
{
    const char *words[SWEEP_DEEDS];
    int n = sweep_deed_words(did, words);
    char text[128] = "";

    for (int i = 0; i < n; i++)
        (void)snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", i ? " " : "",
                       words[i]);
    c->told[c->n_told] = row->id;
    c->did[c->n_told] = arena_strdup(c->arena, text);
    c->errors[c->n_told++] = error;
}

static void settle_done(struct sweep_chunk *c, struct sweep_row *row, unsigned did)
{
    if (did)
        tell(c, row, did, NULL);
    if (row->has_failed)
        c->cleared[c->n_cleared++] = row->id;
    settle(c, row);
}

static void settle_failed(struct sweep_walk *w, struct sweep_chunk *c, struct sweep_row *row,
                          const struct error *why)
{
    struct buffer b = {0};

    log_error(LOG_WARN, "sweep_member", why);
    c->figures.did[SWEEP_FAILED]++;
    refusal_write(why, w->req->zone_s, &b);
    tell(c, row, 1u << SWEEP_FAILED, arena_strdup(c->arena, b.data ? b.data : "{}"));
    buffer_deinit(&b);
    settle(c, row);
}

/* Is it the moment's fault rather than the dossier's? Then the whole walk stops, and begins again
 * where it was. */
static bool is_passing(const struct error *e)
{
    return error_status(e->code) == 503 || e->code == ERR_STALE_FENCE ||
           e->code == ERR_CLOCK_BEHIND || e->code == ERR_NO_MEMORY;
}

/* False: the walk cannot go on. */
static bool take_outcome(struct sweep_walk *w, struct sweep_slice *s, int i)
{
    struct sweep_chunk *c = &w->chunks[w->present];
    struct sweep_member *m = s->members[i];
    const struct commit_outcome *o = &m->record.member.outcome;

    if (m->error.code == ERR_NONE && s->is_submitted[i] && o->result == COMMIT_STALE_EPOCH) {
        w->is_stale = true; /* decided again, on the newer data */
        return true;
    }
    if (m->error.code == ERR_NONE && s->is_submitted[i] && o->result == COMMIT_STALE_VERSION) {
        settle(c, s->rows[i]); /* somebody acted on it this instant, and set its alarm anew */
        return true;
    }
    if (m->error.code == ERR_NONE && s->is_submitted[i] && o->result != COMMIT_APPLIED)
        m->error = o->error;
    if (m->error.code == ERR_NONE) {
        settle_done(c, s->rows[i],
                    s->is_submitted[i]
                        ? sweep_deeds_count(m->record.events, m->record.n_events, &c->figures)
                        : 0);
        return true;
    }
    if (is_passing(&m->error)) {
        w->req->error = m->error;
        return false;
    }
    settle_failed(w, c, s->rows[i], &m->error);
    return true;
}

static bool slice_collect(struct sweep_walk *w, struct sweep_slice *s)
{
    bool ok = true;

    if (s->alarms.error.code != ERR_NONE) {
        w->req->error = s->alarms.error;
        ok = false;
    }
    for (int i = 0; i < s->n && ok; i++)
        ok = take_outcome(w, s, i);
    db_call_deinit(&s->alarms);
    memset(&s->alarms, 0, sizeof s->alarms);
    s->n = 0;
    return ok;
}

/* ---- a slice ---- */

static void slice_release(struct sweep_slice *s)
{
    if (--s->n_under_way == 0)
        request_release(s->walk->req);
}

static void slice_hold(struct sweep_slice *s)
{
    if (s->n_under_way++ == 0)
        request_hold(s->walk->req);
}

static void member_done(struct commit_member *m)
{
    slice_release(m->data);
}

static void alarms_set(struct db_call *call)
{
    slice_release(call->data);
}

/* Moves the alarms of those with nothing to write, where they move at all. */
static bool send_alarms(struct sweep_walk *w, struct sweep_slice *s)
{
    int64_t ids[SWEEP_SLICE], versions[SWEEP_SLICE], alarms[SWEEP_SLICE];
    struct db_params p;
    bool sent;
    int n = 0;

    for (int i = 0; i < s->n; i++) {
        const struct sweep_member *m = s->members[i];

        if (s->is_submitted[i] || m->error.code != ERR_NONE || m->next_alarm_at == m->alarm_at)
            continue;
        ids[n] = m->id;
        versions[n] = m->history.n;
        alarms[n++] = m->next_alarm_at;
    }
    if (n == 0)
        return true;
    db_params_init(&p);
    db_put_int8_array(&p, ids, n);
    db_put_int8_array(&p, versions, n);
    db_put_instant_array(&p, alarms, n);
    s->alarms.done = alarms_set;
    s->alarms.data = s;
    sent = db_query(w->req->app->db, DB_LANE_JOB, DB_ALARM_SET, &p, &s->alarms, &w->req->error);
    db_params_deinit(&p);
    if (sent)
        slice_hold(s);
    return sent;
}

/* Of a chunk that was under way when somebody died: was this one decided then? What the run wrote
 * carries the night's closing, and was recorded after it. */
static bool was_done(struct sweep_walk *w, struct sweep_chunk *c, struct sweep_row *row,
                     const struct sweep_member *m)
{
    unsigned did = 0;

    for (int i = 0; i < m->history.n; i++) {
        const struct event *e = &m->history.events[i];

        if (e->at == w->at && e->recorded_at > w->at && e->actor == 0)
            did |= sweep_deeds_count(e, 1, &c->figures);
    }
    if (!did && row->alarm_at != INSTANT_NONE && row->alarm_at <= w->at)
        return false;
    settle_done(c, row, did);
    return true;
}

static void decide(struct sweep_walk *w, struct sweep_slice *s, int i, struct sweep_work *work)
{
    struct sweep_member *m = s->members[i];
    struct commit_member *commit = &m->record.member;

    if (!sweep_member_decide(work, m) || m->record.n_events == 0)
        return; /* a failure is the member's, and is counted with it */
    commit->done = member_done;
    commit->data = s;
    commit->job_id = w->job_id;
    commit->fence = w->fence;
    if (!committer_submit(w->req->app->committer, commit, &m->error))
        return;
    s->is_submitted[i] = true;
    slice_hold(s);
}

/* Decides the next so many of the chunk. False: it failed. */
static bool slice_fill(struct sweep_walk *w, struct sweep_slice *s)
{
    struct sweep_chunk *c = &w->chunks[w->present];
    struct request *req = w->req;
    struct sweep_work work = {
        .req = req, .at = w->at, .is_behind = w->is_behind, .letter_id = w->letter_id};

    req->now = clock_business();
    work.now = req->now;
    if (s->arena)
        arena_reset(s->arena);
    else
        s->arena = arena_new(SLICE_ARENA);
    work.arena = s->arena;
    if (!s->arena || !sweep_work_room(&work, s->arena))
        return no_memory(w);
    for (; c->next < c->n_rows && s->n < SWEEP_SLICE; c->next++) {
        struct sweep_row *row = &c->rows[c->next];
        struct sweep_member *m;

        if (row->is_settled)
            continue;
        m = sweep_member_new(s->arena, row->id, row->alarm_at);
        if (!m)
            return no_memory(w);
        s->members[s->n] = m;
        s->rows[s->n] = row;
        s->is_submitted[s->n] = false;
        if (history_rows_read(&request_result(req, c->slot + 1)->result, row->from, row->to,
                              s->arena, &m->history, &m->error)) {
            if (c->is_again && was_done(w, c, row, m))
                continue;
            decide(w, s, s->n, &work);
        }
        s->n++;
    }
    w->letter_id = work.letter_id;
    return send_alarms(w, s);
}

/* ---- turns ---- */

static void ids_came(void *data)
{
    struct sweep_walk *w = data;

    w->is_awaiting_ids = false;
    request_release(w->req);
}

/* Are there ids for the letters of a slice? Asked for before they run out. */
static bool has_ids(struct sweep_walk *w)
{
    struct app *app = w->req->app;
    const struct id_block *b = &app->ids[ID_LETTER];

    if (w->is_awaiting_ids || b->end - b->next >= SWEEP_SLICE)
        return !w->is_awaiting_ids;
    w->is_awaiting_ids = app_await_ids(
        app, date_civil(instant_date(clock_business(), w->req->zone_s)).year, ids_came, w);
    if (w->is_awaiting_ids)
        request_hold(w->req);
    return !w->is_awaiting_ids;
}

static bool is_any_under_way(const struct sweep_walk *w)
{
    for (int i = 0; i < SWEEP_SLICES; i++)
        if (w->slices[i].n)
            return true;
    return false;
}

/* Collects and fills slices; true when that moved the chunk on. */
static bool work_slices(struct sweep_walk *w, bool *ret_ok)
{
    struct sweep_chunk *c = &w->chunks[w->present];
    bool moved = false;

    for (int i = 0; i < SWEEP_SLICES && *ret_ok; i++) {
        struct sweep_slice *s = &w->slices[i];

        if (s->n && !s->n_under_way) {
            *ret_ok = slice_collect(w, s);
            moved = true;
        }
        if (*ret_ok && !s->n && c->state == CHUNK_READY && c->next < c->n_rows && has_ids(w)) {
            *ret_ok = slice_fill(w, s);
            moved = true;
        }
    }
    return moved;
}

enum sweep_turn sweep_walk_turn(struct sweep_walk *w)
{
    struct sweep_chunk *c = &w->chunks[w->present];
    bool ok = true;

    while (ok && work_slices(w, &ok))
        ;
    if (!ok || !read_on(w))
        return SWEEP_TURN_FAIL;
    if (c->next < c->n_rows || is_any_under_way(w))
        return SWEEP_TURN_WAIT;
    if (w->is_stale) {
        w->is_stale = false;
        c->next = 0;
        return SWEEP_TURN_STALE;
    }
    return next_chunk(w)->state == CHUNK_READY ? SWEEP_TURN_BOUNDARY : SWEEP_TURN_WAIT;
}

const struct sweep_chunk *sweep_walk_present(const struct sweep_walk *w)
{
    return &w->chunks[w->present];
}

const struct sweep_chunk *sweep_walk_next(const struct sweep_walk *w)
{
    return &w->chunks[1 - w->present];
}

bool sweep_walk_advance(struct sweep_walk *w)
{
    chunk_drop(&w->chunks[w->present]);
    w->present = 1 - w->present;
    return w->chunks[w->present].n_rows > 0;
}

/* ---- life ---- */

void sweep_walk_init(struct sweep_walk *w, struct request *req, int first_slot, int64_t at,
                     bool is_behind, int64_t after_at, int64_t after_id)
{
    *w = (struct sweep_walk){.req = req,
                             .first_slot = first_slot,
                             .at = at,
                             .is_behind = is_behind,
                             .after_at = after_at,
                             .after_id = after_id};
    w->chunks[0].slot = first_slot;
    w->chunks[1].slot = first_slot + 2;
    for (int i = 0; i < SWEEP_SLICES; i++)
        w->slices[i].walk = w;
}

void sweep_walk_deinit(struct sweep_walk *w)
{
    for (int i = 0; i < SWEEP_SLICES; i++) {
        assert(!w->slices[i].n_under_way);
        db_call_deinit(&w->slices[i].alarms);
        w->slices[i].arena = arena_free(w->slices[i].arena);
    }
    chunk_drop(&w->chunks[0]);
    chunk_drop(&w->chunks[1]);
}
