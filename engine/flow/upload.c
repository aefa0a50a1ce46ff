#include "flow/upload.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "domain/vocabulary.h"
#include "flow/app.h"
#include "flow/asked.h"
#include "flow/attachment.h"
#include "flow/behalf.h"
#include "flow/commit.h"
#include "flow/file_store.h"
#include "flow/piece.h"
#include "flow/sniff.h"

enum { SLOT_EVENTS, SLOT_UPLOAD, SLOT_PIECE, SLOT_KEEP };

static const char *place_of(const struct app *app)
{
    return app->attachment_folder && *app->attachment_folder ? "folder" : "database";
}

/* ---- announcing ---- */

enum { NEW_PARSE, NEW_CHECK, NEW_REPLY };

struct upload_new {
    struct request base;
    struct wire_upload_request in;
    const char *code;
    struct snapshot snapshot;
};

static enum step_result new_parse(struct request *req)
{
    struct upload_new *u = container_of(req, struct upload_new, base);

    u->code = http_request_param(req->http, "code");
    if (!request_json(req) ||
        !wire_upload_request_decode(req->json, req->arena, &u->in, &req->error) ||
        !snapshot_send(req, SLOT_EVENTS, u->code))
        return request_fail(req);
    return request_wait(req, NEW_CHECK);
}

static bool new_check(struct upload_new *u)
{
    struct request *req = &u->base;
    const struct dossier *d = &u->snapshot.dossier;
    const struct procedure_case *c;

    if (!snapshot_read_visible(req, SLOT_EVENTS, u->code, &u->snapshot) ||
        !attachment_may(req, d, ACTION_ATTACH_PAPER))
        return false;
    if (u->in.size > req->app->attachment_max)
        return error_set(&req->error, ERR_UPLOAD_TOO_LARGE, arg_number("value", u->in.size),
                         arg_number("limit", req->app->attachment_max));
    c = reference_case(req->reference, d->case_id);
    if (u->in.component != INTEGER_NONE && (!c || u->in.component > c->n_components))
        return error_set(&req->error, ERR_FIELD_VALUE, arg_text("field", "component"),
                         arg_number("value", u->in.component));
    return true;
}

static enum step_result new_send(struct request *req)
{
    struct upload_new *u = container_of(req, struct upload_new, base);
    struct db_params p;
    bool sent;

    if (!new_check(u))
        return request_fail(req);
    db_params_init(&p);
    db_put_int8(&p, u->snapshot.dossier.id);
    db_put_int8(&p, req->principal.officer_id);
    db_put_text(&p, vocabulary_word(&purposes, u->in.purpose));
    if (u->in.component == INTEGER_NONE)
        db_put_null(&p);
    else
        db_put_int4(&p, (int32_t)u->in.component);
    db_put_text(&p, vocabulary_word(&handlings, u->in.handling == WORD_NONE ? HANDLING_DIGITISED
                                                                            : u->in.handling));
    db_put_text(&p, u->in.name);
    db_put_int8(&p, u->in.size);
    db_put_text(&p, place_of(req->app));
    db_put_instant(&p, clock_real());
    sent = request_query(req, SLOT_UPLOAD, DB_LANE_JOB, DB_UPLOAD_NEW, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, NEW_REPLY) : request_fail(req);
}

static enum step_result reply_upload(struct request *req, const struct wire_upload *w, int status)
{
    return wire_upload_encode(w, req->zone_s, &req->body, &req->error)
               ? request_reply_json(req, status)
               : request_fail(req);
}

static enum step_result new_reply(struct request *req)
{
    struct upload_new *u = container_of(req, struct upload_new, base);
    struct wire_upload out;

    wire_upload_init(&out);
    out.id = db_int(&request_result(req, SLOT_UPLOAD)->result, 0, 0);
    out.dossier = u->code;
    out.name = u->in.name;
    out.size = u->in.size;
    out.received = 0;
    out.piece = BLOB_PIECE;
    return reply_upload(req, &out, 201);
}

