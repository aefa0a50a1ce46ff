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

#define COLUMN_LEAST    6   /* what a column is never squeezed below */
#define COLUMN_MOST     16  /* of a table that is printed band below band */
#define HEAD_PART_MAX   128 /* bytes */
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

/* Takes from the widest column until the table fits; false: it cannot. */
static bool squeeze(int *widths, size_t n, int width)
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
            return false;
        widths[widest]--;
        total--;
    }
    return true;
}

static size_t columns_of(enum view view, const struct column **ret_columns)
{
    size_t n = 0;

    for (size_t i = 0; i < ARRAY_LEN(columns) && n < VIEW_COLUMNS_MAX; i++)
        if (columns[i].view == view)
            ret_columns[n++] = &columns[i];
    return n;
}

static void natural_widths(const char *const *cells, size_t n_rows, size_t n, int *widths)
{
    memset(widths, 0, n * sizeof *widths);
    for (size_t i = 0; i < n_rows * n; i++) {
        int w = text_width(cells[i], 1 << 20, NULL);

        widths[i % n] = w > widths[i % n] ? w : widths[i % n];
    }
}

/* "Tiếp nhận > Kỳ trước", 1 -> "Kỳ trước"; "" where a head has no such part. */
static const char *head_part(const char *head, int level, char *buf, size_t size)
{
    const char *end;

    for (; level && head; level--) {
        head = strstr(head, " > ");
        head = head ? head + 3 : NULL;
    }
    if (!head)
        return "";
    end = strstr(head, " > ");
    snprintf(buf, size, "%.*s", end ? (int)(end - head) : (int)strlen(head), head);
    return buf;
}

/* Widths of the columns below each other, a head as wide as its widest part; how many parts the
 * longest has. */
static int band_widths(const char *const *cells, size_t n_rows, size_t n, size_t n_lead,
                       int *widths)
{
    char buf[HEAD_PART_MAX];
    int levels = 1;

    natural_widths(cells + n, n_rows - 1, n, widths);
    for (size_t i = 0; i < n; i++) {
        const char *part;

        for (int level = 0; *(part = head_part(cells[i], level, buf, sizeof buf)); level++) {
            int w = text_width(part, 1 << 20, NULL);

            widths[i] = w > widths[i] ? w : widths[i];
            levels = level + 1 > levels ? level + 1 : levels;
        }
        widths[i] = i >= n_lead && widths[i] > COLUMN_MOST ? COLUMN_MOST : widths[i];
    }
    return levels;
}

/* More columns than the terminal bears: as many as fit, then the next ones below, each band
 * beginning with the columns that say which row it is. */
static void bands_print(FILE *to, const char *const *cells, size_t n_rows, size_t n,
                        const bool *is_right, int width)
{
    size_t n_lead = n > 2 && !is_right[1] ? 2 : 1, end;
    int widths[VIEW_COLUMNS_MAX], lead_width = 0;
    int levels = band_widths(cells, n_rows, n, n_lead, widths);
    char buf[HEAD_PART_MAX];

    squeeze(widths, n_lead, 2 * width / 5);
    for (size_t i = 0; i < n_lead; i++)
        lead_width += widths[i] + 2;
    for (size_t first = n_lead; first < n; first = end) {
        int total = lead_width + widths[first];

        for (end = first + 1; end < n && total + 2 + widths[end] <= width; end++)
            total += 2 + widths[end];
        for (int line = first > n_lead ? -1 : 0; line < levels + (int)n_rows - 1; line++) {
            bool is_head = line < levels;
            const char *const *row = cells + (is_head ? 0 : (size_t)(line - levels + 1) * n);

            for (size_t i = 0; line >= 0 && i < end; i = i == n_lead - 1 ? first : i + 1)
                print_cell(to, is_head ? head_part(row[i], line, buf, sizeof buf) : row[i],
                           widths[i], is_right[i], i == end - 1);
            if (line < 0)
                fputc('\n', to); /* between two bands */
        }
    }
}

void view_cells_print(FILE *to, const char *const *cells, size_t n_rows, size_t n,
                      const bool *is_right, int width)
{
    int widths[VIEW_COLUMNS_MAX];

    natural_widths(cells, n_rows, n, widths);
    if (!squeeze(widths, n, width)) {
        bands_print(to, cells, n_rows, n, is_right, width);
        return;
    }
    for (size_t i = 0; i < n_rows * n; i++)
        print_cell(to, cells[i], widths[i % n], is_right[i % n], i % n == n - 1);
}

void view_wrapped(FILE *to, const char *head, const char *text, int width)
{
    struct buffer line = {0};

    if (width > 0)
        text_wrap(&line, head, text, (size_t)width);
    if (line.data)
        fwrite(line.data, 1, line.len, to);
    else
        fprintf(to, "%s%s\n", head, text);
    buffer_deinit(&line);
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
                         enum language language, int width)
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
        view_wrapped(to,
                     arena_printf(a, "%s%*s", cols[i]->title[language],
                                  widest + 2 - text_width(cols[i]->title[language], 1 << 20, NULL),
                                  ""),
                     text, width);
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
        record_print(to, a, view, reply, language, width);
        return;
    }
    rows = cJSON_GetObjectItemCaseSensitive(reply, views[view].list);
    table_print(to, a, view, rows, language, width);
    next = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(reply, "next"));
    if (next)
        fprintf(to, "%s: --after %s\n", language == LANGUAGE_VI ? "Trang tiếp" : "Next page", next);
}
