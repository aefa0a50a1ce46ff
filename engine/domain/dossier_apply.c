/* The only interpreter of events: one small function per action, in a table. It is total. Where the
 * lifecycle has a row for (state, action) the state follows it; where it has none, because history
 * came from elsewhere or an event was moved by a correction, the event still leaves its instants
 * and an end still ends. Nothing here needs a ruleset or a calendar: what was decided stands in the
 * event. */
#include <string.h>

#include "base/instant.h"
#include "domain/dossier_impl.h"
#include "domain/lifecycle.h"

#define STATE_SAME       TRANSITION_SAME
#define STATE_BACK       TRANSITION_BACK
#define STATE_HOLD_STATE TRANSITION_HOLD_STATE
#define NO_ROW           0 /* no row leads to STATE_NEW, whose value is 0 */

static const int16_t next_states[STATE_COUNT][ACTION_COUNT] = {
#define TRANSITION(from, action, to, guard, source) [STATE_##from][ACTION_##action] = STATE_##to,
#include "tables/transitions.def"
#undef TRANSITION
};

/* ---- reading fields ---- */

void apply_text(struct dossier *d, char *dst, size_t size, const char *src)
{
    size_t len = strlen(src);

    if (len >= size) {
        len = size - 1;
        d->is_overflow = true;
    }
    memcpy(dst, src, len);
    dst[len] = '\0';
}

#define COPY_TEXT(d, member, src) apply_text((d), (d)->member, sizeof(d)->member, (src))

/* The enumerator a word field stands for, or `absent`. */
int apply_word(const struct event *e, enum event_field field, const struct vocabulary *v,
               int absent)
{
    int i = vocabulary_find(v, event_text(e, field));

    return i < 0 ? absent : i;
}

static bool word_is(const char *word, const char *expected)
{
    return word && strcmp(word, expected) == 0;
}

/* ---- segments, holds, hand-overs ---- */

static void segment_end(struct dossier *d, int64_t at)
{
    struct dossier_segment *s = d->n_segments ? &d->segments[d->n_segments - 1] : NULL;

    if (s && s->to == INSTANT_NONE)
        s->to = at > s->from ? at : s->from;
}

static void segment_begin(struct dossier *d, int64_t at, int64_t office, int64_t officer,
                          bool is_waiting)
{
    struct dossier_segment *s = d->n_segments ? &d->segments[d->n_segments - 1] : NULL;

    if (s && s->to == INSTANT_NONE && s->step == d->step && s->office == office &&
        s->officer == officer && s->is_waiting == is_waiting)
        return;
    if (d->n_segments == DOSSIER_SEGMENTS_MAX) {
        d->is_overflow = true;
        return;
    }
    segment_end(d, at);
    d->segments[d->n_segments++] = (struct dossier_segment){
        .step = d->step,
        .office = office,
        .officer = officer,
        .from = at,
        .to = INSTANT_NONE,
        .is_waiting = is_waiting,
    };
}

/* The stretch of whoever holds the dossier now; the applicant's while the clock stands. Before
 * acceptance it has not begun, and nobody's budget runs. */
static void segment_of_holder(struct dossier *d, int64_t at)
{
    if (d->ended_at != INSTANT_NONE)
        return;
    if (dossier_is_waiting(d))
        segment_begin(d, at, 0, 0, true);
    else
        segment_begin(d, at, d->holder_office, d->holder_officer, d->received_at == INSTANT_NONE);
}

void apply_holder(struct dossier *d, int64_t at, int64_t office, int64_t officer)
{
    d->holder_office = office;
    d->holder_officer = officer;
    segment_of_holder(d, at);
}

static void pending_clear(struct dossier *d)
{
    d->has_pending = d->is_result_sent = false;
    d->pending_step = 0;
    d->pending_office = d->pending_officer = 0;
    d->pending_since = INSTANT_NONE;
}

