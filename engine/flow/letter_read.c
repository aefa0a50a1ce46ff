/* Reading letters: the list, and the paper: kept bytes once it is final, a draft with its watermark
 * before. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "flow/app.h"
#include "flow/asked.h"
#include "flow/blob.h"
#include "flow/letter_file.h"
#include "flow/letters.h"
#include "flow/offices.h"
#include "flow/view.h"
#include "flow/view_person.h"

/* ---- the list ---- */

struct letter_list {
    struct request base;
    struct wire_letter_query in;
    int64_t limit;
};

static enum step_result list_parse(struct request *req)
{
    struct letter_list *l = container_of(req, struct letter_list, base);

    if (!codec_decode_pairs(&message_letter_query, req->http->query, req->http->n_query, req->arena,
                            &l->in, &req->error))
        return request_fail(req);
    return request_wait(req, 1);
}

static enum step_result list_send(struct request *req)
{
    struct letter_list *l = container_of(req, struct letter_list, base);
    int64_t before = INT64_MAX;
    struct db_params p;
    bool sent, is_all;
    int n;
    const int64_t *offices = offices_readable(req, GRANT_READ_DOSSIER, l->in.office, &n, &is_all);

    if (!offices || !asked_after(req, l->in.after, (int64_t *[]){&before}, 1))
        return request_fail(req);
    l->limit = l->in.limit == INTEGER_NONE ? LIST_ITEMS_DEFAULT : l->in.limit;
    db_params_init(&p);
    db_put_text(&p, l->in.state == WORD_NONE ? NULL : vocabulary_word(&letter_states, l->in.state));
    offices_put(&p, offices, n, is_all);
    db_put_text(&p, l->in.dossier);
    db_put_int8(&p, before);
    db_put_int4(&p, (int32_t)l->limit + 1);
    db_put_text(&p,
                l->in.timing == WORD_NONE ? NULL : vocabulary_word(&letter_timings, l->in.timing));
    db_put_bool(&p, !l->in.office); /* who asks for an office asks for what it writes */
    sent = request_query(req, 0, DB_LANE_READ, DB_LETTER_LIST, &p) &&
           (!l->in.count || request_query(req, 1, DB_LANE_READ, DB_LETTER_COUNT, &p));
    db_params_deinit(&p);
    return sent ? request_wait(req, 2) : request_fail(req);
}

static void read_row(struct request *req, const struct db_result *r, int i, struct wire_letter *l)
{
    const struct procedure_case *c = reference_case(req->reference, db_int(r, i, 17));
    const char *author = view_office_key(req, db_int(r, i, 5));

    wire_letter_init(l);
    l->id = db_int(r, i, 0);
    l->dossier = db_text_or_empty(r, i, 1);
    l->trigger = db_text_or_empty(r, i, 2);
    l->state = vocabulary_find(&letter_states, db_text_or_empty(r, i, 3));
    l->timing = vocabulary_find(&letter_timings, db_text_or_empty(r, i, 4));
    l->author_office = author ? author : "-";
    l->author_office_name = author ? view_office_name(req, db_int(r, i, 5)) : "-";
    if (!db_is_null(r, i, 6))
        l->number = arena_printf(req->arena, "%02lld/%s", (long long)db_int(r, i, 6),
                                 db_text_or_empty(r, i, 7));
    l->due_at = db_instant(r, i, 8);
    l->reappointed_at = db_instant(r, i, 9);
    l->latest_at = db_instant(r, i, 10);
    l->drafted_at = db_instant(r, i, 19);
    l->signed_at = db_instant(r, i, 11);
    l->numbered_at = db_instant(r, i, 12);
    l->issued_at = db_instant(r, i, 13);
    l->verdict = vocabulary_find(&cause_verdicts, db_text_or_empty(r, i, 14));
    l->version = db_int(r, i, 15);
    l->applicant_name = view_person_value(req, MASK_LIST, MASK_NAME, db_text(r, i, 16));
    l->procedure_name = c ? c->procedure_name : NULL;
    l->document = arena_printf(req->arena, "/api/v1/letters/%lld/document", (long long)l->id);
    if (!db_is_null(r, i, 18) && !db_is_null(r, i, 6))
        l->public_document = arena_printf(req->arena, "/public/documents/%s", db_text(r, i, 18));
}

static enum step_result list_reply(struct request *req)
{
    struct letter_list *l = container_of(req, struct letter_list, base);
    const struct db_result *r = &request_result(req, 0)->result;
    int n = db_rows(r);
    struct wire_letter *items = arena_array(req->arena, (size_t)n + 1, sizeof *items);
    struct wire_letter_list out;

