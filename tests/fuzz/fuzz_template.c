/* A template: what is faulty is refused with its line, what is read has blocks with as many parts
 * as their kind asks for. */
#include <assert.h>
#include <stdint.h>

#include "document/template.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct template *t = NULL;
    struct error err = {0};
    struct arena *a = arena_new(16u << 20);

    if (template_parse(a, "fuzz", (const char *)data, size, &t, &err)) {
        assert(t && t->form && t->name && t->width_mm > 0 && t->height_mm > 0);
        for (const struct block *b = t->blocks; b; b = b->next) {
            assert(b->line >= 1 && b->line <= TEMPLATE_LINES_MAX);
            assert(b->n_parts >= 1 && b->n_parts <= TEMPLATE_PARTS_MAX);
            assert(b->n_tests <= TEMPLATE_TESTS_MAX);
        }
    } else {
        assert(err.code != ERR_NONE);
    }
    arena_free(a);
    return 0;
}
