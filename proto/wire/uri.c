/* Percent-decoding in place: what comes out is never longer than what went in. A segment is decoded
 * once and judged afterwards, so that no second decoding can turn it into something else. */
#include "wire/uri.h"

#include <string.h>

#include "base/text.h"

static int uri_hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool uri_text_is_clean(const char *s, size_t len)
{
    const unsigned char *p = (const unsigned char *)s;

    for (size_t i = 0; i < len; i++)
        if (p[i] < 0x20 || p[i] == 0x7F || (p[i] == 0xC2 && i + 1 < len && p[i + 1] < 0xA0))
            return false;
    return text_utf8_fault(s, len) < 0;
}

/* Decodes s[0..len) in place and terminates it; the byte at s[len] may be overwritten. */
static bool uri_decode(char *s, size_t len, bool is_form)
{
    char *to = s;

    for (size_t i = 0; i < len; i++) {
        int high, low;

        if (s[i] != '%') {
            *to++ = is_form && s[i] == '+' ? ' ' : s[i];
            continue;
        }
        if (len - i < 3)
            return false;
        high = uri_hex(s[i + 1]);
        low = uri_hex(s[i + 2]);
        if (high < 0 || low < 0)
            return false;
        *to++ = (char)(high << 4 | low);
        i += 2;
    }
    *to = '\0';
    return uri_text_is_clean(s, (size_t)(to - s)); /* also refuses NUL */
}

static bool uri_segment_is_safe(const char *s)
{
    return strcmp(s, ".") && strcmp(s, "..") && !strpbrk(s, "/\\");
}

bool uri_path_split(char *path, char **ret_segments, size_t *ret_n, struct error *err)
{
    char *segment = path + 1;
    size_t n = 0;

    assert(path[0] == '/');
    if (!*segment) {
        *ret_n = 0;
        return true;
    }
    for (;;) {
        size_t len = strcspn(segment, "/");
        bool is_last = !segment[len];

        if (n == URI_SEGMENTS_MAX)
            return error_set(err, ERR_HTTP_PATH_TOO_DEEP, arg_number("limit", URI_SEGMENTS_MAX));
        if ((!len && !is_last) || !uri_decode(segment, len, false) || !uri_segment_is_safe(segment))
            return error_set(err, ERR_HTTP_PATH, arg_number("position", segment - path + 1));
        ret_segments[n++] = segment;
        if (is_last)
            break;
        segment += len + 1;
    }
    *ret_n = n;
    return true;
}

bool uri_query_split(char *query, struct uri_pair *ret_pairs, size_t *ret_n, struct error *err)
{
    char *pair = query;
    size_t n = 0;

    while (pair && *pair) {
        size_t len = strcspn(pair, "&"), name_len = strcspn(pair, "=&");
        char *next = pair[len] ? pair + len + 1 : NULL;
        char *value = name_len < len ? pair + name_len + 1 : pair + len;

        if (n == URI_QUERY_MAX)
            return error_set(err, ERR_HTTP_QUERY_TOO_MANY, arg_number("limit", URI_QUERY_MAX));
        if (!name_len || !uri_decode(value, (size_t)(pair + len - value), true) ||
            !uri_decode(pair, name_len, true))
            return error_set(err, ERR_HTTP_QUERY, arg_number("position", pair - query + 1));
        for (size_t i = 0; i < n; i++)
            if (!strcmp(ret_pairs[i].name, pair))
                return error_set(err, ERR_HTTP_QUERY_TWICE, arg_text("field", pair));
        ret_pairs[n++] = (struct uri_pair){pair, name_len < len ? value : ""};
        pair = next;
    }
    *ret_n = n;
    return true;
}
