/* Errors: filling one, and rendering its sentence where the reader's language is known. */
#include "base/error.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <threads.h>

#include "base/instant.h"
#include "base/text.h"

struct error_row {
    int status;
    const char *word, *sentence[2];
};

static const struct error_row rows[] = {
    [ERR_NONE] = {200, "none", {"", ""}},
#define ERROR(name, status, vi, en) [ERR_##name] = {status, #name, {vi, en}},
#include "tables/errors.def"
#undef ERROR
};

/* Copies text, cut between characters when it is too long. */
static void copy_text(char dst[ERROR_TEXT_MAX + 1], const char *src)
{
    size_t len = strnlen(src ? src : "", ERROR_TEXT_MAX + 1);

    if (len > ERROR_TEXT_MAX) {
        len = ERROR_TEXT_MAX;
        while (len && ((unsigned char)src[len] & 0xC0) == 0x80)
            len--;
    }
    if (len)
        memcpy(dst, src, len);
    dst[len] = '\0';
}

bool error_set_at(struct error *err, enum error_code code, const char *origin, ...)
{
    const char *slash = strrchr(origin, '/');
    va_list ap;
    size_t n = 0;

    memset(err, 0, sizeof *err);
    err->code = code;
    err->origin = slash ? slash + 1 : origin;
    va_start(ap, origin);
    for (;;) {
        struct error_value v = va_arg(ap, struct error_value);

        if (v.kind == ERROR_ARG_END)
            break;
        assert(n < ERROR_ARGS_MAX);
        err->args[n].name = v.name;
        err->args[n].kind = v.kind;
        err->args[n].number = v.number;
        err->args[n].label = v.label;
        if (v.kind == ERROR_ARG_TEXT || v.kind == ERROR_ARG_LABEL)
            copy_text(err->args[n].text, v.text);
        n++;
    }
    va_end(ap);
    return false;
}

void error_clear(struct error *err)
{
    memset(err, 0, sizeof *err);
}

int error_status(enum error_code code)
{
    return rows[code].status;
}

static once_flag words_made = ONCE_FLAG_INIT;
static char words[ERROR_CODE_COUNT][ERROR_WORD_MAX + 1];

static void words_make(void)
{
    for (size_t code = 0; code < ERROR_CODE_COUNT; code++) {
        const char *s = rows[code].word;

        for (size_t i = 0; i < ERROR_WORD_MAX && s[i]; i++)
            words[code][i] = s[i] >= 'A' && s[i] <= 'Z' ? (char)(s[i] + 32) : s[i];
    }
}

const char *error_word(enum error_code code)
{
    call_once(&words_made, words_make); /* worker threads ask too */
    return words[code];
}

const char *error_template(enum error_code code, enum language lang)
{
    return rows[code].sentence[lang];
}

const struct error_arg *error_arg(const struct error *err, const char *name)
{
    for (size_t i = 0; i < ERROR_ARGS_MAX && err->args[i].name; i++)
        if (!strcmp(err->args[i].name, name))
            return &err->args[i];
    return NULL;
}

static void arg_render(const struct error_arg *a, enum language lang, int32_t zone_s, char *buf,
                       size_t size)
{
    char text[INSTANT_TEXT_MAX];

    switch (a->kind) {
    case ERROR_ARG_TEXT:
        snprintf(buf, size, "%s", a->text);
        return;
    case ERROR_ARG_LABEL:
        snprintf(buf, size, "%s", a->label[lang]);
        return;
    case ERROR_ARG_NUMBER:
        snprintf(buf, size, "%" PRId64, a->number);
        return;
    case ERROR_ARG_DATE:
        (lang == LANGUAGE_VI ? date_format_vi : date_format)((int32_t)a->number, text);
        snprintf(buf, size, "%s", text);
        return;
    case ERROR_ARG_INSTANT:
        (lang == LANGUAGE_VI ? instant_format_vi : instant_format)(a->number, zone_s, text);
        snprintf(buf, size, "%s", text);
        return;
    case ERROR_ARG_END:
        break;
    }
    buf[0] = '\0';
}

size_t error_sentence(const struct error *err, enum language lang, int32_t zone_s, char *buf,
                      size_t size)
{
    const char *s = rows[err->code].sentence[lang];
    size_t n = 0;

    assert(size > 0);
    while (*s && n + 1 < size) {
        const char *close = *s == '{' ? strchr(s, '}') : NULL;
        char name[32];
        const struct error_arg *a = NULL;

        if (close && (size_t)(close - s - 1) < sizeof name) {
            memcpy(name, s + 1, (size_t)(close - s - 1));
            name[close - s - 1] = '\0';
            a = error_arg(err, name);
        }
        if (!a) {
            buf[n++] = *s++;
            continue;
        }
        arg_render(a, lang, zone_s, buf + n, size - n);
        n += strlen(buf + n);
        s = close + 1;
    }
    buf[n] = '\0';
    if (n + 1 == size) { /* perhaps cut: never inside a character */
        ptrdiff_t fault = text_utf8_fault(buf, n);

        n = fault >= 0 ? (size_t)fault : n;
        buf[n] = '\0';
    }
    return n;
}
