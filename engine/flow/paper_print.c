/* See paper_print.h. A paper that is numbered is drawn once on trial, gets its number, and is then
 * drawn with it: a number is never taken for what cannot be printed, and a kill between number and
 * file leaves the number to whoever prints it next. A paper whose kind says so is drawn again for
 * every print after the first, with the template of the first and a mark in its foot. */
#include "flow/paper_print.h"

#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "document/request.h"
#include "flow/app.h"
#include "flow/blob.h"

enum {
    PRINT_FIND,
    PRINT_CHOOSE,
    PRINT_TRIED,
    PRINT_NUMBERED,
    PRINT_KEPT,
    PRINT_DRAWN,
    PRINT_MARKED,
    PRINT_DONE
};
enum { SLOT_PAPER, SLOT_BLOB, SLOT_PUT, SLOT_NUMBER };

/* A request of its own, beside the one that asked: the answer goes into that one's paper. */
struct paper_printing {
    struct request base;
    struct request *asker;
    struct paper *paper;
    struct buffer json, request; /* what stands on it; the same with its template */
    unsigned char data_hash[DIGEST_LEN], sha256[DIGEST_LEN];
    int version; /* of the one kept; 0: none */
    int ordinal; /* of this print, 2..; 0: it is the first */
    struct renderer_job job;
};

static struct paper_printing *printing_of(struct request *req)
{
    return container_of(req, struct paper_printing, base);
}

static void print_free(struct request *req)
{
    buffer_deinit(&printing_of(req)->json);
    buffer_deinit(&printing_of(req)->request);
    buffer_deinit(&printing_of(req)->job.result);
}

static enum step_result print_find(struct request *req)
{
    struct paper_printing *w = printing_of(req);
    struct db_params p;
    bool sent;

    req->on_free = print_free;
    db_params_init(&p);
    db_put_int8(&p, w->paper->dossier_id);
    db_put_text(&p, paper_rows[w->paper->kind].kind);
    db_put_int4(&p, w->paper->number);
    sent = request_query(req, SLOT_PAPER, DB_LANE_READ, DB_PAPER_FIND, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, PRINT_CHOOSE) : request_fail(req);
}

static enum step_result draw(struct paper_printing *w, int step)
{
    struct request *req = &w->base;

    buffer_add(&w->job.request, w->request.data, w->request.len);
    if (w->job.request.is_failed) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "paper"));
        return request_fail(req);
    }
    if (!renderer_draw_for(req, &w->job)) {
        buffer_deinit(&w->job.request);
        return request_fail(req);
    }
    return request_wait(req, step);
}

/* Its number and symbol become values like any other. */
static bool put_number(struct buffer *json, int64_t number, const char *symbol)
{
    CLEANUP(json_freep) cJSON *root = cJSON_Parse(json->data);
    cJSON *values = cJSON_GetObjectItemCaseSensitive(root, "values");
    char text[24], *made = NULL;

    snprintf(text, sizeof text, "%02lld", (long long)number);
    if (values && cJSON_AddStringToObject(values, "number", text) &&
        cJSON_AddStringToObject(values, "symbol", symbol))
        made = cJSON_PrintUnformatted(root);
    if (!made)
        return false;
    buffer_clear(json);
    buffer_text(json, made);
    cJSON_free(made);
    return !json->is_failed;
}

/* The same paper once more: its own template, and the mark. */
static enum step_result draw_again(struct paper_printing *w)
{
    struct request *req = &w->base;
    const struct db_result *r = &request_result(req, SLOT_PAPER)->result;
    CLEANUP(json_freep) cJSON *root = cJSON_Parse(w->request.data);
    const char *mark;
    char *made = NULL;

    w->ordinal = 2 + (int)db_int(r, 0, 5);
    mark = paper_reprint_mark(req->arena, w->ordinal, clock_business(), req->zone_s);
    cJSON_DeleteItemFromObjectCaseSensitive(root, "template");
    if (root && mark && cJSON_AddStringToObject(root, "mark", mark) &&
        (db_is_null(r, 0, 4) ||
         cJSON_AddStringToObject(root, "template", db_text_or_empty(r, 0, 4))))
        made = cJSON_PrintUnformatted(root);
    if (!made) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "paper"));
        return request_fail(req);
    }
    buffer_clear(&w->request);
    buffer_text(&w->request, made);
    cJSON_free(made);
    return draw(w, PRINT_MARKED);
}

