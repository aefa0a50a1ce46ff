/* Invented people of the demonstration district, and the chance that makes them: the same seed
 * gives the same district. Names are put together from lists; numbers are well-formed but cannot
 * belong to anybody: the identity number names a century not yet begun, the telephone number a
 * network that does not exist. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

struct demo_random {
    uint64_t state;
};

uint64_t demo_random_next(struct demo_random *r);
int demo_random_below(struct demo_random *r, int n); /* 0..n-1 */
double demo_random_between(struct demo_random *r, double from, double to);
bool demo_random_chance(struct demo_random *r, int permille);

struct demo_person {
    char name[80], identity[16], phone[16], address[160];
};

/*   serial  distinguishes people: part of their numbers
 *   place   where they live: "Tân Hợp" */
void demo_person_make(struct demo_random *r, int serial, const char *place,
                      struct demo_person *ret);
