/* See system.h. None of these touches the database: they answer while it is away. */
#include "flow/system.h"

#include <sys/resource.h>

#include "base/clock.h"
#include "flow/app.h"
#include "flow/calendar_watch.h"
#include "flow/figures.h"
#include "flow/job.h"
#include "flow/outbox.h"
#include "flow/read_log.h"
#include "http/server.h"
#include "wire/message.h"
#include "wire/openapi.h"

enum { CHECK_DATABASE, CHECK_REFERENCE, CHECK_CALENDARS, CHECK_WRITES, CHECK_COUNT };

#define DETAIL_LEN 180 /* sentences are added up to here: the message holds 400 characters */

static enum step_result answer(struct request *req, bool is_readiness)
{
    const struct app *app = req->app;
    bool is_up = db_is_up(app->db), is_loaded = app->reference != NULL;
    struct wire_health_check checks[CHECK_COUNT];
    struct calendar_gap gaps[CALENDAR_WATCH_MAX];
    int n_gaps = is_loaded ? calendar_watch(app->reference, req->now, app->zone_s, gaps) : 0;
    struct buffer detail = {0};
    char refused[DETAIL_LEN * 2];
    bool ok;
    struct wire_health out;
    int worst = words_find(&words_health_state, app->is_stopping     ? "stopping"
                                                : is_up && is_loaded ? "ok"
                                                                     : "failing");

    for (int i = 0; i < CHECK_COUNT; i++)
        wire_health_check_init(&checks[i]);
    checks[CHECK_DATABASE].name = "database";
    checks[CHECK_DATABASE].state = words_find(&words_health_state, is_up ? "ok" : "failing");
    checks[CHECK_REFERENCE].name = "reference";
    checks[CHECK_REFERENCE].state = words_find(&words_health_state, is_loaded ? "ok" : "failing");
    /* A year that is not published keeps nobody from working today: told, and still ready. */
    checks[CHECK_CALENDARS].name = "calendars";
    checks[CHECK_CALENDARS].state = words_find(&words_health_state, n_gaps ? "warn" : "ok");
    for (int i = 0; i < n_gaps && i < CALENDAR_WATCH_MAX && detail.len < DETAIL_LEN; i++) {
        buffer_text(&detail, i ? " " : "");
        calendar_watch_sentence(&gaps[i], req->lang, &detail);
    }
    checks[CHECK_CALENDARS].detail = detail.data;
    /* Reading goes on, and every daemon may be in it: told, and still ready. */
    checks[CHECK_WRITES].name = "writes";
    checks[CHECK_WRITES].state =
        words_find(&words_health_state, app->writes.refused.code == ERR_NONE ? "ok" : "warn");
    if (app->writes.refused.code != ERR_NONE) {
        (void)error_sentence(&app->writes.refused, req->lang, req->zone_s, refused, sizeof refused);
        checks[CHECK_WRITES].detail = refused;
    }
    wire_health_init(&out);
    out.state = is_readiness
                    ? worst
                    : words_find(&words_health_state, app->is_stopping ? "stopping" : "ok");
    out.version = MOTCUA_API_VERSION;
    out.checks = checks;
    out.n_checks = is_readiness ? CHECK_COUNT : 0;
    ok = wire_health_encode(&out, req->zone_s, &req->body, &req->error);
    buffer_deinit(&detail);
    if (!ok)
        return request_fail(req);
    return request_reply_json(
        req, is_readiness && (!is_up || !is_loaded || app->is_stopping) ? 503 : 200);
}

static enum step_result health(struct request *req)
{
    return answer(req, false);
}

static enum step_result ready(struct request *req)
{
    return answer(req, true);
}

static void gauge(struct buffer *b, const char *name, const char *help, const char *type,
                  uint64_t value)
{
    buffer_printf(b, "# HELP motcua_%s %s\n# TYPE motcua_%s %s\nmotcua_%s %llu\n", name, help, name,
                  type, name, (unsigned long long)value);
}

static void database_figures(const struct app *app, struct buffer *b)
{
    static const char *const lanes[] = {"read", "write", "job"};
    struct db_stats s[DB_LANE_COUNT];

    for (int i = 0; i < DB_LANE_COUNT; i++)
        db_stats(app->db, (enum db_lane)i, &s[i]);
#define ROW(name, help, type, field)                                                               \
    buffer_printf(b, "# HELP motcua_db_" name " " help "\n# TYPE motcua_db_" name " " type "\n");  \
    for (int i = 0; i < DB_LANE_COUNT; i++)                                                        \
    buffer_printf(b, "motcua_db_" name "{lane=\"%s\"} %llu\n", lanes[i],                           \
                  (unsigned long long)s[i].field)
    ROW("live_connections", "Connections that are up", "gauge", live);
    ROW("outstanding_calls", "Calls sent and not answered", "gauge", outstanding);
    ROW("calls_total", "Calls answered", "counter", calls);
    ROW("transactions_total", "Transactions that carried them", "counter", transactions);
    ROW("failures_total", "Calls that failed", "counter", failures);
    ROW("reconnects_total", "Connections made again", "counter", reconnects);
#undef ROW
}