/* With all its values: what was handed out, when nothing of them has changed, or a new version. The
 * hash leaves the template out: one that changed makes a new version only together with the data,
 * for what was handed out stays as it was. */
static enum step_result settle(struct paper_printing *w, int64_t number)
{
    struct request *req = &w->base;
    const struct db_result *r = &request_result(req, SLOT_PAPER)->result;
    const char *symbol = paper_rows[w->paper->kind].symbol;
    const void *hash, *sha256;
    size_t len, sha256_len;

    if (number &&
        (!put_number(&w->json, number, symbol) || !put_number(&w->request, number, symbol))) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "paper"));
        return request_fail(req);
    }
    digest_sha256(w->json.data, w->json.len, w->data_hash);
    hash = db_bytes(r, 0, 1, &len);
    sha256 = db_bytes(r, 0, 2, &sha256_len);
    if (!hash || len != DIGEST_LEN || memcmp(hash, w->data_hash, DIGEST_LEN) != 0 || !sha256 ||
        sha256_len != DIGEST_LEN)
        return draw(w, PRINT_DRAWN);
    if (paper_rows[w->paper->kind].is_marked)
        return draw_again(w);
    return blob_get_send(req, SLOT_BLOB, sha256) ? request_wait(req, PRINT_KEPT)
                                                 : request_fail(req);
}

static enum step_result print_choose(struct request *req)
{
    struct paper_printing *w = printing_of(req);
    const struct db_result *r = &request_result(req, SLOT_PAPER)->result;
    int64_t number = db_is_null(r, 0, 3) ? 0 : db_int(r, 0, 3);

    w->version = db_is_null(r, 0, 0) ? 0 : (int)db_int(r, 0, 0);
    return number || !w->paper->register_office ? settle(w, number) : draw(w, PRINT_TRIED);
}

static enum step_result print_tried(struct request *req)
{
    struct paper_printing *w = printing_of(req);
    const struct paper *paper = w->paper;
    struct db_params p;
    bool sent;

    if (w->job.error.code != ERR_NONE) {
        req->error = w->job.error;
        return request_fail(req);
    }
    buffer_deinit(&w->job.result);
    w->job = (struct renderer_job){0};
    db_params_init(&p);
    db_put_int8(&p, paper->dossier_id);
    db_put_text(&p, paper_rows[paper->kind].kind);
    db_put_int4(&p, paper->number);
    db_put_int8(&p, paper->register_office);
    db_put_int4(&p, paper->register_year);
    db_put_text(&p, paper_rows[paper->kind].symbol);
    db_put_instant(&p, clock_business());
    sent = request_query(req, SLOT_NUMBER, DB_LANE_JOB, DB_PAPER_NUMBER, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, PRINT_NUMBERED) : request_fail(req);
}

/* Without a number where the register is kept outside: its line stays blank. */
static enum step_result print_numbered(struct request *req)
{
    const struct db_result *r = &request_result(req, SLOT_NUMBER)->result;

    return settle(printing_of(req), db_is_null(r, 0, 0) ? 0 : db_int(r, 0, 0));
}

static enum step_result print_kept(struct request *req)
{
    struct paper_printing *w = printing_of(req);

    buffer_deinit(&w->job.result);
    if (!blob_get_take(req, SLOT_BLOB, &w->job.result))
        return request_fail(req);
    req->status = 200;
    return STEP_DONE;
}

static bool put(struct paper_printing *w)
{
    struct request *req = &w->base;
    const struct paper *paper = w->paper;
    struct db_params p;
    unsigned char *sealed;
    size_t len;
    bool sent;

    if (!seal_text(req->app->seal, req->arena, w->json.data, &sealed, &len, &req->error))
        return false;
    db_params_init(&p);
    db_put_int8(&p, paper->dossier_id);
    db_put_text(&p, paper_rows[paper->kind].kind);
    db_put_int4(&p, paper->number);
    db_put_int4(&p, w->version + 1);
    db_put_text(&p,
                arena_printf(req->arena, "%s:%s", paper->request.circular, paper->request.form));
    db_put_text(&p, paper->use.id);
    db_put_bytes(&p, sealed, len);
    db_put_bytes(&p, w->data_hash, DIGEST_LEN);
    db_put_bytes(&p, w->sha256, DIGEST_LEN);
    db_put_int8(&p, req->principal.officer_id);
    db_put_instant(&p, clock_business());
    if (paper->office)
        db_put_int8(&p, paper->office);
    else
        db_put_null(&p);
    sent = request_query(req, SLOT_PUT, DB_LANE_JOB, DB_PAPER_PUT, &p);
    db_params_deinit(&p);
    return sent;
}

