/* The verb `letters`: the list, one letter, its actions, its PDF. */
#include <errno.h>
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
    return status == CLI_DONE ? cli_print(cli, VIEW_LETTER, &reply) : status;
}

static enum cli_exit letter_write(struct cli *cli, const char *out, const struct buffer *pdf)
{
    FILE *file = fopen(out, "wb");
    bool is_written = file && fwrite(pdf->data, 1, pdf->len, file) == pdf->len;

    if (file && fclose(file) != 0)
        is_written = false;
    if (!is_written) {
        error_set(&cli->error, ERR_CLI_FILE, arg_text("path", out),
                  arg_text("reason", strerror(errno)));
        return cli_fail(cli, CLI_USAGE);
    }
    if (!cli->is_json)
        printf("%s\n", out);
    return CLI_DONE;
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
    return out ? letter_write(cli, out, &pdf.body) : CLI_INTERNAL;
}

enum cli_exit run_letters(struct cli *cli)
{
    static const char *const actions[] = {"sign", "unsign", "number", "issue", "deliver", "cancel"};
    CLEANUP(client_reply_deinit) struct client_reply reply = {0};
    const char *what = arguments_value(&cli->arguments, "DO");
    enum cli_exit status;

    if (!what || strcmp(what, "list") == 0)
        return run_send(cli);
    if (!arguments_value(&cli->arguments, "ID")) {
        error_set(&cli->error, ERR_CLI_ARGUMENT_MISSING, arg_text("argument", "ID"),
                  arg_text("verb", "letters"));
        return cli_fail(cli, CLI_USAGE);
    }
    if (strcmp(what, "pdf") == 0)
        return letter_pdf(cli);
    if (strcmp(what, "show") == 0) {
        status = letter_get(cli, &reply);
        return status == CLI_DONE ? cli_print(cli, VIEW_LETTER, &reply) : status;
    }
    for (size_t i = 0; i < ARRAY_LEN(actions); i++)
        if (strcmp(actions[i], what) == 0)
            return letter_act(cli, what);
    return letter_usage(cli, "DO", what);
}
