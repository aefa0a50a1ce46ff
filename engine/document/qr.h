/* A QR code as rows of text, for pages that draw it themselves. */
#pragma once
#include "base/arena.h"
#include "base/error.h"

/* Rows of '1' (dark) and '0', as many as columns, without the quiet zone; level M.
 * Errors: DOCUMENT_LIMIT {field} {limit} for a text too long; NO_MEMORY. */
MUST_CHECK
bool qr_rows(struct arena *a, const char *text, const char *const **ret_rows, size_t *ret_n,
             struct error *err);
