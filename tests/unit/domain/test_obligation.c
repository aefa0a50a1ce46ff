/* The ledger of letters owed, as the events tell it: each row through every path, none taken away;
 * and the days that a new date may fall on. */
#include "../test.h"
#include "domain/apology.h"
#include "late_fixture.h"

static struct script script;
static struct dossier d;

static struct event *letter(enum action action, int64_t actor, int64_t at, int64_t id)
{
    struct event *e = script_add(&script, action, actor, at);

    event_put_number(e, EVENT_FIELD_LETTER, id);
    return e;
}

static void draft(int64_t at, int64_t id, const char *trigger)
{
    struct event *e = letter(ACTION_DRAFT_LETTER, 0, at, id);

    event_put_text(e, EVENT_FIELD_TRIGGER, trigger);
    event_put_number(e, EVENT_FIELD_AUTHOR_OFFICE, COMPETENT_OFFICE);
    event_put_number(e, EVENT_FIELD_REAPPOINTED_AT, DAY(9));
    event_put_text(e, EVENT_FIELD_ADDRESSEE, "3:1:ab");
}

static void accepted(void)
{
    memset(&script, 0, sizeof script);
    script_accept(&script, HOUR(0), DAY(4) + 10 * INSTANT_HOUR, false);
}

static const struct dossier_obligation *row(int i, enum obligation_state state, int64_t letter_id)
{
    script_fold(&script, &d);
    assert_true(d.n_obligations > i);
    assert_int_equal(d.obligations[i].state, state);
    assert_int_equal(d.obligations[i].letter_id, letter_id);
    return &d.obligations[i];
}

static void a_row_follows_its_letter_to_the_applicant(void **state)
{
    (void)state;
    accepted();
    draft(DAY(3), 7, "lateness");
    row(0, OBLIGATION_OPEN, 7);
    letter(ACTION_REFUSE_LETTER, 300, DAY(3), 7);
    row(0, OBLIGATION_REFUSED, 7);
    letter(ACTION_SIGN_LETTER, 300, DAY(3), 7);
    letter(ACTION_NUMBER_LETTER, 301, DAY(3), 7);
    row(0, OBLIGATION_OPEN, 7);
    event_put_text(letter(ACTION_ISSUE_LETTER, 301, DAY(3), 7), EVENT_FIELD_TIMING, "in_time");
    assert_int_equal(row(0, OBLIGATION_MET, 7)->timing, LETTER_TIMING_IN_TIME);
    assert_int_equal(d.due_reappointed, DAY(9));
    letter(ACTION_CANCEL_LETTER, 300, DAY(4), 7);
    assert_int_equal(row(0, OBLIGATION_OPEN, 0)->timing, LETTER_TIMING_NONE);
    assert_true(d.due_reappointed == INSTANT_NONE);
    draft(DAY(4), 8, "lateness"); /* the same debt, not another */
    row(0, OBLIGATION_OPEN, 8);
    assert_int_equal(d.n_obligations, 1);
}

static void a_lapsed_row_stays_and_the_next_lateness_is_another(void **state)
{
    (void)state;
    accepted();
    draft(DAY(3), 7, "lateness");
    letter(ACTION_LAPSE_LETTER, 0, DAY(3), 7);
    row(0, OBLIGATION_LAPSED, 7);
    draft(DAY(8), 8, "lateness");
    row(0, OBLIGATION_LAPSED, 7);
    row(1, OBLIGATION_OPEN, 8);
}

static void a_waiver_says_why_and_may_be_overtaken(void **state)
{
    struct event *e;

    (void)state;
    accepted();
    draft(DAY(3), 7, "lateness");
    e = letter(ACTION_WAIVE_LETTER, 0, DAY(3), 7);
    event_put_text(e, EVENT_FIELD_WAIVER, "objective_notice");
    event_put_number(e, EVENT_FIELD_REAPPOINTED_AT, DAY(8));
    assert_int_equal(row(0, OBLIGATION_WAIVED, 0)->waiver, WAIVER_OBJECTIVE_NOTICE);
    assert_int_equal(d.letters[0].state, LETTER_LAPSED);
    assert_int_equal(d.due_reappointed, DAY(8));
    draft(DAY(4), 8, "lateness");
    assert_int_equal(row(0, OBLIGATION_OPEN, 8)->waiver, WAIVER_NONE);
}

