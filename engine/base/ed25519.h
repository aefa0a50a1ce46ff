/* Ed25519 (RFC 8032): a key that signs, kept in a file of mode 0600, and its public part, which
 * anybody may have. Both are PEM, as openssl(1) reads and writes them. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

#define ED25519_SIGNATURE_LEN 64
#define ED25519_ID_LEN        16 /* hex digits: the first of sha256(raw public key) */

struct ed25519;

/* The key that signs. Errors: those of secret_read(), KEY_FILE_FORMAT {path}. */
MUST_CHECK
bool ed25519_load(const char *path, struct ed25519 **ret_key, struct error *err);
/* Its public part alone. Errors: KEY_FILE {path} {reason}, KEY_FILE_FORMAT {path}. */
MUST_CHECK
bool ed25519_load_public(const char *path, struct ed25519 **ret_key, struct error *err);
/* Makes a key file (mode 0600; one that is there is not replaced) and beside it the public part:
 * "x.key" has "x.pub". Errors: KEY_FILE {path} {reason}. */
MUST_CHECK
bool ed25519_create(const char *path, struct error *err);
/* Where the public part of a key file lies; false when that is too long for `buf`. */
MUST_CHECK
bool ed25519_public_path(const char *path, char *buf, size_t size);
struct ed25519 *ed25519_free(struct ed25519 *key); /* takes NULL; returns NULL */
static inline void ed25519_freep(struct ed25519 **key)
{
    *key = ed25519_free(*key);
}

const char *ed25519_id(const struct ed25519 *key); /* ED25519_ID_LEN digits */
/* Errors: INTERNAL {what}. */
MUST_CHECK
bool ed25519_sign(const struct ed25519 *key, const void *bytes, size_t len,
                  unsigned char ret[ED25519_SIGNATURE_LEN], struct error *err);
bool ed25519_verify(const struct ed25519 *key, const void *bytes, size_t len,
                    const unsigned char signature[ED25519_SIGNATURE_LEN]);
