/* Offices as edited data, from a plan: a file with the offices to be entered and the mergers, such
 * as sql/seed/reform_2025/plan.json. */
#include <string.h>

#include "base/json.h"
#include "cli/cli.h"

#define PLAN_FILE_MAX (1u << 20)

static cJSON *plan_read(struct cli *cli)
{
    const char *path = arguments_option(&cli->arguments, "plan"), *bytes;
    cJSON *plan = NULL;
    size_t len;

    if (!path) {
        error_set(&cli->error, ERR_CLI_ARGUMENT_MISSING, arg_text("argument", "--plan"),
                  arg_text("verb", "office"));
        return NULL;
    }
    return file_read(cli->arena, path, PLAN_FILE_MAX, &bytes, &len, &cli->error) &&
                   json_parse(bytes, len, &plan, &cli->error)
               ? plan
               : NULL;
}

static bool is_listed(const cJSON *list, const char *key)
{
    const cJSON *row;

    cJSON_ArrayForEach (row, cJSON_GetObjectItemCaseSensitive(list, "items"))
        if (!strcmp(key, cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, "key"))))
            return true;
    return false;
}

/* Enters the offices that are not there yet: a plan may be entered twice. */
static enum cli_exit enter_offices(struct cli *cli, const cJSON *plan)
{
    CLEANUP(client_reply_deinit) struct client_reply listed = {0};
    CLEANUP(json_freep) cJSON *have = NULL;
    struct client_request list = {.method = "GET", .path = "/api/v1/offices"};
    enum cli_exit status = cli_call(cli, &list, &listed);
    const cJSON *office;

    if (status != CLI_DONE)
        return status;
    have = cJSON_ParseWithLength(listed.body.data, listed.body.len);
    cJSON_ArrayForEach (office, cJSON_GetObjectItemCaseSensitive(plan, "offices")) {
        CLEANUP(client_reply_deinit) struct client_reply reply = {0};
        struct client_request request = {.method = "POST", .path = "/api/v1/offices"};
        const char *key = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(office, "key"));

        if (key && is_listed(have, key))
            continue;
        request.body = cli_body_text(cli, office);
        if (!request.body)
            return cli_fail(cli, CLI_INTERNAL);
        status = cli_call(cli, &request, &reply);
        if (status != CLI_DONE)
            return status;
    }
    return run_send(cli);
}

/* The mergers of the plan in their order, each waited for; with --on the one of that day. */
static enum cli_exit merge_offices(struct cli *cli, const cJSON *plan)
{
    const char *on = arguments_option(&cli->arguments, "on");
    bool is_preview = arguments_option(&cli->arguments, "preview") != NULL;
    enum cli_exit status = CLI_DONE;
    cJSON *merger;

    cJSON_ArrayForEach (merger, cJSON_GetObjectItemCaseSensitive(plan, "mergers")) {
        CLEANUP(client_reply_deinit) struct client_reply reply = {0};
        struct client_request request = {.method = "POST", .path = "/api/v1/office-mergers"};
        const char *day =
            cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(merger, "effective_on"));

        if (on && day && strcmp(on, day) != 0)
            continue;
        cJSON_DeleteItemFromObjectCaseSensitive(merger, "preview");
        cJSON_AddBoolToObject(merger, "preview", is_preview);
        request.body = cli_body_text(cli, merger);
        if (!request.body)
            return cli_fail(cli, CLI_INTERNAL);
        status = cli_call(cli, &request, &reply);
        if (status == CLI_DONE)
            status = job_follow(cli, &reply);
        if (status != CLI_DONE)
            break;
    }
    return status;
}

enum cli_exit run_organisation(struct cli *cli)
{
    const char *what = arguments_value(&cli->arguments, "DO");
    bool is_merge = what && strcmp(what, "merge") == 0;
    CLEANUP(json_freep) cJSON *plan = NULL;

    if (!what || strcmp(what, "list") == 0)
        return run_send(cli);
    if (!is_merge && strcmp(what, "save") != 0) {
        error_set(&cli->error, ERR_CLI_VALUE, arg_text("option", "DO"), arg_text("value", what));
        return cli_fail(cli, CLI_USAGE);
    }
    plan = plan_read(cli);
    if (!plan)
        return cli_fail(cli, CLI_USAGE);
    return is_merge ? merge_offices(cli, plan) : enter_offices(cli, plan);
}
