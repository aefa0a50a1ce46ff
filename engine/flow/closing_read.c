/* See closing.h: reading. What stands in the way is counted when it is asked for; a snapshot is
 * handed out as it was hashed. */
#include <string.h>

#include "domain/vocabulary.h"
#include "flow/app.h"
#include "flow/asked.h"
#include "flow/blob.h"
#include "flow/closing_impl.h"
#include "flow/declaration.h"
#include "flow/edit.h"
#include "flow/offices.h"
#include "flow/view.h"

#define LIMIT_DEFAULT 50

struct closing_flow *closing_of(struct request *req)
{
    return container_of(req, struct closing_flow, base);
}

enum step_result closing_on(struct request *req)
{
    return request_wait(req, req->state + 1);
}

/* ---- the row ---- */

static const char *param(const struct request *req, const char *name)
{
    for (size_t i = 0; i < req->http->n_params; i++)
        if (!strcmp(req->http->params[i].name, name))
            return req->http->params[i].value;
    return NULL;
}

enum step_result closing_parse_id(struct request *req)
{
    struct closing_flow *f = closing_of(req);
    const char *version = param(req, "version");
    int64_t n = version ? asked_id(req, "version") : 0;

    f->id = asked_id(req, "id");
    if (f->id < 0)
        error_set(&req->error, ERR_CLOSING_UNKNOWN,
                  arg_text("value", http_request_param(req->http, "id")));
    else if (version && (n < 0 || n > INT32_MAX))
        error_set(&req->error, ERR_CLOSING_VERSION_UNKNOWN, arg_text("value", version));
    f->version = (int)n;
    return req->error.code == ERR_NONE ? closing_on(req) : request_fail(req);
}

static bool rows_send(struct request *req, int64_t id, const int64_t *offices, int n, bool is_all,
                      int64_t before, int64_t limit)
{
    struct db_params p;
    bool sent;

    db_params_init(&p);
    db_put_id(&p, id);
    offices_put(&p, offices, n, is_all);
    db_put_id(&p, before);
    db_put_int4(&p, (int32_t)limit);
    sent = request_query(req, CLOSING_SLOT_ROW, DB_LANE_JOB, DB_CLOSING_LIST, &p);
    db_params_deinit(&p);
    return sent;
}

enum step_result closing_find(struct request *req)
{
    return rows_send(req, closing_of(req)->id, NULL, 0, true, 0, 1) ? closing_on(req)
                                                                    : request_fail(req);
}

enum step_result closing_again(struct request *req)
{
    edit_take_newest(req);
    return closing_find(req);
}

void closing_row_read(const struct request *req, const struct db_result *r, int i,
                      struct closing_row *ret)
{
    *ret = (struct closing_row){
        .id = db_int(r, i, 0),
        .office_id = db_int(r, i, 1),
        .office = reference_office(req->reference, db_int(r, i, 1)),
        .from = db_date(r, i, 2),
        .to = db_date(r, i, 3),
        .prepared_by = db_int(r, i, 4),
        .prepared_at = db_instant(r, i, 5),
        .is_draft = !db_is_null(r, i, 6),
        .was_closed = db_int(r, i, 7) > 0,
    };
    ret->version = (int)(ret->is_draft ? db_int(r, i, 6) : db_int(r, i, 7));
}

/* The office and those below it, whoever may read them one by one: the period is theirs together.
 */
static bool take_offices(struct closing_flow *f)
{
    struct request *req = &f->base;
    const struct reference *r = req->reference;
    int64_t *list = arena_array(req->arena, (size_t)r->n_offices + 1, sizeof *list);

    f->offices = list;
    f->n_offices = 0;
    for (int i = 0; list && i < r->n_offices; i++)
        if (reference_within(r, r->offices[i].id, f->row.office_id))
            list[f->n_offices++] = r->offices[i].id;
    return list || error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "offices"));
}

