#include "cli/view.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <utf8proc.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/instant.h"
#include "base/text.h"

#define COLUMN_LEAST    6 /* what a column is never squeezed below */
#define VIEW_MEMORY_MAX (64u << 20)

enum column_kind {
    COLUMN_TEXT,
    COLUMN_NUMBER,
    COLUMN_INSTANT,
    COLUMN_DATE,
    COLUMN_YES,
    COLUMN_ITEMS,
    COLUMN_STATE,
    COLUMN_WARNING,
    COLUMN_JUDGEMENT,
    COLUMN_CHANNEL,
    COLUMN_OUTCOME,
    COLUMN_VERDICT,
    COLUMN_CAUSE,
    COLUMN_LETTER,
    COLUMN_TIMING,
    COLUMN_ROLE,
    COLUMN_OBJECTIVE,
    COLUMN_JOB,
    COLUMN_RECOMPUTE,
    COLUMN_NOTICE,
    COLUMN_DEEDS,
    COLUMN_TRIGGER,
    COLUMN_OBLIGATION,
    COLUMN_WAIVER,
    COLUMN_ADDRESSEE,
    COLUMN_DELIVERY,
    COLUMN_OUTBOX,
    COLUMN_WAY
};

struct column {
    enum view view;
    const char *field;
    enum column_kind kind;
    const char *list; /* of labels, where the kind is a word */
    const char *title[2];
};

enum view_kind { VIEW_KIND_TABLE, VIEW_KIND_RECORD };

static const struct {
    enum view_kind kind;
    const char *list;
} views[] = {
#define VIEW(id, kind, list) {VIEW_KIND_##kind, list},
#define COLUMN(id, field, kind, vi, en)
#include "cli/views.def"
#undef VIEW
#undef COLUMN
};

static const struct column columns[] = {
#define VIEW(id, kind, list)
#define COLUMN(id, field, kind, vi, en) {VIEW_##id, field, COLUMN_##kind, #kind, {vi, en}},
#include "cli/views.def"
#undef VIEW
#undef COLUMN
};

int view_width(FILE *to)
{
    const char *said = getenv("COLUMNS");
    struct winsize size;

    if (!isatty(fileno(to)))
        return 0;
    if (ioctl(fileno(to), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return said && atoi(said) > 0 ? atoi(said) : 80; /* NOLINT(cert-err34-c): 0 is handled */
}

/* Columns on the screen that UTF-8 text takes; `ret_len` is how many bytes fit into `most` columns.
 */
static int text_width(const char *s, int most, size_t *ret_len)
{
    size_t left = strlen(s), at = 0;
    int width = 0;

    while (left) {
        uint32_t point;
        size_t n = text_decode(s + at, left, &point);
        int w = n ? utf8proc_charwidth((utf8proc_int32_t)point) : 1;

        if (width + w > most)
            break;
        n = n ? n : 1;
        width += w;
        at += n;
        left -= n;
    }
    if (ret_len)
        *ret_len = at;
    return width;
}

static const cJSON *member_at(const cJSON *object, const char *field)
{
    const char *dot = strchr(field, '.');
    char name[64];

    if (!dot)
        return cJSON_GetObjectItemCaseSensitive(object, field);
    if ((size_t)(dot - field) >= sizeof name)
        return NULL;
    memcpy(name, field, (size_t)(dot - field));
    name[dot - field] = '\0';
    return member_at(cJSON_GetObjectItemCaseSensitive(object, name), dot + 1);
}

static const char *instant_text(struct arena *a, const char *wire, enum language language)
{
    char buf[INSTANT_TEXT_MAX];
    int64_t at;

    if (!instant_parse(wire, ZONE_VIETNAM_S, &at))
        return wire;
    if (language == LANGUAGE_VI) {
        instant_format_vi(at, ZONE_VIETNAM_S, buf);
        return arena_strdup(a, buf);
    }
    instant_format(at, ZONE_VIETNAM_S, buf);
    buf[10] = ' ';
    buf[16] = '\0'; /* 2022-08-30 10:00: seconds are for --json */
    return arena_strdup(a, buf);
}

static const char *date_text(struct arena *a, const char *wire, enum language language)
{
    char buf[INSTANT_TEXT_MAX];
    int32_t on;

    if (language == LANGUAGE_EN || !date_parse(wire, &on))
        return wire;
    date_format_vi(on, buf);
    return arena_strdup(a, buf);
}

/* Items of a list in one line: texts as they are or as their label says, objects by their limit or
 * their role. */
static const char *items_text(struct arena *a, const cJSON *list, const char *labels,
                              enum language language)
{
    struct buffer b = {0};
    const cJSON *item;
    const char *text;

    cJSON_ArrayForEach (item, list) {
        const char *word = cJSON_GetStringValue(item);
        const char *role = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "role"));
        const cJSON *number = cJSON_GetObjectItemCaseSensitive(item, "number");

        if (word && labels)
            word = label_of(labels, word, language);
        if (!word)
            word = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "limit"));
        if (!word && role)
            word = label_of("ROLE", role, language);
        if (!word && cJSON_IsNumber(number))
            word = arena_printf(a, "%.0f", cJSON_GetNumberValue(number));
        if (word) {
            buffer_text(&b, b.len ? ", " : "");
            buffer_text(&b, word);
        }
    }
    text = b.data ? arena_strdup(a, b.data) : "";
    buffer_deinit(&b);
    return text;
}

