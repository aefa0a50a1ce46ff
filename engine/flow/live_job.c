/* Long work on the live stream: while somebody listens who may order it, the jobs under way are
 * looked at with every tick, and a change is told. Jobs have no feed: who was away asks for them.
 */
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "flow/live_impl.h"
#include "wire/message.h"

enum { C_LAST_ID, C_ID, C_KIND, C_STATE, C_DONE, C_TOTAL }; /* of job_watch.sql */

static bool may_read(const struct live *l, const struct live_stream *s, int kind)
{
    return right_grants(&s->principal, job_kind_grant((enum job_kind)kind), NULL, 0,
                        reference_within, l->reference);
}

static bool reads_any(const struct live *l, const struct live_stream *s)
{
    for (int kind = 0; kind < JOB_KIND_COUNT; kind++)
        if (may_read(l, s, kind))
            return true;
    return false;
}

static void tell(struct live *l, const struct live_known_job *j, struct live_stream *only)
{
    struct wire_live_job m;
    struct buffer b = {0};
    struct error err;

    wire_live_job_init(&m);
    m.id = j->id;
    m.kind = job_kind_word((enum job_kind)j->kind);
    m.state = j->state;
    m.done = j->done;
    if (j->total >= 0)
        m.total = j->total;
    if (!wire_live_job_encode(&m, l->app->zone_s, &b, &err)) {
        log_error(LOG_ERROR, "live_job", &err);
        buffer_deinit(&b);
        return;
    }
    for (struct live_stream *s = l->streams; s; s = s->next)
        if ((!only || s == only) && may_read(l, s, j->kind))
            http_stream_send(s->http, NULL, "job", b.data, b.len);
    buffer_deinit(&b);
}

void live_jobs_greet(struct live *l, struct live_stream *s)
{
    for (int i = 0; l->has_jobs && i < l->n_jobs; i++)
        tell(l, &l->known[i], s);
}

static bool is_under_way(int state)
{
    const char *word = words_job_state.words[state];

    return !strcmp(word, "waiting") || !strcmp(word, "running");
}

static struct live_known_job *find(struct live *l, int64_t id)
{
    for (int i = 0; i < l->n_jobs; i++)
        if (l->known[i].id == id)
            return &l->known[i];
    return NULL;
}

/* Tells a job that is new or has changed; keeps it in mind while it is under way. */
static void meet(struct live *l, const struct live_known_job *now)
{
    struct live_known_job *known = find(l, now->id);

    if (known && known->state == now->state && known->done == now->done &&
        known->total == now->total)
        return;
    tell(l, now, NULL);
    if (known && is_under_way(now->state))
        *known = *now;
    else if (known)
        *known = l->known[--l->n_jobs];
    else if (is_under_way(now->state) && l->n_jobs < LIVE_JOBS_MAX)
        l->known[l->n_jobs++] = *now;
}

static void looked(struct db_call *call)
{
    struct live *l = call->data;
    const struct db_result *r = &call->result;
    int n = call->error.code == ERR_NONE ? db_rows(r) : 0;

    l->is_asking_jobs = false;
    for (int i = 0; i < n && !l->is_closing && !db_is_null(r, i, C_ID); i++) {
        struct live_known_job now = {
            .id = db_int(r, i, C_ID),
            .kind = job_kind_find(db_text_or_empty(r, i, C_KIND)),
            .state = words_find(&words_job_state, db_text_or_empty(r, i, C_STATE)),
            .done = db_int(r, i, C_DONE),
            .total = db_is_null(r, i, C_TOTAL) ? -1 : db_int(r, i, C_TOTAL),
        };

        if (now.kind >= 0 && now.state >= 0) /* else of a newer program */
            meet(l, &now);
    }
    if (n > 0) {
        l->last_job = db_int(r, 0, C_LAST_ID);
        l->has_jobs = true;
    }
    db_call_deinit(call);
    live_maybe_closed(l);
}

void live_jobs_look(struct live *l)
{
    int64_t ids[LIVE_JOBS_MAX];
    bool is_wanted = false;
    struct db_params p;
    struct error err;

    for (const struct live_stream *s = l->streams; s && !is_wanted; s = s->next)
        is_wanted = reads_any(l, s);
    if (!is_wanted)
        l->has_jobs = false; /* whoever comes next begins anew */
    if (!is_wanted || l->is_asking_jobs || l->is_closing)
        return;
    if (!l->has_jobs)
        l->n_jobs = 0;
    for (int i = 0; i < l->n_jobs; i++)
        ids[i] = l->known[i].id;
    db_params_init(&p);
    db_put_int8_array(&p, ids, l->n_jobs);
    if (l->has_jobs)
        db_put_int8(&p, l->last_job);
    else
        db_put_null(&p);
    l->jobs.done = looked;
    l->jobs.data = l;
    l->is_asking_jobs = db_query(l->app->db, DB_LANE_READ, DB_JOB_WATCH, &p, &l->jobs, &err);
    db_params_deinit(&p);
}
