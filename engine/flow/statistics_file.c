/* See statistics_file.h. */
#include "flow/statistics_file.h"

#include "base/csv.h"
#include "base/instant.h"
#include "flow/sheet_reply.h"
#include "flow/view.h"

#define BOM      "\xEF\xBB\xBF"
#define NAME     "II.06a"
#define BALANCED "Số liệu cân: (3)=(7)+(11)"
#define TOTAL    "TỔNG SỐ" /* of the paper, in whatever language it is asked for */

/* The figures of a row, columns (3) to (13). */
#define FIGURES 11
static void figures_of(const struct wire_statistics_row *w, int64_t ret[FIGURES])
{
    const int64_t figures[FIGURES] = {
        w->total_received, w->online, w->direct,     w->carried_over, w->total_done,  w->early,
        w->on_time,        w->late,   w->total_open, w->open_in_time, w->open_overdue};

    for (size_t i = 0; i < FIGURES; i++)
        ret[i] = figures[i];
}

/* What a row is called on paper: who did not report is said beside the name. */
static const char *label_of(struct request *req, const struct wire_statistics_row *w)
{
    return w->is_unreported ? arena_printf(req->arena, "%s (chưa báo cáo)", w->label) : w->label;
}

/* The rows, numbered, and the total without a number. */
static void write_rows(struct request *req, struct buffer *b, const struct wire_statistics *form,
                       const char *total)
{
    for (size_t i = 0; i <= form->n_rows; i++) {
        const struct wire_statistics_row *w = i < form->n_rows ? &form->rows[i] : form->total;
        int64_t figures[FIGURES];

        figures_of(w, figures);
        csv_write_figures(b, i < form->n_rows ? i + 1 : 0,
                          i < form->n_rows ? label_of(req, w) : total, figures, FIGURES);
    }
}

enum step_result statistics_reply_csv(struct request *req, const struct wire_statistics *form,
                                      bool has_bom)
{
    char from[INSTANT_TEXT_MAX], to[INSTANT_TEXT_MAX], at[INSTANT_TEXT_MAX],
        known[INSTANT_TEXT_MAX];
    struct buffer csv = {0};

    date_format(form->from, from);
    date_format(form->to, to);
    instant_format(form->as_of, req->zone_s, at);
    instant_format(form->known_at, req->zone_s, known);
    buffer_printf(&csv, "%sform,from,to,as_of,known_at,office\r\n" NAME ",%s,%s,%s,%s,%s\r\n\r\n",
                  has_bom ? BOM : "", from, to, at, known, form->office ? form->office : "");
    buffer_text(
        &csv,
        "tt,label,total_received,online,direct,carried_over,total_done,early,on_time,late,total_"
        "open,"
        "open_in_time,open_overdue\r\n(1),(2),(3),(4),(5),(6),(7),(8),(9),(10),(11),(12),(13)\r\n");
    write_rows(req, &csv, form, form->total->label);
    return sheet_reply_csv(req, &csv, NAME);
}

/* ---- the layout of the paper ---- */

static const struct sheet form_sheet = {
    .name = "II.06a",
    .title = "TÌNH HÌNH, KẾT QUẢ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH",
    .columns = {{"TT", 6, SHEET_NUMBER, NULL},
                {"Lĩnh vực, công việc giải quyết theo cấp", 44, SHEET_TEXT, NULL},
                {"(3)", 17, SHEET_NUMBER, "D{r}+E{r}+F{r}"},
                {"(4)", 11, SHEET_NUMBER, NULL},
                {"(5)", 14, SHEET_NUMBER, NULL},
                {"(6)", 11, SHEET_NUMBER, NULL},
                {"(7)", 17, SHEET_NUMBER, "H{r}+I{r}+J{r}"},
                {"(8)", 11, SHEET_NUMBER, NULL},
                {"(9)", 11, SHEET_NUMBER, NULL},
                {"(10)", 11, SHEET_NUMBER, NULL},
                {"(11)", 17, SHEET_NUMBER, "L{r}+M{r}"},
                {"(12)", 11, SHEET_NUMBER, NULL},
                {"(13)", 11, SHEET_NUMBER, NULL}},
    .n_columns = 13,
    .spans = {{"TT", 0, 1, 0, 3},
              {"Lĩnh vực, công việc giải quyết theo cấp", 1, 1, 0, 3},
              {"Số lượng hồ sơ tiếp nhận", 2, 4, 0, 1},
              {"Số lượng hồ sơ đã giải quyết", 6, 4, 0, 1},
              {"Số lượng hồ sơ đang giải quyết", 10, 3, 0, 1},
              {"Tổng số", 2, 1, 1, 2},
              {"Trong kỳ", 3, 2, 1, 1},
              {"Từ kỳ trước", 5, 1, 1, 2},
              {"Tổng số", 6, 1, 1, 2},
              {"Trước hạn", 7, 1, 1, 2},
              {"Đúng hạn", 8, 1, 1, 2},
              {"Quá hạn", 9, 1, 1, 2},
              {"Tổng số", 10, 1, 1, 2},
              {"Trong hạn", 11, 1, 1, 2},
              {"Quá hạn", 12, 1, 1, 2},
              {"Trực tuyến", 3, 1, 2, 1},
              {"Trực tiếp, dịch vụ bưu chính", 4, 1, 2, 1},
              {"(1)", 0, 1, 3, 1},
              {"(2)", 1, 1, 3, 1},
              {"(3)=(4)+(5)+(6)", 2, 1, 3, 1},
              {"(4)", 3, 1, 3, 1},
              {"(5)", 4, 1, 3, 1},
              {"(6)", 5, 1, 3, 1},
              {"(7)=(8)+(9)+(10)", 6, 1, 3, 1},
              {"(8)", 7, 1, 3, 1},
              {"(9)", 8, 1, 3, 1},
              {"(10)", 9, 1, 3, 1},
              {"(11)=(12)+(13)", 10, 1, 3, 1},
              {"(12)", 11, 1, 3, 1},
              {"(13)", 12, 1, 3, 1}},
    .n_spans = 30,
    .has_total = true,
    .check = "IF(C{r}=G{r}+K{r},\"" BALANCED "\",\"SỐ LIỆU KHÔNG CÂN\")",
    .check_says = BALANCED, /* what does not balance is never written */
};

