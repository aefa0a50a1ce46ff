/* A connection's life: bytes come in, requests are read one after the other, and the next is not
 * begun before the reply to the last is on its way, so that a client can have one exchange and a
 * few kilobytes in our memory, not more. */
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "http/internal.h"
#include "wire/http_writer.h"

#define PENDING_MAX (16 * 1024) /* of requests not yet begun; then the socket is not read */
#define LINGER_MS   2000
#define LINGER_MAX  (64 * 1024 * 1024) /* bytes thrown away for the sake of a readable refusal */

void connection_enter(struct http_connection *c, enum connection_state state)
{
    c->state = state;
    c->since_ms = uv_now(c->server->loop);
}

/* ---- closing ---- */

static void connection_free(struct http_connection *c)
{
    struct http_server *s = c->server;

    if (c->previous)
        c->previous->next = c->next;
    else
        s->connections = c->next;
    if (c->next)
        c->next->previous = c->previous;
    peers_remove(&s->peers, c->peer);
    tls_session_free(c->tls);
    buffer_deinit(&c->pending);
    output_release(&c->output);
    free(c);
    s->stats.n_open--;
    server_connection_closed(s);
}

static void connection_on_close(uv_handle_t *handle)
{
    struct http_connection *c = handle->data;
    struct http_server *s = c->server;
    struct http_exchange *x = c->exchange;
    struct http_stream *stream = c->stream;

    if (x && !x->is_with_handler) {
        exchange_free(x);
    } else if (x) {
        x->connection = NULL;
        x->is_abandoned = true;
        s->stats.n_requests[0]++;
        if (s->config.on_abandon)
            s->config.on_abandon(x, s->config.user);
    }
    if (stream) {
        s->stats.n_streams--;
        if (stream->on_closed)
            stream->on_closed(stream, stream->user);
        free(stream);
    }
    connection_free(c);
}

void connection_close(struct http_connection *c)
{
    if (c->state == CONNECTION_CLOSED)
        return;
    c->state = CONNECTION_CLOSED;
    uv_close((uv_handle_t *)&c->tcp, connection_on_close);
}

static void connection_on_shutdown(uv_shutdown_t *shutdown, int status)
{
    struct http_connection *c = shutdown->data;

    if (status < 0)
        connection_close(c);
}

static bool connection_listen(struct http_connection *c);

/* All is sent. A close with unread bytes would be a reset, which may overtake the reply: so our
 * side is shut, and what still comes is thrown away for a moment. */
static void connection_linger(struct http_connection *c)
{
    if (c->tls && tls_session_is_open(c->tls)) {
        tls_session_shutdown(c->tls);
        output_pump(c);
        if (c->state == CONNECTION_CLOSED)
            return;
    }
    connection_enter(c, CONNECTION_LINGER);
    buffer_deinit(&c->pending);
    c->shutdown.data = c;
    if (uv_shutdown(&c->shutdown, (uv_stream_t *)&c->tcp, connection_on_shutdown) < 0 ||
        (c->is_paused && !connection_listen(c)))
        connection_close(c);
}

/* ---- reading requests ---- */

static bool connection_may_read(const struct http_connection *c)
{
    return (c->state == CONNECTION_IDLE || c->state == CONNECTION_HEAD ||
            c->state == CONNECTION_BODY) &&
           !c->is_last && !output_is_full(c);
}

/* The head is complete: whose request is it, and how much may follow? */
static bool connection_on_head(struct http_connection *c, struct error *err)
{
    struct http_exchange *x = c->exchange;

    connection_enter(c, CONNECTION_BODY);
    c->n_received = 0;
    if (!exchange_fill(x, err))
        return false;
    if (x->reader.wants_continue) {
        http_write_status(&c->output.out, 100);
        http_write_end(&c->output.out);
        output_pump(c);
    }
    return true;
}

