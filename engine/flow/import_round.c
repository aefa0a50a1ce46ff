/* One round of an import: what is known of its dossiers, ids for the new ones, events, the
 * committer, and what came of each. A round takes as many dossiers as fit its arena; one that lost
 * a race stays for the next. */
#include <string.h>

#include "base/clock.h"
#include "flow/history_rows.h"
#include "flow/import_impl.h"

#define ROUND_ARENA  (256u << 20)
#define ROUND_EVENTS 4000 /* decided at once; one dossier may have more */

/* Chooses the members of the round and asks what is known of them. */
enum step_result import_find(struct request *req)
{
    struct import *i = container_of(req, struct import, base);
    const char **keys, **codes;
    size_t n_events = 0;
    struct db_params p;
    bool sent;

    i->n_round = 0;
    for (int n = 0; n < i->n_members && n_events < ROUND_EVENTS; n++)
        if (!i->members[n].is_settled) {
            i->round[i->n_round++] = &i->members[n];
            n_events += i->members[n].in->n_events + 3;
        }
    if (i->n_round == 0)
        return request_next(req, IMPORT_ALARM);
    i->base.chunk = arena_new(ROUND_ARENA);
    keys = i->base.chunk ? arena_array(i->base.chunk, (size_t)i->n_round, sizeof *keys) : NULL;
    codes = i->base.chunk ? arena_array(i->base.chunk, (size_t)i->n_round, sizeof *codes) : NULL;
    if (!keys || !codes) {
        import_no_memory(i);
        return request_fail(req);
    }
    for (int n = 0; n < i->n_round; n++) {
        keys[n] = i->round[n]->in->external_code;
        codes[n] = i->round[n]->code;
    }
    db_params_init(&p);
    db_put_text(&p, i->in.source);
    db_put_text_array(&p, keys, i->n_round);
    db_put_text_array(&p, codes, i->n_round);
    sent = request_query(req, SLOT_MAIN, DB_LANE_JOB, DB_IMPORT_FIND, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, IMPORT_FOUND) : request_fail(req);
}

static void read_found(struct import *i, const struct db_result *r, int row)
{
    struct import_member *m = i->round[row];
    int64_t before = db_int(r, row, 0), owner = db_int(r, row, 2);
    struct error why;
    const void *hash;
    size_t len;

    error_clear(&why);
    m->is_submitted = false;
    m->record = NULL;
    if (!before && owner) {
        error_set(&why, ERR_CODE_TAKEN, arg_text("code", m->code));
        import_refuse(i, m, &why);
    }
    if (!before)
        return;
    m->id = before;
    if (!m->is_known)
        i->unchanged++;
    hash = db_bytes(r, row, 1, &len);
    if (!m->is_known && hash && len == DIGEST_LEN && !digest_equal(hash, m->hash, DIGEST_LEN)) {
        error_set(&why, ERR_IMPORT_CHANGED, arg_number("row", m->row),
                  arg_text("dossier", m->in->external_code));
        import_say(i, &i->warnings, m, &why);
    }
    m->is_known = true;
    m->is_settled = !i->in.adopt;
}

/* How many ids each year needs, the years ascending. */
static void count_years(struct import *i)
{
    i->n_years = 0;
    for (int n = 0; n < i->n_round; n++) {
        const struct import_member *m = i->round[n];
        int at = 0;

        if (m->is_settled || m->id)
            continue;
        while (at < i->n_years && i->years[at] < m->year)
            at++;
        if (at == i->n_years || i->years[at] != m->year) {
            memmove(&i->years[at + 1], &i->years[at], (size_t)(i->n_years - at) * sizeof *i->years);
            memmove(&i->n_ids[at + 1], &i->n_ids[at], (size_t)(i->n_years - at) * sizeof *i->n_ids);
            i->years[at] = m->year;
            i->n_ids[at] = 0;
            i->n_years++;
        }
        i->n_ids[at]++;
    }
}

