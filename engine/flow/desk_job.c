/* The job that hands over a desk, by id and chunk by chunk; or counts what it would give. A chunk
 * is counted when all of it is settled. Begun again after a kill between its commits and its
 * checkpoint it is the same chunk: what this order has given already is told from its event, and
 * not given twice. Whether the receiver still works there is asked with every newer snapshot. */
#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/instant.h"
#include "flow/app.h"
#include "flow/desk.h"
#include "flow/history_rows.h"
#include "flow/job.h"
#include "flow/record.h"
#include "flow/sweep_member.h"
#include "flow/view.h"
#include "wire/message.h"

#define CHUNK       128
#define CHUNK_ARENA (256u << 20)
#define ROUNDS_MAX  50 /* of one chunk: somebody is faster again and again */

enum {
    DESK_BEGIN,
    DESK_FRESH,
    DESK_COUNTED,
    DESK_CHUNK,
    DESK_GATHER,
    DESK_DECIDE,
    DESK_COMMITTED,
    DESK_NEXT
};
enum { SLOT_REFERENCE, SLOT_IDS, SLOT_EVENTS };
enum outcome_of { NOT_CONCERNED, GIVEN, SKIPPED, FAILED };

struct member {
    int64_t id;
    const char *code;
    bool is_there; /* as it was listed */
    bool is_submitted, is_settled;
    enum outcome_of outcome;
    struct history history;
    struct record record;
    struct error error;
};

struct desk_job {
    struct job job; /* first */
    struct wire_desk_parameters in;
    struct desk_order order;
    int64_t after, given, skipped, failed; /* what the cursor keeps */
    struct member *members;
    int n_members, n_rounds;
    bool is_again, is_epoch_old; /* of this chunk a member must be decided anew */
};

static struct desk_job *job_of(struct request *req)
{
    return container_of(container_of(req, struct job, base), struct desk_job, job);
}

static enum step_result fail(struct desk_job *k)
{
    k->job.base.chunk = arena_free(k->job.base.chunk);
    return request_fail(&k->job.base);
}

static int64_t id_or_none(int64_t value)
{
    return value == INTEGER_NONE ? 0 : value;
}

/* ---- where it stands ---- */

static void cursor_read(struct desk_job *k)
{
    int64_t *const parts[] = {&k->after, &k->given, &k->skipped, &k->failed};

    job_cursor_read(&k->job, parts, ARRAY_LEN(parts));
}

static void cursor_write(struct desk_job *k)
{
    snprintf(k->job.cursor, sizeof k->job.cursor, "%" PRId64 ":%" PRId64 ":%" PRId64 ":%" PRId64,
             k->after, k->given, k->skipped, k->failed);
}

static enum step_result desk_begin(struct request *req)
{
    struct desk_job *k = job_of(req);

    if (!k->order.officer) {
        if (!wire_desk_parameters_decode(req->json, req->arena, &k->in, &req->error))
            return request_fail(req);
        k->order = (struct desk_order){.officer = k->in.officer,
                                       .office = k->in.office,
                                       .to = id_or_none(k->in.to),
                                       .change = id_or_none(k->in.change),
                                       .actor = req->principal.officer_id,
                                       .on_behalf_of = id_or_none(k->in.on_behalf_of)};
        cursor_read(k);
    }
    return job_reference_send(&k->job, SLOT_REFERENCE) ? request_wait(req, DESK_FRESH) : fail(k);
}

/* Does the receiver still work there? */
static bool is_sound(struct desk_job *k)
{
    struct request *req = &k->job.base;
    const struct officer_ref *to = reference_officer(req->reference, k->order.to);
    const struct office_ref *office = reference_office(req->reference, k->order.office);

    if (!k->order.to)
        return true;
    if (!to || !office)
        return error_set(&req->error, ERR_REFERENCE_MISSING, arg_text("what", "officer"));
    return desk_check_receiver(req->reference, to, office, &req->error);
}

static enum step_result desk_fresh(struct request *req)
{
    struct desk_job *k = job_of(req);
    struct db_params p;
    bool sent;

    if (!job_reference_is_fresh(&k->job, SLOT_REFERENCE))
        return req->error.code != ERR_NONE ? fail(k) : request_wait(req, DESK_BEGIN);
    if (!is_sound(k))
        return fail(k);
    if (k->members)
        return request_next(req, DESK_GATHER); /* a chunk under way goes on */
    if (k->job.total >= 0)
        return request_next(req, DESK_CHUNK);
    db_params_init(&p);
    db_put_int8(&p, k->order.officer);
    db_put_int8(&p, k->order.office);
    sent = request_query(req, SLOT_IDS, DB_LANE_JOB, DB_DESK_COUNT, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, DESK_COUNTED) : fail(k);
}

static enum step_result finish(struct desk_job *k, const struct db_result *counted)
{
    struct request *req = &k->job.base;
    struct wire_desk_result out;

