/* Personal values at rest: AES-256-GCM under keys that live outside the database, and a blind index
 * (keyed digest) for exact search.
 *
 * An installation has a ring of keys: the first seals, all of them open, so that keys change while
 * everybody works (docs/operations.md). Commitments stay for ever under the key that made the first
 * ones, for the events that hold them can never be written again. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

#define SEAL_KEYS_MAX 8

/* Sealing, indexes and commitments use keys derived from the master keys, so that what one shows
 * says nothing about the others. Read-only once loaded: threads may share it. */
struct seal_ring;

/* Reads the key file (seal_file.h). Errors: those of seal_file_read(), NO_MEMORY. */
MUST_CHECK
bool seal_ring_load(const char *path, struct seal_ring **ret_ring, struct error *err);
struct seal_ring *seal_ring_free(struct seal_ring *ring); /* wipes it; takes NULL, returns NULL */
static inline void seal_ring_freep(struct seal_ring **ring)
{
    *ring = seal_ring_free(*ring);
}
int seal_ring_count(const struct seal_ring *ring);         /* 1..SEAL_KEYS_MAX */
int32_t seal_ring_id(const struct seal_ring *ring, int i); /* 0: the one that seals */
/* Of the key that commitments are made with: the same for the life of an installation, and another
 * one than every other installation's. */
int32_t seal_ring_commitment_id(const struct seal_ring *ring);

/* Sealed form: key id (4 bytes, big endian), nonce (12), text, tag (16). From the arena.
 * Errors: NO_MEMORY {what}. */
MUST_CHECK
bool seal_text(const struct seal_ring *ring, struct arena *a, const char *text,
               unsigned char **ret_bytes, size_t *ret_len, struct error *err);

/* Errors: SEAL_KEY_OTHER {id} when a key made it that is not in the ring, SEAL_BROKEN {what} when a
 * bit was changed. */
MUST_CHECK
bool seal_open(const struct seal_ring *ring, struct arena *a, const unsigned char *bytes,
               size_t len, char **ret_text, struct error *err);
int32_t seal_id(const unsigned char *bytes, size_t len); /* of the key that sealed it; 0: none */

/* Keyed digest of the text without blanks, dots and dashes and with ASCII letters in upper case:
 * equal numbers, equal index, however they were typed. Under the key that seals; and, for whoever
 * searches while keys change, under each of the ring: returns how many. */
void seal_blind_index(const struct seal_ring *ring, const char *text, unsigned char ret[32]);
int seal_blind_indexes(const struct seal_ring *ring, const char *text,
                       unsigned char ret[SEAL_KEYS_MAX][32]);

/* Keyed commitment over several values (NULL: absent, which differs from ""), which events carry
 * instead of the values themselves. */
void seal_commitment(const struct seal_ring *ring, const char *const *values, size_t n,
                     unsigned char ret[32]);

/* Keyed digest that marks the browser an officer has logged in with before: nobody else can make
 * one. Under a key of its own, of the key that seals: once another seals, browsers are strangers
 * until the next login. */
void seal_device_mac(const struct seal_ring *ring, const void *bytes, size_t len,
                     unsigned char ret[32]);