    if (!items) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "letters"));
        return request_fail(req);
    }
    wire_letter_list_init(&out);
    if (n > l->limit) {
        n = (int)l->limit;
        out.next = arena_printf(req->arena, "%lld", (long long)db_int(r, n - 1, 0));
    }
    for (int i = 0; i < n; i++) {
        read_row(req, r, i, &items[i]);
        if (!request_show(req, db_int(r, i, 20)))
            return request_fail(req);
    }
    out.items = items;
    out.n_items = (size_t)n;
    if (l->in.count)
        out.count = db_int(&request_result(req, 1)->result, 0, 0);
    if (!wire_letter_list_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step list_steps[] = {
    {"parse", list_parse}, {"send", list_send}, {"reply", list_reply}};
const struct use_case use_case_letters = {"letters", sizeof(struct letter_list), list_steps, false,
                                          0};

/* ---- the paper ---- */

struct letter_document {
    struct request base;
    int64_t id;
    struct letter_file file;
    struct snapshot snapshot;
};

enum { PAPER_PARSE, PAPER_LOAD, PAPER_CHOOSE, PAPER_DRAWN, PAPER_KEPT, PAPER_BLOB };
enum { SLOT_LETTER, SLOT_EVENTS, SLOT_PERSON, SLOT_BLOB, SLOT_BLOB_AGAIN };

static enum step_result paper_parse(struct request *req)
{
    struct letter_document *l = container_of(req, struct letter_document, base);

    if (req->exchange)
        l->id = asked_id(req, "id");
    return letter_file_send(req, SLOT_LETTER, l->id) ? request_wait(req, PAPER_LOAD)
                                                     : request_fail(req);
}

static enum step_result paper_load(struct request *req)
{
    struct letter_document *l = container_of(req, struct letter_document, base);
    const char *asked = req->exchange ? http_request_param(req->http, "id") : "-";

    if (!letter_file_read(req, SLOT_LETTER, asked, &l->file) ||
        !snapshot_send(req, SLOT_EVENTS, l->file.code) ||
        !letter_file_person_send(req, SLOT_PERSON, &l->file))
        return request_fail(req);
    return request_wait(req, PAPER_CHOOSE);
}

static enum step_result paper_choose(struct request *req)
{
    struct letter_document *l = container_of(req, struct letter_document, base);

    /* Inside the daemon nobody asks. */
    if (req->exchange && (!snapshot_read_visible(req, SLOT_EVENTS, l->file.code, &l->snapshot) ||
                          !view_person_require_open(req, l->file.code)))
        return request_fail(req);
    if (!letter_file_person_read(req, SLOT_PERSON, &l->file))
        return request_fail(req);
    if (l->file.has_blob)
        return blob_get_send(req, SLOT_BLOB, l->file.blob) ? request_wait(req, PAPER_BLOB)
                                                           : request_fail(req);
    return letter_file_draw(req, &l->file, l->file.number, l->file.numbered_at)
               ? request_wait(req, PAPER_DRAWN)
               : request_fail(req);
}

static enum step_result send_pdf(struct request *req, const struct letter_document *l)
{
    request_field(req, "Content-Disposition",
                  arena_printf(req->arena, "inline; filename=\"phieu-xin-loi-%lld.pdf\"",
                               (long long)l->file.id));
    req->status = 200;
    req->content_type = "application/pdf";
    return STEP_DONE;
}

static enum step_result paper_drawn(struct request *req)
{
    struct letter_document *l = container_of(req, struct letter_document, base);

    if (!letter_file_drawn(req, &l->file))
        return request_fail(req);
    /* Numbered, but its daemon died before the paper was kept: keep it now. */
    if (l->file.number && !letter_file_keep(req, SLOT_BLOB, &l->file)) {
        buffer_deinit(&l->file.job.result);
        return request_fail(req);
    }
    req->body = l->file.job.result;
    l->file.job.result = (struct buffer){0};
    return request_wait(req, PAPER_KEPT);
}

static enum step_result paper_kept(struct request *req)
{
    return send_pdf(req, container_of(req, struct letter_document, base));
}

static enum step_result paper_blob(struct request *req)
{
    return blob_get_take(req, SLOT_BLOB, &req->body)
               ? send_pdf(req, container_of(req, struct letter_document, base))
               : request_fail(req);
}

static const struct step paper_steps[] = {
    [PAPER_PARSE] = {"parse", paper_parse},    [PAPER_LOAD] = {"load", paper_load},
    [PAPER_CHOOSE] = {"choose", paper_choose}, [PAPER_DRAWN] = {"drawn", paper_drawn},
    [PAPER_KEPT] = {"kept", paper_kept},       [PAPER_BLOB] = {"blob", paper_blob},
};
const struct use_case use_case_letter_document = {"letter paper", sizeof(struct letter_document),
                                                  paper_steps, false, 0};

/* ---- papers a killed daemon still owes ---- */

struct missing {
    struct app *app;
    struct db_call call;
};

static void prepare_paper(struct request *req, void *data)
{
    container_of(req, struct letter_document, base)->id = *(const int64_t *)data;
}

static void missing_read(struct db_call *call)
{
    struct missing *m = call->data;

    for (int i = 0; call->error.code == ERR_NONE && i < db_rows(&call->result); i++) {
        int64_t id = db_int(&call->result, i, 0);

        log_event(LOG_INFO, "letter_drawn_again", arg_number("letter", id));
        request_start(m->app, &use_case_letter_document, NULL, NULL, prepare_paper, NULL, &id);
    }
    if (call->error.code != ERR_NONE)
        log_error(LOG_WARN, "letters_print_missing", &call->error);
    db_call_deinit(call);
    free(m);
}

void letters_print_missing(struct app *app)
{
    struct missing *m = calloc(1, sizeof *m);
    struct error err;
    struct db_params p;

    if (!m)
        return;
    m->app = app;
    m->call.done = missing_read;
    m->call.data = m;
    db_params_init(&p);
    db_put_int4(&p, 100);
    if (!db_query(app->db, DB_LANE_JOB, DB_LETTER_UNPRINTED, &p, &m->call, &err))
        free(m);
    db_params_deinit(&p);
}
