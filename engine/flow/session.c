/* See session.h. */
#include "flow/session.h"

#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/log.h"
#include "base/random.h"
#include "flow/app.h"
#include "flow/calendar_watch.h"
#include "flow/live.h"
#include "flow/reference.h"
#include "http/session.h"
#include "wire/message.h"

#define TOKEN_BYTES    32
#define CSRF_BYTES     16
#define SESSION_LENGTH (12 * INSTANT_HOUR) /* absolute end: a working day and its overtime */

static bool is_write(const struct http_request *r)
{
    return r->method != HTTP_GET && r->method != HTTP_HEAD && r->method != HTTP_OPTIONS;
}

static const char *token_of(const struct http_request *r)
{
    return r->bearer ? r->bearer : r->cookie;
}

bool session_token_hash(const struct http_request *r, unsigned char ret_hash[DIGEST_LEN])
{
    const char *token = token_of(r);

    if (token)
        digest_sha256(token, strlen(token), ret_hash);
    return token != NULL;
}

void session_send(struct request *req, int slot)
{
    unsigned char hash[DIGEST_LEN];
    struct db_params p;

    if (!session_token_hash(req->http, hash)) {
        error_set(&req->error, ERR_NOT_LOGGED_IN, arg_text("path", req->http->path));
        req->is_session_checked = true;
        return;
    }
    db_params_init(&p);
    db_put_bytes(&p, hash, sizeof hash);
    db_put_instant(&p, clock_real());
    (void)request_query(req, slot, DB_LANE_READ, DB_SESSION_FIND, &p); /* error is in req */
    db_params_deinit(&p);
}

void session_principal(const struct reference *r, const struct officer_ref *officer,
                       struct principal *ret)
{
    memset(ret, 0, sizeof *ret);
    ret->officer_id = officer->id;
    ret->login = officer->login;
    ret->n_roles = officer->n_roles;
    memcpy(ret->roles, officer->roles, sizeof ret->roles);
    for (int i = 0; i < officer->n_roles; i++)
        if (officer->roles[i].role == ROLE_ADMINISTRATOR && r->is_demonstration)
            ret->is_acting_for = true;
}

void session_renew(struct request *req)
{
    const struct officer_ref *o = reference_officer(req->reference, req->principal.officer_id);

    if (o && o->is_active)
        session_principal(req->reference, o, &req->principal);
    else
        req->principal.n_roles = 0, req->principal.is_acting_for = false;
}

int64_t session_epoch(const struct db_call *call)
{
    return call->error.code == ERR_NONE && db_rows(&call->result) ? db_int(&call->result, 0, 5) : 0;
}

bool session_accept(struct request *req, const struct db_call *call)
{
    const struct officer_ref *officer;
    const char *csrf;

    if (call->error.code != ERR_NONE) {
        req->error = call->error;
        return false;
    }
    if (db_rows(&call->result) == 0)
        return error_set(&req->error, ERR_NOT_LOGGED_IN, arg_text("path", req->http->path));
    req->session.officer_id = db_int(&call->result, 0, 0);
    req->session.is_cookie = !req->http->bearer;
    clock_set_offset(db_int(&call->result, 0, 6));
    csrf = http_request_header(req->http, "x-csrf-token");
    if (req->session.is_cookie && is_write(req->http) &&
        (!csrf || strcmp(csrf, db_text_or_empty(&call->result, 0, 2)) != 0))
        return error_set(&req->error, ERR_CSRF_MISSING, arg_text("path", req->http->path));
    officer = reference_officer(req->reference, req->session.officer_id);
    if (!officer || !officer->is_active)
        return error_set(&req->error, ERR_NOT_LOGGED_IN, arg_text("path", req->http->path));
    session_principal(req->reference, officer, &req->principal);
    return true;
}

/* ---- login ---- */

struct login {
    struct request base;
    struct wire_login_request in;
    struct password_check check;
    char token[2 * TOKEN_BYTES + 1], csrf[2 * CSRF_BYTES + 1];
    int64_t expires_at;
};

enum { LOGIN_PARSE, LOGIN_CHECK, LOGIN_OPEN, LOGIN_REPLY };

static enum step_result login_parse(struct request *req)
{
    struct login *l = container_of(req, struct login, base);

