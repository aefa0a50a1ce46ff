/* Unicode text. utf8proc does composition and case; validity is checked here first, so that what
 * reaches it (and the database) is well formed, and so that a refusal can name the place. */
#include "base/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

static void utf8proc_freep(utf8proc_uint8_t **p)
{
    free(*p);
    *p = NULL;
}

static bool is_continuation(unsigned char c)
{
    return (c & 0xC0) == 0x80;
}

size_t text_decode(const char *s, size_t len, uint32_t *ret_point)
{
    const unsigned char *u = (const unsigned char *)s;
    uint32_t point;
    size_t n;

    if (len == 0)
        return 0;
    if (u[0] < 0x80) {
        *ret_point = u[0];
        return 1;
    }
    n = u[0] >= 0xF0 ? 4 : u[0] >= 0xE0 ? 3 : 2;
    if (u[0] < 0xC2 || u[0] > 0xF4 || len < n)
        return 0;
    point = u[0] & (0xFFU >> (n + 1));
    for (size_t i = 1; i < n; i++) {
        if (!is_continuation(u[i]))
            return 0;
        point = point << 6 | (u[i] & 0x3FU);
    }
    if ((n == 3 && point < 0x800) || (n == 4 && point < 0x10000) || point > 0x10FFFF ||
        (point >= 0xD800 && point <= 0xDFFF))
        return 0;
    *ret_point = point;
    return n;
}

ptrdiff_t text_utf8_fault(const char *s, size_t len)
{
    for (size_t i = 0; i < len;) {
        uint32_t point;
        size_t n = text_decode(s + i, len - i, &point);

        if (!n)
            return (ptrdiff_t)i;
        i += n;
    }
    return -1;
}

/* Control characters break printed papers and log lines; bidirectional overrides let a name show
 * other letters than it holds. */
