/* See blank_slip.h: what there is. */
#include <stdlib.h>

#include "flow/app.h"
#include "flow/blank_slip.h"
#include "flow/offices.h"
#include "flow/view.h"
#include "wire/message.h"

enum {
    S_CODE,
    S_BATCH,
    S_NUMBER,
    S_OFFICE,
    S_ORDERED_AT,
    S_ORDERED_BY,
    S_VOIDED_AT,
    S_VOIDED_BY,
    S_REASON,
    S_STATE,
    S_RECEIVED_AT
};
enum {
    B_ID,
    B_OFFICE,
    B_ORDERED_BY,
    B_ORDERED_AT,
    B_PRINTS,
    B_PRINTED_AT,
    B_COUNT,
    B_FIRST,
    B_LAST,
    B_USED,
    B_VOID
};

/* ---- slips ---- */

struct slips {
    struct request base;
    struct wire_blank_slip_query in;
    int64_t limit;
};

static void fill(struct request *req, const struct db_result *r, int i, struct wire_blank_slip *w)
{
    wire_blank_slip_init(w);
    w->code = arena_strdup(req->arena, db_text_or_empty(r, i, S_CODE));
    w->batch = db_int(r, i, S_BATCH);
    w->number = db_int(r, i, S_NUMBER);
    w->office = view_office_key(req, db_int(r, i, S_OFFICE));
    w->office_name = view_office_name(req, db_int(r, i, S_OFFICE));
    w->state = words_find(&words_blank_slip_state, db_text_or_empty(r, i, S_STATE));
    w->ordered_by = view_officer_key(req, db_int(r, i, S_ORDERED_BY));
    w->ordered_at = db_instant(r, i, S_ORDERED_AT);
    if (!db_is_null(r, i, S_RECEIVED_AT))
        w->received_at = db_instant(r, i, S_RECEIVED_AT);
    if (db_is_null(r, i, S_VOIDED_AT))
        return;
    w->voided_at = db_instant(r, i, S_VOIDED_AT);
    w->voided_by = view_officer_key(req, db_int(r, i, S_VOIDED_BY));
    w->void_reason = arena_strdup(req->arena, db_text_or_empty(r, i, S_REASON));
}

static enum step_result reply(struct request *req, int slot, int64_t limit)
{
    const struct db_result *r = &request_result(req, slot)->result;
    int n = db_rows(r);
    struct wire_blank_slip *items = arena_array(req->arena, (size_t)n + 1, sizeof *items);
    struct wire_blank_slip_list out;