static void hold_begin(struct dossier *d, const struct event *e, enum hold_kind kind)
{
    if (d->n_holds == DOSSIER_HOLDS_MAX) {
        d->is_overflow = true;
        return;
    }
    d->holds[d->n_holds++] = (struct dossier_hold){
        .kind = kind,
        .effect = (enum hold_effect)apply_word(e, EVENT_FIELD_HOLD_EFFECT, &hold_effects,
                                               HOLD_EFFECT_RUNS_ON),
        .from = e->at,
        .to = INSTANT_NONE,
        .answer_by = event_number(e, EVENT_FIELD_ANSWER_BY, INSTANT_NONE),
        .due_before = d->due_at,
        .due_after = INSTANT_NONE,
        .approver = event_number(e, EVENT_FIELD_APPROVER, 0),
        .is_at_counter = dossier_is_at_intake(d),
        .is_late_request = event_number(e, EVENT_FIELD_IS_LATE_REQUEST, 0) != 0,
        .began_after_due = d->due_at != INSTANT_NONE && e->at > d->due_at,
    };
}

static void hold_end(struct dossier *d, int64_t at)
{
    struct dossier_hold *h = d->n_holds ? &d->holds[d->n_holds - 1] : NULL;

    if (h && h->to == INSTANT_NONE)
        h->to = at > h->from ? at : h->from;
}

static enum dossier_state hold_state(enum hold_kind kind)
{
    switch (kind) {
    case HOLD_KIND_SUPPLEMENT:
        return STATE_AWAITING_SUPPLEMENT;
    case HOLD_KIND_FINANCIAL:
        return STATE_AWAITING_PAYMENT;
    case HOLD_KIND_APPLICANT_CONFIRM:
    case HOLD_KIND_OTHER:
    case HOLD_KIND_COUNT:
        break;
    }
    return STATE_ON_HOLD;
}

/* ---- state and dates ---- */

/* Follows the row of the lifecycle; without one the dossier goes to `otherwise`. */
static void state_follow(struct dossier *d, enum action action, enum dossier_state otherwise)
{
    const struct dossier_hold *h = dossier_running_hold(d);
    int to = next_states[d->state][action];

    switch (to) {
    case NO_ROW:
        d->state = otherwise;
        break;
    case TRANSITION_SAME:
        break;
    case TRANSITION_BACK: /* a refused withdrawal goes back into a hold that still runs */
        d->state = h ? hold_state(h->kind) : d->state_before_wait;
        break;
    case TRANSITION_HOLD_STATE:
        d->state = h ? hold_state(h->kind) : d->state;
        break;
    default:
        d->state = (enum dossier_state)to;
        break;
    }
}

void apply_end(struct dossier *d, int64_t ended_at, enum outcome outcome)
{
    const struct dossier_hold *h = dossier_running_hold(d);

    d->judged_at = h && dossier_hold_moves(h) && h->from < ended_at ? h->from : ended_at;
    d->outcome = outcome;
    pending_clear(d);
    hold_end(d, ended_at);
    segment_end(d, ended_at);
    d->ended_at = ended_at;
}

/* A later promise ends the warnings that were about the old one. */
static void marks_reset(struct dossier *d)
{
    d->at_risk_at = d->certain_at = d->overdue_at = INSTANT_NONE;
    d->declared_late_at = d->pledged_at = INSTANT_NONE;
    d->finding = (struct dossier_finding){.at = INSTANT_NONE, .cause = CAUSE_KEY_UNKNOWN};
    apply_cause_in_force(d);
}

