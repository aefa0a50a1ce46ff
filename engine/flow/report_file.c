/* See report_file.h. */
#include "flow/report_file.h"

#include <stdio.h>
#include <string.h>

#include "base/csv.h"
#include "base/instant.h"
#include "flow/app.h"
#include "flow/sheet_reply.h"

#define BOM "\xEF\xBB\xBF"

const char *report_moment(struct request *req, int64_t at)
{
    int64_t minutes = (at / INSTANT_SECOND + req->zone_s) / 60;

    return arena_printf(req->arena, "%02d:%02d ngày %s", (int)(minutes / 60 % 24),
                        (int)(minutes % 60), paper_date_words(req, instant_date(at, req->zone_s)));
}

const char *report_number(const struct report_run *run, const struct report_line *line)
{
    const struct report_table *t = &run->table;
    size_t n = 0, sections = 0;
    const char *text;

    if (line < t->lines || line >= t->lines + t->n_lines)
        return "";
    for (const struct report_line *l = t->lines; l <= line; l++) {
        n = l->is_section ? 0 : n + 1;
        sections += l->is_section;
    }
    text = line->is_section ? arena_printf(t->arena, "%c", (char)('A' + (sections - 1) % 26))
                            : arena_printf(t->arena, "%zu", n);
    return text ? text : "";
}

const char *report_label_head(const struct report_run *run, enum language lang)
{
    static const struct {
        const char *word, *head[2];
    } heads[] = {
        {"office", {"Đơn vị", "Office"}},
        {"field", {"Lĩnh vực", "Field"}},
        {"procedure", {"Thủ tục", "Procedure"}},
        {"channel", {"Hình thức nộp", "Channel"}},
    };

    if (run->form->head[lang])
        return run->form->head[lang];
    for (size_t i = 0; run->group_by && i < ARRAY_LEN(heads); i++)
        if (!strcmp(heads[i].word, run->group_by))
            return heads[i].head[lang];
    return lang == LANGUAGE_VI ? "Nội dung" : "Subject";
}

int report_head_parts(struct arena *arena, const char *head, const char *ret[3])
{
    int n = 0;

    for (const char *end; n < 3; head = end + 3) {
        end = n < 2 ? strstr(head, " > ") : NULL;
        ret[n++] = end ? arena_strndup(arena, head, (size_t)(end - head)) : head;
        if (!end)
            break;
    }
    return n;
}

/* ---- CSV ---- */

static void write_cell(struct buffer *b, const struct report_table *t,
                       const struct report_line *line, size_t column)
{
    const struct report_cell *c = &line->cells[column];
    char buf[REPORT_FIGURE_MAX];
    int64_t rate;

    buffer_char(b, ',');
    if (!c->is_known)
        return;
    switch (t->columns[column].kind) {
    case REPORT_RATE:
        rate = c->of ? report_rate(c->n, c->of) : 0;
        if (c->of)
            buffer_printf(b, "%lld.%02lld", (long long)(rate / 100), (long long)(rate % 100));
        return;
    case REPORT_DATE:
        csv_write(b, report_figure(t, line, column, LANGUAGE_EN, buf));
        return;
    case REPORT_TEXT:
        csv_write(b, c->text ? c->text : "");
        return;
    case REPORT_COUNT:
    case REPORT_NUMBER:
    case REPORT_DAYS:
    case REPORT_MINUTES:
    case REPORT_KIND_COUNT:
        buffer_printf(b, "%lld", (long long)c->n);
        return;
    }
}

/* The names of the columns, and the lines. */
static void write_lines(struct buffer *b, const struct report_run *run, const char *total)
{
    const struct report_table *t = &run->table;

    buffer_text(b, "tt,label");
    for (size_t i = 0; i < t->n_columns; i++)
        buffer_printf(b, ",%s", t->columns[i].key);
    buffer_text(b, "\r\n");
    for (size_t i = 0; i < t->n_lines + t->has_total; i++) {
        const struct report_line *line = i < t->n_lines ? &t->lines[i] : &t->total;

        buffer_text(b, report_number(run, line));
        buffer_char(b, ',');
        csv_write(b, line == &t->total ? total : line->label);
        for (size_t k = 0; k < t->n_columns; k++)
            write_cell(b, t, line, k);
        buffer_text(b, "\r\n");
    }
}

enum step_result report_reply_csv(struct report_run *run)
{
    struct request *req = &run->base;
    const struct report_table *t = &run->table;
    char from[INSTANT_TEXT_MAX], to[INSTANT_TEXT_MAX], at[INSTANT_TEXT_MAX],
        known[INSTANT_TEXT_MAX];
    struct buffer csv = {0};

