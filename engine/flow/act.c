/* An action on a dossier: load it, decide, commit, answer with the dossier as it stands then. */
#include "flow/act.h"

#include <string.h>

#include "base/instant.h"
#include "base/text.h"
#include "domain/succession.h"
#include "domain/vocabulary.h"
#include "flow/app.h"
#include "flow/behalf.h"
#include "flow/commit.h"
#include "flow/session.h"
#include "flow/view.h"

enum {
    ACT_PARSE,
    ACT_LOAD,
    ACT_SECOND,
    ACT_PASSWORD,
    ACT_DECIDE,
    ACT_COMMITTED,
    ACT_REPLY,
    ACT_REFUSED,
    ACT_FIRST_ANSWER
};

enum { SLOT_EVENTS, SLOT_PERSONS, SLOT_KEY, SLOT_SECOND };

static bool send_loads(struct act *a)
{
    return snapshot_send(&a->base, SLOT_EVENTS, a->code) &&
           persons_send(&a->base, SLOT_PERSONS, a->code);
}

/* This was answered before: the dossier as it stands now, with the first status. */
static enum step_result answer_again(struct act *a)
{
    return send_loads(a) ? request_wait(&a->base, ACT_FIRST_ANSWER) : request_fail(&a->base);
}

static bool ask_key(struct act *a)
{
    a->is_key_asked = true;
    return commit_key_send(&a->base, SLOT_KEY);
}

/* A request that comes again finds the dossier changed by itself and would be refused: it gets its
 * first answer instead. One that is not refused meets its key where it is committed
 * (apply_decisions), so the key is looked for here alone. */
static enum step_result refuse(struct act *a)
{
    struct request *req = &a->base;

    if (a->is_key_asked || !req->http || !req->http->idempotency_key)
        return request_fail(req);
    a->refusal = req->error;
    error_clear(&req->error);
    return ask_key(a) ? request_wait(req, ACT_REFUSED) : request_fail(req);
}

static enum step_result act_parse(struct request *req)
{
    struct act *a = container_of(req, struct act, base);

    if (req->exchange) {
        int action;

        a->code = http_request_param(req->http, "code");
        action = vocabulary_find(&actions, http_request_param(req->http, "action"));
        if (action < 0 || action_kind((enum action)action) != ACTION_KIND_ACT) {
            error_set(&req->error, ERR_ACTION_UNKNOWN,
                      arg_text("action", http_request_param(req->http, "action")));
            return request_fail(req);
        }
        a->action = (enum action)action;
        if (!request_json(req) ||
            !wire_action_request_decode(req->json, req->arena, &a->in, &req->error) ||
            !commit_if_match(req, &a->if_match))
            return request_fail(req);
    }
    /* Before a password is tried it must be known that this is no repetition. */
    if (!send_loads(a) || (a->in.second_person && !ask_key(a)))
        return request_fail(req);
    return request_wait(req, a->in.second_person ? ACT_SECOND : ACT_DECIDE);
}

static enum step_result act_load(struct request *req)
{
    struct act *a = container_of(req, struct act, base);

    request_renew(req);
    if (!send_loads(a))
        return request_fail(req);
    return request_wait(req, ACT_DECIDE);
}

/* A second person proves to be there by typing the own password at the same desk. */
static enum step_result act_second(struct request *req)
{
    struct act *a = container_of(req, struct act, base);

    if (commit_key_found(req, SLOT_KEY, &a->code, &a->first_status))
        return answer_again(a);
    if (req->error.code != ERR_NONE)
        return request_fail(req);
    if (!req->exchange)
        return request_next(req, ACT_DECIDE);
    return password_send(&a->second, req, SLOT_SECOND, a->in.second_person, true)
               ? request_wait(req, ACT_PASSWORD)
               : request_fail(req);
}

static enum step_result act_password(struct request *req)
{
    struct act *a = container_of(req, struct act, base);

    password_check(&a->second, SLOT_SECOND, a->in.second_password);
    return request_wait(req, ACT_DECIDE);
}

/* The second person's password, compared; a wrong one stays counted against this desk. */
static bool second_is_good(struct act *a)
{
    struct request *req = &a->base;

    if (!a->in.second_person || !req->exchange || a->is_second_settled)
        return true;
    if (a->second.wait_s > 0)
        return password_refuse_wait(req, a->second.wait_s);
    if (!a->second.is_right)
        return error_set(&req->error, ERR_SECOND_PASSWORD, arg_text("value", a->in.second_person));
    a->is_second_settled = true;
    return password_settled(&a->second, SLOT_SECOND, true);
}

