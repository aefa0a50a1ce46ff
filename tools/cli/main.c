/* motcua: the one-stop shop from the command line, over the daemon's API.
 *
 * What a verb is, what it takes and how its answer looks are rows of verbs.def, options.def and
 * views.def; the code here reads the rows. */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "cli/cli.h"

#define TOKEN_FILE_MAX 4096
#define MEMORY_MAX     ((size_t)1 << 30) /* a year's dossiers in one CSV file fit */

static void client_freep(struct client **c)
{
    *c = client_free(*c);
}

/* LC_ALL, LC_MESSAGES and LANG in the order of POSIX; Vietnamese only where asked for. */
static enum language language_of_environment(void)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const char *value = getenv(names[i]);

        if (value && *value)
            return strncmp(value, "vi", 2) == 0 ? LANGUAGE_VI : LANGUAGE_EN;
    }
    return LANGUAGE_EN;
}

enum cli_exit cli_fail(const struct cli *cli, enum cli_exit status)
{
    char sentence[1024];

    if (cli->error.code != ERR_NONE) {
        error_sentence(&cli->error, cli->language, ZONE_VIETNAM_S, sentence, sizeof sentence);
        fprintf(stderr, "motcua: %s\n", sentence);
    }
    return cli->error.code == ERR_CLI_UNREACHABLE ? CLI_UNREACHABLE
           : cli->error.code == ERR_CLI_LOGIN     ? CLI_REFUSED
           : cli->error.code == ERR_NO_MEMORY     ? CLI_INTERNAL
                                                  : status;
}

/* Options of every verb, taken out of the words wherever they stand. */
struct globals {
    const char *alias, *data, *token_file;
    bool is_help, is_manual;
};

static bool globals_value(char **words, size_t n, size_t *index, const char *name,
                          const char **ret_value)
{
    size_t len = strlen(name);

    if (strncmp(words[*index], name, len) != 0)
        return false;
    if (words[*index][len] == '=') {
        *ret_value = words[*index] + len + 1;
        return true;
    }
    if (words[*index][len] || *index + 1 == n)
        return false;
    *ret_value = words[++*index];
    return true;
}

static size_t globals_take(struct cli *cli, struct globals *g, char **words, size_t n)
{
    const char *lang = NULL;
    size_t kept = 0;

    for (size_t i = 0; i < n; i++) {
        if (strcmp(words[i], "--json") == 0)
            cli->is_json = true;
        else if (strcmp(words[i], "--no-wait") == 0)
            cli->is_unattended = true;
        else if (strcmp(words[i], "--help") == 0 || strcmp(words[i], "-h") == 0)
            g->is_help = true;
        else if (strcmp(words[i], "--man") == 0)
            g->is_manual = true;
        else if (!globals_value(words, n, &i, "--as", &g->alias) &&
                 !globals_value(words, n, &i, "--data", &g->data) &&
                 !globals_value(words, n, &i, "--token-file", &g->token_file) &&
                 !globals_value(words, n, &i, "--lang", &lang))
            words[kept++] = words[i];
    }
    if (lang)
        cli->language = strcmp(lang, "vi") == 0 ? LANGUAGE_VI : LANGUAGE_EN;
    return kept;
}

/* The state of the daemon and the check of a document are told to everybody. */
static bool needs_login(const struct cli *cli, const struct globals *g)
{
    return !g->token_file && cli->verb->run != run_health && cli->verb->run != run_document;
}

static enum cli_exit cli_run(struct cli *cli, const struct globals *g, char **words, size_t n)
{
    CLEANUP(client_freep) struct client *client = NULL;
    const char *data = g->data ? g->data : getenv("MOTCUA_DATA");

    if (!arguments_read(cli->verb, words, n, cli->arena, &cli->arguments, &cli->error))
        return cli_fail(cli, CLI_USAGE);
    if (cli->verb->run == run_offline)
        return run_offline(cli);
    if (!home_open(cli->arena, data && *data ? data : "data", g->alias, needs_login(cli, g),
                   &cli->home, &cli->error))
        return cli_fail(cli, CLI_USAGE);
    client = client_new(cli->arena, &cli->home, cli->language);
    if (!client) {
        error_set(&cli->error, ERR_NO_MEMORY, arg_text("what", "curl"));
        return cli_fail(cli, CLI_INTERNAL);
    }
    if (g->token_file) {
        const char *bytes;
        size_t len;

        if (!file_read(cli->arena, g->token_file, TOKEN_FILE_MAX, &bytes, &len, &cli->error))
            return cli_fail(cli, CLI_USAGE);
        client_use_token(client, arena_strndup(cli->arena, bytes, strcspn(bytes, " \t\r\n")));
    }
    cli->client = client;
    return cli->verb->run(cli);
}

int main(int argc, char **argv)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(MEMORY_MAX);
    struct cli cli = {.arena = arena, .language = language_of_environment()};
    struct globals g = {0};
    size_t n = globals_take(&cli, &g, argv + 1, (size_t)(argc > 0 ? argc - 1 : 0));
    const char *word = n ? argv[1] : NULL;
    enum cli_exit status;

    setlocale(LC_CTYPE, "");
    error_clear(&cli.error);
    if (!arena)
        return CLI_INTERNAL;
    if (g.is_manual) {
        help_print_manual(stdout, cli.language);
        return fflush(stdout) == 0 ? CLI_DONE : CLI_INTERNAL;
    }
    if (!word || strcmp(word, "help") == 0) {
        cli.verb = n > 1 ? verb_find(argv[2]) : NULL;
        if (cli.verb)
            help_print_verb(stdout, cli.verb, cli.language);
        else
            help_print(word || g.is_help ? stdout : stderr, cli.language);
        return word || g.is_help ? CLI_DONE : CLI_USAGE;
    }
    cli.verb = verb_find(word);
    if (!cli.verb) {
        error_set(&cli.error, ERR_CLI_VERB_UNKNOWN, arg_text("verb", word));
        return (int)cli_fail(&cli, CLI_USAGE);
    }
    if (g.is_help) {
        help_print_verb(stdout, cli.verb, cli.language);
        return CLI_DONE;
    }
    status = cli_run(&cli, &g, argv + 2, n - 1);
    return fflush(stdout) == 0 ? (int)status : CLI_INTERNAL;
}
