/* What a process keeps between papers: one font map and one Pango context. A font map per letter
 * would cost five times as much. */
#pragma once
#include <pango/pangocairo.h>
#include <stdbool.h>

#include "base/error.h"

struct press {
    PangoFontMap *map;
    PangoContext *context;
    char *family;
    bool is_substitute; /* metrics of Times, but not Times New Roman: said in the metadata */
};

/* `family` NULL or "": Times New Roman where installed, else Liberation Serif. Errors:
 * DOCUMENT_FONT. */
MUST_CHECK
bool press_new(const char *family, struct press **ret_press, struct error *err);
struct press *press_free(struct press *p); /* takes NULL; returns NULL */
