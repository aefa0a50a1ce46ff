/* The sweep of a night, and the alarm of a minute: the same walk over the dossiers whose alarm has
 * come, with or without a record of the run. Its cost grows with what became late.
 *
 * A night is a job (job.h), ordered by sweep_order.h. Its record is a row of sweep_run: what a
 * chunk found, what it did to whom, and the chunk that follows are written in one transaction under
 * the job's fence, before the first of the following chunk is decided. Killed anywhere, whoever
 * goes on reads in the events of that chunk what was done. */
#pragma once
#include "flow/job.h"
#include "flow/sweep_walk.h"

struct sweep {
    struct job job; /* first; of a minute its base alone */
    bool is_alarm;
    bool is_opened;    /* the walk is made */
    int64_t newest_at; /* closing of the newest night; INSTANT_NONE: no calendar tells */
    int64_t run_id, as_of;
    int64_t worked_at, beat_at; /* monotonic: what of the time is written, the last sign of life */
    struct sweep_walk walk;
    struct sweep_figures figures; /* of this daemon's part */
};

/* The minute: no run, `at` is now; alarms up to app->sweeping_at are left to the nights. `done` is
 * called once unless this returns false. The database keeps two daemons from writing twice. */
bool sweep_start_alarm(struct app *app, void (*done)(struct request *req, void *data), void *data);

extern const struct use_case use_case_sweep; /* the job */