    date_format(run->scope.from, from);
    date_format(run->scope.to, to);
    instant_format(run->scope.state_at, req->zone_s, at);
    instant_format(run->scope.known_at, req->zone_s, known);
    buffer_printf(&csv, "%sform,from,to,as_of,known_at,office\r\n%s,%s,%s,%s,%s,%s\r\n\r\n",
                  run->in.without_bom ? "" : BOM, run->form->key, from, to, at, known,
                  run->in.office ? run->in.office : "");
    write_lines(&csv, run, t->total.label);
    return sheet_reply_csv(req, &csv, run->form->key);
}

/* ---- spreadsheet ---- */

#define LABEL_WIDTH 44
#define TEXT_WIDTH  24
#define COUNT_WIDTH 11

static const enum sheet_kind sheet_kinds[REPORT_KIND_COUNT] = {
    [REPORT_COUNT] = SHEET_NUMBER, [REPORT_RATE] = SHEET_RATE,     [REPORT_NUMBER] = SHEET_PLAIN,
    [REPORT_DAYS] = SHEET_PLAIN,   [REPORT_MINUTES] = SHEET_PLAIN, [REPORT_TEXT] = SHEET_TEXT,
    [REPORT_DATE] = SHEET_DATE,
};

/* "C", "AA": TT and label take A and B. */
static void write_letters(struct buffer *b, int column)
{
    int at = column + 2;

    if (at >= 26)
        buffer_char(b, (char)('A' + at / 26 - 1));
    buffer_char(b, (char)('A' + at % 26));
}

/* "D{r}+E{r}": the terms up to the end or the stroke. */
static void write_terms(const struct report_table *t, struct buffer *b, const char **p)
{
    int column;

    for (bool is_first = true; (column = report_term(t, p)) >= 0; is_first = false) {
        buffer_text(b, is_first ? "" : "+");
        write_letters(b, column);
        buffer_text(b, "{r}");
    }
}

static const char *keep(struct arena *arena, struct buffer *b)
{
    const char *text = b->is_failed || !b->data ? NULL : arena_strdup(arena, b->data);

    buffer_deinit(b);
    return text;
}

static const char *formula_of(const struct report_table *t, size_t column)
{
    const char *p = t->columns[column].sum, *of;
    struct buffer b = {0};

    if (!p)
        return NULL;
    if (t->columns[column].kind != REPORT_RATE) {
        write_terms(t, &b, &p);
        return keep(t->arena, &b);
    }
    of = strchr(p, '/') + 1;
    buffer_text(&b, "IF((");
    write_terms(t, &b, &of);
    buffer_text(&b, ")=0,\"–\",(");
    write_terms(t, &b, &p);
    p++;
    buffer_text(&b, ")/(");
    write_terms(t, &b, &p);
    buffer_text(&b, "))");
    return keep(t->arena, &b);
}

/* IF(AND(C=F+G+H),"cân","không cân") over the total. */
static const char *check_of(const struct report_table *t)
{
    struct buffer b = {0};

    if (!t->balances || !t->has_total)
        return NULL;
    buffer_text(&b, "IF(AND(");
    for (const char *const *e = t->balances; *e; e++) {
        const char *p = *e;

        buffer_text(&b, e == t->balances ? "" : ",");
        write_letters(&b, report_term(t, &p));
        buffer_text(&b, "{r}=");
        p++;
        write_terms(t, &b, &p);
    }
    buffer_text(&b, "),\"SỐ LIỆU CÂN\",\"SỐ LIỆU KHÔNG CÂN\")");
    return keep(t->arena, &b);
}

static void add_span(struct sheet *s, const char *text, int column, int n_columns, int row,
                     int n_rows)
{
    if (s->n_spans < SHEET_SPANS_MAX)
        s->spans[s->n_spans++] = (struct sheet_span){text, column, n_columns, row, n_rows};
}

struct heads {
    const char *parts[REPORT_COLUMNS_MAX][3];
    int n[REPORT_COLUMNS_MAX], n_rows;
};

static bool is_shared(const struct heads *h, size_t a, size_t b, int level)
{
    for (int k = 0; k <= level; k++)
        if (h->n[a] <= k + 1 || h->n[b] <= k + 1 || strcmp(h->parts[a][k], h->parts[b][k]) != 0)
            return false;
    return true;
}

