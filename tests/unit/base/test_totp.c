/* One-time codes: the vectors of RFC 6238 (appendix B, SHA-1) and RFC 4226, the window, a step
 * once, and base32 there and back (RFC 4648). */
#include "../test.h"

#include <string.h>

#include "base/instant.h"
#include "base/totp.h"

static const char secret[] = "12345678901234567890";

static void the_rfc_s_codes(void **state)
{
    static const struct {
        int64_t at_s;
        uint32_t code;
    } rows[] = {{59, 94287082},         {1111111109, 7081804},  {1111111111, 14050471},
                {1234567890, 89005924}, {2000000000, 69279037}, {INT64_C(20000000000), 65353130}};
    static const uint32_t hotp[] = {755224, 287082, 359152, 969429, 338314,
                                    254676, 287922, 162583, 399871, 520489};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_int_equal(totp_code(secret, 20, rows[i].at_s / 30, 8), rows[i].code);
    for (size_t i = 0; i < ARRAY_LEN(hotp); i++)
        assert_int_equal(totp_code(secret, 20, (int64_t)i, 6), hotp[i]);
}

/* 287082 is the code of step 1: seconds 30 to 59. */
static void a_code_counts_one_step_before_and_after(void **state)
{
    int64_t step = -1;

    (void)state;
    assert_true(totp_find_step(secret, 20, "287082", 59 * INSTANT_SECOND, 0, &step));
    assert_int_equal(step, 1);
    assert_true(totp_find_step(secret, 20, "287082", 0, 0, &step));
    assert_true(totp_find_step(secret, 20, "287082", 90 * INSTANT_SECOND - 1, 0, &step));
    assert_false(totp_find_step(secret, 20, "287082", 90 * INSTANT_SECOND, 0, &step));
    assert_true(totp_find_step(secret, 20, "969429", 60 * INSTANT_SECOND, 0, &step));
    assert_false(totp_find_step(secret, 20, "969429", 60 * INSTANT_SECOND - 1, 0, &step));
}

static void a_step_counts_once(void **state)
{
    int64_t step = -1;

    (void)state;
    assert_false(totp_find_step(secret, 20, "287082", 59 * INSTANT_SECOND, 1, &step));
    assert_true(totp_find_step(secret, 20, "359152", 59 * INSTANT_SECOND, 1, &step));
    assert_int_equal(step, 2);
}

static void what_is_no_code_is_none(void **state)
{
    static const char *const texts[] = {"", "28708", "2870822", "28708a", "-87082", "287082 "};
    int64_t step;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        assert_false(totp_find_step(secret, 20, texts[i], 59 * INSTANT_SECOND, 0, &step));
}

static void base32_reads_back(void **state)
{
    static const char *const rows[][2] = {{"", ""},
                                          {"f", "MY"},
                                          {"fo", "MZXQ"},
                                          {"foo", "MZXW6"},
                                          {"foob", "MZXW6YQ"},
                                          {"fooba", "MZXW6YTB"},
                                          {"foobar", "MZXW6YTBOI"}};
    char text[64];
    unsigned char back[20];
    size_t len;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        base32_encode(rows[i][0], strlen(rows[i][0]), text);
        assert_string_equal(text, rows[i][1]);
        assert_true(base32_decode(text, back, sizeof back, &len));
        assert_int_equal(len, strlen(rows[i][0]));
        assert_memory_equal(back, rows[i][0], len);
    }
    base32_encode(secret, 20, text);
    assert_int_equal(strlen(text) + 1, BASE32_LEN(20));
    assert_true(base32_decode("mzxw6", back, sizeof back, &len));
    assert_false(base32_decode("MZXW1", back, sizeof back, &len));
    assert_true(base32_decode(text, back, 20, &len));
    assert_false(base32_decode(text, back, 19, &len));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_rfc_s_codes),
        cmocka_unit_test(a_code_counts_one_step_before_and_after),
        cmocka_unit_test(a_step_counts_once),
        cmocka_unit_test(what_is_no_code_is_none),
        cmocka_unit_test(base32_reads_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