    if (!request_json(req) ||
        !wire_login_request_decode(req->json, req->arena, &l->in, &req->error) ||
        !password_send(&l->check, req, 0, l->in.login))
        return request_fail(req);
    return request_wait(req, LOGIN_CHECK);
}

static enum step_result login_check(struct request *req)
{
    struct login *l = container_of(req, struct login, base);

    password_check(&l->check, 0, l->in.password);
    return request_wait(req, LOGIN_OPEN);
}

/* Counts the attempt; nobody waits for the answer of a failed one but the reply. */
static bool send_tried(struct request *req, int64_t officer_id, bool succeeded)
{
    struct db_params p;
    bool sent;

    db_params_init(&p);
    db_put_int8(&p, officer_id);
    db_put_bool(&p, succeeded);
    db_put_instant(&p, clock_real());
    sent = request_query(req, 1, DB_LANE_READ, DB_CREDENTIAL_TRIED, &p);
    db_params_deinit(&p);
    return sent;
}

static enum step_result login_open(struct request *req)
{
    struct login *l = container_of(req, struct login, base);
    unsigned char hash[DIGEST_LEN];
    struct db_params p;
    bool sent;

    req->app->metrics.logins++;
    if (l->check.is_known &&
        !send_tried(req, l->check.officer_id, l->check.is_right && !l->check.is_locked))
        return request_fail(req);
    if (!l->check.is_right || l->check.is_locked) {
        req->app->metrics.login_failures++;
        return request_wait(req, LOGIN_REPLY);
    }
    random_token(l->token, TOKEN_BYTES);
    random_token(l->csrf, CSRF_BYTES);
    l->expires_at = clock_real() + SESSION_LENGTH;
    digest_sha256(l->token, strlen(l->token), hash);
    db_params_init(&p);
    db_put_bytes(&p, hash, sizeof hash);
    db_put_int8(&p, l->check.officer_id);
    db_put_text(&p, l->csrf);
    db_put_text(&p, http_request_header(req->http, "x-session-kind") ? "bearer" : "cookie");
    db_put_instant(&p, clock_real());
    db_put_instant(&p, l->expires_at);
    db_put_null(&p);
    sent = request_query(req, 0, DB_LANE_READ, DB_SESSION_MAKE, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, LOGIN_REPLY) : request_fail(req);
}

static enum step_result login_reply(struct request *req)
{
    struct login *l = container_of(req, struct login, base);
    const struct officer_ref *officer = reference_officer(req->reference, l->check.officer_id);
    struct wire_session out;
    struct buffer cookie = {0};

    if (l->check.is_locked)
        error_set(&req->error, ERR_LOGIN_LOCKED, arg_text("login", l->in.login));
    else if (!l->check.is_right || !officer)
        error_set(&req->error, ERR_LOGIN_WRONG, arg_text("login", l->in.login));
    if (req->error.code != ERR_NONE || !officer)
        return request_fail(req);
    wire_session_init(&out);
    out.token = l->token;
    out.csrf = l->csrf;
    out.expires_at = l->expires_at;
    out.officer = officer->login;
    out.name = officer->name;
    session_cookie_format(&cookie, SESSION_COOKIE, l->token, SESSION_LENGTH / INSTANT_SECOND,
                          req->http->is_tls);
    if (!cookie.is_failed)
        request_field(req, "Set-Cookie", cookie.data);
    buffer_deinit(&cookie);
    if (!wire_session_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 201);
}

static const struct step login_steps[] = {
    [LOGIN_PARSE] = {"parse", login_parse},
    [LOGIN_CHECK] = {"check", login_check},
    [LOGIN_OPEN] = {"open", login_open},
    [LOGIN_REPLY] = {"reply", login_reply},
};
const struct use_case use_case_login = {"login", sizeof(struct login), login_steps, true, 0};

/* ---- logout ---- */

static enum step_result logout_send(struct request *req)
{
    const char *token = token_of(req->http);
    unsigned char hash[DIGEST_LEN];
    struct db_params p;
    bool sent;

    if (!token)
        return request_next(req, 1);
    digest_sha256(token, strlen(token), hash);
    db_params_init(&p);
    db_put_bytes(&p, hash, sizeof hash);
    sent = request_query(req, 0, DB_LANE_READ, DB_SESSION_END, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, 1) : request_fail(req);
}

