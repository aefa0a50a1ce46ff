/* What a worker can be asked for: a table of tasks, each with its JSON and, where bytes go with it,
 * an attachment.
 *   paper      the JSON of request.h                                        -> a PDF
 *   stamp      {"place":"office","image":"/path.png","words":"...","name":"...","reason":"...",
 *              "location":"...","at":"2022-08-05T16:00:00+07:00","zone":25200}
 *              + the PDF to be signed                                       -> the PDF with a gap
 *   merge      {"sizes":[68020,67112]} + PDFs one behind the other          -> a PDF
 *   thumbnail  {"type":"image/png","side":240} + the file                   -> a JPEG
 *   sheet      {"name":"...","title":"...","made_at":"...","columns":[["Mã hồ sơ",24,"text"]]},
 *              a form besides {"lines":[],"spans":[["Trong kỳ",3,2,1,1]],"has_total":true,
 *              "check":"..."} and formulas of columns, as in sheet.h
 *              + CSV                                                        -> an XLSX */
#pragma once
#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "document/sheet.h"
#include "document/stamp.h"

/* The order is that of the pipe. */
#define DOCUMENT_TASKS(X)                                                                          \
    X(PAPER, paper) X(STAMP, stamp) X(MERGE, merge) X(THUMBNAIL, thumbnail) X(SHEET, sheet)

enum task {
#define DOCUMENT_TASK(name, function) TASK_##name,
    DOCUMENT_TASKS(DOCUMENT_TASK)
#undef DOCUMENT_TASK
        TASK_COUNT
};

struct task_input {
    const char *json;
    size_t json_len;
    const char *bytes; /* the attachment */
    size_t len;
};

/* Errors: those of the task, and DOCUMENT_REQUEST {field} for JSON it cannot read. */
MUST_CHECK
bool task_run(enum task task, const struct task_input *in, struct arena *a, struct buffer *ret,
              struct error *err);

/* The JSON of the tasks whose asker is the daemon; request.h has that of papers. Errors: NO_MEMORY.
 */
MUST_CHECK
bool task_encode_stamp(const struct stamp *stamp, struct buffer *ret_json, struct error *err);
MUST_CHECK
bool task_encode_merge(const size_t *sizes, size_t n, struct buffer *ret_json, struct error *err);
MUST_CHECK
bool task_encode_thumbnail(const char *type, int side, struct buffer *ret_json, struct error *err);
MUST_CHECK
bool task_encode_sheet(const struct sheet *sheet, struct buffer *ret_json, struct error *err);
