/* Documents are drawn, and strangers' files looked at, in child processes (`motcuad --worker`):
 * Pango and GLib abort when memory ends, and may not take the daemon along. Workers start when
 * first needed, are restarted when they die, and are killed when a document takes too long. */
#pragma once
#include <stddef.h>
#include <uv.h>

#include "base/buffer.h"
#include "base/error.h"
#include "document/task.h"

struct renderer;

/*   program  path of motcuad
 *   n        workers, 1..8 */
MUST_CHECK
bool renderer_new(uv_loop_t *loop, const char *program, int n, struct renderer **ret_renderer,
                  struct error *err);

/* Ends the workers; what waits ends with DOCUMENT_WORKER. `closed` is called from the loop, then it
 * is gone. */
void renderer_close(struct renderer *r, void (*closed)(void *data), void *data);

#define RENDERERS_APART_MAX 2

/* One of a single worker, for work of several tasks that no other may come between: made when it is
 * begun, closed when it is over. Errors: DOCUMENT_BUSY {limit} while as many as there may be are
 * there, NO_MEMORY. */
MUST_CHECK
bool renderer_new_apart(struct renderer *r, struct renderer **ret_renderer, struct error *err);

/* One document under way; embedded in the request that asks. */
struct renderer_job {
    void (*done)(
        struct renderer_job *job); /* once, from the loop, never from inside renderer_draw() */
    void *data;
    enum task task;
    struct buffer request, attachment; /* of document/task.h; taken over */
    struct buffer result; /* the file, when error.code is ERR_NONE; the caller frees it */
    struct error error;
    struct renderer_job *next;
};

/* Errors: DOCUMENT_BUSY {limit} when too much waits. */
MUST_CHECK
bool renderer_draw(struct renderer *r, struct renderer_job *job, struct error *err);

struct request;
/* The same for a request, which waits until job->result or job->error is there. On failure the
 * buffers of the job stay the caller's. Errors: DOCUMENT_WORKER {reason} without workers, those of
 * renderer_draw(). */
MUST_CHECK
bool renderer_draw_for(struct request *req, struct renderer_job *job);
