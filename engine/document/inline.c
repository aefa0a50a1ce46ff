/* One pass, no nesting: styles toggle, a brace ends at the next brace. */
#include "document/inline.h"

#include <string.h>

#include "document/runs.h"

bool inline_is_key(const char *s, size_t len)
{
    if (len == 1 && *s == '#')
        return true;
    for (size_t i = 0; i < len; i++)
        if (!(s[i] >= 'a' && s[i] <= 'z') && !(s[i] >= '0' && s[i] <= '9') && s[i] != '_')
            return false;
    return len > 0 && len <= 40;
}

static struct piece *piece_new(struct arena *a, struct piece ***tail, unsigned style)
{
    struct piece *p = arena_new_of(a, struct piece);

    if (!p)
        return NULL;
    p->style = style;
    **tail = p;
    *tail = &p->next;
    return p;
}

/* The placeholder whose text lies between braces; false when it is malformed. */
static bool piece_set_key(struct arena *a, struct piece *p, const char *s, size_t len)
{
    const char *mark = memchr(s, '?', len);
    size_t key_len = mark ? (size_t)(mark - s) : len;

    if (!inline_is_key(s, key_len))
        return false;
    p->key = arena_strndup(a, s, key_len);
    if (mark)
        p->fallback = arena_strndup(a, mark + 1, len - key_len - 1);
    return p->key && (!mark || p->fallback);
}

/* Wording up to the next mark, with backslashes taken out; returns how many bytes were
 * read, 0 without memory. */
static size_t piece_set_text(struct arena *a, struct piece *p, const char *s)
{
    char *text = arena_strdup(a, s), *write = text;
    size_t i = 0;

    if (!text)
        return 0;
    while (s[i] && s[i] != '{' && s[i] != '}' && strncmp(s + i, "**", 2) != 0 &&
           strncmp(s + i, "__", 2) != 0) {
        if (s[i] == '\\' && s[i + 1])
            i++;
        *write++ = s[i++];
    }
    *write = '\0';
    p->text = text;
    return i;
}

static unsigned style_of(const char *s)
{
    return !strncmp(s, "**", 2) ? RUN_BOLD : !strncmp(s, "__", 2) ? RUN_ITALIC : RUN_PLAIN;
}

bool inline_parse(struct arena *a, const struct inline_place *place, const char *text,
                  struct piece **ret_pieces, struct error *err)
{
    struct piece *first = NULL, **tail = &first, *p;
    const char *s = text, *opened = NULL;
    unsigned style = RUN_PLAIN;

    while (*s) {
        const char *close = *s == '{' ? strchr(s, '}') : NULL;
        size_t len = 0;

        if (style_of(s)) {
            style ^= style_of(s);
            opened = style ? s : NULL;
            s += 2;
            continue;
        }
        p = *s == '}' || (*s == '{' && !close) ? NULL : piece_new(a, &tail, style);
        if (p && close)
            len = piece_set_key(a, p, s + 1, (size_t)(close - s - 1)) ? (size_t)(close - s) + 1 : 0;
        else if (p)
            len = piece_set_text(a, p, s);
        if (!len)
            return error_set(err, ERR_TEMPLATE_BRACE, arg_text("form", place->form),
                             arg_number("line", place->line), arg_text("text", s));
        s += len;
    }
    if (opened)
        return error_set(err, ERR_TEMPLATE_BRACE, arg_text("form", place->form),
                         arg_number("line", place->line), arg_text("text", opened));
    *ret_pieces = first;
    return true;
}
