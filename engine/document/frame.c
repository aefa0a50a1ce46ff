/* Lengths are checked before anything is waited for: a broken worker may not make the daemon hoard.
 */
#include "document/frame.h"

#include <stdint.h>

#define REQUEST_HEAD 9
#define REPLY_HEAD   5

static void add_length(struct buffer *out, size_t len)
{
    unsigned char bytes[4];

    for (int i = 0; i < 4; i++)
        bytes[i] = (unsigned char)(len >> (24 - 8 * i) & 0xFF);
    buffer_add(out, bytes, sizeof bytes);
}

static size_t read_length(const char *bytes)
{
    uint32_t len = 0;

    for (int i = 0; i < 4; i++)
        len = len << 8 | (unsigned char)bytes[i];
    return len;
}

void frame_add_request(struct buffer *out, enum task task, const struct task_input *in)
{
    assert(in->json_len <= FRAME_JSON_MAX && in->len <= FRAME_ATTACHMENT_MAX);
    buffer_char(out, (char)task);
    add_length(out, in->json_len);
    add_length(out, in->len);
    buffer_add(out, in->json, in->json_len);
    buffer_add(out, in->bytes, in->len);
}

void frame_add_reply(struct buffer *out, enum frame_status status, const void *body, size_t len)
{
    assert(len <= FRAME_REPLY_MAX);
    buffer_char(out, (char)status);
    add_length(out, len);
    buffer_add(out, body, len);
}

enum frame_result frame_peek_request(const struct buffer *in, enum task *ret_task,
                                     struct task_input *ret)
{
    size_t json_len, len;

    if (in->len && (unsigned char)in->data[0] >= TASK_COUNT)
        return FRAME_BROKEN;
    if (in->len < REQUEST_HEAD)
        return FRAME_PARTIAL;
    json_len = read_length(in->data + 1);
    len = read_length(in->data + 5);
    if (json_len > FRAME_JSON_MAX || len > FRAME_ATTACHMENT_MAX)
        return FRAME_BROKEN;
    if (in->len - REQUEST_HEAD < json_len + len)
        return FRAME_PARTIAL;
    *ret_task = (enum task)in->data[0];
    *ret = (struct task_input){in->data + REQUEST_HEAD, json_len,
                               in->data + REQUEST_HEAD + json_len, len};
    return FRAME_READY;
}

enum frame_result frame_peek_reply(const struct buffer *in, enum frame_status *ret_status,
                                   const char **ret_body, size_t *ret_len)
{
    size_t len;

    if (in->len && (unsigned char)in->data[0] > FRAME_PROBLEM)
        return FRAME_BROKEN;
    if (in->len < REPLY_HEAD)
        return FRAME_PARTIAL;
    len = read_length(in->data + 1);
    if (len > FRAME_REPLY_MAX)
        return FRAME_BROKEN;
    if (in->len - REPLY_HEAD < len)
        return FRAME_PARTIAL;
    *ret_status = (enum frame_status)in->data[0];
    *ret_body = in->data + REPLY_HEAD;
    *ret_len = len;
    return FRAME_READY;
}

void frame_drop_request(struct buffer *in, const struct task_input *request)
{
    buffer_consume(in, REQUEST_HEAD + request->json_len + request->len);
}

void frame_drop_reply(struct buffer *in, size_t body_len)
{
    buffer_consume(in, REPLY_HEAD + body_len);
}
