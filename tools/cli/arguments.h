/* The command line, read against the tables verbs.def and options.def: what is not in a row is
 * refused by name, and the help comes from the same rows. */
#pragma once
#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/error.h"
#include "cli/exit.h"
#include "cli/view.h"

enum option_kind {
    OPTION_TEXT,
    OPTION_INTEGER,
    OPTION_INSTANT,
    OPTION_DATE,
    OPTION_FLAG,
    OPTION_LIST,
    OPTION_LOCAL
};

struct option_row {
    const char *word;
    enum option_kind kind;
    const char *field; /* of the message; a dot makes an object */
    const char *value; /* what stands after it in the help; "": it is a flag */
    const char *about[2];
};

struct cli;

struct verb {
    const char *word;
    enum cli_exit (*run)(struct cli *cli);
    const char *arguments; /* "CODE [PART]"; the last may be "[ID...]": one or more */
    const char *method;
    const char *path; /* of an action: its word */
    enum view view;
    const char *options; /* words of options.def; ! after those that must be given */
    const char *about[2];
};

extern const struct verb verbs[];
extern const size_t n_verbs;

const struct verb *verb_find(const char *word);
const struct option_row *option_find(const char *word, size_t len);

#define ARGUMENTS_MAX        512
#define ARGUMENT_OPTIONS_MAX 64

struct given_option {
    const struct option_row *row;
    const char *value; /* borrowed from argv; "true" for a flag */
};

struct arguments {
    const char *names[ARGUMENTS_MAX]; /* "CODE" */
    const char *values[ARGUMENTS_MAX];
    size_t n_values;
    struct given_option options[ARGUMENT_OPTIONS_MAX];
    size_t n_options;
};

/* Reads what follows the verb.
 * Errors: CLI_OPTION_UNKNOWN, CLI_OPTION_VALUE, CLI_OPTION_MISSING, CLI_ARGUMENT_MISSING,
 * CLI_ARGUMENT_EXTRA. */
MUST_CHECK
bool arguments_read(const struct verb *verb, char *const *words, size_t n_words, struct arena *a,
                    struct arguments *ret_arguments, struct error *err);

/* The argument or option of that name, or NULL. */
const char *arguments_value(const struct arguments *args, const char *name);
const char *arguments_option(const struct arguments *args, const char *word);

/* Adds the options that are sent to a JSON object.
 * Errors: CLI_VALUE {option} {value}; NO_MEMORY. */
MUST_CHECK
bool arguments_json(const struct arguments *args, cJSON *object, struct error *err);

void help_print(FILE *to, enum language language);
void help_print_verb(FILE *to, const struct verb *verb, enum language language);
void help_print_manual(FILE *to, enum language language); /* in the language of man(7) */

/* What help and manual say besides the verbs. */
struct global_option {
    const char *word;
    const char *about[2];
};
extern const struct global_option help_globals[];
extern const size_t help_n_globals, help_n_exits;
extern const char *const help_exits[5][2];
