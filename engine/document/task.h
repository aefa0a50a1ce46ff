/* What a worker can be asked for: a table of tasks, each with its JSON and, where bytes go with it,
 * an attachment.
 *   paper      the JSON of request.h                                        -> a PDF
 *   stamp      {"place":"office","image":"/path.png","words":"...","name":"...","reason":"...",
 *              "location":"...","at":"2022-08-05T16:00:00+07:00","zone":25200}
 *              + the PDF to be signed                                       -> the PDF with a gap
 *   merge      {"sizes":[68020,67112]} + PDFs one behind the other          -> a PDF; with
 *              {"mark":"Bản in lại"} these words in the foot of every page
 *   thumbnail  {"type":"image/png","side":240} + the file                   -> a JPEG
 *   sheet      {"name":"...","title":"...","made_at":"...","columns":[["Mã hồ sơ",24,"text"]]},
 *              a form besides {"lines":[],"spans":[["Trong kỳ",3,2,1,1]],"has_total":true,
 *              "check":"..."} and formulas of columns, as in sheet.h
 *              + CSV                                                        -> an XLSX
 *   book       the JSON of a sheet that is no form: begins one that comes in pieces -> nothing
 *   book_rows  more of its CSV                                              -> nothing
 *   book_bind  no more                                                      -> {"len":123}
 *   book_piece {"len":262144}: the next bytes of it, none at its end        -> bytes
 * Between the tasks of a book the worker keeps it, so they go to one worker that does nothing else
 * meanwhile (flow/book.h). */
#pragma once
#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "document/sheet.h"
#include "document/stamp.h"

#define BOOK_PIECE_MAX (1 << 20) /* bytes of a book handed over at once */

/* The order is that of the pipe. */
#define DOCUMENT_TASKS(X)                                                                          \
    X(PAPER, paper)                                                                                \
    X(STAMP, stamp)                                                                                \
    X(MERGE, merge)                                                                                \
    X(THUMBNAIL, thumbnail)                                                                        \
    X(SHEET, sheet)                                                                                \
    X(BOOK, book)                                                                                  \
    X(BOOK_ROWS, book_rows)                                                                        \
    X(BOOK_BIND, book_bind)                                                                        \
    X(BOOK_PIECE, book_piece)

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

/* Seconds that a task may take before its worker is given up. */
int task_seconds(enum task task);
/* The book under way, when there is one, is thrown away: for the end of a worker. */
void task_shutdown(void);

/* The JSON of the tasks whose asker is the daemon; request.h has that of papers. Errors: NO_MEMORY.
 */
MUST_CHECK
bool task_encode_stamp(const struct stamp *stamp, struct buffer *ret_json, struct error *err);
MUST_CHECK
bool task_encode_merge(const size_t *sizes, size_t n, const char *mark, struct buffer *ret_json,
                       struct error *err);
MUST_CHECK
bool task_encode_thumbnail(const char *type, int side, struct buffer *ret_json, struct error *err);
MUST_CHECK
bool task_encode_sheet(const struct sheet *sheet, struct buffer *ret_json, struct error *err);
