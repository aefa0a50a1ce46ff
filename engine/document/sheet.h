/* Spreadsheets (XLSX): a table of CSV with the kinds of its columns, laid out for screen and
 * printer. */
#pragma once
#include "base/buffer.h"
#include "base/error.h"

#define SHEET_COLUMNS_MAX 64
#define SHEET_ROWS_MAX    1048000 /* what a sheet holds, less its head */

enum sheet_kind { SHEET_TEXT, SHEET_NUMBER, SHEET_DATE /* 2022-08-30 */ };

struct sheet_column {
    const char *name;
    double width; /* characters */
    enum sheet_kind kind;
};

struct sheet {
    const char *name, *title; /* of the tab, at most 31 characters; above the head, NULL: none */
    struct sheet_column columns[SHEET_COLUMNS_MAX];
    size_t n_columns;
    int64_t made_at; /* for the file's own date */
};

/* Appends the file. The first row of the CSV is its header and is replaced by the columns' names.
 * Errors: those of a row of CSV, DOCUMENT_LIMIT {field} {limit}, DOCUMENT_DRAWING {reason}. */
MUST_CHECK
bool sheet_write(const struct sheet *sheet, const char *csv, size_t len, struct buffer *ret_xlsx,
                 struct error *err);
