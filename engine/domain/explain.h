/* Why a due date is what it is: the days of due_compute() one by one, each with its reason, so that
 * a clerk can defend the promise at the counter. Rendered by the reader (CLI, API, slip). */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/macros.h"
#include "domain/due.h"

enum explain_mark {
    EXPLAIN_RECEIPT,      /* the day of receipt, not counted */
    EXPLAIN_RECEIPT_LATE, /* same day: received after the cut-off or after closing */
    EXPLAIN_COUNTED,      /* a working day, or a calendar day, that counts */
    EXPLAIN_SKIPPED,      /* a day off that does not count */
    EXPLAIN_MONTH,        /* a month completed on this date */
    EXPLAIN_ROLLED,       /* the limit ended here, but the day is off: it moves on */
    EXPLAIN_HALVES,       /* half days of this day count; see used[]; number is that of the last */
    EXPLAIN_HOURS,        /* hours of this day were used; see used[] */
    EXPLAIN_MARK_COUNT
};

struct explain_used {
    int64_t from_at, to_at; /* microseconds, UTC */
};

struct explain_row {
    int32_t on;
    enum explain_mark mark;
    bool is_due;     /* the promise falls on this day */
    int32_t number;  /* of a counted day, half day or month, from 1; otherwise 0 */
    int64_t used_us; /* EXPLAIN_HOURS, EXPLAIN_HALVES: time taken from this day */
    int n_used;
    struct explain_used used[CALENDAR_SESSIONS_MAX];
    struct calendar_info info; /* kind, name, source; texts belong to the calendar */
    bool is_known; /* false: `info` is empty, the day's year is unknown and nothing depends on it */
};

struct explain {
    struct calendar *cal; /* referenced, keeps the texts alive */
    struct due_rule rule;
    struct limit limit;
    int64_t from;
    struct due due;
    struct explain_row *rows; /* owned, in order of date */
    size_t n_rows;
};

/* Computes the promise and lists its days. Errors: those of due_compute(), NO_MEMORY. */
MUST_CHECK
bool due_explain(const struct calendar *cal, const struct due_rule *rule, struct limit limit,
                 int64_t from, struct explain *ret_explain, struct error *err);
void explain_deinit(struct explain *e); /* takes a zeroed one */

/* Stable word of a mark ("counted") and of a row's reason key, a key of docs/law.md ("law:..."). */
const char *explain_mark_word(enum explain_mark mark);
const char *explain_row_source(const struct explain_row *row, const struct explain *e);

#define EXPLAIN_SENTENCE_MAX 600
/* One line for people: "Thứ Năm 01/9/2022: không tính, ngày nghỉ lễ Quốc khánh". */
void explain_sentence(const struct explain *e, const struct explain_row *row, enum language lang,
                      char buf[EXPLAIN_SENTENCE_MAX]);

/* The head line: what was received when, the limit, the promise. */
void explain_summary(const struct explain *e, enum language lang, char buf[EXPLAIN_SENTENCE_MAX]);
