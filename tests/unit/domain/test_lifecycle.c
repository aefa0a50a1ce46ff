/* Deciding: the plain way through, and what each guard and each need refuses. */
#include "../test.h"

#include "lifecycle_world.h"

static struct world w;

static int setup(void **state)
{
    (void)state;
    world_init(&w, world_calendar());
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    world_deinit(&w);
    return 0;
}

#define assert_refused(call, code_)                                                                \
    do {                                                                                           \
        assert_false(call);                                                                        \
        assert_int_equal(w.err.code, (code_));                                                     \
    } while (0)

static void from_the_counter_to_the_applicant(void **state)
{
    (void)state;
    assert_true(world_do(&w, ACTION_ACCEPT, CLERK, COUNTER_OFFICE));
    assert_int_equal(w.dossier.state, STATE_RECEIVED);
    assert_int_equal(w.dossier.received_at, HOUR(1));
    assert_int_equal(w.dossier.due_at, DAY(7) + 10 * INSTANT_HOUR); /* Monday 5/9, 17:00 */
    assert_int_equal(w.dossier.step, 1);
    assert_int_equal(w.dossier.holder_officer, CLERK);
    w.now = HOUR(2);
    assert_true(world_do(&w, ACTION_FORWARD, CLERK, COUNTER_OFFICE));
    assert_int_equal(w.dossier.pending_office, COMPETENT_OFFICE);
    w.now = HOUR(3);
    assert_true(world_do(&w, ACTION_TAKE_OVER, OFFICER, COMPETENT_OFFICE));
    assert_int_equal(w.dossier.state, STATE_PROCESSING);
    /* the leadership is above the department: only the caller knows which office that is */
    assert_refused(world_do(&w, ACTION_FORWARD, OFFICER, COMPETENT_OFFICE), ERR_FIELD_REQUIRED);
    assert_true(world_send(&w, ACTION_FORWARD, OFFICER, COMPETENT_OFFICE, LEADER_OFFICE));
    assert_true(world_do(&w, ACTION_TAKE_OVER, LEADER, LEADER_OFFICE));
    assert_int_equal(w.dossier.step, 3);
    assert_true(world_do(&w, ACTION_DECIDE, LEADER, LEADER_OFFICE));
    assert_refused(world_do(&w, ACTION_TAKE_OVER_RESULT, RETURN_CLERK, COUNTER_OFFICE),
                   ERR_RESULT_NOT_SENT);
    assert_true(world_do(&w, ACTION_HAND_OVER_RESULT, LEADER, LEADER_OFFICE));
    assert_int_equal(w.dossier.pending_step, 4);
    assert_refused(world_do(&w, ACTION_TAKE_OVER, RETURN_CLERK, COUNTER_OFFICE), ERR_NOT_PENDING);
    w.now = DAY(2);
    assert_true(world_do(&w, ACTION_TAKE_OVER_RESULT, RETURN_CLERK, COUNTER_OFFICE));
    assert_int_equal(w.dossier.state, STATE_DONE);
    assert_int_equal(w.dossier.ended_at, DAY(2));
    assert_true(world_do(&w, ACTION_RETURN, RETURN_CLERK, COUNTER_OFFICE));
    assert_int_equal(w.dossier.state, STATE_RETURNED);
    assert_int_equal(w.decision.n_warnings, 0);
    assert_int_equal(dossier_judgement(&w.dossier, ZONE_VIETNAM_S), JUDGEMENT_EARLY);
}

static void a_handover_is_for_the_one_named(void **state)
{
    struct action_input in = world_input(ACTION_FORWARD, CLERK, COUNTER_OFFICE);

    (void)state;
    assert_true(world_do(&w, ACTION_ACCEPT, CLERK, COUNTER_OFFICE));
    assert_refused(world_do(&w, ACTION_TAKE_OVER, OFFICER, COMPETENT_OFFICE), ERR_NOT_PENDING);
    in.to_officer = OFFICER;
    assert_true(world_act(&w, &in));
    assert_refused(world_act(&w, &in), ERR_HANDOVER_PENDING);
    assert_refused(world_do(&w, ACTION_TAKE_OVER, 201, COMPETENT_OFFICE), ERR_PENDING_ELSEWHERE);
    in = world_input(ACTION_ASSIGN, 202, COMPETENT_OFFICE); /* the head names another */
    in.to_officer = 201;
    assert_true(world_act(&w, &in));
    assert_int_equal(w.dossier.holder_officer, CLERK);
    assert_refused(world_do(&w, ACTION_TAKE_OVER, OFFICER, COMPETENT_OFFICE),
                   ERR_PENDING_ELSEWHERE);
    assert_true(world_do(&w, ACTION_TAKE_OVER, 201, COMPETENT_OFFICE));
    assert_int_equal(w.dossier.holder_officer, 201);
}

