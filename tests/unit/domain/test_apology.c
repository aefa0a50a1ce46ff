/* Letters: what the engine does by itself, what people may do with a letter, and that no order of
 * both breaks the promises of the law: a finding before each letter, one live letter, one
 * re-appointment. */
#include "../test.h"
#include "alarm_fixture.h"

static const int64_t thursday_17 = DAY(3) + 10 * INSTANT_HOUR, friday_9 = DAY(4) + 2 * INSTANT_HOUR,
                     friday_17 = DAY(4) + 10 * INSTANT_HOUR, tuesday_0 = DAY(8) - 7 * INSTANT_HOUR;

/* Thursday's closing: 16 of 16 hours long used up; 8 hours + 4 + 1 least are needed and 16 are
 * left, so it is at risk; certain on Friday. */
static void the_engine_marks_finds_and_drafts_once(void **state)
{
    const struct event *draft;

    (void)state;
    examined();
    assert_int_equal(alarm(thursday_17, 71), 1);
    assert_true(wrote(ACTION_MARK_AT_RISK));
    assert_int_equal(alarm(thursday_17, 71), 0);
    assert_int_equal(alarm(friday_17, 71), 3);
    assert_true(wrote(ACTION_MARK_CERTAIN) && wrote(ACTION_FIND_CAUSE));
    draft = written(ACTION_DRAFT_LETTER);
    assert_int_equal(event_number(draft, EVENT_FIELD_AUTHOR_OFFICE, 0), 20);
    assert_int_equal(event_number(draft, EVENT_FIELD_AT_FAULT_OFFICE, 0), 21);
    assert_int_equal(event_number(draft, EVENT_FIELD_LATEST_AT, 0), friday_17);
    assert_string_equal(event_text(draft, EVENT_FIELD_WORDING), "before_due");
    assert_string_equal(event_text(draft, EVENT_FIELD_TRIGGER), "lateness");
    /* need 8 + 8 + 2, margin 8: 26 hours from Friday's closing are Thursday 8/9 */
    assert_int_equal(event_number(draft, EVENT_FIELD_REAPPOINTED_AT, 0),
                     DAY(10) + 10 * INSTANT_HOUR);
    assert_int_equal(d.verdict, CAUSE_SUBJECTIVE);
    assert_int_equal(alarm(friday_17, 72), 0);
}

/* docs/lateness.md, the worked example: the engine looks only when it told itself to. */
static void the_worked_example_of_the_docs_is_true(void **state)
{
    struct lateness_context ctx;
    struct warning w;
    int64_t at = HOUR(0);

    (void)state;
    examined();
    while (!wrote(ACTION_DRAFT_LETTER) && at < DAY(8)) {
        alarm(at, 71);
        ctx = fixture_context(&d);
        warning_compute(&ctx, at, &w);
        if (!wrote(ACTION_DRAFT_LETTER))
            at = alarm_next(&ctx, &w, at, INSTANT_NONE);
    }
    assert_int_equal(d.at_risk_at, DAY(3) + 8 * INSTANT_HOUR + 1); /* Thursday 15:00 */
    assert_int_equal(d.certain_at, DAY(4) + 3 * INSTANT_HOUR + 1); /* Friday 10:00 */
    assert_int_equal(d.letters[0].drafted_at, d.certain_at);
    assert_int_equal(d.verdict, CAUSE_SUBJECTIVE);
    assert_string_equal(event_text(written(ACTION_FIND_CAUSE), EVENT_FIELD_ARITHMETIC),
                        "overrun=1140;objective=0;end=27707460;without_objective=27707460;"
                        "without_overrun=27701400");
    assert_int_equal(w.projected_end, DAY(8) + 7 * INSTANT_HOUR + 1);          /* Tuesday 14:00 */
    assert_int_equal(d.letters[0].reappointed_at, DAY(9) + 10 * INSTANT_HOUR); /* Wednesday 17:00 */
}

