/* The fold: hands, holds, letters, marks, corrections and contradictory history. */
#include "../test.h"

#include "dossier_events.h"

static struct dossier d;

static void a_handover_not_taken_over_stays_with_the_sender(void **state)
{
    struct script s = {0};

    (void)state;
    script_accept(&s, HOUR(0), DAY(7), false);
    script_send(&s, ACTION_FORWARD, HOUR(1), 2, COMPETENT_OFFICE);
    script_fold(&s, &d);
    assert_int_equal(d.state, STATE_RECEIVED);
    assert_true(d.has_pending);
    assert_int_equal(d.holder_office, COUNTER_OFFICE);
    assert_int_equal(d.n_segments, 1);
    assert_int_equal(d.segments[0].officer, 100);
    assert_int_equal(d.segments[0].to, INSTANT_NONE);

    script_add(&s, ACTION_TAKE_OVER, 200, HOUR(4));
    script_fold(&s, &d);
    assert_int_equal(d.state, STATE_PROCESSING);
    assert_false(d.has_pending);
    assert_int_equal(d.step, 2);
    assert_int_equal(d.holder_officer, 200);
    assert_int_equal(d.n_segments, 2);
    assert_int_equal(d.segments[0].to, HOUR(4));
    assert_int_equal(d.segments[1].step, 2);
    assert_int_equal(d.segments[1].office, COMPETENT_OFFICE);
    assert_int_equal(d.version, 3);
}

static void a_declined_handover_leaves_no_trace_in_the_hands(void **state)
{
    struct script s = {0};

    (void)state;
    script_accept(&s, HOUR(0), DAY(7), false);
    script_send(&s, ACTION_FORWARD, HOUR(1), 2, COMPETENT_OFFICE);
    script_add(&s, ACTION_DECLINE, 200, HOUR(2));
    script_fold(&s, &d);
    assert_false(d.has_pending);
    assert_int_equal(d.n_segments, 1);
    assert_int_equal(d.step, 1);
}

static void a_hold_gives_its_time_to_the_applicant(void **state)
{
    struct script s = {0};
    struct event *e;

    (void)state;
    script_accept(&s, HOUR(0), DAY(7), false);
    script_hold(&s, ACTION_REQUEST_SUPPLEMENT, DAY(1), "supplement", "restart");
    script_fold(&s, &d);
    assert_int_equal(d.state, STATE_AWAITING_SUPPLEMENT);
    assert_true(dossier_is_waiting(&d));
    assert_int_equal(d.segments[1].office, 0);
    assert_true(d.segments[1].is_waiting);
    assert_false(dossier_is_overdue(&d, DAY(30), ZONE_VIETNAM_S));

    e = script_add(&s, ACTION_RECEIVE_SUPPLEMENT, 100, DAY(3));
    event_put_number(e, EVENT_FIELD_DUE_AT, DAY(10));
    event_put_number(e, EVENT_FIELD_DUE_ON, instant_date(DAY(10), ZONE_VIETNAM_S));
    script_fold(&s, &d);
    assert_int_equal(d.state, STATE_RECEIVED);
    assert_int_equal(d.due_original, DAY(7));
    assert_int_equal(d.due_at, DAY(10));
    assert_int_equal(d.segments[1].to, DAY(3));
    assert_int_equal(d.segments[2].office, COUNTER_OFFICE);
    assert_false(d.segments[2].is_waiting);
    assert_true(dossier_is_overdue(&d, DAY(11), ZONE_VIETNAM_S));
}

static void a_hold_begun_after_due_moves_nothing(void **state)
{
    struct script s = {0};

    (void)state;
    script_accept(&s, HOUR(0), DAY(2), false);
    script_hold(&s, ACTION_REQUEST_SUPPLEMENT, DAY(4), "supplement", "restart");
    script_fold(&s, &d);
    assert_int_equal(d.state, STATE_AWAITING_SUPPLEMENT);
    assert_true(d.holds[0].began_after_due);
    assert_false(dossier_is_waiting(&d));
    assert_true(dossier_is_overdue(&d, DAY(5), ZONE_VIETNAM_S));
    assert_int_equal(d.n_segments, 1); /* the holder answers for the time */
}

