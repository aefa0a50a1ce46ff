/* See stay_fill.h. Steps: (chunk -> load -> compute -> count) until no dossier is left -> end. What
 * was known when is read off the events: after each instant of recording the stays are made anew,
 * and the difference is what was learned then. */
#include "flow/stay_fill.h"

#include <inttypes.h>

#include "base/instant.h"
#include "base/log.h"
#include "flow/app.h"
#include "flow/history_rows.h"
#include "flow/record.h"

#define FILL_MAX    200 /* dossiers of a chunk */
#define CHUNK_ARENA (64u << 20)
#define TRIES_MAX   5
#define ROWS_MAX    2048 /* of one dossier, with those that were corrected */

enum { FILL_CHUNK, FILL_LOAD, FILL_COMPUTE, FILL_COUNT, FILL_END };
enum { SLOT_WALK, SLOT_EVENTS, SLOT_FILL, SLOT_END };

struct fill {
    struct request base;
    int64_t after, last; /* ids: the chunk begins after the one and ends with the other */
    int n_tries;
    int64_t n_filled, n_missed;
    struct buffer rows; /* JSON */
};

/* A row with the time in which it was known. */
struct known_stay {
    struct stay stay;
    int64_t known_from, known_to, left_known_at; /* INSTANT_NONE: from the start */
};

static enum step_result fail(struct fill *f)
{
    buffer_deinit(&f->rows);
    return request_fail(&f->base);
}

int stay_fill_list(const struct reference *r, const struct dossier *d, const struct history *h,
                   struct stay *ret)
{
    struct lateness_context ctx;

    record_lateness_context(r, d, r->zone_s, &ctx);
    return stay_timeline(&ctx, h, INSTANT_FOREVER, ret);
}

static enum step_result fill_chunk(struct request *req)
{
    struct fill *f = container_of(req, struct fill, base);
    struct db_params p;
    bool sent;

    req->chunk = arena_free(req->chunk);
    if (req->app->is_stopping) /* the next daemon goes on where there are none */
        return request_next(req, FILL_END);
    db_params_init(&p);
    db_put_int8(&p, f->after);
    db_put_int4(&p, FILL_MAX);
    sent = request_query(req, SLOT_WALK, DB_LANE_JOB, DB_STAYS_WALK, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, FILL_LOAD) : fail(f);
}

static enum step_result close_walk(struct fill *f)
{
    struct request *req = &f->base;

    log_event(LOG_INFO, "stays_filled", arg_number("filled", f->n_filled),
              arg_number("missed", f->n_missed));
    if (f->n_missed) /* not all: the next walk looks again */
        return request_next(req, FILL_END);
    return request_query(req, SLOT_END, DB_LANE_JOB, DB_STAYS_FILLED, NULL)
               ? request_wait(req, FILL_END)
               : fail(f);
}

static enum step_result fill_load(struct request *req)
{
    struct fill *f = container_of(req, struct fill, base);
    const struct db_result *r = &request_result(req, SLOT_WALK)->result;
    int n = db_rows(r);
    int64_t ids[FILL_MAX];
    struct db_params p;
    bool sent;

    if (n == 0)
        return close_walk(f);
    for (int i = 0; i < n && i < FILL_MAX; i++)
        f->last = ids[i] = db_int(r, i, 0);
    db_params_init(&p);
    db_put_int8_array(&p, ids, n);
    sent = request_query(req, SLOT_EVENTS, DB_LANE_JOB, DB_EVENTS_OF, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, FILL_COMPUTE) : fail(f);
}

/* ---- one dossier ---- */

/* What one decision changed, on the rows known so far. */
static int learn(struct known_stay *rows, int n, const struct commit_stay *changes, int n_changes)
{
    for (int i = 0; i < n_changes; i++) {
        const struct commit_stay *c = &changes[i];
        struct known_stay *live = NULL;

        for (int k = 0; k < n && !live; k++)
            if (rows[k].known_to == INSTANT_FOREVER &&
                rows[k].stay.entered_at == c->stay.entered_at)
                live = &rows[k];
        if (c->operation == COMMIT_FACT_INSERT) {
            if (n < ROWS_MAX)
                rows[n++] =
                    (struct known_stay){c->stay, c->known_at, INSTANT_FOREVER, INSTANT_NONE};
        } else if (live && c->operation == COMMIT_FACT_RETRACT) {
            live->known_to = c->known_at;
        } else if (live) {
            live->stay = c->stay;
            live->left_known_at = c->known_at;
        }
    }
    return n;
}

/* Every row that was ever known; -1 without memory. */
static int known_rows(struct fill *f, const struct history *h, int64_t id, struct known_stay *rows)
{
    struct request *req = &f->base;
    struct stay *old = arena_array(req->chunk, STAYS_MAX, sizeof *old);
    struct stay *now = arena_array(req->chunk, STAYS_MAX, sizeof *now);
    struct commit_stay *changes = arena_array(req->chunk, 2 * STAYS_MAX, sizeof *changes);
    struct dossier *d = arena_new_of(req->chunk, struct dossier);
    int n_old = 0, n = 0;

    if (!old || !now || !changes || !d)
        return -1;
    for (int k = 1; k <= h->n; k++) {
        const struct history until = {h->events, k};
        int64_t known_at = h->events[k - 1].recorded_at;
        struct stay *other = old;
        int n_now;

        if (k < h->n && h->events[k].recorded_at == known_at)
            continue;
        history_fold(&until, known_at, INSTANT_FOREVER, d);
        d->id = id;
        n_now = stay_fill_list(req->reference, d, &until, now);
        if (n_now < 0)
            return -1;
        n = learn(rows, n, changes, commit_stay_changes(old, n_old, now, n_now, known_at, changes));
        old = now;
        now = other;
        n_old = n_now;
    }
    return n;
}

