/* See person_find.h. The number travels in the body, never in an address; whoever asks finds
 * persons of dossiers that he may read, nobody else, and each is logged like any other reading. */
#include "flow/person_find.h"

#include <string.h>

#include "base/digest.h"
#include "base/text.h"
#include "flow/app.h"
#include "flow/offices.h"
#include "flow/view_person.h"
#include "wire/message.h"

#define FOUND_MAX 5  /* persons with one number: a family's telephone */
#define OPEN_MAX  20 /* dossiers of them */

enum { FIND_PARSE, FIND_SEND, FIND_OPEN, FIND_REPLY };
enum { SLOT_PERSONS, SLOT_OPEN };
enum { P_ID, P_KIND, P_NAME, P_IDENTITY, P_PHONE, P_ADDRESS, P_EMAIL, P_DOSSIER, P_RECEIVED_ON };
enum { O_PERSON, O_ID, O_CODE, O_CASE, O_STATE, O_RECEIVED_AT, O_DUE_AT };

struct person_find {
    struct request base;
    struct wire_person_find in;
    const int64_t *offices;
    int n_offices;
    bool is_all;
};

static enum step_result find_parse(struct request *req)
{
    struct person_find *f = container_of(req, struct person_find, base);

    if (!request_json(req) || !wire_person_find_decode(req->json, req->arena, &f->in, &req->error))
        return request_fail(req);
    if (!!f->in.identity + !!f->in.phone != 1) {
        error_set(&req->error, ERR_PERSON_FIND_ONE, arg_text("field", "identity"));
        return request_fail(req);
    }
    return request_wait(req, FIND_SEND);
}

static enum step_result find_send(struct request *req)
{
    struct person_find *f = container_of(req, struct person_find, base);
    unsigned char indexes[2 * SEAL_KEYS_MAX][DIGEST_LEN];
    const char *number = f->in.identity ? f->in.identity : f->in.phone;
    const char *other = f->in.identity ? NULL : text_phone_other(req->arena, number);
    struct db_params p;
    bool sent;
    int n;

    f->offices = offices_readable(req, GRANT_READ_DOSSIER, NULL, &f->n_offices, &f->is_all);
    if (!f->offices)
        return request_fail(req);
    n = seal_blind_indexes(req->app->seal, number, indexes);
    if (other)
        n += seal_blind_indexes(req->app->seal, other, indexes + n);
    db_params_init(&p);
    db_put_pieces(&p, indexes, (size_t)n * DIGEST_LEN, DIGEST_LEN);
    offices_put(&p, f->offices, f->n_offices, f->is_all);
    db_put_int4(&p, FOUND_MAX);
    sent = request_query(req, SLOT_PERSONS, DB_LANE_READ, DB_PERSON_AGAIN, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, FIND_OPEN) : request_fail(req);
}

static enum step_result find_open(struct request *req)
{
    struct person_find *f = container_of(req, struct person_find, base);
    const struct db_result *r = &request_result(req, SLOT_PERSONS)->result;
    int64_t ids[FOUND_MAX] = {0};
    struct db_params p;
    bool sent;

    for (int i = 0; i < db_rows(r); i++) {
        ids[i] = db_int(r, i, P_ID);
        if (!request_show(req, db_int(r, i, P_DOSSIER)))
            return request_fail(req);
    }
    req->shown_person = ids[0];
    db_params_init(&p);
    db_put_int8_array(&p, ids, db_rows(r));
    offices_put(&p, f->offices, f->n_offices, f->is_all);
    db_put_int4(&p, OPEN_MAX);
    sent = request_query(req, SLOT_OPEN, DB_LANE_READ, DB_PERSON_OPEN, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, FIND_REPLY) : request_fail(req);
}

static bool read_person(struct request *req, const struct db_result *r, int i,
                        struct wire_person *w)
{
    const enum mask_place at = MASK_DETAIL;

    wire_person_init(w);
    w->kind = words_find(&words_person_kind, db_text_or_empty(r, i, P_KIND));
    w->name = view_person_name(req, at, arena_strdup(req->arena, db_text_or_empty(r, i, P_NAME)));
    if (!sealed_read(req, r, i, P_IDENTITY, &w->identity) ||
        !sealed_read(req, r, i, P_PHONE, &w->phone) ||
        !sealed_read(req, r, i, P_ADDRESS, &w->address) ||
        !sealed_read(req, r, i, P_EMAIL, &w->email))
        return false;
    w->identity = view_person_value(req, at, MASK_IDENTITY, w->identity);
    w->phone = view_person_value(req, at, MASK_PHONE, w->phone);
    w->address = view_person_value(req, at, MASK_ADDRESS, w->address);
    w->email = view_person_value(req, at, MASK_EMAIL, w->email);
    return true;
}

static bool read_open(struct request *req, const struct db_result *r, int i,
                      struct wire_person_dossier *w)
{
    const struct procedure_case *c = reference_case(req->reference, db_int(r, i, O_CASE));
    int state = vocabulary_find(&states, db_text_or_empty(r, i, O_STATE));

    wire_person_dossier_init(w);
    w->code = arena_strdup(req->arena, db_text_or_empty(r, i, O_CODE));
    w->procedure = c ? c->procedure_key : NULL;
    w->procedure_name = c ? c->procedure_name : NULL;
    w->state = state < 0 ? 0 : state;
    w->received_at = db_instant(r, i, O_RECEIVED_AT);
    w->due_at = db_instant(r, i, O_DUE_AT);
    return request_show(req, db_int(r, i, O_ID));
}

static enum step_result find_reply(struct request *req)
{
    const struct db_result *r = &request_result(req, SLOT_PERSONS)->result;
    const struct db_result *o = &request_result(req, SLOT_OPEN)->result;
    int n = db_rows(r);
    struct wire_person_found *items = arena_array(req->arena, (size_t)n + 1, sizeof *items);
    struct wire_person *persons = arena_array(req->arena, (size_t)n + 1, sizeof *persons);
    struct wire_person_dossier *open =
        arena_array(req->arena, (size_t)db_rows(o) + 1, sizeof *open);
    struct wire_person_found_list out;
    size_t used = 0;

    if (!items || !persons || !open) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "persons"));
        return request_fail(req);
    }
    for (int i = 0; i < n; i++) {
        struct wire_person_found *w = &items[i];

        wire_person_found_init(w);
        if (!read_person(req, r, i, &persons[i]))
            return request_fail(req);
        w->person = &persons[i];
        w->last_on = db_is_null(r, i, P_RECEIVED_ON) ? DATE_NONE : db_date(r, i, P_RECEIVED_ON);
        w->open = &open[used];
        for (int k = 0; k < db_rows(o); k++)
            if (db_int(o, k, O_PERSON) == db_int(r, i, P_ID)) {
                if (!read_open(req, o, k, &open[used++]))
                    return request_fail(req);
                w->n_open++;
            }
    }
    wire_person_found_list_init(&out);
    out.items = items;
    out.n_items = (size_t)n;
    if (!wire_person_found_list_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step find_steps[] = {
    [FIND_PARSE] = {"parse", find_parse},
    [FIND_SEND] = {"send", find_send},
    [FIND_OPEN] = {"open", find_open},
    [FIND_REPLY] = {"reply", find_reply},
};
const struct use_case use_case_person_find = {"person find", sizeof(struct person_find), find_steps,
                                              false, 0};
