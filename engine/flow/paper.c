/* See paper.h. */
#include "flow/paper.h"

#include <assert.h>
#include <string.h>

#include "base/log.h"
#include "document/request.h"
#include "flow/app.h"
#include "flow/form_set.h"
#include "flow/paper_print.h"

const struct paper_row paper_rows[PAPER_KIND_COUNT] = {
#define PAPER(name, kind, file, vi, en, symbol, is_marked)                                         \
    [PAPER_##name] = {(kind), (file), {(vi), (en)}, (symbol), (is_marked)},
#include "tables/papers.def"
#undef PAPER
};

void paper_init(struct paper *p, int64_t made_at)
{
    memset(p, 0, sizeof *p);
    p->request.values = p->values;
    p->request.lists = p->lists;
    p->request.made_at = made_at;
}

void paper_use_form(struct paper *p, const char *circular, const char *form)
{
    p->request.circular = circular;
    p->request.form = form;
}

bool paper_choose_form(struct request *req, struct paper *p, enum paper_kind kind,
                       const struct office_ref *office, int32_t issued_on)
{
    const struct form_set_ref *in_force = reference_form_set_on(req->reference, issued_on);
    const struct document_template *t;
    const char *wanted;

    t = form_set_choose(req->reference, paper_rows[kind].kind, issued_on, &wanted);
    if (!t)
        return error_set(&req->error, ERR_PAPER_NOT_IN_SET,
                         arg_text("form", paper_rows[kind].label[req->lang]),
                         arg_text("key", in_force ? in_force->key : "-"));
    paper_use_form(p, t->circular, t->form);
    form_use(req->reference, t, office ? office->id : 0, &p->use);
    p->request.template_text = p->use.text;
    request_field(req, "Form-Set", t->circular);
    if (!wanted)
        return true;
    request_field(req, "Form-Set-In-Force", wanted);
    log_event(LOG_INFO, "form_borrowed", arg_text("form", t->form), arg_text("wanted", wanted),
              arg_text("used", t->circular));
    return true;
}

void paper_put(struct paper *p, const char *key, const char *text)
{
    assert(p->request.n_values < PAPER_VALUES);
    p->values[p->request.n_values++] = (struct document_value){key, text};
}

const char *paper_date_words(struct request *req, int32_t on)
{
    struct civil c = date_civil(on);

    return arena_printf(req->arena, "%02d/%02d/%04d", c.day, c.month, c.year);
}

const char *paper_instant_words(struct request *req, int64_t at)
{
    char text[DOCUMENT_DATE_TEXT_MAX];

    if (at == INSTANT_NONE)
        return NULL;
    document_instant_text(at, req->zone_s, text);
    return arena_strdup(req->arena, text);
}

const char *paper_reprint_mark(struct arena *arena, int64_t n, int64_t at, int32_t zone_s)
{
    char text[DOCUMENT_DATE_TEXT_MAX];

    document_instant_text(at, zone_s, text);
    if (!n)
        return arena_printf(arena, "Bản in lại, in một loạt, %s", text);
    return arena_printf(arena, "Bản in lại lần %lld, %s", (long long)n, text);
}

void paper_put_instant(struct request *req, struct paper *p, const char *key, int64_t at)
{
    paper_put(p, key, paper_instant_words(req, at));
}

void paper_put_list(struct paper *p, const char *key, const struct document_row *rows, size_t n)
{
    assert(p->request.n_lists < PAPER_LISTS);
    if (n)
        p->lists[p->request.n_lists++] = (struct document_list){key, rows, n};
}

void paper_put_head(struct request *req, struct paper *p, const struct office_ref *office,
                    int64_t at)
{
    char dated[DOCUMENT_DATE_TEXT_MAX];

    document_date_text(instant_date(at, req->zone_s), dated);
    paper_put(p, "superior_name", office ? office->superior_body : NULL);
    paper_put(p, "office_name", office ? office->issuing_body : "BỘ PHẬN TIẾP NHẬN VÀ TRẢ KẾT QUẢ");
    paper_put(p, "place", office && office->place_name ? office->place_name : "........");
    paper_put(p, "dated", arena_strdup(req->arena, dated));
}

void paper_put_dossier(struct request *req, struct paper *p, const struct dossier *d,
                       const struct snapshot_persons *persons)
{
    const struct procedure_case *c = reference_case(req->reference, d->case_id);
    const struct office_ref *one_stop = reference_office(req->reference, d->supervising_office);
    const struct wire_person *applicant = persons->applicant;

    paper_put(p, "dossier_code", d->code);
    paper_put(p, "one_stop_name", one_stop ? one_stop->name : "Bộ phận Tiếp nhận và Trả kết quả");
    paper_put(p, "procedure_name", c ? c->procedure_name : "theo hồ sơ đã tiếp nhận");
    paper_put(p, "applicant_name", applicant && applicant->name ? applicant->name : "........");
    paper_put(p, "address", applicant ? applicant->address : NULL);
    paper_put(p, "phone", applicant ? applicant->phone : NULL);
    paper_put(p, "email", applicant ? applicant->email : NULL);
}

const char *paper_head_title(const struct office_ref *office)
{
    return office && office->signature_lines[0] ? office->signature_lines
                                                : "THỦ TRƯỞNG CƠ QUAN, ĐƠN VỊ";
}

const char **paper_cells(struct request *req, struct document_row *row, size_t n)
{
    const char **cells = arena_array(req->arena, n, sizeof *cells);

    if (cells)
        *row = (struct document_row){cells, n};
    return cells;
}

void paper_keep(struct paper *p, int64_t dossier_id, enum paper_kind kind, int number,
                const struct office_ref *office)
{
    p->office = office ? office->id : 0;
    p->dossier_id = dossier_id;
    p->kind = kind;
    p->number = number;
}

void paper_number(struct request *req, struct paper *p, enum paper_kind kind,
                  const struct office_ref *office)
{
    if (!*paper_rows[kind].symbol || !office)
        return;
    p->register_office = office->id;
    p->register_year = date_civil(instant_date(p->request.made_at, req->zone_s)).year;
}

const char *paper_title(const char *kind, enum language lang)
{
    for (int i = 0; i < PAPER_KIND_COUNT; i++)
        if (!strcmp(paper_rows[i].kind, kind))
            return paper_rows[i].label[lang];
    if (!strcmp(kind, "chasing")) /* of no dossier: no row of papers.def */
        return lang == LANGUAGE_VI ? "Phiếu đôn đốc" : "Chasing slip";
    return kind;
}

enum step_result paper_draw(struct request *req, struct paper *p, int step)
{
    if (!req->app->renderer) {
        (void)error_set(&req->error, ERR_ITEM_UNKNOWN, arg_text("value", "PDF"));
        return request_fail(req);
    }
    if (p->dossier_id)
        return paper_print(req, p) ? request_wait(req, step) : request_fail(req);
    if (!request_encode(&p->request, &p->job.request, &req->error) ||
        !renderer_draw_for(req, &p->job)) {
        buffer_deinit(&p->job.request);
        return request_fail(req);
    }
    return request_wait(req, step);
}

enum step_result paper_reply(struct request *req, struct paper *p, const char *file)
{
    if (p->job.error.code != ERR_NONE) {
        buffer_deinit(&p->job.result);
        req->error = p->job.error;
        return request_fail(req);
    }
    req->body = p->job.result;
    req->status = 200;
    req->content_type = "application/pdf";
    request_field(req, "Content-Disposition",
                  arena_printf(req->arena, "inline; filename=\"%s.pdf\"", file));
    return STEP_DONE;
}
