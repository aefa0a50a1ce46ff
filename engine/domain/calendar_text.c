/* Reading and writing the text form. A line is cut into eight fields first; each field then has one
 * small reader, and whatever it does not take is refused with line, column and value. */
#include "domain/calendar_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/instant.h"
#include "base/text.h"

#define LINE_MAX_BYTES   4096
#define ZONE_MAX_S       (14 * 3600)
#define DAY_ROW_DAYS_MAX 366
#define INTAKE           "intake " /* before the weekdays of a weekly row */

const char *const calendar_column_names[CALENDAR_COLUMN_COUNT] = {
    "type", "from", "to", "kind", "sessions", "name_vi", "name_en", "source",
};

static bool field_error(const char *const fields[], int line, enum calendar_column column,
                        struct error *err)
{
    return error_set(err, ERR_CALENDAR_FIELD, arg_number("line", line),
                     arg_text("field", calendar_column_names[column]),
                     arg_text("value", fields[column]));
}

/* ---- single fields ---- */

static bool year_parse(const char *text, int *ret_year)
{
    int year = 0;

    for (int i = 0; i < 4; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        year = year * 10 + (text[i] - '0');
    }
    *ret_year = year;
    return !text[4] && date_is_valid(year, 1, 1);
}

static bool weekday_parse(const char *text, size_t len, int *ret_weekday)
{
    for (int day = 1; day <= 7; day++)
        if (len == 3 && !memcmp(text, calendar_weekday_word(day), 3)) {
            *ret_weekday = day;
            return true;
        }
    return false;
}

/* "mon-fri", "sat", "mon wed fri-sat" */
static bool weekdays_parse(const char *text, uint8_t *ret_weekdays)
{
    unsigned days = 0;

    do {
        size_t len = strcspn(text, " ");
        int from, to;

        if (len != 3 && len != 7)
            return false;
        if (!weekday_parse(text, 3, &from))
            return false;
        to = from;
        if (len == 7 && (text[3] != '-' || !weekday_parse(text + 4, 3, &to) || to <= from))
            return false;
        for (int day = from; day <= to; day++) {
            if (days & (1u << (day - 1)))
                return false; /* a weekday twice */
            days |= 1u << (day - 1);
        }
        text += len;
        if (*text && !*++text)
            return false;
    } while (*text);
    *ret_weekdays = (uint8_t)days;
    return true;
}

/* "07:00" at the start of the text, "24:00" included. */
static bool minute_parse(const char *text, int16_t *ret_minute)
{
    int h, m;

    for (int i = 0; i < 5; i++)
        if (i == 2 ? text[i] != ':' : text[i] < '0' || text[i] > '9')
            return false;
    h = (text[0] - '0') * 10 + (text[1] - '0');
    m = (text[3] - '0') * 10 + (text[4] - '0');
    *ret_minute = (int16_t)(h * 60 + m);
    return m < 60 && h * 60 + m <= 24 * 60;
}

/* "07:00-11:30 13:30-17:00"; whether they ascend is the builder's business. */
static bool sessions_parse(const char *text, struct calendar_row *row)
{
    while (*text) {
        struct calendar_session *s = &row->sessions[row->n_sessions];

        if (row->n_sessions == CALENDAR_SESSIONS_MAX || strcspn(text, " ") != 11 ||
            !minute_parse(text, &s->from_minute) || text[5] != '-' ||
            !minute_parse(text + 6, &s->to_minute))
            return false;
        row->n_sessions++;
        text += 11;
        if (*text && !*++text)
            return false;
    }
    return true;
}

/* "like mon" or "like 2024-04-29": the hours of that weekday's timetable. */
static bool like_parse(const char *text, struct calendar_row *row)
{
    const char *rest = text + 5;

    if (strncmp(text, "like ", 5))
        return false;
    if (date_parse(rest, &row->like_on)) {
        row->like_weekday = date_weekday(row->like_on);
        return true;
    }
    return weekday_parse(rest, strlen(rest), &row->like_weekday);
}