static void a_refused_withdrawal_goes_back_into_the_hold(void **state)
{
    struct script s = {0};

    (void)state;
    script_accept(&s, HOUR(0), DAY(7), false);
    script_hold(&s, ACTION_HOLD, DAY(1), "financial", "resume");
    script_add(&s, ACTION_REQUEST_WITHDRAWAL, 100, DAY(2));
    script_fold(&s, &d);
    assert_int_equal(d.state, STATE_WITHDRAWAL_REQUESTED);
    script_add(&s, ACTION_REFUSE_WITHDRAWAL, 100, DAY(2));
    script_fold(&s, &d);
    assert_int_equal(d.state, STATE_AWAITING_PAYMENT);
    assert_int_equal(d.withdrawal_requested_at, INSTANT_NONE);
    script_add(&s, ACTION_RESUME, 100, DAY(3));
    script_fold(&s, &d);
    assert_int_equal(d.state, STATE_RECEIVED);
}

static void a_withdrawal_is_judged_at_the_request(void **state)
{
    struct script s = {0};

    (void)state;
    script_accept(&s, HOUR(0), DAY(7), false);
    script_add(&s, ACTION_REQUEST_WITHDRAWAL, 100, DAY(6));
    event_put_text(script_add(&s, ACTION_STOP, 200, DAY(9)), EVENT_FIELD_OUTCOME, "withdrawn");
    script_fold(&s, &d);
    assert_int_equal(d.state, STATE_STOPPED);
    assert_int_equal(d.outcome, OUTCOME_WITHDRAWN);
    assert_int_equal(
        d.ended_at,
        DAY(9)); /* the end is when it ended: a period that closed between keeps its count */
    assert_int_equal(d.judged_at, DAY(6));
    assert_int_equal(dossier_judgement(&d, ZONE_VIETNAM_S), JUDGEMENT_EARLY);
}

static void closing_after_silence_is_judged_when_the_clock_stopped(void **state)
{
    struct script s = {0};

    (void)state;
    script_accept(&s, HOUR(0), DAY(7), false);
    script_hold(&s, ACTION_REQUEST_SUPPLEMENT, DAY(1), "supplement", "restart");
    event_put_text(script_add(&s, ACTION_CLOSE, 100, DAY(20)), EVENT_FIELD_OUTCOME, "closed");
    script_fold(&s, &d);
    assert_int_equal(d.state, STATE_CLOSED);
    assert_int_equal(d.ended_at, DAY(20));
    assert_int_equal(d.judged_at, DAY(1));
    assert_int_equal(dossier_judgement(&d, ZONE_VIETNAM_S), JUDGEMENT_EARLY);
}

static void the_end_is_judged_by_date_or_by_instant(void **state)
{
    static const struct {
        int64_t due_at, done_at;
        bool is_instant;
        enum judgement judgement;
    } rows[] = {
        {DAY(4) + 10 * INSTANT_HOUR, DAY(4) + 16 * INSTANT_HOUR, false, JUDGEMENT_ON_TIME},
        {DAY(4) + 10 * INSTANT_HOUR, DAY(5) - 8 * INSTANT_HOUR, false, JUDGEMENT_ON_TIME},
        {DAY(4) + 10 * INSTANT_HOUR, DAY(5) - 7 * INSTANT_HOUR, false, JUDGEMENT_LATE},
        {DAY(4) + 10 * INSTANT_HOUR, DAY(3), false, JUDGEMENT_EARLY},
        {DAY(4) + 3 * INSTANT_HOUR, DAY(3), true, JUDGEMENT_EARLY},
        {DAY(4) + 3 * INSTANT_HOUR, DAY(4), true, JUDGEMENT_ON_TIME},
        {DAY(4) + 3 * INSTANT_HOUR, DAY(4) + 3 * INSTANT_HOUR, true, JUDGEMENT_ON_TIME},
        {DAY(4) + 3 * INSTANT_HOUR, DAY(4) + 3 * INSTANT_HOUR + 1, true, JUDGEMENT_LATE},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct script s = {0};

        script_accept(&s, HOUR(0), rows[i].due_at, rows[i].is_instant);
        script_fold(&s, &d);
        assert_int_equal(dossier_judgement(&d, ZONE_VIETNAM_S), JUDGEMENT_NONE);
        assert_int_equal(dossier_is_overdue(&d, rows[i].done_at, ZONE_VIETNAM_S),
                         rows[i].judgement == JUDGEMENT_LATE);
        script_finish(&s, rows[i].done_at);
        script_fold(&s, &d);
        assert_int_equal(d.state, STATE_DONE);
        assert_int_equal(dossier_judgement(&d, ZONE_VIETNAM_S), rows[i].judgement);
        assert_false(dossier_is_overdue(&d, DAY(30), ZONE_VIETNAM_S));
    }
}

