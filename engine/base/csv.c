/* Cutting happens in place, since an unquoted field is never longer than the quoted one. */
#include "base/csv.h"

#include <stdbool.h>
#include <string.h>

/* One field that begins with a quotation mark; returns what follows it, NULL when it is not closed.
 */
static char *csv_unquote(char *p, char **ret_field)
{
    char *to = ++p;

    *ret_field = to;
    for (; *p; p++) {
        if (*p == '"' && *++p != '"') {
            *to = '\0';
            return p;
        }
        *to++ = *p;
    }
    return NULL;
}

int csv_split(char *record, char *fields[], int n_max)
{
    char *p = record;

    for (int n = 0;; p++) {
        char *field = p;
        bool is_last;

        if (*p == '"')
            p = csv_unquote(p, &field);
        else
            p += strcspn(p, ",\"");
        if (!p || (*p && *p != ','))
            return -1;
        is_last = !*p;
        *p = '\0';
        if (n < n_max)
            fields[n] = field;
        n++;
        if (is_last)
            return n;
    }
}

void csv_write(struct buffer *out, const char *text)
{
    if (!strpbrk(text, ",\"\r\n")) {
        buffer_text(out, text);
        return;
    }
    buffer_char(out, '"');
    for (; *text; text++) {
        if (*text == '"')
            buffer_char(out, '"');
        buffer_char(out, *text);
    }
    buffer_char(out, '"');
}

void csv_write_figures(struct buffer *out, size_t number, const char *label, const int64_t *figures,
                       size_t n)
{
    if (number)
        buffer_printf(out, "%zu", number);
    buffer_char(out, ',');
    csv_write(out, label);
    for (size_t i = 0; i < n; i++) {
        buffer_char(out, ',');
        if (figures[i] != INT64_MIN)
            buffer_printf(out, "%lld", (long long)figures[i]);
    }
    buffer_text(out, "\r\n");
}