void apply_promise(struct dossier *d, const struct event *e)
{
    int64_t due_at = event_number(e, EVENT_FIELD_DUE_AT, INSTANT_NONE);
    const char *promise = event_text(e, EVENT_FIELD_PROMISE);
    const char *limit = event_text(e, EVENT_FIELD_LIMIT);
    struct error ignored;

    if (limit && !limit_parse(limit, &d->limit, &ignored))
        d->limit = (struct limit){0};
    if (promise) {
        d->is_promise_given = strcmp(promise, "computed") != 0;
        d->is_promise_on_paper = !strcmp(promise, "paper");
    }
    d->is_from_slip |= event_has(e, EVENT_FIELD_BLANK_SLIP);
    d->paper_due_at = event_number(e, EVENT_FIELD_PAPER_DUE_AT, d->paper_due_at);
    if (due_at == INSTANT_NONE)
        return;
    if (d->due_at != INSTANT_NONE && due_at > d->due_at)
        marks_reset(d);
    d->due_at = due_at;
    d->due_on = (int32_t)event_number(e, EVENT_FIELD_DUE_ON, instant_date(due_at, ZONE_VIETNAM_S));
    d->due_is_instant = event_number(e, EVENT_FIELD_DUE_IS_INSTANT, d->due_is_instant) != 0;
    if (d->due_original == INSTANT_NONE) {
        d->due_original = d->due_at;
        d->due_original_on = d->due_on;
        d->due_original_is_instant = d->due_is_instant;
    }
}

void apply_identity(struct dossier *d, const struct event *e)
{
    int n_members = 0;

    for (int i = 0; i < e->n_values; i++) {
        const struct event_value *v = &e->values[i];

        if (v->field > EVENT_FIELD_MEMBER)
            break;
        switch ((int)v->field) { /* the head of the table only */
        case EVENT_FIELD_CODE:
            COPY_TEXT(d, code, v->text);
            break;
        case EVENT_FIELD_SOURCE:
            COPY_TEXT(d, source, v->text);
            break;
        case EVENT_FIELD_PROCEDURE:
            d->procedure_id = v->number;
            break;
        case EVENT_FIELD_CASE:
            d->case_id = v->number;
            break;
        case EVENT_FIELD_RULESET:
            d->ruleset_id = v->number;
            break;
        case EVENT_FIELD_FIELD:
            d->field_id = v->number;
            break;
        case EVENT_FIELD_CHANNEL:
            if (v->number >= CHANNEL_DIRECT && v->number <= CHANNEL_POST)
                d->channel = (enum channel)v->number;
            break;
        case EVENT_FIELD_FILED_OFFICE:
            d->filed_office = v->number;
            break;
        case EVENT_FIELD_SUPERVISING_OFFICE:
            d->supervising_office = v->number;
            break;
        case EVENT_FIELD_COMPETENT_OFFICE:
            d->competent_office = v->number;
            /* What is entered now holds from the receipt on: nothing passed over. */
            for (int k = 0; k < d->n_successions; k++)
                d->successions[k].is_competent = false;
            break;
        case EVENT_FIELD_APPLICANT:
            COPY_TEXT(d, applicant, v->text);
            break;
        case EVENT_FIELD_SUBMITTER:
            COPY_TEXT(d, submitter, v->text);
            break;
        case EVENT_FIELD_AUTHORISED:
            COPY_TEXT(d, authorised, v->text);
            break;
        case EVENT_FIELD_MEMBER:
            n_members++;
            break;
        default:
            break;
        }
    }
    if (n_members)
        d->n_members = n_members;
}

/* ---- intake ---- */

static void apply_submit(struct dossier *d, const struct event *e)
{
    apply_identity(d, e);
    d->submitted_at = e->at;
    state_follow(d, e->action, d->state);
    d->holder_office = d->supervising_office;
    if (d->received_at == INSTANT_NONE) /* the clock has not begun: nobody's budget runs */
        segment_begin(d, e->at, d->supervising_office, 0, true);
}

static void apply_accept(struct dossier *d, const struct event *e)
{
    bool is_first = d->received_at == INSTANT_NONE && next_states[d->state][e->action] != NO_ROW;

    apply_identity(d, e);
    d->received_at = e->at;
    if (!dossier_is_filed_elsewhere(d))
        d->received_by_competent_at = e->at;
    apply_promise(d, e);
    if (!is_first)
        return;
    hold_end(d, e->at);
    state_follow(d, e->action, d->state);
    d->step = (int)event_number(e, EVENT_FIELD_STEP, 0);
    apply_holder(d, e->at, event_number(e, EVENT_FIELD_TO_OFFICE, d->supervising_office),
                 event_number(e, EVENT_FIELD_TO_OFFICER, e->actor));
}