    wire_desk_result_init(&out);
    out.officer = view_officer_key(req, k->order.officer);
    out.office = view_office_key(req, k->order.office);
    out.to = k->order.to ? view_officer_key(req, k->order.to) : NULL;
    out.is_preview = counted != NULL;
    if (counted) {
        out.held = db_int(counted, 0, 0);
        out.pending = db_int(counted, 0, 1);
    } else {
        out.given = k->given;
        out.skipped = k->skipped;
        out.failed = k->failed;
        out.change = k->order.change;
    }
    if (!wire_desk_result_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return STEP_DONE;
}

static enum step_result desk_counted(struct request *req)
{
    struct desk_job *k = job_of(req);
    const struct db_result *r = &request_result(req, SLOT_IDS)->result;

    if (!k->order.change)
        return finish(k, r);
    k->job.total = k->job.done + db_int(r, 0, 2);
    return request_next(req, DESK_CHUNK);
}

/* ---- a chunk ---- */

static enum step_result desk_chunk(struct request *req)
{
    struct desk_job *k = job_of(req);
    struct db_params p;
    bool sent;

    db_params_init(&p);
    db_put_int8(&p, k->order.officer);
    db_put_int8(&p, k->order.office);
    db_put_int8(&p, k->after);
    db_put_int4(&p, CHUNK);
    db_put_int8(&p, k->order.change);
    sent = request_query(req, SLOT_IDS, DB_LANE_JOB, DB_DESK_DOSSIERS, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, DESK_GATHER) : fail(k);
}

static bool begin_chunk(struct desk_job *k)
{
    struct request *req = &k->job.base;
    const struct db_result *r = &request_result(req, SLOT_IDS)->result;
    int n = db_rows(r);

    req->chunk = arena_new(CHUNK_ARENA);
    k->members = req->chunk ? arena_array(req->chunk, (size_t)n, sizeof *k->members) : NULL;
    if (!k->members)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "desk"));
    k->n_members = n;
    k->n_rounds = 0;
    for (int i = 0; i < n; i++) {
        k->members[i].id = db_int(r, i, 0);
        k->members[i].code = arena_strdup(req->chunk, db_text_or_empty(r, i, 1));
        k->members[i].is_there = db_bool(r, i, 2);
    }
    return true;
}

static enum step_result desk_gather(struct request *req)
{
    struct desk_job *k = job_of(req);
    int64_t ids[CHUNK];
    struct db_params p;
    bool sent;
    int n = 0;

    if (!k->members) {
        if (db_rows(&request_result(req, SLOT_IDS)->result) == 0)
            return finish(k, NULL);
        if (!begin_chunk(k))
            return fail(k);
    }
    for (int i = 0; i < k->n_members; i++)
        if (!k->members[i].is_settled)
            ids[n++] = k->members[i].id;
    db_params_init(&p);
    db_put_int8_array(&p, ids, n);
    sent = request_query(req, SLOT_EVENTS, DB_LANE_JOB, DB_EVENTS_OF, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, DESK_DECIDE) : fail(k);
}

/* Gives each member its rows: both come by id. */
static bool read_events(struct desk_job *k)
{
    struct request *req = &k->job.base;
    const struct db_result *r = &request_result(req, SLOT_EVENTS)->result;
    int row = 0;

    for (int i = 0; i < k->n_members; i++) {
        struct member *m = &k->members[i];
        int from = row;

        if (m->is_settled)
            continue;
        row = history_rows_end(r, row, m->id);
        if (!history_rows_read(r, from, row, req->chunk, &m->history, &m->error) &&
            m->error.code == ERR_NO_MEMORY)
            return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "desk"));
    }
    return true;
}

static void member_done(struct commit_member *m)
{
    request_release(m->data);
}

static void settle(struct member *m, enum outcome_of outcome)
{
    m->outcome = outcome;
    m->is_settled = true;
}

static bool decide_one(struct desk_job *k, struct member *m, struct dossier *d, int64_t now)
{
    struct request *req = &k->job.base;
    struct event *events = arena_array(req->chunk, DESK_EVENTS_MAX, sizeof *events);
    struct commit_member *cm = &m->record.member;
    int n;

    m->is_submitted = false;
    if (!events)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "desk"));
    if (m->error.code != ERR_NONE) {
        settle(m, m->is_there ? FAILED : NOT_CONCERNED);
        return true;
    }
    if (desk_is_given(&m->history, &k->order)) {
        settle(m, GIVEN); /* by a run that was killed */
        return true;
    }
    history_fold(&m->history, now, INSTANT_FOREVER, d);
    n = desk_compose(d, &k->order, now, events);
    if (n == 0) {
        settle(m, m->is_there ? SKIPPED : NOT_CONCERNED);
        return true;
    }
    if (!record_build(req->chunk, req->reference, &m->history, m->id, events, n, now, req->zone_s,
                      &m->record, &req->error))
        return false;
    cm->job_id = k->job.id;
    cm->fence = k->job.fence;
    cm->done = member_done;
    cm->data = req;
    if (!committer_submit(req->app->committer, cm, &req->error))
        return false;
    m->is_submitted = true;
    request_hold(req);
    return true;
}

