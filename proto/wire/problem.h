/* Refusals on the wire: application/problem+json (RFC 9457). */
#pragma once
#include "base/buffer.h"
#include "base/error.h"

#define PROBLEM_MEDIA_TYPE "application/problem+json"
#define PROBLEM_TYPE_BASE  "/docs/problems#" /* `type` is this and the code */

/* Writes the problem: sentence and title in the reader's language; "field" and "value" are the
 * error's arguments of these names, where it has them. `trace` is the number of the request in the
 * log. Bytes of an argument that are not UTF-8 become question marks. Fails only as the buffer
 * does. */
void problem_write(const struct error *err, enum language lang, int32_t zone_s, const char *trace,
                   struct buffer *b);

/* What a status means, in a few words: "Không tìm thấy", "Not found". */
const char *problem_title(int status, enum language lang);
