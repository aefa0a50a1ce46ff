/* What became of a letter's sending becomes an event of its dossier: sent, delivered, failed,
 * unknown. Apart from the sending itself, so that neither a faster colleague nor a killed daemon
 * loses it: a row says which state was told, and one that differs is told until it is. */
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "domain/apology.h"
#include "flow/app.h"
#include "flow/commit.h"
#include "flow/letter_data.h"
#include "flow/outbox_impl.h"
#include "flow/snapshot.h"

#define RUN_MAX 100 /* letters of one run; the next tick goes on */

enum { TELL_LOAD, TELL_EVENTS, TELL_DECIDE, TELL_COMMITTED, TELL_TOLD };
enum { SLOT_ROW, SLOT_EVENTS, SLOT_TOLD };

struct tell {
    struct request base;
    int64_t id, letter_id;
    const char *state, *channel, *code;
    int addressee, n_tries, n_done;
    struct snapshot snapshot;
    struct decision decision;
    struct record record;
    struct commit_letter row;
};

static struct tell *tell_of(struct request *req)
{
    return container_of(req, struct tell, base);
}

static enum step_result tell_load(struct request *req)
{
    struct tell *t = tell_of(req);
    struct db_params p;
    bool sent;

    if (t->n_done++ >= RUN_MAX)
        return STEP_DONE;
    db_params_init(&p);
    db_put_int4(&p, 1);
    sent = request_query(req, SLOT_ROW, DB_LANE_JOB, DB_OUTBOX_UNTOLD, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, TELL_EVENTS) : request_fail(req);
}

static enum step_result tell_events(struct request *req)
{
    struct tell *t = tell_of(req);
    const struct db_result *r = &request_result(req, SLOT_ROW)->result;

    if (db_rows(r) == 0)
        return STEP_DONE;
    t->id = db_int(r, 0, 0);
    t->state = arena_strdup(req->arena, db_text_or_empty(r, 0, 1));
    t->channel = arena_strdup(req->arena, db_text_or_empty(r, 0, 2));
    t->letter_id = db_int(r, 0, 3);
    t->addressee = (int)db_int(r, 0, 4);
    t->code = arena_strdup(req->arena, db_text_or_empty(r, 0, 5));
    t->n_tries = 0;
    reference_unref(req->reference);
    req->reference = reference_ref(req->app->reference);
    return snapshot_send(req, SLOT_EVENTS, t->code) ? request_wait(req, TELL_DECIDE)
                                                    : request_fail(req);
}

static enum step_result tell_write(struct tell *t)
{
    struct request *req = &t->base;
    struct db_params p;
    bool sent;

    db_params_init(&p);
    db_put_int8(&p, t->id);
    db_put_text(&p, t->state);
    sent = request_query(req, SLOT_TOLD, DB_LANE_JOB, DB_OUTBOX_TOLD, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, TELL_TOLD) : request_fail(req);
}

/* Busy, or a colleague was faster thrice: the next tick tries again. What cannot be told at all is
 * logged and does not stand in the way of the others. */
static enum step_result give_up(struct tell *t)
{
    struct request *req = &t->base;

    if (error_status(req->error.code) == 503 || req->error.code == ERR_STALE_VERSION ||
        req->error.code == ERR_STALE_EPOCH)
        return request_fail(req);
    log_error(LOG_ERROR, "letter_sending_untold", &req->error);
    error_clear(&req->error);
    return tell_write(t);
}

/* Nothing is told of a letter that is not issued, or that its addressee has already; nor twice,
 * when a daemon died between the event and this row. */
