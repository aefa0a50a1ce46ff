/* The pipe between the daemon and a rendering worker (`motcuad --worker`), one request at a time:
 *   to the worker    length (4 bytes, big endian), then the JSON of a request (request.h)
 *   from the worker  status (1 byte, enum frame_status), length (4 bytes), then PDF or problem JSON
 * The loop's side adds what it reads to a buffer and asks after each read whether a frame is whole.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"

#define FRAME_REQUEST_MAX (1u << 20)
#define FRAME_REPLY_MAX   (32u << 20)

enum frame_status {
    FRAME_PDF,     /* the body is a PDF */
    FRAME_PROBLEM, /* the body is JSON for problem_decode() */
};

enum frame_result {
    FRAME_PARTIAL, /* read on */
    FRAME_READY,   /* body and length are set; frame_drop_*() when done with them */
    FRAME_BROKEN,  /* impossible status or length: give the worker up */
};

void frame_add_request(struct buffer *out, const void *json, size_t len);
void frame_add_reply(struct buffer *out, enum frame_status status, const void *body, size_t len);

/* Looks at the front of `in`. The body points into it and is valid until the next write or drop. */
enum frame_result frame_peek_request(const struct buffer *in, const char **ret_body,
                                     size_t *ret_len);
enum frame_result frame_peek_reply(const struct buffer *in, enum frame_status *ret_status,
                                   const char **ret_body, size_t *ret_len);

void frame_drop_request(struct buffer *in,
                        size_t body_len); /* the first frame, after FRAME_READY */
void frame_drop_reply(struct buffer *in, size_t body_len);
