/* The runner: asks for work by timer and when it is woken, does one job at a time, and writes how
 * it ended. Should that not reach the database, the lease runs out and the job goes on from its
 * cursor, which is harmless. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "flow/app.h"
#include "flow/job_impl.h"
#include "flow/refusal.h"

#define TICK_MS      2000
#define FIGURES_MS   10000 /* between two looks at how many there are, for /metrics */
#define ATTEMPTS_MAX 20    /* begun so often without a single checkpoint: it will never get on */
#define RETRY_DELAY  (5 * INSTANT_SECOND)

enum { JOB_STATES = 5 }; /* words_job_state */

struct job_runner {
    struct app *app;
    enum job_kind only;
    uv_timer_t timer;
    struct db_call claim, end, count;
    bool is_claiming, is_running, is_ending, is_counting, is_woken, is_closing, is_timer_closed;
    int64_t counted_at; /* monotonic */
    int64_t figures[JOB_KIND_COUNT][JOB_STATES];
    void (*closed)(void *data);
    void *data;
};

static void look(struct job_runner *r);

static void maybe_closed(struct job_runner *r)
{
    if (!r->is_closing || !r->is_timer_closed || r->is_claiming || r->is_running || r->is_ending ||
        r->is_counting)
        return;
    if (r->closed)
        r->closed(r->data);
    free(r);
}

/* After a claim, a job or its end: the next one, or the door. */
static void rest(struct job_runner *r)
{
    if (r->is_closing)
        maybe_closed(r);
    else if (r->is_woken)
        look(r);
}

/* ---- how it ended ---- */

static void ended(struct db_call *call)
{
    struct job_runner *r = call->data;

    if (call->error.code != ERR_NONE)
        log_error(LOG_WARN, "job_end", &call->error);
    db_call_deinit(call);
    r->is_ending = false;
    r->is_woken = true; /* there may be another */
    rest(r);
}

static void tell(struct job_runner *r, enum db_query query, const struct db_params *p)
{
    struct error err;

    r->end.done = ended;
    r->end.data = r;
    r->is_ending = db_query(r->app->db, DB_LANE_JOB, query, p, &r->end, &err);
    if (!r->is_ending)
        log_error(LOG_WARN, "job_end", &err);
}

static void give_back(struct job_runner *r, int64_t id, int64_t fence, int64_t not_before,
                      bool counts)
{
    struct db_params p;

    db_params_init(&p);
    db_put_int8(&p, id);
    db_put_int8(&p, fence);
    db_put_instant(&p, not_before);
    db_put_instant(&p, clock_real());
    db_put_int4(&p, counts ? 0 : 1);
    tell(r, DB_JOB_RELEASE, &p);
    db_params_deinit(&p);
}

static void write_end(struct job_runner *r, const struct job *j, const char *state,
                      const char *result, const struct error *err)
{
    struct buffer error = {0};
    struct db_params p;

    if (err)
        refusal_write(err, r->app->zone_s, &error);
    db_params_init(&p);
    db_put_int8(&p, j->id);
    db_put_int8(&p, j->fence);
    db_put_text(&p, state);
    db_put_text(&p, result);
    db_put_text(&p, error.data);
    db_put_instant(&p, clock_real());
    db_put_instant(&p, clock_business());
    db_put_int8(&p, j->done);
    job_put_total(&p, j);
    tell(r, DB_JOB_END, &p);
    db_params_deinit(&p);
    buffer_deinit(&error);
    log_event(LOG_INFO, "job_ended", arg_number("job", j->id),
              arg_text("kind", job_kind_word(j->kind)), arg_text("state", state),
              arg_number("done", j->done));
}

static void finished(struct request *req, void *data)
{
    struct job_runner *r = data;
    struct job *j = container_of(req, struct job, base);

    r->is_running = false;
    db_call_deinit(&j->checkpoint);
    if (req->error.code == ERR_STALE_FENCE)
        j->stop = JOB_LOST;
    if (j->stop == JOB_LOST) {
        log_event(LOG_INFO, "job_taken_over", arg_number("job", j->id));
    } else if (j->stop == JOB_STOPPING) {
        give_back(r, j->id, j->fence, INSTANT_NONE, true);
    } else if (j->stop == JOB_CANCELLED) {
        write_end(r, j, "cancelled", req->body.data, NULL);
    } else if (req->error.code == ERR_CLOCK_BEHIND || error_status(req->error.code) == 503) {
        /* Not the job's fault: a database away comes back, a clock set back catches up. */
        log_error(LOG_WARN, "job_interrupted", &req->error);
        give_back(r, j->id, j->fence, clock_real() + RETRY_DELAY,
                  req->error.code != ERR_CLOCK_BEHIND);
    } else if (req->error.code != ERR_NONE) {
        log_error(LOG_ERROR, "job_failed", &req->error);
        write_end(r, j, "failed", NULL, &req->error);
    } else {
        write_end(r, j, "done", req->body.data, NULL);
    }
    if (!r->is_ending && !r->is_claiming)
        rest(r);
}

/* ---- taking one ---- */

