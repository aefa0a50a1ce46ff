/* See office_edit.h. An edit is entered from its day on, so that who has a last day has ended; a
 * new office alone may be entered ahead of its first day, and takes no work until then. One that
 * gives offices another calendar orders the job that counts their open dossiers again. */
#include "flow/office_edit.h"

#include <string.h>

#include "base/clock.h"
#include "base/instant.h"
#include "domain/vocabulary.h"
#include "flow/app.h"
#include "flow/calendar_job.h"
#include "flow/edit.h"
#include "flow/rules_read.h"
#include "wire/message.h"

struct office_flow {
    struct request base;
    struct wire_office_edit in;
    struct wire_office_end end;
    const char *key;
    bool is_new;
};

enum { EDIT_PARSE, EDIT_SEND, EDIT_RELOAD, EDIT_REPLY, EDIT_ORDERED };
enum { SLOT_EDIT, SLOT_JOB };

static int32_t today(const struct request *req)
{
    return instant_date(req->now, req->zone_s);
}

static enum step_result office_parse(struct request *req)
{
    struct office_flow *o = container_of(req, struct office_flow, base);

    o->is_new = req->use_case == &use_case_office_new;
    if (!request_json(req) || !wire_office_edit_decode(req->json, req->arena, &o->in, &req->error))
        return request_fail(req);
    o->key = o->is_new ? o->in.key : http_request_param(req->http, "key");
    return request_wait(req, EDIT_SEND);
}

static bool kind_is_known(struct request *req, const char *kind)
{
    static const char *const kinds[] = {"committee", "one_stop", "division", "external"};

    for (size_t i = 0; kind && i < ARRAY_LEN(kinds); i++)
        if (!strcmp(kind, kinds[i]))
            return true;
    return !kind || error_set(&req->error, ERR_OFFICE_KIND, arg_text("value", kind));
}

static bool check_office(struct office_flow *o)
{
    struct request *req = &o->base;

    if (!request_require(req, GRANT_EDIT_RULES, 0) || !kind_is_known(req, o->in.kind))
        return false;
    if (o->is_new && (!o->in.key || !o->in.name || !o->in.kind))
        return error_set(&req->error, ERR_FIELD_REQUIRED,
                         arg_text("field", !o->in.key    ? "key"
                                           : !o->in.name ? "name"
                                                         : "kind"));
    if (o->is_new && o->in.preview)
        return error_set(&req->error, ERR_OFFICE_NEW_PREVIEW, arg_text("value", o->key));
    if (!o->is_new && !o->in.preview && o->in.effective_on > today(req))
        return error_set(&req->error, ERR_EDIT_AHEAD, arg_text("field", "effective_on"),
                         arg_date("on", o->in.effective_on));
    if (!o->is_new && !reference_office_by_key(req->reference, o->key))
        return error_set(&req->error, ERR_ITEM_UNKNOWN, arg_text("value", o->key));
    return true;
}

/* The calendar an office would work by after the edit: its own, or that of its parent. */
static const struct calendar *calendar_after(const struct office_flow *o)
{
    const struct reference *r = o->base.reference;
    const struct office_ref *office = reference_office_by_key(r, o->key);
    const struct office_ref *parent = reference_office_by_key(r, o->in.parent);

    for (int i = 0; o->in.calendar && i < r->n_calendars; i++)
        if (!strcmp(r->calendars[i].key, o->in.calendar))
            return r->calendars[i].calendar;
    return parent && !office->calendar_id ? parent->calendar : office->calendar;
}

