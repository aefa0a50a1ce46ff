/* Reading another system's file: rows gathered into dossiers, every fault and doubt listed by row
 * and column. Nothing is sent from here. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "cli/import_mapping.h"

#define IMPORT_EVENTS_MAX 2000

struct import_fault {
    int64_t row;
    const char *column, *dossier; /* NULL where none is to blame */
    struct error why;
    struct import_fault *next;
};

/* First-in, first-out. */
struct import_faults {
    struct import_fault *first, **last;
    size_t n;
};

struct import_event {
    int64_t at, row;
    const char *activity, *officer;
    struct import_event *next;
};

struct import_dossier {
    const char *code;
    int64_t row; /* where it begins */
    const char *channel, *outcome;
    int64_t received_at, due_at, ended_at; /* INSTANT_NONE: none */
    struct import_event *first, **last;
    size_t n_events;
    bool is_refused;                        /* a row of it cannot be read */
    const char *cells[IMPORT_COLUMN_COUNT]; /* of its first row */
    struct import_dossier *next;
};

struct import_file {
    struct import_dossier *first;
    size_t n_dossiers, n_rows, n_refused;
    struct import_faults refused, warnings;
};

/* Reads CSV bytes; all of the result is in the arena. A row that cannot be read refuses its dossier
 * and is listed; contradictory instants are kept and listed as warnings. Errors: IMPORT_COLUMN
 * {path} {column}, the CSV_ rows for a header that cannot be read, NO_MEMORY. */
MUST_CHECK
bool import_read(struct arena *a, const char *path, const struct import_mapping *m,
                 const char *bytes, size_t len, struct import_file *ret_file, struct error *err);
