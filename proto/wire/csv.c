/* A byte at a time, in six states; plain runs are copied whole. A refused row is still read to its
 * end, in the same states, so that the next row begins where the writer of the file thought it
 * would. */
#include "wire/csv.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { ROW_START, FIELD_START, PLAIN, QUOTED, QUOTE_SEEN, RETURN_SEEN };

static const char byte_order_mark[] = "\xEF\xBB\xBF";

#define MARK_LEN 3

void csv_reader_init(struct csv_reader *r, const struct csv_limits *limits)
{
    memset(r, 0, sizeof *r);
    r->limits = limits ? *limits : CSV_LIMITS_DEFAULT;
    r->line = r->row_line = 1;
}

static void free_header(struct csv_reader *r)
{
    for (size_t i = 0; r->header && i < r->n_header; i++)
        free(r->header[i]);
    free((void *)r->header);
    r->header = NULL;
}

void csv_reader_deinit(struct csv_reader *r)
{
    free_header(r);
    free((void *)r->pointers);
    free(r->starts);
    buffer_deinit(&r->text);
    memset(r, 0, sizeof *r);
}

bool csv_reader_has_header(const struct csv_reader *r)
{
    return r->header != NULL;
}

size_t csv_n_columns(const struct csv_reader *r)
{
    return r->header ? r->n_header : 0;
}

const char *csv_column_name(const struct csv_reader *r, size_t column)
{
    assert(column < csv_n_columns(r));
    return r->header[column];
}

ptrdiff_t csv_column(const struct csv_reader *r, const char *name)
{
    for (size_t i = 0; i < csv_n_columns(r); i++)
        if (!strcmp(r->header[i], name))
            return (ptrdiff_t)i;
    return -1;
}

/* ---- faults ---- */

/* Column number `column` as people know it. */
static void column_label(const struct csv_reader *r, size_t column, char buf[ERROR_TEXT_MAX + 1])
{
    if (r->header && column < r->n_header && r->header[column][0])
        snprintf(buf, ERROR_TEXT_MAX + 1, "%.*s", ERROR_TEXT_MAX, r->header[column]);
    else
        snprintf(buf, ERROR_TEXT_MAX + 1, "#%zu", column + 1);
}

static void spoil_at(struct csv_reader *r, enum error_code code, int64_t line, size_t column)
{
    char label[ERROR_TEXT_MAX + 1];

    if (r->is_bad)
        return;
    r->is_bad = true;
    column_label(r, column, label);
    /* lint-errors: CSV_UTF8 CSV_NUL CSV_QUOTE CSV_RETURN CSV_UNCLOSED */
    (void)error_set(&r->fault, code, arg_number("line", line), arg_text("column", label));
}

static void spoil(struct csv_reader *r, enum error_code code)
{
    spoil_at(r, code, r->line, r->n_starts);
}

static void spoil_limit(struct csv_reader *r, enum error_code code, size_t limit)
{
    if (r->is_bad)
        return;
    r->is_bad = true;
    /* lint-errors: CSV_ROW_TOO_LONG CSV_TOO_MANY_COLUMNS */
    (void)error_set(&r->fault, code, arg_number("line", r->row_line), arg_number("limit", limit));
}

static void spoil_field(struct csv_reader *r)
{
    char label[ERROR_TEXT_MAX + 1];

    if (r->is_bad)
        return;
    r->is_bad = true;
    column_label(r, r->n_starts, label);
    (void)error_set(&r->fault, ERR_CSV_FIELD_TOO_LONG, arg_number("line", r->line),
                    arg_text("column", label), arg_number("limit", r->limits.field_len));
}

static void spoil_memory(struct csv_reader *r)
{
    if (r->is_bad)
        return;
    r->is_bad = true;
    (void)error_set(&r->fault, ERR_NO_MEMORY, arg_text("what", "csv"));
}

/* ---- fields and rows ---- */

static void add(struct csv_reader *r, const char *bytes, size_t len)
{
    r->has_bytes = true;
    if (r->is_bad)
        return; /* nobody will read it */
    if (r->text.len - r->field_start + len > r->limits.field_len) {
        spoil_field(r);
        return;
    }
    if (r->text.len - r->n_starts + len > r->limits.row_len) {
        spoil_limit(r, ERR_CSV_ROW_TOO_LONG, r->limits.row_len);
        return;
    }
    buffer_add(&r->text, bytes, len);
    if (r->text.is_failed)
        spoil_memory(r);
}

static bool make_room(struct csv_reader *r)
{
    if (!r->starts)
        r->starts = calloc(r->limits.n_columns, sizeof *r->starts);
    if (!r->pointers)
        r->pointers = calloc(r->limits.n_columns, sizeof *r->pointers);
    return r->starts && r->pointers;
}

