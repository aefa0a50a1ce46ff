/* Sealed values: what was sealed opens, what was changed by a bit does not, and bytes of anybody's
 * making open as nothing. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/seal_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct seal_ring *key(void)
{
    static struct seal_ring *made;
    char folder[] = "/tmp/fuzz-seal-XXXXXX", path[64];
    struct error err;

    if (made)
        return made;
    assert(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/key", folder);
    if (!seal_file_create(path, &err) || !seal_ring_load(path, &made, &err))
        abort();
    unlink(path);
    rmdir(folder);
    return made;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_freep) struct arena *a = arena_new((size_t)1 << 22);
    unsigned char *sealed;
    size_t len, at;
    char *text, *opened;
    struct error err = {0};

    if (size < 4 || size > 4096)
        return 0;
    assert(!seal_open(key(), a, data, size, &opened, &err) && err.code != ERR_NONE);
    text = arena_strndup(a, (const char *)data + 4, size - 4);
    if (!seal_text(key(), a, text, &sealed, &len, &err) ||
        !seal_open(key(), a, sealed, len, &opened, &err))
        abort();
    assert(!strcmp(opened, text));
    at = (size_t)(data[0] | data[1] << 8) % len;
    sealed[at] ^= (unsigned char)(1 << data[2] % 8);
    assert(!seal_open(key(), a, sealed, len, &opened, &err));
    sealed[at] ^= (unsigned char)(1 << data[2] % 8);
    assert(!seal_open(key(), a, sealed, len - 1 - data[3] % len, &opened, &err));
    return 0;
}
