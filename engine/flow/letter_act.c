/* An action on a letter. Numbering follows storage.md: trial rendering, then the number in the
 * transaction that makes the letter final, then the rendering from frozen data and number, always
 * to the same bytes. */
#include <stdio.h>
#include <string.h>

#include "base/instant.h"
#include "domain/apology.h"
#include "flow/app.h"
#include "flow/asked.h"
#include "flow/behalf.h"
#include "flow/commit.h"
#include "flow/letter_certify.h"
#include "flow/letter_file.h"
#include "flow/letters.h"
#include "flow/outbox_letter.h"
#include "flow/view.h"
#include "flow/view_person.h"

enum {
    LETTER_PARSE,
    LETTER_LOAD,
    LETTER_TRIAL,
    LETTER_DECIDE,
    LETTER_COMMITTED,
    LETTER_DRAWN,
    LETTER_REPLY,
    LETTER_FIRST_ANSWER
};
enum { SLOT_LETTER, SLOT_EVENTS, SLOT_PERSON, SLOT_KEY, SLOT_REVISIONS };

struct letter_act {
    struct request base;
    int64_t id;
    enum action action;
    struct wire_letter_action in;
    int32_t if_match;
    struct letter_file file;
    struct snapshot snapshot;
    struct decision decision;
    struct record record;
    struct commit_letter row;
    struct commit_remark remark;
    int n_remarks, n_tries;
    unsigned char hash[32];
    const char *form, *template_id; /* as the signature found them */
    bool is_first_answer;
    int64_t job_id, fence; /* of the list it stands in; 0: none */
};

static const struct {
    const char *word;
    enum action action;
} letter_words[] = {
    {"sign", ACTION_SIGN_LETTER},
    {"unsign", ACTION_UNSIGN_LETTER},
    {"number", ACTION_NUMBER_LETTER},
    {"issue", ACTION_ISSUE_LETTER},
    {"deliver", ACTION_DELIVER_LETTER},
    {"cancel", ACTION_CANCEL_LETTER},
    {"revise", ACTION_REVISE_LETTER},
    {"refuse", ACTION_REFUSE_LETTER},
    {"acknowledge", ACTION_ACKNOWLEDGE_LETTER},
};

void letter_action_prepare(struct request *req, int64_t id, enum action action, int delivery,
                           const char *reference)
{
    struct letter_act *l = container_of(req, struct letter_act, base);

    wire_letter_action_init(&l->in);
    l->id = id;
    l->action = action;
    l->in.delivery = delivery;
    l->in.reference = reference;
}

void letter_turn_prepare(struct request *req, const struct letter_turn *turn)
{
    struct letter_act *l = container_of(req, struct letter_act, base);

    letter_action_prepare(req, turn->letter_id, turn->action, WORD_NONE, NULL);
    l->if_match = turn->version;
    l->job_id = turn->job_id;
    l->fence = turn->fence;
}

void letter_turn_take(struct request *req, struct letter_turn *ret)
{
    const struct letter_act *l = container_of(req, struct letter_act, base);

    ret->error = req->error;
    snprintf(ret->dossier, sizeof ret->dossier, "%s", l->file.code ? l->file.code : "");
}

/* Done by this very person on the version that was reviewed: a list begun again after a kill. */
static bool is_done_already(const struct letter_act *l)
{
    const struct history *h = &l->snapshot.history;
    const struct event *e = l->if_match < h->n ? &h->events[l->if_match] : NULL;

    return l->job_id && e && e->action == l->action && e->actor == l->base.principal.officer_id &&
           event_number(e, EVENT_FIELD_LETTER, 0) == l->id;
}

/* What the paper trail needs: the document that cancels a letter, the code of a postal item. */
static bool has_reference(const struct letter_act *l, struct error *err)
{
    bool is_post = l->action == ACTION_DELIVER_LETTER && l->in.delivery != WORD_NONE &&
                   !strcmp(words_delivery.words[l->in.delivery], "post");

    return (l->action != ACTION_CANCEL_LETTER && !is_post) ||
           (l->in.reference && *l->in.reference) ||
           error_set(err, ERR_FIELD_REQUIRED, arg_text("field", "reference"));
}

static enum step_result letter_parse(struct request *req)
{
    struct letter_act *l = container_of(req, struct letter_act, base);
    const char *word;
    size_t i;

