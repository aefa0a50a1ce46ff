/* Merkle trees as RFC 6962 (2.1) has them: leaf sha256(0x00 || data), node sha256(0x01 || left ||
 * right), the left part the largest power of two below n. The tree is built as the leaves come;
 * what is kept is one node per level. */
#pragma once
#include <stdint.h>

#define MERKLE_LEN    32
#define MERKLE_LEVELS 63

struct merkle {
    uint64_t n;                                     /* leaves so far */
    unsigned char nodes[MERKLE_LEVELS][MERKLE_LEN]; /* of complete subtrees, the largest first */
    int n_nodes;
};

void merkle_init(struct merkle *m);
void merkle_add(struct merkle *m, const unsigned char leaf[MERKLE_LEN]); /* its hash */
/* The root of what was added; of nothing: sha256 of nothing. More may be added afterwards. */
void merkle_root(const struct merkle *m, unsigned char ret[MERKLE_LEN]);
