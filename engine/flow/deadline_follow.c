/* See deadline_follow.h. Steps: (chunk -> load -> compute -> count) until there is no open dossier
 * left -> end. A dossier on which somebody acts meanwhile is looked at again. */
#include "flow/deadline_follow.h"

#include "base/clock.h"
#include "base/log.h"
#include "db/follow.h"
#include "flow/app.h"
#include "flow/history_rows.h"
#include "flow/record.h"

#define CHUNK_ARENA (64u << 20)
#define TRIES_MAX   5 /* of one chunk, while others act on its dossiers */

enum { FOLLOW_CHUNK, FOLLOW_LOAD, FOLLOW_COMPUTE, FOLLOW_COUNT, FOLLOW_END };
enum { SLOT_WALK, SLOT_EVENTS, SLOT_END };

struct follow {
    struct request base;
    struct db_call call;
    int64_t after, last; /* ids: the chunk begins after the one and ends with the other */
    int n_tries;
    int64_t n_seen, n_changed, n_missed;
};

static enum step_result fail(struct follow *f)
{
    db_call_deinit(&f->call);
    return request_fail(&f->base);
}

int deadline_follow_list(const struct reference *r, const struct dossier *d, struct deadline *ret)
{
    struct decide_context ctx;

    record_decide_context(r, d, 0, r->zone_s, &ctx);
    return deadline_list(&ctx, ret);
}

static enum step_result follow_chunk(struct request *req)
{
    struct follow *f = container_of(req, struct follow, base);
    struct db_params p;
    bool sent;

    req->chunk = arena_free(req->chunk);
    db_params_init(&p);
    db_put_int8(&p, f->after);
    db_put_int4(&p, FOLLOW_MAX);
    sent = request_query(req, SLOT_WALK, DB_LANE_JOB, DB_DEADLINES_WALK, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, FOLLOW_LOAD) : fail(f);
}

static enum step_result close_walk(struct follow *f)
{
    struct request *req = &f->base;
    struct db_params p;
    bool sent;

    log_event(LOG_INFO, "deadlines_followed", arg_number("epoch", req->reference->epoch),
              arg_number("seen", f->n_seen), arg_number("changed", f->n_changed),
              arg_number("missed", f->n_missed));
    if (f->n_missed) /* not all: the next walk looks again */
        return request_next(req, FOLLOW_END);
    db_params_init(&p);
    db_put_int8(&p, req->reference->epoch);
    sent = request_query(req, SLOT_END, DB_LANE_JOB, DB_DEADLINES_FOLLOWED, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, FOLLOW_END) : fail(f);
}

static enum step_result follow_load(struct request *req)
{
    struct follow *f = container_of(req, struct follow, base);
    const struct db_result *r = &request_result(req, SLOT_WALK)->result;
    int n = db_rows(r);
    int64_t ids[FOLLOW_MAX];
    struct db_params p;
    bool sent;

    if (n == 0)
        return close_walk(f);
    for (int i = 0; i < n; i++)
        ids[i] = db_int(r, i, 0);
    f->last = ids[n - 1];
    db_params_init(&p);
    db_put_int8_array(&p, ids, n);
    sent = request_query(req, SLOT_EVENTS, DB_LANE_JOB, DB_EVENTS_OF, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, FOLLOW_COMPUTE) : fail(f);
}

/* ---- one dossier ---- */

/* When to look again. An alarm that came and was not looked at stays: the night that closed since
 * then is to find what was its own, and not the minute. */
static int64_t alarm_after(int64_t next, int64_t stored_alarm, int64_t now)
{
    bool is_left =
        next != INSTANT_NONE && next <= now && stored_alarm != INSTANT_NONE && stored_alarm < next;

    return is_left ? stored_alarm : next;
}

static bool compute(struct follow *f, const struct history *h, int64_t id, int64_t stored_alarm,
                    struct follow_dossier *ret)
{
    struct request *req = &f->base;
    int64_t newest_at = h->events[h->n - 1].recorded_at, stored_at = history_next_at(h, newest_at);
    struct dossier *d = arena_new_of(req->chunk, struct dossier);
    struct warning *w = arena_new_of(req->chunk, struct warning), now_warning;
    struct deadline *list = arena_array(req->chunk, DEADLINES_MAX, sizeof *list);
    struct lateness_context ctx;
    bool is_stored_due = stored_at != INSTANT_NONE && stored_at <= req->now;
    int64_t next;

