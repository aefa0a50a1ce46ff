/* Papers one behind the other in one file, for the printer: pages as they were issued, with the
 * seals that are seen on them; the digital signatures themselves stay with the single papers. */
#pragma once
#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"

#define MERGE_FILES_MAX 500

struct merge_file {
    const void *bytes;
    size_t len;
};

/* Errors: DOCUMENT_FOREIGN {reason}, DOCUMENT_LIMIT {field} {limit}, NO_MEMORY. */
MUST_CHECK
bool merge_papers(struct arena *a, const struct merge_file *files, size_t n, struct buffer *ret_pdf,
                  struct error *err);
