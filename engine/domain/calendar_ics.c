/* Writing RFC 5545. Content lines are made whole first and folded as they are copied out, since a
 * fold may come anywhere but inside a character (RFC 5545, 3.1). */
#include "domain/calendar_ics.h"

#include <string.h>

#include "base/instant.h"

#define FOLD_OCTETS 75
#define ZONE_ID     "Asia/Ho_Chi_Minh"

struct writer {
    const struct calendar *cal;
    const struct calendar_ics *how;
    struct buffer *out;
    struct buffer line; /* the one being made, unfolded */
};

/* Ends the line: the first part holds 75 octets, those after it 74 and a blank. */
static void end_line(struct writer *w)
{
    size_t at = 0, room = FOLD_OCTETS;

    while (w->line.len - at > room) {
        size_t n = room;

        while (n && ((unsigned char)w->line.data[at + n] & 0xC0) == 0x80)
            n--; /* not inside a character */
        buffer_add(w->out, w->line.data + at, n);
        buffer_text(w->out, "\r\n ");
        at += n;
        room = FOLD_OCTETS - 1;
    }
    if (w->line.len)
        buffer_add(w->out, w->line.data + at, w->line.len - at);
    buffer_text(w->out, "\r\n");
    w->out->is_failed = w->out->is_failed || w->line.is_failed;
    buffer_clear(&w->line);
}

static void plain(struct writer *w, const char *line)
{
    buffer_text(&w->line, line);
    end_line(w);
}

/* A text value: backslash, semicolon, comma and line feed are escaped; other controls go. */
static void text(struct writer *w, const char *s)
{
    for (; *s; s++) {
        if (*s == '\\' || *s == ';' || *s == ',')
            buffer_char(&w->line, '\\');
        if (*s == '\n')
            buffer_text(&w->line, "\\n");
        else if ((unsigned char)*s >= ' ')
            buffer_char(&w->line, *s);
    }
}

static void text_line(struct writer *w, const char *name, const char *value)
{
    buffer_text(&w->line, name);
    text(w, value);
    end_line(w);
}

static void date(struct writer *w, int32_t on)
{
    struct civil c = date_civil(on);

    buffer_printf(&w->line, "%04d%02d%02d", c.year, c.month, c.day);
}

static void date_line(struct writer *w, const char *name, int32_t on)
{
    buffer_printf(&w->line, "%s;VALUE=DATE:", name);
    date(w, on);
    end_line(w);
}

static void utc(struct writer *w, int64_t at)
{
    int64_t s = instant_day_offset(at, 0) / INSTANT_SECOND;

    date(w, instant_date(at, 0));
    buffer_printf(&w->line, "T%02d%02d%02dZ", (int)(s / 3600), (int)(s / 60 % 60), (int)(s % 60));
}

/* A minute of a day, 24:00 included; in the zone of Viet Nam by its name, elsewhere in UTC. */
static void minute_line(struct writer *w, const char *name, int32_t on, int minute)
{
    int32_t zone_s = calendar_zone_s(w->cal);

    if (zone_s != ZONE_VIETNAM_S) {
        buffer_printf(&w->line, "%s:", name);
        utc(w, date_instant(on, zone_s) + minute * INSTANT_MINUTE);
    } else {
        buffer_printf(&w->line, "%s;TZID=" ZONE_ID ":", name);
        date(w, on + minute / (24 * 60));
        minute %= 24 * 60;
        buffer_printf(&w->line, "T%02d%02d00", minute / 60, minute % 60);
    }
    end_line(w);
}

/* ---- events ---- */

static const char *name_of(const struct writer *w, const struct calendar_info *day)
{
    const char *name =
        w->how->lang == LANGUAGE_VI || !day->name_en[0] ? day->name_vi : day->name_en;

    return name[0] ? name : calendar_kind_phrase(day->kind, w->how->lang);
}

/* What every event has; `part` tells the sessions of a day apart. */
static void event_begin(struct writer *w, const struct calendar_info *day, int part)
{
    plain(w, "BEGIN:VEVENT");
    buffer_printf(&w->line, "UID:%s-", w->how->key);
    date(w, day->on);
    buffer_printf(&w->line, "-%s-%d@motcua", calendar_kind_word(day->kind), part);
    end_line(w);
    buffer_text(&w->line, "DTSTAMP:");
    utc(w, w->how->stamp_at);
    end_line(w);
}

