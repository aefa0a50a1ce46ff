/* What somebody knows of a message: that it was told by hand, arrived, bounced, or is to go again.
 * A gateway may say the same of what it was handed, by a call-back with the shared secret. */
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/log.h"
#include "flow/app.h"
#include "flow/asked.h"
#include "flow/outbox.h"
#include "flow/outbox_view.h"

enum { SAY_LOAD = 1, SAY_SAID, SAY_REPLY };
enum { SLOT_FOUND, SLOT_SAID, SLOT_AGAIN };

struct outbox_say {
    struct request base;
    int64_t id;
    const char *what, *reason, *to;
    bool is_gateway;
};

static struct outbox_say *say_of(struct request *req)
{
    return container_of(req, struct outbox_say, base);
}

static bool find(struct outbox_say *s, int slot)
{
    struct db_params p;
    bool sent;

    db_params_init(&p);
    db_put_int8(&p, s->id);
    sent = request_query(&s->base, slot, DB_LANE_READ, DB_OUTBOX_FIND, &p);
    db_params_deinit(&p);
    return sent;
}

static enum step_result begin(struct outbox_say *s)
{
    struct request *req = &s->base;

    s->id = asked_id(req, "id");
    return find(s, SLOT_FOUND) ? request_wait(req, SAY_LOAD) : request_fail(req);
}

static enum step_result outcome_parse(struct request *req)
{
    struct outbox_say *s = say_of(req);
    struct wire_outbox_outcome in;

    if (!request_json(req) || !wire_outbox_outcome_decode(req->json, req->arena, &in, &req->error))
        return request_fail(req);
    s->what = words_outbox_outcome.words[in.outcome];
    s->reason = in.reason;
    return begin(s);
}

static enum step_result resend_parse(struct request *req)
{
    struct outbox_say *s = say_of(req);

    s->what = "resend";
    return begin(s);
}

/* "sha256=" and the HMAC of the body, in hex. */
static bool is_signed(const struct request *req)
{
    const char *secret = outbox_hook_secret(req->app->outbox);
    const char *given = http_request_header(req->http, "x-motcua-signature");
    unsigned char ours[DIGEST_LEN], theirs[DIGEST_LEN];

    if (!secret || !given || strncmp(given, "sha256=", 7) != 0 ||
        strlen(given + 7) != 2 * DIGEST_LEN || !hex_decode(given + 7, DIGEST_LEN, theirs))
        return false;
    digest_hmac(secret, strlen(secret), req->http->body, req->http->body_len, ours);
    return digest_equal(ours, theirs, DIGEST_LEN);
}

static enum step_result callback_parse(struct request *req)
{
    struct outbox_say *s = say_of(req);
    struct wire_outbox_callback in;

    s->is_gateway = true;
    if (!is_signed(req)) {
        error_set(&req->error, ERR_HOOK_SIGNATURE, arg_text("path", req->http->path));
        return request_fail(req);
    }
    if (!request_json(req) || !wire_outbox_callback_decode(req->json, req->arena, &in, &req->error))
        return request_fail(req);
    s->what = words_outbox_outcome.words[in.outcome];
    s->reason = in.reason;
    if (in.id != asked_id(req, "id")) {
        error_set(&req->error, ERR_FIELD_VALUE, arg_text("field", "id"),
                  arg_number("value", in.id));
        return request_fail(req);
    }
    return begin(s);
}

static bool unknown(struct request *req)
{
    return error_set(&req->error, ERR_OUTBOX_UNKNOWN,
                     arg_text("message", http_request_param(req->http, "id")));
}

/* There is such a message, and whoever asks may say something of it. */
static bool may(struct outbox_say *s, const struct db_result *r)
{
    struct request *req = &s->base;

    if (db_rows(r) == 0)
        return unknown(req);
    if (s->is_gateway) /* of what it was handed alone */
        return !strcmp(db_text_or_empty(r, 0, 3), "hook") || unknown(req);
    return request_require(req, GRANT_TELL_APPLICANT, db_int(r, 0, 20));
}

