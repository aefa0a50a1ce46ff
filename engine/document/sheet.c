#include "document/sheet.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "base/instant.h"
#include "wire/csv.h"

enum {
    FORMAT_TITLE,
    FORMAT_LINE,
    FORMAT_HEAD,
    FORMAT_TEXT,
    FORMAT_NUMBER,
    FORMAT_DATE,
    FORMAT_RATE,
    FORMAT_INSTANT,
    FORMAT_TOTAL_TEXT,
    FORMAT_TOTAL_NUMBER,
    FORMAT_TOTAL_RATE,
    FORMAT_COUNT
};
#define FORMULA_MAX     1024
#define SPAN_ROW_HEIGHT 33 /* points: two lines; merged cells do not grow by themselves */

struct sheet_book {
    struct csv_reader reader;
    int fd, n_rows;
    const struct sheet *sheet;
    lxw_workbook *book;
    lxw_worksheet *page;
    lxw_format *formats[FORMAT_COUNT];
    lxw_row_t row, first; /* first: of the table */
    bool is_total;        /* the row being written */
};

static bool fails(struct error *err, const char *reason)
{
    return error_set(err, ERR_DOCUMENT_DRAWING, arg_text("reason", reason));
}

static void make_formats(struct sheet_book *w)
{
    for (int i = 0; i < FORMAT_COUNT; i++) {
        w->formats[i] = workbook_add_format(w->book);
        format_set_font_name(w->formats[i], "Times New Roman");
        format_set_font_size(w->formats[i], i == FORMAT_TITLE ? 14 : 12);
        if (i != FORMAT_TITLE && i != FORMAT_LINE) {
            format_set_border(w->formats[i], LXW_BORDER_THIN);
            format_set_text_wrap(w->formats[i]);
            format_set_align(w->formats[i], LXW_ALIGN_VERTICAL_TOP);
        }
    }
    format_set_bold(w->formats[FORMAT_TITLE]);
    format_set_bold(w->formats[FORMAT_HEAD]);
    format_set_bold(w->formats[FORMAT_TOTAL_TEXT]);
    format_set_bold(w->formats[FORMAT_TOTAL_NUMBER]);
    format_set_bold(w->formats[FORMAT_TOTAL_RATE]);
    format_set_align(w->formats[FORMAT_HEAD], LXW_ALIGN_CENTER);
    if (w->sheet->n_spans)
        format_set_align(w->formats[FORMAT_HEAD], LXW_ALIGN_VERTICAL_CENTER);
    format_set_num_format(w->formats[FORMAT_NUMBER], "#,##0");
    format_set_num_format(w->formats[FORMAT_TOTAL_NUMBER], "#,##0");
    format_set_num_format(w->formats[FORMAT_DATE], "dd/mm/yyyy");
    format_set_num_format(w->formats[FORMAT_RATE], "0.00%");
    format_set_num_format(w->formats[FORMAT_TOTAL_RATE], "0.00%");
    format_set_num_format(w->formats[FORMAT_INSTANT], "dd/mm/yyyy hh:mm");
}

/* The cells of a head of several rows; returns how many rows. */
static lxw_row_t write_spans(struct sheet_book *w)
{
    lxw_row_t n = 0;

    for (size_t i = 0; i < w->sheet->n_spans; i++) {
        const struct sheet_span *p = &w->sheet->spans[i];
        lxw_row_t row = w->row + (lxw_row_t)p->row, last = row + (lxw_row_t)p->n_rows - 1;
        lxw_col_t column = (lxw_col_t)p->column;

        if (p->n_rows > 1 || p->n_columns > 1)
            worksheet_merge_range(w->page, row, column, last,
                                  (lxw_col_t)(column + p->n_columns - 1), p->text,
                                  w->formats[FORMAT_HEAD]);
        else
            worksheet_write_string(w->page, row, column, p->text, w->formats[FORMAT_HEAD]);
        if (last - w->row + 1 > n)
            n = last - w->row + 1;
    }
    for (lxw_row_t i = 0; i < n; i++)
        worksheet_set_row(w->page, w->row + i, SPAN_ROW_HEIGHT, NULL);
    return n;
}