/* Request bodies of all clients together have one budget. */
static bool connection_count_body(struct http_connection *c, struct error *err)
{
    struct http_exchange *x = c->exchange;
    struct http_server *s = c->server;

    s->bodies += x->reader.body.size - x->counted;
    x->counted = x->reader.body.size;
    return s->bodies <= s->config.bodies_len ||
           error_set(err, ERR_HTTP_BUSY, arg_text("what", "body"));
}

/* A refusal of the request as such leaves the bytes' meaning intact when no body follows: then the
 * connection may go on. Anything else ends it. */
static void connection_refuse(struct http_connection *c, enum http_read got,
                              const struct error *err)
{
    const struct http_reader *r = &c->exchange->reader;

    if (got == HTTP_READ_REFUSED || r->is_chunked || r->content_len || !r->is_keep_alive ||
        c->server->is_stopping)
        c->is_last = true;
    reply_refuse(c, err);
}

/* Reads requests from the bytes; returns how many were used. */
static size_t connection_read(struct http_connection *c, const char *bytes, size_t len)
{
    size_t used = 0;

    while (connection_may_read(c)) {
        struct error err = {0};
        enum http_read got;
        size_t n;

        if (!c->exchange) {
            if (used == len)
                break;
            c->exchange = exchange_new(c);
            if (!c->exchange) {
                connection_close(c);
                break;
            }
            c->n_requests++;
            connection_enter(c, CONNECTION_HEAD);
        }
        got = http_reader_feed(&c->exchange->reader, bytes + used, len - used, &n, &err);
        used += n;
        if (got == HTTP_READ_REFUSED || (got == HTTP_READ_HEAD && !connection_on_head(c, &err)) ||
            !connection_count_body(c, &err)) {
            connection_refuse(c, got, &err);
        } else if (got == HTTP_READ_DONE) {
            c->is_last = !c->exchange->reader.is_keep_alive || c->server->is_stopping;
            reply_dispatch(c->exchange);
        } else if (got == HTTP_READ_MORE) {
            break;
        }
    }
    return used;
}

/* Plain text arrived: requests take it, what is too early waits. */
static void connection_take(struct http_connection *c, const char *bytes, size_t len)
{
    size_t used = c->pending.len ? 0 : connection_read(c, bytes, len);

    if (c->state == CONNECTION_CLOSED || c->is_last)
        return; /* nothing after the last request counts */
    buffer_add(&c->pending, bytes + used, len - used);
    if (c->pending.is_failed)
        connection_close(c);
}

static bool connection_wants_more(const struct http_connection *c)
{
    return c->state != CONNECTION_CLOSED && c->pending.len < PENDING_MAX;
}

/* Takes the plain text out of the ciphertext at hand. */
static void connection_decrypt(struct http_connection *c)
{
    struct http_server *s = c->server;

    while (connection_wants_more(c)) {
        size_t n = 0;
        enum tls_read got = tls_session_read(c->tls, s->plain_buffer, sizeof s->plain_buffer, &n);

        if (c->state == CONNECTION_HANDSHAKE && tls_session_is_open(c->tls)) {
            s->stats.n_handshakes++;
            connection_enter(c, CONNECTION_IDLE);
        }
        if (got == TLS_WAIT)
            break;
        if (got == TLS_DATA) {
            connection_take(c, s->plain_buffer, n);
            continue;
        }
        s->stats.n_handshake_failures += c->state == CONNECTION_HANDSHAKE;
        output_pump(c); /* the alert */
        connection_close(c);
    }
    if (c->state != CONNECTION_CLOSED && !tls_session_keep(c->tls))
        connection_close(c);
}

/* Reads the socket while there is room, and not while there is none. */
static void connection_balance(struct http_connection *c)
{
    if (c->state == CONNECTION_CLOSED || c->state == CONNECTION_LINGER)
        return;
    if (!connection_wants_more(c) || (c->tls && tls_session_is_holding(c->tls))) {
        uv_read_stop((uv_stream_t *)&c->tcp);
        c->is_paused = true;
    } else if (c->is_paused && !connection_listen(c)) {
        connection_close(c);
    }
}

