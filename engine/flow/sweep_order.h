/* Ordering sweeps: somebody's request for a night, and the timer's look at the nights that closed.
 * Nights are ordered oldest first, each once for ever (sql/functions/sweep_order.sql); the jobs are
 * done one at a time in that order, so that what is found later is never made to look timely. */
#pragma once
#include "flow/request.h"

#define SWEEP_DELAY      (15 * INSTANT_MINUTE) /* from the closing to the daemon's own sweep */
#define SWEEP_NIGHTS_MAX 366                   /* the most that catch_up_nights may say */

extern const struct use_case use_case_sweep_run;

/* Orders what has closed SWEEP_DELAY ago or earlier and was not swept: nothing before the first
 * dossier. `done` is called once unless this returns false. */
bool sweep_order_due(struct app *app, void (*done)(struct request *req, void *data), void *data);
