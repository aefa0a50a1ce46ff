/* One connection. Everything that may call back runs from the loop (poll or timer); a callback may
 * send further calls, also on this connection, and a connection lost meanwhile is noticed by
 * state. */
#include "db/connection.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "db/connection_answer.h"
#include "db/connection_gather.h"
#include "db/connection_group.h"
#include "db/db_internal.h"
#include "db/schema.h"
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

/* Keeps why the database is away: libpq's words, or where it has none `otherwise` (NULL: what is
 * kept already). An attempt that fails for another reason than the one before is logged. */
static void connection_remember(struct connection *c, const char *otherwise)
{
    const char *words = c->pg ? PQerrorMessage(c->pg) : "";
    char reason[sizeof c->db->reason];

    target_reason(words, reason, sizeof reason);
    if (!*reason) /* of an attempt that was given up libpq has the place alone */
        target_reason(otherwise ? otherwise : c->db->reason, reason, sizeof reason);
    if (c->state != CONNECTION_LIVE && strcmp(reason, c->db->reason) != 0)
        log_event(LOG_WARN, "db_connect_failed",
                  arg_text("host", target_name(c->db->target, c->host)),
                  arg_text("reason", reason));
    memcpy(c->db->reason, reason, sizeof reason);
}

void connection_drop(struct connection *c, const struct error *why)
{
    c->state = CONNECTION_DOWN; /* first: callbacks may try to send */
    connection_unwatch(c);
    (void)uv_timer_stop(&c->timer);
    group_end(c);
    c->n_answered = 0;
    while (c->n_slots > 0)
        connection_refuse(c, why);
    for (int i = 0; i < c->n_gathers; i++)
        connection_end_all(c, c->gathers[i].first, why);
    c->n_gathers = 0;
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

/* `otherwise`: why, where libpq does not say it; NULL: it is kept already. */
static void connection_lost(struct connection *c, const char *otherwise)
{
    bool was_up = c->state == CONNECTION_LIVE;
    struct error why = {0};

    connection_remember(c, otherwise);
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

/* How long the answer that is owed now may take; 0: for ever. */
static int connection_silence_ms(struct connection *c)
{
    int limit = c->db->silence_ms[c->lane], quick = c->db->silence_quick_ms;
    const struct connection_slot *owed =
        connection_slot(c, c->n_answered < c->n_slots ? c->n_answered : 0);

    return queries[owed->query].is_quick && (!limit || quick < limit) ? quick : limit;
}

uint64_t connection_silent_ms(const struct connection *c)
{
    return c->n_slots > 0 ? uv_now(c->db->loop) - c->heard_at : 0;
}

/* Its machine may be there and its process stopped: TCP goes on to say that all is well. */
void connection_watch_silence(struct connection *c)
{
    int limit = connection_silence_ms(c);
    char words[40];

    if (c->state != CONNECTION_LIVE || !limit || connection_silent_ms(c) <= (uint64_t)limit)
        return;
    (void)snprintf(words, sizeof words, "no answer in %d ms", limit);
    connection_lost(c, words);
}

static void connection_on_timer(uv_timer_t *timer)
{
    struct connection *c = timer->data;

    if (c->state == CONNECTION_DOWN)
        connection_start(c);
    else if (c->state == CONNECTION_CONNECTING)
        connection_lost(c, "no answer while connecting");
    else
        connection_lost(c, NULL); /* patience ended, or what could not be sent was noticed */
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
        connection_lost(c, "out of memory");
        return;
    }
    (void)PQsetNoticeReceiver(c->pg, connection_ignore_notice, NULL);
    (void)uv_timer_start(&c->timer, connection_on_timer,
                         (uint64_t)target_patience_ms(c->db->target), 0);
    if (!connection_watch(c, UV_WRITABLE))
        connection_lost(c, "no socket");
}

/* An upgrade made the database one for newer daemons: this one works no more, says why, and goes on
 * asking, for it may be restored. */
static void connection_too_old(struct connection *c, int64_t asked)
{
    char words[ERROR_TEXT_MAX + 1];

    (void)snprintf(words, sizeof words, "the database asks for schema %lld, this daemon knows %d",
                   (long long)asked, schema_version());
    if (strcmp(words, c->db->reason) != 0)
        log_event(LOG_ERROR, "daemon_too_old", arg_number("asked", asked),
                  arg_number("known", schema_version()));
    connection_lost(c, words);
    memcpy(c->db->reason, words, sizeof words);
}

/* The server is there, and refuses what the daemon needs first. */
static void connection_not_set_up(struct connection *c, const struct error *err)
{
    const struct error_arg *state = error_arg(err, "state");
    char words[40];

    if (!state)
        return; /* it was lost, and that is kept */
    (void)snprintf(words, sizeof words, "not set up, %.5s", state->text);
    connection_remember(c, words);
}

static void connection_fits_done(struct db_call *call)
{
    struct connection *c = call->data;
    int64_t asked = 0;

    if (call->error.code != ERR_NONE || c->setup.error.code != ERR_NONE) {
        connection_not_set_up(c, c->setup.error.code != ERR_NONE ? &c->setup.error : &call->error);
        goto out; /* patience will end */
    }
    asked = db_rows(&call->result) ? db_int(&call->result, 0, 0) : 0;
    if (asked <= schema_version()) {
        (void)uv_timer_stop(&c->timer);
        c->state = CONNECTION_LIVE;
        c->retry_ms = c->db->retry_min_ms;
        c->n_tried = 0;
        db_connection_up(c->db, c, &c->setup.result);
    }
out:
    db_call_deinit(&c->setup);
    db_call_deinit(call);
    if (asked > schema_version())
        connection_too_old(c, asked);
}

static void connection_set_up_done(struct db_call *call)
{
    (void)call; /* what it says is taken when the next one is answered */
}

/* How long a statement of each lane may take. */
static const char *const connection_timeouts[DB_LANE_COUNT] = {"30s", "60s", "0"};

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
    db_put_text(&params, connection_timeouts[c->lane]);
    c->fits.done = connection_fits_done;
    c->fits.data = c;
    ok = connection_send(c, DB_SESSION_SETUP, &params, &c->setup, &err) &&
         connection_send(c, DB_SESSION_FITS, NULL, &c->fits, &err);
    db_params_deinit(&params);
    return ok;
}

