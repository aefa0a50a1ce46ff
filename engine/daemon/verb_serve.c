/* Serving: opens the installation, listens, runs the loop until SIGTERM or SIGINT, then stops in
 * order: no new requests, those under way finished, timers, workers, database. SIGHUP reads the
 * certificate again. */
#include "daemon/verb_serve.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/ed25519.h"
#include "base/log.h"
#include "base/memory.h"
#include "daemon/harden.h"
#include "daemon/routes.h"
#include "daemon/sending.h"
#include "daemon/setup.h"
#include "flow/alarm.h"
#include "flow/audit_make.h"
#include "flow/counter_fold.h"
#include "flow/figures.h"
#include "flow/job.h"
#include "flow/known_codes.h"
#include "flow/live.h"
#include "flow/read_log.h"
#include "flow/replica.h"
#include "flow/seal_keys.h"
#include "flow/session.h"
#include "http/server.h"
#include "http/static.h"
#include "wire/problem.h"

/* The web client, made by tools/web/embed.py. */
extern const struct http_static web_files[];
extern const size_t web_n_files;

#define STOP_MS   15000
#define READS_MS  5000
#define MEMORY_MS 5000

struct serving {
    struct setup setup;
    struct http_server *server;
    struct alarm *alarm;
    struct audit *audit;
    struct ed25519 *audit_key;
    struct counter_folder *counters;
    uv_signal_t signals[3];
    uv_timer_t memory;
    int n_handles; /* of these, not closed yet */
    bool is_stopping, is_server_stopped;
    int n_closing; /* parts that are not gone yet */
};

static void on_request(struct http_exchange *x, void *user)
{
    struct serving *s = user;
    const struct http_request *r = http_exchange_request(x);

    (void)request_start(&s->setup.app, route_use_cases[r->handler], x, NULL, NULL, NULL, NULL);
}

static void render_problem(const struct error *err, enum language lang, const char *trace,
                           struct buffer *out, void *user)
{
    struct serving *s = user;

    problem_write(err, lang, s->setup.app.zone_s, trace, out);
}

static void part_closed(void *data)
{
    ((struct serving *)data)->n_closing--;
}

static void server_stopped(struct http_server *server, void *user)
{
    (void)server;
    ((struct serving *)user)->is_server_stopped = true;
}

static void on_signal(uv_signal_t *handle, int number)
{
    struct serving *s = handle->data;
    struct error err;

    if (number == SIGHUP) {
        seal_keys_reload(&s->setup.app, s->setup.config.seal_key);
        if (http_server_reload(s->server, &err))
            log_event(LOG_INFO, "certificate_reloaded",
                      arg_number("port", http_server_port(s->server)));
        else
            log_error(LOG_ERROR, "certificate_kept", &err);
        return;
    }
    log_event(LOG_INFO, "stopping", arg_number("signal", number));
    s->is_stopping = s->setup.app.is_stopping = true;
    http_server_stop(s->server, STOP_MS, server_stopped, s);
}

/* How often a client may come; also asked by use cases that know more of it than its address. */
static bool rates_open(struct serving *s, struct error *err)
{
    s->setup.app.rates = rates_new(s->setup.config.rates);
    s->setup.app.metrics_from = &s->setup.config.metrics_from;
    return s->setup.app.rates || error_set(err, ERR_NO_MEMORY, arg_text("what", "rates"));
}

static bool listen_on(struct serving *s, struct error *err)
{
    const struct config *c = &s->setup.config;
    struct http_server_config config;

    http_server_config_init(&config);
    config.address = c->address;
    config.port = c->port;
    config.is_port_shared = c->is_port_shared;
    config.is_plain = c->is_plain;
    config.cert_path = c->tls_certificate;
    config.key_path = c->tls_key;
    config.rates = s->setup.app.rates;
    config.trusted_proxies = c->trusted_proxies;
    config.routes = routes_for_server(&config.n_routes);
    config.statics = web_files;
    config.n_statics = web_n_files;
    config.cookie_name = SESSION_COOKIE_OF(!c->is_plain);
    config.on_request = on_request;
    config.render_problem = render_problem;
    config.user = s;
    return http_server_start(&s->setup.loop, &config, &s->server, err);
}

