/* See signature.h. OpenSSL writes the hour of signing into every CMS it makes, which a signature of
 * a PDF must not have beside the hour in the file; so the attributes are signed once more without
 * it. */
#include "document/signature.h"

#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"

struct certificate {
    EVP_PKEY *key;
    X509 *certificate;
    STACK_OF(X509) * chain;
    struct certificate_facts facts;
};

struct signature_trust {
    X509_STORE *store;
};

/* ---- what a certificate says ---- */

static void name_of(const X509_NAME *name, char buf[SIGNATURE_NAME_MAX])
{
    int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
    unsigned char *text = NULL;
    int len = -1;

    if (at >= 0)
        len = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
    if (len >= 0) {
        snprintf(buf, SIGNATURE_NAME_MAX, "%.*s", len, (const char *)text);
        OPENSSL_free(text);
    } else {
        X509_NAME_oneline(name, buf, SIGNATURE_NAME_MAX);
    }
}

static int64_t instant_of(const ASN1_TIME *time)
{
    struct tm tm;

    if (!ASN1_TIME_to_tm(time, &tm))
        return INSTANT_NONE;
    return date_instant(date_from_civil(tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday), 0) +
           ((int64_t)tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec) * INSTANT_SECOND;
}

static void facts_of(X509 *x, struct certificate_facts *ret)
{
    BIGNUM *serial = ASN1_INTEGER_to_BN(X509_get0_serialNumber(x), NULL);
    char *text = serial ? BN_bn2hex(serial) : NULL;

    name_of(X509_get_subject_name(x), ret->subject);
    name_of(X509_get_issuer_name(x), ret->issuer);
    snprintf(ret->serial, sizeof ret->serial, "%s", text ? text : "");
    ret->from_at = instant_of(X509_get0_notBefore(x));
    ret->to_at = instant_of(X509_get0_notAfter(x));
    OPENSSL_free(text);
    BN_free(serial);
}

/* ---- keys of one's own ---- */

static bool file_fails(const char *path, struct error *err)
{
    unsigned long code = ERR_peek_last_error();
    const char *reason = code ? ERR_reason_error_string(code) : NULL;

    ERR_clear_error();
    return error_set(err, ERR_CERTIFICATE_FILE, arg_text("path", path),
                     arg_text("reason", reason ? reason : "not readable"));
}

bool certificate_load(const char *path, const char *password, struct certificate **ret_certificate,
                      struct error *err)
{
    struct certificate *c = calloc(1, sizeof *c);
    BIO *file = BIO_new_file(path, "rb");
    PKCS12 *p12 = file ? d2i_PKCS12_bio(file, NULL) : NULL;
    bool is_good = c && p12 &&
                   PKCS12_parse(p12, password, &c->key, &c->certificate, &c->chain) == 1 &&
                   c->key && c->certificate;

    if (is_good)
        facts_of(c->certificate, &c->facts);
    else
        file_fails(path, err);
    PKCS12_free(p12);
    BIO_free(file);
    if (!is_good) {
        certificate_free(c);
        return false;
    }
    *ret_certificate = c;
    return true;
}

struct certificate *certificate_free(struct certificate *c)
{
    if (c) {
        EVP_PKEY_free(c->key);
        X509_free(c->certificate);
        sk_X509_pop_free(c->chain, X509_free);
        free(c);
    }
    return NULL;
}

const struct certificate_facts *certificate_facts(const struct certificate *c)
{
    return &c->facts;
}

/* ---- ranges ---- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static bool read_size(const char **p, const char *end, size_t *ret)
{
    const char *from;

    while (*p < end && is_blank(**p))
        ++*p;
    from = *p;
    for (*ret = 0; *p < end && **p >= '0' && **p <= '9' && *p - from < 15; ++*p)
        *ret = *ret * 10 + (size_t)(**p - '0');
    return *p > from;
}

/* The next "/ByteRange [0 a b c]" at or after *at, which moves past it. False: no more. A range
 * that does not make sense is told by end = 0. */
