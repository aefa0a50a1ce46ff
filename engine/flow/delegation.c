/* See delegation.h. A delegation is reference data: entered and withdrawn by one function of the
 * database each, which bumps the epoch, so that it holds for the next request on every daemon.
 * Only a role held by oneself is lent: what is lent is never lent on. */
#include "flow/delegation.h"

#include <string.h>

#include "base/instant.h"
#include "domain/vocabulary.h"
#include "flow/app.h"
#include "flow/asked.h"
#include "flow/edit.h"
#include "flow/reference.h"
#include "wire/message.h"

#define DAYS_MAX      366 /* also a constraint of the table */
#define LIMIT_DEFAULT 50

enum { SLOT_EDIT, SLOT_ROW };
enum { STEP_PARSE, STEP_CHECK, STEP_SAVED, STEP_ROW, STEP_REPLY };

struct delegation_flow {
    struct request base;
    struct wire_delegation_new in;
    struct wire_delegation_withdrawal withdrawal;
    struct wire_delegation_query query;
    int64_t id, limit, officer;
};

static struct delegation_flow *flow_of(struct request *req)
{
    return container_of(req, struct delegation_flow, base);
}

static int32_t today(const struct request *req)
{
    return instant_date(req->now, req->zone_s);
}

/* ---- rows ---- */

static const char *login_of(const struct request *req, int64_t officer)
{
    const struct officer_ref *o = reference_officer(req->reference, officer);

    return o ? o->login : "";
}

static void fill(struct request *req, const struct db_result *r, int i, struct wire_delegation *w)
{
    const struct officer_ref *from = reference_officer(req->reference, db_int(r, i, 1));
    const struct officer_ref *to = reference_officer(req->reference, db_int(r, i, 2));
    const struct office_ref *office = reference_office(req->reference, db_int(r, i, 4));
    struct delegation_ref d = {.from_officer = db_int(r, i, 1), .office = db_int(r, i, 4)};

    wire_delegation_init(w);
    w->id = db_int(r, i, 0);
    w->from = from ? from->login : "";
    w->from_name = from ? from->name : "";
    w->to = to ? to->login : "";
    w->to_name = to ? to->name : "";
    w->role = vocabulary_find(&roles, db_text_or_empty(r, i, 3));
    w->office = office ? office->key : "";
    w->office_name = office ? office->name : "";
    w->kind = words_find(&words_delegation_kind, db_text_or_empty(r, i, 5));
    w->from_on = d.from_on = db_date(r, i, 6);
    w->to_on = d.to_on = db_date(r, i, 7);
    w->source = db_text_or_empty(r, i, 8);
    w->reason = db_text_or_empty(r, i, 9);
    w->entered_by = login_of(req, db_int(r, i, 10));
    w->recorded_at = db_instant(r, i, 11);
    d.role = (enum role)w->role;
    if (db_is_null(r, i, 12)) {
        w->is_running = reference_delegation_runs(req->reference, &d, today(req));
        return;
    }
    w->withdrawn_at = db_instant(r, i, 12);
    w->withdrawn_by = login_of(req, db_int(r, i, 13));
    w->withdrawal_reason = db_text_or_empty(r, i, 14);
}

/* The offices at which the reader says who stands in; those of others he sees as far as he is in
 * them. */
static bool put_offices(struct request *req, struct db_params *p)
{
    const struct reference *r = req->reference;
    int64_t *list = arena_array(req->arena, (size_t)r->n_offices + 1, sizeof *list);
    int n = 0;

    if (!list)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "offices"));
    for (int i = 0; i < r->n_offices; i++)
        if (right_grants(&req->principal, GRANT_DELEGATE, NULL, r->offices[i].id, reference_within,
                         r))
            list[n++] = r->offices[i].id;
    db_put_int8_array(p, list, n);
    return true;
}

static bool rows_send(struct delegation_flow *f, int slot, int64_t id)
{
    struct request *req = &f->base;
    struct db_params p;
    bool sent;

    db_params_init(&p);
    if (id)
        db_put_int8(&p, id);
    else
        db_put_null(&p);
    sent = put_offices(req, &p);
    db_put_int8(&p, req->principal.officer_id);
    if (f->officer)
        db_put_int8(&p, f->officer);
    else
        db_put_null(&p);
    if (!id && f->query.on != DATE_NONE)
        db_put_date(&p, f->query.on);
    else
        db_put_null(&p);
    if (!id && f->query.after != INTEGER_NONE)
        db_put_int8(&p, f->query.after);
    else
        db_put_null(&p);
    db_put_int4(&p, id ? 1 : (int32_t)f->limit + 1);
    sent = sent && request_query(req, slot, DB_LANE_READ, DB_DELEGATION_LIST, &p);
    db_params_deinit(&p);
    return sent;
}

static enum step_result reply_one(struct request *req)
{
    const struct db_result *r = &request_result(req, SLOT_ROW)->result;
    struct wire_delegation w;

