/* See cause_read.h. The numbers behind the words are computed when they are asked for, on the
 * intervals as they stand; what was found then stands in the events, and is shown as it was. */
#include "flow/cause_read.h"

#include <stdio.h>

#include "domain/cause.h"
#include "domain/vocabulary.h"
#include "flow/app.h"
#include "flow/edit.h"

enum { SLOT_EVENTS, SLOT_REMARKS };

struct cause_flow {
    struct request base;
    const char *code;
    struct snapshot snapshot;
    struct lateness_context ctx;
    const struct objective_interval *intervals;
    int n_intervals;
    struct cause_finding finding;
    struct cause_detail detail;
};

static bool no_memory(struct request *req)
{
    return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "cause"));
}

/* ---- the finding as of now ---- */

static void find(struct request *req, const struct dossier *d, const struct lateness_context *ctx,
                 const struct objective_interval *intervals, int n, struct cause_finding *ret,
                 struct cause_detail *ret_detail)
{
    struct warning w;

    if (d->ended_at != INSTANT_NONE) {
        cause_find(ctx, intervals, n, d->judged_at, d->judged_at, ret, ret_detail);
        return;
    }
    warning_compute(ctx, req->now, &w);
    cause_find(ctx, intervals, n, req->now,
               w.projected_end != INSTANT_NONE ? w.projected_end : req->now, ret, ret_detail);
}

static const char *words_of(struct request *req, const struct lateness_context *ctx,
                            const struct cause_finding *f)
{
    const char *office = view_office_name(req, f->at_fault_office);
    struct buffer words = {0};
    const char *ret;

    cause_words(ctx, f, office ? office : "-", req->lang, &words);
    ret = words.is_failed || !words.data ? NULL : arena_strdup(req->arena, words.data);
    buffer_deinit(&words);
    return ret;
}

static int word_of(enum cause cause)
{
    return cause == CAUSE_KEY_COUNT ? WORD_NONE : (int)cause;
}

static bool fill_finding(struct request *req, const struct dossier *d,
                         const struct lateness_context *ctx, const struct cause_finding *found,
                         struct wire_cause_finding *f)
{
    wire_cause_finding_init(f);
    f->verdict = (int)d->verdict;
    f->cause = word_of(d->cause);
    f->at_fault_office = view_office_key(req, d->at_fault_office);
    f->at_fault_office_name = view_office_name(req, d->at_fault_office);
    f->at_fault_officer =
        d->is_cause_decided ? NULL : view_officer_key(req, found->at_fault_officer);
    f->is_decided = d->is_cause_decided;
    f->counts_as = d->verdict == CAUSE_OBJECTIVE ? CAUSE_OBJECTIVE : CAUSE_SUBJECTIVE;
    f->objective_minutes = found->objective_us / INSTANT_MINUTE;
    f->overrun_minutes = found->overrun_us / INSTANT_MINUTE;
    f->end_at = found->end_at;
    f->end_without_objective_at = found->end_without_objective;
    f->end_without_overrun_at = found->end_without_overrun;
    f->late_without_objective = found->late_without_objective;
    f->late_without_overrun = found->late_without_overrun;
    f->is_evidence_missing = found->is_evidence_missing;
    f->words = words_of(req, ctx, found);
    return f->words || no_memory(req);
}

bool cause_view(struct request *req, const struct dossier *d, const struct wire_cause_finding **ret)
{
    struct wire_cause_finding *f;
    const struct objective_interval *intervals;
    struct cause_finding found;
    struct lateness_context ctx;
    int n;

    if (d->verdict == CAUSE_NONE)
        return true;
    f = arena_new_of(req->arena, struct wire_cause_finding);
    intervals = reference_intervals_of(req->reference, req->arena, d, &n);
    if (!f || !intervals)
        return no_memory(req);
    record_lateness_context(req->reference, d, req->zone_s, &ctx);
    find(req, d, &ctx, intervals, n, &found, NULL);
    *ret = f;
    return fill_finding(req, d, &ctx, &found, f);
}

/* ---- what it rests on ---- */

static void fill_segment(struct cause_flow *c, const struct cause_use *use,
                         struct wire_cause_segment *w)
{
    struct request *req = &c->base;
    const struct dossier_segment *s = use->segment;
    const struct procedure_step *step = lateness_step(c->ctx.procedure_case, s->step);

