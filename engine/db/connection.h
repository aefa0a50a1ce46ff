/* One libpq connection on the loop, in pipeline mode. Internal to db/.
 *
 *   down -> connecting -> setting up -> live -> down, after a back-off -> connecting ...
 *
 * Where the address names several hosts each is tried in turn before the back-off, beginning with
 * the one that took a connection last.
 *
 * Calls are answered in the order in which they were sent. Each ends with a sync, or its group
 * does, and is delivered when that sync came back, that is after its commit.
 *
 * A sync costs a packet each way, and a transaction. So groups that ask only quick questions share
 * one, and what they ask alike is asked once, of arrays; when a statement is refused, those behind
 * it, which the server passed over, are asked again, each on its own, and so are those it asked
 * for where there were several. */
#pragma once
#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "db/db.h"

#define CONNECTION_CALLS_MAX 1024 /* sent and not answered, statements being prepared included */

enum connection_state {
    CONNECTION_DOWN, /* waits for its timer */
    CONNECTION_CONNECTING,
    CONNECTION_SETTING_UP,
    CONNECTION_LIVE
};

#define CONNECTION_TOGETHER_MAX 16 /* groups of one transaction */

/* Quick questions of one kind in the open transaction, which leave as one statement. */
#define CONNECTION_GATHERS_MAX 8
struct connection_gather {
    enum db_query query;
    int n;
    struct db_call *first, *last;
};

struct connection_slot {
    struct db_call *call; /* the first of those it answers; NULL: a statement being prepared */
    int n;                /* of them */
    enum db_query query;
    bool is_last;            /* its sync follows */
    struct db_result result; /* until that sync */
};

struct connection {
    struct db *db; /* the set it belongs to */
    enum db_lane lane;
    bool is_hot; /* quick questions keep to it */
    enum connection_state state;
    PGconn *pg;
    uv_poll_t *poll; /* of pg's socket; its memory goes in its close callback */
    int poll_fd, poll_events;
    uv_timer_t timer; /* next attempt, or the end of patience with this one */
    int retry_ms;
    int host, n_tried; /* of the target: which one, and how many this round has tried */
    uint64_t heard_at; /* loop's milliseconds: of the last bytes, or of the first call since */
    bool is_prepared[DB_QUERY_COUNT];
    struct db_call setup, fits;
    struct error prepare_error; /* of the newest statement that could not be prepared */
    struct connection_slot slots[CONNECTION_CALLS_MAX]; /* a ring */
    int first, n_slots, n_calls;
    int n_slow;             /* of the calls: not quick */
    int n_answered;         /* of the first slots: their sync is still to come */
    const void *open_group; /* of the last slots, which have no sync yet; NULL: none */
    int n_open_groups;      /* in them */
    bool is_open_quick;     /* each of them could be asked again */
    struct connection_gather gathers[CONNECTION_GATHERS_MAX]; /* that wait for their sync */
    int n_gathers;
};

void connection_init(struct connection *c, struct db *db, enum db_lane lane);
void connection_start(struct connection *c);
/* Ends what is outstanding with `why` and takes the connection down; it comes back only when
 * connection_start() is called. */
void connection_drop(struct connection *c, const struct error *why);
/* How long its server has owed an answer without a word, in milliseconds; 0: it owes none. */
uint64_t connection_silent_ms(const struct connection *c);
/* Gives up a connection whose server owes an answer and has said nothing for too long. */
void connection_watch_silence(struct connection *c);
/* Ends the open group, if any, and sends what waits. */
void connection_send_group(struct connection *c);
MUST_CHECK
bool connection_send(struct connection *c, enum db_query query, const struct db_params *params,
                     struct db_call *call, struct error *err);
