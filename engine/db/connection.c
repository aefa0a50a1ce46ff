/* One connection. Everything that may call back runs from the loop (poll or timer); a callback may
 * send further calls, also on this connection, and a connection lost meanwhile is noticed by
 * state. */
#include "db/connection.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "db/db_internal.h"
#include "db/sqlstate.h"

static void connection_on_poll(uv_poll_t *poll, int status, int events);
static void connection_on_timer(uv_timer_t *timer);

void connection_init(struct connection *c, struct db *db, enum db_lane lane)
{
    memset(c, 0, sizeof *c);
    c->db = db;
    c->lane = lane;
    c->poll_fd = -1;
    c->retry_ms = db->retry_min_ms;
    (void)uv_timer_init(db->loop, &c->timer);
    c->timer.data = c;
}

/* ---- the socket ---- */

static void connection_poll_closed(uv_handle_t *handle)
{
    free(handle);
}

static void connection_unwatch(struct connection *c)
{
    if (c->poll) {
        c->poll->data = NULL;
        uv_close((uv_handle_t *)c->poll, connection_poll_closed);
    }
    c->poll = NULL;
    c->poll_fd = -1;
    c->poll_events = 0;
}

/* Watches pg's socket, which may be another one while several hosts are tried. */
static bool connection_watch(struct connection *c, int events)
{
    int fd = PQsocket(c->pg);

    if (fd != c->poll_fd)
        connection_unwatch(c);
    if (!c->poll) {
        c->poll = calloc(1, sizeof *c->poll);
        if (!c->poll || fd < 0 || uv_poll_init(c->db->loop, c->poll, fd) != 0) {
            free(c->poll);
            c->poll = NULL;
            return false;
        }
        c->poll->data = c;
        c->poll_fd = fd;
    }
    if (events == c->poll_events)
        return true;
    c->poll_events = events;
    return uv_poll_start(c->poll, events, connection_on_poll) == 0;
}

/* ---- down and up ---- */

/* Keeps the first line of libpq's words: without a password, which libpq never prints. */
static void connection_remember(struct connection *c)
{
    const char *words = c->pg ? PQerrorMessage(c->pg) : "";
    size_t len = strcspn(words, "\n");

    if (len > ERROR_TEXT_MAX)
        len = ERROR_TEXT_MAX;
    if (!len)
        return;
    memcpy(c->db->reason, words, len);
    c->db->reason[len] = '\0';
}

/* The first call is done: takes it off the ring and hands it back. */
static void connection_deliver(struct connection *c, const struct error *error)
{
    struct db_call *call = c->slots[c->first].call;

    c->first = (c->first + 1) % CONNECTION_CALLS_MAX;
    c->n_slots--;
    if (!call)
        return;
    c->n_calls--;
    c->db->stats[c->lane].outstanding--;
    call->is_pending = false;
    call->result = c->current;
    c->current.pg = NULL;
    if (error) {
        call->error = *error;
        c->db->stats[c->lane].failures++;
    }
    call->done(call);
}

void connection_drop(struct connection *c, const struct error *why)
{
    c->state = CONNECTION_DOWN; /* first: callbacks may try to send */
    connection_unwatch(c);
    (void)uv_timer_stop(&c->timer);
    while (c->n_slots > 0) {
        db_result_free(&c->current);
        connection_deliver(c, why);
    }
    db_result_free(&c->current);
    PQfinish(c->pg);
    c->pg = NULL;
    memset(c->is_prepared, 0, sizeof c->is_prepared);
}

/* The next attempt: at once at another host of this round, else after a back-off at the one that
 * took a connection last. */
static void connection_again(struct connection *c, bool was_up)
{
    int n = target_count(c->db->target);
    int wait_ms = 0;

    if (!was_up && ++c->n_tried < n) {
        c->host = (c->host + 1) % n;
    } else {
        c->n_tried = 0;
        wait_ms = c->retry_ms;
        c->retry_ms *= 2;
        if (c->retry_ms > c->db->retry_max_ms)
            c->retry_ms = c->db->retry_max_ms;
    }
    (void)uv_timer_start(&c->timer, connection_on_timer, (uint64_t)wait_ms, 0);
}

static void connection_lost(struct connection *c)
{
    bool was_up = c->state == CONNECTION_LIVE;
    struct error why = {0};

    connection_remember(c);
    (void)error_set(&why, ERR_DB_OUTCOME_UNKNOWN, arg_text("reason", c->db->reason));
    if (was_up) {
        c->db->stats[c->lane].live--;
        c->db->stats[c->lane].reconnects++;
        log_event(LOG_WARN, "db_connection_lost", arg_text("reason", c->db->reason));
    }
    connection_drop(c, &why);
    if (!c->db->is_closing)
        connection_again(c, was_up);
}