static void write_head(struct sheet_book *w)
{
    const struct sheet *s = w->sheet;
    lxw_row_t n = 1;

    if (s->title) {
        worksheet_write_string(w->page, w->row, 0, s->title, w->formats[FORMAT_TITLE]);
        w->row += s->n_lines ? 1 : 2;
    }
    for (size_t i = 0; i < s->n_lines; i++)
        worksheet_write_string(w->page, w->row++, 0, s->lines[i], w->formats[FORMAT_LINE]);
    w->row += s->n_lines > 0;
    for (size_t i = 0; i < s->n_columns; i++) {
        worksheet_set_column(w->page, (lxw_col_t)i, (lxw_col_t)i, s->columns[i].width, NULL);
        if (!s->n_spans)
            worksheet_write_string(w->page, w->row, (lxw_col_t)i, s->columns[i].name,
                                   w->formats[FORMAT_HEAD]);
    }
    if (s->n_spans)
        n = write_spans(w);
    worksheet_repeat_rows(w->page, w->row, w->row + n - 1);
    w->row += n;
    w->first = w->row;
    worksheet_freeze_panes(w->page, w->row, 0);
    worksheet_set_landscape(w->page);
    worksheet_set_paper(w->page, 9); /* A4 */
    worksheet_fit_to_pages(w->page, 1, 0);
}

/* "D{r}+E{r}" with the row as a reader of the file counts it. */
static void formula_of(const char *pattern, lxw_row_t row, char ret[FORMULA_MAX])
{
    size_t n = 0;

    ret[n++] = '=';
    for (; *pattern && n + 12 < FORMULA_MAX; pattern++) {
        if (strncmp(pattern, "{r}", 3) != 0) {
            ret[n++] = *pattern;
            continue;
        }
        n += (size_t)snprintf(ret + n, FORMULA_MAX - n, "%u", row + 1);
        pattern += 2;
    }
    ret[n] = '\0';
}

/* A number that is made of others of its row, or of those above it; else the number alone. Of a
 * column that adds up, the sum of the numbered rows where the others are heads of sections. */
static void write_number(struct sheet_book *w, size_t column, double number)
{
    enum sheet_kind kind = w->sheet->columns[column].kind;
    lxw_format *format = kind == SHEET_RATE
                             ? w->formats[w->is_total ? FORMAT_TOTAL_RATE : FORMAT_RATE]
                             : w->formats[w->is_total ? FORMAT_TOTAL_NUMBER : FORMAT_NUMBER];
    const char *pattern = w->sheet->columns[column].formula;
    char formula[FORMULA_MAX], name[16];

    if (pattern) {
        formula_of(pattern, w->row, formula);
    } else if (w->is_total && w->row > w->first && kind == SHEET_NUMBER) {
        lxw_col_to_name(name, (lxw_col_t)column, LXW_FALSE);
        if (w->sheet->has_sections)
            snprintf(formula, sizeof formula, "=SUMIF($A%u:$A%u,\">0\",%s%u:%s%u)", w->first + 1,
                     w->row, name, w->first + 1, name, w->row);
        else
            snprintf(formula, sizeof formula, "=SUM(%s%u:%s%u)", name, w->first + 1, name, w->row);
    } else {
        worksheet_write_number(w->page, w->row, (lxw_col_t)column, number, format);
        return;
    }
    worksheet_write_formula_num(w->page, w->row, (lxw_col_t)column, formula, format, number);
}