static bool zone_parse(const char *text, int32_t *ret_zone_s)
{
    int16_t minute;

    if ((*text != '+' && *text != '-') || strlen(text) != 6 || !minute_parse(text + 1, &minute) ||
        minute * 60 > ZONE_MAX_S)
        return false;
    *ret_zone_s = (*text == '-' ? -1 : 1) * minute * 60;
    return true;
}

/* ---- rows ---- */

static bool year_row(const char *const fields[], struct calendar_row *row,
                     enum calendar_column *bad)
{
    const char *to = fields[CALENDAR_COLUMN_TO];
    int first, last;

    *bad = CALENDAR_COLUMN_FROM;
    if (!year_parse(fields[CALENDAR_COLUMN_FROM], &first))
        return false;
    last = first;
    *bad = CALENDAR_COLUMN_TO;
    if (*to && !year_parse(to, &last))
        return false;
    *bad = CALENDAR_COLUMN_KIND;
    for (int state = CALENDAR_YEAR_PUBLISHED; state <= CALENDAR_YEAR_SYNTHETIC; state++)
        if (!strcmp(fields[CALENDAR_COLUMN_KIND],
                    calendar_year_state_word((enum calendar_year_state)state)))
            row->year_state = (enum calendar_year_state)state;
    if (row->year_state == CALENDAR_YEAR_MISSING)
        return false;
    *bad = CALENDAR_COLUMN_SESSIONS;
    if (*fields[CALENDAR_COLUMN_SESSIONS])
        return false;
    row->from_on = date_from_civil(first, 1, 1);
    row->to_on = date_from_civil(last, 12, 31);
    return true;
}

static bool dates_parse(const char *const fields[], struct calendar_row *row,
                        enum calendar_column *bad)
{
    const char *to = fields[CALENDAR_COLUMN_TO];

    *bad = CALENDAR_COLUMN_FROM;
    if (!date_parse(fields[CALENDAR_COLUMN_FROM], &row->from_on))
        return false;
    *bad = CALENDAR_COLUMN_TO;
    row->to_on = DATE_NONE;
    return !*to || (date_parse(to, &row->to_on) && row->to_on >= row->from_on);
}

static bool weekly_row(const char *const fields[], struct calendar_row *row,
                       enum calendar_column *bad)
{
    if (!dates_parse(fields, row, bad))
        return false;
    *bad = CALENDAR_COLUMN_KIND;
    row->is_intake = !strncmp(fields[CALENDAR_COLUMN_KIND], INTAKE, strlen(INTAKE));
    if (!weekdays_parse(fields[CALENDAR_COLUMN_KIND] + (row->is_intake ? strlen(INTAKE) : 0),
                        &row->weekdays))
        return false;
    *bad = CALENDAR_COLUMN_SESSIONS;
    return *fields[CALENDAR_COLUMN_SESSIONS] &&
           sessions_parse(fields[CALENDAR_COLUMN_SESSIONS], row);
}

static bool day_row(const char *const fields[], struct calendar_row *row, enum calendar_column *bad)
{
    const char *sessions = fields[CALENDAR_COLUMN_SESSIONS];
    int kind = CALENDAR_HOLIDAY;

    if (!dates_parse(fields, row, bad))
        return false;
    if (row->to_on == DATE_NONE)
        row->to_on = row->from_on;
    if (row->to_on - row->from_on >= DAY_ROW_DAYS_MAX)
        return false;
    *bad = CALENDAR_COLUMN_KIND;
    while (kind < CALENDAR_KIND_COUNT &&
           strcmp(fields[CALENDAR_COLUMN_KIND], calendar_kind_word((enum calendar_kind)kind)))
        kind++;
    if (kind == CALENDAR_KIND_COUNT)
        return false;
    row->kind = (enum calendar_kind)kind;
    *bad = CALENDAR_COLUMN_SESSIONS;
    if (row->kind == CALENDAR_MAKE_UP && !strncmp(sessions, "like", 4))
        return like_parse(sessions, row);
    return sessions_parse(sessions, row);
}

