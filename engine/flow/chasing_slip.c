/* See chasing.h: what was issued, its paper, its answer. */
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "flow/app.h"
#include "flow/asked.h"
#include "flow/blob.h"
#include "flow/chasing_impl.h"
#include "flow/offices.h"
#include "flow/renderer.h"
#include "flow/view.h"

enum {
    S_ID,
    S_OFFICE,
    S_ISSUER,
    S_FROM,
    S_TO,
    S_AS_OF,
    S_KNOWN_AT,
    S_LATE_DONE,
    S_LATE_OPEN,
    S_ANSWER_BY,
    S_SYMBOL,
    S_NUMBER,
    S_SIGNER,
    S_ISSUED_BY,
    S_ISSUED_AT,
    S_ANSWERED_ON,
    S_ANSWER,
    S_ANSWERED_BY
};

static void put_ids(struct db_params *p, const int64_t *ids, int n)
{
    if (ids)
        db_put_int8_array(p, ids, n);
    else
        db_put_null(p);
}

bool chasing_rows_send(struct request *req, int slot, const struct chasing_filter *f)
{
    struct db_params p;
    bool sent;

    db_params_init(&p);
    put_ids(&p, f->offices, f->n_offices);
    put_ids(&p, f->ids, f->n_ids);
    db_put_date(&p, f->from);
    db_put_date(&p, f->to);
    db_put_int8(&p, f->before);
    db_put_int4(&p, f->limit);
    db_put_bool(&p, f->is_unanswered);
    sent = request_query(req, slot, DB_LANE_READ, DB_CHASING_SLIPS, &p);
    db_params_deinit(&p);
    return sent;
}

static const char *state_word(const struct request *req, const struct db_result *r, int i)
{
    int32_t by = db_date(r, i, S_ANSWER_BY);

    if (!db_is_null(r, i, S_ANSWERED_ON))
        return db_date(r, i, S_ANSWERED_ON) <= by ? "answered" : "answered_late";
    return instant_date(req->now, req->zone_s) <= by ? "waiting" : "overdue";
}

static bool may_answer(const struct request *req, int64_t office)
{
    return right_grants(&req->principal, GRANT_ANSWER_SLIP, NULL, office, reference_within,
                        req->reference);
}

void chasing_row_fill(struct request *req, const struct db_result *r, int i,
                      struct wire_chasing_slip *w)
{
    wire_chasing_slip_init(w);
    w->id = db_int(r, i, S_ID);
    if (!db_is_null(r, i, S_NUMBER))
        w->number = arena_printf(req->arena, "%02lld/%s", (long long)db_int(r, i, S_NUMBER),
                                 db_text_or_empty(r, i, S_SYMBOL));
    w->office = view_office_key(req, db_int(r, i, S_OFFICE));
    w->office_name = view_office_name(req, db_int(r, i, S_OFFICE));
    w->issuer = view_office_key(req, db_int(r, i, S_ISSUER));
    w->issuer_name = view_office_name(req, db_int(r, i, S_ISSUER));
    w->from = db_date(r, i, S_FROM);
    w->to = db_date(r, i, S_TO);
    w->as_of = db_instant(r, i, S_AS_OF);
    w->known_at = db_instant(r, i, S_KNOWN_AT);
    w->late_done = db_int(r, i, S_LATE_DONE);
    w->late_open = db_int(r, i, S_LATE_OPEN);
    w->signer_name = view_officer_name(req, db_int(r, i, S_SIGNER));
    w->issued_by = view_officer_key(req, db_int(r, i, S_ISSUED_BY));
    w->issued_at = db_instant(r, i, S_ISSUED_AT);
    w->answer_by = db_date(r, i, S_ANSWER_BY);
    w->state = words_find(&words_slip_state, state_word(req, r, i));
    if (!db_is_null(r, i, S_ANSWERED_ON)) {
        w->answered_on = db_date(r, i, S_ANSWERED_ON);
        w->answer = arena_strdup(req->arena, db_text_or_empty(r, i, S_ANSWER));
        w->answered_by = view_officer_key(req, db_int(r, i, S_ANSWERED_BY));
    } else {
        w->may_answer = may_answer(req, db_int(r, i, S_OFFICE));
    }
    w->document = arena_printf(req->arena, "/api/v1/chasing-slips/%lld/document", (long long)w->id);
}

