/* The hub: streams, the clock of looks, who is behind, whose session has ended. See live.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "flow/live_impl.h"
#include "flow/session.h"
#include "wire/message.h"

#define TICK_MS     500  /* between looks while nothing is committed here */
#define KICK_MS     20   /* between looks while much is */
#define SESSIONS_MS 5000 /* between looks at sessions ended elsewhere, or by time */
#define PLACE_MS                                                                                   \
    30000 /* a reader whom nothing concerned hears that we live, and how far the feed is */

static void look(struct live *l);

/* ---- streams ---- */

static void stream_forget(struct live_stream *s)
{
    struct live *l = s->live;

    if (s->previous)
        s->previous->next = s->next;
    else
        l->streams = s->next;
    if (s->next)
        s->next->previous = s->previous;
    if (l->walk.reader == s)
        l->walk.reader = NULL;
    if (--l->n_streams == 0 && !l->is_closing)
        uv_timer_stop(&l->timer);
    free(s);
}

static void stream_closed(struct http_stream *http, void *user)
{
    (void)http;
    stream_forget(user);
}

static void stream_end(struct live_stream *s)
{
    struct http_stream *http = s->http;

    stream_forget(s);
    http_stream_close(http);
}

static void stream_send(struct live_stream *s, const char *event, const struct buffer *data)
{
    char id[LIVE_PLACE_MAX];

    if (data->is_failed)
        return;
    live_place_format(&s->place, id);
    http_stream_send(s->http, id, event, data->data, data->len);
    s->sent_ms = uv_now(s->live->app->loop);
}

void live_reset(struct live_stream *s, int reason)
{
    struct wire_live_reset m;
    struct buffer b = {0};
    struct error err;

    if (live_place_compare(&s->place, &s->live->place) < 0)
        s->place = s->live->place;
    s->is_behind = s->is_stale = false;
    s->n_walked = 0;
    wire_live_reset_init(&m);
    m.reason = reason;
    if (wire_live_reset_encode(&m, s->live->app->zone_s, &b, &err))
        stream_send(s, "reset", &b);
    buffer_deinit(&b);
    s->live->app->metrics.live_resets++;
}

static void stream_greet(struct live_stream *s)
{
    struct wire_live_start m;
    struct buffer b = {0};
    struct error err;

    wire_live_start_init(&m);
    m.now = clock_business();
    if (wire_live_start_encode(&m, s->live->app->zone_s, &b, &err))
        stream_send(s, "start", &b);
    buffer_deinit(&b);
}

int live_count(const struct live *l, int64_t officer_id)
{
    int n = 0;

    for (const struct live_stream *s = l->streams; s; s = s->next)
        n += s->officer_id == officer_id;
    return n;
}

/* ---- rights ---- */

static bool reads_dossiers(const struct principal *p)
{
    for (int i = 0; i < p->n_roles; i++)
        if (right_of_grant(p->roles[i].role, GRANT_READ_DOSSIER) != SCOPE_NONE)
            return true;
    return false;
}

/* What the reader is by the hub's reference data. False: nothing may be read any more. */
static bool stream_judge(struct live_stream *s, bool *ret_changed)
{
    const struct officer_ref *o = reference_officer(s->live->reference, s->officer_id);
    struct principal now;

    if (!o)
        return false;
    session_principal(s->live->reference, o, &now);
    *ret_changed = now.n_roles != s->principal.n_roles;
    for (int i = 0; i < now.n_roles && !*ret_changed; i++)
        *ret_changed = now.roles[i].role != s->principal.roles[i].role ||
                       now.roles[i].office != s->principal.roles[i].office ||
                       now.roles[i].on_behalf_of != s->principal.roles[i].on_behalf_of;
    s->principal = now;
    return reads_dossiers(&now);
}

/* The newest reference data; whoever lost the right to read is shown out, whoever has others now
 * reads the lists again. */
