#include "domain/procedure_check.h"

#include <stdio.h>
#include <string.h>

#define PATH_MAX_BYTES 80

static void path_of(char buf[PATH_MAX_BYTES], int at, const char *what)
{
    snprintf(buf, PATH_MAX_BYTES, "procedure.cases[%d]%s%s", at, *what ? "." : "", what);
}

static void step_path(char buf[PATH_MAX_BYTES], int at, int step, const char *what)
{
    snprintf(buf, PATH_MAX_BYTES, "procedure.cases[%d].steps[%d].%s", at, step, what);
}

bool procedure_national_code_is_valid(const char *code)
{
    if (!*code)
        return true;
    if (strlen(code) != strlen("1.001193") || code[0] < '1' || code[0] > '3' || code[1] != '.')
        return false;
    return strspn(code + 2, "0123456789") == strlen(code) - 2;
}

/* One step: its number is its place, it is somewhere, and its least time is inside its budget. */
static bool check_step(const struct procedure_case *c, int at, int i, struct error *err)
{
    const struct procedure_step *s = &c->steps[i];
    char path[PATH_MAX_BYTES];

    step_path(path, at, i, "number");
    if (s->seq != i + 1)
        return error_set(err, ERR_PROCEDURE_STEP_NUMBER, arg_text("field", path),
                         arg_number("value", s->seq), arg_number("expected", i + 1));
    step_path(path, at, i, "office_key");
    if ((s->office == STEP_OFFICE_NAMED) != (s->office_id != 0))
        return error_set(err, ERR_PROCEDURE_STEP_OFFICE, arg_text("field", path),
                         arg_text("value", s->name));
    step_path(path, at, i, "least_minutes");
    if (s->nominal_least > s->nominal_minutes)
        return error_set(err, ERR_PROCEDURE_STEP_LEAST, arg_text("field", path),
                         arg_number("value", s->nominal_least),
                         arg_number("budget", s->nominal_minutes));
    return true;
}

static bool check_case(const struct procedure_case *cases, int at, struct error *err)
{
    const struct procedure_case *c = &cases[at];
    char path[PATH_MAX_BYTES];
    bool decides = c->returns_at_once;

    path_of(path, at, "key");
    for (int i = 0; i < at; i++)
        if (strcmp(cases[i].case_key, c->case_key) == 0)
            return error_set(err, ERR_PROCEDURE_CASE_TWICE, arg_text("field", path),
                             arg_text("value", c->case_key));
    for (int i = 0; i < c->n_steps; i++) {
        if (!check_step(c, at, i, err))
            return false;
        decides = decides || c->steps[i].is_decision;
    }
    path_of(path, at, "steps");
    return decides || error_set(err, ERR_PROCEDURE_NO_DECISION, arg_text("field", path),
                                arg_text("value", c->case_name));
}

/* The sum of the budgets against what the limit can hold. */
static bool check_budget(const struct procedure_case *c, int at, const struct ruleset *rules,
                         const struct calendar *cal, struct procedure_finding *ret,
                         struct error *err)
{
    char path[PATH_MAX_BYTES], limit[LIMIT_TEXT_MAX];

    ret->minutes = 0;
    for (int i = 0; i < c->n_steps; i++)
        ret->minutes += c->steps[i].nominal_minutes;
    budget_measure(cal, &rules->due, c->limit, &ret->span);
    ret->fit = budget_judge(&ret->span, ret->minutes);
    path_of(path, at, "steps");
    limit_format(c->limit, limit);
    if (ret->fit == BUDGET_EXCEEDS)
        return error_set(err, ERR_PROCEDURE_BUDGET, arg_text("field", path),
                         arg_text("case", c->case_name), arg_number("value", ret->minutes),
                         arg_text("limit", limit), arg_number("most", ret->span.most));
    if (ret->fit == BUDGET_TIGHT && rules->has_strict_budgets)
        return error_set(err, ERR_PROCEDURE_BUDGET_SHORT, arg_text("field", path),
                         arg_text("case", c->case_name), arg_number("value", ret->minutes),
                         arg_text("limit", limit), arg_number("least", ret->span.least));
    return true;
}

bool procedure_check(const struct procedure_case *cases, int n_cases, const struct ruleset *rules,
                     const struct calendar *cal, struct procedure_finding *ret, struct error *err)
{
    if (n_cases == 0)
        return error_set(err, ERR_PROCEDURE_NO_CASE, arg_text("field", "procedure.cases"));
    if (!procedure_national_code_is_valid(cases[0].national_code))
        return error_set(err, ERR_PROCEDURE_NATIONAL_CODE,
                         arg_text("field", "procedure.national_code"),
                         arg_text("value", cases[0].national_code));
    for (int i = 0; i < n_cases; i++)
        if (!check_case(cases, i, err) || !check_budget(&cases[i], i, rules, cal, &ret[i], err))
            return false;
    return true;
}
