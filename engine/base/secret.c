/* See secret.h. */
#include "base/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void closep(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

bool secret_read(const char *path, char *buf, size_t size, struct error *err)
{
    CLEANUP(closep) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    struct stat st;
    ssize_t n;

    if (fd < 0 || fstat(fd, &st))
        return error_set(err, ERR_KEY_FILE, arg_text("path", path),
                         arg_text("reason", strerror(errno)));
    if (!S_ISREG(st.st_mode) || st.st_uid != geteuid() || (st.st_mode & 077))
        return error_set(err, ERR_KEY_FILE_OPEN_TO_OTHERS, arg_text("path", path));
    n = read(fd, buf, size - 1);
    if (n < 0)
        return error_set(err, ERR_KEY_FILE, arg_text("path", path),
                         arg_text("reason", strerror(errno)));
    buf[n] = '\0';
    return true;
}

bool secret_read_line(const char *path, char *buf, size_t size, struct error *err)
{
    if (!secret_read(path, buf, size, err))
        return false;
    buf[strcspn(buf, "\r\n")] = '\0';
    return buf[0] || error_set(err, ERR_KEY_FILE_FORMAT, arg_text("path", path));
}