static bool is_forbidden(uint32_t point)
{
    return (point < 0x20 && point != '\t' && point != '\n') || (point >= 0x7F && point <= 0x9F) ||
           (point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
}

/* Letters below the combining marks, and those Unicode made for Vietnamese: a text of these alone
 * is composed already. */
static bool is_composed(uint32_t point)
{
    return point < 0x300 || (point >= 0x1EA0 && point <= 0x1EF9);
}

bool text_nfc(struct arena *a, const char *field, const char *s, size_t len, char **ret_text,
              struct error *err)
{
    CLEANUP(utf8proc_freep) utf8proc_uint8_t *composed = NULL;
    utf8proc_ssize_t n;
    bool is_nfc = true;
    int64_t position = 1;
    char *text;

    for (size_t i = 0; i < len; position++) {
        uint32_t point;
        size_t step = text_decode(s + i, len - i, &point);

        if (!step || is_forbidden(point))
            return error_set(err, ERR_TEXT_INVALID, arg_text("field", field),
                             arg_number("position", position));
        is_nfc = is_nfc && is_composed(point);
        i += step;
    }
    if (is_nfc) {
        text = arena_strndup(a, s, len);
    } else {
        n = utf8proc_map((const utf8proc_uint8_t *)s, (utf8proc_ssize_t)len, &composed,
                         UTF8PROC_STABLE | UTF8PROC_COMPOSE);
        text = n < 0 ? NULL : arena_strndup(a, (const char *)composed, (size_t)n);
    }
    if (!text)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", field));
    *ret_text = text;
    return true;
}

bool text_is_nfc(const char *s)
{
    CLEANUP(utf8proc_freep) utf8proc_uint8_t *composed = utf8proc_NFC((const utf8proc_uint8_t *)s);

    return composed && !strcmp((const char *)composed, s);
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

char *text_fold(struct arena *a, const char *s)
{
    CLEANUP(utf8proc_freep) utf8proc_uint8_t *folded = NULL;
    utf8proc_ssize_t len;
    char *text;
    size_t n = 0;

    len = utf8proc_map((const utf8proc_uint8_t *)s, 0, &folded,
                       UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE |
                           UTF8PROC_CASEFOLD | UTF8PROC_IGNORE | UTF8PROC_STRIPMARK);
    if (len < 0)
        return NULL;
    text = arena_alloc(a, (size_t)len + 1);
    if (!text)
        return NULL;
    for (utf8proc_ssize_t i = 0; i < len; i++) {
        char c = (char)folded[i];

        if (is_blank(c)) {
            if (n && text[n - 1] != ' ')
                text[n++] = ' ';
        } else if (folded[i] == 0xC4 && folded[i + 1] == 0x91) {
            text[n++] = 'd'; /* the stroke of đ is not a mark, so no decomposition drops it */
            i++;
        } else {
            text[n++] = c;
        }
    }
    if (n && text[n - 1] == ' ')
        n--;
    text[n] = '\0';
    return text;
}

char *text_upper(struct arena *a, const char *s)
{
    size_t len = strlen(s), n = 0;
    char *upper = arena_alloc(a, 4 * len + 1); /* no code point takes more bytes than four */

    for (size_t i = 0, took; upper && i < len; i += took) {
        uint32_t point;

        took = text_decode(s + i, len - i, &point);
        if (!took)
            return NULL;
        n += (size_t)utf8proc_encode_char(utf8proc_toupper((utf8proc_int32_t)point),
                                          (utf8proc_uint8_t *)upper + n);
    }
    if (upper)
        upper[n] = '\0';
    return upper;
}

size_t text_characters(const char *s)
{
    size_t n = 0;

    for (; *s; s++)
        n += !is_continuation((unsigned char)*s);
    return n;
}

static int count_items(const char *list)
{
    int n = *list != '\0';

    for (; *list; list++)
        n += *list == ',';
    return n;
}

const char *const *text_items(struct arena *a, const char *list, int *ret_n)
{
    int n = count_items(list);
    char *text = arena_strdup(a, list);
    const char **items = text ? arena_array(a, (size_t)n + 1, sizeof *items) : NULL;

    for (int i = 0; items && i < n; i++) {
        items[i] = text;
        text += strcspn(text, ",");
        if (*text)
            *text++ = '\0';
    }
    *ret_n = n;
    return items;
}

const int64_t *text_numbers(struct arena *a, const char *list, int *ret_n)
{
    int n = count_items(list);
    int64_t *items = arena_array(a, (size_t)n + 1, sizeof *items);

    for (int i = 0; items && i < n; i++) {
        char *end;

        items[i] = strtoll(list, &end, 10);
        list = *end ? end + 1 : end;
    }
    *ret_n = n;
    return items;
}

const char *text_phone_other(struct arena *a, const char *s)
{
    size_t n = 0;

    s += strspn(s, " ");
    for (const char *p = s; *p; p++) {
        if (*p >= '0' && *p <= '9')
            n++;
        else if (!strchr(" .-+", *p))
            return NULL;
    }
    if (n == 10 && *s == '0')
        return arena_printf(a, "+84%s", s + 1);
    if (n == 11 && !strncmp(s, "+84", 3))
        return arena_printf(a, "0%s", s + 3);
    return NULL;
}

void text_wrap(struct buffer *out, const char *head, const char *s, size_t width)
{
    size_t indent = text_characters(head), at = indent;

    buffer_text(out, head);
    for (bool is_first = true; *s; is_first = false) {
        size_t len = strcspn(s, " "), n = 0;

        for (size_t i = 0; i < len; i++)
            n += !is_continuation((unsigned char)s[i]);
        if (!is_first && at + 1 + n > width) {
            buffer_char(out, '\n');
            for (at = 0; at < indent; at++)
                buffer_char(out, ' ');
        } else if (!is_first) {
            buffer_char(out, ' ');
            at++;
        }
        buffer_add(out, s, len);
        at += n;
        s += len;
        s += strspn(s, " ");
    }
    buffer_char(out, '\n');
}
