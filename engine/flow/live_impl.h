/* What the parts of live.h share: the hub, its streams, a page of the feed. */
#pragma once
#include "domain/rights.h"
#include "flow/app.h"
#include "flow/job.h"
#include "flow/live.h"
#include "flow/live_place.h"
#include "http/stream.h"

#define LIVE_PAGE       256         /* dossiers of one look at the feed */
#define LIVE_WALK_MAX   10000       /* places one stream walks to catch up; more is a reset */
#define LIVE_BACKLOG    (64 * 1024) /* bytes unsent: the stream no longer keeps up */
#define LIVE_JOBS_MAX   64          /* under way at once and watched */
#define LIVE_PER_READER 64          /* streams of one officer */

struct live_stream {
    struct live_stream *next, *previous;
    struct live *live;
    struct http_stream *http;
    int64_t officer_id;
    struct principal principal; /* of live->reference */
    unsigned char token_hash[DIGEST_LEN];
    struct live_place place;  /* told up to here */
    int n_walked;             /* places since it fell behind */
    bool is_behind, is_stale; /* stale: its place is lost, a reset is owed */
    uint64_t sent_ms;
};

/* One look at the feed: from the hub's place, or for one stream that is behind. */
struct live_page {
    struct live *live;
    struct db_call call;
    struct live_stream *reader; /* of a walk; NULL: it left meanwhile */
    bool is_asking;
};

struct live_known_job {
    int64_t id, done, total;
    int kind, state;
};

struct live {
    struct app *app;
    uv_timer_t timer;
    struct live_stream *streams;
    int n_streams;
    struct reference *reference; /* what the streams' principals are of */
    struct live_place place;     /* all that keep up were told up to here */
    int64_t deadlines_epoch;     /* -1: not looked at yet */
    struct live_page head, walk;
    struct db_call sessions, jobs;
    uint64_t looked_ms, sessions_ms;
    bool is_asking_sessions, is_asking_jobs, is_loading, is_kicked, is_down;
    bool is_closing, is_timer_closed;
    int n_jobs;
    int64_t last_job; /* newest id seen; 0: not looked at yet */
    bool has_jobs;
    struct live_known_job known[LIVE_JOBS_MAX];
    void (*closed)(void *data);
    void *data;
};

/* live.c */
/* Takes the reply over. `place` is where the stream goes on, `is_known` whether it may; else it
 * begins at `boundary` with a reset when it had named a place. */
struct live_opening {
    uint64_t boundary;
    struct live_place place;
    bool has_place, is_known;
    unsigned char token_hash[DIGEST_LEN];
    int64_t officer_id;
};
void live_open(struct live *l, struct http_exchange *x, const struct live_opening *o);
void live_maybe_closed(struct live *l); /* after each call that came back while it closes */
int live_count(const struct live *l, int64_t officer_id); /* streams of one officer */
void live_reset(struct live_stream *s, int reason);       /* WORD of words_live_reset */
enum { LIVE_RESET_UNKNOWN, LIVE_RESET_BEHIND, LIVE_RESET_RULES, LIVE_RESET_RIGHTS };

/* live_page.c */
/* Sends the look; is_asking stays false where it cannot be sent. */
void live_page_ask(struct live_page *p, const struct live_place *from, db_done_fn *done);
/* The first row's columns: what each look tells besides the dossiers. */
struct live_news {
    uint64_t boundary;
    int64_t epoch, deadlines_epoch, clock_offset_us;
    int n; /* places */
    struct live_place last;
};
void live_page_news(const struct live_page *p, struct live_news *ret);
/* Tells what the page holds to one stream, or (only NULL) to all that keep up; each is told what
 * lies beyond its own place, and may be seen by it. */
void live_page_tell(struct live_page *p, struct live_stream *only);

/* live_job.c */
void live_jobs_look(struct live *l);
void live_jobs_greet(struct live *l, struct live_stream *s); /* those under way, to a new stream */
