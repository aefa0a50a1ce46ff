/* Periods that reports ask about, in the two calendars that live side by side: state reports close
 * on the 14th (law:report-periods), the national portal counts calendar months. Pure. */
#pragma once
#include <stdint.h>

enum report_calendar { REPORT_STATE, REPORT_CALENDAR };

struct report_period {
    int32_t from, to;
    int year, part; /* "month 8 of 2022", "quarter 3": part 1.. within the year */
};

#define REPORT_FIRST_DAY 15 /* of the state reports' months unless somebody says otherwise */

/* The period that holds a day, or the one `back` before it.
 *   first_day  of a state report's month, in the month before it: 2..28
 *   months     1, 3, 6 or 12: a month, quarter, half-year or year */
struct report_period report_period_of(enum report_calendar calendar, int first_day, int months,
                                      int32_t on, int back);
