/* Walks a template's blocks, fills each with the request's text and lays it on the page. Blocks
 * flow in order; the closing parts (signatures, receivers, code) are gathered on the way and laid
 * last. */
#include "document/document.h"

#include <string.h>

#include "base/digest.h"
#include "document/block.h"
#include "document/code.h"
#include "document/fill.h"
#include "document/template.h"

#define RENDER_BYTES_MAX (64u << 20) /* of one paper's boxes */
#define TITLE_SIZE_ADD   1.0         /* over the head's first line: 13 to 14 (law:layout) */

/* The process's fonts, opened once; papers are rendered by one thread only. */
static struct press *press;

bool document_setup(const char *family, struct error *err)
{
    document_shutdown();
    return press_new(family, &press, err);
}

bool document_press(struct press **ret_press, struct error *err)
{
    if (!press && !press_new(NULL, &press, err))
        return false;
    *ret_press = press;
    return true;
}

void document_shutdown(void)
{
    press = press_free(press);
}

/* ---- texts gathered for the closing block ---- */

enum gathered {
    GATHERED_LEFT,
    GATHERED_LEFT_NOTE,
    GATHERED_LEFT_NAME,
    GATHERED_RIGHT,
    GATHERED_RIGHT_NOTE,
    GATHERED_RIGHT_NAME,
    GATHERED_RECEIVERS_TITLE,
    GATHERED_RECEIVERS,
    GATHERED_CODE,
    GATHERED_COUNT
};

struct rendering {
    struct fill fill;
    struct page *page;
    const struct template *template;
    struct runs gathered[GATHERED_COUNT];
    struct block_table table;
    cairo_surface_t *code;
    struct error *err;
};

static void gathered_init(struct rendering *r)
{
    for (size_t i = 0; i < GATHERED_COUNT; i++)
        runs_init(&r->gathered[i]);
}

static void gathered_deinit(struct rendering *r)
{
    for (size_t i = 0; i < GATHERED_COUNT; i++)
        runs_deinit(&r->gathered[i]);
}

static struct block_style style_of(const struct rendering *r)
{
    const struct template *t = r->template;

    return (struct block_style){t->size, t->leading, t->space, 0, 0, BLOCK_JUSTIFIED};
}

static bool fill_part(struct rendering *r, const struct block *b, size_t part, unsigned style,
                      struct runs *runs)
{
    return fill_runs(&r->fill, b->parts[part], style, runs, r->err);
}

/* ---- one function per kind of block ---- */

static bool render_text(struct rendering *r, const struct block *b, const struct block_style *style,
                        unsigned run_style)
{
    struct runs runs;
    bool is_good;

    runs_init(&runs);
    is_good = fill_part(r, b, 0, run_style, &runs);
    if (is_good)
        block_text(r->page, &runs, style);
    runs_deinit(&runs);
    return is_good;
}

static bool render_title(struct rendering *r, const struct block *b)
{
    const struct template *t = r->template;
    struct block_style style = {
        t->head_size + TITLE_SIZE_ADD, 1.2, t->head_size * 1.1, 0, 0, BLOCK_CENTRE};
    bool is_good;

    is_good = render_text(r, b, &style, RUN_BOLD);
    page_keep_last(r->page, 4);
    if (b->next && b->next->kind != BLOCK_SUBTITLE)
        page_least_space(r->page, t->size / 2);
    return is_good;
}

static bool render_subtitle(struct rendering *r, const struct block *b)
{
    struct block_style style = {r->template->size, 1.2, 1, 0, 0, BLOCK_CENTRE};
    bool is_good = render_text(r, b, &style, RUN_PLAIN);

    page_keep_last(r->page, 1);
    page_least_space(r->page, r->template->size / 2);
    return is_good;
}

static bool render_para(struct rendering *r, const struct block *b)
{
    struct block_style style = style_of(r);

    style.indent = r->template->indent_mm * POINTS_PER_MM;
    return render_text(r, b, &style, RUN_PLAIN);
}