static void adopt_reference(struct live *l)
{
    if (l->reference == l->app->reference)
        return;
    reference_unref(l->reference);
    l->reference = reference_ref(l->app->reference);
    for (struct live_stream *s = l->streams, *next; s; s = next) {
        bool is_changed;

        next = s->next;
        if (!stream_judge(s, &is_changed))
            stream_end(s);
        else if (is_changed)
            live_reset(s, LIVE_RESET_RIGHTS);
    }
}

static void reset_all(struct live *l)
{
    for (struct live_stream *s = l->streams; s; s = s->next)
        live_reset(s, LIVE_RESET_RULES);
}

/* ---- closing ---- */

void live_maybe_closed(struct live *l)
{
    if (!l->is_closing || !l->is_timer_closed || l->head.is_asking || l->walk.is_asking ||
        l->is_loading || l->is_asking_sessions || l->is_asking_jobs)
        return;
    while (l->streams)
        stream_end(l->streams);
    reference_unref(l->reference);
    if (l->closed)
        l->closed(l->data);
    free(l);
}

/* ---- who is behind ---- */

static void walk(struct live *l);

static void walk_tell(struct live *l, const struct live_news *news)
{
    struct live_stream *s = l->walk.reader;

    live_page_tell(&l->walk, s);
    if (s->is_stale)
        return;
    s->n_walked += news->n;
    if (live_place_compare(&s->place, &news->last) < 0)
        s->place = news->last;
    s->is_behind = live_place_compare(&s->place, &l->place) < 0;
    if (!s->is_behind)
        s->n_walked = 0;
}

static void walk_done(struct db_call *call)
{
    struct live_page *p = call->data;
    struct live *l = p->live;
    struct live_news news;

    p->is_asking = false;
    if (call->error.code == ERR_NONE && p->reader && !l->is_closing) {
        adopt_reference(l); /* may show the reader out */
        live_page_news(p, &news);
        /* Read on other rights than these: the hub's next look brings the newer ones. */
        if (p->reader && news.epoch == l->reference->epoch)
            walk_tell(l, &news);
    }
    p->reader = NULL;
    db_call_deinit(call);
    if (l->is_closing)
        live_maybe_closed(l);
    else if (call->error.code == ERR_NONE)
        walk(l);
}

/* One page for the stream that walked least; a client that does not read is left to the server,
 * which drops it. */
static void walk(struct live *l)
{
    struct live_stream *best = NULL;

    if (l->walk.is_asking || l->is_closing)
        return;
    for (struct live_stream *s = l->streams; s; s = s->next) {
        if (s->is_behind && (s->is_stale || s->n_walked >= LIVE_WALK_MAX))
            live_reset(s, LIVE_RESET_BEHIND);
        if (s->is_behind && http_stream_backlog(s->http) <= LIVE_BACKLOG / 4 &&
            (!best || s->n_walked < best->n_walked))
            best = s;
    }
    if (!best)
        return;
    l->walk.reader = best;
    live_page_ask(&l->walk, &best->place, walk_done);
    if (!l->walk.is_asking)
        l->walk.reader = NULL;
}

/* ---- the hub's look ---- */

/* Those that keep up stand where the hub stands; one whose line is full no longer does. */
static void advance(struct live *l, const struct live_place *to)
{
    for (struct live_stream *s = l->streams; s; s = s->next) {
        if (s->is_behind)
            continue;
        if (live_place_compare(&s->place, to) < 0)
            s->place = *to;
        s->is_behind = http_stream_backlog(s->http) > LIVE_BACKLOG;
    }
    l->place = *to;
}

