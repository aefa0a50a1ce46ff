/* What happens next to a dossier of the demonstration: from what the plan says of it and how it
 * stands after its last action. Pure: nothing is read but the plan, and nothing written but the
 * life. */
#pragma once
#include "daemon/demo_plan.h"

/* Copies what the next action depends on. */
void demo_life_see(struct demo_life *l, const struct dossier *d);
/* Fills l->next with what follows after `now`; false: nothing does. */
bool demo_life_next(const struct demo_plan *plan, struct demo_life *l, int64_t now);

/* The instant at which `hours` of working time have passed at an office, in which nobody works
 * during a stoppage. */
int64_t demo_after(const struct demo_plan *plan, int64_t office, int64_t from, double hours);
/* An officer who holds the role at the office; of several one by `salt`. NULL: none. */
const struct officer_ref *demo_officer(const struct demo_plan *plan, enum role role, int64_t office,
                                       int salt);
