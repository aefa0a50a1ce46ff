/* See intake.h. */
#include "flow/intake.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "domain/vocabulary.h"
#include "flow/app.h"
#include "flow/behalf.h"
#include "flow/commit.h"
#include "flow/intake_persons.h"
#include "flow/session.h"
#include "flow/view.h"

enum {
    INTAKE_PARSE,
    INTAKE_AGAIN,
    INTAKE_SLIP,
    INTAKE_DECIDE,
    INTAKE_COMMITTED,
    INTAKE_REPLY,
    INTAKE_FIRST_ANSWER
};
enum {
    SLOT_KEY,
    SLOT_PERSON_FIRST,
    SLOT_EVENTS = SLOT_PERSON_FIRST,
    SLOT_PERSONS,
    SLOT_SLIP = SLOT_PERSON_FIRST + 3 /* applicant, submitter and authorised are looked up */
};
enum { S_OFFICE, S_DOSSIER, S_ORDERED_AT, S_IS_VOID, S_REASON, S_IS_USED };

static enum step_result intake_parse(struct request *req)
{
    struct intake *t = container_of(req, struct intake, base);

    if (req->exchange && (!request_json(req) ||
                          !wire_dossier_submit_decode(req->json, req->arena, &t->in, &req->error)))
        return request_fail(req);
    if (!commit_key_send(req, SLOT_KEY) || !intake_persons_send(t))
        return request_fail(req);
    return request_wait(req, INTAKE_SLIP);
}

/* Read when the reference data are settled: a slip that becomes void after this bumps the epoch,
 * and the decision is made again. */
static enum step_result intake_slip(struct request *req)
{
    struct intake *t = container_of(req, struct intake, base);
    struct db_params p;
    bool sent;

    if (!t->in.blank_slip || req->error.code != ERR_NONE)
        return request_next(req, INTAKE_DECIDE);
    db_params_init(&p);
    db_put_text(&p, t->in.blank_slip);
    sent = request_query(req, SLOT_SLIP, DB_LANE_READ, DB_BLANK_SLIP_FIND, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, INTAKE_DECIDE) : request_fail(req);
}

static enum action intake_action(const struct intake *t)
{
    return t->in.is_refusal ? ACTION_REFUSE : t->in.is_submission ? ACTION_SUBMIT : ACTION_ACCEPT;
}

bool intake_office(struct request *req, const char *key, const char *field, enum action action,
                   int64_t *ret_office)
{
    const struct office_ref *o = key ? reference_office_by_key(req->reference, key) : NULL;

    if (key && !o)
        return error_set(&req->error, ERR_OFFICE_UNKNOWN, arg_text("field", field),
                         arg_text("value", key));
    if (o && !reference_office_lives(req->reference, o, field, instant_date(req->now, req->zone_s),
                                     &req->error))
        return false;
    if (o && right_allows(&req->principal, action, NULL, o->id, reference_within, req->reference,
                          ret_office)) {
        *ret_office = o->id;
        return true;
    }
    for (int i = 0; !key && i < req->principal.n_roles; i++) {
        o = reference_office(req->reference, req->principal.roles[i].office);
        if (o && reference_one_stop(req->reference, o->id) == o->id &&
            right_allows(&req->principal, action, NULL, o->id, reference_within, req->reference,
                         ret_office)) {
            *ret_office = o->id;
            return true;
        }
    }
    return request_refuse_right(req, action);
}

/* What was typed and what was handed in are one remark. */
static const char *remark_text(struct intake *t)
{
    struct buffer b = {0};
    const char *text;

    if (t->in.remark)
        buffer_text(&b, t->in.remark);
    for (size_t i = 0; i < t->in.n_components; i++) {
        const struct wire_component *c = &t->in.components[i];

        buffer_printf(&b, "%s- %s (%s: %lld)", b.len ? "\n" : "", c->name,
                      c->kind ? c->kind : "original",
                      (long long)(c->copies == INTEGER_NONE ? 1 : c->copies));
    }
    text = b.len && !b.is_failed ? arena_strndup(t->base.arena, b.data, b.len) : NULL;
    buffer_deinit(&b);
    return text;
}