    if (req->exchange) {
        word = http_request_param(req->http, "action");
        for (i = 0; i < ARRAY_LEN(letter_words) && strcmp(letter_words[i].word, word) != 0; i++)
            ;
        if (i == ARRAY_LEN(letter_words)) {
            error_set(&req->error, ERR_ACTION_UNKNOWN, arg_text("action", word));
            return request_fail(req);
        }
        l->action = letter_words[i].action;
        l->id = asked_id(req, "id");
        if (!request_json(req) ||
            !wire_letter_action_decode(req->json, req->arena, &l->in, &req->error) ||
            !has_reference(l, &req->error) || !commit_if_match(req, &l->if_match))
            return request_fail(req);
    }
    if (!letter_file_send(req, SLOT_LETTER, l->id) || !commit_key_send(req, SLOT_KEY))
        return request_fail(req);
    return request_wait(req, LETTER_LOAD);
}

static enum step_result letter_load(struct request *req)
{
    struct letter_act *l = container_of(req, struct letter_act, base);
    const char *code;
    int status;

    l->is_first_answer = commit_key_found(req, SLOT_KEY, &code, &status);
    if (req->error.code != ERR_NONE ||
        !letter_file_read(req, SLOT_LETTER,
                          req->http ? http_request_param(req->http, "id")
                                    : arena_printf(req->arena, "%lld", (long long)l->id),
                          &l->file) ||
        !snapshot_send(req, SLOT_EVENTS, l->file.code) ||
        !letter_file_person_send(req, SLOT_PERSON, &l->file))
        return request_fail(req);
    return request_wait(req, l->is_first_answer ? LETTER_FIRST_ANSWER : LETTER_TRIAL);
}

/* Nobody signs or numbers in the name of an office that has ended: the letter is drafted anew in
 * its successor's. What was numbered is issued and delivered as it stands. */
static bool author_lives(struct request *req, const struct letter_act *l)
{
    const struct office_ref *author = reference_office(req->reference, l->file.author_office);
    const struct office_ref *heir;

    if (!author || author->valid_to == DATE_NONE ||
        (l->action != ACTION_SIGN_LETTER && l->action != ACTION_NUMBER_LETTER))
        return true;
    heir = reference_office(req->reference, reference_heir(req->reference, author->id));
    return error_set(&req->error, ERR_LETTER_AUTHOR_ENDED, arg_number("letter", l->id),
                     arg_text("value", author->name), arg_text("successor", heir->name));
}

static bool may(struct request *req, struct letter_act *l)
{
    const struct dossier *d =
        reference_for_rights(req->reference, req->arena, &l->snapshot.dossier);
    int64_t office;

    if (d &&
        right_allows(&req->principal, l->action, d, 0, reference_within, req->reference, &office))
        return author_lives(req, l);
    return request_refuse_right(req, l->action);
}

/* Before a number is taken the paper must have come out once. */
static enum step_result letter_trial(struct request *req)
{
    struct letter_act *l = container_of(req, struct letter_act, base);

    if (!snapshot_read_visible(req, SLOT_EVENTS, l->file.code, &l->snapshot) || !may(req, l) ||
        !letter_file_person_read(req, SLOT_PERSON, &l->file))
        return request_fail(req);
    if (is_done_already(l)) {
        req->status = 200;
        return STEP_DONE;
    }
    if (l->if_match && l->if_match != l->snapshot.n_events) {
        error_set(&req->error, ERR_VERSION_STALE, arg_text("dossier", l->file.code),
                  arg_number("version", l->snapshot.n_events));
        return request_fail(req);
    }
    if (l->action == ACTION_NUMBER_LETTER && !strcmp(l->file.state, "signed") &&
        req->app->renderer && !letter_file_draw(req, &l->file, 1, req->now))
        return request_fail(req);
    return request_wait(req, LETTER_DECIDE);
}

/* The addressees an action speaks of change with it. */
static bool addressee_rows(struct letter_act *l)
{
    struct request *req = &l->base;
    bool is_delivered = l->action == ACTION_DELIVER_LETTER;
    enum addressee_state state = is_delivered ? ADDRESSEE_DELIVERED : ADDRESSEE_ACKNOWLEDGED;

    if (!is_delivered && l->action != ACTION_ACKNOWLEDGE_LETTER)
        return true;
    return letter_addressee_changes(
        req->arena, &l->snapshot.history, l->id,
        l->in.addressee == INTEGER_NONE ? 0 : (int)l->in.addressee,
        l->in.delivery == WORD_NONE ? NULL : words_delivery.words[l->in.delivery], state,
        l->in.reference, &l->record.member, &req->error);
}

