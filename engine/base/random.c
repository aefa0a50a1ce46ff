/* See random.h. A process that cannot get randomness must not go on with guessable tokens. */
#include "base/random.h"

#include <assert.h>
#include <limits.h>
#include <openssl/rand.h>
#include <stdlib.h>

#include "base/digest.h"

void random_bytes(void *buf, size_t len)
{
    unsigned char *p = buf;

    while (len) {
        int n = len > INT_MAX ? INT_MAX : (int)len;

        if (RAND_bytes(p, n) != 1)
            abort();
        p += n;
        len -= (size_t)n;
    }
}

void random_token(char *buf, size_t n_bytes)
{
    unsigned char bytes[64];

    assert(n_bytes <= sizeof bytes);
    random_bytes(bytes, n_bytes);
    hex_encode(bytes, n_bytes, buf);
}
