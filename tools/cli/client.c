#include "cli/client.h"

#include <cjson/cJSON.h>
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/json.h"
#include "base/random.h"
#include "cli/terminal.h"

#define CONNECT_TIMEOUT_S 5L
#define REPLY_TIMEOUT_S   600L /* a sweep or a month may take its time */
#define REPLY_MAX         (256L * 1024 * 1024)
#define KEY_BYTES         16
#define RETRY_AFTER_MAX_S 5L

/* Waits before each further attempt; their number is the number of attempts. */
static const long retry_wait_ms[] = {200, 700, 1500, 3000};

struct client {
    struct arena *arena; /* borrowed */
    const struct home *home;
    enum language language;
    CURL *curl;
    const char *token;
    bool is_api_token;
    long retry_after_s;
    struct client_reply *reply; /* being received */
};

struct client *client_new(struct arena *a, const struct home *home, enum language language)
{
    struct client *c = calloc(1, sizeof *c);

    if (c && curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK)
        c->curl = curl_easy_init();
    if (!c || !c->curl) {
        free(c);
        return NULL;
    }
    c->arena = a;
    c->home = home;
    c->language = language;
    c->token = home_token(a, home);
    return c;
}

struct client *client_free(struct client *c)
{
    if (c) {
        curl_easy_cleanup(c->curl);
        curl_global_cleanup();
        free(c);
    }
    return NULL;
}

static size_t on_body(char *bytes, size_t size, size_t n, void *user)
{
    struct client *c = user;

    if (c->reply->body.len + size * n > (size_t)REPLY_MAX)
        return 0;
    buffer_add(&c->reply->body, bytes, size * n);
    return c->reply->body.is_failed ? 0 : size * n;
}

/* Keeps the value of a header line if it is the named one. */
static void keep_header(const char *line, size_t len, const char *name, char *value, size_t size)
{
    size_t n = strlen(name);

    if (len <= n || strncasecmp(line, name, n) != 0 || line[n] != ':')
        return;
    for (n++; n < len && line[n] == ' ';)
        n++;
    while (len > n && (line[len - 1] == '\r' || line[len - 1] == '\n' || line[len - 1] == ' '))
        len--;
    if (len - n < size) {
        memcpy(value, line + n, len - n);
        value[len - n] = '\0';
    }
}

static size_t on_header(char *line, size_t size, size_t n, void *user)
{
    struct client *c = user;
    char seconds[24] = "";

    keep_header(line, size * n, "ETag", c->reply->etag, sizeof c->reply->etag);
    keep_header(line, size * n, "Content-Type", c->reply->type, sizeof c->reply->type);
    keep_header(line, size * n, "Papers-After", c->reply->more, sizeof c->reply->more);
    keep_header(line, size * n, "Retry-After", seconds, sizeof seconds);
    if (seconds[0])
        c->retry_after_s = strtol(seconds, NULL, 10);
    return size * n;
}

static void slist_freep(struct curl_slist **list)
{
    curl_slist_free_all(*list);
}

static void header_add(struct client *c, struct curl_slist **list, const char *name,
                       const char *value)
{
    /* curl drops its own header of that name when the value is empty. */
    const char *line =
        value ? arena_printf(c->arena, "%s:%s%s", name, *value ? " " : "", value) : NULL;
    struct curl_slist *longer = line ? curl_slist_append(*list, line) : NULL;

    if (longer)
        *list = longer;
}

static CURLcode client_perform(struct client *c, const struct client_request *request,
                               const char *key, struct client_reply *reply)
{
    CLEANUP(slist_freep) struct curl_slist *headers = NULL;
    const char *url = arena_printf(c->arena, "%s%s", c->home->url, request->path);
    CURL *curl = c->curl;
    CURLcode code;

    curl_easy_reset(curl); /* keeps the connection */
    buffer_clear(&reply->body);
    reply->status = 0;
    reply->etag[0] = reply->type[0] = '\0';
    c->reply = reply;
    c->retry_after_s = 0;
    header_add(c, &headers, "Accept", request->accept ? request->accept : "application/json");
    header_add(c, &headers, "Accept-Language", c->language == LANGUAGE_VI ? "vi" : "en");
    header_add(c, &headers, "Content-Type",
               !request->body      ? NULL
               : request->body_len ? "application/octet-stream"
                                   : "application/json");
    header_add(c, &headers, "Expect", request->body ? "" : NULL); /* no 100-continue */
    header_add(c, &headers, "If-Match", request->if_match);
    header_add(c, &headers, "Idempotency-Key", key);
    if (c->token && !request->is_public)
        header_add(c, &headers, "Authorization", arena_printf(c->arena, "Bearer %s", c->token));
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request->method);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https,http");
    curl_easy_setopt(curl, CURLOPT_PROXY, ""); /* the daemon is a neighbour, not the Internet */
    curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, CONNECT_TIMEOUT_S);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, REPLY_TIMEOUT_S);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, c);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, c);
    if (c->home->certificate)
        curl_easy_setopt(curl, CURLOPT_CAINFO, c->home->certificate);
    if (request->body) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request->body);
        curl_easy_setopt(
            curl, CURLOPT_POSTFIELDSIZE_LARGE,
            (curl_off_t)(request->body_len ? request->body_len : strlen(request->body)));
    } else if (strcmp(request->method, "POST") == 0) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, "");
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, 0L);
    }
    code = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &reply->status);
    return code;
}

