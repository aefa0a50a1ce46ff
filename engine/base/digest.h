/* SHA-256, keyed digests and constant-time comparison. A digest that cannot be computed (no memory,
 * broken provider) aborts: there is no safe answer to give. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#define DIGEST_LEN 32

void digest_sha256(const void *bytes, size_t len, unsigned char ret[DIGEST_LEN]);
/* Of bytes that come piece by piece; begun, it has to be ended. */
struct digest_run;
struct digest_run *digest_begin(void);
void digest_add(struct digest_run *run, const void *bytes, size_t len);
void digest_end(struct digest_run *run, unsigned char ret[DIGEST_LEN]); /* frees it */

void digest_hmac(const void *key, size_t key_len, const void *bytes, size_t len,
                 unsigned char ret[DIGEST_LEN]);
/* sha256(a || b), the step of every chain. */
void digest_chain(const void *a, size_t a_len, const void *b, size_t b_len,
                  unsigned char ret[DIGEST_LEN]);
bool digest_equal(const void *a, const void *b, size_t len); /* in constant time */

void hex_encode(const void *bytes, size_t len, char *buf); /* 2 x len + 1 bytes, lower case */
bool hex_decode(const char *hex, size_t len,
                void *buf); /* len bytes from 2 x len digits, either case */
