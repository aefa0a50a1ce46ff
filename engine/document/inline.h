/* Wording inside a block: literal text, {placeholders}, **bold**, __italic__, backslash for the
 * rest. */
#pragma once
#include "document/template.h"

/* Where the wording stands, for errors. */
struct inline_place {
    const char *form;
    int line;
};

/* {key} required, {key?} may be absent, {key?wording} printed when absent. In rows {1}..{12} and
 * {#}. Errors: TEMPLATE_BRACE {form} {line} {text}. */
MUST_CHECK
bool inline_parse(struct arena *a, const struct inline_place *place, const char *text,
                  struct piece **ret_pieces, struct error *err);

/* Names of fields: a-z, 0-9 and _, or a single #. */
bool inline_is_key(const char *s, size_t len);
