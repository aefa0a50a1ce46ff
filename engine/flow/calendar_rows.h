/* A calendar's own rows as an edit makes them: the eight columns of the text form, where each came
 * from, and what a fault in them is called. Pure: nothing here reads or writes the database. */
#pragma once
#include "base/arena.h"
#include "db/result.h"
#include "domain/calendar_text.h"
#include "wire/message.h"

struct calendar_own_row {
    const char *fields[CALENDAR_COLUMN_COUNT];
    int line;    /* of the calendar in force, or of the text sent; from 1 */
    bool is_new; /* of the text sent */
};

struct calendar_own_rows {
    const char *key; /* of the calendar */
    enum calendar_level level;
    int64_t id, base_id; /* 0: not made yet; stands on none */
    int32_t zone_s;
    int n;
    struct calendar_own_row *rows;
};

/* The rows of a calendar in force.
 *   r  answer to DB_REFERENCE_CALENDARS
 * Errors: ITEM_UNKNOWN {value}, NO_MEMORY. */
MUST_CHECK
bool calendar_rows_in_force(const struct db_result *r, const char *key, struct arena *a,
                            struct calendar_own_rows *ret, struct error *err);

/* Appends the rows of a text, with or without the line of names; a `calendar` row must have the
 * calendar's zone and says nothing more.
 * Errors: those of calendar_text_read(), with {line} of the text. */
MUST_CHECK
bool calendar_rows_parse(const char *text, struct arena *a, struct calendar_own_rows *rows,
                         struct error *err);

/* Takes away the rows that are named; each name must find one.
 * Errors: CALENDAR_ROW_UNKNOWN {type} {from}. */
MUST_CHECK
bool calendar_rows_remove(struct calendar_own_rows *rows, const struct wire_calendar_row_key *keys,
                          size_t n_keys, struct error *err);

/* Makes a provisional year a published one, on the authority of `source`; the other years of its
 * row stay as they are. Errors: CALENDAR_YEAR_NOT {year} {state}, NO_MEMORY. */
MUST_CHECK
bool calendar_rows_publish(struct calendar_own_rows *rows, int year, const char *source,
                           struct arena *a, struct error *err);

/* Builds the calendar on those it stands on. Faults are told by where the rows came from.
 * Errors: those of calendar_builder_build(); CALENDAR_CONTRADICTS {line} {other} {calendar} when a
 * row that was sent goes against one in force; CALENDAR_STANDING {calendar} {reason}. */
MUST_CHECK
bool calendar_rows_build(const struct calendar_own_rows *rows, const struct db_result *r,
                         enum language lang, struct calendar **ret_cal, struct error *err);

/* Builds every calendar that stands on this one with it as it would be.
 * Errors: CALENDAR_STANDING {calendar} {reason}. */
MUST_CHECK
bool calendar_rows_build_above(const struct calendar_own_rows *rows, const struct db_result *r,
                               enum language lang, struct error *err);

/* What went and what came, as lines of the text form; both empty: nothing changes. */
MUST_CHECK
bool calendar_rows_difference(const struct calendar_own_rows *before,
                              const struct calendar_own_rows *after, struct arena *a,
                              const char **ret_before, const char **ret_after, struct error *err);

/* The first and the last day that rows of a difference speak of. */
MUST_CHECK
bool calendar_rows_span(const char *before, const char *after, struct arena *a, int32_t *ret_first,
                        int32_t *ret_last, struct error *err);
