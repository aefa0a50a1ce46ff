/* Slow on purpose: every answer is a walk, so that it can be believed. */
#include "reference.h"

#include <stdlib.h>
#include <string.h>

#include "base/instant.h"

static bool is_in_force(const struct calendar_row *row, int32_t on)
{
    return on >= row->from_on && (row->to_on == DATE_NONE || on <= row->to_on);
}

static void mark(const struct calendar_row *row, uint8_t minutes[1440])
{
    for (int i = 0; i < row->n_sessions; i++) {
        for (int m = row->sessions[i].from_minute; m < row->sessions[i].to_minute; m++)
            minutes[m] = MINUTE_WORK;
        minutes[row->sessions[i].from_minute] |= MINUTE_BEGINS;
    }
}

bool reference_week(const struct reference *r, int32_t on, int weekday, int level_max,
                    uint8_t minutes[1440])
{
    memset(minutes, MINUTE_OFF, 1440);
    for (int level = level_max; level >= 0; level--) {
        bool has_week = false;

        for (int i = 0; i < r->n_rows; i++) {
            const struct calendar_row *row = &r->rows[i];

            if (row->type != CALENDAR_ROW_WEEKLY || row->is_intake || (int)row->level != level ||
                !is_in_force(row, on))
                continue;
            has_week = true;
            if (row->weekdays >> (weekday - 1) & 1)
                mark(row, minutes);
        }
        if (has_week)
            return true;
    }
    return false;
}

static void mark_intake(const struct calendar_row *row, uint8_t minutes[1440])
{
    for (int i = 0; i < row->n_sessions; i++)
        for (int m = row->sessions[i].from_minute; m < row->sessions[i].to_minute; m++)
            minutes[m] |= MINUTE_INTAKE;
}

/* Intake alone, from the most specific level that has any in force. */
static void fill_intake(const struct reference *r, int32_t on, uint8_t minutes[1440])
{
    int level = -1;

    for (int i = 0; i < r->n_rows; i++)
        if (r->rows[i].type == CALENDAR_ROW_WEEKLY && r->rows[i].is_intake &&
            is_in_force(&r->rows[i], on) && (int)r->rows[i].level > level)
            level = (int)r->rows[i].level;
    for (int i = 0; i < r->n_rows; i++)
        if (r->rows[i].type == CALENDAR_ROW_WEEKLY && r->rows[i].is_intake &&
            is_in_force(&r->rows[i], on) && (int)r->rows[i].level == level &&
            r->rows[i].weekdays >> (date_weekday(on) - 1) & 1)
            mark_intake(&r->rows[i], minutes);
}

static void fill_day(const struct reference *r, int32_t on, uint8_t minutes[1440])
{
    const struct calendar_row *day = NULL;

    memset(minutes, MINUTE_GAP, 1440);
    for (int i = 0; i < r->n_rows; i++)
        if (r->rows[i].type == CALENDAR_ROW_YEAR && is_in_force(&r->rows[i], on))
            memset(minutes, MINUTE_OFF, 1440);
    if (minutes[0] == MINUTE_GAP)
        return;
    for (int i = 0; i < r->n_rows; i++)
        if (r->rows[i].type == CALENDAR_ROW_DAY && is_in_force(&r->rows[i], on) &&
            (!day || r->rows[i].level > day->level))
            day = &r->rows[i];
    if (!day) {
        reference_week(r, on, date_weekday(on), CALENDAR_OFFICE, minutes);
        fill_intake(r, on, minutes);
    } else if (day->kind == CALENDAR_INTAKE) {
        mark_intake(day, minutes);
    } else if (day->like_weekday) {
        reference_week(r, on, day->like_weekday, CALENDAR_OFFICE, minutes);
    } else {
        mark(day, minutes);
    }
}

void reference_fill(struct reference *r)
{
    free(r->minutes);
    r->minutes = malloc((size_t)r->n_days * 1440);
    if (!r->minutes)
        abort();
    for (int32_t i = 0; i < r->n_days; i++)
        fill_day(r, r->first_on + i, r->minutes + (size_t)i * 1440);
}

void reference_deinit(struct reference *r)
{
    free(r->minutes);
    r->minutes = NULL;
}

/* What a minute is, counted from the first day's midnight; far away is a gap too. */
static int minute_at(const struct reference *r, int64_t minute)
{
    return minute < 0 || minute >= (int64_t)r->n_days * 1440 ? MINUTE_GAP
                                                             : r->minutes[minute] & MINUTE_KIND;
}

