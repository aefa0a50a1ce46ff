/* See replica.h. */
#include "flow/replica.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/instant.h"
#include "base/log.h"
#include "flow/app.h"

#define TICK_MS 1000
#define SAMPLES (REPLICA_AGE_MAX_S + 4)

/* What the primary had when it was asked. */
struct replica_sample {
    int64_t asked_at; /* monotonic */
    int64_t goal;
};

struct replica {
    struct app *app;
    struct db *db;
    uv_timer_t timer;
    struct db_call goal_call, at_call;
    bool is_asking_goal, is_asking_at, is_closing, is_timer_closed, is_db_closed;
    bool is_good; /* as last logged */
    int max_age_s;
    int64_t asked_at; /* of the goal under way */
    struct replica_sample samples[SAMPLES];
    int n_samples;      /* ever taken; the newest is the one before */
    int64_t reached_at; /* when the newest goal that it has reached was asked for; 0: none */
    void (*closed)(void *data);
    void *data;
};

static void maybe_closed(struct replica *r)
{
    if (!r->is_closing || !r->is_timer_closed || !r->is_db_closed || r->is_asking_goal)
        return;
    if (r->closed)
        r->closed(r->data);
    free(r);
}

static void goal_answered(struct db_call *call)
{
    struct replica *r = call->data;

    r->is_asking_goal = false;
    if (call->error.code == ERR_NONE && db_rows(&call->result) == 1 &&
        !db_is_null(&call->result, 0, 0))
        r->samples[r->n_samples++ % SAMPLES] =
            (struct replica_sample){r->asked_at, db_int(&call->result, 0, 0)};
    db_call_deinit(call);
    maybe_closed(r);
}

static void reach(struct replica *r, int64_t replayed)
{
    int n = r->n_samples < SAMPLES ? r->n_samples : SAMPLES;

    for (int i = 1; i <= n; i++) {
        const struct replica_sample *s = &r->samples[(r->n_samples - i) % SAMPLES];

        if (s->goal <= replayed) {
            r->reached_at = s->asked_at;
            return;
        }
    }
}

static void tell(struct replica *r)
{
    int age_s;
    bool is_good = replica_db(r, &age_s) != NULL;

    if (is_good != r->is_good)
        log_event(is_good ? LOG_INFO : LOG_WARN, is_good ? "replica_used" : "replica_passed_over",
                  arg_number("max_age", r->max_age_s));
    r->is_good = is_good;
}

static void at_answered(struct db_call *call)
{
    struct replica *r = call->data;
    const struct db_result *result = &call->result;

    r->is_asking_at = false;
    if (call->error.code != ERR_NONE || db_rows(result) != 1 || !db_bool(result, 0, 0) ||
        db_is_null(result, 0, 1))
        r->reached_at = 0; /* gone, or no standby any more */
    else
        reach(r, db_int(result, 0, 1));
    db_call_deinit(call);
    if (!r->is_closing)
        tell(r);
}

static void tick(uv_timer_t *timer)
{
    struct replica *r = timer->data;
    struct error ignored; /* who does not answer grows old */

    if (!r->is_asking_goal) {
        r->asked_at = clock_monotonic();
        r->goal_call.done = goal_answered;
        r->goal_call.data = r;
        r->is_asking_goal =
            db_query(r->app->db, DB_LANE_READ, DB_REPLICA_GOAL, NULL, &r->goal_call, &ignored);
    }
    if (!r->is_asking_at) {
        r->at_call.done = at_answered;
        r->at_call.data = r;
        r->is_asking_at = db_query(r->db, DB_LANE_READ, DB_REPLICA_AT, NULL, &r->at_call, &ignored);
        if (!r->is_asking_at)
            r->reached_at = 0;
    }
    tell(r);
}

bool replica_start(struct app *app, const char *url, int max_age_s, struct replica **ret_replica,
                   struct error *err)
{
    const struct db_options options = {
        .url = url, .name = "motcuad replica", .n = {4, 1, 1}, .is_reader = true};
    struct replica *r = calloc(1, sizeof *r);

    if (!r)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "replica"));
    if (!db_new(app->loop, &options, &r->db, err)) {
        free(r);
        return false;
    }
    r->app = app;
    r->max_age_s = max_age_s;
    uv_timer_init(app->loop, &r->timer);
    r->timer.data = r;
    uv_timer_start(&r->timer, tick, 100, TICK_MS);
    *ret_replica = r;
    return true;
}

static void timer_closed(uv_handle_t *h)
{
    struct replica *r = h->data;

    r->is_timer_closed = true;
    maybe_closed(r);
}

static void db_closed(void *data)
{
    struct replica *r = data;

    r->is_db_closed = true;
    maybe_closed(r);
}

void replica_close(struct replica *r, void (*closed)(void *data), void *data)
{
    r->is_closing = true;
    r->closed = closed;
    r->data = data;
    uv_close((uv_handle_t *)&r->timer, timer_closed);
    db_close(r->db, db_closed, r); /* what was asked of it ends before */
}

struct db *replica_db(struct replica *r, int *ret_age_s)
{
    int64_t age;

    if (!r || !r->reached_at || r->is_closing)
        return NULL;
    age = clock_monotonic() - r->reached_at;
    if (age > r->max_age_s * INSTANT_SECOND)
        return NULL;
    *ret_age_s = (int)((age + INSTANT_SECOND - 1) / INSTANT_SECOND);
    if (*ret_age_s < 1)
        *ret_age_s = 1;
    return r->db;
}

void replica_doubt(struct replica *r)
{
    r->reached_at = 0;
}