static bool take_unreported(struct closing_flow *f)
{
    struct request *req = &f->base;
    const struct unreported *u = offices_unreported(req, f->row.from, f->row.to, f->known_at,
                                                    f->offices, f->n_offices, &f->n_unreported);
    int64_t *list = arena_array(req->arena, (size_t)f->n_unreported + 1, sizeof *list);

    f->unreported = list;
    if (!u || !list)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "offices"));
    for (int i = 0; i < f->n_unreported; i++)
        list[i] = u[i].office;
    return true;
}

bool closing_take(struct closing_flow *f, enum grant grant)
{
    struct request *req = &f->base;
    const struct db_result *r = &request_result(req, CLOSING_SLOT_ROW)->result;

    if (db_rows(r) == 0)
        return error_set(&req->error, ERR_CLOSING_UNKNOWN, arg_number("value", f->id));
    closing_row_read(req, r, 0, &f->row);
    f->state_at = date_instant(f->row.to + 1, req->zone_s) - 1;
    f->known_at = req->now - CLOSING_SETTLED;
    return request_require(req, grant, f->row.office_id) && take_offices(f) && take_unreported(f);
}

void closing_put_period(const struct closing_flow *f, struct db_params *p)
{
    db_put_date(p, f->row.from);
    db_put_date(p, f->row.to);
    db_put_instant(p, f->state_at);
    db_put_instant(p, f->known_at);
    db_put_instant(p, f->base.now);
    db_put_date(p, instant_date(f->base.now, f->base.zone_s));
    db_put_int8_array(p, f->offices, f->n_offices);
    db_put_int8_array(p, f->unreported, f->n_unreported);
}

/* ---- one closing, as it stands ---- */

static bool state_send(struct closing_flow *f)
{
    struct request *req = &f->base;
    struct db_params p;
    bool sent;

    db_params_init(&p);
    db_put_int8(&p, f->row.id);
    sent = request_query(req, CLOSING_SLOT_VERSIONS, DB_LANE_JOB, DB_CLOSING_VERSIONS, &p);
    if (sent && f->row.is_draft) {
        db_params_clear(&p);
        db_put_int8(&p, f->row.id);
        db_put_int4(&p, f->row.version);
        closing_put_period(f, &p);
        sent = request_query(req, CLOSING_SLOT_COUNTS, DB_LANE_JOB, DB_CLOSING_COUNTS, &p);
    }
    db_params_deinit(&p);
    return sent;
}

/* A draft is counted as it would be closed: a form that does not balance stands in the way. */
enum step_result closing_ask_state(struct request *req)
{
    struct closing_flow *f = closing_of(req);

    if (!closing_take(f, GRANT_READ_STATISTICS) || !state_send(f))
        return request_fail(req);
    if (f->row.is_draft && f->row.office &&
        !closing_ask(&f->ask, req, &closing_forms[0], f->row.office->key, f->row.from, f->row.to,
                     f->known_at, "json"))
        req->error = f->ask.error;
    return req->error.code == ERR_NONE ? closing_on(req) : request_fail(req);
}

static void read_version(struct request *req, const struct db_result *r, int i,
                         struct wire_closing_version *w)
{
    const char *closer = view_officer_name(req, db_int(r, i, 6));

    wire_closing_version_init(w);
    w->version = db_int(r, i, 0);
    w->as_of = db_instant(r, i, 1);
    w->known_at = db_instant(r, i, 2);
    w->sha256 = db_text_or_empty(r, i, 3);
    w->previous = db_text(r, i, 4);
    w->ordinal = db_int(r, i, 5);
    w->closed_by = view_officer_key(req, db_int(r, i, 6));
    w->closed_by_name = closer ? closer : "-";
    w->closed_at = db_instant(r, i, 7);
    w->signed_by = db_text(r, i, 8);
    w->signed_serial = db_text(r, i, 9);
    w->signed_at = db_is_null(r, i, 10) ? INSTANT_NONE : db_instant(r, i, 10);
    w->reopen_reason = db_text(r, i, 11);
    if (!w->reopen_reason)
        return;
    w->reopened_by = view_officer_key(req, db_int(r, i, 12));
    w->reopened_at = db_instant(r, i, 13);
}

