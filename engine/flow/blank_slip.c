/* See blank_slip.h: ordering, printing, making void. */
#include "flow/blank_slip.h"

#include <string.h>

#include "base/instant.h"
#include "flow/app.h"
#include "flow/asked.h"
#include "flow/intake.h"
#include "flow/paper.h"
#include "flow/view.h"
#include "wire/message.h"

enum { SLOT_SAVE, SLOT_LIST, SLOT_CODES };

static bool may_accept(const struct request *req, int64_t office)
{
    int64_t as;

    return right_allows(&req->principal, ACTION_ACCEPT, NULL, office, reference_within,
                        req->reference, &as);
}

/* ---- ordering ---- */

struct order {
    struct request base;
    struct wire_blank_slip_order in;
    int64_t office;
    const char *identifier, *day;
};

enum { ORDER_PARSE, ORDER_SEND, ORDER_SAVED, ORDER_REPLY };

static enum step_result order_parse(struct request *req)
{
    struct order *o = container_of(req, struct order, base);

    if (!request_json(req) ||
        !wire_blank_slip_order_decode(req->json, req->arena, &o->in, &req->error))
        return request_fail(req);
    return request_wait(req, ORDER_SEND);
}

/* Nobody knows yet which agency will settle what is written on it: the code names the unit that
 * hands it out, and the day of the order. */
static bool order_code(struct order *o)
{
    struct request *req = &o->base;
    int32_t today = instant_date(req->now, req->zone_s);
    const struct ruleset *rules = reference_ruleset_on(req->reference, today);
    const struct office_ref *office;

    if (!rules)
        return error_set(&req->error, ERR_RULESET_MISSING, arg_instant("at", req->now));
    if (!intake_office(req, o->in.office, "office", ACTION_ACCEPT, &o->office))
        return false;
    office = reference_office(req->reference, o->office);
    if (!office || !office->identifier[0])
        return error_set(&req->error, ERR_OFFICE_IDENTIFIER,
                         arg_text("office", office ? office->key : "-"));
    o->identifier = office->identifier;
    o->day = intake_code_day(req->arena, rules, today);
    return o->day || error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "code"));
}

static enum step_result order_send(struct request *req)
{
    struct order *o = container_of(req, struct order, base);
    struct db_params p;
    bool sent;

    if (!order_code(o))
        return request_fail(req);
    db_params_init(&p);
    db_put_int8(&p, o->office);
    db_put_text(&p, o->identifier);
    db_put_text(&p, o->day);
    db_put_int4(&p, date_civil(instant_date(req->now, req->zone_s)).year);
    db_put_int4(&p, (int32_t)o->in.count);
    db_put_int8(&p, req->principal.officer_id);
    db_put_instant(&p, req->now);
    db_put_text(&p, req->http->idempotency_key);
    sent = request_query(req, SLOT_SAVE, DB_LANE_JOB, DB_BLANK_SLIPS_ORDER, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, ORDER_SAVED) : request_fail(req);
}

static enum step_result order_saved(struct request *req)
{
    struct order *o = container_of(req, struct order, base);
    const struct db_result *r = &request_result(req, SLOT_SAVE)->result;

    if (db_rows(r) == 0) {
        error_set(&req->error, ERR_CODE_EXHAUSTED, arg_text("identifier", o->identifier),
                  arg_text("day", o->day));
        return request_fail(req);
    }
    return blank_slip_batches_send(req, SLOT_LIST, NULL, 0, db_int(r, 0, 0), INT64_MAX, 1)
               ? request_wait(req, ORDER_REPLY)
               : request_fail(req);
}

static enum step_result order_reply(struct request *req)
{
    struct wire_blank_slip_batch out;

    blank_slip_batch_fill(req, SLOT_LIST, 0, &out);
    if (!wire_blank_slip_batch_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 201);
}

static const struct step order_steps[] = {
    [ORDER_PARSE] = {"parse", order_parse},
    [ORDER_SEND] = {"send", order_send},
    [ORDER_SAVED] = {"saved", order_saved},
    [ORDER_REPLY] = {"reply", order_reply},
};
const struct use_case use_case_blank_slips_order = {"blank slips ordered", sizeof(struct order),
                                                    order_steps, false, 0};

