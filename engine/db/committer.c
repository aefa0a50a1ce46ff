/* The committer: a queue, and one batch under way per writer connection.
 *
 * Who may not travel together is known by claims: a dossier, a key and each letter are one 64-bit
 * mark each; a member whose mark is in a batch under way waits. Two different things with the same
 * mark only wait for nothing. */
#include "db/committer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/instant.h"
#include "db/committer_encode.h"
#include "db/sqlstate.h"

#define COMMIT_WRITERS_MAX 8
#define COMMIT_WAITING_MAX 20000
#define COMMIT_LOOK_MAX    1024 /* members looked at for one batch */
#define COMMIT_CLAIMS_MAX  (COMMIT_BATCH_MAX * 12)
#define COMMIT_TRIES_MAX   8
/* Beside a batch under way another leaves only with so many: two small ones cost the server a third
 * more than one of both. But nobody waits longer for it than this: it may wait for a lock. */
#define COMMIT_BESIDE_MIN 48
#define COMMIT_BESIDE_MS  10

struct commit_batch {
    struct committer *committer;
    struct db_call call;
    bool is_under_way;
    uint64_t left_at; /* of the loop's clock, ms */
    int n;
    struct commit_member *members[COMMIT_BATCH_MAX];
    int n_claims;
    uint64_t claims[COMMIT_CLAIMS_MAX];
};

struct committer {
    struct db *db;
    uv_prepare_t prepare; /* batches leave when the loop is about to sleep: all of one round join */
    uv_timer_t patience;  /* runs while fewer wait than may leave */
    int n_handles;        /* still open */
    bool is_armed, is_closing;
    int n_writers;
    struct commit_batch batches[COMMIT_WRITERS_MAX];
    struct commit_member *first, **last;
    struct commit_rows rows;
    struct db_params params;
    struct committer_stats stats;
    void (*applied)(void *data);
    void *applied_data;
};

/* ---- claims ---- */

static uint64_t claim_of(int kind, const void *bytes, size_t len)
{
    const unsigned char *p = bytes;
    uint64_t h = UINT64_C(14695981039346656037) ^ (uint64_t)kind;

    for (size_t i = 0; i < len; i++)
        h = (h ^ p[i]) * UINT64_C(1099511628211);
    return h;
}

/* Marks of a member; returns how many, at most 2 + its letters. */
static int member_claims(const struct commit_member *m, uint64_t *ret)
{
    int n = 0;

    ret[n++] = claim_of(1, &m->after->id, sizeof m->after->id);
    if (m->key)
        ret[n++] = claim_of(2, m->key, strlen(m->key)) ^ (uint64_t)m->principal;
    for (int i = 0; i < m->n_letters; i++)
        ret[n++] = claim_of(3, &m->letters[i].id, sizeof m->letters[i].id);
    return n;
}

static bool claims_meet(const struct commit_batch *batch, const uint64_t *claims, int n)
{
    for (int i = 0; i < batch->n_claims; i++) {
        for (int j = 0; j < n; j++) {
            if (batch->claims[i] == claims[j])
                return true;
        }
    }
    return false;
}

/* May it join `batch` now? Those under way count as well. */
static bool member_fits(const struct committer *c, const struct commit_batch *batch,
                        const uint64_t *claims, int n)
{
    if (batch->n_claims + n > COMMIT_CLAIMS_MAX || claims_meet(batch, claims, n))
        return false;
    for (int i = 0; i < c->n_writers; i++) {
        if (c->batches[i].is_under_way && claims_meet(&c->batches[i], claims, n))
            return false;
    }
    return true;
}

/* ---- the queue ---- */

static void queue_push(struct committer *c, struct commit_member *m)
{
    m->next = NULL;
    *c->last = m;
    c->last = &m->next;
    c->stats.waiting++;
}

/* Back to the head, in their order. */
static void queue_put_back(struct committer *c, struct commit_member *const *members, int n)
{
    for (int i = n - 1; i >= 0; i--) {
        members[i]->next = c->first;
        if (!c->first)
            c->last = &members[i]->next;
        c->first = members[i];
    }
    c->stats.waiting += n;
}

static void queue_remove(struct committer *c, struct commit_member **at)
{
    struct commit_member *m = *at;

    *at = m->next;
    if (c->last == &m->next)
        c->last = at;
    c->stats.waiting--;
}

/* ---- batches ---- */

static void batch_fill(struct committer *c, struct commit_batch *batch)
{
    struct commit_member **at = &c->first;
    uint64_t claims[2 + COMMIT_MEMBER_LETTERS_MAX];

    batch->n = batch->n_claims = 0;
    for (int looked = 0; *at && looked < COMMIT_LOOK_MAX && batch->n < COMMIT_BATCH_MAX; looked++) {
        struct commit_member *m = *at;
        int n = member_claims(m, claims);

        if ((m->is_alone && batch->n > 0) || !member_fits(c, batch, claims, n)) {
            at = &m->next;
            continue;
        }
        memcpy(batch->claims + batch->n_claims, claims, (size_t)n * sizeof claims[0]);
        batch->n_claims += n;
        queue_remove(c, at);
        batch->members[batch->n++] = m;
        if (m->is_alone)
            return;
    }
}

