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

/* ---- what an applicant may see ---- */

struct lookup {
    struct request base;
    struct wire_lookup_request in;
    struct snapshot snapshot;
};

static enum step_result lookup_parse(struct request *req)
{
    struct lookup *l = container_of(req, struct lookup, base);

    if (!request_json(req) ||
        !wire_lookup_request_decode(req->json, req->arena, &l->in, &req->error) ||
        !snapshot_send(req, 0, l->in.code))
        return request_fail(req);
    return request_wait(req, 1);
}

static enum step_result lookup_reply(struct request *req)
{
    struct lookup *l = container_of(req, struct lookup, base);
    const struct dossier *d = &l->snapshot.dossier;
    const struct procedure_case *c;
    struct wire_lookup out;
    const char *secret;

    if (!snapshot_read(req, 0, &l->snapshot))
        return request_fail(req);
    secret = l->snapshot.exists ? view_secret(req, d->id) : "";
    /* A wrong secret and an unknown code answer alike. */
    if (!l->snapshot.exists || strlen(l->in.secret) != strlen(secret) ||
        !digest_equal(l->in.secret, secret, strlen(secret))) {
        error_set(&req->error, ERR_LOOKUP_UNKNOWN, arg_text("code", l->in.code));
        return request_fail(req);
    }
    c = reference_case(req->reference, d->case_id);
    wire_lookup_init(&out);
    out.code = d->code;
    out.procedure_name = c ? c->procedure_name : "-";
    out.state = (int)d->state;
    out.state_label = vocabulary_label(&states, (int)d->state, req->lang);
    out.office_name = view_office_name(req, d->holder_office);
    out.received_at = d->received_at;
    out.due_at = d->due_at;
    out.due_reappointed_at = d->due_reappointed;
    out.done_at = d->done_at;
    if (!wire_lookup_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step lookup_steps[] = {{"parse", lookup_parse}, {"reply", lookup_reply}};
const struct use_case use_case_lookup = {"lookup", sizeof(struct lookup), lookup_steps, true, 0};
