/* Tables of figures as data: columns with their sums, lines of cells, a total. Every form but
 * II.06a is one of these, and JSON, CSV, XLSX, PDF and page are written from it alone.
 *
 * A rate is no cell of its own but a fraction of other columns of its line (late / done), so that
 * its counts always stand beside it. 0/0 is no rate and is shown as a dash; a figure that nobody
 * gave ("chưa báo cáo") is unknown, which is not 0 and enters no sum. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

#define REPORT_COLUMNS_MAX 30 /* TT and label stand before them */
#define REPORT_LINES_MAX   10000

enum report_kind {
    REPORT_COUNT,   /* adds up over the lines */
    REPORT_RATE,    /* of other columns */
    REPORT_NUMBER,  /* counted or computed, and never added up: a median, points */
    REPORT_DAYS,    /* likewise, in days */
    REPORT_MINUTES, /* likewise, in minutes */
    REPORT_TEXT,
    REPORT_DATE, /* n: days since 1970 */
    REPORT_KIND_COUNT
};

struct report_column {
    const char *key; /* of JSON and CSV */
    const char *head[2]; /* by language; "Tiếp nhận > Tổng số": neighbours share the outer cell */
    enum report_kind kind;
    const char *sum;    /* of a count "carried_over+in_period"; of a rate "late/early+late" */
    const char *behind; /* put to the question it asks for its dossiers: "column=late"; or NULL */
};

struct report_cell {
    bool is_known;
    int64_t n, of;    /* of: of a rate */
    const char *text; /* of a text */
};

struct report_line {
    const char *key, *label;
    const char *cut;  /* put to the question it asks for this line alone: "office=x01"; or NULL */
    const char *note; /* beside its label; or NULL */
    bool is_section;  /* the head of the lines up to the next; its counts are their sums */
    struct report_cell *cells; /* one a column */
};

struct report_table {
    struct arena *arena;
    const struct report_column *columns;
    size_t n_columns;
    const char *const *balances; /* "received=done+open", asked of every line; NULL-terminated */
    struct report_line *lines;
    size_t n_lines, room;
    struct report_line total;
    bool has_total;     /* shown; its counts are the sums of the lines */
    bool is_total_put;  /* the form counted it by itself: the sums must say the same */
    bool is_unreported; /* nobody of the scope reported: its total is unknown */
};

/* `balances` may be NULL. */
void report_table_init(struct report_table *t, struct arena *arena,
                       const struct report_column *columns, size_t n, const char *const *balances);
/* A line more, its cells unknown. NULL with the error set: NO_MEMORY, REPORT_TOO_LARGE {limit}. */
struct report_line *report_table_add(struct report_table *t, const char *key, const char *label,
                                     struct error *err);
/* The cells of the total, for a form that counts it by itself. NULL: NO_MEMORY. */
struct report_line *report_table_total(struct report_table *t, struct error *err);

/* Where a column stands; asserts that it is one. */
size_t report_column_at(const struct report_table *t, const char *key);
void report_put(const struct report_table *t, struct report_line *line, const char *key, int64_t n);
void report_put_text(const struct report_table *t, struct report_line *line, const char *key,
                     const char *text);

/* Once every line is in: adds what is a sum of others and was not put, sections, total and rates;
 * and holds every sum, in lines, sections and total, against what was put.
 * Errors: REPORT_UNBALANCED {row} {sum} {dossiers}, NO_MEMORY. */
MUST_CHECK
bool report_table_close(struct report_table *t, struct error *err);

/* Walks the terms of a sum, "early+late": each call gives the column of the next and moves `p`
 * behind it; -1 at the end, or at the / of a rate. */
int report_term(const struct report_table *t, const char **p);
/* "(6)=(4)+(5)", columns by their numbers on paper; "(7)=((4)+(5))/(6)" of a rate. NULL: it is no
 * sum, or memory ends. */
const char *report_formula(const struct report_table *t, size_t column);

#define REPORT_FIGURE_MAX 48
/* What a cell shows in a language, digits not grouped: "12", "87,50 %", "05/8/2022", a text; "–"
 * for what is unknown and for 0/0. */
const char *report_figure(const struct report_table *t, const struct report_line *line,
                          size_t column, enum language lang, char buf[REPORT_FIGURE_MAX]);
/* n/of in hundredths of a percent, rounded half up. of > 0. */
int64_t report_rate(int64_t n, int64_t of);
