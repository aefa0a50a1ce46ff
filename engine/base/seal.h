/* Personal values at rest: AES-256-GCM under a key that lives outside the database, and a blind index
 * (keyed digest) for exact search. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

struct seal_key;

/* Reads the key file (made by seal_key_create), which must belong to the user alone.
 * Errors: KEY_FILE {path}. */
MUST_CHECK bool seal_key_load(const char *path, struct seal_key **ret_key, struct error *err);
MUST_CHECK bool seal_key_create(const char *path, struct error *err); /* mode 0600, refuses to replace */
struct seal_key *seal_key_free(struct seal_key *key);
int32_t seal_key_id(const struct seal_key *key);

/* Sealed form: key id (4 bytes, big endian), nonce (12), text, tag (16). From the arena. */
MUST_CHECK bool seal_text(const struct seal_key *key, struct arena *a, const char *text,
                          unsigned char **ret_bytes, size_t *ret_len, struct error *err);
MUST_CHECK bool seal_open(const struct seal_key *key, struct arena *a, const unsigned char *bytes,
                          size_t len, char **ret_text, struct error *err);
/* Keyed digest of the text after dropping blanks, dots and dashes: equal numbers, equal index. */
void seal_blind_index(const struct seal_key *key, const char *text, unsigned char ret[32]);
/* Keyed commitment over several values, which events carry instead of the values themselves. */
void seal_commitment(const struct seal_key *key, const char *const *values, size_t n,
                     unsigned char ret[32]);
