/* What no event carries and yet rests on the rules: deadlines, warning and alarm of open dossiers.
 * After an edit of calendars, rulesets, procedures or offices, and after an upgrade that brought
 * them, a daemon walks the open dossiers once and brings their caches in line, without an event:
 * nothing happened to the dossier. Where a promise moves, that is an event, and a job's. */
#pragma once
#include "flow/request.h"

/* Starts a walk inside the daemon on app->reference; `done` is called once at its end. When the
 * reference data are edited meanwhile it stops, and the next one starts again. Two daemons that
 * walk at once write the same: whoever comes second finds nothing to change. */
bool deadline_follow_start(struct app *app, void (*done)(struct request *req, void *data),
                           void *data);

/* The caches of one dossier as its newest event and these rules leave them. Used by the walk and by
 * `motcua verify`. `ret` has room for DEADLINES_MAX; returns how many. */
struct reference;
struct dossier;
struct deadline;
int deadline_follow_list(const struct reference *r, const struct dossier *d, struct deadline *ret);
