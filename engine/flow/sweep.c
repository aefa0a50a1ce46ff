/* See sweep.h.
 *
 *   night:   begin -> fresh -> open -> opened -> pump .. passed -> pump .. -> close -> closed ->
 * tell ^        |                         |  ^ edited:    +--------)---------- stale <-------+  |
 *   minute:                            begin -> pump .. noted -> pump .. -> end
 */
#include "flow/sweep.h"

#include "base/clock.h"
#include "base/log.h"
#include "flow/app.h"
#include "flow/sweep_night.h"
#include "flow/sweep_read.h"

#define BEAT_US (8 * INSTANT_SECOND) /* a chunk that takes longer still shows that it lives */

enum {
    SWEEP_BEGIN,
    SWEEP_STALE,
    SWEEP_FRESH,
    SWEEP_OPENED,
    SWEEP_PUMP,
    SWEEP_PASSED,
    SWEEP_CLOSED,
    SWEEP_TELL
};
enum { SLOT_WALK, SLOT_MAIN = 4 };

static struct sweep *sweep_of(struct request *req)
{
    return container_of(container_of(req, struct job, base), struct sweep, job);
}

static void sweep_free(struct request *req)
{
    struct sweep *s = sweep_of(req);

    if (s->is_opened)
        sweep_walk_deinit(&s->walk);
}

/* ---- before the first chunk ---- */

static enum step_result sweep_begin(struct request *req)
{
    struct sweep *s = sweep_of(req);

    req->on_free = sweep_free;
    s->worked_at = s->beat_at = clock_monotonic();
    s->is_alarm = req->use_case != &use_case_sweep;
    if (!s->is_alarm)
        return request_next(req, SWEEP_STALE);
    /* What nights still to be swept look at is theirs. */
    sweep_walk_init(&s->walk, req, SLOT_WALK, req->now, false, req->app->sweeping_at,
                    req->app->sweeping_at == INSTANT_NONE ? 0 : INT64_MAX);
    s->is_opened = true;
    return request_next(req, SWEEP_PUMP);
}

static enum step_result sweep_stale(struct request *req)
{
    return job_reference_send(&sweep_of(req)->job, SLOT_MAIN) ? request_wait(req, SWEEP_FRESH)
                                                              : request_fail(req);
}

static enum step_result sweep_fresh(struct request *req)
{
    struct sweep *s = sweep_of(req);
    struct sweep_night newest;
    struct error ignored; /* no calendar: then none is newer */
    struct db_params p;
    bool sent;

    if (!job_reference_is_fresh(&s->job, SLOT_MAIN))
        return req->error.code != ERR_NONE ? request_fail(req) : request_wait(req, SWEEP_STALE);
    if (s->is_opened)
        return request_next(req, SWEEP_PUMP);
    if (!sweep_night_last(req->reference, clock_business(), req->zone_s, &newest, &ignored))
        newest.closing_at = INSTANT_NONE;
    db_params_init(&p);
    db_put_int8(&p, s->job.id);
    db_put_int8(&p, s->job.fence);
    db_put_instant(&p, clock_business());
    db_put_instant(&p, newest.closing_at);
    s->newest_at = newest.closing_at;
    sent = request_query(req, SLOT_MAIN, DB_LANE_JOB, DB_SWEEP_OPEN, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, SWEEP_OPENED) : request_fail(req);
}

/* A chunk that was under way when somebody died comes first. */
static bool read_chunk(struct sweep *s, const struct db_result *r)
{
    int n = db_array_len(r, 0, 3);
    int64_t *ids = arena_array(s->job.base.arena, (size_t)n + 1, sizeof *ids);

    if (!ids)
        return error_set(&s->job.base.error, ERR_NO_MEMORY, arg_text("what", "sweep"));
    for (int i = 0; i < n; i++)
        ids[i] = db_array_int(r, 0, 3, i);
    s->walk.again = ids;
    s->walk.n_again = n;
    return true;
}

/* Tells the record as the job's result. */
static enum step_result send_record(struct sweep *s)
{
    return sweep_record_send(&s->job.base, SLOT_MAIN, s->run_id, 0)
               ? request_wait(&s->job.base, SWEEP_TELL)
               : request_fail(&s->job.base);
}

static enum step_result sweep_opened(struct request *req)
{
    struct sweep *s = sweep_of(req);
    const struct db_result *r = &request_result(req, SLOT_MAIN)->result;
    int64_t later_at;

