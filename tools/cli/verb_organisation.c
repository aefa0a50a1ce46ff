/* Offices and officers as edited data: one at a time, by options; or from a plan, a file with the
 * offices to be entered and the mergers, such as sql/seed/reform_2025/plan.json. */
#include <stdio.h>
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

/* ---- one at a time ---- */

static enum cli_exit refuse_word(struct cli *cli, const char *option, const char *value)
{
    error_set(&cli->error, ERR_CLI_VALUE, arg_text("option", option), arg_text("value", value));
    return cli_fail(cli, CLI_USAGE);
}

static const char *key_of(struct cli *cli)
{
    const char *key = arguments_value(&cli->arguments, "KEY");

    if (!key)
        error_set(&cli->error, ERR_CLI_ARGUMENT_MISSING, arg_text("argument", "KEY"),
                  arg_text("verb", cli->verb->word));
    return key;
}

static enum cli_exit show_office(struct cli *cli)
{
    CLEANUP(client_reply_deinit) struct client_reply reply = {0};
    CLEANUP(json_freep) cJSON *list = NULL;
    struct client_request request = {.method = "GET"};
    const char *key = key_of(cli);
    enum cli_exit status;
    const cJSON *row;

    request.path = key ? cli_path(cli, "/api/v1/offices?q={KEY}", false) : NULL;
    if (!request.path)
        return cli_fail(cli, CLI_USAGE);
    status = cli_call(cli, &request, &reply);
    if (status != CLI_DONE)
        return status;
    list = cJSON_ParseWithLength(reply.body.data, reply.body.len);
    cJSON_ArrayForEach (row, cJSON_GetObjectItemCaseSensitive(list, "items")) {
        const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, "key"));

        if (!text || strcmp(text, key) != 0)
            continue;
        if (cli->is_json)
            puts(cli_body_text(cli, row));
        else
            view_print(stdout, VIEW_OFFICE, row, cli->language, view_width(stdout));
        return CLI_DONE;
    }
    return refuse_word(cli, "KEY", key);
}

/* Sends an edit; an answer of 202 is waited for. */
static enum cli_exit send_edit(struct cli *cli, const char *template, cJSON *body, enum view view)
{
    CLEANUP(client_reply_deinit) struct client_reply reply = {0};
    struct client_request request = {.method = "POST"};
    enum cli_exit status;

    request.path = cli_path(cli, template, false);
    request.body = request.path ? cli_body_text(cli, body) : NULL;
    if (!request.body)
        return cli_fail(cli, CLI_INTERNAL);
    status = cli_call(cli, &request, &reply);
    if (status == CLI_DONE && reply.status == 202)
        return job_follow(cli, &reply);
    return status == CLI_DONE ? cli_print(cli, view, &reply) : status;
}

static enum cli_exit edit_office(struct cli *cli, const char *what)
{
    CLEANUP(json_freep) cJSON *body = NULL;
    const char *calendar = arguments_option(&cli->arguments, "calendar"), *key = key_of(cli);

    body = key ? cli_body(cli) : NULL;
    if (!body)
        return cli_fail(cli, CLI_USAGE);
    if (calendar)
        cJSON_AddStringToObject(body, "calendar", calendar);
    if (strcmp(what, "new") == 0)
        cJSON_AddStringToObject(body, "key", key);
    return send_edit(cli,
                     strcmp(what, "new") == 0   ? "/api/v1/offices"
                     : strcmp(what, "set") == 0 ? "/api/v1/offices/{KEY}/changes"
                                                : "/api/v1/offices/{KEY}/actions/end",
                     body, VIEW_OFFICE);
}

/* The roles of --role ROLE@OFFICE, as often as it stands there. */
static bool add_roles(struct cli *cli, cJSON *body)
{
    cJSON *list = cJSON_AddArrayToObject(body, "roles");

    for (size_t i = 0; i < cli->arguments.n_options; i++) {
        const struct given_option *given = &cli->arguments.options[i];
        const char *at;
        cJSON *role;

        if (strcmp(given->row->word, "role") != 0)
            continue;
        at = strchr(given->value, '@');
        role = cJSON_CreateObject();
        cJSON_AddItemToArray(list, role);
        if (!at)
            return error_set(&cli->error, ERR_CLI_VALUE, arg_text("option", "role"),
                             arg_text("value", given->value));
        cJSON_AddStringToObject(
            role, "role", arena_strndup(cli->arena, given->value, (size_t)(at - given->value)));
        cJSON_AddStringToObject(role, "office", at + 1);
    }
    return true;
}

/* All that an officer holds at an office; --to-officer is who gets it. */
static enum cli_exit hand_over_desk(struct cli *cli)
{
    CLEANUP(json_freep) cJSON *body = key_of(cli) ? cli_body(cli) : NULL;
    cJSON *to = body ? cJSON_DetachItemFromObjectCaseSensitive(body, "officer") : NULL;

    if (!body)
        return cli_fail(cli, CLI_USAGE);
    if (to)
        cJSON_AddItemToObject(body, "to", to);
    return send_edit(cli, "/api/v1/officers/{KEY}/actions/hand-over", body, VIEW_JOB);
}

enum cli_exit run_officer(struct cli *cli)
{
    const char *what = arguments_value(&cli->arguments, "DO"), *key;
    CLEANUP(json_freep) cJSON *body = NULL;
    bool is_new;

    if (!what || strcmp(what, "list") == 0)
        return run_send(cli);
    if (strcmp(what, "reset-login") == 0) {
        body = key_of(cli) ? cli_body(cli) : NULL;
        return body ? send_edit(cli, "/api/v1/officers/{KEY}/login-reset", body, VIEW_LOGIN_RESET)
                    : cli_fail(cli, CLI_USAGE);
    }
    if (strcmp(what, "hand-over") == 0)
        return hand_over_desk(cli);
    is_new = strcmp(what, "new") == 0;
    if (!is_new && strcmp(what, "role-add") != 0 && strcmp(what, "role-end") != 0)
        return refuse_word(cli, "DO", what);
    key = key_of(cli);
    body = key ? cli_body(cli) : NULL;
    if (!body || !add_roles(cli, body))
        return cli_fail(cli, CLI_USAGE);
    if (is_new)
        cJSON_AddStringToObject(body, "key", key);
    else if (strcmp(what, "role-end") == 0)
        cJSON_AddTrueToObject(body, "is_end");
    return send_edit(cli, is_new ? "/api/v1/officers" : "/api/v1/officers/{KEY}/roles", body,
                     VIEW_OFFICER);
}

enum cli_exit run_organisation(struct cli *cli)
{
    const char *what = arguments_value(&cli->arguments, "DO");
    bool is_merge = what && strcmp(what, "merge") == 0;
    CLEANUP(json_freep) cJSON *plan = NULL;

    if (!what || strcmp(what, "list") == 0)
        return run_send(cli);
    if (strcmp(what, "show") == 0)
        return show_office(cli);
    if (strcmp(what, "new") == 0 || strcmp(what, "set") == 0 || strcmp(what, "end") == 0)
        return edit_office(cli, what);
    if (!is_merge && strcmp(what, "save") != 0)
        return refuse_word(cli, "DO", what);
    plan = plan_read(cli);
    if (!plan)
        return cli_fail(cli, CLI_USAGE);
    return is_merge ? merge_offices(cli, plan) : enter_offices(cli, plan);
}
