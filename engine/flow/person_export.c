/* See person_export.h. The number stands in the body, never in an address, and the export is logged
 * like any other reading. Found by exact number or by a dossier's code; of dossiers at the offices
 * that whoever asks answers for. */
#include "flow/person_export.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "flow/app.h"
#include "flow/offices.h"
#include "flow/snapshot.h"
#include "wire/message.h"

#define PERSONS_MAX 20 /* with the same number */

enum { EXPORT_PARSE, EXPORT_FIND, EXPORT_READ, EXPORT_REPLY };
enum { SLOT_FIND, SLOT_VERSIONS, SLOT_REST };

struct person_export {
    struct request base;
    struct wire_person_export_request in;
    const int64_t *offices;
    int n_offices;
    bool is_all;
};

static struct person_export *export_of(struct request *req)
{
    return container_of(req, struct person_export, base);
}

static enum step_result export_parse(struct request *req)
{
    struct person_export *e = export_of(req);

    if (!request_json(req) ||
        !wire_person_export_request_decode(req->json, req->arena, &e->in, &req->error))
        return request_fail(req);
    if (!!e->in.identity + !!e->in.phone + !!e->in.dossier != 1) {
        error_set(&req->error, ERR_PERSON_EXPORT_ONE, arg_text("field", "identity"));
        return request_fail(req);
    }
    return request_wait(req, EXPORT_FIND);
}

static enum step_result export_find(struct request *req)
{
    struct person_export *e = export_of(req);
    const char *number = e->in.identity ? e->in.identity : e->in.phone;
    unsigned char indexes[SEAL_KEYS_MAX][DIGEST_LEN];
    struct db_params p;
    bool sent;
    int n;

    e->offices = offices_readable(req, GRANT_EXPORT_PERSON, NULL, &e->n_offices, &e->is_all);
    if (!e->offices)
        return request_fail(req);
    db_params_init(&p);
    if (number) {
        n = seal_blind_indexes(req->app->seal, number, indexes);
        db_put_pieces(&p, indexes, (size_t)n * DIGEST_LEN, DIGEST_LEN);
    } else {
        db_put_null(&p);
    }
    db_put_text(&p, e->in.dossier);
    offices_put(&p, e->offices, e->n_offices, e->is_all);
    sent = request_query(req, SLOT_FIND, DB_LANE_READ, DB_PERSON_EXPORT_FIND, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, EXPORT_READ) : request_fail(req);
}

static enum step_result export_read(struct request *req)
{
    struct person_export *e = export_of(req);
    const struct db_result *r = &request_result(req, SLOT_FIND)->result;
    int64_t ids[PERSONS_MAX] = {0};
    struct db_params p;
    bool sent;
    int n = db_rows(r);

    if (n == 0 || n > PERSONS_MAX) {
        /* The number is not repeated: it would stand in the log. */
        if (n)
            error_set(&req->error, ERR_PERSON_EXPORT_MANY, arg_number("limit", PERSONS_MAX));
        else
            error_set(&req->error, ERR_PERSON_UNKNOWN,
                      arg_text("field", e->in.identity ? "identity"
                                        : e->in.phone  ? "phone"
                                                       : "dossier"));
        return request_fail(req);
    }
    for (int i = 0; i < n; i++)
        ids[i] = db_int(r, i, 0);
    req->shown_person = ids[0];
    db_params_init(&p);
    db_put_int8_array(&p, ids, n);
    sent = request_query(req, SLOT_VERSIONS, DB_LANE_READ, DB_PERSON_EXPORT_VERSIONS, &p);
    offices_put(&p, e->offices, e->n_offices, e->is_all);
    sent = sent && request_query(req, SLOT_REST, DB_LANE_READ, DB_PERSON_EXPORT, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, EXPORT_REPLY) : request_fail(req);
}

/* Every dossier that the reply speaks of, for the log of reads. */
static bool show(struct request *req)
{
    const char *p = db_text_or_empty(&request_result(req, SLOT_REST)->result, 0, 7);
    char *end;

    for (int64_t id = strtoll(p, &end, 10); end != p; id = strtoll(p, &end, 10)) {
        if (!request_show(req, id))
            return false;
        p = end;
    }
    return true;
}

static bool read_versions(struct request *req, struct wire_person_version *items, int n)
{
    const struct db_result *r = &request_result(req, SLOT_VERSIONS)->result;

    for (int i = 0; i < n; i++) {
        struct wire_person_version *w = &items[i];

        wire_person_version_init(w);
        w->person = db_int(r, i, 0);
        w->version = db_int(r, i, 1);
        w->kind = words_find(&words_person_kind, db_text_or_empty(r, i, 2));
        w->name = arena_strdup(req->arena, db_text_or_empty(r, i, 3));
        w->recorded_at = db_instant(r, i, 8);
        w->forgotten_at = db_instant(r, i, 9);
        if (!w->name || !*w->name)
            w->name = "-";
        if (!sealed_read(req, r, i, 4, &w->identity) || !sealed_read(req, r, i, 5, &w->phone) ||
            !sealed_read(req, r, i, 6, &w->address) || !sealed_read(req, r, i, 7, &w->email))
            return false;
    }
    return true;
}

static enum step_result export_reply(struct request *req)
{
    const struct db_result *r = &request_result(req, SLOT_REST)->result;
    const struct db_result *v = &request_result(req, SLOT_VERSIONS)->result;
    struct wire_person_version *items =
        arena_array(req->arena, (size_t)db_rows(v) + 1, sizeof *items);
    struct wire_person_export out;

    if (!items) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "export"));
        return request_fail(req);
    }
    if (!show(req) || !read_versions(req, items, db_rows(v)))
        return request_fail(req);
    wire_person_export_init(&out);
    out.versions = items;
    out.n_versions = (size_t)db_rows(v);
    out.dossiers = db_text_or_empty(r, 0, 0);
    out.remarks = db_text_or_empty(r, 0, 1);
    out.letters = db_text_or_empty(r, 0, 2);
    out.papers = db_text_or_empty(r, 0, 3);
    out.attachments = db_text_or_empty(r, 0, 4);
    out.messages = db_text_or_empty(r, 0, 5);
    out.reads = db_text_or_empty(r, 0, 6);
    out.made_at = clock_real();
    if (!wire_person_export_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step export_steps[] = {
    [EXPORT_PARSE] = {"parse", export_parse},
    [EXPORT_FIND] = {"find", export_find},
    [EXPORT_READ] = {"read", export_read},
    [EXPORT_REPLY] = {"reply", export_reply},
};
const struct use_case use_case_person_export = {"person export", sizeof(struct person_export),
                                                export_steps, false, 32u << 20};
