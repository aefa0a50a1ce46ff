/* The set of connections: lanes, choice, start and end. */
#include "db/db.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "db/connection_group.h"
#include "db/db_internal.h"

#define WATCH_MS 250 /* how often the silent are looked for */
#define LATE_MS  20  /* a server that owes an answer and has said nothing for so long is slow */

static struct db *db_free(struct db *db)
{
    if (!db)
        return NULL;
    free(db->connections);
    db_params_deinit(&db->gathered);
    db->target = target_free(db->target);
    free(db->name);
    free(db->role);
    free(db);
    return NULL;
}

static void db_freep(struct db **db)
{
    *db = db_free(*db);
}

/* Ten seconds more than a statement may take; a job's may take as long as it needs. */
static int db_silence(const struct db_options *options, enum db_lane lane)
{
    static const int usual[DB_LANE_COUNT] = {40000, 70000, 0};

    return options->silence_ms ? options->silence_ms : usual[lane];
}

static void db_on_watch(uv_timer_t *timer)
{
    struct db *db = timer->data;

    for (int i = 0; i < db->n_connections; i++)
        connection_watch_silence(&db->connections[i]);
}

/* How many connections of a lane quick questions keep to. One processor is this loop's, and one
 * server answers such questions as fast as the loop asks them: more servers than there are other
 * processors would take turns, each with caches gone cold. */
static int db_hot_count(void)
{
    int n = (int)uv_available_parallelism() - 1;

    return n < 1 ? 1 : n;
}

bool db_new(uv_loop_t *loop, const struct db_options *options, struct db **ret_db,
            struct error *err)
{
    static const int usual[DB_LANE_COUNT] = {4, 2, 1};
    CLEANUP(db_freep) struct db *db = calloc(1, sizeof *db);
    int n_hot = db_hot_count();
    int n[DB_LANE_COUNT];
    int at = 0;

    if (db && !target_new(options->url, !options->is_reader, &db->target, err))
        return false;
    if (db) {
        db->loop = loop;
        db->name = strdup(options->name ? options->name : "motcuad");
        db->role = strdup(options->role ? options->role : "motcua_app");
        db->retry_min_ms = options->retry_min_ms ? options->retry_min_ms : 100;
        db->retry_max_ms = options->retry_max_ms ? options->retry_max_ms : 5000;
        for (int lane = 0; lane < DB_LANE_COUNT; lane++) {
            n[lane] = options->n[lane] > 0 ? options->n[lane] : usual[lane];
            db->stats[lane].connections = n[lane];
            db->n_connections += n[lane];
            db->silence_ms[lane] = db_silence(options, (enum db_lane)lane);
        }
        db->silence_quick_ms = options->silence_quick_ms ? options->silence_quick_ms : 20000;
        db->connections = calloc((size_t)db->n_connections, sizeof *db->connections);
    }
    if (!db || !db->name || !db->role || !db->connections)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "database"));
    strcpy(db->reason, "connecting");
    for (int lane = 0; lane < DB_LANE_COUNT; lane++) {
        for (int i = 0; i < n[lane]; i++, at++) {
            connection_init(&db->connections[at], db, (enum db_lane)lane);
            db->connections[at].is_hot = i < n_hot;
        }
    }
    (void)uv_timer_init(loop, &db->closer);
    db->closer.data = db;
    (void)uv_timer_init(loop, &db->watch);
    db->watch.data = db;
    (void)uv_timer_start(&db->watch, db_on_watch, WATCH_MS, WATCH_MS);
    (void)uv_prepare_init(loop, &db->flusher);
    db->flusher.data = db;
    db->n_handles = db->n_connections + 3;
    for (int i = 0; i < db->n_connections; i++)
        connection_start(&db->connections[i]);
    *ret_db = db;
    db = NULL;
    return true;
}

/* ---- end ---- */

static void db_handle_closed(uv_handle_t *handle)
{
    struct db *db = handle->data; /* of the connections' timers too, by now */
    void (*closed)(void *) = db->closed;
    void *data = db->closed_data;

    if (--db->n_handles > 0)
        return;
    (void)db_free(db);
    if (closed)
        closed(data);
}

static void db_on_close(uv_timer_t *timer)
{
    struct db *db = timer->data;
    struct error why = {0};

    (void)error_set(&why, ERR_DB_UNAVAILABLE, arg_text("reason", "closing"));
    for (int i = 0; i < db->n_connections; i++) {
        connection_drop(&db->connections[i], &why);
        db->connections[i].timer.data = db;
        uv_close((uv_handle_t *)&db->connections[i].timer, db_handle_closed);
    }
    uv_close((uv_handle_t *)&db->flusher, db_handle_closed);
    uv_close((uv_handle_t *)&db->closer, db_handle_closed);
    uv_close((uv_handle_t *)&db->watch, db_handle_closed);
}

void db_close(struct db *db, void (*closed)(void *data), void *data)
{
    if (!db) {
        if (closed)
            closed(data);
        return;
    }
    db->is_closing = true;
    db->closed = closed;
    db->closed_data = data;
    (void)uv_timer_start(&db->closer, db_on_close, 0, 0);
}