/* What a cell shows; "" for nothing, never NULL. */
static const char *cell_text(struct arena *a, const struct column *col, const cJSON *value,
                             enum language language)
{
    const char *word = cJSON_GetStringValue(value), *text = word;

    if (!value || cJSON_IsNull(value))
        return "";
    switch (col->kind) {
    case COLUMN_INSTANT:
        text = word ? instant_text(a, word, language) : NULL;
        break;
    case COLUMN_DATE:
        text = word ? date_text(a, word, language) : NULL;
        break;
    case COLUMN_YES:
        text = !cJSON_IsTrue(value) ? "" : language == LANGUAGE_VI ? "có" : "yes";
        break;
    case COLUMN_ITEMS:
        text = items_text(a, value, NULL, language);
        break;
    case COLUMN_DEEDS:
        text = items_text(a, value, col->list, language);
        break;
    case COLUMN_TEXT:
    case COLUMN_NUMBER:
        if (cJSON_IsNumber(value))
            text = arena_printf(a, "%.0f", cJSON_GetNumberValue(value));
        break;
    case COLUMN_STATE:
    case COLUMN_WARNING:
    case COLUMN_JUDGEMENT:
    case COLUMN_CHANNEL:
    case COLUMN_OUTCOME:
    case COLUMN_VERDICT:
    case COLUMN_CAUSE:
    case COLUMN_LETTER:
    case COLUMN_TIMING:
    case COLUMN_ROLE:
    case COLUMN_OBJECTIVE:
    case COLUMN_JOB:
    case COLUMN_RECOMPUTE:
    case COLUMN_NOTICE:
    case COLUMN_TRIGGER:
    case COLUMN_OBLIGATION:
    case COLUMN_WAIVER:
    case COLUMN_ADDRESSEE:
    case COLUMN_DELIVERY:
    case COLUMN_OUTBOX:
    case COLUMN_WAY:
        text = !word || strcmp(word, "none") == 0 ? "" : label_of(col->list, word, language);
        break;
    }
    return text ? text : "";
}

static void print_cell(FILE *to, const char *text, int width, bool is_right, bool is_last)
{
    int needs = text_width(text, 1 << 20, NULL);
    size_t len = strlen(text);
    bool is_cut = needs > width;

    if (is_cut)
        needs = text_width(text, width - 1, &len) + 1;
    if (is_right)
        fprintf(to, "%*s", width - needs, "");
    /* A line feed inside a cell would break the table. */
    for (size_t i = 0; i < len; i++)
        fputc(text[i] == '\n' || text[i] == '\t' ? ' ' : text[i], to);
    if (is_cut)
        fputs("…", to);
    if (!is_right && !is_last)
        fprintf(to, "%*s", width - needs, "");
    fputs(is_last ? "\n" : "  ", to);
}

/* Takes from the widest column until the table fits. */
static void squeeze(int *widths, size_t n, int width)
{
    int total = 2 * (int)(n - 1);

    for (size_t i = 0; i < n; i++)
        total += widths[i];
    while (width && total > width) {
        size_t widest = 0;

        for (size_t i = 1; i < n; i++)
            if (widths[i] > widths[widest])
                widest = i;
        if (widths[widest] <= COLUMN_LEAST)
            return;
        widths[widest]--;
        total--;
    }
}

