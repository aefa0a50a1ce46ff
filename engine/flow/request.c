/* Running a use case: steps, the calls they wait for, the session every request but the public ones
 * must show, and the one place where a reply is written. */
#include "flow/request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/log.h"
#include "domain/vocabulary.h"
#include "flow/app.h"
#include "flow/archived.h"
#include "flow/gate.h"
#include "flow/read_log.h"
#include "flow/reference.h"
#include "flow/replica.h"
#include "flow/session.h"
#include "http/rate.h"
#include "wire/routes.h"

#define ARENA_LIMIT  (8u << 20)
#define SESSION_SLOT (REQUEST_CALLS_MAX - 1)
#define RELOADS_MAX  4

static void run(struct request *req);

enum session_state { SESSION_GOOD, SESSION_BAD, SESSION_WAITS };

/* Of the fields of a reply that became a refusal only the one that belongs to it. */
static const struct http_field *error_fields(const struct request *req, struct http_field ret[2])
{
    ret[0] = ret[1] = (struct http_field){NULL, NULL};
    for (int i = 0; i < req->n_fields; i++)
        if (!strcmp(req->fields[i].name, "Retry-After"))
            ret[0] = req->fields[i];
    return ret;
}

static void reply(struct request *req)
{
    struct http_field fields[10];

    if (req->on_done)
        req->on_done(req, req->data);
    if (!req->exchange)
        return;
    if (req->error.code == ERR_NONE)
        (void)!request_log_reads(req);
    if (req->error.code != ERR_NONE) {
        log_error(error_status(req->error.code) >= 500 ? LOG_ERROR : LOG_INFO, req->use_case->name,
                  &req->error);
        http_reply_error(req->exchange, &req->error, error_fields(req, fields));
        return;
    }
    memcpy(fields, req->fields, sizeof req->fields);
    fields[req->n_fields] = (struct http_field){NULL, NULL};
    if (req->kept)
        http_reply_static(req->exchange, req->status, req->content_type, req->kept->data,
                          req->kept->len, fields);
    else
        http_reply(req->exchange, req->status, req->content_type, &req->body, fields);
}

bool request_show(struct request *req, int64_t dossier_id)
{
    if (req->n_shown == req->shown_room) {
        int room = req->shown_room ? 4 * req->shown_room : 8;
        int64_t *list = arena_array(req->arena, (size_t)room, sizeof *list);

        if (!list)
            return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "read log"));
        if (req->n_shown)
            memcpy(list, req->shown, (size_t)req->n_shown * sizeof *list);
        req->shown = list;
        req->shown_room = room;
    }
    for (int i = req->n_shown - 1; i >= 0 && i >= req->n_shown - 4; i--)
        if (req->shown[i] == dossier_id)
            return true; /* the same again, as views are made of views */
    req->shown[req->n_shown++] = dossier_id;
    return true;
}

bool request_log_reads(struct request *req)
{
    const char *what = req->http ? read_words[req->http->handler] : NULL;
    struct read_row row = {.at = clock_real(),
                           .officer_id = req->principal.officer_id,
                           .what = what,
                           .dossiers = req->shown,
                           .n_dossiers = req->n_shown,
                           .person_id = req->shown_person,
                           .trace = req->http ? req->http->trace : NULL};

    if (!what || (req->n_shown == 0 && !req->shown_person) || !req->app->reads)
        return true;
    return read_log_add(req->app->reads, &row, &req->error);
}

static void finish(struct request *req)
{
    struct arena *arena = req->arena;

    if (archived_ask(req))
        return; /* and ends when that is answered */
    writes_refused(&req->app->writes, &req->error);
    reply(req);
    if (req->on_free)
        req->on_free(req);
    for (int i = 0; i < REQUEST_CALLS_MAX; i++)
        db_call_deinit(&req->calls[i].call);
    buffer_deinit(&req->body);
    json_freep(&req->json);
    reference_unref(req->reference);
    for (int i = 0; i < req->n_former; i++)
        reference_unref(req->former[i]);
    arena_free(req->chunk);
    arena_free(arena);
}

static void take_newest(struct request *req)
{
    if (req->reference == req->app->reference)
        return;
    if (req->n_former < REQUEST_FORMER_MAX)
        req->former[req->n_former++] = req->reference;
    else
        reference_unref(req->reference);
    req->reference = reference_ref(req->app->reference);
}

void request_renew(struct request *req)
{
    take_newest(req);
    if (req->principal.officer_id)
        session_renew(req);
}

static void reference_done(void *data)
{
    request_release(data);
}

