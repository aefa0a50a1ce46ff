/* A strict scan of our own goes before cJSON: cJSON recurses to a thousand levels, takes bytes that
 * are not UTF-8, cuts strings at \u0000 and numbers at 63 characters, keeps the first of two equal
 * keys and cannot name the line. What passes the scan cJSON reads without a surprise. */
#include "base/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

struct scan {
    const char *bytes, *p, *end;
    int64_t n_items;
    int depth;
    struct error *err;
};

/* Where the reader stands: line and column from 1, columns in characters. */
static void scan_place(const struct scan *s, int64_t *ret_line, int64_t *ret_column)
{
    *ret_line = *ret_column = 1;
    for (const char *p = s->bytes; p < s->p; p++) {
        if (*p == '\n') {
            ++*ret_line;
            *ret_column = 1;
        } else if (((unsigned char)*p & 0xC0) != 0x80) {
            ++*ret_column;
        }
    }
}

static bool refuse(struct scan *s, enum error_code code)
{
    int64_t line, column;

    scan_place(s, &line, &column);
    /* lint-errors: JSON_SYNTAX JSON_UTF8 JSON_NUL JSON_NUMBER */
    return error_set(s->err, code, arg_number("line", line), arg_number("column", column));
}

static bool refuse_limit(struct scan *s, enum error_code code, int64_t limit)
{
    int64_t line, column;

    scan_place(s, &line, &column);
    /* lint-errors: JSON_DEPTH JSON_TOO_MANY */
    return error_set(s->err, code, arg_number("limit", limit), arg_number("line", line),
                     arg_number("column", column));
}

static char peek(const struct scan *s)
{
    return s->p < s->end ? *s->p : '\0';
}

