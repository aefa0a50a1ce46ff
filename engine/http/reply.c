/* Replies: the fields every reply carries, then the caller's, then the body. The server's own
 * answers (files, OPTIONS, refusals) are made here as well. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/log.h"
#include "http/internal.h"
#include "wire/http_writer.h"

#define REPLY_COPY_MAX (16 * 1024) /* a body up to this size leaves in one piece with the head */
#define REPLY_RETRY_S  5

static const char csp_default[] =
    "default-src 'self'; script-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; object-src 'none'";

/* The field line changes once a second. */
static void reply_write_date(struct http_server *s, struct buffer *out)
{
    int64_t now = clock_real(), now_s = now / 1000000;

    if (now_s != s->date_s) {
        char text[HTTP_DATE_MAX];

        http_date_format(now, text);
        snprintf(s->date, sizeof s->date, "Date: %s\r\n", text);
        s->date_s = now_s;
    }
    buffer_text(out, s->date);
}

static bool reply_has_field(const struct http_field *extra, const char *name)
{
    for (; extra && extra->name; extra++)
        if (!strcasecmp(extra->name, name))
            return true;
    return false;
}

void reply_head(struct http_exchange *x, int status, const char *content_type,
                const struct http_field *extra, struct buffer *out)
{
    struct http_server *s = x->server;

    http_write_status(out, status);
    reply_write_date(s, out);
    buffer_add(out, s->security.data, s->security.len);
    if (!reply_has_field(extra, "Cache-Control"))
        buffer_text(out, "Cache-Control: no-store\r\n");
    if (!reply_has_field(extra, "Content-Security-Policy"))
        http_write_field(out, "Content-Security-Policy",
                         s->config.csp ? s->config.csp : csp_default);
    buffer_text(out, "X-Trace-Id: ");
    buffer_add(out, x->request.trace, HTTP_TRACE_LEN);
    buffer_text(out, "\r\n");
    if (x->connection->is_last)
        buffer_text(out, "Connection: close\r\n");
    if (content_type)
        http_write_field(out, "Content-Type", content_type);
    for (; extra && extra->name; extra++)
        http_write_field(out, extra->name, extra->value);
}

static void reply_log(const struct http_exchange *x, int status)
{
    if (!x->server->config.is_access_logged)
        return;
    log_event(LOG_INFO, "http_request", arg_text("method", http_method_word(x->request.method)),
              arg_text("route", x->request.route ? x->request.route
                                : x->file        ? x->file->path
                                                 : "-"),
              arg_number("status", status),
              arg_number("us", clock_monotonic() - x->request.received_at),
              arg_text("trace", x->request.trace));
}

/* The exchange is over; the connection may go on to the next one. */
static void reply_finish(struct http_exchange *x, int status)
{
    struct http_connection *c = x->connection;

    x->server->stats.n_requests[status / 100]++;
    reply_log(x, status);
    c->exchange = exchange_free(x);
    connection_enter(c, CONNECTION_IDLE);
    connection_run(c);
}

/* The client is gone: nothing to do but to let go. */
static bool reply_is_void(struct http_exchange *x)
{
    struct http_connection *c = x->connection;

    if (c && c->state != CONNECTION_CLOSED)
        return false;
    if (c) {
        x->server->stats.n_requests[0]++;
        c->exchange = NULL;
    }
    exchange_free(x);
    return true;
}

/* Puts head and body into the output. `owned`, if any, holds `bytes` and is taken over. */
static void reply_send(struct http_exchange *x, int status, const char *content_type,
                       const void *bytes, size_t len, struct buffer *owned,
                       const struct http_field *extra)
{
    struct output *o = &x->connection->output;
    size_t start = o->out.len;
    bool has_body = http_status_has_body(status);

    reply_head(x, status, has_body && (len || content_type) ? content_type : NULL, extra, &o->out);
    if (has_body)
        http_write_number(&o->out, "Content-Length", len);
    http_write_end(&o->out);
    if (o->out.is_failed && status != 500) { /* a field of the caller's is bad: take it back */
        struct error err;

        o->out.len = start;
        o->out.is_failed = false;
        (void)error_set(&err, ERR_INTERNAL, arg_text("what", x->request.trace));
        log_error(LOG_ERROR, "http_reply_field", &err);
        if (owned)
            buffer_deinit(owned);
        http_reply_error(x, &err, NULL);
        return;
    }
    if (!has_body || x->request.method == HTTP_HEAD)
        len = 0;
    if (len <= REPLY_COPY_MAX) {
        buffer_add(&o->out, bytes, len);
        if (owned)
            buffer_deinit(owned);
    } else {
        o->body = bytes;
        o->body_len = len;
        if (owned) {
            o->body_owned = *owned;
            memset(owned, 0, sizeof *owned);
        }
    }
    reply_finish(x, status);
}

