/* Sending. At most one span is with the system at a time: what it takes at once costs one call, the
 * rest waits in libuv. A large body is cut in slices, so that TLS never holds it twice, and a
 * client that reads slowly holds only its own slice. */
#include <string.h>

#include "http/internal.h"

#define OUTPUT_SLICE       (64 * 1024)
#define OUTPUT_PLAIN_SLICE (1024 * 1024) /* sent from where it lies */
#define OUTPUT_FULL        (64 * 1024)
#define OUTPUT_KEPT        1024 /* of each buffer of a stream: one event, most times */

bool output_is_empty(const struct http_connection *c)
{
    return !output_len(c);
}

size_t output_len(const struct http_connection *c)
{
    const struct output *o = &c->output;

    return o->out.len + (o->body_len - o->body_taken) + (o->flight_len - o->flight_sent) +
           (c->tls ? tls_session_output(c->tls)->len : 0);
}

bool output_is_full(const struct http_connection *c)
{
    const struct output *o = &c->output;

    return o->is_writing || o->body_taken < o->body_len || o->out.len >= OUTPUT_FULL;
}

void output_release(struct output *o)
{
    buffer_deinit(&o->out);
    buffer_deinit(&o->wire);
    buffer_deinit(&o->body_owned);
    o->body = NULL;
    o->body_len = o->body_taken = 0;
}

static void output_shrink_buffer(struct buffer *b)
{
    if (b->size > OUTPUT_KEPT)
        buffer_deinit(b);
}

/* A stream may stay quiet for hours after a burst, and a thousand of them had the same one. */
void output_shrink(struct http_connection *c)
{
    struct output *o = &c->output;

    if (c->state == CONNECTION_CLOSED || o->is_writing || o->out.is_failed || !output_is_empty(c))
        return;
    output_shrink_buffer(&o->out);
    output_shrink_buffer(&o->wire);
    if (c->tls && !tls_session_output(c->tls)->is_failed)
        output_shrink_buffer(tls_session_output(c->tls));
}

size_t output_kept(const struct http_connection *c)
{
    const struct output *o = &c->output;

    return o->out.size + o->wire.size + o->body_owned.size + c->pending.size +
           (c->tls ? tls_session_output(c->tls)->size : 0);
}

/* Each span of write_ms must take its share of bytes: what the system's buffers swallowed at first
 * does not excuse a client that then stands still. */
bool output_is_stalled(struct http_connection *c, uint64_t now_ms)
{
    const struct http_server_config *config = &c->server->config;
    struct output *o = &c->output;
    uint64_t queued, in_flight = o->flight_len - o->flight_sent, taken = o->n_sent;

    if (!o->is_waiting || now_ms - o->since_ms <= (uint64_t)config->write_ms)
        return false;
    queued = uv_stream_get_write_queue_size((uv_stream_t *)&c->tcp);
    taken += in_flight > queued ? in_flight - queued : 0;
    if ((taken - o->n_taken) * 1000 < (uint64_t)config->slow_rate * (uint64_t)config->write_ms)
        return true;
    o->since_ms = now_ms;
    o->n_taken = taken;
    return false;
}

static void output_set_flight(struct output *o, const char *bytes, size_t len)
{
    o->flight = bytes;
    o->flight_len = len;
    o->flight_sent = 0;
}

static void output_swap_flight(struct output *o, struct buffer *from)
{
    struct buffer empty = o->wire;

    o->wire = *from;
    buffer_clear(&empty);
    *from = empty;
    output_set_flight(o, o->wire.data, o->wire.len);
}

static bool output_encrypt(struct http_connection *c)
{
    struct output *o = &c->output;
    size_t n = o->out.len < OUTPUT_SLICE ? o->out.len : OUTPUT_SLICE;

    if (n) {
        if (!tls_session_write(c->tls, o->out.data, n))
            return false;
        buffer_consume(&o->out, n);
        return true;
    }
    n = o->body_len - o->body_taken;
    n = n < OUTPUT_SLICE ? n : OUTPUT_SLICE;
    if (n && !tls_session_write(c->tls, o->body + o->body_taken, n))
        return false;
    o->body_taken += n;
    return true;
}

/* Makes the next span ready. False when there is none, or when the connection had to be closed. */
static bool output_next(struct http_connection *c)
{
    struct output *o = &c->output;

    output_set_flight(o, NULL, 0);
    if (c->tls) {
        struct buffer *ciphertext = tls_session_output(c->tls);

        if (!ciphertext->len && !output_encrypt(c)) {
            connection_close(c);
            return false;
        }
        if (ciphertext->len)
            output_swap_flight(o, ciphertext);
    } else if (o->out.len) {
        output_swap_flight(o, &o->out);
    } else if (o->body_taken < o->body_len) {
        size_t n = o->body_len - o->body_taken;

        n = n < OUTPUT_PLAIN_SLICE ? n : OUTPUT_PLAIN_SLICE;
        output_set_flight(o, o->body + o->body_taken, n);
        o->body_taken += n;
    }
    if (o->flight_len)
        return true;
    o->is_waiting = false;
    if (o->body_len) { /* sent to the last byte */
        buffer_deinit(&o->body_owned);
        o->body = NULL;
        o->body_len = o->body_taken = 0;
    }
    return false;
}

static void output_count(struct http_connection *c, size_t n)
{
    c->output.flight_sent += n;
    c->output.n_sent += n;
    c->server->stats.bytes_out += n;
}

static void output_on_write(uv_write_t *write, int status)
{
    struct http_connection *c = write->data;
    struct output *o = &c->output;

    o->is_writing = false;
    if (c->state == CONNECTION_CLOSED)
        return;
    if (status < 0) {
        connection_close(c);
        return;
    }
    output_count(c, o->flight_len - o->flight_sent);
    connection_run(c);
}

/* Sends the span; what the system does not take at once is left to libuv. */
static bool output_send(struct http_connection *c)
{
    struct output *o = &c->output;
    uv_buf_t buf = uv_buf_init((char *)(uintptr_t)o->flight, (unsigned)o->flight_len);
    int n = uv_try_write((uv_stream_t *)&c->tcp, &buf, 1);

    if (n < 0 && n != UV_EAGAIN) {
        connection_close(c);
        return false;
    }
    output_count(c, n > 0 ? (size_t)n : 0);
    if (o->flight_sent == o->flight_len)
        return true;
    buf = uv_buf_init((char *)(uintptr_t)o->flight + o->flight_sent,
                      (unsigned)(o->flight_len - o->flight_sent));
    o->write.data = c;
    if (uv_write(&o->write, (uv_stream_t *)&c->tcp, &buf, 1, output_on_write) < 0) {
        connection_close(c);
        return false;
    }
    o->is_writing = true;
    if (!o->is_waiting) {
        o->is_waiting = true;
        o->since_ms = uv_now(c->server->loop);
        o->n_sent = o->n_taken = 0;
    }
    return false;
}

void output_pump(struct http_connection *c)
{
    struct output *o = &c->output;

    if (c->state == CONNECTION_CLOSED || o->is_writing)
        return;
    if (o->out.is_failed || (c->tls && tls_session_output(c->tls)->is_failed)) {
        connection_close(c);
        return;
    }
    while (output_next(c))
        if (!output_send(c))
            return;
}
