#include "flow/attachment.h"

#include <stdlib.h>
#include <string.h>

#include "document/frame.h"
#include "domain/vocabulary.h"
#include "flow/app.h"
#include "flow/asked.h"
#include "flow/behalf.h"
#include "flow/commit.h"
#include "flow/file_store.h"
#include "flow/renderer.h"
#include "flow/view.h"
#include "flow/view_person.h"
#include "http/file.h"

#define THUMBNAIL_SIDE 320

enum { SLOT_EVENTS, SLOT_LIST, SLOT_PUT };

/* Columns of attachment_list and attachment_find. */
enum {
    C_NUMBER,
    C_PURPOSE,
    C_COMPONENT,
    C_HANDLING,
    C_NAME,
    C_SHA256,
    C_SIZE,
    C_TYPE,
    C_OFFICER,
    C_ATTACHED,
    C_DETACHED,
    C_PLACE,
    C_JPEG
};

bool attachment_may(struct request *req, const struct dossier *d, enum action action)
{
    const struct dossier *as = reference_for_rights(req->reference, req->arena, d);
    int64_t office;

    return (as && right_allows(&req->principal, action, as, 0, reference_within, req->reference,
                               &office)) ||
           request_refuse_right(req, action);
}

static const char *component_name(struct request *req, const struct dossier *d, int64_t n)
{
    const struct procedure_case *c = reference_case(req->reference, d->case_id);

    return c && n >= 1 && n <= c->n_components ? c->components[n - 1].name : NULL;
}

void attachment_view(struct request *req, const struct dossier *d, const struct db_result *r, int i,
                     struct wire_attachment *ret)
{
    int64_t number = db_int(r, i, C_NUMBER), component = db_int(r, i, C_COMPONENT);
    char hex[2 * DIGEST_LEN + 1] = "";
    const void *sha256;
    size_t len;

    sha256 = db_bytes(r, i, C_SHA256, &len);
    if (sha256 && len == DIGEST_LEN)
        hex_encode(sha256, DIGEST_LEN, hex);
    wire_attachment_init(ret);
    ret->number = number;
    ret->purpose = vocabulary_find(&purposes, db_text_or_empty(r, i, C_PURPOSE));
    ret->component = component ? component : INTEGER_NONE;
    ret->component_name = component_name(req, d, component);
    ret->handling = vocabulary_find(&handlings, db_text_or_empty(r, i, C_HANDLING));
    ret->name = view_person_value(req, MASK_DETAIL, MASK_TEXT,
                                  arena_strdup(req->arena, db_text_or_empty(r, i, C_NAME)));
    if (!ret->name)
        ret->name = "-";
    ret->sha256 = arena_strdup(req->arena, hex);
    ret->size = db_int(r, i, C_SIZE);
    ret->type = arena_strdup(req->arena, db_text_or_empty(r, i, C_TYPE));
    ret->officer = view_officer_key(req, db_int(r, i, C_OFFICER));
    ret->attached_at = db_instant(r, i, C_ATTACHED);
    ret->detached_at = db_instant(r, i, C_DETACHED);
    ret->file = arena_printf(req->arena, "/api/v1/dossiers/%s/attachments/%lld/file", d->code,
                             (long long)number);
    ret->thumbnail = arena_printf(req->arena, "/api/v1/dossiers/%s/attachments/%lld/thumbnail",
                                  d->code, (long long)number);
}

/* ---- the list ---- */

struct attachments {
    struct request base;
    const char *code;
    struct snapshot snapshot;
};

static enum step_result list_send(struct request *req)
{
    struct attachments *a = container_of(req, struct attachments, base);
    struct db_params p;
    bool sent;

    a->code = http_request_param(req->http, "code");
    db_params_init(&p);
    db_put_text(&p, a->code);
    sent = snapshot_send(req, SLOT_EVENTS, a->code) &&
           request_query(req, SLOT_LIST, DB_LANE_READ, DB_ATTACHMENT_LIST, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, 1) : request_fail(req);
}

static enum step_result list_reply(struct request *req)
{
    struct attachments *a = container_of(req, struct attachments, base);
    const struct db_result *r = &request_result(req, SLOT_LIST)->result;
    struct wire_attachment *items;
    struct wire_attachment_list out;
    int n = db_rows(r) < LIST_ITEMS_MAX ? db_rows(r) : LIST_ITEMS_MAX;

