/* Names and reasons come from the whole world. The upper layers refuse what is malformed; this file
 * makes sure that whatever slips through stays inside its line: one pass over code points, cheap
 * and total. */
#include "document/runs.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define RUNS_MARKS_MAX 3 /* Vietnamese needs two on one letter */

void runs_init(struct runs *r)
{
    memset(r, 0, sizeof *r);
    r->attrs = pango_attr_list_new();
}

void runs_deinit(struct runs *r)
{
    if (r->attrs)
        pango_attr_list_unref(r->attrs);
    buffer_deinit(&r->text);
    r->attrs = NULL;
}

static bool is_direction_mark(utf8proc_int32_t c)
{
    return c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
           (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

/* What is printed for a code point: 0 for nothing. */
static utf8proc_int32_t runs_replace(utf8proc_int32_t c, unsigned style)
{
    if (c < 0)
        return 0xFFFD;
    if (c == '\n' && !(style & RUN_ONE_LINE))
        return c;
    if (c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029)
        return ' ';
    if (is_direction_mark(c))
        return 0;
    return style & RUN_UPPER ? utf8proc_toupper(c) : c;
}

static bool is_doubled(const struct runs *r, utf8proc_int32_t c)
{
    char last = r->text.len ? r->text.data[r->text.len - 1] : '\n';

    return (c == ' ' || c == '\n') && (last == ' ' || last == '\n');
}

static void runs_put(struct runs *r, const char *text, size_t len, unsigned style)
{
    int n_marks = 0;

    while (len) {
        utf8proc_int32_t c;
        utf8proc_uint8_t bytes[4];
        utf8proc_ssize_t n =
            utf8proc_iterate((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)len, &c);
        utf8proc_category_t category;

        c = runs_replace(n > 0 ? c : -1, style);
        text += n > 0 ? n : 1;
        len -= n > 0 ? (size_t)n : 1;
        category = utf8proc_category(c);
        n_marks =
            category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_ME ? n_marks + 1 : 0;
        if (!c || n_marks > RUNS_MARKS_MAX)
            continue;
        if (is_doubled(r, c)) {
            if (c == '\n' && r->text.len) /* the stronger of the two stays */
                r->text.data[r->text.len - 1] = '\n';
            continue;
        }
        buffer_add(&r->text, bytes, (size_t)utf8proc_encode_char(c, bytes));
    }
}

static void runs_attribute(struct runs *r, PangoAttribute *a, size_t from)
{
    a->start_index = (guint)from;
    a->end_index = (guint)r->text.len;
    pango_attr_list_insert(r->attrs, a);
}

void runs_add(struct runs *r, const char *text, size_t len, unsigned style)
{
    size_t from = r->text.len;
    utf8proc_uint8_t *composed = NULL;
    utf8proc_ssize_t n = utf8proc_map((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)len,
                                      &composed, UTF8PROC_STABLE | UTF8PROC_COMPOSE);

    /* Broken UTF-8 does not compose; print it as it is, with U+FFFD where it breaks. */
    if (n >= 0)
        runs_put(r, (const char *)composed, (size_t)n, style);
    else
        runs_put(r, text, len, style);
    free(composed);
    if (style & RUN_BOLD)
        runs_attribute(r, pango_attr_weight_new(PANGO_WEIGHT_BOLD), from);
    if (style & RUN_ITALIC)
        runs_attribute(r, pango_attr_style_new(PANGO_STYLE_ITALIC), from);
}

static void runs_trim(struct runs *r)
{
    while (r->text.len && strchr(" \n", r->text.data[r->text.len - 1]))
        r->text.data[--r->text.len] = '\0';
}

/* "năm" and "2022" stay on one line, as do "ngày" and "05": a year alone begins no line. */
static void runs_glue_dates(struct runs *r)
{
    static const char *const words[] = {"ngày ", "tháng ", "năm "};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        for (const char *s = r->text.data; (s = strstr(s, words[i])); s += strlen(words[i])) {
            size_t digits = strspn(s + strlen(words[i]), "0123456789");
            PangoAttribute *a;

            if (!digits)
                continue;
            a = pango_attr_allow_breaks_new(FALSE);
            a->start_index = (guint)(s - r->text.data);
            a->end_index = a->start_index + (guint)(strlen(words[i]) + digits);
            pango_attr_list_insert(r->attrs, a);
        }
}

void runs_finish(struct runs *r)
{
    static const char mark[] = "./.";
    const size_t len = sizeof mark - 1;
    bool has_mark;

    buffer_reserve(&r->text, 0);
    if (!r->text.data)
        return;
    runs_trim(r);
    runs_glue_dates(r);
    has_mark = r->text.len > len && !strcmp(r->text.data + r->text.len - len, mark);
    if (!has_mark)
        return;
    r->text.data[r->text.len -= len] = '\0';
    runs_trim(r);
    if (r->text.len && r->text.data[r->text.len - 1] == '.') /* "{reason}./." after a full stop */
        r->text.data[--r->text.len] = '\0';
    buffer_text(&r->text, mark);
}
