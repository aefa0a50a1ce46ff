/* The Vietnamese lunar calendar, computed for UTC+7.
 *
 * A month begins on the day of a new moon, a winter solstice always falls into month 11, and where
 * thirteen months lie between two solstices the first that holds no principal term (the sun's
 * longitude at a multiple of 30 degrees) is the leap month. The same rules at UTC+8 give the
 * Chinese calendar: a new moon or a term between 23:00 and midnight in Ha Noi makes the two differ,
 * for a day (Tết 2007, 2030) or for a month (Tết 1985).
 *
 * Computed for UTC+7 in every year; calendars printed before 1968 followed other meridians. An
 * instant within a few minutes of midnight is only as sure as the rotation of the earth is
 * foreseen: lunar_new_year_is_sure() says so, and the notice of the year decides in any case.
 * Source: law:lunar-calendar. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/macros.h"

#define LUNAR_YEAR_MIN 1900
#define LUNAR_YEAR_MAX 2199

struct lunar_date {
    int year;  /* named after the solar year in which it begins */
    int month; /* 1..12 */
    int day;   /* 1..30 */
    bool is_leap;
};

/* Errors: LUNAR_RANGE {year} for a date outside the lunar years 1900..2199. */
MUST_CHECK
bool lunar_from_date(int32_t on, struct lunar_date *ret_date, struct error *err);

/* Errors: LUNAR_RANGE {year}; LUNAR_NO_DAY {value} when the year has no such month (a leap month it
 * lacks), or the month only 29 days. */
MUST_CHECK
bool lunar_to_date(struct lunar_date date, int32_t *ret_on, struct error *err);

/* The first day of a lunar year (Tết). Errors: LUNAR_RANGE {year}. */
MUST_CHECK
bool lunar_new_year(int year, int32_t *ret_on, struct error *err);

/* The month after which a leap month stands, 0 when the year has none.
 * Errors: LUNAR_RANGE {year}. */
MUST_CHECK
bool lunar_leap_month(int year, int *ret_month, struct error *err);

/* Tết by the same rules for another meridian: with 8 hours the Chinese one, so that a calendar that
 * follows it can be told so. The year lies in LUNAR_YEAR_MIN..LUNAR_YEAR_MAX. */
int32_t lunar_new_year_elsewhere(int year, int32_t zone_s);

/* True when a clock five minutes off would give the same Tết: no better table could move it. The
 * year lies in LUNAR_YEAR_MIN..LUNAR_YEAR_MAX. */
bool lunar_new_year_is_sure(int year);