static void wait_ms(long ms)
{
    struct timespec t = {ms / 1000, ms % 1000 * 1000000};

    while (nanosleep(&t, &t) != 0)
        ;
}

/* What another attempt may cure: a line that dropped, a daemon starting or changing over. */
static bool is_worth_retrying(CURLcode code, const struct client_reply *reply)
{
    switch ((int)code) {
    case CURLE_OK:
        return reply->status == 503 || reply->status == 429;
    case CURLE_COULDNT_CONNECT:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_PARTIAL_FILE:
    case CURLE_SSL_CONNECT_ERROR:
        return true;
    default:
        return false;
    }
}

static bool client_attempts(struct client *c, const struct client_request *request,
                            struct client_reply *reply, struct error *err)
{
    bool is_write = strcmp(request->method, "GET") != 0;
    char key[2 * KEY_BYTES + 1];
    CURLcode code;

    random_token(key, KEY_BYTES);
    for (size_t i = 0;; i++) {
        long ms;

        code = client_perform(c, request, is_write ? key : NULL, reply);
        if (!is_worth_retrying(code, reply) || i == ARRAY_LEN(retry_wait_ms))
            break;
        ms = c->retry_after_s > RETRY_AFTER_MAX_S ? RETRY_AFTER_MAX_S * 1000
             : c->retry_after_s > 0               ? c->retry_after_s * 1000
                                                  : retry_wait_ms[i];
        wait_ms(ms);
    }
    if (code != CURLE_OK)
        return error_set(err, ERR_CLI_UNREACHABLE, arg_text("url", c->home->url),
                         arg_text("reason", curl_easy_strerror(code)));
    return true;
}

/* The sentence of a problem, for a refusal that is not the verb's own. */
static const char *problem_detail(struct arena *a, const struct client_reply *reply)
{
    CLEANUP(json_freep)
    cJSON *json =
        reply->body.data ? cJSON_ParseWithLength(reply->body.data, reply->body.len) : NULL;
    const char *detail = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "detail"));

    return detail ? arena_strdup(a, detail) : arena_printf(a, "HTTP %ld", reply->status);
}

static bool send_login(struct client *c, const char *code, struct client_reply *reply,
                       struct error *err)
{
    struct buffer body = {0};
    struct client_request request = {
        .method = "POST", .path = "/api/v1/session", .is_public = true};
    bool is_sent;

    buffer_text(&body, "{\"login\":");
    json_write(&body, c->home->login.login, strlen(c->home->login.login));
    buffer_text(&body, ",\"password\":");
    json_write(&body, c->home->login.password, strlen(c->home->login.password));
    if (code) {
        buffer_text(&body, ",\"code\":");
        json_write(&body, code, strlen(code));
    }
    buffer_char(&body, '}');
    request.body = body.data;
    is_sent = !body.is_failed && client_attempts(c, &request, reply, err);
    buffer_deinit(&body);
    if (!is_sent)
        return err->code != ERR_NONE ? false
                                     : error_set(err, ERR_NO_MEMORY, arg_text("what", "session"));
    return true;
}

/* The stable word of a refusal. */
static bool is_code(const struct client_reply *reply, const char *code)
{
    CLEANUP(json_freep)
    cJSON *json =
        reply->body.data ? cJSON_ParseWithLength(reply->body.data, reply->body.len) : NULL;
    const char *word = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "code"));

    return word && !strcmp(word, code);
}

bool client_open(struct client *c, struct error *err)
{
    CLEANUP(client_reply_deinit) struct client_reply reply = {0};
    CLEANUP(json_freep) cJSON *json = NULL;
    const char *token, *detail;
    char code[64];

    if (!send_login(c, NULL, &reply, err))
        return false;
    if (is_code(&reply, "second_factor_needed") &&
        (!terminal_ask(c->language == LANGUAGE_VI ? "Mã xác thực" : "Code", false, code,
                       sizeof code, err) ||
         !send_login(c, code, &reply, err)))
        return false;
    json = reply.body.data ? cJSON_ParseWithLength(reply.body.data, reply.body.len) : NULL;
    token = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, "token"));
    if (reply.status / 100 != 2 || !token) {
        detail = problem_detail(c->arena, &reply);
        return error_set(err, ERR_CLI_LOGIN, arg_text("login", c->home->login.login),
                         arg_text("reason", detail ? detail : ""));
    }
    c->token = arena_strdup(c->arena, token);
    home_keep_token(c->arena, c->home, token);
    return true;
}

void client_use_token(struct client *c, const char *token)
{
    c->token = token;
    c->is_api_token = true;
}

bool client_call(struct client *c, const struct client_request *request,
                 struct client_reply *ret_reply, struct error *err)
{
    bool had_token = c->token != NULL;

    if (request->is_public)
        return client_attempts(c, request, ret_reply, err);
    if (!had_token && !client_open(c, err))
        return false;
    if (!client_attempts(c, request, ret_reply, err))
        return false;
    if (ret_reply->status != 401 || !had_token || c->is_api_token)
        return true;
    /* A kept token has ended: log in again, once. */
    c->token = NULL;
    home_forget_token(c->arena, c->home);
    return client_open(c, err) && client_attempts(c, request, ret_reply, err);
}
