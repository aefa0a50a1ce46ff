/* The job that hands over a desk, dossier by dossier (job_walk.h); or counts what it would give.
 * Whether the receiver still works there is asked with every newer snapshot. */
#include "base/instant.h"
#include "flow/app.h"
#include "flow/desk.h"
#include "flow/job_walk.h"
#include "flow/record.h"
#include "flow/view.h"
#include "wire/message.h"

enum { GIVEN, SKIPPED, FAILED, NOT_CONCERNED }; /* the first three are counted in the cursor */

struct member {
    struct walk_member base; /* first */
    bool is_there;           /* as it was listed */
    int outcome;
    struct record record;
};

struct desk_job {
    struct walk walk; /* first */
    struct desk_order order;
    int64_t held, pending;  /* what a preview tells */
    struct dossier *folded; /* large, so that members do not keep one */
};

static struct desk_job *job_of(const struct walk *w)
{
    return container_of(w, struct desk_job, walk);
}

static struct member *member_of(const struct walk_member *m)
{
    return container_of(m, struct member, base);
}

static int64_t id_or_none(int64_t value)
{
    return value == INTEGER_NONE ? 0 : value;
}

static bool begin(struct walk *w)
{
    struct request *req = &w->job.base;
    struct wire_desk_parameters in;

    if (!wire_desk_parameters_decode(req->json, req->arena, &in, &req->error))
        return false;
    job_of(w)->order = (struct desk_order){.officer = in.officer,
                                           .office = in.office,
                                           .to = id_or_none(in.to),
                                           .change = id_or_none(in.change),
                                           .actor = req->principal.officer_id,
                                           .on_behalf_of = id_or_none(in.on_behalf_of)};
    return true;
}

/* Does the receiver still work there? */
static bool is_sound(struct walk *w)
{
    struct request *req = &w->job.base;
    const struct desk_order *order = &job_of(w)->order;
    const struct officer_ref *to = reference_officer(req->reference, order->to);
    const struct office_ref *office = reference_office(req->reference, order->office);

    if (!order->to)
        return true;
    if (!to || !office)
        return error_set(&req->error, ERR_REFERENCE_MISSING, arg_text("what", "officer"));
    return desk_check_receiver(req->reference, to, office, &req->error);
}

static void put_total(const struct walk *w, struct db_params *p)
{
    db_put_int8(p, job_of(w)->order.officer);
    db_put_int8(p, job_of(w)->order.office);
}

/* A preview ends with it. */
static int64_t counted(struct walk *w, const struct db_result *r)
{
    struct desk_job *k = job_of(w);

    k->held = db_int(r, 0, 0);
    k->pending = db_int(r, 0, 1);
    return k->order.change ? db_int(r, 0, 2) : -1;
}

static void put_chunk(const struct walk *w, struct db_params *p)
{
    put_total(w, p);
    db_put_int8(p, w->after);
    db_put_int4(p, WALK_CHUNK);
    db_put_int8(p, job_of(w)->order.change);
}

static void read_row(struct walk_member *m, const struct db_result *r, int row)
{
    member_of(m)->is_there = db_bool(r, row, 2);
}

static bool prepare(struct walk *w)
{
    struct request *req = &w->job.base;
    struct desk_job *k = job_of(w);

    k->folded = arena_new_of(req->chunk, struct dossier);
    return k->folded || error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "desk"));
}

static bool settle(struct member *m, int outcome)
{
    m->outcome = outcome;
    walk_settle(&m->base);
    return true;
}

static bool decide(struct walk *w, struct walk_member *base)
{
    struct request *req = &w->job.base;
    struct desk_job *k = job_of(w);
    struct member *m = member_of(base);
    struct event *events = arena_array(req->chunk, DESK_EVENTS_MAX, sizeof *events);
    int n;

    if (!events)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "desk"));
    if (base->error.code != ERR_NONE)
        return settle(m, m->is_there ? FAILED : NOT_CONCERNED);
    if (desk_is_given(&base->history, &k->order))
        return settle(m, GIVEN); /* by a run that was killed */
    history_fold(&base->history, w->now, INSTANT_FOREVER, k->folded);
    n = desk_compose(k->folded, &k->order, w->now, events);
    if (n == 0)
        return settle(m, m->is_there ? SKIPPED : NOT_CONCERNED);
    return record_build(req->chunk, req->reference, &base->history, base->id, events, n, w->now,
                        req->zone_s, &m->record, &req->error) &&
           walk_submit(w, base, &m->record.member);
}

static void applied(struct walk *w, struct walk_member *m)
{
    (void)w;
    member_of(m)->outcome = GIVEN;
}

static bool refused(struct walk *w, struct walk_member *m)
{
    (void)w;
    member_of(m)->outcome = FAILED;
    return true;
}

static bool tell(struct walk *w, const struct walk_member *m)
{
    struct request *req = &w->job.base;
    CLEANUP(buffer_deinit) struct buffer b = {0};
    struct wire_desk_item item;
    char sentence[600];

    error_sentence(&m->error, LANGUAGE_VI, req->zone_s, sentence, sizeof sentence);
    wire_desk_item_init(&item);
    item.dossier = m->code;
    item.code = error_word(m->error.code);
    item.reason = sentence;
    return wire_desk_item_encode(&item, req->zone_s, &b, &req->error) &&
           job_item_add(&w->job, arena_strndup(req->chunk, b.data, b.len));
}

static bool count(struct walk *w, const struct walk_member *m)
{
    int outcome = member_of(m)->outcome;

    if (outcome == NOT_CONCERNED)
        return true;
    w->counts[outcome]++;
    w->job.done++;
    return outcome != FAILED || tell(w, m);
}

static bool reply(struct walk *w)
{
    struct request *req = &w->job.base;
    const struct desk_job *k = job_of(w);
    struct wire_desk_result out;

    wire_desk_result_init(&out);
    out.officer = view_officer_key(req, k->order.officer);
    out.office = view_office_key(req, k->order.office);
    out.to = k->order.to ? view_officer_key(req, k->order.to) : NULL;
    out.is_preview = !k->order.change;
    if (out.is_preview) {
        out.held = k->held;
        out.pending = k->pending;
    } else {
        out.given = w->counts[GIVEN];
        out.skipped = w->counts[SKIPPED];
        out.failed = w->counts[FAILED];
        out.change = k->order.change;
    }
    return wire_desk_result_encode(&out, req->zone_s, &req->body, &req->error);
}

const struct walk_kind walk_desk = {
    .use_case = {"desk", sizeof(struct desk_job), walk_steps, false, 0},
    .what = "desk",
    .member_size = sizeof(struct member),
    .begin = begin,
    .is_sound = is_sound,
    .total = DB_DESK_COUNT,
    .put_total = put_total,
    .counted = counted,
    .chunk = DB_DESK_DOSSIERS,
    .put_chunk = put_chunk,
    .read_row = read_row,
    .prepare = prepare,
    .decide = decide,
    .applied = applied,
    .refused = refused,
    .count = count,
    .reply = reply,
};
