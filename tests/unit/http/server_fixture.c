/* A server for test_server.py: a handful of routes, each of which shows one behaviour of the layer.
 * Arguments are name=value pairs of the configuration. Prints "port N" when it listens; SIGTERM
 * stops it gracefully, SIGHUP reads the certificate again; at the end it prints what it counted. */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/server.h"
#include "http/session.h"
#include "http/stream.h"

enum handler {
    HANDLER_ECHO,
    HANDLER_LATER,
    HANDLER_BIG,
    HANDLER_FIELD,
    HANDLER_STREAM,
    HANDLER_UPLOAD,
    HANDLER_STATS,
    HANDLER_NEVER,
    HANDLER_PARAMS
};

static const struct http_route routes[] = {
    {HTTP_GET, "/echo", HANDLER_ECHO, 0, 0},
    {HTTP_POST, "/echo", HANDLER_ECHO, 0, 0},
    {HTTP_GET, "/later/{ms}", HANDLER_LATER, 0, 0},
    {HTTP_GET, "/big/{size}", HANDLER_BIG, 0, 0},
    {HTTP_GET, "/field", HANDLER_FIELD, 0, 0},
    {HTTP_GET, "/stream/{n}", HANDLER_STREAM, 0, 0},
    {HTTP_PUT, "/upload", HANDLER_UPLOAD, 4 << 20, 0},
    {HTTP_GET, "/stats", HANDLER_STATS, 0, 0},
    {HTTP_GET, "/never", HANDLER_NEVER, 0, 0},
    {HTTP_GET, "/items/{code}", HANDLER_PARAMS, 0, 0},
    {HTTP_DELETE, "/items/{code}", HANDLER_PARAMS, 0, 0},
    {HTTP_POST, "/items/{code}/actions/{action}", HANDLER_PARAMS, 0, 0},
    {HTTP_GET, "/items/all", HANDLER_ECHO, 0, 0},
    {HTTP_GET, "/strict", HANDLER_ECHO, 0, RATE_PUBLIC},
};

static const char page[] = "<!doctype html><title>x</title>";
static const char script[] = "export const x = 1;\n";
static const char packed[] = "not really gzip";

static const struct http_static statics[] = {
    {"/", page, sizeof page - 1, "text/html; charset=utf-8", "p1", NULL, 0, false},
    {"/app/main.js", script, sizeof script - 1, "text/javascript; charset=utf-8", "m1", packed,
     sizeof packed - 1, true},
};

static struct http_server *server;
static struct rate rates[RATE_COUNT]; /* all off */
static uv_signal_t on_term, on_hup;
static int n_abandoned, n_streams_closed;

struct delay {
    uv_timer_t timer;
    struct http_exchange *x;
};

static void delay_on_close(uv_handle_t *handle)
{
    free(handle->data);
}

static void delay_on_timer(uv_timer_t *timer)
{
    struct delay *d = timer->data;
    struct buffer body = {0};

    buffer_printf(&body, "later abandoned=%d", http_exchange_is_abandoned(d->x));
    http_reply(d->x, 200, "text/plain", &body, NULL);
    uv_close((uv_handle_t *)timer, delay_on_close);
}

static void answer_later(struct http_exchange *x)
{
    struct delay *d = calloc(1, sizeof *d);

    if (!d)
        abort();
    d->x = x;
    d->timer.data = d;
    uv_timer_init(uv_default_loop(), &d->timer);
    uv_timer_start(&d->timer, delay_on_timer,
                   (uint64_t)atoi(http_request_param(http_exchange_request(x), "ms")), 0);
}

static void stream_on_closed(struct http_stream *s, void *user)
{
    (void)s;
    (void)user;
    n_streams_closed++;
}

/* n > 0: that many events at once, then the end; 0: stays open; < 0: floods with -n events of 10
 * KiB. */
static void answer_stream(struct http_exchange *x)
{
    int n = atoi(http_request_param(http_exchange_request(x), "n"));
    struct http_stream *s = http_stream_open(x, NULL, stream_on_closed, NULL);
    static char flood[10240];

    memset(flood, 'x', sizeof flood);
    if (s && n > 0)
        http_stream_hold(s);
    for (int i = 0; s && i < (n < 0 ? -n : n); i++) {
        char id[12];

        snprintf(id, sizeof id, "%d", i + 1);
        if (n < 0)
            http_stream_send(s, id, "flood", flood, sizeof flood);
        else
            http_stream_send(s, id, "tick", "one\ntwo", 7);
    }
    if (s && n > 0) {
        http_stream_release(s);
        http_stream_close(s);
    }
}