static bool refuse(struct outbox_say *s, const char *state)
{
    return error_set(&s->base.error, ERR_OUTBOX_STATE, arg_number("message", s->id),
                     arg_text("state", state), arg_text("action", s->what));
}

static enum step_result say_reply(struct request *req);

static enum step_result say_load(struct request *req)
{
    struct outbox_say *s = say_of(req);
    const struct db_result *r = &request_result(req, SLOT_FOUND)->result;
    const char *allowed[OUTBOX_STATES_MAX], *state;
    struct db_params p;
    bool sent;
    int n;

    if (!may(s, r))
        return request_fail(req);
    state = db_text_or_empty(r, 0, 2);
    if (strcmp(state, s->what) == 0) /* said before */
        return find(s, SLOT_AGAIN) ? request_wait(req, SAY_REPLY) : request_fail(req);
    s->to = outbox_rule(state, s->what);
    if (!s->to) {
        refuse(s, state);
        return request_fail(req);
    }
    if (!strcmp(s->what, "delivered") && !db_is_null(r, 0, 5) &&
        !strcmp(db_text_or_empty(r, 0, 3), "counter")) {
        error_set(&req->error, ERR_OUTBOX_LETTER, arg_number("letter", db_int(r, 0, 5)));
        return request_fail(req);
    }
    n = outbox_rule_states(s->what, allowed);
    db_params_init(&p);
    db_put_int8(&p, s->id);
    db_put_text_array(&p, allowed, n);
    db_put_text(&p, s->to);
    db_put_text(&p, s->reason);
    db_put_id(&p, req->principal.officer_id);
    db_put_instant(&p, req->now);
    db_put_text(&p, s->is_gateway ? "hook" : NULL);
    sent = request_query(req, SLOT_SAID, DB_LANE_JOB, DB_OUTBOX_SAY, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, SAY_SAID) : request_fail(req);
}

static enum step_result say_said(struct request *req)
{
    struct outbox_say *s = say_of(req);

    if (db_rows(&request_result(req, SLOT_SAID)->result) == 0) {
        refuse(s, "sending"); /* taken up a moment ago */
        return request_fail(req);
    }
    log_event(LOG_INFO, "outbox_said", arg_number("message", s->id), arg_text("what", s->what),
              arg_number("officer", req->principal.officer_id));
    outbox_kick(req->app->outbox);
    return find(s, SLOT_AGAIN) ? request_wait(req, SAY_REPLY) : request_fail(req);
}

static enum step_result say_reply(struct request *req)
{
    const struct db_result *r = &request_result(req, SLOT_AGAIN)->result;
    struct wire_outbox_message out;

    if (say_of(req)->is_gateway) {
        req->status = 204;
        return STEP_DONE;
    }
    if (db_rows(r) == 0) {
        unknown(req);
        return request_fail(req);
    }
    if (!outbox_view(req, r, 0, &out) ||
        !wire_outbox_message_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

#define SAY_STEPS(parse)                                                                           \
    {                                                                                              \
        {"parse", parse}, [SAY_LOAD] = {"load", say_load}, [SAY_SAID] = {"said", say_said},        \
                          [SAY_REPLY] = {"reply", say_reply},                                      \
    }
static const struct step outcome_steps[] = SAY_STEPS(outcome_parse);
static const struct step resend_steps[] = SAY_STEPS(resend_parse);
static const struct step callback_steps[] = SAY_STEPS(callback_parse);
const struct use_case use_case_outbox_outcome = {"outbox outcome", sizeof(struct outbox_say),
                                                 outcome_steps, false, 0};
const struct use_case use_case_outbox_resend = {"outbox resend", sizeof(struct outbox_say),
                                                resend_steps, false, 0};
const struct use_case use_case_outbox_callback = {"outbox callback", sizeof(struct outbox_say),
                                                  callback_steps, true, 0};