void closing_fill(const struct request *req, const struct closing_row *row,
                  struct wire_closing *ret)
{
    const char *by = view_officer_key(req, row->prepared_by);
    const struct reference *r = req->reference;

    wire_closing_init(ret);
    ret->id = row->id;
    ret->office = row->office ? row->office->key : "-";
    ret->office_name = row->office ? row->office->name : "-";
    ret->from = row->from;
    ret->to = row->to;
    ret->version = row->version;
    ret->state = words_find(&words_closing_state, !row->is_draft    ? "closed"
                                                  : row->was_closed ? "reopened"
                                                                    : "draft");
    ret->prepared_by = by ? by : "-";
    ret->prepared_at = row->prepared_at;
    ret->may_accept = row->is_draft && right_grants(&req->principal, GRANT_CLOSE_PERIOD, NULL,
                                                    row->office_id, reference_within, r);
    ret->may_reopen = !row->is_draft && right_grants(&req->principal, GRANT_REOPEN_PERIOD, NULL,
                                                     row->office_id, reference_within, r);
}

static struct wire_closing_count *read_counts(struct closing_flow *f, size_t *ret_n)
{
    struct request *req = &f->base;
    const struct db_result *r = &request_result(req, CLOSING_SLOT_COUNTS)->result;
    int n = f->row.is_draft ? db_rows(r) : 0;
    struct wire_closing_count *w = arena_array(req->arena, (size_t)n + 1, sizeof *w);

    *ret_n = 0;
    for (int i = 0; w && i < n; i++) {
        wire_closing_count_init(&w[i]);
        w[i].kind = words_find(&words_closing_obstacle, db_text_or_empty(r, i, 0));
        w[i].n = db_int(r, i, 1);
        w[i].n_accepted = db_int(r, i, 2);
        (*ret_n)++;
    }
    if (w && f->row.is_draft && f->ask.error.code == ERR_REPORT_UNBALANCED) {
        char text[600];

        wire_closing_count_init(&w[n]);
        w[n].kind = words_find(&words_closing_obstacle, "unbalanced");
        w[n].n = 1;
        w[n].n_accepted = 0;
        error_sentence(&f->ask.error, req->lang, req->zone_s, text, sizeof text);
        w[n].detail = arena_strdup(req->arena, text);
        (*ret_n)++;
    }
    return w;
}

enum step_result closing_reply(struct request *req)
{
    struct closing_flow *f = closing_of(req);
    const struct db_result *r = &request_result(req, CLOSING_SLOT_VERSIONS)->result;
    struct wire_closing_version *versions =
        arena_array(req->arena, (size_t)db_rows(r) + 1, sizeof *versions);
    struct wire_closing out;

    if (f->ask.error.code != ERR_NONE && f->ask.error.code != ERR_REPORT_UNBALANCED)
        req->error = f->ask.error;
    closing_fill(req, &f->row, &out);
    out.obstacles = read_counts(f, &out.n_obstacles);
    buffer_deinit(&f->ask.body);
    if (req->error.code == ERR_NONE && (!versions || !out.obstacles))
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "closing"));
    if (req->error.code != ERR_NONE || !versions)
        return request_fail(req);
    for (int i = 0; i < db_rows(r); i++)
        read_version(req, r, i, &versions[i]);
    out.versions = versions;
    out.n_versions = (size_t)db_rows(r);
    if (!wire_closing_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, req->use_case == &use_case_closing_new ? 201 : 200);
}

/* ---- the list ---- */

static enum step_result list_parse(struct request *req)
{
    struct closing_flow *f = closing_of(req);

