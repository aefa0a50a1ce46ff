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

static bool take(struct config *c, const char *key, const char *value, bool *ret_known)
{
    *ret_known = true;
    if (!strcmp(key, "database"))
        return copy(c->database, sizeof c->database, value);
    if (!strcmp(key, "address"))
        return copy(c->address, sizeof c->address, value);
    if (!strcmp(key, "port"))
        return number(value, 0, 65535, &c->port);
    if (!strcmp(key, "plain"))
        return yes_no(value, &c->is_plain);
    if (!strcmp(key, "tls_certificate"))
        return copy(c->tls_certificate, sizeof c->tls_certificate, value);
    if (!strcmp(key, "tls_key"))
        return copy(c->tls_key, sizeof c->tls_key, value);
    if (!strcmp(key, "seal_key"))
        return copy(c->seal_key, sizeof c->seal_key, value);
    if (!strcmp(key, "public_url"))
        return copy(c->public_url, sizeof c->public_url, value);
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
    *ret_known = false;
    return false;
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
                       .zone_s = ZONE_VIETNAM_S,
                       .workers = 1,
                       .catch_up_nights = 31,
                       .log_level = LOG_INFO};
    struct reading r = {&c, err};
    int line;

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
