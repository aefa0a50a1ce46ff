/* A legal time limit: an amount and its unit, and how both are written.
 * The published procedure states the unit; nothing here assumes one (law:limit-unit). */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/macros.h"

enum limit_unit {
    LIMIT_WORKING_DAYS,  /* "3wd": ngày làm việc */
    LIMIT_CALENDAR_DAYS, /* "15d": ngày */
    LIMIT_WORKING_HOURS, /* "24wh": giờ làm việc */
    LIMIT_MONTHS,        /* "2mo": tháng */
    LIMIT_HALF_DAYS,     /* "1hd": nửa ngày làm việc, a morning or an afternoon of sessions */
    LIMIT_SAME_DAY,      /* "sd": trong ngày; the amount is 0 */
    LIMIT_UNIT_COUNT
};

struct limit {
    int32_t amount; /* 1..limit_amount_max(unit); 0 for LIMIT_SAME_DAY */
    enum limit_unit unit;
};

#define LIMIT_TEXT_MAX   16 /* bytes of limit_format(), terminator included */
#define LIMIT_PHRASE_MAX 64

/* 3650 days, 30000 hours, 120 months, 7300 half days; 0 same day */
int32_t limit_amount_max(enum limit_unit unit);
bool limit_is_valid(struct limit limit);

/* Reads "3wd", "15d", "24wh", "2mo", "1hd" or "sd"; no blanks, signs or leading zeros.
 * Errors: LIMIT_SYNTAX {limit}, LIMIT_RANGE {limit} {max}. */
MUST_CHECK
bool limit_parse(const char *text, struct limit *ret_limit, struct error *err);

void limit_format(struct limit limit, char buf[LIMIT_TEXT_MAX]); /* the inverse of limit_parse() */

/* "03 ngày làm việc", "3 working days"; "trong ngày", "same day". Vietnamese papers pad to two
 * digits. */
void limit_phrase(struct limit limit, enum language lang, char buf[LIMIT_PHRASE_MAX]);

/* The suffix of a unit: "wd", "d", "wh", "mo", "hd", "sd"; the word the database keeps. */
const char *limit_unit_word(enum limit_unit unit);
MUST_CHECK
bool limit_unit_parse(const char *word, enum limit_unit *ret_unit);