static void row_of(struct letter_act *l)
{
    struct request *req = &l->base;
    const struct dossier_letter *after = dossier_letter(&l->record.after, l->id);

    l->row = (struct commit_letter){
        .operation = COMMIT_LETTER_UPDATE,
        .id = l->id,
        .state = after ? after->state : LETTER_NONE,
        .signed_at = INSTANT_NONE,
        .numbered_at = INSTANT_NONE,
        .issued_at = INSTANT_NONE,
        .latest_at = INSTANT_NONE,
        .reappointed_at = INSTANT_NONE,
        .is_unsigned = l->action == ACTION_UNSIGN_LETTER,
        .timing = after ? after->timing : LETTER_TIMING_NONE,
        .void_reason = l->action == ACTION_CANCEL_LETTER ? l->in.reference : NULL,
    };
    if (l->action == ACTION_SIGN_LETTER || l->action == ACTION_REVISE_LETTER) {
        l->row.data = l->file.data;
        l->row.is_after_due =
            after &&
            after->wording != LETTER_WORDING_BEFORE_DUE; /* the wording goes with the data */
        l->row.reappointed_at = after ? after->reappointed_at : INSTANT_NONE;
    }
    if (l->action == ACTION_SIGN_LETTER) {
        l->row.form = l->form;
        l->row.template_version = l->template_id;
        l->row.content_hash = l->hash;
        l->row.signer = req->principal.officer_id;
        l->row.signed_at = req->now;
    } else if (l->action == ACTION_NUMBER_LETTER) {
        l->row.register_office = l->file.issuing_office;
        l->row.register_year = date_civil(instant_date(req->now, req->zone_s)).year;
        l->row.register_symbol = LETTER_SYMBOL;
        l->row.wants_number = l->in.number == INTEGER_NONE;
        l->row.number = l->row.wants_number ? 0 : l->in.number;
        l->row.numbered_at = req->now;
    } else if (l->action == ACTION_ISSUE_LETTER) {
        l->row.issued_at = req->now;
    }
}

/* The frozen data with what a person changes: the reason given, another new date. */
static bool revise(struct letter_act *l, const struct decide_context *ctx)
{
    struct request *req = &l->base;
    const struct dossier_letter *letter = dossier_letter(ctx->dossier, l->id);
    const struct lateness_context late = {ctx->dossier, ctx->procedure_case, ctx->ruleset,
                                          ctx->calendar, ctx->zone_s};
    bool has_date = l->in.reappointed_at != INSTANT_NONE;
    struct dossier_letter revised;

    if (!letter || (l->action != ACTION_REVISE_LETTER && l->action != ACTION_SIGN_LETTER) ||
        (l->action == ACTION_SIGN_LETTER && !has_date))
        return true;
    revised = *letter;
    return (!has_date || letter_choose_date(&late, l->in.reappointed_at, req->now,
                                            &revised.reappointed_at, &req->error)) &&
           letter_revise_data(req->reference, req->arena, l->file.data,
                              l->action == ACTION_REVISE_LETTER ? l->in.reason : NULL, ctx->dossier,
                              &revised, req->zone_s, &l->file.data, &req->error);
}

/* Reason and reference are one remark. */
static bool make_remark(struct letter_act *l, const char **ret)
{
    struct request *req = &l->base;
    struct buffer text = {0};
    bool ok = true;

    buffer_printf(&text, "%s%s%s", l->in.reason ? l->in.reason : "",
                  l->in.reason && l->in.reference ? "\n" : "",
                  l->in.reference ? l->in.reference : "");
    l->n_remarks = 0;
    if (text.len)
        ok = commit_make_remark(req, arena_strdup(req->arena, text.data), &l->remark, &l->n_remarks,
                                ret);
    buffer_deinit(&text);
    return ok;
}

