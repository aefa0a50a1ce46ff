#include "flow/print_batch.h"

#include <string.h>

#include "base/digest.h"
#include "base/instant.h"
#include "document/frame.h"
#include "domain/vocabulary.h"
#include "flow/app.h"
#include "flow/offices.h"
#include "flow/paper.h"
#include "flow/renderer.h"
#include "flow/view_person.h"
#include "wire/message.h"

#define PAPERS_MAX 200 /* of one file; the next begins after its last code */

enum { BATCH_PARSE, BATCH_SEND, BATCH_READ, BATCH_MERGE, BATCH_MERGED, BATCH_REPLY };
enum { SLOT_LIST, SLOT_BLOBS, SLOT_REPRINT };

struct print_batch {
    struct request base;
    struct wire_print_batch_query in;
    const char *hashes[PAPERS_MAX], *last_code;
    int n;
    bool has_more;
    bool is_reprint; /* every paper of this kind was printed before: the file says so */
    struct renderer_job job;
};

static void batch_free(struct request *req)
{
    buffer_deinit(&container_of(req, struct print_batch, base)->job.result);
}

static enum step_result batch_parse(struct request *req)
{
    struct print_batch *b = container_of(req, struct print_batch, base);

    req->on_free = batch_free;
    if (!codec_decode_pairs(&message_print_batch_query, req->http->query, req->http->n_query,
                            req->arena, &b->in, &req->error))
        return request_fail(req);
    return request_wait(req, BATCH_SEND);
}

static enum step_result batch_send(struct request *req)
{
    struct print_batch *b = container_of(req, struct print_batch, base);
    const char *kind = b->in.kind == WORD_NONE ? "letter" : words_print_kind.words[b->in.kind];
    bool is_letter = !strcmp(kind, "letter"), is_all, sent;
    int state = b->in.state == WORD_NONE ? LETTER_NUMBERED : b->in.state;
    int32_t on = b->in.on;
    struct db_params p;
    int n;
    const int64_t *offices = offices_readable(req, GRANT_READ_DOSSIER, b->in.office, &n, &is_all);

    for (int i = 0; i < PAPER_KIND_COUNT; i++)
        b->is_reprint |= paper_rows[i].is_marked && !strcmp(paper_rows[i].kind, kind);

    if (!offices || !view_person_require_open(req, kind))
        return request_fail(req);
    db_params_init(&p);
    offices_put(&p, offices, n, is_all);
    db_put_text(&p, is_letter ? vocabulary_word(&letter_states, state) : kind);
    db_put_instant(&p, on == DATE_NONE ? INSTANT_NONE : date_instant(on, req->zone_s));
    db_put_instant(&p, on == DATE_NONE ? INSTANT_NONE : date_instant(on + 1, req->zone_s));
    db_put_text(&p, b->in.after ? b->in.after : "");
    db_put_int4(&p, PAPERS_MAX + 1);
    sent = request_query(req, SLOT_LIST, DB_LANE_READ,
                         is_letter ? DB_PRINT_BATCH_LETTERS : DB_PRINT_BATCH_PAPERS, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, BATCH_READ) : request_fail(req);
}

static bool take_list(struct print_batch *b)
{
    struct request *req = &b->base;
    const struct db_result *r = &request_result(req, SLOT_LIST)->result;

    b->has_more = db_rows(r) > PAPERS_MAX;
    b->n = b->has_more ? PAPERS_MAX : db_rows(r);
    /* The next batch goes on after a code: papers of one dossier stay together. */
    while (b->has_more && b->n > 1 &&
           !strcmp(db_text_or_empty(r, b->n - 1, 0), db_text_or_empty(r, PAPERS_MAX, 0)))
        b->n--;
    for (int i = 0; i < b->n; i++) {
        size_t len;
        const void *sha256 = db_bytes(r, i, 1, &len);
        char *hex = arena_alloc(req->arena, 2 * DIGEST_LEN + 1);

        if (!hex || len != DIGEST_LEN)
            return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "print batch"));
        hex_encode(sha256, DIGEST_LEN, hex);
        b->hashes[i] = hex;
        if (!request_show(req, db_int(r, i, 2)))
            return false;
        b->last_code = arena_strdup(req->arena, db_text_or_empty(r, i, 0));
    }
    return true;
}

