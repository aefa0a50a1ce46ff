/* See objective_job.h: the walk, by id and chunk by chunk. A chunk is counted when all of it is
 * settled. Begun again after a kill between its commits and its checkpoint it is the same chunk:
 * what this very edit has found anew already is told from its event, and finding twice writes
 * nothing. */
#include "flow/objective_job.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "domain/vocabulary.h"
#include "flow/app.h"
#include "flow/history_rows.h"
#include "flow/sweep_member.h"
#include "wire/message.h"

#define CHUNK       128
#define CHUNK_ARENA (256u << 20)
#define ROUNDS_MAX  50 /* of one chunk: somebody is faster again and again */

enum {
    APPLY_BEGIN,
    APPLY_FRESH,
    APPLY_TOTAL,
    APPLY_CHUNK,
    APPLY_GATHER,
    APPLY_DECIDE,
    APPLY_COMMITTED,
    APPLY_NEXT
};
enum { SLOT_REFERENCE, SLOT_IDS, SLOT_EVENTS };

struct member {
    struct sweep_member sweep;
    const char *code;
    bool is_submitted, is_settled;
    bool is_found; /* with a new finding by this edit */
    int n_letters; /* drafts written, rewritten or dropped */
    enum cause_verdict before, after;
    bool is_decided, has_letter_left;
};

struct objective_job {
    struct job job; /* first */
    struct wire_objective_job_parameters in;
    int64_t after, found, letters, failed; /* what the cursor keeps */
    struct member *members;
    int n_members, n_rounds;
    bool is_again, is_epoch_old; /* of this chunk a member must be decided anew */
    struct sweep_work work;
};

static struct objective_job *job_of(struct request *req)
{
    return container_of(container_of(req, struct job, base), struct objective_job, job);
}

static enum step_result fail(struct objective_job *o)
{
    o->job.base.chunk = arena_free(o->job.base.chunk);
    return request_fail(&o->job.base);
}

/* ---- where it stands ---- */

static void cursor_read(struct objective_job *o)
{
    int64_t *const parts[] = {&o->after, &o->found, &o->letters, &o->failed};

    job_cursor_read(&o->job, parts, ARRAY_LEN(parts));
}

static void cursor_write(struct objective_job *o)
{
    snprintf(o->job.cursor, sizeof o->job.cursor, "%" PRId64 ":%" PRId64 ":%" PRId64 ":%" PRId64,
             o->after, o->found, o->letters, o->failed);
}

static enum step_result apply_begin(struct request *req)
{
    struct objective_job *o = job_of(req);

    if (!o->in.interval) {
        if (!wire_objective_job_parameters_decode(req->json, req->arena, &o->in, &req->error))
            return request_fail(req);
        cursor_read(o);
    }
    return job_reference_send(&o->job, SLOT_REFERENCE) ? request_wait(req, APPLY_FRESH) : fail(o);
}

/* The filters that walk and count have in common. */
static void put_concerned(const struct objective_job *o, struct db_params *p)
{
    db_put_id(p, o->in.dossier_id == INTEGER_NONE ? 0 : o->in.dossier_id);
    if (o->in.n_procedures)
        db_put_text_array(p, o->in.procedures, (int)o->in.n_procedures);
    else
        db_put_null(p);
    db_put_instant(p, o->in.from);
    db_put_instant(p, o->in.to);
}

static enum step_result apply_fresh(struct request *req)
{
    struct objective_job *o = job_of(req);
    struct db_params p;
    bool sent;

    if (!job_reference_is_fresh(&o->job, SLOT_REFERENCE))
        return req->error.code != ERR_NONE ? fail(o) : request_wait(req, APPLY_BEGIN);
    if (o->members)
        return request_next(req, APPLY_GATHER); /* a chunk under way goes on with new rules */
    if (o->job.total >= 0)
        return request_next(req, APPLY_CHUNK);
    db_params_init(&p);
    put_concerned(o, &p);
    sent = request_query(req, SLOT_IDS, DB_LANE_JOB, DB_OBJECTIVE_CONCERNED_COUNT, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, APPLY_TOTAL) : fail(o);
}

static enum step_result apply_total(struct request *req)
{
    struct objective_job *o = job_of(req);

    o->job.total = o->job.done + db_int(&request_result(req, SLOT_IDS)->result, 0, 0);
    return request_next(req, APPLY_CHUNK);
}

/* ---- a chunk ---- */

static enum step_result apply_chunk(struct request *req)
{
    struct objective_job *o = job_of(req);
    struct db_params p;
    bool sent;

    db_params_init(&p);
    put_concerned(o, &p);
    db_put_int8(&p, o->after);
    db_put_int4(&p, CHUNK);
    sent = request_query(req, SLOT_IDS, DB_LANE_JOB, DB_OBJECTIVE_CONCERNED, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, APPLY_GATHER) : fail(o);
}

static enum step_result finish(struct objective_job *o)
{
    struct request *req = &o->job.base;
    struct wire_objective_job_result out;

