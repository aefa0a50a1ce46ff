/* Buffers: they grow, stay terminated, and stay failed after a failure. */
#include "../test.h"
#include "base/buffer.h"

static void writes_add_up(void **state)
{
    struct buffer b = {0};

    (void)state;
    for (int i = 0; i < 1000; i++) {
        buffer_text(&b, "hồ sơ ");
        buffer_char(&b, '#');
        buffer_printf(&b, "%d;", i);
    }
    assert_false(b.is_failed);
    assert_int_equal(strlen(b.data), b.len);
    buffer_consume(&b, strlen("hồ sơ #0;"));
    assert_memory_equal(b.data, "hồ sơ #1;", strlen("hồ sơ #1;"));
    buffer_consume(&b, 0);
    buffer_deinit(&b);
    assert_null(b.data);
}

static void an_empty_buffer_is_an_empty_text(void **state)
{
    struct buffer b = {0};
    char *text;

    (void)state;
    buffer_add(&b, "", 0);
    assert_string_equal(b.data, "");
    text = buffer_take(&b);
    assert_string_equal(text, "");
    free(text);
}

static void a_failure_stays(void **state)
{
    struct buffer b = {0};

    (void)state;
    assert_false(buffer_reserve(&b, SIZE_MAX / 2));
    buffer_text(&b, "lost");
    assert_true(b.is_failed);
    assert_null(buffer_take(&b));
    buffer_clear(&b);
    buffer_text(&b, "kept");
    assert_false(b.is_failed);
    assert_string_equal(b.data, "kept");
    buffer_deinit(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_add_up),
        cmocka_unit_test(an_empty_buffer_is_an_empty_text),
        cmocka_unit_test(a_failure_stays),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