/* The session was found under an epoch that this daemon has not read yet: rights may have been
 * taken away in it, so the request waits for it. A load already under way may have begun before
 * the edit, so it is asked for again, but not for ever. */
static enum session_state wait_for_epoch(struct request *req)
{
    bool was_running = req->is_running;

    req->is_running = true; /* a load that fails at once calls back at once: it resumes nothing */
    if (++req->n_reloads <= RELOADS_MAX) {
        request_hold(req);
        reference_reload(req->app, reference_done, req);
    }
    req->is_running = was_running;
    if (req->n_outstanding > 0)
        return SESSION_WAITS;
    req->is_session_checked = true;
    error_set(&req->error, ERR_REFERENCE_MISSING, arg_text("what", "reference"));
    return SESSION_BAD;
}

/* After step 0: is the session good? Answers BAD with the error when it is not. */
static enum session_state check_session(struct request *req)
{
    const struct db_call *call = &req->calls[SESSION_SLOT].call;

    if (req->is_session_checked || req->use_case->is_public || !req->exchange)
        return SESSION_GOOD;
    if (session_epoch(call) > req->app->reference->epoch)
        return wait_for_epoch(req);
    if (session_epoch(call) > req->reference->epoch)
        take_newest(req);
    req->is_session_checked = true;
    return session_accept(req, call) &&
                   rates_take(req->app->rates, RATE_ACCOUNT, &req->session.officer_id,
                              sizeof req->session.officer_id, clock_monotonic(), &req->error) &&
                   gate_opens(req)
               ? SESSION_GOOD
               : SESSION_BAD;
}

static enum step_result after_session(enum session_state s)
{
    return s == SESSION_GOOD ? STEP_NEXT : s == SESSION_WAITS ? STEP_WAIT : STEP_DONE;
}

static void run(struct request *req)
{
    enum step_result result = STEP_NEXT;

    req->is_running = true;
    while (result == STEP_NEXT) {
        if (req->error.code == ERR_NONE)
            result = req->use_case->steps[req->state].run(req);
        else
            result = STEP_DONE;
        if (result == STEP_NEXT && req->n_outstanding > 0)
            result = STEP_WAIT; /* the session is still on its way */
        if (result == STEP_NEXT)
            result = after_session(check_session(req));
        if (result == STEP_DONE && req->n_outstanding > 0)
            result = STEP_WAIT; /* finish when everything sent has come back */
    }
    req->is_running = false;
    if (result == STEP_DONE)
        finish(req);
}

/* Everything sent has come back, or the part that was waited for. */
static void resume(struct request *req)
{
    req->is_any = false;
    /* Who may not ask does not learn what was wrong with the question. */
    if (!req->is_session_checked && !req->use_case->is_public && req->exchange) {
        struct error first = req->error;
        enum session_state s;

        req->error.code = ERR_NONE;
        s = check_session(req);
        if (s == SESSION_BAD) {
            finish(req);
            return;
        }
        req->error = first;
        if (s == SESSION_WAITS)
            return;
    }
    if (req->error.code != ERR_NONE || req->status) {
        if (req->n_outstanding == 0)
            finish(req);
        return;
    }
    run(req);
}

void request_hold(struct request *req)
{
    req->n_outstanding++;
}

void request_release(struct request *req)
{
    assert(req->n_outstanding > 0);
    req->n_outstanding--;
    if ((req->n_outstanding == 0 || req->is_any) && !req->is_running)
        resume(req);
}

static void call_done(struct db_call *call)
{
    struct request *req = call->data;

    container_of(call, struct request_call, call)->is_under_way = false;
    if (call->error.code != ERR_NONE && req->error.code == ERR_NONE &&
        call != &req->calls[SESSION_SLOT].call) {
        req->error = call->error;
        if (req->old_db && req->app->replica)
            replica_doubt(req->app->replica); /* sent again, it is answered by the primary */
    }
    request_release(req);
}

/* The standby takes nothing: the primary answers. What it has answered of this request is as old as
 * the reply says already. */
static bool send_query(struct request *req, int slot, enum db_lane lane, enum db_query query,
                       const struct db_params *params)
{
    struct db_call *call = &req->calls[slot].call;

    if (req->old_db && lane == DB_LANE_READ && slot != SESSION_SLOT) {
        if (db_query(req->old_db, lane, query, params, call, &req->error))
            return true;
        error_clear(&req->error);
        replica_doubt(req->app->replica);
        req->old_db = NULL;
    }
    return db_query(req->app->db, lane, query, params, call, &req->error);
}