static void apply_refuse(struct dossier *d, const struct event *e)
{
    apply_identity(d, e);
    state_follow(d, e->action, STATE_REFUSED);
    apply_end(d, e->at, OUTCOME_REFUSED);
}

/* ---- holds ---- */

static void apply_hold(struct dossier *d, const struct event *e)
{
    enum hold_kind kind =
        e->action == ACTION_REQUEST_SUPPLEMENT
            ? HOLD_KIND_SUPPLEMENT
            : (enum hold_kind)apply_word(e, EVENT_FIELD_HOLD_KIND, &hold_kinds, HOLD_KIND_OTHER);

    if (!dossier_running_hold(d))
        d->state_before_wait = d->state;
    hold_end(d, e->at);
    hold_begin(d, e, kind);
    state_follow(d, e->action, d->state);
    segment_of_holder(d, e->at);
}

static void apply_resume(struct dossier *d, const struct event *e)
{
    hold_end(d, e->at);
    apply_promise(d, e);
    if (d->n_holds)
        d->holds[d->n_holds - 1].due_after = d->due_at;
    state_follow(d, e->action, d->state);
    segment_of_holder(d, e->at);
}

/* ---- hands ---- */

static void apply_forward(struct dossier *d, const struct event *e)
{
    d->has_pending = true;
    d->is_result_sent = e->action == ACTION_HAND_OVER_RESULT;
    d->pending_step = (int)event_number(e, EVENT_FIELD_STEP, d->step);
    d->pending_office = event_number(e, EVENT_FIELD_TO_OFFICE, 0);
    d->pending_officer = event_number(e, EVENT_FIELD_TO_OFFICER, 0);
    d->pending_since = e->at;
    state_follow(d, e->action, d->state);
}

static void apply_take_over(struct dossier *d, const struct event *e)
{
    int step = d->has_pending ? d->pending_step : d->step;
    int64_t office = d->has_pending ? d->pending_office : d->holder_office;

    office = event_number(e, EVENT_FIELD_TO_OFFICE, office);
    d->step = (int)event_number(e, EVENT_FIELD_STEP, step);
    pending_clear(d);
    state_follow(d, e->action, d->state);
    apply_holder(d, e->at, office, e->actor);
    if (d->received_by_competent_at == INSTANT_NONE && office != d->filed_office)
        d->received_by_competent_at = e->at;
    d->clock_from = event_number(e, EVENT_FIELD_CLOCK_FROM, d->clock_from);
    apply_promise(d, e);
}

static void apply_decline(struct dossier *d, const struct event *e)
{
    pending_clear(d);
    state_follow(d, e->action, d->state);
}

static void apply_ask_opinion(struct dossier *d, const struct event *e)
{
    if (d->n_opinions == DOSSIER_OPINIONS_MAX) {
        d->is_overflow = true;
        return;
    }
    d->opinions[d->n_opinions++] = (struct dossier_opinion){
        .office = event_number(e, EVENT_FIELD_TO_OFFICE, 0),
        .asked_at = e->at,
        .answer_by = event_number(e, EVENT_FIELD_ANSWER_BY, INSTANT_NONE),
        .answered_at = INSTANT_NONE,
        .asked_seq = e->seq ? e->seq : d->version + 1,
        .step = d->step,
    };
}

static void apply_give_opinion(struct dossier *d, const struct event *e)
{
    int64_t n = event_number(e, EVENT_FIELD_OPINION, 0);

    if (n >= 1 && n <= d->n_opinions && d->opinions[n - 1].answered_at == INSTANT_NONE)
        d->opinions[n - 1].answered_at = e->at;
}

/* ---- result and end ---- */

static void apply_decide(struct dossier *d, const struct event *e)
{
    d->decided_at = e->at;
    d->outcome = (enum outcome)apply_word(e, EVENT_FIELD_OUTCOME, &outcomes, OUTCOME_GRANTED);
    state_follow(d, e->action, d->state);
}

