/* Verbs about one dossier: intake, actions, what is known of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "cli/cli.h"

#define DUE_LINE_WIDTH 80

/* "take-over" on the command line is "take_over" in the tables. */
static char *action_word(struct cli *cli, const char *typed)
{
    char *word = arena_strdup(cli->arena, typed);

    for (char *p = word; p && *p; p++)
        if (*p == '-')
            *p = '_';
    return word;
}

/* The ETag of the dossier as it stands, so that the daemon refuses if a colleague was faster. */
static enum cli_exit dossier_etag(struct cli *cli, const char **ret_etag)
{
    CLEANUP(client_reply_deinit) struct client_reply reply = {0};
    struct client_request request = {.method = "GET"};
    enum cli_exit status;

    request.path = cli_path(cli, "/api/v1/dossiers/{CODE}", false);
    if (!request.path)
        return cli_fail(cli, CLI_INTERNAL);
    status = cli_call(cli, &request, &reply);
    *ret_etag = reply.etag[0] ? arena_strdup(cli->arena, reply.etag) : NULL;
    return status;
}

static enum cli_exit dossier_act(struct cli *cli, const char *action)
{
    CLEANUP(json_freep) cJSON *body = cli_body(cli);
    struct client_request request = {.method = "POST"};
    const char *template = arena_printf(cli->arena, "/api/v1/dossiers/{CODE}/actions/%s", action);
    enum cli_exit status = CLI_DONE;

    if (!body || !template)
        return cli_fail(cli, CLI_USAGE);
    request.path = cli_path(cli, template, false);
    request.body = cli_body_text(cli, body);
    if (!request.path || !request.body)
        return cli_fail(cli, CLI_INTERNAL);
    if (!arguments_option(&cli->arguments, "no-check"))
        status = dossier_etag(cli, &request.if_match);
    return status == CLI_DONE ? cli_call_and_print(cli, &request) : status;
}

/* The action is the path of the verb's row, or for `act` the second argument. */
enum cli_exit run_act(struct cli *cli)
{
    const char *typed =
        cli->verb->path[0] ? cli->verb->path : arguments_value(&cli->arguments, "ACTION");
    char *word = action_word(cli, typed);

    if (!word)
        return CLI_INTERNAL;
    return dossier_act(cli, word);
}

/* accept, submit and settle differ by a flag; `accept CODE` takes in what was filed online. */
enum cli_exit run_intake(struct cli *cli)
{
    CLEANUP(json_freep) cJSON *body = NULL;
    struct client_request request = {.method = "POST"};

    if (arguments_value(&cli->arguments, "CODE"))
        return dossier_act(cli, "accept");
    body = cli_body(cli);
    if (!body)
        return cli_fail(cli, CLI_USAGE);
    if (strcmp(cli->verb->word, "submit") == 0)
        cJSON_AddTrueToObject(body, "is_submission");
    if (strcmp(cli->verb->word, "settle") == 0)
        cJSON_AddTrueToObject(body, "settle");
    request.path = cli_path(cli, cli->verb->path, false);
    request.body = cli_body_text(cli, body);
    if (!request.path || !request.body)
        return cli_fail(cli, CLI_INTERNAL);
    return cli_call_and_print(cli, &request);
}

/* Each part of `show`: its path and view. */
static const struct {
    const char *part, *path;
    enum view view;
} parts[] = {
    {"dossier", "/api/v1/dossiers/{CODE}", VIEW_DOSSIER},
    {"events", "/api/v1/dossiers/{CODE}/events", VIEW_EVENTS},
    {"due", "/api/v1/dossiers/{CODE}/due", VIEW_DUE},
    {"cause", "/api/v1/dossiers/{CODE}/cause", VIEW_CAUSE},
    {"documents", "/api/v1/dossiers/{CODE}/documents", VIEW_DOCUMENTS},
    {"reads", "/api/v1/dossiers/{CODE}/reads", VIEW_DOSSIER_READS},
};

static const char *text_of(const cJSON *object, const char *name)
{
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, name);

    return cJSON_IsString(member) ? member->valuestring : NULL;
}