/* ---- state ---- */

void db_connection_up(struct db *db, struct connection *c, const struct db_result *setup)
{
    int column = db_column(setup, "t0");

    for (int i = 0; i < DB_TYPE_COUNT; i++)
        db->types[i] = (uint32_t)db_int(setup, 0, column + i);
    db->stats[c->lane].live++;
    if (c->host != db->host)
        log_event(LOG_WARN, "db_moved", arg_text("from", target_name(db->target, db->host)),
                  arg_text("to", target_name(db->target, c->host)));
    db->host = c->host;
}

void db_connection_idle(struct db *db, struct connection *c)
{
    if (!db->is_closing && db->idle[c->lane].call)
        db->idle[c->lane].call(db->idle[c->lane].data);
}

static void db_on_prepare(uv_prepare_t *flusher)
{
    struct db *db = flusher->data;

    (void)uv_prepare_stop(flusher);
    for (int i = 0; i < db->n_connections; i++)
        connection_send_group(&db->connections[i]);
}

void db_connection_has_group(struct db *db)
{
    (void)uv_prepare_start(&db->flusher, db_on_prepare);
}

bool db_is_up(const struct db *db)
{
    for (int lane = 0; lane < DB_LANE_COUNT; lane++) {
        if (!db->stats[lane].live)
            return false;
    }
    return true;
}

static void db_wait_over(uv_timer_t *timer)
{
    *(bool *)timer->data = true;
}

bool db_wait_ready(struct db *db, int timeout_ms, struct error *err)
{
    bool is_over = false;
    uv_timer_t timer;

    (void)uv_timer_init(db->loop, &timer);
    timer.data = &is_over;
    (void)uv_timer_start(&timer, db_wait_over, (uint64_t)timeout_ms, 0);
    while (!db_is_up(db) && !is_over)
        (void)uv_run(db->loop, UV_RUN_ONCE);
    uv_close((uv_handle_t *)&timer, NULL);
    (void)uv_run(db->loop, UV_RUN_NOWAIT); /* the timer is on this stack: let it go */
    if (!db_is_up(db))
        return error_set(err, ERR_DB_UNAVAILABLE, arg_text("reason", db->reason));
    return true;
}

void db_on_idle(struct db *db, enum db_lane lane, void (*idle)(void *data), void *data)
{
    db->idle[lane].call = idle;
    db->idle[lane].data = data;
}

int db_idle_count(const struct db *db, enum db_lane lane)
{
    int n = 0;

    for (int i = 0; i < db->n_connections; i++) {
        const struct connection *c = &db->connections[i];

        n += c->lane == lane && c->state == CONNECTION_LIVE && c->n_calls == 0;
    }
    return n;
}

void db_stats(const struct db *db, enum db_lane lane, struct db_stats *ret)
{
    *ret = db->stats[lane];
}

uint32_t db_type_oid(const struct db *db, enum db_type type)
{
    return db->types[type];
}

uv_loop_t *db_loop(const struct db *db)
{
    return db->loop;
}

/* ---- calls ---- */

/* Would a quick question wait there for something slow? */
static bool db_delays(const struct connection *c)
{
    return c->n_slow > 0 || connection_silent_ms(c) >= LATE_MS;
}

/* The lower the sooner it is asked: what is quick of a hot one, the rest of another, neither of one
 * that is slow. */
static int db_rank(const struct connection *c, bool is_quick)
{
    if (db_delays(c))
        return 2;
    return c->is_hot != is_quick;
}

/* The live connection of the lane with which the call can travel, or else of those that rank first
 * the one with the fewest calls. */
static struct connection *db_choose(struct db *db, enum db_lane lane, const struct db_call *call,
                                    enum db_query query)
{
    struct connection *best = NULL;
    int best_rank = 0;

    for (int i = 0; i < db->n_connections; i++) {
        struct connection *c = &db->connections[i];
        int rank;

        if (c->lane != lane || c->state != CONNECTION_LIVE)
            continue;
        if (group_is_welcome(c, call, query))
            return c;
        if (group_is_full(c))
            connection_send_group(c); /* the server may begin while the next ones are read */
        rank = db_rank(c, queries[query].is_quick);
        if (!best || rank < best_rank || (rank == best_rank && c->n_calls < best->n_calls)) {
            best = c;
            best_rank = rank;
        }
    }
    return best;
}

bool db_query(struct db *db, enum db_lane lane, enum db_query query, const struct db_params *params,
              struct db_call *call, struct error *err)
{
    struct connection *c = db_choose(db, lane, call, query);

    assert(call->done && !call->is_pending);
    if (!c || db->is_closing)
        return error_set(err, ERR_DB_UNAVAILABLE, arg_text("reason", db->reason));
    return connection_send(c, query, params, call, err);
}

void db_call_deinit(struct db_call *call)
{
    assert(!call->is_pending);
    db_result_free(&call->result);
}
