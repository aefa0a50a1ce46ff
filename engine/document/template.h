/* A form as data: settings and an ordered list of blocks, read from a text file
 * (templates/README.md). */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"

#define TEMPLATE_BYTES_MAX 100000
#define TEMPLATE_LINES_MAX 2000
#define TEMPLATE_PARTS_MAX 32
#define TEMPLATE_ABOVE_MAX 2 /* shared heads above a column's own */
#define TEMPLATE_TESTS_MAX 4

/* keyword, its kind, least and most parts between bars */
#define TEMPLATE_BLOCKS(X)                                                                         \
    X("let", BLOCK_LET, 1, 1)                                                                      \
    X("head", BLOCK_HEAD, 2, 2)                                                                    \
    X("title", BLOCK_TITLE, 1, 1)                                                                  \
    X("subtitle", BLOCK_SUBTITLE, 1, 1)                                                            \
    X("to", BLOCK_TO, 2, TEMPLATE_PARTS_MAX)                                                       \
    X("para", BLOCK_PARA, 1, 1)                                                                    \
    X("field", BLOCK_FIELD, 1, 1)                                                                  \
    X("note", BLOCK_NOTE, 1, 1)                                                                    \
    X("list", BLOCK_LIST, 1, 1)                                                                    \
    X("table", BLOCK_TABLE, 1, TEMPLATE_PARTS_MAX)                                                 \
    X("cells", BLOCK_CELLS, 1, TEMPLATE_PARTS_MAX)                                                 \
    X("receivers", BLOCK_RECEIVERS, 2, TEMPLATE_PARTS_MAX)                                         \
    X("sign-left", BLOCK_SIGN_LEFT, 1, 3)                                                          \
    X("sign-right", BLOCK_SIGN_RIGHT, 1, 3)                                                        \
    X("code", BLOCK_CODE, 1, 1)

enum block_kind {
#define TEMPLATE_BLOCK_KIND(word, kind, least, most) kind,
    TEMPLATE_BLOCKS(TEMPLATE_BLOCK_KIND)
#undef TEMPLATE_BLOCK_KIND
};

/* A stretch of wording, or a placeholder. */
struct piece {
    const char *text;     /* wording; NULL for a placeholder */
    const char *key;      /* of the placeholder */
    const char *fallback; /* printed when the value is absent; NULL: the value is required */
    unsigned style;       /* enum run_style */
    struct piece *next;
};

/* One test of a condition; all must hold. */
struct test {
    const char *key;
    const char *value; /* NULL: asks whether there is a value at all */
    bool is_negated;
};

struct block {
    enum block_kind kind;
    int line;
    const char *name; /* of a let, list or table; else NULL */
    struct test tests[TEMPLATE_TESTS_MAX];
    size_t n_tests;
    struct piece *parts[TEMPLATE_PARTS_MAX];
    size_t n_parts;
    double widths[TEMPLATE_PARTS_MAX]; /* of a table's columns, in any unit */
    bool is_centred[TEMPLATE_PARTS_MAX];
    const char *above[TEMPLATE_PARTS_MAX][TEMPLATE_ABOVE_MAX]; /* "outer > inner > own head" */
    bool is_unverified; /* wording not compared with the circular's annex */
    struct block *next;
};

struct template
{
    const char *form;           /* "TT01/2018:04" */
    const char *kind;           /* of paper, the same in every circular; NULL: none */
    const char *name;           /* for people and the metadata */
    double width_mm, height_mm; /* of the sheet */
    double margins_mm[4];       /* top, right, bottom, left */
    double size;                /* of running text, points */
    double table_size;          /* in tables; 0: a point less than size, at least 12 */
    double head_size;           /* of the head's first line */
    double leading, space;      /* line pitch as a multiple; points between paragraphs */
    double indent_mm;           /* first line of a paragraph */
    double blank_lines;         /* for the pen, above a name */
    const char *copies[4]; /* marks of the copies, {copy} in the text; none: one copy, unmarked */
    size_t n_copies;
    struct block *blocks;
};

/* Reads a template; everything lives in `a`. `form` names it in errors until it has named itself.
 * Errors: TEMPLATE_WORD, TEMPLATE_VALUE, TEMPLATE_BRACE, TEMPLATE_MISSING, each with {form} and
 * {line}; DOCUMENT_LIMIT. */
MUST_CHECK
bool template_parse(struct arena *a, const char *form, const char *text, size_t len,
                    struct template **ret_template, struct error *err);
