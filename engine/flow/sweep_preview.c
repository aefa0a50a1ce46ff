/* What a night would do: the decisions of the sweep, page by page, and nothing handed over. Up to
 * the closing to come, as if nothing happened until then.
 *
 * Steps: parse -> state (was the last night swept?) -> ids -> events -> reply. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/instant.h"
#include "domain/vocabulary.h"
#include "flow/app.h"
#include "flow/asked.h"
#include "flow/history_rows.h"
#include "flow/offices.h"
#include "flow/refusal.h"
#include "flow/sweep_read.h"
#include "flow/sweep_walk.h"
#include "flow/view.h"

#define PREVIEW_PAGE  LIST_ITEMS_MAX /* dossiers looked at: some 20 ms of the loop */
#define PREVIEW_ARENA (64u << 20)

enum { PREVIEW_PARSE, PREVIEW_STATE, PREVIEW_IDS, PREVIEW_EVENTS, PREVIEW_REPLY };
enum { SLOT_STATE, SLOT_IDS, SLOT_EVENTS };

struct preview {
    struct request base;
    struct wire_sweep_preview_query in;
    struct sweep_night night;
    bool is_to_come;
    int64_t after_at, after_id;
    struct sweep_figures figures;
    struct wire_sweep_item *items;
    int n_items;
};

static enum step_result preview_parse(struct request *req)
{
    struct preview *v = container_of(req, struct preview, base);

    v->after_at = INSTANT_NONE;
    if (!codec_decode_pairs(&message_sweep_preview_query, req->http->query, req->http->n_query,
                            req->arena, &v->in, &req->error) ||
        !asked_after(req, v->in.after, (int64_t *[]){&v->after_at, &v->after_id}, 2))
        return request_fail(req);
    return request_wait(req, PREVIEW_STATE);
}

/* The closing to come is as far as anybody can see. */
static bool choose_coming(struct preview *v)
{
    struct request *req = &v->base;

    if (!sweep_night_next(req->reference, req->now, req->zone_s, &v->night, &req->error))
        return false;
    v->is_to_come = true;
    return v->in.as_of == INSTANT_NONE || v->in.as_of <= v->night.closing_at ||
           error_set(&req->error, ERR_SWEEP_PREVIEW_FUTURE, arg_instant("as_of", v->in.as_of),
                     arg_instant("next", v->night.closing_at));
}

static enum step_result preview_state(struct request *req)
{
    struct preview *v = container_of(req, struct preview, base);
    int64_t as_of = v->in.as_of == INSTANT_NONE ? req->now : v->in.as_of;
    bool ok = as_of > req->now
                  ? choose_coming(v)
                  : sweep_night_last(req->reference, as_of, req->zone_s, &v->night, &req->error);

    return ok && sweep_state_send(req, SLOT_STATE, &v->night) ? request_wait(req, PREVIEW_IDS)
                                                              : request_fail(req);
}

static enum step_result preview_ids(struct request *req)
{
    struct preview *v = container_of(req, struct preview, base);
    struct sweep_state state;
    bool is_all, sent;
    int n;
    const int64_t *offices;
    struct db_params p;

    sweep_state_read(req, SLOT_STATE, &state);
    if (v->in.as_of == INSTANT_NONE && !v->is_to_come && state.is_ended && !choose_coming(v))
        return request_fail(req);
    offices = offices_readable(req, GRANT_READ_DOSSIER, v->in.office, &n, &is_all);
    if (!offices)
        return request_fail(req);
    db_params_init(&p);
    db_put_instant(&p, v->night.closing_at);
    db_put_instant(&p, v->after_at);
    db_put_int8(&p, v->after_id);
    db_put_int4(&p, PREVIEW_PAGE);
    offices_put(&p, offices, n, is_all);
    db_put_bool(&p, true);
    sent = request_query(req, SLOT_IDS, DB_LANE_READ, DB_ALARM_DUE, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, PREVIEW_EVENTS) : request_fail(req);
}

static enum step_result preview_events(struct request *req)
{
    const struct db_result *r = &request_result(req, SLOT_IDS)->result;
    int64_t ids[PREVIEW_PAGE];
    struct db_params p;
    bool sent;

    for (int i = 0; i < db_rows(r); i++)
        ids[i] = db_int(r, i, 0);
    db_params_init(&p);
    db_put_int8_array(&p, ids, db_rows(r));
    sent = request_query(req, SLOT_EVENTS, DB_LANE_READ, DB_EVENTS_OF, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, PREVIEW_REPLY) : request_fail(req);
}

/* As a reader finds it in the record of a night. */
static const struct wire_problem *problem(struct request *req, const struct error *err)
{
    CLEANUP(buffer_deinit) struct buffer b = {0};

    refusal_write(err, req->zone_s, &b);
    return b.is_failed ? NULL : refusal_read(req, b.data);
}