    if (!codec_decode_pairs(&message_closing_query, req->http->query, req->http->n_query,
                            req->arena, &f->in.query, &req->error))
        return request_fail(req);
    f->limit = f->in.query.limit == INTEGER_NONE ? LIMIT_DEFAULT : f->in.query.limit;
    return closing_on(req);
}

static enum step_result list_send(struct request *req)
{
    struct closing_flow *f = closing_of(req);
    const struct wire_closing_query *in = &f->in.query;
    bool is_all;
    int n;
    const int64_t *offices = offices_readable(req, GRANT_READ_STATISTICS, in->office, &n, &is_all);

    return offices && rows_send(req, 0, offices, n, is_all,
                                in->after == INTEGER_NONE ? 0 : in->after, f->limit + 1)
               ? closing_on(req)
               : request_fail(req);
}

static enum step_result list_reply(struct request *req)
{
    struct closing_flow *f = closing_of(req);
    const struct db_result *r = &request_result(req, CLOSING_SLOT_ROW)->result;
    struct wire_closing *items = arena_array(req->arena, (size_t)f->limit + 1, sizeof *items);
    struct wire_closing_list out;

    if (!items) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "closings"));
        return request_fail(req);
    }
    wire_closing_list_init(&out);
    out.items = items;
    for (int i = 0; i < db_rows(r) && i < f->limit; i++) {
        struct closing_row row;

        closing_row_read(req, r, i, &row);
        closing_fill(req, &row, &items[out.n_items++]);
    }
    if (db_rows(r) > f->limit)
        out.next = arena_printf(req->arena, "%lld", (long long)items[out.n_items - 1].id);
    if (!wire_closing_list_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

/* ---- what stands in the way, thing by thing ---- */

static enum step_result obstacles_parse(struct request *req)
{
    struct closing_flow *f = closing_of(req);
    struct wire_closing_obstacle_query *in = &f->in.obstacles;

    if (!codec_decode_pairs(&message_closing_obstacle_query, req->http->query, req->http->n_query,
                            req->arena, in, &req->error))
        return request_fail(req);
    f->limit = in->limit == INTEGER_NONE ? LIMIT_DEFAULT : in->limit;
    return closing_parse_id(req);
}

static enum step_result obstacles_send(struct request *req)
{
    struct closing_flow *f = closing_of(req);
    struct db_params p;
    bool sent;

    if (!closing_take(f, GRANT_READ_STATISTICS))
        return request_fail(req);
    db_params_init(&p);
    db_put_int8(&p, f->row.id);
    db_put_int4(&p, f->row.version);
    closing_put_period(f, &p);
    db_put_text(&p, words_closing_obstacle.words[f->in.obstacles.kind]);
    db_put_text(&p, f->in.obstacles.after);
    db_put_int4(&p, (int32_t)f->limit + 1);
    sent = request_query(req, CLOSING_SLOT_COUNTS, DB_LANE_JOB, DB_CLOSING_OBSTACLES, &p);
    db_params_deinit(&p);
    return sent ? closing_on(req) : request_fail(req);
}

static enum step_result obstacles_reply(struct request *req)
{
    struct closing_flow *f = closing_of(req);
    const struct db_result *r = &request_result(req, CLOSING_SLOT_COUNTS)->result;
    struct wire_closing_obstacle *items =
        arena_array(req->arena, (size_t)f->limit + 1, sizeof *items);
    struct wire_closing_obstacle_list out;

    if (!items) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "closings"));
        return request_fail(req);
    }
    wire_closing_obstacle_list_init(&out);
    out.items = items;
    for (int i = 0; i < db_rows(r) && i < f->limit; i++) {
        struct wire_closing_obstacle *w = &items[out.n_items++];

        wire_closing_obstacle_init(w);
        w->key = db_text_or_empty(r, i, 0);
        w->dossier = db_text(r, i, 1);
        w->office = view_office_key(req, db_int(r, i, 2));
        w->office_name = view_office_name(req, db_int(r, i, 2));
        w->reason = db_text(r, i, 3);
        if (!w->reason)
            continue;
        w->accepted_by = view_officer_key(req, db_int(r, i, 4));
        w->accepted_at = db_instant(r, i, 5);
    }
    if (db_rows(r) > f->limit)
        out.next = items[out.n_items - 1].key;
    if (!wire_closing_obstacle_list_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

/* ---- what was frozen ---- */

static enum step_result snapshot_ask(struct request *req)
{
    struct closing_flow *f = closing_of(req);
    struct db_params p;
    bool sent;

    if (!closing_take(f, GRANT_READ_STATISTICS))
        return request_fail(req);
    db_params_init(&p);
    db_put_int8(&p, f->row.id);
    db_put_int4(&p, f->version);
    sent = request_query(req, CLOSING_SLOT_VERSIONS, DB_LANE_JOB, DB_CLOSING_SNAPSHOT, &p);
    db_params_deinit(&p);
    return sent ? closing_on(req) : request_fail(req);
}

static bool has_version(struct closing_flow *f)
{
    return db_rows(&request_result(&f->base, CLOSING_SLOT_VERSIONS)->result) > 0 ||
           error_set(&f->base.error, ERR_CLOSING_VERSION_UNKNOWN, arg_number("value", f->version));
}

static enum step_result content_reply(struct request *req)
{
    struct closing_flow *f = closing_of(req);

    if (!has_version(f))
        return request_fail(req);
    buffer_text(&req->body,
                db_text_or_empty(&request_result(req, CLOSING_SLOT_VERSIONS)->result, 0, 0));
    req->status = 200;
    req->content_type = "text/plain; charset=utf-8";
    return STEP_DONE;
}

static enum step_result document_ask(struct request *req)
{
    const unsigned char *sha256;
    size_t len;

    if (!has_version(closing_of(req)))
        return request_fail(req);
    sha256 = db_bytes(&request_result(req, CLOSING_SLOT_VERSIONS)->result, 0, 1, &len);
    assert(sha256 && len == DIGEST_LEN); /* a constraint of the table */
    return blob_get_send(req, CLOSING_SLOT_EDIT, sha256) ? closing_on(req) : request_fail(req);
}

static enum step_result document_reply(struct request *req)
{
    const struct closing_flow *f = closing_of(req);

    if (!blob_get_take(req, CLOSING_SLOT_EDIT, &req->body))
        return request_fail(req);
    req->status = 200;
    req->content_type = "application/pdf";
    request_field(req, "Content-Disposition",
                  arena_printf(req->arena, "inline; filename=\"II.06a-%lld-%d.pdf\"",
                               (long long)f->row.id, f->version));
    return STEP_DONE;
}

#define USE_CASE(id, name, ...)                                                                    \
    static const struct step id##_steps[] = {__VA_ARGS__};                                         \
    const struct use_case use_case_##id = {name, sizeof(struct closing_flow), id##_steps, false, 0}

USE_CASE(closings, "closings", {"parse", list_parse}, {"send", list_send}, {"reply", list_reply});
USE_CASE(closing, "closing", {"parse", closing_parse_id}, {"find", closing_find},
         {"state", closing_ask_state}, {"reply", closing_reply});
USE_CASE(closing_obstacles, "closing obstacles", {"parse", obstacles_parse}, {"find", closing_find},
         {"send", obstacles_send}, {"reply", obstacles_reply});
USE_CASE(closing_content, "closing content", {"parse", closing_parse_id}, {"find", closing_find},
         {"ask", snapshot_ask}, {"reply", content_reply});
USE_CASE(closing_document, "closing document", {"parse", closing_parse_id}, {"find", closing_find},
         {"ask", snapshot_ask}, {"blob", document_ask}, {"reply", document_reply});
