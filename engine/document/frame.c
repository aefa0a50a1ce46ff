/* Lengths are checked before anything is waited for: a broken worker may not make the daemon hoard.
 */
#include "document/frame.h"

#include <stdint.h>

#define REQUEST_HEAD 4
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

void frame_add_request(struct buffer *out, const void *json, size_t len)
{
    assert(len <= FRAME_REQUEST_MAX);
    add_length(out, len);
    buffer_add(out, json, len);
}

void frame_add_reply(struct buffer *out, enum frame_status status, const void *body, size_t len)
{
    assert(len <= FRAME_REPLY_MAX);
    buffer_char(out, (char)status);
    add_length(out, len);
    buffer_add(out, body, len);
}

/* A frame of `head` bytes, the last four its length, at the front of `in`. */
static enum frame_result frame_peek(const struct buffer *in, size_t head, size_t limit,
                                    const char **ret_body, size_t *ret_len)
{
    size_t len;

    if (in->len < head)
        return FRAME_PARTIAL;
    len = read_length(in->data + head - 4);
    if (len > limit)
        return FRAME_BROKEN;
    if (in->len - head < len)
        return FRAME_PARTIAL;
    *ret_body = in->data + head;
    *ret_len = len;
    return FRAME_READY;
}

enum frame_result frame_peek_request(const struct buffer *in, const char **ret_body,
                                     size_t *ret_len)
{
    return frame_peek(in, REQUEST_HEAD, FRAME_REQUEST_MAX, ret_body, ret_len);
}

enum frame_result frame_peek_reply(const struct buffer *in, enum frame_status *ret_status,
                                   const char **ret_body, size_t *ret_len)
{
    enum frame_result result;

    if (in->len && (unsigned char)in->data[0] > FRAME_PROBLEM)
        return FRAME_BROKEN;
    result = frame_peek(in, REPLY_HEAD, FRAME_REPLY_MAX, ret_body, ret_len);
    if (result == FRAME_READY)
        *ret_status = (enum frame_status)in->data[0];
    return result;
}

void frame_drop_request(struct buffer *in, size_t body_len)
{
    buffer_consume(in, REQUEST_HEAD + body_len);
}

void frame_drop_reply(struct buffer *in, size_t body_len)
{
    buffer_consume(in, REPLY_HEAD + body_len);
}
