/* See book.h. */
#include "flow/book.h"

#include <stdio.h>

#include "document/frame.h"
#include "flow/app.h"

#define PIECE (256 * 1024)

static void answered(struct renderer_job *job)
{
    request_release(job->data);
}

/* The job's request and attachment are filled; on failure they are thrown away. */
static bool ask(struct request *req, struct book *b, enum task task)
{
    b->job.task = task;
    b->job.done = answered;
    b->job.data = req;
    buffer_deinit(&b->job.result);
    if (b->job.request.is_failed || b->job.attachment.is_failed)
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "table"));
    else if (b->job.attachment.len > FRAME_ATTACHMENT_MAX)
        error_set(&req->error, ERR_DOCUMENT_LIMIT, arg_text("field", "rows"),
                  arg_number("limit", FRAME_ATTACHMENT_MAX));
    else if (renderer_draw(b->renderer, &b->job, &req->error)) {
        request_hold(req);
        return true;
    }
    buffer_deinit(&b->job.request);
    buffer_deinit(&b->job.attachment);
    return false;
}

bool book_begin(struct request *req, struct book *b, const struct sheet *sheet)
{
    if (!req->app->renderer)
        return error_set(&req->error, ERR_DOCUMENT_WORKER,
                         arg_text("reason", "no worker is configured"));
    return renderer_new_apart(req->app->renderer, &b->renderer, &req->error) &&
           task_encode_sheet(sheet, &b->job.request, &req->error) && ask(req, b, TASK_BOOK);
}

bool book_add(struct request *req, struct book *b, struct buffer *csv)
{
    buffer_text(&b->job.request, "{}");
    b->job.attachment = *csv;
    *csv = (struct buffer){0};
    return ask(req, b, TASK_BOOK_ROWS);
}

bool book_bind(struct request *req, struct book *b)
{
    buffer_text(&b->job.request, "{}");
    return ask(req, b, TASK_BOOK_BIND);
}

bool book_read(struct request *req, struct book *b)
{
    buffer_printf(&b->job.request, "{\"len\":%d}", PIECE);
    return ask(req, b, TASK_BOOK_PIECE);
}

bool book_done(struct request *req, struct book *b)
{
    if (b->job.error.code == ERR_NONE)
        return true;
    req->error = b->job.error;
    return false;
}

int64_t book_len(const struct book *b)
{
    long long len = 0;

    /* NOLINTNEXTLINE(cert-err34-c): written by task_run() */
    if (!b->job.result.data || sscanf(b->job.result.data, "{\"len\":%lld}", &len) != 1)
        return 0;
    return len;
}

struct buffer *book_piece(struct book *b)
{
    return &b->job.result;
}

void book_free(struct book *b)
{
    buffer_deinit(&b->job.request);
    buffer_deinit(&b->job.attachment);
    buffer_deinit(&b->job.result);
    if (b->renderer)
        renderer_close(b->renderer, NULL, NULL);
    b->renderer = NULL;
}
