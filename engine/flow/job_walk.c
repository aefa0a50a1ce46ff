/* See job_walk.h. */
#include "flow/job_walk.h"

#include "base/clock.h"
#include "flow/app.h"
#include "flow/history_rows.h"

#define CHUNK_ARENA (256u << 20)
#define ROUNDS_MAX  50 /* of one chunk: somebody is faster again and again */

enum {
    WALK_BEGIN,
    WALK_FRESH,
    WALK_COUNTED,
    WALK_ASK,
    WALK_GATHER,
    WALK_DECIDE,
    WALK_COMMITTED,
    WALK_NEXT
};
enum { SLOT_REFERENCE, SLOT_IDS, SLOT_EVENTS };

struct walk *walk_of(struct request *req)
{
    return container_of(container_of(req, struct job, base), struct walk, job);
}

static const struct walk_kind *kind_of(const struct walk *w)
{
    return container_of(w->job.base.use_case, const struct walk_kind, use_case);
}

static struct walk_member *member(const struct walk *w, int i)
{
    return (struct walk_member *)(w->members + (size_t)i * kind_of(w)->member_size);
}

static bool no_memory(struct walk *w)
{
    return error_set(&w->job.base.error, ERR_NO_MEMORY, arg_text("what", kind_of(w)->what));
}

/* ---- where it stands ---- */

static enum step_result walk_begin(struct request *req)
{
    struct walk *w = walk_of(req);
    int64_t *const cursor[] = {&w->after, &w->counts[0], &w->counts[1], &w->counts[2]};

    if (!w->is_begun) {
        if (!kind_of(w)->begin(w))
            return request_fail(req);
        job_cursor_read(&w->job, cursor, ARRAY_LEN(cursor));
        w->is_begun = true;
    }
    return job_reference_send(&w->job, SLOT_REFERENCE) ? request_wait(req, WALK_FRESH)
                                                       : request_fail(req);
}

static enum step_result ask(struct walk *w, int slot, enum db_query query,
                            void (*put)(const struct walk *, struct db_params *), int next)
{
    struct request *req = &w->job.base;
    struct db_params p;
    bool sent;

    db_params_init(&p);
    put(w, &p);
    sent = request_query(req, slot, DB_LANE_JOB, query, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, next) : request_fail(req);
}

static enum step_result walk_fresh(struct request *req)
{
    struct walk *w = walk_of(req);
    const struct walk_kind *kind = kind_of(w);

    if (!job_reference_is_fresh(&w->job, SLOT_REFERENCE))
        return req->error.code != ERR_NONE ? request_fail(req) : request_wait(req, WALK_BEGIN);
    if (kind->is_sound && !kind->is_sound(w))
        return request_fail(req);
    if (w->members)
        return request_next(req, WALK_GATHER); /* a chunk under way goes on */
    if (w->job.total >= 0 || !kind->put_total)
        return request_next(req, WALK_ASK);
    return ask(w, SLOT_IDS, kind->total, kind->put_total, WALK_COUNTED);
}

static enum step_result finish(struct walk *w)
{
    return kind_of(w)->reply(w) ? STEP_DONE : request_fail(&w->job.base);
}

static enum step_result walk_counted(struct request *req)
{
    struct walk *w = walk_of(req);
    int64_t n = kind_of(w)->counted(w, &request_result(req, SLOT_IDS)->result);

    if (n < 0)
        return finish(w);
    w->job.total = w->job.done + n;
    return request_next(req, WALK_ASK);
}

/* ---- a chunk ---- */

static enum step_result walk_ask(struct request *req)
{
    struct walk *w = walk_of(req);

    return ask(w, SLOT_IDS, kind_of(w)->chunk, kind_of(w)->put_chunk, WALK_GATHER);
}

static bool begin_chunk(struct walk *w)
{
    struct request *req = &w->job.base;
    const struct walk_kind *kind = kind_of(w);
    const struct db_result *r = &request_result(req, SLOT_IDS)->result;
    int n = db_rows(r);

    req->chunk = arena_new(CHUNK_ARENA);
    w->members = req->chunk ? arena_array(req->chunk, (size_t)n, kind->member_size) : NULL;
    if (!w->members)
        return no_memory(w);
    w->n_members = n;
    w->n_rounds = 0;
    for (int i = 0; i < n; i++) {
        struct walk_member *m = member(w, i);

        m->id = db_int(r, i, 0);
        m->code = arena_strdup(req->chunk, db_text_or_empty(r, i, 1));
        if (kind->read_row)
            kind->read_row(m, r, i);
    }
    return true;
}

static void put_events(const struct walk *w, struct db_params *p)
{
    int64_t ids[WALK_CHUNK];
    int n = 0;

    for (int i = 0; i < w->n_members; i++)
        if (!member(w, i)->is_settled)
            ids[n++] = member(w, i)->id;
    db_put_int8_array(p, ids, n);
}

static enum step_result walk_gather(struct request *req)
{
    struct walk *w = walk_of(req);

    if (!w->members) {
        if (db_rows(&request_result(req, SLOT_IDS)->result) == 0)
            return finish(w);
        if (!begin_chunk(w))
            return request_fail(req);
    }
    return ask(w, SLOT_EVENTS, DB_EVENTS_OF, put_events, WALK_DECIDE);
}