static struct event *letter_event(struct script *s, enum action action, int64_t at)
{
    struct event *e = script_add(s, action, 300, at);

    event_put_number(e, EVENT_FIELD_LETTER, 77);
    return e;
}

static void a_letter_reappoints_when_it_is_issued(void **state)
{
    struct script s = {0};
    struct event *e;

    (void)state;
    script_accept(&s, HOUR(0), DAY(7), false);
    e = letter_event(&s, ACTION_DRAFT_LETTER, DAY(4));
    event_put_text(e, EVENT_FIELD_TRIGGER, "lateness");
    event_put_text(e, EVENT_FIELD_WORDING, "before_due");
    event_put_number(e, EVENT_FIELD_REAPPOINTED_AT, DAY(12));
    letter_event(&s, ACTION_SIGN_LETTER, DAY(5));
    letter_event(&s, ACTION_UNSIGN_LETTER, DAY(5));
    script_fold(&s, &d);
    assert_int_equal(d.letters[0].state, LETTER_DRAFTED);
    assert_int_equal(d.letters[0].signed_at, INSTANT_NONE);

    letter_event(&s, ACTION_SIGN_LETTER, DAY(5));
    event_put_number(letter_event(&s, ACTION_NUMBER_LETTER, DAY(5)), EVENT_FIELD_NUMBER, 41);
    script_fold(&s, &d);
    assert_int_equal(d.due_reappointed, INSTANT_NONE);
    event_put_text(letter_event(&s, ACTION_ISSUE_LETTER, DAY(5)), EVENT_FIELD_TIMING, "in_time");
    letter_event(&s, ACTION_DELIVER_LETTER, DAY(6));
    script_fold(&s, &d);
    assert_int_equal(d.due_reappointed, DAY(12));
    assert_int_equal(d.due_at, DAY(7));
    assert_int_equal(d.n_letters, 1);
    assert_int_equal(d.letters[0].number, 41);
    assert_int_equal(d.letters[0].timing, LETTER_TIMING_IN_TIME);
    assert_int_equal(d.letters[0].state, LETTER_DELIVERED);
    assert_ptr_equal(dossier_live_letter(&d, LETTER_TRIGGER_LATENESS), dossier_letter(&d, 77));
    assert_null(dossier_live_letter(&d, LETTER_TRIGGER_LOST_FILE));
    letter_event(&s, ACTION_CANCEL_LETTER, DAY(6));
    script_fold(&s, &d);
    assert_null(dossier_live_letter(&d, LETTER_TRIGGER_LATENESS));
}

static void a_leaders_finding_is_not_overwritten(void **state)
{
    struct script s = {0};

    (void)state;
    script_accept(&s, HOUR(0), DAY(2), false);
    script_add(&s, ACTION_MARK_CERTAIN, 0, DAY(1));
    script_add(&s, ACTION_MARK_CERTAIN, 0, DAY(2));
    event_put_text(script_add(&s, ACTION_FIND_CAUSE, 0, DAY(2)), EVENT_FIELD_CAUSE, "idle");
    script_fold(&s, &d);
    assert_int_equal(d.certain_at, DAY(1));
    assert_int_equal(d.verdict, CAUSE_SUBJECTIVE);
    event_put_text(script_add(&s, ACTION_DECIDE_CAUSE, 9, DAY(3)), EVENT_FIELD_CAUSE,
                   "force_majeure");
    event_put_text(script_add(&s, ACTION_FIND_CAUSE, 0, DAY(4)), EVENT_FIELD_CAUSE, "idle");
    script_fold(&s, &d);
    assert_int_equal(d.verdict, CAUSE_OBJECTIVE);
    assert_int_equal(d.found_at, DAY(3));
}

