/* Unicode text: validity, NFC, and the folded form that search and type-ahead compare. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"

/* Byte offset of the first byte that is not UTF-8 (surrogates, overlong forms and values past U+10FFFF
 * are not), or -1 when all is well. */
ptrdiff_t text_utf8_fault(const char *s, size_t len);

/* NFC copy from the arena. Errors: TEXT_INVALID {field} when it is not UTF-8 or holds control
 * characters other than tab and line feed, or bidirectional override marks. */
MUST_CHECK bool text_nfc(struct arena *a, const char *field, const char *s, size_t len,
                         char **ret_text, struct error *err);

/* "Nguyễn Thị Đào" -> "nguyen thi dao": lower case, no marks, đ as d, runs of blanks as one. */
char *text_fold(struct arena *a, const char *s);

size_t text_characters(const char *s); /* code points of valid UTF-8 */
