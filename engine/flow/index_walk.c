/* See index_walk.h. The population is read off the facts a page at a time, by id; its events follow
 * in chunks, each with memory of its own, so that the loop is never held for long and a large scope
 * costs time and no memory. State and knowledge are those of the scope: pages agree. */
#include "flow/index_walk.h"

#include "base/instant.h"
#include "domain/lifecycle.h"
#include "flow/app.h"
#include "flow/history_rows.h"
#include "flow/record.h"

#define PAGE        20000
#define CHUNK       100
#define CHUNK_ARENA (64u << 20)

static bool page_send(struct report_run *run, const struct index_walk *w)
{
    struct statistics_scope scope = run->scope;
    struct db_params p;
    bool sent;

    scope.from -= w->days_before;
    db_params_init(&p);
    statistics_scope_put(&run->base, &scope, &p);
    db_put_int8(&p, w->after);
    db_put_int4(&p, PAGE);
    sent = request_query(&run->base, INDEX_SLOT_POPULATION, DB_LANE_READ, w->population, &p);
    db_params_deinit(&p);
    return sent;
}

bool index_walk_send(struct report_run *run, struct index_walk *w, int days_before)
{
    w->days_before = days_before;
    return index_walk_send_of(run, w, DB_INDEX_POPULATION);
}

bool index_walk_send_of(struct report_run *run, struct index_walk *w, enum db_query population)
{
    w->population = population;
    w->after = -1;
    return page_send(run, w);
}

static bool no_memory(struct request *req)
{
    return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "index"));
}

/* Sends for the events of the next chunk. */
static bool chunk_send(struct report_run *run, const struct index_walk *w)
{
    const struct db_result *r = &request_result(&run->base, INDEX_SLOT_POPULATION)->result;
    int64_t ids[CHUNK];
    struct db_params p;
    int n = 0;
    bool sent;

    while (n < CHUNK && w->next + n < db_rows(r)) {
        ids[n] = db_int(r, w->next + n, 0);
        n++;
    }
    db_params_init(&p);
    db_put_int8_array(&p, ids, n);
    sent = request_query(&run->base, INDEX_SLOT_EVENTS, DB_LANE_READ, DB_EVENTS_OF, &p);
    db_params_deinit(&p);
    return sent;
}

/* Where nothing was promised the limit judges; a calendar that does not reach so far leaves it
 * unjudged. */
static int64_t limit_of(struct request *req, const struct dossier *d, int64_t at)
{
    struct decide_context ctx;
    struct error why;
    int64_t limit_at;

    record_decide_context(req->reference, d, at, req->zone_s, &ctx);
    return index766_limit_at(&ctx, &limit_at, &why) ? limit_at : INSTANT_NONE;
}

bool index_view_make(struct request *req, const struct statistics_scope *s, const struct history *h,
                     struct index_view *v, bool *ret_is_of_it)
{
    struct dossier *d = v->d;
    const struct procedure_case *c;

    if (!index766_fold(h, s->state_at, s->known_at, d, &v->marks))
        return no_memory(req);
    *ret_is_of_it = d->received_at != INSTANT_NONE && !d->is_mistake;
    if (!*ret_is_of_it)
        return true;
    index766_time(d, s->state_at, limit_of(req, d, s->state_at), &v->time);
    c = reference_case(req->reference, d->case_id);
    v->subject = (struct index766_subject){.d = d,
                                           .marks = &v->marks,
                                           .time = &v->time,
                                           .has_fee = c && c->fee_dong > 0,
                                           .from = s->from,
                                           .to = s->to,
                                           .zone_s = req->zone_s};
    return true;
}

static bool visit(struct report_run *run, struct index_walk *w, const struct history *h,
                  int64_t office)
{
    struct index_view view = {.d = w->dossier};
    struct index_dossier one = {.office = office, .history = h};
    bool is_of_it;

    if (!index_view_make(&run->base, &run->scope, h, &view, &is_of_it))
        return false;
    one.subject = view.subject;
    return !is_of_it || w->visit(run, &one);
}

/* The chunk that came: its dossiers in the order of the population. */
static bool chunk_visit(struct report_run *run, struct index_walk *w)
{
    struct request *req = &run->base;
    const struct db_result *population = &request_result(req, INDEX_SLOT_POPULATION)->result;
    const struct db_result *events = &request_result(req, INDEX_SLOT_EVENTS)->result;
    int row = 0,
        last = w->next + CHUNK < db_rows(population) ? w->next + CHUNK : db_rows(population);

    req->chunk = arena_new(CHUNK_ARENA);
    if (!req->chunk)
        return no_memory(req);
    for (; w->next < last; w->next++) {
        int64_t id = db_int(population, w->next, 0);
        struct history h;
        int from;

        if (row >= db_rows(events) || db_int(events, row, 0) != id)
            continue; /* its events went with a person's data */
        from = row;
        row = history_rows_end(events, from, id);
        if (!history_rows_read(events, from, row, req->chunk, &h, &req->error) ||
            !visit(run, w, &h, db_int(population, w->next, 1)))
            return false;
    }
    req->chunk = arena_free(req->chunk);
    return true;
}

/* The page is done: the one after it, or the end. */
static enum report_progress page_next(struct report_run *run, struct index_walk *w)
{
    const struct db_result *r = &request_result(&run->base, INDEX_SLOT_POPULATION)->result;

    if (db_rows(r) < PAGE)
        return REPORT_READ;
    w->seen += db_rows(r);
    if (w->seen >= INDEX_DOSSIERS_MAX) {
        error_set(&run->base.error, ERR_INDEX_TOO_MANY, arg_number("limit", INDEX_DOSSIERS_MAX));
        return REPORT_FAILED;
    }
    w->after = db_int(r, db_rows(r) - 1, 0);
    w->next = 0;
    w->is_under_way = false;
    return page_send(run, w) ? REPORT_AGAIN : REPORT_FAILED;
}

enum report_progress index_walk_go(struct report_run *run, struct index_walk *w)
{
    struct request *req = &run->base;

    if (!w->dossier && !(w->dossier = arena_new_of(req->arena, struct dossier))) {
        no_memory(req);
        return REPORT_FAILED;
    }
    if (w->is_under_way && !chunk_visit(run, w))
        return REPORT_FAILED;
    if (w->next >= db_rows(&request_result(req, INDEX_SLOT_POPULATION)->result))
        return page_next(run, w);
    w->is_under_way = true;
    return chunk_send(run, w) ? REPORT_AGAIN : REPORT_FAILED;
}
