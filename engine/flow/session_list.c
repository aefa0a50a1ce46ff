/* See session_list.h. A session is named by its public id, which says nothing about its token. */
#include "flow/session_list.h"

#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/instant.h"
#include "base/random.h"
#include "flow/app.h"
#include "flow/session.h"
#include "wire/message.h"
#include "wire/routes.h"

#define TOKEN_PREFIX "mct_" /* scanners for leaked secrets know it by this */
#define TOKEN_BYTES  32
#define ID_BYTES     12
#define TOKENS_MAX   20

struct list {
    struct request base;
    struct wire_session_query in;
    int64_t officer;
};

enum { LIST_PARSE, LIST_SEND, LIST_REPLY };

static bool is_administrator(const struct principal *p)
{
    for (int i = 0; i < p->n_roles; i++)
        if (p->roles[i].role == ROLE_ADMINISTRATOR)
            return true;
    return false;
}

static enum step_result list_parse(struct request *req)
{
    struct list *l = container_of(req, struct list, base);

    if (req->use_case == &use_case_sessions &&
        !codec_decode_pairs(&message_session_query, req->http->query, req->http->n_query,
                            req->arena, &l->in, &req->error))
        return request_fail(req);
    return request_wait(req, LIST_SEND);
}

static enum step_result list_send(struct request *req)
{
    struct list *l = container_of(req, struct list, base);
    const struct officer_ref *other;
    struct db_params p;
    bool sent;

    l->officer = req->principal.officer_id;
    if (l->in.officer && strcmp(l->in.officer, req->principal.login) != 0) {
        if (!is_administrator(&req->principal) && !request_require(req, GRANT_EDIT_RULES, 0))
            return request_fail(req);
        other = reference_officer_by_login(req->reference, l->in.officer);
        if (!other) {
            error_set(&req->error, ERR_ITEM_UNKNOWN, arg_text("value", l->in.officer));
            return request_fail(req);
        }
        l->officer = other->id;
    }
    db_params_init(&p);
    db_put_int8(&p, l->officer);
    db_put_instant(&p, clock_real());
    db_put_bool(&p, req->use_case == &use_case_tokens);
    sent = request_query(req, 0, DB_LANE_READ, DB_SESSIONS, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, LIST_REPLY) : request_fail(req);
}

static enum step_result list_reply(struct request *req)
{
    const struct db_result *r = &request_result(req, 0)->result;
    size_t n = (size_t)db_rows(r);
    struct wire_session_info *items = arena_array(req->arena, n + 1, sizeof *items);
    struct wire_session_info_list out;
    char mine[2 * DIGEST_LEN + 1];

