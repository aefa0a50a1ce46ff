/* See seal_file.h. */
#include "base/seal_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <limits.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/random.h"
#include "base/secret.h"

#define KEY_HEAD        "motcua-key 1 "
#define COMMITMENT_HEAD "motcua-commitment 1 "
#define TEXT_MAX        ((SEAL_KEYS_MAX + 1) * 128)
#define SUFFIX_MAX      8 /* ".before" */

static void closep(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static bool refuse(const char *path, int fault, struct error *err)
{
    return error_set(err, ERR_KEY_FILE, arg_text("path", path),
                     arg_text("reason", strerror(fault)));
}

/* "ID HEX" to the end of the line. */
static bool key_parse(const char *text, struct seal_file_key *ret)
{
    char *end;
    long id;

    errno = 0;
    id = strtol(text, &end, 10);
    if (errno || end == text || id <= 0 || id > INT32_MAX || *end != ' ')
        return false;
    ret->id = (int32_t)id;
    return strlen(end + 1) == 2 * sizeof ret->bytes &&
           hex_decode(end + 1, sizeof ret->bytes, ret->bytes);
}

static int key_find(const struct seal_file *f, int32_t id)
{
    for (int i = 0; i < f->n; i++)
        if (f->keys[i].id == id)
            return i;
    return -1;
}

static void commitment_derive(const struct seal_file_key *master, struct seal_file_key *ret)
{
    ret->id = master->id;
    digest_hmac(master->bytes, DIGEST_LEN, "commitment", 10, ret->bytes);
}

static bool line_parse(const char *line, struct seal_file *f, bool *has_commitment)
{
    struct seal_file_key key;
    bool is_good;

    if (!strncmp(line, COMMITMENT_HEAD, strlen(COMMITMENT_HEAD))) {
        is_good = !*has_commitment && key_parse(line + strlen(COMMITMENT_HEAD), &f->commitment);
        *has_commitment = true;
        return is_good;
    }
    is_good = !strncmp(line, KEY_HEAD, strlen(KEY_HEAD)) && f->n < SEAL_KEYS_MAX &&
              key_parse(line + strlen(KEY_HEAD), &key) && key_find(f, key.id) < 0;
    if (is_good)
        f->keys[f->n++] = key;
    OPENSSL_cleanse(&key, sizeof key);
    return is_good;
}

/* Which key commitments are made with is never guessed; and it is the one it says it is. */
static bool commitment_check(struct seal_file *f, bool has_commitment)
{
    struct seal_file_key derived;
    int at = has_commitment ? key_find(f, f->commitment.id) : 0;

    if (!has_commitment && f->n != 1)
        return false;
    if (at < 0)
        return f->n > 0;
    commitment_derive(&f->keys[at], &derived);
    if (!has_commitment)
        f->commitment = derived;
    return !memcmp(f->commitment.bytes, derived.bytes, DIGEST_LEN);
}

bool seal_file_read(const char *path, struct seal_file *ret, struct error *err)
{
    char text[TEXT_MAX], *save, *line;
    bool has_commitment = false, is_good = true;

    memset(ret, 0, sizeof *ret);
    if (!secret_read(path, text, sizeof text, err))
        return false;
    is_good = strlen(text) < sizeof text - 1;
    for (line = strtok_r(text, "\n", &save); line && is_good; line = strtok_r(NULL, "\n", &save))
        is_good = line_parse(line, ret, &has_commitment);
    OPENSSL_cleanse(text, sizeof text);
    if (is_good && commitment_check(ret, has_commitment))
        return true;
    OPENSSL_cleanse(ret, sizeof *ret);
    return error_set(err, ERR_KEY_FILE_FORMAT, arg_text("path", path));
}

static void key_random(const struct seal_file *f, struct seal_file_key *ret)
{
    do {
        uint32_t id;

        random_bytes(&id, sizeof id);
        ret->id = (int32_t)((id & 0x7FFFFFFEU) + 1);
    } while (ret->id <= 0 || key_find(f, ret->id) >= 0);
    random_bytes(ret->bytes, sizeof ret->bytes);
}

static int line_format(char *text, size_t size, const char *head, const struct seal_file_key *key)
{
    char hex[2 * DIGEST_LEN + 1];
    int n;

    hex_encode(key->bytes, DIGEST_LEN, hex);
    n = snprintf(text, size, "%s%" PRId32 " %s\n", head, key->id, hex);
    OPENSSL_cleanse(hex, sizeof hex);
    return n;
}

/* Into a new file, flushed; half a one is taken away again. Returns errno, 0 when it is there. */
static int write_new(const char *path, const struct seal_file *f, bool with_commitment)
{
    CLEANUP(closep) int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    char text[TEXT_MAX];
    int len = 0, fault = 0;

    if (fd < 0)
        return errno;
    for (int i = 0; i < f->n; i++)
        len += line_format(text + len, sizeof text - (size_t)len, KEY_HEAD, &f->keys[i]);
    if (with_commitment)
        len += line_format(text + len, sizeof text - (size_t)len, COMMITMENT_HEAD, &f->commitment);
    errno = 0;
    if (write(fd, text, (size_t)len) != len || fsync(fd))
        fault = errno ? errno : ENOSPC;
    OPENSSL_cleanse(text, sizeof text);
    if (fault)
        unlink(path); /* half a key would be refused for ever, and never replaced */
    return fault;
}

bool seal_file_create(const char *path, struct error *err)
{
    struct seal_file f = {.n = 1};
    int fault;

    key_random(&(struct seal_file){.n = 0}, &f.keys[0]);
    fault = write_new(path, &f, false);
    OPENSSL_cleanse(&f, sizeof f);
    return !fault || refuse(path, fault, err);
}

static int folder_flush(const char *path)
{
    char copy[PATH_MAX];
    CLEANUP(closep) int fd = -1;

    snprintf(copy, sizeof copy, "%s", path);
    fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return fd < 0 || fsync(fd) ? errno : 0;
}

/* Replaces the file: the new one is whole before it has the name, the old one keeps another. */
static bool replace(const char *path, const struct seal_file *f, struct error *err)
{
    char next[PATH_MAX], before[PATH_MAX];
    int fault;

    if (strlen(path) + SUFFIX_MAX >= sizeof next)
        return refuse(path, ENAMETOOLONG, err);
    snprintf(next, sizeof next, "%s.new", path);
    snprintf(before, sizeof before, "%s.before", path);
    fault = write_new(next, f, true);
    if (fault)
        return refuse(next, fault, err);
    if ((unlink(before) && errno != ENOENT) || link(path, before) || rename(next, path)) {
        fault = errno;
        unlink(next);
        return refuse(path, fault, err);
    }
    fault = folder_flush(path);
    return !fault || refuse(path, fault, err);
}

bool seal_file_add(const char *path, int32_t *ret_id, struct error *err)
{
    struct seal_file f;
    bool ok = seal_file_read(path, &f, err);

    if (ok && f.n == SEAL_KEYS_MAX)
        ok = error_set(err, ERR_KEY_RING_FULL, arg_text("path", path),
                       arg_number("limit", SEAL_KEYS_MAX));
    if (ok) {
        key_random(&f, &f.keys[f.n]);
        *ret_id = f.keys[f.n++].id;
        ok = replace(path, &f, err);
    }
    OPENSSL_cleanse(&f, sizeof f);
    return ok;
}

bool seal_file_use(const char *path, int32_t id, struct error *err)
{
    struct seal_file f;
    bool ok = seal_file_read(path, &f, err);
    int at = ok ? key_find(&f, id) : -1;

    if (ok && at < 0)
        ok = error_set(err, ERR_KEY_UNKNOWN, arg_number("id", id));
    if (ok && at > 0) {
        struct seal_file_key key = f.keys[at];

        memmove(&f.keys[1], &f.keys[0], (size_t)at * sizeof key);
        f.keys[0] = key;
        OPENSSL_cleanse(&key, sizeof key);
        ok = replace(path, &f, err);
    }
    OPENSSL_cleanse(&f, sizeof f);
    return ok;
}

bool seal_file_retire(const char *path, int32_t id, struct error *err)
{
    struct seal_file f;
    bool ok = seal_file_read(path, &f, err);
    int at = ok ? key_find(&f, id) : -1;

    if (ok && at == 0)
        ok = error_set(err, ERR_KEY_SEALS, arg_number("id", id));
    if (ok && at > 0) {
        memmove(&f.keys[at], &f.keys[at + 1], (size_t)(f.n - at - 1) * sizeof f.keys[0]);
        f.n--;
        ok = replace(path, &f, err);
    }
    OPENSSL_cleanse(&f, sizeof f);
    return ok;
}
