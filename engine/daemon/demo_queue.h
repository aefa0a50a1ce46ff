/* What happens next in the demonstration: a heap of instants. Equal instants leave in the order in
 * which they came, so that one seed gives one history. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum demo_kind { DEMO_LIFE, DEMO_LETTER, DEMO_MORNING, DEMO_NIGHT, DEMO_INTERVAL };

struct demo_item {
    int64_t at;
    uint64_t order; /* written by demo_queue_put() */
    enum demo_kind kind;
    int index; /* of the life, letter or interval */
};

struct demo_queue {
    struct demo_item *items;
    size_t n, size;
    uint64_t order;
};

/* False when memory is out. */
bool demo_queue_put(struct demo_queue *q, int64_t at, enum demo_kind kind, int index);
bool demo_queue_take(struct demo_queue *q, struct demo_item *ret); /* false: empty */
void demo_queue_deinit(struct demo_queue *q);
