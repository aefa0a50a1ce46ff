/* Stays of dossiers from before there were stays: a daemon reads their events again, once, and
 * writes every row with the time in which it was known, as decisions would have written it. */
#pragma once
#include "flow/request.h"

/* Starts a walk inside the daemon; `done` is called once at its end. A dossier on which somebody
 * acts meanwhile is looked at again. Two daemons that walk at once write each dossier once. */
bool stay_fill_start(struct app *app, void (*done)(struct request *req, void *data), void *data);

/* The stays of a dossier as its events and these rules give them, for all who derive them. Returns
 * how many, at most STAYS_MAX; -1 without memory. */
struct dossier;
struct history;
struct stay;
int stay_fill_list(const struct reference *r, const struct dossier *d, const struct history *h,
                   struct stay *ret);