static enum step_result logout_reply(struct request *req)
{
    struct buffer cookie = {0};
    unsigned char hash[DIGEST_LEN];

    if (session_token_hash(req->http, hash))
        live_session_ended(req->app->live, hash);
    session_cookie_format(&cookie, SESSION_COOKIE, "", 0, req->http->is_tls);
    if (!cookie.is_failed)
        request_field(req, "Set-Cookie", cookie.data);
    buffer_deinit(&cookie);
    req->status = 204;
    return STEP_DONE;
}

/* CSRF protection of a logout: SameSite=Strict on the cookie; ending one's session harms nobody. */
static const struct step logout_steps[] = {{"send", logout_send}, {"reply", logout_reply}};
const struct use_case use_case_logout = {"logout", sizeof(struct request), logout_steps, true, 0};

/* ---- me ---- */

static enum step_result me_wait(struct request *req)
{
    return request_wait(req, 1);
}

/* Actions and rights of all roles together, each once. */
static size_t rights_of(const struct principal *p, const char **ret)
{
    size_t n = 0;

    for (int a = 0; a < ACTION_COUNT; a++)
        for (int i = 0; i < p->n_roles; i++)
            if (p->is_acting_for ||
                right_of_action(p->roles[i].role, (enum action)a) != SCOPE_NONE) {
                ret[n++] = vocabulary_word(&actions, a);
                break;
            }
    for (int g = 0; g < GRANT_COUNT; g++)
        for (int i = 0; i < p->n_roles; i++)
            if (p->is_acting_for || right_of_grant(p->roles[i].role, (enum grant)g) != SCOPE_NONE) {
                ret[n++] = vocabulary_word(&grants, g);
                break;
            }
    return n;
}

/* What whoever edits rules should know: years without a published calendar. */
static bool me_warnings(struct request *req, struct wire_me *out)
{
    struct calendar_gap gaps[CALENDAR_WATCH_MAX];
    const char **list = arena_array(req->arena, CALENDAR_WATCH_MAX, sizeof *list);
    int n = calendar_watch(req->reference, req->now, req->zone_s, gaps);

    if (!right_grants(&req->principal, GRANT_EDIT_RULES, NULL, 0, reference_within, req->reference))
        return true;
    for (int i = 0; list && i < n && i < CALENDAR_WATCH_MAX; i++) {
        struct buffer b = {0};

        calendar_watch_sentence(&gaps[i], req->lang, &b);
        list[i] = b.is_failed ? NULL : arena_strdup(req->arena, b.data);
        buffer_deinit(&b);
        if (!list[i])
            list = NULL;
        else
            out->n_warnings++;
    }
    out->warnings = list;
    return list || error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "me"));
}

static enum step_result me_reply(struct request *req)
{
    const struct officer_ref *o = reference_officer(req->reference, req->principal.officer_id);
    const char **words = arena_array(req->arena, ACTION_COUNT + GRANT_COUNT, sizeof *words);
    struct wire_me_role *held = arena_array(req->arena, PRINCIPAL_ROLES_MAX, sizeof *held);
    struct wire_me out;

    if (!words || !held) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "me"));
        return request_fail(req);
    }
    wire_me_init(&out);
    out.officer = out.login = o->login;
    out.name = o->name;
    out.is_demonstration = req->reference->is_demonstration;
    out.now = clock_business();
    out.actions = words;
    out.n_actions = rights_of(&req->principal, words);
    out.roles = held;
    for (int i = 0; i < req->principal.n_roles; i++) {
        const struct office_ref *office =
            reference_office(req->reference, req->principal.roles[i].office);

        wire_me_role_init(&held[i]);
        held[i].role = (int)req->principal.roles[i].role;
        held[i].office = office ? office->key : "";
        held[i].office_name = office ? office->name : "";
        out.n_roles++;
    }
    if (!me_warnings(req, &out))
        return request_fail(req);
    if (!wire_me_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step me_steps[] = {{"wait", me_wait}, {"reply", me_reply}};
const struct use_case use_case_me = {"me", sizeof(struct request), me_steps, false, 0};