static void outside_its_window_a_certain_letter_waits(void **state)
{
    (void)state;
    examined();
    d.declared_late_at = HOUR(0);
    assert_int_equal(alarm(DAY(1), 71), 1);
    assert_true(wrote(ACTION_MARK_CERTAIN));
    assert_int_equal(alarm(thursday_17 - 1, 71), 0);
    assert_int_equal(alarm(thursday_17, 71), 2); /* cause and draft */
    assert_true(wrote(ACTION_DRAFT_LETTER));
}

static void a_pledge_holds_the_letter_not_beyond_its_latest_moment(void **state)
{
    (void)state;
    examined();
    d.declared_late_at = HOUR(0);
    d.pledged_at = friday_9;
    alarm(thursday_17, 71);
    assert_false(wrote(ACTION_DRAFT_LETTER));
    alarm(friday_9, 71);
    assert_true(wrote(ACTION_DRAFT_LETTER));

    examined();
    d.declared_late_at = HOUR(0);
    d.pledged_at = DAY(7);
    alarm(friday_17 - 1, 71);
    assert_false(wrote(ACTION_DRAFT_LETTER));
    alarm(friday_17, 71);
    assert_true(wrote(ACTION_DRAFT_LETTER));
}

static void a_signature_lapses_when_due_passes(void **state)
{
    (void)state;
    examined();
    alarm(friday_17, 71);
    assert_true(act(ACTION_SIGN_LETTER, 71, friday_17));
    assert_false(act(ACTION_NUMBER_LETTER, 71, tuesday_0));
    assert_int_equal(err.code, ERR_LETTER_WORDING);
    alarm(tuesday_0, 72);
    assert_true(wrote(ACTION_MARK_OVERDUE) && wrote(ACTION_UNSIGN_LETTER));
    assert_false(wrote(ACTION_DRAFT_LETTER)); /* the same letter, with new words */
    assert_int_equal(d.letters[0].state, LETTER_DRAFTED);
    assert_int_equal(d.letters[0].wording, LETTER_WORDING_AFTER_DUE);
    assert_int_equal(d.letters[0].signed_at, INSTANT_NONE);
    assert_int_equal(alarm(tuesday_0, 72), 0);
    assert_true(act(ACTION_SIGN_LETTER, 71, tuesday_0 + 1));
    assert_true(act(ACTION_NUMBER_LETTER, 71, tuesday_0 + 2));
    assert_string_equal(event_text(written(ACTION_NUMBER_LETTER), EVENT_FIELD_REGISTER), REGISTRY);
    assert_true(act(ACTION_ISSUE_LETTER, 71, tuesday_0 + 3));
    assert_int_equal(d.letters[0].timing, LETTER_TIMING_AFTER_DUE);
}

static void a_missed_reappointment_goes_up_once_and_gets_no_letter(void **state)
{
    (void)state;
    examined();
    alarm(friday_17, 71);
    assert_true(act(ACTION_SIGN_LETTER, 71, friday_17) &&
                act(ACTION_NUMBER_LETTER, 71, friday_17) &&
                act(ACTION_ISSUE_LETTER, 71, friday_17));
    assert_int_equal(d.letters[0].timing, LETTER_TIMING_IN_TIME);
    assert_int_equal(d.due_reappointed, DAY(10) + 10 * INSTANT_HOUR);
    alarm(DAY(8), 72);
    assert_true(wrote(ACTION_MARK_OVERDUE));
    alarm(DAY(11) - 8 * INSTANT_HOUR, 72); /* the evening of the new date */
    assert_false(wrote(ACTION_ESCALATE));
    alarm(DAY(11) - 7 * INSTANT_HOUR, 72);
    assert_true(wrote(ACTION_ESCALATE));
    assert_int_equal(d.n_letters, 1);
    assert_int_equal(alarm(DAY(20), 72), 0);
}

static void a_draft_lapses_when_the_dossier_ends_in_time(void **state)
{
    (void)state;
    examined();
    alarm(friday_17, 71);
    d.ended_at = d.judged_at = DAY(7);
    d.outcome = OUTCOME_GRANTED;
    assert_false(act(ACTION_SIGN_LETTER, 71, DAY(7)));
    assert_int_equal(err.code, ERR_LETTER_NOT_OWED);
    assert_int_equal(alarm(DAY(7), 72), 1);
    assert_true(wrote(ACTION_LAPSE_LETTER));
    assert_int_equal(alarm(DAY(9), 72), 0);
}

