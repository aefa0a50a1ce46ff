/* See retention.h. What goes is decided by functions of the database, set by set. */
#include "flow/retention.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "flow/app.h"

#define CHUNK 200

static const char *const rules[] = {"persons", "reads", "security_events", "messages"};
enum { RULES = sizeof rules / sizeof *rules };

/* ---- the rules, and what each would take: writes nothing ---- */

enum { RETENTION_BEGIN, RETENTION_SEND, RETENTION_SAVED, RETENTION_REPLY };

struct retention {
    struct request base;
    struct wire_retention_set in;
};

static bool list_send(struct request *req)
{
    struct db_params p;
    bool sent;

    db_params_init(&p);
    db_put_instant(&p, clock_real());
    db_put_instant(&p, clock_business());
    sent = request_query(req, 1, DB_LANE_JOB, DB_RETENTION_LIST, &p);
    db_params_deinit(&p);
    return sent;
}

static enum step_result retention_begin(struct request *req)
{
    return request_wait(req, RETENTION_SEND);
}

static enum step_result retention_send(struct request *req)
{
    return request_require(req, GRANT_EDIT_RULES, 0) && list_send(req)
               ? request_wait(req, RETENTION_REPLY)
               : request_fail(req);
}

static enum step_result retention_reply(struct request *req)
{
    const struct db_result *r = &request_result(req, 1)->result;
    struct wire_retention_rule items[RULES];
    struct wire_retention_rule_list out;