/* Asks what the database would ask, and orders the preview of what the calendar does. */
static bool order_preview(struct office_flow *o)
{
    struct request *req = &o->base;
    const struct reference *r = req->reference;
    const struct office_ref *office = reference_office_by_key(r, o->key);
    const struct office_ref *parent = reference_office_by_key(r, o->in.parent);
    const struct calendar *calendar = calendar_after(o);
    const char *key = arena_printf(req->arena, "%s-%lld-%lld", o->key,
                                   (long long)req->principal.officer_id, (long long)clock_real());
    const char *name = NULL;

    for (int i = 0; i < r->n_calendars; i++)
        if (r->calendars[i].calendar == calendar)
            name = r->calendars[i].key;
    if (!key)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "office"));
    if (o->in.calendar && (!name || strcmp(name, o->in.calendar) != 0))
        return error_set(&req->error, ERR_CALENDAR_UNKNOWN, arg_text("value", o->in.calendar));
    if (o->in.parent && (!parent || reference_within(r, parent->id, office->id)))
        return error_set(&req->error, ERR_OFFICE_PARENT, arg_text("value", o->key),
                         arg_text("parent", o->in.parent));
    if (!name)
        return error_set(&req->error, ERR_OFFICE_NO_CALENDAR, arg_text("value", o->key));
    return calendar_preview_office_send(req, SLOT_JOB, key, o->key, name);
}

static enum step_result office_send(struct request *req)
{
    struct office_flow *o = container_of(req, struct office_flow, base);
    const struct wire_office_edit *in = &o->in;
    struct db_params p;
    bool sent;

    if (!check_office(o))
        return request_fail(req);
    if (o->in.preview)
        return order_preview(o) ? request_wait(req, EDIT_ORDERED) : request_fail(req);
    db_params_init(&p);
    db_put_text(&p, o->key);
    db_put_bool(&p, o->is_new);
    db_put_text(&p, in->name);
    db_put_text(&p, in->short_name);
    db_put_text(&p, in->kind);
    db_put_text(&p, in->parent);
    db_put_text(&p, in->identifier);
    if (o->is_new || in->is_synthetic)
        db_put_bool(&p, in->is_synthetic);
    else
        db_put_null(&p);
    db_put_text(&p, in->calendar);
    db_put_text(&p, in->place_name);
    db_put_text(&p, in->superior_body);
    db_put_text(&p, in->issuing_body);
    db_put_text(&p, in->signature_lines);
    db_put_text(&p, in->address);
    db_put_text(&p, in->phone);
    db_put_date(&p, in->effective_on);
    db_put_int8(&p, req->principal.officer_id);
    db_put_text(&p, in->source);
    db_put_text(&p, in->reason);
    db_put_instant(&p, req->now);
    sent = request_query(req, SLOT_EDIT, DB_LANE_JOB, DB_OFFICE_SAVE, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, EDIT_RELOAD) : request_fail(req);
}

/* What the function said; anything but the words of success is a refusal. */
static bool told(struct office_flow *o)
{
    struct request *req = &o->base;
    const struct db_result *r = &request_result(req, SLOT_EDIT)->result;
    const char *word = db_text_or_empty(r, 0, 1);

    if (!strcmp(word, "saved") || !strcmp(word, "same") || !strcmp(word, "ended") ||
        !strcmp(word, "already"))
        return true;
    if (!strcmp(word, "exists"))
        return error_set(&req->error, ERR_OFFICE_EXISTS, arg_text("value", o->key));
    if (!strcmp(word, "parent"))
        return error_set(&req->error, ERR_OFFICE_PARENT, arg_text("value", o->key),
                         arg_text("parent", o->in.parent));
    if (!strcmp(word, "none"))
        return error_set(&req->error, ERR_OFFICE_NO_CALENDAR, arg_text("value", o->key));
    if (!strcmp(word, "calendar"))
        return error_set(&req->error, ERR_CALENDAR_UNKNOWN, arg_text("value", o->in.calendar));
    if (!strcmp(word, "dossiers"))
        return error_set(&req->error, ERR_OFFICE_OPEN, arg_text("value", o->key),
                         arg_number("count", db_int(r, 0, 2)));
    if (!strcmp(word, "offices"))
        return error_set(&req->error, ERR_OFFICE_HAS_OFFICES, arg_text("value", o->key),
                         arg_number("count", db_int(r, 0, 2)));
    return error_set(&req->error, ERR_ITEM_UNKNOWN, arg_text("value", o->key));
}

static enum step_result office_reload(struct request *req)
{
    struct office_flow *o = container_of(req, struct office_flow, base);
    const struct db_result *r = &request_result(req, SLOT_EDIT)->result;

    if (!told(o))
        return request_fail(req);
    if (req->use_case == &use_case_office_change && db_int(r, 0, 2))
        return job_read_send(req, SLOT_JOB, db_int(r, 0, 2)) ? edit_reload(req, EDIT_ORDERED)
                                                             : request_fail(req);
    return edit_reload(req, EDIT_REPLY);
}

