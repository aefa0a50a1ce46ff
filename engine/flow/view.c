/* See view.h. */
#include "flow/view.h"

#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "domain/cause.h"
#include "domain/clock.h"
#include "flow/app.h"
#include "flow/backlog.h"
#include "flow/behalf.h"
#include "flow/cause_read.h"
#include "flow/deadline_read.h"
#include "flow/view_person.h"

#define SECRET_CHARACTERS 10

const char *view_office_key(const struct request *req, int64_t id)
{
    const struct office_ref *o = reference_office(req->reference, id);

    return o ? o->key : NULL;
}

const char *view_office_name(const struct request *req, int64_t id)
{
    const struct office_ref *o = reference_office(req->reference, id);

    return o ? o->name : NULL;
}

const char *view_officer_key(const struct request *req, int64_t id)
{
    const struct officer_ref *o = reference_officer(req->reference, id);

    return o ? o->login : NULL;
}

const char *view_officer_name(const struct request *req, int64_t id)
{
    const struct officer_ref *o = reference_officer(req->reference, id);

    return o ? o->name : NULL;
}

const char *view_secret(struct request *req, int64_t dossier_id, int n_renewed)
{
    static const char alphabet[] = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"; /* no 0 O 1 I */
    unsigned char digest[DIGEST_LEN];
    char id[24], turn[16], *ret = arena_alloc(req->arena, SECRET_CHARACTERS + 1);
    const char *values[] = {"slip", id, turn};

    if (!ret)
        return "";
    snprintf(id, sizeof id, "%lld", (long long)dossier_id);
    snprintf(turn, sizeof turn, "%d", 1 + n_renewed);
    seal_commitment(req->app->seal, values, ARRAY_LEN(values), digest);
    for (int i = 0; i < SECRET_CHARACTERS; i++)
        ret[i] = alphabet[digest[i] % 32];
    return ret;
}

void view_hold(const struct dossier_hold *h, struct wire_hold *ret)
{
    wire_hold_init(ret);
    ret->kind = (int)h->kind;
    ret->effect = (int)h->effect;
    ret->from = h->from;
    ret->to = h->to;
    ret->answer_by = h->answer_by;
    ret->due_before = h->due_before;
    ret->due_after = h->due_after;
    ret->is_late_request = h->is_late_request;
    ret->began_after_due = h->began_after_due;
}

const int64_t *view_actor_offices(struct request *req, int *ret_n)
{
    const struct principal *p = &req->principal;
    int64_t *list =
        arena_array(req->arena, (size_t)p->n_roles * (PRINCIPAL_ROLES_MAX + 1) + 1, sizeof *list);
    int n = 0;

    for (int i = 0; list && i < p->n_roles; i++) {
        const struct officer_ref *away =
            reference_officer(req->reference, p->roles[i].on_behalf_of);

        list[n++] = p->roles[i].office;
        for (int k = 0; away && k < away->n_roles; k++)
            list[n++] = away->roles[k].office; /* in whose place he judges, judges too */
    }
    *ret_n = n;
    return list;
}

/* Deciding a cause, objecting to it, approving a forced close are offered only to whom the guard
 * would let through. */
static bool may_judge(struct request *req, const struct dossier *d, enum action action,
                      int64_t office)
{
    struct decide_context ctx;
    struct action_input in;

    if (action != ACTION_DECIDE_CAUSE && action != ACTION_OBJECT_CAUSE &&
        action != ACTION_FORCE_CLOSE)
        return true;
    action_input_init(&in, action, req->principal.officer_id, office);
    in.actor_offices = view_actor_offices(req, &in.n_actor_offices);
    record_decide_context(req->reference, d, req->now, req->zone_s, &ctx);
    return in.actor_offices && dossier_may_judge(&ctx, &in);
}

/* Has the reader a right to it? `as`: the dossier as rights see it. */
static bool may(struct request *req, const struct dossier *d, const struct dossier *as,
                enum action action)
{
    int64_t office;

    return right_allows(&req->principal, action, as, 0, reference_within, req->reference,
                        &office) &&
           may_judge(req, d, action, office);
}

bool view_allows(struct request *req, const struct dossier *d, enum action action)
{
    const struct dossier *as = reference_for_rights(req->reference, req->arena, d);
    struct decide_context ctx;

    record_decide_context(req->reference, d, req->now, req->zone_s, &ctx);
    return as && (dossier_allowed(&ctx) >> action & 1) && may(req, d, as, action);
}

/* Of the actions that state and guards allow, those that the reader has a right to. */
static size_t allowed_words(struct request *req, const struct dossier *d, uint64_t allowed,
                            const char **words)
{
    const struct dossier *as = reference_for_rights(req->reference, req->arena, d);
    size_t n = 0;

    for (int a = 0; as && a < ACTION_COUNT; a++)
        if ((allowed >> a & 1) && may(req, d, as, (enum action)a))
            words[n++] = vocabulary_word(&actions, a);
    return n;
}

