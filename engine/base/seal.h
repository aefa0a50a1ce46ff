/* Personal values at rest: AES-256-GCM under a key that lives outside the database, and a blind
 * index (keyed digest) for exact search. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

/* The key of one installation. Sealing, indexes and commitments use three keys derived from it, so
 * that what one shows says nothing about the others. Read-only once loaded: threads may share it.
 */
struct seal_key;

/* Reads the key file made by seal_key_create().
 * Errors: KEY_FILE {path} {reason}, KEY_FILE_OPEN_TO_OTHERS {path} when it is not a plain file of
 * this user with mode 0600 or less, KEY_FILE_FORMAT {path}, NO_MEMORY. */
MUST_CHECK
bool seal_key_load(const char *path, struct seal_key **ret_key, struct error *err);

/* Makes a random key in a new file of mode 0600. An existing file is never replaced: with its key
 * goes everything sealed. Errors: KEY_FILE {path} {reason}. */
MUST_CHECK
bool seal_key_create(const char *path, struct error *err);
struct seal_key *seal_key_free(struct seal_key *key); /* wipes it; takes NULL, returns NULL */
static inline void seal_key_freep(struct seal_key **key)
{
    *key = seal_key_free(*key);
}
int32_t seal_key_id(const struct seal_key *key); /* positive, random, so two installations differ */

/* Sealed form: key id (4 bytes, big endian), nonce (12), text, tag (16). From the arena.
 * Errors: NO_MEMORY {what}. */
MUST_CHECK
bool seal_text(const struct seal_key *key, struct arena *a, const char *text,
               unsigned char **ret_bytes, size_t *ret_len, struct error *err);

/* Errors: SEAL_KEY_OTHER {id} when another key made it, SEAL_BROKEN {what} when a bit was changed.
 */
MUST_CHECK
bool seal_open(const struct seal_key *key, struct arena *a, const unsigned char *bytes, size_t len,
               char **ret_text, struct error *err);

/* Keyed digest of the text without blanks, dots and dashes and with ASCII letters in upper case:
 * equal numbers, equal index, however they were typed. */
void seal_blind_index(const struct seal_key *key, const char *text, unsigned char ret[32]);

/* Keyed commitment over several values (NULL: absent, which differs from ""), which events carry
 * instead of the values themselves. */
void seal_commitment(const struct seal_key *key, const char *const *values, size_t n,
                     unsigned char ret[32]);

/* Keyed digest that marks the browser an officer has logged in with before: nobody else can make
 * one. Under a key of its own. */
void seal_device_mac(const struct seal_key *key, const void *bytes, size_t len,
                     unsigned char ret[32]);
