/* See job.h: ordering a job, and what its use case calls while it works. */
#include "flow/job.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "flow/app.h"
#include "flow/job_impl.h"

#define RELOADS_MAX 20

bool job_create_send(struct request *req, int slot, enum job_kind kind, const char *key,
                     const char *parameters)
{
    struct db_params p;
    bool sent;

    db_params_init(&p);
    db_put_text(&p, job_kind_word(kind));
    db_put_text(&p, key);
    db_put_text(&p, parameters ? parameters : "{}");
    db_put_int8(&p, req->principal.officer_id);
    db_put_instant(&p, req->now);
    sent = request_query(req, slot, DB_LANE_JOB, DB_JOB_CREATE, &p);
    db_params_deinit(&p);
    return sent;
}

bool job_read_send(struct request *req, int slot, int64_t id)
{
    struct db_params p;
    bool sent;

    db_params_init(&p);
    db_put_int8(&p, id);
    sent = request_query(req, slot, DB_LANE_JOB, DB_JOB_READ, &p);
    db_params_deinit(&p);
    return sent;
}

enum step_result job_reply(struct request *req, int slot)
{
    const struct db_result *r = &request_result(req, slot)->result;
    struct wire_job out;

    if (db_rows(r) == 0) {
        error_set(&req->error, ERR_ITEM_UNKNOWN, arg_text("value", "job"));
        return request_fail(req);
    }
    if (!job_view(req, r, 0, &out) || !wire_job_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    job_runner_kick(req->app->jobs);
    job_runner_kick(req->app->sweeps);
    request_field(req, "Location",
                  arena_printf(req->arena, "/api/v1/jobs/%lld", (long long)out.id));
    return request_reply_json(req, 202);
}

/* ---- while it works ---- */

void job_cursor_read(const struct job *j, int64_t *const parts[], size_t n)
{
    const char *at = j->cursor;

    for (size_t i = 0; *at && i < n; i++) {
        char *end;

        *parts[i] = strtoll(at, &end, 10);
        at = end + (*end == ':');
    }
}

void job_cursor_write(struct job *j, const int64_t parts[], size_t n)
{
    size_t len = 0;

    for (size_t i = 0; i < n; i++)
        len += (size_t)snprintf(j->cursor + len, sizeof j->cursor - len,
                                i ? ":%" PRId64 : "%" PRId64, parts[i]);
    assert(len < sizeof j->cursor);
}

bool job_item_add(struct job *j, const char *json)
{
    if (j->n_waiting == JOB_ITEMS_MAX)
        return error_set(&j->base.error, ERR_INTERNAL, arg_text("what", "job_item"));
    if (!json)
        return error_set(&j->base.error, ERR_NO_MEMORY, arg_text("what", "job_item"));
    j->items[j->n_waiting++] = json;
    return true;
}

static void checkpoint_done(struct db_call *call)
{
    struct job *j = call->data;

    j->is_checkpointing = false;
    if (call->error.code != ERR_NONE && j->base.error.code == ERR_NONE)
        j->base.error = call->error;
    request_release(&j->base);
}

void job_put_total(struct db_params *p, const struct job *j)
{
    if (j->total < 0)
        db_put_null(p);
    else
        db_put_int8(p, j->total);
}

void job_checkpoint_params(const struct job *j, struct db_params *p)
{
    int64_t now = clock_real();

    db_put_int8(p, j->id);
    db_put_int8(p, j->fence);
    db_put_instant(p, now);
    db_put_instant(p, now + JOB_LEASE);
    db_put_int8(p, j->done);
    job_put_total(p, j);
}

bool job_checkpoint_by(struct job *j, enum db_query query, const struct db_params *p)
{
    bool sent;

    assert(!j->is_checkpointing);
    j->checkpoint.done = checkpoint_done;
    j->checkpoint.data = j;
    sent = db_params_ok(p)
               ? db_query(j->base.app->db, DB_LANE_JOB, query, p, &j->checkpoint, &j->base.error)
               : error_set(&j->base.error, ERR_NO_MEMORY, arg_text("what", "job"));
    if (!sent)
        return false;
    j->is_checkpointing = true;
    request_hold(&j->base);
    return true;
}

bool job_checkpoint(struct job *j)
{
    struct db_params p;
    bool sent;

    db_params_init(&p);
    job_checkpoint_params(j, &p);
    db_put_text(&p, j->cursor);
    db_put_text_array(&p, j->items, j->n_waiting);
    sent = job_checkpoint_by(j, DB_JOB_CHECKPOINT, &p);
    db_params_deinit(&p);
    if (!sent)
        return false;
    j->n_items += j->n_waiting;
    j->n_waiting = 0;
    return true;
}

bool job_goes_on(struct job *j)
{
    const struct db_result *r = &j->checkpoint.result;

    if (db_rows(r) == 0)
        j->stop = JOB_LOST;
    else if (db_bool(r, 0, 0))
        j->stop = JOB_CANCELLED;
    else if (j->base.app->is_stopping)
        j->stop = JOB_STOPPING;
    return j->stop == JOB_GOES_ON;
}

bool job_reference_send(struct job *j, int slot)
{
    return request_query(&j->base, slot, DB_LANE_JOB, DB_REFERENCE_SETTING, NULL);
}

static void reference_done(void *data)
{
    request_release(data);
}

bool job_reference_is_fresh(struct job *j, int slot)
{
    struct request *req = &j->base;
    int64_t epoch = db_int(&request_result(req, slot)->result, 0, 0);

    reference_unref(req->reference);
    req->reference = reference_ref(req->app->reference);
    if (req->reference->epoch >= epoch) {
        j->n_reloads = 0;
        return true;
    }
    /* A load already under way may have begun before the edit: so it is asked for again and again,
     * but not for ever. */
    if (++j->n_reloads > RELOADS_MAX)
        return error_set(&req->error, ERR_REFERENCE_MISSING, arg_text("what", "reference"));
    request_hold(req);
    reference_reload(req->app, reference_done, req);
    return false;
}
