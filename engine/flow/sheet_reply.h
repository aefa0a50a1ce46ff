/* Tables as files: the CSV that a reader asked for, or the same as a spreadsheet, made by a worker.
 */
#pragma once
#include "document/sheet.h"
#include "flow/renderer.h"
#include "flow/request.h"

#define SHEET_MEDIA_TYPE "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

/* Answers with the CSV in `csv` (taken over). `file` is its name without an end. */
enum step_result sheet_reply_csv(struct request *req, struct buffer *csv, const char *file);

/* Hands the CSV (taken over) to a worker; the request goes on with `step`, which calls
 * sheet_reply_done(). Errors: those of renderer_draw(), DOCUMENT_LIMIT. */
enum step_result sheet_reply_draw(struct request *req, struct renderer_job *job,
                                  const struct sheet *sheet, struct buffer *csv, int step);
enum step_result sheet_reply_done(struct request *req, struct renderer_job *job, const char *file);
