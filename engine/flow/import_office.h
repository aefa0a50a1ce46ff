/* The office an import comes from, and its working calendar, as the request brings them. */
#pragma once
#include "base/arena.h"
#include "base/error.h"
#include "db/params.h"
#include "domain/calendar_text.h"
#include "wire/message.h"

struct import_calendar {
    const char *name; /* NULL: the office has none, or none was given */
    int32_t zone_s;
    int n_rows;
    const char **columns[CALENDAR_COLUMN_COUNT]; /* n_rows texts each, never NULL */
};

bool import_is_key(const char *s); /* ASCII letters, digits and . _ - */

/* Judges key, identifier and calendar; the calendar is built once to hear every objection now and
 * not when the next daemon starts. Errors: FIELD_VALUE {field} {value}, those of
 * calendar_text_read() and calendar_builder_build(), NO_MEMORY. */
MUST_CHECK
bool import_office_read(struct arena *arena, const struct wire_import_office *office,
                        struct import_calendar *ret, struct error *err);

/* Appends the arguments of DB_IMPORT_PREPARE from the office key on. */
void import_office_put(struct db_params *p, const struct wire_import_office *office,
                       const struct import_calendar *calendar);
