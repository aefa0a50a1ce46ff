/* Procedures, read from the reference snapshot: no query is made. What is read is what may be saved
 * again (procedure_save.c), so minutes are nominal, as they are published. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "flow/app.h"
#include "flow/procedure.h"
#include "flow/view.h"

struct reading {
    struct request base;
    struct wire_rules_query in;
};

static enum step_result reading_parse(struct request *req)
{
    struct reading *r = container_of(req, struct reading, base);

    if (!codec_decode_pairs(&message_rules_query, req->http->query, req->http->n_query, req->arena,
                            &r->in, &req->error))
        return request_fail(req);
    return request_wait(req, 1);
}

static bool matches(struct request *req, const char *folded, const char *name, const char *key)
{
    return !folded || strstr(text_fold(req->arena, name), folded) ||
           strstr(text_fold(req->arena, key), folded);
}

static enum step_result no_memory(struct request *req)
{
    error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "procedures"));
    return request_fail(req);
}

static void fill_step(struct request *req, const struct procedure_step *s,
                      struct wire_procedure_step *w)
{
    wire_procedure_step_init(w);
    w->number = s->seq;
    w->name = s->name;
    w->office = (int)s->office;
    w->office_key = view_office_key(req, s->office_id);
    w->role = (int)s->role;
    w->budget_minutes = s->nominal_minutes;
    w->least_minutes = s->nominal_least < 0 ? INTEGER_NONE : s->nominal_least;
    w->is_decision = s->is_decision;
}

static bool fill_case(struct request *req, const struct procedure_case *c,
                      struct wire_procedure_case *w)
{
    struct wire_procedure_component *components =
        arena_array(req->arena, (size_t)c->n_components + 1, sizeof *components);
    struct wire_procedure_step *steps =
        arena_array(req->arena, (size_t)c->n_steps + 1, sizeof *steps);
    char limit[LIMIT_TEXT_MAX];

    if (!components || !steps)
        return false;
    wire_procedure_case_init(w);
    limit_format(c->limit, limit);
    w->key = c->case_key;
    w->name = c->case_name;
    w->limit = arena_strdup(req->arena, limit);
    w->returns_at_once = c->returns_at_once;
    w->fee_dong = c->fee_dong;
    for (int i = 0; i < c->n_components; i++) {
        wire_procedure_component_init(&components[i]);
        components[i].name = c->components[i].name;
        components[i].kind = words_find(&words_component_kind, c->components[i].kind);
        components[i].copies = c->components[i].copies;
        components[i].is_required = c->components[i].is_required;
    }
    for (int i = 0; i < c->n_steps; i++)
        fill_step(req, &c->steps[i], &steps[i]);
    w->components = components;
    w->n_components = (size_t)c->n_components;
    w->steps = steps;
    w->n_steps = (size_t)c->n_steps;
    return w->limit != NULL;
}

static const char *text_or_null(const char *text)
{
    return text && *text ? text : NULL;
}

bool procedure_fill(struct request *req, const struct procedure_case *first,
                    struct wire_procedure *w)
{
    const struct reference *ref = req->reference;
    const struct field_ref *field = reference_field(ref, first->field_id);
    struct wire_procedure_case *cases =
        arena_array(req->arena, (size_t)ref->n_cases, sizeof *cases);

    if (!cases)
        return false;
    wire_procedure_init(w);
    w->key = first->procedure_key;
    w->national_code = text_or_null(first->national_code);
    w->name = first->procedure_name;
    w->field = field ? field->key : "-";
    w->field_name = field ? field->name : "-";
    w->level = words_find(&words_procedure_level, first->level);
    w->competent_office = view_office_key(req, ref->competent_offices[first - ref->cases]);
    w->is_place_free = first->is_place_free;
    w->supplement_effect = (int)first->supplement_effect;
    w->financial_effect = (int)first->financial_effect;
    w->result_name = text_or_null(first->result_name);
    w->legal_basis = text_or_null(first->legal_basis);
    w->decision = text_or_null(first->decision);
    w->valid_from = first->valid_from;
    w->valid_to = first->valid_to;
    w->cases = cases;
    for (int i = 0; i < ref->n_cases; i++)
        if (ref->cases[i].procedure_id == first->procedure_id &&
            !fill_case(req, &ref->cases[i], &cases[w->n_cases++]))
            return false;
    return true;
}

/* May it be filed at this office? Commune procedures at communes, the others at the district's
 * counter. */
static bool offered_at(const struct request *req, const struct procedure_case *c,
                       const char *office)
{
    const struct office_ref *o = reference_office_by_key(req->reference, office);
    int64_t own = req->reference->competent_offices[c - req->reference->cases];
    int64_t committee = o ? reference_committee(req->reference, o->id) : 0;
    const struct office_ref *k = reference_office(req->reference, committee);

    if (!k)
        return false;
    if (own)
        return reference_committee(req->reference, own) == committee;
    return (k->parent_id != 0) == !strcmp(c->level, "commune");
}

