/* See seal_keys.h. */
#include "flow/seal_keys.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "flow/app.h"

/* ---- telling the database ---- */

struct telling {
    struct app *app;
    struct seal_ring *ring;
    struct db_call call;
    bool is_done;
};

static bool tell(struct telling *t, void (*done)(struct db_call *call), struct error *err)
{
    int64_t ids[SEAL_KEYS_MAX];
    struct db_params p;
    bool sent;

    for (int i = 0; i < seal_ring_count(t->ring); i++)
        ids[i] = seal_ring_id(t->ring, i);
    t->call.done = done;
    t->call.data = t;
    db_params_init(&p);
    db_put_int8_array(&p, ids, seal_ring_count(t->ring));
    db_put_instant(&p, clock_real());
    sent = db_query(t->app->db, DB_LANE_READ, DB_SEAL_KEY_REGISTER, &p, &t->call, err);
    db_params_deinit(&p);
    return sent;
}

/* A retired key may still stand in the file, and opens nothing; but it may not be the one that
 * seals. */
static bool is_accepted(const struct telling *t, struct error *err)
{
    const struct db_result *r = &t->call.result;

    if (t->call.error.code != ERR_NONE) {
        *err = t->call.error;
        return false;
    }
    for (int i = 0; i < db_rows(r); i++)
        if (db_int(r, i, 0) == seal_ring_id(t->ring, 0))
            return error_set(err, ERR_KEY_RETIRED, arg_number("id", db_int(r, i, 0)));
    return true;
}

static void told_first(struct db_call *call)
{
    ((struct telling *)call->data)->is_done = true;
}

bool seal_keys_register(struct app *app, struct error *err)
{
    struct telling t = {.app = app, .ring = app->seal};
    bool ok;

    if (!tell(&t, told_first, err))
        return false;
    while (!t.is_done && uv_run(app->loop, UV_RUN_ONCE))
        ;
    ok = is_accepted(&t, err);
    db_call_deinit(&t.call);
    return ok;
}

static void keep_old(struct telling *t, const struct error *err)
{
    log_error(LOG_ERROR, "keys_kept", err);
    seal_ring_free(t->ring);
    free(t);
}

static void told_again(struct db_call *call)
{
    struct telling *t = call->data;
    struct error err;

    if (is_accepted(t, &err)) {
        seal_ring_free(t->app->seal);
        t->app->seal = t->ring;
        t->ring = NULL;
        log_event(LOG_INFO, "keys_reloaded", arg_number("keys", seal_ring_count(t->app->seal)),
                  arg_number("seals", seal_ring_id(t->app->seal, 0)));
        db_call_deinit(call);
        free(t);
        return;
    }
    db_call_deinit(call);
    keep_old(t, &err);
}

void seal_keys_reload(struct app *app, const char *path)
{
    struct telling *t = calloc(1, sizeof *t);
    struct error err;

    if (!t) {
        (void)error_set(&err, ERR_NO_MEMORY, arg_text("what", path));
        log_error(LOG_ERROR, "keys_kept", &err);
        return;
    }
    t->app = app;
    if (!seal_ring_load(path, &t->ring, &err)) {
        keep_old(t, &err);
        return;
    }
    /* Commitments that were made would not be found true any more. */
    if (seal_ring_commitment_id(t->ring) != seal_ring_commitment_id(app->seal))
        (void)error_set(&err, ERR_KEY_OF_ANOTHER, arg_text("path", path));
    else if (tell(t, told_again, &err))
        return;
    keep_old(t, &err);
}

/* ---- the list ---- */

enum { KEYS_BEGIN, KEYS_SEND, KEYS_REPLY };

static enum step_result keys_begin(struct request *req)
{
    return request_wait(req, KEYS_SEND);
}

static enum step_result keys_send(struct request *req)
{
    if (!request_require(req, GRANT_EDIT_RULES, 0) ||
        !request_query(req, 0, DB_LANE_JOB, DB_SEAL_KEY_LIST, NULL))
        return request_fail(req);
    return request_wait(req, KEYS_REPLY);
}

static enum step_result keys_reply(struct request *req)
{
    const struct seal_ring *ring = req->app->seal;
    const struct db_result *r = &request_result(req, 0)->result;
    int n = db_rows(r);
    struct wire_seal_key *items = arena_array(req->arena, (size_t)n + 1, sizeof *items);
    struct wire_seal_key_list out;

    if (!items) {
        (void)error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "keys"));
        return request_fail(req);
    }
    for (int i = 0; i < n; i++) {
        struct wire_seal_key *w = &items[i];

        wire_seal_key_init(w);
        w->id = db_int(r, i, 0);
        w->added_at = db_instant(r, i, 1);
        w->retired_at = db_instant(r, i, 2);
        w->persons = db_int(r, i, 3);
        w->papers = db_int(r, i, 4);
        w->secrets = db_int(r, i, 5);
        w->is_sealing = seal_ring_id(ring, 0) == w->id;
        w->makes_commitments = seal_ring_commitment_id(ring) == w->id;
        for (int k = 0; k < seal_ring_count(ring); k++)
            w->is_loaded |= seal_ring_id(ring, k) == w->id;
    }
    wire_seal_key_list_init(&out);
    out.items = items;
    out.n_items = (size_t)n;
    if (!wire_seal_key_list_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step keys_steps[] = {
    [KEYS_BEGIN] = {"begin", keys_begin},
    [KEYS_SEND] = {"send", keys_send},
    [KEYS_REPLY] = {"reply", keys_reply},
};
const struct use_case use_case_keys = {"keys", sizeof(struct request), keys_steps, false, 0};

/* ---- ordering it ---- */

enum { RESEAL_BEGIN, RESEAL_ORDER, RESEAL_REPLY };

static enum step_result reseal_order(struct request *req)
{
    const char *key = arena_printf(req->arena, "%ld-%lld", (long)seal_ring_id(req->app->seal, 0),
                                   (long long)clock_real());
    const char *parameters =
        arena_printf(req->arena, "{\"key\":%ld}", (long)seal_ring_id(req->app->seal, 0));

    if (!request_require(req, GRANT_EDIT_RULES, 0) ||
        !job_create_send(req, 0, JOB_RESEAL, key, parameters))
        return request_fail(req);
    return request_wait(req, RESEAL_REPLY);
}

static enum step_result reseal_begin(struct request *req)
{
    return request_wait(req, RESEAL_ORDER);
}

static enum step_result reseal_reply(struct request *req)
{
    return job_reply(req, 0);
}

static const struct step reseal_steps[] = {
    [RESEAL_BEGIN] = {"begin", reseal_begin},
    [RESEAL_ORDER] = {"order", reseal_order},
    [RESEAL_REPLY] = {"reply", reseal_reply},
};
const struct use_case use_case_keys_reseal = {"keys reseal", sizeof(struct request), reseal_steps,
                                              false, 0};
