/* The sender: asks by timer and when it is woken, gives rows their way, takes what may go now, a
 * few of each kind at a time, and writes what became of them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "domain/notice.h"
#include "flow/app.h"
#include "flow/outbox_impl.h"
#include "flow/refusal.h"

#define TICK_MS      2000
#define STOP_MS      5000 /* for what is under way when the daemon stops */
#define FLYING_MAX   4    /* of each kind: a server that hangs holds so many */
#define ROUTE_MAX    500
#define COUNTER_MAX  500
#define LAPSE_TICKS  5
#define FIGURE_TICKS 5
#define LEASE        (60 * INSTANT_SECOND) /* from taking a row to recording that it is sent */
#define COUNTER_LOOK (6 * INSTANT_HOUR)    /* the counter's list is looked through so often */
#define FIGURES_MAX  64

/* A settlement being written; tried again at each tick until it is. */
struct settling {
    struct settling *next;
    struct outbox *outbox;
    struct outbox_settlement what;
    char *error; /* as it is stored */
    struct db_call call;
    bool is_calling;
};

struct figure {
    char kind[32], state[12], channel[12];
    int64_t n, oldest;
};

struct outbox {
    struct app *app;
    struct courier *courier;
    struct outbox_options options; /* of its texts hook_hint alone */
    char *hook_secret, *hook_hint;
    uv_timer_t timer;
    struct db_call route, claim[COURIER_KIND_COUNT], counter, cancel, lapse, count;
    bool is_routing, is_claiming[COURIER_KIND_COUNT], is_looking, is_cancelling, is_lapsing,
        is_counting, is_telling;
    bool is_wanted[COURIER_KIND_COUNT]; /* something waited when last asked */
    int n_flying[COURIER_KIND_COUNT];
    struct settling *settling;
    struct figure figures[FIGURES_MAX];
    int n_figures;
    uint64_t n_ended[COURIER_KIND_COUNT][COURIER_UNKNOWN + 1];
    unsigned n_ticks;
    bool is_woken, is_closing, is_ending, is_timer_closed, is_courier_closed;
    void (*closed)(void *data);
    void *data;
};

static void look(struct outbox *o);
static void take(struct outbox *o, enum courier_kind kind);

struct courier *outbox_courier(struct outbox *o)
{
    return o->is_ending ? NULL : o->courier;
}

const struct outbox_options *outbox_options(const struct outbox *o)
{
    return &o->options;
}

const char *outbox_hook_secret(const struct outbox *o)
{
    return o ? o->hook_secret : NULL;
}

/* ---- the end ---- */

static bool is_calling(const struct outbox *o)
{
    return o->is_routing || o->is_claiming[0] || o->is_claiming[1] || o->is_looking ||
           o->is_cancelling || o->is_lapsing || o->is_counting || o->is_telling;
}

static void on_courier_closed(void *data);
static void timer_closed(uv_handle_t *h);

/* Nothing is under way, or its time is over: the courier ends what it carries, and with it every
 * message. */
static void end(struct outbox *o)
{
    if (o->is_ending)
        return;
    o->is_ending = true;
    uv_close((uv_handle_t *)&o->timer, timer_closed);
    courier_close(o->courier, on_courier_closed, o);
}

static void maybe_closed(struct outbox *o)
{
    if (!o->is_closing || is_calling(o) || o->n_flying[0] || o->n_flying[1] || o->settling)
        return;
    end(o);
    if (!o->is_courier_closed || !o->is_timer_closed)
        return;
    if (o->closed)
        o->closed(o->data);
    free(o->hook_secret);
    free(o->hook_hint);
    free(o);
}

static void on_courier_closed(void *data)
{
    struct outbox *o = data;

    o->is_courier_closed = true;
    maybe_closed(o);
}

static bool query(struct outbox *o, enum db_query q, const struct db_params *p,
                  struct db_call *call, db_done_fn *done)
{
    struct error err;

    call->done = done;
    call->data = o;
    if (db_query(o->app->db, DB_LANE_JOB, q, p, call, &err))
        return true;
    log_error(LOG_WARN, "outbox", &err);
    return false;
}

