/* A slow calendar: one byte per minute, filled from rows by the plainest reading of the rules, and
 * walked minute by minute. Shares nothing with engine/domain/calendar but its rows. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "domain/calendar.h"
#include "domain/due.h"

#define REFERENCE_ROWS_MAX 400

/* What a minute is; the first of a session carries MINUTE_BEGINS besides, one outside working time
 * in which dossiers are received MINUTE_INTAKE. */
enum { MINUTE_OFF, MINUTE_WORK, MINUTE_GAP, MINUTE_KIND = 3, MINUTE_BEGINS = 4, MINUTE_INTAKE = 8 };

struct reference {
    int32_t zone_s, first_on, n_days;
    struct calendar_row rows[REFERENCE_ROWS_MAX];
    int n_rows;
    uint8_t *minutes; /* n_days * 1440 */
};

/* The week in force on a date, up to a level: marks the minutes of `weekday`; false when there is
 * none. */
bool reference_week(const struct reference *r, int32_t on, int weekday, int level_max,
                    uint8_t minutes[1440]);
void reference_fill(struct reference *r); /* `minutes` from the rows */
void reference_deinit(struct reference *r);

/* Each returns false where the answer depends on an unknown day. */
bool reference_is_known(const struct reference *r, int32_t on);
bool reference_is_working(const struct reference *r, int32_t on);
/* Half days of a date in force: of each its opening and its closing; how many. */
int reference_halves(const struct reference *r, int32_t on, int64_t ret_from[2], int64_t ret_to[2]);
bool reference_is_intake(const struct reference *r, int64_t at);
int64_t reference_closing(const struct reference *r, int32_t on); /* of a working day */
bool reference_add(const struct reference *r, int64_t from, int64_t us, int64_t *ret_at);
bool reference_sub(const struct reference *r, int64_t to, int64_t us, int64_t *ret_at);
bool reference_between(const struct reference *r, int64_t a, int64_t b, int64_t *ret_us);
bool reference_next(const struct reference *r, int32_t on, int n, int32_t *ret_on);
bool reference_days(const struct reference *r, int32_t a, int32_t b, int32_t *ret_days);
bool reference_last_closing(const struct reference *r, int64_t at, int64_t *ret_at);
bool reference_due(const struct reference *r, const struct due_rule *rule, struct limit limit,
                   int64_t from, int64_t *ret_at, int32_t *ret_on);
