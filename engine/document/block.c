/* Running text: paragraphs, labels with hanging text, table rows. Each line of a paragraph is a box
 * of its own, so that pages may break between lines; widows and orphans are prevented by keeping
 * two. */
#include "document/block.h"

#include <string.h>

#define CELL_PADDING_X 3.0
#define CELL_PADDING_Y 2.5

static int to_pango(double points)
{
    return (int)(points * PANGO_SCALE + (points < 0 ? -0.5 : 0.5));
}

static double from_pango(int units)
{
    return (double)units / PANGO_SCALE;
}

PangoLayout *block_layout(const struct page *p, const struct runs *text, double size, double width)
{
    PangoLayout *layout = pango_layout_new(page_press(p)->context);
    PangoFontDescription *font = pango_font_description_new();

    pango_font_description_set_family_static(font, page_press(p)->family);
    pango_font_description_set_size(font, to_pango(size));
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
    pango_layout_set_auto_dir(layout,
                              FALSE); /* a stray right-to-left letter may not turn the line */
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_width(layout, width < 0 ? -1 : to_pango(width));
    pango_layout_set_text(layout, text->text.data ? text->text.data : "", (int)text->text.len);
    pango_layout_set_attributes(layout, text->attrs);
    return layout;
}

static PangoLayout *text_layout(const struct page *p, const struct runs *text,
                                const struct block_style *style, double width)
{
    PangoLayout *layout = block_layout(p, text, style->size, width);

    pango_layout_set_indent(layout, to_pango(style->indent));
    pango_layout_set_alignment(layout, style->align == BLOCK_CENTRE ? PANGO_ALIGN_CENTER
                                                                    : PANGO_ALIGN_LEFT);
    pango_layout_set_justify(layout, style->align == BLOCK_JUSTIFIED);
    return layout;
}

/* Where the baseline lies in a line of this pitch: the room above and below the letters is shared
 * out, a little more above, where Vietnamese capitals carry two marks. */
static double baseline_of(double size, double pitch)
{
    return size * 0.80 + (pitch - size) * 0.65;
}

/* Puts each line of `layout` into a box of its own. */
static void lines_to_boxes(struct page *p, PangoLayout *layout, const struct block_style *style,
                           double left)
{
    double pitch = style->size * style->leading;
    int n = pango_layout_get_line_count(layout), i = 0;
    PangoLayoutIter *iter = pango_layout_get_iter(layout);

    do {
        PangoRectangle r;
        struct box *b = page_box(p, i ? 0 : style->space);

        pango_layout_iter_get_line_extents(iter, NULL, &r);
        box_set_height(b, pitch);
        box_add_line(p, b, layout, i, left + from_pango(r.x), baseline_of(style->size, pitch));
        if (n > 1 && (i == 0 || i == n - 2))
            box_keep_next(b);
        i++;
    } while (pango_layout_iter_next_line(iter));
    pango_layout_iter_free(iter);
}

void block_text(struct page *p, struct runs *text, const struct block_style *style)
{
    PangoLayout *layout;

    runs_finish(text);
    if (!text->text.len)
        return;
    layout = text_layout(p, text, style, page_text_width(p) - style->left);
    lines_to_boxes(p, layout, style, style->left);
    g_object_unref(layout);
}

double block_labelled(struct page *p, struct runs *label, struct runs *text,
                      const struct block_style *style)
{
    double pitch = style->size * style->leading, left;
    PangoLayout *mark = block_layout(p, label, style->size, -1), *layout;
    PangoRectangle r;
    struct box *first;

    pango_layout_get_extents(mark, NULL, &r);
    left = style->left + from_pango(r.width);
    runs_finish(text);
    layout = text_layout(p, text, style, page_text_width(p) - left);
    /* The label's box has no height: it lies upon the first line of its text and never parts from
     * it. */
    first = page_box(p, style->space);
    box_set_height(first, 0);
    box_keep_next(first);
    box_add_line(p, first, mark, 0, style->left, baseline_of(style->size, pitch));
    lines_to_boxes(p, layout,
                   &(struct block_style){style->size, style->leading, 0, left, 0, style->align},
                   left);
    g_object_unref(layout);
    g_object_unref(mark);
    return left;
}

/* ---- tables ---- */

/* Returns where the cell ends. */
static double cell_draw(struct page *p, struct box *b, PangoLayout *layout, double x, double top,
                        double pitch, double size)
{
    double y = top + CELL_PADDING_Y;
    PangoLayoutIter *iter = pango_layout_get_iter(layout);
    int i = 0;

    do {
        PangoRectangle r;

        pango_layout_iter_get_line_extents(iter, NULL, &r);
        box_add_line(p, b, layout, i++, x + from_pango(r.x), y + baseline_of(size, pitch));
        y += pitch;
    } while (pango_layout_iter_next_line(iter));
    pango_layout_iter_free(iter);
    return y + CELL_PADDING_Y;
}

/* ---- heads in several rows ---- */

static bool is_same(const char *a, const char *b)
{
    return a && b && !strcmp(a, b);
}

