/* See form_template.h. A template is read, drawn once with an example's texts, and only then
 * replaces the one in force: what is faulty is refused with its line, or with the value that no
 * paper of its kind has. */
#include "flow/form_template.h"

#include <stdio.h>
#include <string.h>

#include "document/request.h"
#include "flow/app.h"
#include "flow/edit.h"
#include "flow/form_set.h"
#include "flow/renderer.h"
#include "flow/view.h"
#include "wire/message.h"

#define FORMS_MAX 200

/* ---- which text ---- */

static const char *form_name(const struct document_template *t, char buf[96])
{
    snprintf(buf, 96, "%s:%s", t->circular, t->form);
    return buf;
}

static const struct document_template *built_in(const char *form)
{
    char name[96];

    for (size_t i = 0; document_template_at(i); i++)
        if (!strcmp(form_name(document_template_at(i), name), form))
            return document_template_at(i);
    return NULL;
}

void form_use(const struct reference *r, const struct document_template *t, int64_t office,
              struct form_use *ret)
{
    char name[96];
    const struct form_template_ref *own = reference_form_template(r, form_name(t, name), office);

    ret->text = own ? own->text : NULL;
    if (own)
        snprintf(ret->id, sizeof ret->id, "%s", own->id);
    else
        document_template_id(t->text, ret->id);
}

/* ---- texts kept for ever ---- */

struct keeping {
    struct db_call call;
    bool is_done;
};

static void kept(struct db_call *call)
{
    ((struct keeping *)call->data)->is_done = true;
}

bool form_texts_keep(struct app *app, struct error *err)
{
    char ids[FORMS_MAX][TEMPLATE_ID_LEN + 1];
    const char *id_list[FORMS_MAX], *texts[FORMS_MAX];
    struct keeping k = {.call = {.done = kept}};
    struct db_params p;
    bool is_good;
    int n = 0;

    for (size_t i = 0; document_template_at(i) && n < FORMS_MAX; i++, n++) {
        texts[n] = document_template_at(i)->text;
        document_template_id(texts[n], ids[n]);
        id_list[n] = ids[n];
    }
    k.call.data = &k;
    db_params_init(&p);
    db_put_text_array(&p, id_list, n);
    db_put_text_array(&p, texts, n);
    is_good = db_query(app->db, DB_LANE_JOB, DB_FORM_TEXTS_KEEP, &p, &k.call, err);
    db_params_deinit(&p);
    while (is_good && !k.is_done && uv_run(app->loop, UV_RUN_ONCE))
        ;
    if (is_good && k.call.error.code != ERR_NONE) {
        *err = k.call.error;
        is_good = false;
    }
    db_call_deinit(&k.call);
    return is_good;
}

/* ---- reading ---- */

static bool view(struct request *req, const struct document_template *t,
                 const struct form_template_ref *own, struct wire_form *w)
{
    struct document_template_facts facts;
    char name[96], id[TEMPLATE_ID_LEN + 1];

    if (!document_template_check(req->arena, own ? own->text : t->text, &facts, &req->error))
        return false;
    document_template_id(own ? own->text : t->text, id);
    wire_form_init(w);
    w->form = arena_strdup(req->arena, form_name(t, name));
    w->kind = t->kind;
    w->title = facts.name;
    w->template_id = arena_strdup(req->arena, id);
    w->is_built_in = !own;
    w->unverified = facts.n_unverified;
    w->office = own ? view_office_key(req, own->office_id) : NULL;
    w->officer = own ? view_officer_key(req, own->officer_id) : NULL;
    w->saved_at = own ? own->saved_at : INSTANT_NONE;
    return true;
}

static enum step_result forms_wait(struct request *req)
{
    return request_wait(req, 1);
}

/* Everybody's first, then those that offices have of their own. */
static enum step_result forms_reply(struct request *req)
{
    const struct reference *r = req->reference;
    struct wire_form *items = arena_array(req->arena, LIST_ITEMS_MAX, sizeof *items);
    struct wire_form_list out;