    if (db_rows(r) == 0) {
        error_set(&req->error, ERR_ITEM_UNKNOWN, arg_text("value", "sweep"));
        return request_fail(req);
    }
    s->run_id = db_int(r, 0, 0);
    s->as_of = db_instant(r, 0, 1);
    if (!db_is_null(r, 0, 2)) /* whoever died had ended it */
        return send_record(s);
    later_at = db_instant(r, 0, 7);
    if (later_at != INSTANT_NONE) {
        error_set(&req->error, ERR_SWEEP_PAST, arg_instant("as_of", s->as_of),
                  arg_instant("last", later_at));
        return request_fail(req);
    }
    sweep_walk_init(&s->walk, req, SLOT_WALK, s->as_of,
                    s->newest_at != INSTANT_NONE && s->newest_at > s->as_of, db_instant(r, 0, 4),
                    db_int(r, 0, 5));
    s->is_opened = true;
    s->walk.tries_all = true;
    s->walk.job_id = s->job.id;
    s->walk.fence = s->job.fence;
    if (!read_chunk(s, r))
        return request_fail(req);
    if (s->job.total < 0)
        s->job.total = s->job.done + db_int(r, 0, 6) + s->walk.n_again;
    return request_next(req, SWEEP_PUMP);
}

/* ---- from chunk to chunk ---- */

/* Time since it was last asked. */
static int64_t worked(struct sweep *s)
{
    int64_t now = clock_monotonic(), us = now - s->worked_at;

    s->worked_at = s->beat_at = now;
    return us;
}

/* Keeps what the chunk found together with the place the walk has reached. */
static bool send_passed(struct sweep *s)
{
    const struct sweep_chunk *c = sweep_walk_present(&s->walk), *next = sweep_walk_next(&s->walk);
    struct request *req = &s->job.base;
    int64_t *ids = arena_array(next->arena, (size_t)next->n_rows + 1, sizeof *ids);
    int64_t now = clock_business();
    struct db_params p;
    bool sent;

    if (!ids)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "sweep"));
    for (int i = 0; i < next->n_rows; i++)
        ids[i] = next->rows[i].id;
    s->job.done += c->n_rows;
    if (s->job.total < s->job.done)
        s->job.total = s->job.done;
    db_params_init(&p);
    job_checkpoint_params(&s->job, &p);
    db_put_int8_array(&p, ids, next->n_rows);
    db_put_instant(&p, s->walk.after_at);
    db_put_int8(&p, s->walk.after_id);
    db_put_int4(&p, (int32_t)c->figures.seen);
    for (int i = 0; i < SWEEP_DEEDS; i++)
        db_put_int4(&p, (int32_t)c->figures.did[i]);
    db_put_int8(&p, worked(s));
    db_put_int8_array(&p, c->told, c->n_told);
    db_put_text_array(&p, c->did, c->n_told);
    db_put_text_array(&p, c->errors, c->n_told);
    db_put_instant(&p, now);
    db_put_instant(&p, now + SWEEP_RETRY);
    sent = job_checkpoint_by(&s->job, DB_SWEEP_PASSED, &p);
    db_params_deinit(&p);
    return sent;
}

/* The minute has no run: what it could not judge is noted. */
static bool send_failures(struct sweep *s)
{
    const struct sweep_chunk *c = sweep_walk_present(&s->walk);
    int64_t *ids = arena_array(c->arena, (size_t)c->n_told + 1, sizeof *ids);
    const char **errors = arena_array(c->arena, (size_t)c->n_told + 1, sizeof *errors);
    struct request *req = &s->job.base;
    int64_t now = clock_business();
    struct db_params p;
    bool sent;
    int n = 0;

    if (!ids || !errors)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "alarm"));
    for (int i = 0; i < c->n_told; i++)
        if (c->errors[i]) {
            ids[n] = c->told[i];
            errors[n++] = c->errors[i];
        }
    db_params_init(&p);
    db_put_int8_array(&p, ids, n);
    db_put_text_array(&p, errors, n);
    db_put_instant(&p, now);
    db_put_instant(&p, now + SWEEP_RETRY);
    sent = request_query(req, SLOT_MAIN, DB_LANE_JOB, DB_ALARM_FAILED, &p);
    db_params_deinit(&p);
    return sent;
}

static bool send_cleared(struct sweep *s, const struct sweep_chunk *c)
{
    struct db_params p;
    bool sent;

    if (c->n_cleared == 0)
        return true;
    db_params_init(&p);
    db_put_int8_array(&p, c->cleared, c->n_cleared);
    sent = request_query(&s->job.base, SLOT_MAIN + 1, DB_LANE_JOB, DB_ALARM_CLEARED, &p);
    db_params_deinit(&p);
    return sent;
}

static enum step_result close_run(struct sweep *s)
{
    struct request *req = &s->job.base;
    struct db_params p;
    bool sent;

