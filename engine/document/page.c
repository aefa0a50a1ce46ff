/* Two passes. Text is laid out line by line into boxes without knowing where pages end; then boxes
 * are dealt out to pages, moved on together where they may not part, and drawn in reading order. */
#include "document/page.h"

#include <string.h>

#include "base/instant.h"
#include "document/document.h"

#define PAGE_NUMBER_SIZE 13.0
#define MARK_SIZE        10.0 /* in the foot: ours, of no form */
#define PAGE_RULE_WIDTH  0.75
#define PAGE_SLACK       0.01 /* sums of floating heights */

enum item_kind { ITEM_LINE, ITEM_RULE, ITEM_UPRIGHT, ITEM_MASK, ITEM_RESERVED };

struct item {
    struct item *next;
    enum item_kind kind;
    double x, y, length;
    PangoLayout *layout;   /* ITEM_LINE: owned by the page's list */
    PangoLayoutLine *line; /* belongs to the layout */
    cairo_surface_t *mask; /* ITEM_MASK: a reference */
    double height;         /* ITEM_RESERVED */
    enum reserved_kind reserved;
};

struct box {
    struct item *first, **tail;
    double space, height;
    bool keeps_next, starts_copy;
    const struct box *repeat; /* borrowed: another box of this page */
};

struct page {
    struct arena *arena;
    struct press *press;
    struct page_setup setup;
    struct box **boxes; /* from the arena */
    size_t n_boxes, size;
    GPtrArray *layouts; /* references */
    double least_space; /* above the next box */
    bool is_failed, begins_copy;
    struct reserved places[RESERVED_MAX]; /* where reserved boxes came to stand */
    int n_places, n_drawn;                /* pages */
};

struct page *page_new(struct arena *a, struct press *press, const struct page_setup *setup)
{
    struct page *p = arena_new_of(a, struct page);

    if (!p)
        return NULL;
    p->arena = a;
    p->press = press;
    p->setup = *setup;
    p->layouts = g_ptr_array_new_with_free_func(g_object_unref);
    return p;
}

void page_deinit(struct page *p)
{
    if (!p)
        return;
    for (size_t i = 0; i < p->n_boxes; i++)
        for (struct item *it = p->boxes[i]->first; it; it = it->next)
            if (it->mask)
                cairo_surface_destroy(it->mask);
    p->n_boxes = 0;
    if (p->layouts)
        g_ptr_array_unref(p->layouts);
    p->layouts = NULL;
}

double page_text_width(const struct page *p)
{
    return p->setup.width - p->setup.left - p->setup.right;
}

struct press *page_press(const struct page *p)
{
    return p->press;
}

static bool page_grow(struct page *p)
{
    size_t size = p->size ? p->size * 2 : 64;
    struct box **boxes = arena_array(p->arena, size, sizeof(struct box *));

    if (!boxes)
        return false;
    if (p->n_boxes)
        memcpy(boxes, p->boxes, p->n_boxes * sizeof(struct box *));
    p->boxes = boxes;
    p->size = size;
    return true;
}

struct box *page_box(struct page *p, double space)
{
    static struct box sink; /* writes after a failure end here */
    struct box *b = arena_new_of(p->arena, struct box);

    if (!b || (p->n_boxes == p->size && !page_grow(p))) {
        p->is_failed = true;
        memset(&sink, 0, sizeof sink);
        sink.tail = &sink.first;
        return &sink;
    }
    b->tail = &b->first;
    b->space = space > p->least_space ? space : p->least_space;
    p->least_space = 0;
    b->starts_copy = p->begins_copy;
    p->begins_copy = false;
    p->boxes[p->n_boxes++] = b;
    return b;
}

void page_least_space(struct page *p, double space)
{
    p->least_space = space;
}

void page_begin_copy(struct page *p)
{
    p->begins_copy = p->n_boxes > 0;
}

void page_keep_last(struct page *p, int n)
{
    for (size_t i = p->n_boxes; i-- && n--;) {
        p->boxes[i]->keeps_next = true;
        if (p->boxes[i]->starts_copy)
            return;
    }
}