static void connection_go_on(struct connection *c)
{
    switch (PQconnectPoll(c->pg)) {
    case PGRES_POLLING_READING:
        if (!connection_watch(c, UV_READABLE))
            connection_lost(c, "no socket");
        return;
    case PGRES_POLLING_WRITING:
        if (!connection_watch(c, UV_WRITABLE))
            connection_lost(c, "no socket");
        return;
    case PGRES_POLLING_OK:
        if (!connection_set_up(c))
            connection_lost(c, "not set up");
        return;
    case PGRES_POLLING_FAILED:
    case PGRES_POLLING_ACTIVE:
        break;
    }
    connection_lost(c, "connecting failed");
}

/* ---- sending ---- */

static void connection_push(struct connection *c, enum db_query query, struct db_call *call, int n)
{
    if (c->n_slots == 0)
        c->heard_at = uv_now(c->db->loop);
    *connection_slot(c, c->n_slots++) =
        (struct connection_slot){.call = call, .n = n, .query = query};
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
                               formats, 1);
}

/* What was gathered, a statement for each kind. Those that could not be put wait for the end of the
 * connection, which is near. */
static bool connection_put_gathers(struct connection *c)
{
    struct db_params *params = &c->db->gathered;
    int n = 0;

    for (; n < c->n_gathers; n++) {
        const struct connection_gather *g = &c->gathers[n];

        gather_params(g, params);
        if (!db_params_ok(params) || !connection_put(c, g->query, params))
            break;
        connection_push(c, g->query, g->first, g->n);
    }
    c->n_gathers -= n;
    memmove(c->gathers, c->gathers + n, (size_t)c->n_gathers * sizeof c->gathers[0]);
    return c->n_gathers == 0;
}

/* The last call has its sync: what follows is another transaction. */
static bool connection_sync(struct connection *c)
{
    if (!connection_put_gathers(c))
        return false;
    connection_slot(c, c->n_slots - 1)->is_last = true;
    c->db->stats[c->lane].transactions++;
    group_end(c);
    return PQpipelineSync(c->pg);
}

/* Gives the socket what it takes now; the rest follows when it is writable again. */
static bool connection_flush(struct connection *c)
{
    int left = PQflush(c->pg);

    return left >= 0 && connection_watch(c, left ? UV_READABLE | UV_WRITABLE : UV_READABLE);
}

