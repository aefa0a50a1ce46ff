/* The two fixed parts of every paper: the statutory head and the closing block. Both are single
 * boxes composed of measured columns. */
#include <string.h>

#include "document/block.h"

#define HEAD_PITCH       1.18 /* lines of the head */
#define HEAD_GAP         7.0  /* between its columns */
#define HEAD_RULE_BELOW  5.0  /* from baseline to rule */
#define HEAD_OFFICE_RULE 0.42 /* of the text's length: a third to a half (law:layout) */
#define HEAD_CONDENSE    0.1  /* a step of letter spacing, points */
#define HEAD_STEPS       5
#define HEAD_LETTERS     34   /* of the state's name, blanks included */
#define RECEIVERS_TITLE  12.0 /* sizes of law:layout */
#define RECEIVERS_SIZE   11.0
#define CODE_SIDE        (20 * POINTS_PER_MM)  /* at least */
#define CODE_MODULE      (0.5 * POINTS_PER_MM) /* at least: read from a print or scan of 150 dpi */
#define CODE_CAPTION     8.0

static const char state_name[] = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM";
static const char state_motto[] = "Độc lập - Tự do - Hạnh phúc";

static double from_pango(int units)
{
    return (double)units / PANGO_SCALE;
}

static double layout_width(PangoLayout *layout)
{
    PangoRectangle r;

    pango_layout_get_extents(layout, NULL, &r);
    return from_pango(r.width);
}

/* A name as the head prints it: capitals, a bar for a line break. */
static void runs_name(struct runs *r, const char *name, unsigned style)
{
    runs_init(r);
    for (const char *s = name ? name : ""; *s;) {
        size_t len = strcspn(s, "|");

        runs_add(r, s, len, style);
        s += len;
        if (*s) {
            runs_add(r, "\n", 1, style);
            s++;
        }
    }
    runs_finish(r);
}

static void runs_condense(struct runs *r, double points)
{
    PangoAttribute *a = pango_attr_letter_spacing_new((int)(-points * PANGO_SCALE));

    a->start_index = 0;
    a->end_index = (guint)r->text.len;
    pango_attr_list_change(r->attrs, a);
}

/* Narrows a wrapped layout as far as its number of lines allows: two lines of like length, not a
 * full one and an orphan word. */
static void layout_balance(PangoLayout *layout, double width)
{
    int n = pango_layout_get_line_count(layout), n_forced = 1;
    double low = width / (n + 1), high = width;

    for (const char *s = pango_layout_get_text(layout); *s; s++)
        n_forced += *s == '\n';
    if (n == n_forced) /* nothing was wrapped; each trial below would shape the text anew */
        return;
    for (int i = 0; i < 6; i++) {
        double middle = (low + high) / 2;

        pango_layout_set_width(layout, (int)(middle * PANGO_SCALE));
        if (pango_layout_get_line_count(layout) > n)
            low = middle;
        else
            high = middle;
    }
    pango_layout_set_width(layout, (int)(high * PANGO_SCALE) + 1);
}

/* Draws the lines of `layout` one below the other, each centred on `centre`; returns the last
 * baseline and the widest line's length. `baseline` is the first one. */
static double column_draw(struct page *p, struct box *b, PangoLayout *layout, double centre,
                          double baseline, double pitch, double *ret_width)
{
    int n = pango_layout_get_line_count(layout);
    double widest = 0;

    for (int i = 0; i < n; i++) {
        PangoRectangle r;

        pango_layout_line_get_extents(pango_layout_get_line_readonly(layout, i), NULL, &r);
        box_add_line(p, b, layout, i, centre - from_pango(r.width) / 2, baseline + i * pitch);
        widest = from_pango(r.width) > widest ? from_pango(r.width) : widest;
    }
    if (ret_width)
        *ret_width = widest;
    return baseline + (n - 1) * pitch;
}

/* ---- head ---- */

struct head_text {
    struct runs superior, office, name, motto;
};