static void end_field(struct csv_reader *r)
{
    if (!make_room(r))
        spoil_memory(r);
    if (r->n_starts == r->limits.n_columns)
        spoil_limit(r, ERR_CSV_TOO_MANY_COLUMNS, r->limits.n_columns);
    if (r->is_bad)
        return;
    r->starts[r->n_starts++] = r->field_start;
    buffer_char(&r->text, '\0');
    if (r->text.is_failed)
        spoil_memory(r);
    r->field_start = r->text.len;
}

/* UTF-8 is checked on whole fields: a chunk may end inside a character. */
static void check_fields(struct csv_reader *r)
{
    int64_t line = r->row_line;

    for (size_t i = 0; i < r->n_starts && !r->is_bad; i++) {
        const char *field = r->text.data + r->starts[i];
        size_t end = i + 1 < r->n_starts ? r->starts[i + 1] : r->text.len;
        size_t len = end - r->starts[i] - 1;
        ptrdiff_t fault = text_utf8_fault(field, len);
        const char *nul = memchr(field, '\0', len);
        size_t stop = fault >= 0 ? (size_t)fault : nul ? (size_t)(nul - field) : len;

        for (size_t k = 0; k < stop; k++)
            line += field[k] == '\n';
        if (fault >= 0)
            spoil_at(r, ERR_CSV_UTF8, line, i);
        else if (nul)
            spoil_at(r, ERR_CSV_NUL, line, i);
        r->pointers[i] = field;
    }
}

static void take_header(struct csv_reader *r)
{
    r->header = (char **)calloc(r->n_starts, sizeof *r->header);
    if (!r->header) {
        spoil_memory(r);
        return;
    }
    r->n_header = r->n_starts;
    for (size_t i = 0; i < r->n_header; i++) {
        r->header[i] = strdup(r->pointers[i]);
        if (!r->header[i])
            spoil_memory(r);
        for (size_t k = 0; k < i && !r->is_bad; k++) /* columns without a name may be many */
            if (r->header[i][0] && !strcmp(r->header[k], r->header[i])) {
                r->is_bad = true;
                (void)error_set(&r->fault, ERR_CSV_HEADER_TWICE, arg_text("column", r->header[i]));
            }
    }
    if (r->is_bad)
        free_header(r);
}

/* The row is complete. Returns CSV_MORE where it was the header, or a line without a byte. */
static enum csv_status end_row(struct csv_reader *r, struct error *err)
{
    bool is_header = !r->header, is_bad;

    if (!r->has_bytes && r->n_starts == 0 && !r->is_bad)
        return CSV_MORE;
    end_field(r);
    if (!r->is_bad)
        check_fields(r);
    if (!r->is_bad && is_header)
        take_header(r);
    if (!r->is_bad && r->n_starts != r->n_header) {
        r->is_bad = true;
        (void)error_set(&r->fault, ERR_CSV_FIELDS, arg_number("line", r->row_line),
                        arg_number("found", r->n_starts), arg_number("expected", r->n_header));
    }
    r->fields = r->pointers;
    r->n_fields = r->n_starts;
    is_bad = r->is_bad;
    if (is_bad)
        *err = r->fault;
    r->is_ended = is_bad && is_header;
    return is_bad ? CSV_BAD : is_header ? CSV_MORE : CSV_ROW;
}

static void begin_row(struct csv_reader *r)
{
    buffer_clear(&r->text);
    r->n_starts = r->field_start = 0;
    r->has_bytes = r->is_bad = false;
    r->row_line = r->line;
    r->state = FIELD_START;
}

/* ---- bytes ---- */

static size_t plain_run(const char *p, size_t len)
{
    size_t n = 0;

    while (n < len && p[n] != ',' && p[n] != '"' && p[n] != '\r' && p[n] != '\n')
        n++;
    return n;
}

/* Inside quotes only the quotation mark ends a run; lines are counted on the way. */
static size_t quoted_run(struct csv_reader *r, const char *p, size_t len)
{
    const char *quote = memchr(p, '"', len);
    size_t n = quote ? (size_t)(quote - p) : len;

    for (size_t i = 0; i < n; i++)
        r->line += p[i] == '\n';
    return n;
}

/* A byte outside quotes, at the start of a field or inside it. True when it ends the row. */
static bool take_plain(struct csv_reader *r, char c)
{
    switch (c) {
    case ',':
        r->has_bytes = true;
        end_field(r);
        r->state = FIELD_START;
        return false;
    case '\n':
        r->line++;
        r->state = ROW_START;
        return true;
    case '\r':
        r->state = RETURN_SEEN;
        return false;
    case '"':
        r->has_bytes = true;
        if (r->state == FIELD_START) {
            r->state = QUOTED;
            r->quote_line = r->line;
        } else {
            spoil(r, ERR_CSV_QUOTE);
        }
        return false;
    default:
        if (r->state == QUOTE_SEEN)
            spoil(r, ERR_CSV_QUOTE);
        r->state = PLAIN;
        add(r, &c, 1);
        return false;
    }
}

