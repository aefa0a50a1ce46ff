/* Who stands in for whom: list, a new one, withdrawn. */
#include <string.h>

#include "base/json.h"
#include "cli/cli.h"

static enum cli_exit refuse(struct cli *cli, const char *option, const char *value)
{
    error_set(&cli->error, ERR_CLI_VALUE, arg_text("option", option), arg_text("value", value));
    return cli_fail(cli, CLI_USAGE);
}

/* --role ROLE@OFFICE is two fields. */
static bool add_role(struct cli *cli, cJSON *body)
{
    const char *role = arguments_option(&cli->arguments, "role");
    const char *at = role ? strchr(role, '@') : NULL;

    if (!at)
        return error_set(&cli->error, ERR_CLI_VALUE, arg_text("option", "role"),
                         arg_text("value", role ? role : ""));
    cJSON_AddStringToObject(body, "role", arena_strndup(cli->arena, role, (size_t)(at - role)));
    cJSON_AddStringToObject(body, "office", at + 1);
    return true;
}

enum cli_exit run_delegation(struct cli *cli)
{
    const char *what = arguments_value(&cli->arguments, "DO");
    bool is_new = what && !strcmp(what, "new");
    CLEANUP(client_reply_deinit) struct client_reply reply = {0};
    struct client_request request = {.method = "POST"};
    CLEANUP(json_freep) cJSON *body = NULL;
    enum cli_exit status;

    if (!what || !strcmp(what, "list"))
        return run_send(cli);
    if (!is_new && strcmp(what, "withdraw") != 0)
        return refuse(cli, "DO", what);
    if (!is_new && !arguments_value(&cli->arguments, "ID")) {
        error_set(&cli->error, ERR_CLI_ARGUMENT_MISSING, arg_text("argument", "ID"),
                  arg_text("verb", cli->verb->word));
        return cli_fail(cli, CLI_USAGE);
    }
    body = cli_body(cli);
    if (!body || (is_new && !add_role(cli, body)))
        return cli_fail(cli, CLI_USAGE);
    request.path = cli_path(
        cli, is_new ? "/api/v1/delegations" : "/api/v1/delegations/{ID}/actions/withdraw", false);
    request.body = request.path ? cli_body_text(cli, body) : NULL;
    if (!request.body)
        return cli_fail(cli, CLI_INTERNAL);
    status = cli_call(cli, &request, &reply);
    return status == CLI_DONE ? cli_print(cli, VIEW_DELEGATION, &reply) : status;
}
