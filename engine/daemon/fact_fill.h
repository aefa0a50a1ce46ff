/* The last step of `motcuad migrate`: facts that an older program made are made again from the
 * events, whole and with the time in which each row was known, as decisions of today would have
 * written them. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/macros.h"

/* Does nothing where they are as this program makes them. Blocks; a chunk of dossiers a
 * transaction, so that one that was killed is gone on with by the next.
 *   progress  called after each chunk with the dossiers done so far; NULL: nobody is told
 *   ret_missed  dossiers whose events cannot be read: `motcuad verify` names them
 * Errors: DB_UNAVAILABLE {reason}, SCHEMA_MIGRATION {name} {reason}, NO_MEMORY {what}. */
MUST_CHECK
bool fact_fill(const char *url, void (*progress)(int64_t n_done), int64_t *ret_done,
               int64_t *ret_missed, struct error *err);