static bool render_field(struct rendering *r, const struct block *b)
{
    struct block_style style = style_of(r);
    bool is_good;

    style.indent = -r->template->indent_mm * POINTS_PER_MM / 2;
    style.align = BLOCK_LEFT;
    is_good = render_text(r, b, &style, RUN_PLAIN);
    if (b->next && b->next->kind == BLOCK_LIST) /* a heading is not left behind */
        page_keep_last(r->page, 1);
    return is_good;
}

static bool render_note(struct rendering *r, const struct block *b)
{
    struct block_style style = style_of(r);

    style.size = 12;
    return render_text(r, b, &style, RUN_ITALIC);
}

static bool render_head(struct rendering *r, const struct block *b)
{
    struct block_head head = {fill_value(&r->fill, "superior_name"),
                              fill_value(&r->fill, "office_name"), NULL, NULL,
                              r->template->head_size};
    struct runs number, dated;
    bool is_good;

    if (!head.office)
        return error_set(r->err, ERR_DOCUMENT_VALUE_MISSING, arg_text("form", r->template->form),
                         arg_text("key", "office_name"));
    runs_init(&number);
    runs_init(&dated);
    is_good = fill_part(r, b, 0, RUN_ONE_LINE, &number) &&
              fill_part(r, b, 1, RUN_ONE_LINE | RUN_ITALIC, &dated);
    head.number = &number;
    head.dated = &dated;
    if (is_good)
        block_head(r->page, &head);
    runs_deinit(&number);
    runs_deinit(&dated);
    return is_good;
}

/* "Kính gửi:" and the addressee; what follows (address, telephone) stands below the name. */
static bool render_to(struct rendering *r, const struct block *b)
{
    struct block_style style = style_of(r);
    struct runs runs, label;
    bool is_good;

    runs_init(&label);
    runs_init(&runs);
    style.left = r->template->indent_mm * POINTS_PER_MM;
    style.align = BLOCK_LEFT;
    style.space = r->template->size * 0.8;
    is_good = fill_part(r, b, 0, RUN_ONE_LINE, &label);
    runs_add(&label, " ", 1, RUN_PLAIN);
    is_good = is_good && fill_part(r, b, 1, RUN_ONE_LINE, &runs);
    if (is_good)
        style.left = block_labelled(r->page, &label, &runs, &style);
    style.space = 0;
    for (size_t i = 2; is_good && i < b->n_parts; i++) {
        runs_deinit(&runs);
        runs_init(&runs);
        is_good = fill_part(r, b, i, RUN_ONE_LINE, &runs);
        if (is_good)
            block_text(r->page, &runs, &style);
    }
    runs_deinit(&label);
    runs_deinit(&runs);
    return is_good;
}

static bool list_find(struct rendering *r, const struct block *b,
                      const struct document_list **ret_list)
{
    *ret_list = fill_list(&r->fill, b->name);
    return *ret_list || error_set(r->err, ERR_DOCUMENT_VALUE_MISSING,
                                  arg_text("form", r->template->form), arg_text("key", b->name));
}

/* Numbered lines, their text hanging beside the number. */
static bool render_list(struct rendering *r, const struct block *b)
{
    struct block_style style = style_of(r);
    const struct document_list *list = NULL;
    bool is_good = list_find(r, b, &list);

    style.left = r->template->indent_mm * POINTS_PER_MM / 2;
    style.space = r->template->space / 2;
    for (size_t i = 0; is_good && i < list->n_rows; i++) {
        struct runs runs, label;
        char number[24];

        runs_init(&runs);
        runs_init(&label);
        r->fill.row = &list->rows[i];
        r->fill.row_number = i + 1;
        is_good = fill_part(r, b, 0, RUN_PLAIN, &runs);
        g_snprintf(number, sizeof number, list->n_rows > 1 ? "%zu. " : "- ", i + 1);
        runs_add(&label, number, strlen(number), RUN_PLAIN);
        if (is_good)
            block_labelled(r->page, &label, &runs, &style);
        runs_deinit(&runs);
        runs_deinit(&label);
        r->fill.row = NULL;
    }
    return is_good;
}

/* ---- tables: the head line, then a line of cells used for every row ---- */