/* Its machine may be there and its process stopped: TCP goes on to say that all is well. */
void connection_watch_silence(struct connection *c)
{
    int limit = c->db->silence_ms[c->lane];

    if (c->state != CONNECTION_LIVE || c->n_slots == 0 || !limit ||
        uv_now(c->db->loop) - c->heard_at <= (uint64_t)limit)
        return;
    (void)snprintf(c->db->reason, sizeof c->db->reason, "no answer in %d ms", limit);
    connection_lost(c);
}

static void connection_on_timer(uv_timer_t *timer)
{
    struct connection *c = timer->data;

    if (c->state == CONNECTION_DOWN)
        connection_start(c);
    else
        connection_lost(c); /* patience ended */
}

/* Notices of the server are for psql; an error says all in its result. */
static void connection_ignore_notice(void *data, const PGresult *result)
{
    (void)data;
    (void)result;
}

void connection_start(struct connection *c)
{
    if (c->n_tried == 0)
        c->host = c->db->host;
    c->state = CONNECTION_CONNECTING;
    c->pg = target_start(c->db->target, c->host, c->db->name);
    if (!c->pg || PQstatus(c->pg) == CONNECTION_BAD) {
        connection_lost(c);
        return;
    }
    (void)PQsetNoticeReceiver(c->pg, connection_ignore_notice, NULL);
    (void)uv_timer_start(&c->timer, connection_on_timer,
                         (uint64_t)target_patience_ms(c->db->target), 0);
    if (!connection_watch(c, UV_WRITABLE))
        connection_lost(c);
}

static void connection_set_up_done(struct db_call *call)
{
    struct connection *c = call->data;

    if (call->error.code == ERR_NONE) {
        (void)uv_timer_stop(&c->timer);
        c->state = CONNECTION_LIVE;
        c->retry_ms = c->db->retry_min_ms;
        c->n_tried = 0;
        db_connection_up(c->db, c, &call->result);
    }
    db_call_deinit(call);
}

static const char *connection_timeout(enum db_lane lane)
{
    switch (lane) {
    case DB_LANE_READ:
        return "30s";
    case DB_LANE_WRITE:
        return "60s";
    case DB_LANE_JOB:
    case DB_LANE_COUNT:
        break;
    }
    return "0";
}

static bool connection_set_up(struct connection *c)
{
    struct db_params params;
    struct error err = {0};
    bool ok;

    if (PQsetnonblocking(c->pg, 1) != 0 || PQenterPipelineMode(c->pg) != 1)
        return false;
    c->state = CONNECTION_SETTING_UP;
    c->setup.done = connection_set_up_done;
    c->setup.data = c;
    db_params_init(&params);
    db_put_text(&params, c->db->role);
    db_put_text(&params, connection_timeout(c->lane));
    ok = connection_send(c, DB_SESSION_SETUP, &params, &c->setup, &err);
    db_params_deinit(&params);
    return ok;
}

static void connection_go_on(struct connection *c)
{
    switch (PQconnectPoll(c->pg)) {
    case PGRES_POLLING_READING:
        if (!connection_watch(c, UV_READABLE))
            connection_lost(c);
        return;
    case PGRES_POLLING_WRITING:
        if (!connection_watch(c, UV_WRITABLE))
            connection_lost(c);
        return;
    case PGRES_POLLING_OK:
        if (!connection_set_up(c))
            connection_lost(c);
        return;
    case PGRES_POLLING_FAILED:
    case PGRES_POLLING_ACTIVE:
        break;
    }
    connection_lost(c);
}

/* ---- sending ---- */

static void connection_push(struct connection *c, enum db_query query, struct db_call *call)
{
    struct connection_slot *slot = &c->slots[(c->first + c->n_slots) % CONNECTION_CALLS_MAX];

    if (c->n_slots++ == 0)
        c->heard_at = uv_now(c->db->loop);
    slot->query = query;
    slot->call = call;
}

/* Gives the socket what it takes now; the rest follows when it is writable again. */
static bool connection_flush(struct connection *c)
{
    int left = PQflush(c->pg);

    return left >= 0 && connection_watch(c, left ? UV_READABLE | UV_WRITABLE : UV_READABLE);
}

static bool connection_put(struct connection *c, enum db_query query,
                           const struct db_params *params)
{
    const char *values[DB_PARAMS_MAX];
    int formats[DB_PARAMS_MAX];
    int n = params ? params->n : 0;

    assert(n == queries[query].n_params);
    for (int i = 0; i < n; i++) {
        /* An empty value is not NULL, and an empty buffer has no memory to point to. */
        values[i] = params->len[i] < 0   ? NULL
                    : params->bytes.data ? params->bytes.data + params->offset[i]
                                         : "";
        formats[i] = 1;
    }
    return PQsendQueryPrepared(c->pg, queries[query].name, n, values, params ? params->len : NULL,
                               formats, 1) &&
           PQpipelineSync(c->pg);
}