/* One byte, or a run of them. Returns how many it took; `ret_ends` when they end the row. */
static size_t take(struct csv_reader *r, const char *p, size_t len, bool *ret_ends)
{
    size_t run;

    *ret_ends = false;
    switch (r->state) {
    case ROW_START:
        begin_row(r);
        return 0;
    case QUOTED:
        run = quoted_run(r, p, len);
        if (run == 0) {
            r->state = QUOTE_SEEN;
            return 1;
        }
        add(r, p, run);
        return run;
    case QUOTE_SEEN:
        if (*p == '"') {
            add(r, p, 1);
            r->state = QUOTED;
            return 1;
        }
        break;
    case RETURN_SEEN:
        if (*p != '\n') {
            spoil(r, ERR_CSV_RETURN);
            r->state = PLAIN;
            r->has_bytes = true;
            return 0;
        }
        break;
    default: /* FIELD_START, PLAIN */
        run = plain_run(p, len);
        if (run) {
            r->state = PLAIN;
            add(r, p, run);
            return run;
        }
        break;
    }
    *ret_ends = take_plain(r, *p);
    return 1;
}

/* Drops a byte order mark, which may come in pieces. False while it may still become one. */
static bool pass_mark(struct csv_reader *r, const char **bytes, size_t *len, bool is_last)
{
    while (r->n_mark < MARK_LEN && *len && **bytes == byte_order_mark[r->n_mark]) {
        ++*bytes;
        --*len;
        r->n_mark++;
    }
    if (r->n_mark == MARK_LEN)
        r->n_mark = MARK_LEN + 1;
    if (r->n_mark > MARK_LEN)
        return true;
    if (!*len && !is_last)
        return false;
    if (r->n_mark) { /* only its beginning: these bytes belong to the first field */
        begin_row(r);
        r->state = PLAIN;
        add(r, byte_order_mark, (size_t)r->n_mark);
    }
    r->n_mark = MARK_LEN + 1;
    return true;
}

static enum csv_status end_file(struct csv_reader *r, struct error *err)
{
    enum csv_status status;

    if (r->state == ROW_START)
        return CSV_END;
    if (r->state == QUOTED) { /* whatever else seems wrong comes from this */
        r->is_bad = false;
        spoil_at(r, ERR_CSV_UNCLOSED, r->quote_line, r->n_starts);
    }
    if (r->state == RETURN_SEEN)
        spoil(r, ERR_CSV_RETURN);
    r->state = ROW_START;
    status = end_row(r, err);
    return status == CSV_MORE ? CSV_END : status;
}

enum csv_status csv_read(struct csv_reader *r, const char **bytes, size_t *len, bool is_last,
                         struct error *err)
{
    if (r->is_ended) {
        *bytes += *len;
        *len = 0;
        return CSV_END;
    }
    if (r->n_mark <= MARK_LEN && !pass_mark(r, bytes, len, is_last))
        return CSV_MORE;
    while (*len) {
        bool ends;
        size_t n = take(r, *bytes, *len, &ends);
        enum csv_status status;

        *bytes += n;
        *len -= n;
        if (!ends)
            continue;
        status = end_row(r, err);
        if (status != CSV_MORE)
            return status;
    }
    return is_last ? end_file(r, err) : CSV_MORE;
}

/* ---- writing ---- */

void csv_write_text(struct csv_writer *w, const char *text)
{
    bool is_formula = w->is_guarded && *text && strchr("=+-@\t\r", *text);
    size_t len = strlen(text);
    bool is_quoted = is_formula || strpbrk(text, ",\"\r\n") ||
                     (len == 0 && !w->is_in_row) || /* a line without a byte is no row */
                     (len && (text[0] == ' ' || text[len - 1] == ' '));

    if (w->is_in_row)
        buffer_char(w->b, ',');
    w->is_in_row = true;
    if (!is_quoted) {
        buffer_add(w->b, text, len);
        return;
    }
    buffer_char(w->b, '"');
    if (is_formula)
        buffer_char(w->b, '\'');
    for (; *text; text++) {
        if (*text == '"')
            buffer_char(w->b, '"');
        buffer_char(w->b, *text);
    }
    buffer_char(w->b, '"');
}

void csv_write_integer(struct csv_writer *w, int64_t value)
{
    if (w->is_in_row)
        buffer_char(w->b, ',');
    w->is_in_row = true;
    buffer_printf(w->b, "%" PRId64, value);
}

void csv_write_end(struct csv_writer *w)
{
    buffer_add(w->b, "\r\n", 2);
    w->is_in_row = false;
}
