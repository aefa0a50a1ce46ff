/* Memory that dies together: what a request needs comes from its arena and is never freed by hand.
 */
#pragma once
#include <stdarg.h>
#include <stddef.h>

#include "base/macros.h"

struct arena;
struct arena *arena_new(size_t limit); /* most bytes it will ever hand out; NULL without memory */
struct arena *arena_free(struct arena *a); /* takes NULL; returns NULL */
static inline void arena_freep(struct arena **a)
{
    *a = arena_free(*a);
}

/* Forgets all that was handed out and keeps the memory for what comes next: for work in rounds,
 * whose pages the system would otherwise give, clear and take back in each. */
void arena_reset(struct arena *a);

/* Zeroed, aligned for anything; NULL when memory or the limit is used up. */
void *arena_alloc(struct arena *a, size_t size);
void *arena_array(struct arena *a, size_t n, size_t size); /* checks n * size */
void *arena_raw(struct arena *a, size_t size);             /* the same, but holding anything */
char *arena_strdup(struct arena *a, const char *s);        /* NULL stays NULL */
char *arena_strndup(struct arena *a, const char *s, size_t len);
char *arena_printf(struct arena *a, const char *format, ...) PRINTF(2, 3);
size_t arena_used(const struct arena *a);

#define arena_new_of(a, type) ((type *)arena_alloc((a), sizeof(type)))