static int64_t minute_of(const struct reference *r, int64_t at)
{
    int64_t since = at - date_instant(r->first_on, r->zone_s);

    return since < 0 ? -1 : since / INSTANT_MINUTE;
}

static int64_t instant_of(const struct reference *r, int64_t minute)
{
    return date_instant(r->first_on, r->zone_s) + minute * INSTANT_MINUTE;
}

bool reference_is_known(const struct reference *r, int32_t on)
{
    return minute_at(r, (int64_t)(on - r->first_on) * 1440) != MINUTE_GAP;
}

bool reference_is_working(const struct reference *r, int32_t on)
{
    for (int m = 0; m < 1440; m++)
        if (minute_at(r, (int64_t)(on - r->first_on) * 1440 + m) == MINUTE_WORK)
            return true;
    return false;
}

int64_t reference_closing(const struct reference *r, int32_t on)
{
    int64_t last = (int64_t)(on - r->first_on) * 1440 + 1439;

    while (minute_at(r, last) != MINUTE_WORK)
        last--;
    return instant_of(r, last + 1);
}

bool reference_add(const struct reference *r, int64_t from, int64_t us, int64_t *ret_at)
{
    int64_t minute = minute_of(r, from), rest = us;

    if (minute_at(r, minute) == MINUTE_GAP)
        return false;
    if (!us && from == instant_of(r, minute) && minute_at(r, minute - 1) == MINUTE_WORK) {
        *ret_at = from; /* at a closing */
        return true;
    }
    for (;; minute++) {
        int64_t start = instant_of(r, minute), end = start + INSTANT_MINUTE;

        if (minute_at(r, minute) == MINUTE_GAP)
            return false;
        if (minute_at(r, minute) != MINUTE_WORK)
            continue;
        start = start > from ? start : from;
        if (end - start >= rest) {
            *ret_at = start + rest;
            return true;
        }
        rest -= end - start;
    }
}

bool reference_sub(const struct reference *r, int64_t to, int64_t us, int64_t *ret_at)
{
    int64_t minute = minute_of(r, to - 1), rest = us;

    if (minute_at(r, minute) == MINUTE_GAP && minute_at(r, minute_of(r, to)) == MINUTE_GAP)
        return false;
    if (!us && minute_at(r, minute_of(r, to)) == MINUTE_WORK) {
        *ret_at = to; /* at an opening, or inside */
        return true;
    }
    for (;; minute--) {
        int64_t start = instant_of(r, minute), end = start + INSTANT_MINUTE;

        if (minute_at(r, minute) == MINUTE_GAP)
            return false;
        if (minute_at(r, minute) != MINUTE_WORK)
            continue;
        end = end < to ? end : to;
        if (end - start >= rest) {
            *ret_at = end - rest;
            return true;
        }
        rest -= end - start;
    }
}

bool reference_between(const struct reference *r, int64_t a, int64_t b, int64_t *ret_us)
{
    int64_t first = a < b ? a : b, last = a < b ? b : a, us = 0;

    if (minute_at(r, minute_of(r, first)) == MINUTE_GAP)
        return false;
    for (int64_t minute = minute_of(r, first); instant_of(r, minute) < last; minute++) {
        int64_t start = instant_of(r, minute), end = start + INSTANT_MINUTE;

        if (minute_at(r, minute) == MINUTE_GAP)
            return false;
        start = start > first ? start : first;
        end = end < last ? end : last;
        if (minute_at(r, minute) == MINUTE_WORK)
            us += end - start;
    }
    *ret_us = a < b ? us : -us;
    return true;
}

bool reference_next(const struct reference *r, int32_t on, int n, int32_t *ret_on)
{
    int step = n < 0 ? -1 : 1, left = n < 0 ? -n : n;

    if (n == 0) {
        on--;
        left = 1;
    }
    while (left) {
        on += step;
        if (!reference_is_known(r, on))
            return false;
        left -= reference_is_working(r, on);
    }
    *ret_on = on;
    return true;
}

bool reference_days(const struct reference *r, int32_t a, int32_t b, int32_t *ret_days)
{
    int32_t first = a < b ? a : b, last = a < b ? b : a, days = 0;

    for (int32_t on = first + 1; on <= last; on++) {
        if (!reference_is_known(r, on))
            return false;
        days += reference_is_working(r, on);
    }
    *ret_days = a < b ? days : -days;
    return true;
}

