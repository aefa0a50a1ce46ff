/* See password_rule.h. Passwords are folded before they are compared: "MậtKhẩu" is "matkhau". */
#include "domain/password_rule.h"

#include <string.h>

#include "base/text.h"

#define DISTINCT_MIN  5 /* different bytes: "aaaaaaaaaa" and "1212121212" have fewer */
#define LOGIN_LEN_MIN 3 /* a login shorter than that stands in many words by chance */

static const char *const common[] = {
#define COMMON(password) password,
#define COMMON_WORD(word)
#include "tables/common_passwords.def"
#undef COMMON
#undef COMMON_WORD
};

static const char *const common_words[] = {
#define COMMON(password)
#define COMMON_WORD(word) word,
#include "tables/common_passwords.def"
#undef COMMON
#undef COMMON_WORD
};

static bool is_one_of(const char *const *list, size_t n, const char *s, size_t len)
{
    for (size_t i = 0; i < n; i++)
        if (strlen(list[i]) == len && !strncmp(list[i], s, len))
            return true;
    return false;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

/* The whole is, or the word inside it without digits and signs at both ends; or it is a number, as
 * of a telephone or an identity card. */
static bool is_common(const char *folded)
{
    size_t from = 0, to = strlen(folded);

    if (is_one_of(common, ARRAY_LEN(common), folded, to))
        return true;
    if (strspn(folded, "0123456789 .-") == to)
        return true;
    while (from < to && !is_letter(folded[from]))
        from++;
    while (to > from && !is_letter(folded[to - 1]))
        to--;
    return is_one_of(common_words, ARRAY_LEN(common_words), folded + from, to - from);
}

static int n_distinct(const char *s)
{
    bool seen[256] = {0};
    int n = 0;

    for (; *s; s++) {
        n += !seen[(unsigned char)*s];
        seen[(unsigned char)*s] = true;
    }
    return n;
}

bool password_rule_check(struct arena *a, const char *field, const char *password,
                         const char *login, struct error *err)
{
    size_t n = text_characters(password);
    const char *folded, *folded_login;

    if (n < PASSWORD_CHARACTERS_MIN)
        return error_set(err, ERR_PASSWORD_SHORT, arg_text("field", field),
                         arg_number("limit", PASSWORD_CHARACTERS_MIN));
    if (n > PASSWORD_CHARACTERS_MAX)
        return error_set(err, ERR_PASSWORD_LONG, arg_text("field", field),
                         arg_number("limit", PASSWORD_CHARACTERS_MAX));
    folded = text_fold(a, password);
    folded_login = text_fold(a, login);
    if (!folded || !folded_login)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", field));
    if (strlen(folded_login) >= LOGIN_LEN_MIN && strstr(folded, folded_login))
        return error_set(err, ERR_PASSWORD_HAS_LOGIN, arg_text("field", field));
    if (is_common(folded) || n_distinct(folded) < DISTINCT_MIN)
        return error_set(err, ERR_PASSWORD_COMMON, arg_text("field", field));
    return true;
}