static void apply_take_over_result(struct dossier *d, const struct event *e)
{
    int step = d->has_pending ? d->pending_step : d->step;

    d->step = (int)event_number(e, EVENT_FIELD_STEP, step);
    state_follow(d, e->action, STATE_DONE);
    d->done_at = e->at;
    apply_end(d, e->at, d->outcome);
    d->holder_office = event_number(e, EVENT_FIELD_TO_OFFICE, d->supervising_office);
    d->holder_officer = e->actor;
}

static void apply_return(struct dossier *d, const struct event *e)
{
    d->returned_at = e->at;
    state_follow(d, e->action, STATE_RETURNED);
}

static void apply_request_withdrawal(struct dossier *d, const struct event *e)
{
    if (!dossier_running_hold(d))
        d->state_before_wait = d->state;
    d->withdrawal_requested_at = e->at;
    state_follow(d, e->action, d->state);
}

static void apply_refuse_withdrawal(struct dossier *d, const struct event *e)
{
    d->withdrawal_requested_at = INSTANT_NONE;
    state_follow(d, e->action, d->state);
}

static void apply_stop(struct dossier *d, const struct event *e)
{
    enum outcome outcome =
        (enum outcome)apply_word(e, EVENT_FIELD_OUTCOME, &outcomes, OUTCOME_STOPPED);
    bool is_withdrawn = outcome == OUTCOME_WITHDRAWN && d->withdrawal_requested_at != INSTANT_NONE;

    state_follow(d, e->action, STATE_STOPPED);
    apply_end(d, e->at, outcome);
    if (is_withdrawn && d->withdrawal_requested_at < d->judged_at)
        d->judged_at = d->withdrawal_requested_at;
}

static void apply_close(struct dossier *d, const struct event *e)
{
    state_follow(d, e->action, STATE_CLOSED);
    apply_end(d, e->at, OUTCOME_CLOSED);
}

static void apply_close_mistake(struct dossier *d, const struct event *e)
{
    d->is_mistake = true;
    state_follow(d, e->action, STATE_MISTAKE);
    if (d->ended_at == INSTANT_NONE)
        apply_end(d, e->at, d->outcome);
}

/* ---- corrections ---- */

static void correct_instant(struct dossier *d, const char *word, int64_t at)
{
    if (word_is(word, "submitted_at"))
        d->submitted_at = at;
    else if (word_is(word, "received_at"))
        d->received_at = at;
    else if (word_is(word, "decided_at"))
        d->decided_at = at;
    else if (word_is(word, "returned_at"))
        d->returned_at = at;
    else if (word_is(word, "done_at"))
        d->done_at = d->ended_at = d->judged_at = at;
}

/* Identity stands in its own fields; instants in corrected_field and corrected_number. */
static void apply_correct(struct dossier *d, const struct event *e)
{
    apply_identity(d, e);
    correct_instant(d, event_text(e, EVENT_FIELD_CORRECTED_FIELD),
                    event_number(e, EVENT_FIELD_CORRECTED_NUMBER, INSTANT_NONE));
    apply_promise(d, e);
}

/* An edit of the calendar moved the promise. It never ends an episode of lateness: what a
 * correction may take back, a holiday may not. */
static void apply_recompute(struct dossier *d, const struct event *e)
{
    int64_t overdue_at = d->overdue_at;

    apply_promise(d, e);
    d->overdue_at = overdue_at;
}