/* Three things side by side: what the engine found, that an office objects, what was decided. */
static void finding_objection_and_decision_are_kept_apart(void **state)
{
    struct script s = {0};
    struct event *e;

    (void)state;
    script_accept(&s, HOUR(0), DAY(2), false);
    e = script_add(&s, ACTION_FIND_CAUSE, 0, DAY(3));
    event_put_text(e, EVENT_FIELD_CAUSE, "idle");
    event_put_number(e, EVENT_FIELD_AT_FAULT_OFFICE, 21);
    event_put_number(e, EVENT_FIELD_RESPONSIBLE_OFFICE, 21);
    event_put_number(e, EVENT_FIELD_RESPONSIBLE_OFFICE, 1);
    event_put_number(e, EVENT_FIELD_OBJECTIVE, 7);
    event_put_text(e, EVENT_FIELD_ARITHMETIC, "overrun=1");
    e = script_add(&s, ACTION_OBJECT_CAUSE, 300, DAY(4));
    event_put_number(e, EVENT_FIELD_AUTHOR_OFFICE, 21);
    event_put_text(e, EVENT_FIELD_REMARK, "12:ab");
    script_fold(&s, &d);
    assert_int_equal(d.finding.n_offices, 2);
    assert_int_equal(d.finding.offices[1], 1);
    assert_int_equal(d.finding.intervals[0], 7);
    assert_string_equal(d.finding.arithmetic, "overrun=1");
    assert_int_equal(d.objections[0].office, 21);
    assert_int_equal(d.objections[0].remark, 12);
    assert_int_equal(d.decision.at, INSTANT_NONE);
    assert_int_equal(d.at_fault_office, 21);
    e = script_add(&s, ACTION_DECIDE_CAUSE, 9, DAY(5));
    event_put_text(e, EVENT_FIELD_CAUSE, "late_signature");
    event_put_number(e, EVENT_FIELD_AT_FAULT_OFFICE, 1);
    event_put_number(e, EVENT_FIELD_AUTHOR_OFFICE, 50);
    e = script_add(&s, ACTION_FIND_CAUSE, 0, DAY(6)); /* evidence came */
    event_put_text(e, EVENT_FIELD_CAUSE, "force_majeure");
    script_fold(&s, &d);
    assert_int_equal(d.cause, CAUSE_KEY_LATE_SIGNATURE);
    assert_int_equal(d.at_fault_office, 1);
    assert_int_equal(d.decision.office, 50);
    assert_int_equal(d.finding.verdict, CAUSE_OBJECTIVE);
    assert_int_equal(d.finding.at, DAY(6));
    assert_int_equal(d.finding.n_offices, 0);
    assert_int_equal(d.n_objections, 1);
}

static void a_later_promise_ends_the_warnings_about_the_old_one(void **state)
{
    struct script s = {0};

    (void)state;
    script_accept(&s, HOUR(0), DAY(3), false);
    script_add(&s, ACTION_MARK_AT_RISK, 0, DAY(1));
    script_add(&s, ACTION_DECLARE_LATE, 100, DAY(1));
    script_hold(&s, ACTION_REQUEST_SUPPLEMENT, DAY(2), "supplement", "restart");
    event_put_number(script_add(&s, ACTION_RECEIVE_SUPPLEMENT, 100, DAY(4)), EVENT_FIELD_DUE_AT,
                     DAY(8));
    script_fold(&s, &d);
    assert_int_equal(d.at_risk_at, INSTANT_NONE);
    assert_int_equal(d.declared_late_at, INSTANT_NONE);
}

static void contradictory_history_is_delivered_all_the_same(void **state)
{
    struct script s = {0};
    struct event *e;

    (void)state;
    e = script_add(&s, ACTION_HISTORY_RECEIVED, 0, DAY(5));
    event_put_number(e, EVENT_FIELD_COMPETENT_OFFICE, COMPETENT_OFFICE);
    event_put_text(e, EVENT_FIELD_PROMISE, "given");
    event_put_number(e, EVENT_FIELD_DUE_AT, DAY(9));
    event_put_number(e, EVENT_FIELD_DUE_IS_INSTANT, 1);
    event_put_text(e, EVENT_FIELD_CODE, "2011/4711");
    script_add(&s, ACTION_HISTORY_ACTIVITY, 0, DAY(6));
    script_add(&s, ACTION_HISTORY_ENDED, 0, DAY(1));
    script_fold(&s, &d);
    assert_int_equal(d.state, STATE_RETURNED);
    assert_int_equal(d.received_at, DAY(5));
    assert_int_equal(d.ended_at, DAY(1));
    assert_true(d.is_imported && d.is_promise_given && !d.is_adopted);
    assert_string_equal(d.code, "2011/4711");
    assert_int_equal(dossier_judgement(&d, ZONE_VIETNAM_S), JUDGEMENT_EARLY);
    assert_false(dossier_is_open(&d));
}

