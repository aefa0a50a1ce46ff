/* The verb `letters`: the list, one letter, its actions, its PDF. */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "cli/cli.h"

static enum cli_exit letter_usage(struct cli *cli, const char *name, const char *value)
{
    error_set(&cli->error, ERR_CLI_VALUE, arg_text("option", name), arg_text("value", value));
    return cli_fail(cli, CLI_USAGE);
}

static enum cli_exit letter_get(struct cli *cli, struct client_reply *reply)
{
    struct client_request request = {.method = "GET"};

    request.path = cli_path(cli, "/api/v1/letters/{ID}", false);
    return request.path ? cli_call(cli, &request, reply) : cli_fail(cli, CLI_INTERNAL);
}

/* The letter, then everybody it goes to. */
static enum cli_exit letter_print(struct cli *cli, const struct client_reply *reply)
{
    enum cli_exit status = cli_print(cli, VIEW_LETTER, reply);

    if (status != CLI_DONE || cli->is_json || !reply->body.data ||
        !strstr(reply->body.data, "\"addressees\":[{"))
        return status;
    fputs("\n", stdout);
    return cli_print(cli, VIEW_ADDRESSEES, reply);
}

static enum cli_exit letter_act(struct cli *cli, const char *action)
{
    CLEANUP(client_reply_deinit) struct client_reply before = {0}, reply = {0};
    CLEANUP(json_freep) cJSON *body = cli_body(cli);
    struct client_request request = {.method = "POST"};
    const char *template = arena_printf(cli->arena, "/api/v1/letters/{ID}/actions/%s", action);
    enum cli_exit status;

    if (!body || !template)
        return cli_fail(cli, CLI_USAGE);
    request.path = cli_path(cli, template, false);
    request.body = cli_body_text(cli, body);
    if (!request.path || !request.body)
        return cli_fail(cli, CLI_INTERNAL);
    if (!arguments_option(&cli->arguments, "no-check")) {
        status = letter_get(cli, &before);
        if (status != CLI_DONE)
            return status;
        request.if_match = before.etag[0] ? before.etag : NULL;
    }
    status = cli_call(cli, &request, &reply);
    return status == CLI_DONE ? letter_print(cli, &reply) : status;
}

/* The letter says where its PDF is. */
static enum cli_exit letter_pdf(struct cli *cli)
{
    CLEANUP(client_reply_deinit) struct client_reply letter = {0}, pdf = {0};
    CLEANUP(json_freep) cJSON *json = NULL;
    const char *out = arguments_option(&cli->arguments, "out"), *path;
    struct client_request request = {.method = "GET", .accept = "application/pdf"};
    enum cli_exit status = letter_get(cli, &letter);

    if (status != CLI_DONE)
        return status;
    json = cJSON_ParseWithLength(letter.body.data, letter.body.len);
    path = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "document"));
    if (!path) {
        error_set(&cli->error, ERR_CLI_NO_DOCUMENT,
                  arg_text("id", arguments_value(&cli->arguments, "ID")));
        return cli_fail(cli, CLI_REFUSED);
    }
    request.path = path;
    status = cli_call(cli, &request, &pdf);
    if (status != CLI_DONE)
        return status;
    if (!out)
        out = arena_printf(cli->arena, "letter-%s.pdf", arguments_value(&cli->arguments, "ID"));
    return out ? cli_save(cli, out, &pdf.body) : CLI_INTERNAL;
}

#define PAPER_MAX ((size_t)16 << 20)

/* ID, then the file: the second of the arguments. */
static enum cli_exit letter_hand_back(struct cli *cli)
{
    CLEANUP(client_reply_deinit) struct client_reply before = {0}, reply = {0};
    struct client_request request = {.method = "PUT"};
    const char *file = NULL;
    enum cli_exit status;
    size_t n = 0;

    for (size_t i = 0; i < cli->arguments.n_values; i++)
        if (strcmp(cli->arguments.names[i], "ID") == 0 && n++ == 1)
            file = cli->arguments.values[i];
    if (n != 2) {
        error_set(&cli->error, ERR_CLI_ARGUMENT_MISSING, arg_text("argument", "FILE"),
                  arg_text("verb", "letters"));
        return cli_fail(cli, CLI_USAGE);
    }
    if (!file_read(cli->arena, file, PAPER_MAX, &request.body, &request.body_len, &cli->error))
        return cli_fail(cli, CLI_USAGE);
    status = letter_get(cli, &before);
    if (status != CLI_DONE)
        return status;
    request.if_match = before.etag[0] ? before.etag : NULL;
    request.path = cli_path(cli, "/api/v1/letters/{ID}/document", false);
    if (!request.path)
        return cli_fail(cli, CLI_INTERNAL);
    status = cli_call(cli, &request, &reply);
    return status == CLI_DONE ? letter_print(cli, &reply) : status;
}

/* ---- a list, reviewed ---- */

static bool letter_choose(cJSON *letters, const cJSON *letter)
{
    const cJSON *id = cJSON_GetObjectItemCaseSensitive(letter, "id");
    const cJSON *version = cJSON_GetObjectItemCaseSensitive(letter, "version");
    cJSON *row = cJSON_CreateObject();

    return cJSON_AddItemToArray(letters, row) &&
           cJSON_AddNumberToObject(row, "id", cJSON_GetNumberValue(id)) &&
           cJSON_AddNumberToObject(row, "version", cJSON_GetNumberValue(version));
}

