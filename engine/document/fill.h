/* Values of a request meet the wording of a template. */
#pragma once
#include "document/document.h"
#include "document/runs.h"
#include "document/template.h"

#define FILL_LETS_MAX 64

struct fill {
    struct arena *arena;
    const struct template *template;
    const struct document_request *request;
    const struct document_row *row; /* of the list or table being printed; else NULL */
    size_t row_number;              /* from 1 */
    const char *copy;               /* mark of this copy; NULL */
    struct {
        const char *key, *text;
    } lets[FILL_LETS_MAX]; /* wordings the template chose by its conditions */
    size_t n_lets;
};

/* The text of a field, NULL when absent. The request comes before the template's own lets. */
const char *fill_value(const struct fill *f, const char *key);
bool fill_holds(const struct fill *f, const struct block *b);
const struct document_list *fill_list(const struct fill *f, const char *key);

/* Adds wording and values; `style` is added to the styles of the wording. Errors:
 * DOCUMENT_VALUE_MISSING. */
MUST_CHECK
bool fill_runs(const struct fill *f, const struct piece *pieces, unsigned style, struct runs *r,
               struct error *err);

/* Takes a let, unless its field already has a value. Errors: DOCUMENT_VALUE_MISSING,
 * DOCUMENT_LIMIT. */
MUST_CHECK
bool fill_let(struct fill *f, const struct block *b, struct error *err);
