/* See public_statistics.h. Twelve forms II.06a of calendar months, each as of its end with what is
 * known now, asked one after the other; kept for ten minutes, so that many readers cost one. */
#include "flow/public_statistics.h"

#include <string.h>

#include "base/clock.h"
#include "domain/report_period.h"
#include "flow/app.h"
#include "flow/statistics_counts.h"
#include "wire/message.h"

#define MONTHS   12
#define FRESH_US (600 * INSTANT_SECOND)

struct public_statistics {
    struct request base;
    int64_t *offices;
    int at; /* the month awaited, from the oldest */
    struct statistics_scope scope;
    struct statistics_counts counts;
    struct wire_public_month months[MONTHS];
    size_t n_months;
};

enum { PUBLIC_BEGIN, PUBLIC_ASK, PUBLIC_COUNT, PUBLIC_REPLY };
enum { SLOT_COUNTS, SLOT_FIRST };

static enum step_result reply_body(struct request *req, const char *body, size_t len)
{
    buffer_add(&req->body, body, len);
    return request_reply_json(req, 200);
}

static enum step_result public_begin(struct request *req)
{
    struct public_statistics *p = container_of(req, struct public_statistics, base);
    struct app *app = req->app;
    int n = req->reference->n_offices;

    if (app->public_figures_len && clock_real() - app->public_figures_at < FRESH_US)
        return reply_body(req, app->public_figures, app->public_figures_len);
    p->offices = arena_array(req->arena, (size_t)n + 1, sizeof *p->offices);
    if (!p->offices) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "offices"));
        return request_fail(req);
    }
    for (int i = 0; i < n; i++)
        p->offices[i] = req->reference->offices[i].id;
    return statistics_first_send(req, SLOT_FIRST) ? request_wait(req, PUBLIC_ASK)
                                                  : request_fail(req);
}

/* The next month of which there is something to say: the last one that is over is the newest. */
static enum step_result public_ask(struct request *req)
{
    struct public_statistics *p = container_of(req, struct public_statistics, base);

    for (; p->at < MONTHS; p->at++) {
        struct report_period month =
            report_period_of(REPORT_CALENDAR, REPORT_FIRST_DAY, 1,
                             instant_date(req->now, req->zone_s), MONTHS - p->at);

        p->scope = (struct statistics_scope){
            .from = month.from,
            .to = month.to,
            .state_at = date_instant(month.to + 1, req->zone_s) - 1,
            .known_at = req->now,
            .offices = p->offices,
            .n_offices = req->reference->n_offices,
            .is_all = true,
            .channel = WORD_NONE,
        };
        p->scope.as_of = p->scope.state_at;
        if (statistics_is_before(req, SLOT_FIRST, &p->scope))
            continue;
        p->counts = (struct statistics_counts){&p->scope, "none", SLOT_COUNTS, false};
        return statistics_counts_send(req, &p->counts) ? request_wait(req, PUBLIC_COUNT)
                                                       : request_fail(req);
    }
    return request_next(req, PUBLIC_REPLY);
}

static enum step_result public_count(struct request *req)
{
    struct public_statistics *p = container_of(req, struct public_statistics, base);
    struct wire_public_month *w = &p->months[p->n_months];
    struct report_row row = {0};
    bool is_again = false;

    if (!statistics_counts_settle(req, &p->counts, &is_again))
        return request_fail(req);
    if (is_again)
        return request_wait(req, PUBLIC_COUNT);
    if (statistics_counts_rows(req, &p->counts))
        (void)statistics_counts_row(req, &p->counts, 0, &row);
    wire_public_month_init(w);
    w->from = p->scope.from;
    w->to = p->scope.to;
    w->received = row.online + row.direct;
    w->received_online = row.online;
    w->done = row.total_done;
    w->early = row.early;
    w->on_time = row.on_time;
    w->late = row.late;
    w->open = row.total_open;
    w->open_overdue = row.open_overdue;
    p->n_months++;
    p->at++;
    return request_next(req, PUBLIC_ASK);
}

static enum step_result public_reply(struct request *req)
{
    struct public_statistics *p = container_of(req, struct public_statistics, base);
    struct app *app = req->app;
    struct wire_public_statistics out;

    wire_public_statistics_init(&out);
    out.months = p->months;
    out.n_months = p->n_months;
    out.made_at = req->now;
    if (!wire_public_statistics_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    if (!req->body.is_failed && req->body.len <= sizeof app->public_figures) {
        memcpy(app->public_figures, req->body.data, req->body.len);
        app->public_figures_len = req->body.len;
        app->public_figures_at = clock_real();
    }
    return request_reply_json(req, 200);
}

static const struct step public_steps[] = {
    [PUBLIC_BEGIN] = {"begin", public_begin},
    [PUBLIC_ASK] = {"ask", public_ask},
    [PUBLIC_COUNT] = {"count", public_count},
    [PUBLIC_REPLY] = {"reply", public_reply},
};
const struct use_case use_case_public_statistics = {
    "public statistics", sizeof(struct public_statistics), public_steps, true, 0};
