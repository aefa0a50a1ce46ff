/* The listener, the clock of all limits, and the graceful end. One timer ticks for all connections:
 * limits are seconds, so a walk over the list a few times a second is cheaper and simpler than a
 * timer for each. */
#include "http/server.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "http/internal.h"
#include "wire/http_writer.h"

void http_server_config_init(struct http_server_config *config)
{
    *config = (struct http_server_config){
        .address = "127.0.0.1",
        .port = 8443,
        .backlog = 511,
        .limits = HTTP_LIMITS_DEFAULT,
        .n_connections = 4096,
        .n_per_address = 1024,
        .n_streams = 2048,
        .bodies_len = 64 << 20,
        .backlog_len = 256 << 10,
        .handshake_ms = 10000,
        .header_ms = 10000,
        .idle_ms = 60000,
        .body_ms = 30000,
        .write_ms = 30000,
        .slow_rate = 1024,
        .heartbeat_ms = 15000,
    };
}

/* ---- time ---- */

static int server_min(int a, int b)
{
    return a < b ? a : b;
}

/* A quarter of the shortest limit, between 10 ms and half a second. */
static int server_tick_ms(const struct http_server_config *config)
{
    int least = server_min(server_min(config->handshake_ms, config->header_ms),
                           server_min(config->idle_ms, config->body_ms));

    least = server_min(least, server_min(config->write_ms, config->heartbeat_ms)) / 4;
    return least < 10 ? 10 : server_min(least, 500);
}

static void server_on_tick(uv_timer_t *timer)
{
    struct http_server *s = timer->data;
    uint64_t now_ms = uv_now(s->loop);
    bool is_over = s->is_stopping && now_ms >= s->stop_at_ms;

    for (struct http_connection *c = s->connections; c; c = c->next) {
        if (is_over)
            connection_close(c);
        else if (c->state == CONNECTION_STREAM && c->stream->on_wanted)
            ; /* a file goes on to its end */
        else if (c->state == CONNECTION_STREAM && s->is_stopping)
            stream_stop(c->stream);
        else if (c->state == CONNECTION_STREAM)
            stream_beat(c->stream, now_ms);
        connection_tick(c, now_ms);
    }
    if (s->is_accept_waiting)
        connection_accept(s);
    else if (!s->connections)
        uv_timer_stop(&s->timer);
}

static void server_on_connection(uv_stream_t *listener, int status)
{
    struct http_server *s = listener->data;

    if (status < 0 || s->is_stopping)
        return;
    connection_accept(s);
    if (!uv_is_active((uv_handle_t *)&s->timer))
        uv_timer_start(&s->timer, server_on_tick, (uint64_t)s->tick_ms, (uint64_t)s->tick_ms);
}

/* ---- start ---- */

static bool server_address(const char *text, int port, struct sockaddr_storage *ret_address)
{
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;

    memset(ret_address, 0, sizeof *ret_address);
    if (uv_ip4_addr(text, port, &v4) == 0) {
        memcpy(ret_address, &v4, sizeof v4);
        return true;
    }
    if (uv_ip6_addr(text, port, &v6) != 0)
        return false;
    memcpy(ret_address, &v6, sizeof v6);
    return true;
}

static bool server_is_loopback(const struct sockaddr_storage *address)
{
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;

    if (address->ss_family == AF_INET) {
        memcpy(&v4, address, sizeof v4);
        return ntohl(v4.sin_addr.s_addr) >> 24 == 127;
    }
    memcpy(&v6, address, sizeof v6);
    return IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr);
}

static bool server_listen_error(const struct http_server_config *config, int status,
                                struct error *err)
{
    return error_set(err, ERR_HTTP_LISTEN, arg_text("address", config->address),
                     arg_number("port", config->port), arg_text("reason", uv_strerror(status)));
}

static int server_share_port(struct http_server *s)
{
    int one = 1;
    uv_os_fd_t fd;
    int status = uv_fileno((uv_handle_t *)&s->listener, &fd);

    if (status < 0)
        return status;
    return setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof one) < 0 ? UV_EINVAL : 0;
}

static int server_listen(struct http_server *s, const struct sockaddr_storage *address)
{
    struct sockaddr_storage bound;
    struct sockaddr_in v4;
    int len = sizeof bound;
    int status = s->config.is_port_shared ? server_share_port(s) : 0;

    if (status >= 0)
        status = uv_tcp_bind(&s->listener, (const struct sockaddr *)address, 0);
    if (status >= 0)
        status = uv_listen((uv_stream_t *)&s->listener, s->config.backlog, server_on_connection);
    if (status >= 0)
        status = uv_tcp_getsockname(&s->listener, (struct sockaddr *)&bound, &len);
    if (status < 0)
        return status;
    memcpy(&v4, &bound, sizeof v4); /* the port stands at the same place in both */
    s->port = ntohs(v4.sin_port);
    return 0;
}

static void server_write_security(struct http_server *s)
{
    struct buffer *b = &s->security;

    if (s->tls)
        http_write_field(b, "Strict-Transport-Security", "max-age=31536000");
    http_write_field(b, "X-Content-Type-Options", "nosniff");
    http_write_field(b, "X-Frame-Options", "DENY");
    http_write_field(b, "Referrer-Policy", "no-referrer"); /* addresses hold codes of dossiers */
    http_write_field(b, "Permissions-Policy",
                     "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), "
                     "usb=(), serial=(), bluetooth=(), midi=()");
    http_write_field(b, "Cross-Origin-Opener-Policy", "same-origin");
    http_write_field(b, "Cross-Origin-Resource-Policy", "same-origin");
}

