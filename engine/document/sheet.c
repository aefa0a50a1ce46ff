#include "document/sheet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "base/instant.h"
#include "wire/csv.h"

enum { FORMAT_TITLE, FORMAT_HEAD, FORMAT_TEXT, FORMAT_NUMBER, FORMAT_DATE, FORMAT_COUNT };

struct writing {
    const struct sheet *sheet;
    lxw_workbook *book;
    lxw_worksheet *page;
    lxw_format *formats[FORMAT_COUNT];
    lxw_row_t row;
};

static bool fails(struct error *err, const char *reason)
{
    return error_set(err, ERR_DOCUMENT_DRAWING, arg_text("reason", reason));
}

static void make_formats(struct writing *w)
{
    for (int i = 0; i < FORMAT_COUNT; i++) {
        w->formats[i] = workbook_add_format(w->book);
        format_set_font_name(w->formats[i], "Times New Roman");
        format_set_font_size(w->formats[i], i == FORMAT_TITLE ? 14 : 12);
        if (i != FORMAT_TITLE) {
            format_set_border(w->formats[i], LXW_BORDER_THIN);
            format_set_text_wrap(w->formats[i]);
            format_set_align(w->formats[i], LXW_ALIGN_VERTICAL_TOP);
        }
    }
    format_set_bold(w->formats[FORMAT_TITLE]);
    format_set_bold(w->formats[FORMAT_HEAD]);
    format_set_align(w->formats[FORMAT_HEAD], LXW_ALIGN_CENTER);
    format_set_num_format(w->formats[FORMAT_NUMBER], "#,##0");
    format_set_num_format(w->formats[FORMAT_DATE], "dd/mm/yyyy");
}

static void write_head(struct writing *w)
{
    const struct sheet *s = w->sheet;

    if (s->title) {
        worksheet_write_string(w->page, w->row, 0, s->title, w->formats[FORMAT_TITLE]);
        w->row += 2;
    }
    for (size_t i = 0; i < s->n_columns; i++) {
        worksheet_set_column(w->page, (lxw_col_t)i, (lxw_col_t)i, s->columns[i].width, NULL);
        worksheet_write_string(w->page, w->row, (lxw_col_t)i, s->columns[i].name,
                               w->formats[FORMAT_HEAD]);
    }
    worksheet_repeat_rows(w->page, w->row, w->row);
    w->row++;
    worksheet_freeze_panes(w->page, w->row, 0);
    worksheet_set_landscape(w->page);
    worksheet_set_paper(w->page, 9); /* A4 */
    worksheet_fit_to_pages(w->page, 1, 0);
}

/* What is no number or date of its column stands as text: nothing is lost or bent. */
static void write_cell(struct writing *w, size_t column, const char *text)
{
    lxw_col_t at = (lxw_col_t)column;
    int32_t day;
    char *end;
    double number;

    if (!*text) {
        worksheet_write_blank(w->page, w->row, at, w->formats[FORMAT_TEXT]);
        return;
    }
    switch (w->sheet->columns[column].kind) {
    case SHEET_NUMBER:
        number = strtod(text, &end);
        if (!*end) {
            worksheet_write_number(w->page, w->row, at, number, w->formats[FORMAT_NUMBER]);
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
    case SHEET_TEXT:
        break;
    }
    worksheet_write_string(w->page, w->row, at, text, w->formats[FORMAT_TEXT]);
}

static bool write_rows(struct writing *w, const char *csv, size_t len, struct error *err)
{
    struct csv_reader r;
    enum csv_status status;
    bool is_good = true;
    int n = 0;

    csv_reader_init(&r, NULL);
    while (is_good && (status = csv_read(&r, &csv, &len, true, err)) != CSV_END) {
        is_good = status == CSV_ROW;
        if (is_good && ++n > SHEET_ROWS_MAX)
            is_good = error_set(err, ERR_DOCUMENT_LIMIT, arg_text("field", "rows"),
                                arg_number("limit", SHEET_ROWS_MAX));
        for (size_t i = 0; is_good && i < r.n_fields && i < w->sheet->n_columns; i++)
            write_cell(w, i, r.fields[i]);
        w->row++;
    }
    csv_reader_deinit(&r);
    return is_good;
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

/* The same table gives the same file: its dates are the sheet's own. */
static void set_properties(struct writing *w)
{
    char company[] = "motcua", *title = w->sheet->title ? strdup(w->sheet->title) : NULL;
    lxw_doc_properties properties = {.title = title,
                                     .company = company,
                                     .created = (time_t)(w->sheet->made_at / INSTANT_SECOND)};

    workbook_set_properties(w->book, &properties); /* copies */
    free(title);
}

bool sheet_write(const struct sheet *sheet, const char *csv, size_t len, struct buffer *ret_xlsx,
                 struct error *err)
{
    lxw_workbook_options options = {.constant_memory = LXW_TRUE};
    struct writing w = {.sheet = sheet};
    int fd = memfd_create("sheet", MFD_CLOEXEC);
    char path[40];
    bool is_good;
    lxw_error code;

    if (fd < 0)
        return fails(err, "memfd_create");
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    w.book = workbook_new_opt(path, &options);
    w.page = w.book ? workbook_add_worksheet(w.book, sheet->name) : NULL;
    is_good = w.page || fails(err, "workbook");
    if (is_good) {
        make_formats(&w);
        set_properties(&w);
        write_head(&w);
        is_good = write_rows(&w, csv, len, err);
    }
    code = w.book ? workbook_close(w.book) : LXW_NO_ERROR;
    if (is_good && code != LXW_NO_ERROR)
        is_good = fails(err, lxw_strerror(code));
    is_good = is_good && take_file(fd, ret_xlsx, err);
    close(fd);
    return is_good;
}