static enum step_result desk_decide(struct request *req)
{
    struct desk_job *k = job_of(req);
    int64_t now = clock_business(); /* of this chunk: a long job is recorded as it goes */
    struct dossier *d = arena_new_of(req->chunk, struct dossier);

    if (!d)
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "desk"));
    if (!d || !read_events(k))
        return fail(k);
    /* What was handed over is waited for even when the next one could not be. */
    for (int i = 0; i < k->n_members && req->error.code == ERR_NONE; i++)
        if (!k->members[i].is_settled)
            (void)!decide_one(k, &k->members[i], d, now);
    return request_wait(req, DESK_COMMITTED);
}

/* ---- what came of it ---- */

/* Applied, failed for good, or to be decided again; false: the job cannot go on for now. */
static bool take_outcome(struct desk_job *k, struct member *m)
{
    const struct commit_outcome *o = &m->record.member.outcome;

    switch (o->result) {
    case COMMIT_APPLIED:
        settle(m, GIVEN);
        return true;
    case COMMIT_STALE_EPOCH:
        k->is_epoch_old = true;
        break;
    case COMMIT_STALE_VERSION:
    case COMMIT_CLOCK_BEHIND:
    case COMMIT_LETTER_CONFLICT:
        break;
    case COMMIT_STALE_FENCE:
    case COMMIT_FAILED:
        if (o->result == COMMIT_STALE_FENCE || error_status(o->error.code) == 503) {
            k->job.base.error = o->error;
            return false;
        }
        m->error = o->error;
        settle(m, FAILED);
        return true;
    case COMMIT_DUPLICATE_KEY:
    case COMMIT_CODE_EXHAUSTED:
    case COMMIT_CODE_TAKEN:
    case COMMIT_ALREADY_IMPORTED:
    case COMMIT_REGISTER_OUTSIDE:
    case COMMIT_NUMBER_REFUSED:
    case COMMIT_NO_DOSSIER:
        m->error = o->error;
        settle(m, FAILED);
        return true;
    }
    k->is_again = true;
    return true;
}

static bool tell(struct desk_job *k, const struct member *m)
{
    struct request *req = &k->job.base;
    CLEANUP(buffer_deinit) struct buffer b = {0};
    struct wire_desk_item item;
    char sentence[600];

    error_sentence(&m->error, LANGUAGE_VI, req->zone_s, sentence, sizeof sentence);
    wire_desk_item_init(&item);
    item.dossier = m->code;
    item.code = error_word(m->error.code);
    item.reason = sentence;
    return wire_desk_item_encode(&item, req->zone_s, &b, &req->error) &&
           job_item_add(&k->job, arena_strndup(req->chunk, b.data, b.len));
}

static bool count(struct desk_job *k, const struct member *m)
{
    k->given += m->outcome == GIVEN;
    k->skipped += m->outcome == SKIPPED;
    k->failed += m->outcome == FAILED;
    k->job.done += m->outcome != NOT_CONCERNED;
    return m->outcome != FAILED || tell(k, m);
}

static enum step_result desk_committed(struct request *req)
{
    struct desk_job *k = job_of(req);

    k->is_again = k->is_epoch_old = false;
    for (int i = 0; i < k->n_members && req->error.code == ERR_NONE; i++)
        if (!k->members[i].is_settled && k->members[i].is_submitted &&
            !take_outcome(k, &k->members[i]))
            break;
    if (req->error.code != ERR_NONE)
        return fail(k);
    if (k->is_again) {
        if (++k->n_rounds > ROUNDS_MAX) {
            error_set(&req->error, ERR_DB_BUSY, arg_number("limit", ROUNDS_MAX));
            return fail(k);
        }
        return request_next(req, k->is_epoch_old ? DESK_BEGIN : DESK_GATHER);
    }
    for (int i = 0; i < k->n_members; i++)
        if (!count(k, &k->members[i]))
            return fail(k);
    k->after = k->members[k->n_members - 1].id;
    cursor_write(k);
    return job_checkpoint(&k->job) ? request_wait(req, DESK_NEXT) : fail(k);
}

static enum step_result desk_next(struct request *req)
{
    struct desk_job *k = job_of(req);

    req->chunk = arena_free(req->chunk);
    k->members = NULL;
    return job_goes_on(&k->job) ? request_next(req, DESK_CHUNK) : STEP_DONE;
}

static const struct step desk_steps[] = {
    [DESK_BEGIN] = {"begin", desk_begin},
    [DESK_FRESH] = {"fresh", desk_fresh},
    [DESK_COUNTED] = {"counted", desk_counted},
    [DESK_CHUNK] = {"chunk", desk_chunk},
    [DESK_GATHER] = {"gather", desk_gather},
    [DESK_DECIDE] = {"decide", desk_decide},
    [DESK_COMMITTED] = {"committed", desk_committed},
    [DESK_NEXT] = {"next", desk_next},
};
const struct use_case use_case_desk_job = {"desk", sizeof(struct desk_job), desk_steps, false, 0};