static const struct step new_steps[] = {
    [NEW_PARSE] = {"parse", new_parse},
    [NEW_CHECK] = {"check", new_send},
    [NEW_REPLY] = {"reply", new_reply},
};
const struct use_case use_case_upload_new = {"upload announced", sizeof(struct upload_new),
                                             new_steps, false, 0};

/* ---- one under way ---- */

struct upload {
    struct request base;
    int64_t id, dossier_id, size, received;
    const char *code, *purpose, *handling, *name;
    int component;
    bool is_in_folder;
    int attached; /* the number it has already; 0: none */
    /* a piece of it */
    struct wire_upload_piece_query in;
    struct file_work work;
    /* finishing */
    struct sniff sniff;
    struct digest_run *digest;
    int64_t read;
    unsigned char sha256[DIGEST_LEN];
    struct snapshot snapshot;
    struct decision decision;
    struct record record;
    struct commit_attachment row;
    int n_tries;
};

static struct upload *upload_of(struct request *req)
{
    return container_of(req, struct upload, base);
}

static void upload_free(struct request *req)
{
    struct upload *u = upload_of(req);
    unsigned char unused[DIGEST_LEN];

    if (u->digest)
        digest_end(u->digest, unused);
    buffer_deinit(&u->work.bytes);
}

static enum step_result upload_parse(struct request *req)
{
    upload_of(req)->id = asked_id(req, "id");
    req->on_free = upload_free;
    return request_wait(req, 1);
}

/* Asked for once it is known who asks: nobody learns of another's files. */
static bool upload_send(struct request *req)
{
    struct db_params p;
    bool sent;

    db_params_init(&p);
    db_put_int8(&p, upload_of(req)->id);
    db_put_int8(&p, req->principal.officer_id);
    sent = request_query(req, SLOT_UPLOAD, DB_LANE_JOB, DB_UPLOAD_FIND, &p);
    db_params_deinit(&p);
    return sent;
}

static enum step_result upload_find(struct request *req)
{
    return upload_send(req) ? request_wait(req, 2) : request_fail(req);
}

static bool upload_read(struct upload *u)
{
    struct request *req = &u->base;
    const struct db_result *r = &request_result(req, SLOT_UPLOAD)->result;

    if (db_rows(r) == 0)
        return error_set(&req->error, ERR_UPLOAD_UNKNOWN,
                         arg_text("value", http_request_param(req->http, "id")));
    u->dossier_id = db_int(r, 0, 1);
    u->code = arena_strdup(req->arena, db_text_or_empty(r, 0, 2));
    u->purpose = arena_strdup(req->arena, db_text_or_empty(r, 0, 3));
    u->component = (int)db_int(r, 0, 4);
    u->handling = arena_strdup(req->arena, db_text_or_empty(r, 0, 5));
    u->name = arena_strdup(req->arena, db_text_or_empty(r, 0, 6));
    u->size = db_int(r, 0, 7);
    u->received = db_int(r, 0, 8);
    u->is_in_folder = !strcmp(db_text_or_empty(r, 0, 9), "folder");
    u->attached = db_is_null(r, 0, 10) ? 0 : (int)db_int(r, 0, 10);
    return true;
}

static enum step_result upload_reply(struct request *req)
{
    struct upload *u = upload_of(req);
    struct wire_upload out;

    wire_upload_init(&out);
    out.id = u->id;
    out.dossier = u->code;
    out.name = u->name;
    out.size = u->size;
    out.received = u->received;
    out.piece = BLOB_PIECE;
    return reply_upload(req, &out, 200);
}

static enum step_result upload_told(struct request *req)
{
    return upload_read(upload_of(req)) ? upload_reply(req) : request_fail(req);
}

static const struct step upload_steps[] = {
    {"parse", upload_parse}, {"find", upload_find}, {"reply", upload_told}};
const struct use_case use_case_upload = {"upload", sizeof(struct upload), upload_steps, false, 0};

/* ---- a piece ---- */

enum { PIECE_PARSE, PIECE_FIND, PIECE_WRITE, PIECE_COUNT, PIECE_REPLY };

