/* Reading motcua.conf with libinih; an unknown key is refused by name, a typing error must not
 * become a default. */
#include "daemon/config.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "base/log.h"
#include "flow/replica.h"
#include "flow/sweep_order.h"

struct reading {
    struct config *config;
    struct error *err;
};

static bool copy(char *dst, size_t size, const char *src)
{
    return snprintf(dst, size, "%s", src) < (int)size;
}

static bool number(const char *text, long low, long high, int *ret)
{
    char *end;
    long v = strtol(text, &end, 10);

    if (end == text || *end || v < low || v > high)
        return false;
    *ret = (int)v;
    return true;
}

/* "+07:00" */
static bool zone(const char *text, int32_t *ret)
{
    int64_t at;
    char instant[32];

    /* The offset of an instant, read by the one parser of instants: midnight there, seen from UTC.
     */
    if (snprintf(instant, sizeof instant, "2000-01-01T00:00:00%s", text) >= (int)sizeof instant ||
        (text[0] != '+' && text[0] != '-') || !instant_parse(instant, INT32_MIN, &at))
        return false;
    *ret = (int32_t)((date_instant(date_from_civil(2000, 1, 1), 0) - at) / INSTANT_SECOND);
    return *ret >= -14 * 3600 && *ret <= 14 * 3600;
}

static bool level(const char *text, int *ret)
{
    static const char *const names[] = {"debug", "info", "warn", "error"};

    for (int i = 0; i < 4; i++)
        if (!strcmp(names[i], text)) {
            *ret = i;
            return true;
        }
    return false;
}

static bool yes_no(const char *text, bool *ret)
{
    *ret = !strcmp(text, "yes");
    return *ret || !strcmp(text, "no");
}

static bool starttls_none(const char *text, bool *ret_is_plain)
{
    *ret_is_plain = !strcmp(text, "none");
    return *ret_is_plain || !strcmp(text, "starttls");
}

/* The settings of what leaves the house. */
static bool take_sending(struct config *c, const char *key, const char *value, bool *ret_known)
{
    if (!strcmp(key, "smtp_url"))
        return copy(c->smtp_url, sizeof c->smtp_url, value);
    if (!strcmp(key, "smtp_tls"))
        return starttls_none(value, &c->is_smtp_plain);
    if (!strcmp(key, "smtp_user"))
        return copy(c->smtp_user, sizeof c->smtp_user, value);
    if (!strcmp(key, "smtp_password_file"))
        return copy(c->smtp_password_file, sizeof c->smtp_password_file, value);
    if (!strcmp(key, "mail_from"))
        return copy(c->mail_from, sizeof c->mail_from, value);
    if (!strcmp(key, "hook_url"))
        return copy(c->hook_url, sizeof c->hook_url, value);
    if (!strcmp(key, "hook_secret_file"))
        return copy(c->hook_secret_file, sizeof c->hook_secret_file, value);
    if (!strcmp(key, "hook_channel"))
        return copy(c->hook_channel, sizeof c->hook_channel, value);
    if (!strcmp(key, "send_ca_file"))
        return copy(c->send_ca_file, sizeof c->send_ca_file, value);
    if (!strcmp(key, "send_timeout"))
        return number(value, 1, 600, &c->send_timeout_s);
    if (!strcmp(key, "send_attempts"))
        return number(value, 1, 100, &c->send_attempts);
    if (!strcmp(key, "send_first_delay"))
        return number(value, 1, 86400, &c->send_first_delay_s);
    if (!strcmp(key, "send_max_delay"))
        return number(value, 1, 86400, &c->send_max_delay_s);
    if (!strcmp(key, "send_stale_hours"))
        return number(value, 1, 8760, &c->send_stale_hours);
    *ret_known = false;
    return false;
}

/* Who may come, and how often: rate_WORD for each row of rates.def. */
static bool take_clients(struct config *c, const char *key, const char *value, bool *ret_known)
{
    if (!strcmp(key, "trusted_proxy"))
        return address_list_parse(value, &c->trusted_proxies);
    if (!strcmp(key, "metrics_from"))
        return address_list_parse(value, &c->metrics_from);
    for (int i = 0; i < RATE_COUNT && !strncmp(key, "rate_", 5); i++)
        if (!strcmp(key + 5, rate_rows[i].word))
            return rate_parse(value, &c->rates[i]);
    return take_sending(c, key, value, ret_known);
}

