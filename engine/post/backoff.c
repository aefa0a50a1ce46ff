/* See backoff.h. */
#include "post/backoff.h"

#include <assert.h>

int64_t backoff_delay(int n_attempts, int64_t first, int64_t most, uint32_t chance)
{
    int64_t delay = first;

    assert(n_attempts >= 1 && first > 0 && most >= first);
    for (int i = 1; i < n_attempts && delay < most; i++)
        delay = delay > most / 2 ? most : 2 * delay;
    return delay + (int64_t)((double)delay / 4 * chance / UINT32_MAX);
}