static void prepare(struct request *req, void *data)
{
    const struct db_result *row = &((struct job_runner *)data)->claim.result;
    struct job *j = container_of(req, struct job, base);
    int attempts = (int)db_int(row, 0, 10);

    j->id = db_int(row, 0, 0);
    j->kind = (enum job_kind)job_kind_find(db_text(row, 0, 1));
    j->parameters = arena_strdup(req->arena, db_text(row, 0, 2));
    snprintf(j->cursor, sizeof j->cursor, "%s", db_text(row, 0, 3));
    j->fence = db_int(row, 0, 4);
    j->done = db_int(row, 0, 5);
    j->total = db_is_null(row, 0, 6) ? -1 : db_int(row, 0, 6);
    j->n_items = db_int(row, 0, 7);
    req->principal.officer_id = db_int(row, 0, 8);
    log_event(LOG_INFO, "job_claimed", arg_number("job", j->id),
              arg_text("kind", job_kind_word(j->kind)), arg_number("fence", j->fence),
              arg_text("cursor", j->cursor));
    if (db_bool(row, 0, 11)) { /* asked to stop while nobody had it: it does not begin */
        j->stop = JOB_CANCELLED;
        error_set(&req->error, ERR_JOB_STATE, arg_number("job", j->id),
                  arg_text("state", "cancelled"));
    } else if (attempts > ATTEMPTS_MAX) {
        error_set(&req->error, ERR_JOB_STUCK, arg_number("job", j->id),
                  arg_number("attempts", attempts));
    } else if (!j->parameters) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "job"));
    } else if (!json_parse(j->parameters, strlen(j->parameters), &req->json, &req->error)) {
        log_error(LOG_ERROR, "job_parameters", &req->error); /* and the job fails with it */
    }
}

static void begin(struct job_runner *r)
{
    const struct db_result *row = &r->claim.result;

    if (r->is_closing) {
        give_back(r, db_int(row, 0, 0), db_int(row, 0, 4), INSTANT_NONE, true);
        return;
    }
    r->is_running = true; /* until finished(), which may come before this returns */
    if (!request_start(r->app, job_use_cases[job_kind_find(db_text(row, 0, 1))], NULL, NULL,
                       prepare, finished, r))
        r->is_running = false;
}

static void claimed(struct db_call *call)
{
    struct job_runner *r = call->data;

    if (call->error.code == ERR_NONE && db_rows(&call->result) == 1)
        begin(r);
    db_call_deinit(call);
    r->is_claiming = false;
    rest(r);
}

static void look(struct job_runner *r)
{
    static const char *const serial[] = {"sweep"}; /* nights are swept in their order */
    const char *kinds[JOB_KIND_COUNT];
    int n = job_kinds_runnable(r->only, kinds);
    int64_t now = clock_real();
    struct db_params p;
    struct error err;

    if (r->is_closing || r->is_claiming || r->is_running || r->is_ending || n == 0 ||
        !r->app->reference)
        return;
    r->is_woken = false;
    db_params_init(&p);
    db_put_text_array(&p, kinds, n);
    db_put_instant(&p, now);
    db_put_instant(&p, now + JOB_LEASE);
    db_put_instant(&p, clock_business());
    db_put_text_array(&p, serial, ARRAY_LEN(serial));
    r->claim.done = claimed;
    r->claim.data = r;
    r->is_claiming = db_query(r->app->db, DB_LANE_JOB, DB_JOB_CLAIM, &p, &r->claim, &err);
    db_params_deinit(&p);
}

bool job_runner_is_idle(const struct job_runner *r)
{
    return !r->is_claiming && !r->is_running && !r->is_ending;
}

void job_runner_kick(struct job_runner *r)
{
    if (!r)
        return;
    r->is_woken = true;
    look(r);
}

/* ---- figures ---- */

static void counted(struct db_call *call)
{
    struct job_runner *r = call->data;

    r->is_counting = false;
    if (call->error.code == ERR_NONE)
        memset(r->figures, 0, sizeof r->figures);
    for (int i = 0; call->error.code == ERR_NONE && i < db_rows(&call->result); i++) {
        int kind = job_kind_find(db_text_or_empty(&call->result, i, 0));
        int state = words_find(&words_job_state, db_text_or_empty(&call->result, i, 1));

        if (kind >= 0 && state >= 0)
            r->figures[kind][state] = db_int(&call->result, i, 2);
    }
    db_call_deinit(call);
    maybe_closed(r);
}

static void count(struct job_runner *r)
{
    int64_t now = clock_monotonic();
    struct error err;

    if (r->is_closing || r->is_counting || r->only != JOB_KIND_COUNT ||
        (r->counted_at && now - r->counted_at < FIGURES_MS * INT64_C(1000)))
        return;
    r->counted_at = now;
    r->count.done = counted;
    r->count.data = r;
    r->is_counting = db_query(r->app->db, DB_LANE_JOB, DB_JOB_FIGURES, NULL, &r->count, &err);
}

void job_runner_figures(const struct job_runner *r, struct buffer *b)
{
    buffer_text(b, "# HELP motcua_jobs Long work by kind and state, some seconds old\n"
                   "# TYPE motcua_jobs gauge\n");
    for (int i = 0; r && i < JOB_KIND_COUNT; i++)
        for (int k = 0; k < JOB_STATES; k++)
            buffer_printf(b, "motcua_jobs{kind=\"%s\",state=\"%s\"} %lld\n",
                          job_kind_word((enum job_kind)i), words_job_state.words[k],
                          (long long)r->figures[i][k]);
}

static void tick(uv_timer_t *timer)
{
    look(timer->data);
    count(timer->data);
}

bool job_runner_start(struct app *app, enum job_kind only, struct job_runner **ret_runner,
                      struct error *err)
{
    struct job_runner *r = calloc(1, sizeof *r);

    if (!r)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "jobs"));
    r->app = app;
    r->only = only;
    uv_timer_init(app->loop, &r->timer);
    r->timer.data = r;
    uv_timer_start(&r->timer, tick, 100, TICK_MS);
    *ret_runner = r;
    return true;
}

static void timer_closed(uv_handle_t *h)
{
    struct job_runner *r = h->data;

    r->is_timer_closed = true;
    maybe_closed(r);
}

void job_runner_close(struct job_runner *r, void (*closed)(void *data), void *data)
{
    r->is_closing = true;
    r->closed = closed;
    r->data = data;
    uv_close((uv_handle_t *)&r->timer, timer_closed);
}
