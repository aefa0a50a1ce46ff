/* Jobs as the API tells of them: the list, one, what it found, and stopping or resuming it. Whoever
 * may order a kind of job may read and stop those of others: an edit is the installation's. What is
 * signed is the signer's. */
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "flow/app.h"
#include "flow/asked.h"
#include "flow/job_impl.h"
#include "flow/refusal.h"
#include "flow/view.h"

enum { STEP_SEND = 1, STEP_REPLY };

/* ---- a job as a reader sees it ---- */

bool job_is_silent(const char *state, int64_t lease_until)
{
    return !strcmp(state, "running") && lease_until < clock_real();
}

bool job_view(struct request *req, const struct db_result *r, int row, struct wire_job *ret)
{
    const char *kind = db_text_or_empty(r, row, 1);
    int known = job_kind_find(kind);

    wire_job_init(ret);
    ret->id = db_int(r, row, 0);
    ret->kind = kind;
    ret->label = known < 0 ? kind : job_kind_label((enum job_kind)known, req->lang);
    ret->state = words_find(&words_job_state, db_text_or_empty(r, row, 2));
    ret->done = db_int(r, row, 3);
    if (!db_is_null(r, row, 4))
        ret->total = db_int(r, row, 4);
    ret->items = db_int(r, row, 5);
    ret->created_by = view_officer_key(req, db_int(r, row, 6));
    ret->created_at = db_instant(r, row, 7);
    ret->started_at = db_instant(r, row, 8);
    ret->ended_at = db_instant(r, row, 9);
    ret->is_cancel_requested = db_bool(r, row, 10);
    if (!db_is_null(r, row, 11))
        ret->problem = refusal_read(req, db_text(r, row, 11));
    ret->result = db_text(r, row, 12);
    ret->is_lease_expired = job_is_silent(db_text_or_empty(r, row, 2), db_instant(r, row, 13));
    return true;
}

/* The reader ordered it, or its kind is not a matter of one person. */
static bool is_mine(const struct request *req, enum job_kind kind, int64_t created_by)
{
    return !job_kind_is_personal(kind) || created_by == req->principal.officer_id;
}

static bool may(const struct request *req, enum job_kind kind)
{
    return right_grants(&req->principal, job_kind_grant(kind), NULL, 0, reference_within,
                        req->reference);
}

/* ---- the list ---- */

struct jobs {
    struct request base;
    struct wire_job_query in;
    int64_t limit;
};

static enum step_result jobs_parse(struct request *req)
{
    struct jobs *l = container_of(req, struct jobs, base);

    if (!codec_decode_pairs(&message_job_query, req->http->query, req->http->n_query, req->arena,
                            &l->in, &req->error))
        return request_fail(req);
    l->limit = l->in.limit == INTEGER_NONE ? LIST_ITEMS_DEFAULT : l->in.limit;
    return request_wait(req, STEP_SEND);
}

/* The kinds asked for that this reader may see; refuses when there is none. */
static int kinds_visible(struct jobs *l, const char *ret[JOB_KIND_COUNT])
{
    struct request *req = &l->base;
    int n = 0;

    for (int i = 0; i < JOB_KIND_COUNT; i++)
        if ((l->in.kind == WORD_NONE || l->in.kind == i) && may(req, (enum job_kind)i))
            ret[n++] = job_kind_word((enum job_kind)i);
    if (n == 0)
        (void)request_require(
            req, job_kind_grant(l->in.kind == WORD_NONE ? 0 : (enum job_kind)l->in.kind), 0);
    return n;
}

static int kinds_personal(const char *ret[JOB_KIND_COUNT])
{
    int n = 0;

    for (int i = 0; i < JOB_KIND_COUNT; i++)
        if (job_kind_is_personal((enum job_kind)i))
            ret[n++] = job_kind_word((enum job_kind)i);
    return n;
}

static enum step_result jobs_send(struct request *req)
{
    struct jobs *l = container_of(req, struct jobs, base);
    const char *kinds[JOB_KIND_COUNT], *personal[JOB_KIND_COUNT];
    int n = kinds_visible(l, kinds), n_personal = kinds_personal(personal);
    int64_t before = INT64_MAX;
    struct db_params p;
    bool sent;