static bool render_row(struct rendering *r, const struct block *b, bool is_head)
{
    struct runs cells[TABLE_COLUMNS_MAX];
    bool is_good = true;

    for (size_t i = 0; i < b->n_parts; i++)
        runs_init(&cells[i]);
    for (size_t i = 0; is_good && i < b->n_parts; i++)
        is_good = fill_part(r, b, i, is_head ? RUN_BOLD : RUN_PLAIN, &cells[i]);
    if (is_good)
        block_row(r->page, &r->table, cells, is_head);
    for (size_t i = 0; i < b->n_parts; i++)
        runs_deinit(&cells[i]);
    return is_good;
}

static bool render_cells(struct rendering *r, const struct block *table, const struct block *b)
{
    const struct document_list *list = NULL;
    bool is_good = list_find(r, table, &list);

    for (size_t i = 0; is_good && i < list->n_rows; i++) {
        r->fill.row = &list->rows[i];
        r->fill.row_number = i + 1;
        is_good = render_row(r, b, false);
        r->fill.row = NULL;
    }
    return is_good;
}

static bool render_table(struct rendering *r, const struct block *b)
{
    const struct template *t = r->template;
    double total = 0;

    memset(&r->table, 0, sizeof r->table);
    r->table.n_columns = b->n_parts;
    r->table.size = t->table_size > 0 ? t->table_size : t->size > 12 ? t->size - 1 : t->size;
    r->table.leading = 1.15;
    r->table.space = t->space;
    r->table.above = b->above;
    for (size_t i = 0; i < b->n_parts; i++)
        total += b->widths[i];
    for (size_t i = 0; i < b->n_parts; i++) {
        r->table.width[i] = b->widths[i] / total * page_text_width(r->page);
        r->table.is_centred[i] = b->is_centred[i];
    }
    if (!render_row(r, b, true) || !render_cells(r, b, b->next))
        return false;
    page_least_space(r->page, t->size / 3);
    return true;
}

/* ---- closing ---- */

/* Captions come as data: a bar parts their lines. */
static void split_bars(char *text)
{
    for (; *text; text++)
        if (*text == '|')
            *text = '\n';
}

static bool gather_sign(struct rendering *r, const struct block *b, enum gathered first)
{
    static const unsigned styles[] = {RUN_BOLD | RUN_UPPER, RUN_ITALIC, RUN_BOLD};

    for (size_t i = 0; i < b->n_parts && i < ARRAY_LEN(styles); i++)
        if (!fill_part(r, b, i, styles[i], &r->gathered[first + i]))
            return false;
    buffer_reserve(&r->gathered[first].text, 0);
    if (r->gathered[first].text.data)
        split_bars(r->gathered[first].text.data);
    return true;
}

static bool gather_receivers(struct rendering *r, const struct block *b)
{
    struct runs *runs = &r->gathered[GATHERED_RECEIVERS];

    if (!fill_part(r, b, 0, RUN_BOLD | RUN_ITALIC, &r->gathered[GATHERED_RECEIVERS_TITLE]))
        return false;
    for (size_t i = 1; i < b->n_parts; i++) {
        runs_add(runs, "\n", 1, RUN_PLAIN);
        if (!fill_part(r, b, i, RUN_ONE_LINE, runs))
            return false;
    }
    runs_finish(runs);
    return true;
}

static struct closing_column column_of(struct runs *first)
{
    return (struct closing_column){first, first + 1, first + 2};
}

static void render_closing(struct rendering *r)
{
    struct runs *g = r->gathered;
    struct block_closing closing = {
        .left = column_of(&g[GATHERED_LEFT]),
        .right = column_of(&g[GATHERED_RIGHT]),
        .receivers_title = &g[GATHERED_RECEIVERS_TITLE],
        .receivers = &g[GATHERED_RECEIVERS],
        .code_caption = &g[GATHERED_CODE],
        .code = r->code,
        .size = r->template->head_size + TITLE_SIZE_ADD,
        .blank_lines = (int)r->template->blank_lines,
        .is_reserved = r->fill.request->has_places && !r->fill.request->is_draft,
    };

    if (r->code || g[GATHERED_LEFT].text.len || g[GATHERED_RIGHT].text.len ||
        g[GATHERED_RECEIVERS].text.len)
        block_closing(r->page, &closing);
}