static void answer_stats(struct http_exchange *x)
{
    struct http_stats st;
    struct buffer body = {0};

    http_server_stats(server, &st);
    buffer_printf(&body,
                  "{\"accepted\":%" PRIu64 ",\"refused\":%" PRIu64 ",\"handshakes\":%" PRIu64
                  ",\"timeouts\":%" PRIu64 ",\"abandoned\":%" PRIu64 ",\"ok\":%" PRIu64
                  ",\"client_errors\":%" PRIu64 ",\"open\":%" PRIu64 ",\"idle\":%" PRIu64
                  ",\"streams\":%" PRIu64 ",\"exchanges\":%" PRIu64 ",\"kept\":%" PRIu64
                  ",\"on_abandon\":%d,\"streams_closed\":%d}",
                  st.n_accepted, st.n_refused, st.n_handshakes, st.n_timeouts, st.n_requests[0],
                  st.n_requests[2], st.n_requests[4], st.n_open, st.n_idle, st.n_streams,
                  st.n_exchanges, st.kept, n_abandoned, n_streams_closed);
    http_reply(x, 200, "application/json", &body, NULL);
}

static void answer_echo(struct http_exchange *x)
{
    const struct http_request *q = http_exchange_request(x);
    struct buffer body = {0};

    buffer_printf(&body, "%s %s", http_method_word(q->method), q->path);
    for (size_t i = 0; i < q->n_params; i++)
        buffer_printf(&body, "\n%s=%s", q->params[i].name, q->params[i].value);
    for (size_t i = 0; i < q->n_query; i++)
        buffer_printf(&body, "\n?%s=%s", q->query[i].name, q->query[i].value);
    buffer_printf(&body, "\nroute=%s tls=%d lang=%s remote=%s", q->route, q->is_tls,
                  q->lang == LANGUAGE_EN ? "en" : "vi", q->remote);
    buffer_printf(&body, "\ntype=%s bearer=%s cookie=%s key=%s if-match=%s",
                  q->content_type ? q->content_type : "-", q->bearer ? q->bearer : "-",
                  q->cookie ? q->cookie : "-", q->idempotency_key ? q->idempotency_key : "-",
                  q->if_match ? q->if_match : "-");
    buffer_text(&body, "\nbody=");
    buffer_add(&body, q->body, q->body_len);
    http_reply(x, 200, "text/plain; charset=utf-8", &body, NULL);
}

static void answer_big(struct http_exchange *x)
{
    size_t size = (size_t)atol(http_request_param(http_exchange_request(x), "size"));
    struct buffer body = {0};

    if (buffer_reserve(&body, size)) {
        for (size_t i = 0; i < size && i < 26; i++)
            body.data[i] = (char)('a' + i);
        for (size_t done = 26; done < size; done *= 2) /* the alphabet again and again */
            memcpy(body.data + done, body.data, done < size - done ? done : size - done);
        body.len = size;
    }
    http_reply(x, 200, "application/octet-stream", &body, NULL);
}

static void on_request(struct http_exchange *x, void *user)
{
    const struct http_request *q = http_exchange_request(x);
    const char *value = http_request_query(q, "value");
    const struct http_field extra[] = {
        {"X-Value", value ? value : "none"}, {"Cache-Control", "private"}, {NULL, NULL}};
    struct buffer body = {0};

    (void)user;
    switch ((enum handler)q->handler) {
    case HANDLER_ECHO:
    case HANDLER_PARAMS:
        answer_echo(x);
        break;
    case HANDLER_LATER:
        answer_later(x);
        break;
    case HANDLER_BIG:
        answer_big(x);
        break;
    case HANDLER_FIELD:
        http_reply(x, 200, NULL, NULL,
                   strcmp(value ? value : "", "bad")
                       ? extra
                       : (struct http_field[]){{"X", "a\nb"}, {NULL, NULL}});
        break;
    case HANDLER_STREAM:
        answer_stream(x);
        break;
    case HANDLER_UPLOAD:
        buffer_printf(&body, "%zu", q->body_len);
        http_reply(x, 201, "text/plain", &body, NULL);
        break;
    case HANDLER_STATS:
        answer_stats(x);
        break;
    case HANDLER_NEVER:
        http_exchange_set_data(x, server); /* answered by on_abandon alone */
        break;
    }
}

static void on_abandon(struct http_exchange *x, void *user)
{
    (void)user;
    n_abandoned++;
    if (http_exchange_data(x))
        http_reply(x, 200, NULL, NULL, NULL);
}

static void render_problem(const struct error *err, enum language lang, const char *trace,
                           struct buffer *out, void *user)
{
    char sentence[512];