static void head_condense(struct head_text *t, double points)
{
    runs_condense(&t->superior, points);
    runs_condense(&t->office, points);
    runs_condense(&t->name, points);
}

static int lines_at(const struct page *p, const struct runs *r, double size, double width)
{
    PangoLayout *layout;
    int n;

    if (!r->text.len)
        return 0;
    layout = block_layout(p, r, size, width);
    n = pango_layout_get_line_count(layout);
    g_object_unref(layout);
    return n;
}

/* Width of the right column: the state's name stands on one line, always. */
static double head_right(const struct page *p, const struct head_text *t, double size)
{
    PangoLayout *layout = block_layout(p, &t->name, size, -1);
    double width = layout_width(layout);

    g_object_unref(layout);
    return width;
}

/* Lines that both names take when the head is set closer by `points`. */
static int head_lines(const struct page *p, struct head_text *t, double size, double right,
                      double points)
{
    double left = page_text_width(p) - right + points * HEAD_LETTERS - HEAD_GAP;

    head_condense(t, points);
    return lines_at(p, &t->superior, size, left) + lines_at(p, &t->office, size, left);
}

/* Small sheets: sets the head a little closer when that spares the bodies' names a line. Returns
 * the width of the right column. */
static double head_fit(const struct page *p, struct head_text *t, double size)
{
    double right = head_right(p, t, size);
    int least = head_lines(p, t, size, right, HEAD_STEPS * HEAD_CONDENSE);

    for (int step = 0; step <= HEAD_STEPS; step++)
        if (head_lines(p, t, size, right, step * HEAD_CONDENSE) == least)
            break;
    return head_right(p, t, size);
}

static double head_left_column(struct page *p, struct box *b, const struct head_text *t,
                               double size, double width)
{
    double pitch = size * HEAD_PITCH, y = size, longest;
    const struct runs *texts[] = {&t->superior, &t->office};

    for (size_t i = 0; i < 2; i++) {
        PangoLayout *layout;

        if (!texts[i]->text.len)
            continue;
        layout = block_layout(p, texts[i], size, width);
        layout_balance(layout, width);
        y = column_draw(p, b, layout, width / 2, y, pitch, &longest) + pitch;
        if (i == 1) {
            double length = longest * HEAD_OFFICE_RULE;

            box_add_rule(p, b, (width - length) / 2, y - pitch + HEAD_RULE_BELOW, length);
        }
        g_object_unref(layout);
    }
    return y - pitch + HEAD_RULE_BELOW;
}

static double head_right_column(struct page *p, struct box *b, const struct head_text *t,
                                double size, double width)
{
    double centre = page_text_width(p) - width / 2, y = size, length;
    PangoLayout *name = block_layout(p, &t->name, size, -1);
    PangoLayout *motto = block_layout(p, &t->motto, size + 1, -1);

    column_draw(p, b, name, centre, y, 0, NULL);
    y += (size + 1) * HEAD_PITCH;
    column_draw(p, b, motto, centre, y, 0, &length);
    y += HEAD_RULE_BELOW;
    box_add_rule(p, b, centre - length / 2, y, length);
    g_object_unref(name);
    g_object_unref(motto);
    return y;
}

/* A dossier's code as number may be wider than its column: it parts after a hyphen, not inside its
 * digits. */
static PangoLayout *number_layout(const struct page *p, struct runs *r, double size, double width)
{
    PangoLayout *layout = block_layout(p, r, size, width);
    char *hyphen = strchr(r->text.data, '-');

    if (pango_layout_get_line_count(layout) > 1 && hyphen) {
        GString *parted = g_string_new_len(r->text.data, hyphen + 1 - r->text.data);

        g_string_append_c(parted, '\n');
        g_string_append(parted, hyphen + 1);
        pango_layout_set_text(layout, parted->str, (int)parted->len);
        g_string_free(parted, TRUE);
    }
    return layout;
}

/* The second row: both texts on one baseline; what is too long for its column is wrapped below it.
 */
