/* See session.h. */
#include "flow/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/instant.h"
#include "flow/app.h"
#include "flow/live.h"
#include "flow/reference.h"
#include "wire/routes.h"

#define TOUCH_EVERY INSTANT_MINUTE /* last_used_at is written at most so often */

/* What session_find answers. */
enum found {
    FOUND_OFFICER,
    FOUND_KIND,
    FOUND_LAST_USED,
    FOUND_EPOCH,
    FOUND_CLOCK_OFFSET,
    FOUND_CREATED,
    FOUND_ID,
    FOUND_SCOPES,
    FOUND_MUST_CHANGE,
    FOUND_HAS_FACTOR,
};

static bool is_write(const struct http_request *r)
{
    return r->method != HTTP_GET && r->method != HTTP_HEAD && r->method != HTTP_OPTIONS;
}

static const char *token_of(const struct http_request *r)
{
    return r->bearer ? r->bearer : r->cookie;
}

/* Derived, so that no log of statements holds it and nothing need be stored. */
void session_csrf(const char *token, char ret[SESSION_CSRF_LEN])
{
    unsigned char mac[DIGEST_LEN];

    digest_hmac(token, strlen(token), "csrf", 4, mac);
    hex_encode(mac, (SESSION_CSRF_LEN - 1) / 2, ret);
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

/* Roles held in the place of others today; a role that the other one lost is nobody's. */
static void stand_in(const struct reference *r, struct principal *p)
{
    int32_t today = instant_date(clock_business(), r->zone_s);

    for (int i = 0; i < r->n_delegations && p->n_roles < (int)ARRAY_LEN(p->roles); i++) {
        const struct delegation_ref *d = &r->delegations[i];

        if (d->to_officer == p->officer_id && reference_delegation_runs(r, d, today))
            p->roles[p->n_roles++] = (struct principal_role){
                .role = d->role,
                .office = d->office,
                .on_behalf_of = d->from_officer,
                .until = d->to_on,
                .is_authorised = d->is_authorised,
            };
    }
}

void session_principal(const struct reference *r, const struct officer_ref *officer,
                       struct principal *ret)
{
    memset(ret, 0, sizeof *ret);
    ret->officer_id = officer->id;
    ret->login = officer->login;
    ret->n_roles = officer->n_roles;
    memcpy(ret->roles, officer->roles, (size_t)officer->n_roles * sizeof ret->roles[0]);
    for (int i = 0; i < officer->n_roles; i++)
        if (officer->roles[i].role == ROLE_ADMINISTRATOR && r->is_demonstration)
            ret->is_acting_for = true;
    if (officer->is_active)
        stand_in(r, ret);
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
    return call->error.code == ERR_NONE && db_rows(&call->result)
               ? db_int(&call->result, 0, FOUND_EPOCH)
               : 0;
}

void session_policy(const struct reference *r, const struct principal *p, struct role_policy *ret)
{
    *ret = (struct role_policy){.idle_minutes = 120, .absolute_hours = 12, .token_days_max = 90};
    for (int i = 0; i < p->n_roles; i++) {
        const struct role_policy *one = &r->role_policies[p->roles[i].role];

        if (i == 0) {
            *ret = *one;
            continue;
        }
        ret->needs_second_factor |= one->needs_second_factor;
        if (one->idle_minutes < ret->idle_minutes)
            ret->idle_minutes = one->idle_minutes;
        if (one->absolute_hours < ret->absolute_hours)
            ret->absolute_hours = one->absolute_hours;
        if (one->token_days_max < ret->token_days_max)
            ret->token_days_max = one->token_days_max;
    }
}

/* Where the page came from that asks: the browser says, and cannot be made to lie by a page. A
 * proxy may have another scheme in front, so the host alone is held against the one asked for. */
bool session_origin_is_ours(struct request *req)
{
    const char *origin = req->http->origin, *host = http_request_header(req->http, "host");
    const char *authority = origin ? strstr(origin, "://") : NULL;

    if (!origin || !strcmp(origin, req->app->public_url) ||
        (authority && host && !strcasecmp(authority + 3, host)))
        return true;
    return error_set(&req->error, ERR_ORIGIN_FOREIGN, arg_text("path", req->http->path));
}

/* ---- what has become of a session since ---- */

struct touch {
    struct db_call call;
};

static void touch_done(struct db_call *call)
{
    struct touch *t = container_of(call, struct touch, call);

    db_call_deinit(&t->call); /* a use that was not noted is noted by the next one */
    free(t);
}

/* Nobody waits for it. */
static void touch(struct request *req, int64_t now)
{
    struct touch *t = calloc(1, sizeof *t);
    struct db_params p;
    struct error err;

    if (!t)
        return;
    t->call.done = touch_done;
    db_params_init(&p);
    db_put_bytes(&p, req->session.token_hash, sizeof req->session.token_hash);
    db_put_instant(&p, now);
    if (!db_query(req->app->db, DB_LANE_READ, DB_SESSION_TOUCH, &p, &t->call, &err))
        free(t);
    db_params_deinit(&p);
}

/* Does somebody sit there? A stream and what a page asks for by itself keep no session alive. */
static bool is_use(const struct request *req, const struct route *route)
{
    return route->id != ROUTE_STREAM && !http_request_header(req->http, "x-unattended");
}

/* Idle for too long, or too old, by what the roles want now. */
static bool has_ended(const struct request *req, const struct role_policy *policy,
                      const struct db_result *r, int64_t now)
{
    if (req->session.kind == SESSION_TOKEN)
        return false;
    return now - db_instant(r, 0, FOUND_LAST_USED) > policy->idle_minutes * INSTANT_MINUTE ||
           now - db_instant(r, 0, FOUND_CREATED) > policy->absolute_hours * INSTANT_HOUR;
}

/* ---- what it may ask for ---- */

const char *session_area(const struct route *route, size_t *ret_len)
{
    static const char head[] = "/api/v1/";

    if (strncmp(route->path, head, sizeof head - 1) != 0)
        return NULL;
    *ret_len = strcspn(route->path + sizeof head - 1, "/");
    return route->path + sizeof head - 1;
}

static bool has_scope(const struct request *req, const char *scope)
{
    for (int i = 0; i < req->session.n_scopes; i++)
        if (!strcmp(req->session.scopes[i], scope))
            return true;
    return false;
}

/* An API token: not what a person alone does, and only where its scopes reach. */
static bool token_may(struct request *req, const struct route *route)
{
    const char *area, *scope;
    size_t len = 0;

    if (route->flags & ROUTE_FLAG_PERSON)
        return error_set(&req->error, ERR_TOKEN_NOT_HERE, arg_text("path", req->http->path));
    if (route->id == ROUTE_ME)
        return true;
    area = session_area(route, &len);
    scope = arena_printf(req->arena, "%.*s:%s", (int)len, area ? area : "",
                         is_write(req->http) ? "write" : "read");
    if (!scope)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "scope"));
    if (has_scope(req, scope) || (!is_write(req->http) && has_scope(req, "*:read")))
        return true;
    return error_set(&req->error, ERR_TOKEN_SCOPE, arg_text("scope", scope));
}

