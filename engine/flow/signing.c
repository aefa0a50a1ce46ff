#include "flow/signing.h"

#include <dirent.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/instant.h"
#include "base/log.h"
#include "base/secret.h"

#define KEYS_MAX     512
#define PASSWORD_MAX 256
#define EXPIRES_SOON (30 * INSTANT_DAY)

struct entry {
    enum reserved_kind kind;
    char name[80], image[600];
    struct certificate *certificate;
    struct signing_key key;
};

struct signing {
    struct entry entries[KEYS_MAX + 1]; /* the last: where a file too many is looked at */
    int n;
    struct signature_trust *trust;
};

static const char *const prefixes[RESERVED_KIND_COUNT] = {
    [RESERVED_PERSON] = "officer-",
    [RESERVED_OFFICE] = "office-",
};

/* "office-ubnd-tan-ky.p12": whose it is; false for a file that is something else. */
static bool take_name(const char *file, struct entry *ret)
{
    size_t len = strlen(file);

    if (len < 5 || strcmp(file + len - 4, ".p12") != 0)
        return false;
    for (int kind = 0; kind < RESERVED_KIND_COUNT; kind++) {
        size_t n = strlen(prefixes[kind]);

        if (strncmp(file, prefixes[kind], n) != 0 || len - 4 - n >= sizeof ret->name)
            continue;
        ret->kind = (enum reserved_kind)kind;
        snprintf(ret->name, sizeof ret->name, "%.*s", (int)(len - 4 - n), file + n);
        return ret->name[0] != '\0';
    }
    return false;
}

static void tell(const struct entry *e)
{
    const struct certificate_facts *f = certificate_facts(e->certificate);
    int64_t days = (f->to_at - clock_real()) / INSTANT_DAY;

    log_event(f->to_at - clock_real() < EXPIRES_SOON ? LOG_WARN : LOG_INFO, "certificate",
              arg_text("of", e->name), arg_text("serial", f->serial), arg_number("days", days));
}

/* A picture that is there must be one that can be drawn. */
static bool is_picture(const char *path, struct error *err)
{
    static const unsigned char magic[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    unsigned char head[sizeof magic];
    FILE *file = fopen(path, "rb");
    bool is_good =
        file && fread(head, sizeof head, 1, file) == 1 && !memcmp(head, magic, sizeof head);

    if (file)
        fclose(file);
    return is_good || error_set(err, ERR_CERTIFICATE_FILE, arg_text("path", path),
                                arg_text("reason", "no readable PNG"));
}

static bool load(const char *folder, const char *file, struct entry *e, struct error *err)
{
    char path[600], password_path[600], password[PASSWORD_MAX] = "";
    size_t stem = strlen(file) - 4;
    bool is_good;

    snprintf(path, sizeof path, "%s/%s", folder, file);
    snprintf(password_path, sizeof password_path, "%s/%.*s.password", folder, (int)stem, file);
    snprintf(e->image, sizeof e->image, "%s/%.*s.png", folder, (int)stem, file);
    is_good = (access(password_path, F_OK) != 0 ||
               secret_read_line(password_path, password, sizeof password, err)) &&
              certificate_load(path, password, &e->certificate, err) &&
              (access(e->image, F_OK) != 0 || is_picture(e->image, err));
    OPENSSL_cleanse(password, sizeof password);
    if (!is_good)
        return false;
    e->key = (struct signing_key){e->name, e->certificate,
                                  access(e->image, F_OK) == 0 ? e->image : NULL};
    tell(e);
    return true;
}

static bool load_folder(struct signing *s, const char *folder, struct error *err)
{
    DIR *dir = opendir(folder);
    const struct dirent *file;
    bool is_good = true;

    if (!dir)
        return error_set(err, ERR_CERTIFICATE_FILE, arg_text("path", folder),
                         arg_text("reason", "not readable"));
    while (is_good && (file = readdir(dir))) {
        struct entry *e = &s->entries[s->n];

        if (!take_name(file->d_name, e))
            continue;
        if (s->n == KEYS_MAX)
            is_good = error_set(err, ERR_CERTIFICATE_FILE, arg_text("path", folder),
                                arg_text("reason", "too many"));
        else
            is_good = load(folder, file->d_name, e, err);
        s->n += is_good;
    }
    closedir(dir);
    return is_good;
}

bool signing_open(const char *folder, const char *trust, struct signing **ret_signing,
                  struct error *err)
{
    struct signing *s = calloc(1, sizeof *s);

    if (!s)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "signing"));
    if ((*folder && !load_folder(s, folder, err)) ||
        (*trust && !signature_trust_load(trust, &s->trust, err))) {
        signing_close(s);
        return false;
    }
    *ret_signing = s;
    return true;
}

struct signing *signing_close(struct signing *s)
{
    if (!s)
        return NULL;
    for (int i = 0; i < s->n; i++)
        certificate_free(s->entries[i].certificate);
    signature_trust_free(s->trust);
    free(s);
    return NULL;
}

const struct signing_key *signing_of(const struct signing *s, enum reserved_kind kind,
                                     const char *name)
{
    for (int i = 0; s && name && i < s->n; i++)
        if (s->entries[i].kind == kind && !strcmp(s->entries[i].name, name))
            return &s->entries[i].key;
    return NULL;
}

int signing_count(const struct signing *s)
{
    return s ? s->n : 0;
}

const struct signature_trust *signing_trust(const struct signing *s)
{
    return s ? s->trust : NULL;
}