/* Does the column share the cell of a level with the one before it? */
static bool is_shared(const struct block_table *t, size_t column, int level)
{
    if (!t->above || column == 0 || column >= t->n_columns)
        return false;
    for (int k = 0; k <= level; k++)
        if (k == TABLE_ABOVE_MAX || !is_same(t->above[column][k], t->above[column - 1][k]))
            return false;
    return true;
}

/* The level of a column's own head. */
static int own_level(const struct block_table *t, size_t column)
{
    int level = 0;

    while (t->above && level < TABLE_ABOVE_MAX && t->above[column][level])
        level++;
    return level;
}

static PangoLayout *head_layout(struct page *p, const struct block_table *t, struct runs *text,
                                double width)
{
    struct block_style style = {t->size, t->leading, 0, 0, 0, BLOCK_CENTRE};

    runs_finish(text);
    return text_layout(p, text, &style, width - 2 * CELL_PADDING_X);
}

static double layout_height(const struct block_table *t, PangoLayout *layout)
{
    return pango_layout_get_line_count(layout) * t->size * t->leading + 2 * CELL_PADDING_Y;
}

/* Measures (y NULL) or draws the shared cells of a level; returns the tallest. */
static double shared_cells(struct page *p, struct box *b, const struct block_table *t, int level,
                           const double *y)
{
    double x = 0, tallest = 0, pitch = t->size * t->leading;

    for (size_t i = 0; i < t->n_columns; x += t->width[i], i++) {
        double width = t->width[i], h;
        struct runs text;
        PangoLayout *layout;

        if (own_level(t, i) <= level || is_shared(t, i, level))
            continue;
        for (size_t k = i + 1; is_shared(t, k, level); k++)
            width += t->width[k];
        runs_init(&text);
        runs_add(&text, t->above[i][level], strlen(t->above[i][level]), RUN_BOLD);
        layout = head_layout(p, t, &text, width);
        h = layout_height(t, layout);
        tallest = h > tallest ? h : tallest;
        if (y) {
            (void)cell_draw(p, b, layout, x + CELL_PADDING_X, y[level], pitch, t->size);
            box_add_rule(p, b, x, y[level + 1], width);
        }
        g_object_unref(layout);
        runs_deinit(&text);
    }
    return tallest;
}

/* Column heads below the cells they share. y[k] is where level k begins, y[n] the end. */
static void block_table_head(struct page *p, struct block_table *t, struct runs cells[])
{
    struct box *b = page_box(p, t->space);
    double y[TABLE_ABOVE_MAX + 2] = {0}, pitch = t->size * t->leading, x = 0;
    int n = 1;

    for (size_t i = 0; i < t->n_columns; i++)
        n = own_level(t, i) + 1 > n ? own_level(t, i) + 1 : n;
    for (int k = 0; k < n - 1; k++)
        y[k + 1] = y[k] + shared_cells(p, b, t, k, NULL);
    y[n] = y[n - 1] + pitch + 2 * CELL_PADDING_Y;
    for (size_t i = 0; i < t->n_columns; x += t->width[i], i++) {
        PangoLayout *layout = head_layout(p, t, &cells[i], t->width[i]);
        double end =
            cell_draw(p, b, layout, x + CELL_PADDING_X, y[own_level(t, i)], pitch, t->size);

        y[n] = end > y[n] ? end : y[n];
        g_object_unref(layout);
    }
    for (int k = 0; k < n - 1; k++)
        (void)shared_cells(p, b, t, k, y);
    box_set_height(b, y[n]);
    box_add_rule(p, b, 0, 0, x);
    box_add_rule(p, b, 0, y[n], x);
    x = 0;
    for (size_t i = 0; i <= t->n_columns; i++) {
        int k = 0;

        while (k < n - 1 && is_shared(t, i, k))
            k++;
        box_add_upright(p, b, x, y[k], y[n] - y[k]);
        x += i < t->n_columns ? t->width[i] : 0;
    }
    t->head = b;
    box_keep_next(b);
}

void block_row(struct page *p, struct block_table *table, struct runs cells[], bool is_head)
{
    struct box *b;
    double pitch = table->size * table->leading, x = 0, height = pitch + 2 * CELL_PADDING_Y;

    if (is_head) {
        block_table_head(p, table, cells);
        return;
    }
    b = page_box(p, 0);
    for (size_t i = 0; i < table->n_columns; i++) {
        struct block_style style = {
            table->size, table->leading, 0, 0, 0, table->is_centred[i] ? BLOCK_CENTRE : BLOCK_LEFT};
        PangoLayout *layout;
        double h;

        runs_finish(&cells[i]);
        layout = text_layout(p, &cells[i], &style, table->width[i] - 2 * CELL_PADDING_X);
        h = cell_draw(p, b, layout, x + CELL_PADDING_X, 0, pitch, table->size);
        height = h > height ? h : height;
        g_object_unref(layout);
        x += table->width[i];
    }
    box_set_height(b, height);
    box_add_rule(p, b, 0, height, x);
    x = 0;
    for (size_t i = 0; i <= table->n_columns; i++) {
        box_add_upright(p, b, x, 0, height);
        x += i < table->n_columns ? table->width[i] : 0;
    }
    if (table->head)
        box_repeat(b, table->head);
}