static enum step_result piece_parse(struct request *req)
{
    struct upload *u = upload_of(req);

    if (!codec_decode_pairs(&message_upload_piece_query, req->http->query, req->http->n_query,
                            req->arena, &u->in, &req->error))
        return request_fail(req);
    return upload_parse(req);
}

static enum step_result piece_write(struct request *req)
{
    struct upload *u = upload_of(req);
    bool is_repeated;

    if (!upload_read(u) || !piece_check(u->in.from, (int64_t)req->http->body_len, u->received,
                                        u->size, BLOB_PIECE, &is_repeated, &req->error))
        return request_fail(req);
    if (is_repeated)
        return upload_reply(req);
    if (!u->is_in_folder)
        return request_next(req, PIECE_COUNT);
    file_store_write(req, &u->work, u->id, u->in.from, req->http->body, req->http->body_len);
    return request_wait(req, PIECE_COUNT);
}

static enum step_result piece_count(struct request *req)
{
    struct upload *u = upload_of(req);
    struct db_params p;
    bool sent;

    if (u->work.error.code != ERR_NONE) {
        req->error = u->work.error;
        return request_fail(req);
    }
    db_params_init(&p);
    db_put_int8(&p, u->id);
    db_put_int8(&p, u->in.from);
    db_put_int4(&p, (int32_t)(u->in.from / (int64_t)BLOB_PIECE));
    if (u->is_in_folder)
        db_put_null(&p);
    else
        db_put_bytes(&p, req->http->body, req->http->body_len);
    db_put_int8(&p, (int64_t)req->http->body_len);
    db_put_instant(&p, clock_real());
    sent = request_query(req, SLOT_PIECE, DB_LANE_JOB, DB_UPLOAD_PUT, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, PIECE_REPLY) : request_fail(req);
}

static enum step_result piece_reply(struct request *req)
{
    struct upload *u = upload_of(req);
    const struct db_result *r = &request_result(req, SLOT_PIECE)->result;

    if (db_rows(r) == 0) { /* another request of the same client was faster */
        error_set(&req->error, ERR_UPLOAD_PIECE,
                  arg_number("expected", u->received + (int64_t)req->http->body_len),
                  arg_number("value", u->in.from));
        return request_fail(req);
    }
    u->received = db_int(r, 0, 0);
    return upload_reply(req);
}

static const struct step piece_steps[] = {
    [PIECE_PARSE] = {"parse", piece_parse}, [PIECE_FIND] = {"find", upload_find},
    [PIECE_WRITE] = {"write", piece_write}, [PIECE_COUNT] = {"count", piece_count},
    [PIECE_REPLY] = {"reply", piece_reply},
};
const struct use_case use_case_upload_piece = {"upload piece", sizeof(struct upload), piece_steps,
                                               false, 0};

/* ---- the whole ---- */

enum {
    FINISH_PARSE,
    FINISH_FIND,
    FINISH_BEGIN,
    FINISH_READ,
    FINISH_LOOK,
    FINISH_KEEP,
    FINISH_LOAD,
    FINISH_DECIDE,
    FINISH_COMMITTED,
    FINISH_REPLY,
    FINISH_ATTACHED
};

static bool attached_send(struct upload *u, int number)
{
    struct db_params p;
    bool sent;

    db_params_init(&p);
    db_put_text(&p, u->code);
    db_put_int4(&p, number);
    sent = request_query(&u->base, SLOT_PIECE, DB_LANE_JOB, DB_ATTACHMENT_FIND, &p);
    db_params_deinit(&p);
    return sent;
}

static enum step_result finish_begin(struct request *req)
{
    struct upload *u = upload_of(req);

    if (!upload_read(u))
        return request_fail(req);
    if (u->received != u->size) {
        error_set(&req->error, ERR_UPLOAD_INCOMPLETE, arg_number("received", u->received),
                  arg_number("size", u->size));
        return request_fail(req);
    }
    if (u->attached) /* its answer was lost on the way: the same once more */
        return snapshot_send(req, SLOT_EVENTS, u->code) && attached_send(u, u->attached)
                   ? request_wait(req, FINISH_ATTACHED)
                   : request_fail(req);
    u->digest = digest_begin();
    sniff_init(&u->sniff);
    return request_next(req, FINISH_READ);
}

