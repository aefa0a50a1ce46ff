/* From the reader's bytes to what the handler sees. All of it is judged when the head is complete,
 * so that a request nobody wants is refused before its body is sent. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/random.h"
#include "http/internal.h"
#include "http/session.h"

struct http_exchange *exchange_new(struct http_connection *c)
{
    struct http_server *s = c->server;
    struct http_exchange *x = malloc(sizeof *x);

    if (!x)
        return NULL;
    /* The reader's and the query's tables are large and need no zeroes. */
    memset(x, 0, offsetof(struct http_exchange, reader));
    memset(&x->match, 0, sizeof x->match);
    x->file = NULL;
    x->path[0] = x->content_type[0] = x->cookie[0] = '\0';
    x->counted = 0;
    x->is_with_handler = x->is_abandoned = false;
    http_reader_init(&x->reader, &s->config.limits);
    x->server = s;
    x->connection = c;
    x->request.is_tls = c->tls != NULL;
    x->request.received_at = clock_monotonic();
    snprintf(x->request.trace, sizeof x->request.trace, "%.8s%08x", s->trace_base, ++s->n_traces);
    if (!s->n_traces)
        random_token(s->trace_base, 4); /* the counter went round */
    s->stats.n_exchanges++;
    return x;
}

struct http_exchange *exchange_free(struct http_exchange *x)
{
    if (x) {
        x->server->bodies -= x->counted;
        x->server->stats.n_exchanges--;
        http_reader_deinit(&x->reader);
        free(x);
    }
    return NULL;
}

/* The one field of that name, or NULL; false when it stands twice. */
static bool request_single(const struct http_reader *r, const char *name, const char **ret_value,
                           struct error *err)
{
    size_t n;

    *ret_value = http_reader_header(r, name, &n);
    return n <= 1 || error_set(err, ERR_HTTP_HEADER_TWICE, arg_text("header", name));
}

static bool request_invalid(const char *name, struct error *err)
{
    return error_set(err, ERR_HTTP_HEADER_INVALID, arg_text("header", name));
}

/* "Application/JSON; charset=utf-8" -> "application/json" */
static bool request_fill_type(struct http_exchange *x, struct error *err)
{
    const char *type;
    size_t len;

    if (!request_single(&x->reader, "content-type", &type, err))
        return false;
    if (!type)
        return true;
    len = strcspn(type, "; \t");
    if (!len || len >= sizeof x->content_type)
        return request_invalid("content-type", err);
    for (size_t i = 0; i < len; i++)
        x->content_type[i] = type[i] >= 'A' && type[i] <= 'Z' ? (char)(type[i] + 32) : type[i];
    x->content_type[len] = '\0';
    x->request.content_type = x->content_type;
    return true;
}

static bool request_fill_session(struct http_exchange *x, struct error *err)
{
    const char *name = x->server->config.cookie_name, *authorization, *cookies, *value;
    size_t len;

    if (!request_single(&x->reader, "authorization", &authorization, err) ||
        !request_single(&x->reader, "cookie", &cookies, err))
        return false;
    x->request.bearer = session_bearer(authorization);
    if (name && session_cookie_find(cookies, name, &value, &len) && len < sizeof x->cookie) {
        memcpy(x->cookie, value, len);
        x->cookie[len] = '\0';
        x->request.cookie = x->cookie;
    }
    return true;
}

static bool request_fill_key(struct http_exchange *x, struct error *err)
{
    const char *key;
    size_t len;

    if (!request_single(&x->reader, "idempotency-key", &key, err))
        return false;
    x->request.idempotency_key = key;
    if (!key)
        return true;
    len = strlen(key);
    if (!len || len > HTTP_KEY_MAX)
        return request_invalid("idempotency-key", err);
    for (; *key; key++)
        if (*key <= ' ' || *key > '~')
            return request_invalid("idempotency-key", err);
    return true;
}

static bool request_fill_headers(struct http_exchange *x, struct error *err)
{
    struct http_request *q = &x->request;
    const struct http_reader *r = &x->reader;

    q->headers = r->headers;
    q->n_headers = r->n_headers;
    q->lang = session_language(http_reader_header(r, "accept-language", NULL));
    return request_fill_type(x, err) && request_fill_session(x, err) && request_fill_key(x, err) &&
           request_single(r, "if-match", &q->if_match, err) &&
           request_single(r, "if-none-match", &q->if_none_match, err) &&
           request_single(r, "origin", &q->origin, err) &&
           request_single(r, "last-event-id", &q->last_event_id, err);
}

/* The last of the name's values: what stands in a later field was added later. */
static const char *request_last(const struct http_reader *r, const char *name)
{
    const char *value = NULL;

    for (size_t i = 0; i < r->n_headers; i++)
        if (!strcmp(r->headers[i].name, name))
            value = r->headers[i].value;
    return value;
}

/* Who asks. A proxy that is trusted says whom it forwards; anybody else's word counts for nothing,
 * but that the request did not come from this machine. */
