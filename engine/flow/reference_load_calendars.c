/* Rows of the reference snapshot that say when offices work: a calendar is a stack of layers from
 * the country down, an office without one takes its superior's. */
#include "flow/reference_load.h"

#include <string.h>

#include "base/instant.h"
#include "domain/calendar_text.h"

/* The rows of a proposal in place of those in force. */
static bool add_proposed(struct calendar_builder *b, const struct calendar_proposal *p,
                         enum calendar_level level, struct error *err)
{
    for (int i = 0; i < p->n_rows; i++) {
        struct calendar_row row;

        if (!calendar_text_row(p->fields + (size_t)i * CALENDAR_COLUMN_COUNT, level, i + 1, &row,
                               err) ||
            !calendar_builder_add(b, &row, err))
            return false;
    }
    return true;
}

static bool add_rows(struct calendar_builder *b, const struct db_result *q, int64_t calendar_id,
                     const struct calendar_proposal *p, int depth, struct error *err)
{
    int n = db_rows(q);

    for (int i = 0; i < n; i++) {
        const char *level = db_text_or_empty(q, i, 3), *fields[CALENDAR_COLUMN_COUNT];
        enum calendar_level at = !strcmp(level, "country")    ? CALENDAR_COUNTRY
                                 : !strcmp(level, "province") ? CALENDAR_PROVINCE
                                                              : CALENDAR_OFFICE;
        struct calendar_row row;

        if (db_int(q, i, 0) != calendar_id)
            continue;
        if (db_int(q, i, 4) && depth < CALENDAR_LEVEL_COUNT &&
            (i == 0 || db_int(q, i - 1, 0) != calendar_id) &&
            !add_rows(b, q, db_int(q, i, 4), p, depth + 1, err))
            return false;
        if (p && !strcmp(db_text_or_empty(q, i, 1), p->key))
            return add_proposed(b, p, at, err);
        if (db_is_null(q, i, 6))
            continue;
        for (int c = 0; c < CALENDAR_COLUMN_COUNT; c++)
            fields[c] = db_text_or_empty(q, i, 6 + c);
        if (!calendar_text_row(fields, at, (int)db_int(q, i, 14), &row, err) ||
            !calendar_builder_add(b, &row, err))
            return false;
    }
    return true;
}

bool reference_read_calendars(struct reference *r, const struct db_result *q,
                              const struct calendar_proposal *p, struct error *err)
{
    int n = db_rows(q);

    r->calendars = arena_array(r->arena, (size_t)n + 1, sizeof *r->calendars);
    if (!r->calendars)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "calendars"));
    for (int i = 0; i < n; i++) {
        CLEANUP(calendar_builder_freep) struct calendar_builder *b = NULL;
        struct calendar_ref *c = &r->calendars[r->n_calendars];

        if (i > 0 && db_int(q, i, 0) == db_int(q, i - 1, 0))
            continue;
        c->id = db_int(q, i, 0);
        c->key = reference_keep(r, q, i, 1);
        c->name = reference_keep(r, q, i, 2);
        c->base_id = db_int(q, i, 4);
        if (!calendar_builder_new(c->name, (int32_t)db_int(q, i, 5), &b, err) ||
            !add_rows(b, q, c->id, p, 0, err) || !calendar_builder_build(b, &c->calendar, err))
            return false;
        r->n_calendars++;
    }
    return true;
}

/* One known year, long before every dossier: whatever is asked of another is a gap. */
bool reference_make_no_calendar(struct reference *r, struct error *err)
{
    CLEANUP(calendar_builder_freep) struct calendar_builder *b = NULL;
    struct calendar_row year = {
        .type = CALENDAR_ROW_YEAR,
        .line = 1,
        .from_on = date_from_civil(1900, 1, 1),
        .to_on = date_from_civil(1900, 12, 31),
        .like_on = DATE_NONE,
        .year_state = CALENDAR_YEAR_PUBLISHED,
    };
    struct calendar_row week = {
        .type = CALENDAR_ROW_WEEKLY,
        .line = 2,
        .from_on = year.from_on,
        .to_on = year.to_on,
        .like_on = DATE_NONE,
        .weekdays = 1,
        .n_sessions = 1,
        .sessions = {{.from_minute = 0, .to_minute = 1}},
    };

    return calendar_builder_new("-", ZONE_VIETNAM_S, &b, err) &&
           calendar_builder_add(b, &year, err) && calendar_builder_add(b, &week, err) &&
           calendar_builder_build(b, &r->no_calendar, err);
}

void reference_hang_calendars(struct reference *r)
{
    for (int i = 0; i < r->n_offices; i++) {
        const struct office_ref *o = &r->offices[i];

        for (int depth = 0; o && depth < 16; depth++) {
            for (int c = 0; c < r->n_calendars; c++)
                if (o->calendar_id && r->calendars[c].id == o->calendar_id)
                    r->offices[i].calendar = r->calendars[c].calendar;
            o = r->offices[i].calendar ? NULL : reference_office(r, o->parent_id);
        }
    }
}