bool calendar_text_row(const char *const fields[CALENDAR_COLUMN_COUNT], enum calendar_level level,
                       int line, struct calendar_row *ret_row, struct error *err)
{
    const char *type = fields[CALENDAR_COLUMN_TYPE], *source = fields[CALENDAR_COLUMN_SOURCE];
    struct calendar_row row = {
        .level = level, .line = line, .like_on = DATE_NONE, .to_on = DATE_NONE};
    enum calendar_column bad = CALENDAR_COLUMN_TYPE;
    bool is_read = false;

    if (!strcmp(type, "year")) {
        row.type = CALENDAR_ROW_YEAR;
        is_read = year_row(fields, &row, &bad);
    } else if (!strcmp(type, "weekly")) {
        row.type = CALENDAR_ROW_WEEKLY;
        is_read = weekly_row(fields, &row, &bad);
    } else if (!strcmp(type, "day")) {
        row.type = CALENDAR_ROW_DAY;
        is_read = day_row(fields, &row, &bad);
    }
    if (!is_read)
        return field_error(fields, line, bad, err);
    row.is_synthetic = !strncmp(source, "synthetic", 9) && (!source[9] || source[9] == ' ');
    row.name_vi = fields[CALENDAR_COLUMN_NAME_VI];
    row.name_en = fields[CALENDAR_COLUMN_NAME_EN];
    row.source = source;
    *ret_row = row;
    return true;
}

/* ---- files ---- */

struct reader {
    struct calendar_builder *b;
    enum calendar_level level;
    int line;
    bool has_header;
    char text[LINE_MAX_BYTES]; /* the line, cut into fields in place */
    const char *fields[CALENDAR_COLUMN_COUNT];
};

static bool line_split(struct reader *r, struct error *err)
{
    char *fields[CALENDAR_COLUMN_COUNT];
    int n = csv_split(r->text, fields, CALENDAR_COLUMN_COUNT);

    if (n < 0)
        return error_set(err, ERR_CALENDAR_TEXT_QUOTE, arg_number("line", r->line));
    if (n != CALENDAR_COLUMN_COUNT)
        return error_set(err, ERR_CALENDAR_TEXT_COLUMNS, arg_number("line", r->line),
                         arg_number("expected", CALENDAR_COLUMN_COUNT), arg_number("found", n));
    for (int i = 0; i < n; i++)
        r->fields[i] = fields[i];
    return true;
}

static bool header_check(struct reader *r, struct error *err)
{
    for (int i = 0; i < CALENDAR_COLUMN_COUNT; i++)
        if (strcmp(r->fields[i], calendar_column_names[i]))
            return error_set(
                err, ERR_CALENDAR_TEXT_HEADER, arg_number("line", r->line),
                arg_text("expected", "type,from,to,kind,sessions,name_vi,name_en,source"));
    r->has_header = true;
    return true;
}

static bool line_read(struct reader *r, struct error *err)
{
    struct calendar_row row;
    int32_t zone_s;

    if (!r->text[0] || r->text[0] == '#')
        return true;
    if (!line_split(r, err))
        return false;
    if (!r->has_header)
        return header_check(r, err);
    if (!strcmp(r->fields[CALENDAR_COLUMN_TYPE], "calendar")) {
        if (!zone_parse(r->fields[CALENDAR_COLUMN_KIND], &zone_s))
            return field_error(r->fields, r->line, CALENDAR_COLUMN_KIND, err);
        return calendar_builder_set_name(r->b, r->fields[CALENDAR_COLUMN_NAME_VI], zone_s, err);
    }
    return calendar_text_row(r->fields, r->level, r->line, &row, err) &&
           calendar_builder_add(r->b, &row, err);
}

static bool lines_read(struct reader *r, const char *bytes, size_t len, struct error *err)
{
    for (size_t at = 0; at < len;) {
        const char *end = memchr(bytes + at, '\n', len - at);
        size_t n = end ? (size_t)(end - bytes) - at : len - at;
        size_t keep = n && bytes[at + n - 1] == '\r' ? n - 1 : n;

        r->line++;
        if (keep >= sizeof r->text)
            return error_set(err, ERR_CALENDAR_TEXT_LINE, arg_number("line", r->line),
                             arg_number("limit", LINE_MAX_BYTES - 1));
        memcpy(r->text, bytes + at, keep);
        r->text[keep] = '\0';
        if (memchr(r->text, '\0', keep) || text_utf8_fault(r->text, keep) >= 0)
            return error_set(err, ERR_CALENDAR_TEXT_BYTES, arg_number("line", r->line));
        if (!line_read(r, err))
            return false;
        at += n + 1;
    }
    return true;
}

