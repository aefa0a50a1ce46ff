/* See audit_file.h. A line is appended under a lock of the file, and only after the leaves of its
 * day are there: whoever sees a day in roots.jsonl finds its leaves. */
#include "flow/audit_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/instant.h"

static void closep(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static bool trouble(const char *path, int fault, struct error *err)
{
    return error_set(err, ERR_AUDIT_FILE, arg_text("path", path),
                     arg_text("reason", strerror(fault)));
}

/* ---- roots.jsonl ---- */

static bool roots_path(const char *folder, char path[1024], struct error *err)
{
    return snprintf(path, 1024, "%s/" AUDIT_ROOTS_FILE, folder) < 1024 ||
           trouble(folder, ENAMETOOLONG, err);
}

/* The day of the last whole line, and where that line ends. */
static bool last_line(int fd, const char *path, int32_t *ret_day, off_t *ret_end, struct error *err)
{
    char tail[2 * AUDIT_LINE_MAX], *from, *end;
    struct audit_line line;
    struct audit_root root;
    struct stat st;
    ssize_t n;
    off_t at;

    *ret_day = DATE_NONE;
    *ret_end = 0;
    if (fstat(fd, &st) != 0)
        return trouble(path, errno, err);
    at = st.st_size > (off_t)sizeof tail ? st.st_size - (off_t)sizeof tail : 0;
    n = pread(fd, tail, sizeof tail, at);
    if (n < 0)
        return trouble(path, errno, err);
    end = memrchr(tail, '\n', (size_t)n);
    if (!end)
        return at == 0 ||
               error_set(err, ERR_AUDIT_LINE, arg_text("path", path), arg_text("line", "the last"));
    from = memrchr(tail, '\n', (size_t)(end - tail));
    from = from ? from + 1 : tail;
    if (!audit_line_read(from, (size_t)(end - from), &line, &root))
        return error_set(err, ERR_AUDIT_LINE, arg_text("path", path), arg_text("line", "the last"));
    *ret_day = root.day;
    *ret_end = at + (end + 1 - tail);
    return true;
}

bool audit_file_last(const char *folder, int32_t *ret_day, struct error *err)
{
    CLEANUP(closep) int fd = -1;
    char path[1024];
    off_t end;

    if (!roots_path(folder, path, err))
        return false;
    *ret_day = DATE_NONE;
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT || trouble(path, errno, err);
    return last_line(fd, path, ret_day, &end, err);
}

static bool write_all(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, bytes, len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        bytes += n;
        len -= (size_t)n;
    }
    return true;
}

static bool sync_folder(const char *folder)
{
    CLEANUP(closep) int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    /* Some file systems of other machines cannot, and keep names without. */
    return fd >= 0 && (fsync(fd) == 0 || errno == EINVAL || errno == ENOTSUP);
}

bool audit_file_append(const char *folder, int32_t day, const char *line, size_t len,
                       struct error *err)
{
    CLEANUP(closep) int fd = -1;
    char path[1024];
    int32_t last;
    off_t end;

    if (!roots_path(folder, path, err))
        return false;
    fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0 || flock(fd, LOCK_EX) != 0)
        return trouble(path, errno, err);
    if (!last_line(fd, path, &last, &end, err))
        return false;
    if (last != DATE_NONE && last >= day)
        return true; /* another daemon was here */
    if (ftruncate(fd, end) != 0 || lseek(fd, end, SEEK_SET) < 0 || !write_all(fd, line, len) ||
        fsync(fd) != 0 || !sync_folder(folder))
        return trouble(path, errno, err);
    return true;
}

/* ---- leaves ---- */

bool audit_leaves_begin(const char *folder, int32_t day, struct audit_leaves_file *ret,
                        struct error *err)
{
    char name[INSTANT_TEXT_MAX];

    date_format(day, name);
    ret->fd = -1;
    if (snprintf(ret->path, sizeof ret->path, "%s/%s.leaves", folder, name) >=
            (int)sizeof ret->path ||
        snprintf(ret->part, sizeof ret->part, "%s.part.%ld", ret->path, (long)getpid()) >=
            (int)sizeof ret->part)
        return trouble(folder, ENAMETOOLONG, err);
    ret->fd = open(ret->part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    return ret->fd >= 0 || trouble(ret->part, errno, err);
}

bool audit_leaves_add(struct audit_leaves_file *f, const void *entries, size_t len,
                      struct error *err)
{
    return write_all(f->fd, entries, len) || trouble(f->part, errno, err);
}

bool audit_leaves_end(struct audit_leaves_file *f, struct error *err)
{
    if (fsync(f->fd) != 0 || rename(f->part, f->path) != 0)
        return trouble(f->path, errno, err);
    close(f->fd);
    f->fd = -1;
    return true;
}

void audit_leaves_drop(struct audit_leaves_file *f)
{
    if (f->fd < 0)
        return;
    close(f->fd);
    unlink(f->part);
    f->fd = -1;
}
