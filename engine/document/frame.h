/* The pipe between the daemon and a rendering worker (`motcuad --worker`), one request at a time:
 *   to the worker    task (1 byte, enum task), length of its JSON and of its attachment (4 bytes
 *                    each, big endian), JSON, attachment
 *   from the worker  status (1 byte, enum frame_status), length (4 bytes), then the file asked for,
 *                    or problem JSON
 * The loop's side adds what it reads to a buffer and asks after each read whether a frame is whole.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "document/task.h"

#define FRAME_JSON_MAX       (1u << 20)
#define FRAME_ATTACHMENT_MAX (48u << 20)
#define FRAME_REPLY_MAX      (48u << 20)

enum frame_status {
    FRAME_DONE,    /* the body is what was asked for */
    FRAME_PROBLEM, /* the body is JSON for problem_decode() */
};

enum frame_result {
    FRAME_PARTIAL, /* read on */
    FRAME_READY,   /* the parts are set; frame_drop_*() when done with them */
    FRAME_BROKEN,  /* impossible task, status or length: give the other side up */
};

void frame_add_request(struct buffer *out, enum task task, const struct task_input *in);
void frame_add_reply(struct buffer *out, enum frame_status status, const void *body, size_t len);

/* Looks at the front of `in`. The parts point into it and are valid until the next write or drop.
 */
enum frame_result frame_peek_request(const struct buffer *in, enum task *ret_task,
                                     struct task_input *ret);
enum frame_result frame_peek_reply(const struct buffer *in, enum frame_status *ret_status,
                                   const char **ret_body, size_t *ret_len);

/* The first frame, after FRAME_READY. */
void frame_drop_request(struct buffer *in, const struct task_input *request);
void frame_drop_reply(struct buffer *in, size_t body_len);