    wire_objective_job_result_init(&out);
    out.interval = o->in.interval;
    out.change = o->in.change;
    out.seen = o->job.done;
    out.found = o->found;
    out.letters = o->letters;
    out.failed = o->failed;
    if (!wire_objective_job_result_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return STEP_DONE;
}

static bool begin_chunk(struct objective_job *o)
{
    struct request *req = &o->job.base;
    const struct db_result *r = &request_result(req, SLOT_IDS)->result;
    int n = db_rows(r);

    req->chunk = arena_new(CHUNK_ARENA);
    o->members = req->chunk ? arena_array(req->chunk, (size_t)n, sizeof *o->members) : NULL;
    if (!o->members)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "objective"));
    o->n_members = n;
    o->n_rounds = 0;
    for (int i = 0; i < n; i++) {
        struct sweep_member *m = &o->members[i].sweep;

        m->id = db_int(r, i, 0);
        o->members[i].code = arena_strdup(req->chunk, db_text_or_empty(r, i, 1));
    }
    return true;
}

static enum step_result apply_gather(struct request *req)
{
    struct objective_job *o = job_of(req);
    int64_t ids[CHUNK];
    struct db_params p;
    bool sent;
    int n = 0;

    if (!o->members) {
        if (db_rows(&request_result(req, SLOT_IDS)->result) == 0)
            return finish(o);
        if (!begin_chunk(o))
            return fail(o);
    }
    for (int i = 0; i < o->n_members; i++)
        if (!o->members[i].is_settled)
            ids[n++] = o->members[i].sweep.id;
    db_params_init(&p);
    db_put_int8_array(&p, ids, n);
    sent = request_query(req, SLOT_EVENTS, DB_LANE_JOB, DB_EVENTS_OF, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, APPLY_DECIDE) : fail(o);
}

/* Gives each member its rows: both come by id. */
static bool read_events(struct objective_job *o)
{
    struct request *req = &o->job.base;
    const struct db_result *r = &request_result(req, SLOT_EVENTS)->result;
    int row = 0;

    for (int i = 0; i < o->n_members; i++) {
        struct sweep_member *m = &o->members[i].sweep;
        int from = row;

        if (o->members[i].is_settled)
            continue;
        row = history_rows_end(r, row, m->id);
        if (!history_rows_read(r, from, row, req->chunk, &m->history, &m->error) &&
            m->error.code == ERR_NO_MEMORY)
            return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "objective"));
    }
    return true;
}

/* What these events, of this edit, made of the dossier. */
static void tell_events(const struct objective_job *o, struct member *m, const struct event *events,
                        int n)
{
    bool is_after = false;

    for (int i = 0; i < n; i++) {
        const struct event *e = &events[i];

        if (e->action == ACTION_FIND_CAUSE &&
            event_number(e, EVENT_FIELD_CHANGE, 0) == o->in.change)
            m->is_found = is_after = true;
        else if (is_after &&
                 (e->action == ACTION_DRAFT_LETTER || e->action == ACTION_UNSIGN_LETTER ||
                  e->action == ACTION_LAPSE_LETTER || e->action == ACTION_WAIVE_LETTER))
            m->n_letters++;
    }
}

static void tell_dossier(struct member *m, const struct dossier *before,
                         const struct dossier *after)
{
    m->before = before->finding.verdict;
    m->after = after->finding.verdict;
    m->is_decided = after->is_cause_decided;
    for (int i = 0; i < after->n_letters; i++)
        m->has_letter_left = m->has_letter_left || after->letters[i].issued_at != INSTANT_NONE;
}

static void member_done(struct commit_member *m)
{
    request_release(m->data);
}

static bool decide_one(struct objective_job *o, struct member *m)
{
    struct request *req = &o->job.base;
    struct sweep_member *s = &m->sweep;
    struct sweep_work *work = &o->work;
    struct commit_member *cm = &s->record.member;

    m->is_submitted = false;
    dossier_init(work->dossier, s->id);
    if (s->error.code != ERR_NONE || !sweep_member_decide(work, s) || s->record.n_events == 0) {
        if (s->error.code == ERR_NONE)
            tell_events(o, m, s->history.events, s->history.n); /* by a run that was killed */
        tell_dossier(m, work->dossier, work->dossier);
        m->is_settled = true;
        return true;
    }
    tell_dossier(m, work->dossier, &s->record.after);
    cm->job_id = o->job.id;
    cm->fence = o->job.fence;
    cm->done = member_done;
    cm->data = req;
    if (!committer_submit(req->app->committer, cm, &req->error))
        return false;
    m->is_submitted = true;
    request_hold(req);
    return true;
}

static enum step_result apply_decide(struct request *req)
{
    struct objective_job *o = job_of(req);

    req->now = clock_business();
    if (!read_events(o))
        return fail(o);
    o->work = (struct sweep_work){.req = req,
                                  .arena = req->chunk,
                                  .at = req->now,
                                  .now = req->now,
                                  .letter_id = o->work.letter_id,
                                  .change = o->in.change};
    if (!sweep_work_room(&o->work, req->chunk)) {
        (void)error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "objective"));
        return fail(o);
    }
    /* What was handed over is waited for even when the next one could not be. */
    for (int i = 0; i < o->n_members && req->error.code == ERR_NONE; i++)
        if (!o->members[i].is_settled)
            (void)!decide_one(o, &o->members[i]);
    app_refill_ids(req->app, date_civil(instant_date(req->now, req->zone_s)).year);
    return request_wait(req, APPLY_COMMITTED);
}

