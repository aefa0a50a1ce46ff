/* What is told of sweeps: the reply of a run, and the list of nights. */
#include "base/log.h"
#include "domain/vocabulary.h"
#include "flow/app.h"
#include "flow/sweep.h"

enum step_result sweep_reply(struct request *req)
{
    struct sweep *s = container_of(req, struct sweep, base);
    struct wire_sweep out;

    s->base.chunk = arena_free(s->base.chunk);
    if (!s->is_alarm)
        log_event(LOG_INFO, "sweep", arg_instant("as_of", s->at), arg_number("seen", s->seen),
                  arg_number("letters", s->letters), arg_number("overdue", s->overdue),
                  arg_number("failed", s->failed));
    wire_sweep_init(&out);
    if (s->run_id)
        out.id = s->run_id;
    out.night = s->at;
    out.started_at = s->started_at;
    out.ended_at = s->ended_at;
    out.state = words_find(&words_job_state, "done");
    out.dry_run = s->dry_run;
    out.was_run_before = s->was_run_before;
    out.seen = s->seen;
    out.warned = s->warned;
    out.certain = s->certain;
    out.overdue = s->overdue;
    out.letters = s->letters;
    out.failed = s->failed;
    out.duration_ms = (s->ended_at - s->started_at) / 1000;
    out.letters_drafted = s->drafted;
    out.n_letters_drafted = s->n_drafted;
    out.failures = s->failures;
    out.n_failures = s->n_failures;
    if (!wire_sweep_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

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
