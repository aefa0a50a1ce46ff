/* See rules_read.h. */
#include "flow/rules_read.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "domain/vocabulary.h"
#include "flow/app.h"
#include "flow/reference.h"
#include "flow/view.h"

struct rules {
    struct request base;
    struct wire_rules_query in;
    const char *folded; /* what the name must contain */
};

static enum step_result rules_parse(struct request *req)
{
    struct rules *r = container_of(req, struct rules, base);

    if (!codec_decode_pairs(&message_rules_query, req->http->query, req->http->n_query, req->arena,
                            &r->in, &req->error))
        return request_fail(req);
    r->folded = r->in.q ? text_fold(req->arena, r->in.q) : NULL;
    return request_wait(req, 1);
}

static bool matches(struct rules *r, const char *name, const char *key)
{
    return !r->folded || strstr(text_fold(r->base.arena, name), r->folded) ||
           strstr(text_fold(r->base.arena, key), r->folded);
}

static enum step_result no_memory(struct request *req)
{
    error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "rules"));
    return request_fail(req);
}

void rules_view_office(struct request *req, const struct office_ref *o, struct wire_office *w)
{
    const struct reference *ref = req->reference;

    wire_office_init(w);
    w->key = o->key;
    w->name = o->name;
    w->kind = o->kind;
    w->parent = view_office_key(req, o->parent_id);
    w->identifier = o->identifier[0] ? o->identifier : NULL;
    w->is_synthetic = o->is_synthetic;
    for (int c = 0; c < ref->n_calendars; c++)
        if (o->calendar && ref->calendars[c].calendar == o->calendar)
            w->calendar = ref->calendars[c].key;
    w->is_one_stop = !strcmp(o->kind, "one_stop");
    w->valid_from = o->valid_from;
    w->valid_to = o->valid_to;
    w->successor = view_office_key(req, o->successor_id);
}

static size_t page_size(const struct rules *r)
{
    return r->in.limit == INTEGER_NONE ? LIST_ITEMS_MAX : (size_t)r->in.limit;
}

/* A page after a row that is not there: told, not an empty page that looks like the end. */
static bool page_began(struct request *req, const struct rules *r, bool past)
{
    return past || error_set(&req->error, ERR_LIST_AFTER, arg_text("value", r->in.after));
}

static enum step_result offices_reply(struct request *req)
{
    struct rules *r = container_of(req, struct rules, base);
    const struct reference *ref = req->reference;
    struct wire_office *items = arena_array(req->arena, (size_t)ref->n_offices + 1, sizeof *items);
    struct wire_office_list out;
    bool past = r->in.after == NULL;