static apply_fn *const appliers[ACTION_COUNT] = {
    [ACTION_SUBMIT] = apply_submit,
    [ACTION_ACCEPT] = apply_accept,
    [ACTION_REFUSE] = apply_refuse,
    [ACTION_REQUEST_SUPPLEMENT] = apply_hold,
    [ACTION_RECEIVE_SUPPLEMENT] = apply_resume,
    [ACTION_ASSIGN] = apply_assign,
    [ACTION_FORWARD] = apply_forward,
    [ACTION_TAKE_OVER] = apply_take_over,
    [ACTION_DECLINE] = apply_decline,
    [ACTION_SEND_BACK] = apply_forward,
    [ACTION_ASK_OPINION] = apply_ask_opinion,
    [ACTION_GIVE_OPINION] = apply_give_opinion,
    [ACTION_DECIDE] = apply_decide,
    [ACTION_HAND_OVER_RESULT] = apply_forward,
    [ACTION_TAKE_OVER_RESULT] = apply_take_over_result,
    [ACTION_RETURN] = apply_return,
    [ACTION_REQUEST_WITHDRAWAL] = apply_request_withdrawal,
    [ACTION_REFUSE_WITHDRAWAL] = apply_refuse_withdrawal,
    [ACTION_STOP] = apply_stop,
    [ACTION_HOLD] = apply_hold,
    [ACTION_RESUME] = apply_resume,
    [ACTION_CLOSE] = apply_close,
    [ACTION_CORRECT] = apply_correct,
    [ACTION_CLOSE_MISTAKE] = apply_close_mistake,
    [ACTION_DECLARE_LATE] = apply_declare_late,
    [ACTION_PLEDGE] = apply_pledge,
    [ACTION_DECIDE_CAUSE] = apply_decide_cause,
    [ACTION_MARK_AT_RISK] = apply_mark,
    [ACTION_MARK_CERTAIN] = apply_mark,
    [ACTION_MARK_OVERDUE] = apply_mark,
    [ACTION_FIND_CAUSE] = apply_find_cause,
    [ACTION_OBJECT_CAUSE] = apply_object_cause,
    [ACTION_DRAFT_LETTER] = apply_letter,
    [ACTION_LAPSE_LETTER] = apply_letter,
    [ACTION_ESCALATE] = apply_escalate,
    [ACTION_SIGN_LETTER] = apply_letter,
    [ACTION_UNSIGN_LETTER] = apply_letter,
    [ACTION_NUMBER_LETTER] = apply_letter,
    [ACTION_ISSUE_LETTER] = apply_letter,
    [ACTION_DELIVER_LETTER] = apply_letter,
    [ACTION_CANCEL_LETTER] = apply_letter,
    [ACTION_HISTORY_RECEIVED] = apply_history_received,
    [ACTION_HISTORY_ACTIVITY] = apply_history_activity,
    [ACTION_HISTORY_ENDED] = apply_history_ended,
    [ACTION_ADOPT] = apply_adopt,
    [ACTION_RECOMPUTE_DUE] = apply_recompute,
    [ACTION_SUCCEED_OFFICE] = apply_succeed_office,
    [ACTION_OWE_LETTER] = apply_owe_letter,
    [ACTION_WAIVE_LETTER] = apply_waive_letter,
    [ACTION_REVISE_LETTER] = apply_letter,
    [ACTION_REFUSE_LETTER] = apply_letter,
    [ACTION_SEND_LETTER] = apply_letter,
    [ACTION_ACKNOWLEDGE_LETTER] = apply_letter,
    [ACTION_CERTIFY_LETTER] = apply_letter,
    [ACTION_ATTACH_PAPER] = apply_attach_paper,
    [ACTION_DETACH_PAPER] = apply_detach_paper,
    [ACTION_RENEW_SECRET] = apply_renew_secret,
    [ACTION_REMIND] = apply_remind,
    [ACTION_PROPOSE_CLOSE] = apply_propose_close,
    [ACTION_REFUSE_CLOSE] = apply_refuse_close,
    [ACTION_FORCE_CLOSE] = apply_force_close,
    [ACTION_RECORD_PAYMENT] = apply_record_payment,
};

void dossier_apply(struct dossier *d, const struct event *e)
{
    if (appliers[e->action])
        appliers[e->action](d, e);
    if (d->proposal.seq && (apply_is_work(e->action) || d->ended_at != INSTANT_NONE))
        d->proposal = (struct dossier_proposal){.seq = 0};
    /* An event not yet stored will get the next number. */
    d->version = e->seq > d->version ? e->seq : d->version + (e->seq == 0);
    if (e->at > d->last_at)
        d->last_at = e->at;
    if (e->recorded_at > d->last_recorded_at)
        d->last_recorded_at = e->recorded_at;
}
