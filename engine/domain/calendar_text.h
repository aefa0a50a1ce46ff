/* The text form of a calendar: CSV (RFC 4180), UTF-8, one row of struct calendar_row each,
 * documented in docs/calendars.md. The database keeps the same eight fields (table calendar_row),
 * so that one reader serves files, the API and the database:
 *
 *   type,from,to,kind,sessions,name_vi,name_en,source
 *   calendar,,,+07:00,,Lịch cơ quan nhà nước,State offices,
 *   year,2022,,published,,,,
 *   weekly,2022-01-01,,mon-fri,07:00-11:30 13:30-17:00,,,
 *   day,2022-01-31,2022-02-04,holiday,,Tết Nguyên đán,Lunar New Year,"..."
 *   day,2024-05-04,,make_up,like 2024-04-29,...
 *
 * Empty lines and lines that begin with # are skipped. */
#pragma once
#include <stddef.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/macros.h"
#include "domain/calendar.h"

#define CALENDAR_TEXT_MAX (8u << 20) /* bytes of one file */

enum calendar_column {
    CALENDAR_COLUMN_TYPE, /* calendar, year, weekly, day */
    CALENDAR_COLUMN_FROM, /* 2022 (year) or 2022-01-31 */
    CALENDAR_COLUMN_TO,   /* the same, included; empty: the same day or year, weekly without end */
    CALENDAR_COLUMN_KIND, /* zone, state of the year, weekdays (mon-fri, intake sat), kind of day
                           */
    CALENDAR_COLUMN_SESSIONS, /* "07:00-11:30 13:30-17:00", or "like mon", "like 2024-04-29" */
    CALENDAR_COLUMN_NAME_VI,
    CALENDAR_COLUMN_NAME_EN,
    CALENDAR_COLUMN_SOURCE, /* the notice; a first word "synthetic" marks invented days */
    CALENDAR_COLUMN_COUNT
};

extern const char *const calendar_column_names[CALENDAR_COLUMN_COUNT];

/* What may be read at all: for whoever knows the size of a file before reading it.
 * Errors: CALENDAR_FILE_SIZE {size} {limit}, in bytes. */
MUST_CHECK
bool calendar_text_check_size(int64_t size, struct error *err);

/* Reads a whole file into the builder, at `level`. A `calendar` row gives the builder name and
 * zone.
 *
 * Errors: CALENDAR_TEXT_HEADER, CALENDAR_TEXT_COLUMNS, CALENDAR_TEXT_QUOTE, CALENDAR_TEXT_LINE,
 * CALENDAR_TEXT_BYTES and CALENDAR_FIELD {field} {value}, each with {line};
 * CALENDAR_FILE_SIZE; those of calendar_builder_add(). On failure the rows before it are added. */
MUST_CHECK
bool calendar_text_read(struct calendar_builder *b, enum calendar_level level, const char *bytes,
                        size_t len, struct error *err);

/* One row of eight fields (year, weekly or day), as the database holds it.
 *   fields    never NULL; the texts of the result are borrowed from them
 * Errors: CALENDAR_FIELD {line} {field} {value}. */
MUST_CHECK
bool calendar_text_row(const char *const fields[CALENDAR_COLUMN_COUNT], enum calendar_level level,
                       int line, struct calendar_row *ret_row, struct error *err);

/* Appends the row as a CSV line: the inverse of calendar_text_row(). */
void calendar_text_write_row(struct buffer *out, const struct calendar_row *row);