static void forwarding_to_oneself_is_taken_over_at_once(void **state)
{
    struct action_input in = world_input(ACTION_FORWARD, CLERK, COUNTER_OFFICE);

    (void)state;
    assert_true(world_do(&w, ACTION_ACCEPT, CLERK, COUNTER_OFFICE));
    in.to_officer = CLERK;
    assert_true(world_act(&w, &in));
    assert_int_equal(w.decision.n_events, 2);
    assert_int_equal(w.dossier.state, STATE_PROCESSING);
    assert_int_equal(w.dossier.step, 2);
    assert_int_equal(w.dossier.holder_officer, CLERK);
}

static void sending_back_finds_the_last_hands(void **state)
{
    (void)state;
    world_processing(&w);
    assert_true(world_do(&w, ACTION_SEND_BACK, OFFICER, COMPETENT_OFFICE));
    assert_int_equal(w.dossier.pending_step, 1);
    assert_int_equal(w.dossier.pending_office, COUNTER_OFFICE);
    assert_int_equal(w.dossier.pending_officer, CLERK);
    assert_true(world_do(&w, ACTION_TAKE_OVER, CLERK, COUNTER_OFFICE));
    assert_int_equal(w.dossier.step, 1);
    assert_int_equal(w.dossier.state, STATE_PROCESSING);
}

static void instants_are_held_between_the_last_event_and_now(void **state)
{
    struct action_input in = world_input(ACTION_ACCEPT, CLERK, COUNTER_OFFICE);

    (void)state;
    in.at = HOUR(0);
    assert_refused(world_act(&w, &in), ERR_FIELD_REQUIRED);
    in.is_late_entry = true;
    assert_true(world_act(&w, &in));
    assert_int_equal(w.dossier.received_at, HOUR(0));
    assert_int_equal(w.decision.events[0].recorded_at, HOUR(1));
    assert_int_equal(event_number(&w.decision.events[0], EVENT_FIELD_IS_LATE_ENTRY, 0), 1);
    in = world_input(ACTION_FORWARD, CLERK, COUNTER_OFFICE);
    in.is_late_entry = true;
    in.at = HOUR(0) - 1;
    assert_refused(world_act(&w, &in), ERR_AT_BEFORE_LAST);
    in.at = HOUR(1) + 1;
    assert_refused(world_act(&w, &in), ERR_AT_IN_FUTURE);
}

static void every_reason_that_is_owed_is_asked_for(void **state)
{
    static const enum action at_once[] = {
        ACTION_REQUEST_SUPPLEMENT, ACTION_SEND_BACK,    ACTION_STOP,
        ACTION_CLOSE_MISTAKE,      ACTION_DECLARE_LATE, ACTION_CORRECT};

    (void)state;
    world_processing(&w);
    for (size_t i = 0; i < ARRAY_LEN(at_once); i++) {
        struct action_input in = world_input(at_once[i], OFFICER, COMPETENT_OFFICE);

        in.remark = NULL;
        assert_refused(world_act(&w, &in), ERR_FIELD_REQUIRED);
        assert_string_equal(error_arg(&w.err, "field")->text, "remark");
    }
}

static void a_second_person_confirms_what_rewrites_the_record(void **state)
{
    struct action_input in;

    (void)state;
    world_processing(&w);
    in = world_input(ACTION_CLOSE_MISTAKE, CLERK, COUNTER_OFFICE);
    in.second_person = CLERK;
    assert_refused(world_act(&w, &in), ERR_SECOND_PERSON);
    in.second_person = 0;
    assert_refused(world_act(&w, &in), ERR_SECOND_PERSON);
    in.second_person = OFFICER;
    assert_true(world_act(&w, &in));
    assert_true(w.dossier.is_mistake);
    assert_false(dossier_is_open(&w.dossier));
}

