/* A stranger's PDF: each signature that is told lies within the file, in order, and a file that was
 * changed behind its last one is told so by its end. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "document/signature.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct signature found[SIGNATURES_MAX];
    struct error err = {0};
    int n = 0;

    if (!signature_check(data, size, NULL, found, &n, &err)) {
        assert(err.code != ERR_NONE);
        return 0;
    }
    assert(n >= 1 && n <= SIGNATURES_MAX);
    for (int i = 0; i < n; i++) {
        assert(found[i].from < found[i].to && found[i].to <= found[i].end && found[i].end <= size);
        assert(i == 0 || found[i].end > found[i - 1].end);
        assert(memchr(found[i].certificate.subject, '\0', SIGNATURE_NAME_MAX));
        assert(!found[i].is_trusted);
    }
    return 0;
}