static bool render_block(struct rendering *r, const struct block *b)
{
    switch (b->kind) {
    case BLOCK_LET:
        return fill_let(&r->fill, b, r->err);
    case BLOCK_HEAD:
        return render_head(r, b);
    case BLOCK_TITLE:
        return render_title(r, b);
    case BLOCK_SUBTITLE:
        return render_subtitle(r, b);
    case BLOCK_TO:
        return render_to(r, b);
    case BLOCK_PARA:
        return render_para(r, b);
    case BLOCK_FIELD:
        return render_field(r, b);
    case BLOCK_NOTE:
        return render_note(r, b);
    case BLOCK_LIST:
        return render_list(r, b);
    case BLOCK_TABLE:
        return render_table(r, b);
    case BLOCK_CELLS:
        return true; /* printed with its table */
    case BLOCK_RECEIVERS:
        return gather_receivers(r, b);
    case BLOCK_SIGN_LEFT:
        return gather_sign(r, b, GATHERED_LEFT);
    case BLOCK_SIGN_RIGHT:
        return gather_sign(r, b, GATHERED_RIGHT);
    case BLOCK_CODE:
        return fill_part(r, b, 0, RUN_ONE_LINE, &r->gathered[GATHERED_CODE]);
    }
    return true;
}

static bool render_copy(struct rendering *r, const char *copy)
{
    bool is_good = true;

    gathered_init(r);
    r->fill.copy = copy;
    r->fill.n_lets = 0;
    page_begin_copy(r->page);
    for (const struct block *b = r->template->blocks; b && is_good; b = b->next)
        is_good = !fill_holds(&r->fill, b) || render_block(r, b);
    if (is_good)
        render_closing(r);
    gathered_deinit(r);
    return is_good;
}

/* ---- the whole ---- */

static bool check_text(const char *field, const char *text, struct error *err)
{
    return !text || strnlen(text, DOCUMENT_TEXT_MAX + 1) <= DOCUMENT_TEXT_MAX ||
           error_set(err, ERR_DOCUMENT_LIMIT, arg_text("field", field),
                     arg_number("limit", DOCUMENT_TEXT_MAX));
}

static bool check_rows(const struct document_list *list, struct error *err)
{
    if (list->n_rows > DOCUMENT_ROWS_MAX)
        return error_set(err, ERR_DOCUMENT_LIMIT, arg_text("field", list->key),
                         arg_number("limit", DOCUMENT_ROWS_MAX));
    for (size_t i = 0; i < list->n_rows; i++)
        for (size_t j = 0; j < list->rows[i].n_cells; j++)
            if (!check_text(list->key, list->rows[i].cells[j], err))
                return false;
    return true;
}

static bool check_request(const struct document_request *q, struct error *err)
{
    if (q->n_values > DOCUMENT_VALUES_MAX || q->n_lists > DOCUMENT_LISTS_MAX)
        return error_set(err, ERR_DOCUMENT_LIMIT, arg_text("field", "values"),
                         arg_number("limit", DOCUMENT_VALUES_MAX));
    for (size_t i = 0; i < q->n_values; i++)
        if (!check_text(q->values[i].key, q->values[i].text, err))
            return false;
    for (size_t i = 0; i < q->n_lists; i++)
        if (!check_rows(&q->lists[i], err))
            return false;
    return true;
}

/* NULL, with the error set, when there is none or it is faulty. */
static struct template *find_template(struct arena *a, const struct document_request *q,
                                      struct error *err)
{
    const struct document_template *built_in = document_template_find(q->circular, q->form);
    const char *name = arena_printf(a, "%s:%s", q->circular, q->form);
    const char *text = q->template_text ? q->template_text : built_in ? built_in->text : NULL;
    struct template *t = NULL;

    if (!name)
        error_set(err, ERR_NO_MEMORY, arg_text("what", "form"));
    else if (!text)
        error_set(err, ERR_DOCUMENT_FORM_UNKNOWN, arg_text("form", name));
    else if (!template_parse(a, name, text, strlen(text), &t, err))
        return NULL;
    return t;
}

