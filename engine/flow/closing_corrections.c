/* See closing.h: what was learned after a version was closed. Every form that the snapshot holds is
 * asked again as known now and held against it; the dossiers behind come from the facts, with the
 * day the engine learned of each. */
#include <stdlib.h>
#include <string.h>

#include "flow/app.h"
#include "flow/closing_diff.h"
#include "flow/closing_impl.h"
#include "flow/view.h"

#define FIGURES_MAX  5000
#define DOSSIERS_MAX 500

struct closing_corrections {
    struct closing_flow flow; /* first */
    cJSON *content, *now;     /* the snapshot; a form as known now, whose texts are copied */
    int n_forms;
    int64_t known_at; /* of the version */
    struct wire_closing_figure *figures;
    struct wire_closing_corrections out;
};

enum {
    CORRECTIONS_PARSE,
    CORRECTIONS_FIND,
    CORRECTIONS_ASK,
    CORRECTIONS_BEGIN,
    CORRECTIONS_FORM,
    CORRECTIONS_REPLY
};

static struct closing_corrections *corrections_of(struct request *req)
{
    return container_of(closing_of(req), struct closing_corrections, flow);
}

static void corrections_free(struct request *req)
{
    struct closing_corrections *c = corrections_of(req);

    buffer_deinit(&c->flow.ask.body);
    json_freep(&c->content);
    json_freep(&c->now);
}

static enum step_result corrections_ask(struct request *req)
{
    struct closing_corrections *c = corrections_of(req);
    struct db_params p;
    bool sent;

    req->on_free = corrections_free;
    if (!closing_take(&c->flow, GRANT_READ_STATISTICS))
        return request_fail(req);
    db_params_init(&p);
    db_put_int8(&p, c->flow.row.id);
    db_put_int4(&p, c->flow.version);
    sent = request_query(req, CLOSING_SLOT_VERSIONS, DB_LANE_JOB, DB_CLOSING_SNAPSHOT, &p);
    db_params_deinit(&p);
    return sent ? closing_on(req) : request_fail(req);
}

/* Asks for the next form that the snapshot holds too; then goes on to the reply. */
static enum step_result next_form(struct closing_corrections *c)
{
    struct closing_flow *f = &c->flow;
    const struct closing_form *form = &closing_forms[c->n_forms];

    while (c->n_forms < n_closing_forms &&
           !closing_diff_find(c->content, form->form, form->group_by))
        form = &closing_forms[++c->n_forms];
    if (c->n_forms == n_closing_forms)
        return request_wait(&f->base, CORRECTIONS_REPLY);
    if (closing_ask(&f->ask, &f->base, form, f->row.office->key, f->row.from, f->row.to,
                    INSTANT_NONE, "json"))
        return request_wait(&f->base, CORRECTIONS_FORM);
    f->base.error = f->ask.error;
    return request_fail(&f->base);
}

static bool dossiers_send(struct closing_corrections *c)
{
    struct closing_flow *f = &c->flow;
    struct db_params p;
    bool sent;

    db_params_init(&p);
    db_put_date(&p, f->row.from);
    db_put_date(&p, f->row.to);
    db_put_instant(&p, f->state_at);
    db_put_instant(&p, c->known_at);
    db_put_instant(&p, f->base.now);
    db_put_int8_array(&p, f->offices, f->n_offices);
    db_put_int4(&p, DOSSIERS_MAX + 1);
    sent = request_query(&f->base, CLOSING_SLOT_EDIT, DB_LANE_READ, DB_CLOSING_CORRECTIONS, &p);
    db_params_deinit(&p);
    return sent;
}

static enum step_result corrections_begin(struct request *req)
{
    struct closing_corrections *c = corrections_of(req);
    const struct db_result *r = &request_result(req, CLOSING_SLOT_VERSIONS)->result;
    const char *content;

    if (db_rows(r) == 0) {
        error_set(&req->error, ERR_CLOSING_VERSION_UNKNOWN, arg_number("value", c->flow.version));
        return request_fail(req);
    }
    content = db_text_or_empty(r, 0, 0);
    c->known_at = db_instant(r, 0, 3);
    c->figures = arena_array(req->arena, FIGURES_MAX, sizeof *c->figures);
    if (!c->figures) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "closing"));
        return request_fail(req);
    }
    if (!json_parse(content, strlen(content), &c->content, &req->error) || !dossiers_send(c))
        return request_fail(req);
    return next_form(c);
}

