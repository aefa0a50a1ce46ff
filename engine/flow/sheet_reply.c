#include "flow/sheet_reply.h"

#include "document/frame.h"
#include "flow/app.h"

static void named(struct request *req, const char *file, const char *end)
{
    request_field(req, "Content-Disposition",
                  arena_printf(req->arena, "attachment; filename=\"%s.%s\"", file, end));
}

enum step_result sheet_reply_csv(struct request *req, struct buffer *csv, const char *file)
{
    req->body = *csv;
    *csv = (struct buffer){0};
    named(req, file, "csv");
    req->status = 200;
    req->content_type = "text/csv; charset=utf-8";
    return STEP_DONE;
}

enum step_result sheet_reply_draw(struct request *req, struct renderer_job *job,
                                  const struct sheet *sheet, struct buffer *csv, int step)
{
    job->task = TASK_SHEET;
    job->attachment = *csv;
    *csv = (struct buffer){0};
    if (job->attachment.is_failed)
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "table"));
    else if (job->attachment.len > FRAME_ATTACHMENT_MAX)
        error_set(&req->error, ERR_DOCUMENT_LIMIT, arg_text("field", "rows"),
                  arg_number("limit", FRAME_ATTACHMENT_MAX));
    else if (task_encode_sheet(sheet, &job->request, &req->error) && renderer_draw_for(req, job))
        return request_wait(req, step);
    buffer_deinit(&job->request);
    buffer_deinit(&job->attachment);
    return request_fail(req);
}

enum step_result sheet_reply_done(struct request *req, struct renderer_job *job, const char *file)
{
    if (job->error.code != ERR_NONE) {
        buffer_deinit(&job->result);
        req->error = job->error;
        return request_fail(req);
    }
    req->body = job->result;
    named(req, file, "xlsx");
    req->status = 200;
    req->content_type = SHEET_MEDIA_TYPE;
    return STEP_DONE;
}
