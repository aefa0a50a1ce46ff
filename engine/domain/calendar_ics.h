/* A calendar as iCalendar (RFC 5545), for the calendar programs of phones and offices: an event for
 * each stretch of days that differ from the week. Days off are all-day events that leave people
 * free; make-up Saturdays, half days and what is still worked of a closure are timed ones, one a
 * session. A year that is not published yet gives tentative events. */
#pragma once
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "domain/calendar.h"

struct calendar_ics {
    const char
        *key; /* of the calendar: begins each UID, so that a later export replaces this one */
    int from_year, to_year; /* years the calendar does not know are passed over */
    int64_t stamp_at;       /* when it was last edited */
    enum language lang;
};

/* Appends the whole VCALENDAR: lines end in CRLF and are folded at 75 octets between characters. */
void calendar_ics_write(const struct calendar *cal, const struct calendar_ics *how,
                        struct buffer *b);
