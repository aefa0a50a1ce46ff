#include "cli/arguments.h"

#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "cli/cli.h"

static const struct option_row options[] = {
#define OPTION(id, word, kind, field, value, vi, en) {word, OPTION_##kind, field, value, {vi, en}},
#include "cli/options.def"
#undef OPTION
};

const struct verb verbs[] = {
#define VERB(id, word, run, arguments, method, path, view, options, vi, en)                        \
    {word, run_##run, arguments, method, path, VIEW_##view, options, {vi, en}},
#include "cli/verbs.def"
#undef VERB
};
const size_t n_verbs = ARRAY_LEN(verbs);

const struct verb *verb_find(const char *word)
{
    for (size_t i = 0; i < n_verbs; i++)
        if (strcmp(verbs[i].word, word) == 0)
            return &verbs[i];
    return NULL;
}

/* Walks the words of a blank-separated list: the next word and its length, or NULL at the end. */
static const char *next_word(const char **list, size_t *ret_len)
{
    const char *word = *list + strspn(*list, " ");

    *ret_len = strcspn(word, " ");
    *list = word + *ret_len;
    return *ret_len ? word : NULL;
}

const struct option_row *option_find(const char *word, size_t len)
{
    for (size_t i = 0; i < ARRAY_LEN(options); i++)
        if (strlen(options[i].word) == len && strncmp(options[i].word, word, len) == 0)
            return &options[i];
    return NULL;
}

/* The row of `word` if the verb takes it. */
static const struct option_row *option_of(const struct verb *verb, const char *word, size_t len)
{
    const char *list = verb->options, *w;
    size_t n;

    while ((w = next_word(&list, &n))) {
        if (w[n - 1] == '!')
            n--;
        if (n == len && strncmp(w, word, len) == 0)
            return option_find(word, len);
    }
    return NULL;
}

static bool arguments_read_option(const struct verb *verb, char *const *words, size_t n_words,
                                  size_t *index, struct arguments *args, struct error *err)
{
    const char *word = words[*index] + 2, *equals = strchr(word, '=');
    size_t len = equals ? (size_t)(equals - word) : strlen(word);
    const struct option_row *row = option_of(verb, word, len);
    const char *value = "true";

    if (!row || args->n_options == ARGUMENT_OPTIONS_MAX)
        return error_set(err, ERR_CLI_OPTION_UNKNOWN, arg_text("option", words[*index]),
                         arg_text("verb", verb->word));
    if (!row->value[0] && equals)
        return error_set(err, ERR_CLI_OPTION_FLAG, arg_text("option", row->word));
    if (row->value[0]) {
        value = equals ? equals + 1 : *index + 1 < n_words ? words[++*index] : NULL;
        if (!value)
            return error_set(err, ERR_CLI_OPTION_VALUE, arg_text("option", row->word),
                             arg_text("value", row->value));
    }
    args->options[args->n_options++] = (struct given_option){row, value};
    return true;
}

static bool arguments_check_options(const struct verb *verb, const struct arguments *args,
                                    struct error *err)
{
    const char *list = verb->options, *w;
    char word[64];
    size_t n;

    while ((w = next_word(&list, &n))) {
        if (w[n - 1] != '!' || n > sizeof word)
            continue;
        memcpy(word, w, n - 1);
        word[n - 1] = '\0';
        if (!arguments_option(args, word))
            return error_set(err, ERR_CLI_OPTION_MISSING, arg_text("option", word),
                             arg_text("verb", verb->word));
    }
    return true;
}

/* Names the values by the words of the verb's row, "CODE [PART]". */
static bool arguments_name(const struct verb *verb, struct arguments *args, struct arena *a,
                           struct error *err)
{
    const char *list = verb->arguments, *w;
    bool is_many;
    size_t n, i = 0;

    while ((w = next_word(&list, &n)) && i < ARGUMENTS_MAX) {
        bool is_optional = w[0] == '[';
        char *name = is_optional ? arena_strndup(a, w + 1, n - 2) : arena_strndup(a, w, n);

        if (!name)
            return error_set(err, ERR_NO_MEMORY, arg_text("what", verb->word));
        is_many = strlen(name) > 3 && strcmp(name + strlen(name) - 3, "...") == 0;
        if (is_many)
            name[strlen(name) - 3] = '\0';
        if (i >= args->n_values && !is_optional)
            return error_set(err, ERR_CLI_ARGUMENT_MISSING, arg_text("argument", name),
                             arg_text("verb", verb->word));
        args->names[i++] = name;
        while (is_many && i < args->n_values)
            args->names[i++] = name;
    }
    if (args->n_values > i)
        return error_set(err, ERR_CLI_ARGUMENT_EXTRA, arg_text("value", args->values[i]),
                         arg_text("verb", verb->word));
    return true;
}

bool arguments_read(const struct verb *verb, char *const *words, size_t n_words, struct arena *a,
                    struct arguments *ret_arguments, struct error *err)
{
    struct arguments args = {0};

    for (size_t i = 0; i < n_words; i++) {
        if (strncmp(words[i], "--", 2) == 0 && words[i][2]) {
            if (!arguments_read_option(verb, words, n_words, &i, &args, err))
                return false;
        } else if (args.n_values == ARGUMENTS_MAX) {
            return error_set(err, ERR_CLI_ARGUMENT_EXTRA, arg_text("value", words[i]),
                             arg_text("verb", verb->word));
        } else {
            args.values[args.n_values++] = words[i];
        }
    }
    if (!arguments_name(verb, &args, a, err) || !arguments_check_options(verb, &args, err))
        return false;
    *ret_arguments = args;
    return true;
}

const char *arguments_value(const struct arguments *args, const char *name)
{
    for (size_t i = 0; i < args->n_values; i++)
        if (strcmp(args->names[i], name) == 0)
            return args->values[i];
    return NULL;
}

const char *arguments_option(const struct arguments *args, const char *word)
{
    for (size_t i = 0; i < args->n_options; i++)
        if (strcmp(args->options[i].row->word, word) == 0)
            return args->options[i].value;
    return NULL;
}

/* A bare date stays one; a time without an offset is Viet Nam's. */
static cJSON *instant_json(const char *text)
{
    char written[INSTANT_TEXT_MAX];
    int32_t on;
    int64_t at;

    if (date_parse(text, &on))
        return cJSON_CreateString(text);
    if (!instant_parse(text, ZONE_VIETNAM_S, &at))
        return NULL;
    instant_format(at, ZONE_VIETNAM_S, written);
    return cJSON_CreateString(written);
}

static cJSON *option_json(const struct given_option *given)
{
    char *end;
    int32_t on;
    long long number;

    switch (given->row->kind) {
    case OPTION_INTEGER:
        number = strtoll(given->value, &end, 10);
        return *given->value && !*end ? cJSON_CreateNumber((double)number) : NULL;
    case OPTION_INSTANT:
        return instant_json(given->value);
    case OPTION_DATE:
        return date_parse(given->value, &on) ? cJSON_CreateString(given->value) : NULL;
    case OPTION_FLAG: /* the one flag that is a word on the wire */
        return strcmp(given->row->word, "organisation") == 0 ? cJSON_CreateString("organisation")
                                                             : cJSON_CreateTrue();
    case OPTION_TEXT:
    case OPTION_LIST:
    case OPTION_LOCAL:
        break;
    }
    return cJSON_CreateString(given->value);
}

/* The object and the last name that a field's path ends at: "applicant.name" makes "applicant". */
static cJSON *object_at(cJSON *object, const char *field, const char **ret_name)
{
    const char *dot = strchr(field, '.');
    char name[64];
    cJSON *inner;

    *ret_name = dot ? dot + 1 : field;
    if (!dot || (size_t)(dot - field) >= sizeof name)
        return object;
    memcpy(name, field, (size_t)(dot - field));
    name[dot - field] = '\0';
    inner = cJSON_GetObjectItemCaseSensitive(object, name);
    return inner ? inner : cJSON_AddObjectToObject(object, name);
}

bool arguments_json(const struct arguments *args, cJSON *object, struct error *err)
{
    for (size_t i = 0; i < args->n_options; i++) {
        const struct given_option *given = &args->options[i];
        const char *name;
        cJSON *inner, *value, *list;

        if (given->row->kind == OPTION_LOCAL)
            continue;
        value = option_json(given);
        if (!value)
            return error_set(err, ERR_CLI_VALUE, arg_text("option", given->row->word),
                             arg_text("value", given->value));
        inner = object_at(object, given->row->field, &name);
        if (given->row->kind == OPTION_LIST) {
            list = cJSON_GetObjectItemCaseSensitive(inner, name);
            cJSON_AddItemToArray(list ? list : cJSON_AddArrayToObject(inner, name), value);
        } else {
            cJSON_DeleteItemFromObjectCaseSensitive(inner, name);
            cJSON_AddItemToObject(inner, name, value);
        }
    }
    return true;
}