static bool connection_prepare(struct connection *c, enum db_query query)
{
    if (!PQsendPrepare(c->pg, queries[query].name, queries[query].text, 0, NULL))
        return false;
    connection_push(c, query, NULL, 0);
    c->is_prepared[query] = true;
    return connection_sync(c);
}

/* The server knows the statement, or is told it first. */
static bool connection_know(struct connection *c, enum db_query query)
{
    return c->is_prepared[query] || connection_prepare(c, query);
}

/* What could not be sent is noticed, and the calls ended, from the loop. */
static void connection_break(struct connection *c)
{
    (void)uv_timer_start(&c->timer, connection_on_timer, 0, 0);
}

void connection_send_group(struct connection *c)
{
    if (!c->open_group)
        return;
    if (!connection_sync(c) || !connection_flush(c))
        connection_break(c);
}

/* A statement, prepared where it is not yet. Of a question about very many rows or very few the
 * plan made once for all values is the wrong one for most: those are planned for theirs. That
 * setting goes with the transaction, which ends with the sync. */
static bool connection_put_whole(struct connection *c, enum db_query query,
                                 const struct db_params *params)
{
    if (!connection_know(c, query))
        return false;
    if (queries[query].is_planned_by_values) {
        if (!connection_know(c, DB_PLAN_BY_VALUES) || !connection_put(c, DB_PLAN_BY_VALUES, NULL))
            return false;
        connection_push(c, DB_PLAN_BY_VALUES, NULL, 0);
    }
    if (!queries[query].is_quick)
        return connection_put(c, query, params);
    gather_one(query, params, &c->db->gathered);
    return db_params_ok(&c->db->gathered) && connection_put(c, query, &c->db->gathered);
}

/* A statement of its own, behind what was gathered; it leaves with its sync. */
static bool connection_put_call(struct connection *c, enum db_query query,
                                const struct db_params *params, struct db_call *call)
{
    if (!connection_put_gathers(c) || !connection_put_whole(c, query, params))
        return false;
    call->next = NULL;
    connection_push(c, query, call, 1);
    return true;
}

/* A quick question, put with those of its kind; its values are kept. */
static bool connection_gather(struct connection *c, enum db_query query, struct db_call *call)
{
    return connection_know(c, query) && (gather_add(c, query, call) ||
                                         (connection_put_gathers(c) && gather_add(c, query, call)));
}

bool connection_send(struct connection *c, enum db_query query, const struct db_params *params,
                     struct db_call *call, struct error *err)
{
    bool may_share;

    if (params && !db_params_ok(params))
        return error_set(err, ERR_NO_MEMORY, arg_text("what", queries[query].name));
    if (c->n_slots + CONNECTION_GATHERS_MAX + 4 > CONNECTION_CALLS_MAX)
        return error_set(err, ERR_DB_BUSY, arg_number("limit", CONNECTION_CALLS_MAX));
    may_share = group_keep(call, query, params);
    if (c->open_group &&
        (!c->is_prepared[query] || queries[query].is_planned_by_values ||
         !group_joins(c, call, may_share)) &&
        !connection_sync(c))
        goto failed;
    if (may_share ? !connection_gather(c, query, call)
                  : !connection_put_call(c, query, params, call))
        goto failed;
    db_result_free(&call->result);
    error_clear(&call->error);
    call->is_pending = true;
    call->query = query;
    c->n_calls++;
    c->n_slow += !queries[query].is_quick;
    c->db->stats[c->lane].calls++;
    c->db->stats[c->lane].outstanding++;
    if (call->group) {
        group_join(c, call->group, may_share);
        db_connection_has_group(c->db);
    } else if (!connection_sync(c) || !connection_flush(c)) {
        connection_break(c); /* accepted all the same */
    }
    return true;
failed:
    connection_remember(c, "nothing could be sent");
    connection_break(c);
    return error_set(err, ERR_DB_UNAVAILABLE, arg_text("reason", c->db->reason));
}

/* ---- the loop ---- */

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
        connection_lost(c, "the line broke");
        return;
    }
    if (c->state == CONNECTION_LIVE && c->n_calls == 0)
        db_connection_idle(c->db, c);
}
