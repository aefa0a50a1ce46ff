/* Logging in and out. A login is: counted before anything is compared, the password by scrypt, the
 * second factor where one is enrolled, and then a new session under a new token, so that nobody
 * can have planted it. */
#include "flow/login.h"

#include <string.h>

#include "base/clock.h"
#include "base/instant.h"
#include "base/random.h"
#include "base/text.h"
#include "flow/app.h"
#include "flow/live.h"
#include "flow/password.h"
#include "flow/second_factor.h"
#include "flow/session.h"
#include "http/session.h"
#include "wire/message.h"

#define TOKEN_BYTES 32
#define ID_BYTES    12

struct login {
    struct request base;
    struct wire_login_request in;
    struct password_check check;
    struct factor_proof proof;
    char token[2 * TOKEN_BYTES + 1], csrf[SESSION_CSRF_LEN], id[2 * ID_BYTES + 1];
    int64_t expires_at;
};

enum { LOGIN_PARSE, LOGIN_CHECK, LOGIN_FACTOR, LOGIN_NEEDED, LOGIN_REPLY };

static enum step_result login_parse(struct request *req)
{
    struct login *l = container_of(req, struct login, base);

    if (!session_origin_is_ours(req) || !request_json(req) ||
        !wire_login_request_decode(req->json, req->arena, &l->in, &req->error) ||
        !password_send(&l->check, req, 0, l->in.login, false))
        return request_fail(req);
    return request_wait(req, LOGIN_CHECK);
}

static enum step_result login_check(struct request *req)
{
    struct login *l = container_of(req, struct login, base);

    password_check(&l->check, 0, l->in.password);
    return request_wait(req, LOGIN_FACTOR);
}

static enum step_result login_refuse(struct login *l)
{
    struct request *req = &l->base;

    req->app->metrics.login_failures++;
    return request_fail(req);
}

/* When a session opened now ends, by the policy of its officer's roles. */
static int64_t login_end(const struct login *l)
{
    const struct officer_ref *o = reference_officer(l->base.reference, l->check.officer_id);
    struct principal principal;
    struct role_policy policy;

    session_principal(l->base.reference, o, &principal);
    session_policy(l->base.reference, &principal, &policy);
    return clock_real() + policy.absolute_hours * INSTANT_HOUR;
}

static bool login_open(struct login *l)
{
    struct request *req = &l->base;
    const char *agent = http_request_header(req->http, "user-agent");
    unsigned char hash[DIGEST_LEN];
    struct db_params p;
    bool sent;

    random_token(l->token, TOKEN_BYTES);
    session_csrf(l->token, l->csrf);
    random_token(l->id, ID_BYTES);
    l->expires_at = login_end(l);
    digest_sha256(l->token, strlen(l->token), hash);
    db_params_init(&p);
    db_put_int8(&p, l->check.officer_id);
    db_put_bytes(&p, l->check.login_hash, sizeof l->check.login_hash);
    db_put_text(&p, l->check.client.name);
    db_put_bool(&p, l->check.client.is_trusted);
    factor_put(&p, &l->proof);
    db_put_bytes(&p, hash, sizeof hash);
    db_put_text(&p, l->id);
    db_put_text(&p, http_request_header(req->http, "x-session-kind") ? "bearer" : "cookie");
    db_put_instant(&p, l->expires_at);
    db_put_text(&p, req->http->remote);
    db_put_text(&p, agent && text_utf8_fault(agent, strlen(agent)) < 0 ? agent : "");
    if (l->check.is_made) {
        password_put(&p, &l->check.made);
    } else {
        for (int i = 0; i < 5; i++)
            db_put_null(&p);
    }
    db_put_instant(&p, clock_real());
    sent = request_query(req, 0, DB_LANE_READ, DB_SESSION_OPEN, &p);
    db_params_deinit(&p);
    return sent;
}

static enum step_result login_factor(struct request *req)
{
    struct login *l = container_of(req, struct login, base);
    bool is_good = l->check.is_right && reference_officer(req->reference, l->check.officer_id);

