/* Closing a period: a deed is a row, from preparing to opening again; its papers are a verb of
 * their own. */
#include <string.h>

#include "base/json.h"
#include "base/macros.h"
#include "cli/cli.h"

static const struct deed {
    const char *word, *method, *path;
    enum view view;
    bool has_body;
} deeds[] = {
    {"new", "POST", "/api/v1/statistics/closings", VIEW_CLOSING, true},
    {"show", "GET", "/api/v1/statistics/closings/{ID}", VIEW_CLOSING, false},
    {"obstacles", "GET", "/api/v1/statistics/closings/{ID}/obstacles", VIEW_CLOSING_OBSTACLES,
     false},
    {"accept", "POST", "/api/v1/statistics/closings/{ID}/actions/accept", VIEW_CLOSING, true},
    {"close", "POST", "/api/v1/statistics/closings/{ID}/actions/close", VIEW_CLOSING, false},
    {"reopen", "POST", "/api/v1/statistics/closings/{ID}/actions/reopen", VIEW_CLOSING, true},
    {"corrections", "GET", "/api/v1/statistics/closings/{ID}/versions/{N}/corrections",
     VIEW_CLOSING_CORRECTIONS, false},
};

/* Of a closing what stands in the way, and its versions, stand in tables below it. */
static enum cli_exit print(struct cli *cli, const struct deed *deed, struct client_reply *reply)
{
    enum cli_exit status = cli_print(cli, deed->view, reply);

    if (status != CLI_DONE || cli->is_json || deed->view != VIEW_CLOSING)
        return status;
    status = cli_print(cli, VIEW_CLOSING_COUNTS, reply);
    return status == CLI_DONE ? cli_print(cli, VIEW_CLOSING_VERSIONS, reply) : status;
}

static enum cli_exit missing(struct cli *cli, const char *argument)
{
    error_set(&cli->error, ERR_CLI_ARGUMENT_MISSING, arg_text("argument", argument),
              arg_text("verb", cli->verb->word));
    return cli_fail(cli, CLI_USAGE);
}

enum cli_exit run_closing(struct cli *cli)
{
    const char *what = arguments_value(&cli->arguments, "DO");
    CLEANUP(client_reply_deinit) struct client_reply reply = {0};
    CLEANUP(json_freep) cJSON *body = NULL;
    struct client_request request = {0};
    const struct deed *deed = NULL;
    enum cli_exit status;

    if (!what || !strcmp(what, "list"))
        return run_send(cli);
    for (size_t i = 0; i < ARRAY_LEN(deeds); i++)
        if (!strcmp(what, deeds[i].word))
            deed = &deeds[i];
    if (!deed) {
        error_set(&cli->error, ERR_CLI_VALUE, arg_text("option", "DO"), arg_text("value", what));
        return cli_fail(cli, CLI_USAGE);
    }
    if (strstr(deed->path, "{ID}") && !arguments_value(&cli->arguments, "ID"))
        return missing(cli, "ID");
    if (strstr(deed->path, "{N}") && !arguments_value(&cli->arguments, "N"))
        return missing(cli, "N");
    request.method = deed->method;
    request.path = cli_path(cli, deed->path, !strcmp(deed->method, "GET"));
    body = deed->has_body ? cli_body(cli) : NULL;
    request.body = body ? cli_body_text(cli, body) : NULL;
    if (!request.path || (deed->has_body && !request.body))
        return cli_fail(cli, CLI_USAGE);
    status = cli_call(cli, &request, &reply);
    return status == CLI_DONE ? print(cli, deed, &reply) : status;
}
