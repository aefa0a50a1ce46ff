/* Civil calendar arithmetic by day counts in eras of 400 years, no tables, no libc. */
#include "base/instant.h"

#include <stdio.h>
#include <string.h>

int32_t date_from_civil(int year, int month, int day)
{
    int y = month <= 2 ? year - 1 : year;
    int era = (y >= 0 ? y : y - 399) / 400;
    int yoe = y - era * 400;
    int doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;

    return era * 146097 + doe - 719468;
}

struct civil date_civil(int32_t on)
{
    int z = on + 719468;
    int era = (z >= 0 ? z : z - 146096) / 146097;
    int doe = z - era * 146097;
    int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int mp = (5 * doy + 2) / 153;
    int month = mp < 10 ? mp + 3 : mp - 9;

    return (struct civil){yoe + era * 400 + (month <= 2), month, doy - (153 * mp + 2) / 5 + 1};
}

int date_month_days(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    if (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0))
        return 29;
    return days[month - 1];
}

bool date_is_valid(int year, int month, int day)
{
    return year >= 1900 && year <= 2200 && month >= 1 && month <= 12 && day >= 1 &&
           day <= date_month_days(year, month);
}

int date_weekday(int32_t on)
{
    int w = (on + 3) % 7; /* 1970-01-01 was a Thursday */

    return (w < 0 ? w + 7 : w) + 1;
}

int32_t date_add_months(int32_t on, int months)
{
    struct civil c = date_civil(on);
    int m = c.year * 12 + c.month - 1 + months;
    int year = m / 12, month = m % 12 + 1, last = date_month_days(year, month);

    return date_from_civil(year, month, c.day < last ? c.day : last);
}

static int64_t floor_div(int64_t a, int64_t b)
{
    int64_t q = a / b;

    return q - (a % b < 0);
}

int32_t instant_date(int64_t at, int32_t zone_s)
{
    return (int32_t)floor_div(at + zone_s * INSTANT_SECOND, INSTANT_DAY);
}

int64_t instant_day_offset(int64_t at, int32_t zone_s)
{
    return at - date_instant(instant_date(at, zone_s), zone_s);
}

int64_t date_instant(int32_t on, int32_t zone_s)
{
    return on * INSTANT_DAY - zone_s * INSTANT_SECOND;
}

/* Reads exactly `n` digits; -1 when there are not that many. */
static int digits(const char **p, int n)
{
    int v = 0;

    for (int i = 0; i < n; i++) {
        char c = (*p)[i];

        if (c < '0' || c > '9')
            return -1;
        v = v * 10 + (c - '0');
    }
    *p += n;
    return v;
}

static bool skip(const char **p, char c)
{
    if (**p != c)
        return false;
    ++*p;
    return true;
}

static bool parse_day(const char **p, int32_t *ret_on)
{
    int y, m, d;

    if ((y = digits(p, 4)) < 0 || !skip(p, '-') || (m = digits(p, 2)) < 0 || !skip(p, '-') ||
        (d = digits(p, 2)) < 0 || !date_is_valid(y, m, d))
        return false;
    *ret_on = date_from_civil(y, m, d);
    return true;
}

bool date_parse(const char *text, int32_t *ret_on)
{
    const char *p = text;
    int32_t on;

    if (!parse_day(&p, &on) || *p)
        return false;
    *ret_on = on;
    return true;
}

static bool parse_zone(const char **p, int32_t *ret_zone_s)
{
    int h, m, sign;

    if (skip(p, 'Z') || skip(p, 'z')) {
        *ret_zone_s = 0;
        return true;
    }
    sign = **p == '-' ? -1 : 1;
    if (!skip(p, '+') && !skip(p, '-'))
        return false;
    if ((h = digits(p, 2)) < 0 || h > 23 || !skip(p, ':') || (m = digits(p, 2)) < 0 || m > 59)
        return false;
    *ret_zone_s = sign * (h * 3600 + m * 60);
    return true;
}

