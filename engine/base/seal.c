/* Sealing of personal values. The key file is one line, "motcua-key 1 ID HEX\n": text, so that it
 * can be printed and put into a safe. */
#include "base/seal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/random.h"
#include "base/secret.h"

#define ID_LEN    4
#define NONCE_LEN 12
#define TAG_LEN   16
#define HEAD      "motcua-key 1 "

struct seal_key {
    int32_t id;
    unsigned char cipher[DIGEST_LEN], index[DIGEST_LEN], commitment[DIGEST_LEN];
    unsigned char device[DIGEST_LEN];
};

static void closep(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

static void cipher_freep(EVP_CIPHER_CTX **c)
{
    EVP_CIPHER_CTX_free(*c);
}

static void mac_freep(EVP_MAC **m)
{
    EVP_MAC_free(*m);
}

static void mac_context_freep(EVP_MAC_CTX **c)
{
    EVP_MAC_CTX_free(*c);
}

static bool seal_key_parse(char *line, struct seal_key *key)
{
    unsigned char master[DIGEST_LEN];
    char *end;
    long id;
    bool is_good;

    if (strncmp(line, HEAD, strlen(HEAD)))
        return false;
    line += strlen(HEAD);
    line[strcspn(line, "\n")] = '\0';
    errno = 0;
    id = strtol(line, &end, 10);
    if (errno || end == line || id <= 0 || id > INT32_MAX || *end != ' ')
        return false;
    key->id = (int32_t)id;
    is_good = strlen(end + 1) == 2 * sizeof master && hex_decode(end + 1, sizeof master, master);
    if (is_good) {
        digest_hmac(master, sizeof master, "cipher", 6, key->cipher);
        digest_hmac(master, sizeof master, "index", 5, key->index);
        digest_hmac(master, sizeof master, "commitment", 10, key->commitment);
        digest_hmac(master, sizeof master, "device", 6, key->device);
    }
    OPENSSL_cleanse(master, sizeof master);
    return is_good;
}

bool seal_key_load(const char *path, struct seal_key **ret_key, struct error *err)
{
    CLEANUP(seal_key_freep) struct seal_key *key = calloc(1, sizeof *key);
    char line[256];
    bool is_good;

    if (!key)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", path));
    if (!secret_read(path, line, sizeof line, err))
        return false;
    is_good = seal_key_parse(line, key);
    OPENSSL_cleanse(line, sizeof line);
    if (!is_good)
        return error_set(err, ERR_KEY_FILE_FORMAT, arg_text("path", path));
    *ret_key = key;
    key = NULL;
    return true;
}

bool seal_key_create(const char *path, struct error *err)
{
    CLEANUP(closep) int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    unsigned char id_bytes[ID_LEN];
    char hex[2 * DIGEST_LEN + 1], line[128];
    uint32_t id;
    int len, fault = 0;

    if (fd < 0)
        return error_set(err, ERR_KEY_FILE, arg_text("path", path),
                         arg_text("reason", strerror(errno)));
    random_bytes(id_bytes, sizeof id_bytes);
    memcpy(&id, id_bytes, sizeof id);
    random_token(hex, DIGEST_LEN);
    len = snprintf(line, sizeof line, HEAD "%" PRIu32 " %s\n", (id & 0x7FFFFFFEU) + 1, hex);
    if (write(fd, line, (size_t)len) != len || fsync(fd))
        fault = errno ? errno : ENOSPC;
    OPENSSL_cleanse(hex, sizeof hex);
    OPENSSL_cleanse(line, sizeof line);
    if (fault) {
        unlink(path); /* half a key would be refused for ever, and never replaced */
        return error_set(err, ERR_KEY_FILE, arg_text("path", path),
                         arg_text("reason", strerror(fault)));
    }
    return true;
}

struct seal_key *seal_key_free(struct seal_key *key)
{
    if (key) {
        OPENSSL_cleanse(key, sizeof *key);
        free(key);
    }
    return NULL;
}

int32_t seal_key_id(const struct seal_key *key)
{
    return key->id;
}

static void put_id(unsigned char *p, int32_t id)
{
    uint32_t u = (uint32_t)id;

    for (int i = 0; i < ID_LEN; i++)
        p[i] = (unsigned char)(u >> (24 - 8 * i));
}

/* The key id is authenticated with the text: nobody relabels a value to make it unreadable. */
bool seal_text(const struct seal_key *key, struct arena *a, const char *text,
               unsigned char **ret_bytes, size_t *ret_len, struct error *err)
{
    CLEANUP(cipher_freep) EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    size_t len = strlen(text), total = ID_LEN + NONCE_LEN + len + TAG_LEN;
    unsigned char *out = len < INT_MAX / 2 ? arena_alloc(a, total) : NULL;
    unsigned char *body;
    int n;

    if (!c || !out)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "seal"));
    body = out + ID_LEN + NONCE_LEN;
    put_id(out, key->id);
    random_bytes(out + ID_LEN, NONCE_LEN);
    if (!EVP_EncryptInit_ex(c, EVP_aes_256_gcm(), NULL, key->cipher, out + ID_LEN) ||
        !EVP_EncryptUpdate(c, NULL, &n, out, ID_LEN) ||
        !EVP_EncryptUpdate(c, body, &n, (const unsigned char *)text, (int)len) ||
        !EVP_EncryptFinal_ex(c, body + len, &n) ||
        !EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_GET_TAG, TAG_LEN, body + len))
        return error_set(err, ERR_INTERNAL, arg_text("what", "seal"));
    *ret_bytes = out;
    *ret_len = total;
    return true;
}

