/* Text with bold and italic stretches, made safe to print. Nothing here is ever read as markup:
 * styles come from the template, text comes from people. */
#pragma once
#include <pango/pangocairo.h>
#include <stddef.h>

#include "base/buffer.h"

enum run_style {
    RUN_PLAIN = 0,
    RUN_BOLD = 1,
    RUN_ITALIC = 2,
    RUN_UPPER = 4,    /* printed in capitals */
    RUN_ONE_LINE = 8, /* line feeds become blanks */
};

struct runs {
    struct buffer text;
    PangoAttrList *attrs;
};

void runs_init(struct runs *r);
void runs_deinit(struct runs *r);

/* Appends UTF-8 in NFC. Broken bytes become U+FFFD, control characters blanks, direction marks and
 * combining marks past the third on one letter vanish; blanks and line feeds never double. */
void runs_add(struct runs *r, const char *text, size_t len, unsigned style);

/* Drops blanks at the end and glues an end mark `./.` to the word before it. */
void runs_finish(struct runs *r);