static void request_fill_client(struct http_exchange *x)
{
    struct http_request *q = &x->request;
    const struct http_connection *c = x->connection;
    const struct address_list *trusted = &x->server->config.trusted_proxies;
    const char *list = request_last(&x->reader, "x-forwarded-for");
    const char *scheme = request_last(&x->reader, "x-forwarded-proto");
    bool is_direct = !list && !request_last(&x->reader, "forwarded");

    q->client = c->address;
    if (c->is_proxied && list && address_forwarded(trusted, list, &q->client))
        is_direct = true; /* as good as if the client had come itself */
    if (c->is_proxied && scheme && !strcmp(scheme, "https"))
        q->is_tls = true;
    q->is_local = is_direct && address_is_loopback(&q->client);
    address_format(&q->client, q->remote, sizeof q->remote);
}

/* Before the body is read: how often did this address come? */
static bool request_count(struct http_exchange *x, struct error *err)
{
    struct http_server *s = x->server;
    const struct http_route *route = x->match.route;
    uint64_t group = address_group(&x->request.client);
    int64_t now = clock_monotonic();

    if (rates_take(s->config.rates, RATE_ADDRESS, &group, sizeof group, now, err) &&
        (!route || !route->rate ||
         rates_take(s->config.rates, (enum rate_class)route->rate, &group, sizeof group, now, err)))
        return true;
    s->stats.n_limited++;
    return false;
}

/* The decoded path again in one piece, cut between characters when it is long: for people only. */
static void request_join_path(struct http_exchange *x, char *const *segments, size_t n)
{
    size_t at = 0;

    for (size_t i = 0; i < n && at + 2 < sizeof x->path; i++) {
        size_t len = strlen(segments[i]), room = sizeof x->path - at - 2;

        x->path[at++] = '/';
        if (len > room)
            for (len = room; len && ((unsigned char)segments[i][len] & 0xC0) == 0x80; len--)
                ;
        memcpy(x->path + at, segments[i], len);
        at += len;
    }
    if (!n)
        x->path[at++] = '/';
    x->path[at] = '\0';
}

static bool request_route(struct http_exchange *x, struct error *err)
{
    struct http_reader *r = &x->reader;
    const struct http_server_config *config = &x->server->config;
    char *segments[URI_SEGMENTS_MAX];
    const struct http_route *route;
    size_t n;

    if (r->path[0] == '*') { /* the reader lets only OPTIONS through */
        memcpy(x->path, "*", 2);
        return true;
    }
    x->file = static_find(x->server, r->path);
    if (!uri_path_split(r->path, segments, &n, err))
        return false;
    request_join_path(x, segments, n);
    if (x->file) {
        x->match.allowed = 1U << HTTP_GET | 1U << HTTP_HEAD | 1U << HTTP_OPTIONS;
        return x->match.allowed >> r->method & 1 ||
               error_set(err, ERR_HTTP_METHOD_NOT_ALLOWED,
                         arg_text("method", http_method_word(r->method)),
                         arg_text("path", x->path));
    }
    if (!route_table_match(x->server->routes, r->method, segments, n, x->path, &x->match, err))
        return r->method == HTTP_OPTIONS && x->match.allowed; /* answered by the server */
    route = x->match.route;
    x->request.handler = route->handler;
    x->request.route = route->pattern;
    x->request.params = x->match.params;
    x->request.n_params = x->match.n_params;
    return http_reader_limit_body(r, route->body_len ? route->body_len : config->limits.body_len,
                                  err);
}

bool exchange_fill(struct http_exchange *x, struct error *err)
{
    struct http_request *q = &x->request;

    q->method = x->reader.method;
    q->path = x->path;
    q->query = x->query;
    q->body = "";
    request_fill_client(x);
    return request_fill_headers(x, err) && request_route(x, err) && request_count(x, err) &&
           http_reader_limit_body(&x->reader, x->reader.limits.body_len, err) &&
           uri_query_split(x->reader.query, x->query, &q->n_query, err);
}

const struct http_request *http_exchange_request(const struct http_exchange *x)
{
    return &x->request;
}

static const char *request_pair(const struct uri_pair *pairs, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (!strcmp(pairs[i].name, name))
            return pairs[i].value;
    return NULL;
}

const char *http_request_param(const struct http_request *r, const char *name)
{
    const char *value = request_pair(r->params, r->n_params, name);

    assert(value); /* the route's row names it */
    return value;
}

const char *http_request_query(const struct http_request *r, const char *name)
{
    return request_pair(r->query, r->n_query, name);
}

const char *http_request_header(const struct http_request *r, const char *name)
{
    for (size_t i = 0; i < r->n_headers; i++)
        if (!strcmp(r->headers[i].name, name))
            return r->headers[i].value;
    return NULL;
}

void http_exchange_set_data(struct http_exchange *x, void *data)
{
    x->data = data;
}

void *http_exchange_data(const struct http_exchange *x)
{
    return x->data;
}

bool http_exchange_is_abandoned(const struct http_exchange *x)
{
    return x->is_abandoned || x->connection->state == CONNECTION_CLOSED;
}
