/* JSON limits: what a stranger may send, checked before cJSON reads it; and the one way to write a
 * JSON string. */
#pragma once
#include <cjson/cJSON.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/error.h"

#define JSON_DEPTH_MAX  16     /* levels of objects and arrays */
#define JSON_ITEMS_MAX  200000 /* values of any kind, containers counted */
#define JSON_NUMBER_MAX 40     /* characters of one number */

/* Parses one JSON text (RFC 8259, no byte order mark, nothing after it).
 *
 *   ret_json  the caller frees it: cJSON_Delete() or CLEANUP(json_freep)
 *
 * Errors, each with the {line} and the {column} (in characters) where it was seen: JSON_SYNTAX,
 * JSON_UTF8, JSON_NUL for a NUL in a string, JSON_NUMBER for one that is too long or not finite,
 * JSON_DEPTH {limit}, JSON_TOO_MANY {limit}. JSON_DUPLICATE_KEY {field} when an object holds a key
 * twice, however it was escaped; NO_MEMORY. */
MUST_CHECK
bool json_parse(const char *bytes, size_t len, cJSON **ret_json, struct error *err);

static inline void json_freep(cJSON **j)
{
    cJSON_Delete(*j);
    *j = NULL;
}

/* Writes UTF-8 text as a JSON string with its quotes. */
void json_write(struct buffer *b, const char *text, size_t len);
