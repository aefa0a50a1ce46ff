/* Who read what about whom: one row for each reply that shows a dossier (proto/tables/reads.def).
 *
 * The reply goes out once its row is handed over here; rows are written in batches, at most 50 ms
 * later or as soon as 256 wait, without waiting for the disk (synchronous_commit = off). So a
 * crash of this daemon loses what was handed over in the last 50 ms and the batch under way, a
 * crash of the database server what it had not flushed, some 0.6 s with its defaults. Nothing is
 * read unlogged: while the database is away rows wait, and when the queue is full reads are
 * refused with 503. A batch whose outcome is unknown is written again: a row may stand twice. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "flow/app.h"

#define READ_LOG_MS       50
#define READ_LOG_BATCH    256           /* rows that are not waited for any longer */
#define READ_LOG_ROWS_MAX 8192          /* waiting; more are refused */
#define READ_LOG_IDS_MAX  (256 * 1024L) /* dossiers of the rows waiting */

struct read_log;

struct read_row {
    int64_t at;              /* real clock */
    int64_t officer_id;      /* 0: the public */
    const char *what;        /* of reads.def; static */
    const int64_t *dossiers; /* copied */
    int n_dossiers;
    int64_t person_id; /* 0: none in particular */
    const char *trace; /* of the request; copied */
};

MUST_CHECK
bool read_log_start(struct app *app, struct read_log **ret_log, struct error *err);
/* Hands a row over. Errors: READ_LOG_FULL {rows}, NO_MEMORY. */
MUST_CHECK
bool read_log_add(struct read_log *log, const struct read_row *row, struct error *err);
/* Writes what waits, then calls `closed` from the loop. While the database is away it is tried
 * again for `ms`; what could not be written by then is counted in the daemon's log. */
void read_log_close(struct read_log *log, int ms, void (*closed)(void *data), void *data);
void read_log_figures(const struct read_log *log,
                      struct buffer *b); /* for /metrics; log may be NULL */
