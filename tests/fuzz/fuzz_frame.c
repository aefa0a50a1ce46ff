/* The pipe between daemon and worker, both ways, and what travels in it: requests for papers,
 * problems. A frame is the same however it arrives; a request that is read is written and reads the
 * same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "document/frame.h"
#include "document/request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void request_side(const char *bytes, size_t size)
{
    struct buffer in = {0};
    struct task_input request;
    enum task task;
    size_t dropped = 0;

    for (size_t at = 0; at < size; at++) {
        enum frame_result got;

        buffer_add(&in, bytes + at, 1);
        while ((got = frame_peek_request(&in, &task, &request)) == FRAME_READY) {
            size_t before = in.len;

            assert(task < TASK_COUNT && request.json_len <= FRAME_JSON_MAX &&
                   request.len <= FRAME_ATTACHMENT_MAX);
            frame_drop_request(&in, &request);
            dropped += before - in.len;
        }
        if (got == FRAME_BROKEN)
            break;
        assert(dropped + in.len == at + 1);
    }
    buffer_deinit(&in);
}

static void reply_side(const char *bytes, size_t size)
{
    struct buffer in = {0};
    enum frame_status status;
    struct error problem;
    const char *body;
    size_t len;

    buffer_add(&in, bytes, size);
    while (frame_peek_reply(&in, &status, &body, &len) == FRAME_READY) {
        assert(status <= FRAME_PROBLEM && len <= FRAME_REPLY_MAX && len <= in.len);
        if (status == FRAME_PROBLEM) {
            problem_decode(body, len, &problem);
            assert(problem.code != ERR_NONE);
        }
        frame_drop_reply(&in, len);
    }
    buffer_deinit(&in);
}

static void paper(const char *bytes, size_t size)
{
    CLEANUP(arena_freep) struct arena *a = arena_new((size_t)1 << 24);
    struct document_request request;
    struct buffer first = {0}, second = {0};
    struct error err = {0};

    if (!request_decode(a, bytes, size, &request, &err)) {
        assert(err.code != ERR_NONE);
        return;
    }
    if (request_encode(&request, &first, &err)) {
        if (!request_decode(a, first.data, first.len, &request, &err) ||
            !request_encode(&request, &second, &err))
            abort();
        assert(first.len == second.len && !memcmp(first.data, second.data, first.len));
    }
    buffer_deinit(&first);
    buffer_deinit(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *bytes = (const char *)data + 1;

    if (size < 2 || size > 65536)
        return 0;
    switch (data[0] % 4) {
    case 0:
        request_side(bytes, size - 1);
        break;
    case 1:
        reply_side(bytes, size - 1);
        break;
    case 2:
        paper(bytes, size - 1);
        break;
    case 3: {
        struct error problem;

        problem_decode(bytes, size - 1, &problem);
        assert(problem.code != ERR_NONE);
        break;
    }
    }
    return 0;
}