    if (!items) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "forms"));
        return request_fail(req);
    }
    wire_form_list_init(&out);
    out.items = items;
    for (size_t i = 0; document_template_at(i) && out.n_items < LIST_ITEMS_MAX; i++) {
        const struct document_template *t = document_template_at(i);
        char name[96];

        if (!view(req, t, reference_form_template(r, form_name(t, name), 0), &items[out.n_items++]))
            return request_fail(req);
    }
    for (int i = 0; i < r->n_form_templates && out.n_items < LIST_ITEMS_MAX; i++) {
        const struct document_template *t = built_in(r->form_templates[i].form);

        if (t && r->form_templates[i].office_id &&
            !view(req, t, &r->form_templates[i], &items[out.n_items++]))
            return request_fail(req);
    }
    if (!wire_form_list_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step forms_steps[] = {{"wait", forms_wait}, {"reply", forms_reply}};
const struct use_case use_case_forms = {"forms", sizeof(struct request), forms_steps, false, 0};

struct form_text {
    struct request base;
    struct wire_form_query in;
};

static enum step_result text_parse(struct request *req)
{
    struct form_text *f = container_of(req, struct form_text, base);

    if (!codec_decode_pairs(&message_form_query, req->http->query, req->http->n_query, req->arena,
                            &f->in, &req->error))
        return request_fail(req);
    return request_wait(req, 1);
}

static bool find_office(struct request *req, const char *key, int64_t *ret)
{
    const struct office_ref *o = key ? reference_office_by_key(req->reference, key) : NULL;

    *ret = o ? o->id : 0;
    return !key || o ||
           error_set(&req->error, ERR_OFFICE_UNKNOWN, arg_text("field", "office"),
                     arg_text("value", key));
}

static bool find_form(struct request *req, const char *form, const struct document_template **ret)
{
    *ret = built_in(form);
    return *ret || error_set(&req->error, ERR_DOCUMENT_FORM_UNKNOWN, arg_text("form", form));
}

static enum step_result text_reply(struct request *req)
{
    struct form_text *f = container_of(req, struct form_text, base);
    const struct form_template_ref *own;
    const struct document_template *t;
    int64_t office;

    if (!find_form(req, f->in.form, &t) || !find_office(req, f->in.office, &office))
        return request_fail(req);
    own = f->in.built_in ? NULL : reference_form_template(req->reference, f->in.form, office);
    buffer_text(&req->body, own ? own->text : t->text);
    req->status = 200;
    req->content_type = "text/plain; charset=utf-8";
    return STEP_DONE;
}

static const struct step text_steps[] = {{"parse", text_parse}, {"reply", text_reply}};
const struct use_case use_case_form_text = {"form text", sizeof(struct form_text), text_steps,
                                            false, 0};

/* ---- trying ---- */

/* Draws an example of the template's kind with it; the request waits. */
static bool try_template(struct request *req, const char *text,
                         const struct document_template_facts *facts, struct renderer_job *job)
{
    const struct document_template *t;
    struct document_request paper;
    const char *example;

    if (!find_form(req, facts->form, &t))
        return false;
    example = document_example(t->kind);
    if (!example)
        return error_set(&req->error, ERR_DOCUMENT_FORM_UNKNOWN, arg_text("form", facts->form));
    if (!request_decode(req->arena, example, strlen(example), &paper, &req->error))
        return false;
    paper.circular = t->circular;
    paper.form = t->form;
    paper.template_text = text;
    if (!request_encode(&paper, &job->request, &req->error) || !renderer_draw_for(req, job)) {
        buffer_deinit(&job->request);
        return false;
    }
    return true;
}

struct form_preview {
    struct request base;
    struct wire_form_preview in;
    struct document_template_facts facts;
    struct renderer_job job;
};

static enum step_result preview_parse(struct request *req)
{
    struct form_preview *f = container_of(req, struct form_preview, base);

    if (!request_json(req) || !wire_form_preview_decode(req->json, req->arena, &f->in, &req->error))
        return request_fail(req);
    return request_wait(req, 1);
}

static enum step_result preview_draw(struct request *req)
{
    struct form_preview *f = container_of(req, struct form_preview, base);

    return request_require(req, GRANT_EDIT_RULES, 0) &&
                   document_template_check(req->arena, f->in.template, &f->facts, &req->error) &&
                   try_template(req, f->in.template, &f->facts, &f->job)
               ? request_wait(req, 2)
               : request_fail(req);
}

static enum step_result preview_reply(struct request *req)
{
    struct form_preview *f = container_of(req, struct form_preview, base);

    if (f->job.error.code != ERR_NONE) {
        req->error = f->job.error;
        return request_fail(req);
    }
    req->body = f->job.result;
    req->status = 200;
    req->content_type = "application/pdf";
    request_field(req, "Content-Disposition", "inline; filename=\"xem-truoc.pdf\"");
    return STEP_DONE;
}

static const struct step preview_steps[] = {
    {"parse", preview_parse}, {"draw", preview_draw}, {"reply", preview_reply}};
const struct use_case use_case_form_preview = {"form preview", sizeof(struct form_preview),
                                               preview_steps, false, 0};

/* ---- saving ---- */

enum { SAVE_PARSE, SAVE_TRY, SAVE_STORE, SAVE_STORED, SAVE_REPLY };

struct form_saving {
    struct request base;
    struct wire_form_save in;
    const struct document_template *form;
    int64_t office, change;
    struct document_template_facts facts;
    struct renderer_job job;
};

static enum step_result save_parse(struct request *req)
{
    struct form_saving *s = container_of(req, struct form_saving, base);

    if (!request_json(req) || !wire_form_save_decode(req->json, req->arena, &s->in, &req->error))
        return request_fail(req);
    return request_wait(req, SAVE_TRY);
}

/* It must be of the form it is saved for, and print the same kind of paper. */
static bool is_of_form(struct form_saving *s)
{
    const char *kind = s->form->kind ? s->form->kind : "";

    return (!strcmp(s->facts.form, s->in.form) &&
            !strcmp(s->facts.kind ? s->facts.kind : "", kind)) ||
           error_set(&s->base.error, ERR_FORM_TEMPLATE_OTHER, arg_text("form", s->in.form),
                     arg_text("value", s->facts.form));
}

static enum step_result save_try(struct request *req)
{
    struct form_saving *s = container_of(req, struct form_saving, base);

    if (!request_require(req, GRANT_EDIT_RULES, 0) || !find_form(req, s->in.form, &s->form) ||
        !find_office(req, s->in.office, &s->office))
        return request_fail(req);
    if (!s->in.template)
        return request_next(req, SAVE_STORE);
    if (!document_template_check(req->arena, s->in.template, &s->facts, &req->error) ||
        !is_of_form(s) || !try_template(req, s->in.template, &s->facts, &s->job))
        return request_fail(req);
    return request_wait(req, SAVE_STORE);
}

static enum step_result save_store(struct request *req)
{
    struct form_saving *s = container_of(req, struct form_saving, base);
    const struct form_template_ref *before =
        reference_form_template(req->reference, s->in.form, s->office);
    char id[TEMPLATE_ID_LEN + 1];
    struct db_params p;
    bool sent;

    buffer_deinit(&s->job.result);
    if (s->in.template && s->job.error.code != ERR_NONE) {
        req->error = s->job.error;
        return request_fail(req);
    }
    if (s->in.template)
        document_template_id(s->in.template, id);
    db_params_init(&p);
    db_put_int8(&p, req->reference->epoch);
    db_put_text(&p, s->in.form);
    db_put_id(&p, s->office);
    db_put_text(&p, s->in.template ? id : NULL);
    db_put_text(&p, s->in.template);
    db_put_int8(&p, req->principal.officer_id);
    db_put_date(&p, instant_date(req->now, req->zone_s));
    db_put_text(&p, s->in.source);
    db_put_text(&p, s->in.reason);
    db_put_text(&p, before ? before->id : "");
    db_put_instant(&p, req->now);
    sent = request_query(req, EDIT_SLOT, DB_LANE_JOB, DB_FORM_TEMPLATE_SAVE, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, SAVE_STORED) : request_fail(req);
}

static enum step_result save_stored(struct request *req)
{
    struct form_saving *s = container_of(req, struct form_saving, base);

    return edit_accepted(req, s->in.form, instant_date(req->now, req->zone_s), &s->change)
               ? edit_reload(req, SAVE_REPLY)
               : request_fail(req);
}

static enum step_result save_reply(struct request *req)
{
    struct form_saving *s = container_of(req, struct form_saving, base);
    struct wire_form out;

    edit_take_newest(req);
    if (!view(req, s->form, reference_form_template(req->reference, s->in.form, s->office), &out) ||
        !wire_form_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step save_steps[] = {
    [SAVE_PARSE] = {"parse", save_parse}, [SAVE_TRY] = {"try", save_try},
    [SAVE_STORE] = {"store", save_store}, [SAVE_STORED] = {"stored", save_stored},
    [SAVE_REPLY] = {"reply", save_reply},
};
const struct use_case use_case_form_save = {"form save", sizeof(struct form_saving), save_steps,
                                            false, 0};