/* ---- the list ---- */

struct slips {
    struct request base;
    struct wire_chasing_slip_query in;
    int64_t limit;
};

static enum step_result slips_parse(struct request *req)
{
    struct slips *s = container_of(req, struct slips, base);

    if (!codec_decode_pairs(&message_chasing_slip_query, req->http->query, req->http->n_query,
                            req->arena, &s->in, &req->error))
        return request_fail(req);
    s->limit = s->in.limit == INTEGER_NONE ? LIST_ITEMS_DEFAULT : s->in.limit;
    return request_wait(req, 1);
}

/* The offices that the reader heads or leads, in person or for somebody. NULL: NO_MEMORY. */
static const int64_t *own_offices(struct request *req, int *ret_n)
{
    const struct principal *p = &req->principal;
    int64_t *list = arena_array(req->arena, (size_t)p->n_roles + 1, sizeof *list);

    *ret_n = 0;
    if (!list)
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "slips"));
    for (int i = 0; list && i < (int)p->n_roles; i++)
        if (p->roles[i].role == ROLE_HEAD || p->roles[i].role == ROLE_LEADER)
            list[(*ret_n)++] = p->roles[i].office;
    return list;
}

static enum step_result slips_send(struct request *req)
{
    struct slips *s = container_of(req, struct slips, base);
    struct chasing_filter f = {.from = s->in.from,
                               .to = s->in.to,
                               .is_unanswered = s->in.to_me,
                               .before = s->in.after == INTEGER_NONE ? INT64_MAX : s->in.after,
                               .limit = (int32_t)s->limit + 1};
    bool is_all = false;

    f.offices = s->in.to_me ? own_offices(req, &f.n_offices)
                            : offices_readable(req, GRANT_READ_STATISTICS, s->in.office,
                                               &f.n_offices, &is_all);
    if (!f.offices)
        return request_fail(req);
    if (is_all)
        f.offices = NULL;
    return chasing_rows_send(req, 0, &f) ? request_wait(req, 2) : request_fail(req);
}

static enum step_result slips_reply(struct request *req)
{
    struct slips *s = container_of(req, struct slips, base);
    const struct db_result *r = &request_result(req, 0)->result;
    int n = db_rows(r);
    struct wire_chasing_slip *items = arena_array(req->arena, (size_t)n + 1, sizeof *items);
    struct wire_chasing_slip_list out;