static bool put_item(struct preview *v, const char *code, const struct dossier *d, unsigned did,
                     const struct error *err)
{
    struct request *req = &v->base;
    struct wire_sweep_item *item = &v->items[v->n_items++];
    const char **words = arena_array(req->arena, SWEEP_DEEDS, sizeof *words);

    if (!words)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "sweep"));
    wire_sweep_item_init(item);
    item->dossier = code;
    item->n_did = (size_t)sweep_deed_words(did, words);
    item->did = words;
    item->office = view_office_key(req, d->competent_office);
    item->verdict = (int)d->verdict;
    item->at_fault_office = view_office_key(req, d->at_fault_office);
    item->due_at = d->due_at;
    item->problem = err ? problem(req, err) : NULL;
    return true;
}

/* Decides on one dossier, in an arena of its own, and keeps what it would say. */
static bool look(struct preview *v, struct sweep_work *work, int row, int from, int to)
{
    struct request *req = &v->base;
    const struct db_result *ids = &request_result(req, SLOT_IDS)->result;
    CLEANUP(arena_freep) struct arena *arena = arena_new(PREVIEW_ARENA);
    struct sweep_member *m =
        arena ? sweep_member_new(arena, db_int(ids, row, 0), db_instant(ids, row, 1)) : NULL;
    const char *code = db_text_or_empty(ids, row, 2);
    unsigned did;

    if (!m)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "sweep"));
    work->arena = arena;
    work->letter_id = 1; /* of nothing that is kept */
    dossier_init(work->dossier, m->id);
    v->figures.seen++;
    if (!history_rows_read(&request_result(req, SLOT_EVENTS)->result, from, to, arena, &m->history,
                           &m->error) ||
        !sweep_member_decide(work, m)) {
        v->figures.did[SWEEP_FAILED]++;
        return put_item(v, code, work->dossier, 1u << SWEEP_FAILED, &m->error);
    }
    did = sweep_deeds_count(m->record.events, m->record.n_events, &v->figures);
    return !did || put_item(v, code, &m->record.after, did, NULL);
}

static bool look_at_all(struct preview *v)
{
    struct request *req = &v->base;
    const struct db_result *ids = &request_result(req, SLOT_IDS)->result;
    const struct db_result *events = &request_result(req, SLOT_EVENTS)->result;
    struct sweep_work work = {.req = req, .at = v->night.closing_at, .now = clock_business()};
    struct sweep_night newest;
    struct error ignored;
    int n = db_rows(ids);

    if (v->is_to_come)
        work.now = work.at;
    else
        work.is_behind =
            sweep_night_last(req->reference, work.now, req->zone_s, &newest, &ignored) &&
            newest.closing_at > work.at;
    v->items = arena_array(req->arena, (size_t)n + 1, sizeof *v->items);
    if (!v->items || !sweep_work_room(&work, req->arena))
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "sweep"));
    for (int i = 0; i < n; i++) {
        int from = 0, to;

        while (from < db_rows(events) && db_int(events, from, 0) != db_int(ids, i, 0))
            from++;
        for (to = from; to < db_rows(events) && db_int(events, to, 0) == db_int(ids, i, 0); to++)
            ;
        if (!look(v, &work, i, from, to))
            return false;
    }
    return true;
}

static enum step_result preview_reply(struct request *req)
{
    struct preview *v = container_of(req, struct preview, base);
    const struct db_result *ids = &request_result(req, SLOT_IDS)->result;
    const struct sweep_figures *f = &v->figures;
    struct wire_sweep_preview out;
    int n = db_rows(ids);

    if (!look_at_all(v))
        return request_fail(req);
    wire_sweep_preview_init(&out);
    out.night = v->night.closing_at;
    out.on = v->night.on;
    out.is_to_come = v->is_to_come;
    out.seen = f->seen;
    out.warned = f->did[SWEEP_WARNED];
    out.certain = f->did[SWEEP_CERTAIN];
    out.overdue = f->did[SWEEP_OVERDUE];
    out.letters = f->did[SWEEP_LETTER];
    out.lapsed = f->did[SWEEP_LAPSED];
    out.escalated = f->did[SWEEP_ESCALATED];
    out.failed = f->did[SWEEP_FAILED];
    out.items = v->items;
    out.n_items = (size_t)v->n_items;
    if (n == PREVIEW_PAGE)
        out.next = arena_printf(req->arena, "%lld.%lld", (long long)db_instant(ids, n - 1, 1),
                                (long long)db_int(ids, n - 1, 0));
    if (!wire_sweep_preview_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step preview_steps[] = {
    [PREVIEW_PARSE] = {"parse", preview_parse}, [PREVIEW_STATE] = {"state", preview_state},
    [PREVIEW_IDS] = {"ids", preview_ids},       [PREVIEW_EVENTS] = {"events", preview_events},
    [PREVIEW_REPLY] = {"reply", preview_reply},
};
const struct use_case use_case_sweep_preview = {"sweep preview", sizeof(struct preview),
                                                preview_steps, false, 0};