void box_set_height(struct box *b, double height)
{
    b->height = height;
}

void box_keep_next(struct box *b)
{
    b->keeps_next = true;
}

void box_repeat(struct box *b, const struct box *head)
{
    b->repeat = head;
}

static struct item *box_item(struct page *p, struct box *b, enum item_kind kind, double x, double y)
{
    struct item *it = arena_new_of(p->arena, struct item);

    if (!it) {
        p->is_failed = true;
        return NULL;
    }
    it->kind = kind;
    it->x = x;
    it->y = y;
    *b->tail = it;
    b->tail = &it->next;
    return it;
}

void box_add_line(struct page *p, struct box *b, PangoLayout *layout, int line, double x,
                  double baseline)
{
    struct item *it = box_item(p, b, ITEM_LINE, x, baseline);

    if (!it)
        return;
    if (line == 0 || !p->layouts->len ||
        g_ptr_array_index(p->layouts, p->layouts->len - 1) != (gpointer)layout)
        g_ptr_array_add(p->layouts, g_object_ref(layout));
    it->layout = layout;
    it->line = pango_layout_get_line_readonly(layout, line);
}

void box_add_rule(struct page *p, struct box *b, double x, double y, double length)
{
    struct item *it = box_item(p, b, ITEM_RULE, x, y);

    if (it)
        it->length = length;
}

void box_add_upright(struct page *p, struct box *b, double x, double y, double length)
{
    struct item *it = box_item(p, b, ITEM_UPRIGHT, x, y);

    if (it)
        it->length = length;
}

void box_add_mask(struct page *p, struct box *b, cairo_surface_t *mask, double x, double y,
                  double side)
{
    struct item *it = box_item(p, b, ITEM_MASK, x, y);

    if (!it)
        return;
    it->mask = cairo_surface_reference(mask);
    it->length = side;
}

void box_reserve(struct page *p, struct box *b, enum reserved_kind kind, double x, double y,
                 double width, double height)
{
    struct item *it = box_item(p, b, ITEM_RESERVED, x, y);

    if (!it)
        return;
    it->length = width;
    it->height = height;
    it->reserved = kind;
}

/* ---- breaking ---- */

static double head_height(const struct box *b)
{
    return b->repeat ? b->repeat->height : 0;
}

/* One past the last box of the page that begins with box `from`. */
static size_t page_break(const struct page *p, size_t from)
{
    double room = p->setup.height - p->setup.top - p->setup.bottom + PAGE_SLACK;
    double y = head_height(p->boxes[from]) + p->boxes[from]->height;
    size_t to = from + 1, keep;

    for (; to < p->n_boxes; to++) {
        const struct box *b = p->boxes[to];

        if (b->starts_copy)
            return to;
        y += b->space + b->height;
        if (y > room)
            break;
    }
    if (to == p->n_boxes)
        return to;
    for (keep = to; keep > from && p->boxes[keep - 1]->keeps_next; keep--)
        ;
    return keep > from ? keep : to; /* a chain longer than a page parts where it must */
}

/* ---- drawing ---- */

static void draw_mask(cairo_t *cr, const struct item *it, double x, double y)
{
    double side = cairo_image_surface_get_width(it->mask);
    cairo_pattern_t *pattern = cairo_pattern_create_for_surface(it->mask);

    cairo_pattern_set_filter(pattern, CAIRO_FILTER_NEAREST);
    cairo_save(cr);
    cairo_translate(cr, x, y);
    cairo_scale(cr, it->length / side, it->length / side);
    cairo_mask(cr, pattern);
    cairo_restore(cr);
    cairo_pattern_destroy(pattern);
}

static void draw_stroke(cairo_t *cr, double x, double y, double dx, double dy)
{
    cairo_set_line_width(cr, PAGE_RULE_WIDTH);
    cairo_move_to(cr, x, y);
    cairo_rel_line_to(cr, dx, dy);
    cairo_stroke(cr);
}