static void a_late_supplement_request_moves_nothing(void **state)
{
    struct action_input in;
    int64_t due_at;

    (void)state;
    world_processing(&w);
    due_at = w.dossier.due_at;
    w.now = DAY(3) + 12 * INSTANT_HOUR; /* Thursday 19:00: still the third working day */
    assert_true(world_do(&w, ACTION_REQUEST_SUPPLEMENT, OFFICER, COMPETENT_OFFICE));
    assert_false(world_warned(&w, "late_request"));
    assert_true(world_do(&w, ACTION_RECEIVE_SUPPLEMENT, CLERK, COUNTER_OFFICE));
    assert_true(w.dossier.due_at > due_at);
    due_at = w.dossier.due_at;
    w.now = DAY(4);
    assert_true(world_do(&w, ACTION_REQUEST_SUPPLEMENT, OFFICER, COMPETENT_OFFICE));
    assert_true(world_warned(&w, "late_request"));
    w.now = DAY(5);
    assert_true(world_do(&w, ACTION_RECEIVE_SUPPLEMENT, CLERK, COUNTER_OFFICE));
    assert_int_equal(w.dossier.due_at, due_at);
    in = world_input(ACTION_REQUEST_SUPPLEMENT, OFFICER, COMPETENT_OFFICE);
    in.legal_ground = "sector:land"; /* by itself a text that anybody may type */
    in.approver = LEADER;
    assert_true(world_act(&w, &in));
    assert_false(w.dossier.holds[w.dossier.n_holds - 1].is_late_request);
    assert_int_equal(w.dossier.holds[w.dossier.n_holds - 1].approver, LEADER);
    w.now = DAY(8);
    assert_true(world_do(&w, ACTION_RECEIVE_SUPPLEMENT, CLERK, COUNTER_OFFICE));
    assert_true(w.dossier.due_at > due_at);
}

static void silence_is_waited_out_before_closing(void **state)
{
    struct action_input in = world_input(ACTION_CLOSE, CLERK, COUNTER_OFFICE);

    (void)state;
    world_processing(&w);
    assert_true(world_do(&w, ACTION_REQUEST_SUPPLEMENT, OFFICER, COMPETENT_OFFICE));
    w.now = DAY(30);
    assert_refused(world_act(&w, &in), ERR_FIELD_REQUIRED); /* R1 has no days of its own */
    assert_true(ruleset_set(&w.ruleset, "silence", "15d", &w.err));
    w.now = DAY(15) + 14 * INSTANT_HOUR; /* Tuesday 13/9 21:00, the fifteenth day */
    assert_refused(world_act(&w, &in), ERR_SILENCE_NOT_OVER);
    w.now = DAY(16);
    assert_true(world_act(&w, &in));
    assert_int_equal(w.dossier.state, STATE_CLOSED);
    assert_int_equal(dossier_judgement(&w.dossier, ZONE_VIETNAM_S), JUDGEMENT_EARLY);
}

/* Long past its date, though its result is said to be of a day inside the limit. */
static enum judgement forced_judgement(const char *judged)
{
    struct action_input in = world_input(ACTION_PROPOSE_CLOSE, CLERK, COUNTER_OFFICE);

    world_processing(&w);
    assert_true(ruleset_set(&w.ruleset, "forced_close_judged", judged, &w.err));
    in.result_on = instant_date(DAY(3), ZONE_VIETNAM_S);
    w.now = DAY(60);
    assert_true(world_act(&w, &in));
    assert_true(world_do(&w, ACTION_FORCE_CLOSE, LEADER, LEADER_OFFICE));
    assert_int_equal(w.dossier.ended_at, DAY(60));
    assert_int_not_equal(w.dossier.overdue_at, INSTANT_NONE); /* it was, whatever is said of it */
    return dossier_judgement(&w.dossier, ZONE_VIETNAM_S);
}

static void a_forced_close_is_as_late_as_it_is(void **state)
{
    (void)state;
    assert_int_equal(forced_judgement("closing"), JUDGEMENT_LATE);
}

static void a_ruleset_may_judge_it_by_the_true_day(void **state)
{
    (void)state;
    assert_int_equal(forced_judgement("result_day"), JUDGEMENT_EARLY);
}

