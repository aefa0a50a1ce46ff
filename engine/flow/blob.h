/* Files by their content. What the engine draws is kept in the database, in the transaction order
 * of storage.md; reading one answers its bytes, whichever daemon wrote them. */
#pragma once
#include "base/buffer.h"
#include "base/digest.h"
#include "flow/request.h"

#define BLOB_PIECE ((size_t)1 << 20) /* bytes of a row */

/* Keeps a file; the same file again is no error. On the job lane, whose queries run in order: one
 * sent after it finds the file. */
bool blob_put_send(struct request *req, int slot, const void *bytes, size_t len, const char *type,
                   unsigned char ret_sha256[DIGEST_LEN]);

/* Reads one that is small enough to be held; large ones are read in pieces (file_store.h). */
bool blob_get_send(struct request *req, int slot, const unsigned char sha256[DIGEST_LEN]);
/* Appends its bytes. Errors: INTERNAL {what} when it is not there, NO_MEMORY. */
bool blob_get_take(struct request *req, int slot, struct buffer *ret_bytes);