/* Names and keys of the request into what the core takes. */
static bool resolve_office(struct request *req, const char *key, const char *field, int64_t *ret_id)
{
    const struct office_ref *o;

    if (!key)
        return true;
    o = reference_office_by_key(req->reference, key);
    if (!o)
        return error_set(&req->error, ERR_OFFICE_UNKNOWN, arg_text("field", field),
                         arg_text("value", key));
    *ret_id = o->id;
    return true;
}

/* Nothing is handed to an office that has ended: whoever names it is told who goes on. */
static bool office_takes(struct request *req, int64_t office)
{
    const struct office_ref *o = reference_office(req->reference, office);

    return !o || reference_office_lives(req->reference, o, "office",
                                        instant_date(req->now, req->zone_s), &req->error);
}

static bool resolve_officer(struct request *req, const char *key, const char *field,
                            int64_t *ret_id)
{
    const struct officer_ref *o;

    if (!key)
        return true;
    o = reference_officer_by_login(req->reference, key);
    if (!o || !o->is_active)
        return error_set(&req->error, ERR_OFFICER_UNKNOWN, arg_text("field", field),
                         arg_text("value", key));
    *ret_id = o->id;
    return true;
}

/* Where the step works: one of the dossier's offices, or a named one. */
static int64_t step_office_id(const struct reference *r, const struct dossier *d,
                              const struct procedure_step *s)
{
    switch (s->office) {
    case STEP_OFFICE_ONE_STOP:
        return d->supervising_office;
    case STEP_OFFICE_COMPETENT:
        return d->competent_office;
    case STEP_OFFICE_LEADERSHIP:
        return reference_committee(r, d->competent_office);
    case STEP_OFFICE_NAMED:
        return s->office_id;
    case STEP_OFFICE_COUNT:
        break;
    }
    return 0;
}

static void derive_target(struct request *req, const struct dossier *d, struct action_input *in)
{
    const struct procedure_case *c = reference_case(req->reference, d->case_id);
    int step = in->to_step                      ? in->to_step
               : in->action == ACTION_SEND_BACK ? d->step - 1
                                                : d->step + 1;

    if (in->to_office || !c || step < 1 || step > c->n_steps)
        return;
    if (in->action == ACTION_FORWARD || in->action == ACTION_SEND_BACK) {
        in->to_step = step;
        in->to_office =
            reference_heir(req->reference, step_office_id(req->reference, d, &c->steps[step - 1]));
    }
}

/* What was typed is one remark: reason, note, papers asked for, who collected, evidence. */
static const char *remark_text(struct act *a)
{
    const struct wire_action_request *in = &a->in;
    struct buffer b = {0};
    const char *parts[] = {in->reason, in->note, in->collector_name, in->evidence};
    const char *text;

    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        if (parts[i] && *parts[i])
            buffer_printf(&b, "%s%s", b.len ? "\n" : "", parts[i]);
    for (size_t i = 0; i < in->n_items; i++)
        buffer_printf(&b, "%s- %s", b.len ? "\n" : "", in->items[i]);
    text = b.len && !b.is_failed ? arena_strndup(a->base.arena, b.data, b.len) : NULL;
    buffer_deinit(&b);
    return text;
}

static bool correction_value(struct request *req, struct act *a, struct action_input *in)
{
    const char *field = a->in.corrected_field, *value = a->in.corrected_value;
    const struct procedure_case *c;

    in->corrected_field = field;
    if (!field || !value)
        return true;
    if (!strcmp(field, "procedure") || !strcmp(field, "case")) {
        c = reference_case_by_key(req->reference, value, NULL, instant_date(req->now, req->zone_s));
        if (!c)
            return error_set(&req->error, ERR_PROCEDURE_UNKNOWN, arg_text("value", value));
        in->corrected_number = !strcmp(field, "procedure") ? c->procedure_id : c->id;
        return true;
    }
    if (!strcmp(field, "channel")) {
        int channel = vocabulary_find(&channels, value);

        in->corrected_number = channel;
        return channel > 0 || error_set(&req->error, ERR_CORRECTION_VALUE, arg_text("field", field),
                                        arg_text("value", value));
    }
    return instant_parse(value, INT32_MIN, &in->corrected_number) ||
           error_set(&req->error, ERR_CORRECTION_VALUE, arg_text("field", field),
                     arg_text("value", value));
}