static void who_stands_in_for_the_proposer_may_not_approve(void **state)
{
    struct action_input in = world_input(ACTION_FORCE_CLOSE, LEADER, LEADER_OFFICE);

    (void)state;
    world_processing(&w);
    assert_true(world_do(&w, ACTION_PROPOSE_CLOSE, CLERK, COUNTER_OFFICE));
    in.on_behalf_of = CLERK;
    assert_refused(world_act(&w, &in), ERR_CLOSE_OWN_PROPOSAL);
    in.on_behalf_of = 0;
    assert_true(world_act(&w, &in));
}

static void guidance_at_intake_is_given_once(void **state)
{
    (void)state;
    assert_true(world_do(&w, ACTION_SUBMIT, CLERK, COUNTER_OFFICE));
    assert_int_equal(w.dossier.channel, CHANNEL_ONLINE);
    assert_true(world_do(&w, ACTION_REQUEST_SUPPLEMENT, CLERK, COUNTER_OFFICE));
    assert_int_equal(w.dossier.state, STATE_AWAITING_SUPPLEMENT);
    w.now = DAY(1);
    assert_true(world_do(&w, ACTION_RECEIVE_SUPPLEMENT, CLERK, COUNTER_OFFICE));
    assert_int_equal(w.dossier.state, STATE_SUBMITTED);
    assert_refused(world_do(&w, ACTION_REQUEST_SUPPLEMENT, CLERK, COUNTER_OFFICE),
                   ERR_SUPPLEMENT_TWICE);
    assert_true(world_do(&w, ACTION_ACCEPT, CLERK, COUNTER_OFFICE));
    assert_int_equal(w.dossier.state, STATE_RECEIVED);
    assert_int_equal(w.dossier.received_at, DAY(1));
    assert_int_equal(w.dossier.channel, CHANNEL_ONLINE);
    assert_null(dossier_running_hold(&w.dossier));
}

static void a_hold_needs_its_ground(void **state)
{
    struct action_input in = world_input(ACTION_HOLD, OFFICER, COMPETENT_OFFICE);

    (void)state;
    world_processing(&w);
    in.hold_kind = HOLD_KIND_OTHER;
    in.hold_effect = HOLD_EFFECT_RESUME;
    assert_refused(world_act(&w, &in), ERR_FIELD_REQUIRED);
    in.hold_effect = HOLD_EFFECT_COUNT;
    assert_true(world_act(&w, &in)); /* recorded, and the clock runs on */
    assert_true(world_warned(&w, "runs_on"));
    assert_int_equal(w.dossier.state, STATE_ON_HOLD);
    assert_false(dossier_is_waiting(&w.dossier));
    assert_refused(world_act(&w, &in), ERR_HOLD_RUNNING);
    assert_true(world_do(&w, ACTION_RESUME, OFFICER, COMPETENT_OFFICE));
    assert_true(
        world_do(&w, ACTION_HOLD, OFFICER, COMPETENT_OFFICE)); /* the procedure's own effect */
    assert_int_equal(w.dossier.state, STATE_AWAITING_PAYMENT);
    assert_true(dossier_is_waiting(&w.dossier));
}

static void an_opinion_is_given_by_the_office_asked(void **state)
{
    struct action_input in = world_input(ACTION_ASK_OPINION, OFFICER, COMPETENT_OFFICE);

    (void)state;
    world_processing(&w);
    in.to_office = 40;
    assert_refused(world_act(&w, &in), ERR_FIELD_REQUIRED);
    in.answer_by = w.now;
    assert_refused(world_act(&w, &in), ERR_FIELD_VALUE);
    in.answer_by = DAY(2);
    assert_true(world_act(&w, &in));
    assert_refused(world_do(&w, ACTION_GIVE_OPINION, 500, 50), ERR_OPINION_NOT_OPEN);
    assert_true(world_do(&w, ACTION_GIVE_OPINION, 400, 40));
    assert_refused(world_do(&w, ACTION_GIVE_OPINION, 400, 40), ERR_OPINION_NOT_OPEN);
}

