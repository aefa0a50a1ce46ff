/* Verbs of the office: statistics, the simulated clock, health. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "cli/cli.h"
#include "cli/report_view.h"

enum cli_exit run_health(struct cli *cli)
{
    CLEANUP(client_reply_deinit) struct client_reply reply = {0};
    struct client_request request = {.method = "GET", .path = cli->verb->path, .is_public = true};
    enum cli_exit status;

    status = cli_call(cli, &request, &reply);
    if (status == CLI_DONE)
        status = cli_print(cli, VIEW_HEALTH, &reply);
    if (status == CLI_DONE && !cli->is_json)
        status = cli_print(cli, VIEW_HEALTH_CHECKS, &reply);
    return status;
}

enum cli_exit run_logout(struct cli *cli)
{
    enum cli_exit status = run_send(cli);

    home_forget_token(cli->arena, &cli->home);
    return status;
}

/* The total is a row like the others, the last. */
static enum cli_exit stats_print(struct cli *cli, const struct client_reply *reply, bool is_letters)
{
    CLEANUP(json_freep) cJSON *json = cJSON_ParseWithLength(reply->body.data, reply->body.len);
    cJSON *rows = cJSON_GetObjectItemCaseSensitive(json, "rows"), *total;

    if (!json) {
        error_set(&cli->error, ERR_CLI_REPLY, arg_text("url", cli->home.url));
        return cli_fail(cli, CLI_INTERNAL);
    }
    if (cJSON_HasObjectItem(json, "columns")) {
        view_print(stdout, VIEW_STATISTICS_HEAD, json, cli->language, view_width(stdout));
        fputs("\n", stdout);
        report_view_print(stdout, json, cli->language, view_width(stdout));
        return CLI_DONE;
    }
    total = cJSON_DetachItemFromObjectCaseSensitive(json, "total");
    if (rows && total)
        cJSON_AddItemToArray(rows, total);
    else
        cJSON_Delete(total);
    view_print(stdout, VIEW_STATISTICS_HEAD, json, cli->language, view_width(stdout));
    fputs("\n", stdout);
    view_print(stdout, is_letters ? VIEW_LETTER_STATISTICS : VIEW_STATISTICS, json, cli->language,
               view_width(stdout));
    if (cJSON_HasObjectItem(json, "letters")) {
        fputs("\n", stdout);
        view_print(stdout, VIEW_STATISTICS_ANNEX, json, cli->language, view_width(stdout));
    }
    if (!cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, "is_balanced")))
        fputs(cli->language == LANGUAGE_VI ? "Số liệu không cân!\n" : "The sums do not balance!\n",
              stdout);
    return CLI_DONE;
}

/* The form is part of the path: it stands as an argument for the template. */
static void form_argument(struct cli *cli)
{
    cli->arguments.names[0] = "FORM";
    cli->arguments.values[0] = arguments_option(&cli->arguments, "form");
    cli->arguments.n_values = 1;
}

enum cli_exit run_stats(struct cli *cli)
{
    CLEANUP(client_reply_deinit) struct client_reply reply = {0};
    const char *format = arguments_option(&cli->arguments, "format");
    const char *form = arguments_option(&cli->arguments, "form");
    struct client_request request = {.method = "GET"};
    bool is_csv = format && strcmp(format, "csv") == 0;
    bool is_json = cli->is_json || (format && strcmp(format, "json") == 0);
    bool is_file = format && (strcmp(format, "xlsx") == 0 || strcmp(format, "pdf") == 0);
    const char *out = arguments_option(&cli->arguments, "out");
    enum cli_exit status;

    if (format && !is_csv && !is_json && !is_file && strcmp(format, "table") != 0) {
        error_set(&cli->error, ERR_CLI_VALUE, arg_text("option", "format"),
                  arg_text("value", format));
        return cli_fail(cli, CLI_USAGE);
    }
    if (is_file && !out) {
        error_set(&cli->error, ERR_CLI_OPTION_MISSING, arg_text("verb", cli->verb->word),
                  arg_text("option", "out"));
        return cli_fail(cli, CLI_USAGE);
    }
    form_argument(cli);
    request.path = cli_path(cli, cli->verb->path, true);
    if (request.path && (is_csv || is_file))
        request.path = arena_printf(cli->arena, "%s&format=%s", request.path, format);
    if (!request.path)
        return cli_fail(cli, CLI_USAGE);
    request.accept = is_csv ? "text/csv" : is_file ? "*/*" : NULL;
    status = cli_call(cli, &request, &reply);
    if (status != CLI_DONE || !reply.body.len)
        return status;
    if (out && (is_file || is_csv))
        return cli_save(cli, out, &reply.body);
    if (!is_csv && !is_json)
        return stats_print(cli, &reply, strcmp(form, "letters") == 0);
    fwrite(reply.body.data, 1, reply.body.len, stdout);
    fputs(reply.body.data[reply.body.len - 1] == '\n' ? "" : "\n", stdout);
    return CLI_DONE;
}

/* A page of them as a table, or the whole as a file. */
enum cli_exit run_figures(struct cli *cli)
{
    const char *format = arguments_option(&cli->arguments, "format");

    if (format && strcmp(format, "table") != 0)
        return run_stats(cli);
    form_argument(cli);
    return run_send(cli);
}

/* "90m", "8h", "3d" in minutes; 0 when it is none of them. */
static long span_minutes(const char *text)
{
    char *unit;
    long n;

    errno = 0;
    n = strtol(text, &unit, 10);
    if (errno || n <= 0 || n > 1000000 || !unit[0] || unit[1])
        return 0;
    return *unit == 'm' ? n : *unit == 'h' ? n * 60 : *unit == 'd' ? n * 60 * 24 : 0;
}

enum cli_exit run_demo(struct cli *cli)
{
    CLEANUP(json_freep) cJSON *body = cJSON_CreateObject();
    const char *advance = arguments_option(&cli->arguments, "advance");
    const char *what = arguments_value(&cli->arguments, "WHAT");
    struct client_request request = {.method = "GET", .path = cli->verb->path};
    long minutes = advance ? span_minutes(advance) : 0;

    if (strcmp(what, "clock") != 0 || (advance && !minutes)) {
        error_set(&cli->error, ERR_CLI_VALUE, arg_text("option", advance ? "advance" : "WHAT"),
                  arg_text("value", advance ? advance : what));
        return cli_fail(cli, CLI_USAGE);
    }
    if (!arguments_option(&cli->arguments, "set") && !advance)
        return cli_call_and_print(cli, &request);
    if (!body || !arguments_json(&cli->arguments, body, &cli->error))
        return cli_fail(cli, CLI_USAGE);
    if (minutes)
        cJSON_AddNumberToObject(body, "advance_minutes", (double)minutes);
    request.method = "POST";
    request.body = cli_body_text(cli, body);
    return request.body ? cli_call_and_print(cli, &request) : cli_fail(cli, CLI_INTERNAL);
}

/* Reached only when the client is called directly: tools/motcua hands these verbs to the daemon
 * binary. */
enum cli_exit run_offline(struct cli *cli)
{
    error_set(&cli->error, ERR_CLI_OFFLINE, arg_text("verb", cli->verb->word));
    return cli_fail(cli, CLI_USAGE);
}
