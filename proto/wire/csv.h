/* CSV as RFC 4180 has it, in UTF-8.
 *
 * The reader is fed bytes as they come and hands out whole rows. A fault belongs to its row: the
 * row is refused with line and column, and reading goes on with the next one, so that an import can
 * list every fault of a file at once. Lines are counted as an editor counts them, from 1, also
 * inside quotes; columns are named as the header names them ("#3" where it does not).
 *
 *   csv_reader_init(&r, NULL);
 *   while ((status = csv_read(&r, &bytes, &len, true, &err)) != CSV_END)
 *       ...
 *   csv_reader_deinit(&r);
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"

struct csv_limits {
    size_t row_len;   /* bytes of the fields of a row */
    size_t field_len; /* bytes of a field */
    size_t n_columns;
};

#define CSV_LIMITS_DEFAULT ((struct csv_limits){1 << 20, 1 << 16, 512})

enum csv_status {
    CSV_ROW,  /* fields[] and n_fields hold a row */
    CSV_BAD,  /* a row is refused: `err` says why; fields are not to be used */
    CSV_MORE, /* the bytes are used up */
    CSV_END   /* and there will be no more */
};

struct csv_reader {
    const char *const *fields; /* of the row just read, until the next csv_read() */
    size_t n_fields;
    int64_t row_line; /* the line where it begins */

    /* Private. */
    struct csv_limits limits;
    struct buffer text; /* of the row, each field terminated */
    const char **pointers;
    size_t *starts;
    size_t n_starts, field_start;
    char **header; /* names of the columns, owned; NULL before the first row */
    size_t n_header;
    int64_t line, quote_line;
    int state, n_mark;
    bool has_bytes; /* the row holds anything at all */
    bool is_bad;
    bool is_ended;      /* by a bad header */
    struct error fault; /* the row's first */
};

/* `limits` NULL: the default ones. The first row is the header. */
void csv_reader_init(struct csv_reader *r, const struct csv_limits *limits);
void csv_reader_deinit(struct csv_reader *r);

/* Reads on until a row is complete or the bytes end; moves `bytes` and `len` along. With `is_last`
 * the end of the bytes is the end of the file. Lines without any byte are skipped, a byte order
 * mark is dropped, LF ends a line as well as CR LF. The first row it hands out is the one after the
 * header.
 *
 * Errors with CSV_BAD: CSV_UTF8, CSV_NUL, CSV_QUOTE (a quotation mark inside a field without
 * quotes, or text after the closing one), CSV_RETURN (CR without LF), CSV_UNCLOSED with the line
 * where the quotes open, CSV_FIELD_TOO_LONG, each {line} {column}; CSV_FIELDS {line} {found}
 * {expected}; CSV_ROW_TOO_LONG, CSV_TOO_MANY_COLUMNS {line} {limit}; CSV_HEADER_TWICE {column};
 * NO_MEMORY. A fault in the header ends the file, because no row could be read by it; a file
 * without a row has no header. */
enum csv_status csv_read(struct csv_reader *r, const char **bytes, size_t *len, bool is_last,
                         struct error *err);

bool csv_reader_has_header(const struct csv_reader *r);
ptrdiff_t csv_column(const struct csv_reader *r, const char *name); /* -1 when there is none */
size_t csv_n_columns(const struct csv_reader *r);
const char *csv_column_name(const struct csv_reader *r, size_t column);

/* Writing: fields in order, then csv_write_end(), which ends the line with CR LF. */
struct csv_writer {
    struct buffer *b;
    bool is_guarded; /* a text that a spreadsheet would run (= + - @ tab CR first) gets a ' before
                        it */
    bool is_in_row;
};

void csv_write_text(struct csv_writer *w, const char *text);
void csv_write_integer(struct csv_writer *w, int64_t value);
void csv_write_end(struct csv_writer *w);
