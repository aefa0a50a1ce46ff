/* The parts a Vietnamese administrative paper is made of, as law:layout describes them: head,
 * title, paragraphs, lists, tables and the closing block with signature, receivers and code. */
#pragma once
#include "document/page.h"
#include "document/runs.h"

enum block_align { BLOCK_LEFT, BLOCK_CENTRE, BLOCK_JUSTIFIED };

struct block_style {
    double size;    /* of the type, points */
    double leading; /* line pitch as a multiple of the size */
    double space;   /* above the block, points */
    double left;    /* of every line */
    double indent;  /* of the first line; negative: the other lines hang by it */
    enum block_align align;
};

/* Lines of running text; at least two of them stay together at each break. */
void block_text(struct page *p, struct runs *text, const struct block_style *style);

/* A label, and its text hanging beside it: "Kính gửi:", "1.", "- ". Returns where the text begins.
 */
double block_labelled(struct page *p, struct runs *label, struct runs *text,
                      const struct block_style *style);

struct block_head {
    const char *superior,
        *office;                 /* names; a bar or line feed breaks them where the office wants */
    struct runs *number, *dated; /* the second row */
    double size; /* of the state's name and the bodies; everything else one point more */
};

void block_head(struct page *p, const struct block_head *head);

#define CLOSING_LINES_MAX 24

/* A column of signature: captions in capitals, a note in brackets, room for the pen, the name. */
struct closing_column {
    struct runs *caption; /* a line feed between its lines; NULL: no such column */
    struct runs *note, *name;
};

struct block_closing {
    struct closing_column left, right;
    struct runs *receivers_title, *receivers; /* "Nơi nhận:" and its lines; left of the signature */
    struct runs *code_caption;
    cairo_surface_t *code; /* NULL: none */
    double size;           /* of captions and names */
    int blank_lines;       /* for the signature */
    bool is_reserved;      /* places for digital signatures in the right column */
};

/* One box: never parted, and never alone on a page. */
void block_closing(struct page *p, const struct block_closing *closing);

#define TABLE_COLUMNS_MAX 32
#define TABLE_ABOVE_MAX   2

struct block_table {
    size_t n_columns;
    double width[TABLE_COLUMNS_MAX]; /* points, together the text width */
    bool is_centred[TABLE_COLUMNS_MAX];
    /* Heads above a column's own, outermost first; neighbours with the same share one cell. */
    const char *const (*above)[TABLE_ABOVE_MAX];
    double size, leading, space;
    struct box *head; /* set by the first row */
};

/* One row, ruled on all sides; the first is the head, in bold, and is repeated on each page. */
void block_row(struct page *p, struct block_table *table, struct runs cells[], bool is_head);

/* A layout of `text` in the page's family; width < 0: unlimited. The caller unrefs it. */
PangoLayout *block_layout(const struct page *p, const struct runs *text, double size, double width);
