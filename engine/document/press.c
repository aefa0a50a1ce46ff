/* Fonts are looked up once per process. Metrics are left unhinted and positions unrounded: the page
 * is measured in points, not in pixels of a screen that is not there. */
#include "document/press.h"

#include <stdlib.h>
#include <string.h>

static const char *const families[] = {"Times New Roman", "Liberation Serif"};

static bool press_has_family(PangoFontMap *map, const char *family)
{
    PangoFontFamily **list = NULL;
    bool is_found = false;
    int n = 0;

    /* Not pango_font_map_get_family(): it answers for aliases too, and an alias is not the type
     * itself. */
    pango_font_map_list_families(map, &list, &n);
    for (int i = 0; i < n && !is_found; i++)
        is_found = !strcmp(pango_font_family_get_name(list[i]), family);
    g_free(list);
    return is_found;
}

static void press_set_context(struct press *p)
{
    cairo_font_options_t *options = cairo_font_options_create();

    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    pango_cairo_context_set_font_options(p->context, options);
    cairo_font_options_destroy(options);
    pango_cairo_context_set_resolution(p->context, 72); /* a Pango point is a PDF point */
    pango_context_set_round_glyph_positions(p->context, FALSE);
    pango_context_set_base_dir(p->context, PANGO_DIRECTION_LTR);
    pango_context_set_language(p->context, pango_language_from_string("vi"));
}

bool press_new(const char *family, struct press **ret_press, struct error *err)
{
    struct press *p = calloc(1, sizeof *p);

    if (!p)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "press"));
    p->map = pango_cairo_font_map_new();
    for (size_t i = 0; i < ARRAY_LEN(families) && !(family && *family); i++)
        if (press_has_family(p->map, families[i]))
            family = families[i];
    if (!family || !*family || !press_has_family(p->map, family)) {
        error_set(err, ERR_DOCUMENT_FONT,
                  arg_text("family", family && *family ? family : families[1]));
        press_free(p);
        return false;
    }
    p->family = strdup(family);
    if (!p->family) {
        press_free(p);
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "press"));
    }
    p->is_substitute = strcmp(family, families[0]) != 0;
    p->context = pango_font_map_create_context(p->map);
    press_set_context(p);
    *ret_press = p;
    return true;
}

struct press *press_free(struct press *p)
{
    if (!p)
        return NULL;
    if (p->context)
        g_object_unref(p->context);
    if (p->map)
        g_object_unref(p->map);
    free(p->family);
    free(p);
    return NULL;
}
