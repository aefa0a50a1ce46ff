/* See objective.h: reading. From the database, not from the snapshot of rules: what was withdrawn
 * is shown as well. */
#include "flow/objective.h"

#include <string.h>

#include "base/text.h"
#include "flow/app.h"
#include "flow/asked.h"
#include "flow/edit.h"
#include "flow/offices.h"
#include "flow/view.h"
#include "wire/message.h"

enum { STATE_STANDING, STATE_WITHDRAWN, STATE_ALL }; /* words_objective_state */

struct objectives {
    struct request base;
    struct wire_objective_query in;
    int64_t limit;
};

static bool no_memory(struct request *req)
{
    return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "objective"));
}

/* ---- rows ---- */

/* What a reader may see of intervals that concern one dossier: the offices it may read. */
static bool put_readable(struct request *req, struct db_params *p)
{
    bool is_all;
    int n;
    const int64_t *list = offices_readable(req, GRANT_READ_DOSSIER, NULL, &n, &is_all);

    if (!list && req->error.code != ERR_GRANT_MISSING)
        return false;
    req->error.code = ERR_NONE; /* an administrator of rules alone: intervals of no dossier */
    if (list && is_all)
        db_put_null(p);
    else
        db_put_int8_array(p, list, list ? n : 0);
    return true;
}

bool objective_send(struct request *req, int slot, int64_t id)
{
    struct db_params p;
    bool sent;

    if (!id)
        id = asked_id(req, "id");
    if (id < 0)
        return error_set(&req->error, ERR_ITEM_UNKNOWN,
                         arg_text("value", http_request_param(req->http, "id")));
    db_params_init(&p);
    db_put_int8(&p, id);
    for (int i = 0; i < 7; i++) /* no filter */
        db_put_null(&p);
    sent = put_readable(req, &p);
    db_put_null(&p);
    db_put_int8(&p, 1);
    sent = sent && request_query(req, slot, DB_LANE_READ, DB_OBJECTIVE_LIST, &p);
    db_params_deinit(&p);
    return sent;
}

static bool read_row(struct request *req, const struct db_result *r, int i,
                     struct objective_row *ret)
{
    struct arena *a = req->arena;

    *ret = (struct objective_row){
        .id = db_int(r, i, 0),
        .version = db_int(r, i, 1),
        .kind = vocabulary_find(&objective_kinds, db_text_or_empty(r, i, 2)),
        .from = db_instant(r, i, 3),
        .to = db_instant(r, i, 4),
    };
    ret->offices = text_numbers(a, db_text_or_empty(r, i, 5), &ret->n_offices);
    ret->procedures = text_items(a, db_text_or_empty(r, i, 6), &ret->n_procedures);
    ret->steps = text_numbers(a, db_text_or_empty(r, i, 7), &ret->n_steps);
    ret->dossier = db_int(r, i, 8);
    ret->code = db_text_or_empty(r, i, 9);
    ret->evidence = db_text_or_empty(r, i, 10);
    ret->reason = db_text_or_empty(r, i, 11);
    ret->declared_by = db_int(r, i, 12);
    ret->recorded_at = db_instant(r, i, 13);
    ret->withdrawn_at = db_instant(r, i, 14);
    ret->withdrawal_reason = db_text_or_empty(r, i, 15);
    return (ret->offices && ret->procedures && ret->steps) || no_memory(req);
}

bool objective_read(struct request *req, int slot, struct objective_row *ret)
{
    const struct db_result *r = &request_result(req, slot)->result;

    if (db_rows(r) == 0)
        return error_set(&req->error, ERR_ITEM_UNKNOWN,
                         arg_text("value", http_request_param(req->http, "id")));
    return read_row(req, r, 0, ret);
}

/* ---- as a reader sees it ---- */

bool objective_may(const struct request *req, const int64_t *offices, int n)
{
    const struct principal *p = &req->principal;

    for (int i = 0; i < n; i++)
        if (!right_grants(p, GRANT_EDIT_OBJECTIVE, NULL, offices[i], reference_within,
                          req->reference))
            return false;
    for (int i = 0; n == 0 && i < p->n_roles; i++)
        if (right_of_grant(p->roles[i].role, GRANT_EDIT_OBJECTIVE) == SCOPE_ALL)
            return true;
    return n > 0;
}

static bool fill_scope(struct request *req, const struct objective_row *o,
                       struct wire_objective_interval *w)
{
    const char **keys = arena_array(req->arena, 2 * (size_t)o->n_offices + 1, sizeof *keys);
    struct wire_objective_step *steps =
        arena_array(req->arena, (size_t)o->n_steps + 1, sizeof *steps);

    if (!keys || !steps)
        return no_memory(req);
    for (int i = 0; i < o->n_offices; i++) {
        keys[i] = view_office_key(req, o->offices[i]);
        keys[o->n_offices + i] = view_office_name(req, o->offices[i]);
        if (!keys[i])
            keys[i] = keys[o->n_offices + i] = "-";
    }
    for (int i = 0; i < o->n_steps; i++)
        steps[i].number = o->steps[i];
    w->offices = keys;
    w->office_names = keys + o->n_offices;
    w->n_offices = w->n_office_names = (size_t)o->n_offices;
    w->procedures = o->procedures;
    w->n_procedures = (size_t)o->n_procedures;
    w->steps = steps;
    w->n_steps = (size_t)o->n_steps;
    return true;
}

static const char *text_or_none(const char *text)
{
    return text[0] ? text : NULL;
}

static bool fill(struct request *req, const struct objective_row *o,
                 struct wire_objective_interval *w)
{
    static const char *const actions_allowed[] = {"amend", "withdraw"};

