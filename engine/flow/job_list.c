/* See job_list.h. */
#include "flow/job_list.h"

#include "base/random.h"
#include "flow/app.h"
#include "flow/session.h"

#define KEY_BYTES 16

enum { LIST_BEGIN, LIST_FRESH, LIST_DONE, LIST_NEXT };
enum { SLOT_REFERENCE };

bool list_job_create_send(struct request *req, enum job_kind kind, const char *what,
                          const char *parameters)
{
    const char *key = req->http->idempotency_key;
    char random[2 * KEY_BYTES + 1];

    random_token(random, KEY_BYTES);
    key = arena_printf(req->arena, "%lld-%s", (long long)req->principal.officer_id,
                       key ? key : random);
    return key ? job_create_send(req, 0, kind, key, parameters)
               : error_set(&req->error, ERR_NO_MEMORY, arg_text("what", what));
}

struct list_job *list_job_of(struct request *req)
{
    return container_of(container_of(req, struct job, base), struct list_job, job);
}

static const struct list_kind *kind_of(const struct list_job *l)
{
    return container_of(l->job.base.use_case, const struct list_kind, use_case);
}

static enum step_result list_begin(struct request *req)
{
    struct list_job *l = list_job_of(req);
    int64_t *const cursor[] = {&l->at, &l->n_done, &l->n_refused};

    if (!l->is_begun) {
        l->job.total = kind_of(l)->begin(l);
        if (l->job.total < 0)
            return request_fail(req);
        job_cursor_read(&l->job, cursor, ARRAY_LEN(cursor));
        l->is_begun = true;
    }
    return job_reference_send(&l->job, SLOT_REFERENCE) ? request_wait(req, LIST_FRESH)
                                                       : request_fail(req);
}

static void one_prepare(struct request *one, void *data)
{
    struct list_job *l = data;

    kind_of(l)->prepare(one, l);
}

static void one_done(struct request *one, void *data)
{
    struct list_job *l = data;

    kind_of(l)->take(one, l);
    request_release(&l->job.base);
}

/* Whoever ordered it, as the reference data now say, may have lost the role, or left. */
static enum step_result list_fresh(struct request *req)
{
    struct list_job *l = list_job_of(req);
    const struct list_kind *kind = kind_of(l);
    const struct officer_ref *officer;
    struct principal principal = {.officer_id = req->principal.officer_id};

    if (!job_reference_is_fresh(&l->job, SLOT_REFERENCE))
        return req->error.code != ERR_NONE ? request_fail(req) : request_wait(req, LIST_BEGIN);
    if (l->at >= l->job.total)
        return kind->reply(l) ? STEP_DONE : request_fail(req);
    officer = reference_officer(req->reference, req->principal.officer_id);
    if (officer)
        session_principal(req->reference, officer, &principal);
    request_hold(req);
    if (!request_start(req->app, kind->one, NULL, &principal, one_prepare, one_done, l)) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", kind->what));
        request_release(req);
        return request_fail(req);
    }
    return request_wait(req, LIST_DONE);
}

void list_job_refusal(const struct list_job *l, char *sentence, size_t size, const char **ret_code,
                      const char **ret_reason)
{
    if (l->error.code == ERR_NONE)
        return;
    error_sentence(&l->error, LANGUAGE_VI, l->job.base.zone_s, sentence, size);
    *ret_code = error_word(l->error.code);
    *ret_reason = sentence;
}

static enum step_result list_done(struct request *req)
{
    struct list_job *l = list_job_of(req);
    CLEANUP(buffer_deinit) struct buffer json = {0};
    enum error_code code = l->error.code;

    /* Not this one's: the job goes on later, or somebody else has it. */
    if (code != ERR_NONE && (code == ERR_STALE_FENCE || error_status(code) >= 500)) {
        req->error = l->error;
        return request_fail(req);
    }
    if (!kind_of(l)->tell(l, &json) || !job_item_add(&l->job, json.data))
        return request_fail(req);
    l->at++;
    l->n_done += code == ERR_NONE;
    l->n_refused += code != ERR_NONE;
    l->job.done = l->at;
    job_cursor_write(&l->job, (int64_t[]){l->at, l->n_done, l->n_refused}, 3);
    return job_checkpoint(&l->job) ? request_wait(req, LIST_NEXT) : request_fail(req);
}

static enum step_result list_next(struct request *req)
{
    return job_goes_on(&list_job_of(req)->job) ? request_next(req, LIST_BEGIN) : STEP_DONE;
}

const struct step list_steps[] = {
    [LIST_BEGIN] = {"begin", list_begin},
    [LIST_FRESH] = {"fresh", list_fresh},
    [LIST_DONE] = {"done", list_done},
    [LIST_NEXT] = {"next", list_next},
};
