/* The database on the loop: a set of libpq connections in pipeline mode, prepared statements,
 * binary values, and one rule for callbacks.
 *
 * Statements are the files of sql/queries/, one each; enum db_query is made from their names. A
 * call ends with its own pipeline sync, so that one refusal does not abort its neighbours; calls of
 * one group share one, and so one transaction, one packet to the server and one back, and quick
 * questions of several groups even a statement. While a lane
 * has no live connection its calls are refused with DB_UNAVAILABLE (503, Retry-After); the
 * connections come back by themselves. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "base/error.h"
#include "base/macros.h"
#include "db/params.h"
#include "db/queries.h"
#include "db/result.h"

struct db;
struct db_call;

/* Who runs a call. Readers never wait for a batch of the committer, jobs never for a clerk. */
enum db_lane { DB_LANE_READ, DB_LANE_WRITE, DB_LANE_JOB, DB_LANE_COUNT };

struct db_options {
    const char *url;      /* postgresql://... or key=value words, also of several hosts; copied */
    const char *name;     /* application_name, shown in pg_stat_activity; NULL: motcuad */
    int n[DB_LANE_COUNT]; /* connections of each lane; 0: 4 readers, 2 writers, 1 for jobs */
    int retry_min_ms, retry_max_ms; /* back-off between attempts; 0: 100 and 5000 */
    const char *role; /* acted as where the login may; NULL: motcua_app; "": the login itself */
    int silence_ms; /* a server that owes an answer is given up; 0: 10 s after its statement_timeout
                     */
    int silence_quick_ms; /* and sooner where it owes that of a quick question; 0: 5 s after its
                             lock_timeout */
    bool is_reader;       /* a standby will do (target.h) */
};

/* Called once per accepted call, from the loop, never from inside db_query(). */
typedef void db_done_fn(struct db_call *call);

/* The values of a quick question, until it is asked, and to ask it again. */
#define DB_KEPT_BYTES 96
struct db_kept {
    int n;
    int len[DB_QUICK_PARAMS_MAX]; /* -1: NULL */
    char bytes[DB_KEPT_BYTES];
};

/* Embedded in the request that makes it. The request must outlive the call. */
struct db_call {
    db_done_fn *done;        /* set by the caller */
    void *data;              /* the caller's */
    struct db_result result; /* rows, when error.code is ERR_NONE; owned by the call */
    struct error error;
    /* For reads: calls with the same group that are made in one turn of the loop travel together,
     * in one transaction but where a statement is used for the first time, and are answered
     * together; if one is refused, those of its group that share its transaction end with its
     * error. Quick questions of several groups share one too, and a refusal of one group is none
     * of another. NULL: alone. */
    const void *group;
    /* private */
    enum db_query query;
    bool is_pending;
    bool is_alone; /* travels with no other group: it did once, and one of them was refused */
    struct db_kept kept;
    struct db_call *next; /* of those that one statement answers */
};

/* Starts connecting; calls are refused until the first connection is up (db_wait_ready, db_is_up).
 * Errors: DB_URL {reason}, NO_MEMORY {what}. */
MUST_CHECK
bool db_new(uv_loop_t *loop, const struct db_options *options, struct db **ret_db,
            struct error *err);

/* Ends every connection; calls outstanding end with DB_UNAVAILABLE before `closed` is called, after
 * which the memory is gone. */
void db_close(struct db *db, void (*closed)(void *data), void *data);

/* Has every lane a live connection? */
bool db_is_up(const struct db *db);
/* Runs the loop until it is up, at most `timeout_ms`: for start-up and tests only.
 * Errors: DB_UNAVAILABLE {reason}. */
MUST_CHECK
bool db_wait_ready(struct db *db, int timeout_ms, struct error *err);

/* Called from the loop whenever a connection of the lane came up or became idle. */
void db_on_idle(struct db *db, enum db_lane lane, void (*idle)(void *data), void *data);
int db_idle_count(const struct db *db, enum db_lane lane); /* live and without a call outstanding */

/* Sends one prepared statement on the connection of its group, or else on one of the lane: rather
 * one that is not at something slow; of these, for a quick question one of the few that quick
 * questions keep to, for another one of the rest; of these the one with the fewest calls. A group
 * leaves when the loop is about to sleep.
 *
 *   params   its values in the order of $1...; NULL: none. Copied: may go at once.
 *   call     `done` is set; a result of an earlier use is freed
 *
 * False never calls back; true calls back exactly once. A call whose connection is lost ends with
 * DB_OUTCOME_UNKNOWN {reason}: what it wrote may stand or not.
 * Errors: DB_UNAVAILABLE {reason}, DB_BUSY {limit}, NO_MEMORY {what}; later those of sqlstate.h. */
MUST_CHECK
bool db_query(struct db *db, enum db_lane lane, enum db_query query, const struct db_params *params,
              struct db_call *call, struct error *err);

/* Frees the result. Not while the call is outstanding. */
void db_call_deinit(struct db_call *call);

uv_loop_t *db_loop(const struct db *db);

/* The composite types of apply_decisions() and deadlines_follow(), whose oids each database has its
 * own of. */
enum db_type {
    DB_TYPE_MEMBER,
    DB_TYPE_EVENT,
    DB_TYPE_FACT,
    DB_TYPE_COUNTER,
    DB_TYPE_LETTER,
    DB_TYPE_ADDRESSEE,
    DB_TYPE_PERSON,
    DB_TYPE_PART,
    DB_TYPE_REMARK,
    DB_TYPE_OUTBOX,
    DB_TYPE_DEADLINE,
    DB_TYPE_OBLIGATION,
    DB_TYPE_EPISODE,
    DB_TYPE_REVISION,
    DB_TYPE_ATTACHMENT,
    DB_TYPE_STAY,
    DB_TYPE_APPLIED, /* the first so many are apply_decisions()'s, in its order */
    DB_TYPE_FOLLOW = DB_TYPE_APPLIED,
    DB_TYPE_COUNT
};
uint32_t db_type_oid(const struct db *db, enum db_type type); /* 0: not migrated */

/* For /metrics and /readyz. */
struct db_stats {
    int connections, live;
    int outstanding; /* calls sent and not answered */
    uint64_t calls, failures, reconnects;
    uint64_t transactions; /* that carried them */
};
void db_stats(const struct db *db, enum db_lane lane, struct db_stats *ret);
