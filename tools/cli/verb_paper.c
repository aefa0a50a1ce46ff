/* Papers: as files, checked, handed in. */
#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "base/json.h"
#include "cli/cli.h"

#define FILE_MAX      ((size_t)1 << 30)
#define REVISIONS_MAX 15

static enum cli_exit usage(struct cli *cli, const char *option, const char *value)
{
    error_set(&cli->error, ERR_CLI_VALUE, arg_text("option", option), arg_text("value", value));
    return cli_fail(cli, CLI_USAGE);
}

/* ---- papers as files ---- */

static const struct {
    const char *word, *accept;
} formats[] = {
    {"pdf", "application/pdf"},
    {"csv", "text/csv"},
    {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
};

/* A dossier's paper, whose receipt has a path of its own; the register; a batch; an attached file.
 */
enum cli_exit run_paper(struct cli *cli)
{
    CLEANUP(client_reply_deinit) struct client_reply file = {0};
    struct client_request request = {.method = "GET", .accept = "*/*"};
    const char *out = arguments_option(&cli->arguments, "out");
    const char *paper = arguments_value(&cli->arguments, "PAPER");
    const char *format = arguments_option(&cli->arguments, "format");
    enum cli_exit status;
    size_t i = 0;

    request.path = paper && strcmp(paper, "receipt") == 0
                       ? cli_path(cli, "/api/v1/dossiers/{CODE}/slip", false)
                       : cli_path(cli, cli->verb->path, true);
    while (format && i < ARRAY_LEN(formats) && strcmp(formats[i].word, format) != 0)
        i++;
    if (i == ARRAY_LEN(formats))
        return usage(cli, "format", format);
    if (request.path && format) {
        request.path = arena_printf(cli->arena, "%s&format=%s", request.path, format);
        request.accept = formats[i].accept;
    }
    if (!request.path)
        return cli_fail(cli, CLI_USAGE);
    status = cli_call(cli, &request, &file);
    if (status != CLI_DONE)
        return status;
    if (!out && paper)
        out =
            arena_printf(cli->arena, "%s-%s.pdf", arguments_value(&cli->arguments, "CODE"), paper);
    else if (!out)
        out = arena_printf(cli->arena, "%s.%s", cli->verb->word, formats[i].word);
    status = out ? cli_save(cli, out, &file.body) : CLI_INTERNAL;
    if (status == CLI_DONE && file.more[0])
        fprintf(stderr,
                cli->language == LANGUAGE_VI ? "Còn nữa: thêm --after %s\n"
                                             : "There are more: add --after %s\n",
                file.more);
    return status;
}

/* ---- is it genuine? ---- */

static bool add_hash(cJSON *hashes, const void *bytes, size_t len)
{
    unsigned char hash[DIGEST_LEN];
    char hex[2 * DIGEST_LEN + 1];

    digest_sha256(bytes, len, hash);
    hex_encode(hash, sizeof hash, hex);
    return cJSON_AddItemToArray(hashes, cJSON_CreateString(hex));
}

/* The whole file, then its earlier revisions, the newest first: each ends with a mark of its own,
 * and what was added after it was added by somebody else perhaps. */
static bool add_hashes(cJSON *hashes, const char *bytes, size_t len)
{
    static const char mark[] = "%%EOF";
    size_t ends[REVISIONS_MAX];
    int n = 0;
    bool is_good = add_hash(hashes, bytes, len);

    for (size_t i = 0; i + sizeof mark - 1 <= len; i++) {
        size_t end = i + sizeof mark - 1;

        if (memcmp(bytes + i, mark, sizeof mark - 1) != 0)
            continue;
        end += end < len && bytes[end] == '\r';
        end += end < len && bytes[end] == '\n';
        if (end == len)
            continue;
        if (n == REVISIONS_MAX)
            memmove(ends, ends + 1, sizeof ends - sizeof ends[0]);
        ends[n < REVISIONS_MAX ? n++ : n - 1] = end;
    }
    while (is_good && n > 0)
        is_good = add_hash(hashes, bytes, ends[--n]);
    return is_good;
}

static const struct {
    const char *state;
    bool is_newest; /* as it was issued, to the last byte */
    const char *words[2];
} verdicts[] = {
    {"genuine",
     true,
     {"ĐÚNG: văn bản do hệ thống phát hành, còn nguyên vẹn, đang có hiệu lực.",
      "GENUINE: issued here, whole, and it stands."}},
    {"genuine",
     false,
     {"BẢN TRƯỚC: văn bản do hệ thống phát hành, nhưng tệp này không phải bản mới nhất hoặc đã "
      "được thêm nội dung sau khi phát hành.",
      "EARLIER: issued here, but the file is not what stands today, or something was added to it "
      "since."}},
    {"superseded",
     false,
     {"ĐÃ THAY: có bản mới thay cho văn bản này.",
      "SUPERSEDED: a newer version stands in its place."}},
    {"cancelled", false, {"ĐÃ HỦY: văn bản này đã bị hủy.", "CANCELLED: the paper was cancelled."}},
    {"unknown",
     false,
     {"KHÔNG RÕ: hệ thống không phát hành tệp này, hoặc nội dung đã bị sửa.",
      "UNKNOWN: not issued here, or changed since."}},
};

static enum cli_exit print_check(struct cli *cli, const struct client_reply *reply)
{
    CLEANUP(json_freep)
    cJSON *json = cJSON_ParseWithLength(reply->body.data, reply->body.len);
    const char *state = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "state"));
    bool is_newest = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, "is_newest"));
    bool is_good = state && !strcmp(state, "genuine") && is_newest;
    enum cli_exit status;

    if (!state)
        return cli_fail(cli, CLI_INTERNAL);
    if (!cli->is_json)
        for (size_t i = 0; i < ARRAY_LEN(verdicts); i++)
            if (!strcmp(verdicts[i].state, state) &&
                (strcmp(state, "genuine") != 0 || verdicts[i].is_newest == is_newest)) {
                printf("%s\n\n", verdicts[i].words[cli->language]);
                break;
            }
    status = cli_print(cli, VIEW_PAPER_CHECK, reply);
    if (status == CLI_DONE && !cli->is_json &&
        cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(json, "signatures")) > 0) {
        fputs("\n", stdout);
        status = cli_print(cli, VIEW_PAPER_SIGNATURES, reply);
    }
    return status == CLI_DONE && !is_good ? CLI_REFUSED : status;
}

