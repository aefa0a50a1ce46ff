/* A mark in the foot of every page of a finished file: what was printed before is printed again,
 * and says so. The pages are drawn anew as they are; digital signatures do not survive it, so
 * nothing that is signed is marked. */
#pragma once
#include "base/buffer.h"
#include "base/error.h"

/* Errors: DOCUMENT_FOREIGN {reason} for what is no readable PDF, DOCUMENT_DRAWING {reason},
 * DOCUMENT_FONT, NO_MEMORY. */
MUST_CHECK
bool mark_pages(const void *pdf, size_t len, const char *mark, struct buffer *ret_pdf,
                struct error *err);
