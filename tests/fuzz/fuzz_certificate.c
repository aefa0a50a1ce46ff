/* Certificates of strangers: PKCS#12 files with any password, PEM files of roots, and the PEM pair
 * of the listener. What is taken has its facts in full. The first byte chooses. */
#include <openssl/evp.h>
#include <openssl/pkcs12.h>
#include <string.h>

#include "document/signature.h"
#include "file.h"
#include "http/tls.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ROUNDS_MAX 4096 /* of a key derivation: more is slow and shows nothing */

static bool is_quick(const uint8_t *data, size_t size)
{
    const unsigned char *p = data;
    PKCS12 *p12 = d2i_PKCS12(NULL, &p, (long)size);
    const ASN1_INTEGER *rounds = NULL;
    bool is_good;

    if (p12)
        PKCS12_get0_mac(NULL, NULL, NULL, &rounds, p12);
    is_good = !rounds || (ASN1_INTEGER_get(rounds) >= 0 && ASN1_INTEGER_get(rounds) <= ROUNDS_MAX);
    PKCS12_free(p12);
    return is_good;
}

static void facts_hold(const struct certificate_facts *facts)
{
    assert(memchr(facts->subject, '\0', SIGNATURE_NAME_MAX));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error err = {0};
    struct memory_file f;
    struct certificate *c = NULL;
    struct signature_trust *trust = NULL;
    struct tls_context *tls = NULL;

    if (size < 1)
        return 0;
    file_open(&f, data + 1, size - 1);
    switch (data[0] % 3) {
    case 0:
        if (is_quick(data + 1, size - 1) && certificate_load(f.path, "secret", &c, &err))
            facts_hold(certificate_facts(c));
        break;
    case 1:
        if (!signature_trust_load(f.path, &trust, &err))
            assert(err.code != ERR_NONE);
        break;
    case 2:
        if (!tls_context_new(f.path, f.path, &tls, &err))
            assert(err.code == ERR_HTTP_TLS_FILE);
        break;
    }
    certificate_free(c);
    signature_trust_free(trust);
    tls_context_free(tls);
    file_close(&f);
    return 0;
}