    if (s->is_alarm)
        return STEP_DONE;
    db_params_init(&p);
    db_put_int8(&p, s->job.id);
    db_put_int8(&p, s->job.fence);
    db_put_instant(&p, clock_business());
    db_put_int8(&p, worked(s));
    sent = request_query(req, SLOT_MAIN, DB_LANE_JOB, DB_SWEEP_CLOSE, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, SWEEP_CLOSED) : request_fail(req);
}

static enum step_result at_boundary(struct sweep *s)
{
    const struct sweep_chunk *c = sweep_walk_present(&s->walk), *next = sweep_walk_next(&s->walk);
    struct request *req = &s->job.base;
    bool sent;

    if (s->job.is_checkpointing) /* a sign of life is on its way */
        return request_wait_any(req, SWEEP_PUMP);
    if (c->n_rows == 0 && next->n_rows == 0)
        return close_run(s);
    if (s->is_alarm)
        sent = c->figures.did[SWEEP_FAILED] == 0 || send_failures(s);
    else
        sent = send_passed(s);
    return sent && send_cleared(s, c) ? request_wait(req, SWEEP_PASSED) : request_fail(req);
}

static enum step_result sweep_pump(struct request *req)
{
    struct sweep *s = sweep_of(req);

    switch (sweep_walk_turn(&s->walk)) {
    case SWEEP_TURN_BOUNDARY:
        return at_boundary(s);
    case SWEEP_TURN_STALE:
        return request_next(req, SWEEP_STALE);
    case SWEEP_TURN_FAIL:
        return request_fail(req);
    case SWEEP_TURN_WAIT:
        break;
    }
    if (!s->is_alarm && !s->job.is_checkpointing && clock_monotonic() - s->beat_at > BEAT_US) {
        s->beat_at = clock_monotonic();
        if (!job_checkpoint(&s->job))
            return request_fail(req);
    }
    return request_wait_any(req, SWEEP_PUMP);
}

static enum step_result sweep_passed(struct request *req)
{
    struct sweep *s = sweep_of(req);
    const struct sweep_figures *f = &sweep_walk_present(&s->walk)->figures;

    if (!s->is_alarm && !job_goes_on(&s->job))
        return STEP_DONE;
    sweep_figures_add(&s->figures, f);
    req->app->metrics.alarms += (uint64_t)f->seen;
    req->app->metrics.letters_drafted += (uint64_t)f->did[SWEEP_LETTER];
    req->app->metrics.escalated += (uint64_t)f->did[SWEEP_ESCALATED];
    req->app->metrics.not_judged += (uint64_t)f->did[SWEEP_FAILED];
    return sweep_walk_advance(&s->walk) ? request_next(req, SWEEP_PUMP) : close_run(s);
}

/* ---- after the last ---- */

static enum step_result sweep_closed(struct request *req)
{
    struct sweep *s = sweep_of(req);

    if (db_rows(&request_result(req, SLOT_MAIN)->result) == 0) {
        error_set(&req->error, ERR_STALE_FENCE, arg_number("job", s->job.id));
        return request_fail(req);
    }
    req->app->metrics.sweeps++;
    log_event(LOG_INFO, "sweep", arg_instant("as_of", s->as_of), arg_number("run", s->run_id),
              arg_number("seen", s->figures.seen),
              arg_number("letters", s->figures.did[SWEEP_LETTER]),
              arg_number("overdue", s->figures.did[SWEEP_OVERDUE]),
              arg_number("failed", s->figures.did[SWEEP_FAILED]));
    return send_record(s);
}

static enum step_result sweep_tell(struct request *req)
{
    struct wire_sweep out;

    sweep_record_read(req, &request_result(req, SLOT_MAIN)->result, 0, &out);
    if (!wire_sweep_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return STEP_DONE;
}

static const struct step sweep_steps[] = {
    [SWEEP_BEGIN] = {"begin", sweep_begin},    [SWEEP_STALE] = {"stale", sweep_stale},
    [SWEEP_FRESH] = {"fresh", sweep_fresh},    [SWEEP_OPENED] = {"opened", sweep_opened},
    [SWEEP_PUMP] = {"pump", sweep_pump},       [SWEEP_PASSED] = {"passed", sweep_passed},
    [SWEEP_CLOSED] = {"closed", sweep_closed}, [SWEEP_TELL] = {"tell", sweep_tell},
};
const struct use_case use_case_sweep = {"sweep", sizeof(struct sweep), sweep_steps, false, 0};
static const struct use_case use_case_alarm = {"alarm", sizeof(struct sweep), sweep_steps, false,
                                               0};

/* ---- the minute ---- */

bool sweep_start_alarm(struct app *app, void (*done)(struct request *req, void *data), void *data)
{
    return request_start(app, &use_case_alarm, NULL, NULL, NULL, done, data);
}