static bool is_news(const struct tell *t, const struct dossier_letter *l)
{
    const struct history *h = &t->snapshot.history;

    if (!l || l->issued_at == INSTANT_NONE || l->state == LETTER_CANCELLED || t->addressee < 1 ||
        (l->delivered >> (t->addressee - 1) & 1))
        return false;
    for (int i = h->n - 1; i >= 0; i--) {
        const struct event *e = &h->events[i];
        const char *said = event_text(e, EVENT_FIELD_DELIVERY_STATE);

        if (e->action == ACTION_SEND_LETTER && event_number(e, EVENT_FIELD_LETTER, 0) == l->id &&
            event_number(e, EVENT_FIELD_ADDRESSEE_NO, 0) == t->addressee)
            return !said || strcmp(said, t->state) != 0;
    }
    return true;
}

static bool decide(struct tell *t, const struct dossier_letter *l)
{
    struct request *req = &t->base;
    int state = vocabulary_find(&addressee_states, t->state);
    struct letter_input in;
    struct decide_context ctx;

    letter_input_init(&in);
    in.delivery = t->channel;
    in.addressee = t->addressee;
    in.sent = (enum addressee_state)state;
    req->now = clock_business();
    record_decide_context(req->reference, &t->snapshot.dossier, req->now, req->zone_s, &ctx);
    if (!letter_decide_sent(&ctx, l->id, req->now, &in, req->arena, &t->decision, &req->error) ||
        !record_build(req->arena, req->reference, &t->snapshot.history, t->snapshot.dossier.id,
                      t->decision.events, t->decision.n_events, req->now, req->zone_s, &t->record,
                      &req->error) ||
        !letter_addressee_changes(req->arena, &t->snapshot.history, l->id, t->addressee, t->channel,
                                  (enum addressee_state)state, NULL, &t->record.member,
                                  &req->error))
        return false;
    t->row = (struct commit_letter){
        .operation = COMMIT_LETTER_UPDATE,
        .id = l->id,
        .state = dossier_letter(&t->record.after, l->id)->state,
        .signed_at = INSTANT_NONE,
        .numbered_at = INSTANT_NONE,
        .issued_at = INSTANT_NONE,
        .latest_at = INSTANT_NONE,
        .reappointed_at = INSTANT_NONE,
    };
    t->record.member.letters = &t->row;
    t->record.member.n_letters = 1;
    return true;
}

static enum step_result tell_decide(struct request *req)
{
    struct tell *t = tell_of(req);
    const struct dossier_letter *l;

    if (!snapshot_read(req, SLOT_EVENTS, &t->snapshot))
        return request_fail(req);
    l = dossier_letter(&t->snapshot.dossier, t->letter_id);
    if (!is_news(t, l))
        return tell_write(t);
    return decide(t, l) ? commit_submit(req, &t->record.member, TELL_COMMITTED) : give_up(t);
}

static enum step_result tell_committed(struct request *req)
{
    struct tell *t = tell_of(req);

    switch (commit_outcome(req, &t->record.member, &t->n_tries)) {
    case COMMIT_STEP_DONE:
        return tell_write(t);
    case COMMIT_STEP_AGAIN:
        reference_unref(req->reference);
        req->reference = reference_ref(req->app->reference);
        return snapshot_send(req, SLOT_EVENTS, t->code) ? request_wait(req, TELL_DECIDE)
                                                        : request_fail(req);
    case COMMIT_STEP_ANSWERED:
    case COMMIT_STEP_FAILED:
        break;
    }
    return give_up(t);
}

static enum step_result tell_told(struct request *req)
{
    log_event(LOG_INFO, "letter_sending_told", arg_number("letter", tell_of(req)->letter_id),
              arg_text("state", tell_of(req)->state));
    return request_next(req, TELL_LOAD);
}

static const struct step tell_steps[] = {
    [TELL_LOAD] = {"load", tell_load},       [TELL_EVENTS] = {"events", tell_events},
    [TELL_DECIDE] = {"decide", tell_decide}, [TELL_COMMITTED] = {"committed", tell_committed},
    [TELL_TOLD] = {"told", tell_told},
};
const struct use_case use_case_outbox_tell = {"outbox tell", sizeof(struct tell), tell_steps, true,
                                              32u << 20};
