/* The year to come: from 1 October a calendar that offices work by and that has no published next
 * year is told of, in the log once a day, as a figure, at /readyz, and to administrators. Judged on
 * the business clock. */
#pragma once
#include "flow/app.h"

#define CALENDAR_WATCH_MAX 16 /* more are counted, not named */

struct calendar_gap {
    const char *key, *name; /* of the snapshot */
    int year;
    enum calendar_year_state state; /* missing or provisional */
};

/* Calendars in use whose next year, from 1 October on, is not published; at any time of the year
 * those that lack the present one. Returns how many; `ret` holds the first of them. */
int calendar_watch(const struct reference *r, int64_t now, int32_t zone_s,
                   struct calendar_gap ret[CALENDAR_WATCH_MAX]);
/* "Lịch ... chưa công bố năm 2028." */
void calendar_watch_sentence(const struct calendar_gap *g, enum language lang, struct buffer *b);

/* To be called now and then: logs once a day. */
void calendar_watch_tick(struct app *app);