static enum step_result office_ordered(struct request *req)
{
    return job_reply(req, SLOT_JOB);
}

static enum step_result office_reply(struct request *req)
{
    struct office_flow *o = container_of(req, struct office_flow, base);
    const struct office_ref *office;
    struct wire_office w;

    edit_take_newest(req);
    office = reference_office_by_key(req->reference, o->key);
    if (!office) {
        error_set(&req->error, ERR_REFERENCE_MISSING, arg_text("what", "office"));
        return request_fail(req);
    }
    rules_view_office(req, office, &w);
    if (!wire_office_encode(&w, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, o->is_new ? 201 : 200);
}

static const struct step office_steps[] = {
    [EDIT_PARSE] = {"parse", office_parse},       [EDIT_SEND] = {"send", office_send},
    [EDIT_RELOAD] = {"reload", office_reload},    [EDIT_REPLY] = {"reply", office_reply},
    [EDIT_ORDERED] = {"ordered", office_ordered},
};
const struct use_case use_case_office_new = {"office new", sizeof(struct office_flow), office_steps,
                                             false, 0};
const struct use_case use_case_office_change = {"office change", sizeof(struct office_flow),
                                                office_steps, false, 0};

/* ---- the end of one ---- */

static enum step_result end_parse(struct request *req)
{
    struct office_flow *o = container_of(req, struct office_flow, base);

    if (!request_json(req) || !wire_office_end_decode(req->json, req->arena, &o->end, &req->error))
        return request_fail(req);
    o->key = http_request_param(req->http, "key");
    return request_wait(req, EDIT_SEND);
}

static enum step_result end_send(struct request *req)
{
    struct office_flow *o = container_of(req, struct office_flow, base);
    const struct office_ref *office = reference_office_by_key(req->reference, o->key);
    struct db_params p;
    bool sent;

    if (!request_require(req, GRANT_EDIT_RULES, 0))
        return request_fail(req);
    if (!office) {
        error_set(&req->error, ERR_ITEM_UNKNOWN, arg_text("value", o->key));
        return request_fail(req);
    }
    if (o->end.last_on >= today(req)) {
        error_set(&req->error, ERR_EDIT_AHEAD, arg_text("field", "last_on"),
                  arg_date("on", o->end.last_on + 1));
        return request_fail(req);
    }
    db_params_init(&p);
    db_put_text(&p, o->key);
    db_put_date(&p, o->end.last_on);
    db_put_int8(&p, req->principal.officer_id);
    db_put_text(&p, o->end.source);
    db_put_text(&p, o->end.reason);
    db_put_instant(&p, req->now);
    sent = request_query(req, SLOT_EDIT, DB_LANE_JOB, DB_OFFICE_END, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, EDIT_RELOAD) : request_fail(req);
}

static const struct step end_steps[] = {
    [EDIT_PARSE] = {"parse", end_parse},
    [EDIT_SEND] = {"send", end_send},
    [EDIT_RELOAD] = {"reload", office_reload},
    [EDIT_REPLY] = {"reply", office_reply},
};
const struct use_case use_case_office_end = {"office end", sizeof(struct office_flow), end_steps,
                                             false, 0};

/* ---- officers ---- */

struct officer_flow {
    struct request base;
    struct wire_officer_edit in;
    const char *key;
    bool is_new;
};

static enum step_result officer_parse(struct request *req)
{
    struct officer_flow *o = container_of(req, struct officer_flow, base);

