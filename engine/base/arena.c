/* A list of growing blocks. Allocation moves a pointer; freeing drops the list. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_FIRST 4096
#define BLOCK_MOST  ((size_t)256 * 1024)

struct block {
    struct block *next;
    size_t size, used;
    alignas(max_align_t) unsigned char data[];
};

struct arena {
    struct block *blocks, *spare; /* spare: of before the last reset */
    size_t limit, used, block_size;
};

struct arena *arena_new(size_t limit)
{
    struct arena *a = calloc(1, sizeof *a);

    if (a) {
        a->limit = limit;
        a->block_size = BLOCK_FIRST;
    }
    return a;
}

static void blocks_free(struct block *b)
{
    while (b) {
        struct block *next = b->next;

        free(b);
        b = next;
    }
}

struct arena *arena_free(struct arena *a)
{
    if (!a)
        return NULL;
    blocks_free(a->blocks);
    blocks_free(a->spare);
    free(a);
    return NULL;
}

void arena_reset(struct arena *a)
{
    while (a->blocks) {
        struct block *b = a->blocks;

        a->blocks = b->next;
        b->used = 0;
        b->next = a->spare;
        a->spare = b;
    }
    a->used = 0;
}

/* A block with room for `size` bytes: a spare one, or new. NULL without memory. */
static struct block *block_take(struct arena *a, size_t size)
{
    size_t want = size > a->block_size ? size : a->block_size;
    struct block *b;

    for (struct block **at = &a->spare; *at; at = &(*at)->next)
        if ((*at)->size >= size) {
            b = *at;
            *at = b->next;
            return b;
        }
    b = malloc(sizeof *b + want);
    if (!b)
        return NULL;
    b->size = want;
    b->used = 0;
    if (a->block_size < BLOCK_MOST)
        a->block_size *= 2;
    return b;
}

void *arena_raw(struct arena *a, size_t size)
{
    struct block *b = a->blocks;
    void *p;

    if (size > SIZE_MAX / 2)
        return NULL;
    size = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
    if (size > a->limit - a->used)
        return NULL;
    if (!b || size > b->size - b->used) {
        b = block_take(a, size);
        if (!b)
            return NULL;
        b->next = a->blocks;
        a->blocks = b;
    }
    p = b->data + b->used;
    b->used += size;
    a->used += size;
    return p;
}

void *arena_alloc(struct arena *a, size_t size)
{
    void *p = arena_raw(a, size);

    if (p)
        memset(p, 0, size);
    return p;
}

void *arena_array(struct arena *a, size_t n, size_t size)
{
    if (size && n > SIZE_MAX / size)
        return NULL;
    return arena_alloc(a, n * size);
}

char *arena_strndup(struct arena *a, const char *s, size_t len)
{
    char *p = arena_raw(a, len + 1);

    if (p) {
        memcpy(p, s, len);
        p[len] = '\0';
    }
    return p;
}

char *arena_strdup(struct arena *a, const char *s)
{
    return s ? arena_strndup(a, s, strlen(s)) : NULL;
}

char *arena_printf(struct arena *a, const char *format, ...)
{
    va_list ap, again;
    char *p = NULL;
    int n;

    va_start(ap, format);
    va_copy(again, ap);
    n = vsnprintf(NULL, 0, format, ap);
    if (n >= 0 && (p = arena_raw(a, (size_t)n + 1)))
        vsnprintf(p, (size_t)n + 1, format, again);
    va_end(again);
    va_end(ap);
    return p;
}

size_t arena_used(const struct arena *a)
{
    return a->used;
}
