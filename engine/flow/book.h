/* A spreadsheet that grows while rows come from the database: a worker of its own keeps it in a
 * file without a name, so that neither process holds the table (document/sheet.h). Every call is an
 * answer later: the request waits, and then asks book_done(). */
#pragma once
#include "flow/renderer.h"
#include "flow/request.h"

struct book { /* private */
    struct renderer *renderer;
    struct renderer_job job;
};

/* Errors: DOCUMENT_BUSY {limit}, DOCUMENT_WORKER {reason}, NO_MEMORY. */
MUST_CHECK
bool book_begin(struct request *req, struct book *b, const struct sheet *sheet);
/* More rows (taken over). Errors: those of renderer_draw(). */
MUST_CHECK
bool book_add(struct request *req, struct book *b, struct buffer *csv);
MUST_CHECK
bool book_bind(struct request *req, struct book *b); /* then book_len() */
MUST_CHECK
bool book_read(struct request *req, struct book *b); /* the next piece, book_piece() */

/* The answer to any of them. Sets the worker's error: DOCUMENT_LIMIT {field} {limit} for more rows
 * than a sheet holds. */
MUST_CHECK
bool book_done(struct request *req, struct book *b);
int64_t book_len(const struct book *b);
struct buffer *book_piece(struct book *b);

void book_free(struct book *b); /* for on_free of the use case; ends the worker */