/* Each letter of the command line, with the version it has now. */
static enum cli_exit letters_named(struct cli *cli, cJSON *letters)
{
    for (size_t i = 0; i < cli->arguments.n_values; i++) {
        CLEANUP(client_reply_deinit) struct client_reply reply = {0};
        CLEANUP(json_freep) cJSON *letter = NULL;
        struct client_request request = {.method = "GET"};
        enum cli_exit status;

        if (strcmp(cli->arguments.names[i], "ID") != 0)
            continue;
        request.path = arena_printf(cli->arena, "/api/v1/letters/%s", cli->arguments.values[i]);
        if (!request.path)
            return cli_fail(cli, CLI_INTERNAL);
        status = cli_call(cli, &request, &reply);
        if (status != CLI_DONE)
            return status;
        letter = cJSON_ParseWithLength(reply.body.data, reply.body.len);
        if (!letter || !letter_choose(letters, letter))
            return cli_fail(cli, CLI_INTERNAL);
    }
    return CLI_DONE;
}

static bool letter_confirms(const struct cli *cli, int n)
{
    char line[16];

    if (arguments_option(&cli->arguments, "yes"))
        return true;
    fprintf(stderr,
            cli->language == LANGUAGE_VI ? "Ký %d phiếu trên? [c/K] "
                                         : "Sign these %d letters? [y/N] ",
            n);
    return fgets(line, sizeof line, stdin) && strchr("yYcC", line[0]);
}

/* The drafts that one may see, shown, and signed when that is confirmed: the first 200. */
static enum cli_exit letters_drafted(struct cli *cli, cJSON *letters, bool *ret_confirmed)
{
    CLEANUP(client_reply_deinit) struct client_reply reply = {0};
    CLEANUP(json_freep) cJSON *list = NULL;
    struct client_request request = {.method = "GET",
                                     .path = "/api/v1/letters?state=drafted&limit=200"};
    enum cli_exit status = cli_call(cli, &request, &reply);
    const cJSON *letter;

    *ret_confirmed = false;
    if (status != CLI_DONE)
        return status;
    list = cJSON_ParseWithLength(reply.body.data, reply.body.len);
    cJSON_ArrayForEach (letter, cJSON_GetObjectItemCaseSensitive(list, "items"))
        if (!letter_choose(letters, letter))
            return cli_fail(cli, CLI_INTERNAL);
    status = cli->is_json ? CLI_DONE : cli_print(cli, VIEW_LETTERS, &reply);
    *ret_confirmed = status == CLI_DONE && cJSON_GetArraySize(letters) > 0 &&
                     letter_confirms(cli, cJSON_GetArraySize(letters));
    return status;
}

static enum cli_exit letters_sign(struct cli *cli, bool is_all)
{
    CLEANUP(client_reply_deinit) struct client_reply reply = {0};
    CLEANUP(json_freep) cJSON *body = cJSON_CreateObject();
    cJSON *letters = cJSON_AddArrayToObject(body, "letters");
    struct client_request request = {.method = "POST", .path = "/api/v1/letters/actions/sign"};
    bool is_confirmed = true;
    enum cli_exit status = !letters ? cli_fail(cli, CLI_INTERNAL)
                           : is_all ? letters_drafted(cli, letters, &is_confirmed)
                                    : letters_named(cli, letters);

    if (status != CLI_DONE || !is_confirmed)
        return status;
    request.body = cli_body_text(cli, body);
    if (!request.body)
        return cli_fail(cli, CLI_INTERNAL);
    status = cli_call(cli, &request, &reply);
    return status == CLI_DONE ? job_follow(cli, &reply) : status;
}

/* More than one letter is named. */
static bool is_list(const struct arguments *args)
{
    size_t n = 0;

    for (size_t i = 0; i < args->n_values; i++)
        n += strcmp(args->names[i], "ID") == 0;
    return n > 1;
}

enum cli_exit run_letters(struct cli *cli)
{
    static const struct {
        const char *typed, *action;
    } actions[] = {
        {"revise", "revise"}, {"sign", "sign"},       {"send-back", "unsign"},
        {"unsign", "unsign"}, {"refuse", "refuse"},   {"number", "number"},
        {"issue", "issue"},   {"deliver", "deliver"}, {"acknowledge", "acknowledge"},
        {"cancel", "cancel"},
    };
    CLEANUP(client_reply_deinit) struct client_reply reply = {0};
    const char *what = arguments_value(&cli->arguments, "DO");
    enum cli_exit status;

    if (!what || strcmp(what, "list") == 0)
        return run_send(cli);
    if (strcmp(what, "sign") == 0 &&
        (is_list(&cli->arguments) || arguments_option(&cli->arguments, "all-drafted")))
        return letters_sign(cli, arguments_option(&cli->arguments, "all-drafted") != NULL);
    if (strcmp(what, "hand-back") == 0)
        return letter_hand_back(cli);
    if (is_list(&cli->arguments))
        return letter_usage(cli, "DO", what);
    if (!arguments_value(&cli->arguments, "ID")) {
        error_set(&cli->error, ERR_CLI_ARGUMENT_MISSING, arg_text("argument", "ID"),
                  arg_text("verb", "letters"));
        return cli_fail(cli, CLI_USAGE);
    }
    if (strcmp(what, "pdf") == 0)
        return letter_pdf(cli);
    if (strcmp(what, "show") == 0) {
        status = letter_get(cli, &reply);
        return status == CLI_DONE ? letter_print(cli, &reply) : status;
    }
    for (size_t i = 0; i < ARRAY_LEN(actions); i++)
        if (strcmp(actions[i].typed, what) == 0)
            return letter_act(cli, actions[i].action);
    return letter_usage(cli, "DO", what);
}
