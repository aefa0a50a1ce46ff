/* The ring of keys among daemons: each tells the database which keys it has, refuses to seal with
 * one that was retired, and reads its file anew on SIGHUP. Sealing anew is a job. */
#pragma once
#include "flow/job.h"

/* Tells the database of app->seal, running the loop: at start.
 * Errors: those of db_query(), KEY_RETIRED {id} when the key that seals was. */
MUST_CHECK
bool seal_keys_register(struct app *app, struct error *err);

/* Reads the file again. A faulty one, or one whose first key was retired, is refused, said in the
 * log, and the ring in use stays. */
void seal_keys_reload(struct app *app, const char *path);

/* GET /api/v1/keys, POST /api/v1/keys/reseal */
extern const struct use_case use_case_keys, use_case_keys_reseal;
/* The job: whatever another key seals, sealed by the first of the ring, with its blind indexes;
 * pass by pass until one finds nothing, since a daemon that has not read its file again adds to it.
 * Killed anywhere it goes on: what was done is no longer found. */
extern const struct use_case use_case_reseal;