/* Ends a call of the sender's own. False: it failed. */
static bool ended(struct db_call *call, bool *is_calling)
{
    bool ok = call->error.code == ERR_NONE;

    *is_calling = false;
    if (!ok)
        log_error(LOG_WARN, "outbox", &call->error);
    return ok;
}

/* ---- what became of a row ---- */

static void settling_free(struct settling *s)
{
    struct settling **link = &s->outbox->settling;

    while (*link != s)
        link = &(*link)->next;
    *link = s->next;
    free(s->error);
    free(s);
}

static void settled(struct db_call *call)
{
    struct settling *s = call->data;
    struct outbox *o = s->outbox;
    bool ok = ended(call, &s->is_calling);

    if (ok && db_rows(&call->result) == 0)
        log_event(LOG_INFO, "outbox_decided_elsewhere", arg_number("message", s->what.id));
    db_call_deinit(call);
    if (ok || o->is_closing)
        settling_free(s);
    maybe_closed(o);
}

static void write_settlement(struct settling *s)
{
    struct db_params p;
    struct error err;

    db_params_init(&p);
    db_put_int8(&p, s->what.id);
    db_put_int4(&p, s->what.fence);
    db_put_text(&p, s->what.state);
    db_put_text(&p, s->what.channel);
    db_put_text(&p, s->error);
    db_put_instant(&p, s->what.not_before);
    db_put_instant(&p, clock_business());
    s->call.done = settled;
    s->call.data = s;
    s->is_calling = db_query(s->outbox->app->db, DB_LANE_JOB, DB_OUTBOX_SETTLE, &p, &s->call, &err);
    db_params_deinit(&p);
}

void outbox_settle(struct outbox *o, const struct outbox_settlement *what)
{
    struct settling *s = calloc(1, sizeof *s);
    struct buffer error = {0};

    if (!s) /* its lease runs out: what was sent becomes unknown */
        return;
    if (what->error) {
        log_error(LOG_INFO, "outbox_message", what->error);
        refusal_write(what->error, o->app->zone_s, &error);
    }
    log_event(LOG_INFO, "outbox_settled", arg_number("message", what->id),
              arg_text("state", what->state));
    s->outbox = o;
    s->what = *what;
    s->what.error = NULL;
    s->error = error.len && !error.is_failed ? buffer_take(&error) : NULL;
    buffer_deinit(&error);
    s->next = o->settling;
    o->settling = s;
    write_settlement(s);
    if (o->is_closing && !s->is_calling)
        settling_free(s);
}

/* ---- messages under way ---- */

static void errand_ended(struct request *req, void *data)
{
    struct outbox *o = data;
    struct outbox_errand *e = container_of(req, struct outbox_errand, base);
    enum courier_kind way = e->message.way;
    struct outbox_settlement s = {e->message.id, e->message.fence, "failed",
                                  NULL,          &req->error,      INSTANT_NONE};

    if (e->is_marked && e->is_settled)
        o->n_ended[way][e->carried.outcome]++;
    if (!e->is_settled && req->error.code != ERR_NONE) {
        if (e->is_marked) { /* it never reached the courier */
            s.state = "waiting";
            s.not_before = clock_real() + o->options.first_delay;
            outbox_settle(o, &s);
        } else if (error_status(req->error.code) != 503) {
            outbox_settle(o, &s);
        } /* else: the database, or memory; the lease runs out, and somebody takes it again */
    }
    o->n_flying[way]--;
    if (o->is_closing)
        maybe_closed(o);
    else if (o->is_wanted[way])
        take(o, way);
    else if (e->message.kind == NOTICE_TEXT_LETTER)
        outbox_kick(o); /* its dossier is to be told */
}

struct lending {
    struct outbox *outbox;
    enum courier_kind way;
    int row;
};

static void errand_prepare(struct request *req, void *data)
{
    const struct lending *l = data;
    struct outbox_errand *e = container_of(req, struct outbox_errand, base);

    e->outbox = l->outbox;
    req->data = l->outbox;
    e->message.id = db_int(&l->outbox->claim[l->way].result, l->row, 0);
    e->message.fence = (int32_t)db_int(&l->outbox->claim[l->way].result, l->row, 1);
    e->message.way = l->way;
    if (!outbox_message_read(req, &l->outbox->claim[l->way].result, l->row, l->way, &e->message))
        log_error(LOG_ERROR, "outbox_message", &req->error);
}

