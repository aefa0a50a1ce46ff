/* See declaration.h. Both are reference data: entered by one function of the database each, which
 * writes the change and bumps the epoch, so that the next form on every daemon knows of it. */
#include "flow/declaration.h"

#include <string.h>

#include "base/digest.h"
#include "base/instant.h"
#include "flow/app.h"
#include "flow/asked.h"
#include "flow/edit.h"
#include "flow/offices.h"
#include "flow/view.h"
#include "wire/message.h"

#define DAYS_MAX      366 /* also a constraint of the table */
#define LIMIT_DEFAULT 50

enum { SLOT_EDIT, SLOT_ROW };

struct declaration_flow {
    struct request base;
    struct wire_file_office_query offices_query;
    struct wire_file_office_set set;
    struct wire_declaration_query query;
    struct wire_declaration_new in;
    struct wire_declaration_withdrawal withdrawal;
    const struct office_ref *office;
    int64_t id, limit;
};

static struct declaration_flow *flow_of(struct request *req)
{
    return container_of(req, struct declaration_flow, base);
}

static int32_t today(const struct request *req)
{
    return instant_date(req->now, req->zone_s);
}

static enum step_result no_memory(struct request *req)
{
    error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "declarations"));
    return request_fail(req);
}

/* ---- who has not reported ---- */

static bool gap_of(const struct reference *r, int64_t office, int32_t from, int32_t to,
                   int64_t known_at, struct unreported *ret)
{
    ret->office = office;
    return declaration_gap(r->file_offices, r->n_file_offices, r->declarations, r->n_declarations,
                           office, from, to, known_at, &ret->first_on, &ret->last_on);
}

/* The system of the stretch that has the day, the newest that says so. */
static const char *system_on(const struct reference *r, int64_t office, int32_t on)
{
    const char *system = "";

    for (int i = 0; i < r->n_file_offices; i++) {
        const struct declared_days *d = &r->file_offices[i];

        if (d->office == office && d->from_on <= on && (d->to_on == DATE_NONE || on <= d->to_on))
            system = r->file_systems[i];
    }
    return system;
}

const struct unreported *offices_unreported(struct request *req, int32_t from, int32_t to,
                                            int64_t known_at, const int64_t *offices, int n,
                                            int *ret_n)
{
    const struct reference *r = req->reference;
    struct unreported *list =
        arena_array(req->arena, r->n_file_offices ? (size_t)n + 1 : 1, sizeof *list);

    *ret_n = 0;
    for (int i = 0; list && r->n_file_offices && i < n; i++)
        if (gap_of(r, offices[i], from, to, known_at, &list[*ret_n])) {
            list[*ret_n].system = system_on(r, offices[i], list[*ret_n].first_on);
            (*ret_n)++;
        }
    return list;
}

/* ---- which offices ---- */

static void fill_office(struct request *req, int i, int32_t from, int32_t to, int64_t known_at,
                        struct wire_file_office *w)
{
    const struct reference *r = req->reference;
    const struct declared_days *d = &r->file_offices[i];
    struct unreported gap;

    wire_file_office_init(w);
    w->office = view_office_key(req, d->office);
    w->office_name = view_office_name(req, d->office);
    w->system = r->file_systems[i];
    w->from_on = d->from_on;
    w->to_on = d->to_on;
    w->is_reported = !declaration_gap(d, 1, r->declarations, r->n_declarations, d->office, from, to,
                                      known_at, &gap.first_on, &gap.last_on);
    if (w->is_reported)
        return;
    w->missing_from = gap.first_on;
    w->missing_to = gap.last_on;
}

static enum step_result offices_parse(struct request *req)
{
    struct declaration_flow *f = flow_of(req);

    if (!codec_decode_pairs(&message_file_office_query, req->http->query, req->http->n_query,
                            req->arena, &f->offices_query, &req->error))
        return request_fail(req);
    return request_wait(req, 1);
}

static bool offices_period(struct request *req, struct wire_file_office_query *q)
{
    if (q->from == DATE_NONE)
        q->from = q->to == DATE_NONE ? today(req) : q->to;
    if (q->to == DATE_NONE)
        q->to = q->from;
    if (q->known_at == INSTANT_NONE)
        q->known_at = req->now;
    return q->from <= q->to || error_set(&req->error, ERR_PERIOD_BACKWARDS,
                                         arg_date("from", q->from), arg_date("to", q->to));
}

static enum step_result offices_reply(struct request *req)
{
    const struct reference *r = req->reference;
    struct wire_file_office_query *q = &flow_of(req)->offices_query;
    struct wire_file_office *items =
        arena_array(req->arena, (size_t)r->n_file_offices + 1, sizeof *items);
    struct wire_file_office_list out;
    const int64_t *offices;
    bool is_all;
    int n;