void connection_run(struct http_connection *c)
{
    if (c->is_running || c->state == CONNECTION_CLOSED)
        return;
    c->is_running = true;
    for (;;) {
        size_t used;

        output_pump(c);
        if (!connection_may_read(c))
            break;
        if (!c->pending.len && c->tls && tls_session_is_holding(c->tls))
            connection_decrypt(c);
        if (!c->pending.len)
            break;
        used = connection_read(c, c->pending.data, c->pending.len);
        buffer_consume(&c->pending, used);
        if (!used && !output_is_full(c))
            break;
    }
    c->is_running = false;
    if (c->stream) {
        output_shrink(c);
        file_ask(c->stream);
    }
    if (c->is_last && !c->exchange && !c->stream && output_is_empty(c) &&
        c->state != CONNECTION_CLOSED && c->state != CONNECTION_LINGER)
        connection_linger(c);
    connection_balance(c);
}

/* ---- the socket ---- */

static void connection_on_alloc(uv_handle_t *handle, size_t size, uv_buf_t *ret_buf)
{
    struct http_connection *c = handle->data;

    (void)size;
    *ret_buf = uv_buf_init(c->server->read_buffer, sizeof c->server->read_buffer);
}

static void connection_on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
    struct http_connection *c = stream->data;

    if (n == 0 || c->state == CONNECTION_CLOSED)
        return;
    if (n < 0) { /* left; who closes before the answer does not want it */
        connection_close(c);
        return;
    }
    c->server->stats.bytes_in += (uint64_t)n;
    if (c->state == CONNECTION_LINGER) {
        c->n_lingered += (size_t)n;
        if (c->n_lingered > LINGER_MAX)
            connection_close(c);
        return;
    }
    c->is_running = true; /* replies made meanwhile go out together, below */
    if (c->tls) {
        tls_session_lend(c->tls, buf->base, (size_t)n);
        connection_decrypt(c);
    } else {
        connection_take(c, buf->base, (size_t)n);
    }
    c->is_running = false;
    connection_run(c);
}

static bool connection_listen(struct http_connection *c)
{
    c->is_paused = false;
    return uv_read_start((uv_stream_t *)&c->tcp, connection_on_alloc, connection_on_read) >= 0;
}

/* ---- time ---- */

/* A body may take long when it is long: each span of body_ms must bring its share of bytes. */
static bool connection_is_body_late(struct http_connection *c, uint64_t now_ms)
{
    const struct http_server_config *config = &c->server->config;
    size_t received = c->exchange->reader.body.len;

    if (now_ms - c->since_ms <= (uint64_t)config->body_ms)
        return false;
    if ((received - c->n_received) * 1000 < (size_t)config->slow_rate * (size_t)config->body_ms)
        return true;
    c->since_ms = now_ms;
    c->n_received = received;
    return false;
}

static bool connection_is_late(struct http_connection *c, uint64_t now_ms)
{
    const struct http_server_config *config = &c->server->config;
    uint64_t waited = now_ms - c->since_ms;

    switch (c->state) {
    case CONNECTION_HANDSHAKE:
        return waited > (uint64_t)config->handshake_ms;
    case CONNECTION_IDLE:
        return waited > (uint64_t)(c->n_requests ? config->idle_ms : config->header_ms);
    case CONNECTION_HEAD:
        return waited > (uint64_t)config->header_ms;
    case CONNECTION_BODY:
        return connection_is_body_late(c, now_ms);
    case CONNECTION_LINGER:
        return waited > LINGER_MS;
    case CONNECTION_BUSY:
    case CONNECTION_STREAM:
    case CONNECTION_CLOSED:
        break;
    }
    return false;
}

static void connection_time_out(struct http_connection *c)
{
    const struct http_server_config *config = &c->server->config;
    bool is_body = c->state == CONNECTION_BODY;
    struct error err;

    if (c->state != CONNECTION_HEAD && c->state != CONNECTION_BODY) {
        c->server->stats.n_timeouts += c->state == CONNECTION_HANDSHAKE;
        connection_close(c);
        return;
    }
    c->server->stats.n_timeouts++;
    (void)error_set(&err, ERR_HTTP_TIMEOUT, arg_text("part", is_body ? "body" : "head"),
                    arg_number("limit", (is_body ? config->body_ms : config->header_ms) / 1000));
    c->is_last = true;
    reply_refuse(c, &err);
    connection_run(c);
}