static void withdrawal_ends_at_the_decision_where_the_ruleset_says_so(void **state)
{
    (void)state;
    world_processing(&w);
    assert_true(world_do(&w, ACTION_DECIDE, OFFICER, COMPETENT_OFFICE));
    assert_true(ruleset_set(&w.ruleset, "requires_withdrawal_before_decision", "yes", &w.err));
    assert_refused(world_do(&w, ACTION_REQUEST_WITHDRAWAL, CLERK, COUNTER_OFFICE),
                   ERR_WITHDRAWAL_TOO_LATE);
    assert_true(ruleset_set(&w.ruleset, "requires_withdrawal_before_decision", "no", &w.err));
    assert_true(world_do(&w, ACTION_REQUEST_WITHDRAWAL, CLERK, COUNTER_OFFICE));
    assert_true(world_do(&w, ACTION_STOP, OFFICER, COMPETENT_OFFICE));
    assert_int_equal(w.dossier.outcome, OUTCOME_WITHDRAWN);
}

static void a_late_result_without_a_letter_is_told_and_returned(void **state)
{
    (void)state;
    world_processing(&w);
    w.now = DAY(9);
    assert_true(world_send(&w, ACTION_FORWARD, OFFICER, COMPETENT_OFFICE, LEADER_OFFICE));
    assert_true(world_warned(&w, "no_letter"));
    assert_true(world_do(&w, ACTION_TAKE_OVER, LEADER, LEADER_OFFICE));
    assert_true(world_do(&w, ACTION_DECIDE, LEADER, LEADER_OFFICE));
    assert_true(world_do(&w, ACTION_HAND_OVER_RESULT, LEADER, LEADER_OFFICE));
    assert_true(world_do(&w, ACTION_TAKE_OVER_RESULT, RETURN_CLERK, COUNTER_OFFICE));
    assert_true(world_do(&w, ACTION_RETURN, RETURN_CLERK, COUNTER_OFFICE));
    assert_true(world_warned(&w, "no_letter"));
    assert_int_equal(dossier_judgement(&w.dossier, ZONE_VIETNAM_S), JUDGEMENT_LATE);
}

static void a_ruleset_may_keep_a_late_file_from_the_leadership(void **state)
{
    (void)state;
    world_processing(&w);
    assert_true(ruleset_set(&w.ruleset, "blocks_submission_without_letter", "yes", &w.err));
    w.now = DAY(9);
    assert_refused(world_send(&w, ACTION_FORWARD, OFFICER, COMPETENT_OFFICE, LEADER_OFFICE),
                   ERR_LETTER_MISSING);
}

static void same_day_work_is_settled_in_one_instant(void **state)
{
    struct action_input in = world_input(ACTION_ACCEPT, CLERK, COUNTER_OFFICE);
    struct decide_context ctx = world_context(&w);

    (void)state;
    assert_refused(dossier_settle(&ctx, &in, w.arena, &w.decision, &w.err), ERR_NOT_AT_ONCE);
    w.procedure_case.returns_at_once = true;
    w.procedure_case.limit = (struct limit){0, LIMIT_SAME_DAY};
    in.collector_paper = NULL;
    assert_refused(dossier_settle(&ctx, &in, w.arena, &w.decision, &w.err), ERR_FIELD_REQUIRED);
    in.collector_paper = "slip";
    assert_true(dossier_settle(&ctx, &in, w.arena, &w.decision, &w.err));
    assert_int_equal(w.decision.n_events, 4);
    assert_int_equal(w.decision.after.state, STATE_RETURNED);
    assert_int_equal(w.decision.after.version, 4);
    assert_int_equal(w.decision.after.due_at, HOUR(10)); /* that day's closing */
    assert_int_equal(dossier_judgement(&w.decision.after, ZONE_VIETNAM_S), JUDGEMENT_ON_TIME);
    w.procedure_case.steps = NULL;
    w.procedure_case.n_steps = 0;
    assert_true(dossier_settle(&ctx, &in, w.arena, &w.decision, &w.err));
}

static void an_agreed_time_is_later_and_stays(void **state)
{
    struct action_input in = world_input(ACTION_ACCEPT, CLERK, COUNTER_OFFICE);

    (void)state;
    in.agreed_due_at = DAY(7);
    assert_refused(world_act(&w, &in), ERR_AGREED_NOT_LATER);
    in.agreed_due_at = DAY(14) + 10 * INSTANT_HOUR;
    assert_true(world_act(&w, &in));
    assert_int_equal(w.dossier.due_at, DAY(14) + 10 * INSTANT_HOUR);
    assert_true(w.dossier.is_promise_given);
}

