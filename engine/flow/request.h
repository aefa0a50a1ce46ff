/* One use case under way: a struct, an arena and a list of steps. Reading the list top to bottom is
 * reading the use case. Step 0 parses and sends the first reads; while they travel the session is
 * looked up too, and no later step runs unless it was good. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/json.h"
#include "db/committer.h"
#include "db/db.h"
#include "domain/rights.h"
#include "http/exchange.h"

struct app;
struct request;
struct reference;

#define REQUEST_CALLS_MAX  8
#define REQUEST_FORMER_MAX 8

enum step_result { STEP_DONE, STEP_NEXT, STEP_WAIT };

struct step {
    const char *name;
    enum step_result (*run)(struct request *req);
};

/* What a route starts: how large its struct is and which steps it takes. */
struct use_case {
    const char *name;
    size_t size; /* of the struct that begins with struct request */
    const struct step *steps;
    bool is_public;     /* no session */
    size_t arena_limit; /* 0: 8 MiB */
};

enum session_kind { SESSION_COOKIE, SESSION_BEARER, SESSION_TOKEN };

struct request_session {
    int64_t officer_id;
    enum session_kind kind;
    char id[40]; /* its public name */
    unsigned char token_hash[32];
    bool is_cookie; /* shown as one */
    bool must_change, must_enrol, has_factor;
    int n_scopes; /* of an API token */
    const char *const *scopes;
};

struct request_call {
    struct db_call call;
    struct request *request;
    bool is_under_way;
};

struct request {
    struct app *app;
    const struct use_case *use_case;
    struct arena *arena;
    struct arena *chunk; /* of one round of long work: made, freed and made again; NULL: none */
    struct http_exchange *exchange; /* NULL: started inside the daemon, or handed on */
    bool is_inside;                 /* started inside the daemon: nobody reads the reply */
    const struct http_request *http;
    enum language lang;
    int32_t zone_s;
    int64_t now;       /* the business clock when the request began */
    int64_t offset_us; /* of the business clock, in it */
    struct reference *reference;
    struct reference
        *former[REQUEST_FORMER_MAX]; /* given up; rows of them may still be pointed to */
    int n_former;
    struct principal principal;
    struct request_session session;
    bool is_session_checked;
    bool is_archive_asked; /* whether the dossier that is unknown lies in the archive */
    struct db *old_db;     /* reads go to a standby; NULL: to the primary */
    int n_reloads;         /* while the session waits for the rights of its epoch */

    int state; /* written by request_next() and request_wait() alone */
    int n_outstanding;
    bool is_running;
    bool is_any; /* the next one that comes back resumes it, not the last */
    struct request_call calls[REQUEST_CALLS_MAX];
    struct error error;

    /* reply */
    int status;
    const char *content_type;
    int64_t *shown; /* dossiers that the reply shows, for the log of reads; from the arena */
    int n_shown, shown_room;
    int64_t shown_person; /* somebody in particular, whose data it is; 0: none */
    struct buffer body;
    const struct buffer *kept; /* instead of body: it outlives every request, and is not copied */
    struct http_field fields[8];
    int n_fields;

    /* started inside the daemon: called once at the end, with the error or the body */
    void (*on_done)(struct request *req, void *data);
    void *data;
    void (*on_free)(
        struct request *req); /* frees what a use case owns beside the arenas; or NULL */
    cJSON *json;              /* the parsed body; freed with the request */
};

/* Starts a use case for an exchange, or (exchange NULL) inside the daemon for `principal`.
 * `prepare` may fill the struct before the first step. Returns false when memory is out (the
 * exchange is answered). */
bool request_start(struct app *app, const struct use_case *use_case, struct http_exchange *exchange,
                   const struct principal *principal, void (*prepare)(struct request *, void *),
                   void (*on_done)(struct request *, void *), void *data);

enum step_result request_next(struct request *req, int step);
enum step_result request_wait(struct request *req,
                              int step); /* until every call sent has come back */
/* The same, until the next of them has: for work that keeps several things under way. The step may
 * be run again with nothing to do. */
enum step_result request_wait_any(struct request *req, int step);
enum step_result request_fail(struct request *req); /* req->error is set: STEP_DONE */

/* Sends a query in slot `slot`; false (error set) when it cannot be sent. */
bool request_query(struct request *req, int slot, enum db_lane lane, enum db_query query,
                   const struct db_params *params);
bool request_is_asking(const struct request *req, int slot); /* sent and not answered yet */
const struct db_call *request_result(const struct request *req, int slot);
/* For waits that are not queries: begin before, finish in the callback (resumes when nothing is
 * left). */
void request_hold(struct request *req);
void request_release(struct request *req);

/* Goes on with the newest reference data that were read, and with what they say of the principal: a
 * decision that is made once more asks for the right once more. What the older data lent stays
 * until the request ends. */
void request_renew(struct request *req);

/* Parses the body as JSON (limits) into req->json. */
bool request_json(struct request *req);
/* Answers with JSON built in req->body. */
enum step_result request_reply_json(struct request *req, int status);
void request_field(struct request *req, const char *name, const char *value);

/* The reply shows something of this dossier. Of a route of proto/tables/reads.def each successful
 * reply that showed any is logged before it goes out. Sets NO_MEMORY. */
bool request_show(struct request *req, int64_t dossier_id);
/* Hands the row over now: for those who take the exchange away and answer by themselves.
 * Sets READ_LOG_FULL, NO_MEMORY. */
MUST_CHECK
bool request_log_reads(struct request *req);

/* The principal must hold the grant (for an office, 0: any). Sets RIGHT_MISSING. */
bool request_require(struct request *req, enum grant grant, int64_t office);

/* Refuses an action with the row of the rights table that is missing. Sets RIGHT_MISSING, returns
 * false. */
bool request_refuse_right(struct request *req, enum action action);