/* Who stands for the legal ground of a late request: the actor, or the second person, whoever has
 * the right to. */
static int64_t approver_of(struct request *req, const struct dossier *d, int64_t second_person)
{
    const struct officer_ref *second = reference_officer(req->reference, second_person);
    struct principal p = {.officer_id = second_person};

    if (right_grants(&req->principal, GRANT_APPROVE_GROUND, d, 0, reference_within, req->reference))
        return req->principal.officer_id;
    if (!second || !second->is_active ||
        reference_is_one_hand(req->reference, second_person, req->principal.officer_id,
                              instant_date(req->now, req->zone_s)))
        return 0;
    p.login = second->login;
    p.n_roles = second->n_roles;
    memcpy(p.roles, second->roles, (size_t)second->n_roles * sizeof p.roles[0]);
    return right_grants(&p, GRANT_APPROVE_GROUND, d, 0, reference_within, req->reference)
               ? second_person
               : 0;
}

/* Which papers of the case the items name: as its list does, marks and letter case apart. What is
 * typed otherwise is asked for all the same, and counted for no component. */
static bool asked_components(struct request *req, const struct act *a, struct action_input *in)
{
    const struct procedure_case *c = reference_case(req->reference, a->snapshot.dossier.case_id);
    int *list = arena_array(req->arena, ASKED_MAX, sizeof *list);

    if (!list)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "act"));
    for (int k = 0; c && k < c->n_components; k++) {
        const char *name = text_fold(req->arena, c->components[k].name);
        bool is_asked = false;

        for (size_t i = 0; name && i < a->in.n_items && !is_asked; i++) {
            const char *item = text_fold(req->arena, a->in.items[i]);

            is_asked = item && !strcmp(item, name);
        }
        if (is_asked && in->n_components < ASKED_MAX)
            list[in->n_components++] = k + 1;
    }
    in->components = list;
    return true;
}

/* Which office writes the letter of a trigger (proto/tables/triggers.def). */
static int64_t writer_of(const struct reference *r, const struct dossier *d,
                         enum letter_trigger trigger)
{
    switch (letter_trigger_writer(trigger)) {
    case LETTER_WRITER_LEADERSHIP:
        return reference_committee(r, d->competent_office);
    case LETTER_WRITER_COUNTER:
        return reference_heir(r, d->supervising_office);
    case LETTER_WRITER_COMPETENT:
        break;
    }
    return dossier_answering_office(d);
}

static bool fill_input(struct request *req, struct act *a, struct action_input *in)
{
    const struct wire_action_request *w = &a->in;
    const struct dossier *d = &a->snapshot.dossier;

    *in = (struct action_input){
        .action = a->action,
        .actor = req->principal.officer_id,
        .actor_office = a->office,
        .at = w->at,
        .is_late_entry = w->is_late_entry,
        .dossier_id = d->id,
        .agreed_due_at = INSTANT_NONE,
        .legal_ground = w->legal_ground,
        .to_step = w->step == INTEGER_NONE ? 0 : (int)w->step,
        .hold_kind = w->hold_kind == WORD_NONE ? HOLD_KIND_OTHER : (enum hold_kind)w->hold_kind,
        .hold_effect =
            w->hold_effect == WORD_NONE ? HOLD_EFFECT_COUNT : (enum hold_effect)w->hold_effect,
        .outcome = w->outcome == WORD_NONE ? OUTCOME_GRANTED : (enum outcome)w->outcome,
        .answer_by = w->answer_by,
        .opinion = w->opinion == INTEGER_NONE ? 0 : (int)w->opinion,
        .collector_paper = w->collector_paper == WORD_NONE
                               ? NULL
                               : words_collector_paper.words[w->collector_paper],
        .postal_code = w->postal_code,
        .pledged_at = w->pledged_at,
        .cause = w->cause == WORD_NONE ? CAUSE_KEY_COUNT : (enum cause)w->cause,
        .trigger = w->trigger == WORD_NONE ? LETTER_TRIGGER_COUNT : (enum letter_trigger)w->trigger,
        .has_evidence = w->evidence != NULL,
        .close_reason =
            w->close_reason == WORD_NONE ? CLOSE_REASON_COUNT : (enum close_reason)w->close_reason,
        .result_on = w->result_on,
        .result_number = w->result_number,
        .amount = w->amount == INTEGER_NONE ? AMOUNT_OF_CASE : w->amount,
        .payment_way =
            w->payment_way == WORD_NONE ? PAYMENT_WAY_COUNT : (enum payment_way)w->payment_way,
        .attachment = w->attachment == INTEGER_NONE ? 0 : (int)w->attachment,
    };
    behalf_fill(req, d, 0, in);
    if (!resolve_office(req, w->office, "office", &in->to_office) ||
        !office_takes(req, in->to_office) ||
        !resolve_officer(req, w->officer, "officer", &in->to_officer) ||
        !resolve_officer(req, w->second_person, "second_person", &in->second_person) ||
        !resolve_office(req, w->at_fault_office, "at_fault_office", &in->at_fault_office) ||
        !behalf_second(req, a->action, d, in->second_person) || !correction_value(req, a, in))
        return false;
    if ((a->action == ACTION_DECIDE_CAUSE || a->action == ACTION_OBJECT_CAUSE) && !w->reason)
        return error_set(&req->error, ERR_FIELD_REQUIRED, arg_text("field", "reason"));
    in->actor_offices = view_actor_offices(req, &in->n_actor_offices);
    if (!in->actor_offices)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "act"));
    derive_target(req, d, in);
    if (in->action == ACTION_REQUEST_SUPPLEMENT && !asked_components(req, a, in))
        return false;
    if (in->trigger < LETTER_TRIGGER_COUNT)
        in->author_office = writer_of(req->reference, d, in->trigger);
    in->approver = in->legal_ground ? approver_of(req, d, in->second_person) : 0;
    return commit_make_remark(req, remark_text(a), &a->remark, &a->n_remarks, &in->remark);
}