/* Nothing is drawn: it is noted where a signature may stand. One of a kind: of the first copy. */
static void note_place(struct page *p, const struct item *it, double x, double y)
{
    for (int i = 0; i < p->n_places; i++)
        if (p->places[i].kind == it->reserved)
            return;
    if (p->n_places < RESERVED_MAX)
        p->places[p->n_places++] = (struct reserved){
            it->reserved, p->n_drawn, x, p->setup.height - y - it->height, it->length, it->height,
        };
}

static void draw_box(cairo_t *cr, struct page *p, const struct box *b, double left, double top)
{
    for (const struct item *it = b->first; it; it = it->next) {
        double x = left + it->x, y = top + it->y;

        switch (it->kind) {
        case ITEM_LINE:
            cairo_move_to(cr, x, y);
            pango_cairo_show_layout_line(cr, it->line);
            break;
        case ITEM_RULE:
            draw_stroke(cr, x, y, it->length, 0);
            break;
        case ITEM_UPRIGHT:
            draw_stroke(cr, x, y, 0, it->length);
            break;
        case ITEM_MASK:
            draw_mask(cr, it, x, y);
            break;
        case ITEM_RESERVED:
            note_place(p, it, x, y);
            break;
        }
    }
}

static PangoLayout *page_plain_layout(const struct page *p, const char *text, double size)
{
    PangoLayout *layout = pango_layout_new(p->press->context);
    PangoFontDescription *font = pango_font_description_new();

    pango_font_description_set_family_static(font, p->press->family);
    pango_font_description_set_size(font, (int)(size * PANGO_SCALE));
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
    pango_layout_set_text(layout, text, -1);
    return layout;
}

/* Centred in the top margin, as papers number their pages. */
static void draw_number(cairo_t *cr, const struct page *p, int number)
{
    char text[16];
    PangoLayout *layout;
    PangoRectangle r;

    g_snprintf(text, sizeof text, "%d", number);
    layout = page_plain_layout(p, text, PAGE_NUMBER_SIZE);
    pango_layout_get_extents(layout, NULL, &r);
    cairo_move_to(cr, p->setup.left + (page_text_width(p) - (double)r.width / PANGO_SCALE) / 2,
                  (p->setup.top - (double)r.height / PANGO_SCALE) / 2);
    pango_cairo_show_layout(cr, layout);
    g_object_unref(layout);
}

static void draw_watermark(cairo_t *cr, const struct page *p, const char *text)
{
    PangoLayout *layout = page_plain_layout(p, text, p->setup.width / 6);
    PangoRectangle r;

    pango_layout_get_extents(layout, NULL, &r);
    cairo_save(cr);
    cairo_set_source_rgb(cr, 0.88, 0.88, 0.88);
    cairo_translate(cr, p->setup.width / 2, p->setup.height / 2);
    cairo_rotate(cr, -0.85);
    cairo_move_to(cr, -(double)r.width / PANGO_SCALE / 2, -(double)r.height / PANGO_SCALE / 2);
    pango_cairo_show_layout(cr, layout);
    cairo_restore(cr);
    g_object_unref(layout);
}

static void draw_mark(cairo_t *cr, const struct page *p, const char *text)
{
    PangoLayout *layout = page_plain_layout(p, text, MARK_SIZE);
    PangoRectangle r;

    pango_layout_get_extents(layout, NULL, &r);
    cairo_move_to(cr, (p->setup.width - (double)r.width / PANGO_SCALE) / 2,
                  p->setup.height - p->setup.bottom +
                      (p->setup.bottom - (double)r.height / PANGO_SCALE) / 2);
    pango_cairo_show_layout(cr, layout);
    g_object_unref(layout);
}

static void draw_page(cairo_t *cr, struct page *p, size_t from, size_t to, int number,
                      const struct page_meta *meta)
{
    double y = p->setup.top;

    if (meta->watermark)
        draw_watermark(cr, p, meta->watermark);
    if (meta->mark)
        draw_mark(cr, p, meta->mark);
    if (number > 1)
        draw_number(cr, p, number);
    if (p->boxes[from]->repeat) {
        draw_box(cr, p, p->boxes[from]->repeat, p->setup.left, y);
        y += head_height(p->boxes[from]);
    }
    for (size_t i = from; i < to; i++) {
        y += i > from ? p->boxes[i]->space : 0;
        draw_box(cr, p, p->boxes[i], p->setup.left, y);
        y += p->boxes[i]->height;
    }
    cairo_show_page(cr);
    p->n_drawn++;
}