    o->is_new = req->use_case == &use_case_officer_new;
    if (!request_json(req) || !wire_officer_edit_decode(req->json, req->arena, &o->in, &req->error))
        return request_fail(req);
    o->key = o->is_new ? o->in.key : http_request_param(req->http, "key");
    return request_wait(req, EDIT_SEND);
}

static bool check_officer(struct officer_flow *o, const char **words, int64_t *offices)
{
    struct request *req = &o->base;

    if (!request_require(req, GRANT_EDIT_RULES, 0))
        return false;
    if (o->is_new && (!o->in.key || !o->in.name))
        return error_set(&req->error, ERR_FIELD_REQUIRED,
                         arg_text("field", !o->in.key ? "key" : "name"));
    if (!o->in.n_roles)
        return error_set(&req->error, ERR_FIELD_REQUIRED, arg_text("field", "roles"));
    if (o->in.effective_on > today(req))
        return error_set(&req->error, ERR_EDIT_AHEAD, arg_text("field", "effective_on"),
                         arg_date("on", o->in.effective_on));
    for (size_t i = 0; i < o->in.n_roles; i++) {
        const struct wire_officer_role_edit *role = &o->in.roles[i];
        const struct office_ref *office = reference_office_by_key(req->reference, role->office);

        if (!office)
            return error_set(&req->error, ERR_OFFICE_UNKNOWN, arg_text("field", "roles"),
                             arg_text("value", role->office));
        /* Roles are given ahead of an office's first day: on that morning people must be there. */
        if (!o->in.is_end &&
            !reference_office_lives(req->reference, office, "roles", INT32_MAX, &req->error))
            return false;
        words[i] = vocabulary_word(&roles, role->role);
        offices[i] = office->id;
    }
    return true;
}

static enum step_result officer_send(struct request *req)
{
    struct officer_flow *o = container_of(req, struct officer_flow, base);
    const char *words[PRINCIPAL_ROLES_MAX] = {0};
    int64_t offices[PRINCIPAL_ROLES_MAX] = {0};
    struct db_params p;
    bool sent;

    if (!check_officer(o, words, offices))
        return request_fail(req);
    db_params_init(&p);
    db_put_text(&p, o->key);
    db_put_bool(&p, o->is_new);
    db_put_text(&p, o->in.name);
    db_put_text(&p, o->in.title);
    db_put_text_array(&p, words, (int)o->in.n_roles);
    db_put_int8_array(&p, offices, (int)o->in.n_roles);
    db_put_bool(&p, o->in.is_end);
    db_put_date(&p, o->in.effective_on);
    db_put_int8(&p, req->principal.officer_id);
    db_put_text(&p, o->in.source);
    db_put_text(&p, o->in.reason);
    db_put_instant(&p, req->now);
    sent = request_query(req, SLOT_EDIT, DB_LANE_JOB, DB_OFFICER_SAVE, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, EDIT_RELOAD) : request_fail(req);
}

static enum step_result officer_reload(struct request *req)
{
    struct officer_flow *o = container_of(req, struct officer_flow, base);
    const char *word = db_text_or_empty(&request_result(req, SLOT_EDIT)->result, 0, 1);

    if (!strcmp(word, "exists"))
        error_set(&req->error, ERR_OFFICER_EXISTS, arg_text("value", o->key));
    else if (!strcmp(word, "unknown"))
        error_set(&req->error, ERR_ITEM_UNKNOWN, arg_text("value", o->key));
    else if (!strcmp(word, "role"))
        error_set(&req->error, ERR_ROLE_NOT_HELD, arg_text("value", o->key));
    return req->error.code == ERR_NONE ? edit_reload(req, EDIT_REPLY) : request_fail(req);
}

static enum step_result officer_reply(struct request *req)
{
    struct officer_flow *o = container_of(req, struct officer_flow, base);
    const struct officer_ref *officer;
    struct wire_officer w;

    edit_take_newest(req);
    officer = reference_officer_by_login(req->reference, o->key);
    if (!officer) {
        error_set(&req->error, ERR_REFERENCE_MISSING, arg_text("what", "officer"));
        return request_fail(req);
    }
    rules_view_officer(req, officer, &w);
    if (!wire_officer_encode(&w, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, o->is_new ? 201 : 200);
}

static const struct step officer_steps[] = {
    [EDIT_PARSE] = {"parse", officer_parse},
    [EDIT_SEND] = {"send", officer_send},
    [EDIT_RELOAD] = {"reload", officer_reload},
    [EDIT_REPLY] = {"reply", officer_reply},
};
const struct use_case use_case_officer_new = {"officer new", sizeof(struct officer_flow),
                                              officer_steps, false, 0};
const struct use_case use_case_officer_roles = {"officer roles", sizeof(struct officer_flow),
                                                officer_steps, false, 0};
