#include "document/pdf.h"

#include <string.h>

#define REVISIONS_MAX 64
#define OBJECTS_MAX   60000
#define DEPTH_MAX     32

static const struct pdf_span nothing;

static bool foreign(struct error *err, const char *reason)
{
    return error_set(err, ERR_DOCUMENT_FOREIGN, arg_text("reason", reason));
}

/* ---- tokens ---- */

static bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == '\0';
}

static bool is_mark(char c)
{
    return strchr("()<>[]{}/%", c) != NULL && c != '\0';
}

/* Blanks, and comments up to the end of their line. */
static const char *skip_space(const char *p, const char *end)
{
    for (; p < end && (is_space(*p) || *p == '%'); p++)
        if (*p == '%')
            while (p + 1 < end && p[1] != '\n' && p[1] != '\r')
                p++;
    return p;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Reads digits; NULL when there are none, or too many. */
static const char *read_count(const char *p, const char *end, long *ret)
{
    const char *from = p;

    *ret = 0;
    while (p < end && is_digit(*p) && p - from < 12)
        *ret = *ret * 10 + (*p++ - '0');
    return p > from && (p == end || !is_digit(*p)) ? p : NULL;
}

static const char *skip_string(const char *p, const char *end)
{
    int depth = 0;

    for (; p < end; p++) {
        if (*p == '\\')
            p++;
        else if (*p == '(')
            depth++;
        else if (*p == ')' && --depth == 0)
            return p + 1;
    }
    return NULL;
}

/* "12 0 R" after the 12: past the R, or NULL. */
static const char *skip_reference(const char *p, const char *end)
{
    long generation;

    p = read_count(skip_space(p, end), end, &generation);
    p = p ? skip_space(p, end) : NULL;
    return p && p < end && *p == 'R' && (p + 1 == end || is_space(p[1]) || is_mark(p[1])) ? p + 1
                                                                                          : NULL;
}

/* Past the value at `p`, brackets and all; NULL when it is none. Depth is bounded by the brackets
 * kept open in one count: a dictionary closed by a bracket of an array is not ours. */
static const char *skip_value(const char *p, const char *end)
{
    int depth = 0;

    do {
        p = skip_space(p, end);
        if (p >= end || depth > DEPTH_MAX)
            return NULL;
        if (*p == '(') {
            p = skip_string(p, end);
            if (!p)
                return NULL;
        } else if (end - p >= 2 && (!memcmp(p, "<<", 2) || !memcmp(p, ">>", 2))) {
            depth += *p == '<' ? 1 : -1;
            p += 2;
        } else if (*p == '<') {
            p = memchr(p, '>', (size_t)(end - p));
            if (!p)
                return NULL;
            p++;
        } else if (*p == '[' || *p == ']') {
            depth += *p == '[' ? 1 : -1;
            p++;
        } else {
            bool is_number = is_digit(*p);
            const char *after;

            for (p++; p < end && !is_space(*p) && !is_mark(*p); p++)
                ;
            if (is_number && (after = skip_reference(p, end)))
                p = after;
        }
    } while (depth > 0);
    return depth == 0 ? p : NULL;
}

static struct pdf_span value_at(const char *p, const char *end)
{
    const char *after;

    p = skip_space(p, end);
    after = p < end ? skip_value(p, end) : NULL;
    return after ? (struct pdf_span){p, (size_t)(after - p)} : nothing;
}

bool pdf_next(struct pdf_span *rest, struct pdf_span *ret_value)
{
    const char *end;

    if (!rest->at)
        return false;
    end = rest->at + rest->len;
    *ret_value = value_at(rest->at, end);
    if (!ret_value->len)
        return false;
    rest->at = ret_value->at + ret_value->len;
    rest->len = (size_t)(end - rest->at);
    return true;
}

struct pdf_span pdf_inside(struct pdf_span array)
{
    if (array.len < 2 || array.at[0] != '[')
        return nothing;
    return (struct pdf_span){array.at + 1, array.len - 2};
}

struct pdf_span pdf_get(struct pdf_span dictionary, const char *key)
{
    struct pdf_span rest, name, value;
    size_t len = strlen(key);

    if (dictionary.len < 4 || memcmp(dictionary.at, "<<", 2) != 0)
        return nothing;
    rest = (struct pdf_span){dictionary.at + 2, dictionary.len - 4};
    while (pdf_next(&rest, &name) && pdf_next(&rest, &value))
        if (name.len == len + 1 && name.at[0] == '/' && !memcmp(name.at + 1, key, len))
            return value;
    return nothing;
}

int pdf_ref(struct pdf_span value)
{
    const char *end, *p;
    long number;

    if (!value.len)
        return 0;
    end = value.at + value.len;
    p = read_count(value.at, end, &number);
    if (!p || number > OBJECTS_MAX)
        return 0;
    return skip_reference(p, end) == end ? (int)number : 0;
}

bool pdf_is(struct pdf_span value, const char *word)
{
    return value.len == strlen(word) && !memcmp(value.at, word, value.len);
}

/* ---- objects ---- */

/* What stands behind "12 0 obj". */
static const char *object_begin(const struct pdf_file *f, int number)
{
    const char *end = f->bytes.at + f->bytes.len, *p;
    long found, generation;

    if (number <= 0 || number >= f->n_objects || !f->offsets[number] ||
        f->offsets[number] >= f->bytes.len)
        return NULL;
    p = read_count(f->bytes.at + f->offsets[number], end, &found);
    p = p ? read_count(skip_space(p, end), end, &generation) : NULL;
    p = p ? skip_space(p, end) : NULL;
    return p && found == number && end - p > 3 && !memcmp(p, "obj", 3) ? p + 3 : NULL;
}

struct pdf_span pdf_object(const struct pdf_file *f, int number)
{
    const char *p = object_begin(f, number);

    return p ? value_at(p, f->bytes.at + f->bytes.len) : nothing;
}

struct pdf_span pdf_follow(const struct pdf_file *f, struct pdf_span dictionary, const char *key)
{
    struct pdf_span value = pdf_get(dictionary, key);
    int number = pdf_ref(value);

    return number ? pdf_object(f, number) : value;
}

struct pdf_span pdf_stream(const struct pdf_file *f, int number)
{
    const char *end = f->bytes.at + f->bytes.len, *p;
    struct pdf_span value = pdf_object(f, number), length;
    long len;

    if (!value.len)
        return nothing;
    length = pdf_follow(f, value, "Length");
    p = skip_space(value.at + value.len, end);
    if (!length.len || !read_count(length.at, length.at + length.len, &len) || end - p < 8 ||
        memcmp(p, "stream", 6) != 0)
        return nothing;
    p += 6;
    p += p < end && *p == '\r';
    p += p < end && *p == '\n';
    return len <= end - p ? (struct pdf_span){p, (size_t)len} : nothing;
}

/* ---- the table of objects ---- */

/* One section, "first count" and its lines of twenty bytes; what a newer table said stays. */
static const char *take_section(struct pdf_file *f, const char *p, const char *end)
{
    long first, count, at;

    p = read_count(p, end, &first);
    p = p ? read_count(skip_space(p, end), end, &count) : NULL;
    if (!p || first + count > f->n_objects)
        return NULL;
    p = skip_space(p, end);
    for (long i = first; i < first + count; i++, p += 20) {
        if (end - p < 20 || !read_count(p, p + 10, &at))
            return NULL;
        if (p[17] == 'n' && !f->offsets[i])
            f->offsets[i] = (size_t)at;
    }
    return p;
}

static bool take_table(struct pdf_file *f, size_t at, struct pdf_span *ret_trailer)
{
    const char *end = f->bytes.at + f->bytes.len, *p = f->bytes.at + at;

    if (at + 4 > f->bytes.len || memcmp(p, "xref", 4) != 0)
        return false;
    p = skip_space(p + 4, end);
    while (p && p < end && is_digit(*p)) {
        p = take_section(f, p, end);
        p = p ? skip_space(p, end) : NULL;
    }
    if (!p || end - p < 7 || memcmp(p, "trailer", 7) != 0)
        return false;
    *ret_trailer = value_at(p + 7, end);
    return ret_trailer->len > 0;
}

/* Where the newest table stands: named in the last lines. */
static bool find_table(const struct pdf_file *f, size_t *ret)
{
    static const char word[] = "startxref";
    const char *end = f->bytes.at + f->bytes.len;
    size_t back = f->bytes.len < 200 ? f->bytes.len : 200;
    const char *found = NULL;
    long at;

    for (const char *p = end - back; p + sizeof word <= end; p++)
        if (!memcmp(p, word, sizeof word - 1))
            found = p + sizeof word - 1;
    if (!found || !read_count(skip_space(found, end), end, &at))
        return false;
    *ret = (size_t)at;
    return *ret < f->bytes.len;
}

static bool size_of(struct pdf_file *f, size_t at, struct arena *a)
{
    struct pdf_file blind = *f;
    struct pdf_span trailer, size;
    size_t *offsets;
    long n;

    /* The table is read twice: once for its trailer, which says how many objects there are. */
    offsets = arena_array(a, OBJECTS_MAX, sizeof *offsets);
    blind.offsets = offsets;
    blind.n_objects = OBJECTS_MAX;
    if (!offsets || !take_table(&blind, at, &trailer))
        return false;
    size = pdf_get(trailer, "Size");
    if (!size.len || !read_count(size.at, size.at + size.len, &n) || n < 2 || n > OBJECTS_MAX)
        return false;
    memset(offsets, 0, (size_t)n * sizeof *offsets);
    f->offsets = offsets;
    f->n_objects = (int)n;
    return true;
}

bool pdf_open(struct arena *a, const void *bytes, size_t len, struct pdf_file *ret_file,
              struct error *err)
{
    struct pdf_file f = {.bytes = {bytes, len}};
    struct pdf_span trailer, before;
    long at;
    int n = 0;

    if (len < 32 || memcmp(bytes, "%PDF-1.", 7) != 0)
        return foreign(err, "%PDF");
    if (!find_table(&f, &f.xref_at) || !size_of(&f, f.xref_at, a))
        return foreign(err, "xref");
    for (at = (long)f.xref_at; at >= 0; n++) {
        if (n == REVISIONS_MAX || !take_table(&f, (size_t)at, &trailer))
            return foreign(err, "xref");
        if (!f.root) {
            f.root = pdf_ref(pdf_get(trailer, "Root"));
            f.info = pdf_ref(pdf_get(trailer, "Info"));
        }
        before = pdf_get(trailer, "Prev");
        at = -1;
        if (before.len && !read_count(before.at, before.at + before.len, &at))
            return foreign(err, "Prev");
    }
    if (!pdf_object(&f, f.root).len)
        return foreign(err, "Root");
    *ret_file = f;
    return true;
}

/* ---- pages ---- */

/* Our page trees are one level deep; two are read, because merged papers may have them. */
static int take_pages(const struct pdf_file *f, int node, int *ret, int n, int found, int depth)
{
    struct pdf_span dictionary = pdf_object(f, node), kids, kid;

    if (!pdf_is(pdf_get(dictionary, "Type"), "/Pages")) {
        if (found < n)
            ret[found] = node;
        return found + 1;
    }
    kids = pdf_inside(pdf_follow(f, dictionary, "Kids"));
    while (depth < 4 && pdf_next(&kids, &kid))
        found = take_pages(f, pdf_ref(kid), ret, n, found, depth + 1);
    return found;
}

int pdf_pages(const struct pdf_file *f, int *ret_pages, int n)
{
    return take_pages(f, pdf_ref(pdf_get(pdf_object(f, f->root), "Pages")), ret_pages, n, 0, 0);
}
