/* See login_client.h. Cookie: NAME_LOGINHASH=DEVICE.ISSUED.MAC, the MAC over login, device and day:
 * several officers may share a browser, as they do at a counter. */
#include "flow/login_client.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/instant.h"
#include "base/random.h"
#include "flow/app.h"
#include "http/session.h"

#define MAC_BYTES    16
#define REFRESH_DAYS 30

void login_hash(const char *purpose, const char *login, unsigned char ret[32])
{
    char text[128];

    snprintf(text, sizeof text, "%s%s", purpose, login);
    digest_sha256(text, strlen(text), ret);
}

static void cookie_name(const struct request *req, const char *login, char name[64])
{
    unsigned char hash[DIGEST_LEN];
    char hex[17];

    login_hash("device ", login, hash);
    hex_encode(hash, 8, hex);
    snprintf(name, 64, "%smotcua_device_%s", req->http->is_tls ? "__Host-" : "", hex);
}

static void mac_of(const struct request *req, const char *login, const char *device,
                   long long issued_s, char mac[2 * MAC_BYTES + 1])
{
    unsigned char full[DIGEST_LEN];
    char text[160];

    snprintf(text, sizeof text, "device 1\n%s\n%s\n%lld", login, device, issued_s);
    seal_device_mac(req->app->seal, text, strlen(text), full);
    hex_encode(full, MAC_BYTES, mac);
}

/* "DEVICE.ISSUED.MAC" */
static bool cookie_is_good(const struct request *req, const char *login, const char *value,
                           struct login_client *c)
{
    char device[17], mac[2 * MAC_BYTES + 1], expected[2 * MAC_BYTES + 1];
    long long issued_s;
    int end = 0;
    int64_t age;

    /* NOLINTNEXTLINE(cert-err34-c): twelve digits at most, which a long long holds */
    if (sscanf(value, "%16[0-9a-f].%12lld.%32[0-9a-f]%n", device, &issued_s, mac, &end) != 3 ||
        value[end] || strlen(device) != 16 || strlen(mac) != 2 * MAC_BYTES)
        return false;
    age = clock_real() - issued_s * INSTANT_SECOND;
    mac_of(req, login, device, issued_s, expected);
    if (!digest_equal(mac, expected, 2 * MAC_BYTES) || age < -INSTANT_HOUR ||
        age > DEVICE_DAYS * 24 * INSTANT_HOUR)
        return false;
    memcpy(c->device, device, sizeof device);
    c->issued_at = issued_s * INSTANT_SECOND;
    return true;
}

/* An IPv4 address as it is, one mapped into IPv6 as the same, of IPv6 the network alone. */
static void address_name(const char *remote, char name[72])
{
    struct in6_addr v6;
    char text[INET6_ADDRSTRLEN] = "";

    if (inet_pton(AF_INET6, remote, &v6) == 1) {
        if (IN6_IS_ADDR_V4MAPPED(&v6)) {
            inet_ntop(AF_INET, v6.s6_addr + 12, text, sizeof text);
        } else {
            memset(v6.s6_addr + 8, 0, 8);
            inet_ntop(AF_INET6, &v6, text, sizeof text);
        }
        remote = text;
    }
    snprintf(name, 72, "a:%s", remote);
}

void login_client_read(const struct request *req, const char *login, struct login_client *ret)
{
    const char *cookies = http_request_header(req->http, "cookie"), *value;
    char name[64], copy[80];
    size_t len;

    memset(ret, 0, sizeof *ret);
    cookie_name(req, login, name);
    if (session_cookie_find(cookies, name, &value, &len) && len < sizeof copy) {
        memcpy(copy, value, len);
        copy[len] = '\0';
        ret->is_trusted = cookie_is_good(req, login, copy, ret);
    }
    if (ret->is_trusted)
        snprintf(ret->name, sizeof ret->name, "d:%s", ret->device);
    else
        address_name(req->http->remote, ret->name);
}

void login_client_session(const struct request *req, struct login_client *ret)
{
    memset(ret, 0, sizeof *ret);
    snprintf(ret->name, sizeof ret->name, "s:%s", req->session.id);
    ret->is_trusted = true;
}

void login_client_remember(struct request *req, const char *login, const struct login_client *c)
{
    char name[64], device[17], mac[2 * MAC_BYTES + 1], value[80];
    struct buffer cookie = {0};
    long long now_s = clock_real() / INSTANT_SECOND;

    if (c->is_trusted && clock_real() - c->issued_at < REFRESH_DAYS * 24 * INSTANT_HOUR)
        return;
    if (c->is_trusted)
        memcpy(device, c->device, sizeof device);
    else
        random_token(device, 8);
    cookie_name(req, login, name);
    mac_of(req, login, device, now_s, mac);
    snprintf(value, sizeof value, "%s.%lld.%s", device, now_s, mac);
    session_cookie_format(&cookie, name, value, DEVICE_DAYS * 24 * 3600L, req->http->is_tls);
    if (!cookie.is_failed)
        request_field(req, "Set-Cookie", cookie.data);
    buffer_deinit(&cookie);
}
