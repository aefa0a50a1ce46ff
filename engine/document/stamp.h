/* A signature prepared: a revision that fills a reserved place with what is seen (a seal, an image
 * of a signature, or words) and leaves a gap for the CMS, which whoever holds the key writes into
 * it (signature.h). Source: law:layout-signature, law:signature. */
#pragma once
#include <stdint.h>

#include "document/reserve.h"

#define STAMP_CONTENTS   16384 /* bytes of CMS the gap takes */
#define STAMP_IMAGE_SIDE 3000  /* pixels at most */

struct stamp {
    enum reserved_kind place;
    const char *image; /* path of a PNG, transparent, drawn to fill the place; NULL: the words */
    const char *words; /* lines, blue, in place of an image */
    const char *name, *reason, *location; /* for the reader of the file; NULL: not said */
    int64_t at;
    int32_t zone_s;
};

/* Appends to `ret_pdf` the file and the revision. The place must be there and still be empty.
 * Errors: DOCUMENT_FOREIGN {reason}, SIGNATURE_PLACE {field}, STAMP_IMAGE {path}, DOCUMENT_DRAWING,
 * DOCUMENT_FONT, NO_MEMORY. */
MUST_CHECK
bool stamp_prepare(struct arena *a, const void *pdf, size_t len, const struct stamp *stamp,
                   struct buffer *ret_pdf, struct error *err);
