/* One message on its way. Steps: look whether it is still wanted, fetch the letter's paper,
 * compose, record that it is being sent, carry it, and hand what became of it to the sender. */
#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "domain/notice.h"
#include "flow/app.h"
#include "flow/blob.h"
#include "flow/outbox_impl.h"
#include "post/backoff.h"

#define LEASE_MARGIN (15 * INSTANT_SECOND) /* beyond the courier's limit of a message */
#define PAPER_DELAY  (30 * INSTANT_SECOND) /* a paper is drawn when its daemon is back */

enum { ERRAND_BEGIN, ERRAND_COMPOSE, ERRAND_MARKED, ERRAND_CARRIED };
enum { SLOT_PAPER, SLOT_MARK };

static struct outbox_errand *errand_of(struct request *req)
{
    return container_of(req, struct outbox_errand, base);
}

static enum step_result settle(struct outbox_errand *e, const char *state,
                               const struct error *error, int64_t not_before)
{
    const struct outbox_settlement s = {e->message.id, e->message.fence, state, NULL,
                                        error,         not_before};

    e->is_settled = true;
    outbox_settle(e->outbox, &s);
    return STEP_DONE;
}

static enum step_result errand_begin(struct request *req)
{
    struct outbox_errand *e = errand_of(req);
    const struct outbox_message *m = &e->message;

    if (req->error.code != ERR_NONE) /* its row could not be read */
        return request_fail(req);
    if (outbox_message_is_moot(m))
        return settle(e, "cancelled", NULL, INSTANT_NONE);
    if (m->kind != NOTICE_TEXT_LETTER || m->way != COURIER_MAIL)
        return request_next(req, ERRAND_COMPOSE);
    if (!m->has_paper)
        return settle(e, "waiting", NULL, clock_real() + PAPER_DELAY);
    return blob_get_send(req, SLOT_PAPER, m->paper) ? request_wait(req, ERRAND_COMPOSE)
                                                    : request_fail(req);
}

static bool compose(struct outbox_errand *e, const char *from)
{
    struct request *req = &e->base;
    const struct outbox_message *m = &e->message;
    CLEANUP(buffer_deinit) struct buffer paper = {0};

    if (request_result(req, SLOT_PAPER)->result.pg && !blob_get_take(req, SLOT_PAPER, &paper))
        return false;
    return outbox_compose(req, m, from, outbox_options(e->outbox)->hook_hint,
                          paper.len ? paper.data : NULL, paper.len, &req->body);
}

static enum step_result errand_compose(struct request *req)
{
    struct outbox_errand *e = errand_of(req);
    struct courier *courier = outbox_courier(e->outbox);
    struct db_params p;
    int64_t lease;
    bool sent;

    if (!courier) { /* the daemon stops: the row is taken by another, or when it is back */
        e->is_settled = true;
        return STEP_DONE;
    }
    lease = courier_total_ms(courier) * INT64_C(1000) + LEASE_MARGIN;
    if (!compose(e, courier_mail_from(courier)))
        return request_fail(req);
    db_params_init(&p);
    db_put_int8(&p, e->message.id);
    db_put_int4(&p, e->message.fence);
    db_put_instant(&p, clock_real() + lease);
    db_put_instant(&p, clock_business());
    sent = request_query(req, SLOT_MARK, DB_LANE_JOB, DB_OUTBOX_SENDING, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, ERRAND_MARKED) : request_fail(req);
}

static void carried(struct courier_errand *c)
{
    request_release(c->data);
}

static enum step_result errand_marked(struct request *req)
{
    struct outbox_errand *e = errand_of(req);
    const struct outbox_message *m = &e->message;

    if (db_rows(&request_result(req, SLOT_MARK)->result) == 0) {
        e->is_settled = true; /* superseded, or said by a person, a moment ago */
        return STEP_DONE;
    }
    if (!outbox_courier(e->outbox))
        return settle(e, "waiting", NULL, INSTANT_NONE);
    e->is_marked = true;
    e->carried = (struct courier_errand){.done = carried,
                                         .data = req,
                                         .kind = m->way,
                                         .to = m->email,
                                         .key = outbox_key(req, m->id),
                                         .body = req->body.data,
                                         .len = req->body.len};
    if (!courier_send(outbox_courier(e->outbox), &e->carried, &req->error))
        return request_fail(req);
    request_hold(req);
    return request_wait(req, ERRAND_CARRIED);
}

static enum step_result errand_trouble(struct outbox_errand *e, const struct error *error)
{
    const struct outbox_options *o = outbox_options(e->outbox);
    uint32_t chance;
    int n = e->message.attempts + 1;

    if (n >= o->attempts_max)
        return settle(e, "failed", error, INSTANT_NONE);
    random_bytes(&chance, sizeof chance);
    return settle(e, "waiting", error,
                  clock_real() + backoff_delay(n, o->first_delay, o->max_delay, chance));
}

static enum step_result errand_carried(struct request *req)
{
    struct outbox_errand *e = errand_of(req);
    const struct outbox_message *m = &e->message;
    struct error shared;

    switch (e->carried.outcome) {
    case COURIER_SENT:
        if (m->kind != NOTICE_TEXT_LETTER || m->way != COURIER_HOOK || !m->is_shared)
            return settle(e, "sent", NULL, INSTANT_NONE);
        /* The number was told to get in touch; the letter itself is still to be delivered. */
        error_set(&shared, ERR_POST_SHARED, arg_number("letter", m->letter_id));
        return settle(e, "failed", &shared, INSTANT_NONE);
    case COURIER_REFUSED:
        return settle(e, "failed", &e->carried.error, INSTANT_NONE);
    case COURIER_TROUBLE:
        return errand_trouble(e, &e->carried.error);
    case COURIER_UNKNOWN:
        return settle(e, "unknown", &e->carried.error, INSTANT_NONE);
    }
    return STEP_DONE;
}

static const struct step errand_steps[] = {
    [ERRAND_BEGIN] = {"begin", errand_begin},
    [ERRAND_COMPOSE] = {"compose", errand_compose},
    [ERRAND_MARKED] = {"marked", errand_marked},
    [ERRAND_CARRIED] = {"carried", errand_carried},
};
const struct use_case use_case_outbox_errand = {"outbox message", sizeof(struct outbox_errand),
                                                errand_steps, true, 0};
