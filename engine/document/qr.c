/* See qr.h; code.h has the same as a mask for paper. */
#include "document/qr.h"

#include <qrencode.h>
#include <string.h>

#define TEXT_MAX 400

bool qr_rows(struct arena *a, const char *text, const char *const **ret_rows, size_t *ret_n,
             struct error *err)
{
    QRcode *qr = strlen(text) <= TEXT_MAX ? QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M) : NULL;
    size_t width = qr ? (size_t)qr->width : 0;
    const char **rows = qr ? arena_array(a, width, sizeof *rows) : NULL;
    bool is_whole = rows != NULL;

    if (!qr)
        return error_set(err, ERR_DOCUMENT_LIMIT, arg_text("field", "qr"),
                         arg_number("limit", TEXT_MAX));
    for (size_t y = 0; is_whole && y < width; y++) {
        char *row = arena_alloc(a, width + 1);

        for (size_t x = 0; row && x < width; x++)
            row[x] = qr->data[y * width + x] & 1 ? '1' : '0';
        is_whole = row != NULL;
        rows[y] = row;
    }
    QRcode_free(qr);
    if (!is_whole)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "qr"));
    *ret_rows = rows;
    *ret_n = width;
    return true;
}