    if (!items) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "slips"));
        return request_fail(req);
    }
    wire_chasing_slip_list_init(&out);
    if (n > s->limit) {
        n = (int)s->limit;
        out.next = arena_printf(req->arena, "%lld", (long long)db_int(r, n - 1, S_ID));
    }
    for (int i = 0; i < n; i++)
        chasing_row_fill(req, r, i, &items[i]);
    out.items = items;
    out.n_items = (size_t)n;
    if (!wire_chasing_slip_list_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step slips_steps[] = {
    {"parse", slips_parse}, {"send", slips_send}, {"reply", slips_reply}};
const struct use_case use_case_chasing_slips = {"chasing slips", sizeof(struct slips), slips_steps,
                                                false, 0};

/* ---- its paper ---- */

struct slip_paper {
    struct request base;
    int64_t id;
    struct renderer_job job;
};

enum { PAPER_PARSE, PAPER_CHOOSE, PAPER_KEPT, PAPER_DRAWN, PAPER_DONE };
enum { SLOT_PAPER, SLOT_BLOB, SLOT_PRINTED };

static struct slip_paper *paper_of(struct request *req)
{
    return container_of(req, struct slip_paper, base);
}

static void paper_free(struct request *req)
{
    struct slip_paper *s = paper_of(req);

    buffer_deinit(&s->job.request);
    buffer_deinit(&s->job.result);
}

static enum step_result unknown(struct request *req)
{
    error_set(&req->error, ERR_CHASING_UNKNOWN,
              arg_text("value", http_request_param(req->http, "id")));
    return request_fail(req);
}

static enum step_result paper_parse(struct request *req)
{
    struct slip_paper *s = paper_of(req);
    struct db_params p;
    bool sent;

    req->on_free = paper_free;
    s->id = asked_id(req, "id");
    db_params_init(&p);
    db_put_int8(&p, s->id);
    sent = request_query(req, SLOT_PAPER, DB_LANE_READ, DB_CHASING_SLIP_PAPER, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, PAPER_CHOOSE) : request_fail(req);
}

/* What was frozen, with the number that it got in the same transaction. */
static bool fill_request(const struct db_result *r, struct buffer *ret)
{
    CLEANUP(json_freep) cJSON *root = cJSON_Parse(db_text_or_empty(r, 0, 1));
    cJSON *values = cJSON_GetObjectItemCaseSensitive(root, "values");
    struct buffer number = {0};
    char *text = NULL;

    buffer_printf(&number, "%02lld", (long long)db_int(r, 0, 2));
    if (values && !number.is_failed &&
        (db_is_null(r, 0, 2) || cJSON_AddStringToObject(values, "number", number.data)) &&
        cJSON_AddStringToObject(values, "symbol", db_text_or_empty(r, 0, 3)))
        text = cJSON_PrintUnformatted(root);
    if (text)
        buffer_text(ret, text);
    cJSON_free(text);
    buffer_deinit(&number);
    return text && !ret->is_failed;
}

static enum step_result paper_choose(struct request *req)
{
    struct slip_paper *s = paper_of(req);
    const struct db_result *r = &request_result(req, SLOT_PAPER)->result;
    const void *sha256;
    size_t len;

    if (db_rows(r) == 0 || !right_grants(&req->principal, GRANT_READ_STATISTICS, NULL,
                                         db_int(r, 0, 0), reference_within, req->reference))
        return unknown(req);
    sha256 = db_bytes(r, 0, 4, &len);
    if (sha256 && len == DIGEST_LEN)
        return blob_get_send(req, SLOT_BLOB, sha256) ? request_wait(req, PAPER_KEPT)
                                                     : request_fail(req);
    s->job.task = TASK_PAPER;
    if (!fill_request(r, &s->job.request)) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "slip"));
        return request_fail(req);
    }
    return renderer_draw_for(req, &s->job) ? request_wait(req, PAPER_DRAWN) : request_fail(req);
}

static enum step_result reply_pdf(struct slip_paper *s)
{
    struct request *req = &s->base;

    req->status = 200;
    req->content_type = "application/pdf";
    request_field(
        req, "Content-Disposition",
        arena_printf(req->arena, "inline; filename=\"phieu-don-doc-%lld.pdf\"", (long long)s->id));
    return STEP_DONE;
}

static enum step_result paper_kept(struct request *req)
{
    return blob_get_take(req, SLOT_BLOB, &req->body) ? reply_pdf(paper_of(req)) : request_fail(req);
}

static enum step_result paper_drawn(struct request *req)
{
    struct slip_paper *s = paper_of(req);
    unsigned char sha256[DIGEST_LEN];
    struct db_params p;
    bool sent;

    if (s->job.error.code != ERR_NONE) {
        req->error = s->job.error;
        return request_fail(req);
    }
    /* The job lane is one connection: the row follows its file. */
    if (!blob_put_send(req, SLOT_BLOB, s->job.result.data, s->job.result.len, "application/pdf",
                       sha256))
        return request_fail(req);
    db_params_init(&p);
    db_put_int8(&p, s->id);
    db_put_bytes(&p, sha256, DIGEST_LEN);
    sent = request_query(req, SLOT_PRINTED, DB_LANE_JOB, DB_CHASING_SLIP_PRINTED, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, PAPER_DONE) : request_fail(req);
}

static enum step_result paper_done(struct request *req)
{
    struct slip_paper *s = paper_of(req);