/* A sentence with the article behind it, unless the line above named the same. */
static void put_sentence(struct buffer *out, const char *head, const cJSON *row,
                         const char **before)
{
    const char *cited = text_of(row, "citation"), *source = text_of(row, "source");
    struct buffer line = {0};

    if (!cited && source && strncmp(source, "law:", 4))
        cited = source;
    buffer_text(&line, text_of(row, "sentence") ? text_of(row, "sentence") : "");
    if (cited && (!*before || strcmp(cited, *before)))
        buffer_printf(&line, " (%s)", cited);
    *before = cited;
    text_wrap(out, head, line.data ? line.data : "", DUE_LINE_WIDTH);
    buffer_deinit(&line);
}

/* What decided the date, then its days: lines that fit a page of 80 columns. */
static enum cli_exit print_due(struct cli *cli, const struct client_reply *reply)
{
    CLEANUP(json_freep) cJSON *due = cJSON_Parse(reply->body.data);
    struct buffer out = {0};
    const char *before = NULL;
    const cJSON *row;
    enum cli_exit status = cli_print(cli, VIEW_DUE, reply);
    int n = 0;

    buffer_char(&out, '\n');
    cJSON_ArrayForEach (row, cJSON_GetObjectItemCaseSensitive(due, "notes")) {
        char head[16];

        snprintf(head, sizeof head, "%2d. ", ++n);
        put_sentence(&out, head, row, &before);
    }
    buffer_text(&out, n ? "\n" : "");
    before = NULL;
    cJSON_ArrayForEach (row, cJSON_GetObjectItemCaseSensitive(due, "days")) {
        put_sentence(&out, "  ", row, &before);
    }
    fwrite(out.data ? out.data : "", 1, out.len, stdout);
    buffer_deinit(&out);
    return status;
}

/* Finding, objections and decisions one beneath the other, with the stretches they rest on; a table
 * without rows is left out. */
static enum cli_exit print_cause(struct cli *cli, const struct client_reply *reply)
{
    static const struct {
        const char *list;
        enum view view;
    } tables[] = {
        {"segments", VIEW_CAUSE_SEGMENTS},   {"intervals", VIEW_CAUSE_INTERVALS},
        {"findings", VIEW_CAUSE_FINDINGS},   {"objections", VIEW_CAUSE_OBJECTIONS},
        {"decisions", VIEW_CAUSE_DECISIONS},
    };
    CLEANUP(json_freep)
    cJSON *json = cJSON_ParseWithLength(reply->body.data, reply->body.len);
    enum cli_exit status = cli_print(cli, VIEW_CAUSE, reply);

    for (size_t i = 0; i < ARRAY_LEN(tables) && status == CLI_DONE; i++) {
        if (cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(json, tables[i].list)) == 0)
            continue;
        fputs("\n", stdout);
        status = cli_print(cli, tables[i].view, reply);
    }
    return status;
}

enum cli_exit run_show(struct cli *cli)
{
    CLEANUP(client_reply_deinit) struct client_reply reply = {0};
    const char *part = arguments_value(&cli->arguments, "PART");
    struct client_request request = {.method = "GET"};
    enum cli_exit status;
    size_t i = 0;

    while (part && i < ARRAY_LEN(parts) && strcmp(parts[i].part, part) != 0)
        i++;
    if (i == ARRAY_LEN(parts)) {
        error_set(&cli->error, ERR_CLI_VALUE, arg_text("option", "PART"), arg_text("value", part));
        return cli_fail(cli, CLI_USAGE);
    }
    request.path = cli_path(cli, parts[i].path, true);
    if (!request.path)
        return cli_fail(cli, CLI_USAGE);
    status = cli_call(cli, &request, &reply);
    if (status == CLI_DONE && parts[i].view == VIEW_DUE && !cli->is_json)
        return print_due(cli, &reply);
    if (status == CLI_DONE && parts[i].view == VIEW_CAUSE && !cli->is_json)
        return print_cause(cli, &reply);
    if (status == CLI_DONE)
        status = cli_print(cli, parts[i].view, &reply);
    if (status == CLI_DONE && !cli->is_json && strstr(reply.body.data, "\"obligations\":[{")) {
        fputs("\n", stdout);
        status = cli_print(cli, VIEW_DOSSIER_OBLIGATIONS, &reply);
    }
    return status;
}

enum cli_exit run_queue(struct cli *cli)
{
    struct client_request request = {.method = "GET"};

    if (!arguments_value(&cli->arguments, "QUEUE"))
        request.path = cli_path(cli, "/api/v1/queues/mine", true);
    else
        request.path = cli_path(cli, cli->verb->path, true);
    return request.path ? cli_call_and_print(cli, &request) : cli_fail(cli, CLI_USAGE);
}