bool request_query(struct request *req, int slot, enum db_lane lane, enum db_query query,
                   const struct db_params *params)
{
    struct db_call *call = &req->calls[slot].call;

    if (params && !db_params_ok(params))
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "query"));
    call->done = call_done;
    call->data = req;
    /* What is asked beside the session is small and travels with it; later questions may be long,
     * and run beside each other. */
    call->group = lane == DB_LANE_READ && req->exchange && !req->is_session_checked ? req : NULL;
    if (!send_query(req, slot, lane, query, params))
        return false;
    req->calls[slot].is_under_way = true;
    request_hold(req);
    return true;
}

bool request_is_asking(const struct request *req, int slot)
{
    return req->calls[slot].is_under_way;
}

const struct db_call *request_result(const struct request *req, int slot)
{
    return &req->calls[slot].call;
}

enum step_result request_next(struct request *req, int step)
{
    log_event(LOG_DEBUG, req->use_case->name,
              arg_text("from", req->use_case->steps[req->state].name),
              arg_text("to", req->use_case->steps[step].name));
    req->state = step;
    return STEP_NEXT;
}

enum step_result request_wait(struct request *req, int step)
{
    req->state = step;
    return req->n_outstanding ? STEP_WAIT : STEP_NEXT;
}

enum step_result request_wait_any(struct request *req, int step)
{
    req->is_any = true;
    return request_wait(req, step);
}

enum step_result request_fail(struct request *req)
{
    assert(req->error.code != ERR_NONE);
    return STEP_DONE;
}

bool request_json(struct request *req)
{
    return json_parse(req->http->body, req->http->body_len, &req->json, &req->error);
}

enum step_result request_reply_json(struct request *req, int status)
{
    req->status = status;
    req->content_type = "application/json";
    if (req->body.is_failed)
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "reply"));
    return STEP_DONE;
}

void request_field(struct request *req, const char *name, const char *value)
{
    assert(req->n_fields < (int)ARRAY_LEN(req->fields));
    req->fields[req->n_fields++] = (struct http_field){name, arena_strdup(req->arena, value)};
}

bool request_require(struct request *req, enum grant grant, int64_t office)
{
    if (right_grants(&req->principal, grant, NULL, office, reference_within, req->reference))
        return true;
    return error_set(&req->error, ERR_GRANT_MISSING,
                     arg_text("right", vocabulary_label(&grants, (int)grant, req->lang)));
}

bool request_refuse_right(struct request *req, enum action action)
{
    enum role role;
    enum right_scope scope;

    right_missing(action, &role, &scope);
    return error_set(&req->error, ERR_RIGHT_MISSING,
                     arg_text("action", vocabulary_label(&actions, (int)action, req->lang)),
                     arg_text("role", vocabulary_label(&roles, (int)role, req->lang)),
                     arg_text("scope", vocabulary_label(&scopes, (int)scope, req->lang)));
}

/* Reads that may be old go to the standby while it is young enough, and the reply says how old. */
static void choose_server(struct request *req)
{
    char age[16];
    int age_s;

    if (!req->http || !route_may_be_old[req->http->handler])
        return;
    req->old_db = replica_db(req->app->replica, &age_s);
    if (!req->old_db)
        return;
    (void)snprintf(age, sizeof age, "%d", age_s);
    request_field(req, "X-Data-Age", age);
}

bool request_start(struct app *app, const struct use_case *use_case, struct http_exchange *exchange,
                   const struct principal *principal, void (*prepare)(struct request *, void *),
                   void (*on_done)(struct request *, void *), void *data)
{
    struct arena *arena = arena_new(use_case->arena_limit ? use_case->arena_limit : ARENA_LIMIT);
    struct request *req = arena ? arena_alloc(arena, use_case->size) : NULL;

    if (!req) {
        struct error err;

        arena_free(arena);
        error_set(&err, ERR_NO_MEMORY, arg_text("what", use_case->name));
        if (exchange)
            http_reply_error(exchange, &err, NULL);
        return false;
    }
    req->app = app;
    req->use_case = use_case;
    req->arena = arena;
    req->exchange = exchange;
    req->is_inside = !exchange;
    req->http = exchange ? http_exchange_request(exchange) : NULL;
    req->lang = req->http ? req->http->lang : LANGUAGE_VI;
    req->zone_s = app->zone_s;
    req->now = clock_business();
    req->offset_us = clock_offset();
    req->reference = reference_ref(app->reference);
    req->on_done = on_done;
    req->data = data;
    if (principal)
        req->principal = *principal;
    if (prepare)
        prepare(req, data);
    choose_server(req);
    if (exchange && !use_case->is_public)
        session_send(req, SESSION_SLOT);
    run(req);
    return true;
}