void view_letter(struct request *req, const struct dossier *d, const struct dossier_letter *l,
                 struct wire_letter *ret)
{
    struct decide_context ctx;
    struct action_input in;
    const char **words = arena_array(req->arena, ACTION_COUNT, sizeof *words);
    uint64_t allowed;

    (void)request_show(req, d->id); /* out of memory: the reply says so */
    wire_letter_init(ret);
    ret->id = l->id;
    ret->dossier = d->code;
    ret->trigger = vocabulary_word(&letter_triggers, (int)l->trigger);
    ret->state = (int)l->state;
    ret->timing = (int)l->timing;
    ret->verdict = (int)d->verdict;
    ret->author_office = view_office_key(req, l->author_office);
    ret->author_office_name = view_office_name(req, l->author_office);
    if (!ret->author_office)
        ret->author_office = ret->author_office_name = "-";
    if (l->number)
        ret->number = arena_printf(req->arena, "%02lld/PXL", (long long)l->number);
    ret->due_at = d->due_at;
    ret->reappointed_at = l->reappointed_at;
    ret->latest_at = l->latest_at;
    ret->drafted_at = l->drafted_at;
    ret->signed_at = l->signed_at;
    ret->numbered_at = l->numbered_at;
    ret->issued_at = l->issued_at;
    ret->delivered_at = l->delivered_at;
    ret->document = arena_printf(req->arena, "/api/v1/letters/%lld/document", (long long)l->id);
    ret->is_sent_back = l->is_sent_back;
    ret->version = d->version;
    record_decide_context(req->reference, d, req->now, req->zone_s, &ctx);
    allowed = letter_allowed(&ctx, l);
    action_input_init(&in, ACTION_SIGN_LETTER, req->principal.officer_id, 0);
    behalf_fill(req, d, 0, &in);
    if (!letter_may_sign(&ctx, l, &in))
        allowed &= ~(UINT64_C(1) << ACTION_SIGN_LETTER);
    if (words)
        ret->n_allowed_actions = allowed_words(req, d, allowed, words);
    ret->allowed_actions = words;
}

static void fill_offices(struct request *req, const struct dossier *d, struct wire_dossier *v)
{
    const struct procedure_case *c = reference_case(req->reference, d->case_id);
    const struct field_ref *field = reference_field(req->reference, d->field_id);

    v->procedure = c ? c->procedure_key : "-";
    v->procedure_name = c ? c->procedure_name : "-";
    v->procedure_case = c ? c->case_key : NULL;
    v->procedure_case_name = c ? c->case_name : NULL;
    v->field = field ? field->key : NULL;
    v->filed_office = view_office_key(req, d->filed_office);
    v->supervising_office = view_office_key(req, d->supervising_office);
    v->competent_office = view_office_key(req, d->competent_office);
    if (!v->filed_office)
        v->filed_office = "-";
    if (!v->supervising_office)
        v->supervising_office = v->filed_office;
    if (!v->competent_office)
        v->competent_office = v->filed_office;
    v->office = view_office_key(req, d->holder_office);
    v->office_name = view_office_name(req, d->holder_office);
    v->officer = view_officer_key(req, d->holder_officer);
    v->officer_name = view_officer_name(req, d->holder_officer);
    if (d->has_pending) {
        v->pending_office = view_office_key(req, d->pending_office);
        v->pending_officer = view_officer_key(req, d->pending_officer);
    }
}

/* Steps with the working time that each has used. */
static bool fill_steps(struct request *req, const struct dossier *d, struct wire_dossier *v)
{
    const struct procedure_case *c = reference_case(req->reference, d->case_id);
    struct segment_use *uses = arena_array(req->arena, DOSSIER_SEGMENTS_MAX, sizeof *uses);
    struct wire_step *steps =
        c ? arena_array(req->arena, (size_t)c->n_steps + 1, sizeof *steps) : NULL;
    struct lateness_context ctx;
    int n;

    if (!c)
        return true;
    if (!uses || !steps)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "steps"));
    record_lateness_context(req->reference, d, req->zone_s, &ctx);
    n = lateness_segments(&ctx, d->ended_at != INSTANT_NONE ? d->ended_at : req->now, uses);
    for (int i = 0; i < c->n_steps; i++) {
        struct wire_step *s = &steps[i];

        wire_step_init(s);
        s->number = c->steps[i].seq;
        s->name = c->steps[i].name;
        s->office = (int)c->steps[i].office;
        s->role = (int)c->steps[i].role;
        s->budget_minutes = c->steps[i].budget_minutes;
        s->is_current = d->step == c->steps[i].seq && d->ended_at == INSTANT_NONE;
        for (int j = 0; j < n; j++)
            if (uses[j].segment->step == c->steps[i].seq && !uses[j].segment->is_waiting)
                s->used_minutes = (s->used_minutes == INTEGER_NONE ? 0 : s->used_minutes) +
                                  uses[j].used_us / INSTANT_MINUTE;
    }
    v->steps = steps;
    v->n_steps = (size_t)c->n_steps;
    return true;
}

