/* One request and its reply. The server hands an exchange to the handler when the request is
 * complete; the handler answers exactly once, now or later, with http_reply(), http_reply_error()
 * or http_stream_open(), and must not touch the exchange afterwards. When the client leaves first
 * the exchange is marked abandoned: it stays valid until the handler answers, and the answer goes
 * nowhere. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "http/address.h"
#include "wire/http_reader.h"
#include "wire/uri.h"

struct http_exchange;

#define HTTP_TRACE_LEN  16 /* hex digits */
#define HTTP_REMOTE_MAX 46 /* bytes of an address as text, terminator included */

/* What the client asked; everything lives as long as the exchange. */
struct http_request {
    enum http_method method;
    int handler;                   /* id of the route's row */
    const char *route;             /* the row's pattern, "/api/v1/dossiers/{code}" */
    const char *path;              /* decoded segments joined by '/': for logs and sentences */
    const struct uri_pair *params; /* values of the pattern's {names}, decoded */
    size_t n_params;
    const struct uri_pair *query; /* decoded; no name twice */
    size_t n_query;
    const struct http_header *headers; /* names in lower case */
    size_t n_headers;
    const char *body; /* terminated; "" when there is none */
    size_t body_len;

    /* Read for the handler, NULL when absent. Each may stand once; twice is refused with 400. */
    const char *content_type;    /* media type in lower case, without parameters */
    const char *bearer;          /* token of "Authorization: Bearer" */
    const char *cookie;          /* value of the cookie named in the configuration */
    const char *idempotency_key; /* 1..HTTP_KEY_MAX visible characters */
    const char *if_match;        /* as sent: "7", W/"7" or * */
    const char *if_none_match;
    const char *origin; /* who sent the page that asks (CSRF) */
    const char *last_event_id;
    enum language lang; /* from Accept-Language; Vietnamese unless English is preferred */

    struct address client;        /* past the proxies that are trusted */
    char remote[HTTP_REMOTE_MAX]; /* the same as text */
    bool is_local; /* it came from this machine, and through no proxy that says otherwise */
    bool is_tls;   /* as far as the client sees */
    char trace[HTTP_TRACE_LEN + 1]; /* also sent back as X-Trace-Id */
    int64_t received_at;            /* microseconds on the monotonic clock, for durations only */
};

#define HTTP_KEY_MAX 128

const struct http_request *http_exchange_request(const struct http_exchange *x);
const char *http_request_param(const struct http_request *r,
                               const char *name); /* asserts it is there */
const char *http_request_query(const struct http_request *r,
                               const char *name); /* NULL when absent */
const char *http_request_header(const struct http_request *r,
                                const char *name); /* lower case; NULL */

/* A pointer of the handler's, for on_abandon. */
void http_exchange_set_data(struct http_exchange *x, void *data);
void *http_exchange_data(const struct http_exchange *x);
bool http_exchange_is_abandoned(const struct http_exchange *x);

struct http_field {
    const char *name, *value;
};

/* Answers and ends the exchange.
 *
 *   content_type  static or borrowed for the call; NULL without a body
 *   body          taken over, left empty; NULL or empty for none
 *   extra         further fields, ended by {NULL, NULL}; NULL for none; borrowed for the call. They
 * may replace the defaults for Cache-Control ("no-store") and Content-Security-Policy
 *
 * A body or field whose buffer failed, or a field with a line end inside, becomes a 500. */
void http_reply(struct http_exchange *x, int status, const char *content_type, struct buffer *body,
                const struct http_field *extra);

/* The same with bytes that outlive the server: nothing is copied or freed. */
void http_reply_static(struct http_exchange *x, int status, const char *content_type,
                       const void *bytes, size_t len, const struct http_field *extra);

/* application/problem+json of the error, in the client's language; Retry-After with 429 and 503. */
void http_reply_error(struct http_exchange *x, const struct error *err,
                      const struct http_field *extra);