    if (!items) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "blank slips"));
        return request_fail(req);
    }
    wire_blank_slip_list_init(&out);
    if (n > limit) {
        n = (int)limit;
        out.next = arena_strdup(req->arena, db_text_or_empty(r, n - 1, S_CODE));
    }
    for (int i = 0; i < n; i++)
        fill(req, r, i, &items[i]);
    out.items = items;
    out.n_items = (size_t)n;
    if (!wire_blank_slip_list_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static void put_codes(struct db_params *p, const char *const *codes, int n)
{
    if (codes)
        db_put_text_array(p, codes, n);
    else
        db_put_null(p);
}

bool blank_slips_send(struct request *req, int slot, const char *const *codes, int n_codes)
{
    struct db_params p;
    bool sent;

    db_params_init(&p);
    db_put_null(&p);
    db_put_null(&p);
    db_put_null(&p);
    put_codes(&p, codes, n_codes);
    db_put_text(&p, "");
    db_put_int4(&p, n_codes);
    sent = request_query(req, slot, DB_LANE_JOB, DB_BLANK_SLIP_LIST, &p);
    db_params_deinit(&p);
    return sent;
}

enum step_result blank_slips_reply(struct request *req, int slot)
{
    return reply(req, slot, db_rows(&request_result(req, slot)->result));
}

static enum step_result slips_parse(struct request *req)
{
    struct slips *s = container_of(req, struct slips, base);

    if (!codec_decode_pairs(&message_blank_slip_query, req->http->query, req->http->n_query,
                            req->arena, &s->in, &req->error))
        return request_fail(req);
    s->limit = s->in.limit == INTEGER_NONE ? LIST_ITEMS_DEFAULT : s->in.limit;
    return request_wait(req, 1);
}

static enum step_result slips_send(struct request *req)
{
    struct slips *s = container_of(req, struct slips, base);
    struct db_params p;
    bool is_all, sent;
    int n;
    const int64_t *offices = offices_readable(req, GRANT_READ_DOSSIER, s->in.office, &n, &is_all);

    if (!offices)
        return request_fail(req);
    db_params_init(&p);
    offices_put(&p, offices, n, is_all);
    if (s->in.batch == INTEGER_NONE)
        db_put_null(&p);
    else
        db_put_int8(&p, s->in.batch);
    db_put_text(&p, s->in.state == WORD_NONE ? NULL : words_blank_slip_state.words[s->in.state]);
    put_codes(&p, s->in.code ? &s->in.code : NULL, 1);
    db_put_text(&p, s->in.after ? s->in.after : "");
    db_put_int4(&p, (int32_t)s->limit + 1);
    sent = request_query(req, 0, DB_LANE_READ, DB_BLANK_SLIP_LIST, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, 2) : request_fail(req);
}

static enum step_result slips_reply(struct request *req)
{
    return reply(req, 0, container_of(req, struct slips, base)->limit);
}

static const struct step slips_steps[] = {
    {"parse", slips_parse}, {"send", slips_send}, {"reply", slips_reply}};
const struct use_case use_case_blank_slips = {"blank slips", sizeof(struct slips), slips_steps,
                                              false, 0};

/* ---- batches ---- */

struct batches {
    struct request base;
    struct wire_blank_slip_batch_query in;
    int64_t limit;
};

bool blank_slip_batches_send(struct request *req, int slot, const int64_t *offices, int n_offices,
                             int64_t id, int64_t before, int32_t limit)
{
    struct db_params p;
    bool sent;

    db_params_init(&p);
    offices_put(&p, offices, n_offices, !offices);
    if (id)
        db_put_int8(&p, id);
    else
        db_put_null(&p);
    db_put_int8(&p, before);
    db_put_int4(&p, limit);
    sent = request_query(req, slot, id ? DB_LANE_JOB : DB_LANE_READ, DB_BLANK_SLIP_BATCHES, &p);
    db_params_deinit(&p);
    return sent;
}

void blank_slip_batch_fill(struct request *req, int slot, int i, struct wire_blank_slip_batch *w)
{
    const struct db_result *r = &request_result(req, slot)->result;

    wire_blank_slip_batch_init(w);
    w->id = db_int(r, i, B_ID);
    w->office = view_office_key(req, db_int(r, i, B_OFFICE));
    w->office_name = view_office_name(req, db_int(r, i, B_OFFICE));
    w->count = db_int(r, i, B_COUNT);
    w->first = arena_strdup(req->arena, db_text_or_empty(r, i, B_FIRST));
    w->last = arena_strdup(req->arena, db_text_or_empty(r, i, B_LAST));
    w->used = db_int(r, i, B_USED);
    w->voided = db_int(r, i, B_VOID);
    w->unused = w->count - w->used - w->voided;
    w->ordered_by = view_officer_key(req, db_int(r, i, B_ORDERED_BY));
    w->ordered_at = db_instant(r, i, B_ORDERED_AT);
    w->prints = db_int(r, i, B_PRINTS);
    if (!db_is_null(r, i, B_PRINTED_AT))
        w->printed_at = db_instant(r, i, B_PRINTED_AT);
    w->document =
        arena_printf(req->arena, "/api/v1/blank-slip-batches/%lld/document", (long long)w->id);
}

static enum step_result batches_parse(struct request *req)
{
    struct batches *b = container_of(req, struct batches, base);

    if (!codec_decode_pairs(&message_blank_slip_batch_query, req->http->query, req->http->n_query,
                            req->arena, &b->in, &req->error))
        return request_fail(req);
    b->limit = b->in.limit == INTEGER_NONE ? LIST_ITEMS_DEFAULT : b->in.limit;
    return request_wait(req, 1);
}

static enum step_result batches_send(struct request *req)
{
    struct batches *b = container_of(req, struct batches, base);
    bool is_all;
    int n;
    const int64_t *offices = offices_readable(req, GRANT_READ_DOSSIER, b->in.office, &n, &is_all);

    return offices && blank_slip_batches_send(req, 0, is_all ? NULL : offices, n, 0,
                                              b->in.after == INTEGER_NONE ? INT64_MAX : b->in.after,
                                              (int32_t)b->limit + 1)
               ? request_wait(req, 2)
               : request_fail(req);
}

static enum step_result batches_reply(struct request *req)
{
    struct batches *b = container_of(req, struct batches, base);
    const struct db_result *r = &request_result(req, 0)->result;
    int n = db_rows(r);
    struct wire_blank_slip_batch *items = arena_array(req->arena, (size_t)n + 1, sizeof *items);
    struct wire_blank_slip_batch_list out;

    if (!items) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "blank slips"));
        return request_fail(req);
    }
    wire_blank_slip_batch_list_init(&out);
    if (n > b->limit) {
        n = (int)b->limit;
        out.next = arena_printf(req->arena, "%lld", (long long)db_int(r, n - 1, B_ID));
    }
    for (int i = 0; i < n; i++)
        blank_slip_batch_fill(req, 0, i, &items[i]);
    out.items = items;
    out.n_items = (size_t)n;
    if (!wire_blank_slip_batch_list_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step batches_steps[] = {
    {"parse", batches_parse}, {"send", batches_send}, {"reply", batches_reply}};
const struct use_case use_case_blank_slip_batches = {"blank slip batches", sizeof(struct batches),
                                                     batches_steps, false, 0};