static double head_second_row(struct page *p, struct box *b, const struct block_head *head,
                              double left, double right, double y)
{
    double size = head->size + 1, last = y, widths[] = {left, right};
    double centres[] = {left / 2, page_text_width(p) - right / 2};
    struct runs *texts[] = {head->number, head->dated};

    for (size_t i = 0; i < 2; i++) {
        PangoLayout *layout;
        double end;

        if (!texts[i] || !texts[i]->text.len)
            continue;
        layout = i ? block_layout(p, texts[i], size, widths[i])
                   : number_layout(p, texts[i], size, widths[i]);
        layout_balance(layout, widths[i]);
        end = column_draw(p, b, layout, centres[i], y, size * HEAD_PITCH, NULL);
        last = end > last ? end : last;
        g_object_unref(layout);
    }
    return last;
}

void block_head(struct page *p, const struct block_head *head)
{
    struct head_text t;
    struct box *b = page_box(p, 0);
    double right, left, y, y_right;

    runs_name(&t.superior, head->superior, RUN_UPPER);
    runs_name(&t.office, head->office, RUN_UPPER | RUN_BOLD);
    runs_name(&t.name, state_name, RUN_BOLD);
    runs_name(&t.motto, state_motto, RUN_BOLD);
    right = head_fit(p, &t, head->size);
    left = page_text_width(p) - right - HEAD_GAP;
    y = head_left_column(p, b, &t, head->size, left);
    y_right = head_right_column(p, b, &t, head->size, right);
    y = y_right > y ? y_right : y;
    y = head_second_row(p, b, head, left, right, y + head->size * 1.5);
    box_set_height(b, y + head->size * 0.3);
    box_keep_next(b);
    runs_deinit(&t.superior);
    runs_deinit(&t.office);
    runs_deinit(&t.name);
    runs_deinit(&t.motto);
}

/* ---- closing ---- */

static double code_side(const struct block_closing *c)
{
    double least = cairo_image_surface_get_width(c->code) * CODE_MODULE;

    return least > CODE_SIDE ? least : CODE_SIDE;
}

static bool is_empty(const struct runs *r)
{
    return !r || !r->text.len;
}

#define SEAL_SIDE       (36 * POINTS_PER_MM) /* a seal in its real size */
#define SIGNATURE_WIDTH (42 * POINTS_PER_MM)

/* The person's signature stands centred between caption and name; the seal, beside it to the left,
 * over a third of it. Source: law:layout-signature. */
static void reserve_draw(struct page *p, struct box *b, double centre, double top, double height)
{
    double left = centre - SIGNATURE_WIDTH / 2, seal = left + SIGNATURE_WIDTH / 3 - SEAL_SIDE;

    box_reserve(p, b, RESERVED_PERSON, left, top, SIGNATURE_WIDTH, height);
    box_reserve(p, b, RESERVED_OFFICE, seal > 0 ? seal : 0, top + (height - SEAL_SIDE) / 2,
                SEAL_SIDE, SEAL_SIDE);
}

/* One signature, centred in its half of the page; returns the lowest point. Names keep clear of a
 * code in the middle. */
static double sign_draw(struct page *p, struct box *b, const struct block_closing *c,
                        const struct closing_column *column, double left, double width)
{
    double pitch = c->size * 1.2, y = c->size, centre = left + width / 2;
    struct runs *texts[] = {column->caption, column->note, column->name};

    for (size_t i = 0; i < 3; i++) {
        double size = i == 1 ? RECEIVERS_TITLE : c->size;
        double room =
            i == 2 && c->code && !is_empty(c->left.caption) ? width - code_side(c) : width;
        PangoLayout *layout;

        if (i == 2) {
            if (c->is_reserved && column == &c->right)
                reserve_draw(p, b, centre, y - c->size + pitch * 0.2, c->blank_lines * pitch);
            y += c->blank_lines * pitch;
        }
        if (is_empty(texts[i]))
            continue;
        runs_finish(texts[i]);
        layout = block_layout(p, texts[i], size, room);
        layout_balance(layout, room);
        y = column_draw(p, b, layout, centre, y, size * 1.2, NULL) + pitch;
        g_object_unref(layout);
    }
    return y - pitch + c->size * 0.35;
}

