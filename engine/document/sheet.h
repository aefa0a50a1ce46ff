/* Spreadsheets (XLSX): a table of CSV with the kinds of its columns, laid out for screen and
 * printer. A form has a head of several rows, columns that are sums of others, a total and a check:
 * these stand as formulas beside the values, so that who opens the file can follow them. */
#pragma once
#include "base/buffer.h"
#include "base/error.h"

#define SHEET_COLUMNS_MAX 64
#define SHEET_LINES_MAX   32
#define SHEET_SPANS_MAX   160
#define SHEET_ROWS_MAX    1048000 /* what a sheet holds, less its head */

enum sheet_kind {
    SHEET_TEXT,
    SHEET_NUMBER, /* adds up to the total */
    SHEET_DATE,   /* 2022-08-30 */
    SHEET_RATE,   /* percent; the total has its formula or its own */
    SHEET_PLAIN,  /* a number that does not add up */
    SHEET_INSTANT /* 2022-08-30T10:00:00+07:00, shown to the minute */
};

struct sheet_column {
    const char *name;
    double width; /* characters */
    enum sheet_kind kind;
    const char *formula; /* "D{r}+E{r}", {r} the row; NULL: the value alone */
};

/* A cell of the head over some columns and rows, counted from 0. */
struct sheet_span {
    const char *text;
    int column, n_columns, row, n_rows;
};

struct sheet {
    const char *name, *title; /* of the tab, at most 31 characters; above the head, NULL: none */
    struct sheet_column columns[SHEET_COLUMNS_MAX];
    size_t n_columns;
    const char *lines[SHEET_LINES_MAX]; /* below the title, a row each */
    size_t n_lines;
    struct sheet_span spans[SHEET_SPANS_MAX]; /* the head instead of the columns' names */
    size_t n_spans;
    bool has_total;    /* the last row of the CSV adds up those above it */
    bool has_sections; /* rows without a number in the first column are heads and enter no sum */
    /* Formula of a cell below the total, {r} its row, and what it says now; NULL: none. */
    const char *check, *check_says;
    int64_t made_at; /* for the file's own date */
};

/* Appends the file. The first row of the CSV is its header and is replaced by the columns' names.
 * Errors: those of a row of CSV, DOCUMENT_LIMIT {field} {limit}, DOCUMENT_DRAWING {reason}. */
MUST_CHECK
bool sheet_write(const struct sheet *sheet, const char *csv, size_t len, struct buffer *ret_xlsx,
                 struct error *err);

/* The same piece by piece, for tables that nobody holds: rows go to a file without a name, and what
 * is in memory is one of them. A table with a head of several rows cannot be made so. */
struct sheet_book;
/* Errors: DOCUMENT_DRAWING {reason}, NO_MEMORY. The sheet is borrowed until the book is freed. */
MUST_CHECK
bool sheet_book_new(const struct sheet *sheet, struct sheet_book **ret_book, struct error *err);
/* More of the CSV, cut anywhere. Errors: as of sheet_write(). */
MUST_CHECK
bool sheet_book_add(struct sheet_book *b, const char *csv, size_t len, struct error *err);
/* No more rows: binds the file. Errors: DOCUMENT_DRAWING. */
MUST_CHECK
bool sheet_book_bind(struct sheet_book *b, int64_t *ret_len, struct error *err);
/* The next bytes of the bound file, at most `len`; none at its end. */
MUST_CHECK
bool sheet_book_read(struct sheet_book *b, size_t len, struct buffer *ret, struct error *err);
struct sheet_book *sheet_book_free(struct sheet_book *b); /* takes NULL; returns NULL */