    req->body = s->job.result;
    s->job.result = (struct buffer){0};
    return reply_pdf(s);
}

static const struct step paper_steps[] = {
    [PAPER_PARSE] = {"parse", paper_parse}, [PAPER_CHOOSE] = {"choose", paper_choose},
    [PAPER_KEPT] = {"kept", paper_kept},    [PAPER_DRAWN] = {"drawn", paper_drawn},
    [PAPER_DONE] = {"done", paper_done},
};
const struct use_case use_case_chasing_document = {"chasing slip", sizeof(struct slip_paper),
                                                   paper_steps, false, 0};

/* ---- its answer ---- */

struct slip_answer {
    struct request base;
    struct wire_chasing_answer in;
    int64_t id;
};

enum { ANSWER_PARSE, ANSWER_CHECK, ANSWER_SAVED, ANSWER_REPLY };

static struct slip_answer *answer_of(struct request *req)
{
    return container_of(req, struct slip_answer, base);
}

static bool one_send(struct request *req, int64_t id)
{
    const struct chasing_filter f = {.ids = &id,
                                     .n_ids = 1,
                                     .from = DATE_NONE,
                                     .to = DATE_NONE,
                                     .before = INT64_MAX,
                                     .limit = 1};

    return chasing_rows_send(req, SLOT_PAPER, &f);
}

static enum step_result answer_parse(struct request *req)
{
    struct slip_answer *s = answer_of(req);

    s->id = asked_id(req, "id");
    if (!request_json(req) ||
        !wire_chasing_answer_decode(req->json, req->arena, &s->in, &req->error) ||
        !one_send(req, s->id))
        return request_fail(req);
    return request_wait(req, ANSWER_CHECK);
}

static enum step_result answer_check(struct request *req)
{
    struct slip_answer *s = answer_of(req);
    const struct db_result *r = &request_result(req, SLOT_PAPER)->result;
    struct db_params p;
    bool sent;

    if (db_rows(r) == 0)
        return unknown(req);
    if (!request_require(req, GRANT_ANSWER_SLIP, db_int(r, 0, S_OFFICE)))
        return request_fail(req);
    if (s->in.on > instant_date(req->now, req->zone_s) ||
        s->in.on < instant_date(db_instant(r, 0, S_ISSUED_AT), req->zone_s)) {
        char on[INSTANT_TEXT_MAX];

        date_format(s->in.on, on);
        error_set(&req->error, ERR_FIELD_VALUE, arg_text("field", "on"), arg_text("value", on));
        return request_fail(req);
    }
    db_params_init(&p);
    db_put_int8(&p, s->id);
    db_put_date(&p, s->in.on);
    db_put_text(&p, s->in.text);
    db_put_int8(&p, req->principal.officer_id);
    db_put_instant(&p, req->now);
    sent = request_query(req, SLOT_PRINTED, DB_LANE_JOB, DB_CHASING_SLIP_ANSWER, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, ANSWER_SAVED) : request_fail(req);
}

static enum step_result answer_saved(struct request *req)
{
    struct slip_answer *s = answer_of(req);

    if (db_rows(&request_result(req, SLOT_PRINTED)->result) == 0) {
        error_set(&req->error, ERR_CHASING_ANSWERED, arg_number("value", s->id));
        return request_fail(req);
    }
    return one_send(req, s->id) ? request_wait(req, ANSWER_REPLY) : request_fail(req);
}

static enum step_result answer_reply(struct request *req)
{
    struct wire_chasing_slip out;

    chasing_row_fill(req, &request_result(req, SLOT_PAPER)->result, 0, &out);
    if (!wire_chasing_slip_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step answer_steps[] = {
    [ANSWER_PARSE] = {"parse", answer_parse},
    [ANSWER_CHECK] = {"check", answer_check},
    [ANSWER_SAVED] = {"saved", answer_saved},
    [ANSWER_REPLY] = {"reply", answer_reply},
};
const struct use_case use_case_chasing_answer = {"chasing answer", sizeof(struct slip_answer),
                                                 answer_steps, false, 0};
