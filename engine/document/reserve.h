/* Places for digital signatures, reserved on the paper when it is drawn: fields of the file that
 * anybody's signing tool finds, empty until then. Source: law:layout-signature. */
#pragma once
#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"

#define RESERVED_MAX 4

/* Whose: the person who signs, and the office whose seal stands over a third of that signature. */
enum reserved_kind { RESERVED_PERSON, RESERVED_OFFICE, RESERVED_KIND_COUNT };
extern const char *const reserved_names[RESERVED_KIND_COUNT]; /* of the fields */

struct reserved {
    enum reserved_kind kind;
    int page;                           /* 0.. */
    double left, bottom, width, height; /* points, from the corner at the lower left */
};

/* Appends a revision with these fields to a file just drawn. Errors: DOCUMENT_FOREIGN,
 * DOCUMENT_LIMIT, NO_MEMORY. */
MUST_CHECK
bool reserve(struct arena *a, struct buffer *pdf, const struct reserved *places, int n,
             struct error *err);