static void an_instant_is_corrected_in_its_place(void **state)
{
    struct action_input in = world_input(ACTION_CORRECT, CLERK, COUNTER_OFFICE);
    struct history h = {w.events, 0};
    static struct dossier folded;

    (void)state;
    world_processing(&w);
    assert_true(world_do(&w, ACTION_DECIDE, OFFICER, COMPETENT_OFFICE));
    w.now = DAY(1);
    assert_true(world_do(&w, ACTION_HAND_OVER_RESULT, OFFICER, COMPETENT_OFFICE));
    w.now = DAY(9); /* entered on Wednesday though taken over on Friday */
    assert_true(world_do(&w, ACTION_TAKE_OVER_RESULT, RETURN_CLERK, COUNTER_OFFICE));
    assert_int_equal(dossier_judgement(&w.dossier, ZONE_VIETNAM_S), JUDGEMENT_LATE);
    w.now = DAY(10);
    in.corrected_field = "done_at";
    in.corrected_number = 0; /* before it was decided */
    assert_refused(world_act(&w, &in), ERR_CORRECTION_ORDER);
    in.corrected_number = DAY(4);
    in.replaced = &w.events[0];
    assert_refused(world_act(&w, &in), ERR_FIELD_VALUE);
    in.replaced = &w.events[w.n_events - 1];
    assert_true(world_act(&w, &in));
    assert_true(world_warned(&w, "refold"));
    assert_int_equal(w.dossier.ended_at, DAY(4));
    assert_int_equal(w.dossier.version, w.n_events);
    h.n = w.n_events;
    history_fold(&h, INSTANT_FOREVER, INSTANT_FOREVER, &folded);
    assert_int_equal(folded.ended_at, DAY(4));
    assert_int_equal(folded.version, w.n_events);
    history_fold(&h, DAY(5), INSTANT_FOREVER, &folded);
    assert_int_equal(folded.state, STATE_DONE);
    history_fold(&h, DAY(5), DAY(9), &folded); /* before anybody knew better */
    assert_int_equal(folded.state, STATE_DECIDED);
}

static void nobody_acts_on_what_is_received_later(void **state)
{
    struct action_input in = world_input(ACTION_CORRECT, CLERK, COUNTER_OFFICE);

    (void)state;
    world_processing(&w);
    w.now = DAY(10);
    in.corrected_field = "received_at";
    in.replaced = &w.events[0];
    in.next_at = DAY(3);
    in.corrected_number = DAY(3) + 1;
    assert_refused(world_act(&w, &in), ERR_CORRECTION_ORDER);
    in.corrected_number = DAY(3);
    assert_true(world_act(&w, &in));
    assert_int_equal(w.dossier.received_at, DAY(3));
}

static void identity_is_corrected_by_name(void **state)
{
    struct action_input in = world_input(ACTION_CORRECT, CLERK, COUNTER_OFFICE);

    (void)state;
    world_processing(&w);
    in.corrected_field = "due_at"; /* a promise is not corrected away */
    assert_refused(world_act(&w, &in), ERR_FIELD_REQUIRED);
    in.corrected_field = "channel";
    in.corrected_number = 4;
    assert_refused(world_act(&w, &in), ERR_FIELD_VALUE);
    in.corrected_number = CHANNEL_POST;
    assert_true(world_act(&w, &in));
    assert_int_equal(w.dossier.channel, CHANNEL_POST);
    in.corrected_field = "applicant";
    in.applicant = "3:2:cd";
    assert_true(world_act(&w, &in));
    assert_string_equal(w.dossier.applicant, "3:2:cd");
    w.procedure_case.id = 16;
    w.procedure_case.limit = (struct limit){10, LIMIT_WORKING_DAYS};
    in.corrected_field = "case";
    in.corrected_number = 16;
    assert_true(world_act(&w, &in));
    assert_int_equal(w.dossier.case_id, 16);
    assert_int_equal(w.dossier.due_at, DAY(14) + 10 * INSTANT_HOUR);
    assert_int_equal(w.dossier.due_original, DAY(7) + 10 * INSTANT_HOUR);
}