static bool fill_input(struct letter_act *l, struct action_input *in, struct letter_input *letter)
{
    struct request *req = &l->base;

    action_input_init(in, l->action, req->principal.officer_id, 0);
    behalf_fill(req, &l->snapshot.dossier, 0, in);
    in->at = l->in.at;
    in->is_late_entry = l->in.at != INSTANT_NONE;
    letter_input_init(letter);
    letter->addressee = l->in.addressee == INTEGER_NONE ? 0 : (int)l->in.addressee;
    letter->reappointed_at = l->in.reappointed_at;
    if (l->in.delivery != WORD_NONE)
        letter->delivery = words_delivery.words[l->in.delivery];
    if (l->action == ACTION_NUMBER_LETTER)
        letter->registry =
            arena_printf(req->arena, "%lld:%d:%s", (long long)l->file.issuing_office,
                         date_civil(instant_date(req->now, req->zone_s)).year, LETTER_SYMBOL);
    return make_remark(l, &in->remark);
}

static bool decide(struct letter_act *l)
{
    struct request *req = &l->base;
    struct decide_context ctx;
    struct letter_input letter;
    struct action_input in;
    char hash[65] = "";

    record_decide_context(req->reference, &l->snapshot.dossier, req->now, req->zone_s, &ctx);
    if (!fill_input(l, &in, &letter) || !revise(l, &ctx))
        return false;
    if (l->action == ACTION_SIGN_LETTER) {
        if (!letter_sign_data(req->reference, req->arena, l->file.data,
                              reference_officer(req->reference, req->principal.officer_id),
                              behalf_role(req, l->action, &l->snapshot.dossier, 0),
                              l->file.author_office, instant_date(req->now, req->zone_s),
                              &l->file.data, &l->form, &l->template_id, l->hash, &req->error))
            return false;
        hex_encode(l->hash, sizeof l->hash, hash);
        letter.content_hash = hash;
    }
    return letter_decide(&ctx, l->id, &in, &letter, req->arena, &l->decision, &req->error) &&
           record_build(req->arena, req->reference, &l->snapshot.history, l->snapshot.dossier.id,
                        l->decision.events, l->decision.n_events, req->now, req->zone_s, &l->record,
                        &req->error) &&
           addressee_rows(l) &&
           (l->action != ACTION_ISSUE_LETTER ||
            outbox_queue_letter(req->arena, &l->snapshot.history, l->id, letter.delivery,
                                &l->record.member, &req->error));
}

static enum step_result letter_decide_step(struct request *req)
{
    struct letter_act *l = container_of(req, struct letter_act, base);

    if (l->file.job.done) {
        if (!letter_file_drawn(req, &l->file))
            return request_fail(req);
        buffer_deinit(&l->file.job.result);
    }
    if (!decide(l))
        return request_fail(req);
    row_of(l);
    l->record.member.letters = &l->row;
    l->record.member.n_letters = 1;
    l->record.member.remarks = &l->remark;
    l->record.member.n_remarks = l->n_remarks;
    l->record.member.job_id = l->job_id;
    l->record.member.fence = l->fence;
    commit_remember(req, &l->record.member, 200);
    return commit_submit(req, &l->record.member, LETTER_COMMITTED);
}

static enum step_result letter_committed(struct request *req)
{
    struct letter_act *l = container_of(req, struct letter_act, base);

    switch (commit_outcome(req, &l->record.member, &l->n_tries)) {
    case COMMIT_STEP_DONE:
        break;
    case COMMIT_STEP_AGAIN:
        return letter_file_send(req, SLOT_LETTER, l->id) ? request_wait(req, LETTER_LOAD)
                                                         : request_fail(req);
    case COMMIT_STEP_ANSWERED:
        return snapshot_send(req, SLOT_EVENTS, l->file.code)
                   ? request_wait(req, LETTER_FIRST_ANSWER)
                   : request_fail(req);
    case COMMIT_STEP_FAILED:
        return request_fail(req);
    }
    for (int i = 0; i < l->record.after.n_letters; i++)
        if (l->record.after.letters[i].id == l->id && l->record.member.outcome.number)
            l->record.after.letters[i].number = l->record.member.outcome.number;
    l->record.after.version = l->record.member.outcome.version;
    if (l->action != ACTION_NUMBER_LETTER || !req->app->renderer)
        return request_next(req, LETTER_REPLY);
    if (!letter_file_draw(req, &l->file, l->record.member.outcome.number, req->now))
        return request_fail(req);
    return request_wait(req, LETTER_DRAWN);
}