bool reference_last_closing(const struct reference *r, int64_t at, int64_t *ret_at)
{
    int32_t on = instant_date(at - 1, r->zone_s); /* midnight ends the day before */

    for (;; on--) {
        if (!reference_is_known(r, on))
            return false;
        if (reference_is_working(r, on) && reference_closing(r, on) <= at) {
            *ret_at = reference_closing(r, on);
            return true;
        }
    }
}

static bool is_open(const struct reference *r, int64_t minute)
{
    return minute_at(r, minute) == MINUTE_WORK ||
           (minute_at(r, minute) == MINUTE_OFF && r->minutes[minute] & MINUTE_INTAKE);
}

bool reference_is_intake(const struct reference *r, int64_t at)
{
    int64_t minute = minute_of(r, at);

    return is_open(r, minute) || (at == instant_of(r, minute) && is_open(r, minute - 1));
}

/* The first session of a day begins a half day, and so does the first that begins at noon or later,
 * if another was there before it. */
int reference_halves(const struct reference *r, int32_t on, int64_t ret_from[2], int64_t ret_to[2])
{
    int64_t base = (int64_t)(on - r->first_on) * 1440;
    int n = 0;
    bool is_afternoon = false;

    for (int m = 0; m < 1440; m++) {
        if (minute_at(r, base + m) != MINUTE_WORK)
            continue;
        if (!n || (r->minutes[base + m] & MINUTE_BEGINS && m >= 720 && !is_afternoon)) {
            is_afternoon = m >= 720;
            ret_from[n++] = instant_of(r, base + m);
        }
        ret_to[n - 1] = instant_of(r, base + m + 1);
    }
    return n;
}

static bool due_half(const struct reference *r, int64_t from, int n, int64_t *ret_at,
                     int32_t *ret_on)
{
    int64_t open[2], close[2];

    for (int32_t on = instant_date(from, r->zone_s);; on++) {
        int halves;

        if (!reference_is_known(r, on))
            return false;
        halves = reference_halves(r, on, open, close);
        for (int i = 0; i < halves; i++)
            if (open[i] > from && !--n) {
                *ret_at = close[i];
                *ret_on = on;
                return true;
            }
    }
}

static bool due_on(const struct reference *r, int32_t on, int64_t *ret_at, int32_t *ret_on)
{
    *ret_at = reference_is_working(r, on) ? reference_closing(r, on)
                                          : date_instant(on + 1, r->zone_s) - INSTANT_SECOND;
    *ret_on = on;
    return true;
}

bool reference_due(const struct reference *r, const struct due_rule *rule, struct limit limit,
                   int64_t from, int64_t *ret_at, int32_t *ret_on)
{
    int32_t from_on = instant_date(from, r->zone_s), on;
    int64_t us = limit.amount * INSTANT_HOUR;

    if (limit.unit == LIMIT_WORKING_DAYS && rule->day_model == DUE_DAYS_HOURS) {
        us = (int64_t)limit.amount * rule->day_minutes * INSTANT_MINUTE;
        limit.unit = LIMIT_WORKING_HOURS;
    }
    if (limit.unit == LIMIT_HALF_DAYS && rule->half_day_model == DUE_HALVES_HOURS) {
        us = (int64_t)limit.amount * rule->day_minutes / 2 * INSTANT_MINUTE;
        limit.unit = LIMIT_WORKING_HOURS;
    }
    if (limit.unit == LIMIT_HALF_DAYS)
        return due_half(r, from, limit.amount, ret_at, ret_on);
    if (limit.unit == LIMIT_WORKING_HOURS) {
        if (!reference_add(r, from, us, ret_at))
            return false;
        *ret_on = instant_date(*ret_at - 1, r->zone_s); /* never the opening of a day: us > 0 */
        return true;
    }
    if (limit.unit == LIMIT_WORKING_DAYS)
        return reference_next(r, from_on, limit.amount, &on) && due_on(r, on, ret_at, ret_on);
    if (limit.unit == LIMIT_SAME_DAY) {
        if (!reference_is_known(r, from_on))
            return false;
        if (reference_is_working(r, from_on) && from <= reference_closing(r, from_on) &&
            instant_day_offset(from, r->zone_s) <= rule->same_day_cutoff_us)
            return due_on(r, from_on, ret_at, ret_on);
        return reference_next(r, from_on, 1, &on) && due_on(r, on, ret_at, ret_on);
    }
    on = limit.unit == LIMIT_CALENDAR_DAYS ? from_on + limit.amount
                                           : date_add_months(from_on, limit.amount);
    if (!reference_is_known(r, on) || (rule->is_rolled_forward && !reference_next(r, on, 0, &on)))
        return false;
    return due_on(r, on, ret_at, ret_on);
}
