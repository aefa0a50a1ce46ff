/* See letter_batch.h. The job (job_list.h) does what the officer could do by hand, letter by
 * letter, each on the version that was reviewed. Done before a kill, a letter is told by the event
 * that follows that version. */
#include "flow/letter_batch.h"

#include "flow/job_list.h"
#include "flow/letters.h"
#include "wire/message.h"

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
    enum job_kind kind = batch_rows[o->in.action].kind;

    /* Somewhere: whether here is asked for each letter, in its turn. */
    return request_require(req, job_kind_grant(kind), 0) &&
                   wire_letter_batch_encode(&o->in, req->zone_s, &parameters, &req->error) &&
                   list_job_create_send(req, kind, "letters", parameters.data)
               ? request_wait(req, 2)
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

struct letter_batch {
    struct list_job list; /* first */
    struct wire_letter_batch in;
    struct letter_turn one; /* the letter under way, and what became of it */
};

static struct letter_batch *batch_of(const struct list_job *l)
{
    return container_of(l, struct letter_batch, list);
}

static int64_t begin(struct list_job *l)
{
    struct request *req = &l->job.base;
    struct letter_batch *b = batch_of(l);

    return wire_letter_batch_decode(req->json, req->arena, &b->in, &req->error)
               ? (int64_t)b->in.n_letters
               : -1;
}

static void prepare(struct request *one, struct list_job *l)
{
    struct letter_batch *b = batch_of(l);

    b->one = (struct letter_turn){
        .action = batch_rows[b->in.action].action,
        .letter_id = b->in.letters[l->at].id,
        .version = (int32_t)b->in.letters[l->at].version,
        .job_id = l->job.id,
        .fence = l->job.fence,
    };
    letter_turn_prepare(one, &b->one);
}

static void take(struct request *one, struct list_job *l)
{
    letter_turn_take(one, &batch_of(l)->one);
    l->error = batch_of(l)->one.error;
}

static bool tell(struct list_job *l, struct buffer *json)
{
    struct request *req = &l->job.base;
    const struct letter_turn *one = &batch_of(l)->one;
    struct wire_letter_batch_item item;
    char sentence[600];

    wire_letter_batch_item_init(&item);
    item.letter = one->letter_id;
    item.dossier = one->dossier[0] ? one->dossier : NULL;
    item.is_done = l->error.code == ERR_NONE;
    list_job_refusal(l, sentence, sizeof sentence, &item.code, &item.reason);
    return wire_letter_batch_item_encode(&item, req->zone_s, json, &req->error);
}

static bool reply(struct list_job *l)
{
    struct request *req = &l->job.base;
    struct wire_letter_batch_result out;

    wire_letter_batch_result_init(&out);
    out.letters_done = l->n_done;
    out.letters_refused = l->n_refused;
    return wire_letter_batch_result_encode(&out, req->zone_s, &req->body, &req->error);
}

const struct list_kind list_letter_batch = {
    .use_case = {"letter batch work", sizeof(struct letter_batch), list_steps, false, 0},
    .what = "letters",
    .begin = begin,
    .one = &use_case_letter_action,
    .prepare = prepare,
    .take = take,
    .tell = tell,
    .reply = reply,
};