static void batch_deliver(struct commit_batch *batch)
{
    struct commit_member *members[COMMIT_BATCH_MAX];
    int n = batch->n;

    /* Callbacks may submit and so use this batch again. */
    memcpy(members, batch->members, (size_t)n * sizeof members[0]);
    batch->n = batch->n_claims = 0;
    for (int i = 0; i < n; i++)
        members[i]->done(members[i]);
}

static void batch_fail(struct commit_batch *batch, const struct error *why)
{
    for (int i = 0; i < batch->n; i++) {
        struct commit_outcome *o = &batch->members[i]->outcome;

        memset(o, 0, sizeof *o);
        o->result = COMMIT_FAILED;
        o->error = *why;
    }
    batch_deliver(batch);
}

/* Back into the queue, each member to travel alone when that finds the bad one. */
static bool batch_again(struct commit_batch *batch, bool is_retryable)
{
    struct committer *c = batch->committer;

    if (c->is_closing || (!is_retryable && batch->n == 1))
        return false;
    for (int i = 0; i < batch->n; i++) {
        if (batch->members[i]->n_tries >= COMMIT_TRIES_MAX)
            return false;
    }
    for (int i = 0; i < batch->n; i++) {
        batch->members[i]->n_tries++;
        if (!is_retryable)
            batch->members[i]->is_alone = true;
    }
    if (is_retryable)
        c->stats.retries++;
    else
        c->stats.singles += (uint64_t)batch->n;
    queue_put_back(c, batch->members, batch->n);
    batch->n = batch->n_claims = 0;
    return true;
}

static void committer_arm(struct committer *c);
static void committer_end(struct committer *c);

/* Ends everybody who waits. */
static void queue_fail(struct committer *c, const char *reason)
{
    struct commit_member *m;
    struct error why = {0};

    (void)error_set(&why, ERR_DB_UNAVAILABLE, arg_text("reason", reason));
    /* Whoever is submitted by a callback waits behind the last one of now. */
    for (int n = c->stats.waiting; n > 0; n--) {
        m = c->first;
        queue_remove(c, &c->first);
        memset(&m->outcome, 0, sizeof m->outcome);
        m->outcome.result = COMMIT_FAILED;
        m->outcome.error = why;
        m->done(m);
    }
}

static void batch_done(struct db_call *call)
{
    struct commit_batch *batch = container_of(call, struct commit_batch, call);
    struct committer *c = batch->committer;

    batch->is_under_way = false;
    if (call->error.code == ERR_NONE && db_rows(&call->result) == batch->n) {
        int n_refused = 0;

        for (int i = 0; i < batch->n; i++) {
            commit_outcome_read(&call->result, i, batch->members[i]);
            n_refused += batch->members[i]->outcome.result != COMMIT_APPLIED;
        }
        c->stats.conflicts += (uint64_t)n_refused;
        db_call_deinit(call);
        if (c->applied && n_refused < batch->n)
            c->applied(c->applied_data);
        batch_deliver(batch);
    } else {
        struct error why = call->error;
        const char *state = sqlstate_of(&call->result);
        /* Without a word of the server nobody knows the outcome, and nothing is repeated. */
        bool may_repeat = state[0] && strncmp(state, "57P", 3) != 0;
        bool is_again = may_repeat && batch_again(batch, sqlstate_is_retryable(state));

        db_call_deinit(call);
        if (!is_again)
            batch_fail(batch, &why);
    }
    if (c->is_closing)
        committer_end(c);
    else
        committer_arm(c);
}

static bool batch_send(struct commit_batch *batch)
{
    struct committer *c = batch->committer;
    struct db_params *p = &c->params;
    struct error err = {0};

    commit_rows_reset(&c->rows, c->db);
    for (int i = 0; i < batch->n; i++)
        commit_rows_add(&c->rows, i + 1, batch->members[i]);
    db_params_clear(p);
    db_put_instant(p, clock_real());
    for (int i = 0; i < DB_TYPE_APPLIED; i++)
        db_put_rows(p, &c->rows.of[i]);
    batch->call.done = batch_done;
    if (!db_query(c->db, DB_LANE_WRITE, DB_APPLY_DECISIONS, p, &batch->call, &err)) {
        batch_fail(batch, &err);
        return false;
    }
    batch->is_under_way = true;
    batch->left_at = uv_now(db_loop(c->db));
    c->stats.batches++;
    c->stats.members += (uint64_t)batch->n;
    if (batch->n > c->stats.largest)
        c->stats.largest = batch->n;
    return true;
}

static void committer_on_patience(uv_timer_t *patience)
{
    committer_arm(patience->data);
}

