/* Do the budgets of a case's steps fit its limit?
 *
 * Internal processes are written in nominal minutes, 8 hours to the working day (law:nominal-day),
 * whatever the sessions of an office add up to. A limit in working days holds a fixed number of
 * them; one in calendar days or months holds as much as the holidays leave, so it is measured over
 * every day of receipt that the calendar knows. All figures here are nominal minutes. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "domain/calendar.h"
#include "domain/due.h"
#include "domain/limit.h"

#define BUDGET_DAY_MINUTES 480 /* of a nominal working day (law:nominal-day) */

struct budget_span {
    int64_t least, most; /* over every day of receipt; equal where holidays do not matter */
    int64_t nominal;     /* with five working days in seven and no holidays */
    int32_t least_on;    /* a day of receipt with the least; DATE_NONE where all are equal */
};

enum budget_fit {
    BUDGET_FITS,   /* even in the shortest span */
    BUDGET_TIGHT,  /* in the longest span, not in the shortest */
    BUDGET_EXCEEDS /* in none */
};

/* Minutes of an ordinary working day, the first one the calendar knows; BUDGET_DAY_MINUTES without
 * a calendar. What a nominal day is scaled to. */
int budget_day_minutes(const struct calendar *cal);

/* What a limit holds.
 *   cal    of the office that settles; NULL, or one without a span as long as the limit: nominal
 *   rule   of the ruleset in force: does the last day roll forward, what is a day in hours
 * Limits in calendar days and months: the working time of the days after receipt up to the due day,
 * least and most over receipts on every working day from the first known year to the last; one pass
 * over the days, constant time each. Same day: the shortest ordinary day, and the ordinary one.
 * Source: law:step-budget, law:first-day-not-counted, law:last-day-rolls. */
void budget_measure(const struct calendar *cal, const struct due_rule *rule, struct limit limit,
                    struct budget_span *ret_span);

enum budget_fit budget_judge(const struct budget_span *span, int64_t minutes);
