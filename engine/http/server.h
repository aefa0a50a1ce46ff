/* The HTTPS server: one listener on the caller's loop. It reads and refuses requests by itself and
 * hands complete ones to the handler; it knows neither database nor use case.
 *
 *   connection: accepted -> (handshake) -> idle -> head -> body -> handler -> writing -> idle ...
 * closed
 *
 * Every wait has a limit, every client a cap, and an idle connection gives its memory back. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "base/buffer.h"
#include "base/error.h"
#include "http/address.h"
#include "http/exchange.h"
#include "http/rate.h"
#include "http/route.h"
#include "http/static.h"

struct http_server;

struct http_server_config {
    const char *address; /* numeric; without TLS only a loopback address is accepted */
    int port;            /* 0: any free one, see http_server_port() */
    int backlog;
    bool is_port_shared; /* SO_REUSEPORT, for several daemons on one machine */

    bool is_plain; /* no TLS: tests, or a proxy on this machine */
    const char *cert_path,
        *key_path; /* PEM; chain after the certificate; borrowed while the server runs */

    struct http_limits limits;
    size_t n_connections; /* at once; beyond, the longest idle one makes room, else refused */
    size_t n_per_address; /* at once from one IPv4 address or IPv6 /64; 0: no cap. Many sit behind
                             one NAT */
    struct rates *rates;  /* borrowed while the server runs; NULL: how often is not limited */
    struct address_list trusted_proxies; /* whose X-Forwarded-For and -Proto are believed */
    size_t n_streams;                    /* live streams at once */
    size_t bodies_len;  /* bytes of request bodies held at once, all connections together */
    size_t backlog_len; /* bytes a live stream may lag behind */

    int handshake_ms, header_ms, idle_ms;
    int body_ms;      /* for a body; a longer one must bring slow_rate in each such span */
    int write_ms;     /* the same for a client that takes its reply slowly */
    int slow_rate;    /* bytes a second */
    int heartbeat_ms; /* of live streams */

    const struct http_route *routes; /* borrowed while the server runs */
    size_t n_routes;
    const struct http_static
        *statics; /* borrowed while the server runs; they go before the routes */
    size_t n_statics;
    const char *cookie_name; /* the session cookie's; NULL for none */
    const char *csp;         /* Content-Security-Policy; NULL for the strict default */
    bool is_access_logged;   /* one line for each request: route, status, time, trace; no values */

    /* A complete request; see exchange.h. May reply at once or later. */
    void (*on_request)(struct http_exchange *x, void *user);
    /* The client left before the answer; the handler still answers, into nothing. May be NULL. */
    void (*on_abandon)(struct http_exchange *x, void *user);
    /* Writes the body of application/problem+json. */
    void (*render_problem)(const struct error *err, enum language lang, const char *trace,
                           struct buffer *out, void *user);
    void *user;
};

/* Sensible limits; address 127.0.0.1, port 8443. */
void http_server_config_init(struct http_server_config *config);

/* Binds, loads the certificate and listens. The configuration is copied.
 * Errors: HTTP_LISTEN {address} {port} {reason}, HTTP_TLS_FILE {path} {reason}, HTTP_PLAIN_ADDRESS
 * {address}, NO_MEMORY. */
MUST_CHECK
bool http_server_start(uv_loop_t *loop, const struct http_server_config *config,
                       struct http_server **ret_server, struct error *err);
int http_server_port(const struct http_server *s);

/* Reads certificate and key again; open connections keep what they have. On failure all stays. */
MUST_CHECK
bool http_server_reload(struct http_server *s, struct error *err);

/* Stops gracefully: no new connection, idle ones closed, requests in progress finished and live
 * streams ended; at the deadline the rest is cut off. `on_stopped` is called once, from the loop,
 * when the last connection is gone; the server may be freed there. Asking again shortens the
 * deadline. */
void http_server_stop(struct http_server *s, int deadline_ms,
                      void (*on_stopped)(struct http_server *s, void *user), void *user);

/* After on_stopped, and when every exchange was answered. Takes NULL; returns NULL. */
struct http_server *http_server_free(struct http_server *s);

struct http_stats {
    uint64_t n_accepted, n_refused; /* connections; refused by a cap or by how often */
    uint64_t n_limited;             /* requests answered with 429 by the server */
    uint64_t n_handshakes, n_handshake_failures;
    uint64_t n_requests[6];       /* by class of the status sent: [2] 2xx; [0] abandoned */
    uint64_t n_timeouts;          /* clients shed because they were slow */
    uint64_t bytes_in, bytes_out; /* on the wire */
    uint64_t n_open, n_idle, n_streams, n_exchanges; /* now */
    uint64_t kept; /* bytes that the buffers of connections take up now, without TLS itself */
};
void http_server_stats(const struct http_server *s, struct http_stats *ret_stats);
