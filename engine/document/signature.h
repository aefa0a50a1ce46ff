/* Digital signatures of PDFs (PAdES: CMS, detached, SHA-256), by OpenSSL, seen as bytes: a
 * stranger's file is searched for ranges of signatures and never parsed. Knows keys; draws nothing.
 * Source: law:signature. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"

#define SIGNATURE_NAME_MAX 256
#define SIGNATURES_MAX     16 /* of one file */

/* Who a certificate speaks for. */
struct certificate_facts {
    char subject[SIGNATURE_NAME_MAX], issuer[SIGNATURE_NAME_MAX]; /* common names */
    char serial[72];                                              /* hexadecimal */
    int64_t from_at, to_at;                                       /* valid */
};

/* ---- keys of one's own ---- */

struct certificate;

/* Reads key, certificate and chain from a PKCS#12 file (PEM is no such file).
 *   password  of the file; "" for none
 * Errors: CERTIFICATE_FILE {path} {reason}. */
MUST_CHECK
bool certificate_load(const char *path, const char *password, struct certificate **ret_certificate,
                      struct error *err);
struct certificate *certificate_free(struct certificate *c); /* takes NULL; returns NULL */
const struct certificate_facts *certificate_facts(const struct certificate *c);

/* Fills the gap that stamp_prepare() left, the newest of the file. May be called from any thread.
 *   at  the moment of signing: CERTIFICATE_EXPIRED {subject} when the certificate is not valid then
 * Errors: SIGNATURE_NONE, SIGNATURE_FAILED {reason}. */
MUST_CHECK
bool signature_write(const struct certificate *c, int64_t at, void *pdf, size_t len,
                     struct error *err);

/* ---- signatures of anybody ---- */

struct signature_trust;
/* Roots that certificates must lead to, from a file of PEM certificates. Errors: CERTIFICATE_FILE.
 */
MUST_CHECK
bool signature_trust_load(const char *path, struct signature_trust **ret_trust, struct error *err);
struct signature_trust *signature_trust_free(struct signature_trust *t);

struct signature {
    size_t from, to; /* the gap; the signed bytes lie before and after it */
    size_t end;      /* of the signed bytes: the size of the file when it was signed */
    struct certificate_facts certificate;
    bool is_trusted; /* its certificate leads to a root; false without roots */
};

/* Checks every signature of a file, in the order in which they were made. All must be sound and
 * each must cover the file from its first byte to the end of its revision.
 *   trust  NULL: whom a certificate leads to is not asked
 *   ret    SIGNATURES_MAX places
 * Errors: SIGNATURE_NONE, SIGNATURE_BROKEN {reason}, SIGNATURE_UNTRUSTED {subject},
 * DOCUMENT_LIMIT. */
MUST_CHECK
bool signature_check(const void *pdf, size_t len, const struct signature_trust *trust,
                     struct signature *ret, int *ret_n, struct error *err);
