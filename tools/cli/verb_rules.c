/* Verbs of the rules as data: procedures and rulesets, their versions, what a file would do. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "cli/cli.h"

#define RULES_FILE_MAX (16u << 20)

static enum cli_exit refuse_word(struct cli *cli, const char *option, const char *value)
{
    error_set(&cli->error, ERR_CLI_VALUE, arg_text("option", option), arg_text("value", value));
    return cli_fail(cli, CLI_USAGE);
}

/* The word after DO, which most of them need. */
static const char *what(struct cli *cli)
{
    const char *value = arguments_value(&cli->arguments, "WHAT");

    if (!value)
        error_set(&cli->error, ERR_CLI_ARGUMENT_MISSING, arg_text("argument", "WHAT"),
                  arg_text("verb", cli->verb->word));
    return value;
}

/* A GET of a path with {WHAT}, shown by one or two views; VIEW_RECORD stands for none. */
static enum cli_exit show(struct cli *cli, const char *template, enum view first, enum view second)
{
    CLEANUP(client_reply_deinit) struct client_reply reply = {0};
    struct client_request request = {.method = "GET"};
    enum cli_exit status;

    request.path = cli_path(cli, template, true);
    if (!request.path)
        return cli_fail(cli, CLI_USAGE);
    status = cli_call(cli, &request, &reply);
    if (status == CLI_DONE)
        status = cli_print(cli, first, &reply);
    if (status == CLI_DONE && second != VIEW_RECORD && !cli->is_json)
        status = cli_print(cli, second, &reply);
    return status;
}

/* ---- procedures ---- */

/* What is read, as it may be saved again; a person can read it too. */
static enum cli_exit procedure_export(struct cli *cli)
{
    CLEANUP(client_reply_deinit) struct client_reply reply = {0};
    CLEANUP(json_freep) cJSON *json = NULL;
    struct client_request request = {.method = "GET"};
    enum cli_exit status;
    char *text;

    request.path = cli_path(cli, "/api/v1/procedures/{WHAT}", true);
    if (!request.path)
        return cli_fail(cli, CLI_USAGE);
    status = cli_call(cli, &request, &reply);
    if (status != CLI_DONE)
        return status;
    json = cJSON_ParseWithLength(reply.body.data, reply.body.len);
    cJSON_DeleteItemFromObjectCaseSensitive(json, "field_name");
    cJSON_DeleteItemFromObjectCaseSensitive(json, "valid_to");
    text = cJSON_Print(json);
    if (text)
        printf("%s\n", text);
    cJSON_free(text);
    return CLI_DONE;
}

/* The request: a file that holds a procedure, or a whole request, with the options on top. */
static cJSON *procedure_request(struct cli *cli, bool is_check)
{
    static const char *const told[] = {"source", "reason"};
    const char *path = what(cli), *from = arguments_option(&cli->arguments, "valid-from"), *bytes;
    cJSON *file = NULL, *request, *procedure;
    size_t len;

    if (!path || !file_read(cli->arena, path, RULES_FILE_MAX, &bytes, &len, &cli->error) ||
        !json_parse(bytes, len, &file, &cli->error))
        return NULL;
    request = file;
    if (!cJSON_GetObjectItemCaseSensitive(file, "procedure")) {
        request = cJSON_CreateObject();
        cJSON_AddItemToObject(request, "procedure", file);
    }
    procedure = cJSON_GetObjectItemCaseSensitive(request, "procedure");
    if (from) {
        cJSON_DeleteItemFromObjectCaseSensitive(procedure, "valid_from");
        cJSON_AddStringToObject(procedure, "valid_from", from);
    }
    for (size_t i = 0; i < ARRAY_LEN(told); i++) {
        const char *value = arguments_option(&cli->arguments, told[i]);

        if (!value && is_check && !cJSON_HasObjectItem(request, told[i]))
            value = "-"; /* nothing is saved, so nothing is to be justified */
        if (!value)
            continue;
        cJSON_DeleteItemFromObjectCaseSensitive(request, told[i]);
        cJSON_AddStringToObject(request, told[i], value);
    }
    return request;
}

