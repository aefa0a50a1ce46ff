/* See ed25519.h. */
#include "base/ed25519.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/secret.h"

#define RAW_LEN  32
#define PATH_LEN 1024

struct ed25519 {
    EVP_PKEY *pkey;
    char id[ED25519_ID_LEN + 1];
};

static void context_freep(EVP_MD_CTX **c)
{
    EVP_MD_CTX_free(*c);
}

static void bio_freep(BIO **b)
{
    BIO_free(*b);
}

static void pkey_freep(EVP_PKEY **p)
{
    EVP_PKEY_free(*p);
}

static bool adopt(EVP_PKEY *pkey, const char *path, struct ed25519 **ret, struct error *err)
{
    unsigned char raw[RAW_LEN], digest[DIGEST_LEN];
    size_t len = sizeof raw;
    struct ed25519 *key;

    if (!pkey || EVP_PKEY_get_base_id(pkey) != EVP_PKEY_ED25519 ||
        !EVP_PKEY_get_raw_public_key(pkey, raw, &len) || len != sizeof raw) {
        EVP_PKEY_free(pkey);
        return error_set(err, ERR_KEY_FILE_FORMAT, arg_text("path", path));
    }
    key = calloc(1, sizeof *key);
    if (!key) {
        EVP_PKEY_free(pkey);
        return error_set(err, ERR_NO_MEMORY, arg_text("what", path));
    }
    digest_sha256(raw, sizeof raw, digest);
    hex_encode(digest, ED25519_ID_LEN / 2, key->id);
    key->pkey = pkey;
    *ret = key;
    return true;
}

bool ed25519_load(const char *path, struct ed25519 **ret_key, struct error *err)
{
    CLEANUP(bio_freep) BIO *bio = NULL;
    EVP_PKEY *pkey;
    char pem[2048];

    if (!secret_read(path, pem, sizeof pem, err))
        return false;
    bio = BIO_new_mem_buf(pem, -1);
    pkey = bio ? PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL) : NULL;
    OPENSSL_cleanse(pem, sizeof pem);
    return adopt(pkey, path, ret_key, err);
}

bool ed25519_load_public(const char *path, struct ed25519 **ret_key, struct error *err)
{
    FILE *f = fopen(path, "re");
    EVP_PKEY *pkey;

    if (!f)
        return error_set(err, ERR_KEY_FILE, arg_text("path", path),
                         arg_text("reason", strerror(errno)));
    pkey = PEM_read_PUBKEY(f, NULL, NULL, NULL);
    fclose(f);
    return adopt(pkey, path, ret_key, err);
}

static bool write_pem(const char *path, EVP_PKEY *pkey, bool is_secret, struct error *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, is_secret ? 0600 : 0644);
    FILE *f = fd >= 0 ? fdopen(fd, "w") : NULL;
    int fault = f ? 0 : errno;

    if (!f && fd >= 0)
        close(fd);
    if (f) {
        if (!(is_secret ? PEM_write_PrivateKey(f, pkey, NULL, NULL, 0, NULL, NULL)
                        : PEM_write_PUBKEY(f, pkey)) ||
            fflush(f) != 0 || fsync(fd) != 0)
            fault = errno ? errno : ENOSPC;
        if (fclose(f) != 0 && !fault)
            fault = errno;
        if (fault)
            unlink(path); /* half a key would be refused for ever, and never replaced */
    }
    return !fault || error_set(err, ERR_KEY_FILE, arg_text("path", path),
                               arg_text("reason", strerror(fault)));
}

/* "x.key" -> "x.pub", any other "y" -> "y.pub" */
bool ed25519_public_path(const char *path, char *buf, size_t size)
{
    size_t len = strlen(path);

    if (len > 4 && !strcmp(path + len - 4, ".key"))
        len -= 4;
    return snprintf(buf, size, "%.*s.pub", (int)len, path) < (int)size;
}

bool ed25519_create(const char *path, struct error *err)
{
    CLEANUP(pkey_freep) EVP_PKEY *pkey = NULL;
    char beside[PATH_LEN];

    if (!ed25519_public_path(path, beside, sizeof beside))
        return error_set(err, ERR_KEY_FILE, arg_text("path", path),
                         arg_text("reason", strerror(ENAMETOOLONG)));
    pkey = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    if (!pkey)
        return error_set(err, ERR_INTERNAL, arg_text("what", "ed25519"));
    if (!write_pem(path, pkey, true, err))
        return false;
    if (write_pem(beside, pkey, false, err))
        return true;
    unlink(path);
    return false;
}

struct ed25519 *ed25519_free(struct ed25519 *key)
{
    if (key) {
        EVP_PKEY_free(key->pkey);
        free(key);
    }
    return NULL;
}

const char *ed25519_id(const struct ed25519 *key)
{
    return key->id;
}

bool ed25519_sign(const struct ed25519 *key, const void *bytes, size_t len,
                  unsigned char ret[ED25519_SIGNATURE_LEN], struct error *err)
{
    CLEANUP(context_freep) EVP_MD_CTX *c = EVP_MD_CTX_new();
    size_t n = ED25519_SIGNATURE_LEN;

    if (!c || EVP_DigestSignInit(c, NULL, NULL, NULL, key->pkey) != 1 ||
        EVP_DigestSign(c, ret, &n, bytes, len) != 1 || n != ED25519_SIGNATURE_LEN)
        return error_set(err, ERR_INTERNAL, arg_text("what", "ed25519"));
    return true;
}

bool ed25519_verify(const struct ed25519 *key, const void *bytes, size_t len,
                    const unsigned char signature[ED25519_SIGNATURE_LEN])
{
    CLEANUP(context_freep) EVP_MD_CTX *c = EVP_MD_CTX_new();

    return c && EVP_DigestVerifyInit(c, NULL, NULL, NULL, key->pkey) == 1 &&
           EVP_DigestVerify(c, signature, ED25519_SIGNATURE_LEN, bytes, len) == 1;
}
