/* From PostgreSQL's words to ours: one table of SQLSTATEs and constraint names. */
#pragma once
#include <stdbool.h>

#include "base/error.h"
#include "db/result.h"

/* Fills `err` from a failed result and returns false. Unknown ones become DB_REFUSED {state}. */
bool sqlstate_error(const struct db_result *r, struct error *err);
/* The five letters of a failed result, "" when it has none. */
const char *sqlstate_of(const struct db_result *r);
bool sqlstate_is_retryable(const char *state); /* class 40: serialisation, deadlock */