/* Heads that neighbours share, each column's own below them, and its number. */
static void add_spans(const struct report_run *run, struct sheet *s, const struct heads *h)
{
    const struct report_table *t = &run->table;

    add_span(s, "TT", 0, 1, 0, h->n_rows);
    add_span(s, report_label_head(run, LANGUAGE_VI), 1, 1, 0, h->n_rows);
    for (size_t i = 0; i < t->n_columns; i++) {
        int own = h->n[i] - 1;

        for (int level = 0; level < own; level++) {
            int n = 1;

            if (i && is_shared(h, i - 1, i, level))
                continue;
            while (i + (size_t)n < t->n_columns && is_shared(h, i, i + (size_t)n, level))
                n++;
            add_span(s, h->parts[i][level], (int)i + 2, n, level, 1);
        }
        add_span(s, h->parts[i][own], (int)i + 2, 1, own, h->n_rows - own);
    }
    for (size_t i = 0; i < t->n_columns + 2; i++) {
        const char *formula = i < 2 ? NULL : report_formula(t, i - 2);

        add_span(s, formula ? formula : arena_printf(t->arena, "(%zu)", i + 1), (int)i, 1,
                 h->n_rows, 1);
    }
}

static void fill_columns(const struct report_table *t, struct sheet *s, struct heads *h)
{
    s->columns[s->n_columns++] = (struct sheet_column){"TT", 6, SHEET_PLAIN, NULL};
    s->columns[s->n_columns++] = (struct sheet_column){"(2)", LABEL_WIDTH, SHEET_TEXT, NULL};
    for (size_t i = 0; i < t->n_columns; i++) {
        enum report_kind kind = t->columns[i].kind;

        h->n[i] = report_head_parts(t->arena, t->columns[i].head[LANGUAGE_VI], h->parts[i]);
        h->n_rows = h->n[i] > h->n_rows ? h->n[i] : h->n_rows;
        s->columns[s->n_columns++] =
            (struct sheet_column){t->columns[i].key, kind == REPORT_TEXT ? TEXT_WIDTH : COUNT_WIDTH,
                                  sheet_kinds[kind], formula_of(t, i)};
    }
}

static void add_line(struct sheet *s, const char *text)
{
    if (text && s->n_lines < SHEET_LINES_MAX)
        s->lines[s->n_lines++] = text;
}

static const char *unit_of(const struct report_run *run)
{
    return run->form->unit[LANGUAGE_VI] ? run->form->unit[LANGUAGE_VI] : "Số hồ sơ TTHC";
}

enum step_result report_draw_xlsx(struct report_run *run, int step)
{
    struct request *req = &run->base;
    const struct report_table *t = &run->table;
    const struct office_ref *o =
        run->in.office ? reference_office_by_key(req->reference, run->in.office) : NULL;
    struct sheet *s = arena_new_of(req->arena, struct sheet);
    struct heads *h = arena_new_of(req->arena, struct heads);
    struct buffer csv = {0};

    if (!s || !h) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "sheet"));
        return request_fail(req);
    }
    *s = (struct sheet){.name = run->form->key,
                        .title = report_title(run, LANGUAGE_VI),
                        .has_total = t->has_total,
                        .check = check_of(t),
                        .check_says = "SỐ LIỆU CÂN",
                        .made_at = req->now};
    for (size_t i = 0; i < t->n_lines; i++)
        s->has_sections = s->has_sections || t->lines[i].is_section;
    add_line(s, run->form->circular);
    add_line(s, arena_printf(req->arena, "Kỳ báo cáo: từ ngày %s đến ngày %s",
                             paper_date_words(req, run->scope.from),
                             paper_date_words(req, run->scope.to)));
    add_line(
        s, arena_printf(req->arena, "Đơn vị báo cáo: %s", o ? o->name : "tất cả đơn vị được xem"));
    add_line(s, arena_printf(req->arena, "Số liệu tại %s, theo những gì biết đến %s",
                             report_moment(req, run->scope.state_at),
                             report_moment(req, run->scope.known_at)));
    add_line(s, arena_printf(req->arena, "Đơn vị tính: %s", unit_of(run)));
    for (size_t i = 0; i < run->n_notes; i++)
        add_line(s, run->notes[i]);
    fill_columns(t, s, h);
    add_spans(run, s, h);
    write_lines(&csv, run, "TỔNG SỐ");
    return sheet_reply_draw(req, &run->job, s, &csv, step);
}

enum step_result report_reply_xlsx(struct report_run *run)
{
    return sheet_reply_done(&run->base, &run->job, run->form->key);
}