/* ---- as JSON, for stays_fill() ---- */

static void put_number(struct buffer *b, const char *key, int64_t value, bool is_null)
{
    if (is_null)
        buffer_printf(b, ",\"%s\":null", key);
    else
        buffer_printf(b, ",\"%s\":%" PRId64, key, value);
}

static void put_instant_of(struct buffer *b, const char *key, int64_t at)
{
    put_number(b, key, at, at == INSTANT_FOREVER || at == INSTANT_NONE);
}

static void put_bool(struct buffer *b, const char *key, bool is)
{
    buffer_printf(b, ",\"%s\":%s", key, is ? "true" : "false");
}

static void put_row(struct buffer *b, int64_t id, int version, const struct known_stay *k)
{
    const struct stay *s = &k->stay;

    buffer_printf(b, "%s{\"dossier_id\":%" PRId64 ",\"version\":%d", b->len > 1 ? "," : "", id,
                  version);
    put_instant_of(b, "entered_us", s->entered_at);
    put_instant_of(b, "left_us", s->left_at);
    put_instant_of(b, "left_known_us", k->left_known_at);
    put_instant_of(b, "known_from_us", k->known_from);
    put_instant_of(b, "known_to_us", k->known_to);
    put_number(b, "case_id", s->case_id, s->case_id == 0);
    put_number(b, "step", s->step, false);
    put_number(b, "office_id", s->office, s->office == 0);
    put_number(b, "officer_id", s->officer, s->officer == 0);
    put_bool(b, "is_last", s->is_last);
    put_bool(b, "is_waiting", s->is_waiting);
    put_bool(b, "is_over", s->is_over);
    put_number(b, "budget_minutes", s->budget_minutes, s->budget_minutes < 0);
    put_number(b, "used_minutes", s->used_minutes, s->used_minutes < 0);
    buffer_printf(b, "}");
}

static bool compute(struct fill *f, const struct history *h, int64_t id)
{
    struct known_stay *rows = arena_array(f->base.chunk, ROWS_MAX, sizeof *rows);
    int n = rows ? known_rows(f, h, id, rows) : -1;

    for (int i = 0; i < n; i++)
        put_row(&f->rows, id, h->n, &rows[i]);
    f->n_filled += n > 0;
    return n >= 0;
}

static enum step_result no_memory(struct fill *f)
{
    error_set(&f->base.error, ERR_NO_MEMORY, arg_text("what", "stays"));
    return fail(f);
}

static enum step_result fill_compute(struct request *req)
{
    struct fill *f = container_of(req, struct fill, base);
    const struct db_result *r = &request_result(req, SLOT_EVENTS)->result;
    int row = 0;
    struct db_params p;
    bool sent;

    buffer_clear(&f->rows);
    buffer_printf(&f->rows, "[");
    while (row < db_rows(r)) {
        int64_t id = db_int(r, row, 0);
        int from = row;
        struct history h;
        struct error unread; /* which is for the checker to tell */

        row = history_rows_end(r, from, id);
        req->chunk = arena_new(CHUNK_ARENA);
        if (!req->chunk)
            return no_memory(f);
        if (history_rows_read(r, from, row, req->chunk, &h, &unread) && !compute(f, &h, id))
            return no_memory(f);
        req->chunk = arena_free(req->chunk);
    }
    buffer_printf(&f->rows, "]");
    if (f->rows.is_failed)
        return no_memory(f);
    db_params_init(&p);
    db_put_text(&p, f->rows.data);
    sent = request_query(req, SLOT_FILL, DB_LANE_JOB, DB_STAYS_FILL, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, FILL_COUNT) : fail(f);
}

static enum step_result fill_count(struct request *req)
{
    struct fill *f = container_of(req, struct fill, base);
    int64_t n_missed = db_int(&request_result(req, SLOT_FILL)->result, 0, 0);

    if (n_missed && ++f->n_tries < TRIES_MAX)
        return request_next(req, FILL_CHUNK);
    f->n_missed += n_missed;
    f->n_tries = 0;
    f->after = f->last;
    return request_next(req, FILL_CHUNK);
}

static enum step_result fill_end(struct request *req)
{
    buffer_deinit(&container_of(req, struct fill, base)->rows);
    req->status = 200;
    return STEP_DONE;
}

static const struct step fill_steps[] = {
    [FILL_CHUNK] = {"chunk", fill_chunk},
    [FILL_LOAD] = {"load", fill_load},
    [FILL_COMPUTE] = {"compute", fill_compute},
    [FILL_COUNT] = {"count", fill_count},
    [FILL_END] = {"end", fill_end},
};
static const struct use_case use_case_fill = {"stay_fill", sizeof(struct fill), fill_steps, false,
                                              0};

bool stay_fill_start(struct app *app, void (*done)(struct request *req, void *data), void *data)
{
    return request_start(app, &use_case_fill, NULL, NULL, NULL, done, data);
}