static enum step_result letter_drawn(struct request *req)
{
    struct letter_act *l = container_of(req, struct letter_act, base);
    bool kept = letter_file_drawn(req, &l->file) && letter_file_keep(req, SLOT_LETTER, &l->file);

    buffer_deinit(&l->file.job.result);
    /* The number stands whatever happens to the paper: it is drawn again when asked for. */
    return kept ? request_wait(req, LETTER_REPLY) : request_fail(req);
}

static enum step_result reply(struct letter_act *l, const struct dossier *d)
{
    struct request *req = &l->base;
    const struct dossier_letter *letter = dossier_letter(d, l->id);
    struct wire_letter out;
    char etag[24];

    if (!req->exchange) {
        req->status = 200;
        return STEP_DONE;
    }
    if (!letter) {
        error_set(&req->error, ERR_LETTER_UNKNOWN,
                  arg_text("letter", http_request_param(req->http, "id")));
        return request_fail(req);
    }
    view_letter(req, d, letter, &out);
    out.applicant_name = view_person_value(req, MASK_DETAIL, MASK_NAME, l->file.applicant_name);
    for (size_t i = 0; i < l->file.n_addressees; i++)
        l->file.addressees[i].name = view_person_name(req, MASK_DETAIL, l->file.addressees[i].name);
    out.addressees = l->file.addressees;
    out.n_addressees = l->file.n_addressees;
    if (request_result(req, SLOT_REVISIONS)->result.pg &&
        !letter_file_revisions_read(req, SLOT_REVISIONS, &out.signatures, &out.n_signatures))
        return request_fail(req);
    snprintf(etag, sizeof etag, "\"%d\"", d->version);
    request_field(req, "ETag", etag);
    if (!wire_letter_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static enum step_result letter_reply(struct request *req)
{
    struct letter_act *l = container_of(req, struct letter_act, base);

    if (l->action == ACTION_NUMBER_LETTER)
        letter_certify_start(req->app, l->id);
    return reply(l, &l->record.after);
}

static enum step_result letter_first_answer(struct request *req)
{
    struct letter_act *l = container_of(req, struct letter_act, base);

    if (!snapshot_read_visible(req, SLOT_EVENTS, l->file.code, &l->snapshot))
        return request_fail(req);
    return reply(l, &l->snapshot.dossier);
}

static const struct step letter_act_steps[] = {
    [LETTER_PARSE] = {"parse", letter_parse},
    [LETTER_LOAD] = {"load", letter_load},
    [LETTER_TRIAL] = {"trial", letter_trial},
    [LETTER_DECIDE] = {"decide", letter_decide_step},
    [LETTER_COMMITTED] = {"committed", letter_committed},
    [LETTER_DRAWN] = {"drawn", letter_drawn},
    [LETTER_REPLY] = {"reply", letter_reply},
    [LETTER_FIRST_ANSWER] = {"first answer", letter_first_answer},
};
const struct use_case use_case_letter_action = {"letter", sizeof(struct letter_act),
                                                letter_act_steps, false, 0};

/* A single letter is the first answer without an action. */
static enum step_result read_parse(struct request *req)
{
    struct letter_act *l = container_of(req, struct letter_act, base);

    l->id = asked_id(req, "id");
    return letter_file_send(req, SLOT_LETTER, l->id) ? request_wait(req, 1) : request_fail(req);
}

static enum step_result read_load(struct request *req)
{
    struct letter_act *l = container_of(req, struct letter_act, base);

    if (!letter_file_read(req, SLOT_LETTER, http_request_param(req->http, "id"), &l->file) ||
        !snapshot_send(req, SLOT_EVENTS, l->file.code) ||
        !letter_file_person_send(req, SLOT_PERSON, &l->file) ||
        !letter_file_revisions_send(req, SLOT_REVISIONS, l->id))
        return request_fail(req);
    return request_wait(req, 2);
}

static enum step_result read_reply(struct request *req)
{
    struct letter_act *l = container_of(req, struct letter_act, base);

    if (!letter_file_person_read(req, SLOT_PERSON, &l->file))
        return request_fail(req);
    return letter_first_answer(req);
}

static const struct step letter_steps[] = {
    {"parse", read_parse}, {"load", read_load}, {"reply", read_reply}};
const struct use_case use_case_letter = {"letter", sizeof(struct letter_act), letter_steps, false,
                                         0};
