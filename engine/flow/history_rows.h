/* Histories out of an answer of DB_EVENTS_OF: rows by dossier, each dossier's by seq. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "db/result.h"
#include "domain/history.h"

/* The first row from `from` on that is not of dossier `id`. */
int history_rows_end(const struct db_result *r, int from, int64_t id);
/* Reads one dossier's events, rows from..to-1, into the arena. Errors: those of event_decode(),
 * NO_MEMORY. */
MUST_CHECK
bool history_rows_read(const struct db_result *r, int from, int to, struct arena *arena,
                       struct history *ret, struct error *err);
