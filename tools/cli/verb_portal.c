/* Files of the national portal's figures: taken in, listed. */
#include <string.h>

#include "base/json.h"
#include "cli/cli.h"

#define FILE_MAX (8u << 20) /* what the daemon takes */

/* Kept whole: the file. Refused: every fault, and a status that scripts notice. */
static enum cli_exit tell(struct cli *cli, const struct client_reply *reply)
{
    CLEANUP(json_freep) cJSON *json = cJSON_ParseWithLength(reply->body.data, reply->body.len);
    bool is_kept = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, "is_kept"));
    enum cli_exit status = cli_print(cli, VIEW_PORTAL_IMPORT, reply);

    if (status == CLI_DONE && !is_kept && !cli->is_json)
        status = cli_print(cli, VIEW_PORTAL_FAULTS, reply);
    return status == CLI_DONE && !is_kept ? CLI_REFUSED : status;
}

static enum cli_exit take_in(struct cli *cli)
{
    const char *file = arguments_value(&cli->arguments, "FILE");
    CLEANUP(client_reply_deinit) struct client_reply reply = {0};
    struct client_request request = {.method = "POST"};
    enum cli_exit status;

    if (!file) {
        error_set(&cli->error, ERR_CLI_ARGUMENT_MISSING, arg_text("argument", "FILE"),
                  arg_text("verb", cli->verb->word));
        return cli_fail(cli, CLI_USAGE);
    }
    if (!file_read(cli->arena, file, FILE_MAX, &request.body, &request.body_len, &cli->error))
        return cli_fail(cli, CLI_USAGE);
    request.path = cli_path(cli, "/api/v1/portal-files", true);
    if (!request.path)
        return cli_fail(cli, CLI_INTERNAL);
    status = cli_call(cli, &request, &reply);
    return status == CLI_DONE ? tell(cli, &reply) : status;
}

enum cli_exit run_portal(struct cli *cli)
{
    const char *what = arguments_value(&cli->arguments, "DO");

    if (!what || !strcmp(what, "list"))
        return run_send(cli);
    if (!strcmp(what, "import"))
        return take_in(cli);
    error_set(&cli->error, ERR_CLI_VALUE, arg_text("option", "DO"), arg_text("value", what));
    return cli_fail(cli, CLI_USAGE);
}
