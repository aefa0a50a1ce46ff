/* Rulesets: every parameter is a row of rulesets.def, read from the same text whether it comes from
 * the table, from the database or from an administrator. */
#include "domain/ruleset.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "base/macros.h"

enum parameter {
#define PARAMETER(name, kind, least, most, value, source, confidence, vi, en) PARAMETER_##name,
#include "tables/rulesets.def"
#undef PARAMETER
    PARAMETER_COUNT
};

const struct ruleset_parameter ruleset_parameters[] = {
#define PARAMETER(name, kind, least, most, value, source, confidence, vi, en)                      \
    {#name, (value), (source), (confidence), {(vi), (en)}},
#include "tables/rulesets.def"
#undef PARAMETER
};
const int n_ruleset_parameters = PARAMETER_COUNT;

static const struct {
    long least, most;
} ranges[] = {
#define PARAMETER(name, kind, least, most, value, source, confidence, vi, en) {(least), (most)},
#include "tables/rulesets.def"
#undef PARAMETER
};

static const struct {
    const char *key, *from_on, *to_on, *decree, *circular;
} shipped[] = {
#define RULESET(key, from_on, to_on, decree, circular)                                             \
    {#key, (from_on), (to_on), (decree), (circular)},
#include "tables/rulesets.def"
#undef RULESET
};
const int n_ruleset_keys = (int)ARRAY_LEN(shipped);

static const struct {
    const char *key;
    enum parameter parameter;
    const char *value;
} differences[] = {
#define RULESET_VALUE(key, name, value) {#key, PARAMETER_##name, (value)},
#include "tables/rulesets.def"
#undef RULESET_VALUE
};

/* ---- reading values ---- */

static bool read_limit(const char *value, struct limit *ret)
{
    struct error ignored;

    if (strcmp(value, "none") == 0) {
        *ret = (struct limit){0, LIMIT_CALENDAR_DAYS};
        return true;
    }
    return limit_parse(value, ret, &ignored);
}

static bool read_number(enum parameter p, const char *value, int *ret)
{
    char *end;
    long n;

    if (value[0] < '0' || value[0] > '9' || strlen(value) > 9)
        return false;
    n = strtol(value, &end, 10);
    if (*end || n < ranges[p].least || n > ranges[p].most)
        return false;
    *ret = (int)n;
    return true;
}

/* "none" is no bound. */
static bool read_count(enum parameter p, const char *value, int *ret)
{
    if (strcmp(value, "none") != 0)
        return read_number(p, value, ret);
    *ret = RULESET_NO_MAX;
    return true;
}

/* Which of the words it is, in the order given, NULL at the end. */
static bool read_word(const char *value, const char *const *words, int *ret)
{
    for (int i = 0; words[i]; i++) {
        if (strcmp(value, words[i]) == 0) {
            *ret = i;
            return true;
        }
    }
    return false;
}

/* One of two words; the second is true. */
static bool read_choice(const char *value, const char *first, const char *second, bool *ret)
{
    const char *const words[] = {first, second, NULL};
    int i;

    if (!read_word(value, words, &i))
        return false;
    *ret = i == 1;
    return true;
}

static bool read_yes(const char *value, bool *ret)
{
    return read_choice(value, "no", "yes", ret);
}

/* "15:00", two digits each. */
static bool read_time(const char *value, int64_t *ret_us)
{
    int digits[4];

    if (strlen(value) != 5 || value[2] != ':')
        return false;
    for (int i = 0; i < 4; i++) {
        digits[i] = value[i < 2 ? i : i + 1] - '0';
        if (digits[i] < 0 || digits[i] > 9)
            return false;
    }
    if (digits[0] * 10 + digits[1] > 23 || digits[2] > 5)
        return false;
    *ret_us =
        (digits[0] * 10 + digits[1]) * INSTANT_HOUR + (digits[2] * 10 + digits[3]) * INSTANT_MINUTE;
    return true;
}

static bool read_when(const char *value, enum notice_when *ret)
{
    static const char *const words[] = {"never", "absent", "always", NULL};
    int i;

    if (!read_word(value, words, &i))
        return false;
    *ret = (enum notice_when)i;
    return true;
}

static bool parameter_set(struct ruleset *r, enum parameter p, const char *value)
{
    static const char *const models[] = {"whole_days", "hours", NULL};
    static const char *const half_models[] = {"halves", "hours", NULL};
    static const char *const clocks[] = {"acceptance", "competent", NULL};
    static const char *const policies[] = {"letter", "notice", "none", NULL};
    static const char *const forced[] = {"closing", "result_day", NULL};
    static const char *const silences[] = {"after_budget", "at_once", NULL};
    static const char *const layouts[] = {"short", "long", NULL};
    int n;

    switch (p) {
    case PARAMETER_day_model:
        if (!read_word(value, models, &n))
            return false;
        r->due.day_model = n == 0 ? DUE_DAYS_WHOLE : DUE_DAYS_HOURS;
        return true;
    case PARAMETER_half_day_model:
        if (!read_word(value, half_models, &n))
            return false;
        r->due.half_day_model = n == 0 ? DUE_HALVES_WHOLE : DUE_HALVES_HOURS;
        return true;
    case PARAMETER_day_minutes:
        return read_number(p, value, &r->due.day_minutes);
    case PARAMETER_same_day_cutoff:
        return read_time(value, &r->due.same_day_cutoff_us);
    case PARAMETER_rolls_forward:
        return read_yes(value, &r->due.is_rolled_forward);
    case PARAMETER_supplement_notice:
        return read_limit(value, &r->supplement_notice);
    case PARAMETER_silence:
        return read_limit(value, &r->silence);
    case PARAMETER_supplements_at_intake_max:
        return read_count(p, value, &r->supplements_at_intake_max);
    case PARAMETER_supplements_max:
        return read_count(p, value, &r->holds_max[HOLD_KIND_SUPPLEMENT]);
    case PARAMETER_financial_holds_max:
        return read_count(p, value, &r->holds_max[HOLD_KIND_FINANCIAL]);
    case PARAMETER_confirmations_max:
        return read_count(p, value, &r->holds_max[HOLD_KIND_APPLICANT_CONFIRM]);
    case PARAMETER_other_holds_max:
        return read_count(p, value, &r->holds_max[HOLD_KIND_OTHER]);
    case PARAMETER_financial_hold_limit:
        return read_limit(value, &r->financial_hold_limit);
    case PARAMETER_other_hold_limit:
        return read_limit(value, &r->other_hold_limit);
    case PARAMETER_place_free_clock:
        if (!read_word(value, clocks, &n))
            return false;
        r->has_competent_clock = n == 1;
        return true;
    case PARAMETER_online_intake:
        return read_limit(value, &r->online_intake);
    case PARAMETER_online_announcement_minutes:
        return read_number(p, value, &r->online_announcement_minutes);
    case PARAMETER_forward_cutoff:
        return read_time(value, &r->forward_cutoff_us);
    case PARAMETER_forward_start_minutes:
        return read_number(p, value, &r->forward_start_minutes);
    case PARAMETER_result_correction:
        return read_limit(value, &r->result_correction);
    case PARAMETER_forward_elsewhere:
        return read_limit(value, &r->forward_elsewhere);
    case PARAMETER_stale_days:
        return read_number(p, value, &r->stale_days);
    case PARAMETER_backlog_overdue_days:
        return read_number(p, value, &r->backlog_overdue_days);
    case PARAMETER_backlog_idle_days:
        return read_number(p, value, &r->backlog_idle_days);
    case PARAMETER_backlog_result_days:
        return read_number(p, value, &r->backlog_result_days);
    case PARAMETER_backlog_import_days:
        return read_number(p, value, &r->backlog_import_days);
    case PARAMETER_forced_close_judged:
        if (!read_word(value, forced, &n))
            return false;
        r->judges_forced_by_result_day = n == 1;
        return true;
    case PARAMETER_confirmation:
        return read_limit(value, &r->confirmation);
    case PARAMETER_withdrawal_answer:
        return read_limit(value, &r->withdrawal_answer);
    case PARAMETER_letter_lead_days:
        return read_number(p, value, &r->letter_lead_days);
    case PARAMETER_letter_draft_days:
        return read_number(p, value, &r->letter_draft_days);
    case PARAMETER_objective_policy:
        if (!read_word(value, policies, &n))
            return false;
        r->objective_policy = (enum objective_policy)n;
        return true;
    case PARAMETER_opinion_silence:
        if (!read_word(value, silences, &n))
            return false;
        r->opinion_silence = (enum opinion_silence)n;
        return true;
    case PARAMETER_reappointment_margin_hours:
        return read_number(p, value, &r->reappointment_margin_hours);
    case PARAMETER_extension_max:
        return read_limit(value, &r->extension_max);
    case PARAMETER_reappointments_max:
        return read_number(p, value, &r->reappointments_max);
    case PARAMETER_default_least_percent:
        return read_number(p, value, &r->default_least_percent);
    case PARAMETER_signer_may_draft:
        return read_yes(value, &r->signer_may_draft);
    case PARAMETER_blocks_submission_without_letter:
        return read_yes(value, &r->blocks_submission_without_letter);
    case PARAMETER_requires_withdrawal_before_decision:
        return read_yes(value, &r->requires_withdrawal_before_decision);
    case PARAMETER_budget_check:
        return read_choice(value, "warn", "strict", &r->has_strict_budgets);
    case PARAMETER_chasing_threshold:
        return read_number(p, value, &r->chasing_threshold);
    case PARAMETER_chasing_answer_days:
        return read_number(p, value, &r->chasing_answer_days);
    case PARAMETER_code_identifier:
        return read_choice(value, "receiving", "settling", &r->codes_name_settling_office);
    case PARAMETER_code_layout:
        if (!read_word(value, layouts, &n))
            return false;
        r->code_layout = (enum code_layout)n;
        return true;
    case PARAMETER_fee_settlement:
        return read_choice(value, "quarterly", "monthly", &r->settles_fees_monthly);
#define NOTICE(name, word, parameter, ...)                                                         \
    case PARAMETER_##parameter:                                                                    \
        return read_when(value, &r->notices[NOTICE_##name]);
#include "tables/notices.def"
#undef NOTICE
    case PARAMETER_COUNT:
        break;
    }
    return false;
}

bool ruleset_set(struct ruleset *ruleset, const char *name, const char *value, struct error *err)
{
    for (int i = 0; i < n_ruleset_parameters; i++) {
        if (strcmp(ruleset_parameters[i].name, name) == 0 &&
            parameter_set(ruleset, (enum parameter)i, value))
            return true;
    }
    return error_set(err, ERR_RULESET_PARAMETER, arg_text("name", name), arg_text("value", value));
}

/* ---- rulesets ---- */

/* A value of the table is a value of ours: one that does not read is a mistake in the table. */
static void parameter_set_own(struct ruleset *r, enum parameter p, const char *value)
{
    bool is_set = parameter_set(r, p, value);

    assert(is_set);
}

static int32_t date_own(const char *text)
{
    int32_t on = DATE_NONE;
    bool is_date = !*text || date_parse(text, &on);

    assert(is_date);
    return on;
}

const char *ruleset_key(int i)
{
    assert(i >= 0 && i < n_ruleset_keys);
    return shipped[i].key;
}

void ruleset_shipped(int i, struct ruleset *ret_ruleset)
{
    assert(i >= 0 && i < n_ruleset_keys);
    memset(ret_ruleset, 0, sizeof *ret_ruleset);
    ret_ruleset->key = shipped[i].key;
    ret_ruleset->valid_from = date_own(shipped[i].from_on);
    ret_ruleset->valid_to = date_own(shipped[i].to_on);
    ret_ruleset->decree = shipped[i].decree;
    ret_ruleset->circular = shipped[i].circular;
    for (int p = 0; p < PARAMETER_COUNT; p++)
        parameter_set_own(ret_ruleset, (enum parameter)p, ruleset_parameters[p].default_value);
    for (size_t k = 0; k < ARRAY_LEN(differences); k++) {
        if (strcmp(differences[k].key, shipped[i].key) == 0)
            parameter_set_own(ret_ruleset, differences[k].parameter, differences[k].value);
    }
}

void ruleset_default(struct ruleset *ret_ruleset)
{
    ruleset_shipped(0, ret_ruleset);
}