static void skip_blank(struct scan *s)
{
    while (s->p < s->end && (*s->p == ' ' || *s->p == '\n' || *s->p == '\t' || *s->p == '\r'))
        s->p++;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Four hex digits after \u; -1 when they are not there. */
static int32_t scan_unit(const struct scan *s, const char *p)
{
    int32_t unit = 0;

    if (s->end - p < 4)
        return -1;
    for (int i = 0; i < 4; i++) {
        char c = p[i], lower = (char)(c | 0x20);

        if (is_digit(c))
            unit = unit * 16 + (c - '0');
        else if (lower >= 'a' && lower <= 'f')
            unit = unit * 16 + (lower - 'a' + 10);
        else
            return -1;
    }
    return unit;
}

/* The reader stands on the backslash and stays there when refusing. */
static bool scan_escape(struct scan *s)
{
    char c = s->end - s->p >= 2 ? s->p[1] : '\0';
    int32_t unit, low;

    if (c && strchr("\"\\/bfnrt", c)) {
        s->p += 2;
        return true;
    }
    if (c != 'u' || (unit = scan_unit(s, s->p + 2)) < 0)
        return refuse(s, ERR_JSON_SYNTAX);
    if (unit == 0)
        return refuse(s, ERR_JSON_NUL);
    if (unit >= 0xDC00 && unit <= 0xDFFF)
        return refuse(s, ERR_JSON_SYNTAX); /* the second half of a pair alone */
    if (unit < 0xD800 || unit > 0xDFFF) {
        s->p += 6;
        return true;
    }
    low = s->end - s->p >= 12 && s->p[6] == '\\' && s->p[7] == 'u' ? scan_unit(s, s->p + 8) : -1;
    if (low < 0xDC00 || low > 0xDFFF)
        return refuse(s, ERR_JSON_SYNTAX);
    s->p += 12;
    return true;
}

static bool scan_string(struct scan *s)
{
    if (peek(s) != '"')
        return refuse(s, ERR_JSON_SYNTAX);
    s->p++;
    while (s->p < s->end && *s->p != '"') {
        uint32_t point;
        size_t n;

        if (*s->p == '\\') {
            if (!scan_escape(s))
                return false;
            continue;
        }
        n = text_decode(s->p, (size_t)(s->end - s->p), &point);
        if (!n)
            return refuse(s, ERR_JSON_UTF8);
        if (point == 0)
            return refuse(s, ERR_JSON_NUL);
        if (point < 0x20)
            return refuse(s, ERR_JSON_SYNTAX);
        s->p += n;
    }
    if (s->p == s->end)
        return refuse(s, ERR_JSON_SYNTAX);
    s->p++;
    return true;
}

static bool scan_digits(struct scan *s)
{
    if (!is_digit(peek(s)))
        return refuse(s, ERR_JSON_SYNTAX);
    while (is_digit(peek(s)))
        s->p++;
    return true;
}

static bool scan_number(struct scan *s)
{
    const char *start = s->p;
    char text[JSON_NUMBER_MAX + 1];
    size_t len;

    if (peek(s) == '-')
        s->p++;
    if (peek(s) == '0')
        s->p++;
    else if (!scan_digits(s))
        return false;
    if (peek(s) == '.') {
        s->p++;
        if (!scan_digits(s))
            return false;
    }
    if (peek(s) == 'e' || peek(s) == 'E') {
        s->p++;
        if (peek(s) == '+' || peek(s) == '-')
            s->p++;
        if (!scan_digits(s))
            return false;
    }
    len = (size_t)(s->p - start);
    if (len <= JSON_NUMBER_MAX) {
        memcpy(text, start, len);
        text[len] = '\0';
        if (isfinite(strtod(text, NULL)))
            return true;
    }
    s->p = start;
    return refuse(s, ERR_JSON_NUMBER);
}

static bool scan_word(struct scan *s, const char *word)
{
    size_t len = strlen(word);

    if ((size_t)(s->end - s->p) < len || memcmp(s->p, word, len))
        return refuse(s, ERR_JSON_SYNTAX);
    s->p += len;
    return true;
}

static bool scan_value(struct scan *s);

static bool scan_member(struct scan *s)
{
    skip_blank(s);
    if (!scan_string(s))
        return false;
    skip_blank(s);
    if (peek(s) != ':')
        return refuse(s, ERR_JSON_SYNTAX);
    s->p++;
    return scan_value(s);
}

/* An object or an array; the reader stands on its bracket. */
static bool scan_container(struct scan *s)
{
    bool is_object = *s->p == '{';
    char close = is_object ? '}' : ']';

    if (s->depth == JSON_DEPTH_MAX)
        return refuse_limit(s, ERR_JSON_DEPTH, JSON_DEPTH_MAX);
    s->depth++;
    s->p++;
    skip_blank(s);
    if (peek(s) == close) {
        s->p++;
        s->depth--;
        return true;
    }
    for (;;) {
        if (is_object ? !scan_member(s) : !scan_value(s))
            return false;
        skip_blank(s);
        if (peek(s) == close)
            break;
        if (peek(s) != ',')
            return refuse(s, ERR_JSON_SYNTAX);
        s->p++;
    }
    s->p++;
    s->depth--;
    return true;
}

/* Recursion is bounded by JSON_DEPTH_MAX. */
static bool scan_value(struct scan *s)
{
    skip_blank(s);
    if (s->n_items++ == JSON_ITEMS_MAX)
        return refuse_limit(s, ERR_JSON_TOO_MANY, JSON_ITEMS_MAX);
    switch (peek(s)) {
    case '{':
    case '[':
        return scan_container(s);
    case '"':
        return scan_string(s);
    case 't':
        return scan_word(s, "true");
    case 'f':
        return scan_word(s, "false");
    case 'n':
        return scan_word(s, "null");
    default:
        return scan_number(s);
    }
}

static int compare_keys(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void keys_freep(const char ***keys)
{
    free((void *)*keys);
}

/* Sorting keeps an object of a hundred thousand keys from costing a hundred thousand squared. */
static bool check_keys(const cJSON *node, struct error *err)
{
    CLEANUP(keys_freep) const char **keys = NULL;
    const cJSON *child;
    size_t n = 0, i = 0;

    cJSON_ArrayForEach (child, node) {
        if (child->child && !check_keys(child, err))
            return false;
        n++;
    }
    if (!cJSON_IsObject(node) || n < 2)
        return true;
    keys = malloc(n * sizeof *keys);
    if (!keys)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "json"));
    cJSON_ArrayForEach (child, node)
        keys[i++] = child->string;
    qsort((void *)keys, n, sizeof *keys, compare_keys);
    for (i = 1; i < n; i++)
        if (!strcmp(keys[i - 1], keys[i]))
            return error_set(err, ERR_JSON_DUPLICATE_KEY, arg_text("field", keys[i]));
    return true;
}

bool json_parse(const char *bytes, size_t len, cJSON **ret_json, struct error *err)
{
    struct scan s = {.bytes = bytes, .p = bytes, .end = bytes + len, .err = err};
    CLEANUP(json_freep) cJSON *json = NULL;

    if (!scan_value(&s))
        return false;
    skip_blank(&s);
    if (s.p != s.end)
        return refuse(&s, ERR_JSON_SYNTAX);
    json = cJSON_ParseWithLength(bytes, len);
    if (!json)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "json"));
    if (!check_keys(json, err))
        return false;
    *ret_json = json;
    json = NULL;
    return true;
}

void json_write(struct buffer *b, const char *text, size_t len)
{
    size_t from = 0;

    buffer_char(b, '"');
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];

        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        buffer_add(b, text + from, i - from);
        from = i + 1;
        if (c == '\n')
            buffer_add(b, "\\n", 2);
        else if (c == '\t')
            buffer_add(b, "\\t", 2);
        else if (c < 0x20)
            buffer_printf(b, "\\u%04x", c);
        else
            buffer_add(b, (char[]){'\\', (char)c}, 2);
    }
    buffer_add(b, text + from, len - from);
    buffer_char(b, '"');
}
