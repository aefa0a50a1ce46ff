/* The job that passes open dossiers on to the successors, a chunk at a time: read the ids behind
 * the cursor, fold their events, let the core compose, commit under the job's fence. The offices
 * ended before it began, and nothing new reaches them, so one pass is enough; a dossier that
 * somebody moved meanwhile is decided again with its chunk.
 *
 * A chunk is counted when all of it has passed over. Begun again, after a kill between its commits
 * and its checkpoint or because one of it was decided anew, it is the same chunk: what this merger
 * has moved already is told from its event, and counted without being moved twice. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/instant.h"
#include "domain/recompute.h"
#include "flow/app.h"
#include "flow/history_rows.h"
#include "flow/job.h"
#include "flow/office_merger.h"
#include "flow/record.h"

#define CHUNK       128
#define CHUNK_ARENA (256u << 20)
#define ROUNDS_MAX  50              /* of one chunk: somebody is faster again and again */
#define FAILED      RECOMPUTE_COUNT /* after the outcomes, as in words.def */

enum {
    APPLY_BEGIN,
    APPLY_FRESH,
    APPLY_CHUNK,
    APPLY_LOAD,
    APPLY_DECIDE,
    APPLY_COMMITTED,
    APPLY_NEXT
};
enum { SLOT_REFERENCE, SLOT_IDS, SLOT_EVENTS };

struct member {
    struct apply *apply;
    int64_t id;
    const char *code;
    struct history history;
    struct record record;
    struct commit_letter letters[DOSSIER_LETTERS_MAX];
    int n_lapsed;
    bool is_submitted, is_passed;
    int outcome; /* of the promise, where the calendar is another: enum recompute_outcome, FAILED */
    struct recompute recompute;
    struct error error; /* why it could not be computed */
};

struct apply {
    struct job job; /* first */
    struct merger_plan plan;
    int64_t after, letters, recomputed, failed; /* what the cursor keeps */
    struct member *members;
    int n_members, n_rounds;
    bool is_again; /* of this chunk a member must be decided anew */
    bool is_begun; /* a chunk was finished since the job was claimed */
};

static struct apply *apply_of(struct request *req)
{
    return container_of(container_of(req, struct job, base), struct apply, job);
}

static enum step_result fail(struct apply *a)
{
    a->job.base.chunk = arena_free(a->job.base.chunk);
    return request_fail(&a->job.base);
}

/* An empty cursor stands at the beginning. */
static void cursor_read(struct apply *a)
{
    int64_t *const parts[] = {&a->after, &a->letters, &a->recomputed, &a->failed};

    job_cursor_read(&a->job, parts, ARRAY_LEN(parts));
}

static enum step_result apply_begin(struct request *req)
{
    struct apply *a = apply_of(req);

    if (!a->plan.n) {
        if (!merger_plan_read(req, &a->plan))
            return request_fail(req);
        cursor_read(a);
    }
    return job_reference_send(&a->job, SLOT_REFERENCE) ? request_wait(req, APPLY_FRESH) : fail(a);
}

static enum step_result apply_fresh(struct request *req)
{
    struct apply *a = apply_of(req);

    if (!job_reference_is_fresh(&a->job, SLOT_REFERENCE))
        return req->error.code != ERR_NONE ? fail(a) : request_wait(req, APPLY_BEGIN);
    return request_next(req, APPLY_CHUNK);
}

static enum step_result apply_chunk(struct request *req)
{
    struct apply *a = apply_of(req);
    struct db_params p;
    bool sent;

    req->chunk = arena_free(req->chunk);
    db_params_init(&p);
    db_put_int8_array(&p, a->plan.from, a->plan.n);
    db_put_int8(&p, a->after);
    db_put_int4(&p, CHUNK);
    if (a->is_begun && !a->n_rounds)
        db_put_null(&p); /* nothing of this chunk can have passed over */
    else
        db_put_int8(&p, a->plan.rows[0].change);
    sent = request_query(req, SLOT_IDS, DB_LANE_JOB, DB_OFFICE_MERGER_DOSSIERS, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, APPLY_LOAD) : fail(a);
}

