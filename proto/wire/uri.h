/* Paths and queries of request targets: strict percent-decoding, in place. What comes out is UTF-8
 * without control characters; a segment cannot hold a slash, nor be "." or "..". */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

#define URI_SEGMENTS_MAX 16
#define URI_QUERY_MAX    32 /* pairs in one query */

struct uri_pair {
    const char *name, *value;
};

/* Splits a path at its slashes and decodes each segment in place; "/" has no segment, a slash at
 * the end makes an empty last one.
 *
 *   path          begins with '/'; overwritten, the segments point into it
 *   ret_segments  room for URI_SEGMENTS_MAX
 *
 * Errors: HTTP_PATH {position} for a bad escape, a control character, bytes that are not UTF-8, an
 * encoded slash or backslash, an empty segment inside, "." and ".."; HTTP_PATH_TOO_DEEP {limit}. */
MUST_CHECK
bool uri_path_split(char *path, char **ret_segments, size_t *ret_n, struct error *err);

/* Splits and decodes "a=1&b=2" in place ('+' is a blank, as forms write it); NULL is no pair.
 * Errors: HTTP_QUERY {position}, HTTP_QUERY_TWICE {field}, HTTP_QUERY_TOO_MANY {limit}. */
MUST_CHECK
bool uri_query_split(char *query, struct uri_pair *ret_pairs, size_t *ret_n, struct error *err);

/* Is it UTF-8 without control characters (C0, DEL, C1)? */
bool uri_text_is_clean(const char *s, size_t len);