    wire_objective_interval_init(w);
    w->id = o->id;
    w->version = o->version;
    w->kind = o->kind;
    w->label = vocabulary_label(&objective_kinds, o->kind, req->lang);
    w->from = o->from;
    w->to = o->to;
    w->dossier = text_or_none(o->code);
    w->evidence = text_or_none(o->evidence);
    w->reason = o->reason[0] ? o->reason : "-";
    w->declared_by = view_officer_key(req, o->declared_by);
    w->declared_by_name = view_officer_name(req, o->declared_by);
    w->recorded_at = o->recorded_at;
    w->withdrawn_at = o->withdrawn_at;
    w->withdrawal_reason = text_or_none(o->withdrawal_reason);
    if (o->withdrawn_at == INSTANT_NONE && objective_may(req, o->offices, o->n_offices)) {
        w->allowed_actions = actions_allowed;
        w->n_allowed_actions = ARRAY_LEN(actions_allowed);
    }
    return fill_scope(req, o, w);
}

enum step_result objective_reply(struct request *req, const struct objective_row *row, int64_t job,
                                 int status)
{
    struct wire_objective_interval out;

    if (!fill(req, row, &out))
        return request_fail(req);
    if (job)
        out.job = arena_printf(req->arena, "/api/v1/jobs/%lld", (long long)job);
    edit_version_field(req, row->version);
    if (!wire_objective_interval_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, status);
}

/* ---- one ---- */

static enum step_result one_wait(struct request *req)
{
    return request_wait(req, 1);
}

static enum step_result one_send(struct request *req)
{
    return objective_send(req, 0, 0) ? request_wait(req, 2) : request_fail(req);
}

static enum step_result one_reply(struct request *req)
{
    struct objective_row row;

    return objective_read(req, 0, &row) ? objective_reply(req, &row, 0, 200) : request_fail(req);
}

static const struct step one_steps[] = {
    {"wait", one_wait}, {"send", one_send}, {"reply", one_reply}};
const struct use_case use_case_objective = {"objective", sizeof(struct request), one_steps, false,
                                            0};

/* ---- the list ---- */

static enum step_result list_parse(struct request *req)
{
    struct objectives *l = container_of(req, struct objectives, base);

    if (!codec_decode_pairs(&message_objective_query, req->http->query, req->http->n_query,
                            req->arena, &l->in, &req->error))
        return request_fail(req);
    l->limit = l->in.limit == INTEGER_NONE ? LIST_ITEMS_DEFAULT : l->in.limit;
    return request_wait(req, 1);
}

/* The office asked about and those above it: an interval that names one of them speaks of it. */
static bool put_office(struct request *req, const char *key, struct db_params *p)
{
    const struct office_ref *o = reference_office_by_key(req->reference, key);
    int64_t line[16];
    int n = 0;

    if (!key) {
        db_put_null(p);
        return true;
    }
    if (!o)
        return error_set(&req->error, ERR_OFFICE_UNKNOWN, arg_text("field", "office"),
                         arg_text("value", key));
    for (; o && n < (int)ARRAY_LEN(line); o = reference_office(req->reference, o->parent_id))
        line[n++] = o->id;
    db_put_int8_array(p, line, n);
    return true;
}

static void put_day(struct db_params *p, int32_t on, int32_t zone_s)
{
    db_put_instant(p, on == DATE_NONE ? INSTANT_NONE : date_instant(on, zone_s));
}

static bool put_after(struct request *req, const char *after, struct db_params *p)
{
    int64_t id = 0;

    if (!asked_after(req, after, (int64_t *[]){&id}, 1))
        return false;
    db_put_id(p, id);
    return true;
}

static enum step_result list_send(struct request *req)
{
    struct objectives *l = container_of(req, struct objectives, base);
    const struct wire_objective_query *in = &l->in;
    struct db_params p;
    bool sent;

    db_params_init(&p);
    db_put_null(&p);
    db_put_text(&p, in->kind == WORD_NONE ? NULL : vocabulary_word(&objective_kinds, in->kind));
    sent = put_office(req, in->office, &p);
    db_put_text(&p, in->procedure);
    db_put_text(&p, in->dossier);
    put_day(&p, in->from, req->zone_s);
    put_day(&p, in->to == DATE_NONE ? DATE_NONE : in->to + 1, req->zone_s);
    if (in->state == STATE_ALL)
        db_put_null(&p);
    else
        db_put_bool(&p, in->state == STATE_WITHDRAWN);
    sent = sent && put_readable(req, &p) && put_after(req, in->after, &p);
    db_put_int8(&p, l->limit + 1);
    sent = sent && request_query(req, 0, DB_LANE_READ, DB_OBJECTIVE_LIST, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, 2) : request_fail(req);
}

static enum step_result list_reply(struct request *req)
{
    struct objectives *l = container_of(req, struct objectives, base);
    const struct db_result *r = &request_result(req, 0)->result;
    struct wire_objective_interval *items =
        arena_array(req->arena, (size_t)l->limit + 1, sizeof *items);
    struct wire_objective_interval_list out;
    struct objective_row row;

    if (!items) {
        no_memory(req);
        return request_fail(req);
    }
    wire_objective_interval_list_init(&out);
    out.items = items;
    for (int i = 0; i < db_rows(r) && i < l->limit; i++)
        if (!read_row(req, r, i, &row) || !fill(req, &row, &items[out.n_items++]))
            return request_fail(req);
    if (db_rows(r) > l->limit)
        out.next = arena_printf(req->arena, "%lld", (long long)items[out.n_items - 1].id);
    if (!wire_objective_interval_list_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step list_steps[] = {
    {"parse", list_parse}, {"send", list_send}, {"reply", list_reply}};
const struct use_case use_case_objectives = {"objectives", sizeof(struct objectives), list_steps,
                                             false, 0};
