/* See objective_job.h: a walk over the dossiers concerned (job_walk.h). What this very edit has
 * found anew already is told from its event, and finding twice writes nothing. */
#include "flow/objective_job.h"

#include "domain/vocabulary.h"
#include "flow/job_walk.h"
#include "flow/sweep_member.h"
#include "wire/message.h"

enum { FOUND, LETTERS, FAILED }; /* counted in the cursor */

struct member {
    struct walk_member base; /* first */
    struct sweep_member sweep;
    bool is_found; /* with a new finding by this edit */
    int n_letters; /* drafts written, rewritten or dropped */
    enum cause_verdict before, after;
    bool is_decided, has_letter_left;
};

struct objective_job {
    struct walk walk; /* first */
    struct wire_objective_job_parameters in;
    struct sweep_work work;
};

static struct objective_job *job_of(const struct walk *w)
{
    return container_of(w, struct objective_job, walk);
}

static struct member *member_of(const struct walk_member *m)
{
    return container_of(m, struct member, base);
}

static bool begin(struct walk *w)
{
    struct request *req = &w->job.base;

    return wire_objective_job_parameters_decode(req->json, req->arena, &job_of(w)->in, &req->error);
}

/* The filters that walk and count have in common. */
static void put_total(const struct walk *w, struct db_params *p)
{
    const struct wire_objective_job_parameters *in = &job_of(w)->in;

    db_put_id(p, in->dossier_id == INTEGER_NONE ? 0 : in->dossier_id);
    if (in->n_procedures)
        db_put_text_array(p, in->procedures, (int)in->n_procedures);
    else
        db_put_null(p);
    db_put_instant(p, in->from);
    db_put_instant(p, in->to);
}

static int64_t counted(struct walk *w, const struct db_result *r)
{
    (void)w;
    return db_int(r, 0, 0);
}

static void put_chunk(const struct walk *w, struct db_params *p)
{
    put_total(w, p);
    db_put_int8(p, w->after);
    db_put_int4(p, WALK_CHUNK);
}

/* What these events, of this edit, made of the dossier. */
static void tell_events(const struct walk *w, struct member *m, const struct event *events, int n)
{
    bool is_after = false;

    for (int i = 0; i < n; i++) {
        const struct event *e = &events[i];

        if (e->action == ACTION_FIND_CAUSE &&
            event_number(e, EVENT_FIELD_CHANGE, 0) == job_of(w)->in.change)
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

static bool prepare(struct walk *w)
{
    struct request *req = &w->job.base;
    struct objective_job *o = job_of(w);

    req->now = w->now;
    o->work = (struct sweep_work){.req = req,
                                  .arena = req->chunk,
                                  .at = req->now,
                                  .now = req->now,
                                  .letter_id = o->work.letter_id,
                                  .change = o->in.change};
    return sweep_work_room(&o->work, req->chunk) ||
           error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "objective"));
}

static bool decide(struct walk *w, struct walk_member *base)
{
    struct member *m = member_of(base);
    struct sweep_member *s = &m->sweep;
    struct sweep_work *work = &job_of(w)->work;

    s->id = base->id;
    s->history = base->history;
    s->error = base->error;
    dossier_init(work->dossier, s->id);
    if (s->error.code != ERR_NONE || !sweep_member_decide(work, s) || s->record.n_events == 0) {
        if (s->error.code == ERR_NONE)
            tell_events(w, m, s->history.events, s->history.n); /* by a run that was killed */
        base->error = s->error;
        tell_dossier(m, work->dossier, work->dossier);
        walk_settle(base);
        return true;
    }
    tell_dossier(m, work->dossier, &s->record.after);
    return walk_submit(w, base, &s->record.member);
}

static void applied(struct walk *w, struct walk_member *base)
{
    struct member *m = member_of(base);

    tell_events(w, m, m->sweep.record.events, m->sweep.record.n_events);
}

static bool refused(struct walk *w, struct walk_member *m)
{
    (void)w;
    (void)m;
    return true;
}

static bool tell(struct walk *w, const struct member *m)
{
    struct request *req = &w->job.base;
    CLEANUP(buffer_deinit) struct buffer b = {0};
    struct wire_objective_job_item item;
    char sentence[600];

    wire_objective_job_item_init(&item);
    item.dossier = m->base.code;
    item.before = (int)m->before;
    item.after = (int)m->after;
    item.is_decided = m->is_decided;
    item.has_letter_left = m->has_letter_left;
    if (m->base.error.code != ERR_NONE) {
        error_sentence(&m->base.error, LANGUAGE_VI, req->zone_s, sentence, sizeof sentence);
        item.before = item.after = WORD_NONE;
        item.code = error_word(m->base.error.code);
        item.reason = sentence;
    }
    return wire_objective_job_item_encode(&item, req->zone_s, &b, &req->error) &&
           job_item_add(&w->job, arena_strndup(req->chunk, b.data, b.len));
}

static bool count(struct walk *w, const struct walk_member *base)
{
    const struct member *m = member_of(base);
    bool is_failed = base->error.code != ERR_NONE;

    w->job.done++;
    w->counts[FOUND] += m->is_found;
    w->counts[LETTERS] += m->n_letters;
    w->counts[FAILED] += is_failed;
    return (!m->is_found && !is_failed) || tell(w, m);
}

static bool reply(struct walk *w)
{
    struct request *req = &w->job.base;
    const struct objective_job *o = job_of(w);
    struct wire_objective_job_result out;

    wire_objective_job_result_init(&out);
    out.interval = o->in.interval;
    out.change = o->in.change;
    out.seen = w->job.done;
    out.found = w->counts[FOUND];
    out.letters = w->counts[LETTERS];
    out.failed = w->counts[FAILED];
    return wire_objective_job_result_encode(&out, req->zone_s, &req->body, &req->error);
}

const struct walk_kind walk_objective = {
    .use_case = {"objective apply", sizeof(struct objective_job), walk_steps, false, 64u << 20},
    .what = "objective",
    .member_size = sizeof(struct member),
    .begin = begin,
    .total = DB_OBJECTIVE_CONCERNED_COUNT,
    .put_total = put_total,
    .counted = counted,
    .chunk = DB_OBJECTIVE_CONCERNED,
    .put_chunk = put_chunk,
    .prepare = prepare,
    .decide = decide,
    .applied = applied,
    .refused = refused,
    .count = count,
    .reply = reply,
};
