/* The server's own structs, private to this folder.
 *
 * Ownership: the server owns its connections; a connection owns the exchange it is reading; from
 * on_request until the reply the handler owns it, and the two only point at each other. A
 * connection is closed by uv_close() alone: what follows from it (abandoned, stream closed) is told
 * from the close callback, so never from inside a call of the handler's. */
#pragma once
#include <uv.h>

#include "http/file.h"
#include "http/peers.h"
#include "http/server.h"
#include "http/stream.h"
#include "http/tls.h"

enum connection_state {
    CONNECTION_HANDSHAKE,
    CONNECTION_IDLE,   /* between requests */
    CONNECTION_HEAD,   /* some bytes of a head are here */
    CONNECTION_BODY,   /* the head is complete */
    CONNECTION_BUSY,   /* the handler has the exchange */
    CONNECTION_STREAM, /* the reply stays open */
    CONNECTION_LINGER, /* all sent, our side shut; waiting for the client to close */
    CONNECTION_CLOSED, /* uv_close() was called */
};

struct http_exchange {
    struct http_request request; /* pointers into reader and below */
    struct http_server *server;
    struct http_connection *connection; /* NULL once the client is gone */
    void *data;                         /* the handler's */
    struct http_reader reader;
    struct route_match match;
    const struct http_static *file; /* answered by the server itself */
    struct uri_pair query[URI_QUERY_MAX];
    char path[ERROR_TEXT_MAX + 1], content_type[64], cookie[257];
    size_t counted; /* bytes of the body counted in server->bodies */
    bool is_with_handler, is_abandoned;
};

struct http_stream {
    struct http_connection *connection;
    http_stream_closed *on_closed;
    void *user;
    uint64_t sent_ms; /* last event or heartbeat */
    bool is_chunked, is_held;
    /* a file: asked for piece by piece, in chunks when its length is not known */
    http_file_wanted *on_wanted; /* NULL: events */
    uint64_t left;               /* bytes still to come; HTTP_FILE_LEN_UNKNOWN in chunks */
    bool is_asked;               /* for the next piece */
};

/* What waits to be sent: `out` first, then the body. One span is in flight at a time. */
struct output {
    struct buffer out;  /* plain text */
    struct buffer wire; /* what is in flight, unless it is the body itself */
    struct buffer body_owned;
    const char *body; /* in body_owned, or static */
    size_t body_len, body_taken;
    const char *flight;
    size_t flight_len, flight_sent;
    uv_write_t write;
    bool is_writing; /* libuv has the flight */
    bool is_waiting; /* something is left that the system did not take at once */
    uint64_t since_ms,
        n_taken;     /* the present span of write_ms: its beginning, bytes taken until then */
    uint64_t n_sent; /* bytes of finished flights since it began to wait */
};

struct http_connection {
    uv_tcp_t tcp;
    struct http_server *server;
    struct http_connection *previous, *next;
    struct tls_session *tls; /* NULL without TLS */
    struct peer *peer;
    enum connection_state state;
    uint64_t since_ms; /* when the state, or the body's present span, began, by the loop's clock */
    size_t n_received; /* bytes of the body at the beginning of its span */
    uint64_t n_requests;
    struct http_exchange *exchange;
    struct http_stream *stream;
    struct buffer pending; /* plain text not yet read by a request */
    struct output output;
    uv_shutdown_t shutdown;
    size_t n_lingered;
    bool is_last;    /* the reply in progress is the connection's last */
    bool is_running; /* inside connection_run(): no need to enter it again */
    bool is_paused;  /* not reading from the socket */
    struct address address;
    bool is_proxied; /* by one that is trusted */
};

struct http_server {
    struct http_server_config config;
    uv_loop_t *loop;
    uv_tcp_t listener;
    uv_timer_t timer;
    int port;
    struct tls_context *tls;
    struct route_table *routes;
    const struct http_static **files; /* sorted by path */
    struct peers peers;
    struct http_connection *connections;
    struct http_stats stats;
    size_t bodies; /* bytes of request bodies held */
    char trace_base[9];
    uint32_t n_traces;
    int64_t date_s;
    char date[64];          /* "Date: ...\r\n" of that second */
    struct buffer security; /* field lines of every reply but CSP and Cache-Control */
    int tick_ms;
    int n_handles; /* listener and timer not yet closed */
    bool is_stopping, is_accept_waiting;
    uint64_t stop_at_ms;
    void (*on_stopped)(struct http_server *s, void *user);
    void *stop_user;
    char read_buffer[64 * 1024]; /* one for all: what is read is used before the next read */
    char plain_buffer[16 * 1024];
};

/* connection.c */
void connection_accept(struct http_server *s);
void connection_run(struct http_connection *c);   /* goes on with whatever can go on */
void connection_close(struct http_connection *c); /* at once; may be called twice */
void connection_enter(struct http_connection *c, enum connection_state state);
void connection_tick(struct http_connection *c, uint64_t now_ms);
void server_connection_closed(struct http_server *s); /* server.c: the last one ends a stop */

/* output.c */
void output_pump(struct http_connection *c); /* sends what the system takes */
bool output_is_empty(const struct http_connection *c);
bool output_is_full(const struct http_connection *c); /* no further request until some is sent */
size_t output_len(const struct http_connection *c);   /* bytes waiting or in flight */
bool output_is_stalled(struct http_connection *c, uint64_t now_ms);
void output_release(struct output *o);         /* frees what an idle connection does not need */
void output_shrink(struct http_connection *c); /* gives back what a burst of a stream made large */
size_t output_kept(const struct http_connection *c); /* bytes that its buffers take up */

/* request.c */
struct http_exchange *exchange_new(struct http_connection *c);
struct http_exchange *exchange_free(struct http_exchange *x); /* takes NULL; returns NULL */
MUST_CHECK
bool exchange_fill(struct http_exchange *x, struct error *err); /* after the head */

/* reply.c */
void reply_dispatch(
    struct http_exchange *x); /* the request is complete: server's own, or handler's */
/* A refusal found while reading: answered, and the connection ends. */
void reply_refuse(struct http_connection *c, const struct error *err);
void reply_head(struct http_exchange *x, int status, const char *content_type,
                const struct http_field *extra, struct buffer *out);

/* stream.c */
void stream_beat(struct http_stream *stream, uint64_t now_ms);
void stream_stop(
    struct http_stream *stream); /* the server stops: tells the owner, ends the reply */

/* file.c */
void file_ask(struct http_stream *stream); /* for the next piece, once all before it is sent */

/* static.c */
const struct http_static **static_sort(const struct http_static *rows, size_t n_rows);
const struct http_static *static_find(const struct http_server *s, const char *path);
void static_reply(struct http_exchange *x);
