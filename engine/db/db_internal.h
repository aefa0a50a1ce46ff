/* What connections and the set know of each other. Internal to db/. */
#pragma once
#include "db/connection.h"
#include "db/target.h"

struct db {
    uv_loop_t *loop;
    char *name, *role;
    struct target *target;
    int host;                      /* of the target, that took a connection last */
    int silence_ms[DB_LANE_COUNT]; /* 0: for ever */
    int silence_quick_ms;
    int retry_min_ms, retry_max_ms;
    int n_connections;
    struct connection *connections;
    uint32_t types[DB_TYPE_COUNT]; /* 0 in a database not yet migrated */
    struct {
        void (*call)(void *data);
        void *data;
    } idle[DB_LANE_COUNT];
    struct db_stats stats[DB_LANE_COUNT];
    char reason[ERROR_TEXT_MAX + 1]; /* why the last attempt failed */
    uv_timer_t closer, watch;        /* the end; every second: who is silent? */
    uv_prepare_t flusher;            /* groups leave when the loop is about to sleep */
    struct db_params gathered;       /* of the statement that is being put: its memory */
    bool is_closing;
    int n_handles; /* still open */
    void (*closed)(void *data);
    void *closed_data;
};

/* From a connection to its set. */
void db_connection_up(struct db *db, struct connection *c, const struct db_result *setup);
void db_connection_idle(struct db *db, struct connection *c);
void db_connection_has_group(struct db *db); /* to be flushed before the loop sleeps */
