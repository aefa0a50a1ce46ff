/* What claims to be a PDF of ours: every span that is told lies within the file, every walk ends.
 */
#include <assert.h>
#include <stdint.h>

#include "document/pdf.h"

#define PAGES 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void within(const struct pdf_file *f, struct pdf_span s)
{
    assert(!s.len || (s.at >= f->bytes.at && s.at + s.len <= f->bytes.at + f->bytes.len));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const keys[] = {"Pages", "AcroForm", "Fields", "Contents", "Length", "Rect"};
    struct arena *a = arena_new(16u << 20);
    struct pdf_file f;
    struct error err = {0};
    int pages[PAGES];

    if (pdf_open(a, data, size, &f, &err)) {
        for (int i = 0; i < f.n_objects && i < 200; i++) {
            struct pdf_span object = pdf_object(&f, i), value, rest;

            within(&f, object);
            within(&f, pdf_stream(&f, i));
            for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
                value = pdf_follow(&f, object, keys[k]);
                within(&f, value);
                rest = pdf_inside(value);
                within(&f, rest);
                for (int n = 0; n < 100 && pdf_next(&rest, &value); n++)
                    within(&f, value);
            }
        }
        assert(pdf_pages(&f, pages, PAGES) >= 0);
    } else {
        assert(err.code != ERR_NONE);
    }
    arena_free(a);
    return 0;
}
