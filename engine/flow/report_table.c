/* See report_table.h. Sums are texts over the keys of columns, read where they are needed: a table
 * has some dozens of them, and one text serves check, formula of the spreadsheet and print. */
#include "flow/report_table.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/instant.h"

#define FIRST_NUMBER 3 /* of the columns on paper: TT and label have (1) and (2) */
#define DASH         "–"

void report_table_init(struct report_table *t, struct arena *arena,
                       const struct report_column *columns, size_t n, const char *const *balances)
{
    assert(n <= REPORT_COLUMNS_MAX);
    *t = (struct report_table){.arena = arena,
                               .columns = columns,
                               .n_columns = n,
                               .balances = balances,
                               .has_total = true};
}

static bool no_memory(struct error *err)
{
    return error_set(err, ERR_NO_MEMORY, arg_text("what", "report"));
}

static bool has_room(struct report_table *t, struct error *err)
{
    size_t room = t->room ? 2 * t->room : 32;
    struct report_line *lines;

    if (t->n_lines >= REPORT_LINES_MAX)
        return error_set(err, ERR_REPORT_TOO_LARGE, arg_number("limit", REPORT_LINES_MAX));
    if (t->n_lines < t->room)
        return true;
    lines = arena_array(t->arena, room, sizeof *lines);
    if (!lines)
        return no_memory(err);
    if (t->n_lines)
        memcpy(lines, t->lines, t->n_lines * sizeof *lines);
    t->lines = lines;
    t->room = room;
    return true;
}

static bool line_init(struct report_table *t, struct report_line *line, const char *key,
                      const char *label, struct error *err)
{
    *line = (struct report_line){.key = key, .label = label};
    line->cells = arena_array(t->arena, t->n_columns, sizeof *line->cells);
    return line->cells || no_memory(err);
}

struct report_line *report_table_add(struct report_table *t, const char *key, const char *label,
                                     struct error *err)
{
    if (!has_room(t, err) || !line_init(t, &t->lines[t->n_lines], key, label, err))
        return NULL;
    return &t->lines[t->n_lines++];
}

struct report_line *report_table_total(struct report_table *t, struct error *err)
{
    if (!t->total.cells && !line_init(t, &t->total, NULL, NULL, err))
        return NULL;
    t->is_total_put = true;
    return &t->total;
}

/* The column whose key begins at `key` and is `len` long; -1: none. */
static int column_find(const struct report_table *t, const char *key, size_t len)
{
    for (size_t i = 0; i < t->n_columns; i++)
        if (!strncmp(t->columns[i].key, key, len) && !t->columns[i].key[len])
            return (int)i;
    return -1;
}

size_t report_column_at(const struct report_table *t, const char *key)
{
    int at = column_find(t, key, strlen(key));

    assert(at >= 0);
    return (size_t)at;
}

void report_put(const struct report_table *t, struct report_line *line, const char *key, int64_t n)
{
    line->cells[report_column_at(t, key)] = (struct report_cell){.is_known = true, .n = n};
}

void report_put_text(const struct report_table *t, struct report_line *line, const char *key,
                     const char *text)
{
    line->cells[report_column_at(t, key)] =
        (struct report_cell){.is_known = text != NULL, .text = text};
}

int report_term(const struct report_table *t, const char **p)
{
    size_t len;
    int column;

    *p += **p == '+';
    if (!**p || **p == '/')
        return -1;
    len = strcspn(*p, "+/=");
    column = column_find(t, *p, len);
    assert(column >= 0);
    *p += len;
    return column;
}

/* ---- sums ---- */

/* The terms up to the end or the stroke; unknown when one of them is. */
static struct report_cell sum_of(const struct report_table *t, const struct report_line *line,
                                 const char **p)
{
    struct report_cell sum = {.is_known = true};
    int column;

    while ((column = report_term(t, p)) >= 0) {
        sum.is_known = sum.is_known && line->cells[column].is_known;
        sum.n += line->cells[column].n;
    }
    return sum;
}

static bool unbalanced(const struct report_line *line, const char *sum, struct error *err)
{
    return error_set(err, ERR_REPORT_UNBALANCED, arg_text("row", line->label ? line->label : ""),
                     arg_text("sum", sum), arg_text("dossiers", "-"));
}

/* What of a line is made of its other columns; what was put must be that. */
static bool close_sums(const struct report_table *t, struct report_line *line, struct error *err)
{
    for (size_t i = 0; i < t->n_columns; i++) {
        const char *p = t->columns[i].sum;
        struct report_cell sum, *cell = &line->cells[i];

        if (!p || t->columns[i].kind == REPORT_RATE)
            continue;
        sum = sum_of(t, line, &p);
        if (cell->is_known && sum.is_known && cell->n != sum.n)
            return unbalanced(line, report_formula(t, i), err);
        if (!cell->is_known)
            *cell = sum;
    }
    return true;
}

static void close_rates(const struct report_table *t, struct report_line *line)
{
    for (size_t i = 0; i < t->n_columns; i++) {
        const char *p = t->columns[i].sum;
        struct report_cell n, of;

        if (t->columns[i].kind != REPORT_RATE || !p)
            continue;
        n = sum_of(t, line, &p);
        assert(*p == '/');
        p++;
        of = sum_of(t, line, &p);
        line->cells[i] =
            (struct report_cell){.is_known = n.is_known && of.is_known, .n = n.n, .of = of.n};
    }
}

static bool check_balances(const struct report_table *t, const struct report_line *line,
                           struct error *err)
{
    for (const char *const *b = t->balances; b && *b; b++) {
        const char *p = *b;
        int whole = report_term(t, &p);
        struct report_cell parts;

        assert(whole >= 0 && *p == '=');
        p++;
        parts = sum_of(t, line, &p);
        if (parts.is_known && line->cells[whole].is_known && parts.n != line->cells[whole].n)
            return unbalanced(line, *b, err);
    }
    return true;
}

