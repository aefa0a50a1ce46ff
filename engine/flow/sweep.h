/* The sweep of a night, and the alarm of a minute: the same work, with or without a record of the
 * run. Reads the dossiers whose next alarm has come, lets the core decide, hands the decisions to
 * the committer. Its cost grows with what became late. */
#pragma once
#include "flow/record.h"
#include "flow/request.h"
#include "wire/message.h"

#define SWEEP_CHUNK       256
#define SWEEP_LETTERS_MAX 10000
#define SWEEP_FAILED_MAX  1000

struct sweep_member; /* one dossier of the chunk */

struct sweep {
    struct request base;
    bool is_alarm; /* of the minute: no run record, `at` is now */
    bool dry_run, was_run_before;
    int64_t at; /* the night's closing, or now */
    int64_t started_at, ended_at, run_id;
    int64_t cursor_at, cursor_id;
    struct sweep_member *members;
    int n_members;
    int64_t seen, warned, certain, overdue, letters, lapsed, failed, escalated;
    struct wire_sweep_letter *drafted;
    size_t n_drafted;
    struct wire_sweep_failure *failures;
    size_t n_failures;
};

extern const struct use_case use_case_sweep, use_case_sweeps;

/* The last step of a run: its record as the reply. */
enum step_result sweep_reply(struct request *req);

/* Starts the alarm inside the daemon; `done` may be NULL. One at a time per daemon is enough: the
 * database keeps two daemons from writing twice. */
bool sweep_start_alarm(struct app *app, void (*done)(struct request *req, void *data), void *data);
/* Starts the nightly sweep inside the daemon as of a closing. */
void sweep_start_night(struct app *app, int64_t as_of,
                       void (*done)(struct request *req, void *data), void *data);

/* The last closing of the working day, as of which a night is swept; INSTANT_NONE without a
 * calendar. */
int64_t sweep_last_closing(const struct reference *r, int64_t now);
