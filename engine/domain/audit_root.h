/* The root of a day: what stood in the logs when the day was closed, as one hash, chained to the
 * root of the day before. Its record is text (docs/audit.md), so that it can be printed, signed and
 * checked with tools that everybody has:
 *   motcua-root 1
 *   day 2022-08-01
 *   from 1659286800000000          the instants of the day, microseconds since 1970 UTC
 *   until 1659373200000000
 *   events 12
 *   changes 3 7                    of a log numbered by ids: how many, and the last id
 *   merkle <64 hex digits>
 *   previous <64 hex digits>       hash of the record before, zeros before the first
 * The hash of a root is sha256 of its record. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/digest.h"

enum audit_leaf {
#define LEAF(name, letter, word, vi, en) AUDIT_##name,
#include "tables/audit_leaves.def"
#undef LEAF
    AUDIT_LEAF_COUNT
};

#define AUDIT_RECORD_MAX 1024
#define AUDIT_ENTRY_LEN  45 /* of a file of leaves: letter, id 8, seq 4, hash 32 */

struct audit_root {
    int32_t day;
    int64_t from, until;
    int64_t counts[AUDIT_LEAF_COUNT];
    int64_t last_ids[AUDIT_LEAF_COUNT]; /* of events: 0 */
    unsigned char merkle[DIGEST_LEN], previous[DIGEST_LEN];
};

void audit_root_write(const struct audit_root *root, struct buffer *buf);
/* Reads exactly what audit_root_write() writes; a kind that an older record does not name has
 * nothing. False when it is no such record. */
bool audit_root_read(const char *text, size_t len, struct audit_root *ret);

char audit_leaf_letter(enum audit_leaf kind);
const char *audit_leaf_word(enum audit_leaf kind);
/* What stands for a row: letter, id 8 bytes, seq 4 bytes (0 but for events), hash; big-endian.
 * Files of leaves are these one after another. */
void audit_entry_write(enum audit_leaf kind, int64_t id, int32_t seq,
                       const unsigned char hash[DIGEST_LEN], unsigned char ret[AUDIT_ENTRY_LEN]);
/* The leaf of the tree: sha256(0x00 || entry). */
void audit_entry_hash(const unsigned char entry[AUDIT_ENTRY_LEN], unsigned char ret[DIGEST_LEN]);
bool audit_entry_read(const unsigned char bytes[AUDIT_ENTRY_LEN], enum audit_leaf *ret_kind,
                      int64_t *ret_id, int32_t *ret_seq, unsigned char ret_hash[DIGEST_LEN]);
