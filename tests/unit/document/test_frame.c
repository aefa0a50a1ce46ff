/* Frames: byte by byte, at their limits, and broken. */
#include "../test.h"
#include "document/frame.h"

static void a_frame_arrives_byte_by_byte(void **state)
{
    struct buffer out = {0}, in = {0};
    const char *body = NULL;
    size_t len = 0;

    (void)state;
    frame_add_request(&out, "{\"a\":1}", 7);
    frame_add_request(&out, "", 0);
    for (size_t i = 0; i < out.len; i++) {
        enum frame_result want = i == 10 ? FRAME_READY : FRAME_PARTIAL;

        buffer_add(&in, out.data + i, 1);
        if (i <= 10)
            assert_int_equal(frame_peek_request(&in, &body, &len), want);
    }
    assert_int_equal(frame_peek_request(&in, &body, &len), FRAME_READY);
    assert_int_equal(len, 7);
    assert_memory_equal(body, "{\"a\":1}", 7);
    frame_drop_request(&in, len);
    assert_int_equal(frame_peek_request(&in, &body, &len), FRAME_READY);
    assert_int_equal(len, 0);
    frame_drop_request(&in, len);
    assert_int_equal(frame_peek_request(&in, &body, &len), FRAME_PARTIAL);
    buffer_deinit(&out);
    buffer_deinit(&in);
}

static void a_length_past_the_limit_is_broken(void **state)
{
    static const struct {
        unsigned char head[4];
        enum frame_result want;
    } cases[] = {
        {{0x00, 0x10, 0x00, 0x00}, FRAME_PARTIAL}, /* 1 MiB: wait for it */
        {{0x00, 0x10, 0x00, 0x01}, FRAME_BROKEN},
        {{0xFF, 0xFF, 0xFF, 0xFF}, FRAME_BROKEN},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct buffer in = {0};
        const char *body;
        size_t len;

        buffer_add(&in, cases[i].head, 4);
        assert_int_equal(frame_peek_request(&in, &body, &len), cases[i].want);
        buffer_deinit(&in);
    }
}

static void replies_carry_their_status(void **state)
{
    struct buffer pipe = {0};
    enum frame_status status;
    const char *body;
    size_t len;

    (void)state;
    frame_add_reply(&pipe, FRAME_PROBLEM, "{}", 2);
    frame_add_reply(&pipe, FRAME_PDF, "%PDF", 4);
    assert_int_equal(frame_peek_reply(&pipe, &status, &body, &len), FRAME_READY);
    assert_int_equal(status, FRAME_PROBLEM);
    frame_drop_reply(&pipe, len);
    assert_int_equal(frame_peek_reply(&pipe, &status, &body, &len), FRAME_READY);
    assert_int_equal(status, FRAME_PDF);
    assert_memory_equal(body, "%PDF", 4);
    frame_drop_reply(&pipe, len);
    assert_int_equal(pipe.len, 0);
    buffer_char(&pipe, 7);
    assert_int_equal(frame_peek_reply(&pipe, &status, &body, &len), FRAME_BROKEN);
    buffer_deinit(&pipe);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_frame_arrives_byte_by_byte),
        cmocka_unit_test(a_length_past_the_limit_is_broken),
        cmocka_unit_test(replies_carry_their_status),
    };

    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