/* A login that has something else to do first. */
static bool login_may(struct request *req, const struct route *route)
{
    if (route->flags & ROUTE_FLAG_FIRST)
        return true;
    if (req->session.must_change)
        return error_set(&req->error, ERR_PASSWORD_MUST_CHANGE, arg_text("path", req->http->path));
    if (req->session.must_enrol)
        return error_set(&req->error, ERR_SECOND_FACTOR_MUST_ENROL,
                         arg_text("path", req->http->path));
    return true;
}

static bool read_session(struct request *req, const struct db_result *r)
{
    const char *kind = db_text_or_empty(r, 0, FOUND_KIND), *id = db_text_or_empty(r, 0, FOUND_ID);
    struct request_session *s = &req->session;
    const char **words;

    s->officer_id = db_int(r, 0, FOUND_OFFICER);
    s->kind = !strcmp(kind, "token")    ? SESSION_TOKEN
              : !strcmp(kind, "cookie") ? SESSION_COOKIE
                                        : SESSION_BEARER;
    s->is_cookie = !req->http->bearer;
    (void)session_token_hash(req->http, s->token_hash);
    snprintf(s->id, sizeof s->id, "%s", id);
    s->must_change = db_bool(r, 0, FOUND_MUST_CHANGE);
    s->has_factor = db_bool(r, 0, FOUND_HAS_FACTOR);
    if (s->kind != SESSION_TOKEN)
        return true;
    s->n_scopes = db_array_len(r, 0, FOUND_SCOPES);
    words = arena_array(req->arena, (size_t)s->n_scopes + 1, sizeof *words);
    for (int i = 0; words && i < s->n_scopes; i++) {
        size_t len;
        const char *text = db_array_text(r, 0, FOUND_SCOPES, i, &len);

        words[i] = arena_strndup(req->arena, text, len);
        if (!words[i])
            return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "session"));
    }
    s->scopes = words;
    return words || error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "session"));
}