static void an_adopted_dossier_has_somebody_to_answer(void **state)
{
    struct script s = {0};

    (void)state;
    script_add(&s, ACTION_HISTORY_RECEIVED, 0, DAY(1));
    event_put_number(script_add(&s, ACTION_ADOPT, 0, DAY(2)), EVENT_FIELD_TO_OFFICE,
                     COMPETENT_OFFICE);
    script_fold(&s, &d);
    assert_true(d.is_adopted);
    assert_int_equal(d.holder_office, COMPETENT_OFFICE);
    assert_int_equal(d.competent_office, COMPETENT_OFFICE);
    assert_int_equal(d.segments[d.n_segments - 1].office, COMPETENT_OFFICE);
}

static void corrections_replace_identity_and_instants(void **state)
{
    struct script s = {0};
    struct event *e;

    (void)state;
    script_accept(&s, HOUR(0), DAY(7), false);
    script_finish(&s, DAY(8));
    e = script_add(&s, ACTION_CORRECT, 100, DAY(9));
    event_put_number(e, EVENT_FIELD_CHANNEL, CHANNEL_POST);
    event_put_number(e, EVENT_FIELD_FIELD, 8);
    e = script_add(&s, ACTION_CORRECT, 100, DAY(9));
    event_put_text(e, EVENT_FIELD_CORRECTED_FIELD, "done_at");
    event_put_number(e, EVENT_FIELD_CORRECTED_NUMBER, DAY(7));
    script_fold(&s, &d);
    assert_int_equal(d.channel, CHANNEL_POST);
    assert_int_equal(d.field_id, 8);
    assert_int_equal(d.state, STATE_DONE);
    assert_int_equal(d.ended_at, DAY(7));
    assert_int_equal(dossier_judgement(&d, ZONE_VIETNAM_S), JUDGEMENT_ON_TIME);
}

static void what_does_not_fit_is_told(void **state)
{
    static struct script s;

    (void)state;
    script_accept(&s, HOUR(0), DAY(7), false);
    for (int i = 0; i < DOSSIER_LETTERS_MAX; i++)
        event_put_number(script_add(&s, ACTION_DRAFT_LETTER, 0, DAY(1)), EVENT_FIELD_LETTER, i + 1);
    script_fold(&s, &d);
    assert_false(d.is_overflow);
    event_put_number(script_add(&s, ACTION_DRAFT_LETTER, 0, DAY(1)), EVENT_FIELD_LETTER, 99);
    script_fold(&s, &d);
    assert_true(d.is_overflow);
    assert_int_equal(d.n_letters, DOSSIER_LETTERS_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_handover_not_taken_over_stays_with_the_sender),
        cmocka_unit_test(a_declined_handover_leaves_no_trace_in_the_hands),
        cmocka_unit_test(a_hold_gives_its_time_to_the_applicant),
        cmocka_unit_test(a_hold_begun_after_due_moves_nothing),
        cmocka_unit_test(a_refused_withdrawal_goes_back_into_the_hold),
        cmocka_unit_test(a_withdrawal_is_judged_at_the_request),
        cmocka_unit_test(closing_after_silence_is_judged_when_the_clock_stopped),
        cmocka_unit_test(the_end_is_judged_by_date_or_by_instant),
        cmocka_unit_test(a_letter_reappoints_when_it_is_issued),
        cmocka_unit_test(a_leaders_finding_is_not_overwritten),
        cmocka_unit_test(finding_objection_and_decision_are_kept_apart),
        cmocka_unit_test(a_later_promise_ends_the_warnings_about_the_old_one),
        cmocka_unit_test(contradictory_history_is_delivered_all_the_same),
        cmocka_unit_test(an_adopted_dossier_has_somebody_to_answer),
        cmocka_unit_test(corrections_replace_identity_and_instants),
        cmocka_unit_test(what_does_not_fit_is_told),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