static bool write_instant(struct sheet_book *w, lxw_col_t at, const char *text)
{
    lxw_datetime moment = {0};
    int year, month, day, hour, minute;

    /* NOLINTNEXTLINE(cert-err34-c): what is no instant stands as text */
    if (sscanf(text, "%4d-%2d-%2dT%2d:%2d:", &year, &month, &day, &hour, &minute) != 5)
        return false;
    moment.year = year;
    moment.month = month;
    moment.day = day;
    moment.hour = hour;
    moment.min = minute;
    worksheet_write_datetime(w->page, w->row, at, &moment, w->formats[FORMAT_INSTANT]);
    return true;
}

/* What is no number or date of its column stands as text: nothing is lost or bent. */
static void write_cell(struct sheet_book *w, size_t column, const char *text)
{
    lxw_format *plain = w->formats[w->is_total ? FORMAT_TOTAL_TEXT : FORMAT_TEXT];
    lxw_col_t at = (lxw_col_t)column;
    int32_t day;
    char *end;
    double number;

    if (!*text) {
        worksheet_write_blank(w->page, w->row, at, plain);
        return;
    }
    switch (w->sheet->columns[column].kind) {
    case SHEET_NUMBER:
    case SHEET_RATE:
    case SHEET_PLAIN:
        number = strtod(text, &end) / (w->sheet->columns[column].kind == SHEET_RATE ? 100 : 1);
        if (!*end) {
            write_number(w, column, number);
            return;
        }
        break;
    case SHEET_DATE:
        if (date_parse(text, &day)) {
            struct civil c = date_civil(day);
            lxw_datetime date = {.year = c.year, .month = c.month, .day = c.day};

            worksheet_write_datetime(w->page, w->row, at, &date, w->formats[FORMAT_DATE]);
            return;
        }
        break;
    case SHEET_INSTANT:
        if (write_instant(w, at, text))
            return;
        break;
    case SHEET_TEXT:
        break;
    }
    worksheet_write_string(w->page, w->row, at, text, plain);
}

/* `is_last`: the bytes end the table. */
static bool write_rows(struct sheet_book *w, const char *csv, size_t len, bool is_last,
                       struct error *err)
{
    enum csv_status status = CSV_ROW;

    while ((status = csv_read(&w->reader, &csv, &len, is_last, err)) == CSV_ROW) {
        if (++w->n_rows > SHEET_ROWS_MAX)
            return error_set(err, ERR_DOCUMENT_LIMIT, arg_text("field", "rows"),
                             arg_number("limit", SHEET_ROWS_MAX));
        w->is_total = w->sheet->has_total && is_last && len == 0;
        for (size_t i = 0; i < w->reader.n_fields && i < w->sheet->n_columns; i++)
            write_cell(w, i, w->reader.fields[i]);
        w->row++;
    }
    return status != CSV_BAD;
}

static void write_check(struct sheet_book *w)
{
    char formula[FORMULA_MAX];

    if (!w->sheet->check || w->row <= w->first)
        return;
    formula_of(w->sheet->check, w->row - 1, formula);
    worksheet_write_formula_str(w->page, w->row + 1, 1, formula, w->formats[FORMAT_LINE],
                                w->sheet->check_says ? w->sheet->check_says : "");
}

/* The same table gives the same file: its dates are the sheet's own. */
static void set_properties(struct sheet_book *w)
{
    char company[] = "motcua", *title = w->sheet->title ? strdup(w->sheet->title) : NULL;
    lxw_doc_properties properties = {.title = title,
                                     .company = company,
                                     .created = (time_t)(w->sheet->made_at / INSTANT_SECOND)};

    workbook_set_properties(w->book, &properties); /* copies */
    free(title);
}