static void the_second_delay_is_a_row_of_its_own(void **state)
{
    (void)state;
    accepted();
    draft(DAY(3), 7, "lateness");
    script_add(&script, ACTION_ESCALATE, 0, DAY(10));
    assert_int_equal(row(1, OBLIGATION_WAIVED, 0)->waiver, WAIVER_SECOND_DELAY);
    letter(ACTION_SIGN_LETTER, 300, DAY(10), 7);
    row(0, OBLIGATION_OPEN, 7);
}

static void what_is_entered_by_hand_is_owed_beside_lateness(void **state)
{
    struct event *e;

    (void)state;
    accepted();
    e = script_add(&script, ACTION_OWE_LETTER, 300, DAY(1));
    event_put_text(e, EVENT_FIELD_TRIGGER, "lost_file");
    event_put_number(e, EVENT_FIELD_AUTHOR_OFFICE, COUNTER_OFFICE);
    assert_int_equal(row(0, OBLIGATION_OPEN, 0)->office, COUNTER_OFFICE);
    draft(DAY(1), 7, "lost_file");
    draft(DAY(3), 8, "lateness");
    row(0, OBLIGATION_OPEN, 7);
    row(1, OBLIGATION_OPEN, 8);
    assert_int_equal(d.obligations[0].trigger, LETTER_TRIGGER_LOST_FILE);
    letter(ACTION_ISSUE_LETTER, 301, DAY(3), 7); /* whatever it says, it re-appoints nothing */
    row(0, OBLIGATION_MET, 7);
    assert_true(d.due_reappointed == INSTANT_NONE);
}

/* Due on Friday; two working days of extension end on Tuesday. */
static void a_new_date_lies_inside_the_extension(void **state)
{
    const int64_t tuesday_17 = DAY(8) + 10 * INSTANT_HOUR, now = DAY(4);
    struct lateness_context ctx;
    struct error err;
    int64_t at;

    (void)state;
    fixture_office(NULL);
    accepted();
    script_fold(&script, &d);
    ctx = fixture_context(&d);
    fixture_ruleset.extension_max = (struct limit){2, LIMIT_WORKING_DAYS};
    assert_true(letter_new_date(&ctx, now, &at, &err));
    assert_int_equal(at, tuesday_17); /* whatever the steps need */
    assert_true(letter_choose_date(&ctx, DAY(8), now, &at, &err));
    assert_int_equal(at, tuesday_17);
    assert_false(letter_choose_date(&ctx, DAY(9), now, &at, &err));
    assert_int_equal(err.code, ERR_LETTER_DATE);
    assert_false(letter_choose_date(&ctx, DAY(4), now, &at, &err)); /* due anyway */
    assert_false(letter_choose_date(&ctx, DAY(5), now, &at, &err)); /* a Saturday */
    fixture_ruleset.extension_max = (struct limit){0};
    assert_true(letter_choose_date(&ctx, DAY(9), now, &at, &err));
    fixture_ruleset.reappointments_max = 0;
    assert_false(letter_choose_date(&ctx, DAY(9), now, &at, &err));
    fixture_ruleset.reappointments_max = 1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_follows_its_letter_to_the_applicant),
        cmocka_unit_test(a_lapsed_row_stays_and_the_next_lateness_is_another),
        cmocka_unit_test(a_waiver_says_why_and_may_be_overtaken),
        cmocka_unit_test(the_second_delay_is_a_row_of_its_own),
        cmocka_unit_test(what_is_entered_by_hand_is_owed_beside_lateness),
        cmocka_unit_test(a_new_date_lies_inside_the_extension),
    };
    int failed;

    cmocka_set_message_output(CM_OUTPUT_TAP);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    calendar_unref(fixture_calendar);
    return failed;
}
