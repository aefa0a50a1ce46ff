/* The slip (Mẫu 01): drawn from the dossier as it stands, with its original dates. */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "document/document.h"
#include "document/request.h"
#include "flow/app.h"
#include "flow/dossier_read.h"
#include "flow/form_set.h"
#include "flow/renderer.h"
#include "flow/view.h"

struct slip {
    struct request base;
    const char *code;
    struct snapshot snapshot;
    struct snapshot_persons persons;
    struct renderer_job job;
};

enum { SLOT_EVENTS, SLOT_PERSONS };
#define SLIP_VALUES 24

static enum step_result slip_send(struct request *req)
{
    struct slip *s = container_of(req, struct slip, base);

    s->code = http_request_param(req->http, "code");
    if (!snapshot_send(req, SLOT_EVENTS, s->code) || !persons_send(req, SLOT_PERSONS, s->code))
        return request_fail(req);
    return request_wait(req, 1);
}

static void drawn(struct renderer_job *job)
{
    request_release(job->data);
}

static const char *words_of(struct request *req, int64_t at)
{
    char text[DOCUMENT_DATE_TEXT_MAX];

    if (at == INSTANT_NONE)
        return NULL;
    document_instant_text(at, req->zone_s, text);
    return arena_strdup(req->arena, text);
}

static size_t components(struct request *req, const struct procedure_case *c,
                         const struct document_row **ret)
{
    size_t n = c ? (size_t)c->n_components : 0;
    struct document_row *rows = arena_array(req->arena, n + 1, sizeof *rows);

    for (size_t i = 0; rows && i < n; i++) {
        const char **cells = arena_array(req->arena, 3, sizeof *cells);

        if (!cells)
            return 0;
        cells[0] = c->components[i].name;
        cells[1] = !strcmp(c->components[i].kind, "copy")        ? "bản sao"
                   : !strcmp(c->components[i].kind, "certified") ? "bản chứng thực"
                                                                 : "bản chính";
        cells[2] = arena_printf(req->arena, "%02d", c->components[i].copies);
        rows[i] = (struct document_row){cells, 3};
    }
    *ret = rows;
    return rows ? n : 0;
}

/* The years not yet published that the promise rests on, "2027"; NULL for none. */
static const char *provisional_year(struct request *req, const struct dossier *d)
{
    const struct calendar *cal = reference_calendar(req->reference, d->competent_office);
    int32_t from_on = instant_date(d->received_at, req->zone_s);

    if (!cal || d->due_original == INSTANT_NONE)
        return NULL;
    for (int year = date_civil(from_on).year; year <= date_civil(d->due_original_on).year; year++) {
        int32_t first_on = date_from_civil(year, 1, 1), last_on = date_from_civil(year, 12, 31);

        first_on = first_on > from_on ? first_on : from_on;
        last_on = last_on < d->due_original_on ? last_on : d->due_original_on;
        if (calendar_is_provisional(cal, first_on, last_on))
            return arena_printf(req->arena, "%d", year);
    }
    return NULL;
}

/* What a reprint refers to when another date was promised since: "Phiếu xin lỗi số 05/PXL". */
static const char *reappointment(struct request *req, const struct dossier *d)
{
    for (int i = d->n_letters - 1; i >= 0; i--) {
        const struct dossier_letter *l = &d->letters[i];

        if (l->reappointed_at == d->due_reappointed && d->due_reappointed != INSTANT_NONE &&
            l->number > 0)
            return arena_printf(req->arena, "Phiếu xin lỗi số %02lld/PXL", (long long)l->number);
    }
    return NULL;
}

/* The slip is issued on the day of receipt; drawn again later it keeps the form of that day. */
static void choose_form(struct request *req, struct document_request *paper, int32_t issued_on)
{
    const char *wanted;

    paper->circular = form_set_choose(req->reference, paper->form, issued_on, &wanted);
    request_field(req, "Form-Set", paper->circular);
    if (!wanted)
        return;
    request_field(req, "Form-Set-In-Force", wanted);
    log_event(LOG_INFO, "form_borrowed", arg_text("form", paper->form), arg_text("wanted", wanted),
              arg_text("used", paper->circular));
}

