/* The dossiers whose alarm has come, looked at one after the other: by a night, and by the minute.
 *
 *   chunk   up to SWEEP_CHUNK dossiers, read without locks in the order of their alarms; while one
 * is decided and committed the next is read slice   SWEEP_SLICE members of the chunk, decided
 * together and handed to the committer; at most SWEEP_SLICES are under way, two of which it can
 * apply at a time
 *
 * Nothing here waits: sweep_walk_turn() takes in what came back, sends what can be sent, and says
 * what the use case has to do. What is counted is counted per chunk and handed over at its end, so
 * that a use case can keep it in one transaction with the place the walk has reached. */
#pragma once
#include "flow/sweep_member.h"

#define SWEEP_CHUNK  2000
#define SWEEP_SLICE  128
#define SWEEP_SLICES 3
#define SWEEP_RETRY  INSTANT_HOUR /* until the minute tries again on what it could not judge */

/* In the order of words.def. */
enum sweep_deed {
    SWEEP_WARNED,
    SWEEP_CERTAIN,
    SWEEP_OVERDUE,
    SWEEP_LETTER,
    SWEEP_LAPSED,
    SWEEP_ESCALATED,
    SWEEP_FAILED,
    SWEEP_DEEDS
};

struct sweep_figures {
    int64_t seen, did[SWEEP_DEEDS];
};
void sweep_figures_add(struct sweep_figures *to, const struct sweep_figures *more);

/* What the engine did: adds the deeds among `events` to the figures, and returns them as bits. */
unsigned sweep_deeds_count(const struct event *events, int n, struct sweep_figures *figures);

/* The same bits as words; returns how many. */
int sweep_deed_words(unsigned did, const char *ret[SWEEP_DEEDS]);

enum sweep_chunk_state { CHUNK_NONE, CHUNK_IDS, CHUNK_EVENTS, CHUNK_READY };

struct sweep_row {
    int64_t id, alarm_at;
    const char *code;
    int from, to; /* rows of its events */
    bool has_failed, is_settled;
};

struct sweep_chunk {
    enum sweep_chunk_state state;
    struct arena *arena; /* rows, and what is told of them */
    int slot;            /* of its two queries */
    struct sweep_row *rows;
    int n_rows, next, n_settled;
    bool is_again; /* was under way when somebody died: what its events say was done is done */
    struct sweep_figures figures;
    /* for people: a row for each dossier something was done to */
    int n_told;
    int64_t *told;
    const char **did;    /* words with spaces between them */
    const char **errors; /* NULL, or as refusal_write() has it */
    int n_cleared;       /* failed before, and do not now */
    int64_t *cleared;
};

struct sweep_slice {
    struct sweep_walk *walk;
    struct arena *arena;
    struct sweep_member *members[SWEEP_SLICE];
    struct sweep_row *rows[SWEEP_SLICE];
    bool is_submitted[SWEEP_SLICE];
    int n, n_under_way;
    struct db_call alarms; /* of those with nothing to write */
};

struct sweep_walk {
    struct request *req;
    int first_slot; /* of four */
    int64_t at;
    bool is_behind, tries_all;
    int64_t job_id, fence;      /* 0: none */
    int64_t after_at, after_id; /* the last one read */
    const int64_t *again;       /* a chunk that was under way */
    int n_again;
    /* private */
    struct sweep_chunk chunks[2];
    int present;
    struct sweep_slice slices[SWEEP_SLICES];
    int64_t letter_id;
    bool is_exhausted, is_awaiting_ids, is_stale;
};

/*   first_slot  of four slots of `req` that the walk may use
 *   after_at    INSTANT_NONE: from the first
 * Set job_id, fence, tries_all and again before the first turn. */
void sweep_walk_init(struct sweep_walk *w, struct request *req, int first_slot, int64_t at,
                     bool is_behind, int64_t after_at, int64_t after_id);
void sweep_walk_deinit(struct sweep_walk *w); /* nothing is under way any more */

enum sweep_turn {
    SWEEP_TURN_WAIT,     /* request_wait_any() */
    SWEEP_TURN_BOUNDARY, /* the present chunk is done (or there was none) and the next is read: keep
                            what was counted, then sweep_walk_advance() */
    SWEEP_TURN_STALE,    /* reference data were edited: get the newest, then go on */
    SWEEP_TURN_FAIL      /* req->error says why; it is no dossier's fault */
};
enum sweep_turn sweep_walk_turn(struct sweep_walk *w);

/* At a boundary: the chunk that is done, empty before the first; the one to come, empty at the end.
 */
const struct sweep_chunk *sweep_walk_present(const struct sweep_walk *w);
const struct sweep_chunk *sweep_walk_next(const struct sweep_walk *w);
/* False: there is none to come. */
bool sweep_walk_advance(struct sweep_walk *w);