void http_reply_static(struct http_exchange *x, int status, const char *content_type,
                       const void *bytes, size_t len, const struct http_field *extra)
{
    if (!reply_is_void(x))
        reply_send(x, status, content_type, bytes, len, NULL, extra);
}

void http_reply(struct http_exchange *x, int status, const char *content_type, struct buffer *body,
                const struct http_field *extra)
{
    struct buffer none = {0};

    if (!body)
        body = &none;
    if (reply_is_void(x)) {
        buffer_deinit(body);
        return;
    }
    if (body->is_failed) {
        struct error err;

        buffer_deinit(body);
        (void)error_set(&err, ERR_NO_MEMORY, arg_text("what", "reply"));
        http_reply_error(x, &err, NULL);
        return;
    }
    reply_send(x, status, content_type, body->data, body->len, body, extra);
}

void http_reply_error(struct http_exchange *x, const struct error *err,
                      const struct http_field *extra)
{
    const struct http_server_config *config = &x->server->config;
    struct http_field fields[8] = {{NULL, NULL}};
    int status = error_status(err->code);
    const struct error_arg *wait = status == 429 ? error_arg(err, "seconds") : NULL;
    struct buffer body = {0};
    char retry[12];
    size_t n = 0;

    if (reply_is_void(x))
        return;
    for (; extra && extra->name; extra++) {
        assert(n + 2 < ARRAY_LEN(fields));
        fields[n++] = *extra;
    }
    if ((status == 429 || status == 503) && !reply_has_field(fields, "Retry-After")) {
        snprintf(retry, sizeof retry, "%d", wait ? (int)wait->number : REPLY_RETRY_S);
        fields[n++] = (struct http_field){"Retry-After", retry};
    }
    fields[n] = (struct http_field){NULL, NULL};
    config->render_problem(err, x->request.lang, x->request.trace, &body, config->user);
    if (body.is_failed)
        buffer_deinit(&body); /* the status alone must do */
    reply_send(x, status, "application/problem+json", body.data, body.len, &body, fields);
}

void reply_refuse(struct http_connection *c, const struct error *err)
{
    struct http_exchange *x = c->exchange;
    char allow[ROUTE_ALLOW_MAX];
    struct http_field fields[] = {{"Allow", allow}, {NULL, NULL}};

    log_error(LOG_DEBUG, "http_refused", err);
    if (err->code != ERR_HTTP_METHOD_NOT_ALLOWED) {
        http_reply_error(x, err, NULL);
        return;
    }
    route_allow_format(x->match.allowed, allow);
    http_reply_error(x, err, fields);
}

/* OPTIONS is answered by the rows themselves. */
static void reply_options(struct http_exchange *x)
{
    char allow[ROUTE_ALLOW_MAX];
    const struct http_field fields[] = {{"Allow", allow}, {NULL, NULL}};

    route_allow_format(x->match.allowed ? x->match.allowed : ~0U, allow);
    http_reply_static(x, 204, NULL, NULL, 0, fields);
}

void reply_dispatch(struct http_exchange *x)
{
    const struct http_server_config *config = &x->server->config;

    connection_enter(x->connection, CONNECTION_BUSY);
    if (x->reader.body.len) {
        x->request.body = x->reader.body.data;
        x->request.body_len = x->reader.body.len;
    }
    if (x->request.method == HTTP_OPTIONS && !x->match.route) {
        reply_options(x);
    } else if (x->file) {
        static_reply(x);
    } else {
        x->is_with_handler = true;
        config->on_request(x, config->user);
    }
}
