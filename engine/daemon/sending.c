/* See sending.h. */
#include "daemon/sending.h"

#include <openssl/crypto.h>
#include <string.h>

#include "base/instant.h"
#include "base/secret.h"
#include "post/mail.h"

#define SECRET_MAX 256

/* Does the address name this machine? */
static bool is_local(const char *url)
{
    static const char *const names[] = {"127.0.0.1", "localhost", "[::1]"};
    const char *host = strstr(url, "://");

    for (size_t i = 0; host && i < ARRAY_LEN(names); i++) {
        size_t n = strlen(names[i]);

        if (!strncmp(host + 3, names[i], n) && strchr(":/", host[3 + n]))
            return true;
    }
    return false;
}

static bool begins(const char *url, const char *scheme)
{
    return strncmp(url, scheme, strlen(scheme)) == 0 && url[strlen(scheme)];
}

static bool refuse(struct error *err, const char *key, const char *value)
{
    return error_set(err, ERR_CONFIG_VALUE, arg_text("key", key), arg_text("value", value));
}

static bool missing(struct error *err, const char *key, const char *other)
{
    return error_set(err, ERR_CONFIG_MISSING, arg_text("key", key), arg_text("other", other));
}

static bool check_mail(const struct config *c, struct error *err)
{
    bool is_clear = begins(c->smtp_url, "smtp://") && c->is_smtp_plain;

    if (!c->smtp_url[0])
        return true;
    if (!begins(c->smtp_url, "smtp://") && !begins(c->smtp_url, "smtps://"))
        return refuse(err, "smtp_url", c->smtp_url);
    if (!c->mail_from[0])
        return missing(err, "mail_from", "smtp_url");
    if (!mail_address_is_good(c->mail_from))
        return refuse(err, "mail_from", c->mail_from);
    if (c->smtp_user[0] && !c->smtp_password_file[0])
        return missing(err, "smtp_password_file", "smtp_user");
    if (is_clear && (!is_local(c->smtp_url) || c->smtp_user[0]))
        return refuse(err, "smtp_tls", "none");
    return true;
}

static bool check_hook(const struct config *c, struct error *err)
{
    if (!c->hook_url[0] || begins(c->hook_url, "https://") ||
        (begins(c->hook_url, "http://") && is_local(c->hook_url)))
        return true;
    return refuse(err, "hook_url", c->hook_url);
}

static bool read_secret(const char *path, char secret[SECRET_MAX], struct error *err)
{
    secret[0] = '\0';
    return !*path || secret_read_line(path, secret, SECRET_MAX, err);
}

bool sending_start(struct app *app, const struct config *c, struct error *err)
{
    char password[SECRET_MAX], secret[SECRET_MAX] = "";
    struct outbox_options o = {
        .courier = {.smtp_url = c->smtp_url,
                    .is_smtp_plain = c->is_smtp_plain,
                    .smtp_user = c->smtp_user,
                    .smtp_password = password,
                    .mail_from = c->mail_from,
                    .hook_url = c->hook_url,
                    .hook_secret = secret,
                    .ca_file = c->send_ca_file,
                    .connect_ms = c->send_timeout_s < 10 ? c->send_timeout_s * 1000 : 10000,
                    .total_ms = c->send_timeout_s * 1000},
        .hook_hint = c->hook_channel,
        .attempts_max = c->send_attempts,
        .first_delay = c->send_first_delay_s * INSTANT_SECOND,
        .max_delay = (c->send_max_delay_s > c->send_first_delay_s ? c->send_max_delay_s
                                                                  : c->send_first_delay_s) *
                     INSTANT_SECOND,
        .stale = c->send_stale_hours * INSTANT_HOUR,
    };
    bool ok = check_mail(c, err) && check_hook(c, err) &&
              read_secret(c->smtp_password_file, password, err) &&
              read_secret(c->hook_secret_file, secret, err) &&
              outbox_start(app, &o, &app->outbox, err);

    OPENSSL_cleanse(password, sizeof password);
    OPENSSL_cleanse(secret, sizeof secret);
    return ok;
}
