/* See my_password.h. */
#include "flow/my_password.h"

#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/instant.h"
#include "domain/password_rule.h"
#include "flow/app.h"
#include "flow/live.h"
#include "flow/password.h"
#include "flow/second_factor.h"
#include "flow/session.h"
#include "wire/message.h"

#define RESET_HOURS 24

/* ---- changing it ---- */

struct change {
    struct request base;
    struct wire_password_change in;
    struct password_check check;
};

enum { CHANGE_PARSE, CHANGE_SEND, CHANGE_CHECK, CHANGE_SET, CHANGE_REPLY };

static enum step_result change_parse(struct request *req)
{
    struct change *c = container_of(req, struct change, base);

    if (!request_json(req) ||
        !wire_password_change_decode(req->json, req->arena, &c->in, &req->error))
        return request_fail(req);
    return request_wait(req, CHANGE_SEND);
}

static enum step_result change_send(struct request *req)
{
    struct change *c = container_of(req, struct change, base);

    if (!password_rule_check(req->arena, "new", c->in.new, req->principal.login, &req->error))
        return request_fail(req);
    if (!strcmp(c->in.old, c->in.new)) {
        error_set(&req->error, ERR_PASSWORD_SAME, arg_text("field", "new"));
        return request_fail(req);
    }
    if (!password_send(&c->check, req, 0, req->principal.login, true))
        return request_fail(req);
    return request_wait(req, CHANGE_CHECK);
}

static enum step_result change_check(struct request *req)
{
    struct change *c = container_of(req, struct change, base);

    c->check.new_password = c->in.new;
    password_check(&c->check, 0, c->in.old);
    return request_wait(req, CHANGE_SET);
}

static enum step_result change_set(struct request *req)
{
    struct change *c = container_of(req, struct change, base);
    struct db_params p;
    bool sent;

    if (c->check.wait_s > 0) {
        (void)password_refuse_wait(req, c->check.wait_s);
        return request_fail(req);
    }
    if (!c->check.is_made) {
        error_set(&req->error, ERR_PASSWORD_OLD_WRONG, arg_text("field", "old"));
        return request_fail(req);
    }
    db_params_init(&p);
    db_put_int8(&p, req->principal.officer_id);
    password_put(&p, &c->check.made);
    db_put_bytes(&p, req->session.token_hash, sizeof req->session.token_hash);
    db_put_bytes(&p, c->check.login_hash, sizeof c->check.login_hash);
    db_put_text(&p, c->check.client.name);
    db_put_text(&p, req->http->remote);
    db_put_instant(&p, clock_real());
    sent = request_query(req, 1, DB_LANE_READ, DB_PASSWORD_SET, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, CHANGE_REPLY) : request_fail(req);
}

static enum step_result change_reply(struct request *req)
{
    session_end_streams(req, &request_result(req, 1)->result, 0);
    req->status = 204;
    return STEP_DONE;
}

static const struct step change_steps[] = {
    [CHANGE_PARSE] = {"parse", change_parse}, [CHANGE_SEND] = {"send", change_send},
    [CHANGE_CHECK] = {"check", change_check}, [CHANGE_SET] = {"set", change_set},
    [CHANGE_REPLY] = {"reply", change_reply},
};
const struct use_case use_case_password = {"password", sizeof(struct change), change_steps, false,
                                           0};

/* ---- ordering a one-time code ---- */

struct order {
    struct request base;
    struct wire_login_reset_request in;
    const struct officer_ref *officer;
    char code[PERSON_CODE_LEN];
    int64_t expires_at;
};

enum { ORDER_PARSE, ORDER_SEND, ORDER_REPLY };

static enum step_result order_parse(struct request *req)
{
    struct order *o = container_of(req, struct order, base);

    if (!request_json(req) ||
        !wire_login_reset_request_decode(req->json, req->arena, &o->in, &req->error))
        return request_fail(req);
    return request_wait(req, ORDER_SEND);
}

static bool holds(const struct principal_role *held, int n, enum role role)
{
    for (int i = 0; i < n; i++)
        if (held[i].role == role)
            return true;
    return false;
}

/* Whoever sets a login free could use it: every role of the officer must lie within reach, and an
 * administrator is another administrator's affair. */
static bool may_order(struct order *o)
{
    struct request *req = &o->base;
    const struct officer_ref *of = o->officer;
    bool is_reached = true;

    if (!request_require(req, GRANT_RESET_LOGIN, 0))
        return false;
    if (of->id == req->principal.officer_id)
        return error_set(&req->error, ERR_RESET_SELF, arg_text("login", of->login));
    for (int i = 0; i < of->n_roles; i++)
        is_reached =
            is_reached && right_grants(&req->principal, GRANT_RESET_LOGIN, NULL,
                                       of->roles[i].office, reference_within, req->reference);
    if (holds(of->roles, of->n_roles, ROLE_ADMINISTRATOR) || !of->n_roles)
        is_reached =
            is_reached && holds(req->principal.roles, req->principal.n_roles, ROLE_ADMINISTRATOR);
    return is_reached || error_set(&req->error, ERR_RESET_ABOVE, arg_text("login", of->login));
}

static enum step_result order_send(struct request *req)
{
    struct order *o = container_of(req, struct order, base);
    const char *key = http_request_param(req->http, "key");
    unsigned char hash[DIGEST_LEN];
    struct db_params p;
    bool sent;

