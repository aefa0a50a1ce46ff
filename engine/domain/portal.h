/* Files of the national portal's figures: dossier by dossier, or criterion by criterion. Read here,
 * column by name, each fault with its line; whoever gets a fault keeps nothing of the file. Pure.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

#define PORTAL_ROWS_MAX   10000
#define PORTAL_FAULTS_MAX 200 /* told; all are counted */
#define PORTAL_NONE       INT64_MIN

enum portal_kind { PORTAL_DOSSIERS, PORTAL_FIGURES };

/* An instant of the file, or a day of it. */
struct portal_moment {
    int64_t at;  /* INSTANT_NONE: empty; of a day its first instant */
    bool is_day; /* the hour is not known */
};

struct portal_dossier {
    int64_t line;
    const char *code;
    struct portal_moment received, due, ended;
    int status; /* national, 1..10; 0: not given */
};

struct portal_figure {
    int64_t line;
    const char *criterion;
    int64_t numerator, denominator;  /* PORTAL_NONE: null, which is not 0 */
    int64_t ratio, score, max_score; /* hundredths (of a percent, of a point); PORTAL_NONE */
};

struct portal_file {
    enum portal_kind kind;
    struct portal_dossier *dossiers; /* of a kind that is PORTAL_DOSSIERS */
    struct portal_figure *figures;
    size_t n_rows;
    struct error *faults; /* each names its {line} */
    size_t n_faults;      /* kept */
    int64_t n_faulty;     /* all */
};

/* Reads a file; times without an offset are of the zone. True with faults means: nothing of it may
 * be used. Texts live in the arena.
 * Errors: PORTAL_LAYOUT {columns} when it is neither kind, PORTAL_EMPTY {what}, PORTAL_TOO_LONG
 * {limit}, those of a faulty header (csv.h), NO_MEMORY. Faults: those of a row (csv.h), PORTAL_CELL
 * {line} {column} {value}, PORTAL_MISSING {line} {column}, PORTAL_TWICE {line} {value} {first},
 * PORTAL_BACKWARDS {line} {value} {column}, PORTAL_CRITERION {line} {value}. */
MUST_CHECK
bool portal_read(struct arena *arena, const char *csv, size_t len, int32_t zone_s,
                 struct portal_file *ret, struct error *err);
