/* Frames: byte by byte, at their limits, and broken. */
#include "../test.h"
#include "document/frame.h"

static void a_frame_arrives_byte_by_byte(void **state)
{
    const struct task_input sent = {"{\"a\":1}", 7, "%PDF", 4}, empty = {"", 0, "", 0};
    struct buffer out = {0}, in = {0};
    struct task_input got;
    enum task task;

    (void)state;
    frame_add_request(&out, TASK_STAMP, &sent);
    frame_add_request(&out, TASK_PAPER, &empty);
    for (size_t i = 0; i < out.len; i++) {
        enum frame_result want = i == 19 ? FRAME_READY : FRAME_PARTIAL;

        buffer_add(&in, out.data + i, 1);
        if (i <= 19)
            assert_int_equal(frame_peek_request(&in, &task, &got), want);
    }
    assert_int_equal(frame_peek_request(&in, &task, &got), FRAME_READY);
    assert_int_equal(task, TASK_STAMP);
    assert_int_equal(got.json_len, 7);
    assert_memory_equal(got.json, "{\"a\":1}", 7);
    assert_int_equal(got.len, 4);
    assert_memory_equal(got.bytes, "%PDF", 4);
    frame_drop_request(&in, &got);
    assert_int_equal(frame_peek_request(&in, &task, &got), FRAME_READY);
    assert_int_equal(task, TASK_PAPER);
    assert_int_equal(got.json_len + got.len, 0);
    frame_drop_request(&in, &got);
    assert_int_equal(frame_peek_request(&in, &task, &got), FRAME_PARTIAL);
    buffer_deinit(&out);
    buffer_deinit(&in);
}

static void a_length_past_the_limit_is_broken(void **state)
{
    static const struct {
        unsigned char head[9];
        enum frame_result want;
    } cases[] = {
        {{TASK_PAPER, 0x00, 0x10, 0x00, 0x00}, FRAME_PARTIAL}, /* 1 MiB: wait for it */
        {{TASK_PAPER, 0x00, 0x10, 0x00, 0x01}, FRAME_BROKEN},
        {{TASK_MERGE, 0, 0, 0, 0, 0x03, 0x00, 0x00, 0x00}, FRAME_PARTIAL}, /* 48 MiB */
        {{TASK_MERGE, 0, 0, 0, 0, 0x03, 0x00, 0x00, 0x01}, FRAME_BROKEN},
        {{TASK_PAPER, 0xFF, 0xFF, 0xFF, 0xFF}, FRAME_BROKEN},
        {{TASK_COUNT}, FRAME_BROKEN},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct buffer in = {0};
        struct task_input got;
        enum task task;

        buffer_add(&in, cases[i].head, 9);
        assert_int_equal(frame_peek_request(&in, &task, &got), cases[i].want);
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
    frame_add_reply(&pipe, FRAME_DONE, "%PDF", 4);
    assert_int_equal(frame_peek_reply(&pipe, &status, &body, &len), FRAME_READY);
    assert_int_equal(status, FRAME_PROBLEM);
    frame_drop_reply(&pipe, len);
    assert_int_equal(frame_peek_reply(&pipe, &status, &body, &len), FRAME_READY);
    assert_int_equal(status, FRAME_DONE);
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
