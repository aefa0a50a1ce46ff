/* What an edit of a calendar makes of one dossier: computed, committed, counted, told. */
#include "base/clock.h"
#include "flow/app.h"
#include "flow/calendar_impl.h"

static void settle(struct calendar_member *m, int outcome)
{
    m->outcome = outcome;
    m->is_settled = true;
}

static void member_done(struct commit_member *m)
{
    request_release(m->data);
}

/* A daemon killed after the commit and before the cursor: what this very edit has moved already is
 * told from its event and is not moved again. */
static bool moved_before(struct calendar_member *m, int64_t change)
{
    const struct history *h = &m->history;

    for (int i = h->n - 1; change && i >= 0; i--) {
        const struct event *e = &h->events[i];
        struct dossier before;

        if (e->action != ACTION_RECOMPUTE_DUE || event_number(e, EVENT_FIELD_CHANGE, 0) != change)
            continue;
        history_fold(&(struct history){h->events, i}, e->recorded_at, INSTANT_FOREVER, &before);
        m->recompute.from = (struct due){.at = before.due_at, .on = before.due_on};
        m->recompute.to = (struct due){.at = event_number(e, EVENT_FIELD_DUE_AT, INSTANT_NONE),
                                       .on = (int32_t)event_number(e, EVENT_FIELD_DUE_ON, 0)};
        m->is_on_slip = before.due_at == before.due_original;
        settle(m, RECOMPUTE_MOVED);
        return true;
    }
    return false;
}

static bool submit(struct calendar_job *c, struct calendar_member *m,
                   const struct decision *decision)
{
    struct request *req = &c->job.base;
    struct commit_member *cm;

    m->record = arena_alloc(req->chunk, sizeof *m->record);
    if (!m->record)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "calendar"));
    if (!record_build(req->chunk, req->reference, &m->history, m->id, decision->events,
                      decision->n_events, req->now, req->zone_s, m->record, &m->error)) {
        settle(m, CALENDAR_FAILED);
        return true;
    }
    cm = &m->record->member;
    cm->job_id = c->job.id;
    cm->fence = c->job.fence;
    cm->done = member_done;
    cm->data = req;
    if (!committer_submit(req->app->committer, cm, &req->error))
        return false;
    m->is_submitted = true;
    request_hold(req);
    return true;
}

bool calendar_member_decide(struct calendar_job *c, struct calendar_member *m)
{
    struct request *req = &c->job.base;
    struct decide_context ctx;
    struct decision decision;
    struct dossier d;

    m->is_submitted = false;
    if (m->error.code != ERR_NONE) { /* its events cannot be read */
        settle(m, CALENDAR_FAILED);
        return true;
    }
    if (!c->is_preview && moved_before(m, c->in.change))
        return true;
    dossier_init(&d, m->id);
    history_fold(&m->history, req->now, INSTANT_FOREVER, &d);
    m->is_on_slip = d.due_at == d.due_original;
    record_decide_context(req->reference, &d, req->now, req->zone_s, &ctx);
    if (!dossier_recompute(&ctx, req->principal.officer_id, c->in.change, &decision, &m->recompute,
                           &m->error)) {
        settle(m, CALENDAR_FAILED);
        return true;
    }
    if (m->recompute.outcome == RECOMPUTE_MOVED && !c->is_preview)
        return submit(c, m, &decision);
    settle(m, (int)m->recompute.outcome);
    return true;
}

bool calendar_member_settle(struct calendar_job *c, struct calendar_member *m,
                            bool *ret_is_epoch_old)
{
    const struct commit_outcome *o = &m->record->member.outcome;
    struct request *req = &c->job.base;

    switch (o->result) {
    case COMMIT_APPLIED:
        settle(m, RECOMPUTE_MOVED);
        return true;
    case COMMIT_STALE_EPOCH:
        *ret_is_epoch_old = true;
        break;
    case COMMIT_STALE_VERSION:
        break;
    case COMMIT_STALE_FENCE:
    case COMMIT_CLOCK_BEHIND: /* the clock, not this dossier */
        req->error = o->error;
        return false;
    case COMMIT_FAILED:
        if (error_status(o->error.code) == 503) { /* the database, not this dossier */
            req->error = o->error;
            return false;
        }
        m->n_tries = CALENDAR_TRIES;
        break;
    case COMMIT_DUPLICATE_KEY:
    case COMMIT_CODE_EXHAUSTED:
    case COMMIT_CODE_TAKEN:
    case COMMIT_ALREADY_IMPORTED:
    case COMMIT_LETTER_CONFLICT:
    case COMMIT_REGISTER_OUTSIDE:
    case COMMIT_NUMBER_REFUSED:
    case COMMIT_NO_DOSSIER:
        m->n_tries = CALENDAR_TRIES;
        break;
    }
    if (++m->n_tries < CALENDAR_TRIES) {
        req->app->metrics.redecided++;
        return true;
    }
    m->error = o->error;
    settle(m, CALENDAR_FAILED);
    return true;
}

static bool tell(struct calendar_job *c, const struct calendar_member *m)
{
    struct request *req = &c->job.base;
    CLEANUP(buffer_deinit) struct buffer b = {0};
    struct wire_calendar_job_item item;
    char sentence[600];

    wire_calendar_job_item_init(&item);
    item.dossier = m->code;
    item.outcome = m->outcome;
    item.from = m->recompute.from.at;
    item.to = m->recompute.to.at;
    item.is_on_slip = m->is_on_slip;
    item.is_provisional = m->recompute.to.is_provisional;
    if (m->outcome == CALENDAR_FAILED) {
        error_sentence(&m->error, LANGUAGE_VI, req->zone_s, sentence, sizeof sentence);
        item.from = item.to = INSTANT_NONE;
        item.code = error_word(m->error.code);
        item.reason = sentence;
    }
    return wire_calendar_job_item_encode(&item, req->zone_s, &b, &req->error) &&
           job_item_add(&c->job, arena_strndup(req->chunk, b.data, b.len));
}

bool calendar_member_count(struct calendar_job *c, const struct calendar_member *m)
{
    struct calendar_tally *t = &c->tally;
    int32_t on = m->recompute.to.on;

    if (c->pass == 1) {
        if (m->outcome == CALENDAR_FAILED)
            return true; /* counted and told before */
        t->n[CALENDAR_FAILED]--;
    } else {
        c->job.done++;
    }
    t->n[m->outcome]++;
    if (m->outcome == RECOMPUTE_MOVED) {
        if (t->earliest_on == DATE_NONE || on < t->earliest_on)
            t->earliest_on = on;
        if (t->latest_on == DATE_NONE || on > t->latest_on)
            t->latest_on = on;
    }
    if (c->pass == 0 && (m->outcome == RECOMPUTE_SAME || m->outcome == RECOMPUTE_GIVEN ||
                         m->outcome == RECOMPUTE_ENDED))
        return true;
    return tell(c, m);
}