static void found(void *data, const struct closing_difference *d)
{
    struct closing_corrections *c = data;
    struct arena *a = c->flow.base.arena;
    struct wire_closing_figure *w;

    if (c->out.n_figures == FIGURES_MAX) {
        c->out.is_cut = true;
        return;
    }
    w = &c->figures[c->out.n_figures++];
    wire_closing_figure_init(w);
    w->form = closing_forms[c->n_forms].form;
    w->group_by = closing_forms[c->n_forms].group_by;
    w->key = d->key ? arena_strdup(a, d->key) : NULL;
    w->label = d->label ? arena_strdup(a, d->label) : NULL;
    w->column = arena_strdup(a, d->column);
    if (d->has_was)
        w->was = d->was;
    if (d->has_now)
        w->now = d->now;
}

static enum step_result corrections_form(struct request *req)
{
    struct closing_corrections *c = corrections_of(req);
    struct closing_flow *f = &c->flow;
    const struct closing_form *form = &closing_forms[c->n_forms];

    if (f->ask.error.code != ERR_NONE) {
        req->error = f->ask.error;
        return request_fail(req);
    }
    json_freep(&c->now);
    if (!json_parse(f->ask.body.data, f->ask.body.len, &c->now, &req->error))
        return request_fail(req);
    if (!closing_diff(closing_diff_find(c->content, form->form, form->group_by), c->now, found,
                      c)) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "closing"));
        return request_fail(req);
    }
    c->n_forms++;
    return next_form(c);
}

/* Columns 2 to 5, or 6 to 9: office, field, columns of the form. NULL: nowhere. */
static const struct wire_closing_place *read_place(struct request *req, const struct db_result *r,
                                                   int row, int column)
{
    struct wire_closing_place *w = arena_new_of(req->arena, struct wire_closing_place);
    const struct field_ref *field;

    if (!w || db_is_null(r, row, column + 2))
        return NULL;
    wire_closing_place_init(w);
    field = reference_field(req->reference, db_int(r, row, column + 1));
    w->office = view_office_key(req, db_int(r, row, column));
    w->office_name = view_office_name(req, db_int(r, row, column));
    w->field = field ? field->key : NULL;
    w->came = db_text_or_empty(r, row, column + 2);
    w->went = db_text_or_empty(r, row, column + 3);
    return w;
}

static enum step_result corrections_reply(struct request *req)
{
    struct closing_corrections *c = corrections_of(req);
    const struct db_result *r = &request_result(req, CLOSING_SLOT_EDIT)->result;
    struct wire_closing_dossier *dossiers = arena_array(req->arena, DOSSIERS_MAX, sizeof *dossiers);

    if (!dossiers) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "closing"));
        return request_fail(req);
    }
    c->out.dossiers = dossiers;
    for (int i = 0; i < db_rows(r) && i < DOSSIERS_MAX; i++) {
        struct wire_closing_dossier *w = &dossiers[c->out.n_dossiers++];

        wire_closing_dossier_init(w);
        w->dossier = db_text_or_empty(r, i, 0);
        w->learned_at = db_instant(r, i, 1);
        w->was = read_place(req, r, i, 2);
        w->now = read_place(req, r, i, 6);
    }
    c->out.is_cut = c->out.is_cut || db_rows(r) > DOSSIERS_MAX;
    c->out.id = c->flow.row.id;
    c->out.version = c->flow.version;
    c->out.known_at = c->known_at;
    c->out.now = req->now;
    c->out.figures = c->figures;
    if (!wire_closing_corrections_encode(&c->out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step corrections_steps[] = {
    [CORRECTIONS_PARSE] = {"parse", closing_parse_id},
    [CORRECTIONS_FIND] = {"find", closing_find},
    [CORRECTIONS_ASK] = {"ask", corrections_ask},
    [CORRECTIONS_BEGIN] = {"begin", corrections_begin},
    [CORRECTIONS_FORM] = {"form", corrections_form},
    [CORRECTIONS_REPLY] = {"reply", corrections_reply},
};
const struct use_case use_case_closing_corrections = {
    "closing corrections", sizeof(struct closing_corrections), corrections_steps, false, 0};