static void on_memory(uv_timer_t *timer)
{
    (void)timer;
    memory_look();
}

static void watch_memory(struct serving *s)
{
    uv_timer_init(&s->setup.loop, &s->memory);
    s->memory.data = s;
    uv_timer_start(&s->memory, on_memory, MEMORY_MS, MEMORY_MS);
    s->n_handles++;
}

static void listen_for_signals(struct serving *s)
{
    static const int numbers[] = {SIGTERM, SIGINT, SIGHUP};

    signal(SIGPIPE, SIG_IGN);
    for (int i = 0; i < 3; i++) {
        uv_signal_init(&s->setup.loop, &s->signals[i]);
        s->signals[i].data = s;
        uv_signal_start(&s->signals[i], on_signal, numbers[i]);
        s->n_handles++;
    }
}

static void handle_closed(uv_handle_t *h)
{
    ((struct serving *)h->data)->n_handles--;
}

/* After the last reply, while the database is there. */
static void stop_reads(struct serving *s)
{
    if (!s->setup.app.reads)
        return;
    s->n_closing = 1;
    read_log_close(s->setup.app.reads, READS_MS, part_closed, s);
    s->setup.app.reads = NULL;
    while (s->n_closing && uv_run(&s->setup.loop, UV_RUN_ONCE))
        ;
}

static bool replica_open(struct serving *s, struct error *err)
{
    const struct config *c = &s->setup.config;

    return !*c->replica || replica_start(&s->setup.app, c->replica, c->replica_max_age_s,
                                         &s->setup.app.replica, err);
}

static void stop_replica(struct serving *s)
{
    if (!s->setup.app.replica)
        return;
    s->n_closing = 1;
    replica_close(s->setup.app.replica, part_closed, s);
    s->setup.app.replica = NULL;
    while (s->n_closing && uv_run(&s->setup.loop, UV_RUN_ONCE))
        ;
}

/* What is under way ends first, while the database is there. */
static void stop_sending(struct serving *s)
{
    if (!s->setup.app.outbox)
        return;
    s->n_closing = 1;
    outbox_close(s->setup.app.outbox, part_closed, s);
    s->setup.app.outbox = NULL;
    while (s->n_closing && uv_run(&s->setup.loop, UV_RUN_ONCE))
        ;
}

static void stop(struct serving *s)
{
    struct app *app = &s->setup.app;

    stop_sending(s);
    stop_replica(s);
    stop_reads(s);
    s->n_closing = !!app->jobs + !!app->sweeps + !!app->live + !!app->figures + !!s->alarm +
                   !!s->audit + !!s->counters;
    if (app->jobs)
        job_runner_close(app->jobs, part_closed, s);
    if (app->sweeps)
        job_runner_close(app->sweeps, part_closed, s);
    if (app->live)
        live_close(app->live, part_closed, s);
    if (app->figures)
        figures_close(app->figures, part_closed, s);
    if (s->alarm)
        alarm_close(s->alarm, part_closed, s);
    if (s->audit)
        audit_close(s->audit, part_closed, s);
    if (s->counters)
        counter_folder_close(s->counters, part_closed, s);
    app->jobs = app->sweeps = NULL;
    app->live = NULL;
    app->figures = NULL;
    while (s->n_closing && uv_run(&s->setup.loop, UV_RUN_ONCE))
        ;
    for (int i = 0; i < 3; i++)
        uv_close((uv_handle_t *)&s->signals[i], handle_closed);
    uv_close((uv_handle_t *)&s->memory, handle_closed);
    while (s->n_handles && uv_run(&s->setup.loop, UV_RUN_ONCE))
        ;
    s->setup.app.server = NULL;
    http_server_free(s->server);
    s->audit_key = ed25519_free(s->audit_key);
}

