/* Unicode text: validity, NFC, and the folded form that search and type-ahead compare. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"

/* Reads one code point; returns the bytes it took, 0 when they are not UTF-8 (surrogates, overlong
 * forms and values past U+10FFFF are not) or `len` is 0. */
size_t text_decode(const char *s, size_t len, uint32_t *ret_point);

/* Byte offset of the first byte that is not UTF-8, or -1 when all is well. */
ptrdiff_t text_utf8_fault(const char *s, size_t len);

/* NFC copy from the arena.
 *
 *   field     the name for a refusal
 *   s, len    bytes of a stranger
 *
 * Errors: TEXT_INVALID {field} {position, characters from 1} when it is not UTF-8 or holds control
 * characters other than tab and line feed, or bidirectional override marks; NO_MEMORY. */
MUST_CHECK
bool text_nfc(struct arena *a, const char *field, const char *s, size_t len, char **ret_text,
              struct error *err);

bool text_is_nfc(const char *s); /* valid UTF-8 that composition would not change */

/* "Nguyễn Thị  Đào" -> "nguyen thi dao": lower case, no marks, đ as d, compatibility forms
 * replaced, runs of blanks as one, none at the ends. NULL when memory ends or `s` is not UTF-8. */
char *text_fold(struct arena *a, const char *s);

/* A phone number as it is written elsewhere: "0912 333 444" -> "+84912 333 444", "+84 912.." -> "0
 * 912.."; NULL for what is neither, and when memory ends. */
const char *text_phone_other(struct arena *a, const char *s);

/* "Phó Chủ tịch" -> "PHÓ CHỦ TỊCH". NULL when memory ends or `s` is not UTF-8. */
char *text_upper(struct arena *a, const char *s);

size_t text_characters(const char *s); /* code points of valid UTF-8 */

/* The items of a list written with commas, "a,b"; "" is none. NULL when memory ends. */
const char *const *text_items(struct arena *a, const char *list, int *ret_n);
/* The same of numbers, as they are stored: "3,17". */
const int64_t *text_numbers(struct arena *a, const char *list, int *ret_n);

/* Appends NFC text in lines of at most `width` characters, broken at blanks, each ended by a line
 * feed; the first begins with `head`, the others with as many blanks. A word longer than a line
 * stands whole. */
void text_wrap(struct buffer *out, const char *head, const char *s, size_t width);