/* Do those who wait leave now, or are they too few beside what is under way? Then they do when it
 * comes back, when more have come, or when it has taken long. */
static bool committer_leaves(struct committer *c)
{
    uint64_t newest = 0, now = uv_now(db_loop(c->db));

    if (c->stats.waiting >= COMMIT_BESIDE_MIN)
        return true;
    for (int i = 0; i < c->n_writers; i++)
        if (c->batches[i].is_under_way && c->batches[i].left_at > newest)
            newest = c->batches[i].left_at;
    if (!newest || now - newest >= COMMIT_BESIDE_MS)
        return true;
    (void)uv_timer_start(&c->patience, committer_on_patience, newest + COMMIT_BESIDE_MS - now, 0);
    return false;
}

/* The loop is about to sleep: whoever waits leaves, as far as writers are free. */
static void committer_on_prepare(uv_prepare_t *prepare)
{
    struct committer *c = prepare->data;
    struct db_stats stats;

    (void)uv_prepare_stop(&c->prepare);
    c->is_armed = false;
    db_stats(c->db, DB_LANE_WRITE, &stats);
    if (!stats.live)
        queue_fail(c, "no writer");
    for (int i = 0; i < c->n_writers && c->first; i++) {
        if (c->batches[i].is_under_way || db_idle_count(c->db, DB_LANE_WRITE) == 0)
            continue;
        if (!committer_leaves(c))
            return;
        batch_fill(c, &c->batches[i]);
        if (c->batches[i].n == 0)
            return;
        (void)batch_send(&c->batches[i]);
    }
}

static void committer_arm(struct committer *c)
{
    if (c->is_armed || c->is_closing || !c->first)
        return;
    c->is_armed = true;
    (void)uv_prepare_start(&c->prepare, committer_on_prepare);
}

static void committer_on_idle(void *data)
{
    committer_arm(data);
}

/* ---- life ---- */

bool committer_new(struct db *db, struct committer **ret_committer, struct error *err)
{
    struct committer *c = calloc(1, sizeof *c);
    struct db_stats stats;

    if (!c)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "committer"));
    db_stats(db, DB_LANE_WRITE, &stats);
    c->db = db;
    c->n_writers = stats.connections < COMMIT_WRITERS_MAX ? stats.connections : COMMIT_WRITERS_MAX;
    for (int i = 0; i < c->n_writers; i++)
        c->batches[i].committer = c;
    c->last = &c->first;
    commit_rows_init(&c->rows);
    db_params_init(&c->params);
    (void)uv_prepare_init(db_loop(db), &c->prepare);
    c->prepare.data = c;
    (void)uv_timer_init(db_loop(db), &c->patience);
    c->patience.data = c;
    c->n_handles = 2;
    db_on_idle(db, DB_LANE_WRITE, committer_on_idle, c);
    *ret_committer = c;
    return true;
}

static void committer_closed(uv_handle_t *handle)
{
    struct committer *c = handle->data;

    if (--c->n_handles > 0)
        return;
    commit_rows_deinit(&c->rows);
    db_params_deinit(&c->params);
    free(c);
}

/* Once the last batch is back the memory goes. */
static void committer_end(struct committer *c)
{
    for (int i = 0; i < c->n_writers; i++) {
        if (c->batches[i].is_under_way)
            return;
    }
    uv_close((uv_handle_t *)&c->prepare, committer_closed);
    uv_close((uv_handle_t *)&c->patience, committer_closed);
}

struct committer *committer_free(struct committer *c)
{
    if (!c)
        return NULL;
    c->is_closing = true;
    db_on_idle(c->db, DB_LANE_WRITE, NULL, NULL);
    queue_fail(c, "closing");
    committer_end(c);
    return NULL;
}

void committer_on_applied(struct committer *c, void (*applied)(void *data), void *data)
{
    c->applied = applied;
    c->applied_data = data;
}

void commit_member_init(struct commit_member *m)
{
    memset(m, 0, sizeof *m);
    m->next_alarm_at = m->next_stored_at = INSTANT_NONE;
    m->zone_s = ZONE_VIETNAM_S;
}

bool committer_submit(struct committer *c, struct commit_member *m, struct error *err)
{
    struct db_stats stats;

    assert(m->done && m->after && m->n_events > 0);
    assert(m->n_letters <= COMMIT_MEMBER_LETTERS_MAX);
    db_stats(c->db, DB_LANE_WRITE, &stats);
    if (!stats.live || c->is_closing)
        return error_set(err, ERR_DB_UNAVAILABLE, arg_text("reason", "no writer"));
    if (c->stats.waiting >= COMMIT_WAITING_MAX)
        return error_set(err, ERR_DB_BUSY, arg_number("limit", COMMIT_WAITING_MAX));
    m->n_tries = 0;
    m->is_alone = false;
    queue_push(c, m);
    committer_arm(c);
    return true;
}

void committer_stats(const struct committer *c, struct committer_stats *ret)
{
    *ret = c->stats;
}
