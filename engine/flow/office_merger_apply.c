/* The job that passes open dossiers on to the successors: a walk (job_walk.h). The offices ended
 * before it began, and nothing new reaches them, so one pass is enough. What this merger has moved
 * already is told from its event, and counted without being moved twice. */
#include "base/instant.h"
#include "domain/recompute.h"
#include "flow/app.h"
#include "flow/job_walk.h"
#include "flow/office_merger.h"
#include "flow/record.h"

#define NOT_COMPUTED RECOMPUTE_COUNT /* after the outcomes, as in words.def */

enum { LETTERS, RECOMPUTED, FAILED }; /* counted in the cursor */

struct member {
    struct walk_member base; /* first */
    struct record record;
    struct commit_letter letters[DOSSIER_LETTERS_MAX];
    int n_lapsed;
    bool is_passed; /* false: looked at, and not concerned */
    int outcome;    /* of the promise, where the calendar is another: enum recompute_outcome, or
                       NOT_COMPUTED (base.error says why) */
    struct recompute recompute;
};

struct apply {
    struct walk walk; /* first */
    struct merger_plan plan;
};

static struct apply *apply_of(const struct walk *w)
{
    return container_of(w, struct apply, walk);
}

static struct member *member_of(const struct walk_member *m)
{
    return container_of(m, struct member, base);
}

static bool begin(struct walk *w)
{
    return merger_plan_read(&w->job.base, &apply_of(w)->plan);
}

static void put_chunk(const struct walk *w, struct db_params *p)
{
    const struct merger_plan *plan = &apply_of(w)->plan;

    db_put_int8_array(p, plan->from, plan->n);
    db_put_int8(p, w->after);
    db_put_int4(p, WALK_CHUNK);
    if (w->has_counted)
        db_put_null(p); /* nothing of this chunk can have passed over */
    else
        db_put_int8(p, plan->rows[0].change);
}

/* The successor of the competent office may work by another calendar: what was promised is computed
 * again on it, and moves to a later date only. What cannot be computed stays, and is told. */
static int recompute(struct walk *w, struct member *m, const struct dossier *was,
                     const struct dossier *after, int64_t change, struct event *ret)
{
    struct request *req = &w->job.base;
    const struct reference *r = req->reference;
    struct decision *decision;
    struct decide_context ctx;

    if (was->competent_office == after->competent_office ||
        reference_calendar(r, was->competent_office) ==
            reference_calendar(r, after->competent_office))
        return 0;
    decision = arena_new_of(req->chunk, struct decision);
    record_decide_context(r, after, w->now, req->zone_s, &ctx);
    m->outcome = NOT_COMPUTED;
    if (!decision) {
        error_set(&m->base.error, ERR_NO_MEMORY, arg_text("what", "merger"));
        return 0;
    }
    if (!dossier_recompute(&ctx, req->principal.officer_id, change, decision, &m->recompute,
                           &m->base.error))
        return 0;
    m->outcome = (int)m->recompute.outcome;
    for (int i = 0; i < decision->n_events; i++)
        ret[i] = decision->events[i];
    return decision->n_events;
}

/* Does an event carry out this merger? Its edit, or 0. */
static int64_t change_of(const struct merger_plan *plan, const struct event *e)
{
    int64_t change = event_number(e, EVENT_FIELD_CHANGE, 0);

    for (int i = 0; change && i < plan->n; i++)
        if (plan->rows[i].change == change)
            return change;
    return 0;
}

/* What this merger made of a dossier that it has passed over already, as its events tell. Only a
 * promise that it left alone is computed again, to know why; that moves nothing, or what could not
 * be computed the first time. */