static void claimed(struct outbox *o, enum courier_kind kind)
{
    struct db_call *call = &o->claim[kind];
    int n = ended(call, &o->is_claiming[kind]) ? db_rows(&call->result) : 0;

    o->is_wanted[kind] = n == FLYING_MAX - o->n_flying[kind] && n > 0;
    /* One that need not be told any more ends within this round: it must not claim the next ones in
     * the place of rows that are still to be read. */
    o->is_claiming[kind] = true;
    for (int i = 0; i < n && !o->is_closing; i++) {
        struct lending l = {o, kind, i};

        o->n_flying[kind]++;
        if (!request_start(o->app, &use_case_outbox_errand, NULL, NULL, errand_prepare,
                           errand_ended, &l))
            o->n_flying[kind]--;
    }
    o->is_claiming[kind] = false;
    db_call_deinit(call);
    if (o->is_wanted[kind])
        take(o, kind);
    maybe_closed(o);
}

static void claimed_mail(struct db_call *call)
{
    claimed(call->data, COURIER_MAIL);
}

static void claimed_hook(struct db_call *call)
{
    claimed(call->data, COURIER_HOOK);
}

static void take(struct outbox *o, enum courier_kind kind)
{
    struct db_params p;
    int64_t now = clock_real();

    if (o->is_closing || !courier_has(o->courier, kind) || o->is_claiming[kind] ||
        o->n_flying[kind] >= FLYING_MAX)
        return;
    db_params_init(&p);
    db_put_text(&p, courier_kind_word(kind));
    db_put_instant(&p, now);
    db_put_instant(&p, now + LEASE);
    db_put_int4(&p, FLYING_MAX - o->n_flying[kind]);
    o->is_claiming[kind] = query(o, DB_OUTBOX_CLAIM, &p, &o->claim[kind],
                                 kind == COURIER_MAIL ? claimed_mail : claimed_hook);
    db_params_deinit(&p);
}

/* ---- the counter's list ---- */

static void cancelled(struct db_call *call)
{
    struct outbox *o = call->data;

    ended(call, &o->is_cancelling);
    db_call_deinit(call);
    maybe_closed(o);
}

/* What was waiting to be told by hand and need not be told any more. */
static void looked(struct db_call *call)
{
    struct outbox *o = call->data;
    bool ok = ended(call, &o->is_looking);
    int64_t ids[COUNTER_MAX];
    struct db_params p;
    int n = 0;

    for (int i = 0; ok && i < db_rows(&call->result); i++) {
        const struct db_result *r = &call->result;
        int kind = vocabulary_find(&notice_kinds, db_text_or_empty(r, i, 1));
        int state = vocabulary_find(&states, db_text_or_empty(r, i, 2));

        if (kind < 0 ? outbox_letter_is_moot(db_text(r, i, 3), db_text(r, i, 4))
                     : notice_is_moot((enum notice_kind)kind, (enum dossier_state)state))
            ids[n++] = db_int(r, i, 0);
    }
    db_call_deinit(call);
    if (n > 0 && !o->is_closing) {
        db_params_init(&p);
        db_put_int8_array(&p, ids, n);
        db_put_instant(&p, clock_business());
        o->is_cancelling = query(o, DB_OUTBOX_CANCEL, &p, &o->cancel, cancelled);
        db_params_deinit(&p);
    }
    maybe_closed(o);
}

static void look_through_counter(struct outbox *o)
{
    struct db_params p;

    if (o->is_looking || o->is_cancelling)
        return;
    db_params_init(&p);
    db_put_instant(&p, clock_real());
    db_put_instant(&p, clock_real() + COUNTER_LOOK);
    db_put_int4(&p, COUNTER_MAX);
    o->is_looking = query(o, DB_OUTBOX_COUNTER, &p, &o->counter, looked);
    db_params_deinit(&p);
}

