/* How many connections each client address has: one count for an IPv4 address or an IPv6 /64, since
 * whoever has one address of a /64 has them all. */
#pragma once
#include <stddef.h>
#include <sys/socket.h>

struct peer; /* one address's count; lives while it is above zero */
struct peers {
    struct peer *buckets[256];
};

/* Counts one more from the address. NULL without memory. */
struct peer *peers_add(struct peers *p, const struct sockaddr *address);
size_t peer_count(const struct peer *peer);
void peers_remove(struct peers *p, struct peer *peer); /* takes NULL */