static enum cli_exit procedure_put(struct cli *cli, bool is_check)
{
    CLEANUP(client_reply_deinit) struct client_reply reply = {0};
    CLEANUP(json_freep) cJSON *body = procedure_request(cli, is_check);
    const char *key = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(
        cJSON_GetObjectItemCaseSensitive(body, "procedure"), "key"));
    struct client_request request = {.method = "PUT"};
    enum cli_exit status;

    if (!body)
        return cli_fail(cli, CLI_USAGE);
    /* The key of the file is part of the path: stands as an argument for the template. */
    cli->arguments.names[0] = "KEY";
    cli->arguments.values[0] = key ? key : "-";
    request.body = cli_body_text(cli, body);
    request.path = cli_path(
        cli, is_check ? "/api/v1/procedures/{KEY}?check=true" : "/api/v1/procedures/{KEY}", false);
    if (!request.body || !request.path)
        return cli_fail(cli, CLI_INTERNAL);
    status = cli_call(cli, &request, &reply);
    if (status == CLI_DONE)
        status = cli_print(cli, VIEW_PROCEDURE_SAVED, &reply);
    if (status == CLI_DONE && !cli->is_json)
        status = cli_print(cli, VIEW_PROCEDURE_FINDINGS, &reply);
    return status;
}

static enum cli_exit procedure_end(struct cli *cli)
{
    CLEANUP(client_reply_deinit) struct client_reply reply = {0};
    CLEANUP(json_freep) cJSON *body = cli_body(cli);
    struct client_request request = {.method = "POST"};
    enum cli_exit status;

    request.body = body ? cli_body_text(cli, body) : NULL;
    request.path =
        request.body ? cli_path(cli, "/api/v1/procedures/{WHAT}/actions/end", false) : NULL;
    if (!request.path)
        return cli_fail(cli, CLI_USAGE);
    status = cli_call(cli, &request, &reply);
    return status == CLI_DONE ? cli_print(cli, VIEW_PROCEDURE, &reply) : status;
}

enum cli_exit run_procedure(struct cli *cli)
{
    const char *verb = arguments_value(&cli->arguments, "DO");

    if (!verb || strcmp(verb, "list") == 0)
        return show(cli, "/api/v1/procedures", VIEW_PROCEDURES, VIEW_RECORD);
    if (!what(cli))
        return cli_fail(cli, CLI_USAGE);
    if (strcmp(verb, "show") == 0)
        return show(cli, "/api/v1/procedures/{WHAT}", VIEW_PROCEDURE, VIEW_PROCEDURE_CASES);
    if (strcmp(verb, "versions") == 0)
        return show(cli, "/api/v1/procedures/{WHAT}/versions", VIEW_PROCEDURE_VERSIONS,
                    VIEW_RECORD);
    if (strcmp(verb, "export") == 0)
        return procedure_export(cli);
    if (strcmp(verb, "check") == 0 || strcmp(verb, "save") == 0)
        return procedure_put(cli, strcmp(verb, "check") == 0);
    if (strcmp(verb, "end") == 0)
        return procedure_end(cli);
    return refuse_word(cli, "DO", verb);
}

/* ---- rulesets ---- */

/* "--parameter NAME=VALUE", as often as wanted, onto the body of --body. */
static bool add_parameters(struct cli *cli, cJSON *body)
{
    cJSON *list = cJSON_GetObjectItemCaseSensitive(body, "parameters");

    for (size_t i = 0; i < cli->arguments.n_options; i++) {
        const struct given_option *o = &cli->arguments.options[i];
        const char *equals = strchr(o->value, '=');
        cJSON *row;

        if (strcmp(o->row->word, "parameter") != 0)
            continue;
        if (!equals)
            return error_set(&cli->error, ERR_CLI_VALUE, arg_text("option", "parameter"),
                             arg_text("value", o->value));
        if (!list)
            list = cJSON_AddArrayToObject(body, "parameters");
        row = cJSON_CreateObject();
        cJSON_AddStringToObject(row, "name",
                                arena_strndup(cli->arena, o->value, (size_t)(equals - o->value)));
        cJSON_AddStringToObject(row, "value", equals + 1);
        cJSON_AddItemToArray(list, row);
    }
    return true;
}

