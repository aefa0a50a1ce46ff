/* The rules of the calendar over the sky of lunar_sky.h. They are told from one winter solstice to
 * the next: the months of such a year are found first, then numbered. Nothing is kept: a conversion
 * costs some fifteen new moons, a tenth of a millisecond, and is asked for once a year. */
#include "domain/lunar.h"

#include <math.h>
#include <string.h>

#include "base/instant.h"
#include "domain/lunar_sky.h"

#define SOLSTICE_SECTOR 9 /* the sun between 270 and 300 degrees */
#define MONTHS_MAX      14
#define SURE_SECONDS    300
#define DAY_SECONDS     86400.0

/* The months from the one that holds the winter solstice of the year before (month 11) up to the
 * next such month, which is not counted. */
struct solstice_year {
    int n;                     /* 12, or 13 with a leap month */
    int leap;                  /* index of the leap month; n when there is none */
    int32_t first[MONTHS_MAX]; /* days on which they begin; first[n] begins the next month 11 */
};

static int32_t month_first(int k, int32_t zone_s)
{
    return (int32_t)floor(lunar_sky_new_moon(k) + zone_s / DAY_SECONDS);
}

/* In which twelfth of its way the sun is when a day begins. */
static int sun_sector(int32_t on, int32_t zone_s)
{
    return (int)floor(lunar_sky_sun(on - zone_s / DAY_SECONDS) / 30.0);
}

/* The number of the new moon that begins month 11 of a solar year: the last one that is not after
 * the day of the solstice. */
static int month_eleven(int year, int32_t zone_s)
{
    int32_t last = date_from_civil(year, 12, 31);
    int k = lunar_sky_number(last) + 2;

    while (month_first(k, zone_s) > last ||
           sun_sector(month_first(k, zone_s), zone_s) == SOLSTICE_SECTOR)
        k--;
    return k;
}

static void solstice_year_find(int year, int32_t zone_s, struct solstice_year *ret)
{
    int from = month_eleven(year - 1, zone_s), to = month_eleven(year, zone_s);

    *ret = (struct solstice_year){.n = to - from};
    assert(ret->n == 12 || ret->n == 13);
    for (int i = 0; i <= ret->n; i++)
        ret->first[i] = month_first(from + i, zone_s);
    ret->leap = ret->n;
    if (ret->n == 12)
        return;
    for (int i = ret->n - 1; i > 0; i--)
        if (sun_sector(ret->first[i], zone_s) == sun_sector(ret->first[i + 1], zone_s))
            ret->leap = i;
}

/* Month number of an index, counted from 11: 11, 12, 1 .. 10, a leap month as the one before. */
static int month_number(const struct solstice_year *s, int i)
{
    return (10 + (i >= s->leap ? i - 1 : i)) % 12 + 1;
}

/* The index of month 1: the third, or the fourth when a leap month comes before it. */
static int month_one(const struct solstice_year *s)
{
    return s->leap <= 2 ? 3 : 2;
}

static bool check_year(int year, struct error *err)
{
    if (year < LUNAR_YEAR_MIN || year > LUNAR_YEAR_MAX)
        return error_set(err, ERR_LUNAR_RANGE, arg_number("year", year),
                         arg_number("min", LUNAR_YEAR_MIN), arg_number("max", LUNAR_YEAR_MAX));
    return true;
}

int32_t lunar_new_year_elsewhere(int year, int32_t zone_s)
{
    struct solstice_year s;

    solstice_year_find(year, zone_s, &s);
    return s.first[month_one(&s)];
}

bool lunar_new_year(int year, int32_t *ret_on, struct error *err)
{
    if (!check_year(year, err))
        return false;
    *ret_on = lunar_new_year_elsewhere(year, ZONE_VIETNAM_S);
    return true;
}

bool lunar_new_year_is_sure(int year)
{
    int32_t on = lunar_new_year_elsewhere(year, ZONE_VIETNAM_S);

    return on == lunar_new_year_elsewhere(year, ZONE_VIETNAM_S - SURE_SECONDS) &&
           on == lunar_new_year_elsewhere(year, ZONE_VIETNAM_S + SURE_SECONDS);
}

bool lunar_from_date(int32_t on, struct lunar_date *ret_date, struct error *err)
{
    int year = date_civil(on).year, i;
    struct solstice_year s;

    solstice_year_find(year, ZONE_VIETNAM_S, &s);
    if (on >= s.first[s.n])
        solstice_year_find(++year, ZONE_VIETNAM_S, &s);
    for (i = s.n - 1; s.first[i] > on; i--)
        ;
    if (i < month_one(&s))
        year--;
    if (!check_year(year, err))
        return false;
    ret_date->year = year;
    ret_date->month = month_number(&s, i);
    ret_date->day = (int)(on - s.first[i]) + 1;
    ret_date->is_leap = i == s.leap;
    return true;
}

bool lunar_to_date(struct lunar_date date, int32_t *ret_on, struct error *err)
{
    struct solstice_year s;

    if (!check_year(date.year, err))
        return false;
    /* Months 11 and 12 open the solstice year that is named after the next. */
    solstice_year_find(date.year + (date.month >= 11), ZONE_VIETNAM_S, &s);
    for (int i = 0; i < s.n; i++)
        if (month_number(&s, i) == date.month && (i == s.leap) == date.is_leap && date.day >= 1 &&
            date.day <= s.first[i + 1] - s.first[i]) {
            *ret_on = s.first[i] + date.day - 1;
            return true;
        }
    return error_set(err, ERR_LUNAR_NO_DAY, arg_number("year", date.year),
                     arg_number("month", date.month), arg_number("day", date.day));
}

bool lunar_leap_month(int year, int *ret_month, struct error *err)
{
    struct solstice_year s;

    if (!check_year(year, err))
        return false;
    *ret_month = 0;
    for (int k = 0; k < 2; k++) {
        solstice_year_find(year + k, ZONE_VIETNAM_S, &s);
        if (s.leap < s.n && (s.leap >= month_one(&s)) == !k)
            *ret_month = month_number(&s, s.leap);
    }
    return true;
}