static bool fill_lists(struct request *req, const struct dossier *d, struct wire_dossier *v)
{
    struct wire_hold *holds = arena_array(req->arena, (size_t)d->n_holds + 1, sizeof *holds);
    struct wire_opinion *opinions =
        arena_array(req->arena, (size_t)d->n_opinions + 1, sizeof *opinions);
    struct wire_letter *letters =
        arena_array(req->arena, (size_t)d->n_letters + 1, sizeof *letters);

    if (!holds || !opinions || !letters)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "dossier"));
    for (int i = 0; i < d->n_holds; i++)
        view_hold(&d->holds[i], &holds[i]);
    for (int i = 0; i < d->n_opinions; i++) {
        const char *key = view_office_key(req, d->opinions[i].office);

        wire_opinion_init(&opinions[i]);
        opinions[i].office = key ? key : "-";
        opinions[i].office_name = key ? view_office_name(req, d->opinions[i].office) : "-";
        opinions[i].asked_at = d->opinions[i].asked_at;
        opinions[i].answer_by = d->opinions[i].answer_by;
        opinions[i].answered_at = d->opinions[i].answered_at;
        opinions[i].is_overdue = d->opinions[i].answered_at == INSTANT_NONE &&
                                 d->decided_at == INSTANT_NONE && d->ended_at == INSTANT_NONE &&
                                 d->opinions[i].answer_by != INSTANT_NONE &&
                                 req->now > d->opinions[i].answer_by;
    }
    for (int i = 0; i < d->n_letters; i++)
        view_letter(req, d, &d->letters[i], &letters[i]);
    v->holds = holds;
    v->n_holds = (size_t)d->n_holds;
    v->opinions = opinions;
    v->n_opinions = (size_t)d->n_opinions;
    v->letters = letters;
    v->n_letters = (size_t)d->n_letters;
    return true;
}

/* "Chuyển từ ...": the offices that ended under it. */
static bool fill_successions(struct request *req, const struct dossier *d, struct wire_dossier *v)
{
    struct wire_succession *list =
        arena_array(req->arena, (size_t)d->n_successions + 1, sizeof *list);

    if (!list)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "successions"));
    for (int i = 0; i < d->n_successions; i++) {
        const struct dossier_succession *s = &d->successions[i];

        wire_succession_init(&list[i]);
        list[i].from = view_office_key(req, s->from);
        list[i].from_name = view_office_name(req, s->from);
        list[i].to = view_office_key(req, s->to);
        list[i].to_name = view_office_name(req, s->to);
        list[i].at = s->at;
    }
    v->successions = list;
    v->n_successions = (size_t)d->n_successions;
    return true;
}

/* The actions that state, guards and rights allow now. */
static bool fill_actions(struct request *req, const struct dossier *d, struct wire_dossier *v)
{
    struct decide_context ctx;
    const char **words = arena_array(req->arena, ACTION_COUNT, sizeof *words);
    uint64_t allowed;

    if (!words)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "actions"));
    record_decide_context(req->reference, d, req->now, req->zone_s, &ctx);
    allowed = dossier_allowed(&ctx);
    v->n_allowed_actions = allowed_words(req, d, allowed, words);
    v->allowed_actions = words;
    return true;
}

/* Does the promise rest on a year that is not published? */
static bool is_provisional(const struct request *req, const struct dossier *d)
{
    const struct calendar *cal = reference_calendar(req->reference, d->competent_office);

    return cal && d->received_at != INSTANT_NONE && d->due_at != INSTANT_NONE &&
           calendar_is_provisional(cal, instant_date(d->received_at, req->zone_s), d->due_on);
}

