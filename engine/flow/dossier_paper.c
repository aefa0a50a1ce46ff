/* See dossier_paper.h. One function per kind of paper says what stands on it; the wording is the
 * template's. Source: law:forms-2018, law:forms-2025. */
#include "flow/dossier_paper.h"

#include <stdlib.h>
#include <string.h>

#include "domain/lateness.h"
#include "domain/notice.h"
#include "domain/vocabulary.h"
#include "flow/app.h"
#include "flow/form_set.h"
#include "flow/paper.h"
#include "flow/record.h"
#include "flow/view.h"
#include "flow/view_person.h"

enum { SLOT_EVENTS, SLOT_PERSONS, SLOT_REMARKS };

struct dossier_paper {
    struct request base;
    struct wire_paper_query in;
    const char *code;
    enum paper_kind kind;
    int number;                   /* which of its kind */
    const struct event *occasion; /* the event it belongs to; NULL: the dossier as it stands */
    struct snapshot snapshot;
    struct snapshot_persons persons;
    struct paper paper;
};

static bool no_memory(struct request *req)
{
    return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "paper"));
}

/* ---- which papers there are ---- */

static const struct {
    enum paper_kind kind;
    enum action action;
} occasions[] = {
#define PAPER_OCCASION(kind, action) {PAPER_##kind, ACTION_##action},
#include "tables/papers.def"
#undef PAPER_OCCASION
};

static bool is_occasion(enum paper_kind kind, const struct event *e)
{
    const char *outcome = event_text(e, EVENT_FIELD_OUTCOME);

    for (size_t i = 0; i < ARRAY_LEN(occasions); i++)
        if (occasions[i].kind == kind && occasions[i].action == e->action)
            return e->action != ACTION_DECIDE ||
                   (outcome && !strcmp(outcome, vocabulary_word(&outcomes, OUTCOME_REFUSED)));
    return false;
}

/* The n-th occasion of a kind, 1..; 0: the newest. NULL: there is none. */
static const struct event *occasion_find(const struct snapshot *s, enum paper_kind kind, int64_t n,
                                         int *ret_n)
{
    const struct event *found = NULL;
    int64_t count = 0;

    for (int i = 0; i < s->n_events; i++)
        if (is_occasion(kind, &s->events[i]) && (++count == n || n == 0)) {
            found = &s->events[i];
            *ret_n = (int)count;
        }
    return found;
}

static bool list_add(struct request *req, const struct dossier *d, enum paper_kind kind, int64_t id,
                     int64_t at, const char *path, struct wire_document *ret, int *n)
{
    const struct document_template *t;
    struct wire_document *w = &ret[*n];

    t = form_set_choose(req->reference, paper_rows[kind].kind, instant_date(at, req->zone_s),
                        &(const char *){NULL});
    if (!t || *n == DOSSIER_PAPERS_MAX)
        return true;
    wire_document_init(w);
    w->id = id;
    w->form = arena_printf(req->arena, "%s:%s", t->circular, t->form);
    w->title = form_set_title(req->arena, t->circular, t->form);
    w->created_at = at;
    w->path = arena_printf(req->arena, "/api/v1/dossiers/%s/%s", d->code, path);
    ++*n;
    return (w->form && w->path) || no_memory(req);
}

int dossier_paper_list(struct request *req, const struct snapshot *s, struct wire_document *ret)
{
    const struct dossier *d = &s->dossier;
    int counts[PAPER_KIND_COUNT] = {0}, n = 0;
    bool ok = true;

    if (d->received_at != INSTANT_NONE)
        ok = list_add(req, d, PAPER_RECEIPT, 1, d->received_at, "slip", ret, &n) &&
             list_add(req, d, PAPER_CONTROL, 1, d->received_at, "papers/control", ret, &n);
    for (int i = 0; ok && i < s->n_events; i++) {
        const struct event *e = &s->events[i];

        for (int kind = 0; ok && kind < PAPER_KIND_COUNT; kind++)
            if (is_occasion((enum paper_kind)kind, e))
                ok = list_add(req, d, (enum paper_kind)kind, e->seq, e->at,
                              arena_printf(req->arena, "papers/%s?number=%d", paper_rows[kind].kind,
                                           ++counts[kind]),
                              ret, &n);
    }
    return ok ? n : -1;
}

/* ---- what stands on them ---- */

