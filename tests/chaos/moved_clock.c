/* Loaded before libc by a daemon under test: its calendar clock goes wrong by as many microseconds
 * as the file named by MOVED_CLOCK says at this moment (eight bytes, in the order of this machine).
 * The monotonic clock stays right. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t *shift;
static int (*real)(clockid_t, struct timespec *);

__attribute__((constructor)) static void moved_clock_begin(void)
{
    const char *path = getenv("MOVED_CLOCK");
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    void *at = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof *shift, PROT_READ, MAP_SHARED, fd, 0);

    if (fd >= 0)
        close(fd);
    shift = at == MAP_FAILED ? NULL : at;
    *(void **)&real = dlsym(RTLD_NEXT, "clock_gettime");
}

int clock_gettime(clockid_t id, struct timespec *ts)
{
    int64_t at;
    int status;

    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "clock_gettime");
    status = real(id, ts);
    if (status != 0 || id != CLOCK_REALTIME || !shift)
        return status;
    at = (int64_t)ts->tv_sec * 1000000 + ts->tv_nsec / 1000 + *shift;
    ts->tv_sec = (time_t)(at / 1000000);
    ts->tv_nsec = (long)(at % 1000000) * 1000;
    return 0;
}
