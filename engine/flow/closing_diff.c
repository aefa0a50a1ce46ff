#include "flow/closing_diff.h"

#include <stdlib.h>
#include <string.h>

struct diff {
    struct closing_difference at; /* form and row */
    const cJSON *was, *now;       /* the forms: form II.06a, or a table whose columns are data */
    void (*found)(void *data, const struct closing_difference *d);
    void *data;
};

static const char *text_of(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

static bool same(const char *a, const char *b)
{
    return a == b || (a && b && !strcmp(a, b));
}

static void figure(struct diff *d, const char *column, const cJSON *was, const cJSON *now)
{
    d->at.column = column;
    d->at.has_was = cJSON_IsNumber(was);
    d->at.has_now = cJSON_IsNumber(now);
    d->at.was = d->at.has_was ? (int64_t)was->valuedouble : 0;
    d->at.now = d->at.has_now ? (int64_t)now->valuedouble : 0;
    if (d->at.has_was == d->at.has_now && d->at.was == d->at.now)
        return;
    d->found(d->data, &d->at);
}

/* A figure of a row by its column; NULL: it has none. Of a table the cell with the column's place;
 * a rate is none, its counts stand beside it. */
static const cJSON *cell(const cJSON *form, const cJSON *row, const char *column)
{
    const cJSON *cells = cJSON_GetObjectItemCaseSensitive(row, "cells"), *columns, *c, *found;
    int i = 0;

    if (!cells)
        return cJSON_GetObjectItemCaseSensitive(row, column);
    columns = cJSON_GetObjectItemCaseSensitive(form, "columns");
    cJSON_ArrayForEach (c, columns) {
        if (same(text_of(c, "key"), column))
            break;
        i++;
    }
    found = c ? cJSON_GetArrayItem(cells, i) : NULL;
    return cJSON_HasObjectItem(found, "of") ? NULL : cJSON_GetObjectItemCaseSensitive(found, "n");
}

/* Either may be NULL: the row was not there. */
static void rows(struct diff *d, const cJSON *was, const cJSON *now)
{
    const cJSON *one = was ? was : now, *form = was ? d->was : d->now, *item;
    bool is_table = cJSON_HasObjectItem(one, "cells");
    const cJSON *columns = is_table ? cJSON_GetObjectItemCaseSensitive(form, "columns") : one;

    d->at.key = text_of(one, "key");
    d->at.label = text_of(one, "label");
    cJSON_ArrayForEach (item, columns) {
        const char *column = is_table ? text_of(item, "key") : item->string;

        if (column)
            figure(d, column, cell(d->was, was, column), cell(d->now, now, column));
    }
}

static int by_key(const void *a, const void *b)
{
    const char *x = text_of(*(const cJSON *const *)a, "key");
    const char *y = text_of(*(const cJSON *const *)b, "key");

    return !x || !y ? (x != NULL) - (y != NULL) : strcmp(x, y);
}

/* The rows of a form by their keys; NULL when memory ends. */
static const cJSON **sorted(const cJSON *form, int *ret_n)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(form, "rows"), *row;
    const cJSON **r = calloc((size_t)cJSON_GetArraySize(list) + 1, sizeof(const cJSON *));
    int n = 0;

    *ret_n = 0;
    if (!r)
        return NULL;
    cJSON_ArrayForEach (row, list)
        r[n++] = row;
    qsort(r, (size_t)n, sizeof(const cJSON *), by_key);
    *ret_n = n;
    return r;
}

static void merge(struct diff *d, const cJSON **was, int n_was, const cJSON **now, int n_now)
{
    int i = 0, k = 0;

    while (i < n_was || k < n_now) {
        int order = i == n_was ? 1 : k == n_now ? -1 : by_key(&was[i], &now[k]);

        rows(d, order <= 0 ? was[i] : NULL, order >= 0 ? now[k] : NULL);
        i += order <= 0;
        k += order >= 0;
    }
}

bool closing_diff(const cJSON *was, const cJSON *now,
                  void (*found)(void *data, const struct closing_difference *d), void *data)
{
    struct diff d = {.at = {.form = text_of(was, "form"), .group_by = text_of(was, "group_by")},
                     .was = was,
                     .now = now,
                     .found = found,
                     .data = data};
    int n_was, n_now;
    const cJSON **a = sorted(was, &n_was), **b = sorted(now, &n_now);
    bool ok = a && b;

    if (ok) {
        merge(&d, a, n_was, b, n_now);
        rows(&d, cJSON_GetObjectItemCaseSensitive(was, "total"),
             cJSON_GetObjectItemCaseSensitive(now, "total"));
    }
    free(a);
    free(b);
    return ok;
}

const cJSON *closing_diff_find(const cJSON *content, const char *form, const char *group_by)
{
    const cJSON *item;

    cJSON_ArrayForEach (item, cJSON_GetObjectItemCaseSensitive(content, "forms")) {
        if (same(text_of(item, "form"), form) &&
            (!group_by || same(text_of(item, "group_by"), group_by)))
            return item;
    }
    return NULL;
}
