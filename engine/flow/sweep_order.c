/* See sweep_order.h. Steps: parse -> state (what was swept) -> choose -> ordered -> reply. */
#include "flow/sweep_order.h"

#include "base/instant.h"
#include "flow/app.h"
#include "flow/job.h"
#include "flow/sweep_night.h"
#include "flow/sweep_read.h"
#include "wire/message.h"

enum { ORDER_PARSE, ORDER_STATE, ORDER_CHOOSE, ORDER_ORDERED, ORDER_JOB, ORDER_RECORD };
enum { SLOT_STATE, SLOT_ORDER, SLOT_REPLY };

struct order {
    struct request base;
    struct wire_sweep_request in;
    bool is_due; /* the timer's look, nobody's request */
    struct sweep_night night;
    struct sweep_night nights[SWEEP_NIGHTS_MAX];
};

static enum step_result order_parse(struct request *req)
{
    struct order *o = container_of(req, struct order, base);

    o->is_due = !req->exchange;
    if (req->exchange && (!request_json(req) ||
                          !wire_sweep_request_decode(req->json, req->arena, &o->in, &req->error)))
        return request_fail(req);
    return request_wait(req, ORDER_STATE);
}

static bool choose_night(struct order *o)
{
    struct request *req = &o->base;
    int64_t until =
        o->is_due ? req->now - SWEEP_DELAY : (o->in.as_of == INSTANT_NONE ? req->now : o->in.as_of);

    if (until > req->now)
        return error_set(&req->error, ERR_SWEEP_FUTURE, arg_instant("as_of", until));
    return sweep_night_last(req->reference, until, req->zone_s, &o->night, &req->error);
}

static enum step_result order_state(struct request *req)
{
    struct order *o = container_of(req, struct order, base);

    if (!o->is_due && !request_require(req, GRANT_RUN_SWEEP, 0))
        return request_fail(req);
    if (!choose_night(o)) {
        if (!o->is_due)
            return request_fail(req);
        req->error.code = ERR_NONE; /* without a calendar there is no night: /readyz tells */
        return STEP_DONE;
    }
    return sweep_state_send(req, SLOT_STATE, &o->night) ? request_wait(req, ORDER_CHOOSE)
                                                        : request_fail(req);
}

/* The nights to order, the asked one last. */
static int choose_nights(struct order *o, const struct sweep_state *s, int *ret_skipped)
{
    const struct request *req = &o->base;
    int64_t from = s->ordered_at != INSTANT_NONE       ? s->ordered_at
                   : s->first_alarm_at != INSTANT_NONE ? s->first_alarm_at - 1
                                                       : INSTANT_NONE;
    int n = 0;

    *ret_skipped = 0;
    if (!s->run_id && from != INSTANT_NONE)
        n = sweep_nights_between(req->reference, from, o->night.closing_at, req->zone_s,
                                 req->app->catch_up_nights, o->nights, ret_skipped);
    if (n == 0)
        o->nights[n++] = o->night;
    return n;
}

static bool order_send(struct order *o, int n, int skipped)
{
    struct request *req = &o->base;
    char(*days)[INSTANT_TEXT_MAX] = arena_array(req->arena, (size_t)n, sizeof *days);
    const char **texts = arena_array(req->arena, (size_t)n, sizeof *texts);
    int64_t *closings = arena_array(req->arena, (size_t)n, sizeof *closings);
    struct db_params p;
    bool sent;

    if (!days || !texts || !closings)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "sweep"));
    for (int i = 0; i < n; i++) {
        date_format(o->nights[i].on, days[i]);
        texts[i] = days[i];
        closings[i] = o->nights[i].closing_at;
    }
    db_params_init(&p);
    db_put_text_array(&p, texts, n);
    db_put_instant_array(&p, closings, n);
    db_put_int4(&p, skipped);
    db_put_int8(&p, req->principal.officer_id);
    db_put_instant(&p, req->now);
    db_put_bool(&p, !o->is_due);
    sent = request_query(req, SLOT_ORDER, DB_LANE_JOB, DB_SWEEP_ORDER, &p);
    db_params_deinit(&p);
    return sent;
}

static enum step_result order_choose(struct request *req)
{
    struct order *o = container_of(req, struct order, base);
    int64_t closing_at = o->night.closing_at;
    struct sweep_state s;
    int n, skipped;

    sweep_state_read(req, SLOT_STATE, &s);
    if (o->is_due && (!s.is_begun || s.run_id || closing_at <= s.ordered_at))
        return STEP_DONE;
    if (!s.is_begun) {
        error_set(&req->error, ERR_SWEEP_BEFORE_FIRST, arg_instant("as_of", closing_at));
        return request_fail(req);
    }
    if (s.is_ended)
        return sweep_record_send(req, SLOT_REPLY, s.run_id, 0) ? request_wait(req, ORDER_RECORD)
                                                               : request_fail(req);
    if (closing_at < s.ended_at || (!s.run_id && closing_at < s.ordered_at)) {
        error_set(&req->error, ERR_SWEEP_PAST, arg_instant("as_of", closing_at),
                  arg_instant("last", s.ended_at > closing_at ? s.ended_at : s.ordered_at));
        return request_fail(req);
    }
    n = choose_nights(o, &s, &skipped);
    return order_send(o, n, skipped) ? request_wait(req, ORDER_ORDERED) : request_fail(req);
}

static enum step_result order_ordered(struct request *req)
{
    struct order *o = container_of(req, struct order, base);
    const struct db_result *r = &request_result(req, SLOT_ORDER)->result;

    if (o->is_due) {
        job_runner_kick(req->app->sweeps);
        return STEP_DONE;
    }
    if (!db_is_null(r, 0, 2)) /* somebody was as fast, and it took no time */
        return sweep_record_send(req, SLOT_REPLY, db_int(r, 0, 1), 0)
                   ? request_wait(req, ORDER_RECORD)
                   : request_fail(req);
    return job_read_send(req, SLOT_REPLY, db_int(r, 0, 0)) ? request_wait(req, ORDER_JOB)
                                                           : request_fail(req);
}

static enum step_result order_job(struct request *req)
{
    return job_reply(req, SLOT_REPLY);
}

static enum step_result order_record(struct request *req)
{
    struct wire_sweep out;

    sweep_record_read(req, &request_result(req, SLOT_REPLY)->result, 0, &out);
    out.was_run_before = true;
    if (!wire_sweep_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step order_steps[] = {
    [ORDER_PARSE] = {"parse", order_parse},    [ORDER_STATE] = {"state", order_state},
    [ORDER_CHOOSE] = {"choose", order_choose}, [ORDER_ORDERED] = {"ordered", order_ordered},
    [ORDER_JOB] = {"job", order_job},          [ORDER_RECORD] = {"record", order_record},
};
const struct use_case use_case_sweep_run = {"sweep run", sizeof(struct order), order_steps, false,
                                            0};

bool sweep_order_due(struct app *app, void (*done)(struct request *req, void *data), void *data)
{
    return request_start(app, &use_case_sweep_run, NULL, NULL, NULL, done, data);
}
