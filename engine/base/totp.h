/* One-time codes of an authenticator (RFC 6238: HMAC-SHA-1, 30 seconds; six digits) and base32, in
 * which their secrets are written. Pure but for the library that hashes. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TOTP_SECRET_LEN 20 /* bytes, as RFC 4226 recommends */
#define TOTP_PERIOD_S   30
#define TOTP_DIGITS     6
#define TOTP_WINDOW                                                                                \
    1 /* steps before and after the present one: clocks differ, people type slowly */

/* Bytes a base32 text of n bytes takes, terminator included. */
#define BASE32_LEN(n) (((n)*8 + 4) / 5 + 1)

/* Upper case, without padding. */
void base32_encode(const void *bytes, size_t len, char *buf);
/* Reads a text without padding, either case. False: a character that is none, or too long. */
bool base32_decode(const char *text, void *buf, size_t size, size_t *ret_len);

/* The code of a step, `digits` (1..8) of it. */
uint32_t totp_code(const void *secret, size_t len, int64_t step, int digits);

/* The step whose code this is, among those around `now` (microseconds) that lie after `last_step`:
 * what was accepted once is not accepted again. False: none. */
bool totp_find_step(const void *secret, size_t len, const char *code, int64_t now,
                    int64_t last_step, int64_t *ret_step);
