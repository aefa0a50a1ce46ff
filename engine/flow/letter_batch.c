/* See letter_batch.h. The job does what the officer could do by hand, letter by letter: each is
 * decided by the use case of the single letter, with the officer's rights as they are at that
 * moment and on the version that was reviewed, and is a commit of its own under the job's fence.
 * What is refused is told by name and stops nothing. Begun again after a kill between a commit and
 * its checkpoint, the letter is found done by the event that follows the version reviewed, and is
 * counted, not done again. */
#include "flow/letter_batch.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/random.h"
#include "flow/app.h"
#include "flow/job.h"
#include "flow/letters.h"
#include "flow/session.h"
#include "wire/message.h"

#define KEY_BYTES 16

/* What may be done with a list, in the order of words_letter_batch_action. */
static const struct batch_row {
    enum action action;
    enum job_kind kind;
} batch_rows[] = {
    {ACTION_SIGN_LETTER, JOB_LETTER_BATCH},
    {ACTION_NUMBER_LETTER, JOB_LETTER_NUMBERING},
    {ACTION_ISSUE_LETTER, JOB_LETTER_NUMBERING},
};

/* ---- the order ---- */

struct letter_order {
    struct request base;
    struct wire_letter_batch in;
};

/* The path says what is done; the job keeps it beside the letters. */
static bool order_action(struct letter_order *o)
{
    struct request *req = &o->base;
    const char *word = http_request_param(req->http, "action");
    int found = words_find(&words_letter_batch_action, word);

    if (found == WORD_NONE || found >= (int)ARRAY_LEN(batch_rows) ||
        (o->in.action != WORD_NONE && o->in.action != found))
        return error_set(&req->error, ERR_ACTION_UNKNOWN, arg_text("action", word));
    o->in.action = found;
    return true;
}

static enum step_result order_parse(struct request *req)
{
    struct letter_order *o = container_of(req, struct letter_order, base);

    if (!request_json(req) ||
        !wire_letter_batch_decode(req->json, req->arena, &o->in, &req->error) || !order_action(o))
        return request_fail(req);
    if (o->in.n_letters == 0) {
        error_set(&req->error, ERR_FIELD_REQUIRED, arg_text("field", "letters"));
        return request_fail(req);
    }
    for (size_t i = 0; i < o->in.n_letters; i++)
        for (size_t k = 0; k < i; k++)
            if (o->in.letters[k].id == o->in.letters[i].id) {
                error_set(&req->error, ERR_FIELD_VALUE, arg_text("field", "letters"),
                          arg_number("value", o->in.letters[i].id));
                return request_fail(req);
            }
    return request_wait(req, 1);
}

static enum step_result order_send(struct request *req)
{
    struct letter_order *o = container_of(req, struct letter_order, base);
    CLEANUP(buffer_deinit) struct buffer parameters = {0};
    char random[2 * KEY_BYTES + 1];
    const char *key = req->http->idempotency_key;

    enum job_kind kind = batch_rows[o->in.action].kind;

    /* Somewhere: whether here is asked for each letter, in its turn. */
    if (!request_require(req, job_kind_grant(kind), 0))
        return request_fail(req);
    random_token(random, KEY_BYTES);
    key = arena_printf(req->arena, "%lld-%s", (long long)req->principal.officer_id,
                       key ? key : random);
    if (!key || !wire_letter_batch_encode(&o->in, req->zone_s, &parameters, &req->error)) {
        if (!key)
            error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "letters"));
        return request_fail(req);
    }
    return job_create_send(req, 0, kind, key, parameters.data) ? request_wait(req, 2)
                                                               : request_fail(req);
}

static enum step_result order_reply(struct request *req)
{
    return job_reply(req, 0);
}

static const struct step order_steps[] = {
    {"parse", order_parse}, {"send", order_send}, {"reply", order_reply}};
const struct use_case use_case_letter_batch = {"letter batch", sizeof(struct letter_order),
                                               order_steps, false, 0};

/* ---- the work ---- */

enum { BATCH_BEGIN, BATCH_FRESH, BATCH_DONE, BATCH_NEXT };
enum { SLOT_REFERENCE };

struct letter_batch {
    struct job job; /* first */
    struct wire_letter_batch in;
    bool is_read;
    int64_t at, n_done, n_refused; /* what the cursor keeps */
    struct letter_turn one;        /* the letter under way, and what became of it */
};

static struct letter_batch *batch_of(struct request *req)
{
    return container_of(container_of(req, struct job, base), struct letter_batch, job);
}