static bool send_events(struct import *i)
{
    int64_t *ids = arena_array(i->base.chunk, (size_t)i->n_round, sizeof *ids);
    struct db_params p;
    int n_ids = 0;
    bool sent;

    if (!ids)
        return import_no_memory(i);
    for (int n = 0; n < i->n_round; n++)
        if (i->round[n]->is_known && !i->round[n]->is_settled)
            ids[n_ids++] = i->round[n]->id;
    db_params_init(&p);
    db_put_int8_array(&p, ids, n_ids);
    sent = request_query(&i->base, SLOT_EVENTS, DB_LANE_JOB, DB_EVENTS_OF, &p);
    db_params_deinit(&p);
    return sent;
}

enum step_result import_found(struct request *req)
{
    struct import *i = container_of(req, struct import, base);
    const struct db_result *r = &request_result(req, SLOT_MAIN)->result;
    struct db_params p;
    bool sent = true;

    for (int n = 0; n < i->n_round; n++)
        read_found(i, r, n);
    count_years(i);
    if (i->n_years && !i->in.dry_run) {
        db_params_init(&p);
        db_put_int8_array(&p, i->years, i->n_years);
        db_put_int8_array(&p, i->n_ids, i->n_years);
        sent = request_query(req, SLOT_IDS, DB_LANE_JOB, DB_IMPORT_IDS, &p);
        db_params_deinit(&p);
    }
    return sent && send_events(i) ? request_wait(req, IMPORT_LOAD) : request_fail(req);
}

/* Hands out the ids that came. A dry run writes none: any id of the year will do. */
enum step_result import_load(struct request *req)
{
    struct import *i = container_of(req, struct import, base);
    const struct db_result *r = &request_result(req, SLOT_IDS)->result;

    for (int y = 0; y < i->n_years; y++) {
        int64_t next = i->in.dry_run ? i->years[y] * INT64_C(10000000000) + 1
                                     : db_int(r, y, 0) - i->n_ids[y] + 1;

        for (int n = 0; n < i->n_round; n++) {
            struct import_member *m = i->round[n];

            if (!m->is_settled && !m->id && m->year == i->years[y])
                m->id = next++;
        }
    }
    return request_next(req, IMPORT_DECIDE);
}

/* ---- deciding ---- */

/* The events of one imported before: they came by dossier and seq. */
static bool read_history(struct import *i, const struct import_member *m, struct history *ret,
                         struct error *err)
{
    const struct db_result *r = &request_result(&i->base, SLOT_EVENTS)->result;
    int n = db_rows(r), from = 0;

    while (from < n && db_int(r, from, 0) != m->id)
        from++;
    return history_rows_read(r, from, history_rows_end(r, from, m->id), i->base.chunk, ret, err);
}

/* What is to be written of a dossier: everything, its adoption, or nothing. */
static bool new_events(struct import *i, struct import_member *m, struct history *ret_old,
                       struct event **ret_events, int *ret_n, struct error *err)
{
    const struct ruleset *rules;
    struct dossier *d;

    *ret_old = (struct history){NULL, 0};
    *ret_n = 0;
    if (!m->is_known) {
        rules = reference_ruleset_on(i->base.reference,
                                     instant_date(m->in->received_at, i->base.zone_s));
        i->frame.ruleset = rules ? rules->id : 0;
        *ret_events = import_events(i->base.chunk, &i->frame, m->id, m->code, m->in, ret_n);
        return *ret_events || error_set(err, ERR_NO_MEMORY, arg_text("what", "import"));
    }
    d = arena_new_of(i->base.chunk, struct dossier);
    *ret_events = arena_new_of(i->base.chunk, struct event);
    if (!d || !*ret_events)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "import"));
    if (!read_history(i, m, ret_old, err))
        return false;
    history_fold(ret_old, INSTANT_FOREVER, INSTANT_FOREVER, d);
    if (d->is_adopted || ret_old->n == 0)
        return true;
    import_adopt_event(&i->frame, m->id, d->received_at, *ret_events);
    *ret_n = 1;
    return true;
}

static void member_done(struct commit_member *m)
{
    request_release(m->data);
}