    if (!snapshot_read_visible(req, SLOT_EVENTS, a->code, &a->snapshot))
        return request_fail(req);
    items = arena_array(req->arena, (size_t)n + 1, sizeof *items);
    if (!items) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "attachments"));
        return request_fail(req);
    }
    for (int i = 0; i < n; i++)
        attachment_view(req, &a->snapshot.dossier, r, i, &items[i]);
    wire_attachment_list_init(&out);
    out.items = items;
    out.n_items = (size_t)n;
    if (!wire_attachment_list_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step list_steps[] = {{"send", list_send}, {"reply", list_reply}};
const struct use_case use_case_attachments = {"attachments", sizeof(struct attachments), list_steps,
                                              false, 0};

/* ---- one of them ---- */

struct attachment {
    struct request base;
    const char *code;
    int64_t number;
    struct snapshot snapshot;
    struct wire_attachment view;
    unsigned char sha256[DIGEST_LEN];
    bool is_in_folder;
    /* a small picture */
    struct file_piece piece;
    struct renderer_job job;
    /* taking it off */
    struct wire_detach_request in;
    struct decision decision;
    struct record record;
    struct commit_attachment row;
    struct commit_remark remark;
    int n_remarks, n_tries;
};

static struct attachment *attachment_of(struct request *req)
{
    return container_of(req, struct attachment, base);
}

static bool find_send(struct attachment *a)
{
    struct request *req = &a->base;
    struct db_params p;
    bool sent;

    db_params_init(&p);
    db_put_text(&p, a->code);
    db_put_int4(&p, (int32_t)a->number);
    sent = snapshot_send(req, SLOT_EVENTS, a->code) &&
           request_query(req, SLOT_LIST, DB_LANE_READ, DB_ATTACHMENT_FIND, &p);
    db_params_deinit(&p);
    return sent;
}

static enum step_result one_parse(struct request *req)
{
    struct attachment *a = attachment_of(req);
    int64_t n = asked_id(req, "number");

    a->code = http_request_param(req->http, "code");
    a->number = n <= DOSSIER_ATTACHMENTS_MAX ? n : 0;
    return find_send(a) ? request_wait(req, 1) : request_fail(req);
}

static bool one_read(struct attachment *a)
{
    struct request *req = &a->base;
    const struct db_result *r = &request_result(req, SLOT_LIST)->result;
    const void *sha256;
    size_t len;

    if (!snapshot_read_visible(req, SLOT_EVENTS, a->code, &a->snapshot))
        return false;
    if (db_rows(r) == 0)
        return error_set(&req->error, ERR_ATTACHMENT_UNKNOWN, arg_text("dossier", a->code),
                         arg_text("value", http_request_param(req->http, "number")));
    attachment_view(req, &a->snapshot.dossier, r, 0, &a->view);
    sha256 = db_bytes(r, 0, C_SHA256, &len);
    if (len == DIGEST_LEN)
        memcpy(a->sha256, sha256, DIGEST_LEN);
    a->is_in_folder = !strcmp(db_text_or_empty(r, 0, C_PLACE), "folder");
    return true;
}

/* ---- its bytes ---- */

/* The reply under way, on its own: the request has ended. */
struct sending {
    struct http_stream *stream;
    struct file_piece piece;
    bool is_reading, is_closed;
};

static void sending_free(struct sending *s)
{
    file_piece_deinit(&s->piece);
    free(s);
}

static void piece_read(struct file_piece *p)
{
    struct sending *s = p->data;

    s->is_reading = false;
    if (s->is_closed) {
        sending_free(s);
    } else if (p->error.code != ERR_NONE) {
        http_file_abort(s->stream);
        sending_free(s);
    } else {
        p->ordinal++;
        if (http_file_send(s->stream, p->bytes, p->len))
            sending_free(s);
    }
}

static void piece_wanted(struct http_stream *stream, void *user)
{
    struct sending *s = user;
    struct error err;

    (void)stream;
    s->is_reading = true;
    if (file_piece_read(&s->piece, &err))
        return;
    s->is_reading = false;
    http_file_abort(s->stream);
    sending_free(s);
}

static void sending_closed(struct http_stream *stream, void *user)
{
    struct sending *s = user;

    (void)stream;
    s->is_closed = true;
    if (!s->is_reading)
        sending_free(s);
}

/* What a name may say in a header: the rest becomes a line. */
static const char *file_name(struct request *req, const char *name)
{
    char *copy = arena_strdup(req->arena, name);

    for (char *p = copy; p && *p; p++)
        if (*p < ' ' || *p > '~' || strchr("\"\\/%;", *p))
            *p = '_';
    return copy ? copy : "file";
}

static enum step_result file_reply(struct request *req)
{
    struct attachment *a = attachment_of(req);
    struct http_exchange *x = req->exchange;
    struct http_field extra[] = {{"Content-Disposition", NULL},
                                 {"Content-Security-Policy", "sandbox; default-src 'none'"},
                                 {NULL, NULL}};
    struct sending *s;

    if (!one_read(a) || !view_person_require_open(req, a->code) || !request_log_reads(req))
        return request_fail(req);
    s = calloc(1, sizeof *s);
    if (!s) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "file"));
        return request_fail(req);
    }
    s->piece.app = req->app;
    s->piece.done = piece_read;
    s->piece.data = s;
    s->piece.is_in_folder = a->is_in_folder;
    memcpy(s->piece.sha256, a->sha256, DIGEST_LEN);
    extra[0].value =
        arena_printf(req->arena, "inline; filename=\"%s\"", file_name(req, a->view.name));
    req->exchange = NULL; /* the file's from here on */
    s->stream = http_file_open(x, a->view.type, (uint64_t)a->view.size, extra, piece_wanted,
                               sending_closed, s);
    if (!s->stream)
        sending_free(s);
    return STEP_DONE;
}