/* Adds the counts of a line; what is unknown stays out. */
static void add_line(const struct report_table *t, struct report_line *sum,
                     const struct report_line *line)
{
    for (size_t i = 0; i < t->n_columns; i++)
        if (t->columns[i].kind == REPORT_COUNT && line->cells[i].is_known) {
            sum->cells[i].is_known = true;
            sum->cells[i].n += line->cells[i].n;
        }
}

/* The counts of a sum stand where the form put none, and are what it put elsewhere. */
static bool take_sum(const struct report_table *t, struct report_line *line,
                     const struct report_line *sum, struct error *err)
{
    for (size_t i = 0; i < t->n_columns; i++) {
        if (t->columns[i].kind != REPORT_COUNT)
            continue;
        if (line->cells[i].is_known && line->cells[i].n != sum->cells[i].n)
            return unbalanced(line, t->columns[i].key, err);
        if (!line->cells[i].is_known)
            line->cells[i] = sum->cells[i];
    }
    return true;
}

/* Sections, each the sum of its lines, and the total, the sum of all that are no section. */
static bool close_totals(struct report_table *t, struct error *err)
{
    struct report_line all, part, *section = NULL;

    if (!line_init(t, &all, NULL, NULL, err) || !line_init(t, &part, NULL, NULL, err) ||
        (!t->total.cells && !line_init(t, &t->total, NULL, t->total.label, err)))
        return false;
    for (size_t i = 0; i <= t->n_lines; i++) {
        bool is_end = i == t->n_lines || t->lines[i].is_section;

        if (is_end && section && !take_sum(t, section, &part, err))
            return false;
        if (i == t->n_lines)
            break;
        if (is_end) {
            section = &t->lines[i];
            for (size_t k = 0; k < t->n_columns; k++)
                part.cells[k] = (struct report_cell){.is_known = true}; /* of no lines: nought */
            continue;
        }
        add_line(t, &all, &t->lines[i]);
        add_line(t, &part, &t->lines[i]);
    }
    if (t->n_lines == 0 && !t->is_unreported) /* nothing to count is nought */
        for (size_t i = 0; i < t->n_columns; i++)
            all.cells[i].is_known = t->columns[i].kind == REPORT_COUNT;
    return take_sum(t, &t->total, &all, err);
}

bool report_table_close(struct report_table *t, struct error *err)
{
    for (size_t i = 0; i < t->n_lines; i++)
        if (!t->lines[i].is_section && !close_sums(t, &t->lines[i], err))
            return false;
    if (t->has_total && !close_totals(t, err))
        return false;
    for (size_t i = 0; i < t->n_lines + t->has_total; i++) {
        struct report_line *line = i < t->n_lines ? &t->lines[i] : &t->total;

        if (!close_sums(t, line, err) || !check_balances(t, line, err))
            return false;
        close_rates(t, line);
    }
    return true;
}

/* ---- words ---- */

static void write_terms(const struct report_table *t, struct buffer *b, const char **p)
{
    int column;

    for (bool is_first = true; (column = report_term(t, p)) >= 0; is_first = false)
        buffer_printf(b, "%s(%d)", is_first ? "" : "+", column + FIRST_NUMBER);
}

static bool is_several(const struct report_table *t, const char *p)
{
    (void)report_term(t, &p);
    return *p == '+';
}

const char *report_formula(const struct report_table *t, size_t column)
{
    const char *p = t->columns[column].sum, *text;
    bool is_rate = t->columns[column].kind == REPORT_RATE;
    struct buffer b = {0};

    if (!p)
        return NULL;
    buffer_printf(&b, "(%zu)=", column + FIRST_NUMBER);
    for (int part = 0; part < (is_rate ? 2 : 1); part++) {
        bool has_brackets = is_rate && is_several(t, p);

        buffer_text(&b, part ? "/" : "");
        buffer_text(&b, has_brackets ? "(" : "");
        write_terms(t, &b, &p);
        buffer_text(&b, has_brackets ? ")" : "");
        p += *p == '/';
    }
    text = b.is_failed ? NULL : arena_strdup(t->arena, b.data);
    buffer_deinit(&b);
    return text;
}

int64_t report_rate(int64_t n, int64_t of)
{
    return (2 * n * 10000 + of) / (2 * of);
}

const char *report_figure(const struct report_table *t, const struct report_line *line,
                          size_t column, enum language lang, char buf[REPORT_FIGURE_MAX])
{
    const struct report_cell *c = &line->cells[column];
    int64_t rate;

    if (!c->is_known)
        return DASH;
    switch (t->columns[column].kind) {
    case REPORT_RATE:
        if (c->of == 0)
            return DASH;
        rate = report_rate(c->n, c->of);
        snprintf(buf, REPORT_FIGURE_MAX, "%lld%c%02lld %%", (long long)(rate / 100),
                 lang == LANGUAGE_VI ? ',' : '.', (long long)(rate % 100));
        return buf;
    case REPORT_TEXT:
        return c->text ? c->text : DASH;
    case REPORT_DATE:
        if (lang == LANGUAGE_VI)
            date_format_vi((int32_t)c->n, buf);
        else
            date_format((int32_t)c->n, buf);
        return buf;
    case REPORT_COUNT:
    case REPORT_NUMBER:
    case REPORT_DAYS:
    case REPORT_MINUTES:
    case REPORT_KIND_COUNT:
        break;
    }
    snprintf(buf, REPORT_FIGURE_MAX, "%lld", (long long)c->n);
    return buf;
}