static bool is_replaced(const struct snapshot *s, const struct event *e)
{
    for (int i = 0; i < s->n_events; i++)
        if (event_number(&s->events[i], EVENT_FIELD_REPLACES, 0) == e->seq)
            return true;
    return false;
}

/* When somebody did the first thing after an event; INSTANT_NONE: nobody did anything yet. */
static int64_t next_act(const struct snapshot *s, const struct event *after)
{
    int64_t at = INSTANT_NONE;

    for (int i = 0; i < s->n_events; i++) {
        const struct event *e = &s->events[i];

        if (e == after || e->actor == 0 || e->at < after->at || is_replaced(s, e))
            continue;
        if (at == INSTANT_NONE || e->at < at)
            at = e->at;
    }
    return at;
}

/* What a correction replaces: an instant replaces the event that carried it, another case brings
 * its own limit. */
static bool correct_what(struct request *req, struct act *a, struct action_input *in,
                         struct decide_context *ctx)
{
    static const struct {
        const char *field;
        enum action action;
    } instants[] = {{"received_at", ACTION_ACCEPT},
                    {"submitted_at", ACTION_SUBMIT},
                    {"decided_at", ACTION_DECIDE},
                    {"done_at", ACTION_TAKE_OVER_RESULT},
                    {"returned_at", ACTION_RETURN}};

    if (in->action != ACTION_CORRECT || !in->corrected_field)
        return true;
    if (!strcmp(in->corrected_field, "procedure") || !strcmp(in->corrected_field, "case")) {
        ctx->procedure_case = reference_case_by_key(req->reference, a->in.corrected_value, NULL,
                                                    instant_date(req->now, req->zone_s));
        return true;
    }
    for (size_t f = 0; f < ARRAY_LEN(instants); f++)
        for (int i = 0; i < a->snapshot.n_events; i++)
            if (!strcmp(in->corrected_field, instants[f].field) &&
                a->snapshot.events[i].action == instants[f].action)
                in->replaced = &a->snapshot.events[i];
    if (in->replaced)
        in->next_at = next_act(&a->snapshot, in->replaced);
    return true;
}

static bool may(struct request *req, struct act *a)
{
    const struct dossier *d =
        reference_for_rights(req->reference, req->arena, &a->snapshot.dossier);

    if (d && right_allows(&req->principal, a->action, d, 0, reference_within, req->reference,
                          &a->office))
        return true;
    return request_refuse_right(req, a->action);
}

static enum step_result act_decide(struct request *req)
{
    struct act *a = container_of(req, struct act, base);
    struct decide_context ctx;
    struct action_input in;

