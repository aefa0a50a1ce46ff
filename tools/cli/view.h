/* Replies for people: tables that fit the terminal, records as label and value. What is shown of
 * each message is a row of views.def; programs ask for --json instead. */
#pragma once
#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/error.h"

enum view {
#define VIEW(id, kind, list) VIEW_##id,
#define COLUMN(id, field, kind, vi, en)
#include "cli/views.def"
#undef VIEW
#undef COLUMN
    VIEW_COUNT
};

/* Prints a reply by its view. `width` in columns; 0: as wide as it needs. */
void view_print(FILE *to, enum view view, const cJSON *reply, enum language language, int width);

#define VIEW_COLUMNS_MAX 40
/* Prints a table of n_rows times n texts, its head the first row. */
void view_cells_print(FILE *to, const char *const *cells, size_t n_rows, size_t n,
                      const bool *is_right, int width);

/* A text behind its head, broken at blanks to lines of `width` columns that begin below the text;
 * 0: one line. */
void view_wrapped(FILE *to, const char *head, const char *text, int width);

/* Columns of the terminal on `to`; 0 when it is none. */
int view_width(FILE *to);

/* The label of a word on the wire ("at_risk") in the reader's language, or the word itself. */
const char *label_of(const char *list, const char *word, enum language language);