bool instant_parse(const char *text, int32_t zone_s_if_absent, int64_t *ret_at)
{
    const char *p = text;
    int32_t on, zone_s = zone_s_if_absent;
    int h, mi, s = 0;
    int64_t us = 0;

    if (!parse_day(&p, &on) || (!skip(&p, 'T') && !skip(&p, 't') && !skip(&p, ' ')))
        return false;
    if ((h = digits(&p, 2)) < 0 || h > 23 || !skip(&p, ':') || (mi = digits(&p, 2)) < 0 || mi > 59)
        return false;
    if (skip(&p, ':') && ((s = digits(&p, 2)) < 0 || s > 59))
        return false;
    if (skip(&p, '.')) {
        int64_t unit = 100000;

        if (*p < '0' || *p > '9')
            return false;
        for (; *p >= '0' && *p <= '9'; p++, unit /= 10) {
            if (unit == 0 && *p != '0')
                return false; /* finer than a microsecond cannot be kept */
            us += (*p - '0') * unit;
        }
    }
    if (*p ? !parse_zone(&p, &zone_s) : zone_s_if_absent == INT32_MIN)
        return false;
    if (*p)
        return false;
    *ret_at = date_instant(on, zone_s) + ((h * 60 + mi) * 60 + s) * INSTANT_SECOND + us;
    return true;
}

/* `width` digits with leading zeros. By hand, because a page of a queue holds hundreds of instants
 * and snprintf() would take most of its time. */
static char *put_digits(char *p, int value, int width)
{
    for (int i = width - 1; i >= 0; i--, value /= 10)
        p[i] = (char)('0' + value % 10);
    return p + width;
}

static char *put_date(char *p, int32_t on)
{
    struct civil c = date_civil(on);

    p = put_digits(p, c.year, 4);
    *p++ = '-';
    p = put_digits(p, c.month, 2);
    *p++ = '-';
    return put_digits(p, c.day, 2);
}

void date_format(int32_t on, char buf[INSTANT_TEXT_MAX])
{
    *put_date(buf, on) = '\0';
}

void instant_format(int64_t at, int32_t zone_s, char buf[INSTANT_TEXT_MAX])
{
    int64_t us = instant_day_offset(at, zone_s);
    int s = (int)(us / INSTANT_SECOND), zone = zone_s < 0 ? -zone_s : zone_s;
    int fraction = (int)(us % INSTANT_SECOND);
    char *p = put_date(buf, instant_date(at, zone_s));

    *p++ = 'T';
    p = put_digits(p, s / 3600, 2);
    *p++ = ':';
    p = put_digits(p, s / 60 % 60, 2);
    *p++ = ':';
    p = put_digits(p, s % 60, 2);
    if (fraction) {
        *p++ = '.';
        p = put_digits(p, fraction, 6);
    }
    *p++ = zone_s < 0 ? '-' : '+';
    p = put_digits(p, zone / 3600, 2);
    *p++ = ':';
    p = put_digits(p, zone / 60 % 60, 2);
    *p = '\0';
}

void date_format_vi(int32_t on, char buf[INSTANT_TEXT_MAX])
{
    struct civil c = date_civil(on);

    snprintf(buf, INSTANT_TEXT_MAX, c.month <= 2 ? "%02d/%02d/%04d" : "%02d/%d/%04d", c.day,
             c.month, c.year);
}

void instant_format_vi(int64_t at, int32_t zone_s, char buf[INSTANT_TEXT_MAX])
{
    int s = (int)(instant_day_offset(at, zone_s) / INSTANT_SECOND);
    struct civil c = date_civil(instant_date(at, zone_s));

    snprintf(buf, INSTANT_TEXT_MAX,
             c.month <= 2 ? "%02d:%02d %02d/%02d/%04d" : "%02d:%02d %02d/%d/%04d", s / 3600,
             s / 60 % 60, c.day, c.month, c.year);
}