/* ---- looking for work ---- */

static void told(struct request *req, void *data)
{
    struct outbox *o = data;

    if (req->error.code != ERR_NONE)
        log_error(LOG_WARN, "outbox_tell", &req->error);
    o->is_telling = false;
    maybe_closed(o);
}

static void routed(struct db_call *call)
{
    struct outbox *o = call->data;
    const struct db_result *r = &call->result;
    int64_t n = 0;

    if (ended(call, &o->is_routing) && db_rows(r) == 1 && !o->is_closing) {
        n = db_int(r, 0, 0);
        for (int k = 0; k < COURIER_KIND_COUNT; k++)
            if (n > 0 || db_bool(r, 0, 1 + k))
                take(o, (enum courier_kind)k);
        if (db_bool(r, 0, 3))
            look_through_counter(o);
        if (db_bool(r, 0, 4) && !o->is_telling) {
            o->is_telling = true;
            if (!request_start(o->app, &use_case_outbox_tell, NULL, NULL, NULL, told, o))
                o->is_telling = false;
        }
    }
    db_call_deinit(call);
    if (n == ROUTE_MAX)
        o->is_woken = true;
    if (o->is_woken)
        look(o);
    maybe_closed(o);
}

static void look(struct outbox *o)
{
    struct db_params p;
    int64_t now = clock_real();

    if (o->is_closing || o->is_routing || !o->app->reference)
        return;
    o->is_woken = false;
    db_params_init(&p);
    db_put_instant(&p, now);
    db_put_bool(&p, courier_has(o->courier, COURIER_MAIL));
    db_put_bool(&p, courier_has(o->courier, COURIER_HOOK));
    db_put_instant(&p, clock_business() - o->options.stale);
    db_put_instant(&p, now + COUNTER_LOOK);
    db_put_int4(&p, ROUTE_MAX);
    o->is_routing = query(o, DB_OUTBOX_ROUTE, &p, &o->route, routed);
    db_params_deinit(&p);
}

void outbox_kick(struct outbox *o)
{
    if (!o)
        return;
    o->is_woken = true;
    look(o);
}

/* ---- what a dead daemon left ---- */

static void lapsed(struct db_call *call)
{
    struct outbox *o = call->data;
    bool ok = ended(call, &o->is_lapsing);

    for (int i = 0; ok && i < db_rows(&call->result); i++)
        log_event(LOG_WARN, "outbox_unknown", arg_number("message", db_int(&call->result, i, 0)));
    db_call_deinit(call);
    maybe_closed(o);
}

static void lapse(struct outbox *o)
{
    struct buffer text = {0};
    struct db_params p;
    struct error err;

    if (o->is_lapsing)
        return;
    error_set(&err, ERR_POST_LEASE, arg_text("what", "motcuad"));
    refusal_write(&err, o->app->zone_s, &text);
    db_params_init(&p);
    db_put_instant(&p, clock_real());
    db_put_text(&p, text.data);
    db_put_instant(&p, clock_business());
    o->is_lapsing = query(o, DB_OUTBOX_LAPSE, &p, &o->lapse, lapsed);
    db_params_deinit(&p);
    buffer_deinit(&text);
}

/* ---- figures ---- */

static void counted(struct db_call *call)
{
    struct outbox *o = call->data;
    const struct db_result *r = &call->result;

    if (ended(call, &o->is_counting)) {
        o->n_figures = 0;
        for (int i = 0; i < db_rows(r) && i < FIGURES_MAX; i++) {
            struct figure *f = &o->figures[o->n_figures++];

            snprintf(f->kind, sizeof f->kind, "%s", db_text_or_empty(r, i, 0));
            snprintf(f->state, sizeof f->state, "%s", db_text_or_empty(r, i, 1));
            snprintf(f->channel, sizeof f->channel, "%s", db_text_or_empty(r, i, 2));
            f->n = db_int(r, i, 3);
            f->oldest = db_instant(r, i, 4);
        }
    }
    db_call_deinit(call);
    maybe_closed(o);
}

