/* Verbs about personal data: the keys that seal them, how long they are kept, what is held about
 * one person. */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
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

enum cli_exit run_retention(struct cli *cli)
{
    const char *what = arguments_value(&cli->arguments, "DO");
    struct client_request request = {.method = "POST", .path = "/api/v1/retention"};
    CLEANUP(json_freep) cJSON *body = NULL;

    if (!what || strcmp(what, "list") == 0)
        return run_send(cli);
    if (strcmp(what, "run") == 0)
        return cli_call_and_print(cli, &request);
    if (strcmp(what, "set") != 0 || !arguments_value(&cli->arguments, "RULE")) {
        error_set(&cli->error, ERR_CLI_VALUE, arg_text("option", "DO"), arg_text("value", what));
        return cli_fail(cli, CLI_USAGE);
    }
    body = cli_body(cli);
    request.method = "PUT";
    request.path = cli_path(cli, "/api/v1/retention/{RULE}", false);
    request.body = body ? cli_body_text(cli, body) : NULL;
    return request.path && request.body ? cli_call_and_print(cli, &request)
                                        : cli_fail(cli, CLI_USAGE);
}

#define NUMBER_MAX 64

/* One line of a file, or of the input: a number never stands on a command line. */
static bool number_read(struct cli *cli, const char *path, char buf[NUMBER_MAX])
{
    FILE *f = strcmp(path, "-") != 0 ? fopen(path, "re") : stdin;
    bool ok = f && fgets(buf, NUMBER_MAX, f);

    if (f && f != stdin)
        fclose(f);
    if (!ok)
        return error_set(&cli->error, ERR_CLI_VALUE, arg_text("option", "identity-file"),
                         arg_text("value", path));
    buf[strcspn(buf, "\r\n")] = '\0';
    return true;
}

enum cli_exit run_person(struct cli *cli)
{
    CLEANUP(client_reply_deinit) struct client_reply reply = {0};
    CLEANUP(json_freep) cJSON *body = cJSON_CreateObject();
    const char *what = arguments_value(&cli->arguments, "DO");
    const char *dossier = arguments_option(&cli->arguments, "dossier");
    const char *identity = arguments_option(&cli->arguments, "identity-file");
    const char *phone = arguments_option(&cli->arguments, "phone-file");
    struct client_request request = {.method = "POST", .path = "/api/v1/persons/export"};
    char number[NUMBER_MAX];
    enum cli_exit status;

    if (!what || strcmp(what, "export") != 0 || !!dossier + !!identity + !!phone != 1) {
        error_set(&cli->error, ERR_CLI_VALUE, arg_text("option", "DO"),
                  arg_text("value", what ? what : ""));
        return cli_fail(cli, CLI_USAGE);
    }
    if (!dossier && !number_read(cli, identity ? identity : phone, number))
        return cli_fail(cli, CLI_USAGE);
    cJSON_AddStringToObject(body,
                            dossier    ? "dossier"
                            : identity ? "identity"
                                       : "phone",
                            dossier ? dossier : number);
    request.body = cli_body_text(cli, body);
    if (!request.body)
        return cli_fail(cli, CLI_USAGE);
    status = cli_call(cli, &request, &reply);
    if (status == CLI_DONE) {
        fwrite(reply.body.data, 1, reply.body.len, stdout);
        fputc('\n', stdout);
    }
    return status;
}
