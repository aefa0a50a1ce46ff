/* Between holiday.c and holiday_check.c alone: the choices that the law leaves open, as the number
 * of days off before the day a holiday is named for. */
#pragma once
#include "domain/holiday.h"

int holiday_choices(enum holiday h, int *ret_least); /* how many there are, from the least on */
void holiday_choices_default(int before[HOLIDAY_COUNT]);

/* The days off of a year with these choices. Errors: LUNAR_RANGE {year}. */
MUST_CHECK
bool holiday_days(int year, const int before[HOLIDAY_COUNT], struct holiday_year *ret_year,
                  struct error *err);