static bool batch_read(struct letter_batch *b)
{
    struct request *req = &b->job.base;
    int64_t *const parts[] = {&b->at, &b->n_done, &b->n_refused};

    if (b->is_read)
        return true;
    if (!wire_letter_batch_decode(req->json, req->arena, &b->in, &req->error))
        return false;
    job_cursor_read(&b->job, parts, ARRAY_LEN(parts));
    b->job.total = (int64_t)b->in.n_letters;
    b->is_read = true;
    return true;
}

static enum step_result batch_begin(struct request *req)
{
    struct letter_batch *b = batch_of(req);

    return batch_read(b) && job_reference_send(&b->job, SLOT_REFERENCE)
               ? request_wait(req, BATCH_FRESH)
               : request_fail(req);
}

static enum step_result batch_reply(struct letter_batch *b)
{
    struct request *req = &b->job.base;
    struct wire_letter_batch_result out;

    wire_letter_batch_result_init(&out);
    out.letters_done = b->n_done;
    out.letters_refused = b->n_refused;
    if (!wire_letter_batch_result_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return STEP_DONE;
}

static void one_prepare(struct request *req, void *data)
{
    letter_turn_prepare(req, &((struct letter_batch *)data)->one);
}

static void one_done(struct request *req, void *data)
{
    struct letter_batch *b = data;

    letter_turn_take(req, &b->one);
    request_release(&b->job.base);
}

/* The officer as the reference data now say, who may have lost the role, or left. */
static enum step_result batch_fresh(struct request *req)
{
    struct letter_batch *b = batch_of(req);
    const struct officer_ref *officer;
    struct principal principal = {.officer_id = req->principal.officer_id};

    if (!job_reference_is_fresh(&b->job, SLOT_REFERENCE))
        return req->error.code != ERR_NONE ? request_fail(req) : request_wait(req, BATCH_BEGIN);
    if (b->at >= (int64_t)b->in.n_letters)
        return batch_reply(b);
    officer = reference_officer(req->reference, req->principal.officer_id);
    if (officer)
        session_principal(req->reference, officer, &principal);
    b->one = (struct letter_turn){
        .action = batch_rows[b->in.action].action,
        .letter_id = b->in.letters[b->at].id,
        .version = (int32_t)b->in.letters[b->at].version,
        .job_id = b->job.id,
        .fence = b->job.fence,
    };
    request_hold(req);
    if (!request_start(req->app, &use_case_letter_action, NULL, &principal, one_prepare, one_done,
                       b)) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "letters"));
        request_release(req);
        return request_fail(req);
    }
    return request_wait(req, BATCH_DONE);
}

static bool batch_tell(struct letter_batch *b, struct buffer *json)
{
    struct request *req = &b->job.base;
    struct wire_letter_batch_item item;
    char sentence[600];

    wire_letter_batch_item_init(&item);
    item.letter = b->one.letter_id;
    item.dossier = b->one.dossier[0] ? b->one.dossier : NULL;
    item.is_done = b->one.error.code == ERR_NONE;
    if (!item.is_done) {
        error_sentence(&b->one.error, LANGUAGE_VI, req->zone_s, sentence, sizeof sentence);
        item.code = error_word(b->one.error.code);
        item.reason = sentence;
    }
    return wire_letter_batch_item_encode(&item, req->zone_s, json, &req->error) &&
           job_item_add(&b->job, json->data);
}

static enum step_result batch_done(struct request *req)
{
    struct letter_batch *b = batch_of(req);
    CLEANUP(buffer_deinit) struct buffer json = {0};
    enum error_code code = b->one.error.code;

    /* Not this letter's: the job goes on later, or somebody else has it. */
    if (code != ERR_NONE && (code == ERR_STALE_FENCE || error_status(code) >= 500)) {
        req->error = b->one.error;
        return request_fail(req);
    }
    b->at++;
    b->n_done += code == ERR_NONE;
    b->n_refused += code != ERR_NONE;
    b->job.done = b->at;
    snprintf(b->job.cursor, sizeof b->job.cursor, "%" PRId64 ":%" PRId64 ":%" PRId64, b->at,
             b->n_done, b->n_refused);
    return batch_tell(b, &json) && job_checkpoint(&b->job) ? request_wait(req, BATCH_NEXT)
                                                           : request_fail(req);
}

static enum step_result batch_next(struct request *req)
{
    return job_goes_on(&batch_of(req)->job) ? request_next(req, BATCH_BEGIN) : STEP_DONE;
}

static const struct step batch_steps[] = {
    [BATCH_BEGIN] = {"begin", batch_begin},
    [BATCH_FRESH] = {"fresh", batch_fresh},
    [BATCH_DONE] = {"done", batch_done},
    [BATCH_NEXT] = {"next", batch_next},
};
const struct use_case use_case_letter_batch_job = {"letter batch work", sizeof(struct letter_batch),
                                                   batch_steps, false, 0};
