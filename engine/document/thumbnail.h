/* A small picture of a paper that somebody handed in: its first page. The file is a stranger's, so
 * this runs in a worker alone, whose memory and time are limited. */
#pragma once
#include "base/buffer.h"
#include "base/error.h"

#define THUMBNAIL_SIDE_MAX 800

/* Appends a JPEG.
 *   type  "application/pdf", "image/jpeg" or "image/png", as the bytes were found to be
 *   side  the longer one, pixels, up to THUMBNAIL_SIDE_MAX
 * Errors: THUMBNAIL_UNREADABLE {reason}, NO_MEMORY. */
MUST_CHECK
bool thumbnail_draw(const void *bytes, size_t len, const char *type, int side,
                    struct buffer *ret_jpeg, struct error *err);