static void server_release(struct http_server *s)
{
    tls_context_free(s->tls);
    route_table_free(s->routes);
    free(s->files);
    buffer_deinit(&s->security);
    free(s);
}

/* What can be made before any handle exists, and so can simply be freed again. */
static struct http_server *server_new(const struct http_server_config *config, struct error *err)
{
    struct http_server *s = calloc(1, sizeof *s);

    if (!s) {
        (void)error_set(err, ERR_NO_MEMORY, arg_text("what", "server"));
        return NULL;
    }
    s->config = *config;
    s->date_s = -1;
    s->tick_ms = server_tick_ms(config);
    random_token(s->trace_base, 4);
    if (!config->is_plain && !tls_context_new(config->cert_path, config->key_path, &s->tls, err)) {
        server_release(s);
        return NULL;
    }
    s->routes = route_table_new(config->routes, config->n_routes);
    s->files = static_sort(config->statics, config->n_statics);
    server_write_security(s);
    if (!s->routes || !s->files || s->security.is_failed) {
        (void)error_set(err, ERR_NO_MEMORY, arg_text("what", "server"));
        server_release(s);
        return NULL;
    }
    return s;
}

static void server_on_handle_closed(uv_handle_t *handle)
{
    struct http_server *s = handle->data;

    if (--s->n_handles)
        return;
    if (s->on_stopped)
        s->on_stopped(s, s->stop_user);
    else if (!s->is_stopping) /* it never started */
        server_release(s);
}

static void server_close_handles(struct http_server *s)
{
    if (!uv_is_closing((uv_handle_t *)&s->listener))
        uv_close((uv_handle_t *)&s->listener, server_on_handle_closed);
    if (!uv_is_closing((uv_handle_t *)&s->timer))
        uv_close((uv_handle_t *)&s->timer, server_on_handle_closed);
}

bool http_server_start(uv_loop_t *loop, const struct http_server_config *config,
                       struct http_server **ret_server, struct error *err)
{
    struct sockaddr_storage address;
    struct http_server *s;
    int status;

    assert(config->on_request && config->render_problem && config->slow_rate > 0);
    if (!server_address(config->address, config->port, &address))
        return server_listen_error(config, UV_EINVAL, err);
    if (config->is_plain && !server_is_loopback(&address))
        return error_set(err, ERR_HTTP_PLAIN_ADDRESS, arg_text("address", config->address));
    s = server_new(config, err);
    if (!s)
        return false;
    s->loop = loop;
    s->listener.data = s->timer.data = s;
    status = uv_tcp_init_ex(loop, &s->listener, address.ss_family);
    if (status < 0) {
        server_release(s);
        return server_listen_error(config, status, err);
    }
    uv_timer_init(loop, &s->timer);
    s->n_handles = 2;
    status = server_listen(s, &address);
    if (status < 0) {
        server_close_handles(s);
        return server_listen_error(config, status, err);
    }
    *ret_server = s;
    return true;
}

int http_server_port(const struct http_server *s)
{
    return s->port;
}

bool http_server_reload(struct http_server *s, struct error *err)
{
    struct tls_context *fresh;

    if (!s->tls)
        return true;
    if (!tls_context_new(s->config.cert_path, s->config.key_path, &fresh, err))
        return false;
    tls_context_free(s->tls);
    s->tls = fresh;
    return true;
}

/* ---- end ---- */

void server_connection_closed(struct http_server *s)
{
    if (s->is_stopping && !s->connections)
        server_close_handles(s);
}

void http_server_stop(struct http_server *s, int deadline_ms,
                      void (*on_stopped)(struct http_server *s, void *user), void *user)
{
    uint64_t stop_at_ms = uv_now(s->loop) + (uint64_t)deadline_ms;

    if (s->is_stopping) {
        s->stop_at_ms = stop_at_ms < s->stop_at_ms ? stop_at_ms : s->stop_at_ms;
        return;
    }
    s->is_stopping = true;
    s->stop_at_ms = stop_at_ms;
    s->on_stopped = on_stopped;
    s->stop_user = user;
    uv_close((uv_handle_t *)&s->listener, server_on_handle_closed);
    for (struct http_connection *c = s->connections; c; c = c->next) {
        if (c->state == CONNECTION_HANDSHAKE ||
            (c->state == CONNECTION_IDLE && output_is_empty(c) && !c->pending.len))
            connection_close(c);
        else /* streams end at the next tick */
            c->is_last = c->is_last || c->state == CONNECTION_IDLE || c->state == CONNECTION_BUSY;
    }
    server_connection_closed(s);
}

struct http_server *http_server_free(struct http_server *s)
{
    if (s) {
        assert(!s->n_handles && !s->stats.n_exchanges);
        server_release(s);
    }
    return NULL;
}

void http_server_stats(const struct http_server *s, struct http_stats *ret_stats)
{
    *ret_stats = s->stats;
    for (const struct http_connection *c = s->connections; c; c = c->next) {
        ret_stats->n_idle += c->state == CONNECTION_IDLE;
        ret_stats->kept += output_kept(c);
    }
}