bool calendar_text_check_size(int64_t size, struct error *err)
{
    return size <= CALENDAR_TEXT_MAX ||
           error_set(err, ERR_CALENDAR_FILE_SIZE, arg_number("size", size),
                     arg_number("limit", CALENDAR_TEXT_MAX));
}

bool calendar_text_read(struct calendar_builder *b, enum calendar_level level, const char *bytes,
                        size_t len, struct error *err)
{
    struct reader *r;
    bool is_read;

    if (!calendar_text_check_size((int64_t)len, err))
        return false;
    if (len >= 3 && !memcmp(bytes, "\xEF\xBB\xBF", 3)) { /* a spreadsheet's byte order mark */
        bytes += 3;
        len -= 3;
    }
    r = calloc(1, sizeof *r);
    if (!r)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "calendar"));
    r->b = b;
    r->level = level;
    is_read = lines_read(r, bytes, len, err);
    free(r);
    return is_read;
}

/* ---- writing ---- */

static void write_date(struct buffer *out, const struct calendar_row *row, int32_t on)
{
    char text[INSTANT_TEXT_MAX];

    if (row->type == CALENDAR_ROW_YEAR) {
        buffer_printf(out, "%04d", date_civil(on).year);
        return;
    }
    date_format(on, text);
    buffer_text(out, text);
}

static void write_kind(struct buffer *out, const struct calendar_row *row)
{
    bool is_first = true;

    if (row->type == CALENDAR_ROW_YEAR)
        buffer_text(out, calendar_year_state_word(row->year_state));
    if (row->type == CALENDAR_ROW_DAY)
        buffer_text(out, calendar_kind_word(row->kind));
    if (row->type == CALENDAR_ROW_WEEKLY && row->is_intake)
        buffer_text(out, INTAKE);
    for (int day = 1; row->type == CALENDAR_ROW_WEEKLY && day <= 7; day++) {
        int last = day;

        if (!(row->weekdays & (1u << (day - 1))))
            continue;
        while (last < 7 && row->weekdays & (1u << last))
            last++;
        buffer_printf(out, "%s%s", is_first ? "" : " ", calendar_weekday_word(day));
        if (last > day)
            buffer_printf(out, "-%s", calendar_weekday_word(last));
        is_first = false;
        day = last;
    }
}

static void write_sessions(struct buffer *out, const struct calendar_row *row)
{
    char text[INSTANT_TEXT_MAX];

    if (row->like_weekday && row->like_on != DATE_NONE) {
        date_format(row->like_on, text);
        buffer_printf(out, "like %s", text);
    } else if (row->like_weekday) {
        buffer_printf(out, "like %s", calendar_weekday_word(row->like_weekday));
    }
    for (int i = 0; i < row->n_sessions; i++) {
        const struct calendar_session *s = &row->sessions[i];

        buffer_printf(out, "%s%02d:%02d-%02d:%02d", i ? " " : "", s->from_minute / 60,
                      s->from_minute % 60, s->to_minute / 60, s->to_minute % 60);
    }
}

void calendar_text_write_row(struct buffer *out, const struct calendar_row *row)
{
    static const char *const types[] = {"year", "weekly", "day"};
    const char *texts[] = {row->name_vi, row->name_en, row->source};
    bool is_span = row->to_on != DATE_NONE; /* weekly: an end is always written */

    if (row->type == CALENDAR_ROW_YEAR)
        is_span = date_civil(row->to_on).year != date_civil(row->from_on).year;
    if (row->type == CALENDAR_ROW_DAY)
        is_span = is_span && row->to_on != row->from_on;
    buffer_printf(out, "%s,", types[row->type]);
    write_date(out, row, row->from_on);
    buffer_char(out, ',');
    if (is_span)
        write_date(out, row, row->to_on);
    buffer_char(out, ',');
    write_kind(out, row);
    buffer_char(out, ',');
    write_sessions(out, row);
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        buffer_char(out, ',');
        csv_write(out, texts[i] ? texts[i] : "");
    }
    buffer_char(out, '\n');
}
