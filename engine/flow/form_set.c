#include "flow/form_set.h"

#include <stdlib.h>
#include <string.h>

#include "document/document.h"
#include "flow/app.h"
#include "flow/edit.h"
#include "flow/paper.h"
#include "wire/message.h"

#define FORMS_MAX 40

const struct document_template *form_set_choose(const struct reference *r, const char *kind,
                                                int32_t issued_on, const char **ret_wanted)
{
    const struct form_set_ref *wanted = reference_form_set_on(r, issued_on);

    *ret_wanted = NULL;
    for (const struct form_set_ref *s = wanted; s && s >= r->form_sets; s--) {
        const struct document_template *t = document_template_of_kind(s->key, kind);

        if (t)
            return t;
        *ret_wanted = wanted->key;
    }
    *ret_wanted = NULL;
    for (size_t i = 0; !wanted && document_template_at(i); i++) /* no set: what can be printed */
        if (document_template_at(i)->kind && !strcmp(document_template_at(i)->kind, kind))
            return document_template_at(i);
    return NULL;
}

const char *form_set_title(struct arena *arena, const char *circular, const char *form)
{
    const struct document_template *t = document_template_find(circular, form);
    const char *line = t ? strstr(t->text, "\nname: ") : NULL;
    const char *title = NULL;

    if (line) {
        line += strlen("\nname: ");
        title = arena_strndup(arena, line, strcspn(line, "\n"));
    }
    return title ? title : "-";
}

/* ---- reading ---- */

static bool fill(struct request *req, const struct form_set_ref *s, struct wire_form_set *w)
{
    const char **forms = arena_array(req->arena, FORMS_MAX, sizeof *forms);
    const char **borrowed = arena_array(req->arena, FORMS_MAX, sizeof *borrowed);

    if (!forms || !borrowed)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "form sets"));
    wire_form_set_init(w);
    w->key = s->key;
    w->name = s->name;
    w->valid_from = s->valid_from;
    w->valid_to = s->valid_to;
    for (size_t i = 0; document_template_at(i) && w->n_forms < FORMS_MAX; i++)
        if (!strcmp(document_template_at(i)->circular, s->key))
            forms[w->n_forms++] = document_template_at(i)->form;
    for (int kind = 0; kind < PAPER_KIND_COUNT; kind++) {
        const char *wanted;
        const struct document_template *t =
            form_set_choose(req->reference, paper_rows[kind].kind, s->valid_from, &wanted);

        if (t && wanted)
            borrowed[w->n_borrowed++] = arena_printf(req->arena, "%s: %s", t->form, t->circular);
    }
    w->forms = forms;
    w->borrowed = borrowed;
    return true;
}

static enum step_result sets_wait(struct request *req)
{
    return request_wait(req, 1);
}

static enum step_result sets_reply(struct request *req)
{
    const struct reference *ref = req->reference;
    struct wire_form_set *items =
        arena_array(req->arena, (size_t)ref->n_form_sets + 1, sizeof *items);
    struct wire_form_set_list out;

    if (!items) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "form sets"));
        return request_fail(req);
    }
    wire_form_set_list_init(&out);
    out.items = items;
    for (int i = 0; i < ref->n_form_sets && out.n_items < LIST_ITEMS_MAX; i++)
        if (!fill(req, &ref->form_sets[i], &items[out.n_items++]))
            return request_fail(req);
    if (!wire_form_set_list_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step sets_steps[] = {{"wait", sets_wait}, {"reply", sets_reply}};
const struct use_case use_case_form_sets = {"form sets", sizeof(struct request), sets_steps, false,
                                            0};

/* ---- a set brought into use ---- */

struct saving {
    struct request base;
    struct wire_form_set_save in;
    const char *key;
    int64_t change;
};

static enum step_result save_parse(struct request *req)
{
    struct saving *s = container_of(req, struct saving, base);

    s->key = http_request_param(req->http, "key");
    if (!request_json(req) ||
        !wire_form_set_save_decode(req->json, req->arena, &s->in, &req->error))
        return request_fail(req);
    return request_wait(req, 1);
}

static bool check(struct saving *s)
{
    struct request *req = &s->base;

    if (!request_require(req, GRANT_EDIT_RULES, 0) ||
        !edit_check_day(req, "valid_from", s->in.valid_from))
        return false;
    for (int i = 0; i < req->reference->n_form_sets; i++) {
        const struct form_set_ref *f = &req->reference->form_sets[i];

        if (!strcmp(f->key, s->key))
            return error_set(&req->error, ERR_FORM_SET_KNOWN, arg_text("key", s->key),
                             arg_date("from", f->valid_from));
        if (f->valid_from >= s->in.valid_from)
            return error_set(&req->error, ERR_VERSION_PREPARED, arg_text("key", f->key),
                             arg_date("from", f->valid_from), arg_date("value", s->in.valid_from));
    }
    return true;
}

static enum step_result save_store(struct request *req)
{
    struct saving *s = container_of(req, struct saving, base);
    const struct form_set_ref *before;
    struct db_params p;
    bool sent;

    if (!check(s))
        return request_fail(req);
    before = reference_form_set_on(req->reference, s->in.valid_from);
    db_params_init(&p);
    db_put_int8(&p, req->reference->epoch);
    db_put_text(&p, s->key);
    db_put_text(&p, s->in.name);
    db_put_date(&p, s->in.valid_from);
    db_put_int8(&p, req->principal.officer_id);
    db_put_text(&p, s->in.source);
    db_put_text(&p, s->in.reason);
    db_put_text(&p, before ? before->key : "");
    db_put_instant(&p, req->now);
    sent = request_query(req, EDIT_SLOT, DB_LANE_JOB, DB_FORM_SET_SAVE, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, 2) : request_fail(req);
}

static enum step_result save_stored(struct request *req)
{
    struct saving *s = container_of(req, struct saving, base);

    return edit_accepted(req, s->key, s->in.valid_from, &s->change) ? edit_reload(req, 3)
                                                                    : request_fail(req);
}

static enum step_result save_reply(struct request *req)
{
    struct saving *s = container_of(req, struct saving, base);
    const struct form_set_ref *f;
    struct wire_form_set out;

    edit_take_newest(req);
    f = reference_form_set_on(req->reference, s->in.valid_from);
    if (!fill(req, f, &out) || !wire_form_set_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step save_steps[] = {
    {"parse", save_parse}, {"store", save_store}, {"stored", save_stored}, {"reply", save_reply}};
const struct use_case use_case_form_set_save = {"form set", sizeof(struct saving), save_steps,
                                                false, 0};
