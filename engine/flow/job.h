/* Work that takes time. Somebody orders a job; a daemon claims it, works it off chunk by chunk and
 * may be killed anywhere: another one, or the same one restarted, goes on from the cursor.
 *
 * Whoever claims a job raises its fence. What a chunk commits carries job and fence
 * (commit_member.job_id, .fence) and is refused under an older fence; the cursor moves, and rows
 * for people are written, in one statement that checks it too. Leases run on the real clock.
 *
 *   waiting -> running -> done | failed | cancelled       (failed, cancelled -> waiting: resumed)
 *
 * A kind of job is a row of proto/tables/jobs.def and a use case in job_kinds.c. */
#pragma once
#include "domain/rights.h"
#include "flow/request.h"
#include "wire/message.h"

enum job_kind {
#define JOB_KIND(name, word, grant, vi, en) JOB_##name,
#include "tables/jobs.def"
#undef JOB_KIND
    JOB_KIND_COUNT
};

const char *job_kind_word(enum job_kind kind);
const char *job_kind_label(enum job_kind kind, enum language lang);
enum grant job_kind_grant(enum job_kind kind); /* who may order, read and cancel it */
bool job_kind_is_personal(enum job_kind kind); /* who ordered it alone reads and stops it */
int job_kind_find(const char *word);           /* -1: unknown */
/* The use case that does it; NULL: not this program. */
extern const struct use_case *const job_use_cases[JOB_KIND_COUNT];

/* ---- ordering one, from any request ----
 *
 *   if (!job_create_send(req, SLOT, JOB_CALENDAR_PREVIEW, key, parameters))
 *       return request_fail(req);
 *   return request_wait(req, NEXT);     and there:     return job_reply(req, SLOT);
 *
 * Work that follows from an edit is ordered by the edit's own function, in its transaction
 * (sql/functions/job_add.sql); then job_read_send() with the id and job_reply(). */

/* Orders it in the name of req->principal, once for each kind and key: the same key again gives the
 * job that exists. `parameters` is JSON text, NULL: {}. The right is the caller's to check. */
bool job_create_send(struct request *req, int slot, enum job_kind kind, const char *key,
                     const char *parameters);
bool job_read_send(struct request *req, int slot, int64_t id);
/* Replies 202 with Location and the job, and wakes the runner. */
enum step_result job_reply(struct request *req, int slot);

/* ---- doing one ---- */

#define JOB_ITEMS_MAX 1024 /* between two checkpoints */

enum job_stop { JOB_GOES_ON, JOB_CANCELLED, JOB_LOST, JOB_STOPPING };

/* What the struct of a job's use case begins with. Filled before its first step; base.json are the
 * parameters, base.principal.officer_id who ordered it. STEP_DONE with base.body as the result
 * (JSON) ends it as done, with base.error as failed; an error of status 503 is no end: the job is
 * given back and goes on from its cursor a little later. */
struct job {
    struct request base; /* first */
    int64_t id, fence;
    enum job_kind kind;
    const char *parameters;
    char cursor[256];    /* "": from the beginning */
    int64_t done, total; /* total -1: not known yet */
    int64_t n_items;     /* written by checkpoints so far */

    /* private */
    const char *items[JOB_ITEMS_MAX];
    int n_waiting;
    bool is_cancel_requested;
    enum job_stop stop;
    int n_reloads;
    bool is_checkpointing; /* sent and not answered */
    struct db_call checkpoint;
};

/* Numbers parted by colons, at most twelve; an empty cursor leaves them alone. */
void job_cursor_read(const struct job *j, int64_t *const parts[], size_t n);
void job_cursor_write(struct job *j, const int64_t parts[], size_t n);

/* Adds a row for people: JSON text, borrowed until the next job_checkpoint() returns.
 * Errors: JOB_ITEMS {limit}. */
MUST_CHECK
bool job_item_add(struct job *j, const char *json);

/* Ends a chunk: stores cursor, done, total and items, and renews the lease. Then request_wait();
 * the step that follows begins with job_goes_on(). Errors: those of db_query(). */
MUST_CHECK
bool job_checkpoint(struct job *j);
/* The same by a statement of the kind's own, which takes job_checkpoint_params() first, moves
 * lease, done and total itself and answers in the same way. */
MUST_CHECK
bool job_checkpoint_by(struct job *j, enum db_query query, const struct db_params *p);
void job_checkpoint_params(const struct job *j,
                           struct db_params *p); /* id, fence, now, lease, done, total */
/* False: it was cancelled, somebody else has it, or the daemon stops; return STEP_DONE. */
MUST_CHECK
bool job_goes_on(struct job *j);

/* Sees to it that base.reference is no older than the database: before the first chunk, and after
 * a commit that met a stale epoch. A step sends and waits; the one after it asks, and when the
 * answer is no a newer reference is under way: request_wait() for the step that sends. */
bool job_reference_send(struct job *j, int slot);
MUST_CHECK
bool job_reference_is_fresh(struct job *j, int slot);

/* ---- the runners: one for sweeps, one for everything else, each one job at a time ---- */

struct job_runner;

/* Does jobs of one kind alone, or (JOB_KIND_COUNT) of every kind but the sweep. */
MUST_CHECK
bool job_runner_start(struct app *app, enum job_kind only, struct job_runner **ret_runner,
                      struct error *err);
bool job_runner_is_idle(const struct job_runner *r); /* nothing is done or being asked for */
/* Looks for work now instead of at the next tick. NULL: nothing to wake. */
void job_runner_kick(struct job_runner *r);
/* How many there are by kind and state, for /metrics; r may be NULL. */
void job_runner_figures(const struct job_runner *r, struct buffer *b);
/* The job under way stops at its next checkpoint and is given back; then `closed` is called from
 * the loop and the runner is gone. */
void job_runner_close(struct job_runner *r, void (*closed)(void *data), void *data);

/* ---- the API ---- */
extern const struct use_case use_case_jobs, use_case_job, use_case_job_items, use_case_job_action;

/* Is it said to run (`state`, a word of job_words.def) while the lease of whoever had it is over? A
 * daemon that lives renews its lease with each chunk.
 *   lease_until  microseconds, UTC, real clock; INSTANT_NONE: none was ever given */
bool job_is_silent(const char *state, int64_t lease_until);

/* Fills the message from row `row` of job_read, job_list, job_create, job_cancel or job_resume. */
bool job_view(struct request *req, const struct db_result *r, int row, struct wire_job *ret);
