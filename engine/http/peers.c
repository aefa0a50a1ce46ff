/* A small hash table with chains. */
#include "http/peers.h"

#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct peer {
    struct peer *next;
    uint64_t key;
    size_t n;
};

static uint64_t peer_key(const struct sockaddr *address)
{
    uint64_t key = 0;

    if (address->sa_family == AF_INET) {
        struct sockaddr_in v4;

        memcpy(&v4, address, sizeof v4);
        key = v4.sin_addr.s_addr;
    } else {
        struct sockaddr_in6 v6;

        memcpy(&v6, address, sizeof v6);
        if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) {
            uint32_t v4;

            memcpy(&v4, v6.sin6_addr.s6_addr + 12, sizeof v4);
            return v4;
        }
        memcpy(&key, v6.sin6_addr.s6_addr, sizeof key);
    }
    return key;
}

static struct peer **peers_bucket(struct peers *p, uint64_t key)
{
    return &p->buckets[(key * UINT64_C(0x9E3779B97F4A7C15)) >> 56];
}

struct peer *peers_add(struct peers *p, const struct sockaddr *address)
{
    uint64_t key = peer_key(address);
    struct peer **bucket = peers_bucket(p, key), *peer = *bucket;

    while (peer && peer->key != key)
        peer = peer->next;
    if (!peer) {
        peer = calloc(1, sizeof *peer);
        if (!peer)
            return NULL;
        peer->key = key;
        peer->next = *bucket;
        *bucket = peer;
    }
    peer->n++;
    return peer;
}

size_t peer_count(const struct peer *peer)
{
    return peer->n;
}

void peers_remove(struct peers *p, struct peer *peer)
{
    struct peer **link;

    if (!peer || --peer->n)
        return;
    for (link = peers_bucket(p, peer->key); *link != peer; link = &(*link)->next)
        ;
    *link = peer->next;
    free(peer);
}