static struct page_setup setup_of(const struct template *t)
{
    return (struct page_setup){
        t->width_mm * POINTS_PER_MM,      t->height_mm * POINTS_PER_MM,
        t->margins_mm[0] * POINTS_PER_MM, t->margins_mm[1] * POINTS_PER_MM,
        t->margins_mm[2] * POINTS_PER_MM, t->margins_mm[3] * POINTS_PER_MM,
    };
}

static bool render_copies(struct rendering *r)
{
    const struct template *t = r->template;

    for (size_t i = 0; i < (t->n_copies ? t->n_copies : 1); i++)
        if (!render_copy(r, t->n_copies ? t->copies[i] : NULL))
            return false;
    return true;
}

static bool render_row_code(struct rendering *r, const char *text)
{
    if (r->code)
        cairo_surface_destroy(r->code);
    r->code = NULL;
    return !text || !*text || code_new(text, &r->code, r->err);
}

static bool render_each(struct rendering *r)
{
    const char *key = r->fill.request->each;
    const struct document_list *list = fill_list(&r->fill, key);

    if (!list)
        return error_set(r->err, ERR_DOCUMENT_VALUE_MISSING, arg_text("form", r->template->form),
                         arg_text("key", key));
    for (size_t i = 0; i < list->n_rows; i++) {
        const struct document_row *row = &list->rows[i];

        r->fill.row = row;
        r->fill.row_number = i + 1;
        if ((row->n_cells && !render_row_code(r, row->cells[row->n_cells - 1])) ||
            !render_copies(r))
            return false;
    }
    return true;
}

static bool render_all(struct rendering *r, struct buffer *ret_pdf)
{
    const struct template *t = r->template;
    const struct document_request *q = r->fill.request;
    struct page_meta meta = {
        .title = t->name,
        .author = fill_value(&r->fill, "office_name"),
        .subject = t->form,
        .keywords =
            press->is_substitute
                ? arena_printf(r->fill.arena, "font: %s (Times New Roman metrics)", press->family)
                : NULL,
        .made_at = q->made_at,
        .watermark = q->is_draft ? "BẢN NHÁP" : NULL,
        .mark = q->mark && *q->mark ? q->mark : NULL,
    };

    if (!(q->each ? render_each(r) : render_copies(r)))
        return false;
    return page_finish(r->page, &meta, ret_pdf, r->err);
}

bool document_render(const struct document_request *request, struct buffer *ret_pdf,
                     struct error *err)
{
    CLEANUP(arena_freep) struct arena *a = arena_new(RENDER_BYTES_MAX);
    struct rendering r = {.fill = {.arena = a, .request = request}, .err = err};
    struct template *t;
    struct press *p;
    struct page_setup setup;
    bool is_good;

    if (!a)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "document"));
    if (!check_request(request, err) || !(t = find_template(a, request, err)) ||
        !document_press(&p, err) ||
        (request->qr_text && *request->qr_text && !code_new(request->qr_text, &r.code, err)))
        return false;
    r.template = r.fill.template = t;
    setup = setup_of(t);
    r.page = page_new(a, p, &setup);
    is_good =
        r.page ? render_all(&r, ret_pdf) : error_set(err, ERR_NO_MEMORY, arg_text("what", "page"));
    page_deinit(r.page);
    if (r.code)
        cairo_surface_destroy(r.code);
    return is_good;
}

void document_template_id(const char *text, char ret[TEMPLATE_ID_LEN + 1])
{
    unsigned char hash[DIGEST_LEN];

    digest_sha256(text, strlen(text), hash);
    hex_encode(hash, sizeof hash, ret);
}

bool document_template_check(struct arena *a, const char *text,
                             struct document_template_facts *ret_facts, struct error *err)
{
    struct template *t;

    if (!template_parse(a, "?", text, strlen(text), &t, err))
        return false;
    *ret_facts = (struct document_template_facts){t->form, t->kind, t->name, 0};
    for (const struct block *b = t->blocks; b; b = b->next)
        ret_facts->n_unverified += b->is_unverified;
    return true;
}
