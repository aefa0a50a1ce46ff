/* The first byte chooses a message; what is read is written, and what is written reads and writes
 * the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "wire/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_freep) struct arena *a = arena_new((size_t)1 << 26);
    struct buffer first = {0}, second = {0};
    const struct codec_message *m;
    struct error err = {0};
    void *object;

    if (size < 1)
        return 0;
    m = messages[data[0] % n_messages];
    object = arena_alloc(a, m->size);
    if (codec_decode_text(m, (const char *)data + 1, size - 1, a, object, &err)) {
        if (!codec_encode(m, object, ZONE_VIETNAM_S, &first, &err) ||
            !codec_decode_text(m, first.data, first.len, a, object, &err) ||
            !codec_encode(m, object, ZONE_VIETNAM_S, &second, &err))
            abort();
        assert(first.len == second.len && !memcmp(first.data, second.data, first.len));
    } else {
        assert(err.code != ERR_NONE);
    }
    buffer_deinit(&first);
    buffer_deinit(&second);
    return 0;
}
