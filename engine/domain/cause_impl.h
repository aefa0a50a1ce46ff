/* What finding a cause and measuring for it share; not for other layers. */
#pragma once
#include "domain/cause.h"

/* Fills what the walk over the dossier's life gives: overruns and who answers for them, objective
 * time by kind, what lacks evidence. False where the calendar has no year, or where too many
 * intervals touch the dossier. */
MUST_CHECK
bool cause_measure(const struct lateness_context *ctx, const struct objective_interval *intervals,
                   int n, int64_t until, struct cause_finding *f, struct cause_detail *ret_detail);