static const struct step file_steps[] = {{"parse", one_parse}, {"reply", file_reply}};
const struct use_case use_case_attachment_file = {"attachment file", sizeof(struct attachment),
                                                  file_steps, false, 0};

/* ---- a small picture ---- */

enum { THUMB_PARSE, THUMB_FIND, THUMB_READ, THUMB_DRAWN, THUMB_REPLY };

static enum step_result reply_jpeg(struct request *req, const void *bytes, size_t len)
{
    buffer_add(&req->body, bytes, len);
    req->status = 200;
    req->content_type = "image/jpeg";
    return STEP_DONE;
}

static void thumb_free(struct request *req)
{
    struct attachment *a = attachment_of(req);

    file_piece_deinit(&a->piece);
    buffer_deinit(&a->job.attachment);
    buffer_deinit(&a->job.result);
}

static void thumb_read(struct file_piece *p)
{
    request_release(p->data);
}

static enum step_result thumb_next(struct attachment *a)
{
    struct request *req = &a->base;

    if (!file_piece_read(&a->piece, &req->error))
        return request_fail(req);
    request_hold(req);
    return request_wait(req, THUMB_READ);
}

static enum step_result thumb_find(struct request *req)
{
    struct attachment *a = attachment_of(req);
    const struct db_result *r = &request_result(req, SLOT_LIST)->result;
    const void *jpeg;
    size_t len;

    if (!one_read(a) || !view_person_require_open(req, a->code))
        return request_fail(req);
    jpeg = db_bytes(r, 0, C_JPEG, &len);
    if (jpeg)
        return reply_jpeg(req, jpeg, len);
    if (!req->app->renderer) {
        error_set(&req->error, ERR_DOCUMENT_WORKER, arg_text("reason", "no worker is configured"));
        return request_fail(req);
    }
    if (a->view.size > (int64_t)FRAME_ATTACHMENT_MAX) {
        error_set(&req->error, ERR_DOCUMENT_LIMIT, arg_text("field", "file"),
                  arg_number("limit", FRAME_ATTACHMENT_MAX));
        return request_fail(req);
    }
    req->on_free = thumb_free;
    a->piece = (struct file_piece){
        .app = req->app, .done = thumb_read, .data = req, .is_in_folder = a->is_in_folder};
    memcpy(a->piece.sha256, a->sha256, DIGEST_LEN);
    return thumb_next(a);
}

static enum step_result thumb_step(struct request *req)
{
    struct attachment *a = attachment_of(req);

    if (a->piece.error.code != ERR_NONE) {
        req->error = a->piece.error;
        return request_fail(req);
    }
    buffer_add(&a->job.attachment, a->piece.bytes, a->piece.len);
    a->piece.ordinal++;
    if ((int64_t)a->job.attachment.len < a->view.size)
        return thumb_next(a);
    a->job.task = TASK_THUMBNAIL;
    if (!task_encode_thumbnail(a->view.type, THUMBNAIL_SIDE, &a->job.request, &req->error) ||
        !renderer_draw_for(req, &a->job)) {
        buffer_deinit(&a->job.request);
        return request_fail(req);
    }
    return request_wait(req, THUMB_DRAWN);
}

