/* One message as libcurl is asked to carry it, and what its end means. */
#include <curl/curl.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "post/courier_impl.h"

const char *courier_kind_word(enum courier_kind kind)
{
    static const char *const words[] = {[COURIER_MAIL] = "email", [COURIER_HOOK] = "hook"};

    return words[kind];
}

/* ---- settings ---- */

bool courier_settings_init(struct courier_settings *s, const struct courier_options *o)
{
    const char *from[] = {o->smtp_url, o->smtp_user,   o->smtp_password, o->mail_from,
                          o->hook_url, o->hook_secret, o->ca_file};
    char **to[] = {&s->smtp_url, &s->smtp_user,   &s->smtp_password, &s->mail_from,
                   &s->hook_url, &s->hook_secret, &s->ca_file};

    s->is_smtp_plain = o->is_smtp_plain;
    s->connect_ms = o->connect_ms;
    s->total_ms = o->total_ms;
    for (size_t i = 0; i < ARRAY_LEN(from); i++)
        if (from[i] && *from[i] && !(*to[i] = strdup(from[i]))) {
            courier_settings_deinit(s);
            return false;
        }
    return true;
}

static void wipe(char *secret)
{
    if (secret)
        OPENSSL_cleanse(secret, strlen(secret));
    free(secret);
}

void courier_settings_deinit(struct courier_settings *s)
{
    wipe(s->smtp_password);
    wipe(s->hook_secret);
    free(s->smtp_url);
    free(s->smtp_user);
    free(s->mail_from);
    free(s->hook_url);
    free(s->ca_file);
}

/* ---- a transfer ---- */

static size_t give_body(char *to, size_t size, size_t n, void *user)
{
    struct courier_errand *e = user;
    size_t len = e->len - e->read < size * n ? e->len - e->read : size * n;

    memcpy(to, e->body + e->read, len);
    e->read += len;
    return len;
}

/* What a gateway answers is its status; the rest is not kept. */
static size_t ignore_reply(char *bytes, size_t size, size_t n, void *user)
{
    (void)bytes;
    (void)user;
    return size * n;
}

/* Asked at least every second. */
static int is_over(void *user, curl_off_t dl_total, curl_off_t dl, curl_off_t ul_total,
                   curl_off_t ul)
{
    const struct courier_settings *s = user;

    (void)dl_total;
    (void)dl;
    (void)ul_total;
    (void)ul;
    return atomic_load(&s->is_stopping);
}

static bool add_line(struct courier_errand *e, const char *line)
{
    struct curl_slist *longer = curl_slist_append(e->list, line);

    if (longer)
        e->list = longer;
    return longer != NULL;
}

static bool set_mail(const struct courier_settings *s, struct courier_errand *e)
{
    CURL *easy = e->easy;
    char address[256];

    snprintf(address, sizeof address, "<%s>", e->to);
    if (!add_line(e, address))
        return false;
    curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, e->list);
    snprintf(address, sizeof address, "<%s>", s->mail_from);
    curl_easy_setopt(easy, CURLOPT_MAIL_FROM, address);
    curl_easy_setopt(easy, CURLOPT_URL, s->smtp_url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    /* Where TLS is asked for, a server that does not offer it gets nothing. */
    curl_easy_setopt(easy, CURLOPT_USE_SSL,
                     (long)(s->is_smtp_plain ? CURLUSESSL_NONE : CURLUSESSL_ALL));
    if (s->smtp_user) {
        curl_easy_setopt(easy, CURLOPT_USERNAME, s->smtp_user);
        curl_easy_setopt(easy, CURLOPT_PASSWORD, s->smtp_password ? s->smtp_password : "");
    }
    curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)e->len);
    return true;
}