/* ---- the paper ---- */

struct slip_paper {
    struct request base;
    int64_t id;
    struct paper paper;
};

enum { PAPER_FIND, PAPER_COUNT, PAPER_DRAW, PAPER_REPLY };

static enum step_result paper_find(struct request *req)
{
    struct slip_paper *s = container_of(req, struct slip_paper, base);

    s->id = asked_id(req, "id");
    return blank_slip_batches_send(req, SLOT_LIST, NULL, 0, s->id, INT64_MAX, 1)
               ? request_wait(req, PAPER_COUNT)
               : request_fail(req);
}

/* Counted before it is drawn: two papers with the same codes, neither marked, would be worse than a
 * mark on the only one. */
static enum step_result paper_count(struct request *req)
{
    struct slip_paper *s = container_of(req, struct slip_paper, base);
    const struct db_result *r = &request_result(req, SLOT_LIST)->result;
    struct db_params p;
    bool sent;

    if (db_rows(r) == 0) {
        error_set(&req->error, ERR_BLANK_SLIP_BATCH,
                  arg_text("value", http_request_param(req->http, "id")));
        return request_fail(req);
    }
    if (!may_accept(req, db_int(r, 0, 1))) {
        (void)request_refuse_right(req, ACTION_ACCEPT);
        return request_fail(req);
    }
    db_params_init(&p);
    db_put_int8(&p, s->id);
    db_put_instant(&p, req->now);
    sent = request_query(req, SLOT_SAVE, DB_LANE_JOB, DB_BLANK_SLIP_PRINT, &p);
    db_params_deinit(&p);
    db_params_init(&p);
    db_put_int8(&p, s->id);
    sent = sent && request_query(req, SLOT_CODES, DB_LANE_JOB, DB_BLANK_SLIP_CODES, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, PAPER_DRAW) : request_fail(req);
}

/* Code, secret, number in the batch; last what the QR code says. */
static bool fill_slips(struct slip_paper *s, const struct db_result *r)
{
    struct request *req = &s->base;
    int n = db_rows(r);
    struct document_row *rows = arena_array(req->arena, (size_t)n + 1, sizeof *rows);

    for (int i = 0; rows && i < n; i++) {
        const char **cells = paper_cells(req, &rows[i], 4);
        const char *code = arena_strdup(req->arena, db_text_or_empty(r, i, 0));
        const char *secret = view_secret(req, db_int(r, i, 1), 0);

        if (!cells || !code)
            return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "blank slips"));
        cells[0] = code;
        cells[1] = secret;
        cells[2] = arena_printf(req->arena, "%lld", (long long)db_int(r, i, 2));
        cells[3] =
            arena_printf(req->arena, "%s/#/tra-cuu/%s/%s", req->app->public_url, code, secret);
    }
    if (!rows)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "blank slips"));
    paper_put_list(&s->paper, "slips", rows, (size_t)n);
    s->paper.request.each = "slips";
    return true;
}

static enum step_result paper_fill(struct request *req)
{
    struct slip_paper *s = container_of(req, struct slip_paper, base);
    const struct db_result *batch = &request_result(req, SLOT_LIST)->result;
    const struct db_result *codes = &request_result(req, SLOT_CODES)->result;
    const struct office_ref *office = reference_office(req->reference, db_int(batch, 0, 1));
    int64_t n_prints = db_int(&request_result(req, SLOT_SAVE)->result, 0, 0);

    if (db_rows(codes) == 0) {
        error_set(&req->error, ERR_BLANK_SLIP_NONE_LEFT, arg_number("value", s->id));
        return request_fail(req);
    }
    paper_init(&s->paper, req->now);
    paper_use_form(&s->paper, "motcua", "blank");
    paper_put_head(req, &s->paper, office, req->now);
    paper_put(&s->paper, "one_stop_name", office ? office->name : NULL);
    paper_put(&s->paper, "batch", arena_printf(req->arena, "%lld", (long long)s->id));
    if (n_prints > 1)
        s->paper.request.mark = paper_reprint_mark(req->arena, n_prints, req->now, req->zone_s);
    return fill_slips(s, codes) ? paper_draw(req, &s->paper, PAPER_REPLY) : request_fail(req);
}

