/* Due dates: from an instant of receipt and a limit to the instant promised.
 *
 * The readings a ruleset may choose are fields of struct due_rule, never branches on dates; the
 * arithmetic of days and hours is the calendar's. explain.h lists the days of the same computation.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/macros.h"
#include "domain/calendar.h"
#include "domain/limit.h"

enum due_day_model {
    DUE_DAYS_WHOLE, /* M1, Civil Code: whole days, due at the last closing */
    DUE_DAYS_HOURS  /* M2: working days are a budget of hours from the instant on */
};

enum due_half_model {
    DUE_HALVES_WHOLE, /* half days of sessions, that of receipt not counted, due at a closing */
    DUE_HALVES_HOURS  /* each is half of day_minutes of working time from the instant on */
};

/* Part of a ruleset. */
struct due_rule {
    enum due_day_model day_model;
    enum due_half_model half_day_model;
    int32_t day_minutes;        /* M2: working minutes that stand for one working day; 480 */
    int64_t same_day_cutoff_us; /* since local midnight; received later is "sau 15 giờ"; 15:00:00 */
    bool is_rolled_forward;     /* calendar days and months that end on a day off end on the next
                                   working day */
};

struct due_rule due_rule_default(void);

/* A promise. `at` is the instant to print; what counts as late differs: a day limit (M1 and M2) is
 * late by date, an hour, half-day or same-day limit by the instant. */
struct due {
    int64_t at;          /* microseconds, UTC: the last closing of `on`, or the instant inside it */
    int32_t on;          /* its date at the office */
    bool is_instant;     /* late once `at` has passed; false: late once the day `on` has passed */
    bool is_provisional; /* rests on a year a person confirmed before it was published */
    bool is_synthetic;   /* rests on days invented for a demonstration or a test */
};

/*   rule   of the ruleset in force at receipt
 *   limit  valid (limit_is_valid())
 *   from   receipt, microseconds UTC; any hour
 * Working days: the day of receipt is not counted, whatever its hour. Calendar days, months: the
 * day n later, rolled forward. Working hours: minutes of sessions from the instant on. Half days:
 * the closing of the n-th half day that begins after the instant (calendar_next_half()). Same day:
 * a working day, not after the cut-off and not after its closing: that closing; else that of the
 * next working day. When nothing rolls and the last day is a day off, `at` is 23:59:59 of it.
 *
 * Errors: CALENDAR_GAP {year} when the answer depends on an unknown year; DUE_RANGE {from} outside
 * 1900..2200.
 * Source: law:first-day-not-counted, law:last-day-rolls, law:month-end, law:same-day-cutoff,
 * law:half-day. */
MUST_CHECK
bool due_compute(const struct calendar *cal, const struct due_rule *rule, struct limit limit,
                 int64_t from, struct due *ret_due, struct error *err);

/* Is it late at `at`? By date or by instant, as the promise says. `zone_s` is the calendar's. */
bool due_is_late(const struct due *due, int64_t at, int32_t zone_s);
