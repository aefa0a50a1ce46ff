/* Verbs about personal data: the keys that seal them. */
#include <string.h>

#include "cli/cli.h"

enum cli_exit run_keys(struct cli *cli)
{
    const char *what = arguments_value(&cli->arguments, "DO");
    struct client_request request = {.method = "POST", .path = "/api/v1/keys/reseal"};

    if (!what || strcmp(what, "list") == 0)
        return run_send(cli);
    if (strcmp(what, "reseal") == 0)
        return cli_call_and_print(cli, &request);
    error_set(&cli->error, ERR_CLI_VALUE, arg_text("option", "DO"), arg_text("value", what));
    return cli_fail(cli, CLI_USAGE);
}
