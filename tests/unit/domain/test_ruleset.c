/* Rulesets: the table reads, each parameter takes its values and nothing else, R1 to R4 follow each
 * other without a gap. */
#include "../test.h"

#include "base/instant.h"
#include "domain/ruleset.h"

static void the_first_ruleset_is_the_default(void **state)
{
    struct ruleset r;

    (void)state;
    ruleset_default(&r);
    assert_string_equal(r.key, "R1");
    assert_int_equal(r.due.day_model, DUE_DAYS_WHOLE);
    assert_int_equal(r.due.day_minutes, 480);
    assert_int_equal(r.due.same_day_cutoff_us, 15 * INSTANT_HOUR);
    assert_true(r.due.is_rolled_forward);
    assert_int_equal(r.supplement_notice.amount, 3);
    assert_int_equal(r.supplement_notice.unit, LIMIT_WORKING_DAYS);
    assert_int_equal(r.silence.amount, 0);
    assert_int_equal(r.online_intake.amount, 8);
    assert_int_equal(r.online_announcement_minutes, 0);
    assert_int_equal(r.forward_cutoff_us, 15 * INSTANT_HOUR);
    assert_int_equal(r.forward_start_minutes, 60);
    assert_int_equal(r.forward_elsewhere.amount, 0);
    assert_int_equal(r.stale_days, 30);
    assert_int_equal(r.confirmation.amount, 1);
    assert_int_equal(r.confirmation.unit, LIMIT_CALENDAR_DAYS);
    assert_int_equal(r.withdrawal_answer.amount, 1);
    assert_int_equal(r.withdrawal_answer.unit, LIMIT_WORKING_DAYS);
    assert_int_equal(r.letter_lead_days, 1);
    assert_int_equal(r.letter_draft_days, 2);
    assert_int_equal(r.objective_policy, OBJECTIVE_POLICY_LETTER);
    assert_int_equal(r.reappointments_max, 1);
    assert_int_equal(r.default_least_percent, 50);
    assert_false(r.blocks_submission_without_letter);
    assert_false(r.requires_withdrawal_before_decision);
}

static void the_shipped_rulesets_follow_each_other(void **state)
{
    struct ruleset r, next;

    (void)state;
    assert_int_equal(n_ruleset_keys, 4);
    for (int i = 0; i < n_ruleset_keys; i++) {
        ruleset_shipped(i, &r);
        assert_string_equal(r.key, ruleset_key(i));
        if (i + 1 < n_ruleset_keys) {
            ruleset_shipped(i + 1, &next);
            assert_int_equal(next.valid_from, r.valid_to + 1);
        } else {
            assert_int_equal(r.valid_to, DATE_NONE);
        }
        assert_int_equal(r.silence.amount, i == 0 ? 0 : 15);
        assert_int_equal(r.requires_withdrawal_before_decision, i > 0);
        assert_int_equal(r.online_announcement_minutes, i == 0 ? 0 : 120);
        assert_int_equal(r.forward_elsewhere.amount, i == 0 ? 0 : 1);
        assert_int_equal(r.stale_days, 30);
        assert_int_equal(r.codes_name_settling_office, i > 0);
        assert_int_equal(r.settles_fees_monthly, i > 0);
        assert_int_equal(r.code_layout, i > 1 ? CODE_LAYOUT_LONG : CODE_LAYOUT_SHORT);
    }
}

static void every_parameter_reads_its_own_default_and_has_a_source(void **state)
{
    struct ruleset r;
    struct error err;

    (void)state;
    ruleset_default(&r);
    for (int i = 0; i < n_ruleset_parameters; i++) {
        const struct ruleset_parameter *p = &ruleset_parameters[i];

        assert_true(ruleset_set(&r, p->name, p->default_value, &err));
        assert_int_equal(strncmp(p->source, "law:", 4), 0);
        assert_true(strlen(p->decides[LANGUAGE_VI]) > 10 && strlen(p->decides[LANGUAGE_EN]) > 10);
        assert_true(!strcmp(p->confidence, "V") || !strcmp(p->confidence, "OPEN"));
    }
}

static void values_are_held_one_below_and_one_above(void **state)
{
    static const struct {
        const char *name, *value;
        bool is_taken;
    } rows[] = {
        {"forward_cutoff", "14:30", true},
        {"forward_cutoff", "24:00", false},
        {"forward_start_minutes", "480", true},
        {"forward_start_minutes", "481", false},
        {"online_announcement_minutes", "10080", true},
        {"online_announcement_minutes", "10081", false},
        {"forward_elsewhere", "none", true},
        {"stale_days", "3651", false},
        {"confirmation", "24wh", true},
        {"confirmation", "1", false},
        {"withdrawal_answer", "sd", true},
        {"letter_lead_days", "0", true},
        {"letter_lead_days", "10", true},
        {"letter_lead_days", "11", false},
        {"letter_lead_days", "-1", false},
        {"letter_lead_days", "", false},
        {"letter_lead_days", "1 ", false},
        {"letter_lead_days", "99999999999", false},
        {"day_minutes", "59", false},
        {"day_minutes", "60", true},
        {"same_day_cutoff", "00:00", true},
        {"same_day_cutoff", "23:59", true},
        {"same_day_cutoff", "24:00", false},
        {"same_day_cutoff", "15:60", false},
        {"same_day_cutoff", "9:00", false},
        {"same_day_cutoff", "15-00", false},
        {"silence", "none", true},
        {"silence", "15d", true},
        {"silence", "15", false},
        {"objective_policy", "notice", true},
        {"objective_policy", "maybe", false},
        {"rolls_forward", "no", true},
        {"rolls_forward", "true", false},
        {"day_model", "hours", true},
        {"supplements_max", "none", true},
        {"supplements_max", "0", true},
        {"other_holds_max", "16", true},
        {"other_holds_max", "17", false},
        {"letter_lead_days", "none", false},
        {"code_layout", "long", true},
        {"code_layout", "yes", false},
        {"code_identifier", "settling", true},
        {"budget_check", "strict", true},
        {"budget_check", "", false},
        {"fee_settlement", "monthly", true},
        {"no_such_name", "1", false},
        {"default_least_percent", "101", false},
    };
    struct error err;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct ruleset r, before;

        ruleset_default(&r);
        before = r;
        assert_int_equal(ruleset_set(&r, rows[i].name, rows[i].value, &err), rows[i].is_taken);
        if (!rows[i].is_taken) {
            assert_int_equal(err.code, ERR_RULESET_PARAMETER);
            assert_memory_equal(&r, &before, sizeof r);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_ruleset_is_the_default),
        cmocka_unit_test(the_shipped_rulesets_follow_each_other),
        cmocka_unit_test(every_parameter_reads_its_own_default_and_has_a_source),
        cmocka_unit_test(values_are_held_one_below_and_one_above),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
