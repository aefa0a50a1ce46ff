/* What the demonstration district came to, as a table on stdout, and whether its sums balance. */
#pragma once
#include "daemon/demo_run.h"

/* Errors: INTERNAL when form II.06a does not add up. */
MUST_CHECK
bool demo_report(struct demo *d, struct error *err);
