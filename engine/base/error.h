/* The one error type that travels everywhere: a code for programs, arguments for the sentence, a
 * status for HTTP. The list, with the sentences in both languages, is proto/tables/errors.def. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/macros.h"

enum error_code {
    ERR_NONE = 0,
#define ERROR(name, status, vi, en) ERR_##name,
#include "tables/errors.def"
#undef ERROR
    ERROR_CODE_COUNT
};

enum error_arg_kind {
    ERROR_ARG_END,
    ERROR_ARG_TEXT,
    ERROR_ARG_NUMBER,
    ERROR_ARG_DATE,
    ERROR_ARG_INSTANT,
    ERROR_ARG_LABEL
};

#define ERROR_ARGS_MAX 6
#define ERROR_WORD_MAX 47
#define ERROR_TEXT_MAX 120 /* bytes kept of a text argument; longer ones are cut at a character */

struct error_arg {
    const char *name; /* static string, the {name} of the sentence */
    enum error_arg_kind kind;
    int64_t number;
    char text[ERROR_TEXT_MAX + 1];
    const char *const *label; /* of a table: words for people, by language; `text` is the word */
};

struct error {
    enum error_code code; /* ERR_NONE until error_set() */
    struct error_arg args[ERROR_ARGS_MAX];
    const char *origin; /* "calendar.c:88": for the log, never for the client */
};

enum language { LANGUAGE_VI, LANGUAGE_EN };

/* What a call site passes: made by arg_text() and friends. `text` is borrowed until the call ends.
 */
struct error_value {
    const char *name;
    enum error_arg_kind kind;
    int64_t number;
    const char *text;
    const char *const *label; /* static */
};

#define arg_text(n, v)    ((struct error_value){(n), ERROR_ARG_TEXT, 0, (v), NULL})
#define arg_number(n, v)  ((struct error_value){(n), ERROR_ARG_NUMBER, (int64_t)(v), NULL, NULL})
#define arg_date(n, v)    ((struct error_value){(n), ERROR_ARG_DATE, (int64_t)(v), NULL, NULL})
#define arg_instant(n, v) ((struct error_value){(n), ERROR_ARG_INSTANT, (int64_t)(v), NULL, NULL})
/* An enumerator: the word for programs, its labels for people (struct word_row has both). */
#define arg_label(n, w, l) ((struct error_value){(n), ERROR_ARG_LABEL, 0, (w), (l)})
#define ARG_END            ((struct error_value){NULL, ERROR_ARG_END, 0, NULL, NULL})

#define ERROR_STRING_(x) #x
#define ERROR_STRING(x)  ERROR_STRING_(x)
#define ERROR_HERE       (__FILE__ ":" ERROR_STRING(__LINE__))

/* Fills `err` and returns false, so that a refusal is one line; at least one argument, always.
 *   error_set(err, ERR_CALENDAR_GAP, arg_number("year", 2031)) */
#define error_set(err, code, ...)                                                                  \
    error_refused(error_set_at((err), (code), ERROR_HERE, __VA_ARGS__, ARG_END))
bool error_set_at(struct error *err, enum error_code code, const char *origin, ...);

/* Says in the header that a refusal is false, which analyzers of one file could not know. */
static inline bool error_refused(bool is_set)
{
    (void)is_set;
    return false;
}

void error_clear(struct error *err);

/* HTTP status, stable lower-case word ("calendar_gap") and sentence, its {names} not yet filled. */
int error_status(enum error_code code);
const char *error_word(enum error_code code);
const char *error_template(enum error_code code, enum language lang);

/* Renders the sentence with its arguments; always terminated, cut to `size`. Returns its length.
 * Dates read 05/8/2022 in Vietnamese and 2022-08-05 in English; instants are shown in `zone_s`. */
size_t error_sentence(const struct error *err, enum language lang, int32_t zone_s, char *buf,
                      size_t size);

/* The argument called `name`, or NULL. */
const struct error_arg *error_arg(const struct error *err, const char *name);
