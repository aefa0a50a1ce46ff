/* Signatures: a paper signed with a key made here is found sound; every changed byte outside the
 * gap and every tampering of the gap is noticed; ranges of hostile files are refused. */
#include "../test.h"

#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include "base/instant.h"
#include "document/document.h"
#include "document/signature.h"
#include "document/stamp.h"

#define SIGNED_AT (INT64_C(1659600000) * INSTANT_SECOND) /* 2022-08-04 */

static char p12_path[64], root_path[64];

static X509 *make_certificate(EVP_PKEY *key, const char *name, X509 *issuer, EVP_PKEY *issuer_key)
{
    X509 *x = X509_new();
    X509_NAME *subject = X509_get_subject_name(x);

    X509_set_version(x, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x), issuer ? 4711 : 1);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const unsigned char *)name, -1, -1,
                               0);
    X509_set_issuer_name(x, issuer ? X509_get_subject_name(issuer) : subject);
    ASN1_TIME_set_string(X509_getm_notBefore(x), "20220101000000Z");
    ASN1_TIME_set_string(X509_getm_notAfter(x), "20300101000000Z");
    X509_set_pubkey(x, key);
    if (!issuer) {
        X509_EXTENSION *e =
            X509V3_EXT_conf_nid(NULL, NULL, NID_basic_constraints, "critical,CA:TRUE");

        X509_add_ext(x, e, -1);
        X509_EXTENSION_free(e);
    }
    X509_sign(x, issuer_key ? issuer_key : key, EVP_sha256());
    return x;
}

static int make_keys(void **state)
{
    EVP_PKEY *root_key = EVP_EC_gen("P-256"), *key = EVP_RSA_gen(2048);
    X509 *root = make_certificate(root_key, "Gốc thử nghiệm", NULL, NULL);
    X509 *own = make_certificate(key, "Ủy ban nhân dân huyện Tân Kỳ", root, root_key);
    PKCS12 *p12 = PKCS12_create("mật khẩu", "seal", key, own, NULL, 0, 0, 0, 0, 0);
    BIO *file;

    (void)state;
    snprintf(p12_path, sizeof p12_path, "/tmp/motcua-test-%d.p12", (int)getpid());
    snprintf(root_path, sizeof root_path, "/tmp/motcua-test-%d.pem", (int)getpid());
    file = BIO_new_file(p12_path, "wb");
    i2d_PKCS12_bio(file, p12);
    BIO_free(file);
    file = BIO_new_file(root_path, "wb");
    PEM_write_bio_X509(file, root);
    BIO_free(file);
    PKCS12_free(p12);
    X509_free(own);
    X509_free(root);
    EVP_PKEY_free(key);
    EVP_PKEY_free(root_key);
    return 0;
}

static int drop_keys(void **state)
{
    (void)state;
    unlink(p12_path);
    unlink(root_path);
    document_shutdown();
    return 0;
}

static const char template[] = "form: x:1\nname: n\npaper: A5\ntitle: GIẤY THỬ\npara: {text}\n"
                               "sign-right: CHỦ TỊCH | | {name}\n";

static void draw(struct buffer *pdf)
{
    const struct document_value values[] = {{"text", "Nội dung."}, {"name", "Nguyễn Thị Ạ"}};
    struct document_request q = {.circular = "x",
                                 .form = "1",
                                 .template_text = template,
                                 .values = values,
                                 .n_values = 2,
                                 .made_at = SIGNED_AT,
                                 .has_places = true};
    struct error err;

    assert_true(document_render(&q, pdf, &err));
}

static struct certificate *load(void)
{
    struct certificate *c = NULL;
    struct error err;

    assert_true(certificate_load(p12_path, "mật khẩu", &c, &err));
    return c;
}