    wire_cause_segment_init(w);
    w->office = view_office_key(req, s->office);
    w->office_name = view_office_name(req, s->office);
    w->officer = view_officer_key(req, s->officer);
    w->officer_name = view_officer_name(req, s->officer);
    if (step) {
        w->step = step->seq;
        w->step_name = step->name;
    }
    w->from = s->from;
    w->to = s->to;
    w->is_waiting = s->is_waiting;
    w->used_minutes = use->used_us / INSTANT_MINUTE;
    if (step && s->office && !s->is_waiting)
        w->budget_minutes = use->budget_us / INSTANT_MINUTE;
    w->overrun_minutes = use->overrun_us / INSTANT_MINUTE;
    w->silence_minutes = use->silence_us / INSTANT_MINUTE;
    w->objective_minutes = use->objective_us / INSTANT_MINUTE;
}

static bool fill_segments(struct cause_flow *c, struct wire_dossier_cause *out)
{
    struct wire_cause_segment *list =
        arena_array(c->base.arena, (size_t)c->detail.n_uses + 1, sizeof *list);

    for (int i = 0; list && i < c->detail.n_uses; i++)
        fill_segment(c, &c->detail.uses[i], &list[i]);
    out->segments = list;
    out->n_segments = (size_t)c->detail.n_uses;
    return list || no_memory(&c->base);
}

static void fill_interval(struct cause_flow *c, int i, struct wire_cause_interval *w)
{
    const struct objective_interval *o = &c->intervals[i];

    wire_cause_interval_init(w);
    w->id = o->id;
    w->kind = (int)o->kind;
    w->label = vocabulary_label(&objective_kinds, (int)o->kind, c->base.lang);
    w->from = o->from;
    w->to = o->to;
    w->evidence = o->evidence[0] ? o->evidence : NULL;
    w->minutes = c->detail.interval_us[i] / INSTANT_MINUTE;
    w->is_objective = true;
}

/* The request is the evidence: who asked whom, and when, is an event. */
static const char *opinion_evidence(struct request *req, const struct dossier_opinion *o)
{
    char asked[INSTANT_TEXT_MAX];

    if (req->lang == LANGUAGE_VI)
        instant_format_vi(o->asked_at, req->zone_s, asked);
    else
        instant_format(o->asked_at, req->zone_s, asked);
    return arena_printf(req->arena,
                        req->lang == LANGUAGE_VI ? "Lấy ý kiến lúc %s (sự kiện số %d)"
                                                 : "Asked for on %s (event %d)",
                        asked, (int)o->asked_seq);
}

static bool fill_silence(struct cause_flow *c, int i, struct wire_cause_interval *w)
{
    static const char *const labels[2][2] = {
        {"Đơn vị cùng UBND chưa trả lời ý kiến", "An office of the same committee did not answer"},
        {"Cơ quan khác chưa trả lời ý kiến", "Another agency did not answer"}};
    struct request *req = &c->base;
    const struct dossier *d = &c->snapshot.dossier;
    const struct dossier_opinion *o = &d->opinions[i];

    wire_cause_interval_init(w);
    w->opinion = i + 1;
    w->kind = OBJECTIVE_OTHER_AGENCY;
    w->is_objective =
        organisation_is_elsewhere(c->ctx.organisation, o->office, d->competent_office);
    w->label = labels[w->is_objective][req->lang];
    w->from = o->answer_by;
    w->to = o->answered_at;
    w->office = view_office_key(req, o->office);
    w->office_name = view_office_name(req, o->office);
    w->evidence = opinion_evidence(req, o);
    w->minutes = c->detail.silence_us[i] / INSTANT_MINUTE;
    return w->evidence || no_memory(req);
}

/* What took time, and what was declared for this very dossier even where it took none. */
static bool fill_intervals(struct cause_flow *c, struct wire_dossier_cause *out)
{
    const struct dossier *d = &c->snapshot.dossier;
    size_t most = (size_t)c->n_intervals + DOSSIER_OPINIONS_MAX + 1, n = 0;
    struct wire_cause_interval *list = arena_array(c->base.arena, most, sizeof *list);

    if (!list)
        return no_memory(&c->base);
    for (int i = 0; i < c->n_intervals && i < CAUSE_INTERVALS_MAX; i++)
        if (c->detail.interval_us[i] > 0 || c->intervals[i].dossier)
            fill_interval(c, i, &list[n++]);
    for (int i = 0; i < d->n_opinions; i++)
        if (c->detail.silence_us[i] > 0 && !fill_silence(c, i, &list[n++]))
            return false;
    out->intervals = list;
    out->n_intervals = n;
    return true;
}