    if (n == 0 || !asked_after(req, l->in.after, (int64_t *[]){&before}, 1))
        return request_fail(req);
    db_params_init(&p);
    db_put_text_array(&p, kinds, n);
    db_put_text(&p, l->in.state == WORD_NONE ? NULL : words_job_state.words[l->in.state]);
    db_put_int8(&p, before);
    db_put_int4(&p, (int32_t)l->limit + 1);
    db_put_text_array(&p, personal, n_personal);
    db_put_int8(&p, req->principal.officer_id);
    sent = request_query(req, 0, DB_LANE_READ, DB_JOB_LIST, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, STEP_REPLY) : request_fail(req);
}

static enum step_result jobs_reply(struct request *req)
{
    struct jobs *l = container_of(req, struct jobs, base);
    const struct db_result *r = &request_result(req, 0)->result;
    int n = db_rows(r);
    struct wire_job *items = arena_array(req->arena, (size_t)n + 1, sizeof *items);
    struct wire_job_list out;

    if (!items) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "jobs"));
        return request_fail(req);
    }
    wire_job_list_init(&out);
    if (n > l->limit) {
        n = (int)l->limit;
        out.next = arena_printf(req->arena, "%lld", (long long)db_int(r, n - 1, 0));
    }
    for (int i = 0; i < n; i++)
        job_view(req, r, i, &items[i]);
    out.items = items;
    out.n_items = (size_t)n;
    if (!wire_job_list_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step jobs_steps[] = {
    {"parse", jobs_parse}, [STEP_SEND] = {"send", jobs_send}, [STEP_REPLY] = {"reply", jobs_reply}};
const struct use_case use_case_jobs = {"jobs", sizeof(struct jobs), jobs_steps, false, 0};

/* ---- one job, and what it found ---- */

struct one_job {
    struct request base;
    int64_t id;
    struct wire_page_query in;
    int64_t limit;
    bool is_resume;
};

static bool parse_id(struct one_job *o)
{
    o->id = asked_id(&o->base, "id");
    return o->id > 0 || error_set(&o->base.error, ERR_JOB_UNKNOWN,
                                  arg_text("value", http_request_param(o->base.http, "id")));
}

static enum step_result job_parse(struct request *req)
{
    struct one_job *o = container_of(req, struct one_job, base);

    return parse_id(o) && job_read_send(req, 0, o->id) ? request_wait(req, STEP_SEND)
                                                       : request_fail(req);
}

/* The job was found and the reader may see it, or (`is_to_read`) ordered it; a job whose kind is
 * not known here is nobody's. */
static bool is_visible(struct one_job *o, bool is_to_read)
{
    struct request *req = &o->base;
    const struct db_result *r = &request_result(req, 0)->result;
    int kind = db_rows(r) ? job_kind_find(db_text_or_empty(r, 0, 1)) : -1;

    if (kind < 0 || !is_mine(req, (enum job_kind)kind, db_int(r, 0, 6)))
        return error_set(&req->error, ERR_JOB_UNKNOWN,
                         arg_text("value", http_request_param(req->http, "id")));
    return (is_to_read && db_int(r, 0, 6) == req->principal.officer_id) ||
           request_require(req, job_kind_grant((enum job_kind)kind), 0);
}

static enum step_result answer(struct request *req, int slot)
{
    struct wire_job out;

    job_view(req, &request_result(req, slot)->result, 0, &out);
    if (!wire_job_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static enum step_result job_answer(struct request *req)
{
    return is_visible(container_of(req, struct one_job, base), true) ? answer(req, 0)
                                                                     : request_fail(req);
}

static const struct step job_steps[] = {{"parse", job_parse}, [STEP_SEND] = {"reply", job_answer}};
const struct use_case use_case_job = {"job", sizeof(struct one_job), job_steps, false, 0};

static enum step_result items_parse(struct request *req)
{
    struct one_job *o = container_of(req, struct one_job, base);

    if (!codec_decode_pairs(&message_page_query, req->http->query, req->http->n_query, req->arena,
                            &o->in, &req->error))
        return request_fail(req);
    return job_parse(req);
}

static enum step_result items_send(struct request *req)
{
    struct one_job *o = container_of(req, struct one_job, base);
    int64_t after = 0;
    struct db_params p;
    bool sent;

    if (!is_visible(o, true) || !asked_after(req, o->in.after, (int64_t *[]){&after}, 1))
        return request_fail(req);
    o->limit = o->in.limit == INTEGER_NONE ? LIST_ITEMS_DEFAULT : o->in.limit;
    db_params_init(&p);
    db_put_int8(&p, o->id);
    db_put_int8(&p, after);
    db_put_int4(&p, (int32_t)o->limit + 1);
    sent = request_query(req, 1, DB_LANE_READ, DB_JOB_ITEMS, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, STEP_REPLY) : request_fail(req);
}

static enum step_result items_reply(struct request *req)
{
    struct one_job *o = container_of(req, struct one_job, base);
    const struct db_result *r = &request_result(req, 1)->result;
    int n = db_rows(r);
    struct wire_job_item *items = arena_array(req->arena, (size_t)n + 1, sizeof *items);
    struct wire_job_item_list out;

    if (!items) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "job_items"));
        return request_fail(req);
    }
    wire_job_item_list_init(&out);
    if (n > o->limit) {
        n = (int)o->limit;
        out.next = arena_printf(req->arena, "%lld", (long long)db_int(r, n - 1, 0));
    }
    for (int i = 0; i < n; i++) {
        wire_job_item_init(&items[i]);
        items[i].ordinal = db_int(r, i, 0);
        items[i].item = db_text(r, i, 1);
    }
    out.items = items;
    out.n_items = (size_t)n;
    if (o->in.count)
        out.count = db_int(&request_result(req, 0)->result, 0, 5);
    if (!wire_job_item_list_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step items_steps[] = {{"parse", items_parse},
                                          [STEP_SEND] = {"send", items_send},
                                          [STEP_REPLY] = {"reply", items_reply}};
const struct use_case use_case_job_items = {"job items", sizeof(struct one_job), items_steps, false,
                                            0};

/* ---- cancel, resume ---- */

static enum step_result action_parse(struct request *req)
{
    struct one_job *o = container_of(req, struct one_job, base);
    const char *action = http_request_param(req->http, "action");

    o->is_resume = !strcmp(action, "resume");
    if (!o->is_resume && strcmp(action, "cancel") != 0) {
        error_set(&req->error, ERR_ACTION_UNKNOWN, arg_text("action", action));
        return request_fail(req);
    }
    return job_parse(req);
}

static enum step_result action_send(struct request *req)
{
    struct one_job *o = container_of(req, struct one_job, base);
    struct db_params p;
    bool sent;

    if (!is_visible(o, false))
        return request_fail(req);
    db_params_init(&p);
    db_put_int8(&p, o->id);
    if (!o->is_resume) {
        db_put_int8(&p, req->principal.officer_id);
        db_put_instant(&p, clock_real());
        db_put_instant(&p, req->now);
    }
    sent = request_query(req, 1, DB_LANE_JOB, o->is_resume ? DB_JOB_RESUME : DB_JOB_CANCEL, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, STEP_REPLY) : request_fail(req);
}

static enum step_result action_reply(struct request *req)
{
    struct one_job *o = container_of(req, struct one_job, base);
    const struct db_result *before = &request_result(req, 0)->result;

    if (db_rows(&request_result(req, 1)->result) == 0) {
        error_set(&req->error, ERR_JOB_STATE, arg_number("job", o->id),
                  arg_text("state", db_text_or_empty(before, 0, 2)));
        return request_fail(req);
    }
    log_event(LOG_INFO, o->is_resume ? "job_resumed" : "job_cancel_asked", arg_number("job", o->id),
              arg_number("officer", req->principal.officer_id));
    if (o->is_resume) {
        job_runner_kick(req->app->jobs);
        job_runner_kick(req->app->sweeps);
    }
    return answer(req, 1);
}

static const struct step action_steps[] = {{"parse", action_parse},
                                           [STEP_SEND] = {"send", action_send},
                                           [STEP_REPLY] = {"reply", action_reply}};
const struct use_case use_case_job_action = {"job action", sizeof(struct one_job), action_steps,
                                             false, 0};
