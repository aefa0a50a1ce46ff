/* Digests by OpenSSL. The algorithm is fetched once: the implicit fetch of the one-shot functions
 * costs more than hashing a short event. */
#include "base/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <threads.h>

#include "base/macros.h"

static once_flag fetched = ONCE_FLAG_INIT;
static EVP_MD *sha256;

static void release(void)
{
    EVP_MD_free(sha256);
    sha256 = NULL;
}

static void fetch(void)
{
    sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    if (!sha256 || atexit(release))
        abort();
}

static void context_freep(EVP_MD_CTX **c)
{
    EVP_MD_CTX_free(*c);
}

void digest_chain(const void *a, size_t a_len, const void *b, size_t b_len,
                  unsigned char ret[DIGEST_LEN])
{
    CLEANUP(context_freep) EVP_MD_CTX *c = EVP_MD_CTX_new();

    call_once(&fetched, fetch);
    if (!c || !EVP_DigestInit_ex(c, sha256, NULL) || !EVP_DigestUpdate(c, a, a_len) ||
        !EVP_DigestUpdate(c, b, b_len) || !EVP_DigestFinal_ex(c, ret, NULL))
        abort();
}

void digest_sha256(const void *bytes, size_t len, unsigned char ret[DIGEST_LEN])
{
    digest_chain(bytes, len, "", 0, ret);
}

struct digest_run *digest_begin(void)
{
    EVP_MD_CTX *c = EVP_MD_CTX_new();

    call_once(&fetched, fetch);
    if (!c || !EVP_DigestInit_ex(c, sha256, NULL))
        abort();
    return (struct digest_run *)c;
}

void digest_add(struct digest_run *run, const void *bytes, size_t len)
{
    if (!EVP_DigestUpdate((EVP_MD_CTX *)run, bytes, len))
        abort();
}

void digest_end(struct digest_run *run, unsigned char ret[DIGEST_LEN])
{
    if (!EVP_DigestFinal_ex((EVP_MD_CTX *)run, ret, NULL))
        abort();
    EVP_MD_CTX_free((EVP_MD_CTX *)run);
}

void digest_hmac(const void *key, size_t key_len, const void *bytes, size_t len,
                 unsigned char ret[DIGEST_LEN])
{
    call_once(&fetched, fetch);
    if (!HMAC(sha256, key, (int)key_len, bytes, len, ret, NULL))
        abort();
}

bool digest_equal(const void *a, const void *b, size_t len)
{
    return CRYPTO_memcmp(a, b, len) == 0;
}

void hex_encode(const void *bytes, size_t len, char *buf)
{
    static const char digits[] = "0123456789abcdef";
    const unsigned char *p = bytes;

    for (size_t i = 0; i < len; i++) {
        *buf++ = digits[p[i] >> 4];
        *buf++ = digits[p[i] & 15];
    }
    *buf = '\0';
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool hex_decode(const char *hex, size_t len, void *buf)
{
    unsigned char *p = buf;

    for (size_t i = 0; i < len; i++) {
        int high = hex_digit(hex[2 * i]), low = high < 0 ? -1 : hex_digit(hex[2 * i + 1]);

        if (low < 0)
            return false;
        p[i] = (unsigned char)(high << 4 | low);
    }
    return hex[2 * len] == '\0';
}