static enum step_result batch_read(struct request *req)
{
    struct print_batch *b = container_of(req, struct print_batch, base);
    struct db_params p;
    bool sent;

    if (!take_list(b))
        return request_fail(req);
    if (b->n == 0) {
        error_set(&req->error, ERR_ITEM_UNKNOWN, arg_text("value", "PDF"));
        return request_fail(req);
    }
    db_params_init(&p);
    db_put_text_array(&p, b->hashes, b->n);
    sent = request_query(req, SLOT_BLOBS, DB_LANE_READ, DB_BLOB_MANY, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, BATCH_MERGE) : request_fail(req);
}

static enum step_result batch_merge(struct request *req)
{
    struct print_batch *b = container_of(req, struct print_batch, base);
    const struct db_result *r = &request_result(req, SLOT_BLOBS)->result;
    size_t sizes[PAPERS_MAX] = {0};
    const char *mark =
        b->is_reprint ? paper_reprint_mark(req->arena, 0, req->now, req->zone_s) : NULL;

    for (int i = 0; i < db_rows(r); i++) {
        int64_t place = db_int(r, i, 0);
        size_t len;
        const void *bytes = db_bytes(r, i, 1, &len);

        if (place < 1 || place > b->n)
            continue;
        sizes[place - 1] += len;
        buffer_add(&b->job.attachment, bytes, len);
    }
    b->job.task = TASK_MERGE;
    if (b->job.attachment.len > FRAME_ATTACHMENT_MAX)
        error_set(&req->error, ERR_DOCUMENT_LIMIT, arg_text("field", "bytes"),
                  arg_number("limit", FRAME_ATTACHMENT_MAX));
    else if (task_encode_merge(sizes, (size_t)b->n, mark, &b->job.request, &req->error) &&
             renderer_draw_for(req, &b->job))
        return request_wait(req, BATCH_MERGED);
    buffer_deinit(&b->job.request);
    buffer_deinit(&b->job.attachment);
    return request_fail(req);
}

static bool note_reprints(struct print_batch *b)
{
    struct request *req = &b->base;
    unsigned char sha256[DIGEST_LEN];
    struct db_params p;
    bool sent;

    digest_sha256(b->job.result.data, b->job.result.len, sha256);
    db_params_init(&p);
    db_put_text_array(&p, b->hashes, b->n);
    db_put_bytes(&p, sha256, DIGEST_LEN);
    db_put_int8(&p, req->principal.officer_id);
    db_put_instant(&p, req->now);
    sent = request_query(req, SLOT_REPRINT, DB_LANE_JOB, DB_PAPER_REPRINT_MANY, &p);
    db_params_deinit(&p);
    return sent;
}

static enum step_result batch_merged(struct request *req)
{
    struct print_batch *b = container_of(req, struct print_batch, base);

    if (b->job.error.code != ERR_NONE) {
        req->error = b->job.error;
        return request_fail(req);
    }
    if (!b->is_reprint)
        return request_next(req, BATCH_REPLY);
    return note_reprints(b) ? request_wait(req, BATCH_REPLY) : request_fail(req);
}

static enum step_result batch_reply(struct request *req)
{
    struct print_batch *b = container_of(req, struct print_batch, base);

    req->body = b->job.result;
    b->job.result = (struct buffer){0};
    req->status = 200;
    req->content_type = "application/pdf";
    request_field(req, "Papers", arena_printf(req->arena, "%d", b->n));
    if (b->has_more)
        request_field(req, "Papers-After", b->last_code);
    request_field(req, "Content-Disposition", "inline; filename=\"in-loat.pdf\"");
    return STEP_DONE;
}

static const struct step batch_steps[] = {
    [BATCH_PARSE] = {"parse", batch_parse},    [BATCH_SEND] = {"send", batch_send},
    [BATCH_READ] = {"read", batch_read},       [BATCH_MERGE] = {"merge", batch_merge},
    [BATCH_MERGED] = {"merged", batch_merged}, [BATCH_REPLY] = {"reply", batch_reply},
};
const struct use_case use_case_print_batch = {"print batch", sizeof(struct print_batch),
                                              batch_steps, false, 0};
