/* Random calendars and questions for the tests that compare them with the reference (reference.h).
 * The seed is printed on a failure; MOTCUA_SEED=N runs another one, MOTCUA_ROUNDS=N more calendars.
 */
#pragma once
#include "../test.h"
#include "domain/due.h"
#include "reference.h"

extern uint64_t random_seed;

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            printf("# seed %llu\n", (unsigned long long)random_seed);                              \
            fail_msg("%s", #condition);                                                            \
        }                                                                                          \
    } while (0)

void random_begin(void); /* the seed, by the environment or the usual one */
uint64_t random_next(void);
int32_t pick(int32_t from, int32_t to); /* both included */

/* Fills `r` with rows of every kind, or with one week and no days (`is_plain`), and builds both. */
struct calendar *random_calendar(struct reference *r, bool is_plain);

/* An instant on or around the calendar; often at an edge of a minute, a session or a day. */
int64_t random_instant(const struct reference *r);
int64_t random_work(void); /* microseconds, up to 300 hours */
struct limit random_limit(void);
struct due_rule random_rule(void);

/* Checks each of some calendars `n` times. */
void random_walk(bool is_plain, int n,
                 void (*check)(const struct calendar *, const struct reference *));
