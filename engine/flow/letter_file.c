/* See letter_file.h. */
#include "flow/letter_file.h"

#include <stdlib.h>
#include <string.h>

#include "document/request.h"
#include "flow/app.h"
#include "flow/blob.h"

bool letter_file_send(struct request *req, int slot, int64_t id)
{
    struct db_params p;
    bool sent;

    db_params_init(&p);
    db_put_int8(&p, id);
    sent = request_query(req, slot, DB_LANE_READ, DB_LETTER_FIND, &p);
    db_params_deinit(&p);
    return sent;
}

bool letter_file_read(struct request *req, int slot, const char *asked, struct letter_file *ret)
{
    const struct db_result *r = &request_result(req, slot)->result;
    const void *blob;
    size_t len;
    int i;

    if (db_rows(r) == 0)
        return error_set(&req->error, ERR_LETTER_UNKNOWN, arg_text("letter", asked));
    ret->id = db_int(r, 0, 0);
    ret->dossier_id = db_int(r, 0, 1);
    ret->code = arena_strdup(req->arena, db_text_or_empty(r, 0, 2));
    ret->state = arena_strdup(req->arena, db_text_or_empty(r, 0, 4));
    ret->author_office = db_int(r, 0, 5);
    ret->form = arena_strdup(req->arena, db_text_or_empty(r, 0, 6));
    i = vocabulary_find(&letter_triggers, db_text_or_empty(r, 0, 3));
    ret->trigger = i < 0 ? LETTER_TRIGGER_LATENESS : (enum letter_trigger)i;
    ret->data = arena_strdup(req->arena, db_text_or_empty(r, 0, 7));
    ret->number = db_int(r, 0, 9);
    ret->numbered_at = db_instant(r, 0, 12);
    ret->public_token = arena_strdup(req->arena, db_text_or_empty(r, 0, 14));
    ret->register_office = db_int(r, 0, 18);
    ret->template_text = arena_strdup(req->arena, db_text(r, 0, 19));
    ret->signer = db_int(r, 0, 20);
    blob = db_bytes(r, 0, 13, &len);
    ret->has_blob = blob && len == sizeof ret->blob;
    if (ret->has_blob)
        memcpy(ret->blob, blob, len);
    return ret->data || error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "letter"));
}

/* One of the frozen values, NULL when it is not there. */
static const char *frozen(struct request *req, const struct letter_file *f, const char *key)
{
    struct document_request paper;
    struct error ignored; /* no readable data, no applicant: drawing it will say why */

    if (!request_decode(req->arena, f->data, strlen(f->data), &paper, &ignored))
        return NULL;
    for (size_t i = 0; i < paper.n_values; i++)
        if (!strcmp(paper.values[i].key, key))
            return paper.values[i].text;
    return NULL;
}

bool letter_file_person_send(struct request *req, int slot, struct letter_file *f)
{
    const char *issuing = frozen(req, f, "issuing_office");
    struct db_params p;
    bool sent;

    f->issuing_office = issuing ? strtoll(issuing, NULL, 10) : f->author_office;
    db_params_init(&p);
    db_put_int8(&p, f->id);
    sent = request_query(req, slot, DB_LANE_READ, DB_LETTER_PERSONS, &p);
    db_params_deinit(&p);
    return sent;
}

bool letter_file_revisions_send(struct request *req, int slot, int64_t id)
{
    struct db_params p;
    bool sent;

    db_params_init(&p);
    db_put_int8(&p, id);
    sent = request_query(req, slot, DB_LANE_READ, DB_LETTER_REVISIONS, &p);
    db_params_deinit(&p);
    return sent;
}

bool letter_file_revisions_read(struct request *req, int slot,
                                const struct wire_paper_signature **ret, size_t *ret_n)
{
    const struct db_result *r = &request_result(req, slot)->result;
    int n = db_rows(r);
    struct wire_paper_signature *list = arena_array(req->arena, (size_t)n + 1, sizeof *list);

    if (!list)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "signatures"));
    for (int i = 0; i < n; i++) {
        wire_paper_signature_init(&list[i]);
        list[i].way = words_find(&words_signature_way, db_text_or_empty(r, i, 2));
        list[i].subject = arena_strdup(req->arena, db_text_or_empty(r, i, 3));
        list[i].issuer = arena_strdup(req->arena, db_text_or_empty(r, i, 4));
        list[i].serial = arena_strdup(req->arena, db_text_or_empty(r, i, 5));
        list[i].is_trusted = db_bool(r, i, 6);
        list[i].signed_at = db_instant(r, i, 7);
    }
    *ret = list;
    *ret_n = (size_t)n;
    return true;
}