static void head_tell(struct live *l)
{
    struct live_news news;
    bool is_edited;

    adopt_reference(l);
    live_page_news(&l->head, &news);
    live_page_tell(&l->head, NULL);
    advance(l, &news.last);
    is_edited = l->deadlines_epoch >= 0 && l->deadlines_epoch != news.deadlines_epoch;
    l->deadlines_epoch = news.deadlines_epoch;
    if (is_edited) /* what is cached of open dossiers was brought in line, without an event */
        reset_all(l);
    db_call_deinit(&l->head.call);
    walk(l);
    if (news.n == LIVE_PAGE || l->is_kicked)
        look(l);
}

static void reference_came(void *data)
{
    struct live *l = data;

    l->is_loading = false;
    if (!l->is_closing) {
        head_tell(l);
        return;
    }
    db_call_deinit(&l->head.call);
    live_maybe_closed(l);
}

static void head_done(struct db_call *call)
{
    struct live_page *p = call->data;
    struct live *l = p->live;
    struct live_news news;

    p->is_asking = false;
    if (call->error.code != ERR_NONE && !l->is_down)
        log_error(LOG_WARN, "live", &call->error);
    l->is_down = call->error.code != ERR_NONE;
    if (l->is_down || l->is_closing) {
        db_call_deinit(call);
        live_maybe_closed(l);
        return;
    }
    live_page_news(p, &news);
    if (l->app->reference->is_demonstration)
        clock_set_offset(news.clock_offset_us);
    if (news.epoch != l->app->reference->epoch) { /* rights may be others: nothing before them */
        l->is_loading = true;
        reference_reload(l->app, reference_came, l);
        return;
    }
    head_tell(l);
}

static void look(struct live *l)
{
    if (l->is_closing || !l->n_streams)
        return;
    l->is_kicked = l->head.is_asking || l->is_loading;
    if (l->is_kicked)
        return;
    l->looked_ms = uv_now(l->app->loop);
    live_page_ask(&l->head, &l->place, head_done); /* where it cannot be sent: at the next tick */
}

/* ---- sessions ---- */

void live_session_ended(struct live *l, const unsigned char token_hash[DIGEST_LEN])
{
    for (struct live_stream *s = l ? l->streams : NULL, *next; s; s = next) {
        next = s->next;
        if (!memcmp(s->token_hash, token_hash, DIGEST_LEN))
            stream_end(s);
    }
}

static void sessions_done(struct db_call *call)
{
    struct live *l = call->data;

    l->is_asking_sessions = false;
    for (int i = 0; call->error.code == ERR_NONE && i < db_rows(&call->result); i++) {
        const char *hex = db_text_or_empty(&call->result, i, 0);
        unsigned char hash[DIGEST_LEN];

        if (strlen(hex) == (size_t)2 * DIGEST_LEN && hex_decode(hex, DIGEST_LEN, hash))
            live_session_ended(l, hash);
    }
    db_call_deinit(call);
    live_maybe_closed(l);
}

static void ask_sessions(struct live *l)
{
    size_t n = (size_t)l->n_streams, i = 0;
    char(*hex)[2 * DIGEST_LEN + 1] = calloc(n, sizeof *hex);
    const char **texts = calloc(n, sizeof *texts);
    struct db_params p;
    struct error err;

    for (const struct live_stream *s = l->streams; hex && texts && s; s = s->next) {
        hex_encode(s->token_hash, DIGEST_LEN, hex[i]);
        texts[i] = hex[i];
        i++;
    }
    db_params_init(&p);
    db_put_text_array(&p, texts, (int)i);
    db_put_instant(&p, clock_real());
    l->sessions.done = sessions_done;
    l->sessions.data = l;
    l->is_asking_sessions =
        i && db_query(l->app->db, DB_LANE_READ, DB_SESSION_GONE, &p, &l->sessions, &err);
    db_params_deinit(&p);
    free(texts);
    free(hex);
}

/* ---- the clock ---- */

/* Whom nothing concerned for long keeps a place that is not too far to walk from, and knows that
 * the line is good: a page cannot see the server's heartbeat. */