/* A remark holds what was typed: lines, those of a list after a dash. */
static bool remark_split(struct request *req, const char *remark, struct document_row **ret_items,
                         size_t *ret_n, const char **ret_rest)
{
    size_t most = 1, n = 0;
    struct buffer rest = {0};
    struct document_row *rows;

    for (const char *p = remark; p && *p; p++)
        most += *p == '\n';
    rows = arena_array(req->arena, most, sizeof *rows);
    for (const char *p = remark; rows && p && *p;) {
        size_t len = strcspn(p, "\n");
        const char **cells;

        if (len > 2 && p[0] == '-' && p[1] == ' ') {
            cells = paper_cells(req, &rows[n++], 1);
            if (cells)
                cells[0] = arena_strndup(req->arena, p + 2, len - 2);
        } else if (len) {
            buffer_printf(&rest, "%s%.*s", rest.len ? "; " : "", (int)len, p);
        }
        p += len + (p[len] == '\n');
    }
    *ret_items = rows;
    *ret_n = n;
    *ret_rest = rest.len ? arena_strndup(req->arena, rest.data, rest.len) : NULL;
    buffer_deinit(&rest);
    return rows || no_memory(req);
}

static bool list_of_one(struct request *req, struct paper *p, const char *key, const char *text)
{
    struct document_row *row = arena_array(req->arena, 1, sizeof *row);
    const char **cells = row ? paper_cells(req, row, 1) : NULL;

    if (!cells)
        return no_memory(req);
    cells[0] = text;
    paper_put_list(p, key, row, 1);
    return true;
}

static const struct dossier_hold *hold_begun(const struct dossier *d, int64_t at)
{
    for (int i = d->n_holds - 1; i >= 0; i--)
        if (d->holds[i].from == at)
            return &d->holds[i];
    return NULL;
}

static const char *complete_by(struct request *req, const struct dossier *d, const struct event *e,
                               const struct dossier_hold *hold)
{
    struct deadline deadlines[DEADLINES_MAX];
    struct decide_context ctx;
    char text[DOCUMENT_DATE_TEXT_MAX];
    int64_t at;
    int n = 0;

    record_decide_context(req->reference, d, req->now, req->zone_s, &ctx);
    if (hold && hold->to == INSTANT_NONE)
        n = deadline_list(&ctx, deadlines);
    at = notice_supplement_until(e, deadlines, n);
    if (at == INSTANT_NONE)
        return NULL;
    document_date_text(instant_date(at, req->zone_s), text);
    return arena_strdup(req->arena, text);
}

static bool fill_supplement(struct dossier_paper *w)
{
    struct request *req = &w->base;
    const struct dossier *d = &w->snapshot.dossier;
    const struct event *e = w->occasion;
    const struct dossier_hold *hold = hold_begun(d, e->at);
    bool is_at_counter = !hold || hold->is_at_counter;
    const struct office_ref *o = reference_office(
        req->reference, is_at_counter ? d->supervising_office : d->competent_office);
    const char *ground = event_text(e, EVENT_FIELD_LEGAL_GROUND), *reason;
    struct document_row *items;
    size_t n;

    if (!remark_split(req, remarks_find(req, SLOT_REMARKS, e), &items, &n, &reason))
        return false;
    paper_put_head(req, &w->paper, o, e->at);
    paper_put_dossier(req, &w->paper, d, &w->persons);
    paper_put(&w->paper, "stage", is_at_counter ? "intake" : "examination");
    paper_put(&w->paper, "legal_ground", ground);
    paper_put(&w->paper, "reason",
              n && reason ? reason : "Hồ sơ chưa đầy đủ, chưa hợp lệ theo quy định");
    paper_put(&w->paper, "contact_name", view_officer_name(req, e->actor));
    paper_put(&w->paper, "complete_by", complete_by(req, d, e, hold));
    if (is_at_counter)
        paper_put(&w->paper, "signer_name", view_officer_name(req, e->actor));
    else
        paper_put(&w->paper, "signer_title", paper_head_title(o));
    if (!n)
        return list_of_one(req, &w->paper, "items", reason ? reason : "........");
    paper_put_list(&w->paper, "items", items, n);
    return true;
}

