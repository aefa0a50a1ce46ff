/* See merkle.h. After n leaves there is one complete subtree for each bit that is set in n: adding
 * a leaf merges as many of them as n has trailing ones. */
#include "domain/merkle.h"

#include <assert.h>
#include <string.h>

#include "base/digest.h"

static void node(const unsigned char *left, const unsigned char *right, unsigned char *ret)
{
    unsigned char bytes[1 + 2 * MERKLE_LEN] = {1};

    memcpy(bytes + 1, left, MERKLE_LEN);
    memcpy(bytes + 1 + MERKLE_LEN, right, MERKLE_LEN);
    digest_sha256(bytes, sizeof bytes, ret);
}

void merkle_init(struct merkle *m)
{
    m->n = 0;
    m->n_nodes = 0;
}

void merkle_add(struct merkle *m, const unsigned char leaf[MERKLE_LEN])
{
    unsigned char hash[MERKLE_LEN];

    memcpy(hash, leaf, MERKLE_LEN);
    for (uint64_t n = m->n; n & 1; n >>= 1)
        node(m->nodes[--m->n_nodes], hash, hash);
    assert(m->n_nodes < MERKLE_LEVELS);
    memcpy(m->nodes[m->n_nodes++], hash, MERKLE_LEN);
    m->n++;
}

void merkle_root(const struct merkle *m, unsigned char ret[MERKLE_LEN])
{
    unsigned char hash[MERKLE_LEN];

    if (m->n_nodes == 0) {
        digest_sha256("", 0, ret);
        return;
    }
    memcpy(hash, m->nodes[m->n_nodes - 1], MERKLE_LEN);
    for (int i = m->n_nodes - 2; i >= 0; i--)
        node(m->nodes[i], hash, hash);
    memcpy(ret, hash, MERKLE_LEN);
}
