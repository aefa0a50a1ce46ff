/* Where a piece of a file on its way in may stand: at the end of what is kept, whole pieces before
 * the last. Pure. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/*   from, len          the piece
 *   received, size     bytes that are kept, bytes of the whole
 *   piece              bytes of one that is not the last
 *   ret_is_repeated    it is kept already: its client did not hear the answer
 * Errors: UPLOAD_PIECE {expected} {value}, UPLOAD_PIECE_SIZE {limit}. */
MUST_CHECK
bool piece_check(int64_t from, int64_t len, int64_t received, int64_t size, int64_t piece,
                 bool *ret_is_repeated, struct error *err);
