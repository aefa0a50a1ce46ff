/* See role_policy.h. */
#include "flow/role_policy.h"

#include "base/clock.h"
#include "base/instant.h"
#include "domain/vocabulary.h"
#include "flow/app.h"
#include "flow/edit.h"
#include "flow/reference.h"
#include "wire/message.h"

struct saving {
    struct request base;
    struct wire_role_policy_save in;
    int role;
};

enum { SAVE_PARSE, SAVE_SEND, SAVE_RELOAD, SAVE_REPLY };

static void fill(const struct reference *r, int role, struct wire_role_policy *w)
{
    const struct role_policy *p = &r->role_policies[role];

    wire_role_policy_init(w);
    w->role = role;
    w->needs_second_factor = p->needs_second_factor;
    w->idle_minutes = p->idle_minutes;
    w->absolute_hours = p->absolute_hours;
    w->token_days_max = p->token_days_max;
}

static enum step_result list_wait(struct request *req)
{
    return request_wait(req, 1);
}

static enum step_result list_reply(struct request *req)
{
    struct wire_role_policy *items = arena_array(req->arena, ROLE_COUNT, sizeof *items);
    struct wire_role_policy_list out;

    if (!items) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "policies"));
        return request_fail(req);
    }
    for (int role = 0; role < ROLE_COUNT; role++)
        fill(req->reference, role, &items[role]);
    wire_role_policy_list_init(&out);
    out.items = items;
    out.n_items = ROLE_COUNT;
    if (!wire_role_policy_list_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step list_steps[] = {{"wait", list_wait}, {"reply", list_reply}};
const struct use_case use_case_role_policies = {"role policies", sizeof(struct request), list_steps,
                                                false, 0};

static enum step_result save_parse(struct request *req)
{
    struct saving *s = container_of(req, struct saving, base);

    if (!request_json(req) ||
        !wire_role_policy_save_decode(req->json, req->arena, &s->in, &req->error))
        return request_fail(req);
    return request_wait(req, SAVE_SEND);
}

static enum step_result save_send(struct request *req)
{
    struct saving *s = container_of(req, struct saving, base);
    const char *word = http_request_param(req->http, "role");
    struct db_params p;
    bool sent;

    if (!request_require(req, GRANT_EDIT_RULES, 0))
        return request_fail(req);
    s->role = vocabulary_find(&roles, word);
    if (s->role < 0) {
        error_set(&req->error, ERR_ITEM_UNKNOWN, arg_text("value", word));
        return request_fail(req);
    }
    db_params_init(&p);
    db_put_text(&p, word);
    db_put_bool(&p, s->in.needs_second_factor);
    db_put_int4(&p, (int32_t)s->in.idle_minutes);
    db_put_int4(&p, (int32_t)s->in.absolute_hours);
    db_put_int4(&p, (int32_t)s->in.token_days_max);
    db_put_int8(&p, req->principal.officer_id);
    db_put_text(&p, s->in.source);
    db_put_text(&p, s->in.reason);
    db_put_date(&p, instant_date(req->now, req->zone_s));
    db_put_instant(&p, req->now);
    db_put_instant(&p, clock_real());
    db_put_text(&p, req->http->remote);
    sent = request_query(req, EDIT_SLOT, DB_LANE_JOB, DB_ROLE_POLICY_SAVE, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, SAVE_RELOAD) : request_fail(req);
}

static enum step_result save_reload(struct request *req)
{
    return edit_reload(req, SAVE_REPLY);
}

static enum step_result save_reply(struct request *req)
{
    struct saving *s = container_of(req, struct saving, base);
    struct wire_role_policy out;

    edit_take_newest(req);
    fill(req->reference, s->role, &out);
    if (!wire_role_policy_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step save_steps[] = {
    [SAVE_PARSE] = {"parse", save_parse},
    [SAVE_SEND] = {"send", save_send},
    [SAVE_RELOAD] = {"reload", save_reload},
    [SAVE_REPLY] = {"reply", save_reply},
};
const struct use_case use_case_role_policy_save = {"role policy", sizeof(struct saving), save_steps,
                                                   false, 0};
