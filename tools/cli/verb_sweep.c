/* The nightly sweep: run it, see what it would do, read what it did. Lists are read to their end,
 * page by page: whoever looks at a night wants all of it. */
#include <string.h>

#include "base/json.h"
#include "cli/cli.h"

/* ---- pages ---- */

/* One request after the other until there is no next page; `take` gets each. */
static enum cli_exit pages_read(struct cli *cli, const char *path,
                                bool (*take)(cJSON *page, cJSON *total), cJSON *total)
{
    const char *at = path;

    while (at) {
        CLEANUP(client_reply_deinit) struct client_reply reply = {0};
        CLEANUP(json_freep) cJSON *page = NULL;
        struct client_request request = {.method = "GET", .path = at};
        enum cli_exit status = cli_call(cli, &request, &reply);
        const char *next;

        if (status != CLI_DONE)
            return status;
        page = cJSON_ParseWithLength(reply.body.data, reply.body.len);
        if (!page || !take(page, total)) {
            error_set(&cli->error, ERR_CLI_REPLY, arg_text("url", cli->home.url));
            return cli_fail(cli, CLI_INTERNAL);
        }
        next = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(page, "next"));
        at = next ? arena_printf(cli->arena, "%s%cafter=%s", path, strchr(path, '?') ? '&' : '?',
                                 next)
                  : NULL;
    }
    return CLI_DONE;
}

static bool move_rows(cJSON *page, cJSON *to)
{
    cJSON *rows = cJSON_GetObjectItemCaseSensitive(page, "items"), *row;

    while (rows && (row = cJSON_DetachItemFromArray(rows, 0)))
        cJSON_AddItemToArray(to, row);
    return rows != NULL;
}

/* The rows of all pages; figures are those of the pages together, the rest as the first has it. */
static bool add_page(cJSON *page, cJSON *total)
{
    cJSON *items = cJSON_GetObjectItemCaseSensitive(total, "items");
    const cJSON *field;

    if (!items)
        items = cJSON_AddArrayToObject(total, "items");
    cJSON_ArrayForEach (field, page) {
        cJSON *have = cJSON_GetObjectItemCaseSensitive(total, field->string);

        if (cJSON_IsNumber(field) && have)
            cJSON_SetNumberValue(have, have->valuedouble + field->valuedouble);
        else if (!have && !cJSON_IsArray(field) && strcmp(field->string, "next") != 0)
            cJSON_AddItemToObject(total, field->string, cJSON_Duplicate(field, true));
    }
    return move_rows(page, items);
}

static enum cli_exit print_json(struct cli *cli, const cJSON *json)
{
    const char *text = cli_body_text(cli, json);

    if (!text)
        return cli_fail(cli, CLI_INTERNAL);
    puts(text);
    return CLI_DONE;
}

static void print_rows(const struct cli *cli, enum view view, const cJSON *object, const char *list)
{
    if (cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(object, list)) == 0)
        return;
    putchar('\n');
    view_print(stdout, view, object, cli->language, view_width(stdout));
}

/* Not every dossier could be judged: whoever runs this from a timer wants to know. */
static enum cli_exit status_of(const cJSON *record)
{
    const cJSON *failed = cJSON_GetObjectItemCaseSensitive(record, "failed");

    return cJSON_IsNumber(failed) && failed->valuedouble > 0 ? CLI_REFUSED : CLI_DONE;
}

/* ---- what would happen ---- */

static enum cli_exit sweep_preview(struct cli *cli)
{
    CLEANUP(json_freep) cJSON *total = cJSON_CreateObject();
    const char *path = cli_path(cli, "/api/v1/sweeps/preview", true);
    enum cli_exit status;

    if (!path || !total)
        return cli_fail(cli, CLI_USAGE);
    status = pages_read(cli, path, add_page, total);
    if (status != CLI_DONE)
        return status;
    if (cli->is_json) {
        status = print_json(cli, total);
    } else {
        view_print(stdout, VIEW_SWEEP, total, cli->language, view_width(stdout));
        print_rows(cli, VIEW_SWEEP_ITEMS, total, "items");
    }
    return status == CLI_DONE ? status_of(total) : status;
}

/* ---- a night ---- */

/* The record with everything it did and could not judge, and what falls due two working days later.
 */
static enum cli_exit sweep_print_all(struct cli *cli, cJSON *record, bool with_due)
{
    const cJSON *id = cJSON_GetObjectItemCaseSensitive(record, "id");
    cJSON *items = cJSON_AddArrayToObject(record, "items");
    cJSON *due = with_due ? cJSON_AddArrayToObject(record, "pre_due") : NULL;
    const char *path =
        arena_printf(cli->arena, "/api/v1/sweeps/%.0f", cJSON_IsNumber(id) ? id->valuedouble : 0);
    enum cli_exit status;

