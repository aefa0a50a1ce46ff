/* See sweep_read.h. The record of a night says no more than figures, which anybody may read; lists
 * of dossiers are restricted to the offices the reader may see, in the query itself. */
#include "flow/sweep_read.h"

#include <stdio.h>
#include <string.h>

#include "base/instant.h"
#include "domain/vocabulary.h"
#include "flow/app.h"
#include "flow/asked.h"
#include "flow/job.h"
#include "flow/offices.h"
#include "flow/refusal.h"
#include "flow/view.h"

#define DUE_DAYS 2 /* working days after the night */

enum { STEP_PARSE, STEP_SEND, STEP_REPLY };
enum { SLOT_MAIN, SLOT_LIST };

/* ---- a record ---- */

bool sweep_record_send(struct request *req, int slot, int64_t run, int64_t job)
{
    struct db_params p;
    bool sent;

    db_params_init(&p);
    db_put_int8(&p, run);
    db_put_int8(&p, job);
    sent = request_query(req, slot, DB_LANE_READ, DB_SWEEP_READ, &p);
    db_params_deinit(&p);
    return sent;
}

void sweep_record_read(struct request *req, const struct db_result *r, int row,
                       struct wire_sweep *ret)
{
    wire_sweep_init(ret);
    ret->id = db_int(r, row, 0);
    ret->night = db_instant(r, row, 1);
    ret->on = db_date(r, row, 2);
    ret->started_at = db_instant(r, row, 3);
    ret->ended_at = db_instant(r, row, 4);
    /* The job ends a moment after its run. */
    ret->state = words_find(&words_job_state,
                            ret->ended_at != INSTANT_NONE ? "done" : db_text_or_empty(r, row, 5));
    ret->seen = db_int(r, row, 6);
    ret->warned = db_int(r, row, 7);
    ret->certain = db_int(r, row, 8);
    ret->overdue = db_int(r, row, 9);
    ret->letters = db_int(r, row, 10);
    ret->lapsed = db_int(r, row, 11);
    ret->escalated = db_int(r, row, 12);
    ret->failed = db_int(r, row, 13);
    ret->is_catch_up = db_bool(r, row, 14);
    ret->nights_skipped = db_int(r, row, 15);
    ret->duration_ms = db_int(r, row, 16) / 1000;
    if (!db_is_null(r, row, 17))
        ret->job = db_int(r, row, 17);
    if (!db_is_null(r, row, 18))
        ret->problem = refusal_read(req, db_text(r, row, 18));
    ret->is_lease_expired = job_is_silent(db_text_or_empty(r, row, 5), db_instant(r, row, 19));
}

/* ---- the state of the nights ---- */

bool sweep_state_send(struct request *req, int slot, const struct sweep_night *night)
{
    struct db_params p;
    bool sent;

    db_params_init(&p);
    db_put_instant(&p, req->now);
    db_put_date(&p, night->on);
    db_put_instant(&p, night->closing_at);
    sent = request_query(req, slot, DB_LANE_READ, DB_SWEEP_STATE, &p);
    db_params_deinit(&p);
    return sent;
}

void sweep_state_read(const struct request *req, int slot, struct sweep_state *ret)
{
    const struct db_result *r = &request_result(req, slot)->result;

    *ret = (struct sweep_state){.ordered_at = db_instant(r, 0, 0),
                                .ended_at = db_instant(r, 0, 1),
                                .first_alarm_at = db_instant(r, 0, 2),
                                .run_id = db_int(r, 0, 3),
                                .is_ended = db_bool(r, 0, 4),
                                .is_begun = db_bool(r, 0, 5)};
}

/* ---- the list of nights ---- */

struct sweeps {
    struct request base;
    struct wire_page_query in;
    int64_t limit, before;
};

static enum step_result sweeps_parse(struct request *req)
{
    struct sweeps *l = container_of(req, struct sweeps, base);

    l->before = INSTANT_NONE;
    if (!codec_decode_pairs(&message_page_query, req->http->query, req->http->n_query, req->arena,
                            &l->in, &req->error) ||
        !asked_after(req, l->in.after, (int64_t *[]){&l->before}, 1))
        return request_fail(req);
    l->limit = l->in.limit == INTEGER_NONE ? LIST_ITEMS_DEFAULT : l->in.limit;
    return request_wait(req, STEP_SEND);
}

