/* Server-sent events over a reply without an end. */
#include "http/stream.h"

#include <stdlib.h>
#include <string.h>

#include "http/internal.h"
#include "wire/http_writer.h"

/* Refuses the exchange or answers a HEAD, which has a head and nothing more. */
static bool stream_is_possible(struct http_exchange *x, const struct http_field *extra)
{
    const struct http_server *s = x->server;
    struct error err;

    if (x->request.method == HTTP_HEAD) {
        http_reply_static(x, 200, "text/event-stream", NULL, 0, extra);
        return false;
    }
    if (!http_exchange_is_abandoned(x) && !s->is_stopping &&
        s->stats.n_streams < s->config.n_streams)
        return true;
    (void)error_set(&err, ERR_HTTP_BUSY, arg_text("what", "stream"));
    http_reply_error(x, &err, NULL);
    return false;
}

struct http_stream *http_stream_open(struct http_exchange *x, const struct http_field *extra,
                                     http_stream_closed *on_closed, void *user)
{
    struct http_connection *c = x->connection;
    struct http_server *s = x->server;
    struct http_stream *stream;

    if (!stream_is_possible(x, extra))
        return NULL;
    stream = calloc(1, sizeof *stream);
    if (!stream) {
        struct error err;

        (void)error_set(&err, ERR_NO_MEMORY, arg_text("what", "stream"));
        http_reply_error(x, &err, NULL);
        return NULL;
    }
    *stream = (struct http_stream){
        c, on_closed, user, uv_now(s->loop), x->reader.minor == 1, false,
    };
    c->is_last = c->is_last || !stream->is_chunked;
    reply_head(x, 200, "text/event-stream; charset=utf-8", extra, &c->output.out);
    if (stream->is_chunked)
        http_write_field(&c->output.out, "Transfer-Encoding", "chunked");
    http_write_end(&c->output.out);
    s->stats.n_requests[2]++;
    s->stats.n_streams++;
    c->exchange = exchange_free(x);
    c->stream = stream;
    connection_enter(c, CONNECTION_STREAM);
    connection_run(c);
    return stream;
}

static void stream_write(struct http_stream *stream, const char *bytes, size_t len)
{
    struct http_connection *c = stream->connection;

    if (stream->is_chunked)
        http_write_chunk(&c->output.out, bytes, len);
    else
        buffer_add(&c->output.out, bytes, len);
    stream->sent_ms = uv_now(c->server->loop);
    if (output_len(c) > c->server->config.backlog_len) {
        c->server->stats.n_timeouts++;
        connection_close(c); /* on_closed follows from the loop */
        return;
    }
    if (!stream->is_held)
        connection_run(c);
}

void stream_beat(struct http_stream *stream, uint64_t now_ms)
{
    if (now_ms - stream->sent_ms >= (uint64_t)stream->connection->server->config.heartbeat_ms)
        stream_write(stream, ":\n\n", 3);
}

/* Each line of the text becomes a line of its own, so that no text can begin another field. */
static void stream_add_lines(struct buffer *b, const char *name, const char *text, size_t len)
{
    for (size_t at = 0; at <= len;) {
        size_t n = 0;

        while (at + n < len && text[at + n] != '\n' && text[at + n] != '\r')
            n++;
        buffer_text(b, name);
        buffer_text(b, ": ");
        buffer_add(b, text + at, n);
        buffer_char(b, '\n');
        at += n;
        if (at + 1 < len && text[at] == '\r' && text[at + 1] == '\n')
            at++;
        at++;
    }
}

void http_stream_send(struct http_stream *stream, const char *id, const char *event,
                      const char *data, size_t len)
{
    struct buffer b = {0};

    if (stream->connection->state == CONNECTION_CLOSED)
        return;
    assert(!id || !strpbrk(id, "\r\n"));
    assert(!event || !strpbrk(event, "\r\n"));
    if (id)
        buffer_printf(&b, "id: %s\n", id);
    if (event)
        buffer_printf(&b, "event: %s\n", event);
    stream_add_lines(&b, "data", data, len);
    buffer_char(&b, '\n');
    if (b.is_failed)
        connection_close(stream->connection);
    else
        stream_write(stream, b.data, b.len);
    buffer_deinit(&b);
}

void http_stream_hold(struct http_stream *stream)
{
    stream->is_held = true;
}

void http_stream_release(struct http_stream *stream)
{
    stream->is_held = false;
    connection_run(stream->connection);
}

size_t http_stream_backlog(const struct http_stream *stream)
{
    return output_len(stream->connection);
}

/* Ends the reply properly; the connection may serve another request. */
static void stream_end(struct http_stream *stream)
{
    struct http_connection *c = stream->connection;

    if (stream->is_chunked)
        http_write_last_chunk(&c->output.out);
    c->stream = NULL;
    c->server->stats.n_streams--;
    free(stream);
    connection_enter(c, CONNECTION_IDLE);
    connection_run(c);
}

void http_stream_close(struct http_stream *stream)
{
    stream->on_closed = NULL;
    if (stream->connection->state != CONNECTION_CLOSED)
        stream_end(stream);
}

void stream_stop(struct http_stream *stream)
{
    stream->connection->is_last = true;
    if (stream->on_closed)
        stream->on_closed(stream, stream->user);
    stream_end(stream);
}
