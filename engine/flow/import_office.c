/* See import_office.h. The text is read twice: by the builder, which judges it, and line by line
 * into the eight columns that the database keeps. */
#include "flow/import_office.h"

#include <string.h>

#include "base/csv.h"
#include "base/instant.h"

#define KEY_MAX 48
#define BOM     "\xEF\xBB\xBF"

bool import_is_key(const char *s)
{
    return strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") ==
           strlen(s);
}

static bool field_value(struct error *err, const char *field, const char *value)
{
    return error_set(err, ERR_FIELD_VALUE, arg_text("field", field), arg_text("value", value));
}

/* Takes the rows out of a text that the builder accepted; the `calendar` row became name and zone.
 */
static bool split_rows(struct arena *arena, char *text, struct import_calendar *c)
{
    size_t most = 1;
    bool is_header = true;

    for (const char *p = text; *p; p++)
        most += *p == '\n';
    for (int i = 0; i < CALENDAR_COLUMN_COUNT; i++)
        if (!(c->columns[i] = arena_array(arena, most, sizeof *c->columns[i])))
            return false;
    for (char *line = text, *next; line; line = next) {
        char *fields[CALENDAR_COLUMN_COUNT];
        size_t len = strcspn(line, "\n");

        next = line[len] ? line + len + 1 : NULL;
        line[len] = '\0';
        if (len && line[len - 1] == '\r')
            line[len - 1] = '\0';
        if (!*line || *line == '#')
            continue;
        if (csv_split(line, fields, CALENDAR_COLUMN_COUNT) != CALENDAR_COLUMN_COUNT || is_header ||
            !strcmp(fields[CALENDAR_COLUMN_TYPE], "calendar")) {
            is_header = false;
            continue;
        }
        for (int i = 0; i < CALENDAR_COLUMN_COUNT; i++)
            c->columns[i][c->n_rows] = fields[i];
        c->n_rows++;
    }
    return true;
}

static bool read_calendar(struct arena *arena, const struct wire_import_office *office,
                          struct import_calendar *ret, struct error *err)
{
    CLEANUP(calendar_builder_freep) struct calendar_builder *b = NULL;
    CLEANUP(calendar_unrefp) struct calendar *cal = NULL;
    const char *text = office->calendar;
    char *copy;

    if (!strncmp(text, BOM, strlen(BOM)))
        text += strlen(BOM);
    if (!calendar_builder_new(office->name, ZONE_VIETNAM_S, &b, err) ||
        !calendar_text_read(b, CALENDAR_OFFICE, text, strlen(text), err) ||
        !calendar_builder_build(b, &cal, err))
        return false;
    ret->name = arena_strdup(arena, calendar_name(cal));
    ret->zone_s = calendar_zone_s(cal);
    copy = arena_strdup(arena, text);
    return (ret->name && copy && split_rows(arena, copy, ret)) ||
           error_set(err, ERR_NO_MEMORY, arg_text("what", "calendar"));
}

static bool is_identifier(const char *s)
{
    return strlen(s) <= 40 && strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.") == strlen(s);
}

bool import_office_read(struct arena *arena, const struct wire_import_office *office,
                        struct import_calendar *ret, struct error *err)
{
    *ret = (struct import_calendar){.zone_s = ZONE_VIETNAM_S};
    if (strlen(office->key) > KEY_MAX || !import_is_key(office->key))
        return field_value(err, "office.key", office->key);
    if (office->identifier && !is_identifier(office->identifier))
        return field_value(err, "office.identifier", office->identifier);
    return !office->calendar || read_calendar(arena, office, ret, err);
}

void import_office_put(struct db_params *p, const struct wire_import_office *office,
                       const struct import_calendar *calendar)
{
    db_put_text(p, office->key);
    db_put_text(p, office->name);
    db_put_text(p, office->identifier);
    db_put_text(p, calendar->name ? calendar->name : office->name);
    db_put_int4(p, calendar->zone_s);
    for (int i = 0; i < CALENDAR_COLUMN_COUNT; i++)
        db_put_text_array(p, calendar->columns[i], calendar->n_rows);
}
