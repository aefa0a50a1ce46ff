/* Verbs of one's own login: logging in, the password, sessions, API tokens; and how a role logs in.
 */
#include <string.h>

#include "base/json.h"
#include "cli/cli.h"
#include "cli/terminal.h"

#define SECRET_MAX 600 /* bytes of a password of 128 characters, and room */

static const char *in_words(const struct cli *cli, const char *vi, const char *en)
{
    return cli->language == LANGUAGE_VI ? vi : en;
}

static enum cli_exit refuse_word(struct cli *cli, const char *option, const char *value)
{
    error_set(&cli->error, ERR_CLI_VALUE, arg_text("option", option), arg_text("value", value));
    return cli_fail(cli, CLI_USAGE);
}

/* One request of a path with {WHAT}; a 204 prints nothing. */
static enum cli_exit send(struct cli *cli, const char *method, const char *template,
                          const cJSON *body, enum view view)
{
    CLEANUP(client_reply_deinit) struct client_reply reply = {0};
    struct client_request request = {.method = method};
    enum cli_exit status;

    if (strstr(template, "{WHAT}") && !arguments_value(&cli->arguments, "WHAT")) {
        error_set(&cli->error, ERR_CLI_ARGUMENT_MISSING, arg_text("argument", "WHAT"),
                  arg_text("verb", cli->verb->word));
        return cli_fail(cli, CLI_USAGE);
    }
    request.path = cli_path(cli, template, strcmp(method, "GET") == 0);
    request.body = body ? cli_body_text(cli, body) : NULL;
    if (!request.path || (body && !request.body))
        return cli_fail(cli, CLI_USAGE);
    status = cli_call(cli, &request, &reply);
    return status == CLI_DONE && reply.status != 204 ? cli_print(cli, view, &reply) : status;
}

enum cli_exit run_login(struct cli *cli)
{
    home_forget_token(cli->arena, &cli->home);
    if (!client_open(cli->client, &cli->error))
        return cli_fail(cli, CLI_REFUSED);
    return run_send(cli);
}

/* The data folder keeps the new password in place of the old, so that the next login works. */
enum cli_exit run_password(struct cli *cli)
{
    CLEANUP(client_reply_deinit) struct client_reply reply = {0};
    CLEANUP(json_freep) cJSON *body = cJSON_CreateObject();
    struct client_request request = {.method = "PUT", .path = cli->verb->path};
    char fresh[SECRET_MAX], again[SECRET_MAX];
    enum cli_exit status;

    if (!terminal_ask(in_words(cli, "Mật khẩu mới", "New password"), true, fresh, sizeof fresh,
                      &cli->error) ||
        !terminal_ask(in_words(cli, "Gõ lại mật khẩu mới", "New password once more"), true, again,
                      sizeof again, &cli->error))
        return cli_fail(cli, CLI_USAGE);
    if (strcmp(fresh, again) != 0)
        return refuse_word(cli, "password",
                           in_words(cli, "hai lần khác nhau", "typed in two ways"));
    if (strpbrk(fresh, " \t")) /* the file of logins is words */
        return refuse_word(cli, "password",
                           in_words(cli, "có dấu cách; đổi ở trang web", "blanks; use the page"));
    cJSON_AddStringToObject(body, "old", cli->home.login.password);
    cJSON_AddStringToObject(body, "new", fresh);
    request.body = cli_body_text(cli, body);
    if (!request.body)
        return cli_fail(cli, CLI_INTERNAL);
    status = cli_call(cli, &request, &reply);
    if (status == CLI_DONE && !home_keep_password(cli->arena, &cli->home, fresh, &cli->error))
        return cli_fail(cli, CLI_INTERNAL);
    return status;
}

enum cli_exit run_session(struct cli *cli)
{
    const char *what = arguments_value(&cli->arguments, "DO");