static bool draw_pages(cairo_t *cr, struct page *p, const struct page_meta *meta, struct error *err)
{
    int number = 0, n_pages = 0;

    for (size_t from = 0, to; from < p->n_boxes; from = to) {
        if (++n_pages > DOCUMENT_PAGES_MAX)
            return error_set(err, ERR_DOCUMENT_LIMIT, arg_text("field", "pages"),
                             arg_number("limit", DOCUMENT_PAGES_MAX));
        to = page_break(p, from);
        number = p->boxes[from]->starts_copy ? 1 : number + 1;
        draw_page(cr, p, from, to, number, meta);
    }
    return true;
}

/* ---- the file ---- */

static cairo_status_t page_write(void *closure, const unsigned char *data, unsigned int len)
{
    struct buffer *out = closure;

    buffer_add(out, data, len);
    return out->is_failed ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

static void page_set_meta(cairo_surface_t *pdf, const struct page_meta *meta)
{
    static const struct {
        cairo_pdf_metadata_t field;
        size_t offset;
    } texts[] = {
        {CAIRO_PDF_METADATA_TITLE, offsetof(struct page_meta, title)},
        {CAIRO_PDF_METADATA_AUTHOR, offsetof(struct page_meta, author)},
        {CAIRO_PDF_METADATA_SUBJECT, offsetof(struct page_meta, subject)},
        {CAIRO_PDF_METADATA_KEYWORDS, offsetof(struct page_meta, keywords)},
    };
    char at[INSTANT_TEXT_MAX];

    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        const char *text;

        memcpy(&text, (const char *)meta + texts[i].offset, sizeof text);
        if (text && *text)
            cairo_pdf_surface_set_metadata(pdf, texts[i].field, text);
    }
    cairo_pdf_surface_set_metadata(pdf, CAIRO_PDF_METADATA_CREATOR, "motcua");
    /* Without these cairo would write the hour of rendering, and no two renderings would be alike.
     */
    instant_format(meta->made_at - meta->made_at % INSTANT_SECOND, ZONE_VIETNAM_S, at);
    cairo_pdf_surface_set_metadata(pdf, CAIRO_PDF_METADATA_CREATE_DATE, at);
    cairo_pdf_surface_set_metadata(pdf, CAIRO_PDF_METADATA_MOD_DATE, at);
}

bool page_finish(struct page *p, const struct page_meta *meta, struct buffer *ret_pdf,
                 struct error *err)
{
    struct buffer out = {0};
    cairo_surface_t *pdf;
    cairo_status_t status;
    cairo_t *cr;
    bool is_good;

    if (p->is_failed)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "page"));
    pdf = cairo_pdf_surface_create_for_stream(page_write, &out, p->setup.width, p->setup.height);
    cairo_pdf_surface_restrict_to_version(pdf, CAIRO_PDF_VERSION_1_5);
    page_set_meta(pdf, meta);
    cr = cairo_create(pdf);
    is_good = draw_pages(cr, p, meta, err);
    status = cairo_status(cr);
    cairo_destroy(cr);
    cairo_surface_finish(pdf);
    if (!status)
        status = cairo_surface_status(pdf);
    cairo_surface_destroy(pdf);
    if (is_good && status)
        is_good = error_set(err, ERR_DOCUMENT_DRAWING,
                            arg_text("reason", cairo_status_to_string(status)));
    is_good = is_good && reserve(p->arena, &out, p->places, p->n_places, err);
    if (is_good)
        buffer_add(ret_pdf, out.data, out.len);
    buffer_deinit(&out);
    if (is_good && ret_pdf->is_failed)
        is_good = error_set(err, ERR_NO_MEMORY, arg_text("what", "pdf"));
    return is_good;
}
