/* See report_period.h. Every span is a run of months counted from January of the year 0; a state
 * report's month is the calendar month of its last day, begun early. */
#include "domain/report_period.h"

#include "base/instant.h"

static int32_t day_of(int month, int day)
{
    return date_from_civil(month / 12, month % 12 + 1, day);
}

struct report_period report_period_of(enum report_calendar calendar, int first_day, int months,
                                      int32_t on, int back)
{
    struct civil c = date_civil(on);
    int month = c.year * 12 + c.month - 1;
    int first, last;

    if (calendar == REPORT_STATE && c.day >= first_day)
        month++;
    first = month - month % 12 % months - back * months;
    last = first + months - 1;
    return (struct report_period){
        .from = calendar == REPORT_STATE ? day_of(first - 1, first_day) : day_of(first, 1),
        .to = (calendar == REPORT_STATE ? day_of(last, first_day) : day_of(last + 1, 1)) - 1,
        .year = first / 12,
        .part = first % 12 / months + 1,
    };
}
