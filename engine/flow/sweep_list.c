/* The records of nights that were swept. */
#include "domain/vocabulary.h"
#include "flow/app.h"
#include "flow/sweep.h"

static enum step_result sweeps_send(struct request *req)
{
    struct db_params p;
    bool sent;

    db_params_init(&p);
    db_put_int4(&p, LIST_ITEMS_DEFAULT);
    sent = request_query(req, 0, DB_LANE_READ, DB_SWEEP_LIST, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, 1) : request_fail(req);
}

static enum step_result sweeps_reply(struct request *req)
{
    const struct db_result *r = &request_result(req, 0)->result;
    int n = db_rows(r);
    struct wire_sweep *items = arena_array(req->arena, (size_t)n + 1, sizeof *items);
    struct wire_sweep_list out;

    if (!items) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "sweeps"));
        return request_fail(req);
    }
    wire_sweep_list_init(&out);
    for (int i = 0; i < n; i++) {
        wire_sweep_init(&items[i]);
        items[i].id = db_int(r, i, 0);
        items[i].night = db_instant(r, i, 1);
        items[i].started_at = db_instant(r, i, 2);
        items[i].ended_at = db_instant(r, i, 3);
        items[i].state =
            words_find(&words_job_state, items[i].ended_at == INSTANT_NONE ? "running" : "done");
        items[i].seen = db_int(r, i, 4);
        items[i].warned = db_int(r, i, 5);
        items[i].certain = 0;
        items[i].overdue = db_int(r, i, 6);
        items[i].letters = db_int(r, i, 7);
        items[i].failed = 0;
    }
    out.items = items;
    out.n_items = (size_t)n;
    if (!wire_sweep_list_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step sweeps_steps[] = {{"send", sweeps_send}, {"reply", sweeps_reply}};
const struct use_case use_case_sweeps = {"sweeps", sizeof(struct request), sweeps_steps, false, 0};
