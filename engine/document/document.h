/* Papers: a form of a circular, filled with plain text, laid out and returned as a PDF. Wording and
 * layout live in template files (templates/README.md); this layer knows neither dossiers nor
 * tables. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"

#define DOCUMENT_TEXT_MAX   20000 /* bytes of one value or cell */
#define DOCUMENT_VALUES_MAX 128
#define DOCUMENT_LISTS_MAX  8
#define DOCUMENT_ROWS_MAX   2000
#define DOCUMENT_CELLS_MAX  32
#define DOCUMENT_QR_MAX     300 /* bytes */
#define DOCUMENT_PAGES_MAX  400

/* One field of the paper. The keys a form asks for are listed at the top of its template; the ones
 * common to all forms are
 *   superior_name  superior body, any case (printed in capitals); absent if there is none
 *   office_name    issuing body, likewise
 *   number         "05" (absent: blank for the pen), symbol ("PXL"; absent: the form's own)
 *   place          "Tân Kỳ"; dated: "ngày 05 tháng 8 năm 2022" (document_date_text)
 *   signer_title   "KT. CHỦ TỊCH|PHÓ CHỦ TỊCH", a bar between lines; signer_name */
struct document_value {
    const char *key;
    const char *text; /* UTF-8; NULL and "" both mean absent */
};

struct document_row {
    const char *const *cells;
    size_t n_cells;
};

/* Repeated rows: the components of a dossier, the receivers of a letter. */
struct document_list {
    const char *key;
    const struct document_row *rows;
    size_t n_rows;
};

/* Plain data, borrowed for the call. The same request gives the same bytes, today and in ten years,
 * as long as the fonts and the libraries are the same. */
struct document_request {
    const char *circular; /* "TT01/2018" */
    const char *form;     /* "04": never alone, numbers shift between circulars */
    const char
        *template_text; /* NULL: the built-in template; else this one (frozen or being edited) */
    const struct document_value *values;
    size_t n_values;
    const struct document_list *lists;
    size_t n_lists;
    const char *qr_text; /* public address of the document; NULL or "": no code */
    int64_t made_at; /* the paper's own instant, for the metadata: never the hour of rendering */
    bool has_places; /* reserves places for digital signatures (reserve.h) */
    bool is_draft;   /* watermark, and no number whatever `values` says */
    /* NULL, or one of the lists: all is drawn once for each of its rows, whose cells are {1}, {2},
     * .. and whose last cell is what the code says. */
    const char *each;
    const char *mark; /* in the foot of every page, whatever the template: a reprint; NULL: none */
};

/* Chooses the type family of this process; call before the first rendering, or not at all.
 *   family  NULL or "": Times New Roman where installed, else Liberation Serif (same metrics)
 * Errors: DOCUMENT_FONT {family} when it is not installed. */
MUST_CHECK
bool document_setup(const char *family, struct error *err);
struct press;
/* The process's fonts, opened when first needed. Errors: DOCUMENT_FONT. */
MUST_CHECK
bool document_press(struct press **ret_press, struct error *err);
void document_shutdown(void); /* frees what the process keeps; only for leak checkers */

/* Lays the form out and appends the PDF to `ret_pdf`, which stays as it was on failure. One thread
 * only.
 *
 * Errors: DOCUMENT_FORM_UNKNOWN {form}, DOCUMENT_VALUE_MISSING {form} {key}, DOCUMENT_LIMIT {field}
 * {limit}, DOCUMENT_FONT, DOCUMENT_DRAWING {reason}, NO_MEMORY, and those of a faulty template:
 * TEMPLATE_WORD, TEMPLATE_VALUE, TEMPLATE_BRACE, TEMPLATE_MISSING, each with {form} and {line}.
 * Source: law:forms-2018, law:forms-2025, law:layout. */
MUST_CHECK
bool document_render(const struct document_request *request, struct buffer *ret_pdf,
                     struct error *err);

/* A built-in template: its text is what the office starts from when it edits, and what is frozen
 * with a final document. */
struct document_template {
    const char *circular, *form;
    const char *kind; /* of paper, "apology": numbers shift between circulars; NULL: none */
    const char *text; /* static */
    size_t len;
};

/* The i-th built-in template, or NULL past the last. */
const struct document_template *document_template_at(size_t i);
const struct document_template *document_template_find(const char *circular, const char *form);
/* The circular's paper of a kind, whatever its number there. */
const struct document_template *document_template_of_kind(const char *circular, const char *kind);

#define TEMPLATE_ID_LEN 64 /* hexadecimal digits */
/* A template by its text: what a final document keeps of it. */
void document_template_id(const char *text, char ret[TEMPLATE_ID_LEN + 1]);

struct document_template_facts {
    const char *form, *kind, *name; /* "TT01/2018:04"; kind NULL: none */
    int n_unverified;               /* wordings not compared with the annex of the circular */
};

/* Reads a template without drawing anything. Errors: as document_render(). */
MUST_CHECK
bool document_template_check(struct arena *a, const char *text,
                             struct document_template_facts *ret_facts, struct error *err);
/* The texts of an example of a kind of paper, JSON for request_decode(); NULL: there is none. */
const char *document_example(const char *kind);

#define DOCUMENT_DATE_TEXT_MAX 96

/* As papers write them: "ngày 05 tháng 8 năm 2022" (day two digits, month padded for 1 and 2) and
 * "17 giờ 00 phút, ngày 05 tháng 8 năm 2022". Source: law:layout. */
void document_date_text(int32_t on, char buf[DOCUMENT_DATE_TEXT_MAX]);
void document_instant_text(int64_t at, int32_t zone_s, char buf[DOCUMENT_DATE_TEXT_MAX]);
