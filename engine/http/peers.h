/* How many connections each client has; one count for a group of addresses (address.h). */
#pragma once
#include <stddef.h>
#include <stdint.h>

struct peer; /* one address's count; lives while it is above zero */
struct peers {
    struct peer *buckets[256];
};

/* Counts one more of the group. NULL without memory. */
struct peer *peers_add(struct peers *p, uint64_t group);
size_t peer_count(const struct peer *peer);
void peers_remove(struct peers *p, struct peer *peer); /* takes NULL */