    if (!what || strcmp(what, "list") == 0)
        return send(cli, "GET", "/api/v1/sessions", NULL, VIEW_SESSIONS);
    if (strcmp(what, "end") == 0)
        return send(cli, "DELETE", "/api/v1/sessions/{WHAT}", NULL, VIEW_RECORD);
    if (strcmp(what, "end-others") == 0)
        return send(cli, "DELETE", "/api/v1/sessions", NULL, VIEW_RECORD);
    return refuse_word(cli, "DO", what);
}

enum cli_exit run_token(struct cli *cli)
{
    const char *what = arguments_value(&cli->arguments, "DO");
    const char *name = arguments_value(&cli->arguments, "WHAT");
    CLEANUP(json_freep) cJSON *body = NULL;

    if (!what || strcmp(what, "list") == 0)
        return send(cli, "GET", "/api/v1/tokens", NULL, VIEW_TOKENS);
    if (strcmp(what, "revoke") == 0)
        return send(cli, "DELETE", "/api/v1/tokens/{WHAT}", NULL, VIEW_RECORD);
    if (strcmp(what, "new") != 0)
        return refuse_word(cli, "DO", what);
    body = cli_body(cli);
    if (!body)
        return cli_fail(cli, CLI_USAGE);
    if (name)
        cJSON_AddStringToObject(body, "name", name);
    return send(cli, "POST", "/api/v1/tokens", body, VIEW_TOKEN);
}

/* The present policy of a role with the options on top: what is not named stays. */
static cJSON *policy_with_options(struct cli *cli, const cJSON *list, const char *role)
{
    static const char *const kept[] = {"needs_second_factor", "idle_minutes", "absolute_hours",
                                       "token_days_max"};
    const char *factor = arguments_option(&cli->arguments, "second-factor");
    cJSON *body = cli_body(cli);
    const cJSON *row;

    cJSON_ArrayForEach (row, cJSON_GetObjectItemCaseSensitive(list, "items")) {
        const char *word = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, "role"));

        for (size_t i = 0; body && word && !strcmp(word, role) && i < ARRAY_LEN(kept); i++)
            if (!cJSON_HasObjectItem(body, kept[i]))
                cJSON_AddItemToObject(
                    body, kept[i],
                    cJSON_Duplicate(cJSON_GetObjectItemCaseSensitive(row, kept[i]), true));
    }
    if (body && factor) {
        cJSON_DeleteItemFromObjectCaseSensitive(body, "needs_second_factor");
        cJSON_AddBoolToObject(body, "needs_second_factor", !strcmp(factor, "yes"));
    }
    return body;
}

enum cli_exit run_role_policy(struct cli *cli)
{
    CLEANUP(client_reply_deinit) struct client_reply listed = {0};
    CLEANUP(json_freep) cJSON *list = NULL, *body = NULL;
    struct client_request request = {.method = "GET", .path = "/api/v1/role-policies"};
    const char *what = arguments_value(&cli->arguments, "DO");
    const char *role = arguments_value(&cli->arguments, "WHAT");
    const char *factor = arguments_option(&cli->arguments, "second-factor");
    enum cli_exit status;

    if (!what || strcmp(what, "list") == 0)
        return send(cli, "GET", "/api/v1/role-policies", NULL, VIEW_ROLE_POLICIES);
    if (strcmp(what, "set") != 0)
        return refuse_word(cli, "DO", what);
    if (factor && strcmp(factor, "yes") != 0 && strcmp(factor, "no") != 0)
        return refuse_word(cli, "second-factor", factor);
    status = cli_call(cli, &request, &listed);
    if (status != CLI_DONE)
        return status;
    list = cJSON_ParseWithLength(listed.body.data, listed.body.len);
    body = policy_with_options(cli, list, role ? role : "");
    if (!body)
        return cli_fail(cli, CLI_USAGE);
    return send(cli, "PUT", "/api/v1/role-policies/{WHAT}", body, VIEW_ROLE_POLICY);
}
