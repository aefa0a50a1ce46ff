/* QR codes as one-bit masks. */
#pragma once
#include <cairo.h>

#include "base/error.h"

#define CODE_QUIET 4 /* modules of white the standard asks for on each side, part of the mask */

/* Makes a square A1 mask, one pixel per module, with its quiet zone; the caller destroys it. Level
 * M: survives a crease or a stamp's edge. Errors: DOCUMENT_LIMIT {field} {limit} for a text too
 * long. */
MUST_CHECK
bool code_new(const char *text, cairo_surface_t **ret_mask, struct error *err);
