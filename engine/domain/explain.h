/* Why a due date is what it is: the days of due_compute() one by one, each with its reason, so that
 * a clerk can defend the promise at the counter. Rendered by the reader (CLI, API, slip).
 *
 * due_explain() lists the days of a limit from a receipt on; dossier_explain() those of a dossier
 * with its holds, and tells besides what moved its date, or why something did not. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/macros.h"
#include "domain/due.h"
#include "domain/history.h"
#include "domain/lifecycle.h"

enum explain_mark {
    EXPLAIN_RECEIPT,      /* the day of receipt, not counted */
    EXPLAIN_RECEIPT_LATE, /* same day: received after the cut-off or after closing */
    EXPLAIN_COUNTED,      /* a working day, or a calendar day, that counts */
    EXPLAIN_SKIPPED,      /* a day off that does not count */
    EXPLAIN_MONTH,        /* a month completed on this date */
    EXPLAIN_ROLLED,       /* the limit ended here, but the day is off: it moves on */
    EXPLAIN_HALVES,       /* half days of this day count; see used[]; number is that of the last */
    EXPLAIN_HOURS,        /* hours of this day were used; see used[] */
    EXPLAIN_HELD,         /* days on which the clock stood */
    EXPLAIN_RESTARTED,    /* came back: the whole limit begins again */
    EXPLAIN_RESUMED,      /* came back: what was left goes on */
    EXPLAIN_MARK_COUNT
};

struct explain_used {
    int64_t from_at, to_at; /* microseconds, UTC */
};

struct explain_row {
    int32_t on, to_on; /* EXPLAIN_HELD: the last day it stood; otherwise `on` */
    enum explain_mark mark;
    bool is_due;              /* the promise falls on this day */
    int32_t number;           /* of a counted day, half day or month, from 1; otherwise 0 */
    enum hold_kind hold_kind; /* HELD, RESTARTED, RESUMED */
    int32_t left;    /* RESUMED: days that were left; `number` is what was used. -1: hours */
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

/* ---- a dossier ---- */

/* What decided the date, one after the other. */
enum explain_note_kind {
    EXPLAIN_NOTE_RECEIVED,    /* the clock began; the first promise */
    EXPLAIN_NOTE_AGREED,      /* a longer time agreed at reception: never computed again */
    EXPLAIN_NOTE_PAPER,       /* an earlier one, written on a slip by hand: it binds */
    EXPLAIN_NOTE_PAPER_LATER, /* a later one (from_at): the law's stands */
    EXPLAIN_NOTE_GIVEN,       /* the promise of another system, as it was given */
    EXPLAIN_NOTE_HELD,        /* a hold that stops the clock began */
    EXPLAIN_NOTE_RUNS_ON,     /* a hold whose effect is that the limit runs on */
    EXPLAIN_NOTE_LATE_ASKED,  /* a supplement asked for too late: moves nothing */
    EXPLAIN_NOTE_AFTER_DUE,   /* a hold begun after the due date: moves nothing */
    EXPLAIN_NOTE_RESTARTED,   /* came back: the whole limit again */
    EXPLAIN_NOTE_RESUMED,     /* came back: what was left */
    EXPLAIN_NOTE_CAME_BACK,   /* the end of a hold that moves nothing */
    EXPLAIN_NOTE_STARTED,     /* the competent agency received it: the limit runs from there */
    EXPLAIN_NOTE_RECOMPUTED,  /* an edit of the calendar moved the date */
    EXPLAIN_NOTE_MOVED,       /* another event moved it: a correction, history */
    EXPLAIN_NOTE_REAPPOINTED, /* a second promise, which cures nothing */
    EXPLAIN_NOTE_RUNNING,     /* the clock stands now; to_at: the date if it came back at once */
    EXPLAIN_NOTE_EARLIER,     /* the calendar gives an earlier date: the promise stands */
    EXPLAIN_NOTE_LATER,       /* it gives a later one: edited since, or overdue when it was */
    EXPLAIN_NOTE_UNCOUNTED,   /* no days can be listed: no limit or no calendar is known */
    EXPLAIN_NOTE_PROVISIONAL, /* rests on a year not yet published; `year` */
    EXPLAIN_NOTE_SYNTHETIC,
    EXPLAIN_NOTE_COUNT
};

struct explain_note {
    enum explain_note_kind kind;
    int64_t at; /* INSTANT_NONE: of no moment */
    enum hold_kind hold_kind;
    enum hold_effect effect;
    int64_t office;           /* that held the dossier when the hold was asked for; 0 unknown */
    const char *ground;       /* legal ground named by the event, borrowed from it; or NULL */
    int32_t used, left;       /* RESUMED, day limits: in days of the limit; otherwise -1 */
    int64_t used_us, left_us; /* RESUMED, the others: working time */
    int64_t from_at, to_at;   /* the promise before and after; INSTANT_NONE where it did not move */
    int64_t change;           /* RECOMPUTED: the edit (reference_change); 0 unknown */
    int year;
};

#define EXPLAIN_NOTES_MAX 64

struct dossier_explain {
    struct explain
        list; /* list.due is what the days listed end in; no rows: nothing could be listed */
    const struct ruleset *ruleset;
    bool is_matching; /* the days end in the date in force */
    struct explain_note notes[EXPLAIN_NOTES_MAX];
    int n_notes;
};

/* Explains the promise in force of an accepted dossier: its days on the calendar of the context,
 * with the holds that moved it, and in `notes`, in order of time, what its events did to it. A date
 * the days do not end in (given, agreed, kept, or history that contradicts itself) is said plainly.
 *   history  the events ctx->dossier was folded from; texts of the notes are borrowed from them
 * Errors: those of due_compute(), NO_MEMORY. */
MUST_CHECK
bool dossier_explain(const struct decide_context *ctx, const struct history *history,
                     struct dossier_explain *ret, struct error *err);
void dossier_explain_deinit(struct dossier_explain *x); /* takes a zeroed one */

/* What a note names by id, for people; each may give NULL. */
struct explain_names {
    const void *data;
    const char *(*office)(const void *data, int64_t id);
    const char *(*decision)(const void *data, int64_t change); /* behind an edit */
};

/* ---- words ---- */

/* Stable word of a mark ("counted") and of a row's reason key, a key of docs/law.md ("law:..."). */
const char *explain_mark_word(enum explain_mark mark);
const char *explain_row_source(const struct explain_row *row, const struct explain *e);

#define EXPLAIN_SENTENCE_MAX 600
/* One line for people: "Thứ Năm 01/9/2022: không tính, ngày nghỉ lễ Quốc khánh". */
void explain_sentence(const struct explain *e, const struct explain_row *row, enum language lang,
                      char buf[EXPLAIN_SENTENCE_MAX]);

const char *explain_note_word(enum explain_note_kind kind);
/* A key of docs/law.md, the legal ground that was named, or the decision; "" for none. */
const char *explain_note_source(const struct dossier_explain *x, const struct explain_note *note,
                                const struct explain_names *names);
void explain_note_sentence(const struct dossier_explain *x, const struct explain_note *note,
                           const struct explain_names *names, enum language lang,
                           char buf[EXPLAIN_SENTENCE_MAX]);

/* The head line: what was received when, the limit, the promise. */
void explain_summary(const struct explain *e, enum language lang, char buf[EXPLAIN_SENTENCE_MAX]);