static bool take(struct config *c, const char *key, const char *value, bool *ret_known)
{
    *ret_known = true;
    if (!strcmp(key, "database"))
        return copy(c->database, sizeof c->database, value);
    if (!strcmp(key, "replica"))
        return copy(c->replica, sizeof c->replica, value);
    if (!strcmp(key, "replica_max_age"))
        return number(value, 1, REPLICA_AGE_MAX_S, &c->replica_max_age_s);
    if (!strcmp(key, "address"))
        return copy(c->address, sizeof c->address, value);
    if (!strcmp(key, "port"))
        return number(value, 0, 65535, &c->port);
    if (!strcmp(key, "port_shared"))
        return yes_no(value, &c->is_port_shared);
    if (!strcmp(key, "plain"))
        return yes_no(value, &c->is_plain);
    if (!strcmp(key, "tls_certificate"))
        return copy(c->tls_certificate, sizeof c->tls_certificate, value);
    if (!strcmp(key, "tls_key"))
        return copy(c->tls_key, sizeof c->tls_key, value);
    if (!strcmp(key, "seal_key"))
        return copy(c->seal_key, sizeof c->seal_key, value);
    if (!strcmp(key, "audit_key"))
        return copy(c->audit_key, sizeof c->audit_key, value);
    if (!strcmp(key, "audit_folder"))
        return copy(c->audit_folder, sizeof c->audit_folder, value);
    if (!strcmp(key, "public_url"))
        return copy(c->public_url, sizeof c->public_url, value);
    if (!strcmp(key, "signature_folder"))
        return copy(c->signature_folder, sizeof c->signature_folder, value);
    if (!strcmp(key, "signature_trust"))
        return copy(c->signature_trust, sizeof c->signature_trust, value);
    if (!strcmp(key, "attachment_folder"))
        return copy(c->attachment_folder, sizeof c->attachment_folder, value);
    if (!strcmp(key, "attachment_mib"))
        return number(value, 1, 1024, &c->attachment_mib);
    if (!strcmp(key, "font"))
        return copy(c->font, sizeof c->font, value);
    if (!strcmp(key, "zone"))
        return zone(value, &c->zone_s);
    if (!strcmp(key, "document_workers"))
        return number(value, 1, 8, &c->workers);
    if (!strcmp(key, "catch_up_nights"))
        return number(value, 1, SWEEP_NIGHTS_MAX, &c->catch_up_nights);
    if (!strcmp(key, "log_level"))
        return level(value, &c->log_level);
    return take_clients(c, key, value, ret_known);
}

static int on_line(void *user, const char *section, const char *key, const char *value)
{
    struct reading *r = user;
    bool is_known;

    (void)section;
    if (r->err->code != ERR_NONE)
        return 1;
    if (!take(r->config, key, value, &is_known))
        error_set(r->err, is_known ? ERR_CONFIG_VALUE : ERR_CONFIG_KEY, arg_text("key", key),
                  arg_text("value", value));
    return 1;
}

bool config_read(const char *path, struct config *ret_config, struct error *err)
{
    struct config c = {.address = "127.0.0.1",
                       .port = 8443,
                       .replica_max_age_s = 10,
                       .zone_s = ZONE_VIETNAM_S,
                       .workers = 1,
                       .attachment_mib = 20,
                       .catch_up_nights = 31,
                       .log_level = LOG_INFO,
                       .hook_channel = "sms",
                       .send_timeout_s = 60,
                       .send_attempts = 24,
                       .send_first_delay_s = 60,
                       .send_max_delay_s = 4 * 3600,
                       .send_stale_hours = 72};
    struct reading r = {&c, err};
    int line;

    for (int i = 0; i < RATE_COUNT; i++)
        c.rates[i] = rate_rows[i].rate;

    error_clear(err);
    errno = 0;
    line = ini_parse(path, on_line, &r);
    if (line < 0)
        return error_set(err, ERR_CONFIG_FILE, arg_text("path", path),
                         arg_text("reason", strerror(errno ? errno : EIO)));
    if (line > 0)
        return error_set(err, ERR_CONFIG_LINE, arg_text("path", path), arg_number("line", line));
    if (err->code != ERR_NONE)
        return false;
    if (!c.public_url[0] && c.port)
        snprintf(c.public_url, sizeof c.public_url, "%s://%s:%d", c.is_plain ? "http" : "https",
                 strcmp(c.address, "127.0.0.1") != 0 ? c.address : "localhost", c.port);
    *ret_config = c;
    return true;
}
