/* May this version of a procedure be saved? What can be judged from the version itself, the
 * ruleset of its first day and the calendar of the office that settles; that offices and fields
 * exist is looked at above. */
#pragma once
#include <stdbool.h>

#include "base/error.h"
#include "domain/budget.h"
#include "domain/procedure.h"
#include "domain/ruleset.h"

/* What the check found of one case. */
struct procedure_finding {
    int64_t minutes; /* budgets of its steps, nominal */
    struct budget_span span;
    enum budget_fit fit;
};

/* "1.001193", or "" for none: a national code is never invented. */
bool procedure_national_code_is_valid(const char *code);

/*   cases  of one version; the version's own texts stand in each
 *   rules  in force on the version's first day
 *   cal    of the office that settles; NULL: budgets are held against nominal spans
 *   ret    one for each case; what is TIGHT is a warning unless the ruleset is strict
 * Errors, each with {field} as a path of the request and {value}: PROCEDURE_NATIONAL_CODE,
 * PROCEDURE_NO_CASE, PROCEDURE_CASE_TWICE, PROCEDURE_STEP_NUMBER {expected}, PROCEDURE_STEP_OFFICE,
 * PROCEDURE_STEP_LEAST {budget}, PROCEDURE_NO_DECISION, PROCEDURE_BUDGET and PROCEDURE_BUDGET_SHORT
 * {limit} {most} and the like.
 * Source: law:step-budget, law:procedure-version. */
MUST_CHECK
bool procedure_check(const struct procedure_case *cases, int n_cases, const struct ruleset *rules,
                     const struct calendar *cal, struct procedure_finding *ret, struct error *err);