static bool fill_refusal(struct dossier_paper *w)
{
    struct request *req = &w->base;
    const struct dossier *d = &w->snapshot.dossier;
    const struct event *e = w->occasion;
    bool is_at_intake = e->action == ACTION_REFUSE;
    const struct office_ref *o = reference_office(
        req->reference, is_at_intake ? d->supervising_office : d->competent_office);
    const char *ground = event_text(e, EVENT_FIELD_LEGAL_GROUND);
    const char *reason = remarks_find(req, SLOT_REMARKS, e);
    const struct wire_person *by =
        w->persons.submitter ? w->persons.submitter : w->persons.applicant;

    paper_put_head(req, &w->paper, o, e->at);
    paper_put_dossier(req, &w->paper, d, &w->persons);
    paper_put(&w->paper, "stage", is_at_intake ? "intake" : "examination");
    paper_put(&w->paper, "submitter_name", by ? by->name : NULL);
    paper_put(&w->paper, "officer_name", view_officer_name(req, e->actor));
    paper_put(&w->paper, "signer_title", paper_head_title(o));
    if (reason && ground)
        reason = arena_printf(req->arena, "%s (%s)", reason, ground);
    return list_of_one(req, &w->paper, "reasons", reason ? reason : ground ? ground : "........");
}

static bool fill_stop(struct dossier_paper *w)
{
    struct request *req = &w->base;
    const struct dossier *d = &w->snapshot.dossier;
    const struct office_ref *o = reference_office(req->reference, d->competent_office);
    const struct event *asked = NULL;

    for (int i = 0; i < w->snapshot.n_events; i++)
        if (w->snapshot.events[i].action == ACTION_REQUEST_WITHDRAWAL)
            asked = &w->snapshot.events[i];
    paper_put_head(req, &w->paper, o, w->occasion->at);
    paper_put_dossier(req, &w->paper, d, &w->persons);
    paper_put_instant(req, &w->paper, "received", d->received_at);
    paper_put_instant(req, &w->paper, "requested", d->withdrawal_requested_at);
    paper_put(&w->paper, "request", asked ? remarks_find(req, SLOT_REMARKS, asked) : NULL);
    paper_put(&w->paper, "reason", remarks_find(req, SLOT_REMARKS, w->occasion));
    paper_put(&w->paper, "signer_title", paper_head_title(o));
    return true;
}

/* ---- the control sheet: from hand to hand ---- */

static bool is_in_hands(const struct dossier_segment *s)
{
    return s->office != 0;
}

/* Whether it changes hands between them: another office, or another named officer. */
static bool changes_hands(const struct dossier_segment *a, const struct dossier_segment *b)
{
    return a->office != b->office || (a->officer && b->officer && a->officer != b->officer);
}

static const char *side(struct request *req, int number, const char *verb, const char *office)
{
    return arena_printf(req->arena, "%d. %s: %s", number, verb, office ? office : "........");
}

/* In time or not, of whoever gives: what the step was used for against its budget. */
static const char *move_result(int64_t overrun_us, int64_t used_us, int64_t budget_us)
{
    if (overrun_us > 0)
        return "Quá hạn";
    if (budget_us <= 0)
        return NULL;
    return used_us < budget_us ? "Trước hạn" : "Đúng hạn";
}

static const char *step_words(struct request *req, const struct procedure_case *c, int step)
{
    const struct procedure_step *s = lateness_step(c, step);

    return s ? arena_printf(req->arena, "Bước %d: %s", step, s->name) : NULL;
}

static bool fill_move(struct dossier_paper *w, const struct dossier_segment *from,
                      const struct dossier_segment *to, const char *result,
                      struct document_row *row)
{
    struct request *req = &w->base;
    const struct procedure_case *c = reference_case(req->reference, w->snapshot.dossier.case_id);
    const char *gave = view_officer_name(req, from->officer);
    const char *took = view_officer_name(req, to->officer);
    const char **cells = paper_cells(req, row, 4);

    if (!cells)
        return no_memory(req);
    cells[0] = arena_printf(req->arena, "%s\n%s",
                            side(req, 1, "Giao", view_office_name(req, from->office)),
                            side(req, 2, "Nhận", view_office_name(req, to->office)));
    cells[1] = arena_printf(req->arena, "%s\nNgười giao: %s\nNgười nhận: %s",
                            paper_instant_words(req, to->from), gave ? gave : "........",
                            took ? took : "........");
    cells[2] = result;
    cells[3] = step_words(req, c, from->step);
    return (cells[0] && cells[1]) || no_memory(req);
}