    if (!items || !path || (with_due && !due))
        return cli_fail(cli, CLI_INTERNAL);
    status =
        pages_read(cli, arena_printf(cli->arena, "%s/items?limit=200", path), move_rows, items);
    if (status == CLI_DONE && with_due)
        status =
            pages_read(cli, arena_printf(cli->arena, "%s/pre-due?limit=200", path), move_rows, due);
    if (status != CLI_DONE)
        return status;
    if (cli->is_json)
        return print_json(cli, record);
    view_print(stdout, VIEW_SWEEP, record, cli->language, view_width(stdout));
    print_rows(cli, VIEW_SWEEP_ITEMS, record, "items");
    print_rows(cli, VIEW_SWEEP_DUE, record, "pre_due");
    return CLI_DONE;
}

static enum cli_exit sweep_print(struct cli *cli, cJSON *record, bool with_due)
{
    enum cli_exit status = sweep_print_all(cli, record, with_due);

    return status == CLI_DONE ? status_of(record) : status;
}

/* 202: it was ordered. Waits for it and prints its record, or how it ended otherwise. */
static enum cli_exit sweep_await(struct cli *cli, const struct client_reply *accepted)
{
    CLEANUP(client_reply_deinit) struct client_reply ended = {0};
    CLEANUP(json_freep) cJSON *job = NULL;
    enum cli_exit status;

    if (cli->is_unattended)
        return job_follow(cli, accepted);
    status = job_await(cli, accepted, &ended);
    if (status != CLI_DONE)
        return ended.body.len && cli_print(cli, VIEW_JOB, &ended) != CLI_DONE ? CLI_INTERNAL
                                                                              : status;
    job = cJSON_ParseWithLength(ended.body.data, ended.body.len);
    return sweep_print(cli, cJSON_GetObjectItemCaseSensitive(job, "result"), false);
}

/* Nobody named a night, and nothing had come in by the last closing: there is nothing to do, and
 * nothing is wrong. The timer of an installation's first evening meets this. */
static bool is_before_first(const struct cli *cli, const struct client_reply *refusal)
{
    CLEANUP(json_freep)
    cJSON *problem =
        refusal->body.len ? cJSON_ParseWithLength(refusal->body.data, refusal->body.len) : NULL;
    const char *code = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(problem, "code"));

    return !arguments_option(&cli->arguments, "as-of") && code &&
           strcmp(code, error_word(ERR_SWEEP_BEFORE_FIRST)) == 0;
}

enum cli_exit run_sweep(struct cli *cli)
{
    CLEANUP(client_reply_deinit) struct client_reply reply = {0};
    CLEANUP(json_freep) cJSON *body = NULL, *record = NULL;
    struct client_request request = {.method = "POST", .path = cli->verb->path};
    enum cli_exit status;

    if (arguments_option(&cli->arguments, "dry-run"))
        return sweep_preview(cli);
    if (arguments_option(&cli->arguments, "office")) {
        error_set(&cli->error, ERR_CLI_OPTION_ONLY, arg_text("option", "office"),
                  arg_text("other", "dry-run"));
        return cli_fail(cli, CLI_USAGE);
    }
    body = cli_body(cli);
    request.body = body ? cli_body_text(cli, body) : NULL;
    if (!request.body)
        return cli_fail(cli, CLI_USAGE);
    status = cli_call(cli, &request, &reply);
    if (status == CLI_REFUSED && is_before_first(cli, &reply))
        return CLI_DONE;
    if (status != CLI_DONE)
        return status;
    if (reply.status == 202)
        return sweep_await(cli, &reply);
    record = cJSON_ParseWithLength(reply.body.data, reply.body.len);
    return sweep_print(cli, record, false);
}

enum cli_exit run_sweeps(struct cli *cli)
{
    CLEANUP(client_reply_deinit) struct client_reply reply = {0};
    CLEANUP(json_freep) cJSON *record = NULL;
    const char *what = arguments_value(&cli->arguments, "DO");
    struct client_request request = {.method = "GET"};
    enum cli_exit status;

    if (!what || strcmp(what, "list") == 0)
        return run_send(cli);
    if (strcmp(what, "show") != 0 || !arguments_value(&cli->arguments, "ID")) {
        error_set(&cli->error, ERR_CLI_VALUE, arg_text("option", "DO"), arg_text("value", what));
        return cli_fail(cli, CLI_USAGE);
    }
    request.path = cli_path(cli, "/api/v1/sweeps/{ID}", false);
    if (!request.path)
        return cli_fail(cli, CLI_USAGE);
    status = cli_call(cli, &request, &reply);
    if (status != CLI_DONE)
        return status;
    record = cJSON_ParseWithLength(reply.body.data, reply.body.len);
    return sweep_print_all(cli, record, true);
}
