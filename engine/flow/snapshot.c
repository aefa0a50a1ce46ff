/* Loading a dossier: one query by primary key, one fold. */
#include "flow/snapshot.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "flow/app.h"
#include "flow/known_codes.h"

static bool send_text(struct request *req, int slot, enum db_query query, const char *code)
{
    struct db_params p;
    bool sent;

    db_params_init(&p);
    db_put_text(&p, code);
    sent = request_query(req, slot, DB_LANE_READ, query, &p);
    db_params_deinit(&p);
    return sent;
}

/* By the number of the dossier where it is known, which spares the database the look-up. */
static bool send_of(struct request *req, int slot, enum db_query by_code, enum db_query by_id,
                    const char *code)
{
    struct db_params p;
    struct db_stats stats;
    int64_t id;
    bool sent;

    db_stats(req->app->db, DB_LANE_READ, &stats);
    id = known_codes_find(req->app->known_codes, stats.reconnects, code);
    if (!id)
        return send_text(req, slot, by_code, code);
    db_params_init(&p);
    db_put_int8(&p, id);
    sent = request_query(req, slot, DB_LANE_READ, by_id, &p);
    db_params_deinit(&p);
    return sent;
}

bool snapshot_send(struct request *req, int slot, const char *code)
{
    return send_of(req, slot, DB_DOSSIER_EVENTS, DB_DOSSIER_EVENTS_OF, code);
}

bool chain_send(struct request *req, int slot, const char *code)
{
    return send_text(req, slot, DB_DOSSIER_CHAIN, code);
}

/* A clock that is behind shows what is recorded all the same; what it decides is refused. */
static int64_t folded_as_of(const struct request *req, const struct history *h)
{
    int64_t newest = h->events[h->n - 1].recorded_at;

    return newest > req->now ? newest : req->now;
}

/* The rows of the events by their number. They mostly come so, but nothing in the statement makes
 * them: sorting there costs more than all of this. */
static int *rows_in_order(struct arena *arena, const struct db_result *r, int n)
{
    int *ret = arena_array(arena, (size_t)n, sizeof *ret);

    for (int i = 0; ret && i < n; i++) {
        int64_t seq = db_int(r, i, 0);
        int at = i;

        for (; at > 0 && db_int(r, ret[at - 1], 0) > seq; at--)
            ret[at] = ret[at - 1];
        ret[at] = i;
    }
    return ret;
}

bool snapshot_read(struct request *req, int slot, struct snapshot *ret)
{
    const struct db_result *r = &request_result(req, slot)->result;
    int n = db_rows(r);
    int *rows;

    memset(ret, 0, offsetof(struct snapshot, dossier));
    /* The rows may hold what was recorded after this request came: they are looked at as of now. */
    req->now = clock_business();
    if (n == 0) {
        dossier_init(&ret->dossier, 0);
        return true;
    }
    ret->events = event_room(req->arena, n);
    rows = rows_in_order(req->arena, r, n);
    if (!ret->events || !rows)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "events"));
    for (int i = 0; i < n; i++) {
        size_t len;
        const char *bytes = db_bytes(r, rows[i], 1, &len);

        if (!event_decode(req->arena, bytes, len, &ret->events[i], &req->error))
            return false;
    }
    ret->rows = rows;
    ret->n_events = n;
    ret->history = (struct history){ret->events, n};
    ret->exists = true;
    history_fold(&ret->history, folded_as_of(req, &ret->history), INSTANT_FOREVER, &ret->dossier);
    reference_pass_over(req->reference, &ret->dossier);
    known_codes_note(req->app->known_codes, ret->dossier.code, ret->dossier.id);
    return true;
}

bool snapshot_read_visible(struct request *req, int slot, const char *code, struct snapshot *ret)
{
    const struct dossier *d;

    if (!snapshot_read(req, slot, ret))
        return false;
    d = ret->exists ? reference_for_rights(req->reference, req->arena, &ret->dossier) : NULL;
    if (!d ||
        !right_grants(&req->principal, GRANT_READ_DOSSIER, d, 0, reference_within, req->reference))
        return error_set(&req->error, ERR_DOSSIER_UNKNOWN, arg_text("dossier", code));
    return request_show(req, ret->dossier.id);
}

const char *chain_hash(struct request *req, int slot, const struct snapshot *s, int i)
{
    const struct db_result *r = &request_result(req, slot)->result;
    size_t len;
    const void *hash = db_bytes(r, s->rows[i], 2, &len);
    char *ret = arena_raw(req->arena, 2 * len + 1);

    if (ret)
        hex_encode(hash, len, ret);
    else
        (void)error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "hash"));
    return ret;
}

bool remarks_send(struct request *req, int slot, const char *code)
{
    return send_text(req, slot, DB_REMARKS_OF, code);
}

const char *remarks_find(struct request *req, int slot, const struct event *e)
{
    const struct db_result *r = &request_result(req, slot)->result;
    const char *value = event_text(e, EVENT_FIELD_REMARK);
    int64_t id = value ? strtoll(value, NULL, 10) : 0;

    for (int i = 0; id && i < db_rows(r); i++)
        if (db_int(r, i, 0) == id)
            return db_text(r, i, 1);
    return NULL;
}

bool persons_send(struct request *req, int slot, const char *code)
{
    return send_of(req, slot, DB_DOSSIER_PERSONS, DB_DOSSIER_PERSONS_OF, code);
}

bool sealed_read(struct request *req, const struct db_result *r, int row, int column,
                 const char **ret_text)
{
    size_t len;
    const unsigned char *bytes = db_bytes(r, row, column, &len);
    char *text;

    if (!bytes)
        return true;
    if (!seal_open(req->app->seal, req->arena, bytes, len, &text, &req->error))
        return false;
    *ret_text = text;
    return true;
}

static bool read_person(struct request *req, const struct db_result *r, int row,
                        struct wire_person *p)
{
    wire_person_init(p);
    p->kind = words_find(&words_person_kind, db_text_or_empty(r, row, 4));
    p->name = arena_strdup(req->arena, db_text_or_empty(r, row, 5));
    if (!p->name || !*p->name)
        p->name = "-"; /* forgotten */
    return sealed_read(req, r, row, 6, &p->identity) && sealed_read(req, r, row, 7, &p->phone) &&
           sealed_read(req, r, row, 8, &p->address) && sealed_read(req, r, row, 9, &p->email);
}

bool persons_read(struct request *req, int slot, struct snapshot_persons *ret)
{
    const struct db_result *r = &request_result(req, slot)->result;
    int n = db_rows(r);
    struct wire_person *all = arena_array(req->arena, (size_t)n + 1, sizeof *all);

    memset(ret, 0, sizeof *ret);
    if (!all)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "persons"));
    wire_person_init(&all[n]); /* stands for an applicant nobody entered (imported dossiers) */
    all[n].name = "-";
    ret->applicant = &all[n];
    for (int i = 0; i < n; i++) {
        const char *part = db_text_or_empty(r, i, 0);

        if (!read_person(req, r, i, &all[i]))
            return false;
        if (!strcmp(part, "applicant")) {
            ret->applicant = &all[i];
            ret->applicant_id = db_int(r, i, 2);
            ret->applicant_version = (int32_t)db_int(r, i, 3);
        } else if (!strcmp(part, "submitter")) {
            ret->submitter = &all[i];
        } else if (!strcmp(part, "authorised")) {
            ret->authorised = &all[i];
        } else {
            if (!ret->n_group)
                ret->group = &all[i]; /* rows of one part stand together */
            ret->n_group++;
        }
    }
    return true;
}