static bool fill_moves(struct dossier_paper *w)
{
    struct request *req = &w->base;
    const struct dossier *d = &w->snapshot.dossier;
    struct document_row *rows = arena_array(req->arena, (size_t)d->n_segments + 2, sizeof *rows);
    struct segment_use *uses = arena_array(req->arena, DOSSIER_SEGMENTS_MAX, sizeof *uses);
    struct lateness_context ctx;
    const struct dossier_segment *from = NULL;
    int64_t used = 0, budget = 0, overrun = 0;
    size_t n = 0;
    int n_uses;

    if (!rows || !uses)
        return no_memory(req);
    record_lateness_context(req->reference, d, req->zone_s, &ctx);
    n_uses = lateness_segments(&ctx, d->ended_at != INSTANT_NONE ? d->ended_at : req->now, uses);
    for (int i = 0; i < n_uses; i++) {
        const struct dossier_segment *s = uses[i].segment;

        if (!is_in_hands(s))
            continue;
        if (from && changes_hands(from, s)) {
            if (!fill_move(w, from, s, move_result(overrun, used, budget), &rows[n++]))
                return false;
            used = budget = overrun = 0;
        }
        from = s;
        used += uses[i].used_us;
        budget += uses[i].budget_us;
        overrun += uses[i].overrun_us;
    }
    for (int i = w->snapshot.n_events - 1; from && i >= 0; i--) {
        const struct event *e = &w->snapshot.events[i];
        struct dossier_segment counter = {
            .office = d->supervising_office, .officer = e->actor, .from = e->at};

        if (e->action != ACTION_TAKE_OVER_RESULT || !changes_hands(from, &counter))
            continue;
        if (!fill_move(w, from, &counter, move_result(overrun, used, budget), &rows[n++]))
            return false;
        break;
    }
    paper_put_list(&w->paper, "moves", rows, n);
    return true;
}

static bool fill_holds(struct dossier_paper *w)
{
    struct request *req = &w->base;
    const struct dossier *d = &w->snapshot.dossier;
    struct document_row *rows = arena_array(req->arena, (size_t)d->n_holds + 1, sizeof *rows);

    for (int i = 0; rows && i < d->n_holds; i++) {
        const struct dossier_hold *h = &d->holds[i];
        const char *to = paper_instant_words(req, h->to);
        const char **cells = paper_cells(req, &rows[i], 1);

        if (!cells)
            return no_memory(req);
        cells[0] = arena_printf(
            req->arena, "%s: từ %s %s%s", vocabulary_label(&hold_kinds, (int)h->kind, LANGUAGE_VI),
            paper_instant_words(req, h->from), to ? "đến " : "đến nay", to ? to : "");
    }
    paper_put_list(&w->paper, "holds", rows, rows ? (size_t)d->n_holds : 0);
    return rows || no_memory(req);
}

static bool fill_opinions(struct dossier_paper *w)
{
    struct request *req = &w->base;
    const struct dossier *d = &w->snapshot.dossier;
    struct document_row *rows = arena_array(req->arena, (size_t)d->n_opinions + 1, sizeof *rows);
    struct buffer partners = {0};

    for (int i = 0; rows && i < d->n_opinions; i++) {
        const struct dossier_opinion *o = &d->opinions[i];
        const char *name = view_office_name(req, o->office);
        const char *answered = paper_instant_words(req, o->answered_at);
        const char **cells = paper_cells(req, &rows[i], 1);
        bool is_new = true;

        for (int j = 0; j < i; j++)
            is_new = is_new && d->opinions[j].office != o->office;
        if (is_new && name)
            buffer_printf(&partners, "%s%s", partners.len ? "; " : "", name);
        if (cells)
            cells[0] =
                arena_printf(req->arena, "%s: hỏi %s; %s%s", name ? name : "........",
                             paper_instant_words(req, o->asked_at),
                             answered ? "trả lời " : "chưa trả lời", answered ? answered : "");
    }
    if (partners.len)
        paper_put(&w->paper, "partners", arena_strndup(req->arena, partners.data, partners.len));
    buffer_deinit(&partners);
    paper_put_list(&w->paper, "opinions", rows, rows ? (size_t)d->n_opinions : 0);
    return rows || no_memory(req);
}

static bool fill_control(struct dossier_paper *w)
{
    struct request *req = &w->base;
    const struct dossier *d = &w->snapshot.dossier;
    const char *competent = view_office_name(req, d->competent_office);

    paper_put_head(req, &w->paper, reference_office(req->reference, d->supervising_office),
                   d->received_at);
    paper_put_dossier(req, &w->paper, d, &w->persons);
    paper_put_instant(req, &w->paper, "received", d->received_at);
    paper_put(&w->paper, "due",
              d->due_original != INSTANT_NONE ? paper_instant_words(req, d->due_original)
                                              : "........");
    paper_put_instant(req, &w->paper, "reappointed", d->due_reappointed);
    paper_put(&w->paper, "competent_name", competent ? competent : "........");
    return fill_moves(w) && fill_holds(w) && fill_opinions(w);
}