    if (!items)
        return no_memory(req);
    wire_office_list_init(&out);
    out.items = items;
    for (int i = 0; i < ref->n_offices; i++) {
        const struct office_ref *o = &ref->offices[i];

        if (!past) {
            past = !strcmp(o->key, r->in.after);
            continue;
        }
        if (!matches(r, o->name, o->key))
            continue;
        if (out.n_items == page_size(r)) {
            out.next = items[out.n_items - 1].key;
            break;
        }
        rules_view_office(req, o, &items[out.n_items++]);
    }
    if (!page_began(req, r, past))
        return request_fail(req);
    if (!wire_office_list_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct wire_me_role *held(struct request *req, const struct officer_ref *o)
{
    struct wire_me_role *list = arena_array(req->arena, (size_t)o->n_roles + 1, sizeof *list);

    for (int i = 0; list && i < o->n_roles; i++) {
        const struct office_ref *office = reference_office(req->reference, o->roles[i].office);

        wire_me_role_init(&list[i]);
        list[i].role = (int)o->roles[i].role;
        list[i].office = office ? office->key : "-";
        list[i].office_name = office ? office->name : "-";
    }
    return list;
}

void rules_view_officer(struct request *req, const struct officer_ref *o, struct wire_officer *w)
{
    wire_officer_init(w);
    w->key = o->login;
    w->name = o->name;
    w->title = o->title[0] ? o->title : NULL;
    w->roles = held(req, o);
    w->n_roles = w->roles ? (size_t)o->n_roles : 0;
    w->is_active = o->is_active;
}

static bool works_in(const struct request *req, const struct officer_ref *o, const char *office)
{
    const struct office_ref *root = reference_office_by_key(req->reference, office);

    for (int i = 0; root && i < o->n_roles; i++)
        if (reference_within(req->reference, o->roles[i].office, root->id))
            return true;
    return false;
}

static enum step_result officers_reply(struct request *req)
{
    struct rules *r = container_of(req, struct rules, base);
    const struct reference *ref = req->reference;
    struct wire_officer *items =
        arena_array(req->arena, (size_t)ref->n_officers + 1, sizeof *items);
    struct wire_officer_list out;
    bool past = r->in.after == NULL;

    if (!items)
        return no_memory(req);
    wire_officer_list_init(&out);
    out.items = items;
    for (int i = 0; i < ref->n_officers; i++) {
        const struct officer_ref *o = &ref->officers[i];
        struct wire_officer *w = &items[out.n_items];

        if (!past) {
            past = !strcmp(o->login, r->in.after);
            continue;
        }
        if (!matches(r, o->name, o->login) || (r->in.office && !works_in(req, o, r->in.office)))
            continue;
        if (out.n_items == page_size(r)) {
            out.next = items[out.n_items - 1].key;
            break;
        }
        out.n_items++;
        rules_view_officer(req, o, w);
    }
    if (!page_began(req, r, past))
        return request_fail(req);
    if (!wire_officer_list_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

/* ---- causes, rulesets ---- */

static enum step_result causes_reply(struct request *req)
{
    struct wire_cause items[CAUSE_KEY_COUNT];
    struct wire_cause_list out;

    wire_cause_list_init(&out);
    for (int i = 0; i < CAUSE_KEY_COUNT; i++) {
        wire_cause_init(&items[i]);
        items[i].key = i;
        items[i].name = vocabulary_label(&causes, i, req->lang);
        items[i].verdict = (int)cause_verdict_of((enum cause)i);
    }
    out.items = items;
    out.n_items = CAUSE_KEY_COUNT;
    if (!wire_cause_list_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static enum step_result rulesets_reply(struct request *req)
{
    const struct reference *ref = req->reference;
    struct wire_ruleset *items =
        arena_array(req->arena, (size_t)ref->n_rulesets + 1, sizeof *items);
    struct wire_ruleset_list out;

    if (!items)
        return no_memory(req);
    wire_ruleset_list_init(&out);
    out.items = items;
    for (int i = 0; i < ref->n_rulesets; i++) {
        wire_ruleset_init(&items[i]);
        items[i].key = ref->rulesets[i].key;
        items[i].name = ref->rulesets[i].decree && ref->rulesets[i].decree[0]
                            ? ref->rulesets[i].decree
                            : ref->rulesets[i].key;
        items[i].valid_from = ref->rulesets[i].valid_from;
        items[i].valid_to = ref->rulesets[i].valid_to;
        items[i].form_set = ref->rulesets[i].circular;
        out.n_items++;
    }
    if (!wire_ruleset_list_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static enum step_result plain_wait(struct request *req)
{
    return request_wait(req, 1);
}

#define RULES_USE_CASE(id, name, first, last)                                                      \
    static const struct step id##_steps[] = {{"parse", first}, {"reply", last}};                   \
    const struct use_case use_case_##id = {name, sizeof(struct rules), id##_steps, false, 32u << 20}

RULES_USE_CASE(offices, "offices", rules_parse, offices_reply);
RULES_USE_CASE(officers, "officers", rules_parse, officers_reply);
RULES_USE_CASE(causes, "causes", plain_wait, causes_reply);
RULES_USE_CASE(rulesets, "rulesets", plain_wait, rulesets_reply);
