/* Online filings that the one-stop unit answered too late, or has not answered: each round from the
 * filing, or the return of papers sent back before acceptance, to the answer, against the limit
 * `online_intake` of the ruleset in force when it began. Source: law:online-filing. */
#pragma once
#include "flow/request.h"

extern const struct use_case use_case_statistics_late_intake;
