/* Appending to a PDF: objects changed or new, and a table that says so. What was there stays byte
 * for byte, so that whoever signed it still finds it. */
#pragma once
#include "base/buffer.h"
#include "document/pdf.h"

#define REVISION_OBJECTS_MAX 60000

struct revision {
    struct arena *arena;
    const struct pdf_file *file; /* NULL: the first one, of a file being written */
    struct buffer *out;          /* begins with the file's bytes */
    int next;                    /* number of the next new object */
    size_t *offsets;             /* of the objects of this revision, by number; 0: untouched */
};

/* `file` must be the bytes that `out` holds. Errors: NO_MEMORY. */
MUST_CHECK
bool revision_begin(struct arena *a, const struct pdf_file *file, struct buffer *out,
                    struct revision *ret_revision, struct error *err);

int revision_number(struct revision *r); /* of a new object, 0 when there are too many */
/* Writes "12 0 obj"; its text follows, then "endobj". */
void revision_object(struct revision *r, int number);
void revision_end_object(struct revision *r);

/* A dictionary again, with some keys said anew; the caller adds those before the closing brackets.
 *   changed  their names, ended by NULL */
void revision_rewrite(struct revision *r, struct pdf_span dictionary, const char *const *changed);

/* Copies the objects of another file, all but those of `skip` (0-ended numbers), renumbered.
 * Returns what has to be added to a number of that file, -1 when there are too many. */
int revision_graft(struct revision *r, const struct pdf_file *from, const int *skip);
/* The text of a value of that file, its references renumbered. */
void revision_value(struct revision *r, struct pdf_span value, int shift);

/* The table and the trailer; `root` and `info` as the file has them unless given. Errors:
 * NO_MEMORY, DOCUMENT_LIMIT. */
MUST_CHECK
bool revision_finish(struct revision *r, int root, int info, struct error *err);
