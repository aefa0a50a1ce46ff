/* A report on paper (report_file.h): the template is written from the columns, and handed to the
 * worker with the values, so that every table of figures has the one layout: head, period, moment
 * and knowledge, numbered columns, notes, who made it. Wide ones take A3 and smaller type. */
#include "document/template.h"
#include <string.h>

#include "base/buffer.h"
#include "flow/report_file.h"
#include "flow/view.h"

#define WIDE_COLUMNS 14 /* of A4, TT and label besides */

/* Our own wording, with what templates read as marks made ordinary. */
static void write_wording(struct buffer *b, const char *text)
{
    for (; *text; text++) {
        if (strchr("\\{}*_|>", *text))
            buffer_char(b, '\\');
        buffer_char(b, *text);
    }
}

/* A head as "outer > inner > own"; the outer ones are read as they stand. */
static void write_head(struct arena *arena, struct buffer *b, const char *head)
{
    const char *parts[3];
    int n = report_head_parts(arena, head, parts);

    for (int i = 0; i < n; i++) {
        buffer_text(b, i ? " > " : "");
        if (i < n - 1)
            buffer_text(b, parts[i] ? parts[i] : "");
        else
            write_wording(b, parts[i] ? parts[i] : "");
    }
}

static double width_of(const struct report_column *c)
{
    return c->kind == REPORT_TEXT ? 26 : c->kind == REPORT_RATE || c->kind == REPORT_DATE ? 18 : 14;
}

static void write_table(const struct report_run *run, struct buffer *b)
{
    const struct report_table *t = &run->table;

    buffer_text(b, "table rows: 9c TT | 48 ");
    write_wording(b, report_label_head(run, LANGUAGE_VI));
    for (size_t i = 0; i < t->n_columns; i++) {
        buffer_printf(b, " |\n %d%s ", (int)width_of(&t->columns[i]),
                      t->columns[i].kind == REPORT_TEXT ? "" : "c");
        write_head(t->arena, b, t->columns[i].head[LANGUAGE_VI]);
    }
    buffer_text(b, "\ncells: {1?} | {2}");
    for (size_t i = 0; i < t->n_columns; i++)
        buffer_printf(b, " | {%zu?}", i + 3);
    buffer_text(b, "\n");
}

/* The whole template; NULL when memory ends. */
static const char *template_of(const struct report_run *run)
{
    struct arena *arena = run->base.arena;
    bool is_wide = run->table.n_columns > WIDE_COLUMNS;
    struct buffer b = {0};
    const char *text;

    buffer_printf(&b,
                  "form: motcua:%s\nname: %s\npaper: %s\nmargins: 15 12 15 15\nsize: 12\n"
                  "table-size: %s\nhead-size: 12\nleading: 1.15\nspace: 3\nindent: 0\n"
                  "blank-lines: 4\n\n",
                  run->form->key, run->form->title[LANGUAGE_VI],
                  is_wide ? "A3-landscape" : "A4-landscape", is_wide ? "10" : "11");
    buffer_text(&b, "note [circular]: {circular}\ntitle: {title}\n"
                    "subtitle: Kỳ báo cáo: từ ngày {from} đến ngày {to}\n"
                    "field: - Đơn vị báo cáo: {unit_name?tất cả đơn vị}\n"
                    "note: Số liệu tại {as_of}, theo những gì hệ thống biết đến {known_at}. "
                    "Đơn vị tính: {counted}.\n");
    write_table(run, &b);
    buffer_text(&b, "note [formulas]: {formulas}\nlist notes [notes]: {1}\n"
                    "sign-right: NGƯỜI LÀM BÁO CÁO | {place?}, {dated} | {signer_name?}\n");
    text = b.is_failed ? NULL : arena_strdup(arena, b.data);
    buffer_deinit(&b);
    return text;
}

/* "(3)=(4)+(5); (8)=((4)+(5))/(6)": how the columns hang together. */
static const char *formulas_of(const struct report_run *run)
{
    const struct report_table *t = &run->table;
    struct buffer b = {0};
    const char *text = NULL;

    for (size_t i = 0; i < t->n_columns; i++) {
        const char *formula = report_formula(t, i);

        if (formula)
            buffer_printf(&b, "%s%s", b.len ? "; " : "Cách tính các cột: ", formula);
    }
    if (b.len && !b.is_failed)
        text = arena_strdup(t->arena, b.data);
    buffer_deinit(&b);
    return text;
}