static enum step_result print_drawn(struct request *req)
{
    struct paper_printing *w = printing_of(req);

    if (w->job.error.code != ERR_NONE) {
        req->error = w->job.error;
        return request_fail(req);
    }
    /* The job lane is one connection: the row follows its file. */
    return blob_put_send(req, SLOT_BLOB, w->job.result.data, w->job.result.len, "application/pdf",
                         w->sha256) &&
                   put(w)
               ? request_wait(req, PRINT_DONE)
               : request_fail(req);
}

static enum step_result print_marked(struct request *req)
{
    struct paper_printing *w = printing_of(req);
    const struct paper *paper = w->paper;
    struct db_params p;
    bool sent;

    if (w->job.error.code != ERR_NONE) {
        req->error = w->job.error;
        return request_fail(req);
    }
    digest_sha256(w->job.result.data, w->job.result.len, w->sha256);
    db_params_init(&p);
    db_put_int8(&p, paper->dossier_id);
    db_put_text(&p, paper_rows[paper->kind].kind);
    db_put_int4(&p, paper->number);
    db_put_int4(&p, w->version);
    db_put_int4(&p, w->ordinal);
    db_put_bytes(&p, w->sha256, DIGEST_LEN);
    db_put_int8(&p, req->principal.officer_id);
    db_put_instant(&p, clock_business());
    sent = request_query(req, SLOT_PUT, DB_LANE_JOB, DB_PAPER_REPRINT, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, PRINT_DONE) : request_fail(req);
}

static enum step_result print_done(struct request *req)
{
    req->status = 200;
    return STEP_DONE;
}

static const struct step print_steps[] = {
    [PRINT_FIND] = {"find", print_find},       [PRINT_CHOOSE] = {"choose", print_choose},
    [PRINT_TRIED] = {"tried", print_tried},    [PRINT_NUMBERED] = {"numbered", print_numbered},
    [PRINT_KEPT] = {"kept", print_kept},       [PRINT_DRAWN] = {"drawn", print_drawn},
    [PRINT_MARKED] = {"marked", print_marked}, [PRINT_DONE] = {"done", print_done},
};
static const struct use_case use_case_paper_print = {"paper print", sizeof(struct paper_printing),
                                                     print_steps, false, 0};

/* ---- the asker's side ---- */

struct asking {
    struct request *asker;
    struct paper *paper;
    struct buffer json, request;
};

static void prepare(struct request *req, void *data)
{
    struct paper_printing *w = printing_of(req);
    const struct asking *a = data;

    w->asker = a->asker;
    w->paper = a->paper;
    w->json = a->json;
    w->request = a->request;
}

static void printed(struct request *req, void *data)
{
    struct paper_printing *w = printing_of(req);

    (void)data;
    w->paper->job.error = req->error;
    if (req->error.code == ERR_NONE) {
        w->paper->job.result = w->job.result;
        w->job.result = (struct buffer){0};
    }
    request_release(w->asker);
}

bool paper_print(struct request *req, struct paper *p)
{
    struct document_request data = p->request;
    struct asking a = {.asker = req, .paper = p};

    /* Written down now: its texts are borrowed from the caller, who goes on. */
    data.template_text = NULL;
    if (!request_encode(&data, &a.json, &req->error) ||
        !request_encode(&p->request, &a.request, &req->error)) {
        buffer_deinit(&a.json);
        buffer_deinit(&a.request);
        return false;
    }
    request_hold(req);
    if (request_start(req->app, &use_case_paper_print, NULL, &req->principal, prepare, printed, &a))
        return true;
    req->n_outstanding--;
    buffer_deinit(&a.json);
    buffer_deinit(&a.request);
    return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "paper"));
}