void outbox_figures(const struct outbox *o, struct buffer *b)
{
    static const char *const ends[] = {"sent", "refused", "trouble", "unknown"};
    int64_t oldest = 0, now = clock_business();

    buffer_text(b,
                "# HELP motcua_outbox What is not sent, by kind, state and way, some seconds old\n"
                "# TYPE motcua_outbox gauge\n");
    for (int i = 0; o && i < o->n_figures; i++) {
        const struct figure *f = &o->figures[i];

        buffer_printf(b, "motcua_outbox{kind=\"%s\",state=\"%s\",channel=\"%s\"} %lld\n", f->kind,
                      f->state, f->channel, (long long)f->n);
        /* What people tell by hand waits for people. */
        if (!strcmp(f->state, "waiting") && strcmp(f->channel, "counter") != 0 &&
            now - f->oldest > oldest)
            oldest = now - f->oldest;
    }
    buffer_printf(b,
                  "# HELP motcua_outbox_oldest_seconds Age of the oldest message that waits to be "
                  "sent\n# TYPE motcua_outbox_oldest_seconds gauge\nmotcua_outbox_oldest_seconds "
                  "%lld\n# HELP motcua_outbox_ended_total Attempts of this daemon by their end\n"
                  "# TYPE motcua_outbox_ended_total counter\n",
                  (long long)(oldest / INSTANT_SECOND));
    for (int k = 0; o && k < COURIER_KIND_COUNT; k++)
        for (int i = 0; i <= COURIER_UNKNOWN; i++)
            buffer_printf(b, "motcua_outbox_ended_total{channel=\"%s\",end=\"%s\"} %llu\n",
                          courier_kind_word((enum courier_kind)k), ends[i],
                          (unsigned long long)o->n_ended[k][i]);
}

/* ---- the sender ---- */

static void tick(uv_timer_t *timer)
{
    struct outbox *o = timer->data;

    for (struct settling *s = o->settling; s; s = s->next)
        if (!s->is_calling)
            write_settlement(s);
    look(o);
    if (o->n_ticks % LAPSE_TICKS == 0)
        lapse(o);
    if (o->n_ticks % FIGURE_TICKS == 0 && !o->is_counting)
        o->is_counting = query(o, DB_OUTBOX_FIGURES, NULL, &o->count, counted);
    o->n_ticks++;
}

bool outbox_start(struct app *app, const struct outbox_options *options, struct outbox **ret_outbox,
                  struct error *err)
{
    struct outbox *o = calloc(1, sizeof *o);

    if (!o)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "outbox"));
    o->app = app;
    o->options = *options;
    o->options.courier = (struct courier_options){0}; /* the courier has its own copy */
    o->hook_hint = strdup(options->hook_hint);
    if (options->courier.hook_secret)
        o->hook_secret = strdup(options->courier.hook_secret);
    if (!o->hook_hint || (options->courier.hook_secret && !o->hook_secret) ||
        !courier_new(app->loop, &options->courier, &o->courier, err)) {
        if (!o->hook_hint || (options->courier.hook_secret && !o->hook_secret))
            error_set(err, ERR_NO_MEMORY, arg_text("what", "outbox"));
        free(o->hook_hint);
        free(o->hook_secret);
        free(o);
        return false;
    }
    o->options.hook_hint = o->hook_hint;
    uv_timer_init(app->loop, &o->timer);
    o->timer.data = o;
    uv_timer_start(&o->timer, tick, 200, TICK_MS);
    *ret_outbox = o;
    return true;
}

static void timer_closed(uv_handle_t *h)
{
    struct outbox *o = h->data;

    o->is_timer_closed = true;
    maybe_closed(o);
}

static void time_is_over(uv_timer_t *timer)
{
    end(timer->data);
}

void outbox_close(struct outbox *o, void (*closed)(void *data), void *data)
{
    struct settling *next;

    o->is_closing = true;
    o->closed = closed;
    o->data = data;
    for (struct settling *s = o->settling; s; s = next) {
        next = s->next;
        if (!s->is_calling) /* the database is away; what was sent becomes unknown */
            settling_free(s);
    }
    uv_timer_start(&o->timer, time_is_over, STOP_MS, 0);
    maybe_closed(o);
}
