/* A disk whose flush takes longer: loaded into PostgreSQL (LD_PRELOAD), it puts SLOW_FLUSH_MS
 * milliseconds before each fsync and fdatasync. The flush itself stays. */
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <time.h>

/* The system's own headers would have these come from there. */
int fsync(int fd);
int fdatasync(int fd);

static int slow_flush(const char *name, int fd)
{
    const char *text = getenv("SLOW_FLUSH_MS");
    long ms = text ? strtol(text, NULL, 10) : 0;
    struct timespec left = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
    int (*flush)(int fd);

    *(void **)&flush = dlsym(RTLD_NEXT, name);
    while (ms > 0 && nanosleep(&left, &left) != 0 && errno == EINTR)
        ;
    return flush(fd);
}

int fsync(int fd)
{
    return slow_flush("fsync", fd);
}

int fdatasync(int fd)
{
    return slow_flush("fdatasync", fd);
}