static bool next_range(const char *pdf, size_t len, size_t *at, struct signature *ret)
{
    static const char word[] = "/ByteRange";
    const size_t n = sizeof word - 1;

    for (const char *p = pdf + *at, *end = pdf + len;
         (p = memchr(p, '/', (size_t)(end - p))) != NULL; p++) {
        size_t first, a, b, c;
        const char *q = p + n;

        if ((size_t)(end - p) < n || memcmp(p, word, n) != 0)
            continue;
        while (q < end && is_blank(*q))
            q++;
        *at = (size_t)(q - pdf);
        if (q == end || *q != '[')
            continue;
        q++;
        memset(ret, 0, sizeof *ret);
        if (read_size(&q, end, &first) && read_size(&q, end, &a) && read_size(&q, end, &b) &&
            read_size(&q, end, &c) && first == 0 && a < b && b <= len && c <= len - b &&
            b - a > 2 && pdf[a] == '<' && pdf[b - 1] == '>') {
            ret->from = a;
            ret->to = b;
            ret->end = b + c;
        }
        return true;
    }
    return false;
}

/* ---- signing ---- */

/* The signed attributes as what is signed: a set, sorted by its bytes (X.690, 11.6). */
static int compare_encoded(const void *a, const void *b)
{
    const struct buffer *x = a, *y = b;
    int c = memcmp(x->data, y->data, x->len < y->len ? x->len : y->len);

    return c ? c : (x->len > y->len) - (x->len < y->len);
}

#define ATTRIBUTES_MAX 12

static bool encode_attributes(const CMS_SignerInfo *si, struct buffer *ret)
{
    struct buffer parts[ATTRIBUTES_MAX] = {0};
    int n = CMS_signed_get_attr_count(si);
    size_t len = 0;
    bool is_good = n > 0 && n <= ATTRIBUTES_MAX;

    for (int i = 0; is_good && i < n; i++) {
        unsigned char *der = NULL;
        int size = i2d_X509_ATTRIBUTE(CMS_signed_get_attr(si, i), &der);

        is_good = size > 0;
        if (is_good)
            buffer_add(&parts[i], der, (size_t)size);
        is_good = is_good && !parts[i].is_failed;
        len += parts[i].len;
        OPENSSL_free(der);
    }
    if (is_good) {
        unsigned char head[8], *p = head;

        qsort(parts, (size_t)n, sizeof *parts, compare_encoded);
        ASN1_put_object(&p, 1, (int)len, V_ASN1_SET, V_ASN1_UNIVERSAL);
        buffer_add(ret, head, (size_t)(p - head));
        for (int i = 0; i < n; i++)
            buffer_add(ret, parts[i].data, parts[i].len);
    }
    for (size_t i = 0; i < ATTRIBUTES_MAX; i++)
        buffer_deinit(&parts[i]);
    return is_good && !ret->is_failed;
}

static bool sign_again(CMS_SignerInfo *si, EVP_PKEY *key)
{
    CLEANUP(buffer_deinit) struct buffer set = {0};
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    unsigned char *value = NULL;
    size_t len = 0;
    int at = CMS_signed_get_attr_by_NID(si, NID_pkcs9_signingTime, -1);
    bool is_good;

    if (at >= 0)
        X509_ATTRIBUTE_free(CMS_signed_delete_attr(si, at));
    is_good = ctx && encode_attributes(si, &set) &&
              EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key) == 1 &&
              EVP_DigestSign(ctx, NULL, &len, (const unsigned char *)set.data, set.len) == 1 &&
              (value = OPENSSL_malloc(len)) &&
              EVP_DigestSign(ctx, value, &len, (const unsigned char *)set.data, set.len) == 1 &&
              ASN1_OCTET_STRING_set(CMS_SignerInfo_get0_signature(si), value, (int)len) == 1;
    OPENSSL_free(value);
    EVP_MD_CTX_free(ctx);
    return is_good;
}

static BIO *content_of(const char *pdf, const struct signature *s)
{
    BIO *content = BIO_new(BIO_s_mem());

    if (!content || BIO_write(content, pdf, (int)s->from) != (int)s->from ||
        BIO_write(content, pdf + s->to, (int)(s->end - s->to)) != (int)(s->end - s->to)) {
        BIO_free(content);
        return NULL;
    }
    return content;
}

