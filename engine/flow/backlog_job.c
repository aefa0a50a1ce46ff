/* Many proposals approved by one leader, dossier by dossier (job_list.h): each is decided by the
 * use case of an action, on the proposal that was reviewed. */
#include <string.h>

#include "flow/act.h"
#include "flow/backlog.h"
#include "flow/job_list.h"
#include "wire/message.h"

/* ---- the order ---- */

struct close_order {
    struct request base;
    struct wire_backlog_close in;
};

static enum step_result order_parse(struct request *req)
{
    struct close_order *o = container_of(req, struct close_order, base);

    if (!request_json(req) ||
        !wire_backlog_close_decode(req->json, req->arena, &o->in, &req->error))
        return request_fail(req);
    if (o->in.n_dossiers == 0) {
        error_set(&req->error, ERR_FIELD_REQUIRED, arg_text("field", "dossiers"));
        return request_fail(req);
    }
    for (size_t i = 0; i < o->in.n_dossiers; i++)
        for (size_t k = 0; k < i; k++)
            if (!strcmp(o->in.dossiers[k].dossier, o->in.dossiers[i].dossier)) {
                error_set(&req->error, ERR_FIELD_VALUE, arg_text("field", "dossiers"),
                          arg_text("value", o->in.dossiers[i].dossier));
                return request_fail(req);
            }
    return request_wait(req, 1);
}

static enum step_result order_send(struct request *req)
{
    struct close_order *o = container_of(req, struct close_order, base);
    CLEANUP(buffer_deinit) struct buffer parameters = {0};

    /* Somewhere: whether here is asked for each dossier, in its turn. */
    return request_require(req, job_kind_grant(JOB_BACKLOG_CLOSE), 0) &&
                   wire_backlog_close_encode(&o->in, req->zone_s, &parameters, &req->error) &&
                   list_job_create_send(req, JOB_BACKLOG_CLOSE, "backlog", parameters.data)
               ? request_wait(req, 2)
               : request_fail(req);
}

static enum step_result order_reply(struct request *req)
{
    return job_reply(req, 0);
}

static const struct step order_steps[] = {
    {"parse", order_parse}, {"send", order_send}, {"reply", order_reply}};
const struct use_case use_case_backlog_close = {"backlog close", sizeof(struct close_order),
                                                order_steps, false, 0};

/* ---- the work ---- */

struct backlog_close {
    struct list_job list; /* first */
    struct wire_backlog_close in;
};

static struct backlog_close *close_of(const struct list_job *l)
{
    return container_of(l, struct backlog_close, list);
}

static int64_t begin(struct list_job *l)
{
    struct request *req = &l->job.base;
    struct backlog_close *b = close_of(l);

    return wire_backlog_close_decode(req->json, req->arena, &b->in, &req->error)
               ? (int64_t)b->in.n_dossiers
               : -1;
}

static void prepare(struct request *one, struct list_job *l)
{
    const struct backlog_close *b = close_of(l);
    struct act *a = container_of(one, struct act, base);

    wire_action_request_init(&a->in);
    a->code = b->in.dossiers[l->at].dossier;
    a->action = ACTION_FORCE_CLOSE;
    a->in.reason = b->in.reason;
    a->proposal = (int32_t)b->in.dossiers[l->at].proposal;
    a->job_id = l->job.id;
    a->fence = l->job.fence;
}

/* Closed on that proposal: by this list, before a kill. */
static bool is_closed_already(const struct act *a)
{
    const struct snapshot *s = &a->snapshot;

    for (int i = 0; i < s->n_events; i++)
        if (s->events[i].action == ACTION_FORCE_CLOSE &&
            event_number(&s->events[i], EVENT_FIELD_PROPOSAL, 0) == a->proposal)
            return true;
    return false;
}

static void take(struct request *one, struct list_job *l)
{
    const struct act *a = container_of(one, struct act, base);

    l->error = one->error;
    if (one->error.code == ERR_CLOSE_NOT_PROPOSED && is_closed_already(a))
        error_clear(&l->error);
}

static bool tell(struct list_job *l, struct buffer *json)
{
    struct request *req = &l->job.base;
    struct wire_backlog_close_item item;
    char sentence[600];

    wire_backlog_close_item_init(&item);
    item.dossier = close_of(l)->in.dossiers[l->at].dossier;
    item.is_done = l->error.code == ERR_NONE;
    list_job_refusal(l, sentence, sizeof sentence, &item.code, &item.reason);
    return wire_backlog_close_item_encode(&item, req->zone_s, json, &req->error);
}

static bool reply(struct list_job *l)
{
    struct request *req = &l->job.base;
    struct wire_backlog_close_result out;

    wire_backlog_close_result_init(&out);
    out.closed = l->n_done;
    out.refused = l->n_refused;
    return wire_backlog_close_result_encode(&out, req->zone_s, &req->body, &req->error);
}

const struct list_kind list_backlog_close = {
    .use_case = {"backlog close work", sizeof(struct backlog_close), list_steps, false, 0},
    .what = "backlog",
    .begin = begin,
    .one = &use_case_act,
    .prepare = prepare,
    .take = take,
    .tell = tell,
    .reply = reply,
};