static bool slip_refuse_way(const struct intake *t, const char *field)
{
    struct error *err = &((struct intake *)t)->base.error;

    return error_set(err, ERR_BLANK_SLIP_WAY, arg_text("value", t->in.blank_slip),
                     arg_text("field", field));
}

/* What the fields of a request say of a slip must fit together. */
static bool slip_check_fields(struct intake *t)
{
    struct error *err = &t->base.error;

    if (!t->in.blank_slip)
        return t->in.paper_due_at == INSTANT_NONE ||
               error_set(err, ERR_FIELD_MISSING, arg_text("field", "blank_slip"));
    if (t->in.is_submission)
        return slip_refuse_way(t, "is_submission");
    if (t->in.is_refusal)
        return slip_refuse_way(t, "is_refusal");
    if (t->in.settle)
        return slip_refuse_way(t, "settle");
    return t->in.received_at != INSTANT_NONE ||
           error_set(err, ERR_FIELD_MISSING, arg_text("field", "received_at"));
}

/* Is this slip there to be typed in, at this hour, by this office? Hours on paper have no seconds.
 */
static bool slip_check(struct intake *t)
{
    struct request *req = &t->base;
    const struct db_result *r = &request_result(req, SLOT_SLIP)->result;
    const char *code = t->in.blank_slip;
    int64_t ordered_at;

    if (!code)
        return true;
    if (db_rows(r) == 0)
        return error_set(&req->error, ERR_BLANK_SLIP_UNKNOWN, arg_text("field", "blank_slip"),
                         arg_text("value", code));
    if (db_bool(r, 0, S_IS_USED))
        return error_set(&req->error, ERR_BLANK_SLIP_USED, arg_text("field", "blank_slip"),
                         arg_text("value", code));
    if (db_bool(r, 0, S_IS_VOID))
        return error_set(&req->error, ERR_BLANK_SLIP_VOID, arg_text("field", "blank_slip"),
                         arg_text("value", code),
                         arg_text("reason", db_text_or_empty(r, 0, S_REASON)));
    if (db_int(r, 0, S_OFFICE) != t->office)
        return error_set(&req->error, ERR_BLANK_SLIP_OFFICE, arg_text("field", "blank_slip"),
                         arg_text("value", code),
                         arg_text("office", view_office_name(req, db_int(r, 0, S_OFFICE))));
    ordered_at = db_instant(r, 0, S_ORDERED_AT);
    ordered_at -= instant_day_offset(ordered_at, req->zone_s) % INSTANT_MINUTE;
    return t->in.received_at >= ordered_at ||
           error_set(&req->error, ERR_BLANK_SLIP_EARLY, arg_text("field", "received_at"),
                     arg_instant("at", t->in.received_at), arg_text("value", code),
                     arg_instant("printed", ordered_at));
}

static int64_t next_id(struct intake *t, int64_t at)
{
    struct request *req = &t->base;

    if (t->in.blank_slip)
        return db_int(&request_result(req, SLOT_SLIP)->result, 0, S_DOSSIER);
    return app_next_dossier_id(req->app, date_civil(instant_date(at, req->zone_s)).year);
}