static void a_draft_lapses_when_the_promise_moves(void **state)
{
    struct event moved;

    (void)state;
    examined();
    alarm(friday_17, 71);
    assert_true(wrote(ACTION_DRAFT_LETTER));
    event_init(&moved, d.id, ACTION_RECOMPUTE_DUE, 0, friday_17 + 1, friday_17 + 1);
    event_put_number(&moved, EVENT_FIELD_DUE_AT, d.due_at + 14 * INSTANT_DAY);
    event_put_number(&moved, EVENT_FIELD_DUE_ON, d.due_on + 14);
    dossier_apply(&d, &moved);
    alarm(friday_17 + 1, 72);
    assert_true(wrote(ACTION_LAPSE_LETTER));
    assert_int_equal(d.letters[0].state, LETTER_LAPSED);
    assert_int_equal(alarm(friday_17 + 2, 73), 0);
}

/* Between the event of a later promise and the engine's next look nobody signs or numbers what is
 * no longer owed; without that event both are allowed at the same instant. */
static void a_draft_of_a_moved_promise_is_neither_signed_nor_numbered(void **state)
{
    struct event moved;

    (void)state;
    for (int is_signed = 0; is_signed < 2; is_signed++) {
        enum action action = is_signed ? ACTION_NUMBER_LETTER : ACTION_SIGN_LETTER;
        struct dossier before;
        struct decide_context ctx = {&d,   &fixture_case, &fixture_ruleset,
                                     NULL, friday_17,     ZONE_VIETNAM_S};

        examined();
        ctx.calendar = fixture_calendar;
        alarm(friday_17, 71);
        assert_true(!is_signed || act(ACTION_SIGN_LETTER, 71, friday_17));
        before = d;
        assert_true(act(action, 71, friday_17));
        d = before;
        event_init(&moved, d.id, ACTION_RECOMPUTE_DUE, 0, friday_17, friday_17);
        event_put_number(&moved, EVENT_FIELD_DUE_AT, d.due_at + 14 * INSTANT_DAY);
        event_put_number(&moved, EVENT_FIELD_DUE_ON, d.due_on + 14);
        dossier_apply(&d, &moved);
        assert_false(act(action, 71, friday_17));
        assert_int_equal(err.code, ERR_LETTER_NOT_LATE);
        assert_false(letter_allowed(&ctx, &d.letters[0]) & UINT64_C(1) << action);
        d.declared_late_at = friday_17; /* certain again, though not marked yet */
        assert_true(act(action, 71, friday_17));
    }
}

static void who_ended_late_is_still_owed_a_letter(void **state)
{
    const struct event *draft;

    (void)state;
    examined();
    d.ended_at = d.judged_at = DAY(8);
    d.outcome = OUTCOME_GRANTED;
    assert_int_equal(alarm(DAY(9), 71), 3); /* the mark that nobody had set, the cause, the draft */
    assert_int_equal(event_number(written(ACTION_MARK_OVERDUE), EVENT_FIELD_DUE_ON, 0), d.due_on);
    draft = written(ACTION_DRAFT_LETTER);
    assert_string_equal(event_text(draft, EVENT_FIELD_WORDING), "ended");
    assert_false(event_has(draft, EVENT_FIELD_REAPPOINTED_AT)); /* the result is there */
    assert_int_equal(alarm(DAY(9), 72), 0);
}