static enum step_result slip_draw(struct request *req)
{
    struct slip *s = container_of(req, struct slip, base);
    const struct dossier *d = &s->snapshot.dossier;
    const struct procedure_case *c;
    const struct office_ref *o;
    const struct officer_ref *by;
    struct document_value values[SLIP_VALUES];
    struct document_request paper = {.form = "01", .values = values};
    struct document_list list = {.key = "components"};
    char limit[LIMIT_PHRASE_MAX], dated[DOCUMENT_DATE_TEXT_MAX];
    size_t n = 0;

    if (!snapshot_read_visible(req, SLOT_EVENTS, s->code, &s->snapshot) ||
        !persons_read(req, SLOT_PERSONS, &s->persons))
        return request_fail(req);
    if (d->received_at == INSTANT_NONE || !req->app->renderer) {
        error_set(&req->error, ERR_ITEM_UNKNOWN, arg_text("value", s->code));
        return request_fail(req);
    }
    c = reference_case(req->reference, d->case_id);
    o = reference_office(req->reference, d->supervising_office);
    by = reference_officer(req->reference, s->snapshot.events[0].actor);
    choose_form(req, &paper, instant_date(d->received_at, req->zone_s));
    limit_phrase(d->limit, LANGUAGE_VI, limit);
    document_date_text(instant_date(d->received_at, req->zone_s), dated);
#define PUT(k, t) values[n++] = (struct document_value){(k), (t)}
    PUT("superior_name", o ? o->superior_body : NULL);
    PUT("office_name", o ? o->issuing_body : "BỘ PHẬN TIẾP NHẬN VÀ TRẢ KẾT QUẢ");
    PUT("place", o ? o->place_name : NULL);
    PUT("dated", dated);
    PUT("dossier_code", d->code);
    PUT("one_stop_name", o ? o->name : NULL);
    PUT("applicant_name", s->persons.applicant->name);
    PUT("address", s->persons.applicant->address);
    PUT("phone", s->persons.applicant->phone);
    PUT("email", s->persons.applicant->email);
    PUT("procedure_name", c ? c->procedure_name : "-");
    PUT("limit", limit);
    PUT("received", words_of(req, d->received_at));
    PUT("due", words_of(req, d->due_original));
    PUT("provisional", provisional_year(req, d));
    PUT("reappointment", reappointment(req, d));
    PUT("return_by", d->channel == CHANNEL_POST ? "Dịch vụ bưu chính công ích" : "Bộ phận Một cửa");
    PUT("submitter_name",
        s->persons.submitter ? s->persons.submitter->name : s->persons.applicant->name);
    PUT("officer_name", by ? by->name : NULL);
#undef PUT
    paper.n_values = n;
    list.n_rows = components(req, c, &list.rows);
    if (list.n_rows) {
        paper.lists = &list;
        paper.n_lists = 1;
    }
    paper.qr_text = arena_printf(req->arena, "%s/#/tra-cuu/%s/%s", req->app->public_url, d->code,
                                 view_secret(req, d->id));
    paper.made_at = d->received_at;
    s->job.done = drawn;
    s->job.data = req;
    if (!request_encode(&paper, &s->job.request, &req->error) ||
        !renderer_draw(req->app->renderer, &s->job, &req->error)) {
        buffer_deinit(&s->job.request);
        return request_fail(req);
    }
    request_hold(req);
    return request_wait(req, 2);
}

static enum step_result slip_reply(struct request *req)
{
    struct slip *s = container_of(req, struct slip, base);

    if (s->job.error.code != ERR_NONE) {
        buffer_deinit(&s->job.pdf);
        req->error = s->job.error;
        return request_fail(req);
    }
    req->body = s->job.pdf;
    req->status = 200;
    req->content_type = "application/pdf";
    request_field(req, "Content-Disposition", "inline; filename=\"giay-tiep-nhan.pdf\"");
    return STEP_DONE;
}

static const struct step slip_steps[] = {
    {"send", slip_send}, {"draw", slip_draw}, {"reply", slip_reply}};
const struct use_case use_case_slip = {"slip", sizeof(struct slip), slip_steps, false, 0};