static double receivers_draw(struct page *p, struct box *b, const struct block_closing *c,
                             double width)
{
    double y = c->size;
    const struct runs *texts[] = {c->receivers_title, c->receivers};

    for (size_t i = 0; i < 2; i++) {
        double size = i ? RECEIVERS_SIZE : RECEIVERS_TITLE;
        PangoLayout *layout;
        int n;

        if (is_empty(texts[i]))
            continue;
        layout = block_layout(p, texts[i], size, width);
        if (i)
            pango_layout_set_indent(layout,
                                    -(int)(6 * PANGO_SCALE)); /* under the text, past "- " */
        n = pango_layout_get_line_count(layout);
        for (int line = 0; line < n; line++, y += size * 1.2) {
            PangoRectangle r;

            pango_layout_line_get_extents(pango_layout_get_line_readonly(layout, line), NULL, &r);
            box_add_line(p, b, layout, line,
                         pango_layout_get_line_readonly(layout, line)->is_paragraph_start ? 0 : 6,
                         y);
        }
        g_object_unref(layout);
    }
    return y - RECEIVERS_SIZE * 0.85;
}

/* The code with its caption beside it; returns the lowest point. */
static double code_draw(struct page *p, struct box *b, const struct block_closing *c, double y,
                        double width)
{
    double side = CODE_SIDE,
           inset = side * 0.09; /* about the quiet zone: the first module stands at the margin */
    PangoLayout *layout;
    int n;

    box_add_mask(p, b, c->code, -inset, y, side);
    if (!is_empty(c->code_caption)) {
        layout = block_layout(p, c->code_caption, CODE_CAPTION, width - side);
        layout_balance(layout, width - side);
        n = pango_layout_get_line_count(layout);
        for (int i = 0; i < n; i++)
            box_add_line(p, b, layout, i, side - inset,
                         y + side / 2 + (i - n / 2.0 + 0.8) * CODE_CAPTION * 1.2);
        g_object_unref(layout);
    }
    return y + side;
}

/* Between two signatures: the code in the middle, its caption below it. */
static double code_draw_middle(struct page *p, struct box *b, const struct block_closing *c,
                               double y)
{
    double centre = page_text_width(p) / 2, side = code_side(c);
    PangoLayout *layout;

    box_add_mask(p, b, c->code, centre - side / 2, y, side);
    y += side + CODE_CAPTION * 0.7;
    if (is_empty(c->code_caption))
        return y;
    layout = block_layout(p, c->code_caption, CODE_CAPTION, side * 1.1);
    layout_balance(layout, side * 1.1);
    y = column_draw(p, b, layout, centre, y, CODE_CAPTION * 1.2, NULL);
    g_object_unref(layout);
    return y + CODE_CAPTION * 0.3;
}

void block_closing(struct page *p, const struct block_closing *c)
{
    double width = page_text_width(p), half = width / 2, left = 0, right;
    bool has_left = !is_empty(c->left.caption);
    struct box *b;

    page_keep_last(p, 2);
    b = page_box(p, c->size * 0.9);
    right = is_empty(c->right.caption) ? 0 : sign_draw(p, b, c, &c->right, half, half);
    if (has_left)
        left = sign_draw(p, b, c, &c->left, 0, half);
    else if (!is_empty(c->receivers))
        left = receivers_draw(p, b, c, half - 6);
    if (c->code && !has_left)
        left = code_draw(p, b, c, left + 2, half - 6);
    left = left > right ? left : right;
    if (c->code && has_left)
        right = code_draw_middle(p, b, c, c->size + RECEIVERS_TITLE * 1.5);
    box_set_height(b, left > right ? left : right);
}