static enum step_result finish_read(struct request *req)
{
    struct upload *u = upload_of(req);
    struct db_params p;
    bool sent;

    if (u->is_in_folder) {
        file_store_read_upload(req, &u->work, u->id, u->read, BLOB_PIECE);
        return request_wait(req, FINISH_LOOK);
    }
    db_params_init(&p);
    db_put_int8(&p, u->id);
    db_put_int4(&p, (int32_t)(u->read / (int64_t)BLOB_PIECE));
    sent = request_query(req, SLOT_PIECE, DB_LANE_JOB, DB_UPLOAD_CHUNK, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, FINISH_LOOK) : request_fail(req);
}

static bool piece_there(struct upload *u, const void **ret_bytes, size_t *ret_len)
{
    struct request *req = &u->base;
    const struct db_result *r = &request_result(req, SLOT_PIECE)->result;

    if (u->is_in_folder) {
        *ret_bytes = u->work.bytes.data;
        *ret_len = u->work.bytes.len;
        if (u->work.error.code != ERR_NONE)
            req->error = u->work.error;
    } else {
        *ret_bytes = db_rows(r) ? db_bytes(r, 0, 0, ret_len) : NULL;
    }
    return req->error.code == ERR_NONE &&
           ((*ret_bytes && *ret_len) ||
            error_set(&req->error, ERR_INTERNAL, arg_text("what", "upload")));
}

static enum step_result finish_look(struct request *req)
{
    struct upload *u = upload_of(req);
    const void *bytes;
    size_t len = 0;

    if (!piece_there(u, &bytes, &len))
        return request_fail(req);
    digest_add(u->digest, bytes, len);
    sniff_add(&u->sniff, bytes, len);
    u->read += (int64_t)len;
    if (u->read < u->size)
        return request_next(req, FINISH_READ);
    digest_end(u->digest, u->sha256);
    u->digest = NULL;
    if (!sniff_end(&u->sniff, &req->error))
        return request_fail(req);
    if (!u->is_in_folder)
        return request_next(req, FINISH_KEEP);
    file_store_name(req, &u->work, u->id, u->sha256);
    return request_wait(req, FINISH_KEEP);
}

static enum step_result finish_keep(struct request *req)
{
    struct upload *u = upload_of(req);
    struct db_params p;
    bool sent;

    if (u->is_in_folder && u->work.error.code != ERR_NONE) {
        req->error = u->work.error;
        return request_fail(req);
    }
    db_params_init(&p);
    db_put_int8(&p, u->id);
    db_put_bytes(&p, u->sha256, DIGEST_LEN);
    db_put_int8(&p, u->size);
    db_put_text(&p, sniff_type(&u->sniff));
    db_put_text(&p, u->is_in_folder ? "folder" : "database");
    db_put_instant(&p, clock_real());
    sent = request_query(req, SLOT_KEEP, DB_LANE_JOB, DB_UPLOAD_KEEP, &p);
    db_params_deinit(&p);
    return sent && snapshot_send(req, SLOT_EVENTS, u->code) ? request_wait(req, FINISH_DECIDE)
                                                            : request_fail(req);
}

static enum step_result finish_load(struct request *req)
{
    return snapshot_send(req, SLOT_EVENTS, upload_of(req)->code) ? request_wait(req, FINISH_DECIDE)
                                                                 : request_fail(req);
}