    req->app->metrics.logins++;
    if (l->check.wait_s > 0) {
        (void)password_refuse_wait(req, l->check.wait_s);
        return login_refuse(l);
    }
    if (!is_good) {
        error_set(&req->error, ERR_LOGIN_WRONG, arg_text("path", req->http->path));
        return login_refuse(l);
    }
    if (l->check.factor && !l->in.code) /* half the way: not a failure, and not a login */
        return password_settled(&l->check, 1, false) ? request_wait(req, LOGIN_NEEDED)
                                                     : request_fail(req);
    if (l->check.factor && !factor_prove(req, l->check.factor, l->check.factor_len,
                                         l->check.last_step, l->in.code, &l->proof)) {
        if (req->error.code == ERR_NONE)
            error_set(&req->error, ERR_SECOND_FACTOR_WRONG, arg_text("path", req->http->path));
        return login_refuse(l);
    }
    return login_open(l) ? request_wait(req, LOGIN_REPLY) : request_fail(req);
}

static enum step_result login_needed(struct request *req)
{
    error_set(&req->error, ERR_SECOND_FACTOR_NEEDED, arg_text("path", req->http->path));
    return request_fail(req);
}

static void set_cookie(struct request *req, const char *token, int64_t seconds)
{
    struct buffer cookie = {0};

    session_cookie_format(&cookie, SESSION_COOKIE_OF(req->http->is_tls), token, (long)seconds,
                          req->http->is_tls);
    if (!cookie.is_failed)
        request_field(req, "Set-Cookie", cookie.data);
    buffer_deinit(&cookie);
}

static enum step_result login_reply(struct request *req)
{
    struct login *l = container_of(req, struct login, base);
    const struct officer_ref *officer = reference_officer(req->reference, l->check.officer_id);
    const struct db_result *r = &request_result(req, 0)->result;
    struct wire_session out;

    if (strcmp(db_text_or_empty(r, 0, 0), "open") != 0) {
        error_set(&req->error, ERR_SECOND_FACTOR_WRONG, arg_text("path", req->http->path));
        return login_refuse(l);
    }
    wire_session_init(&out);
    out.token = l->token;
    out.csrf = l->csrf;
    out.expires_at = l->expires_at;
    out.officer = officer->login;
    out.name = officer->name;
    out.reset_by = db_text(r, 0, 1);
    out.reset_at = db_instant(r, 0, 2);
    login_client_remember(req, l->in.login, &l->check.client);
    set_cookie(req, l->token, (l->expires_at - clock_real()) / INSTANT_SECOND);
    if (!wire_session_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 201);
}

static const struct step login_steps[] = {
    [LOGIN_PARSE] = {"parse", login_parse},    [LOGIN_CHECK] = {"check", login_check},
    [LOGIN_FACTOR] = {"factor", login_factor}, [LOGIN_NEEDED] = {"needed", login_needed},
    [LOGIN_REPLY] = {"reply", login_reply},
};
const struct use_case use_case_login = {"login", sizeof(struct login), login_steps, true, 0};

/* ---- logout ---- */

static enum step_result logout_send(struct request *req)
{
    unsigned char hash[DIGEST_LEN];
    struct db_params p;
    bool sent;

    if (!session_token_hash(req->http, hash))
        return request_next(req, 1);
    db_params_init(&p);
    db_put_bytes(&p, hash, sizeof hash);
    sent = request_query(req, 0, DB_LANE_READ, DB_SESSION_END, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, 1) : request_fail(req);
}

static enum step_result logout_reply(struct request *req)
{
    unsigned char hash[DIGEST_LEN];

    if (session_token_hash(req->http, hash))
        live_session_ended(req->app->live, hash);
    set_cookie(req, "", 0);
    req->status = 204;
    return STEP_DONE;
}

/* CSRF protection of a logout: SameSite=Strict on the cookie; ending one's session harms nobody. An
 * API token is revoked by its officer, not by whoever holds it (session_end.sql). */
static const struct step logout_steps[] = {{"send", logout_send}, {"reply", logout_reply}};
const struct use_case use_case_logout = {"logout", sizeof(struct request), logout_steps, true, 0};