bool connection_send(struct connection *c, enum db_query query, const struct db_params *params,
                     struct db_call *call, struct error *err)
{
    if (params && !db_params_ok(params))
        return error_set(err, ERR_NO_MEMORY, arg_text("what", queries[query].name));
    if (c->n_slots + 2 > CONNECTION_CALLS_MAX)
        return error_set(err, ERR_DB_BUSY, arg_number("limit", CONNECTION_CALLS_MAX));
    if (!c->is_prepared[query]) {
        if (!PQsendPrepare(c->pg, queries[query].name, queries[query].text, 0, NULL) ||
            !PQpipelineSync(c->pg))
            goto failed;
        connection_push(c, query, NULL);
        c->is_prepared[query] = true;
    }
    if (!connection_put(c, query, params))
        goto failed;
    db_result_free(&call->result);
    error_clear(&call->error);
    call->is_pending = true;
    call->query = query;
    connection_push(c, query, call);
    c->n_calls++;
    c->db->stats[c->lane].calls++;
    c->db->stats[c->lane].outstanding++;
    if (!connection_flush(c)) {
        /* Accepted all the same: the loss is noticed, and the call ended, from the loop. */
        (void)uv_timer_start(&c->timer, connection_on_timer, 0, 0);
    }
    return true;
failed:
    connection_remember(c);
    (void)uv_timer_start(&c->timer, connection_on_timer, 0, 0);
    return error_set(err, ERR_DB_UNAVAILABLE, arg_text("reason", c->db->reason));
}

/* ---- receiving ---- */

/* The first words of a refusal; details and context may hold values of a row and stay out of the
 * log. */
static const char *connection_words(const struct db_result *r)
{
    const char *words = r->pg ? PQresultErrorField(r->pg, PG_DIAG_MESSAGE_PRIMARY) : NULL;

    return words ? words : "-";
}

/* The sync of the first slot came back: what it did is committed or undone. */
static void connection_finish(struct connection *c)
{
    struct connection_slot *slot = &c->slots[c->first];
    ExecStatusType status = PQresultStatus(c->current.pg);
    struct error err = {0};

    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) {
        if (!slot->call)
            db_result_free(&c->current);
        connection_deliver(c, NULL);
        return;
    }
    (void)sqlstate_error(&c->current, &err);
    if (!slot->call) {
        log_event(LOG_ERROR, "db_prepare_failed", arg_text("query", queries[slot->query].name),
                  arg_text("reason", connection_words(&c->current)));
        c->is_prepared[slot->query] = false;
        c->prepare_error = err;
        db_result_free(&c->current);
        connection_deliver(c, NULL);
        return;
    }
    if (strcmp(sqlstate_of(&c->current), "26000") == 0 && c->prepare_error.code != ERR_NONE)
        err = c->prepare_error; /* not prepared, and this is why */
    else if (err.code == ERR_DB_REFUSED)
        log_event(LOG_ERROR, "db_query_failed", arg_text("query", queries[slot->query].name),
                  arg_text("reason", connection_words(&c->current)));
    connection_deliver(c, &err);
}

/* False: the connection is lost. A dead one is never busy and has nothing to say for ever. */
static bool connection_read(struct connection *c)
{
    PGresult *result;
    int n_ends = 0;

    if (!PQconsumeInput(c->pg))
        return false;
    c->heard_at = uv_now(c->db->loop);
    while (c->pg && c->n_slots > 0 && !PQisBusy(c->pg)) {
        result = PQgetResult(c->pg);
        if (!result) { /* the end of one statement's results: its sync follows */
            if (++n_ends > 1 || PQstatus(c->pg) == CONNECTION_BAD)
                return false;
            continue;
        }
        n_ends = 0;
        if (PQresultStatus(result) == PGRES_PIPELINE_SYNC) {
            PQclear(result);
            connection_finish(c);
            continue;
        }
        /* An error after rows is the commit that failed: the later word counts. */
        db_result_free(&c->current);
        c->current.pg = result;
        if (PQstatus(c->pg) == CONNECTION_BAD)
            return false;
    }
    return !c->pg || PQstatus(c->pg) == CONNECTION_OK;
}

static void connection_on_poll(uv_poll_t *poll, int status, int events)
{
    struct connection *c = poll->data;
    bool ok = status == 0;

    if (c->state == CONNECTION_CONNECTING) {
        connection_go_on(c);
        return;
    }
    if (ok && (events & UV_READABLE))
        ok = connection_read(c);
    if (!c->pg)
        return; /* closed by a callback */
    if (!ok || !connection_flush(c)) {
        connection_lost(c);
        return;
    }
    if (c->state == CONNECTION_LIVE && c->n_calls == 0)
        db_connection_idle(c->db, c);
}
