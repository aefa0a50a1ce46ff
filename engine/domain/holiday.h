/* What the law says of a year's days off, held against a calendar.
 *
 * The holidays are rows of proto/tables/holidays.def; the lunar ones are computed (lunar.h). What
 * the Prime Minister fixes each year (which days make the five of Tết, the day beside 2 September)
 * is proposed by the table's default; against a calendar any choice that the law allows is taken as
 * made. Swapped days and make-up Saturdays follow from notices alone and are never proposed.
 * Source: law:holidays, law:substitute-day. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/macros.h"
#include "domain/calendar.h"

#define HOLIDAY_DAYS_MAX     40  /* days off of a year by law, substitutes included */
#define HOLIDAY_FINDINGS_MAX 400 /* every day of a year may be one, and more is not told */

enum holiday {
#define HOLIDAY(name, ...) HOLIDAY_##name,
#include "tables/holidays.def"
#undef HOLIDAY
    HOLIDAY_COUNT
};

/* One day off by law. */
struct holiday_day {
    int32_t on;
    enum holiday holiday;
    bool is_substitute; /* for a day of the holiday that fell on a weekly day off */
    bool is_chosen;     /* which day it is, is for the Prime Minister to say */
};

struct holiday_year {
    int year;
    bool is_sure; /* false: the new moon of Tết is minutes from midnight */
    int n;
    struct holiday_day days[HOLIDAY_DAYS_MAX]; /* ascending, each date once */
};

const char *holiday_name(enum holiday h, enum language lang);
/* Instrument and article, as a row's source: of the holiday, or of its substitute days. */
const char *holiday_instrument(enum holiday h, bool is_substitute);
const char *holiday_law(enum holiday h); /* key of docs/law.md */
const char *holiday_confidence(enum holiday h, bool is_substitute);

/* The days off of a year by law, the free choices as the table proposes them.
 * Errors: LUNAR_RANGE {year}. */
MUST_CHECK
bool holiday_propose(int year, struct holiday_year *ret_year, struct error *err);

enum holiday_finding_kind {
    HOLIDAY_AGREES,    /* off by law, and off in the calendar */
    HOLIDAY_MISSING,   /* off by law; the calendar works */
    HOLIDAY_EXTRA,     /* off in the calendar as holiday or substitute, not by law */
    HOLIDAY_DIFFERENT, /* off in both, but not as what the calendar says */
    HOLIDAY_SWAP,      /* by notice alone: a swapped or make-up day with its other half */
    HOLIDAY_SWAP_HALF, /* a swapped or make-up day whose other half is missing */
    HOLIDAY_FINDING_COUNT
};

struct holiday_finding {
    enum holiday_finding_kind kind;
    int32_t on;
    int holiday; /* enum holiday, -1: none */
    bool is_substitute, is_chosen;
    bool is_chinese;          /* off for the new year that the Chinese calendar has, not ours */
    enum calendar_kind found; /* what the calendar has there */
};

struct holiday_check {
    struct holiday_year law; /* the choices as the calendar made them, where the law allows */
    enum calendar_year_state state;
    int n_findings, n_missing, n_extra, n_different;
    struct holiday_finding findings[HOLIDAY_FINDINGS_MAX];
};

/* Holds a year of a calendar against the law. A year that the calendar does not know lacks all.
 * Errors: LUNAR_RANGE {year}. */
MUST_CHECK
bool holiday_check(const struct calendar *cal, int year, struct holiday_check *ret_check,
                   struct error *err);

const char *holiday_finding_word(enum holiday_finding_kind kind); /* "missing" */
/* Why, in a sentence for people. */
void holiday_finding_write(const struct holiday_finding *f, enum language lang, struct buffer *b);

/* Appends what the calendar lacks as rows of its text form, without a header: the year as
 * provisional when it is unknown, then days next to each other of one holiday as one row. */
void holiday_rows_write(const struct holiday_check *check, struct buffer *b);