    if (db_rows(r) == 0) {
        error_set(&req->error, ERR_REFERENCE_MISSING, arg_text("what", "delegation"));
        return request_fail(req);
    }
    fill(req, r, 0, &w);
    if (!wire_delegation_encode(&w, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, req->use_case == &use_case_delegation_new ? 201 : 200);
}

/* ---- the list ---- */

static enum step_result list_parse(struct request *req)
{
    struct delegation_flow *f = flow_of(req);

    if (!codec_decode_pairs(&message_delegation_query, req->http->query, req->http->n_query,
                            req->arena, &f->query, &req->error))
        return request_fail(req);
    f->limit = f->query.limit == INTEGER_NONE ? LIMIT_DEFAULT : f->query.limit;
    return request_wait(req, 1);
}

static enum step_result list_send(struct request *req)
{
    struct delegation_flow *f = flow_of(req);

    if (f->query.officer) {
        const struct officer_ref *o = reference_officer_by_login(req->reference, f->query.officer);

        if (!o) {
            error_set(&req->error, ERR_OFFICER_UNKNOWN, arg_text("field", "officer"),
                      arg_text("value", f->query.officer));
            return request_fail(req);
        }
        f->officer = o->id;
    }
    return rows_send(f, SLOT_ROW, 0) ? request_wait(req, 2) : request_fail(req);
}

static enum step_result list_reply(struct request *req)
{
    struct delegation_flow *f = flow_of(req);
    const struct db_result *r = &request_result(req, SLOT_ROW)->result;
    struct wire_delegation *items = arena_array(req->arena, (size_t)f->limit + 1, sizeof *items);
    struct wire_delegation_list out;

