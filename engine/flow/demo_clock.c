/* See demo_clock.h. */
#include "flow/demo_clock.h"

#include <string.h>

#include "base/clock.h"
#include "domain/vocabulary.h"
#include "flow/app.h"
#include "flow/snapshot.h"
#include "flow/view.h"
#include "wire/message.h"

/* ---- the clock ---- */

struct clock_flow {
    struct request base;
    struct wire_clock_request in;
    int64_t to;
};

static enum step_result clock_wait(struct request *req)
{
    return request_wait(req, 1);
}

static enum step_result clock_reply(struct request *req)
{
    struct wire_clock out;

    wire_clock_init(&out);
    out.now = clock_business();
    out.real_now = clock_real();
    out.is_demonstration = req->reference->is_demonstration;
    out.offset_s = clock_offset() / INSTANT_SECOND;
    if (!wire_clock_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static enum step_result move_parse(struct request *req)
{
    struct clock_flow *c = container_of(req, struct clock_flow, base);

    if (!request_json(req) ||
        !wire_clock_request_decode(req->json, req->arena, &c->in, &req->error))
        return request_fail(req);
    return request_wait(req, 1);
}

static enum step_result move_send(struct request *req)
{
    struct clock_flow *c = container_of(req, struct clock_flow, base);
    struct db_params p;
    bool sent;

    if (!request_require(req, GRANT_MOVE_CLOCK, 0))
        return request_fail(req);
    if (!req->reference->is_demonstration) {
        error_set(&req->error, ERR_CLOCK_NOT_DEMO, arg_text("what", "clock"));
        return request_fail(req);
    }
    c->to = c->in.set != INSTANT_NONE ? c->in.set
            : c->in.advance_minutes != INTEGER_NONE
                ? req->now + c->in.advance_minutes * INSTANT_MINUTE
                : req->now;
    db_params_init(&p);
    db_put_int8(&p, c->to - clock_real());
    db_put_instant(&p, clock_real());
    sent = request_query(req, 0, DB_LANE_READ, DB_CLOCK_SET, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, 2) : request_fail(req);
}

static enum step_result move_reply(struct request *req)
{
    struct clock_flow *c = container_of(req, struct clock_flow, base);
    const struct db_result *r = &request_result(req, 0)->result;

    if (db_rows(r) == 0) {
        error_set(&req->error, ERR_CLOCK_BACKWARDS, arg_instant("at", c->to),
                  arg_instant("now", req->now));
        return request_fail(req);
    }
    clock_set_offset(db_int(r, 0, 0));
    if (req->app->on_clock)
        req->app->on_clock(req->app->on_clock_data);
    /* Another year has other ids: asked for now, not by the first who needs one. */
    app_refill_ids(req->app, date_civil(instant_date(clock_business(), req->zone_s)).year);
    return clock_reply(req);
}

static const struct step clock_steps[] = {{"wait", clock_wait}, {"reply", clock_reply}};
static const struct step move_steps[] = {
    {"parse", move_parse}, {"send", move_send}, {"reply", move_reply}};
const struct use_case use_case_clock = {"clock", sizeof(struct clock_flow), clock_steps, false, 0};
const struct use_case use_case_clock_move = {"clock move", sizeof(struct clock_flow), move_steps,
                                             false, 0};