static bool set_hook(const struct courier_settings *s, struct courier_errand *e)
{
    CURL *easy = e->easy;
    unsigned char digest[DIGEST_LEN];
    char line[256], hex[2 * DIGEST_LEN + 1];

    if (s->hook_secret) {
        digest_hmac(s->hook_secret, strlen(s->hook_secret), e->body, e->len, digest);
        hex_encode(digest, sizeof digest, hex);
        snprintf(line, sizeof line, "X-Motcua-Signature: sha256=%s", hex);
        if (!add_line(e, line))
            return false;
    }
    snprintf(line, sizeof line, "Idempotency-Key: %s", e->key);
    if (!add_line(e, line) || !add_line(e, "Content-Type: application/json") ||
        !add_line(e, "Accept: application/json") || !add_line(e, "Expect:"))
        return false;
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, e->list);
    curl_easy_setopt(easy, CURLOPT_URL, s->hook_url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "motcua");
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)e->len);
    return true;
}

bool courier_transfer_new(struct courier_settings *s, struct courier_errand *e, struct error *err)
{
    CURL *easy = curl_easy_init();

    e->easy = easy;
    e->list = NULL;
    if (!easy)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "courier"));
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PROXY, ""); /* the environment's does not decide */
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)s->connect_ms);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)s->total_ms);
    curl_easy_setopt(easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, (long)(s->total_ms + 999) / 1000);
    curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, is_over);
    curl_easy_setopt(easy, CURLOPT_XFERINFODATA, s);
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L); /* a resolver that hangs is not waited for */
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (s->ca_file)
        curl_easy_setopt(easy, CURLOPT_CAINFO, s->ca_file);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, give_body);
    curl_easy_setopt(easy, CURLOPT_READDATA, e);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, ignore_reply);
    if (e->kind == COURIER_MAIL ? set_mail(s, e) : set_hook(s, e))
        return true;
    courier_transfer_free(e);
    return error_set(err, ERR_NO_MEMORY, arg_text("what", "courier"));
}

void courier_transfer_free(struct courier_errand *e)
{
    curl_easy_cleanup(e->easy);
    curl_slist_free_all(e->list);
    e->easy = NULL;
    e->list = NULL;
}

/* ---- what an end means ---- */

/* About the house and not about this message: somebody mends it, and then all of them go. */
static bool is_house(enum courier_kind kind, int code, long status, bool is_whole)
{
    if (kind == COURIER_HOOK)
        return status == 401 || status == 403 || status == 404;
    return code == CURLE_LOGIN_DENIED || code == CURLE_USE_SSL_FAILED || status == 530 ||
           (code == CURLE_WEIRD_SERVER_REPLY && !is_whole); /* its greeting was a refusal */
}

/* Not now: a server that is busy, or one behind it. */
static bool is_temporary(enum courier_kind kind, long status)
{
    if (kind == COURIER_MAIL)
        return status < 500;
    return status == 408 || status == 425 || status == 429 || status >= 500;
}

static enum courier_outcome courier_answered(enum courier_kind kind, long status, bool is_later,
                                             struct error *ret_error)
{
    const char *word = courier_kind_word(kind);

    if (is_later) {
        error_set(ret_error, ERR_POST_LATER, arg_text("kind", word), arg_number("status", status));
        return COURIER_TROUBLE;
    }
    error_set(ret_error, ERR_POST_REFUSED, arg_text("kind", word), arg_number("status", status));
    return COURIER_REFUSED;
}

enum courier_outcome courier_judge(enum courier_kind kind, int code, long status, bool is_whole,
                                   struct error *ret_error)
{
    const char *reason = curl_easy_strerror((CURLcode)code);

    /* A gateway has answered with its status line; mail is taken over when the whole dialogue was.
     */
    if (kind == COURIER_HOOK ? status / 100 == 2 : code == CURLE_OK)
        return COURIER_SENT;
    if (status >= 400 && status < 600)
        return courier_answered(
            kind, status, is_temporary(kind, status) || is_house(kind, code, status, is_whole),
            ret_error);
    if (code == CURLE_OK) /* a redirection, which is not followed */
        return courier_answered(kind, status, true, ret_error);
    if (is_whole) {
        error_set(ret_error, ERR_POST_UNKNOWN, arg_text("kind", courier_kind_word(kind)),
                  arg_text("reason", reason));
        return COURIER_UNKNOWN;
    }
    error_set(ret_error, ERR_POST_UNREACHABLE, arg_text("kind", courier_kind_word(kind)),
              arg_text("reason", reason));
    return COURIER_TROUBLE;
}