static enum step_result paper_done(struct request *req)
{
    return paper_reply(req, &container_of(req, struct slip_paper, base)->paper, "phieu-giay");
}

static const struct step paper_steps[] = {
    [PAPER_FIND] = {"find", paper_find},
    [PAPER_COUNT] = {"count", paper_count},
    [PAPER_DRAW] = {"draw", paper_fill},
    [PAPER_REPLY] = {"reply", paper_done},
};
const struct use_case use_case_blank_slip_document = {
    "blank slips printed", sizeof(struct slip_paper), paper_steps, false, 0};

/* ---- making void ---- */

struct slip_void {
    struct request base;
    struct wire_blank_slip_void in;
};

enum { VOID_PARSE, VOID_CHECK, VOID_SAVED, VOID_REPLY };

static enum step_result void_parse(struct request *req)
{
    struct slip_void *v = container_of(req, struct slip_void, base);

    if (!request_json(req) ||
        !wire_blank_slip_void_decode(req->json, req->arena, &v->in, &req->error))
        return request_fail(req);
    if (v->in.n_codes == 0) {
        error_set(&req->error, ERR_FIELD_MISSING, arg_text("field", "codes"));
        return request_fail(req);
    }
    return blank_slips_send(req, SLOT_LIST, v->in.codes, (int)v->in.n_codes)
               ? request_wait(req, VOID_CHECK)
               : request_fail(req);
}

static enum step_result void_check(struct request *req)
{
    struct slip_void *v = container_of(req, struct slip_void, base);
    const struct db_result *r = &request_result(req, SLOT_LIST)->result;
    struct db_params p;
    bool sent;

    for (int i = 0; i < db_rows(r); i++)
        if (!may_accept(req, db_int(r, i, 3))) {
            (void)request_refuse_right(req, ACTION_ACCEPT);
            return request_fail(req);
        }
    db_params_init(&p);
    db_put_text_array(&p, v->in.codes, (int)v->in.n_codes);
    db_put_text(&p, v->in.reason);
    db_put_int8(&p, req->principal.officer_id);
    db_put_instant(&p, req->now);
    sent = request_query(req, SLOT_SAVE, DB_LANE_JOB, DB_BLANK_SLIPS_VOID, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, VOID_SAVED) : request_fail(req);
}

static enum step_result void_saved(struct request *req)
{
    struct slip_void *v = container_of(req, struct slip_void, base);
    const struct db_result *r = &request_result(req, SLOT_SAVE)->result;
    const char *word = db_text_or_empty(r, 0, 0), *code = db_text_or_empty(r, 0, 1);

    if (!strcmp(word, "void"))
        return blank_slips_send(req, SLOT_LIST, v->in.codes, (int)v->in.n_codes)
                   ? request_wait(req, VOID_REPLY)
                   : request_fail(req);
    if (!strcmp(word, "used"))
        error_set(&req->error, ERR_BLANK_SLIP_USED, arg_text("field", "codes"),
                  arg_text("value", code));
    else
        error_set(&req->error, ERR_BLANK_SLIP_UNKNOWN, arg_text("field", "codes"),
                  arg_text("value", code));
    return request_fail(req);
}

static enum step_result void_reply(struct request *req)
{
    return blank_slips_reply(req, SLOT_LIST);
}

static const struct step void_steps[] = {
    [VOID_PARSE] = {"parse", void_parse},
    [VOID_CHECK] = {"check", void_check},
    [VOID_SAVED] = {"saved", void_saved},
    [VOID_REPLY] = {"reply", void_reply},
};
const struct use_case use_case_blank_slips_void = {"blank slips void", sizeof(struct slip_void),
                                                   void_steps, false, 0};
