/* The file of the keys, text so that it can be printed and put into a safe:
 *
 *   motcua-key 1 ID HEX            a master key; the first line's seals, every line's opens; at
 * most 8 motcua-commitment 1 ID HEX     the key that commitments are made with, derived from the
 * master key ID, which need not be there any more
 *
 * A file with one key needs no line for commitments: it is that key's. As soon as there is a second
 * one the line is written, and stays for ever. Changes are written beside, flushed and renamed;
 * what was there before is kept as FILE.before. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/seal.h"

struct seal_file_key {
    int32_t id; /* positive, random, so that two installations differ */
    unsigned char bytes[DIGEST_LEN];
};

struct seal_file {
    struct seal_file_key keys[SEAL_KEYS_MAX];
    int n;
    struct seal_file_key commitment; /* derived; there also where the file has no line for it */
};

/* Errors: KEY_FILE {path} {reason}, KEY_FILE_OPEN_TO_OTHERS {path} when it is not a plain file of
 * this user with mode 0600 or less, KEY_FILE_FORMAT {path}. */
MUST_CHECK
bool seal_file_read(const char *path, struct seal_file *ret, struct error *err);

/* Makes a random key in a new file of mode 0600. An existing file is never replaced: with its key
 * goes everything sealed. Errors: KEY_FILE {path} {reason}. */
MUST_CHECK
bool seal_file_create(const char *path, struct error *err);

/* Adds a random key, which opens and does not seal yet. Errors: those of reading, KEY_RING_FULL
 * {path} {limit}. */
MUST_CHECK
bool seal_file_add(const char *path, int32_t *ret_id, struct error *err);
/* Makes it the key that seals. Errors: those of reading, KEY_UNKNOWN {id}. */
MUST_CHECK
bool seal_file_use(const char *path, int32_t id, struct error *err);
/* Takes a key out that does not seal; one that is not there is no error, for whoever was
 * interrupted tries again. Nothing may be sealed by it any more: the caller's to see to. Errors:
 * those of reading, KEY_SEALS {id}. */
MUST_CHECK
bool seal_file_retire(const char *path, int32_t id, struct error *err);