static bool open_sealed(struct request *req, const struct db_result *r, int row, int column,
                        const char **ret)
{
    size_t len;
    const unsigned char *bytes = db_bytes(r, row, column, &len);
    char *text;

    if (!bytes)
        return true;
    if (!seal_open(req->app->seal, req->arena, bytes, len, &text, &req->error))
        return false;
    *ret = text;
    return true;
}

/* The names of rows from..n as one text: "A, B, C". */
static const char *names_of(struct request *req, const struct db_result *r, int from)
{
    struct buffer b = {0};
    const char *text;

    for (int i = from; i < db_rows(r); i++)
        buffer_printf(&b, "%s%s", b.len ? ", " : "", db_text_or_empty(r, i, 2));
    text = b.len && !b.is_failed ? arena_strndup(req->arena, b.data, b.len) : NULL;
    buffer_deinit(&b);
    return text;
}

static bool read_addressees(struct request *req, const struct db_result *r, int from,
                            struct letter_file *f)
{
    int n = db_rows(r) - from;

    f->addressees = arena_array(req->arena, (size_t)n + 1, sizeof *f->addressees);
    if (!f->addressees)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "letter"));
    for (int i = 0; i < n; i++) {
        struct wire_letter_addressee *a = &f->addressees[i];

        wire_letter_addressee_init(a);
        a->number = db_int(r, from + i, 0);
        a->name = arena_strdup(req->arena, db_text_or_empty(r, from + i, 2));
        a->delivery = words_find(&words_delivery, db_text_or_empty(r, from + i, 5));
        a->state = words_find(&words_addressee_state, db_text_or_empty(r, from + i, 6));
        a->changed_at = db_instant(r, from + i, 7);
    }
    f->n_addressees = (size_t)n;
    return true;
}

bool letter_file_person_read(struct request *req, int slot, struct letter_file *f)
{
    const struct db_result *r = &request_result(req, slot)->result;
    int from = r->pg && db_rows(r) > 1 ? 1 : 0; /* nobody entered: the applicant */
    const char *kind;

    f->applicant_kind = "person";
    f->applicant_name = "người nộp hồ sơ";
    if (!r->pg || db_rows(r) == 0)
        return true;
    kind = db_text_or_empty(r, from, 1);
    if (db_rows(r) - from > 1)
        f->applicant_kind = "group";
    else if (!strcmp(kind, "organisation") || !strcmp(kind, "man") || !strcmp(kind, "woman"))
        f->applicant_kind = arena_strdup(req->arena, kind);
    f->applicant_name = names_of(req, r, from);
    if (strcmp(f->applicant_name ? f->applicant_name : "", db_text_or_empty(r, 0, 2)) != 0)
        f->owner_name = arena_strdup(req->arena, db_text_or_empty(r, 0, 2));
    return open_sealed(req, r, from, 3, &f->phone) && open_sealed(req, r, from, 4, &f->address) &&
           (from == 0 || read_addressees(req, r, from, f));
}

bool letter_file_draw(struct request *req, struct letter_file *f, int64_t number,
                      int64_t numbered_at)
{
    struct letter_paper paper = {
        .data = f->data,
        .applicant_kind = f->applicant_kind,
        .applicant_name = f->applicant_name,
        .address = f->address,
        .phone = f->phone,
        .owner_name = f->owner_name,
        .number = number,
        .numbered_at = numbered_at,
        .is_draft = number == 0,
        .template_text = f->template_text,
    };

    memset(&f->job, 0, sizeof f->job);
    if (!letter_request(req->arena, &paper, req->zone_s, &f->job.request, &req->error) ||
        !renderer_draw_for(req, &f->job)) {
        buffer_deinit(&f->job.request);
        return false;
    }
    return true;
}

bool letter_file_drawn(struct request *req, struct letter_file *f)
{
    if (f->job.error.code == ERR_NONE)
        return true;
    buffer_deinit(&f->job.result);
    req->error = f->job.error;
    return false;
}

bool letter_file_keep(struct request *req, int slot, struct letter_file *f)
{
    struct db_params p;
    bool sent;

    if (!blob_put_send(req, slot, f->job.result.data, f->job.result.len, "application/pdf",
                       f->blob))
        return false;
    /* The job lane is one connection: the reference follows the paper. */
    db_params_init(&p);
    db_put_int8(&p, f->id);
    db_put_bytes(&p, f->blob, sizeof f->blob);
    sent = request_query(req, slot + 1, DB_LANE_JOB, DB_LETTER_SET_BLOB, &p);
    db_params_deinit(&p);
    return sent;
}
