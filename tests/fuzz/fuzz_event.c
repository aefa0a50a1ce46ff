/* Stored bytes of an event: what is read is written again to the same bytes, as far as the core
 * composes them; the chain stands on that. */
#include <stdint.h>
#include <string.h>

#include "domain/event.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_freep) struct arena *a = arena_new((size_t)1 << 24);
    struct buffer first = {0}, second = {0};
    struct event e, again;
    struct error err = {0};

    if (!event_decode(a, (const char *)data, size, &e, &err)) {
        assert(err.code != ERR_NONE);
        return 0;
    }
    event_encode(&e, &first);
    if (event_decode(a, first.data, first.len, &again, &err)) {
        event_encode(&again, &second);
        assert(first.len == second.len && !memcmp(first.data, second.data, first.len));
    }
    buffer_deinit(&first);
    buffer_deinit(&second);
    return 0;
}
