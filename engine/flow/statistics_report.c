/* See statistics_report.h. The form counts; here its table is closed, which holds every sum, and
 * written. A report that does not balance is an error, never shown. */
#include "flow/statistics_report.h"

#include <string.h>

#include "flow/app.h"
#include "flow/report_file.h"
#include "flow/statistics_breaking.h"
#include "flow/statistics_group.h"
#include "flow/view.h"

enum { RUN_PARSE, RUN_SEND, RUN_READ, RUN_BREAKING, RUN_SHEET, RUN_PAPER };
enum { SLOT_FIRST = REPORT_SLOTS };

static bool has_word(const char *words, const char *word)
{
    size_t len = strlen(word);

    for (const char *p = words; p && *p; p += strcspn(p, " "), p += strspn(p, " "))
        if (!strncmp(p, word, len) && (!p[len] || p[len] == ' '))
            return true;
    return false;
}

/* What the lines are: asked for, or the first that the form knows. */
static bool choose_group(struct report_run *run)
{
    struct request *req = &run->base;
    const char *words = run->form->groups;

    if (run->in.group_by != WORD_NONE) {
        run->group_by = words_group_by.words[run->in.group_by];
        return has_word(words, run->group_by) ||
               error_set(&req->error, ERR_FIELD_NOT_WORD, arg_text("field", "group_by"),
                         arg_text("words", words ? words : "-"), arg_text("value", run->group_by));
    }
    if (words)
        run->group_by = arena_strndup(req->arena, words, strcspn(words, " "));
    return !words || run->group_by ||
           error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "report"));
}

static enum step_result run_parse(struct request *req)
{
    struct report_run *run = container_of(req, struct report_run, base);
    const char *key = http_request_param(req->http, "form");

    run->form = report_form_find(key);
    if (!run->form) {
        error_set(&req->error, ERR_FORM_UNKNOWN, arg_text("value", key));
        return request_fail(req);
    }
    if (!statistics_scope_parse(req, &run->in, &run->scope) || !choose_group(run))
        return request_fail(req);
    run->scope.takes_place = run->form->takes_place;
    report_table_init(&run->table, req->arena, run->form->columns, run->form->n_columns,
                      run->form->balances);
    return request_wait(req, RUN_SEND);
}

static enum step_result run_send(struct request *req)
{
    struct report_run *run = container_of(req, struct report_run, base);

    if (!statistics_scope_resolve(req, &run->in, &run->scope) || !run->form->send(run) ||
        !statistics_first_send(req, SLOT_FIRST))
        return request_fail(req);
    return request_wait(req, RUN_READ);
}

/* ---- JSON ---- */

static bool no_memory(struct request *req)
{
    return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "report"));
}

static bool fill_columns(struct report_run *run, struct wire_report *out)
{
    struct request *req = &run->base;
    const struct report_table *t = &run->table;
    struct wire_report_column *columns = arena_array(req->arena, t->n_columns, sizeof *columns);

    for (size_t i = 0; columns && i < t->n_columns; i++) {
        wire_report_column_init(&columns[i]);
        columns[i].key = t->columns[i].key;
        columns[i].head = t->columns[i].head[req->lang];
        columns[i].kind = (int)t->columns[i].kind;
        columns[i].formula = report_formula(t, i);
        columns[i].behind = t->columns[i].behind;
    }
    out->columns = columns;
    out->n_columns = t->n_columns;
    return columns || no_memory(req);
}

/* What a client cannot write by itself from the number. */
static bool is_shown(const struct report_table *t, const struct report_cell *c, size_t column)
{
    enum report_kind kind = t->columns[column].kind;

    return !c->is_known || kind == REPORT_RATE || kind == REPORT_TEXT || kind == REPORT_DATE;
}

static bool fill_row(struct report_run *run, const struct report_line *line,
                     struct wire_report_row *row)
{
    struct request *req = &run->base;
    const struct report_table *t = &run->table;
    struct wire_report_cell *cells = arena_array(req->arena, t->n_columns, sizeof *cells);
    char buf[REPORT_FIGURE_MAX];

    wire_report_row_init(row);
    row->key = line->key;
    row->label = line->label;
    row->number = report_number(run, line);
    row->cut = line->cut;
    row->note = line->note;
    row->is_section = line->is_section;
    row->cells = cells;
    row->n_cells = t->n_columns;
    for (size_t i = 0; cells && i < t->n_columns; i++) {
        const struct report_cell *c = &line->cells[i];

        wire_report_cell_init(&cells[i]);
        if (c->is_known && t->columns[i].kind != REPORT_TEXT)
            cells[i].n = c->n;
        if (c->is_known && t->columns[i].kind == REPORT_RATE)
            cells[i].of = c->of;
        if (is_shown(t, c, i))
            cells[i].shown = arena_strdup(req->arena, report_figure(t, line, i, req->lang, buf));
    }
    return cells || no_memory(req);
}

static bool fill_rows(struct report_run *run, struct wire_report *out)
{
    const struct report_table *t = &run->table;
    struct wire_report_row *rows = arena_array(run->base.arena, t->n_lines + 1, sizeof *rows);

    for (size_t i = 0; rows && i < t->n_lines; i++)
        if (!fill_row(run, &t->lines[i], &rows[i]))
            return false;
    if (rows && t->has_total && !fill_row(run, &t->total, &rows[t->n_lines]))
        return false;
    out->rows = rows;
    out->n_rows = t->n_lines;
    out->total = rows && t->has_total ? &rows[t->n_lines] : NULL;
    return rows || no_memory(&run->base);
}

