/* The slip (Mẫu 01): drawn from the dossier as it stands, with its original dates. */
#include <stdlib.h>
#include <string.h>

#include "flow/app.h"
#include "flow/dossier_read.h"
#include "flow/paper.h"
#include "flow/view.h"
#include "flow/view_person.h"

struct slip {
    struct request base;
    const char *code;
    struct snapshot snapshot;
    struct snapshot_persons persons;
    struct paper paper;
};

enum { SLOT_EVENTS, SLOT_PERSONS };

static enum step_result slip_send(struct request *req)
{
    struct slip *s = container_of(req, struct slip, base);

    s->code = http_request_param(req->http, "code");
    if (!snapshot_send(req, SLOT_EVENTS, s->code) || !persons_send(req, SLOT_PERSONS, s->code))
        return request_fail(req);
    return request_wait(req, 1);
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

static enum step_result slip_draw(struct request *req)
{
    struct slip *s = container_of(req, struct slip, base);
    const struct dossier *d = &s->snapshot.dossier;
    struct paper *p = &s->paper;
    const struct procedure_case *c;
    const struct office_ref *one_stop;
    const struct document_row *rows = NULL;
    char limit[LIMIT_PHRASE_MAX];
    size_t n;

    if (!snapshot_read_visible(req, SLOT_EVENTS, s->code, &s->snapshot) ||
        !view_person_require_open(req, s->code) || !persons_read(req, SLOT_PERSONS, &s->persons))
        return request_fail(req);
    if (d->received_at == INSTANT_NONE) {
        error_set(&req->error, ERR_ITEM_UNKNOWN, arg_text("value", s->code));
        return request_fail(req);
    }
    c = reference_case(req->reference, d->case_id);
    limit_phrase(d->limit, LANGUAGE_VI, limit);
    paper_init(p, d->received_at);
    /* Issued on the day of receipt; drawn again later it keeps the form of that day. */
    one_stop = reference_office(req->reference, d->supervising_office);
    if (!paper_choose_form(req, p, PAPER_RECEIPT, one_stop,
                           instant_date(d->received_at, req->zone_s)))
        return request_fail(req);
    paper_put_head(req, p, one_stop, d->received_at);
    paper_put_dossier(req, p, d, &s->persons);
    paper_put(p, "limit", limit);
    paper_put_instant(req, p, "received", d->received_at);
    paper_put_instant(req, p, "due", d->due_original);
    paper_put(p, "provisional", provisional_year(req, d));
    paper_put(p, "reappointment", reappointment(req, d));
    paper_put(p, "return_by",
              d->channel == CHANNEL_POST ? "Dịch vụ bưu chính công ích" : "Bộ phận Một cửa");
    paper_put(p, "submitter_name",
              s->persons.submitter ? s->persons.submitter->name : s->persons.applicant->name);
    paper_put(p, "officer_name", view_officer_name(req, s->snapshot.events[0].actor));
    n = components(req, c, &rows);
    paper_put_list(p, "components", rows, n);
    p->request.qr_text = arena_printf(req->arena, "%s/#/tra-cuu/%s/%s", req->app->public_url,
                                      d->code, view_secret(req, d->id, d->secrets_renewed));
    paper_keep(p, d->id, PAPER_RECEIPT, 1, one_stop);
    return paper_draw(req, p, 2);
}

static enum step_result slip_reply(struct request *req)
{
    struct slip *s = container_of(req, struct slip, base);

    return paper_reply(req, &s->paper, paper_rows[PAPER_RECEIPT].file);
}

static const struct step slip_steps[] = {
    {"send", slip_send}, {"draw", slip_draw}, {"reply", slip_reply}};
const struct use_case use_case_slip = {"slip", sizeof(struct slip), slip_steps, false, 0};
