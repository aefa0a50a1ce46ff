/* Digests: known answers, and hex both ways. Random bytes differ. */
#include "../test.h"
#include "base/digest.h"
#include "base/random.h"

static void assert_hex(const unsigned char digest[DIGEST_LEN], const char *hex)
{
    char text[2 * DIGEST_LEN + 1];

    hex_encode(digest, DIGEST_LEN, text);
    assert_string_equal(text, hex);
}

static void known_answers(void **state)
{
    unsigned char digest[DIGEST_LEN], chained[DIGEST_LEN];

    (void)state;
    digest_sha256("abc", 3, digest); /* FIPS 180-4 */
    assert_hex(digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    digest_chain("a", 1, "bc", 2, chained);
    assert_true(digest_equal(digest, chained, DIGEST_LEN));
    digest_hmac("Jefe", 4, "what do ya want for nothing?", 28, digest); /* RFC 4231, case 2 */
    assert_hex(digest, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    assert_false(digest_equal(digest, chained, DIGEST_LEN));
}

static void hex_is_strict(void **state)
{
    unsigned char bytes[2];

    (void)state;
    assert_true(hex_decode("a0Ff", 2, bytes));
    assert_int_equal(bytes[0], 0xa0);
    assert_int_equal(bytes[1], 0xff);
    assert_false(hex_decode("a0F", 2, bytes));
    assert_false(hex_decode("a0Ff0", 2, bytes));
    assert_false(hex_decode("a0Fg", 2, bytes));
    assert_false(hex_decode("", 2, bytes));
}

static void tokens_differ(void **state)
{
    char a[33], b[33];

    (void)state;
    random_token(a, 16);
    random_token(b, 16);
    assert_int_equal(strlen(a), 32);
    assert_string_not_equal(a, b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_answers),
        cmocka_unit_test(hex_is_strict),
        cmocka_unit_test(tokens_differ),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