static CMS_ContentInfo *make_cms(const struct certificate *c, BIO *content)
{
    const unsigned flags = CMS_DETACHED | CMS_BINARY | CMS_PARTIAL | CMS_NOSMIMECAP | CMS_CADES;
    CMS_ContentInfo *cms = CMS_sign(NULL, NULL, c->chain, NULL, flags);
    CMS_SignerInfo *si =
        cms ? CMS_add1_signer(cms, c->certificate, c->key, EVP_sha256(), flags) : NULL;

    if (!si || CMS_final(cms, content, NULL, flags) != 1 || !sign_again(si, c->key)) {
        CMS_ContentInfo_free(cms);
        return NULL;
    }
    return cms;
}

static bool sign_fails(struct error *err)
{
    unsigned long code = ERR_peek_last_error();
    const char *reason = code ? ERR_reason_error_string(code) : NULL;

    ERR_clear_error();
    return error_set(err, ERR_SIGNATURE_FAILED, arg_text("reason", reason ? reason : "CMS"));
}

/* Writes the DER of a CMS as digits into the gap; what is left of it stays zero. */
static bool fill_gap(char *pdf, const struct signature *s, CMS_ContentInfo *cms)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char *der = NULL;
    int len = i2d_CMS_ContentInfo(cms, &der);
    bool is_good = len > 0 && (size_t)len * 2 <= s->to - s->from - 2;

    for (int i = 0; is_good && i < len; i++) {
        pdf[s->from + 1 + 2 * (size_t)i] = digits[der[i] >> 4];
        pdf[s->from + 2 + 2 * (size_t)i] = digits[der[i] & 15];
    }
    OPENSSL_free(der);
    return is_good;
}

bool signature_write(const struct certificate *c, int64_t at, void *pdf, size_t len,
                     struct error *err)
{
    struct signature s = {0}, newest = {0};
    CMS_ContentInfo *cms;
    size_t from = 0;
    BIO *content;
    bool is_good;

    if (at < c->facts.from_at || at > c->facts.to_at)
        return error_set(err, ERR_CERTIFICATE_EXPIRED, arg_text("subject", c->facts.subject),
                         arg_instant("from", c->facts.from_at), arg_instant("to", c->facts.to_at));
    while (next_range(pdf, len, &from, &s))
        newest = s;
    if (newest.end != len)
        return error_set(err, ERR_SIGNATURE_NONE, arg_text("what", "ByteRange"));
    content = content_of(pdf, &newest);
    cms = content ? make_cms(c, content) : NULL;
    is_good = cms && fill_gap(pdf, &newest, cms);
    CMS_ContentInfo_free(cms);
    BIO_free(content);
    return is_good || sign_fails(err);
}

/* ---- checking ---- */

bool signature_trust_load(const char *path, struct signature_trust **ret_trust, struct error *err)
{
    struct signature_trust *t = calloc(1, sizeof *t);

    if (t)
        t->store = X509_STORE_new();
    if (!t || !t->store || X509_STORE_load_locations(t->store, path, NULL) != 1) {
        signature_trust_free(t);
        return file_fails(path, err);
    }
    *ret_trust = t;
    return true;
}

struct signature_trust *signature_trust_free(struct signature_trust *t)
{
    if (t)
        X509_STORE_free(t->store);
    free(t);
    return NULL;
}

