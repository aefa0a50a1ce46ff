/* See totp.h. */
#include "base/totp.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/instant.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

void base32_encode(const void *bytes, size_t len, char *buf)
{
    const unsigned char *p = bytes;
    uint32_t held = 0;
    int n_held = 0;

    for (size_t i = 0; i < len; i++) {
        held = held << 8 | p[i];
        for (n_held += 8; n_held >= 5; n_held -= 5)
            *buf++ = alphabet[held >> (n_held - 5) & 31];
    }
    if (n_held)
        *buf++ = alphabet[held << (5 - n_held) & 31];
    *buf = '\0';
}

bool base32_decode(const char *text, void *buf, size_t size, size_t *ret_len)
{
    unsigned char *out = buf;
    uint32_t held = 0;
    int n_held = 0;
    size_t len = 0;

    for (; *text; text++) {
        char upper = *text >= 'a' && *text <= 'z' ? (char)(*text - 32) : *text;
        const char *at = strchr(alphabet, upper);

        if (!at)
            return false;
        held = held << 5 | (uint32_t)(at - alphabet);
        n_held += 5;
        if (n_held < 8)
            continue;
        if (len == size)
            return false;
        n_held -= 8;
        out[len++] = (unsigned char)(held >> n_held);
    }
    *ret_len = len;
    return true;
}

uint32_t totp_code(const void *secret, size_t len, int64_t step, int digits)
{
    unsigned char counter[8], mac[EVP_MAX_MD_SIZE];
    unsigned int mac_len = 0;
    uint32_t code, modulus = 1;
    size_t at;

    for (int i = 0; i < 8; i++)
        counter[i] = (unsigned char)((uint64_t)step >> (56 - 8 * i));
    if (!HMAC(EVP_sha1(), secret, (int)len, counter, sizeof counter, mac, &mac_len) || mac_len < 20)
        abort(); /* as in digest.h: no safe answer to give */
    at = mac[19] & 15;
    code = (uint32_t)(mac[at] & 127) << 24 | (uint32_t)mac[at + 1] << 16 |
           (uint32_t)mac[at + 2] << 8 | mac[at + 3];
    for (int i = 0; i < digits; i++)
        modulus *= 10;
    return code % modulus;
}

bool totp_find_step(const void *secret, size_t len, const char *code, int64_t now,
                    int64_t last_step, int64_t *ret_step)
{
    int64_t present = now / INSTANT_SECOND / TOTP_PERIOD_S;
    bool is_found = false;

    if (strlen(code) != TOTP_DIGITS || strspn(code, "0123456789") != TOTP_DIGITS)
        return false;
    for (int64_t step = present - TOTP_WINDOW; step <= present + TOTP_WINDOW; step++) {
        char expected[12];

        snprintf(expected, sizeof expected, "%06u", totp_code(secret, len, step, TOTP_DIGITS));
        if (digest_equal(expected, code, TOTP_DIGITS) && step > last_step && !is_found) {
            *ret_step = step;
            is_found = true;
        }
    }
    return is_found;
}
