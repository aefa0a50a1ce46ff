/* See closing.h: preparing, the word of a leader, opening again. Each is one function of the
 * database, which decides under the lock of the office and logs what was said. */
#include <string.h>

#include "flow/app.h"
#include "flow/closing_impl.h"
#include "flow/edit.h"
#include "flow/paper.h"

static int32_t today(const struct request *req)
{
    return instant_date(req->now, req->zone_s);
}

/* ---- preparing ---- */

static enum step_result new_parse(struct request *req)
{
    struct closing_flow *f = closing_of(req);

    if (!request_json(req) ||
        !wire_closing_new_decode(req->json, req->arena, &f->in.new_, &req->error))
        return request_fail(req);
    return closing_on(req);
}

/* An office that ended within the period closes nothing: its successor counts what was left. */
static bool office_goes_on(struct request *req, const struct office_ref *o, int32_t to)
{
    const struct office_ref *heir = reference_office(req->reference, o->successor_id);

    return o->valid_to == DATE_NONE || o->valid_to > to ||
           error_set(&req->error, ERR_CLOSING_OFFICE_ENDED, arg_text("office", o->name),
                     arg_date("on", o->valid_to), arg_text("successor", heir ? heir->name : "-"));
}

static bool new_check(struct closing_flow *f, const struct office_ref **ret_office)
{
    struct request *req = &f->base;
    const struct wire_closing_new *in = &f->in.new_;
    const struct office_ref *o = reference_office_by_key(req->reference, in->office);

    if (!o)
        return error_set(&req->error, ERR_OFFICE_UNKNOWN, arg_text("field", "office"),
                         arg_text("value", in->office));
    *ret_office = o;
    if (!request_require(req, GRANT_PREPARE_CLOSING, o->id))
        return false;
    if (in->to < in->from)
        return error_set(&req->error, ERR_PERIOD_BACKWARDS, arg_date("from", in->from),
                         arg_date("to", in->to));
    if (instant_date(req->now - CLOSING_SETTLED, req->zone_s) <= in->to)
        return error_set(&req->error, ERR_CLOSING_NOT_OVER, arg_date("to", in->to));
    return office_goes_on(req, o, in->to);
}

static enum step_result new_send(struct request *req)
{
    struct closing_flow *f = closing_of(req);
    const struct office_ref *office;
    struct db_params p;
    bool sent;

    if (!new_check(f, &office))
        return request_fail(req);
    f->row.office = office;
    db_params_init(&p);
    db_put_int8(&p, office->id);
    db_put_date(&p, f->in.new_.from);
    db_put_date(&p, f->in.new_.to);
    db_put_int8(&p, req->principal.officer_id);
    db_put_instant(&p, req->now);
    sent = request_query(req, CLOSING_SLOT_EDIT, DB_LANE_JOB, DB_CLOSING_PREPARE, &p);
    db_params_deinit(&p);
    return sent ? closing_on(req) : request_fail(req);
}

static enum step_result new_saved(struct request *req)
{
    struct closing_flow *f = closing_of(req);
    const struct db_result *r = &request_result(req, CLOSING_SLOT_EDIT)->result;

    if (!strcmp(db_text_or_empty(r, 0, 1), "overlaps")) {
        error_set(&req->error, ERR_CLOSING_OVERLAPS, arg_text("office", f->row.office->name),
                  arg_date("from", db_date(r, 0, 2)), arg_date("to", db_date(r, 0, 3)));
        return request_fail(req);
    }
    f->id = db_int(r, 0, 0);
    return closing_find(req);
}

/* ---- the word of a leader ---- */

static enum step_result accept_parse(struct request *req)
{
    struct closing_flow *f = closing_of(req);

    if (!request_json(req) ||
        !wire_closing_accept_decode(req->json, req->arena, &f->in.accept, &req->error))
        return request_fail(req);
    return closing_parse_id(req);
}

static enum step_result accept_send(struct request *req)
{
    struct closing_flow *f = closing_of(req);
    const struct wire_closing_accept *in = &f->in.accept;
    struct db_params p;
    bool sent;