static enum step_result reply_json(struct report_run *run)
{
    struct request *req = &run->base;
    struct wire_report out;

    wire_report_init(&out);
    out.form = run->form->key;
    out.title = report_title(run, req->lang);
    out.from = run->scope.from;
    out.to = run->scope.to;
    out.as_of = run->scope.state_at;
    out.known_at = run->scope.known_at;
    out.office = run->in.office;
    out.office_name =
        run->in.office ? reference_office_by_key(req->reference, run->in.office)->name : NULL;
    out.group_by = run->group_by ? words_find(&words_group_by, run->group_by) : WORD_NONE;
    out.row_head = report_label_head(run, req->lang);
    out.is_balanced = true;
    out.notes = run->notes;
    out.n_notes = run->n_notes;
    if (!fill_columns(run, &out) || !fill_rows(run, &out) ||
        !wire_report_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

/* ---- what becomes of it ---- */

static bool add_notes(struct report_run *run)
{
    struct request *req = &run->base;
    const char *const *ended;
    size_t n;

    for (const char *(*about)[2] = run->form->about; about && (*about)[0]; about++)
        report_note(run, (*about)[req->lang]);
    ended = statistics_notes(req, &run->scope, &n);
    for (size_t i = 0; ended && i < n; i++)
        report_note(run, ended[i]);
    return ended || no_memory(req);
}

static enum step_result write_out(struct report_run *run)
{
    int format = run->in.format;
    const char *word = format == WORD_NONE ? "json" : words_form_format.words[format];

    if (!strcmp(word, "csv"))
        return report_reply_csv(run);
    if (!strcmp(word, "xlsx"))
        return report_draw_xlsx(run, RUN_SHEET);
    if (!strcmp(word, "pdf"))
        return report_draw_pdf(run, RUN_PAPER);
    return reply_json(run);
}

/* Papers are Vietnamese, whoever asks for them. */
static bool is_paper(const struct report_run *run)
{
    const char *word =
        run->in.format == WORD_NONE ? "json" : words_form_format.words[run->in.format];

    return !strcmp(word, "xlsx") || !strcmp(word, "pdf");
}

/* Offices that owe days of the period by file: by office a line each, its figures unknown. */
static bool add_unreported(struct report_run *run)
{
    struct request *req = &run->base;
    struct report_table *t = &run->table;
    const struct statistics_scope *c = &run->scope;

    for (int i = 0; run->group_by && !strcmp(run->group_by, "office") && i < c->n_unreported; i++) {
        struct statistics_group g =
            statistics_group_of(req, run->group_by, c->unreported[i].office);
        struct report_line *line = report_table_add(t, g.key, g.label, &req->error);

        if (!line)
            return false;
        line->note = req->lang == LANGUAGE_VI ? "chưa báo cáo" : "not reported";
    }
    t->is_unreported = c->n_offices == 0;
    if (t->is_unreported && t->total.cells)
        memset(t->total.cells, 0, t->n_columns * sizeof *t->total.cells);
    return true;
}

/* Lines, sums and notes, in the language of what is written. */
static enum report_progress read_table(struct report_run *run)
{
    struct request *req = &run->base;
    enum report_progress progress = run->form->read(run);

    if (progress != REPORT_READ)
        return progress;
    if (!add_unreported(run))
        return REPORT_FAILED;
    if (!run->table.total.label)
        run->table.total.label = req->lang == LANGUAGE_VI ? "Tổng số" : "Total";
    return report_table_close(&run->table, &req->error) && add_notes(run) ? REPORT_READ
                                                                          : REPORT_FAILED;
}

static enum step_result run_read(struct request *req)
{
    struct report_run *run = container_of(req, struct report_run, base);
    enum language asked = req->lang;
    enum report_progress progress;

    if (!statistics_first_check(req, SLOT_FIRST, &run->scope))
        return request_fail(req);
    if (is_paper(run))
        req->lang = LANGUAGE_VI;
    progress = read_table(run);
    req->lang = asked; /* a refusal speaks to who asks */
    if (progress == REPORT_AGAIN)
        return request_wait(req, RUN_READ);
    if (progress == REPORT_READ)
        return write_out(run);
    return statistics_breaking_send(req, 0, &run->scope, &run->sum)
               ? request_wait(req, RUN_BREAKING)
               : request_fail(req);
}

static enum step_result run_breaking(struct request *req)
{
    statistics_breaking_tell(req, 0, &container_of(req, struct report_run, base)->sum);
    return request_fail(req);
}

static enum step_result run_sheet(struct request *req)
{
    return report_reply_xlsx(container_of(req, struct report_run, base));
}

static enum step_result run_paper(struct request *req)
{
    return report_reply_pdf(container_of(req, struct report_run, base));
}

static const struct step run_steps[] = {
    [RUN_PARSE] = {"parse", run_parse}, [RUN_SEND] = {"send", run_send},
    [RUN_READ] = {"read", run_read},    [RUN_BREAKING] = {"breaking", run_breaking},
    [RUN_SHEET] = {"sheet", run_sheet}, [RUN_PAPER] = {"paper", run_paper},
};
const struct use_case use_case_statistics_report = {"statistics report", sizeof(struct report_run),
                                                    run_steps, false, 64 << 20};