static enum step_result apply_load(struct request *req)
{
    struct apply *a = apply_of(req);
    const struct db_result *r = &request_result(req, SLOT_IDS)->result;
    int n = db_rows(r);
    struct db_params p;
    int64_t *ids;
    bool sent;

    if (n == 0)
        return merger_reply(req, &a->plan, a->job.done, a->letters, a->recomputed, a->failed);
    req->chunk = arena_new(CHUNK_ARENA);
    ids = req->chunk ? arena_array(req->chunk, (size_t)n, sizeof *ids) : NULL;
    a->members = req->chunk ? arena_array(req->chunk, (size_t)n, sizeof *a->members) : NULL;
    if (!ids || !a->members) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "merger"));
        return fail(a);
    }
    a->n_members = n;
    for (int i = 0; i < n; i++) {
        ids[i] = a->members[i].id = db_int(r, i, 0);
        a->members[i].code = arena_strdup(req->chunk, db_text_or_empty(r, i, 1));
        a->members[i].outcome = RECOMPUTE_SAME;
        a->members[i].apply = a;
    }
    db_params_init(&p);
    db_put_int8_array(&p, ids, n);
    sent = request_query(req, SLOT_EVENTS, DB_LANE_JOB, DB_EVENTS_OF, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, APPLY_DECIDE) : fail(a);
}

/* Gives each member its rows: both lists are by dossier. */
static bool read_events(struct apply *a)
{
    struct request *req = &a->job.base;
    const struct db_result *r = &request_result(req, SLOT_EVENTS)->result;
    int at = 0;

    for (int i = 0; i < a->n_members; i++) {
        struct member *m = &a->members[i];
        int from = at;

        at = history_rows_end(r, from, m->id);
        if (!history_rows_read(r, from, at, req->chunk, &m->history, &req->error))
            return false;
    }
    return true;
}

/* The successor of the competent office may work by another calendar: what was promised is computed
 * again on it, and moves to a later date only. What cannot be computed stays, and is told. */
static int recompute(struct apply *a, struct member *m, const struct dossier *was,
                     const struct dossier *after, int64_t now, int64_t change, struct event *ret)
{
    struct request *req = &a->job.base;
    const struct reference *r = req->reference;
    struct decision *decision;
    struct decide_context ctx;

    if (was->competent_office == after->competent_office ||
        reference_calendar(r, was->competent_office) ==
            reference_calendar(r, after->competent_office))
        return 0;
    decision = arena_new_of(req->chunk, struct decision);
    record_decide_context(r, after, now, req->zone_s, &ctx);
    m->outcome = FAILED;
    if (!decision) {
        error_set(&m->error, ERR_NO_MEMORY, arg_text("what", "merger"));
        return 0;
    }
    if (!dossier_recompute(&ctx, req->principal.officer_id, change, decision, &m->recompute,
                           &m->error))
        return 0;
    m->outcome = (int)m->recompute.outcome;
    for (int i = 0; i < decision->n_events; i++)
        ret[i] = decision->events[i];
    return decision->n_events;
}

/* Does an event carry out this merger? Its edit, or 0. */
static int64_t change_of(const struct apply *a, const struct event *e)
{
    int64_t change = event_number(e, EVENT_FIELD_CHANGE, 0);

    for (int i = 0; change && i < a->plan.n; i++)
        if (a->plan.rows[i].change == change)
            return change;
    return 0;
}

/* What this merger made of a dossier that it has passed over already, as its events tell. Only a
 * promise that it left alone is computed again, to know why; that moves nothing, or what could not
 * be computed the first time. */
static int read_passed(struct apply *a, struct member *m, const struct dossier *d, int64_t now,
                       struct event *ret)
{
    const struct history *h = &m->history;
    struct dossier *before = arena_new_of(a->job.base.chunk, struct dossier);
    int64_t recorded_at = INSTANT_NONE, change = 0;

