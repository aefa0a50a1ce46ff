/* The GNU C library raises its limit for pieces taken straight from the system to the largest one
 * ever freed (up to 32 MiB), and with it, twofold, what it keeps at the end of each heap; and each
 * thread of the pool has a heap of its own. Limits that were set stay as they are. Holes inside a
 * heap are another matter: their pages go back by malloc_trim() alone, which walks all that is
 * free, so it is called when that brings something. */
#include "base/memory.h"

#include <malloc.h>
#include <stdint.h>

#define LARGE      (256 * 1024)
#define END        (2 * 1024 * 1024)
#define WORTHWHILE ((size_t)4 * 1024 * 1024)

static size_t least = SIZE_MAX; /* unused bytes, since they were last given back */

void memory_init(void)
{
    (void)mallopt(M_MMAP_THRESHOLD, LARGE);
    (void)mallopt(M_TRIM_THRESHOLD, END);
}

void memory_look(void)
{
    size_t unused = mallinfo2().fordblks;

    if (unused < least)
        least = unused;
    if (unused - least < WORTHWHILE)
        return;
    (void)malloc_trim(0);
    least = unused; /* the library counts them still, though nothing is behind them */
}