static int digit_of(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* The CMS that stands in the gap; zeros behind it are not part of it. */
static CMS_ContentInfo *read_gap(const char *pdf, const struct signature *s)
{
    size_t n = (s->to - s->from - 2) / 2;
    unsigned char *der = n ? malloc(n) : NULL;
    CMS_ContentInfo *cms = NULL;
    bool is_good = der != NULL;

    for (size_t i = 0; is_good && i < n; i++) {
        int high = digit_of(pdf[s->from + 1 + 2 * i]), low = digit_of(pdf[s->from + 2 + 2 * i]);

        is_good = high >= 0 && low >= 0;
        if (is_good)
            der[i] = (unsigned char)(high << 4 | low);
    }
    if (is_good) {
        const unsigned char *p = der;

        cms = d2i_CMS_ContentInfo(NULL, &p, (long)n);
    }
    free(der);
    return cms;
}

static bool is_broken(struct error *err, const char *reason)
{
    ERR_clear_error();
    return error_set(err, ERR_SIGNATURE_BROKEN, arg_text("reason", reason));
}

/* Does a certificate lead to a root, at whatever time it was used? Expiry is judged by the reader,
 * who knows when the signature was made. */
static bool leads_to_root(CMS_ContentInfo *cms, X509 *signer, const struct signature_trust *trust)
{
    STACK_OF(X509) *others = CMS_get1_certs(cms);
    X509_STORE_CTX *ctx = X509_STORE_CTX_new();
    bool is_good = ctx && X509_STORE_CTX_init(ctx, trust->store, signer, others) == 1;

    if (is_good) {
        X509_VERIFY_PARAM *p = X509_STORE_CTX_get0_param(ctx);

        X509_VERIFY_PARAM_set_flags(p, X509_V_FLAG_NO_CHECK_TIME);
        X509_VERIFY_PARAM_set_purpose(p, X509_PURPOSE_ANY);
        is_good = X509_verify_cert(ctx) == 1;
    }
    X509_STORE_CTX_free(ctx);
    sk_X509_pop_free(others, X509_free);
    ERR_clear_error();
    return is_good;
}

/* One signer, its digest over the ranges, its certificate inside. */
static bool check_cms(const char *pdf, struct signature *s, const struct signature_trust *trust,
                      CMS_ContentInfo *cms, struct error *err)
{
    STACK_OF(CMS_SignerInfo) *infos = CMS_get0_SignerInfos(cms);
    STACK_OF(X509) *signers = NULL;
    BIO *content, *memory;
    bool is_good;

    if (sk_CMS_SignerInfo_num(infos) != 1)
        return is_broken(err, "SignerInfo");
    /* Behind a filter: of content that is plain memory OpenSSL 3.0 makes a second view, which it
     * loses when the digest of a stranger's CMS is unknown to it. */
    content = BIO_new(BIO_f_null());
    memory = content_of(pdf, s);
    if (!content || !memory) {
        BIO_free(content);
        BIO_free(memory);
        return is_broken(err, "digest");
    }
    BIO_set_mem_eof_return(memory, 0); /* its end is an end, not a failure */
    BIO_push(content, memory);
    is_good = CMS_verify(cms, NULL, NULL, content, NULL,
                         CMS_DETACHED | CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY) == 1;
    BIO_free_all(content);
    if (!is_good)
        return is_broken(err, "digest");
    is_good = false;
    signers = CMS_get0_signers(cms);
    if (signers && sk_X509_num(signers) == 1) {
        X509 *x = sk_X509_value(signers, 0);

        facts_of(x, &s->certificate);
        s->is_trusted = trust && leads_to_root(cms, x, trust);
        is_good = true;
    }
    sk_X509_free(signers);
    if (!is_good)
        return is_broken(err, "certificate");
    return !trust || s->is_trusted ||
           error_set(err, ERR_SIGNATURE_UNTRUSTED, arg_text("subject", s->certificate.subject));
}

static bool check_one(const char *pdf, struct signature *s, const struct signature_trust *trust,
                      struct error *err)
{
    CMS_ContentInfo *cms;
    bool is_good;

    if (!s->end)
        return is_broken(err, "ByteRange");
    cms = read_gap(pdf, s);
    if (!cms)
        return is_broken(err, "CMS");
    is_good = check_cms(pdf, s, trust, cms, err);
    CMS_ContentInfo_free(cms);
    return is_good;
}

bool signature_check(const void *pdf, size_t len, const struct signature_trust *trust,
                     struct signature *ret, int *ret_n, struct error *err)
{
    size_t at = 0, covered = 0;
    struct signature s;

    *ret_n = 0;
    while (next_range(pdf, len, &at, &s)) {
        if (*ret_n == SIGNATURES_MAX)
            return error_set(err, ERR_DOCUMENT_LIMIT, arg_text("field", "signatures"),
                             arg_number("limit", SIGNATURES_MAX));
        if (!check_one(pdf, &s, trust, err))
            return false;
        if (s.end <= covered)
            return is_broken(err, "ByteRange");
        covered = s.end;
        ret[(*ret_n)++] = s;
    }
    if (*ret_n == 0)
        return error_set(err, ERR_SIGNATURE_NONE, arg_text("what", "ByteRange"));
    /* What was added after the last signature is signed by nobody; an empty line is nothing. */
    while (covered < len && is_blank(((const char *)pdf)[covered]))
        covered++;
    return covered == len || is_broken(err, "%%EOF");
}
