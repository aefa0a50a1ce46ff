/* JSON limits: what a stranger may send, checked before and after cJSON reads it. */
#pragma once
#include <cjson/cJSON.h>
#include <stddef.h>

#include "base/error.h"

#define JSON_DEPTH_MAX 16
#define JSON_ITEMS_MAX 200000

/* Parses one JSON text. Refuses: more than JSON_DEPTH_MAX levels, more than JSON_ITEMS_MAX values, a
 * key twice in one object, trailing bytes, text that is not UTF-8, NUL in a string, numbers that are
 * not finite. Errors: JSON_SYNTAX {line} {column}, JSON_DEPTH, JSON_DUPLICATE_KEY {field}, ... */
MUST_CHECK bool json_parse(const char *bytes, size_t len, cJSON **ret_json, struct error *err);

static inline void json_freep(cJSON **j)
{
    cJSON_Delete(*j);
    *j = NULL;
}