    if (!items) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "sessions"));
        return request_fail(req);
    }
    hex_encode(req->session.token_hash, DIGEST_LEN, mine);
    for (int i = 0; i < (int)n; i++) {
        struct wire_session_info *w = &items[i];

        wire_session_info_init(w);
        w->id = db_text(r, i, 0);
        w->kind = words_find(&words_session_kind, db_text_or_empty(r, i, 1));
        w->address = db_text(r, i, 4);
        w->user_agent = db_text(r, i, 5);
        w->created_at = db_instant(r, i, 6);
        w->last_used_at = db_instant(r, i, 7);
        w->ends_at = db_instant(r, i, 8);
        w->is_this = !strcmp(db_text_or_empty(r, i, 9), mine);
    }
    wire_session_info_list_init(&out);
    out.items = items;
    out.n_items = n;
    if (!wire_session_info_list_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step list_steps[] = {
    [LIST_PARSE] = {"parse", list_parse},
    [LIST_SEND] = {"send", list_send},
    [LIST_REPLY] = {"reply", list_reply},
};
const struct use_case use_case_sessions = {"sessions", sizeof(struct list), list_steps, false, 0};

/* ---- API tokens ---- */

static bool fill_scopes(struct request *req, const struct db_result *r, int i, struct wire_token *w)
{
    int n = db_array_len(r, i, 3);
    const char **words = arena_array(req->arena, (size_t)n + 1, sizeof *words);

    for (int k = 0; words && k < n; k++) {
        size_t len;
        const char *text = db_array_text(r, i, 3, k, &len);

        words[k] = arena_strndup(req->arena, text, len);
        if (!words[k])
            return false;
    }
    w->scopes = words;
    w->n_scopes = (size_t)n;
    return words != NULL;
}

static enum step_result tokens_reply(struct request *req)
{
    const struct db_result *r = &request_result(req, 0)->result;
    size_t n = (size_t)db_rows(r);
    struct wire_token *items = arena_array(req->arena, n + 1, sizeof *items);
    struct wire_token_list out;
    bool is_whole = items != NULL;

    for (int i = 0; is_whole && i < (int)n; i++) {
        struct wire_token *w = &items[i];

        wire_token_init(w);
        w->id = db_text(r, i, 0);
        w->name = db_text(r, i, 2);
        w->created_at = db_instant(r, i, 6);
        w->last_used_at = db_instant(r, i, 7);
        w->expires_at = db_instant(r, i, 8);
        is_whole = fill_scopes(req, r, i, w);
    }
    if (!is_whole) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "tokens"));
        return request_fail(req);
    }
    wire_token_list_init(&out);
    out.items = items;
    out.n_items = n;
    if (!wire_token_list_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step tokens_steps[] = {
    [LIST_PARSE] = {"parse", list_parse},
    [LIST_SEND] = {"send", list_send},
    [LIST_REPLY] = {"reply", tokens_reply},
};
const struct use_case use_case_tokens = {"tokens", sizeof(struct list), tokens_steps, false, 0};

struct making {
    struct request base;
    struct wire_token_request in;
    char token[sizeof TOKEN_PREFIX + 2 * TOKEN_BYTES], id[2 * ID_BYTES + 1];
    int64_t expires_at;
};

enum { MAKE_PARSE, MAKE_SEND, MAKE_REPLY };

static enum step_result make_parse(struct request *req)
{
    struct making *m = container_of(req, struct making, base);

    if (!request_json(req) ||
        !wire_token_request_decode(req->json, req->arena, &m->in, &req->error))
        return request_fail(req);
    return request_wait(req, MAKE_SEND);
}

/* "*:read", or AREA:read, AREA:write of an area that has a route of that kind a token may take. */
static bool scope_is_known(const char *scope)
{
    const char *colon = strchr(scope, ':');
    bool is_read = colon && !strcmp(colon, ":read");

    if (!strcmp(scope, "*:read"))
        return true;
    if (!is_read && !(colon && !strcmp(colon, ":write")))
        return false;
    for (int i = 0; i < ROUTE_COUNT; i++) {
        const struct route *r = &routes[i];
        size_t len = 0;
        const char *area = session_area(r, &len);

        if (area && len == (size_t)(colon - scope) && !strncmp(area, scope, len) &&
            r->who == ROUTE_WHO_SESSION && !(r->flags & ROUTE_FLAG_PERSON) &&
            (r->method == HTTP_GET) == is_read)
            return true;
    }
    return false;
}

static bool make_check(struct making *m)
{
    struct request *req = &m->base;
    int32_t today = instant_date(clock_real(), req->zone_s);
    struct role_policy policy;

    session_policy(req->reference, &req->principal, &policy);
    if (!policy.token_days_max)
        return error_set(&req->error, ERR_TOKENS_FORBIDDEN, arg_number("days", 0));
    if (m->in.expires_on < today || m->in.expires_on > today + policy.token_days_max)
        return error_set(&req->error, ERR_TOKEN_EXPIRY, arg_text("field", "expires_on"),
                         arg_date("from", today), arg_date("to", today + policy.token_days_max));
    if (!m->in.n_scopes)
        return error_set(&req->error, ERR_FIELD_REQUIRED, arg_text("field", "scopes"));
    for (size_t i = 0; i < m->in.n_scopes; i++)
        if (!scope_is_known(m->in.scopes[i]))
            return error_set(&req->error, ERR_TOKEN_SCOPE_UNKNOWN, arg_text("field", "scopes"),
                             arg_text("value", m->in.scopes[i]));
    m->expires_at = date_instant(m->in.expires_on + 1, req->zone_s); /* the end of its last day */
    return true;
}

static enum step_result make_send(struct request *req)
{
    struct making *m = container_of(req, struct making, base);
    unsigned char hash[DIGEST_LEN];
    struct db_params p;
    bool sent;

    if (!make_check(m))
        return request_fail(req);
    memcpy(m->token, TOKEN_PREFIX, sizeof TOKEN_PREFIX - 1);
    random_token(m->token + sizeof TOKEN_PREFIX - 1, TOKEN_BYTES);
    random_token(m->id, ID_BYTES);
    digest_sha256(m->token, strlen(m->token), hash);
    db_params_init(&p);
    db_put_bytes(&p, hash, sizeof hash);
    db_put_text(&p, m->id);
    db_put_int8(&p, req->principal.officer_id);
    db_put_text(&p, m->in.name);
    db_put_text_array(&p, m->in.scopes, (int)m->in.n_scopes);
    db_put_instant(&p, m->expires_at);
    db_put_text(&p, req->http->remote);
    db_put_instant(&p, clock_real());
    sent = request_query(req, 0, DB_LANE_READ, DB_TOKEN_MAKE, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, MAKE_REPLY) : request_fail(req);
}

static enum step_result make_reply(struct request *req)
{
    struct making *m = container_of(req, struct making, base);
    const char *word = db_text_or_empty(&request_result(req, 0)->result, 0, 0);
    struct wire_token out;

    if (!strcmp(word, "many"))
        error_set(&req->error, ERR_TOKENS_MANY, arg_number("limit", TOKENS_MAX));
    else if (strcmp(word, "made") != 0)
        error_set(&req->error, ERR_TOKEN_EXISTS, arg_text("value", m->in.name));
    if (req->error.code != ERR_NONE)
        return request_fail(req);
    wire_token_init(&out);
    out.id = m->id;
    out.name = m->in.name;
    out.scopes = m->in.scopes;
    out.n_scopes = m->in.n_scopes;
    out.created_at = out.last_used_at = clock_real();
    out.expires_at = m->expires_at;
    out.token = m->token;
    if (!wire_token_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 201);
}

static const struct step make_steps[] = {
    [MAKE_PARSE] = {"parse", make_parse},
    [MAKE_SEND] = {"send", make_send},
    [MAKE_REPLY] = {"reply", make_reply},
};
const struct use_case use_case_token_new = {"token made", sizeof(struct making), make_steps, false,
                                            0};

/* ---- ending ---- */

enum { END_WAIT, END_SEND, END_REPLY };

static enum step_result end_wait(struct request *req)
{
    return request_wait(req, END_SEND);
}

/* An administrator ends anybody's: a stolen one cannot wait for its officer. */
static enum step_result end_send(struct request *req)
{
    struct db_params p;
    bool sent;

    db_params_init(&p);
    db_put_text(&p, http_request_param(req->http, "id"));
    db_put_id(&p, is_administrator(&req->principal) ? 0 : req->principal.officer_id);
    db_put_int8(&p, req->principal.officer_id);
    db_put_text(&p, req->http->remote);
    db_put_instant(&p, clock_real());
    sent = request_query(req, 0, DB_LANE_READ, DB_SESSION_REVOKE, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, END_REPLY) : request_fail(req);
}

static enum step_result end_reply(struct request *req)
{
    const struct db_result *r = &request_result(req, 0)->result;

    if (!db_rows(r)) {
        error_set(&req->error, ERR_ITEM_UNKNOWN,
                  arg_text("value", http_request_param(req->http, "id")));
        return request_fail(req);
    }
    session_end_streams(req, r, 0);
    req->status = 204;
    return STEP_DONE;
}

static const struct step end_steps[] = {
    [END_WAIT] = {"wait", end_wait},
    [END_SEND] = {"send", end_send},
    [END_REPLY] = {"reply", end_reply},
};
const struct use_case use_case_session_end = {"session end", sizeof(struct request), end_steps,
                                              false, 0};
const struct use_case use_case_token_end = {"token end", sizeof(struct request), end_steps, false,
                                            0};

static enum step_result others_send(struct request *req)
{
    struct db_params p;
    bool sent;

    db_params_init(&p);
    db_put_int8(&p, req->principal.officer_id);
    db_put_bytes(&p, req->session.token_hash, sizeof req->session.token_hash);
    db_put_text(&p, req->http->remote);
    db_put_instant(&p, clock_real());
    sent = request_query(req, 0, DB_LANE_READ, DB_SESSION_REVOKE_OTHERS, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, END_REPLY) : request_fail(req);
}

static enum step_result others_reply(struct request *req)
{
    session_end_streams(req, &request_result(req, 0)->result, 0);
    req->status = 204;
    return STEP_DONE;
}

static const struct step others_steps[] = {
    [END_WAIT] = {"wait", end_wait},
    [END_SEND] = {"send", others_send},
    [END_REPLY] = {"reply", others_reply},
};
const struct use_case use_case_sessions_end = {"sessions end", sizeof(struct request), others_steps,
                                               false, 0};
