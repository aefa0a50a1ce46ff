#include "http/file.h"

#include <stdlib.h>

#include "http/internal.h"
#include "wire/http_writer.h"

/* Refuses the exchange, or answers a HEAD, which has a head and nothing more. */
static bool file_is_possible(struct http_exchange *x, uint64_t len)
{
    const struct http_server *s = x->server;
    struct error err;

    if (len == HTTP_FILE_LEN_UNKNOWN && x->reader.minor == 0) {
        (void)error_set(&err, ERR_HTTP_VERSION, arg_text("value", "HTTP/1.0"));
        http_reply_error(x, &err, NULL);
        return false;
    }
    if (!http_exchange_is_abandoned(x) && x->request.method != HTTP_HEAD && !s->is_stopping &&
        s->stats.n_streams < s->config.n_streams)
        return true;
    if (x->request.method == HTTP_HEAD) {
        http_reply_static(x, 200, NULL, NULL, 0, NULL);
        return false;
    }
    (void)error_set(&err, ERR_HTTP_BUSY, arg_text("what", "file"));
    http_reply_error(x, &err, NULL);
    return false;
}

struct http_stream *http_file_open(struct http_exchange *x, const char *content_type, uint64_t len,
                                   const struct http_field *extra, http_file_wanted *on_wanted,
                                   http_stream_closed *on_closed, void *user)
{
    struct http_connection *c = x->connection;
    struct http_server *s = x->server;
    struct http_stream *stream;

    if (!file_is_possible(x, len))
        return NULL;
    stream = calloc(1, sizeof *stream);
    if (!stream) {
        struct error err;

        (void)error_set(&err, ERR_NO_MEMORY, arg_text("what", "file"));
        http_reply_error(x, &err, NULL);
        return NULL;
    }
    *stream = (struct http_stream){.connection = c,
                                   .on_closed = on_closed,
                                   .user = user,
                                   .sent_ms = uv_now(s->loop),
                                   .on_wanted = on_wanted,
                                   .is_chunked = len == HTTP_FILE_LEN_UNKNOWN,
                                   .left = len};
    reply_head(x, 200, content_type, extra, &c->output.out);
    if (stream->is_chunked)
        http_write_field(&c->output.out, "Transfer-Encoding", "chunked");
    else
        http_write_number(&c->output.out, "Content-Length", len);
    http_write_end(&c->output.out);
    s->stats.n_requests[2]++;
    s->stats.n_streams++;
    c->exchange = exchange_free(x);
    c->stream = stream;
    connection_enter(c, CONNECTION_STREAM);
    connection_run(c);
    return stream;
}

void file_ask(struct http_stream *stream)
{
    if (!stream->on_wanted || stream->is_asked || !output_is_empty(stream->connection))
        return;
    stream->is_asked = true;
    stream->on_wanted(stream, stream->user);
}

/* The file is sent to its end: the connection may serve another request. */
static void file_leave(struct http_stream *stream)
{
    struct http_connection *c = stream->connection;

    c->stream = NULL;
    c->server->stats.n_streams--;
    free(stream);
    connection_enter(c, CONNECTION_IDLE);
}

bool http_file_send(struct http_stream *stream, const void *bytes, size_t len)
{
    struct http_connection *c = stream->connection;
    bool is_last;

    assert(len <= stream->left && (len > 0 || !stream->is_chunked));
    stream->is_asked = false;
    if (!stream->is_chunked)
        stream->left -= len;
    is_last = stream->left == 0;
    if (is_last) {
        stream->on_closed = NULL;
        stream->on_wanted = NULL;
    }
    if (c->state == CONNECTION_CLOSED)
        return is_last;
    if (stream->is_chunked)
        http_write_chunk(&c->output.out, bytes, len);
    else
        buffer_add(&c->output.out, bytes, len);
    if (is_last)
        file_leave(stream);
    connection_run(c);
    return is_last;
}

void http_file_end(struct http_stream *stream)
{
    struct http_connection *c = stream->connection;

    assert(stream->is_chunked);
    stream->on_closed = NULL;
    stream->on_wanted = NULL;
    if (c->state == CONNECTION_CLOSED)
        return;
    http_write_last_chunk(&c->output.out);
    file_leave(stream);
    connection_run(c);
}

void http_file_abort(struct http_stream *stream)
{
    stream->on_closed = NULL;
    stream->on_wanted = NULL;
    connection_close(stream->connection);
}
