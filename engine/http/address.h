/* Network addresses as one kind of value: IPv6, IPv4 mapped into it. Pure. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/macros.h"

struct address {
    uint8_t bytes[16];
};

#define ADDRESS_LIST_MAX 16

/* Addresses and networks of motcua.conf, "127.0.0.1, 203.0.113.0/24, ::1". */
struct address_list {
    size_t n;
    struct {
        struct address address;
        int bits; /* of 128 */
    } items[ADDRESS_LIST_MAX];
};

struct address address_of(const struct sockaddr *socket_address);
MUST_CHECK
bool address_parse(const char *text, size_t len, struct address *ret);
void address_format(const struct address *a, char *buf, size_t size); /* 46 bytes suffice */
bool address_is_loopback(const struct address *a);

/* Who is counted as one: an IPv4 address, or an IPv6 /64, since whoever has one address of a /64
 * has them all. */
uint64_t address_group(const struct address *a);

/* At most ADDRESS_LIST_MAX, separated by commas; "" is none. */
MUST_CHECK
bool address_list_parse(const char *text, struct address_list *ret);
bool address_list_has(const struct address_list *list, const struct address *a);

/* Whom a chain of proxies names: the list of X-Forwarded-For is walked from its end, past those
 * that are trusted; the first that is not is the client. What stands before it anybody may have
 * written. False, `client` untouched, when the last is no address. */
bool address_forwarded(const struct address_list *trusted, const char *list,
                       struct address *client);
