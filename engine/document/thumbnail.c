#include "document/thumbnail.h"

#include <cairo.h>
#include <gdk-pixbuf/gdk-pixbuf.h>
#include <poppler.h>
#include <string.h>

#define QUALITY "80"

static bool unreadable(struct error *err, GError *reason)
{
    error_set(err, ERR_THUMBNAIL_UNREADABLE, arg_text("reason", reason ? reason->message : "-"));
    g_clear_error(&reason);
    return false;
}

static gboolean take_bytes(const gchar *bytes, gsize len, GError **error, gpointer data)
{
    (void)error;
    buffer_add(data, bytes, len);
    return !((struct buffer *)data)->is_failed;
}

static bool write_jpeg(GdkPixbuf *picture, struct buffer *ret_jpeg, struct error *err)
{
    GError *reason = NULL;

    return gdk_pixbuf_save_to_callback(picture, take_bytes, ret_jpeg, "jpeg", &reason, "quality",
                                       QUALITY, NULL) ||
           unreadable(err, reason);
}

/* Scaled while it is decoded: a picture of a hundred million points is never held whole. */
static void prepared(GdkPixbufLoader *loader, int width, int height, gpointer data)
{
    int side = *(const int *)data, longer = width > height ? width : height;

    if (longer > side)
        gdk_pixbuf_loader_set_size(loader, MAX(1, (int)((int64_t)width * side / longer)),
                                   MAX(1, (int)((int64_t)height * side / longer)));
}

static bool draw_image(const void *bytes, size_t len, const char *type, int side,
                       struct buffer *ret_jpeg, struct error *err)
{
    GError *reason = NULL;
    GdkPixbufLoader *loader = gdk_pixbuf_loader_new_with_mime_type(type, &reason);
    bool is_good = loader != NULL;

    if (!loader)
        return unreadable(err, reason);
    g_signal_connect(loader, "size-prepared", G_CALLBACK(prepared), &side);
    is_good = gdk_pixbuf_loader_write(loader, bytes, len, &reason);
    if (!gdk_pixbuf_loader_close(loader, is_good ? &reason : NULL))
        is_good = false;
    if (is_good && gdk_pixbuf_loader_get_pixbuf(loader)) {
        GdkPixbuf *flat = gdk_pixbuf_composite_color_simple(
            gdk_pixbuf_loader_get_pixbuf(loader),
            gdk_pixbuf_get_width(gdk_pixbuf_loader_get_pixbuf(loader)),
            gdk_pixbuf_get_height(gdk_pixbuf_loader_get_pixbuf(loader)), GDK_INTERP_NEAREST, 255, 8,
            0xFFFFFF, 0xFFFFFF);

        is_good = flat && write_jpeg(flat, ret_jpeg, err);
        g_clear_object(&flat);
    } else {
        is_good = unreadable(err, reason);
    }
    g_object_unref(loader);
    return is_good;
}

static bool draw_page(PopplerPage *page, int side, struct buffer *ret_jpeg, struct error *err)
{
    double width, height, scale;
    cairo_surface_t *surface;
    GdkPixbuf *picture;
    bool is_good;
    cairo_t *cr;

    poppler_page_get_size(page, &width, &height);
    if (!(width > 0 && height > 0))
        return unreadable(err, NULL);
    scale = side / MAX(width, height);
    surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, MAX(1, (int)(width * scale)),
                                         MAX(1, (int)(height * scale)));
    cr = cairo_create(surface);
    cairo_set_source_rgb(cr, 1, 1, 1);
    cairo_paint(cr);
    cairo_scale(cr, scale, scale);
    poppler_page_render(page, cr);
    cairo_destroy(cr);
    cairo_surface_flush(surface);
    /* RGB24 of the machine's order to the RGB that gdk-pixbuf knows. */
    picture = gdk_pixbuf_new(GDK_COLORSPACE_RGB, FALSE, 8, cairo_image_surface_get_width(surface),
                             cairo_image_surface_get_height(surface));
    for (int y = 0; picture && y < gdk_pixbuf_get_height(picture); y++) {
        const unsigned char *from = cairo_image_surface_get_data(surface) +
                                    (size_t)y * (size_t)cairo_image_surface_get_stride(surface);
        guchar *to =
            gdk_pixbuf_get_pixels(picture) + (size_t)y * (size_t)gdk_pixbuf_get_rowstride(picture);

        for (int x = 0; x < gdk_pixbuf_get_width(picture); x++) {
            uint32_t point;

            memcpy(&point, from + 4 * (size_t)x, sizeof point);
            to[3 * x] = (guchar)(point >> 16);
            to[3 * x + 1] = (guchar)(point >> 8);
            to[3 * x + 2] = (guchar)point;
        }
    }
    is_good = picture && write_jpeg(picture, ret_jpeg, err);
    g_clear_object(&picture);
    cairo_surface_destroy(surface);
    return is_good;
}

static bool draw_pdf(const void *bytes, size_t len, int side, struct buffer *ret_jpeg,
                     struct error *err)
{
    GError *reason = NULL;
    GBytes *data = g_bytes_new_static(bytes, len);
    PopplerDocument *document = poppler_document_new_from_bytes(data, NULL, &reason);
    PopplerPage *page = document && poppler_document_get_n_pages(document) > 0
                            ? poppler_document_get_page(document, 0)
                            : NULL;
    bool is_good = page ? draw_page(page, side, ret_jpeg, err) : unreadable(err, reason);

    g_clear_object(&page);
    g_clear_object(&document);
    g_bytes_unref(data);
    return is_good;
}

bool thumbnail_draw(const void *bytes, size_t len, const char *type, int side,
                    struct buffer *ret_jpeg, struct error *err)
{
    if (side < 16 || side > THUMBNAIL_SIDE_MAX)
        side = THUMBNAIL_SIDE_MAX;
    return strcmp(type, "application/pdf") != 0 ? draw_image(bytes, len, type, side, ret_jpeg, err)
                                                : draw_pdf(bytes, len, side, ret_jpeg, err);
}