static void words_of_an_open_dossier_do_not_outlive_it(void **state)
{
    (void)state;
    examined();
    alarm(friday_17, 71);
    alarm(tuesday_0, 72);
    assert_true(act(ACTION_SIGN_LETTER, 71, tuesday_0 + 1));
    assert_true(d.letters[0].reappointed_at != INSTANT_NONE);
    d.ended_at = d.judged_at = tuesday_0 + INSTANT_HOUR;
    d.outcome = OUTCOME_GRANTED;
    assert_false(act(ACTION_NUMBER_LETTER, 71, tuesday_0 + 2 * INSTANT_HOUR));
    assert_int_equal(err.code, ERR_LETTER_WORDING);
    alarm(tuesday_0 + 2 * INSTANT_HOUR, 72);
    assert_true(wrote(ACTION_UNSIGN_LETTER) && !wrote(ACTION_DRAFT_LETTER));
    assert_int_equal(d.letters[0].wording, LETTER_WORDING_ENDED);
    assert_int_equal(d.letters[0].reappointed_at, INSTANT_NONE);
    assert_int_equal(alarm(tuesday_0 + 2 * INSTANT_HOUR, 72), 0);
    assert_true(act(ACTION_SIGN_LETTER, 71, tuesday_0 + 3 * INSTANT_HOUR) &&
                act(ACTION_NUMBER_LETTER, 71, tuesday_0 + 3 * INSTANT_HOUR));
}

static void imported_dossiers_owe_when_adopted(void **state)
{
    (void)state;
    examined();
    d.is_imported = true;
    assert_int_equal(alarm(DAY(20), 71), 0);
    d.is_adopted = true;
    alarm(DAY(20), 71);
    assert_true(wrote(ACTION_MARK_OVERDUE) && wrote(ACTION_DRAFT_LETTER));
}

static void a_leaders_cause_and_the_rulesets_policy_are_followed(void **state)
{
    (void)state;
    examined();
    decided("force_majeure", 0, DAY(8));
    fixture_ruleset.objective_policy = OBJECTIVE_POLICY_NONE;
    alarm(DAY(9), 71);
    assert_false(wrote(ACTION_DRAFT_LETTER));
    assert_true(wrote(ACTION_FIND_CAUSE)); /* it stands beside the decision */
    assert_int_equal(d.finding.verdict, CAUSE_SUBJECTIVE);
    assert_int_equal(d.verdict, CAUSE_OBJECTIVE);
    fixture_ruleset.objective_policy = OBJECTIVE_POLICY_LETTER;
    alarm(DAY(9), 71);
    assert_true(wrote(ACTION_DRAFT_LETTER));
    assert_false(wrote(ACTION_FIND_CAUSE));
}

static void without_a_calendar_marks_stand_and_the_letter_fails(void **state)
{
    struct lateness_context ctx;

    (void)state;
    examined();
    d.due_at = date_instant(date_from_civil(2024, 1, 5), ZONE_VIETNAM_S);
    d.due_on = date_from_civil(2024, 1, 5);
    assert_int_equal(alarm(d.due_at + 2 * INSTANT_DAY, 71), 2); /* overdue, cause undetermined */
    assert_int_equal(d.verdict, CAUSE_UNDETERMINED);
    assert_string_equal(decision.warnings[0], "no_calendar");
    ctx = fixture_context(&d);
    assert_false(alarm_decide(&ctx, NULL, 0, 71, d.due_at + 2 * INSTANT_DAY, d.due_at, arena,
                              &decision, &err));
    assert_int_equal(err.code, ERR_CALENDAR_GAP);
}

