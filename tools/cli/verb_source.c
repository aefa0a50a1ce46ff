/* Offices that work on another system: which they are, what they declared. */
#include <string.h>

#include "base/digest.h"
#include "base/json.h"
#include "cli/cli.h"

#define FILE_MAX (256u << 20) /* of a file of dossiers, as the import takes it */

static enum cli_exit refuse(struct cli *cli, const char *option, const char *value)
{
    error_set(&cli->error, ERR_CLI_VALUE, arg_text("option", option), arg_text("value", value));
    return cli_fail(cli, CLI_USAGE);
}

static enum cli_exit missing(struct cli *cli, const char *argument)
{
    error_set(&cli->error, ERR_CLI_ARGUMENT_MISSING, arg_text("argument", argument),
              arg_text("verb", cli->verb->word));
    return cli_fail(cli, CLI_USAGE);
}

/* Sends `body` and shows the one that came of it. */
static enum cli_exit send(struct cli *cli, const char *method, const char *template,
                          const cJSON *body, enum view view)
{
    CLEANUP(client_reply_deinit) struct client_reply reply = {0};
    struct client_request request = {.method = method};
    enum cli_exit status;

    request.path = cli_path(cli, template, false);
    request.body = request.path ? cli_body_text(cli, body) : NULL;
    if (!request.body)
        return cli_fail(cli, CLI_INTERNAL);
    status = cli_call(cli, &request, &reply);
    return status == CLI_DONE ? cli_print(cli, view, &reply) : status;
}

enum cli_exit run_file_office(struct cli *cli)
{
    const char *what = arguments_value(&cli->arguments, "DO");
    CLEANUP(json_freep) cJSON *body = NULL;

    if (!what || !strcmp(what, "list"))
        return run_send(cli);
    if (strcmp(what, "set") != 0)
        return refuse(cli, "DO", what);
    if (!arguments_value(&cli->arguments, "KEY"))
        return missing(cli, "KEY");
    body = cli_body(cli);
    return body ? send(cli, "PUT", "/api/v1/file-offices/{KEY}", body, VIEW_FILE_OFFICE)
                : cli_fail(cli, CLI_USAGE);
}

/* --file: what is declared is this very file. */
static bool add_hash(struct cli *cli, cJSON *body)
{
    const char *path = arguments_option(&cli->arguments, "file"), *bytes;
    unsigned char hash[DIGEST_LEN];
    char text[2 * DIGEST_LEN + 1];
    size_t len;

    if (!path)
        return error_set(&cli->error, ERR_CLI_ARGUMENT_MISSING, arg_text("argument", "--file"),
                         arg_text("verb", cli->verb->word));
    if (!file_read(cli->arena, path, FILE_MAX, &bytes, &len, &cli->error))
        return false;
    digest_sha256(bytes, len, hash);
    hex_encode(hash, sizeof hash, text);
    return cJSON_AddStringToObject(body, "sha256", text) != NULL;
}

enum cli_exit run_declaration(struct cli *cli)
{
    const char *what = arguments_value(&cli->arguments, "DO");
    bool is_new = what && !strcmp(what, "new");
    CLEANUP(json_freep) cJSON *body = NULL;

    if (!what || !strcmp(what, "list"))
        return run_send(cli);
    if (!is_new && strcmp(what, "withdraw") != 0)
        return refuse(cli, "DO", what);
    if (!is_new && !arguments_value(&cli->arguments, "ID"))
        return missing(cli, "ID");
    body = cli_body(cli);
    if (!body || (is_new && !add_hash(cli, body)))
        return cli_fail(cli, CLI_USAGE);
    return send(cli, "POST",
                is_new ? "/api/v1/report-declarations"
                       : "/api/v1/report-declarations/{ID}/actions/withdraw",
                body, VIEW_DECLARATION);
}