bool seal_open(const struct seal_key *key, struct arena *a, const unsigned char *bytes, size_t len,
               char **ret_text, struct error *err)
{
    CLEANUP(cipher_freep) EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    size_t overhead = ID_LEN + NONCE_LEN + TAG_LEN, text_len;
    unsigned char head[ID_LEN], tag[TAG_LEN], *out;
    const unsigned char *body = bytes + ID_LEN + NONCE_LEN;
    int n;

    if (len < overhead || len > INT_MAX / 2)
        return error_set(err, ERR_SEAL_BROKEN, arg_text("what", "length"));
    put_id(head, key->id);
    if (memcmp(head, bytes, ID_LEN)) {
        uint32_t id = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
                      (uint32_t)bytes[2] << 8 | bytes[3];

        return error_set(err, ERR_SEAL_KEY_OTHER, arg_number("id", id));
    }
    text_len = len - overhead;
    out = arena_alloc(a, text_len + 1);
    if (!c || !out)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "unseal"));
    memcpy(tag, body + text_len, TAG_LEN);
    if (!EVP_DecryptInit_ex(c, EVP_aes_256_gcm(), NULL, key->cipher, bytes + ID_LEN) ||
        !EVP_DecryptUpdate(c, NULL, &n, bytes, ID_LEN) ||
        !EVP_DecryptUpdate(c, out, &n, body, (int)text_len) ||
        !EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_SET_TAG, TAG_LEN, tag) ||
        EVP_DecryptFinal_ex(c, out + text_len, &n) <= 0) {
        OPENSSL_cleanse(out, text_len);
        return error_set(err, ERR_SEAL_BROKEN, arg_text("what", "tag"));
    }
    out[text_len] = '\0';
    *ret_text = (char *)out;
    return true;
}

/* HMAC-SHA-256 fed piece by piece, so that no copy of a personal value is made on the heap. */
static EVP_MAC_CTX *mac_begin(EVP_MAC *hmac, const unsigned char key[DIGEST_LEN])
{
    char name[] = "SHA256";
    OSSL_PARAM params[] = {OSSL_PARAM_utf8_string("digest", name, sizeof name - 1), OSSL_PARAM_END};
    EVP_MAC_CTX *c = hmac ? EVP_MAC_CTX_new(hmac) : NULL;

    if (!c || !EVP_MAC_init(c, key, DIGEST_LEN, params))
        abort(); /* as in digest.h: no safe answer to give */
    return c;
}

static void mac_add(EVP_MAC_CTX *c, const void *bytes, size_t len)
{
    if (!EVP_MAC_update(c, bytes, len))
        abort();
}

static void mac_end(EVP_MAC_CTX *c, unsigned char ret[DIGEST_LEN])
{
    size_t len;

    if (!EVP_MAC_final(c, ret, &len, DIGEST_LEN))
        abort();
}

void seal_blind_index(const struct seal_key *key, const char *text, unsigned char ret[32])
{
    CLEANUP(mac_freep) EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    CLEANUP(mac_context_freep) EVP_MAC_CTX *c = mac_begin(hmac, key->index);

    for (; *text; text++) {
        char letter = *text;

        if (strchr(" \t\n.-", letter))
            continue;
        if (letter >= 'a' && letter <= 'z')
            letter = (char)(letter - 32);
        mac_add(c, &letter, 1);
    }
    mac_end(c, ret);
}

void seal_commitment(const struct seal_key *key, const char *const *values, size_t n,
                     unsigned char ret[32])
{
    CLEANUP(mac_freep) EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    CLEANUP(mac_context_freep) EVP_MAC_CTX *c = mac_begin(hmac, key->commitment);

    for (size_t i = 0; i < n; i++) {
        size_t len = values[i] ? strlen(values[i]) : 0;
        unsigned char head[5] = {values[i] != NULL}; /* lengths keep ("ab","c") from ("a","bc") */

        put_id(head + 1, (int32_t)(uint32_t)len);
        mac_add(c, head, sizeof head);
        if (len)
            mac_add(c, values[i], len);
    }
    mac_end(c, ret);
}

void seal_device_mac(const struct seal_key *key, const void *bytes, size_t len,
                     unsigned char ret[32])
{
    digest_hmac(key->device, DIGEST_LEN, bytes, len, ret);
}