static void event_end(struct writer *w, const struct calendar_info *day)
{
    const char *kind = calendar_kind_phrase(day->kind, w->how->lang);

    text_line(w, "SUMMARY:", name_of(w, day));
    buffer_text(&w->line, "DESCRIPTION:");
    text(w, kind);
    if (day->source[0]) {
        buffer_text(&w->line, "\\n");
        text(w, day->source);
    }
    end_line(w);
    text_line(w, "CATEGORIES:", calendar_kind_word(day->kind));
    plain(w, day->year_state == CALENDAR_YEAR_PUBLISHED ? "STATUS:CONFIRMED" : "STATUS:TENTATIVE");
    plain(w, day->is_working ? "TRANSP:OPAQUE" : "TRANSP:TRANSPARENT");
    plain(w, "END:VEVENT");
}

static void days_off(struct writer *w, const struct calendar_info *day, int32_t last_on)
{
    event_begin(w, day, 0);
    date_line(w, "DTSTART", day->on);
    date_line(w, "DTEND", last_on + 1); /* the first day that is not of it */
    event_end(w, day);
}

static void sessions(struct writer *w, const struct calendar_info *day)
{
    for (int i = 0; i < day->n_sessions; i++) {
        event_begin(w, day, i + 1);
        minute_line(w, "DTSTART", day->on, day->sessions[i].from_minute);
        minute_line(w, "DTEND", day->on, day->sessions[i].to_minute);
        event_end(w, day);
    }
}

static bool look(const struct calendar *cal, int32_t on, struct calendar_info *ret)
{
    struct error ignored; /* a year that is not known has no event */

    return calendar_day(cal, on, ret, &ignored) && ret->kind != CALENDAR_WORKDAY &&
           ret->kind != CALENDAR_WEEKEND;
}

static bool is_same(const struct calendar_info *a, const struct calendar_info *b)
{
    return a->kind == b->kind && !b->is_working && a->year_state == b->year_state &&
           !strcmp(a->name_vi, b->name_vi) && !strcmp(a->source, b->source);
}

static void year_events(struct writer *w, int year)
{
    int32_t end = date_from_civil(year + 1, 1, 1);

    for (int32_t on = date_from_civil(year, 1, 1); on < end; on++) {
        struct calendar_info day, next;
        int32_t last = on;

        if (!look(w->cal, on, &day))
            continue;
        if (day.is_working) {
            sessions(w, &day);
            continue;
        }
        while (last + 1 < end && look(w->cal, last + 1, &next) && is_same(&day, &next))
            last++;
        days_off(w, &day, last);
        on = last;
    }
}

/* Viet Nam has kept UTC+7 without summer time since 1975; earlier dates are whole days here. */
static void zone(struct writer *w)
{
    if (calendar_zone_s(w->cal) != ZONE_VIETNAM_S)
        return;
    plain(w, "BEGIN:VTIMEZONE");
    plain(w, "TZID:" ZONE_ID);
    plain(w, "BEGIN:STANDARD");
    plain(w, "DTSTART:19750613T000000");
    plain(w, "TZOFFSETFROM:+0700");
    plain(w, "TZOFFSETTO:+0700");
    plain(w, "TZNAME:+07");
    plain(w, "END:STANDARD");
    plain(w, "END:VTIMEZONE");
}

void calendar_ics_write(const struct calendar *cal, const struct calendar_ics *how,
                        struct buffer *b)
{
    struct writer w = {.cal = cal, .how = how, .out = b};

    plain(&w, "BEGIN:VCALENDAR");
    plain(&w, "VERSION:2.0");
    plain(&w, "PRODID:-//motcua//working calendar//VI");
    plain(&w, "CALSCALE:GREGORIAN");
    plain(&w, "METHOD:PUBLISH");
    text_line(&w, "X-WR-CALNAME:", calendar_name(cal));
    plain(&w, "X-WR-TIMEZONE:" ZONE_ID);
    zone(&w);
    for (int year = how->from_year; year <= how->to_year; year++)
        year_events(&w, year);
    plain(&w, "END:VCALENDAR");
    buffer_deinit(&w.line);
}
