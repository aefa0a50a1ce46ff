/* See desk.h: the request. The order is an edit of its own, a row of reference_change, and orders
 * the job in its transaction (sql/functions/desk_hand_over.sql); a preview orders its job alone. */
#include "flow/desk.h"

#include "base/instant.h"
#include "flow/app.h"
#include "flow/edit.h"
#include "flow/job.h"
#include "wire/message.h"

enum { DESK_PARSE, DESK_SEND, DESK_ORDERED, DESK_RELOADED, DESK_PREVIEWED };
enum { SLOT_ORDER, SLOT_JOB };

struct desk {
    struct request base;
    struct wire_desk_hand_over in;
    struct desk_order order;
};

static enum step_result desk_parse(struct request *req)
{
    struct desk *k = container_of(req, struct desk, base);

    if (!request_json(req) ||
        !wire_desk_hand_over_decode(req->json, req->arena, &k->in, &req->error))
        return request_fail(req);
    return request_wait(req, DESK_SEND);
}

bool desk_check_receiver(const struct reference *r, const struct officer_ref *officer,
                         const struct office_ref *office, struct error *err)
{
    for (int i = 0; officer->is_active && i < officer->n_roles; i++)
        if (reference_heir(r, officer->roles[i].office) == office->id &&
            desk_role_takes(officer->roles[i].role))
            return true;
    return error_set(err, ERR_DESK_NO_ROLE, arg_text("field", "to"),
                     arg_text("value", officer->login), arg_text("office", office->key));
}

/* In whose place the order is given; 0: by a role of one's own, which go first. */
static int64_t behalf_of(const struct request *req, int64_t office)
{
    struct principal one = {.officer_id = req->principal.officer_id, .n_roles = 1};

    for (int i = 0; i < req->principal.n_roles; i++) {
        one.roles[0] = req->principal.roles[i];
        if (right_grants(&one, GRANT_DELEGATE, NULL, office, reference_within, req->reference))
            return one.roles[0].on_behalf_of;
    }
    return 0;
}

static bool find_officer(struct request *req, const char *field, const char *key,
                         const struct officer_ref **ret)
{
    *ret = reference_officer_by_login(req->reference, key);
    return *ret || error_set(&req->error, ERR_OFFICER_UNKNOWN, arg_text("field", field),
                             arg_text("value", key));
}

static bool check(struct desk *k)
{
    struct request *req = &k->base;
    const struct reference *r = req->reference;
    const struct office_ref *office = reference_office_by_key(r, k->in.office);
    const struct officer_ref *from, *to = NULL;

    if (!office)
        return error_set(&req->error, ERR_OFFICE_UNKNOWN, arg_text("field", "office"),
                         arg_text("value", k->in.office));
    if (!request_require(req, GRANT_DELEGATE, office->id) ||
        !reference_office_lives(r, office, "office", instant_date(req->now, req->zone_s),
                                &req->error) ||
        !find_officer(req, "key", http_request_param(req->http, "key"), &from) ||
        (k->in.to && !find_officer(req, "to", k->in.to, &to)))
        return false;
    if (to == from)
        return error_set(&req->error, ERR_DESK_SELF, arg_text("field", "to"),
                         arg_text("value", to->login));
    if (to && !desk_check_receiver(r, to, office, &req->error))
        return false;
    k->order = (struct desk_order){.officer = from->id,
                                   .office = office->id,
                                   .to = to ? to->id : 0,
                                   .actor = req->principal.officer_id,
                                   .on_behalf_of = behalf_of(req, office->id)};
    return true;
}

static enum step_result order_preview(struct desk *k)
{
    struct request *req = &k->base;
    struct buffer b = {0};
    const char *key, *text;

    buffer_printf(&b, "{\"officer\":%lld,\"office\":%lld", (long long)k->order.officer,
                  (long long)k->order.office);
    if (k->order.to)
        buffer_printf(&b, ",\"to\":%lld", (long long)k->order.to);
    buffer_text(&b, "}");
    text = b.is_failed ? NULL : arena_strndup(req->arena, b.data, b.len);
    buffer_deinit(&b);
    key =
        arena_printf(req->arena, "%lld:%lld:%lld:%lld", (long long)k->order.actor,
                     (long long)k->order.officer, (long long)k->order.office, (long long)req->now);
    if (!text || !key) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "desk"));
        return request_fail(req);
    }
    return job_create_send(req, SLOT_JOB, JOB_DESK_PREVIEW, key, text)
               ? request_wait(req, DESK_PREVIEWED)
               : request_fail(req);
}

static enum step_result desk_send(struct request *req)
{
    struct desk *k = container_of(req, struct desk, base);
    struct db_params p;
    bool sent;

    if (!check(k))
        return request_fail(req);
    if (k->in.preview)
        return order_preview(k);
    db_params_init(&p);
    db_put_int8(&p, k->order.officer);
    db_put_int8(&p, k->order.office);
    db_put_id(&p, k->order.to);
    db_put_id(&p, k->order.on_behalf_of);
    db_put_date(&p, instant_date(req->now, req->zone_s));
    db_put_int8(&p, k->order.actor);
    db_put_text(&p, k->in.source);
    db_put_text(&p, k->in.reason);
    db_put_instant(&p, req->now);
    sent = request_query(req, SLOT_ORDER, DB_LANE_JOB, DB_DESK_HAND_OVER, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, DESK_ORDERED) : request_fail(req);
}

static enum step_result desk_ordered(struct request *req)
{
    return job_read_send(req, SLOT_JOB, db_int(&request_result(req, SLOT_ORDER)->result, 0, 0))
               ? edit_reload(req, DESK_RELOADED)
               : request_fail(req);
}

static enum step_result desk_reply(struct request *req)
{
    return job_reply(req, SLOT_JOB);
}

static const struct step desk_steps[] = {
    [DESK_PARSE] = {"parse", desk_parse},         [DESK_SEND] = {"send", desk_send},
    [DESK_ORDERED] = {"ordered", desk_ordered},   [DESK_RELOADED] = {"reloaded", desk_reply},
    [DESK_PREVIEWED] = {"previewed", desk_reply},
};
const struct use_case use_case_desk_hand_over = {"desk hand over", sizeof(struct desk), desk_steps,
                                                 false, 0};