static bool (*const fillers[PAPER_KIND_COUNT])(struct dossier_paper *w) = {
    [PAPER_SUPPLEMENT] = fill_supplement,
    [PAPER_REFUSAL] = fill_refusal,
    [PAPER_STOP] = fill_stop,
    [PAPER_CONTROL] = fill_control,
};

/* ---- steps ---- */

static enum step_result paper_send(struct request *req)
{
    struct dossier_paper *w = container_of(req, struct dossier_paper, base);
    const char *word = http_request_param(req->http, "paper");
    int kind = 0;

    w->code = http_request_param(req->http, "code");
    while (kind < PAPER_KIND_COUNT && (!fillers[kind] || strcmp(paper_rows[kind].kind, word) != 0))
        kind++;
    if (kind == PAPER_KIND_COUNT) {
        (void)error_set(&req->error, ERR_ITEM_UNKNOWN, arg_text("value", word));
        return request_fail(req);
    }
    w->kind = (enum paper_kind)kind;
    if (!codec_decode_pairs(&message_paper_query, req->http->query, req->http->n_query, req->arena,
                            &w->in, &req->error) ||
        !snapshot_send(req, SLOT_EVENTS, w->code) || !persons_send(req, SLOT_PERSONS, w->code) ||
        !remarks_send(req, SLOT_REMARKS, w->code))
        return request_fail(req);
    return request_wait(req, 1);
}

/* The event it is drawn up at. Errors: PAPER_MISSING {dossier} {form}. */
static bool find_occasion(struct dossier_paper *w, int64_t *ret_at)
{
    struct request *req = &w->base;
    int64_t n = w->in.number == INTEGER_NONE ? 0 : w->in.number;

    *ret_at = w->snapshot.dossier.received_at;
    if (w->kind != PAPER_CONTROL) {
        w->occasion = occasion_find(&w->snapshot, w->kind, n, &w->number);
        *ret_at = w->occasion ? w->occasion->at : INSTANT_NONE;
    }
    return *ret_at != INSTANT_NONE ||
           error_set(&req->error, ERR_PAPER_MISSING, arg_text("dossier", w->code),
                     arg_text("form", paper_rows[w->kind].label[req->lang]));
}

/* Whose template prints it: the one-stop unit's what it hands out, the agency's the rest. */
static const struct office_ref *issuer(const struct dossier_paper *w)
{
    const struct dossier *d = &w->snapshot.dossier;
    const struct dossier_hold *hold = w->occasion ? hold_begun(d, w->occasion->at) : NULL;
    bool is_agency =
        w->kind == PAPER_STOP ||
        (w->kind == PAPER_REFUSAL && w->occasion && w->occasion->action == ACTION_DECIDE) ||
        (w->kind == PAPER_SUPPLEMENT && hold && !hold->is_at_counter);

    return reference_office(w->base.reference,
                            is_agency ? d->competent_office : d->supervising_office);
}

static enum step_result paper_fill(struct request *req)
{
    struct dossier_paper *w = container_of(req, struct dossier_paper, base);
    int64_t at;

    if (!snapshot_read_visible(req, SLOT_EVENTS, w->code, &w->snapshot) ||
        !view_person_require_open(req, w->code) || !persons_read(req, SLOT_PERSONS, &w->persons) ||
        !find_occasion(w, &at))
        return request_fail(req);
    paper_init(&w->paper, at);
    if (!paper_choose_form(req, &w->paper, w->kind, issuer(w), instant_date(at, req->zone_s)) ||
        !fillers[w->kind](w))
        return request_fail(req);
    w->paper.request.qr_text = arena_printf(
        req->arena, "%s/#/tra-cuu/%s/%s", req->app->public_url, w->snapshot.dossier.code,
        view_secret(req, w->snapshot.dossier.id, w->snapshot.dossier.secrets_renewed));
    if (w->kind != PAPER_CONTROL) /* which tells of today, and goes with the dossier */
        paper_keep(&w->paper, w->snapshot.dossier.id, w->kind, w->number, issuer(w));
    paper_number(req, &w->paper, w->kind, issuer(w));
    return paper_draw(req, &w->paper, 2);
}

static enum step_result paper_done(struct request *req)
{
    struct dossier_paper *w = container_of(req, struct dossier_paper, base);

    return paper_reply(req, &w->paper, paper_rows[w->kind].file);
}

static const struct step paper_steps[] = {
    {"send", paper_send}, {"draw", paper_fill}, {"reply", paper_done}};
const struct use_case use_case_dossier_paper = {"paper", sizeof(struct dossier_paper), paper_steps,
                                                false, 0};