static void nothing_is_declared_of_an_imported_dossier_before_it_is_adopted(void **state)
{
    struct action_input in = world_input(ACTION_PLEDGE, CLERK, COUNTER_OFFICE);

    (void)state;
    assert_true(world_do(&w, ACTION_ACCEPT, CLERK, COUNTER_OFFICE));
    w.dossier.is_imported = true;
    in.pledged_at = w.now + INSTANT_DAY;
    assert_refused(world_do(&w, ACTION_DECLARE_LATE, CLERK, COUNTER_OFFICE), ERR_NOT_ADOPTED);
    assert_refused(world_act(&w, &in), ERR_NOT_ADOPTED);
    w.dossier.is_adopted = true;
    assert_true(world_do(&w, ACTION_DECLARE_LATE, CLERK, COUNTER_OFFICE));
    assert_true(world_act(&w, &in));
}

static void refusals_name_state_and_action_in_words(void **state)
{
    char text[300];

    (void)state;
    assert_true(world_do(&w, ACTION_ACCEPT, CLERK, COUNTER_OFFICE));
    assert_refused(world_do(&w, ACTION_RETURN, CLERK, COUNTER_OFFICE), ERR_WRONG_STATE);
    assert_string_equal(error_arg(&w.err, "state")->text, "received");
    error_sentence(&w.err, LANGUAGE_VI, ZONE_VIETNAM_S, text, sizeof text);
    assert_string_equal(text, "Hồ sơ 20220000000001 đang ở trạng thái “Được tiếp nhận”, không thể "
                              "thực hiện “Trả kết quả”.");
}

static void what_is_allowed_is_told_beforehand(void **state)
{
    struct decide_context ctx = world_context(&w);
    uint64_t allowed = dossier_allowed(&ctx);

    (void)state;
    assert_int_equal(allowed, UINT64_C(1) << ACTION_SUBMIT | UINT64_C(1) << ACTION_ACCEPT |
                                  UINT64_C(1) << ACTION_REFUSE);
    assert_true(world_do(&w, ACTION_ACCEPT, CLERK, COUNTER_OFFICE));
    assert_true(world_do(&w, ACTION_FORWARD, CLERK, COUNTER_OFFICE));
    allowed = dossier_allowed(&ctx);
    assert_true(allowed >> ACTION_TAKE_OVER & 1);
    assert_false(allowed >> ACTION_FORWARD & 1);
    assert_false(allowed >> ACTION_DECIDE & 1);
    assert_false(allowed >> ACTION_DECIDE_CAUSE & 1);
}

static void a_refused_action_leaves_the_decision_alone(void **state)
{
    (void)state;
    w.decision.n_events = -7;
    assert_false(world_do(&w, ACTION_RETURN, CLERK, COUNTER_OFFICE));
    assert_int_equal(w.decision.n_events, -7);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(from_the_counter_to_the_applicant),
        TEST(a_handover_is_for_the_one_named),
        TEST(forwarding_to_oneself_is_taken_over_at_once),
        TEST(sending_back_finds_the_last_hands),
        TEST(instants_are_held_between_the_last_event_and_now),
        TEST(every_reason_that_is_owed_is_asked_for),
        TEST(a_second_person_confirms_what_rewrites_the_record),
        TEST(a_late_supplement_request_moves_nothing),
        TEST(silence_is_waited_out_before_closing),
        TEST(a_forced_close_is_as_late_as_it_is),
        TEST(a_ruleset_may_judge_it_by_the_true_day),
        TEST(who_stands_in_for_the_proposer_may_not_approve),
        TEST(guidance_at_intake_is_given_once),
        TEST(a_hold_needs_its_ground),
        TEST(an_opinion_is_given_by_the_office_asked),
        TEST(withdrawal_ends_at_the_decision_where_the_ruleset_says_so),
        TEST(a_late_result_without_a_letter_is_told_and_returned),
        TEST(a_ruleset_may_keep_a_late_file_from_the_leadership),
        TEST(same_day_work_is_settled_in_one_instant),
        TEST(an_agreed_time_is_later_and_stays),
        TEST(an_instant_is_corrected_in_its_place),
        TEST(nobody_acts_on_what_is_received_later),
        TEST(identity_is_corrected_by_name),
        TEST(nothing_is_declared_of_an_imported_dossier_before_it_is_adopted),
        TEST(refusals_name_state_and_action_in_words),
        TEST(what_is_allowed_is_told_beforehand),
        TEST(a_refused_action_leaves_the_decision_alone),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
