/* See demo_queue.h. */
#include "daemon/demo_queue.h"

#include <stdlib.h>

static bool is_before(const struct demo_item *a, const struct demo_item *b)
{
    return a->at != b->at ? a->at < b->at : a->order < b->order;
}

static void swap(struct demo_item *a, struct demo_item *b)
{
    struct demo_item t = *a;

    *a = *b;
    *b = t;
}

bool demo_queue_put(struct demo_queue *q, int64_t at, enum demo_kind kind, int index)
{
    size_t i = q->n;

    if (q->n == q->size) {
        size_t size = q->size ? 2 * q->size : 1024;
        struct demo_item *items = realloc(q->items, size * sizeof *items);

        if (!items)
            return false;
        q->items = items;
        q->size = size;
    }
    q->items[q->n++] = (struct demo_item){at, q->order++, kind, index};
    for (; i > 0 && is_before(&q->items[i], &q->items[(i - 1) / 2]); i = (i - 1) / 2)
        swap(&q->items[i], &q->items[(i - 1) / 2]);
    return true;
}

bool demo_queue_take(struct demo_queue *q, struct demo_item *ret)
{
    size_t i = 0;

    if (q->n == 0)
        return false;
    *ret = q->items[0];
    q->items[0] = q->items[--q->n];
    for (;;) {
        size_t child = 2 * i + 1;

        if (child >= q->n)
            return true;
        if (child + 1 < q->n && is_before(&q->items[child + 1], &q->items[child]))
            child++;
        if (!is_before(&q->items[child], &q->items[i]))
            return true;
        swap(&q->items[i], &q->items[child]);
        i = child;
    }
}

void demo_queue_deinit(struct demo_queue *q)
{
    free(q->items);
    *q = (struct demo_queue){0};
}
