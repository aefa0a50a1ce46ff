/* What RFC 9112 asks of a head as a whole. Each refusal here is a known way to make two programs
 * disagree about where a request ends or for whom it is. */
#include "wire/http_head.h"

#include <string.h>
#include <strings.h>

static const uint32_t token_set[8] = {0, 0x03FF6CFA, 0xC7FFFFFE, 0x57FFFFFF};
static const uint32_t target_set[8] = {0, 0xAFFFFFF2, 0x87FFFFFF, 0x47FFFFFE};
static const uint32_t host_set[8] = {0, 0x2FFF7FF2, 0xAFFFFFFE, 0x47FFFFFE};

static bool head_in_set(const uint32_t set[8], unsigned char c)
{
    return set[c >> 5] >> (c & 31) & 1;
}

bool http_is_token(unsigned char c)
{
    return head_in_set(token_set, c);
}

bool http_is_target(unsigned char c)
{
    return head_in_set(target_set, c);
}

/* host [":" port]: a name, an address, or [IPv6]; no user, never empty. */
static bool head_host_is_valid(const char *s)
{
    const char *port;
    size_t len, digits;

    if (*s == '[') {
        const char *close = strchr(s, ']');

        if (!close || strspn(s + 1, "0123456789abcdefABCDEF:.") != (size_t)(close - s - 1) ||
            close - s < 3)
            return false;
        port = close + 1;
    } else {
        len = strcspn(s, ":");
        if (!len)
            return false;
        for (size_t i = 0; i < len; i++)
            if (!head_in_set(host_set, (unsigned char)s[i]) || strchr("[]", s[i]))
                return false;
        port = s + len;
    }
    if (!*port)
        return true;
    digits = strspn(port + 1, "0123456789");
    return *port == ':' && digits <= 5 && !port[1 + digits];
}

static bool head_judge_host(struct http_reader *r, struct error *err)
{
    size_t n;
    const char *host = http_reader_header(r, "host", &n);

    if (n > 1)
        return error_set(err, ERR_HTTP_HOST, arg_text("value", host));
    if (!host && r->minor == 1)
        return error_set(err, ERR_HTTP_HOST, arg_text("value", "-"));
    if (host && !head_host_is_valid(host))
        return error_set(err, ERR_HTTP_HOST, arg_text("value", host));
    r->host = host;
    return true;
}

static bool head_target_refuse(struct error *err)
{
    return error_set(err, ERR_HTTP_SYNTAX, arg_text("part", "request-target"),
                     arg_number("position", 1));
}

/* origin-form, absolute-form for this very host, or "*" with OPTIONS. */
static bool head_judge_target(struct http_reader *r, char *target, struct error *err)
{
    static char root[] = "/";
    bool is_http = !strncasecmp(target, "http://", 7),
         is_https = !strncasecmp(target, "https://", 8);
    char *path = target;

    if (!strcmp(target, "*") && r->method == HTTP_OPTIONS) {
        r->path = target;
        return true;
    }
    if (is_http || is_https) {
        char *host = target + (is_https ? 8 : 7);
        size_t len = strcspn(host, "/?");

        if (!r->host || strlen(r->host) != len || strncasecmp(r->host, host, len) != 0)
            return error_set(err, ERR_HTTP_HOST, arg_text("value", r->host ? r->host : "-"));
        path = host + len;
        if (*path != '/') { /* no path is the path "/" */
            r->path = root;
            r->query = *path ? path + 1 : NULL;
            return true;
        }
    }
    if (*path != '/')
        return head_target_refuse(err);
    r->path = path;
    r->query = strchr(path, '?');
    if (r->query)
        *r->query++ = '\0';
    return true;
}

/* 1*DIGIT and nothing else: no sign, no list, no overflow. */
static bool head_number(const char *s, uint64_t *ret_n)
{
    size_t len = strspn(s, "0123456789");
    uint64_t n = 0;

    if (!len || s[len] || len > 18)
        return false;
    for (; *s; s++)
        n = n * 10 + (uint64_t)(*s - '0');
    *ret_n = n;
    return true;
}

static bool head_judge_framing(struct http_reader *r, struct error *err)
{
    size_t n_lengths, n_codings;
    const char *length = http_reader_header(r, "content-length", &n_lengths);
    const char *coding = http_reader_header(r, "transfer-encoding", &n_codings);

    if (n_lengths > 1 || (length && !head_number(length, &r->content_len)))
        return error_set(err, ERR_HTTP_FRAMING, arg_text("header", "Content-Length"),
                         arg_text("value", length));
    if (!coding)
        return true;
    if (length || r->minor == 0 || n_codings > 1)
        return error_set(err, ERR_HTTP_FRAMING, arg_text("header", "Transfer-Encoding"),
                         arg_text("value", coding));
    if (strcasecmp(coding, "chunked") != 0)
        return error_set(err, ERR_HTTP_TRANSFER_CODING, arg_text("value", coding));
    r->is_chunked = true;
    return true;
}

/* Is `word` an element of the comma-separated list? */
static bool head_list_has(const char *list, const char *word)
{
    size_t word_len = strlen(word);

    while (*list) {
        size_t len;

        list += strspn(list, " \t,");
        len = strcspn(list, " \t,");
        if (len == word_len && !strncasecmp(list, word, len))
            return true;
        list += len;
    }
    return false;
}

static bool head_judge_connection(struct http_reader *r, struct error *err)
{
    const char *expect = http_reader_header(r, "expect", NULL);

    r->is_keep_alive = r->minor == 1;
    for (size_t i = 0; i < r->n_headers; i++)
        if (!strcmp(r->headers[i].name, "connection") &&
            head_list_has(r->headers[i].value, "close"))
            r->is_keep_alive = false;
    if (!expect || r->minor == 0)
        return true;
    if (strcasecmp(expect, "100-continue") != 0)
        return error_set(err, ERR_HTTP_EXPECTATION, arg_text("value", expect));
    r->wants_continue = r->is_chunked || r->content_len > 0;
    return true;
}

bool http_head_judge(struct http_reader *r, char *target, struct error *err)
{
    return head_judge_host(r, err) && head_judge_target(r, target, err) &&
           head_judge_framing(r, err) && head_judge_connection(r, err);
}