static bool decide_one(struct import *i, struct import_member *m, struct error *err)
{
    struct request *req = &i->base;
    struct record *record;
    struct history old;
    struct event *events;
    int n;

    if (!new_events(i, m, &old, &events, &n, err))
        return false;
    if (n == 0) {
        m->is_settled = true;
        return true;
    }
    record = arena_new_of(i->base.chunk, struct record);
    if (!record)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "import"));
    if (!record_build(i->base.chunk, req->reference, &old, m->id, events, n, i->frame.now,
                      req->zone_s, record, err))
        return false;
    m->record = record;
    if (!m->is_known) {
        record->member.code = m->code;
        record->member.search = m->search;
        record->member.import_source = i->in.source;
        record->member.import_key = m->in->external_code;
        record->member.import_row_hash = m->hash;
    }
    if (i->in.dry_run)
        return true;
    record->member.done = member_done;
    record->member.data = req;
    if (!committer_submit(req->app->committer, &record->member, err))
        return false;
    m->is_submitted = true;
    request_hold(req);
    return true;
}

enum step_result import_decide(struct request *req)
{
    struct import *i = container_of(req, struct import, base);

    i->frame.now = clock_business();
    for (int n = 0; n < i->n_round && req->error.code == ERR_NONE; n++) {
        struct import_member *m = i->round[n];
        struct error why;

        error_clear(&why);
        if (m->is_settled || decide_one(i, m, &why))
            continue;
        if (error_status(why.code) >= 500) /* nothing to do with this dossier */
            req->error = why;
        else
            import_refuse(i, m, &why);
    }
    return request_wait(req, IMPORT_COUNT);
}

/* ---- counting ---- */

static void count_written(struct import *i, struct import_member *m)
{
    i->added += !m->is_known;
    i->adopted += i->in.adopt != NULL;
    i->events += m->record->n_events;
    m->is_settled = true;
}

/* Returns false when the whole request cannot go on. */
static bool count_one(struct import *i, struct import_member *m)
{
    const struct commit_outcome *o = &m->record->member.outcome;

    switch (o->result) {
    case COMMIT_APPLIED:
        count_written(i, m);
        return true;
    case COMMIT_STALE_EPOCH:
    case COMMIT_STALE_VERSION:
    case COMMIT_ALREADY_IMPORTED:
        if (++m->n_tries < IMPORT_TRIES) {
            if (!m->is_known)
                m->id = 0;
            return true;
        }
        break;
    case COMMIT_DUPLICATE_KEY:
    case COMMIT_CODE_EXHAUSTED:
    case COMMIT_CODE_TAKEN:
    case COMMIT_CLOCK_BEHIND:
    case COMMIT_LETTER_CONFLICT:
    case COMMIT_REGISTER_OUTSIDE:
    case COMMIT_NUMBER_REFUSED:
    case COMMIT_STALE_FENCE:
    case COMMIT_NO_DOSSIER:
    case COMMIT_FAILED:
        break;
    }
    if (error_status(o->error.code) >= 500) {
        i->base.error = o->error; /* the client sends the same again: nothing is written twice */
        return false;
    }
    import_refuse(i, m, &o->error);
    return true;
}

enum step_result import_count(struct request *req)
{
    struct import *i = container_of(req, struct import, base);
    bool is_stale = false;

    for (int n = 0; n < i->n_round; n++) {
        struct import_member *m = i->round[n];

        if (m->is_settled || !m->record)
            continue;
        if (i->in.dry_run)
            count_written(i, m);
        else if (m->is_submitted && !count_one(i, m))
            return request_fail(req);
        is_stale |= m->is_submitted && m->record->member.outcome.result == COMMIT_STALE_EPOCH;
    }
    i->base.chunk = arena_free(i->base.chunk);
    if (is_stale)
        import_reload(i);
    return request_wait(req, IMPORT_AGAIN);
}

enum step_result import_again(struct request *req)
{
    struct import *i = container_of(req, struct import, base);

    import_take_reference(req);
    import_fill_frame(i);
    return request_next(req, IMPORT_FIND);
}