static void people_sign_and_papers_are_complete(void **state)
{
    struct decide_context ctx = {&d,   &fixture_case, &fixture_ruleset,
                                 NULL, friday_17,     ZONE_VIETNAM_S};
    struct action_input in = {.action = ACTION_SIGN_LETTER, .actor = 0, .at = INSTANT_NONE};

    (void)state;
    examined();
    ctx.calendar = fixture_calendar;
    alarm(friday_17, 71);
    assert_int_equal(letter_allowed(&ctx, &d.letters[0]),
                     UINT64_C(1) << ACTION_SIGN_LETTER | UINT64_C(1) << ACTION_REVISE_LETTER |
                         UINT64_C(1) << ACTION_REFUSE_LETTER | UINT64_C(1) << ACTION_UNSIGN_LETTER);
    assert_false(decide_letter(&ctx, 71, &in, HASH, NULL, NULL));
    assert_int_equal(err.code, ERR_LETTER_SIGNER);
    in.actor = 300;
    assert_false(decide_letter(&ctx, 71, &in, NULL, NULL, NULL));
    assert_int_equal(err.code, ERR_FIELD_REQUIRED);
    assert_false(decide_letter(&ctx, 72, &in, HASH, NULL, NULL));
    assert_int_equal(err.code, ERR_LETTER_UNKNOWN);
    in.action = ACTION_LAPSE_LETTER; /* the engine's */
    assert_false(decide_letter(&ctx, 71, &in, HASH, NULL, NULL));
    assert_int_equal(err.code, ERR_LETTER_STATE);
    in.action = ACTION_SIGN_LETTER;
    in.at = friday_17 - INSTANT_HOUR; /* before it was drafted */
    assert_false(decide_letter(&ctx, 71, &in, HASH, NULL, NULL));
    assert_int_equal(err.code, ERR_LETTER_AT);
    assert_true(act(ACTION_SIGN_LETTER, 71, friday_17));
    in = (struct action_input){.action = ACTION_NUMBER_LETTER, .actor = 300, .at = INSTANT_NONE};
    for (size_t i = 0; i < 7; i++) {
        static const char *const bad[] = {NULL,       "",           "1:2022:",  "1:22:XL",
                                          ":2022:XL", "1:2022:a:b", "x:2022:XL"};

        assert_false(decide_letter(&ctx, 71, &in, NULL, bad[i], NULL));
        assert_int_equal(err.code, ERR_LETTER_REGISTER);
    }
    assert_true(act(ACTION_NUMBER_LETTER, 71, friday_17));
    in.action = ACTION_CANCEL_LETTER; /* without a reason */
    assert_false(decide_letter(&ctx, 71, &in, NULL, NULL, NULL));
    assert_int_equal(err.code, ERR_FIELD_REQUIRED);
    assert_true(act(ACTION_CANCEL_LETTER, 71, friday_17));
    assert_int_equal(alarm(friday_17, 72), 1); /* still owed: a new one */
    assert_true(wrote(ACTION_DRAFT_LETTER));
}

/* ---- every order of engine and people ---- */

/* What must hold after each step, whatever came before. */
static void promises_hold(const struct dossier *before, uint64_t seed)
{
    int n_live = 0;

    for (int i = 0; i < d.n_letters; i++)
        n_live += d.letters[i].state >= LETTER_DRAFTED && d.letters[i].state <= LETTER_ACKNOWLEDGED;
    if (n_live > 1)
        fail_msg("two live letters, seed %llu", (unsigned long long)seed);
    if (wrote(ACTION_DRAFT_LETTER)) {
        if (d.found_at == INSTANT_NONE)
            fail_msg("a letter without a finding, seed %llu", (unsigned long long)seed);
        if (before->due_reappointed != INSTANT_NONE)
            fail_msg("a second re-appointment, seed %llu", (unsigned long long)seed);
    }
    for (int i = 0; i < d.n_letters; i++) {
        const struct dossier_letter *l = &d.letters[i];

        if (l->state == LETTER_NUMBERED && l->wording == LETTER_WORDING_BEFORE_DUE &&
            before->letters[i].state == LETTER_SIGNED && l->numbered_at >= tuesday_0 &&
            d.due_at < l->numbered_at - INSTANT_DAY)
            fail_msg("numbered with words that no longer hold, seed %llu",
                     (unsigned long long)seed);
    }
}

