/* The audit: the roots of days, to a file as the daemon exports them; the inspector's lists, as a
 * table, as JSON, or as CSV to their end. `audit verify` needs no daemon and is none of this. */
#include <stdio.h>
#include <string.h>

#include "base/csv.h"
#include "base/json.h"
#include "cli/cli.h"

#define PAGE "200"

static const char *text_of(const cJSON *row, const char *field)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, field));
}

/* ---- to the end of a list ---- */

/* Asks page after page; `write` gets each row. */
static enum cli_exit walk(struct cli *cli, const char *path,
                          void (*write)(const cJSON *row, struct buffer *out), struct buffer *out)
{
    const char *at =
        arena_printf(cli->arena, "%s%climit=" PAGE, path, strchr(path, '?') ? '&' : '?');
    const char *first = at;

    while (at) {
        CLEANUP(client_reply_deinit) struct client_reply reply = {0};
        CLEANUP(json_freep) cJSON *page = NULL;
        struct client_request request = {.method = "GET", .path = at};
        enum cli_exit status = cli_call(cli, &request, &reply);
        const cJSON *row;
        const char *next;

        if (status != CLI_DONE)
            return status;
        page = cJSON_ParseWithLength(reply.body.data, reply.body.len);
        if (!page || !cJSON_GetObjectItemCaseSensitive(page, "items")) {
            error_set(&cli->error, ERR_CLI_REPLY, arg_text("url", cli->home.url));
            return cli_fail(cli, CLI_INTERNAL);
        }
        cJSON_ArrayForEach (row, cJSON_GetObjectItemCaseSensitive(page, "items")) {
            write(row, out);
        }
        next = text_of(page, "next");
        at = next ? arena_printf(cli->arena, "%s&after=%s", first, next) : NULL;
    }
    return CLI_DONE;
}

/* ---- roots ---- */

/* A line as the daemon writes it into roots.jsonl: the same fields, so that audit verify reads it.
 */
static void write_root(const cJSON *row, struct buffer *out)
{
    static const char *const fields[] = {"day", "record", "hash", "signature", "key", "made_at"};
    const char *before = "{";

    for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
        const char *text = text_of(row, fields[i]);

        if (!text)
            continue;
        buffer_printf(out, "%s\"%s\":", before, fields[i]);
        json_write(out, text, strlen(text));
        before = ",";
    }
    buffer_text(out, "}\n");
}

static enum cli_exit roots(struct cli *cli)
{
    const char *out = arguments_option(&cli->arguments, "out");
    CLEANUP(buffer_deinit) struct buffer lines = {0};
    struct client_request request = {.method = "GET"};
    enum cli_exit status;

    request.path = cli_path(cli, "/api/v1/audit/roots", true);
    if (!request.path)
        return cli_fail(cli, CLI_USAGE);
    if (!out) {
        CLEANUP(client_reply_deinit) struct client_reply reply = {0};

        status = cli_call(cli, &request, &reply);
        return status == CLI_DONE ? cli_print(cli, VIEW_AUDIT_ROOTS, &reply) : status;
    }
    status = walk(cli, "/api/v1/audit/roots", write_root, &lines);
    return status == CLI_DONE ? cli_save(cli, out, &lines) : status;
}

/* ---- lists ---- */

static const char *const columns[] = {"dossier",     "seq",     "action_label", "at",
                                      "recorded_at", "officer", "officer_name", "office",
                                      "office_name", "measure", "detail",       "remark"};

static void write_csv(const cJSON *row, struct buffer *out)
{
    for (size_t i = 0; i < ARRAY_LEN(columns); i++) {
        const cJSON *field = cJSON_GetObjectItemCaseSensitive(row, columns[i]);

        if (i)
            buffer_char(out, ',');
        if (cJSON_IsNumber(field))
            buffer_printf(out, "%.0f", field->valuedouble);
        else if (cJSON_IsString(field))
            csv_write(out, field->valuestring);
    }
    buffer_text(out, "\r\n");
}

static enum cli_exit list_csv(struct cli *cli, const char *path)
{
    CLEANUP(buffer_deinit) struct buffer out = {0};
    const char *file = arguments_option(&cli->arguments, "out");
    enum cli_exit status;

    for (size_t i = 0; i < ARRAY_LEN(columns); i++)
        buffer_printf(&out, "%s%s", i ? "," : "", columns[i]);
    buffer_text(&out, "\r\n");
    status = walk(cli, path, write_csv, &out);
    if (status != CLI_DONE)
        return status;
    if (file)
        return cli_save(cli, file, &out);
    return fwrite(out.data, 1, out.len, stdout) == out.len ? CLI_DONE : CLI_INTERNAL;
}

static enum cli_exit print_list(struct cli *cli, struct client_request *request)
{
    CLEANUP(client_reply_deinit) struct client_reply reply = {0};
    enum cli_exit status = cli_call(cli, request, &reply);
    bool is_grouped = arguments_option(&cli->arguments, "group-by") != NULL;

    if (status != CLI_DONE)
        return status;
    return cli_print(cli, is_grouped ? VIEW_AUDIT_GROUPS : VIEW_AUDIT_LIST, &reply);
}

static enum cli_exit list(struct cli *cli)
{
    const char *format = arguments_option(&cli->arguments, "format");
    struct client_request request = {.method = "GET"};

    if (!arguments_value(&cli->arguments, "NAME")) {
        error_set(&cli->error, ERR_CLI_ARGUMENT_MISSING, arg_text("verb", "audit list"),
                  arg_text("argument", "NAME"));
        return cli_fail(cli, CLI_USAGE);
    }
    request.path = cli_path(cli, "/api/v1/audit/lists/{NAME}", true);
    if (!request.path)
        return cli_fail(cli, CLI_USAGE);
    if (format && !strcmp(format, "csv"))
        return list_csv(cli, request.path);
    return print_list(cli, &request);
}

/* The number of the person travels in the body, and is read from a file: it is for no command line.
 */
static enum cli_exit reads(struct cli *cli)
{
    struct client_request request = {.method = "POST", .path = "/api/v1/audit/reads"};
    CLEANUP(json_freep) cJSON *body = NULL;

    if (!arguments_option(&cli->arguments, "body")) {
        error_set(&cli->error, ERR_CLI_OPTION_MISSING, arg_text("verb", "audit reads"),
                  arg_text("option", "body"));
        return cli_fail(cli, CLI_USAGE);
    }
    body = cli_body(cli);
    request.body = body ? cli_body_text(cli, body) : NULL;
    if (!request.body)
        return cli_fail(cli, CLI_USAGE);
    return print_list(cli, &request);
}

enum cli_exit run_audit(struct cli *cli)
{
    const char *what = arguments_value(&cli->arguments, "DO");

    if (!strcmp(what, "roots"))
        return roots(cli);
    if (!strcmp(what, "list"))
        return list(cli);
    if (!strcmp(what, "reads"))
        return reads(cli);
    if (!strcmp(what, "verify"))
        return run_offline(cli);
    error_set(&cli->error, ERR_CLI_VALUE, arg_text("option", "DO"), arg_text("value", what));
    return cli_fail(cli, CLI_USAGE);
}