static int read_passed(struct walk *w, struct member *m, const struct dossier *d, struct event *ret)
{
    const struct merger_plan *plan = &apply_of(w)->plan;
    const struct history *h = &m->base.history;
    struct dossier *before = arena_new_of(w->job.base.chunk, struct dossier);
    int64_t recorded_at = INSTANT_NONE, change = 0;

    for (int i = 0; before && i < h->n; i++) {
        const struct event *e = &h->events[i];

        if (e->action == ACTION_SUCCEED_OFFICE && change_of(plan, e) && !m->is_passed) {
            history_fold(&(struct history){h->events, i}, e->recorded_at, INSTANT_FOREVER, before);
            m->is_passed = true;
            recorded_at = e->recorded_at;
            change = change_of(plan, e);
        }
        if (m->is_passed && e->recorded_at == recorded_at && e->action == ACTION_LAPSE_LETTER)
            m->n_lapsed++;
        if (m->is_passed && e->action == ACTION_RECOMPUTE_DUE && change_of(plan, e)) {
            m->outcome = RECOMPUTE_MOVED;
            m->recompute.from.at = before->due_at;
            m->recompute.to.at = event_number(e, EVENT_FIELD_DUE_AT, INSTANT_NONE);
        }
    }
    return m->is_passed && m->outcome != RECOMPUTE_MOVED ? recompute(w, m, before, d, change, ret)
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

static bool decide(struct walk *w, struct walk_member *base)
{
    struct request *req = &w->job.base;
    const struct merger_plan *plan = &apply_of(w)->plan;
    struct member *m = member_of(base);
    size_t most = SUCCESSION_EVENTS_MAX + DECISION_EVENTS_MAX;
    struct event *events = arena_array(req->chunk, most, sizeof *events);
    struct dossier *d = arena_array(req->chunk, 2, sizeof *d);
    int n;

    if (!events || !d)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "merger"));
    if (base->error.code != ERR_NONE) { /* none stays behind */
        req->error = base->error;
        return false;
    }
    m->outcome = RECOMPUTE_SAME;
    m->is_passed = false;
    m->n_lapsed = 0;
    history_fold(&base->history, w->now, INSTANT_FOREVER, &d[0]);
    n = succession_compose(&d[0], plan->rows, plan->n,
                           date_instant(plan->effective_on, req->zone_s), w->now,
                           req->principal.officer_id, events, &d[1]);
    if (n)
        n += recompute(w, m, &d[0], &d[1], event_number(&events[0], EVENT_FIELD_CHANGE, 0),
                       events + n);
    else
        n = read_passed(w, m, &d[0], events);
    if (n == 0) {
        walk_settle(base);
        return true;
    }
    if (!record_build(req->chunk, req->reference, &base->history, base->id, events, n, w->now,
                      req->zone_s, &m->record, &req->error))
        return false;
    letter_rows(m);
    return walk_submit(w, base, &m->record.member);
}

static void applied(struct walk *w, struct walk_member *m)
{
    (void)w;
    member_of(m)->is_passed = true;
}

/* None stays behind: what cannot be moved ends the job, which tells why. */
static bool refused(struct walk *w, struct walk_member *m)
{
    w->job.base.error = m->error;
    return false;
}

/* A row for people, of a promise that was computed again, as a calendar job writes it. */
static bool tell(struct walk *w, const struct member *m)
{
    struct request *req = &w->job.base;
    CLEANUP(buffer_deinit) struct buffer b = {0};
    struct wire_calendar_job_item item;
    char sentence[600];

    wire_calendar_job_item_init(&item);
    item.dossier = m->base.code;
    item.outcome = m->outcome;
    item.from = m->outcome == NOT_COMPUTED ? INSTANT_NONE : m->recompute.from.at;
    item.to = m->outcome == NOT_COMPUTED ? INSTANT_NONE : m->recompute.to.at;
    item.is_provisional = m->recompute.to.is_provisional;
    if (m->outcome == NOT_COMPUTED) {
        error_sentence(&m->base.error, LANGUAGE_VI, req->zone_s, sentence, sizeof sentence);
        item.code = error_word(m->base.error.code);
        item.reason = sentence;
    }
    return wire_calendar_job_item_encode(&item, req->zone_s, &b, &req->error) &&
           job_item_add(&w->job, arena_strndup(req->chunk, b.data, b.len));
}

static bool count(struct walk *w, const struct walk_member *base)
{
    const struct member *m = member_of(base);

    if (!m->is_passed)
        return true;
    w->job.done++;
    w->counts[LETTERS] += m->n_lapsed;
    w->counts[RECOMPUTED] += m->outcome == RECOMPUTE_MOVED;
    w->counts[FAILED] += m->outcome == NOT_COMPUTED;
    return m->outcome == RECOMPUTE_SAME || m->outcome == RECOMPUTE_GIVEN ||
           m->outcome == RECOMPUTE_ENDED || tell(w, m);
}

static bool reply(struct walk *w)
{
    return merger_result(&w->job.base, &apply_of(w)->plan, w->job.done, w->counts[LETTERS],
                         w->counts[RECOMPUTED], w->counts[FAILED]);
}

const struct walk_kind walk_office_merger = {
    .use_case = {"office merger apply", sizeof(struct apply), walk_steps, false, 0},
    .what = "merger",
    .member_size = sizeof(struct member),
    .begin = begin,
    .chunk = DB_OFFICE_MERGER_DOSSIERS,
    .put_chunk = put_chunk,
    .decide = decide,
    .applied = applied,
    .refused = refused,
    .count = count,
    .reply = reply,
};