/* ---- what came of it ---- */

/* Applied, failed for good, or to be decided again; false: the job cannot go on for now. */
static bool settle(struct objective_job *o, struct member *m)
{
    const struct commit_outcome *outcome = &m->sweep.record.member.outcome;

    switch (outcome->result) {
    case COMMIT_APPLIED:
        tell_events(o, m, m->sweep.record.events, m->sweep.record.n_events);
        m->is_settled = true;
        return true;
    case COMMIT_STALE_EPOCH:
        o->is_epoch_old = true;
        break;
    case COMMIT_STALE_VERSION:
    case COMMIT_CLOCK_BEHIND:
    case COMMIT_LETTER_CONFLICT: /* signed or numbered this moment: look again */
        break;
    case COMMIT_STALE_FENCE:
    case COMMIT_FAILED:
        if (outcome->result == COMMIT_STALE_FENCE || error_status(outcome->error.code) == 503) {
            o->job.base.error = outcome->error;
            return false;
        }
        m->sweep.error = outcome->error;
        m->is_settled = true;
        return true;
    case COMMIT_DUPLICATE_KEY:
    case COMMIT_CODE_EXHAUSTED:
    case COMMIT_CODE_TAKEN:
    case COMMIT_ALREADY_IMPORTED:
    case COMMIT_REGISTER_OUTSIDE:
    case COMMIT_NUMBER_REFUSED:
    case COMMIT_NO_DOSSIER:
        m->sweep.error = outcome->error;
        m->is_settled = true;
        return true;
    }
    o->is_again = true;
    return true;
}

static bool tell(struct objective_job *o, const struct member *m)
{
    struct request *req = &o->job.base;
    CLEANUP(buffer_deinit) struct buffer b = {0};
    struct wire_objective_job_item item;
    char sentence[600];

    wire_objective_job_item_init(&item);
    item.dossier = m->code;
    item.before = (int)m->before;
    item.after = (int)m->after;
    item.is_decided = m->is_decided;
    item.has_letter_left = m->has_letter_left;
    if (m->sweep.error.code != ERR_NONE) {
        error_sentence(&m->sweep.error, LANGUAGE_VI, req->zone_s, sentence, sizeof sentence);
        item.before = item.after = WORD_NONE;
        item.code = error_word(m->sweep.error.code);
        item.reason = sentence;
    }
    return wire_objective_job_item_encode(&item, req->zone_s, &b, &req->error) &&
           job_item_add(&o->job, arena_strndup(req->chunk, b.data, b.len));
}

static bool count(struct objective_job *o, const struct member *m)
{
    bool is_failed = m->sweep.error.code != ERR_NONE;

    o->job.done++;
    o->found += m->is_found;
    o->letters += m->n_letters;
    o->failed += is_failed;
    return (!m->is_found && !is_failed) || tell(o, m);
}

static enum step_result apply_committed(struct request *req)
{
    struct objective_job *o = job_of(req);

    o->is_again = o->is_epoch_old = false;
    for (int i = 0; i < o->n_members && req->error.code == ERR_NONE; i++)
        if (!o->members[i].is_settled && o->members[i].is_submitted && !settle(o, &o->members[i]))
            break;
    if (req->error.code != ERR_NONE)
        return fail(o);
    if (o->is_again) {
        if (++o->n_rounds > ROUNDS_MAX) {
            error_set(&req->error, ERR_DB_BUSY, arg_number("limit", ROUNDS_MAX));
            return fail(o);
        }
        return request_next(req, o->is_epoch_old ? APPLY_BEGIN : APPLY_GATHER);
    }
    for (int i = 0; i < o->n_members; i++)
        if (!count(o, &o->members[i]))
            return fail(o);
    o->after = o->members[o->n_members - 1].sweep.id;
    cursor_write(o);
    return job_checkpoint(&o->job) ? request_wait(req, APPLY_NEXT) : fail(o);
}

static enum step_result apply_next(struct request *req)
{
    struct objective_job *o = job_of(req);

    req->chunk = arena_free(req->chunk);
    o->members = NULL;
    return job_goes_on(&o->job) ? request_next(req, APPLY_CHUNK) : STEP_DONE;
}

static const struct step apply_steps[] = {
    [APPLY_BEGIN] = {"begin", apply_begin},
    [APPLY_FRESH] = {"fresh", apply_fresh},
    [APPLY_TOTAL] = {"total", apply_total},
    [APPLY_CHUNK] = {"chunk", apply_chunk},
    [APPLY_GATHER] = {"gather", apply_gather},
    [APPLY_DECIDE] = {"decide", apply_decide},
    [APPLY_COMMITTED] = {"committed", apply_committed},
    [APPLY_NEXT] = {"next", apply_next},
};
const struct use_case use_case_objective_apply = {"objective apply", sizeof(struct objective_job),
                                                  apply_steps, false, 64u << 20};