static void add_signature(struct buffer *pdf, enum reserved_kind place)
{
    struct arena *a = arena_new(64u << 20);
    struct certificate *c = load();
    struct stamp stamp = {
        .place = place, .words = "Tân Kỳ\n04-08-2022", .at = SIGNED_AT, .zone_s = 25200};
    struct buffer out = {0};
    struct error err;

    assert_true(stamp_prepare(a, pdf->data, pdf->len, &stamp, &out, &err));
    assert_memory_equal(out.data, pdf->data, pdf->len); /* what was there stays */
    assert_true(signature_write(c, SIGNED_AT, out.data, out.len, &err));
    buffer_deinit(pdf);
    *pdf = out;
    certificate_free(c);
    arena_free(a);
}

static void a_signed_paper_is_sound(void **state)
{
    struct signature found[SIGNATURES_MAX];
    struct signature_trust *trust = NULL;
    struct buffer pdf = {0};
    struct error err;
    int n;

    (void)state;
    draw(&pdf);
    assert_false(signature_check(pdf.data, pdf.len, NULL, found, &n, &err));
    assert_int_equal(err.code, ERR_SIGNATURE_NONE);
    add_signature(&pdf, RESERVED_PERSON);
    assert_true(signature_check(pdf.data, pdf.len, NULL, found, &n, &err));
    assert_int_equal(n, 1);
    add_signature(&pdf, RESERVED_OFFICE); /* a second one covers the first */
    assert_true(signature_trust_load(root_path, &trust, &err));
    assert_true(signature_check(pdf.data, pdf.len, trust, found, &n, &err));
    assert_int_equal(n, 2);
    assert_true(found[0].is_trusted && found[0].end < found[1].end && found[1].end == pdf.len);
    assert_string_equal(found[1].certificate.subject, "Ủy ban nhân dân huyện Tân Kỳ");
    assert_string_equal(found[1].certificate.issuer, "Gốc thử nghiệm");
    assert_string_equal(found[1].certificate.serial, "1267");
    signature_trust_free(trust);
    buffer_deinit(&pdf);
}

static void a_place_is_signed_once(void **state)
{
    struct arena *a = arena_new(64u << 20);
    struct stamp stamp = {.place = RESERVED_OFFICE, .words = "x", .at = SIGNED_AT};
    struct buffer pdf = {0}, out = {0};
    struct error err;

    (void)state;
    draw(&pdf);
    add_signature(&pdf, RESERVED_OFFICE);
    assert_false(stamp_prepare(a, pdf.data, pdf.len, &stamp, &out, &err));
    assert_int_equal(err.code, ERR_SIGNATURE_PLACE);
    stamp.place = RESERVED_PERSON;
    stamp.image = "/nonexistent.png";
    assert_false(stamp_prepare(a, pdf.data, pdf.len, &stamp, &out, &err));
    assert_int_equal(err.code, ERR_STAMP_IMAGE);
    assert_false(stamp_prepare(a, "%PDF-1.5\n%%EOF padded to some length", 36, &stamp, &out, &err));
    assert_int_equal(err.code, ERR_DOCUMENT_FOREIGN);
    buffer_deinit(&out);
    buffer_deinit(&pdf);
    arena_free(a);
}

static void a_changed_byte_is_noticed(void **state)
{
    struct signature found[SIGNATURES_MAX];
    struct buffer pdf = {0};
    struct error err;
    size_t step;
    int n;

    (void)state;
    draw(&pdf);
    add_signature(&pdf, RESERVED_OFFICE);
    assert_true(signature_check(pdf.data, pdf.len, NULL, found, &n, &err));
    step = pdf.len / 97;
    for (size_t i = 0; i < pdf.len; i += step) {
        if (i > found[0].from && i < found[0].to)
            continue; /* digits behind the CMS say nothing */
        pdf.data[i] ^= 1;
        assert_false(signature_check(pdf.data, pdf.len, NULL, found, &n, &err));
        pdf.data[i] ^= 1;
    }
    assert_true(signature_check(pdf.data, pdf.len, NULL, found, &n, &err));
    pdf.data[found[0].from + 200] ^= 1; /* inside the CMS */
    assert_false(signature_check(pdf.data, pdf.len, NULL, found, &n, &err));
    pdf.data[found[0].from + 200] ^= 1;
    buffer_text(&pdf, "\n"); /* an empty line is nothing, words are something */
    assert_true(signature_check(pdf.data, pdf.len, NULL, found, &n, &err));
    buffer_text(&pdf, "9 0 obj << >> endobj");
    assert_false(signature_check(pdf.data, pdf.len, NULL, found, &n, &err));
    assert_int_equal(err.code, ERR_SIGNATURE_BROKEN);
    buffer_deinit(&pdf);
}