    if (!items)
        return no_memory(req);
    offices = offices_readable(req, GRANT_READ_STATISTICS, q->office, &n, &is_all);
    if (!offices || !offices_period(req, q))
        return request_fail(req);
    wire_file_office_list_init(&out);
    out.items = items;
    for (int i = 0; i < r->n_file_offices; i++) {
        const struct declared_days *d = &r->file_offices[i];

        if (d->known_from <= q->known_at &&
            (d->known_to == INSTANT_NONE || q->known_at < d->known_to) &&
            offices_have(offices, n, d->office))
            fill_office(req, i, q->from, q->to, q->known_at, &items[out.n_items++]);
    }
    if (!wire_file_office_list_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

/* ---- an office begins or ceases to report by file ---- */

static bool find_office(struct request *req, const char *field, const char *key,
                        const struct office_ref **ret)
{
    *ret = reference_office_by_key(req->reference, key);
    return *ret || error_set(&req->error, ERR_OFFICE_UNKNOWN, arg_text("field", field),
                             arg_text("value", key));
}

static enum step_result set_parse(struct request *req)
{
    if (!request_json(req) ||
        !wire_file_office_set_decode(req->json, req->arena, &flow_of(req)->set, &req->error))
        return request_fail(req);
    return request_wait(req, 1);
}

static enum step_result set_send(struct request *req)
{
    struct declaration_flow *f = flow_of(req);
    struct db_params p;
    bool sent;

    if (!find_office(req, "key", http_request_param(req->http, "key"), &f->office))
        return request_fail(req);
    if (f->set.to_on != DATE_NONE && f->set.to_on < f->set.from_on) {
        error_set(&req->error, ERR_PERIOD_BACKWARDS, arg_date("from", f->set.from_on),
                  arg_date("to", f->set.to_on));
        return request_fail(req);
    }
    db_params_init(&p);
    db_put_int8(&p, f->office->id);
    db_put_text(&p, f->set.system);
    db_put_date(&p, f->set.from_on);
    db_put_date(&p, f->set.to_on);
    db_put_int8(&p, req->principal.officer_id);
    db_put_text(&p, f->set.source);
    db_put_text(&p, f->set.reason);
    db_put_instant(&p, req->now);
    sent = request_query(req, SLOT_EDIT, DB_LANE_JOB, DB_FILE_OFFICE_SET, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, 2) : request_fail(req);
}

static enum step_result set_saved(struct request *req)
{
    struct declaration_flow *f = flow_of(req);

    if (strcmp(db_text_or_empty(&request_result(req, SLOT_EDIT)->result, 0, 0), "saved") != 0) {
        error_set(&req->error, ERR_FILE_OFFICE_OVERLAP, arg_text("value", f->office->key),
                  arg_date("from", f->set.from_on));
        return request_fail(req);
    }
    return edit_reload(req, 3);
}

static enum step_result set_reply(struct request *req)
{
    struct declaration_flow *f = flow_of(req);
    struct wire_file_office w;

    edit_take_newest(req);
    for (int i = 0; i < req->reference->n_file_offices; i++) {
        const struct declared_days *d = &req->reference->file_offices[i];

        if (d->office != f->office->id || d->from_on != f->set.from_on ||
            d->known_to != INSTANT_NONE)
            continue;
        fill_office(req, i, today(req), today(req), req->now, &w);
        if (!wire_file_office_encode(&w, req->zone_s, &req->body, &req->error))
            return request_fail(req);
        return request_reply_json(req, 200);
    }
    error_set(&req->error, ERR_REFERENCE_MISSING, arg_text("what", "file office"));
    return request_fail(req);
}

/* ---- declarations ---- */

static void fill(struct request *req, const struct db_result *r, int i, struct wire_declaration *w)
{
    wire_declaration_init(w);
    w->id = db_int(r, i, 0);
    w->office = view_office_key(req, db_int(r, i, 1));
    w->office_name = view_office_name(req, db_int(r, i, 1));
    w->from_on = db_date(r, i, 2);
    w->to_on = db_date(r, i, 3);
    w->source = db_text_or_empty(r, i, 4);
    w->sha256 = db_text_or_empty(r, i, 5);
    w->dossiers = db_int(r, i, 6);
    w->remark = db_is_null(r, i, 7) ? NULL : db_text(r, i, 7);
    w->entered_by = view_officer_key(req, db_int(r, i, 8));
    w->recorded_at = db_instant(r, i, 9);
    if (db_is_null(r, i, 10))
        return;
    w->withdrawn_at = db_instant(r, i, 10);
    w->withdrawn_by = view_officer_key(req, db_int(r, i, 11));
    w->withdrawal_reason = db_text_or_empty(r, i, 12);
}

/* One (id not 0) or a page. */
static bool rows_send(struct declaration_flow *f, int64_t id)
{
    struct request *req = &f->base;
    const struct wire_declaration_query *q = &f->query;
    struct db_params p;
    const int64_t *offices;
    bool is_all, sent;
    int n;

    offices = offices_readable(req, GRANT_READ_STATISTICS, id ? NULL : q->office, &n, &is_all);
    if (!offices)
        return false;
    db_params_init(&p);
    if (id)
        db_put_int8(&p, id);
    else
        db_put_null(&p);
    offices_put(&p, offices, n, is_all);
    db_put_date(&p, id ? DATE_NONE : q->from);
    db_put_date(&p, id ? DATE_NONE : q->to);
    if (!id && q->after != INTEGER_NONE)
        db_put_int8(&p, q->after);
    else
        db_put_null(&p);
    db_put_int4(&p, id ? 1 : (int32_t)f->limit + 1);
    sent = request_query(req, SLOT_ROW, DB_LANE_READ, DB_DECLARATION_LIST, &p);
    db_params_deinit(&p);
    return sent;
}

static enum step_result list_parse(struct request *req)
{
    struct declaration_flow *f = flow_of(req);

    if (!codec_decode_pairs(&message_declaration_query, req->http->query, req->http->n_query,
                            req->arena, &f->query, &req->error))
        return request_fail(req);
    f->limit = f->query.limit == INTEGER_NONE ? LIMIT_DEFAULT : f->query.limit;
    return request_wait(req, 1);
}

static enum step_result list_send(struct request *req)
{
    return rows_send(flow_of(req), 0) ? request_wait(req, 2) : request_fail(req);
}

static enum step_result list_reply(struct request *req)
{
    struct declaration_flow *f = flow_of(req);
    const struct db_result *r = &request_result(req, SLOT_ROW)->result;
    struct wire_declaration *items = arena_array(req->arena, (size_t)f->limit + 1, sizeof *items);
    struct wire_declaration_list out;

    if (!items)
        return no_memory(req);
    wire_declaration_list_init(&out);
    out.items = items;
    for (int i = 0; i < db_rows(r) && i < f->limit; i++)
        fill(req, r, i, &items[out.n_items++]);
    if (db_rows(r) > f->limit)
        out.next = arena_printf(req->arena, "%lld", (long long)items[out.n_items - 1].id);
    if (!wire_declaration_list_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static enum step_result reply_one(struct request *req)
{
    const struct db_result *r = &request_result(req, SLOT_ROW)->result;
    struct wire_declaration w;

    if (db_rows(r) == 0) {
        error_set(&req->error, ERR_REFERENCE_MISSING, arg_text("what", "declaration"));
        return request_fail(req);
    }
    fill(req, r, 0, &w);
    if (!wire_declaration_encode(&w, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, req->use_case == &use_case_declaration_new ? 201 : 200);
}

static enum step_result new_parse(struct request *req)
{
    struct declaration_flow *f = flow_of(req);

    if (!request_json(req) ||
        !wire_declaration_new_decode(req->json, req->arena, &f->in, &req->error))
        return request_fail(req);
    return request_wait(req, 1);
}

static bool is_by_file(const struct reference *r, int64_t office, int32_t from, int32_t to)
{
    for (int i = 0; i < r->n_file_offices; i++) {
        const struct declared_days *d = &r->file_offices[i];

        if (d->office == office && d->known_to == INSTANT_NONE && d->from_on <= to &&
            (d->to_on == DATE_NONE || from <= d->to_on))
            return true;
    }
    return false;
}

static bool new_check(struct declaration_flow *f, unsigned char sha256[DIGEST_LEN])
{
    struct request *req = &f->base;
    const struct wire_declaration_new *in = &f->in;

    if (!find_office(req, "office", in->office, &f->office) ||
        !request_require(req, GRANT_DECLARE_REPORTS, f->office->id))
        return false;
    if (strlen(in->sha256) != 2 * DIGEST_LEN || !hex_decode(in->sha256, DIGEST_LEN, sha256))
        return error_set(&req->error, ERR_FIELD_VALUE, arg_text("field", "sha256"),
                         arg_text("value", in->sha256));
    if (in->to_on < in->from_on || in->to_on > today(req) || in->to_on - in->from_on > DAYS_MAX)
        return error_set(&req->error, ERR_DECLARATION_DAYS, arg_date("from", in->from_on),
                         arg_date("to", in->to_on), arg_number("limit", DAYS_MAX));
    return is_by_file(req->reference, f->office->id, in->from_on, in->to_on) ||
           error_set(&req->error, ERR_FILE_OFFICE_NOT, arg_text("value", in->office),
                     arg_date("from", in->from_on), arg_date("to", in->to_on));
}

static enum step_result new_send(struct request *req)
{
    struct declaration_flow *f = flow_of(req);
    unsigned char sha256[DIGEST_LEN];
    struct db_params p;
    bool sent;

    if (!new_check(f, sha256))
        return request_fail(req);
    db_params_init(&p);
    db_put_int8(&p, f->office->id);
    db_put_date(&p, f->in.from_on);
    db_put_date(&p, f->in.to_on);
    db_put_text(&p, f->in.source);
    db_put_bytes(&p, sha256, sizeof sha256);
    db_put_int8(&p, f->in.dossiers);
    db_put_text(&p, f->in.remark);
    db_put_int8(&p, req->principal.officer_id);
    db_put_instant(&p, req->now);
    sent = request_query(req, SLOT_EDIT, DB_LANE_JOB, DB_DECLARATION_ADD, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, 2) : request_fail(req);
}

static enum step_result new_saved(struct request *req)
{
    flow_of(req)->id = db_int(&request_result(req, SLOT_EDIT)->result, 0, 0);
    return edit_reload(req, 3);
}

static enum step_result new_row(struct request *req)
{
    struct declaration_flow *f = flow_of(req);

    edit_take_newest(req);
    return rows_send(f, f->id) ? request_wait(req, 4) : request_fail(req);
}

static enum step_result withdraw_parse(struct request *req)
{
    struct declaration_flow *f = flow_of(req);

    f->id = asked_id(req, "id");
    if (!request_json(req) ||
        !wire_declaration_withdrawal_decode(req->json, req->arena, &f->withdrawal, &req->error))
        return request_fail(req);
    return request_wait(req, 1);
}

static enum step_result withdraw_find(struct request *req)
{
    struct declaration_flow *f = flow_of(req);

    return rows_send(f, f->id) ? request_wait(req, 2) : request_fail(req);
}

static enum step_result withdraw_send(struct request *req)
{
    struct declaration_flow *f = flow_of(req);
    const struct db_result *r = &request_result(req, SLOT_ROW)->result;
    struct db_params p;
    bool sent;

    if (db_rows(r) == 0) {
        error_set(&req->error, ERR_ITEM_UNKNOWN,
                  arg_text("value", http_request_param(req->http, "id")));
        return request_fail(req);
    }
    if (!request_require(req, GRANT_DECLARE_REPORTS, db_int(r, 0, 1)))
        return request_fail(req);
    db_params_init(&p);
    db_put_int8(&p, f->id);
    db_put_int8(&p, req->principal.officer_id);
    db_put_text(&p, f->withdrawal.reason);
    db_put_date(&p, today(req));
    db_put_instant(&p, req->now);
    sent = request_query(req, SLOT_EDIT, DB_LANE_JOB, DB_DECLARATION_WITHDRAW, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, 3) : request_fail(req);
}

static enum step_result withdraw_saved(struct request *req)
{
    if (strcmp(db_text_or_empty(&request_result(req, SLOT_EDIT)->result, 0, 0), "saved") != 0) {
        error_set(&req->error, ERR_DECLARATION_ENDED, arg_number("value", flow_of(req)->id));
        return request_fail(req);
    }
    return edit_reload(req, 4);
}

static enum step_result withdraw_row(struct request *req)
{
    struct declaration_flow *f = flow_of(req);

    edit_take_newest(req);
    return rows_send(f, f->id) ? request_wait(req, 5) : request_fail(req);
}

#define USE_CASE(id, name, ...)                                                                    \
    static const struct step id##_steps[] = {__VA_ARGS__};                                         \
    const struct use_case use_case_##id = {name, sizeof(struct declaration_flow), id##_steps,      \
                                           false, 0}

USE_CASE(file_offices, "file offices", {"parse", offices_parse}, {"reply", offices_reply});
USE_CASE(file_office_set, "file office set", {"parse", set_parse}, {"send", set_send},
         {"saved", set_saved}, {"reply", set_reply});
USE_CASE(declarations, "declarations", {"parse", list_parse}, {"send", list_send},
         {"reply", list_reply});
USE_CASE(declaration_new, "declaration new", {"parse", new_parse}, {"send", new_send},
         {"saved", new_saved}, {"row", new_row}, {"reply", reply_one});
USE_CASE(declaration_withdraw, "declaration withdraw", {"parse", withdraw_parse},
         {"find", withdraw_find}, {"send", withdraw_send}, {"saved", withdraw_saved},
         {"row", withdraw_row}, {"reply", reply_one});
