/* A file in memory for what reads a path: the bytes at `path` until file_close(). */
#pragma once
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct memory_file {
    int fd;
    char path[40];
};

static inline void file_open(struct memory_file *f, const uint8_t *bytes, size_t len)
{
    f->fd = memfd_create("fuzz", MFD_CLOEXEC);
    assert(f->fd >= 0 && fchmod(f->fd, 0600) == 0);
    assert(write(f->fd, bytes, len) == (ssize_t)len);
    snprintf(f->path, sizeof f->path, "/proc/self/fd/%d", f->fd);
}

static inline void file_close(struct memory_file *f)
{
    close(f->fd);
}