static size_t columns_of(enum view view, const struct column **ret_columns)
{
    size_t n = 0;

    for (size_t i = 0; i < ARRAY_LEN(columns) && n < VIEW_COLUMNS_MAX; i++)
        if (columns[i].view == view)
            ret_columns[n++] = &columns[i];
    return n;
}

void view_cells_print(FILE *to, const char *const *cells, size_t n_rows, size_t n,
                      const bool *is_right, int width)
{
    int widths[VIEW_COLUMNS_MAX] = {0};

    for (size_t i = 0; i < n_rows * n; i++) {
        int w = text_width(cells[i], 1 << 20, NULL);

        widths[i % n] = w > widths[i % n] ? w : widths[i % n];
    }
    squeeze(widths, n, width);
    for (size_t i = 0; i < n_rows * n; i++)
        print_cell(to, cells[i], widths[i % n], is_right[i % n], i % n == n - 1);
}

static void table_print(FILE *to, struct arena *a, enum view view, const cJSON *rows,
                        enum language language, int width)
{
    const struct column *cols[VIEW_COLUMNS_MAX];
    size_t n = columns_of(view, cols);
    size_t n_rows = (size_t)cJSON_GetArraySize(rows), r = 0;
    const char **cells = arena_array(a, (n_rows + 1) * n, sizeof *cells);
    bool is_right[VIEW_COLUMNS_MAX];
    const cJSON *row;

    if (!cells || !n)
        return;
    for (size_t i = 0; i < n; i++) {
        cells[i] = cols[i]->title[language];
        is_right[i] = cols[i]->kind == COLUMN_NUMBER;
    }
    cJSON_ArrayForEach (row, rows) {
        r++;
        for (size_t i = 0; i < n; i++)
            cells[r * n + i] = cell_text(a, cols[i], member_at(row, cols[i]->field), language);
    }
    view_cells_print(to, cells, n_rows + 1, n, is_right, width);
    if (!n_rows)
        fputs(language == LANGUAGE_VI ? "(không có gì)\n" : "(nothing)\n", to);
}

static void record_print(FILE *to, struct arena *a, enum view view, const cJSON *object,
                         enum language language)
{
    const struct column *cols[VIEW_COLUMNS_MAX];
    size_t n = columns_of(view, cols);
    int widest = 0;

    for (size_t i = 0; i < n; i++) {
        int w = text_width(cols[i]->title[language], 1 << 20, NULL);

        widest = w > widest ? w : widest;
    }
    for (size_t i = 0; i < n; i++) {
        const char *text = cell_text(a, cols[i], member_at(object, cols[i]->field), language);

        if (!*text)
            continue;
        print_cell(to, cols[i]->title[language], widest, false, false);
        fprintf(to, "%s\n", text);
    }
}

/* A message without columns of its own: names and plain values, as they come. */
static void plain_print(FILE *to, const cJSON *object)
{
    const cJSON *item;

    cJSON_ArrayForEach (item, object) {
        if (cJSON_IsString(item))
            fprintf(to, "%s: %s\n", item->string ? item->string : "-", item->valuestring);
        else if (cJSON_IsNumber(item))
            fprintf(to, "%s: %.0f\n", item->string ? item->string : "-", item->valuedouble);
        else if (cJSON_IsTrue(item))
            fprintf(to, "%s\n", item->string ? item->string : "-");
    }
}

void view_print(FILE *to, enum view view, const cJSON *reply, enum language language, int width)
{
    CLEANUP(arena_freep) struct arena *a = arena_new(VIEW_MEMORY_MAX);
    const cJSON *rows;
    const char *next;

    if (!a)
        return;
    if (view == VIEW_RECORD) {
        plain_print(to, reply);
        return;
    }
    if (views[view].kind == VIEW_KIND_RECORD) {
        record_print(to, a, view, reply, language);
        return;
    }
    rows = cJSON_GetObjectItemCaseSensitive(reply, views[view].list);
    table_print(to, a, view, rows, language, width);
    next = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(reply, "next"));
    if (next)
        fprintf(to, "%s: --after %s\n", language == LANGUAGE_VI ? "Trang tiếp" : "Next page", next);
}