static bool fill_input(struct intake *t, int64_t at, struct action_input *in)
{
    struct request *req = &t->base;
    const struct procedure_case *c = t->procedure_case;
    const struct ruleset *rules =
        reference_ruleset_on(req->reference, instant_date(at, req->zone_s));
    const char **members = arena_array(req->arena, INTAKE_PERSONS_MAX, sizeof *members);
    int64_t competent = reference_competent(req->reference, c, t->office);
    int32_t today = instant_date(req->now, req->zone_s);
    const struct principal_role *role;

    if (!members)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "dossier"));
    if (!rules)
        return error_set(&req->error, ERR_RULESET_MISSING, arg_instant("at", at));
    if (t->in.competent_office) {
        const struct office_ref *o =
            reference_office_by_key(req->reference, t->in.competent_office);

        if (!o)
            return error_set(&req->error, ERR_OFFICE_UNKNOWN, arg_text("field", "competent_office"),
                             arg_text("value", t->in.competent_office));
        if (!reference_office_lives(req->reference, o, "competent_office", today, &req->error))
            return false;
        competent = o->id;
    }
    if (!reference_office_lives(req->reference, reference_office(req->reference, t->office),
                                "filed_office", today, &req->error))
        return false;
    role = behalf_role(req, intake_action(t), NULL, t->office);
    *in = (struct action_input){
        .action = intake_action(t),
        .on_behalf_of = role ? role->on_behalf_of : 0,
        .actor = req->principal.officer_id,
        .actor_office = t->office,
        .at = t->in.received_at,
        .is_late_entry = t->in.received_at != INSTANT_NONE,
        .dossier_id = next_id(t, at),
        .procedure_id = c->procedure_id,
        .case_id = c->id,
        .field_id = c->field_id,
        .ruleset_id = rules->id,
        .filed_office = t->office,
        .supervising_office = reference_one_stop(req->reference, competent ? competent : t->office),
        .competent_office = competent,
        .channel = t->in.channel != WORD_NONE ? (enum channel)t->in.channel
                   : t->in.is_submission      ? CHANNEL_ONLINE
                                              : CHANNEL_DIRECT,
        .applicant = intake_person_value(t, "applicant"),
        .submitter = intake_person_value(t, "submitter"),
        .authorised = intake_person_value(t, "authorised"),
        .members = members,
        .agreed_due_at = t->in.agreed_due_at,
        .slip_code = t->in.blank_slip,
        .paper_due_at = t->in.paper_due_at,
        .answer_by = INSTANT_NONE,
        .pledged_at = INSTANT_NONE,
        .trigger = LETTER_TRIGGER_COUNT,
        .outcome = OUTCOME_GRANTED,
        .collector_paper = t->in.settle ? "identity" : NULL,
        .hold_effect = HOLD_EFFECT_COUNT,
        .cause = CAUSE_KEY_COUNT,
    };
    for (int i = 0; i < t->n_people; i++)
        if (!strcmp(t->people[i].part, "member"))
            members[in->n_members++] = t->people[i].value;
    if (!in->dossier_id)
        return error_set(&req->error, ERR_IDS_SHORT, arg_text("what", "dossier"));
    t->n_remarks = 0;
    return commit_make_remark(req, remark_text(t), &t->remark, &t->n_remarks, &in->remark);
}

/* Names, folded, for search. */
static const char *search_text(struct intake *t)
{
    struct buffer b = {0};
    const char *text = NULL;

    for (int i = 0; i < t->n_people; i++)
        buffer_printf(&b, "%s%s", i ? " " : "", t->people[i].in->name);
    buffer_printf(&b, " %s", t->procedure_case->procedure_name);
    if (!b.is_failed)
        text = text_fold(t->base.arena, b.data);
    buffer_deinit(&b);
    return text;
}

const char *intake_code_day(struct arena *arena, const struct ruleset *rules, int32_t on)
{
    struct civil c = date_civil(on);

    return rules->code_layout == CODE_LAYOUT_LONG
               ? arena_printf(arena, "%04d%02d%02d", c.year, c.month, c.day)
               : arena_printf(arena, "%02d%02d%02d", c.year % 100, c.month, c.day);
}

/* The code carries the day of receipt and an identifier, of the office that receives or of the one
 * that settles, in the layout of that day's ruleset (law:dossier-code). The database gives the
 * serial by the length of the day. A slip that was printed in advance has its code already. */
