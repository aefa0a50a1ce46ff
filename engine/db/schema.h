/* The schema of a database against the one this daemon knows. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/macros.h"

struct schema_file {
    const char *name; /* "0004_dossier" */
    const char *text;
    size_t len;
};
/* Embedded by tools/gen/embed.py from sql/. */
extern const struct schema_file schema_roles[], schema_migrations[], schema_functions[],
    schema_views[], schema_grants[];
extern const int schema_n_roles, schema_n_migrations, schema_n_functions, schema_n_views,
    schema_n_grants;

/* As of which version facts are made as this program makes them (setting.facts_version). */
#define SCHEMA_FACTS 46

int schema_version(void); /* number of the newest migration embedded */

/* Brings a database up to schema_version(), under an advisory lock; blocks. Harmless to repeat.
 *   report  called for each file applied; NULL: nobody is told
 * Errors: DB_UNAVAILABLE {reason}, SCHEMA_NEWER {found} {known}, SCHEMA_CHANGED {name} when a
 * migration applied before reads otherwise now, SCHEMA_MIGRATION {name} {reason}. */
MUST_CHECK
bool schema_migrate(const char *url, void (*report)(void *data, const char *name), void *data,
                    struct error *err);

/* What schema_migrate() would do to those who work meanwhile.
 *   ret_found  the schema's version now; 0: none yet
 *   ret_asks   daemons that know less than this version are turned away before anything changes; 0:
 *              whoever works now may go on
 * Errors: DB_UNAVAILABLE {reason}. */
MUST_CHECK
bool schema_plan(const char *url, long *ret_found, long *ret_asks, struct error *err);

/* May this daemon run on that database? Blocks; for start-up.
 * Errors: DB_UNAVAILABLE {reason}, SCHEMA_MISSING {database}, SCHEMA_OLDER {found} {known} (also
 * while its facts wait to be made again), SCHEMA_NEWER {found} {known}. */
MUST_CHECK
bool db_schema_check(const char *url, struct error *err);
