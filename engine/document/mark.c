/* See mark.h. */
#include "document/mark.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <poppler.h>

#include "document/document.h"
#include "document/page.h"
#include "document/press.h"

#define MARK_SIZE   10.0
#define MARK_BOTTOM 14.0 /* points from the edge of the sheet */

static cairo_status_t take_bytes(void *closure, const unsigned char *data, unsigned int len)
{
    struct buffer *out = closure;

    buffer_add(out, data, len);
    return out->is_failed ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

static void draw_text(cairo_t *cr, const struct press *press, const char *text, double width,
                      double height)
{
    PangoLayout *layout = pango_layout_new(press->context);
    PangoFontDescription *font = pango_font_description_new();
    PangoRectangle r;

    pango_font_description_set_family_static(font, press->family);
    pango_font_description_set_size(font, (int)(MARK_SIZE * PANGO_SCALE));
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
    pango_layout_set_text(layout, text, -1);
    pango_layout_get_extents(layout, NULL, &r);
    cairo_set_source_rgb(cr, 0, 0, 0);
    cairo_move_to(cr, (width - (double)r.width / PANGO_SCALE) / 2,
                  height - MARK_BOTTOM - (double)r.height / PANGO_SCALE / 2);
    pango_cairo_show_layout(cr, layout);
    g_object_unref(layout);
}

static void draw_page(cairo_t *cr, cairo_surface_t *out, PopplerPage *page,
                      const struct press *press, const char *mark)
{
    double width, height;

    poppler_page_get_size(page, &width, &height);
    cairo_pdf_surface_set_size(out, width, height);
    cairo_save(cr);
    poppler_page_render_for_printing(page, cr);
    cairo_restore(cr);
    draw_text(cr, press, mark, width, height);
    cairo_show_page(cr);
}

static bool draw_all(PopplerDocument *doc, const struct press *press, const char *mark,
                     struct buffer *ret_pdf, struct error *err)
{
    cairo_surface_t *out = cairo_pdf_surface_create_for_stream(take_bytes, ret_pdf, 100, 100);
    cairo_t *cr = cairo_create(out);
    cairo_status_t status;

    for (int i = 0; i < poppler_document_get_n_pages(doc); i++) {
        PopplerPage *page = poppler_document_get_page(doc, i);

        if (page)
            draw_page(cr, out, page, press, mark);
        g_clear_object(&page);
    }
    status = cairo_status(cr);
    cairo_destroy(cr);
    cairo_surface_finish(out);
    if (!status)
        status = cairo_surface_status(out);
    cairo_surface_destroy(out);
    return !status ||
           error_set(err, ERR_DOCUMENT_DRAWING, arg_text("reason", cairo_status_to_string(status)));
}

bool mark_pages(const void *pdf, size_t len, const char *mark, struct buffer *ret_pdf,
                struct error *err)
{
    GError *reason = NULL;
    GBytes *bytes = g_bytes_new_static(pdf, len);
    PopplerDocument *doc = poppler_document_new_from_bytes(bytes, NULL, &reason);
    struct press *press;
    bool is_good;

    g_bytes_unref(bytes);
    if (!doc) {
        error_set(err, ERR_DOCUMENT_FOREIGN, arg_text("reason", reason ? reason->message : "-"));
        g_clear_error(&reason);
        return false;
    }
    is_good = document_press(&press, err) && draw_all(doc, press, mark, ret_pdf, err);
    g_object_unref(doc);
    return is_good;
}