    a->n_remarks = 0;
    if (!snapshot_read_visible(req, SLOT_EVENTS, a->code, &a->snapshot) || !may(req, a))
        return refuse(a);
    if (a->if_match && a->if_match != a->snapshot.n_events) {
        error_set(&req->error, ERR_VERSION_STALE, arg_text("dossier", a->code),
                  arg_number("version", a->snapshot.n_events));
        return refuse(a);
    }
    if (!second_is_good(a))
        return refuse(a);
    if (a->proposal && a->proposal != a->snapshot.dossier.proposal.seq) {
        error_set(&req->error, ERR_CLOSE_NOT_PROPOSED, arg_text("dossier", a->code));
        return refuse(a);
    }
    record_decide_context(req->reference, &a->snapshot.dossier, req->now, req->zone_s, &ctx);
    if (!fill_input(req, a, &in) || !correct_what(req, a, &in, &ctx) ||
        !dossier_decide(&ctx, &in, req->arena, &a->decision, &req->error) ||
        !record_build(req->arena, req->reference, &a->snapshot.history, a->snapshot.dossier.id,
                      a->decision.events, a->decision.n_events, req->now, req->zone_s, &a->record,
                      &req->error))
        return refuse(a);
    a->record.member.remarks = &a->remark;
    a->record.member.n_remarks = a->n_remarks;
    a->record.member.job_id = a->job_id;
    a->record.member.fence = a->fence;
    commit_remember(req, &a->record.member, 200);
    return commit_submit(req, &a->record.member, ACT_COMMITTED);
}

static enum step_result act_committed(struct request *req)
{
    struct act *a = container_of(req, struct act, base);

    switch (commit_outcome(req, &a->record.member, &a->n_tries)) {
    case COMMIT_STEP_DONE:
        return request_next(req, ACT_REPLY);
    case COMMIT_STEP_AGAIN:
        return request_wait(req, ACT_LOAD);
    case COMMIT_STEP_ANSWERED:
        a->first_status = a->record.member.outcome.first_status;
        return answer_again(a);
    case COMMIT_STEP_FAILED:
        break;
    }
    return request_fail(req);
}

static enum step_result reply(struct request *req, struct act *a, const struct dossier *d,
                              int status)
{
    struct snapshot_persons persons;
    struct wire_dossier v;

    if (!req->exchange) {
        req->status = status;
        return STEP_DONE;
    }
    if (!persons_read(req, SLOT_PERSONS, &persons) ||
        !view_dossier(req, d, &persons, a->decision.warnings, a->decision.n_warnings, &v))
        return request_fail(req);
    if (a->action == ACTION_RENEW_SECRET) {
        v.secret = view_secret(req, d->id, d->secrets_renewed);
        v.slip = d->received_at == INSTANT_NONE
                     ? NULL
                     : arena_printf(req->arena, "/api/v1/dossiers/%s/slip", d->code);
    }
    return view_reply(req, &v, status);
}

static enum step_result act_reply(struct request *req)
{
    struct act *a = container_of(req, struct act, base);

    a->record.after.version = a->record.member.outcome.version;
    return reply(req, a, &a->record.after, 200);
}

static enum step_result act_refused(struct request *req)
{
    struct act *a = container_of(req, struct act, base);

    if (commit_key_found(req, SLOT_KEY, &a->code, &a->first_status))
        return answer_again(a);
    if (req->error.code == ERR_NONE)
        req->error = a->refusal;
    return request_fail(req);
}

static enum step_result act_first_answer(struct request *req)
{
    struct act *a = container_of(req, struct act, base);

    if (!snapshot_read_visible(req, SLOT_EVENTS, a->code, &a->snapshot))
        return request_fail(req);
    return reply(req, a, &a->snapshot.dossier, a->first_status ? a->first_status : 200);
}

static const struct step act_steps[] = {
    [ACT_PARSE] = {"parse", act_parse},
    [ACT_LOAD] = {"load", act_load},
    [ACT_SECOND] = {"second", act_second},
    [ACT_PASSWORD] = {"password", act_password},
    [ACT_DECIDE] = {"decide", act_decide},
    [ACT_COMMITTED] = {"committed", act_committed},
    [ACT_REPLY] = {"reply", act_reply},
    [ACT_REFUSED] = {"refused", act_refused},
    [ACT_FIRST_ANSWER] = {"first answer", act_first_answer},
};
const struct use_case use_case_act = {"act", sizeof(struct act), act_steps, false, 0};
