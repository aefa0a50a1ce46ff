#include "document/stamp.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <stdio.h>
#include <string.h>

#include "base/instant.h"
#include "document/document.h"
#include "document/page.h"
#include "document/press.h"
#include "document/revision.h"

#define STAMP_SIZE  10.0 /* points of its words */
#define WORDS_WIDTH 0.72 /* of the place of a seal */

struct stamping {
    const struct stamp *stamp;
    struct pdf_file file, seen; /* `seen`: a page with what is to be seen, of its own */
    struct revision revision;
    struct buffer picture;
    int page, field; /* numbers of objects */
    double width, height;
    size_t contents_at, range_at; /* of the gap, and of the text of its range */
    struct error *err;
};

/* ---- finding the place ---- */

static bool no_place(struct stamping *s)
{
    return error_set(s->err, ERR_SIGNATURE_PLACE,
                     arg_text("field", reserved_names[s->stamp->place]));
}

static bool take_rectangle(struct stamping *s, struct pdf_span array)
{
    struct pdf_span rest = pdf_inside(array), value;
    double v[4] = {0};

    for (int i = 0; i < 4 && pdf_next(&rest, &value); i++) {
        char text[32];

        snprintf(text, sizeof text, "%.*s", (int)(value.len < 30 ? value.len : 30), value.at);
        v[i] = g_ascii_strtod(text, NULL);
    }
    s->width = v[2] - v[0];
    s->height = v[3] - v[1];
    return (s->width > 1 && s->height > 1 && s->width < 2000 && s->height < 2000) || no_place(s);
}

static bool find_place(struct stamping *s)
{
    struct pdf_span form = pdf_follow(&s->file, pdf_object(&s->file, s->file.root), "AcroForm");
    struct pdf_span fields = pdf_inside(pdf_get(form, "Fields")), field;
    char wanted[40];

    snprintf(wanted, sizeof wanted, "(%s)", reserved_names[s->stamp->place]);
    while (pdf_next(&fields, &field)) {
        struct pdf_span dictionary = pdf_object(&s->file, pdf_ref(field));

        if (!pdf_is(pdf_get(dictionary, "T"), wanted) || pdf_get(dictionary, "V").len)
            continue;
        s->field = pdf_ref(field);
        s->page = pdf_ref(pdf_get(dictionary, "P"));
        return take_rectangle(s, pdf_get(dictionary, "Rect"));
    }
    return no_place(s);
}

/* ---- what is seen ---- */

