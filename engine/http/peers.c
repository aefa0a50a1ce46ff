/* A small hash table with chains. */
#include "http/peers.h"

#include <stdlib.h>

struct peer {
    struct peer *next;
    uint64_t key;
    size_t n;
};

static struct peer **peers_bucket(struct peers *p, uint64_t key)
{
    return &p->buckets[(key * UINT64_C(0x9E3779B97F4A7C15)) >> 56];
}

struct peer *peers_add(struct peers *p, uint64_t key)
{
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