static const char *moment(struct request *req, int64_t at)
{
    int64_t minutes = (at / INSTANT_SECOND + req->zone_s) / 60;

    return arena_printf(req->arena, "%02d:%02d ngày %s", (int)(minutes / 60 % 24),
                        (int)(minutes % 60), paper_date_words(req, instant_date(at, req->zone_s)));
}

enum step_result statistics_draw_xlsx(struct request *req, const struct wire_statistics *form,
                                      struct renderer_job *job, int step)
{
    struct sheet *sheet = arena_new_of(req->arena, struct sheet);
    struct buffer csv = {0};

    if (!sheet) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "sheet"));
        return request_fail(req);
    }
    *sheet = form_sheet;
    sheet->made_at = req->now;
    sheet->lines[sheet->n_lines++] =
        "Biểu số II.06a/VPCP/KSTT (Thông tư số 01/2020/TT-VPCP ngày 21/10/2020)";
    sheet->lines[sheet->n_lines++] =
        arena_printf(req->arena, "Kỳ báo cáo: từ ngày %s đến ngày %s",
                     paper_date_words(req, form->from), paper_date_words(req, form->to));
    sheet->lines[sheet->n_lines++] =
        arena_printf(req->arena, "Đơn vị báo cáo: %s",
                     form->office_name ? form->office_name : "tất cả đơn vị được xem");
    sheet->lines[sheet->n_lines++] =
        arena_printf(req->arena, "Số liệu tại %s, theo những gì biết đến %s",
                     moment(req, form->as_of), moment(req, form->known_at));
    sheet->lines[sheet->n_lines++] = "Đơn vị tính: Số hồ sơ TTHC";
    buffer_text(&csv, "tt,label,3,4,5,6,7,8,9,10,11,12,13\r\n");
    write_rows(req, &csv, form, TOTAL);
    return sheet_reply_draw(req, job, sheet, &csv, step);
}

enum step_result statistics_reply_xlsx(struct request *req, struct renderer_job *job)
{
    return sheet_reply_done(req, job, NAME);
}

/* A row of the paper: TT, label and eleven figures as text. */
static bool paper_row_of(struct request *req, const char *tt, const struct wire_statistics_row *w,
                         struct document_row *ret)
{
    const char **cells = paper_cells(req, ret, FIGURES + 2);
    int64_t figures[FIGURES];

    if (!cells)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "form"));
    cells[0] = tt;
    cells[1] = !w ? "(2)" : tt ? label_of(req, w) : TOTAL;
    if (w)
        figures_of(w, figures);
    for (int i = 0; i < FIGURES; i++)
        cells[i + 2] = !w ? arena_printf(req->arena, "(%d)", i + 3)
                       : figures[i] == INTEGER_NONE
                           ? "–"
                           : arena_printf(req->arena, "%lld", (long long)figures[i]);
    return true;
}

enum step_result statistics_draw_pdf(struct request *req, const struct wire_statistics *form,
                                     struct paper *p, int step)
{
    const struct office_ref *o =
        form->office ? reference_office_by_key(req->reference, form->office) : NULL;
    struct document_row *rows = arena_array(req->arena, form->n_rows + 2, sizeof *rows);

    if (form->n_rows + 2 > DOCUMENT_ROWS_MAX)
        error_set(&req->error, ERR_DOCUMENT_LIMIT, arg_text("field", "rows"),
                  arg_number("limit", DOCUMENT_ROWS_MAX));
    else if (!rows)
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "form"));
    if (req->error.code != ERR_NONE || !paper_row_of(req, "(1)", NULL, &rows[0]))
        return request_fail(req);
    for (size_t i = 0; i < form->n_rows; i++)
        if (!paper_row_of(req, arena_printf(req->arena, "%zu", i + 1), &form->rows[i],
                          &rows[i + 1]))
            return request_fail(req);
    if (!paper_row_of(req, NULL, form->total, &rows[form->n_rows + 1]))
        return request_fail(req);
    paper_init(p, req->now);
    paper_use_form(p, "VPCP", NAME);
    p->request.has_places = true; /* whoever reports may sign the file */
    paper_put_head(req, p, o, req->now);
    paper_put(p, "unit_name", form->office_name);
    paper_put(p, "from", paper_date_words(req, form->from));
    paper_put(p, "to", paper_date_words(req, form->to));
    paper_put(p, "as_of", moment(req, form->as_of));
    paper_put(p, "known_at", moment(req, form->known_at));
    paper_put(p, "signer_name", view_officer_name(req, req->principal.officer_id));
    paper_put_list(p, "rows", rows, form->n_rows + 2);
    return paper_draw(req, p, step);
}