static cairo_status_t take_bytes(void *closure, const unsigned char *data, unsigned int len)
{
    struct buffer *out = closure;

    buffer_add(out, data, len);
    return out->is_failed ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

/* As large as the place allows, in its middle. */
static bool draw_image(struct stamping *s, cairo_t *cr)
{
    cairo_surface_t *image = cairo_image_surface_create_from_png(s->stamp->image);
    double width = cairo_image_surface_get_width(image);
    double height = cairo_image_surface_get_height(image), scale;
    bool is_good = cairo_surface_status(image) == CAIRO_STATUS_SUCCESS && width > 0 && height > 0 &&
                   width <= STAMP_IMAGE_SIDE && height <= STAMP_IMAGE_SIDE;

    if (is_good) {
        scale = MIN(s->width / width, s->height / height);
        cairo_translate(cr, (s->width - width * scale) / 2, (s->height - height * scale) / 2);
        cairo_scale(cr, scale, scale);
        cairo_set_source_surface(cr, image, 0, 0);
        cairo_paint(cr);
    }
    cairo_surface_destroy(image);
    return is_good || error_set(s->err, ERR_STAMP_IMAGE, arg_text("path", s->stamp->image));
}

/* Words of an office stand at the right of its place: a seal reaches into the column beside it, and
 * words would cover what is written there. */
static void draw_words(struct stamping *s, cairo_t *cr, const struct press *press)
{
    double width = s->stamp->place == RESERVED_OFFICE ? s->width * WORDS_WIDTH : s->width;

    PangoLayout *layout = pango_layout_new(press->context);
    PangoFontDescription *font = pango_font_description_new();
    PangoRectangle r;

    pango_font_description_set_family_static(font, press->family);
    pango_font_description_set_size(font, (int)(STAMP_SIZE * PANGO_SCALE));
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
    pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
    pango_layout_set_alignment(layout, PANGO_ALIGN_CENTER);
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_text(layout, s->stamp->words ? s->stamp->words : "", -1);
    pango_layout_get_extents(layout, NULL, &r);
    cairo_set_source_rgb(cr, 0, 0, 0.8);
    cairo_move_to(cr, s->width - width, MAX(0, (s->height - (double)r.height / PANGO_SCALE) / 2));
    pango_cairo_show_layout(cr, layout);
    g_object_unref(layout);
}

/* `press` is NULL for a stamp that is an image. */
static bool draw_picture(struct stamping *s, const struct press *press)
{
    cairo_surface_t *pdf =
        cairo_pdf_surface_create_for_stream(take_bytes, &s->picture, s->width, s->height);
    cairo_status_t status;
    bool is_good = true;
    cairo_t *cr;

    cairo_pdf_surface_restrict_to_version(pdf, CAIRO_PDF_VERSION_1_5);
    cr = cairo_create(pdf);
    if (press)
        draw_words(s, cr, press);
    else
        is_good = draw_image(s, cr);
    cairo_show_page(cr);
    status = cairo_status(cr);
    cairo_destroy(cr);
    cairo_surface_finish(pdf);
    if (!status)
        status = cairo_surface_status(pdf);
    cairo_surface_destroy(pdf);
    return is_good && (!status || error_set(s->err, ERR_DOCUMENT_DRAWING,
                                            arg_text("reason", cairo_status_to_string(status))));
}

/* The page of the picture becomes a form that the field shows. Returns its number. */
static int write_seen(struct stamping *s)
{
    struct revision *r = &s->revision;
    int page = 0, contents, shift, number;
    struct pdf_span dictionary, bytes, filter;

    pdf_pages(&s->seen, &page, 1);
    dictionary = pdf_object(&s->seen, page);
    contents = pdf_ref(pdf_get(dictionary, "Contents"));
    bytes = pdf_stream(&s->seen, contents);
    filter = pdf_get(pdf_object(&s->seen, contents), "Filter");
    shift = revision_graft(
        r, &s->seen,
        (const int[]){s->seen.root, s->seen.info ? s->seen.info : page, page, contents,
                      pdf_ref(pdf_get(pdf_object(&s->seen, s->seen.root), "Pages")), 0});
    number = revision_number(r);
    if (shift < 0 || !bytes.at)
        return 0;
    revision_object(r, number);
    buffer_printf(r->out, "<< /Type /XObject /Subtype /Form /BBox [0 0 %.2f %.2f] /Resources ",
                  s->width, s->height);
    revision_value(r, pdf_get(dictionary, "Resources"), shift);
    buffer_text(r->out, " /Group << /Type /Group /S /Transparency /CS /DeviceRGB >>");
    if (filter.len)
        buffer_printf(r->out, " /Filter %.*s", (int)filter.len, filter.at);
    buffer_printf(r->out, " /Length %zu >>\nstream\n", bytes.len);
    buffer_add(r->out, bytes.at, bytes.len);
    buffer_text(r->out, "\nendstream");
    revision_end_object(r);
    return number;
}

/* ---- the signature's dictionary ---- */

static void write_text(struct buffer *out, const char *key, const char *text)
{
    gunichar2 *wide;
    glong n = 0;

    if (!text || !*text)
        return;
    wide = g_utf8_to_utf16(text, -1, NULL, &n, NULL);
    buffer_printf(out, " /%s <FEFF", key);
    for (glong i = 0; wide && i < n; i++)
        buffer_printf(out, "%04X", wide[i]);
    buffer_char(out, '>');
    g_free(wide);
}

static void write_instant(struct buffer *out, const struct stamp *stamp)
{
    struct civil c = date_civil(instant_date(stamp->at, stamp->zone_s));
    int64_t second = instant_day_offset(stamp->at, stamp->zone_s) / INSTANT_SECOND;
    int zone = stamp->zone_s < 0 ? -stamp->zone_s : stamp->zone_s;

    buffer_printf(out, " /M (D:%04d%02d%02d%02d%02d%02d%c%02d'%02d')", c.year, c.month, c.day,
                  (int)(second / 3600), (int)(second / 60 % 60), (int)(second % 60),
                  stamp->zone_s < 0 ? '-' : '+', zone / 3600, zone / 60 % 60);
}

static int write_signature(struct stamping *s)
{
    struct revision *r = &s->revision;
    int number = revision_number(r);

    revision_object(r, number);
    buffer_text(r->out, "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached");
    write_instant(r->out, s->stamp);
    write_text(r->out, "Name", s->stamp->name);
    write_text(r->out, "Reason", s->stamp->reason);
    write_text(r->out, "Location", s->stamp->location);
    buffer_text(r->out, " /ByteRange ");
    s->range_at = r->out->len;
    buffer_text(r->out, "[0 0000000000 0000000000 0000000000] /Contents ");
    s->contents_at = r->out->len;
    buffer_char(r->out, '<');
    for (int i = 0; i < STAMP_CONTENTS; i++)
        buffer_text(r->out, "00");
    buffer_text(r->out, "> >>");
    revision_end_object(r);
    return number;
}

static void write_field(struct stamping *s, int signature, int seen)
{
    struct revision *r = &s->revision;

    revision_object(r, s->field);
    revision_rewrite(r, pdf_object(&s->file, s->field),
                     (const char *const[]){"V", "AP", "F", NULL});
    buffer_printf(r->out, " /V %d 0 R /F 132 /AP << /N %d 0 R >> >>", signature, seen);
    revision_end_object(r);
}

/* From the first signature on a reader appends only: SigFlags 3. */
static void write_catalog(struct stamping *s)
{
    struct revision *r = &s->revision;
    struct pdf_span catalog = pdf_object(&s->file, s->file.root);

    revision_object(r, s->file.root);
    revision_rewrite(r, catalog, (const char *const[]){"AcroForm", NULL});
    buffer_text(r->out, " /AcroForm ");
    revision_rewrite(r, pdf_follow(&s->file, catalog, "AcroForm"),
                     (const char *const[]){"SigFlags", NULL});
    buffer_text(r->out, " /SigFlags 3 >> >>");
    revision_end_object(r);
}

static void fill_range(struct stamping *s)
{
    struct buffer *out = s->revision.out;
    size_t after = s->contents_at + 2 + (size_t)STAMP_CONTENTS * 2;
    char text[48];

    if (out->is_failed)
        return;
    snprintf(text, sizeof text, "[0 %010zu %010zu %010zu]", s->contents_at, after,
             out->len - after);
    memcpy(out->data + s->range_at, text, strlen(text));
}

static bool write_all(struct stamping *s)
{
    int seen = write_seen(s);

    if (!seen)
        return error_set(s->err, ERR_DOCUMENT_DRAWING, arg_text("reason", "stamp"));
    write_field(s, write_signature(s), seen);
    write_catalog(s);
    if (!revision_finish(&s->revision, 0, 0, s->err))
        return false;
    fill_range(s);
    return true;
}

bool stamp_prepare(struct arena *a, const void *pdf, size_t len, const struct stamp *stamp,
                   struct buffer *ret_pdf, struct error *err)
{
    struct stamping s = {.stamp = stamp, .err = err};
    struct press *press = NULL;
    bool is_good;

    if (!pdf_open(a, pdf, len, &s.file, err) || !find_place(&s) ||
        (!stamp->image && !document_press(&press, err)))
        return false;
    buffer_add(ret_pdf, pdf, len);
    is_good = draw_picture(&s, press) && pdf_open(a, s.picture.data, s.picture.len, &s.seen, err) &&
              revision_begin(a, &s.file, ret_pdf, &s.revision, err) && write_all(&s);
    buffer_deinit(&s.picture);
    return is_good;
}
