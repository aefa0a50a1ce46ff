/* Lookups are linear: a paper has some twenty fields, and a table of hashes would cost more than it
 * saves. */
#include "document/fill.h"

#include <string.h>

static const char *cell_value(const struct fill *f, const char *key)
{
    size_t i = 0;

    for (const char *s = key; *s; s++) {
        if (*s < '0' || *s > '9' || i > DOCUMENT_CELLS_MAX)
            return NULL;
        i = i * 10 + (size_t)(*s - '0');
    }
    return i >= 1 && i <= f->row->n_cells ? f->row->cells[i - 1] : NULL;
}

static const char *present(const char *text)
{
    return text && *text ? text : NULL;
}

const char *fill_value(const struct fill *f, const char *key)
{
    const struct document_request *q = f->request;

    if (!strcmp(key, "copy"))
        return f->copy;
    if (f->row && *key >= '0' && *key <= '9')
        return present(cell_value(f, key));
    if (!strcmp(key, "number") && q->is_draft)
        return NULL; /* a draft has no number (law:letter-number) */
    for (size_t i = 0; i < q->n_values; i++)
        if (!strcmp(q->values[i].key, key) && present(q->values[i].text))
            return q->values[i].text;
    for (size_t i = 0; i < f->n_lets; i++)
        if (!strcmp(f->lets[i].key, key))
            return present(f->lets[i].text);
    return NULL;
}

bool fill_holds(const struct fill *f, const struct block *b)
{
    for (size_t i = 0; i < b->n_tests; i++) {
        const struct test *t = &b->tests[i];
        const char *value = fill_value(f, t->key);
        bool holds = t->value ? value && !strcmp(value, t->value)
                              : value || (fill_list(f, t->key) && fill_list(f, t->key)->n_rows);

        if (holds == t->is_negated)
            return false;
    }
    return true;
}

const struct document_list *fill_list(const struct fill *f, const char *key)
{
    for (size_t i = 0; i < f->request->n_lists; i++)
        if (!strcmp(f->request->lists[i].key, key))
            return &f->request->lists[i];
    return NULL;
}

static bool fill_piece(const struct fill *f, const struct piece *p, unsigned style, struct runs *r,
                       struct error *err)
{
    const char *value = p->text;
    char number[24];

    if (!value && !strcmp(p->key, "#")) {
        g_snprintf(number, sizeof number, "%zu", f->row_number);
        value = number;
    }
    if (!value)
        value = fill_value(f, p->key);
    if (!value)
        value = p->fallback;
    if (!value)
        return error_set(err, ERR_DOCUMENT_VALUE_MISSING, arg_text("form", f->template->form),
                         arg_text("key", p->key));
    runs_add(r, value, strlen(value), p->style | style);
    return true;
}

bool fill_runs(const struct fill *f, const struct piece *pieces, unsigned style, struct runs *r,
               struct error *err)
{
    for (const struct piece *p = pieces; p; p = p->next)
        if (!fill_piece(f, p, style, r, err))
            return false;
    return true;
}

bool fill_let(struct fill *f, const struct block *b, struct error *err)
{
    struct runs r;
    char *text = NULL;
    bool is_good;

    if (fill_value(f, b->name))
        return true;
    if (f->n_lets == FILL_LETS_MAX)
        return error_set(err, ERR_DOCUMENT_LIMIT, arg_text("field", "let"),
                         arg_number("limit", FILL_LETS_MAX));
    runs_init(&r);
    is_good = fill_runs(f, b->parts[0], RUN_PLAIN, &r, err);
    if (is_good && !(text = arena_strndup(f->arena, r.text.data ? r.text.data : "", r.text.len)))
        is_good = error_set(err, ERR_NO_MEMORY, arg_text("what", "let"));
    runs_deinit(&r);
    if (!is_good)
        return false;
    f->lets[f->n_lets].key = b->name;
    f->lets[f->n_lets++].text = text;
    return true;
}
