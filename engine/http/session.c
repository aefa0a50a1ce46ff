/* Fields that say who asks and in which language. Lenient in nothing that could name a session. */
#include "http/session.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* A byte a cookie's value may hold (RFC 6265): visible, no quote, comma, semicolon or backslash. */
static bool session_is_cookie_byte(char c)
{
    return c > ' ' && c <= '~' && !strchr("\",;\\", c);
}

bool session_cookie_find(const char *field, const char *name, const char **ret_value,
                         size_t *ret_len)
{
    size_t name_len = strlen(name), found_len = 0;
    const char *found = NULL;

    while (field && *field) {
        const char *pair = field + strspn(field, " \t");
        size_t len = strcspn(pair, ";");

        field = pair[len] ? pair + len + 1 : pair + len;
        if (len <= name_len || memcmp(pair, name, name_len) != 0 || pair[name_len] != '=')
            continue;
        if (found)
            return false;
        found = pair + name_len + 1;
        found_len = len - name_len - 1;
    }
    if (!found || !found_len)
        return false;
    for (size_t i = 0; i < found_len; i++)
        if (!session_is_cookie_byte(found[i]))
            return false;
    *ret_value = found;
    *ret_len = found_len;
    return true;
}

void session_cookie_format(struct buffer *b, const char *name, const char *value, long max_age_s,
                           bool is_tls)
{
    buffer_printf(b, "%s=%s; Path=/; HttpOnly; SameSite=Strict%s", name, value,
                  is_tls ? "; Secure" : "");
    if (max_age_s >= 0)
        buffer_printf(b, "; Max-Age=%ld", max_age_s);
}

const char *session_bearer(const char *field)
{
    size_t len;

    if (!field || strncasecmp(field, "Bearer ", 7) != 0)
        return NULL;
    field += 7;
    len = strspn(field, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/");
    return len && !field[len + strspn(field + len, "=")] ? field : NULL;
}

/* Weight of a list's element in thousandths: "en;q=0.8" is 800. */
static int session_weight(const char *element, size_t len)
{
    for (size_t i = 0; i + 3 < len; i++) {
        const char *p = element + i;
        double q;

        if (*p != ';')
            continue;
        p += 1 + strspn(p + 1, " \t");
        if ((*p != 'q' && *p != 'Q') || p[1] != '=')
            continue;
        q = strtod(p + 2, NULL);
        return q >= 0 && q <= 1 ? (int)(q * 1000) : 0;
    }
    return 1000;
}

/* Best weight the list gives to `word`, or to "*" when it does not name it; -1 without either. A
 * subtag belongs to its language: "en-GB" counts for "en". */
static int session_list_weight(const char *field, const char *word)
{
    size_t word_len = strlen(word);
    int named = -1, any = -1;

    while (field && *field) {
        size_t len;

        field += strspn(field, " \t,");
        len = strcspn(field, ",");
        if (len >= word_len && !strncasecmp(field, word, word_len) &&
            (!field[word_len] || strchr("-; \t,", field[word_len]))) {
            int weight = session_weight(field, len);

            named = weight > named ? weight : named;
        } else if (*field == '*') {
            any = session_weight(field, len);
        }
        field += len;
    }
    return named >= 0 ? named : any;
}

enum language session_language(const char *field)
{
    int en = session_list_weight(field, "en"), vi = session_list_weight(field, "vi");

    return en > 0 && en > vi ? LANGUAGE_EN : LANGUAGE_VI;
}

bool session_takes_gzip(const char *field)
{
    return session_list_weight(field, "gzip") > 0;
}