    if (!items) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "delegations"));
        return request_fail(req);
    }
    wire_delegation_list_init(&out);
    out.items = items;
    for (int i = 0; i < db_rows(r) && i < f->limit; i++)
        fill(req, r, i, &items[out.n_items++]);
    if (db_rows(r) > f->limit)
        out.next = arena_printf(req->arena, "%lld", (long long)items[out.n_items - 1].id);
    if (!wire_delegation_list_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

/* ---- a new one ---- */

static enum step_result new_parse(struct request *req)
{
    struct delegation_flow *f = flow_of(req);

    if (!request_json(req) ||
        !wire_delegation_new_decode(req->json, req->arena, &f->in, &req->error))
        return request_fail(req);
    return request_wait(req, STEP_CHECK);
}

/* Everybody for himself; else who says it at that office. */
static bool may(struct request *req, int64_t from, int64_t office)
{
    return from == req->principal.officer_id || request_require(req, GRANT_DELEGATE, office);
}

static bool new_check(struct delegation_flow *f, const struct officer_ref **ret_from,
                      const struct officer_ref **ret_to, const struct office_ref **ret_office)
{
    struct request *req = &f->base;
    const struct reference *r = req->reference;
    const char *from = f->in.from ? f->in.from : req->principal.login;

    *ret_from = reference_officer_by_login(r, from);
    *ret_to = reference_officer_by_login(r, f->in.to);
    *ret_office = reference_office_by_key(r, f->in.office);
    if (!*ret_from)
        return error_set(&req->error, ERR_OFFICER_UNKNOWN, arg_text("field", "from"),
                         arg_text("value", from));
    if (!*ret_to || !(*ret_to)->is_active)
        return error_set(&req->error, ERR_OFFICER_UNKNOWN, arg_text("field", "to"),
                         arg_text("value", f->in.to));
    if (!*ret_office)
        return error_set(&req->error, ERR_OFFICE_UNKNOWN, arg_text("field", "office"),
                         arg_text("value", f->in.office));
    if (!may(req, (*ret_from)->id, (*ret_office)->id))
        return false;
    if (*ret_from == *ret_to)
        return error_set(&req->error, ERR_DELEGATION_SELF, arg_text("field", "to"),
                         arg_text("value", f->in.to));
    if (f->in.to_on < f->in.from_on || f->in.to_on < today(req) ||
        f->in.to_on - f->in.from_on > DAYS_MAX)
        return error_set(&req->error, ERR_DELEGATION_DAYS, arg_date("on", f->in.from_on),
                         arg_date("to", f->in.to_on), arg_number("limit", DAYS_MAX));
    return reference_holds(r, (*ret_from)->id, (enum role)f->in.role, (*ret_office)->id) ||
           error_set(&req->error, ERR_ROLE_NOT_HELD, arg_text("value", from));
}

static enum step_result new_send(struct request *req)
{
    struct delegation_flow *f = flow_of(req);
    const struct officer_ref *from, *to;
    const struct office_ref *office;
    struct db_params p;
    bool sent;

    if (!new_check(f, &from, &to, &office))
        return request_fail(req);
    db_params_init(&p);
    db_put_int8(&p, from->id);
    db_put_int8(&p, to->id);
    db_put_text(&p, vocabulary_word(&roles, f->in.role));
    db_put_int8(&p, office->id);
    db_put_text(&p, words_delegation_kind.words[f->in.kind == WORD_NONE ? 0 : f->in.kind]);
    db_put_date(&p, f->in.from_on);
    db_put_date(&p, f->in.to_on);
    db_put_int8(&p, req->principal.officer_id);
    db_put_text(&p, f->in.source);
    db_put_text(&p, f->in.reason);
    db_put_instant(&p, req->now);
    sent = request_query(req, SLOT_EDIT, DB_LANE_JOB, DB_DELEGATION_ADD, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, STEP_SAVED) : request_fail(req);
}

static enum step_result new_saved(struct request *req)
{
    struct delegation_flow *f = flow_of(req);
    const struct db_result *r = &request_result(req, SLOT_EDIT)->result;
    const char *word = db_text_or_empty(r, 0, 1);

    f->id = db_int(r, 0, 0);
    if (!strcmp(word, "role"))
        error_set(&req->error, ERR_ROLE_NOT_HELD,
                  arg_text("value", f->in.from ? f->in.from : req->principal.login));
    else if (!strcmp(word, "off"))
        error_set(&req->error, ERR_OFFICER_UNKNOWN, arg_text("field", "to"),
                  arg_text("value", f->in.to));
    else if (!strcmp(word, "same"))
        error_set(&req->error, ERR_DELEGATION_STANDS, arg_text("value", f->in.to));
    return req->error.code == ERR_NONE ? edit_reload(req, STEP_ROW) : request_fail(req);
}

static enum step_result row_send(struct request *req)
{
    struct delegation_flow *f = flow_of(req);

    edit_take_newest(req);
    f->officer = 0;
    return rows_send(f, SLOT_ROW, f->id) ? request_wait(req, STEP_REPLY) : request_fail(req);
}

/* ---- withdrawn ---- */

static enum step_result withdraw_parse(struct request *req)
{
    struct delegation_flow *f = flow_of(req);

    f->id = asked_id(req, "id");
    if (!request_json(req) ||
        !wire_delegation_withdrawal_decode(req->json, req->arena, &f->withdrawal, &req->error))
        return request_fail(req);
    return request_wait(req, 1);
}

static enum step_result withdraw_find(struct request *req)
{
    struct delegation_flow *f = flow_of(req);

    return rows_send(f, SLOT_ROW, f->id) ? request_wait(req, 2) : request_fail(req);
}

static enum step_result withdraw_send(struct request *req)
{
    struct delegation_flow *f = flow_of(req);
    const struct db_result *r = &request_result(req, SLOT_ROW)->result;
    struct db_params p;
    bool sent;

    if (db_rows(r) == 0) {
        error_set(&req->error, ERR_ITEM_UNKNOWN,
                  arg_text("value", http_request_param(req->http, "id")));
        return request_fail(req);
    }
    if (!may(req, db_int(r, 0, 1), db_int(r, 0, 4)))
        return request_fail(req);
    db_params_init(&p);
    db_put_int8(&p, f->id);
    db_put_int8(&p, req->principal.officer_id);
    db_put_text(&p, f->withdrawal.reason);
    db_put_date(&p, today(req));
    db_put_instant(&p, req->now);
    sent = request_query(req, SLOT_EDIT, DB_LANE_JOB, DB_DELEGATION_WITHDRAW, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, 3) : request_fail(req);
}

static enum step_result withdraw_saved(struct request *req)
{
    if (strcmp(db_text_or_empty(&request_result(req, SLOT_EDIT)->result, 0, 0), "saved") != 0) {
        error_set(&req->error, ERR_DELEGATION_ENDED, arg_number("value", flow_of(req)->id));
        return request_fail(req);
    }
    return edit_reload(req, 4);
}

static enum step_result withdraw_row(struct request *req)
{
    struct delegation_flow *f = flow_of(req);

    edit_take_newest(req);
    return rows_send(f, SLOT_ROW, f->id) ? request_wait(req, 5) : request_fail(req);
}

#define USE_CASE(id, name, ...)                                                                    \
    static const struct step id##_steps[] = {__VA_ARGS__};                                         \
    const struct use_case use_case_##id = {name, sizeof(struct delegation_flow), id##_steps,       \
                                           false, 0}

USE_CASE(delegations, "delegations", {"parse", list_parse}, {"send", list_send},
         {"reply", list_reply});
USE_CASE(delegation_new, "delegation new", [STEP_PARSE] = {"parse", new_parse},
         [STEP_CHECK] = {"check", new_send}, [STEP_SAVED] = {"saved", new_saved},
         [STEP_ROW] = {"row", row_send}, [STEP_REPLY] = {"reply", reply_one});
USE_CASE(delegation_withdraw, "delegation withdraw", {"parse", withdraw_parse},
         {"find", withdraw_find}, {"send", withdraw_send}, {"saved", withdraw_saved},
         {"row", withdraw_row}, {"reply", reply_one});
