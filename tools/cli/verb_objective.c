/* Declared objective time: list, one, declare, amend, withdraw. */
#include <string.h>

#include "base/json.h"
#include "cli/cli.h"

/* Steps are given as words of the command line, and travel as objects. */
static void steps_as_objects(cJSON *body)
{
    cJSON *words = cJSON_DetachItemFromObjectCaseSensitive(body, "steps"), *word;
    cJSON *steps = words ? cJSON_AddArrayToObject(body, "steps") : NULL;

    cJSON_ArrayForEach (word, words) {
        cJSON *step = cJSON_CreateObject();
        const char *text = cJSON_GetStringValue(word);

        cJSON_AddRawToObject(step, "number",
                             text && *text && strspn(text, "0123456789") == strlen(text)
                                 ? text
                                 : "0"); /* refused by the daemon, with its place */
        cJSON_AddItemToArray(steps, step);
    }
    cJSON_Delete(words);
}

static enum cli_exit objective_send(struct cli *cli, const char *method, const char *template)
{
    CLEANUP(client_reply_deinit) struct client_reply reply = {0};
    struct client_request request = {.method = method};
    bool is_read = strcmp(method, "GET") == 0;
    CLEANUP(json_freep) cJSON *body = is_read ? NULL : cli_body(cli);
    enum cli_exit status;

    if (body)
        steps_as_objects(body);
    request.path = cli_path(cli, template, false);
    request.body = body ? cli_body_text(cli, body) : NULL;
    if (!request.path || (!is_read && !request.body))
        return cli_fail(cli, CLI_USAGE);
    status = cli_call(cli, &request, &reply);
    return status == CLI_DONE ? cli_print(cli, VIEW_OBJECTIVE, &reply) : status;
}

enum cli_exit run_objective(struct cli *cli)
{
    static const struct {
        const char *what, *method, *path;
    } rows[] = {
        {"show", "GET", "/api/v1/objective-intervals/{ID}"},
        {"declare", "POST", "/api/v1/objective-intervals"},
        {"amend", "POST", "/api/v1/objective-intervals/{ID}/changes"},
        {"withdraw", "POST", "/api/v1/objective-intervals/{ID}/actions/withdraw"},
    };
    const char *what = arguments_value(&cli->arguments, "DO");

    if (!what || strcmp(what, "list") == 0)
        return run_send(cli);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (strcmp(rows[i].what, what) != 0)
            continue;
        if (!arguments_value(&cli->arguments, "ID") && strcmp(what, "declare") != 0) {
            error_set(&cli->error, ERR_CLI_ARGUMENT_MISSING, arg_text("argument", "ID"),
                      arg_text("verb", cli->verb->word));
            return cli_fail(cli, CLI_USAGE);
        }
        return objective_send(cli, rows[i].method, rows[i].path);
    }
    error_set(&cli->error, ERR_CLI_VALUE, arg_text("option", "DO"), arg_text("value", what));
    return cli_fail(cli, CLI_USAGE);
}