static void hostile_ranges_are_refused(void **state)
{
    static const char *const files[] = {
        "/ByteRange [0 10 20 99999999999999]",
        "/ByteRange [0 9999999999999999999 1 1]",
        "/ByteRange [5 10 20 3] <<<<<<<<<<<>>>>>>>>>>>",
        "/ByteRange [0 1 2 3]",
        "/ByteRange [",
        "/ByteRange [0 28 34 2] /C <zz zz>  ",
        "/ByteRange [0 28 30 2] /Con <> x x",
        "/ByteRange [0 28 34 2] /Con <0000>  ",
    };
    struct signature found[SIGNATURES_MAX];
    struct error err;
    int n;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        assert_false(signature_check(files[i], strlen(files[i]), NULL, found, &n, &err));
        assert_true(err.code == ERR_SIGNATURE_BROKEN || err.code == ERR_SIGNATURE_NONE);
    }
}

static void keys_have_their_errors(void **state)
{
    struct certificate *c = NULL;
    struct error err;
    char gap[] = "no gap at all";

    (void)state;
    assert_false(certificate_load(p12_path, "wrong", &c, &err));
    assert_int_equal(err.code, ERR_CERTIFICATE_FILE);
    assert_false(certificate_load("/nonexistent.p12", "", &c, &err));
    assert_false(certificate_load(root_path, "", &c, &err));
    c = load();
    assert_string_equal(certificate_facts(c)->subject, "Ủy ban nhân dân huyện Tân Kỳ");
    assert_false(signature_write(c, SIGNED_AT, gap, sizeof gap, &err));
    assert_int_equal(err.code, ERR_SIGNATURE_NONE);
    assert_false(signature_write(c, INT64_C(1609459200) * INSTANT_SECOND, gap, sizeof gap, &err));
    assert_int_equal(err.code, ERR_CERTIFICATE_EXPIRED);
    certificate_free(c);
}

static void another_root_is_no_root(void **state)
{
    struct signature_trust *trust = NULL;
    struct signature found[SIGNATURES_MAX];
    struct buffer pdf = {0};
    struct error err;
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *other = make_certificate(key, "Gốc khác", NULL, NULL);
    BIO *file = BIO_new_file(root_path, "wb");
    int n;

    (void)state;
    PEM_write_bio_X509(file, other);
    BIO_free(file);
    X509_free(other);
    EVP_PKEY_free(key);
    draw(&pdf);
    add_signature(&pdf, RESERVED_OFFICE);
    assert_true(signature_trust_load(root_path, &trust, &err));
    assert_false(signature_check(pdf.data, pdf.len, trust, found, &n, &err));
    assert_int_equal(err.code, ERR_SIGNATURE_UNTRUSTED);
    signature_trust_free(trust);
    buffer_deinit(&pdf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_signed_paper_is_sound),   cmocka_unit_test(a_place_is_signed_once),
        cmocka_unit_test(a_changed_byte_is_noticed), cmocka_unit_test(hostile_ranges_are_refused),
        cmocka_unit_test(keys_have_their_errors),    cmocka_unit_test(another_root_is_no_root),
    };

    return cmocka_run_group_tests_name("document/signature", tests, make_keys, drop_keys);
}