    for (int i = 0; before && i < h->n; i++) {
        const struct event *e = &h->events[i];

        if (e->action == ACTION_SUCCEED_OFFICE && change_of(a, e) && !m->is_passed) {
            history_fold(&(struct history){h->events, i}, e->recorded_at, INSTANT_FOREVER, before);
            m->is_passed = true;
            recorded_at = e->recorded_at;
            change = change_of(a, e);
        }
        if (m->is_passed && e->recorded_at == recorded_at && e->action == ACTION_LAPSE_LETTER)
            m->n_lapsed++;
        if (m->is_passed && e->action == ACTION_RECOMPUTE_DUE && change_of(a, e)) {
            m->outcome = RECOMPUTE_MOVED;
            m->recompute.from.at = before->due_at;
            m->recompute.to.at = event_number(e, EVENT_FIELD_DUE_AT, INSTANT_NONE);
        }
    }
    return m->is_passed && m->outcome != RECOMPUTE_MOVED
               ? recompute(a, m, before, d, now, change, ret)
               : 0;
}

static void letter_rows(struct member *m)
{
    int n = 0;

    for (int i = 0; i < m->record.n_events; i++)
        if (m->record.events[i].action == ACTION_LAPSE_LETTER)
            m->letters[n++] = (struct commit_letter){
                .operation = COMMIT_LETTER_UPDATE,
                .id = event_number(&m->record.events[i], EVENT_FIELD_LETTER, 0),
                .state = LETTER_LAPSED,
                .signed_at = INSTANT_NONE,
                .numbered_at = INSTANT_NONE,
                .issued_at = INSTANT_NONE,
                .latest_at = INSTANT_NONE,
                .reappointed_at = INSTANT_NONE,
            };
    m->record.member.letters = m->letters;
    m->record.member.n_letters = n;
    m->n_lapsed += n;
}

static void member_done(struct commit_member *m)
{
    struct member *member = m->data;

    request_release(&member->apply->job.base);
}

static bool decide_one(struct apply *a, struct member *m, int64_t now)
{
    struct request *req = &a->job.base;
    size_t most = SUCCESSION_EVENTS_MAX + DECISION_EVENTS_MAX;
    struct event *events = arena_array(req->chunk, most, sizeof *events);
    struct dossier *d = arena_array(req->chunk, 2, sizeof *d);
    int n;

    if (!events || !d)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "merger"));
    history_fold(&m->history, now, INSTANT_FOREVER, &d[0]);
    n = succession_compose(&d[0], a->plan.rows, a->plan.n,
                           date_instant(a->plan.effective_on, req->zone_s), now,
                           req->principal.officer_id, events, &d[1]);
    if (n)
        n += recompute(a, m, &d[0], &d[1], now, event_number(&events[0], EVENT_FIELD_CHANGE, 0),
                       events + n);
    else
        n = read_passed(a, m, &d[0], now, events);
    if (n == 0)
        return true;
    if (!record_build(req->chunk, req->reference, &m->history, m->id, events, n, now, req->zone_s,
                      &m->record, &req->error))
        return false;
    letter_rows(m);
    m->record.member.job_id = a->job.id;
    m->record.member.fence = a->job.fence;
    m->record.member.done = member_done;
    m->record.member.data = m;
    if (!committer_submit(req->app->committer, &m->record.member, &req->error))
        return false;
    m->is_submitted = true;
    request_hold(req);
    return true;
}

static enum step_result apply_decide(struct request *req)
{
    struct apply *a = apply_of(req);
    int64_t now = clock_business(); /* of this chunk: a long job is recorded as it goes */

    if (!read_events(a))
        return fail(a);
    /* What was handed over is waited for even when the next one could not be. */
    for (int i = 0; i < a->n_members && req->error.code == ERR_NONE; i++)
        (void)!decide_one(a, &a->members[i], now);
    return request_wait(req, APPLY_COMMITTED);
}

/* A row for people, of a promise that was computed again, as a calendar job writes it. */
static bool tell(struct apply *a, const struct member *m)
{
    struct request *req = &a->job.base;
    CLEANUP(buffer_deinit) struct buffer b = {0};
    struct wire_calendar_job_item item;
    char sentence[600];

    wire_calendar_job_item_init(&item);
    item.dossier = m->code;
    item.outcome = m->outcome;
    item.from = m->outcome == FAILED ? INSTANT_NONE : m->recompute.from.at;
    item.to = m->outcome == FAILED ? INSTANT_NONE : m->recompute.to.at;
    item.is_provisional = m->recompute.to.is_provisional;
    if (m->outcome == FAILED) {
        error_sentence(&m->error, LANGUAGE_VI, req->zone_s, sentence, sizeof sentence);
        item.code = error_word(m->error.code);
        item.reason = sentence;
    }
    return wire_calendar_job_item_encode(&item, req->zone_s, &b, &req->error) &&
           job_item_add(&a->job, arena_strndup(req->chunk, b.data, b.len));
}