static enum step_result sweeps_send(struct request *req)
{
    struct sweeps *l = container_of(req, struct sweeps, base);
    struct db_params p;
    bool sent;

    db_params_init(&p);
    db_put_instant(&p, l->before);
    db_put_int4(&p, (int32_t)l->limit + 1);
    sent = request_query(req, SLOT_LIST, DB_LANE_READ, DB_SWEEP_LIST, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, STEP_REPLY) : request_fail(req);
}

static enum step_result no_memory(struct request *req)
{
    error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "sweeps"));
    return request_fail(req);
}

static enum step_result sweeps_reply(struct request *req)
{
    struct sweeps *l = container_of(req, struct sweeps, base);
    const struct db_result *r = &request_result(req, SLOT_LIST)->result;
    int n = db_rows(r);
    struct wire_sweep *items = arena_array(req->arena, (size_t)n + 1, sizeof *items);
    struct wire_sweep_list out;

    if (!items)
        return no_memory(req);
    wire_sweep_list_init(&out);
    if (n > l->limit) {
        n = (int)l->limit;
        out.next = arena_printf(req->arena, "%lld", (long long)db_instant(r, n - 1, 1));
    }
    for (int i = 0; i < n; i++)
        sweep_record_read(req, r, i, &items[i]);
    out.items = items;
    out.n_items = (size_t)n;
    if (!wire_sweep_list_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step sweeps_steps[] = {[STEP_PARSE] = {"parse", sweeps_parse},
                                           [STEP_SEND] = {"send", sweeps_send},
                                           [STEP_REPLY] = {"reply", sweeps_reply}};
const struct use_case use_case_sweeps = {"sweeps", sizeof(struct sweeps), sweeps_steps, false, 0};

/* ---- one night ---- */

struct one {
    struct request base;
    int64_t id;
    struct wire_sweep_item_query items;
    struct wire_sweep_due_query due;
    int64_t limit, after_at, after_id;
};

static bool one_parse(struct one *o)
{
    struct request *req = &o->base;

    o->id = asked_id(req, "id");
    if (o->id < 0)
        return error_set(&req->error, ERR_SWEEP_UNKNOWN,
                         arg_text("value", http_request_param(req->http, "id")));
    return sweep_record_send(req, SLOT_MAIN, o->id, 0);
}

static bool one_found(struct one *o)
{
    return db_rows(&request_result(&o->base, SLOT_MAIN)->result) > 0 ||
           error_set(&o->base.error, ERR_SWEEP_UNKNOWN,
                     arg_text("value", http_request_param(o->base.http, "id")));
}

static enum step_result record_parse(struct request *req)
{
    return one_parse(container_of(req, struct one, base)) ? request_wait(req, STEP_SEND)
                                                          : request_fail(req);
}

static enum step_result record_reply(struct request *req)
{
    struct wire_sweep out;

    if (!one_found(container_of(req, struct one, base)))
        return request_fail(req);
    sweep_record_read(req, &request_result(req, SLOT_MAIN)->result, 0, &out);
    if (!wire_sweep_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step record_steps[] = {
    [STEP_PARSE] = {"parse", record_parse}, [STEP_SEND] = {"reply", record_reply}};
const struct use_case use_case_sweep_record = {"sweep record", sizeof(struct one), record_steps,
                                               false, 0};

/* ---- what it did ---- */

static enum step_result items_parse(struct request *req)
{
    struct one *o = container_of(req, struct one, base);

    if (!codec_decode_pairs(&message_sweep_item_query, req->http->query, req->http->n_query,
                            req->arena, &o->items, &req->error) ||
        !asked_after(req, o->items.after, (int64_t *[]){&o->after_id}, 1))
        return request_fail(req);
    o->limit = o->items.limit == INTEGER_NONE ? LIST_ITEMS_DEFAULT : o->items.limit;
    return record_parse(req);
}

static enum step_result items_send(struct request *req)
{
    struct one *o = container_of(req, struct one, base);
    bool is_all, sent;
    int n;
    const int64_t *offices = NULL;
    struct db_params p;

    if (one_found(o))
        offices = offices_readable(req, GRANT_READ_DOSSIER, o->items.office, &n, &is_all);
    if (!offices)
        return request_fail(req);
    db_params_init(&p);
    db_put_int8(&p, o->id);
    db_put_text(&p, o->items.did == WORD_NONE ? NULL : words_sweep_deed.words[o->items.did]);
    if (is_all)
        db_put_null(&p);
    else
        db_put_int8_array(&p, offices, n);
    db_put_int8(&p, o->after_id);
    db_put_int4(&p, (int32_t)o->limit + 1);
    sent = request_query(req, SLOT_LIST, DB_LANE_READ, DB_SWEEP_ITEMS, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, STEP_REPLY) : request_fail(req);
}

static bool read_item(struct request *req, const struct db_result *r, int i,
                      struct wire_sweep_item *ret)
{
    int n = db_array_len(r, i, 2);
    const char **did = arena_array(req->arena, (size_t)n + 1, sizeof *did);

    if (!did)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "sweep"));
    wire_sweep_item_init(ret);
    ret->dossier = db_text_or_empty(r, i, 1);
    for (int k = 0; k < n; k++) {
        size_t len;
        const char *word = db_array_text(r, i, 2, k, &len);

        did[k] = arena_strndup(req->arena, word, len);
    }
    ret->did = did;
    ret->n_did = (size_t)n;
    ret->office = view_office_key(req, db_int(r, i, 3));
    ret->verdict = vocabulary_find(&cause_verdicts, db_text_or_empty(r, i, 4));
    ret->at_fault_office = view_office_key(req, db_int(r, i, 5));
    ret->due_at = db_instant(r, i, 6);
    if (!db_is_null(r, i, 7))
        ret->problem = refusal_read(req, db_text(r, i, 7));
    return true;
}

static enum step_result items_reply(struct request *req)
{
    struct one *o = container_of(req, struct one, base);
    const struct db_result *r = &request_result(req, SLOT_LIST)->result;
    int n = db_rows(r);
    struct wire_sweep_item *items = arena_array(req->arena, (size_t)n + 1, sizeof *items);
    struct wire_sweep_item_list out;

    if (!items)
        return no_memory(req);
    wire_sweep_item_list_init(&out);
    if (n > o->limit) {
        n = (int)o->limit;
        out.next = arena_printf(req->arena, "%lld", (long long)db_int(r, n - 1, 0));
    }
    for (int i = 0; i < n; i++)
        if (!read_item(req, r, i, &items[i]))
            return request_fail(req);
    out.items = items;
    out.n_items = (size_t)n;
    if (!wire_sweep_item_list_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step items_steps[] = {[STEP_PARSE] = {"parse", items_parse},
                                          [STEP_SEND] = {"send", items_send},
                                          [STEP_REPLY] = {"reply", items_reply}};
const struct use_case use_case_sweep_items = {"sweep items", sizeof(struct one), items_steps, false,
                                              0};

/* ---- what falls due two working days after it ---- */

static enum step_result due_parse(struct request *req)
{
    struct one *o = container_of(req, struct one, base);

    if (!codec_decode_pairs(&message_sweep_due_query, req->http->query, req->http->n_query,
                            req->arena, &o->due, &req->error) ||
        !asked_after(req, o->due.after, (int64_t *[]){&o->after_at, &o->after_id}, 2))
        return request_fail(req);
    o->limit = o->due.limit == INTEGER_NONE ? LIST_ITEMS_DEFAULT : o->due.limit;
    return record_parse(req);
}

/* Each competent office counts by its own calendar; one whose calendar ends before has no such day.
 */
static int days_of_offices(struct request *req, int32_t night, int64_t *ret_offices,
                           int64_t *ret_from, int64_t *ret_until)
{
    const struct reference *r = req->reference;
    struct error ignored; /* the gap is told by /readyz */
    int n = 0;

    for (int i = 0; i < r->n_offices; i++) {
        const struct calendar *cal = r->offices[i].calendar;
        int32_t on;

        if (!cal || !calendar_next_working(cal, night, DUE_DAYS, &on, &ignored))
            continue;
        ret_offices[n] = r->offices[i].id;
        ret_from[n] = date_instant(on, req->zone_s);
        ret_until[n++] = date_instant(on + 1, req->zone_s);
    }
    return n;
}

static enum step_result due_send(struct request *req)
{
    struct one *o = container_of(req, struct one, base);
    size_t most = (size_t)req->reference->n_offices + 1;
    int64_t *competent = arena_array(req->arena, most, sizeof *competent);
    int64_t *from = arena_array(req->arena, most, sizeof *from);
    int64_t *until = arena_array(req->arena, most, sizeof *until);
    const int64_t *offices = NULL;
    struct db_params p;
    bool is_all, sent;
    int n, n_days;

    if (!competent || !from || !until)
        return no_memory(req);
    if (one_found(o))
        offices = offices_readable(req, GRANT_READ_DOSSIER, o->due.office, &n, &is_all);
    if (!offices)
        return request_fail(req);
    n_days = days_of_offices(req, db_date(&request_result(req, SLOT_MAIN)->result, 0, 2), competent,
                             from, until);
    db_params_init(&p);
    if (is_all)
        db_put_null(&p);
    else
        db_put_int8_array(&p, offices, n);
    db_put_int8_array(&p, competent, n_days);
    db_put_instant_array(&p, from, n_days);
    db_put_instant_array(&p, until, n_days);
    db_put_instant(&p, o->after_at);
    db_put_int8(&p, o->after_id);
    db_put_int4(&p, (int32_t)o->limit + 1);
    sent = request_query(req, SLOT_LIST, DB_LANE_READ, DB_SWEEP_DUE, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, STEP_REPLY) : request_fail(req);
}

static void read_due(struct request *req, const struct db_result *r, int i,
                     struct wire_sweep_due *ret)
{
    const struct procedure_case *c = reference_case(req->reference, db_int(r, i, 2));
    const char *office = view_office_key(req, db_int(r, i, 3));

    wire_sweep_due_init(ret);
    ret->dossier = db_text_or_empty(r, i, 1);
    ret->procedure_name = c ? c->procedure_name : "-";
    ret->office = office ? office : "-";
    ret->holder_office = view_office_key(req, db_int(r, i, 4));
    ret->holder_officer = view_officer_key(req, db_int(r, i, 5));
    ret->due_at = db_instant(r, i, 6);
    ret->warning = vocabulary_find(&warnings, db_text_or_empty(r, i, 7));
    ret->verdict = vocabulary_find(&cause_verdicts, db_text_or_empty(r, i, 8));
    ret->at_fault_office = view_office_key(req, db_int(r, i, 9));
    ret->letter_state = vocabulary_find(&letter_states, db_text_or_empty(r, i, 10));
    if (!db_is_null(r, i, 11))
        ret->letter = db_int(r, i, 11);
    ret->letter_latest_at = db_instant(r, i, 12);
    ret->reappointed_at = db_instant(r, i, 13);
}

static enum step_result due_reply(struct request *req)
{
    struct one *o = container_of(req, struct one, base);
    const struct db_result *r = &request_result(req, SLOT_LIST)->result;
    int n = db_rows(r);
    struct wire_sweep_due *items = arena_array(req->arena, (size_t)n + 1, sizeof *items);
    struct wire_sweep_due_list out;

    if (!items)
        return no_memory(req);
    wire_sweep_due_list_init(&out);
    if (n > o->limit) {
        n = (int)o->limit;
        out.next = arena_printf(req->arena, "%lld.%lld", (long long)db_instant(r, n - 1, 6),
                                (long long)db_int(r, n - 1, 0));
    }
    for (int i = 0; i < n; i++)
        read_due(req, r, i, &items[i]);
    out.items = items;
    out.n_items = (size_t)n;
    if (!wire_sweep_due_list_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step due_steps[] = {[STEP_PARSE] = {"parse", due_parse},
                                        [STEP_SEND] = {"send", due_send},
                                        [STEP_REPLY] = {"reply", due_reply}};
const struct use_case use_case_sweep_due = {"sweep due", sizeof(struct one), due_steps, false, 0};