/* A key that is named and cannot be read is a fault: roots without it would look like roots before
 * there was one. */
static bool load_audit_key(struct serving *s, struct error *err)
{
    const char *path = s->setup.config.audit_key;

    return !*path || ed25519_load(path, &s->audit_key, err);
}

static void start_audit(struct serving *s)
{
    const struct audit_options options = {s->audit_key, s->setup.config.audit_folder};
    struct error err;

    if (!audit_start(&s->setup.app, &options, &s->audit, &err))
        log_error(LOG_ERROR, "audit", &err);
}

static int serve(const char *config_path)
{
    static struct serving s;
    struct error err;
    int64_t began = clock_monotonic();

    memory_init();
    if (!harden_refuse_root(&err) || !setup_open(&s.setup, config_path, true, true, &err) ||
        !read_log_start(&s.setup.app, &s.setup.app.reads, &err) ||
        !sending_start(&s.setup.app, &s.setup.config, &err) || !rates_open(&s, &err) ||
        !load_audit_key(&s, &err) || !replica_open(&s, &err) || !listen_on(&s, &err)) {
        log_error(LOG_ERROR, "start", &err);
        (void)setup_refuse("serve", &err);
        stop_sending(&s);
        stop_replica(&s);
        stop_reads(&s);
        setup_close(&s.setup);
        rates_free(s.setup.app.rates);
        s.audit_key = ed25519_free(s.audit_key);
        return 1;
    }
    s.setup.app.server = s.server;
    s.setup.app.known_codes = known_codes_new(); /* without it every code is looked up */
    listen_for_signals(&s);
    watch_memory(&s);
    if (!alarm_start(&s.setup.app, &s.alarm, &err))
        log_error(LOG_ERROR, "alarm", &err);
    if (!job_runner_start(&s.setup.app, JOB_KIND_COUNT, &s.setup.app.jobs, &err) ||
        !job_runner_start(&s.setup.app, JOB_SWEEP, &s.setup.app.sweeps, &err))
        log_error(LOG_ERROR, "jobs", &err);
    if (!live_start(&s.setup.app, &s.setup.app.live, &err))
        log_error(LOG_ERROR, "live", &err);
    if (!figures_start(&s.setup.app, &s.setup.app.figures, &err))
        log_error(LOG_ERROR, "figures", &err);
    start_audit(&s);
    if (!counter_folder_start(&s.setup.app, &s.counters, &err))
        log_error(LOG_ERROR, "counters", &err);
    log_event(LOG_INFO, "ready", arg_text("address", s.setup.config.address),
              arg_number("port", http_server_port(s.server)),
              arg_number("ms", (clock_monotonic() - began) / 1000));
    printf("motcuad is ready on %s port %d\n", s.setup.config.address, http_server_port(s.server));
    fflush(stdout);
    while (!s.is_server_stopped && uv_run(&s.setup.loop, UV_RUN_ONCE))
        ;
    stop(&s);
    setup_close(&s.setup);
    known_codes_free(s.setup.app.known_codes);
    rates_free(s.setup.app.rates);
    log_event(LOG_INFO, "stopped", arg_number("pid", uv_os_getpid()));
    return 0;
}

int verb_serve(int argc, char **argv)
{
    const char *config = NULL;

    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--config") && i + 1 < argc) {
            config = argv[++i];
        } else if (!strcmp(argv[i], "--help")) {
            printf("usage: motcuad serve --config FILE\n\n"
                   "Serves the API and the pages in the foreground until SIGTERM or SIGINT; SIGHUP "
                   "reads the\n"
                   "certificate again. The file is explained in docs/operations.md.\n"
                   "Exit codes: 0 stopped in order, 1 could not start, 2 wrong usage.\n");
            return 0;
        } else {
            fprintf(stderr, "motcuad serve: %s is not understood; see --help\n", argv[i]);
            return 2;
        }
    }
    if (!config) {
        fprintf(stderr, "motcuad serve: --config FILE is missing; see --help\n");
        return 2;
    }
    return serve(config);
}
