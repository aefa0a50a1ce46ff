#include "flow/piece.h"

bool piece_check(int64_t from, int64_t len, int64_t received, int64_t size, int64_t piece,
                 bool *ret_is_repeated, struct error *err)
{
    *ret_is_repeated = len > 0 && len <= received && from <= received - len;
    if (*ret_is_repeated)
        return true;
    if (from != received)
        return error_set(err, ERR_UPLOAD_PIECE, arg_number("expected", received),
                         arg_number("value", from));
    return (len > 0 && len <= piece && len <= size - received &&
            (len == piece || len == size - received)) ||
           error_set(err, ERR_UPLOAD_PIECE_SIZE, arg_number("limit", piece));
}