    wire_retention_rule_list_init(&out);
    for (int i = 0; i < db_rows(r) && i < RULES; i++) {
        struct wire_retention_rule *w = &items[out.n_items++];

        wire_retention_rule_init(w);
        w->what = db_text_or_empty(r, i, 0);
        w->keep_months = db_int(r, i, 1);
        w->is_active = db_bool(r, i, 2);
        w->n = db_int(r, i, 3);
        w->oldest_at = db_instant(r, i, 4);
        w->before = db_instant(r, i, 5);
    }
    out.items = items;
    if (!wire_retention_rule_list_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step retention_steps[] = {
    [RETENTION_BEGIN] = {"begin", retention_begin},
    [RETENTION_SEND] = {"send", retention_send},
    [RETENTION_SAVED] = {"unused", retention_send},
    [RETENTION_REPLY] = {"reply", retention_reply},
};
const struct use_case use_case_retention = {"retention", sizeof(struct retention), retention_steps,
                                            false, 0};

/* ---- an edit ---- */

static enum step_result set_begin(struct request *req)
{
    struct retention *s = container_of(req, struct retention, base);

    if (!request_json(req) ||
        !wire_retention_set_decode(req->json, req->arena, &s->in, &req->error))
        return request_fail(req);
    return request_wait(req, RETENTION_SEND);
}

static enum step_result set_send(struct request *req)
{
    struct retention *s = container_of(req, struct retention, base);
    struct db_params p;
    bool sent;

    if (!request_require(req, GRANT_EDIT_RULES, 0))
        return request_fail(req);
    db_params_init(&p);
    db_put_text(&p, http_request_param(req->http, "what"));
    if (s->in.keep_months == INTEGER_NONE)
        db_put_null(&p);
    else
        db_put_int4(&p, (int32_t)s->in.keep_months);
    db_put_bool(&p, s->in.is_active);
    db_put_int8(&p, req->principal.officer_id);
    db_put_text(&p, s->in.source);
    db_put_text(&p, s->in.reason);
    db_put_date(&p, instant_date(req->now, req->zone_s));
    db_put_instant(&p, req->now);
    sent = request_query(req, 0, DB_LANE_JOB, DB_RETENTION_SET, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, RETENTION_SAVED) : request_fail(req);
}

static enum step_result set_saved(struct request *req)
{
    if (db_is_null(&request_result(req, 0)->result, 0, 0)) {
        error_set(&req->error, ERR_ITEM_UNKNOWN,
                  arg_text("value", http_request_param(req->http, "what")));
        return request_fail(req);
    }
    return list_send(req) ? request_wait(req, RETENTION_REPLY) : request_fail(req);
}

static const struct step set_steps[] = {
    [RETENTION_BEGIN] = {"begin", set_begin},
    [RETENTION_SEND] = {"send", set_send},
    [RETENTION_SAVED] = {"saved", set_saved},
    [RETENTION_REPLY] = {"reply", retention_reply},
};
const struct use_case use_case_retention_set = {"retention set", sizeof(struct retention),
                                                set_steps, false, 0};

/* ---- ordering the job ---- */

static enum step_result run_order(struct request *req)
{
    const char *key = arena_printf(req->arena, "%lld", (long long)clock_real());

    if (!request_require(req, GRANT_EDIT_RULES, 0) ||
        !job_create_send(req, 0, JOB_RETENTION, key, NULL))
        return request_fail(req);
    return request_wait(req, RETENTION_SAVED);
}

static enum step_result run_reply(struct request *req)
{
    return job_reply(req, 0);
}

static const struct step run_steps[] = {
    [RETENTION_BEGIN] = {"begin", retention_begin},
    [RETENTION_SEND] = {"order", run_order},
    [RETENTION_SAVED] = {"reply", run_reply},
};
const struct use_case use_case_retention_run = {"retention run", sizeof(struct request), run_steps,
                                                false, 0};

/* ---- the job: rule by rule, chunk by chunk; what went is not found again ---- */

enum { JOB_BEGIN, JOB_STEP, JOB_DONE, JOB_NEXT };

struct retention_job {
    struct job job; /* first */
    int64_t rule, after, gone[RULES];
};

static struct retention_job *job_of(struct request *req)
{
    return container_of(container_of(req, struct job, base), struct retention_job, job);
}

static enum step_result job_begin(struct request *req)
{
    struct retention_job *j = job_of(req);
    int64_t *const parts[] = {&j->rule,    &j->after,   &j->gone[0],
                              &j->gone[1], &j->gone[2], &j->gone[3]};

    job_cursor_read(&j->job, parts, ARRAY_LEN(parts));
    return request_next(req, JOB_STEP);
}

static enum step_result job_finish(struct retention_job *j)
{
    struct request *req = &j->job.base;
    struct wire_retention_result out;

    wire_retention_result_init(&out);
    out.persons = j->gone[0];
    out.reads = j->gone[1];
    out.security_events = j->gone[2];
    out.messages = j->gone[3];
    if (!wire_retention_result_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return STEP_DONE;
}

static enum step_result job_step(struct request *req)
{
    struct retention_job *j = job_of(req);
    struct db_params p;
    bool sent;

    if (j->rule >= RULES)
        return job_finish(j);
    db_params_init(&p);
    db_put_text(&p, rules[j->rule]);
    db_put_instant(&p, clock_real());
    db_put_instant(&p, clock_business());
    db_put_int8(&p, j->after);
    db_put_int4(&p, CHUNK);
    sent = request_query(req, 0, DB_LANE_JOB, DB_RETENTION_STEP, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, JOB_DONE) : request_fail(req);
}

static enum step_result job_done(struct request *req)
{
    struct retention_job *j = job_of(req);
    const struct db_result *r = &request_result(req, 0)->result;

    j->gone[j->rule] += db_int(r, 0, 0);
    j->job.done += db_int(r, 0, 0);
    if (db_is_null(r, 0, 1)) {
        j->rule++;
        j->after = 0;
    } else {
        j->after = db_int(r, 0, 1);
    }
    job_cursor_write(
        &j->job, (int64_t[]){j->rule, j->after, j->gone[0], j->gone[1], j->gone[2], j->gone[3]}, 6);
    return job_checkpoint(&j->job) ? request_wait(req, JOB_NEXT) : request_fail(req);
}

static enum step_result job_next(struct request *req)
{
    return job_goes_on(&job_of(req)->job) ? request_next(req, JOB_STEP) : STEP_DONE;
}

static const struct step job_steps[] = {
    [JOB_BEGIN] = {"begin", job_begin},
    [JOB_STEP] = {"step", job_step},
    [JOB_DONE] = {"done", job_done},
    [JOB_NEXT] = {"next", job_next},
};
const struct use_case use_case_retention_job = {"retention job", sizeof(struct retention_job),
                                                job_steps, false, 0};
