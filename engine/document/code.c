/* A mask of one bit per module costs some hundred bytes in the PDF and stays sharp at any size. */
#include "document/code.h"

#include <qrencode.h>
#include <stdint.h>
#include <string.h>

#include "document/document.h"

static void code_set(unsigned char *row, size_t x)
{
    uint32_t word;

    /* cairo's A1: 32-bit words in the machine's order, the leftmost pixel in the lowest bit on
     * little-endian. */
    memcpy(&word, row + x / 32 * 4, sizeof word);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    word |= UINT32_C(1) << (x % 32);
#else
    word |= UINT32_C(1) << (31 - x % 32);
#endif
    memcpy(row + x / 32 * 4, &word, sizeof word);
}

bool code_new(const char *text, cairo_surface_t **ret_mask, struct error *err)
{
    QRcode *qr =
        strlen(text) <= DOCUMENT_QR_MAX ? QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M) : NULL;
    cairo_surface_t *mask;
    unsigned char *data;
    int side;
    size_t stride;

    if (!qr)
        return error_set(err, ERR_DOCUMENT_LIMIT, arg_text("field", "qr"),
                         arg_number("limit", DOCUMENT_QR_MAX));
    side = qr->width + 2 * CODE_QUIET;
    mask = cairo_image_surface_create(CAIRO_FORMAT_A1, side, side);
    data = cairo_image_surface_get_data(mask);
    if (!data) {
        QRcode_free(qr);
        cairo_surface_destroy(mask);
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "qr"));
    }
    stride = (size_t)cairo_image_surface_get_stride(mask);
    for (int y = 0; y < qr->width; y++)
        for (int x = 0; x < qr->width; x++)
            if (qr->data[y * qr->width + x] & 1)
                code_set(data + ((size_t)y + CODE_QUIET) * stride, (size_t)x + CODE_QUIET);
    cairo_surface_mark_dirty(mask);
    QRcode_free(qr);
    *ret_mask = mask;
    return true;
}
