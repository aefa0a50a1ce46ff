#define _POSIX_C_SOURCE 200809L
/* See clock.h. The offset is process-wide on purpose: no caller may forget it. */
#include "base/clock.h"

#include <stdatomic.h>
#include <time.h>

static _Atomic int64_t offset;

static int64_t read_clock(clockid_t id)
{
    struct timespec ts;

    clock_gettime(id, &ts);
    return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

int64_t clock_real(void)
{
    return read_clock(CLOCK_REALTIME);
}

int64_t clock_business(void)
{
    return clock_real() + atomic_load(&offset);
}

int64_t clock_monotonic(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

void clock_set_offset(int64_t offset_us)
{
    atomic_store(&offset, offset_us);
}

int64_t clock_offset(void)
{
    return atomic_load(&offset);
}