    (void)user;
    error_sentence(err, lang, 0, sentence, sizeof sentence);
    buffer_printf(out, "{\"code\":\"%s\",\"detail\":\"%s\",\"trace\":\"%s\"}",
                  error_word(err->code), sentence, trace);
}

static void on_stopped(struct http_server *s, void *user)
{
    (void)user;
    http_server_free(s);
    uv_close((uv_handle_t *)&on_term, NULL);
    uv_close((uv_handle_t *)&on_hup, NULL);
    printf("stopped abandoned=%d streams_closed=%d\n", n_abandoned, n_streams_closed);
}

static void on_signal(uv_signal_t *handle, int number)
{
    struct error err;

    (void)handle;
    if (number == SIGTERM)
        http_server_stop(server, 2000, on_stopped, NULL);
    else
        printf("reload %d\n", http_server_reload(server, &err));
    fflush(stdout);
}

/* "rate_public=60/60/120" */
static bool configure_rate(const char *pair)
{
    size_t len = strcspn(pair, "=");

    for (int i = 0; i < RATE_COUNT && !strncmp(pair, "rate_", 5); i++)
        if (strlen(rate_rows[i].word) == len - 5 && !strncmp(pair + 5, rate_rows[i].word, len - 5))
            return rate_parse(pair + len + 1, &rates[i]);
    return false;
}

static void configure(struct http_server_config *config, const char *pair)
{
    const struct {
        const char *name;
        int *number;
        size_t *size;
    } fields[] = {
        {"header_ms", &config->header_ms, NULL},
        {"body_ms", &config->body_ms, NULL},
        {"idle_ms", &config->idle_ms, NULL},
        {"write_ms", &config->write_ms, NULL},
        {"handshake_ms", &config->handshake_ms, NULL},
        {"heartbeat_ms", &config->heartbeat_ms, NULL},
        {"slow_rate", &config->slow_rate, NULL},
        {"line_len", NULL, &config->limits.line_len},
        {"body_len", NULL, &config->limits.body_len},
        {"bodies_len", NULL, &config->bodies_len},
        {"connections", NULL, &config->n_connections},
        {"per_address", NULL, &config->n_per_address},
        {"streams", NULL, &config->n_streams},
        {"backlog_len", NULL, &config->backlog_len},
    };
    size_t len = strcspn(pair, "=");

    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        if (strlen(fields[i].name) != len || strncmp(fields[i].name, pair, len) != 0)
            continue;
        if (fields[i].number)
            *fields[i].number = atoi(pair + len + 1);
        else
            *fields[i].size = (size_t)atol(pair + len + 1);
        return;
    }
    if (!strncmp(pair, "cert=", 5))
        config->cert_path = pair + 5;
    else if (!strncmp(pair, "key=", 4))
        config->key_path = pair + 4;
    else if (!strncmp(pair, "address=", 8))
        config->address = pair + 8;
    else if (!strcmp(pair, "tls=1"))
        config->is_plain = false;
    else if (!configure_rate(pair) && (strncmp(pair, "proxy=", 6) != 0 ||
                                       !address_list_parse(pair + 6, &config->trusted_proxies)))
        abort();
}

int main(int argc, char **argv)
{
    struct http_server_config config;
    struct error err;

    http_server_config_init(&config);
    config.port = 0;
    config.is_plain = true;
    config.routes = routes;
    config.n_routes = ARRAY_LEN(routes);
    config.statics = statics;
    config.n_statics = ARRAY_LEN(statics);
    config.cookie_name = "session";
    config.on_request = on_request;
    config.on_abandon = on_abandon;
    config.render_problem = render_problem;
    for (int i = 1; i < argc; i++)
        configure(&config, argv[i]);
    config.rates = rates_new(rates);
    if (!http_server_start(uv_default_loop(), &config, &server, &err)) {
        printf("refused %s\n", error_word(err.code));
        uv_run(uv_default_loop(), UV_RUN_DEFAULT);
        uv_loop_close(uv_default_loop());
        rates_free(config.rates);
        return 0;
    }
    uv_signal_init(uv_default_loop(), &on_term);
    uv_signal_init(uv_default_loop(), &on_hup);
    uv_signal_start(&on_term, on_signal, SIGTERM);
    uv_signal_start(&on_hup, on_signal, SIGHUP);
    printf("port %d\n", http_server_port(server));
    fflush(stdout);
    uv_run(uv_default_loop(), UV_RUN_DEFAULT);
    rates_free(config.rates);
    return uv_loop_close(uv_default_loop()) ? 3 : 0;
}