static enum step_result thumb_keep(struct request *req)
{
    struct attachment *a = attachment_of(req);
    struct db_params p;
    bool sent;

    if (a->job.error.code != ERR_NONE) {
        req->error = a->job.error;
        return request_fail(req);
    }
    db_params_init(&p);
    db_put_bytes(&p, a->sha256, DIGEST_LEN);
    db_put_bytes(&p, a->job.result.data, a->job.result.len);
    sent = request_query(req, SLOT_PUT, DB_LANE_JOB, DB_THUMBNAIL_PUT, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, THUMB_REPLY) : request_fail(req);
}

static enum step_result thumb_reply(struct request *req)
{
    struct attachment *a = attachment_of(req);

    return reply_jpeg(req, a->job.result.data, a->job.result.len);
}

static const struct step thumb_steps[] = {
    [THUMB_PARSE] = {"parse", one_parse},   [THUMB_FIND] = {"find", thumb_find},
    [THUMB_READ] = {"read", thumb_step},    [THUMB_DRAWN] = {"drawn", thumb_keep},
    [THUMB_REPLY] = {"reply", thumb_reply},
};
const struct use_case use_case_attachment_thumbnail = {
    "attachment thumbnail", sizeof(struct attachment), thumb_steps, false, 0};

/* ---- taking it off ---- */

enum { DETACH_PARSE, DETACH_DECIDE, DETACH_LOAD, DETACH_COMMITTED };

static enum step_result detach_parse(struct request *req)
{
    struct attachment *a = attachment_of(req);

    if (!request_json(req) ||
        !wire_detach_request_decode(req->json, req->arena, &a->in, &req->error))
        return request_fail(req);
    return one_parse(req);
}

static enum step_result detach_load(struct request *req)
{
    return find_send(attachment_of(req)) ? request_wait(req, DETACH_DECIDE) : request_fail(req);
}

static bool detach(struct attachment *a)
{
    struct request *req = &a->base;
    const struct dossier *d = &a->snapshot.dossier;
    struct decide_context ctx;
    struct action_input in;

    a->n_remarks = 0;
    record_decide_context(req->reference, d, req->now, req->zone_s, &ctx);
    action_input_init(&in, ACTION_DETACH_PAPER, req->principal.officer_id, 0);
    behalf_fill(req, d, 0, &in);
    in.attachment = (int)a->number;
    a->row = (struct commit_attachment){
        .number = (int)a->number, .attached_at = INSTANT_NONE, .detached_at = req->now};
    return commit_make_remark(req, a->in.reason, &a->remark, &a->n_remarks, &in.remark) &&
           dossier_decide(&ctx, &in, req->arena, &a->decision, &req->error) &&
           record_build(req->arena, req->reference, &a->snapshot.history, d->id, a->decision.events,
                        a->decision.n_events, req->now, req->zone_s, &a->record, &req->error);
}

static enum step_result detach_decide(struct request *req)
{
    struct attachment *a = attachment_of(req);
    struct commit_member *m = &a->record.member;

    if (!one_read(a) || !attachment_may(req, &a->snapshot.dossier, ACTION_DETACH_PAPER) ||
        !detach(a))
        return request_fail(req);
    m->attachments = &a->row;
    m->n_attachments = 1;
    m->remarks = &a->remark;
    m->n_remarks = a->n_remarks;
    return commit_submit(req, m, DETACH_COMMITTED);
}

static enum step_result detach_committed(struct request *req)
{
    struct attachment *a = attachment_of(req);

    switch (commit_outcome(req, &a->record.member, &a->n_tries)) {
    case COMMIT_STEP_DONE:
        a->view.detached_at = req->now;
        if (!wire_attachment_encode(&a->view, req->zone_s, &req->body, &req->error))
            return request_fail(req);
        return request_reply_json(req, 200);
    case COMMIT_STEP_AGAIN:
        return request_wait(req, DETACH_LOAD);
    case COMMIT_STEP_ANSWERED:
    case COMMIT_STEP_FAILED:
        break;
    }
    return request_fail(req);
}

static const struct step detach_steps[] = {
    [DETACH_PARSE] = {"parse", detach_parse},
    [DETACH_DECIDE] = {"decide", detach_decide},
    [DETACH_LOAD] = {"load", detach_load},
    [DETACH_COMMITTED] = {"committed", detach_committed},
};
const struct use_case use_case_attachment_detach = {
    "attachment taken off", sizeof(struct attachment), detach_steps, false, 0};
