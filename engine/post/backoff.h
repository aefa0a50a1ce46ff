/* When to try again what could not be sent. */
#pragma once
#include <stdint.h>

/* Microseconds to wait after the n-th attempt: `first` doubled with each attempt up to `most`, and
 * up to a quarter more, so that what failed together does not come back together.
 *
 *   n_attempts  1.. made so far
 *   chance      any 32 random bits */
int64_t backoff_delay(int n_attempts, int64_t first, int64_t most, uint32_t chance);