static bool fill_paper_row(struct report_run *run, const struct report_line *line,
                           struct document_row *ret)
{
    struct request *req = &run->base;
    const struct report_table *t = &run->table;
    const char **cells = paper_cells(req, ret, t->n_columns + 2);
    char buf[REPORT_FIGURE_MAX];

    if (!cells)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "report"));
    cells[0] = line ? report_number(run, line) : "(1)";
    cells[1] = !line ? "(2)" : line == &t->total ? "TỔNG SỐ" : line->label;
    if (line && line->note)
        cells[1] = arena_printf(req->arena, "%s (%s)", cells[1], line->note);
    for (size_t i = 0; i < t->n_columns; i++)
        cells[i + 2] = line ? arena_strdup(req->arena, report_figure(t, line, i, LANGUAGE_VI, buf))
                            : arena_printf(req->arena, "(%zu)", i + 3);
    return true;
}

static bool fill_notes(struct report_run *run)
{
    struct request *req = &run->base;
    struct document_row *rows = arena_array(req->arena, run->n_notes + 1, sizeof *rows);

    for (size_t i = 0; rows && i < run->n_notes; i++) {
        const char **cells = paper_cells(req, &rows[i], 1);

        if (!cells)
            return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "report"));
        cells[0] = run->notes[i];
    }
    if (!rows)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "report"));
    paper_put_list(&run->paper, "notes", rows, run->n_notes);
    return true;
}

static void put_values(struct report_run *run)
{
    struct request *req = &run->base;
    const struct office_ref *o =
        run->in.office ? reference_office_by_key(req->reference, run->in.office) : NULL;
    struct paper *p = &run->paper;

    paper_put_head(req, p, o, req->now);
    paper_put(p, "circular", run->form->circular);
    paper_put(p, "title", report_title(run, LANGUAGE_VI));
    paper_put(p, "unit_name", o ? o->name : NULL);
    paper_put(p, "from", paper_date_words(req, run->scope.from));
    paper_put(p, "to", paper_date_words(req, run->scope.to));
    paper_put(p, "as_of", report_moment(req, run->scope.state_at));
    paper_put(p, "known_at", report_moment(req, run->scope.known_at));
    paper_put(p, "counted",
              run->form->unit[LANGUAGE_VI] ? run->form->unit[LANGUAGE_VI] : "Số hồ sơ TTHC");
    paper_put(p, "formulas", formulas_of(run));
    paper_put(p, "signer_name", view_officer_name(req, req->principal.officer_id));
}

enum step_result report_draw_pdf(struct report_run *run, int step)
{
    struct request *req = &run->base;
    const struct report_table *t = &run->table;
    size_t n = t->n_lines + t->has_total + 1;
    struct document_row *rows = arena_array(req->arena, n, sizeof *rows);

    if (n > DOCUMENT_ROWS_MAX)
        error_set(&req->error, ERR_DOCUMENT_LIMIT, arg_text("field", "rows"),
                  arg_number("limit", DOCUMENT_ROWS_MAX));
    else if (!rows)
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "report"));
    if (req->error.code != ERR_NONE || !fill_paper_row(run, NULL, &rows[0]))
        return request_fail(req);
    for (size_t i = 0; i + 1 < n; i++)
        if (!fill_paper_row(run, i < t->n_lines ? &t->lines[i] : &t->total, &rows[i + 1]))
            return request_fail(req);
    paper_init(&run->paper, req->now);
    paper_use_form(&run->paper, "motcua", run->form->key);
    run->paper.request.template_text = template_of(run);
    if (!run->paper.request.template_text) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "report"));
        return request_fail(req);
    }
    put_values(run);
    paper_put_list(&run->paper, "rows", rows, n);
    return fill_notes(run) ? paper_draw(req, &run->paper, step) : request_fail(req);
}

enum step_result report_reply_pdf(struct report_run *run)
{
    return paper_reply(&run->base, &run->paper, run->form->key);
}