static bool fill_code(struct intake *t, const struct ruleset *rules, int64_t competent, int64_t at)
{
    struct request *req = &t->base;
    const struct office_ref *o = reference_office(
        req->reference, rules->codes_name_settling_office && competent ? competent : t->office);

    if (t->in.blank_slip) {
        t->record.member.code = t->in.blank_slip;
        return true;
    }
    if (!o || !o->identifier[0])
        return error_set(&req->error, ERR_OFFICE_IDENTIFIER, arg_text("office", o ? o->key : "-"));
    t->record.member.code_identifier = o->identifier;
    t->record.member.code_day = intake_code_day(req->arena, rules, instant_date(at, req->zone_s));
    return t->record.member.code_day ||
           error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "code"));
}

static bool decide(struct intake *t)
{
    struct request *req = &t->base;
    int64_t at = t->in.received_at != INSTANT_NONE ? t->in.received_at : req->now;
    struct dossier *fresh = arena_new_of(req->arena, struct dossier);
    struct history none = {NULL, 0};
    struct decide_context ctx;
    struct action_input in;
    bool decided;

    if (!fresh)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "dossier"));
    t->procedure_case = reference_case_by_key(req->reference, t->in.procedure, t->in.procedure_case,
                                              instant_date(at, req->zone_s));
    if (!t->procedure_case)
        return error_set(&req->error, ERR_PROCEDURE_UNKNOWN, arg_text("value", t->in.procedure));
    if (!slip_check_fields(t) ||
        !intake_office(req, t->in.filed_office, "filed_office", intake_action(t), &t->office) ||
        !slip_check(t) || !intake_persons_enter(t) || !fill_input(t, at, &in))
        return false;
    dossier_init(fresh, in.dossier_id);
    ctx = (struct decide_context){
        .dossier = fresh,
        .procedure_case = t->procedure_case,
        .ruleset = reference_ruleset(req->reference, in.ruleset_id),
        .calendar = reference_calendar_or_none(req->reference, in.competent_office),
        .now = req->now,
        .zone_s = req->zone_s,
    };
    decided = t->in.settle ? dossier_settle(&ctx, &in, req->arena, &t->decision, &req->error)
                           : dossier_decide(&ctx, &in, req->arena, &t->decision, &req->error);
    return decided &&
           record_build(req->arena, req->reference, &none, in.dossier_id, t->decision.events,
                        t->decision.n_events, req->now, req->zone_s, &t->record, &req->error) &&
           fill_code(t, ctx.ruleset, in.competent_office, at);
}

static void ids_came(void *data)
{
    request_release(data);
}

/* The first dossier of a year, or a burst: a block of numbers is on its way. */
static enum step_result await_ids(struct intake *t)
{
    struct request *req = &t->base;
    int64_t at = t->in.received_at != INSTANT_NONE ? t->in.received_at : req->now;

    if (++t->n_tries >= COMMIT_TRIES ||
        !app_await_ids(req->app, date_civil(instant_date(at, req->zone_s)).year, ids_came, req))
        return request_fail(req);
    error_clear(&req->error);
    request_hold(req);
    return request_wait(req, INTAKE_AGAIN);
}

static enum step_result intake_decide(struct request *req)
{
    struct intake *t = container_of(req, struct intake, base);
    struct commit_member *m = &t->record.member;
    const char *code;

    if (commit_key_found(req, SLOT_KEY, &code, &t->first_status))
        return snapshot_send(req, SLOT_EVENTS, code) && persons_send(req, SLOT_PERSONS, code)
                   ? request_wait(req, INTAKE_FIRST_ANSWER)
                   : request_fail(req);
    if (req->error.code != ERR_NONE)
        return request_fail(req);
    if (!decide(t))
        return req->error.code == ERR_IDS_SHORT ? await_ids(t) : request_fail(req);
    m->persons = t->persons;
    m->n_persons = t->n_persons;
    m->parts = t->parts;
    m->n_parts = t->n_people;
    m->remarks = &t->remark;
    m->n_remarks = t->n_remarks;
    m->search = search_text(t);
    commit_remember(req, m, 201);
    return commit_submit(req, m, INTAKE_COMMITTED);
}

