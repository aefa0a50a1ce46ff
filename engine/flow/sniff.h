/* What a file is, by its bytes and nothing else: PDF, JPEG or PNG, and no encrypted PDF. Fed piece
 * by piece; the first holds at least SNIFF_BEGIN bytes unless the file is shorter. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

#define SNIFF_BEGIN 8

struct sniff {
    const char *type; /* NULL: none of those taken */
    bool is_begun, is_encrypted;
    char begin[2 * SNIFF_BEGIN + 1]; /* its first bytes, for the refusal */
    size_t n_key; /* bytes of the key of encryption that stand at the end of what was fed */
};

void sniff_init(struct sniff *s);
void sniff_add(struct sniff *s, const void *bytes, size_t len);
/* Errors: FILE_TYPE, FILE_ENCRYPTED. */
MUST_CHECK
bool sniff_end(const struct sniff *s, struct error *err);
const char *sniff_type(const struct sniff *s); /* "application/pdf", "image/jpeg", "image/png" */