/* Gives each member its rows: both come by id. */
static bool read_events(struct walk *w)
{
    struct request *req = &w->job.base;
    const struct db_result *r = &request_result(req, SLOT_EVENTS)->result;
    int row = 0;

    for (int i = 0; i < w->n_members; i++) {
        struct walk_member *m = member(w, i);
        int from = row;

        if (m->is_settled)
            continue;
        m->commit = NULL;
        error_clear(&m->error);
        row = history_rows_end(r, row, m->id);
        if (!history_rows_read(r, from, row, req->chunk, &m->history, &m->error) &&
            m->error.code == ERR_NO_MEMORY)
            return no_memory(w);
    }
    return true;
}

static enum step_result walk_decide(struct request *req)
{
    struct walk *w = walk_of(req);
    const struct walk_kind *kind = kind_of(w);

    w->now = clock_business();
    if (!read_events(w) || (kind->prepare && !kind->prepare(w)))
        return request_fail(req);
    /* What was handed over is waited for even when the next one could not be. */
    for (int i = 0; i < w->n_members && req->error.code == ERR_NONE; i++)
        if (!member(w, i)->is_settled)
            (void)!kind->decide(w, member(w, i));
    return request_wait(req, WALK_COMMITTED);
}

static void member_done(struct commit_member *m)
{
    request_release(m->data);
}

bool walk_submit(struct walk *w, struct walk_member *m, struct commit_member *commit)
{
    struct request *req = &w->job.base;

    commit->job_id = w->job.id;
    commit->fence = w->job.fence;
    commit->done = member_done;
    commit->data = req;
    if (!committer_submit(req->app->committer, commit, &req->error))
        return false;
    m->commit = commit;
    request_hold(req);
    return true;
}

void walk_settle(struct walk_member *m)
{
    m->is_settled = true;
}

/* ---- what came of it ---- */

/* Whether a commit counts, is decided again, is refused for good, or ends the job for now. */
static const enum verdict {
    HALT,
    DONE,
    AGAIN,
    REFUSED
} verdicts[] = {
    [COMMIT_APPLIED] = DONE,
    [COMMIT_STALE_VERSION] = AGAIN,
    [COMMIT_STALE_EPOCH] = AGAIN,
    [COMMIT_CLOCK_BEHIND] = AGAIN,
    [COMMIT_LETTER_CONFLICT] = AGAIN, /* signed or numbered this moment */
    [COMMIT_DUPLICATE_KEY] = REFUSED,
    [COMMIT_CODE_EXHAUSTED] = REFUSED,
    [COMMIT_CODE_TAKEN] = REFUSED,
    [COMMIT_ALREADY_IMPORTED] = REFUSED,
    [COMMIT_REGISTER_OUTSIDE] = REFUSED,
    [COMMIT_NUMBER_REFUSED] = REFUSED,
    [COMMIT_NO_DOSSIER] = REFUSED,
    [COMMIT_STALE_FENCE] = HALT,
    [COMMIT_FAILED] = REFUSED, /* but HALT with status 503: the database, not this dossier */
};

/* False: the job cannot go on. */
static bool take_outcome(struct walk *w, struct walk_member *m)
{
    const struct commit_outcome *o = &m->commit->outcome;
    enum verdict verdict = verdicts[o->result];

    if (o->result == COMMIT_FAILED && error_status(o->error.code) == 503)
        verdict = HALT;
    switch (verdict) {
    case HALT:
        w->job.base.error = o->error;
        return false;
    case AGAIN:
        w->is_again = true;
        w->is_epoch_old |= o->result == COMMIT_STALE_EPOCH;
        return true;
    case REFUSED:
        m->error = o->error;
        walk_settle(m);
        return kind_of(w)->refused(w, m);
    case DONE:
        break;
    }
    walk_settle(m);
    kind_of(w)->applied(w, m);
    return true;
}

static enum step_result walk_committed(struct request *req)
{
    struct walk *w = walk_of(req);

    w->is_again = w->is_epoch_old = false;
    for (int i = 0; i < w->n_members && req->error.code == ERR_NONE; i++)
        if (!member(w, i)->is_settled && member(w, i)->commit && !take_outcome(w, member(w, i)))
            break;
    if (req->error.code != ERR_NONE)
        return request_fail(req);
    if (w->is_again && ++w->n_rounds > ROUNDS_MAX) {
        error_set(&req->error, ERR_DB_BUSY, arg_number("limit", ROUNDS_MAX));
        return request_fail(req);
    }
    if (w->is_again)
        return request_next(req, w->is_epoch_old ? WALK_BEGIN : WALK_GATHER);
    for (int i = 0; i < w->n_members; i++)
        if (!kind_of(w)->count(w, member(w, i)))
            return request_fail(req);
    w->has_counted = true;
    w->after = member(w, w->n_members - 1)->id;
    job_cursor_write(&w->job, (int64_t[]){w->after, w->counts[0], w->counts[1], w->counts[2]}, 4);
    return job_checkpoint(&w->job) ? request_wait(req, WALK_NEXT) : request_fail(req);
}

static enum step_result walk_next(struct request *req)
{
    struct walk *w = walk_of(req);

    req->chunk = arena_free(req->chunk);
    w->members = NULL;
    return job_goes_on(&w->job) ? request_next(req, WALK_ASK) : STEP_DONE;
}

const struct step walk_steps[] = {
    [WALK_BEGIN] = {"begin", walk_begin},
    [WALK_FRESH] = {"fresh", walk_fresh},
    [WALK_COUNTED] = {"counted", walk_counted},
    [WALK_ASK] = {"ask", walk_ask},
    [WALK_GATHER] = {"gather", walk_gather},
    [WALK_DECIDE] = {"decide", walk_decide},
    [WALK_COMMITTED] = {"committed", walk_committed},
    [WALK_NEXT] = {"next", walk_next},
};
