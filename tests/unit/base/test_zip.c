/* A ZIP archive, byte by byte where a reader looks; tests/api/test_evidence.py has one read by
 * another program. */
#include "../test.h"
#include "base/instant.h"
#include "base/zip.h"

static unsigned le(const struct buffer *b, size_t at, int n)
{
    unsigned value = 0;

    for (int i = n - 1; i >= 0; i--)
        value = value << 8 | (unsigned char)b->data[at + (size_t)i];
    return value;
}

static void an_entry_in_pieces_has_its_sum_and_its_place(void **state)
{
    struct buffer out = {0};
    struct zip z;
    size_t second, end;

    (void)state;
    zip_init(&z, date_instant(date_from_civil(2022, 8, 5), ZONE_VIETNAM_S) + 16 * INSTANT_HOUR,
             ZONE_VIETNAM_S);
    zip_begin(&z, "a", &out);
    zip_add(&z, "12345", 5, &out);
    zip_add(&z, "6789", 4, &out);
    zip_end(&z, &out);
    second = out.len;
    zip_begin(&z, "b", &out);
    zip_end(&z, &out);
    end = out.len;
    assert_true(zip_finish(&z, &out));
    assert_int_equal(le(&out, 0, 4), 0x04034b50);
    assert_int_equal(le(&out, 12, 2), (2022 - 1980) << 9 | 8 << 5 | 5);
    assert_int_equal(le(&out, 31 + 9 + 4, 4), 0xCBF43926u); /* the check of CRC-32 */
    assert_int_equal(le(&out, 31 + 9 + 8, 4), 9);
    assert_int_equal(le(&out, end, 4), 0x02014b50);
    assert_int_equal(le(&out, end + 47 + 42, 4), second); /* where the second begins */
    assert_int_equal(le(&out, out.len - 22, 4), 0x06054b50);
    assert_int_equal(le(&out, out.len - 12, 2), 2);
    assert_int_equal(le(&out, out.len - 6, 4), end);
    zip_deinit(&z);
    buffer_deinit(&out);
}

static void more_than_an_archive_holds_is_none(void **state)
{
    struct buffer out = {0};
    struct zip z;

    (void)state;
    zip_init(&z, 0, 0);
    for (int i = 0; i < 65535; i++) {
        buffer_clear(&out);
        zip_begin(&z, "x", &out);
        zip_end(&z, &out);
    }
    assert_false(zip_finish(&z, &out));
    zip_deinit(&z);
    buffer_deinit(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_entry_in_pieces_has_its_sum_and_its_place),
        cmocka_unit_test(more_than_an_archive_holds_is_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