/* Decided on reference data that were edited meanwhile, or short of numbers: once more, on the
 * newest. */
static enum step_result intake_again(struct request *req)
{
    request_renew(req);
    return request_next(req, INTAKE_SLIP);
}

static enum step_result intake_committed(struct request *req)
{
    struct intake *t = container_of(req, struct intake, base);

    switch (commit_outcome(req, &t->record.member, &t->n_tries)) {
    case COMMIT_STEP_DONE:
        return request_next(req, INTAKE_REPLY);
    case COMMIT_STEP_AGAIN:
        return request_wait(req, INTAKE_AGAIN);
    case COMMIT_STEP_ANSWERED:
        /* Lost the race for its own key: the winner's answer is found by it now. */
        if (++t->n_tries < COMMIT_TRIES && commit_key_send(req, SLOT_KEY))
            return request_wait(req, INTAKE_DECIDE);
        req->error = t->record.member.outcome.error;
        break;
    case COMMIT_STEP_FAILED:
        break;
    }
    if (t->in.blank_slip && req->error.code == ERR_CODE_TAKEN) { /* in the same moment */
        error_clear(&req->error);
        error_set(&req->error, ERR_BLANK_SLIP_USED, arg_text("field", "blank_slip"),
                  arg_text("value", t->in.blank_slip));
    }
    return request_fail(req);
}

static enum step_result reply(struct intake *t, const struct dossier *d,
                              const struct snapshot_persons *persons, int status)
{
    struct request *req = &t->base;
    struct wire_dossier v;

    if (!view_dossier(req, d, persons, t->decision.warnings, t->decision.n_warnings, &v))
        return request_fail(req);
    v.secret = view_secret(req, d->id, d->secrets_renewed);
    v.slip = arena_printf(req->arena, "/api/v1/dossiers/%s/slip", d->code);
    return view_reply(req, &v, status);
}

static enum step_result intake_reply(struct request *req)
{
    struct intake *t = container_of(req, struct intake, base);
    struct snapshot_persons persons = {0};

    snprintf(t->record.after.code, sizeof t->record.after.code, "%s",
             t->record.member.outcome.code);
    t->record.after.version = t->record.member.outcome.version;
    if (!req->exchange) {
        req->status = 201;
        return STEP_DONE;
    }
    persons.applicant = t->in.applicant;
    persons.submitter = t->in.submitter;
    persons.authorised = t->in.authorised;
    persons.group = t->in.group;
    persons.n_group = t->in.n_group;
    return reply(t, &t->record.after, &persons, 201);
}

static enum step_result intake_first_answer(struct request *req)
{
    struct intake *t = container_of(req, struct intake, base);
    struct snapshot_persons persons = {0};

    if (!snapshot_read(req, SLOT_EVENTS, &t->snapshot))
        return request_fail(req);
    persons.applicant = t->in.applicant;
    persons.submitter = t->in.submitter;
    persons.authorised = t->in.authorised;
    persons.group = t->in.group;
    persons.n_group = t->in.n_group;
    return reply(t, &t->snapshot.dossier, &persons, t->first_status ? t->first_status : 201);
}

static const struct step intake_steps[] = {
    [INTAKE_PARSE] = {"parse", intake_parse},
    [INTAKE_AGAIN] = {"again", intake_again},
    [INTAKE_SLIP] = {"slip", intake_slip},
    [INTAKE_DECIDE] = {"decide", intake_decide},
    [INTAKE_COMMITTED] = {"committed", intake_committed},
    [INTAKE_REPLY] = {"reply", intake_reply},
    [INTAKE_FIRST_ANSWER] = {"first answer", intake_first_answer},
};
const struct use_case use_case_intake = {"intake", sizeof(struct intake), intake_steps, false, 0};