/* Without a calendar for the days since receipt there is nothing to show. */
bool view_clocks(struct request *req, const struct dossier *d,
                 const struct wire_dossier_clocks **ret)
{
    struct wire_dossier_clocks *w = arena_new_of(req->arena, struct wire_dossier_clocks);
    struct decide_context ctx;
    struct clocks c;
    struct error ignored;

    record_decide_context(req->reference, d, req->now, req->zone_s, &ctx);
    if (d->received_at == INSTANT_NONE || !ctx.ruleset || !clock_read(&ctx, req->now, &c, &ignored))
        return true;
    if (!w)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "clocks"));
    wire_dossier_clocks_init(w);
    w->from = c.from;
    w->is_running = c.is_running;
    w->used_minutes = c.used_us / INSTANT_MINUTE;
    w->used_days = c.used_days;
    if (c.has_promise) {
        w->left_minutes = c.left_us / INSTANT_MINUTE;
        w->left_days = c.left_days;
    }
    w->index_end_at = c.index_end_at;
    w->index_minutes = c.index_us / INSTANT_MINUTE;
    w->index_requests = c.n_index_requests;
    w->index_judgement = c.index_judgement == JUDGEMENT_NONE ? WORD_NONE : (int)c.index_judgement;
    w->elapsed_minutes = c.elapsed_us / INSTANT_MINUTE;
    w->elapsed_work_minutes = c.elapsed_work_us / INSTANT_MINUTE;
    w->received_by_competent_at = d->received_by_competent_at;
    w->transfer_until = c.transfer_until;
    w->is_transfer_late = c.is_transfer_late;
    *ret = w;
    return true;
}

static void view_payment(struct request *req, const struct dossier *d, struct wire_dossier *v)
{
    const struct procedure_case *c = reference_case(req->reference, d->case_id);
    struct wire_payment *w = arena_new_of(req->arena, struct wire_payment);

    if (c && c->fee_dong)
        v->fee_dong = c->fee_dong;
    if (!w || d->paid_at == INSTANT_NONE)
        return;
    wire_payment_init(w);
    w->amount = d->paid_dong;
    w->way = (int)d->paid_way;
    w->at = d->paid_at;
    v->payment = w;
}

bool view_dossier(struct request *req, const struct dossier *d,
                  const struct snapshot_persons *persons, const char *const *told, int n_told,
                  struct wire_dossier *v)
{
    char limit[LIMIT_TEXT_MAX];
    struct lateness_context ctx;
    struct snapshot_persons shown;
    struct warning w;

    if (!view_persons(req, persons, &shown))
        return false;
    wire_dossier_init(v);
    v->code = d->code;
    v->version = d->version;
    v->state = (int)d->state;
    v->national_status = state_national(d->state);
    v->channel = d->channel ? (int)d->channel : CHANNEL_DIRECT;
    v->submitted_at = d->submitted_at;
    v->received_at = d->received_at;
    if (limit_is_valid(d->limit) && d->case_id) {
        limit_format(d->limit, limit);
        v->limit = arena_strdup(req->arena, limit);
    }
    v->promise = d->due_at == INSTANT_NONE
                     ? WORD_NONE
                     : words_find(&words_promise, d->is_promise_on_paper ? "paper"
                                                  : d->is_promise_given  ? "given"
                                                                         : "computed");
    v->is_from_slip = d->is_from_slip;
    v->paper_due_at = d->paper_due_at;
    v->due_original_at = d->due_original;
    v->due_at = d->due_at;
    v->due_is_instant = d->due_is_instant;
    v->due_reappointed_at = d->due_reappointed;
    v->is_due_provisional = is_provisional(req, d);
    v->decided_at = d->decided_at;
    v->done_at = d->done_at;
    v->returned_at = d->returned_at;
    v->ended_at = d->ended_at;
    v->outcome = (int)d->outcome;
    v->judgement = (int)dossier_judgement(d, req->zone_s);
    record_lateness_context(req->reference, d, req->zone_s, &ctx);
    warning_compute(&ctx, req->now, &w);
    v->warning = (int)w.level;
    v->pledged_at = d->pledged_at;
    view_payment(req, d, v);
    v->is_imported = d->is_imported;
    v->is_adopted = d->is_adopted;
    v->source = d->source[0] ? d->source : NULL;
    v->applicant = shown.applicant;
    v->submitter = shown.submitter;
    v->authorised = shown.authorised;
    v->group = shown.group;
    v->n_group = shown.n_group;
    v->warnings = told;
    v->n_warnings = (size_t)n_told;
    fill_offices(req, d, v);
    return request_show(req, d->id) && view_obligations(req, d, v) && fill_steps(req, d, v) &&
           fill_lists(req, d, v) && fill_successions(req, d, v) && fill_actions(req, d, v) &&
           backlog_view_proposal(req, d, &v->close_proposal) && deadline_view(req, d, v) &&
           cause_view(req, d, &v->cause) && view_clocks(req, d, &v->clocks);
}

enum step_result view_reply(struct request *req, const struct wire_dossier *v, int status)
{
    char etag[24];

    snprintf(etag, sizeof etag, "\"%lld\"", (long long)v->version);
    request_field(req, "ETag", etag);
    (void)buffer_reserve(&req->body, 6000); /* most are of that length: one piece of memory */
    if (!wire_dossier_encode(v, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, status);
}
