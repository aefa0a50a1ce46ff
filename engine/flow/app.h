/* What every use case shares: the loop, the database, the committer, reference data, the seal key,
 * ids. Made and wired by the daemon; one per process. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "base/seal.h"
#include "db/committer.h"
#include "db/db.h"
#include "flow/reference.h"
#include "flow/writes.h"

struct job_runner;
struct live;
struct figures;
struct outbox;
struct read_log;
struct known_codes;
struct replica;
struct renderer;
struct signing;
struct http_server;
struct rates;
struct address_list;

enum id_kind { ID_PERSON, ID_REMARK, ID_LETTER, ID_KIND_COUNT };

/* Ids are handed out from blocks taken from the database; what a daemon does not use up is lost. */
struct id_block {
    int64_t next, end; /* next..end-1 are free */
};

struct app_metrics {
    uint64_t logins, login_failures;
    uint64_t decisions, redecided;
    uint64_t alarms, letters_drafted, escalated, not_judged, sweeps;
    uint64_t alarm_failures; /* dossiers that cannot be judged just now, as last counted */
    uint64_t live_events, live_resets;
};

struct app {
    uv_loop_t *loop;
    struct db *db;
    struct replica *replica; /* answers what may be some seconds old; NULL: none is named */
    struct committer *committer;
    struct seal_ring *seal;
    struct reference *reference;   /* the newest snapshot; requests hold a ref of their own */
    struct signing *signing;       /* certificates; NULL inside tools */
    const char *attachment_folder; /* "": attachments are kept in the database */
    int64_t attachment_max;        /* bytes */
    struct renderer *renderer;     /* NULL: documents cannot be rendered */
    struct http_server *server;    /* NULL inside tools */
    struct rates *rates;           /* how often a client may come; NULL inside tools */
    const struct address_list *metrics_from; /* who may read /metrics beside this machine */
    struct job_runner *jobs;   /* NULL inside tools: another daemon does what is ordered */
    struct job_runner *sweeps; /* the same for nights, which never wait for other long work */
    int64_t sweeping_at;       /* closing of the newest night ordered and not swept, or none */
    int catch_up_nights;       /* the most that are swept one by one after a gap */
    struct live *live;         /* NULL inside tools, and before and after serving */
    struct figures *figures;   /* the same */
    struct outbox *outbox;     /* NULL inside tools: another daemon sends what is queued */
    struct read_log *reads;    /* NULL inside tools, which show nothing to anybody */
    struct known_codes *known_codes; /* NULL inside tools: every code is looked up */
    struct id_block ids[ID_KIND_COUNT];
    struct id_block
        dossier_ids[2];      /* of an even and of an odd year: a late entry of December takes */
    int dossier_ids_year[2]; /* from one while January takes from the other */
    int32_t zone_s;
    bool is_stopping;
    bool is_reference_loading;
    void (*on_reference)(void *data); /* called when a snapshot of another epoch came; or NULL */
    void *on_reference_data;
    void (*on_clock)(void *data); /* called when a demonstration's clock was moved; or NULL */
    void *on_clock_data;
    const char *public_url; /* "https://host:port", what a QR code leads to; "" : the path alone */
    int64_t started_at;     /* real clock */
    char public_figures[4096]; /* the answer of /public/statistics, kept for a while */
    size_t public_figures_len;
    int64_t public_figures_at;   /* real clock */
    int32_t calendar_watched_on; /* the day whose missing years were logged (calendar_watch.h) */
    struct app_metrics metrics;
    struct writes writes;
};

/* Takes the next id of a kind; 0 when the block is used up (a refill runs then: try again). The
 * low-water refill keeps that rare. */
int64_t app_next_id(struct app *app, enum id_kind kind);
int64_t app_next_dossier_id(struct app *app, int year);

/* Asks for new blocks where less than half is left; `year` of dossiers filed now. */
void app_refill_ids(struct app *app, int year);
/* Calls `done` once the blocks under way, of `year` among them, have come or failed; false, and no
 * call, when none is. */
bool app_await_ids(struct app *app, int year, void (*done)(void *data), void *data);
/* Fills every block, running the loop: at start. */
MUST_CHECK
bool app_fill_ids(struct app *app, int year, struct error *err);
