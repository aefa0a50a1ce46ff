/* Pieces of a file in any order and size: what is taken lies end to end, never beyond the size, and
 * a file that is whole was made of whole pieces and one rest. Eight bytes a piece, the first eight
 * the size. */
#include <stdint.h>
#include <string.h>

#include "flow/piece.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PIECE 64

static int64_t number(const uint8_t *bytes)
{
    int64_t n;

    memcpy(&n, bytes, sizeof n);
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int64_t received = 0, whole;

    if (size < 8)
        return 0;
    whole = (number(data) & 1023) + 1;
    for (size_t at = 8; at + 16 <= size; at += 16) {
        /* mostly near what fits, sometimes anything */
        int64_t from = data[at] & 1 ? number(data + at) & 0x1FFFFFFFFFFFFF
                                    : received + (data[at] >> 1) % 3 - 1;
        int64_t len = data[at + 8] & 1 ? number(data + at + 8) & 0x1FFFFFFFFFFFFF
                                       : data[at + 9] % (PIECE + 2);
        struct error err = {0};
        bool is_repeated;

        if (from < 0)
            continue;
        if (!piece_check(from, len, received, whole, PIECE, &is_repeated, &err)) {
            assert(err.code == ERR_UPLOAD_PIECE || err.code == ERR_UPLOAD_PIECE_SIZE);
        } else if (is_repeated) {
            assert(from + len <= received);
        } else {
            assert(from == received && len > 0 && from + len <= whole);
            assert(from % PIECE == 0 && (len == PIECE || from + len == whole));
            received += len;
        }
    }
    return 0;
}