    if (!d || !w || !list)
        return false;
    history_fold(h, newest_at, INSTANT_FOREVER, d);
    d->id = id;
    record_lateness_context(req->reference, d, req->zone_s, &ctx);
    warning_compute(&ctx, newest_at, w);
    /* The alarm as of now: `now` when anything is to be done. */
    warning_compute(&ctx, req->now, &now_warning);
    next = is_stored_due ? stored_at : alarm_next(&ctx, &now_warning, req->now, stored_at);
    *ret = (struct follow_dossier){
        .id = id,
        .version = h->n,
        .warning = w,
        .next_alarm_at = alarm_after(next, stored_alarm, req->now),
        .deadlines = list,
        .n_deadlines = deadline_follow_list(req->reference, d, list),
    };
    return true;
}

static void follow_answered(struct db_call *call)
{
    struct follow *f = call->data;

    if (call->error.code != ERR_NONE)
        f->base.error = call->error;
    request_release(&f->base);
}

static enum step_result follow_compute(struct request *req)
{
    struct follow *f = container_of(req, struct follow, base);
    const struct db_result *r = &request_result(req, SLOT_EVENTS)->result;
    const struct db_result *walked = &request_result(req, SLOT_WALK)->result;
    struct follow_dossier *list;
    int n = 0, row = 0, of = 0; /* `of`: its row of the walk, which is in the same order */

    req->now = clock_business();
    req->chunk = arena_new(CHUNK_ARENA);
    list = req->chunk ? arena_array(req->chunk, FOLLOW_MAX, sizeof *list) : NULL;
    if (!list) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "deadlines"));
        return fail(f);
    }
    while (row < db_rows(r) && n < FOLLOW_MAX) {
        int64_t id = db_int(r, row, 0);
        int from = row;
        struct history h;
        struct error unread; /* which is for the checker to tell */

        row = history_rows_end(r, from, id);
        while (db_int(walked, of, 0) != id)
            of++;
        if (history_rows_read(r, from, row, req->chunk, &h, &unread) &&
            compute(f, &h, id, db_instant(walked, of, 1), &list[n]))
            n++;
    }
    if (n == 0) {
        f->after = f->last;
        return request_next(req, FOLLOW_CHUNK);
    }
    f->n_seen += n;
    f->call.done = follow_answered;
    f->call.data = f;
    if (!follow_send(req->app->db, req->reference->epoch, list, n, &f->call, &req->error))
        return fail(f);
    request_hold(req);
    return request_wait(req, FOLLOW_COUNT);
}

static enum step_result follow_count(struct request *req)
{
    struct follow *f = container_of(req, struct follow, base);
    const struct db_result *r = &f->call.result;
    int64_t n_missed = db_int(r, 0, 2);

    if (!db_bool(r, 0, 0)) { /* edited meanwhile: the next walk rests on the newer data */
        reference_reload(req->app, NULL, NULL);
        return request_next(req, FOLLOW_END);
    }
    f->n_changed += db_int(r, 0, 1);
    if (n_missed && ++f->n_tries < TRIES_MAX)
        return request_next(req, FOLLOW_CHUNK);
    f->n_missed += n_missed;
    f->n_tries = 0;
    f->after = f->last;
    return request_next(req, FOLLOW_CHUNK);
}

static enum step_result follow_end(struct request *req)
{
    db_call_deinit(&container_of(req, struct follow, base)->call);
    req->status = 200;
    return STEP_DONE;
}

static const struct step follow_steps[] = {
    [FOLLOW_CHUNK] = {"chunk", follow_chunk},
    [FOLLOW_LOAD] = {"load", follow_load},
    [FOLLOW_COMPUTE] = {"compute", follow_compute},
    [FOLLOW_COUNT] = {"count", follow_count},
    [FOLLOW_END] = {"end", follow_end},
};
static const struct use_case use_case_follow = {"deadline_follow", sizeof(struct follow),
                                                follow_steps, false, 0};

bool deadline_follow_start(struct app *app, void (*done)(struct request *req, void *data),
                           void *data)
{
    return request_start(app, &use_case_follow, NULL, NULL, NULL, done, data);
}