/* Another daemon may have moved a demonstration's clock: this request, which came before that was
 * known here, is of the moved time too. */
static void follow_clock(struct request *req, int64_t offset_us)
{
    req->now += offset_us - req->offset_us;
    req->offset_us = offset_us;
    clock_set_offset(offset_us);
}

/* A browser sends the cookie with whatever page asks; what stands in its header too, only ours. */
static bool is_of_our_page(struct request *req)
{
    const char *csrf = http_request_header(req->http, "x-csrf-token");
    char expected[SESSION_CSRF_LEN];

    session_csrf(token_of(req->http), expected);
    return (csrf && strlen(csrf) == sizeof expected - 1 &&
            digest_equal(csrf, expected, sizeof expected - 1) &&
            req->session.kind == SESSION_COOKIE) ||
           error_set(&req->error, ERR_CSRF_MISSING, arg_text("path", req->http->path));
}

bool session_accept(struct request *req, const struct db_call *call)
{
    const struct db_result *r = &call->result;
    const struct route *route = &routes[req->http->handler];
    const struct officer_ref *officer;
    struct role_policy policy;
    int64_t now = clock_real();

    if (call->error.code != ERR_NONE) {
        req->error = call->error;
        return false;
    }
    if (db_rows(r) == 0)
        return error_set(&req->error, ERR_NOT_LOGGED_IN, arg_text("path", req->http->path));
    if (!read_session(req, r))
        return false;
    follow_clock(req, db_int(r, 0, FOUND_CLOCK_OFFSET));
    if (req->session.is_cookie && is_write(req->http) &&
        (!is_of_our_page(req) || !session_origin_is_ours(req)))
        return false;
    officer = reference_officer(req->reference, req->session.officer_id);
    if (!officer || !officer->is_active)
        return error_set(&req->error, ERR_NOT_LOGGED_IN, arg_text("path", req->http->path));
    session_principal(req->reference, officer, &req->principal);
    session_policy(req->reference, &req->principal, &policy);
    if (has_ended(req, &policy, r, now))
        return error_set(&req->error, ERR_NOT_LOGGED_IN, arg_text("path", req->http->path));
    req->session.must_enrol = policy.needs_second_factor && !req->session.has_factor;
    if (is_use(req, route) && now - db_instant(r, 0, FOUND_LAST_USED) > TOUCH_EVERY)
        touch(req, now);
    return req->session.kind == SESSION_TOKEN ? token_may(req, route) : login_may(req, route);
}

void session_end_streams(struct request *req, const struct db_result *r, int column)
{
    for (int i = 0; i < db_rows(r); i++) {
        const char *hex = db_text_or_empty(r, i, column);
        unsigned char hash[DIGEST_LEN];

        if (strlen(hex) == 2 * sizeof hash && hex_decode(hex, sizeof hash, hash))
            live_session_ended(req->app->live, hash);
    }
}