static void random_step(struct dice *dice, int64_t at, int64_t letter_id)
{
    static const enum action letter_actions[] = {ACTION_SIGN_LETTER,    ACTION_UNSIGN_LETTER,
                                                 ACTION_NUMBER_LETTER,  ACTION_ISSUE_LETTER,
                                                 ACTION_DELIVER_LETTER, ACTION_CANCEL_LETTER};
    int64_t which = d.n_letters > 0 ? d.letters[dice_roll(dice, d.n_letters)].id : 0;

    decision.n_events = 0;
    switch (dice_roll(dice, 10)) {
    case 0:
        d.declared_late_at = at;
        break;
    case 1:
        d.pledged_at = at + dice_roll(dice, 100) * INSTANT_HOUR;
        break;
    case 2:
        if (d.ended_at == INSTANT_NONE && dice_roll(dice, 4) == 0) {
            d.ended_at = d.judged_at = at;
            d.outcome = OUTCOME_GRANTED;
        }
        break;
    case 3:
    case 4:
    case 5:
    case 6:
        (void)act(letter_actions[dice_roll(dice, ARRAY_LEN(letter_actions))], which, at);
        break;
    default:
        alarm(at, letter_id);
        break;
    }
}

static void no_order_of_steps_breaks_a_promise(void **state)
{
    struct dice dice = {10};
    int n_issued = 0, n_lapsed = 0, n_escalated = 0;

    (void)state;
    for (int round = 0; round < 1500; round++) {
        uint64_t seed = dice.state;
        int64_t at = HOUR(0);

        examined();
        for (int i = 0; i < 60; i++) {
            struct dossier before = d;

            at += dice_roll(&dice, 12) * INSTANT_HOUR;
            random_step(&dice, at, 100 + i);
            promises_hold(&before, seed);
            before = d;
            if (wrote(ACTION_FIND_CAUSE) || i % 5 == 0) { /* a second look writes nothing */
                alarm(at, 200 + i);
                promises_hold(&before, seed);
                if (alarm(at, 300 + i) != 0)
                    fail_msg("not idempotent at step %d, seed %llu", i, (unsigned long long)seed);
            }
        }
        for (int i = 0; i < d.n_letters; i++) {
            n_issued += d.letters[i].issued_at != INSTANT_NONE;
            n_lapsed += d.letters[i].state == LETTER_LAPSED;
        }
        n_escalated += d.is_escalated;
        arena_free(arena);
        arena = arena_new(1 << 20);
    }
    assert_true(n_issued > 50 && n_lapsed > 10 && n_escalated > 10); /* the dice went everywhere */
}

/* Looking only when alarm_next() says so, the engine writes what it writes when it looks all the
 * time. */
static void looking_when_told_is_looking_always(void **state)
{
    struct dice dice = {12};

    (void)state;
    fixture_office(&dice);
    for (int round = 0; round < 60; round++) {
        uint64_t seed = dice.state;
        struct dossier start, told;
        int64_t now, until, at;
        int looks = 0;

        life_open(&dice, &start, &now);
        if (dice_roll(&dice, 3) == 0)
            start.declared_late_at = start.received_at;
        at = SLOW_AT(now);
        until = at + 25 * INSTANT_DAY;
        d = start;
        while (at != INSTANT_NONE && at <= until && looks++ < 100) {
            struct lateness_context ctx = fixture_context(&d);
            struct warning w;

            alarm(at, 71);
            warning_compute(&ctx, at, &w);
            at = alarm_next(&ctx, &w, at, INSTANT_NONE);
        }
        told = d;
        d = start;
        for (at = SLOW_AT(now); at <= until; at += 20 * INSTANT_MINUTE)
            alarm(at, 71);
        if (looks > 30)
            fail_msg("looked %d times, seed %llu", looks, (unsigned long long)seed);
        if (d.n_letters != told.n_letters ||
            (d.at_risk_at == INSTANT_NONE) != (told.at_risk_at == INSTANT_NONE) ||
            (d.certain_at == INSTANT_NONE) != (told.certain_at == INSTANT_NONE) ||
            told.overdue_at > d.overdue_at || told.certain_at > d.certain_at ||
            told.at_risk_at > d.at_risk_at ||
            (d.n_letters > 0 && told.letters[0].drafted_at > d.letters[0].drafted_at))
            fail_msg("told %lld %lld %lld, always %lld %lld %lld, seed %llu",
                     (long long)told.at_risk_at, (long long)told.certain_at,
                     (long long)told.overdue_at, (long long)d.at_risk_at, (long long)d.certain_at,
                     (long long)d.overdue_at, (unsigned long long)seed);
        arena_free(arena);
        arena = arena_new(1 << 20);
    }
}

