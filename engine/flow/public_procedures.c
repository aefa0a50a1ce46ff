/* See public_procedures.h. Read from the reference snapshot: no query is made. */
#include "flow/public_procedures.h"

#include "flow/app.h"
#include "flow/procedure.h"

struct public_procedures {
    struct request base;
    struct wire_rules_query in;
};

static enum step_result public_parse(struct request *req)
{
    struct public_procedures *p = container_of(req, struct public_procedures, base);

    if (!codec_decode_pairs(&message_rules_query, req->http->query, req->http->n_query, req->arena,
                            &p->in, &req->error))
        return request_fail(req);
    return request_next(req, 1);
}

static bool fill_case(struct request *req, const struct procedure_case *c,
                      struct wire_public_case *w)
{
    struct wire_procedure_component *papers =
        arena_array(req->arena, (size_t)c->n_components + 1, sizeof *papers);
    char words[LIMIT_PHRASE_MAX];

    if (!papers)
        return false;
    limit_phrase(c->limit, req->lang, words);
    wire_public_case_init(w);
    w->name = c->case_name;
    w->limit = arena_strdup(req->arena, words);
    w->returns_at_once = c->returns_at_once;
    w->fee_dong = c->fee_dong;
    w->components = papers;
    for (int i = 0; i < c->n_components; i++) {
        struct wire_procedure_component *k = &papers[w->n_components++];

        wire_procedure_component_init(k);
        k->name = c->components[i].name;
        k->kind = words_find(&words_component_kind, c->components[i].kind);
        k->copies = c->components[i].copies;
        k->is_required = c->components[i].is_required;
    }
    return w->limit != NULL;
}

static bool fill(struct request *req, const struct procedure_case *first,
                 struct wire_public_procedure *w)
{
    const struct reference *ref = req->reference;
    const struct field_ref *field = reference_field(ref, first->field_id);
    struct wire_public_case *cases;
    size_t n = 0;

    for (const struct procedure_case *c = first;
         c < ref->cases + ref->n_cases && c->procedure_id == first->procedure_id; c++)
        n++;
    cases = arena_array(req->arena, n, sizeof *cases);
    if (!cases)
        return false;
    wire_public_procedure_init(w);
    w->code =
        first->national_code && *first->national_code ? first->national_code : first->procedure_key;
    w->name = first->procedure_name;
    w->field_name = field ? field->name : "-";
    w->level = words_find(&words_procedure_level, first->level);
    w->result_name = first->result_name && *first->result_name ? first->result_name : NULL;
    w->legal_basis = first->legal_basis && *first->legal_basis ? first->legal_basis : NULL;
    w->cases = cases;
    w->n_cases = n;
    for (size_t i = 0; i < n; i++)
        if (!fill_case(req, &first[i], &cases[i]))
            return false;
    return true;
}

static enum step_result public_reply(struct request *req)
{
    struct public_procedures *p = container_of(req, struct public_procedures, base);
    const struct procedure_case *found[LIST_ITEMS_MAX];
    struct wire_public_procedure *items = arena_array(req->arena, LIST_ITEMS_MAX, sizeof *items);
    struct wire_public_procedure_list out;

    wire_public_procedure_list_init(&out);
    out.items = items;
    if (items && !procedure_page(req, &p->in, found, &out.n_items, &out.next))
        return request_fail(req);
    for (size_t i = 0; items && i < out.n_items; i++)
        if (!fill(req, found[i], &items[i]))
            items = NULL;
    if (!items) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "procedures"));
        return request_fail(req);
    }
    if (!wire_public_procedure_list_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step public_steps[] = {{"parse", public_parse}, {"reply", public_reply}};
const struct use_case use_case_public_procedures = {
    "public procedures", sizeof(struct public_procedures), public_steps, true, 32u << 20};
