/* See address.h. */
#include "http/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

static bool is_v4(const struct address *a)
{
    return !memcmp(a->bytes, mapped, sizeof mapped);
}

struct address address_of(const struct sockaddr *socket_address)
{
    struct address a = {{0}};

    if (socket_address->sa_family == AF_INET) {
        struct sockaddr_in v4;

        memcpy(&v4, socket_address, sizeof v4);
        memcpy(a.bytes, mapped, sizeof mapped);
        memcpy(a.bytes + 12, &v4.sin_addr, 4);
    } else {
        struct sockaddr_in6 v6;

        memcpy(&v6, socket_address, sizeof v6);
        memcpy(a.bytes, v6.sin6_addr.s6_addr, 16);
    }
    return a;
}

bool address_parse(const char *text, size_t len, struct address *ret)
{
    char copy[INET6_ADDRSTRLEN];
    struct address a;

    if (!len || len >= sizeof copy)
        return false;
    memcpy(copy, text, len);
    copy[len] = '\0';
    memcpy(a.bytes, mapped, sizeof mapped);
    if (inet_pton(AF_INET, copy, a.bytes + 12) != 1 && inet_pton(AF_INET6, copy, a.bytes) != 1)
        return false;
    *ret = a;
    return true;
}

void address_format(const struct address *a, char *buf, size_t size)
{
    if (!(is_v4(a) ? inet_ntop(AF_INET, a->bytes + 12, buf, (socklen_t)size)
                   : inet_ntop(AF_INET6, a->bytes, buf, (socklen_t)size)))
        buf[0] = '\0';
}

bool address_is_loopback(const struct address *a)
{
    static const uint8_t loopback[16] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

    return is_v4(a) ? a->bytes[12] == 127 : !memcmp(a->bytes, loopback, sizeof loopback);
}

uint64_t address_group(const struct address *a)
{
    uint64_t group;

    memcpy(&group, a->bytes + (is_v4(a) ? 8 : 0), sizeof group);
    return group;
}

/* "203.0.113.0/24" */
static bool list_add(struct address_list *list, const char *text, size_t len)
{
    const char *slash = memchr(text, '/', len);
    size_t address_len = slash ? (size_t)(slash - text) : len;
    struct address a;
    long bits = 0;
    char *end;

    if (list->n == ADDRESS_LIST_MAX || !address_parse(text, address_len, &a))
        return false;
    if (slash) {
        if (slash[1] < '0' || slash[1] > '9')
            return false;
        bits = strtol(slash + 1, &end, 10);
        if (end != text + len || bits > 128)
            return false;
    }
    if (is_v4(&a))
        bits = slash ? bits + 96 : 128;
    else
        bits = slash ? bits : 128;
    if (bits < (is_v4(&a) ? 96 : 0) || bits > 128)
        return false;
    list->items[list->n].address = a;
    list->items[list->n++].bits = (int)bits;
    return true;
}

bool address_list_parse(const char *text, struct address_list *ret)
{
    struct address_list list = {.n = 0};

    while (*text) {
        size_t len;

        text += strspn(text, " \t");
        len = strcspn(text, ", \t");
        if (!list_add(&list, text, len))
            return false;
        text += len;
        text += strspn(text, " \t");
        if (*text == ',' && !text[1])
            return false;
        if (*text == ',')
            text++;
        else if (*text)
            return false;
    }
    *ret = list;
    return true;
}

static bool is_within(const struct address *a, const struct address *network, int bits)
{
    int whole = bits / 8, rest = bits % 8;

    if (memcmp(a->bytes, network->bytes, (size_t)whole) != 0)
        return false;
    return !rest || !((a->bytes[whole] ^ network->bytes[whole]) >> (8 - rest));
}

bool address_list_has(const struct address_list *list, const struct address *a)
{
    for (size_t i = 0; i < list->n; i++)
        if (is_within(a, &list->items[i].address, list->items[i].bits))
            return true;
    return false;
}

bool address_forwarded(const struct address_list *trusted, const char *list, struct address *client)
{
    size_t end = strlen(list);
    bool is_found = false;

    while (end) {
        size_t begin = end, from, to = end;
        struct address hop;

        while (begin && list[begin - 1] != ',')
            begin--;
        from = begin;
        while (from < to && (list[from] == ' ' || list[from] == '\t'))
            from++;
        while (to > from && (list[to - 1] == ' ' || list[to - 1] == '\t'))
            to--;
        if (!address_parse(list + from, to - from, &hop))
            break;
        *client = hop;
        is_found = true;
        if (!begin || !address_list_has(trusted, &hop))
            break;
        end = begin - 1;
    }
    return is_found;
}