/* A notice told the new date, then a leader found somebody to blame: the letter names the same
 * date, is worded anew when due passes, also after that date was missed, and is drafted again if
 * cancelled.
 */
static void after_a_notice_the_letter_is_owed_and_names_no_other_date(void **state)
{
    struct lateness_context ctx;
    int64_t told_at, at;

    (void)state;
    examined();
    fixture_ruleset.objective_policy = OBJECTIVE_POLICY_NOTICE;
    d.is_cause_decided = true;
    d.decision.at = friday_9;
    d.verdict = d.decision.verdict = CAUSE_OBJECTIVE;
    alarm(friday_9 + 2 * INSTANT_HOUR, 71);
    assert_true(wrote(ACTION_WAIVE_LETTER));
    told_at = d.due_reappointed;
    assert_true(told_at != INSTANT_NONE);
    d.verdict = d.decision.verdict = CAUSE_SUBJECTIVE;
    alarm(friday_17, 71);
    assert_int_equal(written(ACTION_DRAFT_LETTER) ? d.letters[0].reappointed_at : 0, told_at);
    ctx = fixture_context(&d);
    assert_false(letter_choose_date(&ctx, told_at + 7 * INSTANT_DAY, friday_17, &at, &err));
    assert_int_equal(err.code, ERR_LETTER_DATE);
    assert_true(letter_choose_date(&ctx, told_at, friday_17, &at, &err));
    assert_int_equal(at, told_at);
    alarm(told_at + 3 * INSTANT_DAY, 72);
    assert_true(wrote(ACTION_ESCALATE) && wrote(ACTION_UNSIGN_LETTER));
    assert_true(d.letters[0].wording == LETTER_WORDING_AFTER_DUE &&
                act(ACTION_SIGN_LETTER, 71, d.last_at));
    assert_true(act(ACTION_NUMBER_LETTER, 71, d.last_at));
    assert_true(act(ACTION_CANCEL_LETTER, 71, d.last_at));
    assert_int_equal(alarm(d.last_at, 72), 1);
    assert_true(wrote(ACTION_DRAFT_LETTER));
    assert_int_equal(alarm(d.last_at, 73), 0);
    fixture_ruleset.objective_policy = OBJECTIVE_POLICY_LETTER;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_engine_marks_finds_and_drafts_once),
        cmocka_unit_test(the_worked_example_of_the_docs_is_true),
        cmocka_unit_test(outside_its_window_a_certain_letter_waits),
        cmocka_unit_test(a_pledge_holds_the_letter_not_beyond_its_latest_moment),
        cmocka_unit_test(a_signature_lapses_when_due_passes),
        cmocka_unit_test(a_missed_reappointment_goes_up_once_and_gets_no_letter),
        cmocka_unit_test(a_draft_lapses_when_the_dossier_ends_in_time),
        cmocka_unit_test(a_draft_lapses_when_the_promise_moves),
        cmocka_unit_test(a_draft_of_a_moved_promise_is_neither_signed_nor_numbered),
        cmocka_unit_test(who_ended_late_is_still_owed_a_letter),
        cmocka_unit_test(words_of_an_open_dossier_do_not_outlive_it),
        cmocka_unit_test(imported_dossiers_owe_when_adopted),
        cmocka_unit_test(a_leaders_cause_and_the_rulesets_policy_are_followed),
        cmocka_unit_test(after_a_notice_the_letter_is_owed_and_names_no_other_date),
        cmocka_unit_test(without_a_calendar_marks_stand_and_the_letter_fails),
        cmocka_unit_test(people_sign_and_papers_are_complete),
        cmocka_unit_test(no_order_of_steps_breaks_a_promise),
        cmocka_unit_test(looking_when_told_is_looking_always),
    };
    int failed;

    arena = arena_new(1 << 20);
    cmocka_set_message_output(CM_OUTPUT_TAP);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    calendar_unref(fixture_calendar);
    arena_free(arena);
    return failed;
}
