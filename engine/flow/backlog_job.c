/* Many proposals approved by one leader, dossier by dossier: each is decided by the use case of an
 * action, with the leader's rights as they are at that moment, on the proposal that was reviewed,
 * and is a commit of its own under the job's fence. What is refused is told by code and stops
 * nothing. Begun again after a kill between a commit and its checkpoint, the dossier is found
 * closed on that very proposal and is counted, not closed again. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/random.h"
#include "flow/act.h"
#include "flow/app.h"
#include "flow/backlog.h"
#include "flow/job.h"
#include "flow/session.h"
#include "wire/message.h"

#define KEY_BYTES 16

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
    char random[2 * KEY_BYTES + 1];
    const char *key = req->http->idempotency_key;

    /* Somewhere: whether here is asked for each dossier, in its turn. */
    if (!request_require(req, job_kind_grant(JOB_BACKLOG_CLOSE), 0))
        return request_fail(req);
    random_token(random, KEY_BYTES);
    key = arena_printf(req->arena, "%lld-%s", (long long)req->principal.officer_id,
                       key ? key : random);
    if (!key) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "backlog"));
        return request_fail(req);
    }
    if (!wire_backlog_close_encode(&o->in, req->zone_s, &parameters, &req->error))
        return request_fail(req);
    return job_create_send(req, 0, JOB_BACKLOG_CLOSE, key, parameters.data) ? request_wait(req, 2)
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

enum { CLOSE_BEGIN, CLOSE_FRESH, CLOSE_DONE, CLOSE_NEXT };
enum { SLOT_REFERENCE };

struct backlog_close {
    struct job job; /* first */
    struct wire_backlog_close in;
    bool is_read;
    int64_t at, n_done, n_refused; /* what the cursor keeps */
    struct error error;            /* of the dossier under way; ERR_NONE: closed */
};

static struct backlog_close *close_of(struct request *req)
{
    return container_of(container_of(req, struct job, base), struct backlog_close, job);
}

static bool close_read(struct backlog_close *b)
{
    struct request *req = &b->job.base;
    int64_t *const parts[] = {&b->at, &b->n_done, &b->n_refused};

    if (b->is_read)
        return true;
    if (!wire_backlog_close_decode(req->json, req->arena, &b->in, &req->error))
        return false;
    job_cursor_read(&b->job, parts, ARRAY_LEN(parts));
    b->job.total = (int64_t)b->in.n_dossiers;
    b->is_read = true;
    return true;
}

static enum step_result close_begin(struct request *req)
{
    struct backlog_close *b = close_of(req);

    return close_read(b) && job_reference_send(&b->job, SLOT_REFERENCE)
               ? request_wait(req, CLOSE_FRESH)
               : request_fail(req);
}

static enum step_result close_reply(struct backlog_close *b)
{
    struct request *req = &b->job.base;
    struct wire_backlog_close_result out;

    wire_backlog_close_result_init(&out);
    out.closed = b->n_done;
    out.refused = b->n_refused;
    if (!wire_backlog_close_result_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return STEP_DONE;
}

static void one_prepare(struct request *req, void *data)
{
    struct backlog_close *b = data;
    struct act *a = container_of(req, struct act, base);

    wire_action_request_init(&a->in);
    a->code = b->in.dossiers[b->at].dossier;
    a->action = ACTION_FORCE_CLOSE;
    a->in.reason = b->in.reason;
    a->proposal = (int32_t)b->in.dossiers[b->at].proposal;
    a->job_id = b->job.id;
    a->fence = b->job.fence;
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

static void one_done(struct request *req, void *data)
{
    struct backlog_close *b = data;
    const struct act *a = container_of(req, struct act, base);

    b->error = req->error;
    if (req->error.code == ERR_CLOSE_NOT_PROPOSED && is_closed_already(a))
        error_clear(&b->error);
    request_release(&b->job.base);
}

/* The leader as the reference data now say, who may have lost the role, or left. */
static enum step_result close_fresh(struct request *req)
{
    struct backlog_close *b = close_of(req);
    const struct officer_ref *officer;
    struct principal principal = {.officer_id = req->principal.officer_id};

    if (!job_reference_is_fresh(&b->job, SLOT_REFERENCE))
        return req->error.code != ERR_NONE ? request_fail(req) : request_wait(req, CLOSE_BEGIN);
    if (b->at >= (int64_t)b->in.n_dossiers)
        return close_reply(b);
    officer = reference_officer(req->reference, req->principal.officer_id);
    if (officer)
        session_principal(req->reference, officer, &principal);
    request_hold(req);
    if (!request_start(req->app, &use_case_act, NULL, &principal, one_prepare, one_done, b)) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "backlog"));
        request_release(req);
        return request_fail(req);
    }
    return request_wait(req, CLOSE_DONE);
}

static bool close_tell(struct backlog_close *b, struct buffer *json)
{
    struct request *req = &b->job.base;
    struct wire_backlog_close_item item;
    char sentence[600];

    wire_backlog_close_item_init(&item);
    item.dossier = b->in.dossiers[b->at - 1].dossier;
    item.is_done = b->error.code == ERR_NONE;
    if (!item.is_done) {
        error_sentence(&b->error, LANGUAGE_VI, req->zone_s, sentence, sizeof sentence);
        item.code = error_word(b->error.code);
        item.reason = sentence;
    }
    return wire_backlog_close_item_encode(&item, req->zone_s, json, &req->error) &&
           job_item_add(&b->job, json->data);
}

static enum step_result close_done(struct request *req)
{
    struct backlog_close *b = close_of(req);
    CLEANUP(buffer_deinit) struct buffer json = {0};
    enum error_code code = b->error.code;

    /* Not this dossier's: the job goes on later, or somebody else has it. */
    if (code != ERR_NONE && (code == ERR_STALE_FENCE || error_status(code) >= 500)) {
        req->error = b->error;
        return request_fail(req);
    }
    b->at++;
    b->n_done += code == ERR_NONE;
    b->n_refused += code != ERR_NONE;
    b->job.done = b->at;
    snprintf(b->job.cursor, sizeof b->job.cursor, "%" PRId64 ":%" PRId64 ":%" PRId64, b->at,
             b->n_done, b->n_refused);
    return close_tell(b, &json) && job_checkpoint(&b->job) ? request_wait(req, CLOSE_NEXT)
                                                           : request_fail(req);
}

static enum step_result close_next(struct request *req)
{
    return job_goes_on(&close_of(req)->job) ? request_next(req, CLOSE_BEGIN) : STEP_DONE;
}

static const struct step close_steps[] = {
    [CLOSE_BEGIN] = {"begin", close_begin},
    [CLOSE_FRESH] = {"fresh", close_fresh},
    [CLOSE_DONE] = {"done", close_done},
    [CLOSE_NEXT] = {"next", close_next},
};
const struct use_case use_case_backlog_close_job = {
    "backlog close work", sizeof(struct backlog_close), close_steps, false, 0};