static enum cli_exit ruleset_save(struct cli *cli)
{
    CLEANUP(client_reply_deinit) struct client_reply reply = {0};
    CLEANUP(json_freep) cJSON *body = cli_body(cli);
    const char *from = arguments_option(&cli->arguments, "valid-from");
    struct client_request request = {.method = "POST"};
    enum cli_exit status;

    if (!body || !add_parameters(cli, body))
        return cli_fail(cli, CLI_USAGE);
    if (from) {
        cJSON_DeleteItemFromObjectCaseSensitive(body, "valid_from");
        cJSON_AddStringToObject(body, "valid_from", from);
    }
    request.body = cli_body_text(cli, body);
    request.path = request.body ? cli_path(cli, "/api/v1/rulesets/{WHAT}/changes", false) : NULL;
    if (!request.path)
        return cli_fail(cli, CLI_USAGE);
    status = cli_call(cli, &request, &reply);
    return status == CLI_DONE ? cli_print(cli, VIEW_RULESET, &reply) : status;
}

static cJSON *ruleset_get(struct cli *cli, const char *template, enum cli_exit *ret_status)
{
    CLEANUP(client_reply_deinit) struct client_reply reply = {0};
    struct client_request request = {.method = "GET"};

    request.path = cli_path(cli, template, false);
    *ret_status = request.path ? cli_call(cli, &request, &reply) : cli_fail(cli, CLI_USAGE);
    return *ret_status == CLI_DONE ? cJSON_ParseWithLength(reply.body.data, reply.body.len) : NULL;
}

static void add_text(cJSON *row, const char *name, const cJSON *from, const char *member)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(from, member));

    cJSON_AddStringToObject(row, name, text ? text : "");
}

/* The parameters in which two rulesets differ. */
static enum cli_exit ruleset_compare(struct cli *cli)
{
    enum cli_exit status;
    CLEANUP(json_freep) cJSON *a = ruleset_get(cli, "/api/v1/rulesets/{WHAT}", &status);
    CLEANUP(json_freep) cJSON *b = NULL;
    CLEANUP(json_freep) cJSON *out = cJSON_CreateObject();
    cJSON *items = cJSON_AddArrayToObject(out, "items");
    const cJSON *x, *y;

    if (status != CLI_DONE)
        return status;
    b = ruleset_get(cli, "/api/v1/rulesets/{WITH}", &status);
    if (status != CLI_DONE)
        return status;
    y = cJSON_GetObjectItemCaseSensitive(b, "parameters");
    y = y ? y->child : NULL; /* both lists have every parameter, in the same order */
    cJSON_ArrayForEach (x, cJSON_GetObjectItemCaseSensitive(a, "parameters")) {
        if (y && !cJSON_Compare(cJSON_GetObjectItemCaseSensitive(x, "value"),
                                cJSON_GetObjectItemCaseSensitive(y, "value"), true)) {
            cJSON *row = cJSON_CreateObject();

            add_text(row, "name", x, "name");
            add_text(row, "first", x, "value");
            add_text(row, "second", y, "value");
            add_text(row, "decides", x, "decides");
            cJSON_AddItemToArray(items, row);
        }
        y = y ? y->next : NULL;
    }
    if (cli->is_json)
        printf("%s\n", cli_body_text(cli, out));
    else
        view_print(stdout, VIEW_RULESET_DIFFERENCES, out, cli->language, view_width(stdout));
    return CLI_DONE;
}

enum cli_exit run_ruleset(struct cli *cli)
{
    const char *verb = arguments_value(&cli->arguments, "DO");

    if (!verb || strcmp(verb, "list") == 0)
        return show(cli, "/api/v1/rulesets", VIEW_RULESETS, VIEW_RECORD);
    if (!what(cli))
        return cli_fail(cli, CLI_USAGE);
    if (strcmp(verb, "show") == 0)
        return show(cli, "/api/v1/rulesets/{WHAT}", VIEW_RULESET, VIEW_RULESET_VALUES);
    if (strcmp(verb, "save") == 0)
        return ruleset_save(cli);
    if (strcmp(verb, "compare") == 0 && arguments_value(&cli->arguments, "WITH"))
        return ruleset_compare(cli);
    return refuse_word(cli, "DO", verb);
}