void connection_tick(struct http_connection *c, uint64_t now_ms)
{
    if (c->state == CONNECTION_CLOSED)
        return;
    if (c->state == CONNECTION_IDLE && !output_is_empty(c))
        c->since_ms = now_ms; /* it is the reply that takes its time */
    if (output_is_stalled(c, now_ms)) {
        c->server->stats.n_timeouts++;
        connection_close(c);
    } else if (connection_is_late(c, now_ms)) {
        connection_time_out(c);
    } else if (c->state == CONNECTION_IDLE && output_is_empty(c) && !c->pending.len) {
        output_release(&c->output);
        buffer_deinit(&c->pending);
        if (c->tls)
            buffer_deinit(tls_session_output(c->tls));
    }
}

/* ---- arriving ---- */

/* The idle connection that waits longest makes room for a new one. */
static bool connection_make_room(struct http_server *s)
{
    struct http_connection *oldest = NULL;

    for (struct http_connection *c = s->connections; c; c = c->next)
        if (c->state == CONNECTION_IDLE && c->n_requests && output_is_empty(c) &&
            (!oldest || c->since_ms <= oldest->since_ms))
            oldest = c; /* of two, the one that came first */
    if (oldest)
        connection_close(oldest);
    return oldest;
}

/* What the system took for a client that then takes nothing of it is no longer seen by
 * output_is_stalled(): megabytes, and for ever. The system itself gives such a client up, and one
 * whose machine is gone. */
static void connection_bound_silence(struct http_connection *c)
{
    unsigned ms = (unsigned)c->server->config.write_ms;
    uv_os_fd_t fd;

    if (uv_fileno((uv_handle_t *)&c->tcp, &fd) == 0)
        (void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &ms, sizeof ms);
}

static bool connection_is_welcome(struct http_connection *c)
{
    struct http_server *s = c->server;
    struct sockaddr_storage address;
    struct error err;
    uint64_t group;
    int len = sizeof address;

    if (uv_tcp_getpeername(&c->tcp, (struct sockaddr *)&address, &len) < 0)
        return false;
    c->address = address_of((struct sockaddr *)&address);
    c->is_proxied = address_list_has(&s->config.trusted_proxies, &c->address);
    group = address_group(&c->address);
    c->peer = peers_add(&s->peers, group);
    if (!c->peer ||
        (!c->is_proxied &&
         ((s->config.n_per_address && peer_count(c->peer) > s->config.n_per_address) ||
          !rates_take(s->config.rates, RATE_CONNECTION, &group, sizeof group, clock_monotonic(),
                      &err))) ||
        (s->stats.n_open > s->config.n_connections && !connection_make_room(s))) {
        s->stats.n_refused++;
        return false;
    }
    uv_tcp_nodelay(&c->tcp, 1);
    connection_bound_silence(c);
    return true;
}

void connection_accept(struct http_server *s)
{
    struct http_connection *c = calloc(1, sizeof *c);

    if (!c || uv_tcp_init(s->loop, &c->tcp) < 0) {
        free(c);
        s->is_accept_waiting = true; /* the tick tries again */
        return;
    }
    s->is_accept_waiting = false;
    c->server = s;
    c->tcp.data = c;
    c->next = s->connections;
    if (c->next)
        c->next->previous = c;
    s->connections = c;
    s->stats.n_open++;
    s->stats.n_accepted++;
    connection_enter(c, s->tls ? CONNECTION_HANDSHAKE : CONNECTION_IDLE);
    if (uv_accept((uv_stream_t *)&s->listener, (uv_stream_t *)&c->tcp) < 0 ||
        !connection_is_welcome(c) || (s->tls && !(c->tls = tls_session_new(s->tls))) ||
        !connection_listen(c))
        connection_close(c);
}
