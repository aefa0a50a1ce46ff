/* Boxes on paper: what must stay together is a box; boxes flow down the page, break between them,
 * and are drawn at the end, when it is known what stands where. Lengths are points (1/72 inch). */
#pragma once
#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "document/press.h"
#include "document/reserve.h"

#define POINTS_PER_MM (72 / 25.4)

struct page_setup {
    double width, height;            /* of the sheet */
    double top, right, bottom, left; /* margins */
};

struct page_meta {
    const char *title, *author, *subject, *keywords;
    int64_t made_at;
    const char *watermark; /* NULL: none */
    const char *mark;      /* in the foot of every page; NULL: none */
};

struct page;
struct box;

/* Everything of a page lives in `a`; page_deinit() gives back what Pango and Cairo hold. */
struct page *page_new(struct arena *a, struct press *press, const struct page_setup *setup);
void page_deinit(struct page *p);
double page_text_width(const struct page *p);
struct press *page_press(const struct page *p);

/* Opens a box below the last one. `space` is left out at the top of a page. */
struct box *page_box(struct page *p, double space);
/* The next box stands at least this far below the last one. */
void page_least_space(struct page *p, double space);
/* The next box begins a copy of its own: new page, numbered from 1 again. */
void page_begin_copy(struct page *p);
/* The last `n` boxes of this copy stay with what follows. */
void page_keep_last(struct page *p, int n);

void box_set_height(struct box *b, double height);
void box_keep_next(struct box *b);
/* `head` (a box drawn before) is drawn again where `b` opens a page: table heads. */
void box_repeat(struct box *b, const struct box *head);
/* Items, placed from the box's top left corner. The page takes its own reference of layout and
 * mask. */
void box_add_line(struct page *p, struct box *b, PangoLayout *layout, int line, double x,
                  double baseline);
void box_add_rule(struct page *p, struct box *b, double x, double y, double length);
void box_add_upright(struct page *p, struct box *b, double x, double y, double length);
void box_add_mask(struct page *p, struct box *b, cairo_surface_t *mask, double x, double y,
                  double side);

/* Keeps a place for a digital signature; the first of its kind counts. */
void box_reserve(struct page *p, struct box *b, enum reserved_kind kind, double x, double y,
                 double width, double height);

/* Breaks the pages, draws them, appends the PDF. Errors: DOCUMENT_LIMIT {field} {limit} past
 * DOCUMENT_PAGES_MAX, DOCUMENT_DRAWING {reason}, NO_MEMORY. */
MUST_CHECK
bool page_finish(struct page *p, const struct page_meta *meta, struct buffer *ret_pdf,
                 struct error *err);