/* ---- what was found, objected and decided ---- */

static bool fill_found(struct cause_flow *c, const struct event *e, const struct dossier *then,
                       struct wire_cause_found *w)
{
    struct request *req = &c->base;
    const struct dossier_finding *f = &then->finding;
    const char **keys = arena_array(req->arena, 2 * DOSSIER_RESPONSIBLE_MAX, sizeof *keys);
    struct lateness_context ctx;
    struct cause_finding kept;

    if (!keys)
        return no_memory(req);
    wire_cause_found_init(w);
    w->seq = e->seq;
    w->at = f->at;
    w->verdict = (int)f->verdict;
    w->cause = word_of(f->cause);
    for (int i = 0; i < f->n_offices; i++) {
        keys[i] = view_office_key(req, f->offices[i]);
        keys[DOSSIER_RESPONSIBLE_MAX + i] = view_office_name(req, f->offices[i]);
        if (!keys[i])
            keys[i] = keys[DOSSIER_RESPONSIBLE_MAX + i] = "-";
    }
    w->offices = keys;
    w->office_names = keys + DOSSIER_RESPONSIBLE_MAX;
    w->n_offices = w->n_office_names = (size_t)f->n_offices;
    w->change = event_number(e, EVENT_FIELD_CHANGE, INTEGER_NONE);
    record_lateness_context(req->reference, then, req->zone_s, &ctx);
    cause_kept(&ctx, f, &kept);
    w->words = words_of(req, &ctx, &kept);
    return w->words || no_memory(req);
}

static void fill_objection(struct cause_flow *c, const struct event *e,
                           struct wire_cause_objection *w)
{
    struct request *req = &c->base;
    int64_t office = event_number(e, EVENT_FIELD_AUTHOR_OFFICE, 0);

    wire_cause_objection_init(w);
    w->at = e->at;
    w->office = view_office_key(req, office);
    w->office_name = view_office_name(req, office);
    w->officer_name = view_officer_name(req, e->actor);
    w->reason = remarks_find(req, SLOT_REMARKS, e);
}

static void fill_decision(struct cause_flow *c, const struct event *e, const struct dossier *then,
                          struct wire_cause_decision *w)
{
    struct request *req = &c->base;
    const struct dossier_cause_decision *decided = &then->decision;

    wire_cause_decision_init(w);
    w->seq = e->seq;
    w->at = decided->at;
    w->verdict = (int)decided->verdict;
    w->cause = word_of(decided->cause);
    w->at_fault_office = view_office_key(req, decided->at_fault_office);
    w->at_fault_office_name = view_office_name(req, decided->at_fault_office);
    w->officer_name = view_officer_name(req, decided->officer);
    w->office_name = view_office_name(req, decided->office);
    w->reason = remarks_find(req, SLOT_REMARKS, e);
}

#define LISTED_MAX 200 /* as many as the message holds; the newest */

/* Folds the events once more and looks at what each of these left. */
static bool fill_history(struct cause_flow *c, struct wire_dossier_cause *out)
{
    struct request *req = &c->base;
    const struct history *h = &c->snapshot.history;
    struct dossier *then = arena_new_of(req->arena, struct dossier);
    int *order = arena_array(req->arena, (size_t)h->n + 1, sizeof *order);
    struct wire_cause_found *found = arena_array(req->arena, (size_t)h->n + 1, sizeof *found);
    struct wire_cause_objection *objections =
        arena_array(req->arena, (size_t)h->n + 1, sizeof *objections);
    struct wire_cause_decision *decisions =
        arena_array(req->arena, (size_t)h->n + 1, sizeof *decisions);
    int n;

    if (!then || !order || !found || !objections || !decisions)
        return no_memory(req);
    n = history_order(h, req->now, INSTANT_FOREVER, order);
    dossier_init(then, c->snapshot.dossier.id);
    for (int i = 0; i < n; i++) {
        const struct event *e = &h->events[order[i]];

        dossier_apply(then, e);
        if (e->action == ACTION_FIND_CAUSE && !fill_found(c, e, then, &found[out->n_findings++]))
            return false;
        if (e->action == ACTION_OBJECT_CAUSE)
            fill_objection(c, e, &objections[out->n_objections++]);
        if (e->action == ACTION_DECIDE_CAUSE)
            fill_decision(c, e, then, &decisions[out->n_decisions++]);
    }
    out->findings = found;
    out->objections = objections;
    out->decisions = decisions;
    if (out->n_findings > LISTED_MAX) {
        out->findings += out->n_findings - LISTED_MAX;
        out->n_findings = LISTED_MAX;
    }
    if (out->n_decisions > LISTED_MAX) {
        out->decisions += out->n_decisions - LISTED_MAX;
        out->n_decisions = LISTED_MAX;
    }
    if (out->n_objections > DOSSIER_OBJECTIONS_MAX)
        out->n_objections = DOSSIER_OBJECTIONS_MAX;
    return true;
}