    if (!request_require(req, GRANT_RESET_LOGIN, 0))
        return request_fail(req);
    o->officer = reference_officer_by_login(req->reference, key);
    if (!o->officer || !o->officer->is_active) {
        error_set(&req->error, ERR_ITEM_UNKNOWN, arg_text("value", key));
        return request_fail(req);
    }
    if (!may_order(o))
        return request_fail(req);
    person_code_make(o->code);
    person_code_hash(o->code, hash);
    o->expires_at = clock_real() + RESET_HOURS * INSTANT_HOUR;
    db_params_init(&p);
    db_put_int8(&p, o->officer->id);
    db_put_int8(&p, req->principal.officer_id);
    db_put_bytes(&p, hash, sizeof hash);
    db_put_text(&p, o->in.reason);
    db_put_bool(&p, o->in.reset_second_factor);
    db_put_instant(&p, o->expires_at);
    db_put_text(&p, req->http->remote);
    db_put_instant(&p, clock_real());
    sent = request_query(req, 0, DB_LANE_READ, DB_LOGIN_RESET_ORDER, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, ORDER_REPLY) : request_fail(req);
}

static enum step_result order_reply(struct request *req)
{
    struct order *o = container_of(req, struct order, base);
    struct wire_login_reset out;

    wire_login_reset_init(&out);
    out.officer = o->officer->login;
    out.code = o->code;
    out.expires_at = o->expires_at;
    if (!wire_login_reset_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 201);
}

static const struct step order_steps[] = {
    [ORDER_PARSE] = {"parse", order_parse},
    [ORDER_SEND] = {"send", order_send},
    [ORDER_REPLY] = {"reply", order_reply},
};
const struct use_case use_case_login_reset = {"login reset", sizeof(struct order), order_steps,
                                              false, 0};

/* ---- using it ---- */

struct recover {
    struct request base;
    struct wire_recover_request in;
    struct password_check check; /* makes the hash */
    unsigned char officer_hash[DIGEST_LEN], code_hash[DIGEST_LEN];
};

enum { RECOVER_PARSE, RECOVER_HASH, RECOVER_USE, RECOVER_REPLY };

static enum step_result recover_parse(struct request *req)
{
    struct recover *r = container_of(req, struct recover, base);
    struct db_params p;
    bool sent;

    if (!session_origin_is_ours(req) || !request_json(req) ||
        !wire_recover_request_decode(req->json, req->arena, &r->in, &req->error) ||
        !password_rule_check(req->arena, "password", r->in.password, r->in.login, &req->error))
        return request_fail(req);
    login_client_read(req, "", &r->check.client); /* by its address: a code is for any device */
    login_hash("recover ", r->in.login, r->check.login_hash);
    login_hash("", r->in.login, r->officer_hash);
    person_code_hash(r->in.code, r->code_hash);
    db_params_init(&p);
    db_put_bytes(&p, r->officer_hash, sizeof r->officer_hash);
    db_put_bytes(&p, r->check.login_hash, sizeof r->check.login_hash);
    db_put_text(&p, r->check.client.name);
    db_put_bytes(&p, r->code_hash, sizeof r->code_hash);
    db_put_text(&p, req->http->remote);
    db_put_instant(&p, clock_real());
    sent = request_query(req, 0, DB_LANE_READ, DB_LOGIN_RESET_FIND, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, RECOVER_HASH) : request_fail(req);
}

static enum step_result recover_hash(struct request *req)
{
    struct recover *r = container_of(req, struct recover, base);
    const struct db_result *found = &request_result(req, 0)->result;

    if (db_int(found, 0, 0) > 0) {
        (void)password_refuse_wait(req, db_int(found, 0, 0));
        return request_fail(req);
    }
    if (!db_bool(found, 0, 1)) {
        error_set(&req->error, ERR_RESET_CODE, arg_text("field", "code"));
        return request_fail(req);
    }
    return password_hash_send(&r->check, req, r->in.password) ? request_wait(req, RECOVER_USE)
                                                              : request_fail(req);
}

static enum step_result recover_use(struct request *req)
{
    struct recover *r = container_of(req, struct recover, base);
    struct db_params p;
    bool sent;

    db_params_init(&p);
    db_put_bytes(&p, r->officer_hash, sizeof r->officer_hash);
    db_put_bytes(&p, r->check.login_hash, sizeof r->check.login_hash);
    db_put_text(&p, r->check.client.name);
    db_put_bytes(&p, r->code_hash, sizeof r->code_hash);
    password_put(&p, &r->check.made);
    db_put_text(&p, req->http->remote);
    db_put_instant(&p, clock_real());
    sent = request_query(req, 0, DB_LANE_READ, DB_LOGIN_RESET_USE, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, RECOVER_REPLY) : request_fail(req);
}

static enum step_result recover_reply(struct request *req)
{
    struct recover *r = container_of(req, struct recover, base);
    const struct db_result *used = &request_result(req, 0)->result;
    struct login_client client;

    if (!db_bool(used, 0, 0)) {
        error_set(&req->error, ERR_RESET_CODE, arg_text("field", "code"));
        return request_fail(req);
    }
    for (int i = 0; i < (db_is_null(used, 0, 1) ? 0 : db_array_len(used, 0, 1)); i++) {
        unsigned char hash[DIGEST_LEN];
        size_t len;
        const char *hex = db_array_text(used, 0, 1, i, &len);

        if (len == 2 * sizeof hash && hex_decode(hex, sizeof hash, hash))
            live_session_ended(req->app->live, hash);
    }
    /* The device is known from here on: the way back is open even while strangers keep the
     * login shut to devices that are not. */
    login_client_read(req, r->in.login, &client);
    login_client_remember(req, r->in.login, &client);
    req->status = 204;
    return STEP_DONE;
}

static const struct step recover_steps[] = {
    [RECOVER_PARSE] = {"parse", recover_parse},
    [RECOVER_HASH] = {"hash", recover_hash},
    [RECOVER_USE] = {"use", recover_use},
    [RECOVER_REPLY] = {"reply", recover_reply},
};
const struct use_case use_case_recover = {"recover", sizeof(struct recover), recover_steps, true,
                                          0};