bool procedure_page(struct request *req, const struct wire_rules_query *in,
                    const struct procedure_case **ret, size_t *ret_n, const char **ret_next)
{
    const struct reference *ref = req->reference;
    const char *folded = in->q ? text_fold(req->arena, in->q) : NULL;
    int32_t on = in->on == DATE_NONE ? instant_date(req->now, req->zone_s) : in->on;
    size_t limit = in->limit == INTEGER_NONE ? LIST_ITEMS_MAX : (size_t)in->limit;
    bool past = in->after == NULL;

    *ret_n = 0;
    for (int i = 0; i < ref->n_cases; i++) {
        const struct procedure_case *c = &ref->cases[i];
        const struct field_ref *field = reference_field(ref, c->field_id);

        /* once, in its version of the day */
        if (reference_case_by_key(ref, c->procedure_key, NULL, on) != c)
            continue;
        if (!past) {
            past = !strcmp(c->procedure_key, in->after);
            continue;
        }
        if (!(matches(req, folded, c->procedure_name, c->procedure_key) ||
              matches(req, folded, c->national_code, "")) ||
            (in->field && (!field || strcmp(field->key, in->field) != 0)) ||
            (in->office && !offered_at(req, c, in->office)))
            continue;
        if (*ret_n > 0 && *ret_n == limit) {
            *ret_next = ret[*ret_n - 1]->procedure_key;
            break;
        }
        ret[(*ret_n)++] = c;
    }
    return past || error_set(&req->error, ERR_LIST_AFTER, arg_text("value", in->after));
}

static enum step_result procedures_reply(struct request *req)
{
    struct reading *r = container_of(req, struct reading, base);
    const struct procedure_case *found[LIST_ITEMS_MAX];
    struct wire_procedure *items = arena_array(req->arena, LIST_ITEMS_MAX, sizeof *items);
    struct wire_procedure_list out;

    if (!items)
        return no_memory(req);
    wire_procedure_list_init(&out);
    out.items = items;
    if (!procedure_page(req, &r->in, found, &out.n_items, &out.next))
        return request_fail(req);
    for (size_t i = 0; i < out.n_items; i++)
        if (!procedure_fill(req, found[i], &items[i]))
            return no_memory(req);
    if (!wire_procedure_list_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static enum step_result procedure_reply(struct request *req)
{
    struct reading *r = container_of(req, struct reading, base);
    const char *key = http_request_param(req->http, "key");
    int32_t on = r->in.on == DATE_NONE ? instant_date(req->now, req->zone_s) : r->in.on;
    const struct procedure_case *c = reference_case_by_key(req->reference, key, NULL, on);
    struct wire_procedure out;

    if (!c) {
        error_set(&req->error, ERR_ITEM_UNKNOWN, arg_text("value", key));
        return request_fail(req);
    }
    if (!procedure_fill(req, c, &out))
        return no_memory(req);
    if (!wire_procedure_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

/* Is it the first case of its version? Rows are sorted by id. */
static bool is_first(const struct reference *ref, int at)
{
    return at == 0 || ref->cases[at - 1].procedure_id != ref->cases[at].procedure_id;
}

static enum step_result versions_reply(struct request *req)
{
    const struct reference *ref = req->reference;
    const char *key = http_request_param(req->http, "key");
    struct wire_procedure *items = arena_array(req->arena, LIST_ITEMS_MAX, sizeof *items);
    struct wire_procedure_list out;

    if (!items)
        return no_memory(req);
    wire_procedure_list_init(&out);
    out.items = items;
    for (int i = ref->n_cases - 1; i >= 0 && out.n_items < LIST_ITEMS_MAX; i--)
        if (!strcmp(ref->cases[i].procedure_key, key) && is_first(ref, i) &&
            !procedure_fill(req, &ref->cases[i], &items[out.n_items++]))
            return no_memory(req);
    for (size_t i = 1; i < out.n_items; i++) /* newest first, by the first day */
        for (size_t k = i; k > 0 && items[k - 1].valid_from < items[k].valid_from; k--) {
            struct wire_procedure swap = items[k];

            items[k] = items[k - 1];
            items[k - 1] = swap;
        }
    if (!out.n_items) {
        error_set(&req->error, ERR_ITEM_UNKNOWN, arg_text("value", key));
        return request_fail(req);
    }
    if (!wire_procedure_list_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

#define READING(id, name, reply)                                                                   \
    static const struct step id##_steps[] = {{"parse", reading_parse}, {"reply", reply}};          \
    const struct use_case use_case_##id = {name, sizeof(struct reading), id##_steps, false,        \
                                           32u << 20}

READING(procedures, "procedures", procedures_reply);
READING(procedure, "procedure", procedure_reply);
READING(procedure_versions, "procedure versions", versions_reply);
