/* From the verb's row to a request, and from the reply to the terminal. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "cli/cli.h"

#define BODY_FILE_MAX (16u << 20)

static void add_encoded(struct buffer *b, const char *text)
{
    static const char hex[] = "0123456789ABCDEF";

    for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
        if ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') ||
            strchr("-._~", *p)) {
            buffer_char(b, (char)*p);
        } else {
            buffer_char(b, '%');
            buffer_char(b, hex[*p >> 4]);
            buffer_char(b, hex[*p & 15]);
        }
    }
}

static void add_query(struct buffer *b, const cJSON *options, bool has_query)
{
    const cJSON *item;

    cJSON_ArrayForEach (item, options) {
        char number[32] = "";

        buffer_char(b, has_query ? '&' : '?');
        has_query = true;
        add_encoded(b, item->string);
        buffer_char(b, '=');
        if (cJSON_IsNumber(item))
            snprintf(number, sizeof number, "%.0f", item->valuedouble);
        add_encoded(b, cJSON_IsNumber(item) ? number
                       : cJSON_IsTrue(item) ? "true"
                                            : item->valuestring);
    }
}

char *cli_path(struct cli *cli, const char *template, bool with_query)
{
    CLEANUP(json_freep) cJSON *options = cJSON_CreateObject();
    CLEANUP(buffer_deinit) struct buffer b = {0};
    char *path;

    for (const char *p = template; *p;) {
        const char *end = *p == '{' ? strchr(p, '}') : NULL;
        const char *name = end ? arena_strndup(cli->arena, p + 1, (size_t)(end - p - 1)) : NULL;
        const char *value = name ? arguments_value(&cli->arguments, name) : NULL;

        if (end) {
            add_encoded(&b, value ? value : "");
            p = end + 1;
        } else {
            buffer_char(&b, *p++);
        }
    }
    if (with_query) {
        if (!arguments_json(&cli->arguments, options, &cli->error))
            return NULL;
        add_query(&b, options, strchr(template, '?') != NULL);
    }
    path = b.is_failed ? NULL : arena_strdup(cli->arena, b.data ? b.data : "");
    if (!path)
        error_set(&cli->error, ERR_NO_MEMORY, arg_text("what", template));
    return path;
}

cJSON *cli_body(struct cli *cli)
{
    const char *path = arguments_option(&cli->arguments, "body"), *bytes;
    cJSON *body = NULL;
    size_t len;

    if (path) {
        if (!file_read(cli->arena, path, BODY_FILE_MAX, &bytes, &len, &cli->error) ||
            !json_parse(bytes, len, &body, &cli->error))
            return NULL;
    } else {
        body = cJSON_CreateObject();
    }
    if (!body || !arguments_json(&cli->arguments, body, &cli->error)) {
        if (!body)
            error_set(&cli->error, ERR_NO_MEMORY, arg_text("what", cli->verb->word));
        cJSON_Delete(body);
        return NULL;
    }
    return body;
}

char *cli_body_text(struct cli *cli, const cJSON *body)
{
    char *printed = cJSON_PrintUnformatted(body);
    char *text = printed ? arena_strdup(cli->arena, printed) : NULL;

    cJSON_free(printed);
    if (!text)
        error_set(&cli->error, ERR_NO_MEMORY, arg_text("what", cli->verb->word));
    return text;
}

/* A refusal in one line: the sentence, and the stable code for those who search for it. */
static void print_problem(const struct cli *cli, const struct client_reply *reply)
{
    CLEANUP(json_freep)
    cJSON *json =
        reply->body.data ? cJSON_ParseWithLength(reply->body.data, reply->body.len) : NULL;
    const char *detail = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "detail"));
    const char *code = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "code"));

    if (cli->is_json && reply->body.data)
        fprintf(stdout, "%s\n", reply->body.data);
    if (detail)
        fprintf(stderr, "motcua: %s [%s]\n", detail, code ? code : "?");
    else
        fprintf(stderr, "motcua: HTTP %ld\n", reply->status);
}

enum cli_exit cli_call(struct cli *cli, struct client_request *request, struct client_reply *reply)
{
    if (!client_call(cli->client, request, reply, &cli->error))
        return cli_fail(cli, CLI_UNREACHABLE);
    if (reply->status / 100 == 2)
        return CLI_DONE;
    print_problem(cli, reply);
    return CLI_REFUSED;
}

enum cli_exit cli_print(struct cli *cli, enum view view, const struct client_reply *reply)
{
    CLEANUP(json_freep) cJSON *json = NULL;

    if (!reply->body.len)
        return CLI_DONE;
    if (cli->is_json) {
        fwrite(reply->body.data, 1, reply->body.len, stdout);
        fputs(reply->body.data[reply->body.len - 1] == '\n' ? "" : "\n", stdout);
        return CLI_DONE;
    }
    json = cJSON_ParseWithLength(reply->body.data, reply->body.len);
    if (!json) {
        error_set(&cli->error, ERR_CLI_REPLY, arg_text("url", cli->home.url));
        return cli_fail(cli, CLI_INTERNAL);
    }
    view_print(stdout, view, json, cli->language, view_width(stdout));
    return CLI_DONE;
}

enum cli_exit cli_call_and_print(struct cli *cli, struct client_request *request)
{
    CLEANUP(client_reply_deinit) struct client_reply reply = {0};
    enum cli_exit status = cli_call(cli, request, &reply);

    if (status == CLI_DONE && reply.status == 202)
        return job_follow(cli, &reply);
    return status == CLI_DONE ? cli_print(cli, cli->verb->view, &reply) : status;
}

enum cli_exit run_send(struct cli *cli)
{
    struct client_request request = {.method = cli->verb->method};

    request.path = cli_path(cli, cli->verb->path, true);
    return request.path ? cli_call_and_print(cli, &request) : cli_fail(cli, CLI_USAGE);
}

enum cli_exit run_post(struct cli *cli)
{
    CLEANUP(json_freep) cJSON *body = cli_body(cli);
    struct client_request request = {.method = cli->verb->method};

    request.path = cli_path(cli, cli->verb->path, false);
    request.body = body ? cli_body_text(cli, body) : NULL;
    return request.path && request.body ? cli_call_and_print(cli, &request)
                                        : cli_fail(cli, CLI_USAGE);
}

enum cli_exit cli_save(struct cli *cli, const char *out, const struct buffer *bytes)
{
    FILE *file = fopen(out, "wb");
    bool is_written = file && fwrite(bytes->data, 1, bytes->len, file) == bytes->len;

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