static bool decide(struct upload *u)
{
    struct request *req = &u->base;
    const struct dossier *d = &u->snapshot.dossier;
    struct decide_context ctx;
    struct action_input in;
    char hex[2 * DIGEST_LEN + 1];

    hex_encode(u->sha256, DIGEST_LEN, hex);
    record_decide_context(req->reference, d, req->now, req->zone_s, &ctx);
    action_input_init(&in, ACTION_ATTACH_PAPER, req->principal.officer_id, 0);
    behalf_fill(req, d, 0, &in);
    in.file = arena_strdup(req->arena, hex);
    in.purpose = u->purpose;
    in.handling = u->handling;
    in.component = u->component;
    u->row = (struct commit_attachment){
        .number = d->n_attachments + 1,
        .purpose = u->purpose,
        .handling = u->handling,
        .name = u->name,
        .component = u->component,
        .sha256 = u->sha256,
        .size = u->size,
        .type = sniff_type(&u->sniff),
        .officer_id = req->principal.officer_id,
        .attached_at = req->now,
        .detached_at = INSTANT_NONE,
    };
    return dossier_decide(&ctx, &in, req->arena, &u->decision, &req->error) &&
           record_build(req->arena, req->reference, &u->snapshot.history, d->id, u->decision.events,
                        u->decision.n_events, req->now, req->zone_s, &u->record, &req->error);
}

static enum step_result finish_decide(struct request *req)
{
    struct upload *u = upload_of(req);

    if (!snapshot_read_visible(req, SLOT_EVENTS, u->code, &u->snapshot) ||
        !attachment_may(req, &u->snapshot.dossier, ACTION_ATTACH_PAPER) || !decide(u))
        return request_fail(req);
    u->record.member.attachments = &u->row;
    u->record.member.n_attachments = 1;
    return commit_submit(req, &u->record.member, FINISH_COMMITTED);
}

static enum step_result finish_committed(struct request *req)
{
    struct upload *u = upload_of(req);
    struct db_params p;
    bool sent;

    switch (commit_outcome(req, &u->record.member, &u->n_tries)) {
    case COMMIT_STEP_DONE:
        break;
    case COMMIT_STEP_AGAIN:
        return request_wait(req, FINISH_LOAD);
    case COMMIT_STEP_ANSWERED:
    case COMMIT_STEP_FAILED:
        return request_fail(req);
    }
    db_params_init(&p);
    db_put_int8(&p, u->id);
    db_put_int4(&p, u->row.number);
    sent = request_query(req, SLOT_UPLOAD, DB_LANE_JOB, DB_UPLOAD_DROP, &p) &&
           attached_send(u, u->row.number);
    db_params_deinit(&p);
    if (sent && u->is_in_folder)
        file_store_drop(req, &u->work, u->id);
    return sent ? request_wait(req, FINISH_REPLY) : request_fail(req);
}

static enum step_result finish_reply(struct request *req)
{
    struct upload *u = upload_of(req);
    struct wire_attachment out;

    if (u->work.error.code != ERR_NONE) /* attached all the same; the next upload clears it away */
        log_error(LOG_WARN, "upload dropped", &u->work.error);
    attachment_view(req, &u->snapshot.dossier, &request_result(req, SLOT_PIECE)->result, 0, &out);
    if (!wire_attachment_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 201);
}

static enum step_result finish_attached(struct request *req)
{
    struct upload *u = upload_of(req);

    return snapshot_read_visible(req, SLOT_EVENTS, u->code, &u->snapshot) ? finish_reply(req)
                                                                          : request_fail(req);
}

static const struct step finish_steps[] = {
    [FINISH_PARSE] = {"parse", upload_parse},
    [FINISH_FIND] = {"find", upload_find},
    [FINISH_BEGIN] = {"begin", finish_begin},
    [FINISH_READ] = {"read", finish_read},
    [FINISH_LOOK] = {"look", finish_look},
    [FINISH_KEEP] = {"keep", finish_keep},
    [FINISH_LOAD] = {"load", finish_load},
    [FINISH_DECIDE] = {"decide", finish_decide},
    [FINISH_COMMITTED] = {"committed", finish_committed},
    [FINISH_REPLY] = {"reply", finish_reply},
    [FINISH_ATTACHED] = {"attached", finish_attached},
};
const struct use_case use_case_upload_finish = {"upload finished", sizeof(struct upload),
                                                finish_steps, false, 0};
