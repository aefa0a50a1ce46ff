/* Looks citations up. The two decrees that follow each other in time are told apart by their
 * number, because a reader of 2026 should not be sent to the one that ended in 2025. */
#include "domain/law.h"

#include <stdlib.h>
#include <string.h>

#include "base/macros.h"

static int law_compare(const void *key, const void *row)
{
    return strcmp(key, ((const struct law_row *)row)->key);
}

/* Does the part cite only a decree that another ruleset rests on? */
static bool law_is_other(const char *part, size_t len, const char *decree)
{
    static const char *const decrees[] = {"61/2018", "118/2025"};
    bool is_other = false;

    for (size_t i = 0; i < ARRAY_LEN(decrees); i++) {
        if (!memmem(part, len, decrees[i], strlen(decrees[i])))
            continue;
        if (strstr(decree, decrees[i]))
            return false;
        is_other = true;
    }
    return is_other;
}

static bool law_copy(const char *text, const char *decree, char buf[LAW_TEXT_MAX])
{
    size_t n = 0;

    buf[0] = '\0';
    while (*text) {
        const char *end = strstr(text, "; ");
        size_t len = end ? (size_t)(end - text) : strlen(text);

        if ((!decree || !*decree || !law_is_other(text, len, decree)) &&
            n + len + 3 < LAW_TEXT_MAX) {
            memcpy(buf + n, n ? "; " : "", n ? 2 : 0);
            n += n ? 2 : 0;
            memcpy(buf + n, text, len);
            n += len;
            buf[n] = '\0';
        }
        text += len + (end ? 2 : 0);
    }
    return n > 0;
}

void law_citation(const char *key, const char *decree, enum language lang, char buf[LAW_TEXT_MAX])
{
    const struct law_row *row;
    const char *text;

    buf[0] = '\0';
    if (!key || strncmp(key, "law:", 4))
        return;
    row = bsearch(key + 4, law_rows, (size_t)n_law_rows, sizeof *law_rows, law_compare);
    if (!row)
        return;
    text = lang == LANGUAGE_VI ? row->vi : row->en;
    if (!law_copy(text, decree, buf))
        law_copy(text, NULL, buf);
}