enum cli_exit run_document(struct cli *cli)
{
    CLEANUP(client_reply_deinit) struct client_reply reply = {0};
    CLEANUP(json_freep) cJSON *body = cJSON_CreateObject();
    cJSON *hashes = body ? cJSON_AddArrayToObject(body, "hashes") : NULL;
    struct client_request request = {.method = "POST", .is_public = true};
    const char *what = arguments_value(&cli->arguments, "DO"), *bytes;
    enum cli_exit status;
    size_t len;

    if (strcmp(what, "verify") != 0)
        return usage(cli, "DO", what);
    if (!file_read(cli->arena, arguments_value(&cli->arguments, "FILE"), FILE_MAX, &bytes, &len,
                   &cli->error))
        return cli_fail(cli, CLI_USAGE);
    request.path = cli->verb->path;
    request.body = hashes && add_hashes(hashes, bytes, len) ? cli_body_text(cli, body) : NULL;
    if (!request.body)
        return cli_fail(cli, CLI_INTERNAL);
    status = cli_call(cli, &request, &reply);
    return status == CLI_DONE ? print_check(cli, &reply) : status;
}

/* ---- handed in ---- */

static double number_of(const struct client_reply *reply, const char *name)
{
    CLEANUP(json_freep)
    cJSON *json = cJSON_ParseWithLength(reply->body.data, reply->body.len);
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(json, name);

    return cJSON_IsNumber(item) ? item->valuedouble : -1;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

/* Announces it; what the options do not say has its default. */
static enum cli_exit announce(struct cli *cli, const char *file, size_t len,
                              struct client_reply *reply)
{
    CLEANUP(json_freep) cJSON *body = cli_body(cli);
    struct client_request request = {.method = "POST"};

    if (!body)
        return cli_fail(cli, CLI_USAGE);
    if (!cJSON_GetObjectItemCaseSensitive(body, "purpose"))
        cJSON_AddStringToObject(body, "purpose", "component");
    cJSON_AddStringToObject(body, "name", base_name(file));
    cJSON_AddNumberToObject(body, "size", (double)len);
    request.path = cli_path(cli, cli->verb->path, false);
    request.body = cli_body_text(cli, body);
    if (!request.path || !request.body)
        return cli_fail(cli, CLI_INTERNAL);
    return cli_call(cli, &request, reply);
}

/* Sends the pieces; the client itself sends one again that was not answered. */
static enum cli_exit send_pieces(struct cli *cli, double id, size_t piece, const char *bytes,
                                 size_t len)
{
    for (size_t at = 0; at < len;) {
        CLEANUP(client_reply_deinit) struct client_reply reply = {0};
        struct client_request request = {.method = "PUT", .body = bytes + at};
        enum cli_exit status;

        request.body_len = len - at < piece ? len - at : piece;
        request.path = arena_printf(cli->arena, "/api/v1/uploads/%.0f?from=%zu", id, at);
        if (!request.path)
            return cli_fail(cli, CLI_INTERNAL);
        status = cli_call(cli, &request, &reply);
        if (status != CLI_DONE)
            return status;
        if (number_of(&reply, "received") <= (double)at)
            return cli_fail(cli, CLI_INTERNAL);
        at = (size_t)number_of(&reply, "received");
        if (!cli->is_json)
            fprintf(stderr, "\r%3zu %%", at * 100 / len);
    }
    if (!cli->is_json)
        fputs("\n", stderr);
    return CLI_DONE;
}

enum cli_exit run_attach(struct cli *cli)
{
    CLEANUP(client_reply_deinit) struct client_reply reply = {0};
    const char *file = arguments_value(&cli->arguments, "FILE"), *bytes;
    struct client_request request = {.method = "POST"};
    enum cli_exit status;
    size_t len;
    double id;

    if (!file_read(cli->arena, file, FILE_MAX, &bytes, &len, &cli->error))
        return cli_fail(cli, CLI_USAGE);
    status = announce(cli, file, len, &reply);
    if (status != CLI_DONE)
        return status;
    id = number_of(&reply, "id");
    status = send_pieces(cli, id, (size_t)number_of(&reply, "piece"), bytes, len);
    if (status != CLI_DONE)
        return status;
    request.path = arena_printf(cli->arena, "/api/v1/uploads/%.0f/actions/finish", id);
    return request.path ? cli_call_and_print(cli, &request) : cli_fail(cli, CLI_INTERNAL);
}
