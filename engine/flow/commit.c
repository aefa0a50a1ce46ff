/* See commit.h. */
#include "flow/commit.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "flow/app.h"
#include "flow/outbox.h"
#include "flow/session.h"

static void body_hash(const struct request *req, unsigned char ret[DIGEST_LEN])
{
    /* The path is part of what was asked: one key, two actions, is not a repetition. */
    digest_chain(req->http->path, strlen(req->http->path), req->http->body, req->http->body_len,
                 ret);
}

void commit_remember(struct request *req, struct commit_member *m, int status)
{
    if (!req->http || !req->http->idempotency_key)
        return;
    m->principal = req->principal.officer_id;
    m->key = req->http->idempotency_key;
    m->status = status;
    body_hash(req, m->body_hash);
}

static void member_done(struct commit_member *m)
{
    request_release(m->data);
}

enum step_result commit_submit(struct request *req, struct commit_member *m, int step)
{
    m->done = member_done;
    m->data = req;
    if (!committer_submit(req->app->committer, m, &req->error))
        return request_fail(req);
    request_hold(req);
    return request_wait(req, step);
}

static void reference_done(void *data)
{
    request_renew(data); /* rights too: they may be what was edited */
    request_release(data);
}

enum commit_step commit_outcome(struct request *req, const struct commit_member *m, int *n_tries)
{
    const struct commit_outcome *o = &m->outcome;

    switch (o->result) {
    case COMMIT_APPLIED:
        req->app->metrics.decisions++;
        writes_done(&req->app->writes);
        if (m->n_outbox)
            outbox_kick(req->app->outbox);
        return COMMIT_STEP_DONE;
    case COMMIT_DUPLICATE_KEY:
        if (o->is_same_body)
            return COMMIT_STEP_ANSWERED;
        break;
    case COMMIT_STALE_VERSION:
        if (req->http && req->http->if_match) {
            error_set(&req->error, ERR_VERSION_STALE, arg_text("dossier", m->after->code),
                      arg_number("version", o->version));
            return COMMIT_STEP_FAILED;
        }
        if (++*n_tries < COMMIT_TRIES) {
            req->app->metrics.redecided++;
            return COMMIT_STEP_AGAIN;
        }
        break;
    case COMMIT_STALE_EPOCH:
        if (++*n_tries < COMMIT_TRIES) {
            req->app->metrics.redecided++;
            request_hold(req);
            reference_reload(req->app, reference_done, req);
            return COMMIT_STEP_AGAIN;
        }
        break;
    case COMMIT_CODE_EXHAUSTED:
    case COMMIT_CODE_TAKEN:
    case COMMIT_ALREADY_IMPORTED:
    case COMMIT_CLOCK_BEHIND:
    case COMMIT_LETTER_CONFLICT:
    case COMMIT_REGISTER_OUTSIDE:
    case COMMIT_NUMBER_REFUSED:
    case COMMIT_STALE_FENCE:
    case COMMIT_NO_DOSSIER:
    case COMMIT_FAILED:
        break;
    }
    req->error = o->error;
    return COMMIT_STEP_FAILED;
}

bool commit_key_send(struct request *req, int slot)
{
    unsigned char token_hash[DIGEST_LEN];
    struct db_params p;
    bool sent;

    /* The principal is not known yet: the query finds it by the session, on the same trip. */
    if (!req->http || !req->http->idempotency_key || !session_token_hash(req->http, token_hash))
        return true;
    db_params_init(&p);
    db_put_text(&p, req->http->idempotency_key);
    db_put_instant(&p, clock_real());
    db_put_bytes(&p, token_hash, sizeof token_hash);
    sent = request_query(req, slot, DB_LANE_READ, DB_IDEMPOTENCY_FIND, &p);
    db_params_deinit(&p);
    return sent;
}

bool commit_key_found(struct request *req, int slot, const char **ret_code, int *ret_status)
{
    const struct db_call *call = request_result(req, slot);
    unsigned char hash[DIGEST_LEN];

    if (!req->http || !req->http->idempotency_key)
        return false;
    for (int i = 0; i < db_rows(&call->result); i++) {
        size_t len;
        const void *stored = db_bytes(&call->result, i, 0, &len);

        if (db_int(&call->result, i, 5) != req->principal.officer_id)
            continue;
        body_hash(req, hash);
        if (len != DIGEST_LEN || !digest_equal(stored, hash, DIGEST_LEN)) {
            error_set(&req->error, ERR_KEY_REUSED, arg_text("key", req->http->idempotency_key));
            return false;
        }
        *ret_code = arena_strdup(req->arena, db_text_or_empty(&call->result, i, 4));
        *ret_status = (int)db_int(&call->result, i, 3);
        return true;
    }
    return false;
}

bool commit_if_match(struct request *req, int32_t *ret_version)
{
    const char *s = req->http ? req->http->if_match : NULL;
    char *end;
    long v;

    *ret_version = 0;
    if (!s || !strcmp(s, "*"))
        return true;
    if (!strncmp(s, "W/", 2))
        s += 2;
    if (*s == '"')
        s++;
    v = strtol(s, &end, 10);
    if (end == s || v < 1 || v > INT32_MAX || (*end && strcmp(end, "\"") != 0))
        return error_set(&req->error, ERR_IF_MATCH_FORM, arg_text("value", req->http->if_match));
    *ret_version = (int32_t)v;
    return true;
}

bool commit_make_remark(struct request *req, const char *text, struct commit_remark *ret_row,
                        int *n_rows, const char **ret_value)
{
    unsigned char commitment[DIGEST_LEN];
    char hex[2 * DIGEST_LEN + 1];
    int64_t id;

    *ret_value = NULL;
    if (!text || !*text)
        return true;
    id = app_next_id(req->app, ID_REMARK);
    if (!id)
        return error_set(&req->error, ERR_IDS_SHORT, arg_text("what", "remark"));
    seal_commitment(req->app->seal, &text, 1, commitment);
    hex_encode(commitment, sizeof commitment, hex);
    ret_row->id = id;
    ret_row->text = text;
    ++*n_rows;
    *ret_value = arena_printf(req->arena, "%lld:%s", (long long)id, hex);
    return *ret_value || error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "remark"));
}
