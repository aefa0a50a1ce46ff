/* Where `motcuad audit verify` takes what is stored from: a database, read in one snapshot, or a
 * dump of one. Both hand every event, dossier, code, edit of reference data and root to the check.
 */
#pragma once
#include <stdbool.h>

#include "domain/audit_check.h"

/* Blocks; daemons may go on working. `progress`: events read are shown on standard error.
 * Errors: those of the database and of its schema, NO_MEMORY {what}. */
MUST_CHECK
bool audit_database_read(const char *url, bool progress, struct audit_check *check,
                         struct error *err);

/* A dump of pg_dump: plain text ("-": standard input), custom, directory or tar form; the last
 * three are read through pg_restore. Errors: AUDIT_DUMP_FORM {path} {reason}, NO_MEMORY {what}. */
MUST_CHECK
bool audit_dump_read(const char *path, struct audit_check *check, struct error *err);