static bool count(struct apply *a, const struct member *m)
{
    if (!m->is_passed && !m->is_submitted)
        return true; /* looked at, and not concerned */
    a->job.done++;
    a->letters += m->n_lapsed;
    a->recomputed += m->outcome == RECOMPUTE_MOVED;
    a->failed += m->outcome == FAILED;
    return m->outcome == RECOMPUTE_SAME || m->outcome == RECOMPUTE_GIVEN ||
           m->outcome == RECOMPUTE_ENDED || tell(a, m);
}

/* Applied, or to be decided again; a fence that is not ours any more ends it for us. */
static bool is_settled(struct apply *a, const struct member *m)
{
    const struct commit_outcome *o = &m->record.member.outcome;

    switch (o->result) {
    case COMMIT_APPLIED:
        return true;
    case COMMIT_STALE_VERSION:
    case COMMIT_STALE_EPOCH:
    case COMMIT_CLOCK_BEHIND:
    case COMMIT_LETTER_CONFLICT: /* signed or numbered this moment: look again */
        a->is_again = true;
        return true;
    case COMMIT_DUPLICATE_KEY:
    case COMMIT_CODE_EXHAUSTED:
    case COMMIT_CODE_TAKEN:
    case COMMIT_ALREADY_IMPORTED:
    case COMMIT_REGISTER_OUTSIDE:
    case COMMIT_NUMBER_REFUSED:
    case COMMIT_STALE_FENCE:
    case COMMIT_NO_DOSSIER:
    case COMMIT_FAILED:
        break;
    }
    a->job.base.error = o->error;
    return false;
}

static enum step_result apply_committed(struct request *req)
{
    struct apply *a = apply_of(req);

    a->is_again = false;
    for (int i = 0; i < a->n_members && req->error.code == ERR_NONE; i++)
        if (a->members[i].is_submitted && !is_settled(a, &a->members[i]))
            break;
    if (req->error.code != ERR_NONE)
        return fail(a);
    if (a->is_again && ++a->n_rounds > ROUNDS_MAX) {
        error_set(&req->error, ERR_DB_BUSY, arg_number("limit", ROUNDS_MAX));
        return fail(a);
    }
    if (!a->is_again) {
        for (int i = 0; i < a->n_members; i++)
            if (!count(a, &a->members[i]))
                return fail(a);
        a->n_rounds = 0;
        a->is_begun = true;
        a->after = a->members[a->n_members - 1].id;
    }
    snprintf(a->job.cursor, sizeof a->job.cursor, "%" PRId64 ":%" PRId64 ":%" PRId64 ":%" PRId64,
             a->after, a->letters, a->recomputed, a->failed);
    return job_checkpoint(&a->job) ? request_wait(req, APPLY_NEXT) : fail(a);
}

static enum step_result apply_next(struct request *req)
{
    struct apply *a = apply_of(req);

    if (!job_goes_on(&a->job)) {
        req->chunk = arena_free(req->chunk);
        return STEP_DONE;
    }
    return request_next(req, a->is_again ? APPLY_BEGIN : APPLY_CHUNK);
}

static const struct step apply_steps[] = {
    [APPLY_BEGIN] = {"begin", apply_begin},    [APPLY_FRESH] = {"fresh", apply_fresh},
    [APPLY_CHUNK] = {"chunk", apply_chunk},    [APPLY_LOAD] = {"load", apply_load},
    [APPLY_DECIDE] = {"decide", apply_decide}, [APPLY_COMMITTED] = {"committed", apply_committed},
    [APPLY_NEXT] = {"next", apply_next},
};
const struct use_case use_case_office_merger_apply = {"office merger apply", sizeof(struct apply),
                                                      apply_steps, false, 0};
