/* Replies byte by byte, and fields that must not become lines. */
#include "../test.h"
#include "base/instant.h"
#include "wire/http_writer.h"

static void a_reply_reads_as_the_rfc_says(void **state)
{
    struct buffer b = {0};
    int64_t at;

    (void)state;
    assert_true(instant_parse("1994-11-06T08:49:37Z", INT32_MIN, &at));
    http_write_status(&b, 404);
    http_write_date(&b, at);
    http_write_field(&b, "Content-Type", "text/plain");
    http_write_number(&b, "Content-Length", 12345678901);
    http_write_end(&b);
    assert_false(b.is_failed);
    assert_string_equal(b.data, "HTTP/1.1 404 Not Found\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
                                "Content-Type: text/plain\r\nContent-Length: 12345678901\r\n\r\n");
    buffer_deinit(&b);
}

static void a_value_cannot_begin_a_line(void **state)
{
    static const char *const bad[][2] = {
        {"X", "a\r\nSet-Cookie: b"},
        {"X", "a\nb"},
        {"X", "a\rb"},
        {"X", "a\x7f"},
        {"X: y", "a"},
        {"X\r", "a"},
        {"", "a"},
        {"X y", "a"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct buffer b = {0};

        http_write_field(&b, bad[i][0], bad[i][1]);
        assert_true(b.is_failed);
        buffer_deinit(&b);
    }
}

static void chunks_end_with_the_empty_one(void **state)
{
    struct buffer b = {0};

    (void)state;
    http_write_chunk(&b, "0123456789abcdef!", 17);
    http_write_chunk(&b, "", 0);
    http_write_last_chunk(&b);
    assert_string_equal(b.data, "11\r\n0123456789abcdef!\r\n0\r\n\r\n");
    buffer_deinit(&b);
    assert_false(http_status_has_body(304));
    assert_false(http_status_has_body(204));
    assert_false(http_status_has_body(100));
    assert_true(http_status_has_body(200));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reply_reads_as_the_rfc_says),
        cmocka_unit_test(a_value_cannot_begin_a_line),
        cmocka_unit_test(chunks_end_with_the_empty_one),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
