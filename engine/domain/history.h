/* Folding: a dossier's events into its state, as of one instant (filters `at`) and known at another
 * (filters `recorded_at`). Drops replaced events, orders by (at, seq). */
#pragma once
#include <stdint.h>

#include "domain/dossier.h"
#include "domain/event.h"

struct history {
    const struct event *events; /* by seq */
    int n;
};

/* Sorted, filtered indexes of the events that count. Returns how many; `order` has room for n. */
int history_order(const struct history *h, int64_t as_of, int64_t known_at, int *order);

/* Folds what had happened by `as_of` and was known by `known_at` (INSTANT_FOREVER: all). `version`
 * is the newest seq of all events known, whether they count yet or not. */
void history_fold(const struct history *h, int64_t as_of, int64_t known_at,
                  struct dossier *ret_dossier);

/* The instant of the first event after `as_of` that is stored already, INSTANT_NONE without one. */
int64_t history_next_at(const struct history *h, int64_t as_of);
