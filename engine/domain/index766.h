/* Index 766 (Bộ chỉ số phục vụ người dân, doanh nghiệp) over one dossier: when it ended and whether
 * it was in time as the national index sees it, and in which criteria it counts. Pure.
 *
 * The index has a clock of its own: not the law's, and not form II.06a's. Figures of both stand
 * side by side and differ by design (docs/statistics.md). Source: law:index-clock, law:index-766.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "domain/history.h"
#include "domain/vocabulary.h"

/* The clock of the index, in time of the clock on the wall. */
struct index766_time {
    int64_t end_at; /* the end it sees: the end, the request waited for, or the reading */
    bool is_finished;
    int n_requests;     /* supplements asked for after acceptance */
    int64_t waited_us;  /* supplements that came back: subtracted */
    int64_t used_us;    /* from receipt to the end, without these */
    int64_t promise_at; /* judged on: the re-appointment, the promise, else the limit; or NONE */
    enum judgement judgement; /* ON_TIME or LATE; NONE: neither appointment nor limit */
};

/* Reads it off a dossier that was received, at an instant (the end of the period).
 *   limit_at  receipt plus the procedure's limit: judged on where nothing was promised;
 *             INSTANT_NONE: it has none */
void index766_time(const struct dossier *d, int64_t at, int64_t limit_at,
                   struct index766_time *ret);

struct decide_context;
/* Receipt plus the limit of ctx->dossier on its calendar, for one that was promised nothing;
 * INSTANT_NONE: a promise there is, or no limit. Errors: CALENDAR_GAP. */
MUST_CHECK
bool index766_limit_at(const struct decide_context *ctx, int64_t *ret_at, struct error *err);

/* What papers and payments say, as far as the events up to an instant tell. */
struct index766_marks {
    bool has_component, has_result, is_reused; /* a component, the result as files; one reused */
    bool is_posted_back;                       /* returned by post */
};

/* Folds a dossier as of one instant, known at another, and reads the marks of its events. False: no
 * memory. */
bool index766_fold(const struct history *h, int64_t as_of, int64_t known_at, struct dossier *ret,
                   struct index766_marks *ret_marks);

enum index766_criterion {
#define INDEX_CRITERION(name, number, counted, threshold, points, tag, vi, en) INDEX766_##name,
#include "tables/index766.def"
#undef INDEX_CRITERION
    INDEX766_COUNT
};
enum index766_counted {
    INDEX766_OF_RECEIVED,
    INDEX766_OF_PROCESSED,
    INDEX766_OF_DONE,
    INDEX766_OF_SYNCED
};
struct index766_row {
    const char *number;
    enum index766_counted counted;
    int threshold;  /* percent; 0: none */
    int64_t points; /* most, in hundredths; 0: not known */
    const char *tag, *label[2];
};
extern const struct index766_row index766_rows[INDEX766_COUNT];
int index766_find(const char *number); /* -1: none */

/* A dossier and a period. */
struct index766_subject {
    const struct dossier *d;
    const struct index766_marks *marks;
    const struct index766_time *time;
    bool has_fee;     /* of its case; whatever was paid is one too */
    int32_t from, to; /* the period, dates */
    int32_t zone_s;
};

/* Counted, and of them those that meet the criterion; for the average time microseconds. */
struct index766_sum {
    int64_t n, of;
};
/* Does it count in a criterion, and does it meet it? */
bool index766_is_counted(const struct index766_subject *s, enum index766_criterion c);
bool index766_is_met(const struct index766_subject *s, enum index766_criterion c);
/* Adds it to every criterion but that of the portal's file. */
void index766_add(const struct index766_subject *s, struct index766_sum sums[INDEX766_COUNT]);

/* The share of a criterion's points, as a fraction of them: full at the threshold, below it in
 * proportion; without a threshold the rate itself. False: nothing counted, no points and no zero.
 */
bool index766_points(const struct index766_row *row, struct index766_sum sum,
                     struct index766_sum *ret);
