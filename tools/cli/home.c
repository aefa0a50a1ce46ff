#include "cli/home.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buffer.h"

#define CREDENTIALS_MAX 65536
#define TOKEN_MAX       512

static void fd_close(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

bool file_read(struct arena *a, const char *path, size_t limit, const char **ret_bytes,
               size_t *ret_len, struct error *err)
{
    bool is_input = strcmp(path, "-") == 0;
    CLEANUP(fd_close) int fd = is_input ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    size_t len = 0, size = 65536;
    char *bytes = arena_alloc(a, size);
    struct stat st;
    ssize_t n = 0;

    if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0) {
        size = (size_t)st.st_size < limit ? (size_t)st.st_size + 2 : limit + 2;
        bytes = arena_alloc(a, size);
    }
    if (!bytes)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", path));
    while (fd >= 0) {
        if (len + 1 >= size) {
            char *more = size > limit ? NULL : arena_alloc(a, size * 2);

            if (!more)
                return error_set(err, ERR_CLI_FILE, arg_text("path", path),
                                 arg_text("reason", strerror(EFBIG)));
            memcpy(more, bytes, len);
            bytes = more;
            size *= 2;
        }
        n = read(fd, bytes + len, size - len - 1);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        len += (size_t)n;
        if (len > limit) {
            errno = EFBIG;
            n = -1;
            break;
        }
    }
    if (fd < 0 || n < 0)
        return error_set(err, ERR_CLI_FILE, arg_text("path", path),
                         arg_text("reason", strerror(errno)));
    bytes[len] = '\0';
    *ret_bytes = bytes;
    *ret_len = len;
    return true;
}

/* One line of the credentials file: "url URL", or "login ALIAS LOGIN PASSWORD ...". */
static void home_read_line(char *line, const char *alias, struct home *home)
{
    char *rest = line;
    const char *word = strtok_r(rest, " \t", &rest);
    const char *first = word ? strtok_r(NULL, " \t", &rest) : NULL;
    struct login login = {first, NULL, NULL};

    if (!first)
        return;
    if (strcmp(word, "url") == 0)
        home->url = first;
    if (strcmp(word, "login") != 0 || home->login.alias || (alias && strcmp(alias, first) != 0))
        return;
    login.login = strtok_r(NULL, " \t", &rest);
    login.password = login.login ? strtok_r(NULL, " \t", &rest) : NULL;
    if (login.password)
        home->login = login;
}

bool home_open(struct arena *a, const char *folder, const char *alias, bool needs_login,
               struct home *ret_home, struct error *err)
{
    struct home home = {.folder = folder};
    const char *path = arena_printf(a, "%s/credentials", folder);
    const char *bytes, *reason;
    char *text, *line, *rest = NULL;
    struct error why;
    size_t len;

    if (!path)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", folder));
    error_clear(&why);
    if (!file_read(a, path, CREDENTIALS_MAX, &bytes, &len, &why)) {
        reason = error_arg(&why, "reason") ? error_arg(&why, "reason")->text : "";
        return error_set(err, ERR_CLI_NO_DATA, arg_text("path", path), arg_text("reason", reason));
    }
    text = arena_strndup(a, bytes, len);
    for (line = text ? strtok_r(text, "\n", &rest) : NULL; line; line = strtok_r(NULL, "\n", &rest))
        home_read_line(line, alias, &home);
    if (!home.url)
        return error_set(err, ERR_CLI_NO_DATA, arg_text("path", path), arg_text("reason", "url"));
    if (!home.login.alias && !needs_login)
        home.login = (struct login){"", "", ""};
    if (!home.login.alias)
        return error_set(err, ERR_CLI_NO_LOGIN, arg_text("alias", alias ? alias : "login"),
                         arg_text("path", path));
    home.certificate = arena_printf(a, "%s/tls/cert.pem", folder);
    if (home.certificate && access(home.certificate, R_OK) != 0)
        home.certificate = NULL;
    *ret_home = home;
    return true;
}

static const char *token_path(struct arena *a, const struct home *home)
{
    const char *alias = home->login.alias;

    /* An alias is a file's name here: one that could leave the folder is not kept. */
    if (!*alias || strchr(alias, '/') || alias[0] == '.')
        return NULL;
    return arena_printf(a, "%s/sessions/%s", home->folder, alias);
}

const char *home_token(struct arena *a, const struct home *home)
{
    const char *path = token_path(a, home), *bytes;
    struct error err;
    size_t len;

    error_clear(&err);
    if (!path || !file_read(a, path, TOKEN_MAX, &bytes, &len, &err))
        return NULL;
    return arena_strndup(a, bytes, strcspn(bytes, "\r\n"));
}

/* Written beside and renamed, so that two runs at once never read half a token. */
void home_keep_token(struct arena *a, const struct home *home, const char *token)
{
    const char *path = token_path(a, home);
    const char *folder = arena_printf(a, "%s/sessions", home->folder);
    const char *beside = path ? arena_printf(a, "%s.%ld", path, (long)getpid()) : NULL;
    CLEANUP(fd_close) int fd = -1;
    size_t len = strlen(token);

    if (!folder || !beside)
        return;
    (void)mkdir(folder, 0700);
    fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return;
    if (write(fd, token, len) != (ssize_t)len || rename(beside, path) != 0)
        (void)unlink(beside);
}

void home_forget_token(struct arena *a, const struct home *home)
{
    const char *path = token_path(a, home);

    if (path)
        (void)unlink(path);
}

/* The line of a login with another password: "login ALIAS LOGIN PASSWORD REST". */
static void write_line(struct buffer *out, const char *line, size_t len, const struct home *home,
                       const char *password)
{
    char head[256];
    size_t n =
        (size_t)snprintf(head, sizeof head, "login %s %s ", home->login.alias, home->login.login);

    if (n < sizeof head && len > n && strncmp(line, head, n) == 0) {
        size_t old = strcspn(line + n, " \t\n");

        buffer_add(out, line, n);
        buffer_text(out, password);
        line += n + old;
        len -= n + old;
    }
    buffer_add(out, line, len);
}

bool home_keep_password(struct arena *a, const struct home *home, const char *password,
                        struct error *err)
{
    const char *path = arena_printf(a, "%s/credentials", home->folder);
    const char *beside = arena_printf(a, "%s/credentials.%ld", home->folder, (long)getpid());
    struct buffer out = {0};
    CLEANUP(fd_close) int fd = -1;
    const char *bytes;
    size_t len;
    bool is_kept;

    if (!path || !beside)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", home->folder));
    if (!file_read(a, path, CREDENTIALS_MAX, &bytes, &len, err))
        return false;
    for (size_t at = 0; at < len;) {
        size_t line = strcspn(bytes + at, "\n");

        line += bytes[at + line] == '\n';
        write_line(&out, bytes + at, line, home, password);
        at += line ? line : 1;
    }
    fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    is_kept = fd >= 0 && !out.is_failed && write(fd, out.data, out.len) == (ssize_t)out.len &&
              fsync(fd) == 0 && rename(beside, path) == 0;
    if (!is_kept)
        error_set(err, ERR_CLI_FILE, arg_text("path", path), arg_text("reason", strerror(errno)));
    if (!is_kept && fd >= 0)
        (void)unlink(beside);
    buffer_deinit(&out);
    return is_kept;
}