    if (!closing_take(f, GRANT_CLOSE_PERIOD))
        return request_fail(req);
    db_params_init(&p);
    db_put_int8(&p, f->row.id);
    db_put_text(&p, words_closing_obstacle.words[in->kind]);
    db_put_text(&p, in->key);
    db_put_text(&p, in->reason);
    db_put_int8(&p, req->principal.officer_id);
    db_put_date(&p, today(req));
    db_put_instant(&p, req->now);
    db_put_instant(&p, f->state_at);
    db_put_instant(&p, f->known_at);
    db_put_int8_array(&p, f->offices, f->n_offices);
    db_put_int8_array(&p, f->unreported, f->n_unreported);
    sent = request_query(req, CLOSING_SLOT_EDIT, DB_LANE_JOB, DB_CLOSING_ACCEPT, &p);
    db_params_deinit(&p);
    return sent ? closing_on(req) : request_fail(req);
}

static enum step_result accept_saved(struct request *req)
{
    struct closing_flow *f = closing_of(req);
    const struct wire_closing_accept *in = &f->in.accept;
    int64_t n = db_int(&request_result(req, CLOSING_SLOT_EDIT)->result, 0, 0);

    if (n < 0)
        error_set(&req->error, ERR_CLOSING_STANDS, arg_number("value", f->id));
    else if (n == 0)
        error_set(&req->error, ERR_CLOSING_NOTHING,
                  arg_text("value", in->key ? in->key : words_closing_obstacle.words[in->kind]));
    return req->error.code == ERR_NONE ? edit_reload(req, req->state + 1) : request_fail(req);
}

/* ---- opening again ---- */

static enum step_result reopen_parse(struct request *req)
{
    struct closing_flow *f = closing_of(req);

    if (!request_json(req) ||
        !wire_closing_reopen_decode(req->json, req->arena, &f->in.reopen, &req->error))
        return request_fail(req);
    return closing_parse_id(req);
}

static enum step_result reopen_send(struct request *req)
{
    struct closing_flow *f = closing_of(req);
    struct db_params p;
    bool sent;

    if (!closing_take(f, GRANT_REOPEN_PERIOD))
        return request_fail(req);
    db_params_init(&p);
    db_put_int8(&p, f->row.id);
    db_put_text(&p, f->in.reopen.reason);
    db_put_int8(&p, req->principal.officer_id);
    db_put_instant(&p, req->now);
    sent = request_query(req, CLOSING_SLOT_EDIT, DB_LANE_JOB, DB_CLOSING_REOPEN, &p);
    db_params_deinit(&p);
    return sent ? closing_on(req) : request_fail(req);
}

static enum step_result reopen_saved(struct request *req)
{
    struct closing_flow *f = closing_of(req);

    if (!db_bool(&request_result(req, CLOSING_SLOT_EDIT)->result, 0, 0)) {
        error_set(&req->error, ERR_CLOSING_NOT_CLOSED, arg_number("value", f->id));
        return request_fail(req);
    }
    return edit_reload(req, req->state + 1);
}

#define USE_CASE(id, name, ...)                                                                    \
    static const struct step id##_steps[] = {__VA_ARGS__};                                         \
    const struct use_case use_case_##id = {name, sizeof(struct closing_flow), id##_steps, false, 0}

USE_CASE(closing_new, "closing new", {"parse", new_parse}, {"send", new_send}, {"saved", new_saved},
         {"state", closing_ask_state}, {"reply", closing_reply});
USE_CASE(closing_accept, "closing accept", {"parse", accept_parse}, {"find", closing_find},
         {"send", accept_send}, {"saved", accept_saved}, {"again", closing_again},
         {"state", closing_ask_state}, {"reply", closing_reply});
USE_CASE(closing_reopen, "closing reopen", {"parse", reopen_parse}, {"find", closing_find},
         {"send", reopen_send}, {"saved", reopen_saved}, {"again", closing_again},
         {"state", closing_ask_state}, {"reply", closing_reply});