static void tell_places(struct live *l, uint64_t now_ms)
{
    const struct buffer none = {.data = (char[]){"{}"}, .len = 2};

    for (struct live_stream *s = l->streams; s; s = s->next)
        if (now_ms - s->sent_ms >= PLACE_MS)
            stream_send(s, "place", &none);
}

static void tick(uv_timer_t *timer)
{
    struct live *l = timer->data;
    uint64_t now_ms = uv_now(l->app->loop);

    look(l);
    walk(l);
    live_jobs_look(l);
    tell_places(l, now_ms);
    if (now_ms - l->sessions_ms >= SESSIONS_MS && !l->is_asking_sessions) {
        l->sessions_ms = now_ms;
        ask_sessions(l);
    }
}

/* This daemon committed: told at once, and in bursts at most every KICK_MS. */
static void committed(void *data)
{
    struct live *l = data;
    uint64_t since = uv_now(l->app->loop) - l->looked_ms;

    if (!l->n_streams)
        return;
    if (since >= KICK_MS || l->head.is_asking)
        look(l);
    else
        uv_timer_start(&l->timer, tick, KICK_MS - since, TICK_MS);
}

/* ---- opening ---- */

static void stream_link(struct live *l, struct live_stream *s)
{
    s->next = l->streams;
    if (s->next)
        s->next->previous = s;
    l->streams = s;
    l->n_streams++;
}

static void refuse(struct http_exchange *x)
{
    struct error err;

    (void)error_set(&err, ERR_HTTP_BUSY, arg_text("what", "stream"));
    http_reply_error(x, &err, NULL);
}

void live_open(struct live *l, struct http_exchange *x, const struct live_opening *o)
{
    static const struct http_field fields[] = {{"X-Accel-Buffering", "no"}, {NULL, NULL}};
    struct live_stream *s = l->is_closing ? NULL : calloc(1, sizeof *s);
    bool is_changed;

    if (!s || live_count(l, o->officer_id) >= LIVE_PER_READER) {
        free(s);
        refuse(x);
        return;
    }
    s->http = http_stream_open(x, fields, stream_closed, s);
    if (!s->http) {
        free(s);
        return;
    }
    s->live = l;
    s->officer_id = o->officer_id;
    memcpy(s->token_hash, o->token_hash, DIGEST_LEN);
    adopt_reference(l);
    if (!l->n_streams) { /* the hub slept */
        l->place = live_place_boundary(o->boundary);
        l->deadlines_epoch = -1;
        l->has_jobs = false;
        l->sessions_ms = uv_now(l->app->loop);
        uv_timer_start(&l->timer, tick, 0, TICK_MS);
    }
    s->place = o->has_place && o->is_known ? o->place : live_place_boundary(o->boundary);
    stream_link(l, s);
    if (!stream_judge(s, &is_changed)) {
        stream_end(s);
        return;
    }
    stream_greet(s);
    s->is_behind = live_place_compare(&s->place, &l->place) < 0;
    if (o->has_place && !o->is_known)
        live_reset(s, LIVE_RESET_UNKNOWN);
    live_jobs_greet(l, s);
    walk(l);
}

/* ---- life ---- */

bool live_start(struct app *app, struct live **ret_live, struct error *err)
{
    struct live *l = calloc(1, sizeof *l);

    if (!l)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "live"));
    l->app = app;
    l->head.live = l->walk.live = l;
    uv_timer_init(app->loop, &l->timer);
    l->timer.data = l;
    committer_on_applied(app->committer, committed, l);
    *ret_live = l;
    return true;
}

static void timer_closed(uv_handle_t *h)
{
    struct live *l = h->data;

    l->is_timer_closed = true;
    live_maybe_closed(l);
}

void live_close(struct live *l, void (*closed)(void *data), void *data)
{
    committer_on_applied(l->app->committer, NULL, NULL);
    l->is_closing = true;
    l->closed = closed;
    l->data = data;
    uv_close((uv_handle_t *)&l->timer, timer_closed);
}
