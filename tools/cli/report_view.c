#include "cli/report_view.h"

#include <string.h>

#include "base/arena.h"
#include "cli/view.h"

#define REPORT_MEMORY_MAX (64u << 20)

static const char *text_at(const cJSON *object, const char *name)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));

    return text ? text : "";
}

/* What a figure shows: the daemon's words where it gave some, else its number. */
static const char *figure(struct arena *a, const cJSON *cell)
{
    const cJSON *n = cJSON_GetObjectItemCaseSensitive(cell, "n");
    const char *text = text_at(cell, "shown");

    if (*text || !cJSON_IsNumber(n))
        return text;
    text = arena_printf(a, "%.0f", cJSON_GetNumberValue(n));
    return text ? text : "";
}

/* Number, label, figures: `n` texts. */
static void fill(struct arena *a, const cJSON *row, const char **cells, size_t n)
{
    const cJSON *cell;
    size_t i = 2;

    cells[0] = text_at(row, "number");
    cells[1] = text_at(row, "label");
    cJSON_ArrayForEach (cell, cJSON_GetObjectItemCaseSensitive(row, "cells"))
        if (i < n)
            cells[i++] = figure(a, cell);
    for (; i < n; i++)
        cells[i] = "";
}

void report_view_print(FILE *to, const cJSON *report, enum language language, int width)
{
    CLEANUP(arena_freep) struct arena *a = arena_new(REPORT_MEMORY_MAX);
    const cJSON *columns = cJSON_GetObjectItemCaseSensitive(report, "columns"), *item;
    const cJSON *rows = cJSON_GetObjectItemCaseSensitive(report, "rows");
    const cJSON *total = cJSON_GetObjectItemCaseSensitive(report, "total");
    size_t n = (size_t)cJSON_GetArraySize(columns) + 2, r = 0, i = 2;
    size_t n_rows = (size_t)cJSON_GetArraySize(rows) + 1 + (total != NULL);
    const char **cells =
        a && n <= VIEW_COLUMNS_MAX ? arena_array(a, n_rows * n, sizeof *cells) : NULL;
    bool is_right[VIEW_COLUMNS_MAX] = {false};

    if (!cells)
        return;
    cells[0] = language == LANGUAGE_VI ? "TT" : "No.";
    cells[1] = text_at(report, "row_head");
    cJSON_ArrayForEach (item, columns) {
        is_right[i] = strcmp(text_at(item, "kind"), "text") != 0;
        cells[i++] = text_at(item, "head");
    }
    cJSON_ArrayForEach (item, rows) {
        fill(a, item, cells + ++r * n, n);
    }
    if (total)
        fill(a, total, cells + ++r * n, n);
    view_cells_print(to, cells, n_rows, n, is_right, width);
    cJSON_ArrayForEach (item, cJSON_GetObjectItemCaseSensitive(report, "notes")) {
        view_wrapped(to, "- ", cJSON_IsString(item) ? item->valuestring : "", width);
    }
}