static bool fill_allowed(struct cause_flow *c, struct wire_dossier_cause *out)
{
    static const enum action judging[] = {ACTION_OBJECT_CAUSE, ACTION_DECIDE_CAUSE};
    const char **words = arena_array(c->base.arena, ARRAY_LEN(judging), sizeof *words);

    if (!words)
        return no_memory(&c->base);
    for (size_t i = 0; i < ARRAY_LEN(judging); i++)
        if (view_allows(&c->base, &c->snapshot.dossier, judging[i]))
            words[out->n_allowed_actions++] = vocabulary_word(&actions, (int)judging[i]);
    out->allowed_actions = words;
    return true;
}

/* ---- the request ---- */

static enum step_result cause_send(struct request *req)
{
    struct cause_flow *c = container_of(req, struct cause_flow, base);

    c->code = http_request_param(req->http, "code");
    return snapshot_send(req, SLOT_EVENTS, c->code) && remarks_send(req, SLOT_REMARKS, c->code)
               ? request_wait(req, 1)
               : request_fail(req);
}

static bool fill_head(struct cause_flow *c, struct wire_dossier_cause *out)
{
    struct request *req = &c->base;
    const struct dossier *d = &c->snapshot.dossier;
    struct wire_cause_finding f;

    c->intervals = reference_intervals_of(req->reference, req->arena, d, &c->n_intervals);
    if (!c->intervals)
        return no_memory(req);
    record_lateness_context(req->reference, d, req->zone_s, &c->ctx);
    find(req, d, &c->ctx, c->intervals, c->n_intervals, &c->finding, &c->detail);
    if (!fill_finding(req, d, &c->ctx, &c->finding, &f))
        return false;
    out->code = d->code;
    out->version = d->version;
    out->due_at = d->due_at;
    out->verdict = f.verdict;
    out->cause = f.cause;
    out->at_fault_office = f.at_fault_office;
    out->at_fault_office_name = f.at_fault_office_name;
    out->at_fault_officer = f.at_fault_officer;
    out->is_decided = f.is_decided;
    out->counts_as = f.counts_as;
    out->objective_minutes = f.objective_minutes;
    out->overrun_minutes = f.overrun_minutes;
    out->end_at = f.end_at;
    out->end_without_objective_at = f.end_without_objective_at;
    out->end_without_overrun_at = f.end_without_overrun_at;
    out->late_without_objective = f.late_without_objective;
    out->late_without_overrun = f.late_without_overrun;
    out->is_evidence_missing = f.is_evidence_missing;
    out->words = f.words;
    return true;
}

static enum step_result cause_reply(struct request *req)
{
    struct cause_flow *c = container_of(req, struct cause_flow, base);
    struct wire_dossier_cause out;

    wire_dossier_cause_init(&out);
    if (!snapshot_read_visible(req, SLOT_EVENTS, c->code, &c->snapshot))
        return request_fail(req);
    if (c->snapshot.dossier.verdict == CAUSE_NONE) {
        error_set(&req->error, ERR_ITEM_UNKNOWN, arg_text("value", c->code));
        return request_fail(req);
    }
    if (!fill_head(c, &out) || !fill_segments(c, &out) || !fill_intervals(c, &out) ||
        !fill_history(c, &out) || !fill_allowed(c, &out))
        return request_fail(req);
    edit_version_field(req, c->snapshot.dossier.version);
    if (!wire_dossier_cause_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step cause_steps[] = {{"send", cause_send}, {"reply", cause_reply}};
const struct use_case use_case_dossier_cause = {"cause", sizeof(struct cause_flow), cause_steps,
                                                false, 0};
