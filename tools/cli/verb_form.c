/* The verb `form`: templates shown, tried, put into force. */
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "cli/cli.h"

#define TEMPLATE_MAX 100000

static enum cli_exit form_usage(struct cli *cli, const char *value)
{
    error_set(&cli->error, ERR_CLI_VALUE, arg_text("option", "DO"), arg_text("value", value));
    return cli_fail(cli, CLI_USAGE);
}

static enum cli_exit form_show(struct cli *cli)
{
    CLEANUP(client_reply_deinit) struct client_reply reply = {0};
    struct client_request request = {.method = "GET", .accept = "text/plain"};
    const char *out = arguments_option(&cli->arguments, "out");
    enum cli_exit status;

    request.path = cli_path(cli, "/api/v1/forms/template?form={WHAT}", true);
    if (!request.path)
        return cli_fail(cli, CLI_USAGE);
    status = cli_call(cli, &request, &reply);
    if (status != CLI_DONE)
        return status;
    if (out)
        return cli_save(cli, out, &reply.body);
    return fwrite(reply.body.data, 1, reply.body.len, stdout) == reply.body.len ? CLI_DONE
                                                                                : CLI_INTERNAL;
}

/* The file's text as `template` of a body; NULL with an error. */
static cJSON *form_body(struct cli *cli)
{
    cJSON *body = cli_body(cli);
    const char *text;
    size_t len;

    if (body && !file_read(cli->arena, arguments_value(&cli->arguments, "WHAT"), TEMPLATE_MAX,
                           &text, &len, &cli->error)) {
        cJSON_Delete(body);
        return NULL;
    }
    if (body)
        cJSON_AddStringToObject(body, "template", text);
    return body;
}

static enum cli_exit form_preview(struct cli *cli)
{
    CLEANUP(client_reply_deinit) struct client_reply reply = {0};
    CLEANUP(json_freep) cJSON *body = form_body(cli);
    struct client_request request = {
        .method = "POST", .path = "/api/v1/forms/preview", .accept = "application/pdf"};
    const char *out = arguments_option(&cli->arguments, "out");
    enum cli_exit status;

    request.body = body ? cli_body_text(cli, body) : NULL;
    if (!request.body)
        return cli_fail(cli, CLI_USAGE);
    status = cli_call(cli, &request, &reply);
    return status == CLI_DONE ? cli_save(cli, out ? out : "preview.pdf", &reply.body) : status;
}

/* Which form a file is of: its line "form: ...". */
static const char *form_of(struct cli *cli, const char *text)
{
    static const char word[] = "form:";
    const char *line = strncmp(text, word, sizeof word - 1) == 0 ? text : strstr(text, "\nform:");

    if (!line)
        return NULL;
    line += (*line == '\n') + sizeof word - 1;
    line += strspn(line, " \t");
    return arena_strndup(cli->arena, line, strcspn(line, " \t\r\n"));
}

static enum cli_exit form_save(struct cli *cli, bool is_reset)
{
    CLEANUP(json_freep) cJSON *body = is_reset ? cli_body(cli) : form_body(cli);
    struct client_request request = {.method = "PUT", .path = "/api/v1/forms/template"};
    CLEANUP(client_reply_deinit) struct client_reply reply = {0};
    const char *form = arguments_value(&cli->arguments, "WHAT");
    enum cli_exit status;

    if (body && !is_reset)
        form =
            form_of(cli, cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(body, "template")));
    if (body && !form)
        error_set(&cli->error, ERR_CLI_VALUE, arg_text("option", "form:"),
                  arg_text("value", arguments_value(&cli->arguments, "WHAT")));
    if (!body || !form)
        return cli_fail(cli, CLI_USAGE);
    cJSON_AddStringToObject(body, "form", form);
    request.body = cli_body_text(cli, body);
    if (!request.body)
        return cli_fail(cli, CLI_INTERNAL);
    status = cli_call(cli, &request, &reply);
    return status == CLI_DONE ? cli_print(cli, VIEW_FORM, &reply) : status;
}

enum cli_exit run_form(struct cli *cli)
{
    const char *what = arguments_value(&cli->arguments, "DO");

    if (!what || strcmp(what, "list") == 0)
        return run_send(cli);
    if (!arguments_value(&cli->arguments, "WHAT")) {
        error_set(&cli->error, ERR_CLI_ARGUMENT_MISSING, arg_text("argument", "WHAT"),
                  arg_text("verb", "form"));
        return cli_fail(cli, CLI_USAGE);
    }
    if (strcmp(what, "show") == 0)
        return form_show(cli);
    if (strcmp(what, "preview") == 0)
        return form_preview(cli);
    if (strcmp(what, "save") == 0 || strcmp(what, "reset") == 0)
        return form_save(cli, *what == 'r');
    return form_usage(cli, what);
}