static enum step_result metrics(struct request *req)
{
    const struct app *app = req->app;
    struct buffer *b = &req->body;
    struct http_stats h = {0};
    struct committer_stats c = {0};
    struct calendar_gap gaps[CALENDAR_WATCH_MAX];
    struct rusage usage;

    /* How much is going on here is no stranger's business. */
    if (!req->http->is_local && !address_list_has(app->metrics_from, &req->http->client)) {
        error_set(&req->error, ERR_HTTP_NOT_FOUND, arg_text("path", req->http->path));
        return request_fail(req);
    }
    if (app->server)
        http_server_stats(app->server, &h);
    if (app->committer)
        committer_stats(app->committer, &c);
    getrusage(RUSAGE_SELF, &usage);
    gauge(b, "uptime_seconds", "Seconds since start", "gauge",
          (uint64_t)((clock_real() - app->started_at) / INSTANT_SECOND));
    gauge(b, "resident_kibibytes_max", "Most memory resident", "gauge", (uint64_t)usage.ru_maxrss);
    gauge(b, "connections_open", "Open connections", "gauge", h.n_open);
    gauge(b, "connections_kept_bytes", "Buffers of connections, without TLS itself", "gauge",
          h.kept);
    gauge(b, "connections_accepted_total", "Connections accepted", "counter", h.n_accepted);
    gauge(b, "connections_refused_total", "Connections refused by a cap", "counter", h.n_refused);
    gauge(b, "requests_limited_total", "Requests of an address that came too often", "counter",
          h.n_limited);
    gauge(b, "http_timeouts_total", "Slow clients shed", "counter", h.n_timeouts);
    buffer_text(b, "# HELP motcua_requests_total Requests by class of the status\n# TYPE "
                   "motcua_requests_total counter\n");
    for (int i = 1; i < 6; i++)
        buffer_printf(b, "motcua_requests_total{class=\"%dxx\"} %llu\n", i,
                      (unsigned long long)h.n_requests[i]);
    gauge(b, "calendar_years_not_published",
          "Calendars in use without a published year, the next one from October on", "gauge",
          app->reference ? (uint64_t)calendar_watch(app->reference, req->now, app->zone_s, gaps)
                         : 0);
    gauge(b, "commit_batches_total", "Batches committed", "counter", c.batches);
    gauge(b, "commit_members_total", "Decisions committed", "counter", c.members);
    gauge(b, "commit_conflicts_total", "Decisions that came second", "counter", c.conflicts);
    gauge(b, "commit_retries_total", "Batches run again", "counter", c.retries);
    gauge(b, "commit_waiting", "Decisions waiting for a writer", "gauge", (uint64_t)c.waiting);
    gauge(b, "decisions_total", "Requests that changed a dossier", "counter",
          app->metrics.decisions);
    gauge(b, "redecided_total", "Decisions made again on a newer version", "counter",
          app->metrics.redecided);
    gauge(b, "alarms_total", "Dossiers looked at by the alarm", "counter", app->metrics.alarms);
    gauge(b, "letters_drafted_total", "Letters drafted", "counter", app->metrics.letters_drafted);
    gauge(b, "escalations_total", "Second delays passed up to a head of office", "counter",
          app->metrics.escalated);
    gauge(b, "alarm_failures_total", "Times that a dossier could not be judged", "counter",
          app->metrics.not_judged);
    gauge(b, "alarm_failures", "Dossiers that the engine could not judge and tries again", "gauge",
          app->metrics.alarm_failures);
    gauge(b, "sweeps_total", "Nights swept", "counter", app->metrics.sweeps);
    gauge(b, "streams_open", "Live streams", "gauge", h.n_streams);
    gauge(b, "live_events_total", "Events told to live streams", "counter",
          app->metrics.live_events);
    gauge(b, "live_resets_total", "Live streams told to read their lists again", "counter",
          app->metrics.live_resets);
    gauge(b, "logins_total", "Logins tried", "counter", app->metrics.logins);
    gauge(b, "login_failures_total", "Logins refused", "counter", app->metrics.login_failures);
    database_figures(app, b);
    writes_figures(&app->writes, b);
    job_runner_figures(app->jobs, b);
    figures_write(app->figures, b);
    outbox_figures(app->outbox, b);
    read_log_figures(app->reads, b);
    req->status = 200;
    req->content_type = "text/plain; version=0.0.4; charset=utf-8";
    return STEP_DONE;
}

static enum step_result openapi(struct request *req)
{
    static struct buffer document; /* large, slow to write, and always the same: written once */

    if (!document.len)
        openapi_write(MOTCUA_API_VERSION, &document);
    if (document.is_failed) {
        buffer_deinit(&document); /* the next request tries again */
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "openapi"));
        return request_fail(req);
    }
    req->kept = &document;
    return request_reply_json(req, 200);
}

#define SYSTEM_USE_CASE(id, word, fn)                                                              \
    static const struct step id##_steps[] = {{"reply", fn}};                                       \
    const struct use_case use_case_##id = {word, sizeof(struct request), id##_steps, true, 0}

SYSTEM_USE_CASE(health, "health", health);
SYSTEM_USE_CASE(ready, "ready", ready);
SYSTEM_USE_CASE(metrics, "metrics", metrics);
SYSTEM_USE_CASE(openapi, "openapi", openapi);
