/* Sealing of personal values. The file of the keys is seal_file.c's. */
#include "base/seal.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/random.h"
#include "base/seal_file.h"

#define ID_LEN    4
#define NONCE_LEN 12
#define TAG_LEN   16

struct seal_key {
    int32_t id;
    unsigned char cipher[DIGEST_LEN], index[DIGEST_LEN], device[DIGEST_LEN];
};

struct seal_ring {
    EVP_CIPHER *gcm;                     /* looked up once */
    struct seal_key keys[SEAL_KEYS_MAX]; /* the first seals */
    int n;
    int32_t commitment_id;
    unsigned char commitment[DIGEST_LEN];
};

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

static void seal_derive(const unsigned char master[DIGEST_LEN], struct seal_key *key)
{
    digest_hmac(master, DIGEST_LEN, "cipher", 6, key->cipher);
    digest_hmac(master, DIGEST_LEN, "index", 5, key->index);
    digest_hmac(master, DIGEST_LEN, "device", 6, key->device);
}

bool seal_ring_load(const char *path, struct seal_ring **ret_ring, struct error *err)
{
    CLEANUP(seal_ring_freep) struct seal_ring *ring = calloc(1, sizeof *ring);
    struct seal_file f;

    if (!ring)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", path));
    if (!seal_file_read(path, &f, err))
        return false;
    ring->gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
    ring->n = f.n;
    for (int i = 0; i < f.n; i++) {
        ring->keys[i].id = f.keys[i].id;
        seal_derive(f.keys[i].bytes, &ring->keys[i]);
    }
    ring->commitment_id = f.commitment.id;
    memcpy(ring->commitment, f.commitment.bytes, DIGEST_LEN);
    OPENSSL_cleanse(&f, sizeof f);
    *ret_ring = ring;
    ring = NULL;
    return true;
}

struct seal_ring *seal_ring_free(struct seal_ring *ring)
{
    if (ring) {
        EVP_CIPHER_free(ring->gcm);
        OPENSSL_cleanse(ring, sizeof *ring);
        free(ring);
    }
    return NULL;
}

int seal_ring_count(const struct seal_ring *ring)
{
    return ring->n;
}

int32_t seal_ring_id(const struct seal_ring *ring, int i)
{
    return ring->keys[i].id;
}

int32_t seal_ring_commitment_id(const struct seal_ring *ring)
{
    return ring->commitment_id;
}

static const struct seal_key *seal_find(const struct seal_ring *ring, int32_t id)
{
    for (int i = 0; i < ring->n; i++)
        if (ring->keys[i].id == id)
            return &ring->keys[i];
    return NULL;
}

static void put_id(unsigned char *p, int32_t id)
{
    uint32_t u = (uint32_t)id;

    for (int i = 0; i < ID_LEN; i++)
        p[i] = (unsigned char)(u >> (24 - 8 * i));
}

int32_t seal_id(const unsigned char *bytes, size_t len)
{
    return len < ID_LEN ? 0
                        : (int32_t)((uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
                                    (uint32_t)bytes[2] << 8 | bytes[3]);
}

/* The key id is authenticated with the text: nobody relabels a value to make it unreadable. */
bool seal_text(const struct seal_ring *ring, struct arena *a, const char *text,
               unsigned char **ret_bytes, size_t *ret_len, struct error *err)
{
    CLEANUP(cipher_freep) EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    const struct seal_key *key = &ring->keys[0];
    size_t len = strlen(text), total = ID_LEN + NONCE_LEN + len + TAG_LEN;
    unsigned char *out = len < INT_MAX / 2 ? arena_alloc(a, total) : NULL;
    unsigned char *body;
    int n;

    if (!c || !out)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "seal"));
    body = out + ID_LEN + NONCE_LEN;
    put_id(out, key->id);
    random_bytes(out + ID_LEN, NONCE_LEN);
    if (!EVP_EncryptInit_ex(c, ring->gcm, NULL, key->cipher, out + ID_LEN) ||
        !EVP_EncryptUpdate(c, NULL, &n, out, ID_LEN) ||
        !EVP_EncryptUpdate(c, body, &n, (const unsigned char *)text, (int)len) ||
        !EVP_EncryptFinal_ex(c, body + len, &n) ||
        !EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_GET_TAG, TAG_LEN, body + len))
        return error_set(err, ERR_INTERNAL, arg_text("what", "seal"));
    *ret_bytes = out;
    *ret_len = total;
    return true;
}

bool seal_open(const struct seal_ring *ring, struct arena *a, const unsigned char *bytes,
               size_t len, char **ret_text, struct error *err)
{
    CLEANUP(cipher_freep) EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    size_t overhead = ID_LEN + NONCE_LEN + TAG_LEN, text_len;
    const struct seal_key *key;
    unsigned char tag[TAG_LEN], *out;
    const unsigned char *body = bytes + ID_LEN + NONCE_LEN;
    int n;

    if (len < overhead || len > INT_MAX / 2)
        return error_set(err, ERR_SEAL_BROKEN, arg_text("what", "length"));
    key = seal_find(ring, seal_id(bytes, len));
    if (!key)
        return error_set(err, ERR_SEAL_KEY_OTHER, arg_number("id", (uint32_t)seal_id(bytes, len)));
    text_len = len - overhead;
    out = arena_alloc(a, text_len + 1);
    if (!c || !out)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "unseal"));
    memcpy(tag, body + text_len, TAG_LEN);
    if (!EVP_DecryptInit_ex(c, ring->gcm, NULL, key->cipher, bytes + ID_LEN) ||
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

static void seal_index(const struct seal_key *key, const char *text, unsigned char ret[DIGEST_LEN])
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

void seal_blind_index(const struct seal_ring *ring, const char *text, unsigned char ret[32])
{
    seal_index(&ring->keys[0], text, ret);
}

int seal_blind_indexes(const struct seal_ring *ring, const char *text,
                       unsigned char ret[SEAL_KEYS_MAX][32])
{
    for (int i = 0; i < ring->n; i++)
        seal_index(&ring->keys[i], text, ret[i]);
    return ring->n;
}

void seal_commitment(const struct seal_ring *ring, const char *const *values, size_t n,
                     unsigned char ret[32])
{
    CLEANUP(mac_freep) EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    CLEANUP(mac_context_freep) EVP_MAC_CTX *c = mac_begin(hmac, ring->commitment);

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

void seal_device_mac(const struct seal_ring *ring, const void *bytes, size_t len,
                     unsigned char ret[32])
{
    digest_hmac(ring->keys[0].device, DIGEST_LEN, bytes, len, ret);
}