/* A file that nobody else can open, gone with its last descriptor. */
static int open_nameless(void)
{
    const char *folder = getenv("TMPDIR");
    char path[1024];
    int fd = open(folder && *folder ? folder : "/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

    if (fd >= 0 || snprintf(path, sizeof path, "%s/motcua-XXXXXX",
                            folder && *folder ? folder : "/tmp") >= (int)sizeof path)
        return fd;
    fd = mkostemp(path, O_CLOEXEC); /* a file system that has no nameless ones */
    if (fd >= 0)
        unlink(path);
    return fd;
}

static bool book_begin(struct sheet_book *w, int fd, struct error *err)
{
    /* A head of merged cells is written out of order, which constant memory cannot. */
    lxw_workbook_options options = {.constant_memory = w->sheet->n_spans == 0};
    char path[40];

    w->fd = fd;
    csv_reader_init(&w->reader, NULL);
    if (fd < 0)
        return fails(err, "no file");
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    w->book = workbook_new_opt(path, &options);
    w->page = w->book ? workbook_add_worksheet(w->book, w->sheet->name) : NULL;
    if (!w->page)
        return fails(err, "workbook");
    make_formats(w);
    set_properties(w);
    write_head(w);
    return true;
}

/* Writes the file out, and forgets the book even when that fails. */
static bool book_close(struct sheet_book *w, struct error *err)
{
    lxw_error code = w->book ? workbook_close(w->book) : LXW_NO_ERROR;

    w->book = NULL;
    return code == LXW_NO_ERROR || fails(err, lxw_strerror(code));
}

static void book_end(struct sheet_book *w)
{
    struct error ignored;

    (void)book_close(w, &ignored);
    csv_reader_deinit(&w->reader);
    if (w->fd >= 0)
        close(w->fd);
}

static bool take_file(int fd, struct buffer *ret, struct error *err)
{
    char chunk[65536];
    ssize_t n;

    if (lseek(fd, 0, SEEK_SET) != 0)
        return fails(err, "lseek");
    while ((n = read(fd, chunk, sizeof chunk)) > 0)
        buffer_add(ret, chunk, (size_t)n);
    return (n == 0 && !ret->is_failed) || fails(err, "read");
}

bool sheet_write(const struct sheet *sheet, const char *csv, size_t len, struct buffer *ret_xlsx,
                 struct error *err)
{
    struct sheet_book w = {.sheet = sheet};
    bool is_good = book_begin(&w, memfd_create("sheet", MFD_CLOEXEC), err) &&
                   write_rows(&w, csv, len, true, err);

    if (is_good)
        write_check(&w);
    is_good = is_good && book_close(&w, err) && take_file(w.fd, ret_xlsx, err);
    book_end(&w);
    return is_good;
}

/* ---- piece by piece ---- */

bool sheet_book_new(const struct sheet *sheet, struct sheet_book **ret_book, struct error *err)
{
    struct sheet_book *w = calloc(1, sizeof *w);

    assert(sheet->n_spans == 0 && !sheet->has_total);
    if (!w)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "sheet"));
    w->sheet = sheet;
    if (!book_begin(w, open_nameless(), err)) {
        sheet_book_free(w);
        return false;
    }
    *ret_book = w;
    return true;
}

bool sheet_book_add(struct sheet_book *w, const char *csv, size_t len, struct error *err)
{
    return write_rows(w, csv, len, false, err);
}

bool sheet_book_bind(struct sheet_book *w, int64_t *ret_len, struct error *err)
{
    off_t len;

    if (!write_rows(w, "", 0, true, err) || !book_close(w, err))
        return false;
    len = lseek(w->fd, 0, SEEK_END);
    if (len < 0 || lseek(w->fd, 0, SEEK_SET) != 0)
        return fails(err, "lseek");
    *ret_len = len;
    return true;
}

bool sheet_book_read(struct sheet_book *w, size_t len, struct buffer *ret, struct error *err)
{
    ssize_t n;

    if (!buffer_reserve(ret, len))
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "sheet"));
    n = read(w->fd, ret->data + ret->len, len);
    if (n < 0)
        return fails(err, "read");
    ret->len += (size_t)n;
    return true;
}

struct sheet_book *sheet_book_free(struct sheet_book *w)
{
    if (w)
        book_end(w);
    free(w);
    return NULL;
}
