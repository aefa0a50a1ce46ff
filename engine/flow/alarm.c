/* See alarm.h. Several daemons may run this on one database: versions keep a dossier from being
 * marked twice, the key of a night from being swept twice.
 *
 * Nights come before minutes: those that closed while nothing ran are ordered first, and as long as
 * one of them waits the minute leaves alone what they look at (app->sweeping_at). Otherwise the
 * first minute after a start would mark at `now` what was late for days. */
#include "flow/alarm.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/instant.h"
#include "base/log.h"
#include "flow/calendar_watch.h"
#include "flow/deadline_follow.h"
#include "flow/letter_certify.h"
#include "flow/letters.h"
#include "flow/stay_fill.h"
#include "flow/sweep.h"
#include "flow/sweep_night.h"
#include "flow/sweep_order.h"

#define TICK_MS     60000 /* re-read at least this often: clocks jump, other daemons write */
#define SOON_MS     1000
#define SWEEPING_MS 2000 /* while nights are swept: what is left is the minute's */
#define TIDY_EVERY  60   /* ticks */
#define AHEAD_DAYS  31
#define FEED_DAYS   8  /* readers are promised seven */
#define KEY_DAYS    7  /* of the real clock (docs/storage.md) */
#define LOOK_DAYS   30 /* previews, of the real clock (docs/operations.md) */
#define SLICE_ROWS  10000

struct alarm {
    struct app *app;
    uv_timer_t timer;
    struct db_call next, tidy;
    size_t chore; /* which of them `tidy` is asked of */
    bool is_asking, is_running, is_tidying, is_filling, is_closing, is_closed;
    bool is_hurried;    /* look again soon once what runs is done */
    int64_t ordered_at; /* closing of the newest night seen to */
    int64_t asked_offset;
    int n_ticks;
    void (*closed)(void *data);
    void *data;
};

static void tick(uv_timer_t *timer);

static void maybe_closed(struct alarm *a)
{
    if (!a->is_closing || !a->is_closed || a->is_asking || a->is_running || a->is_tidying ||
        a->is_filling)
        return;
    if (a->closed)
        a->closed(a->data);
    free(a);
}

static void arm(struct alarm *a, int64_t ms)
{
    if (!a->is_closing)
        uv_timer_start(&a->timer, tick,
                       (uint64_t)(ms < SOON_MS   ? SOON_MS
                                  : ms > TICK_MS ? TICK_MS
                                                 : ms),
                       0);
}

static void ran(struct request *req, void *data)
{
    struct alarm *a = data;

    if (req->error.code != ERR_NONE)
        log_error(LOG_ERROR, "alarm", &req->error);
    a->is_running = false;
    /* What failed is not tried every second. */
    arm(a, a->is_hurried ? SOON_MS : TICK_MS);
    a->is_hurried = false;
    maybe_closed(a);
}

/* The alarms may have moved: look again at once. */
static void followed(struct request *req, void *data)
{
    struct alarm *a = data;
    bool is_failed = req->error.code != ERR_NONE;

    if (is_failed)
        log_error(LOG_ERROR, "deadlines", &req->error);
    a->is_running = false;
    arm(a, is_failed ? TICK_MS : SOON_MS);
    maybe_closed(a);
}

/* Beside everything else, and nothing waits for it: what failed, or was missed, is tried at the
 * next tick. */
static void filled(struct request *req, void *data)
{
    struct alarm *a = data;

    if (req->error.code != ERR_NONE)
        log_error(LOG_ERROR, "stays", &req->error);
    a->is_filling = false;
    maybe_closed(a);
}

static void fill(struct alarm *a)
{
    a->is_filling = true; /* its end may come before this returns */
    if (!stay_fill_start(a->app, filled, a))
        a->is_filling = false;
}

/* What the database says: one clock for all daemons of a demonstration, and what waits. */
static int64_t take_answer(struct alarm *a, const struct db_result *r, bool *ret_follow,
                           bool *ret_fill)
{
    struct app *app = a->app;

    *ret_follow = db_bool(r, 0, 1);
    *ret_fill = db_bool(r, 0, 5);
    app->sweeping_at = db_instant(r, 0, 2);
    app->metrics.alarm_failures = (uint64_t)db_int(r, 0, 3);
    /* Unless it was moved here meanwhile. */
    if (app->reference && app->reference->is_demonstration && clock_offset() == a->asked_offset)
        clock_set_offset(db_int(r, 0, 4));
    return db_instant(r, 0, 0);
}

/* What begins here ends in one of the callbacks above, which may come before this returns. */
static bool begin(struct alarm *a,
                  bool (*start)(struct app *app, void (*done)(struct request *, void *),
                                void *data),
                  void (*done)(struct request *req, void *data))
{
    a->is_running = true;
    if (start(a->app, done, a))
        return true;
    a->is_running = false;
    return false;
}

static void ask(struct alarm *a);

/* Nights were ordered, or there was none: now the minute. */
static void ordered(struct request *req, void *data)
{
    struct alarm *a = data;

    if (req->error.code != ERR_NONE) {
        log_error(LOG_ERROR, "sweep_order", &req->error);
        a->ordered_at = INSTANT_NONE;
    }
    a->is_running = false;
    if (a->is_closing)
        maybe_closed(a);
    else
        ask(a);
}

/* Has a night closed that was not seen to yet? */
static bool order_nights(struct alarm *a)
{
    const struct app *app = a->app;
    struct sweep_night night;
    struct error ignored; /* no calendar: /readyz tells */

    if (!app->reference || !sweep_night_last(app->reference, clock_business() - SWEEP_DELAY,
                                             app->zone_s, &night, &ignored))
        return false;
    if (night.closing_at == a->ordered_at)
        return false;
    a->ordered_at = night.closing_at;
    return begin(a, sweep_order_due, ordered);
}

static void asked(struct db_call *call)
{
    struct alarm *a = call->data;
    bool is_answered = call->error.code == ERR_NONE && db_rows(&call->result), is_to_follow = false,
         is_to_fill = false;
    int64_t at =
        is_answered ? take_answer(a, &call->result, &is_to_follow, &is_to_fill) : INSTANT_NONE;
    bool is_sweeping = is_answered && a->app->sweeping_at != INSTANT_NONE;
    int64_t now = clock_business();

    a->is_asking = false;
    db_call_deinit(call);
    if (a->is_closing) {
        maybe_closed(a);
        return;
    }
    if (is_to_fill && !a->is_filling)
        fill(a);
    if (order_nights(a) ||
        (is_to_follow && !is_sweeping && begin(a, deadline_follow_start, followed)) ||
        (at != INSTANT_NONE && at <= now && begin(a, sweep_start_alarm, ran)))
        return;
    arm(a, is_sweeping                       ? SWEEPING_MS
           : at == INSTANT_NONE || at <= now ? TICK_MS
                                             : (at - now) / 1000 + 1);
}

static void ask(struct alarm *a)
{
    struct error err;

    a->asked_offset = clock_offset();
    a->next.done = asked;
    a->next.data = a;
    a->is_asking = db_query(a->app->db, DB_LANE_JOB, DB_ALARM_NEXT, NULL, &a->next, &err);
    if (!a->is_asking)
        arm(a, TICK_MS);
}

/* What is done about every hour, one after the other, each harmless to leave out once. */
static void put_housekeeping(struct alarm *a, struct db_params *p)
{
    (void)a;
    db_put_instant(p, clock_real());
}

/* This year's table, and from December on the next one's: the first filing finds it there. */
static void put_year(struct alarm *a, struct db_params *p)
{
    int32_t on = instant_date(clock_business(), a->app->zone_s) + AHEAD_DAYS;

    db_put_int4(p, date_civil(on).year);
}

static void put_feed(struct alarm *a, struct db_params *p)
{
    (void)a;
    db_put_instant(p, clock_business() - FEED_DAYS * INSTANT_DAY);
    db_put_int4(p, SLICE_ROWS);
}

static void put_keys(struct alarm *a, struct db_params *p)
{
    (void)a;
    db_put_instant(p, clock_real() - KEY_DAYS * INSTANT_DAY);
    db_put_int4(p, SLICE_ROWS);
}

static void put_previews(struct alarm *a, struct db_params *p)
{
    (void)a;
    db_put_instant(p, clock_real() - LOOK_DAYS * INSTANT_DAY);
    db_put_int4(p, SLICE_ROWS);
}

/* What a day at its peak left is too much for one statement: of a sliced chore each call answers
 * how many rows went, SLICE_ROWS at most, and as long as it is so many the next call follows. */
static const struct {
    enum db_query query;
    const char *name; /* for the log */
    void (*put)(struct alarm *a, struct db_params *p);
    bool is_sliced;
} chores[] = {
    {DB_HOUSEKEEPING, "housekeeping", put_housekeeping, false},
    {DB_EVENT_PARTITION_ENSURE, "event_partition", put_year, false},
    {DB_FEED_TRIM, "feed_trim", put_feed, true},
    {DB_IDEMPOTENCY_TRIM, "idempotency_trim", put_keys, true},
    {DB_JOB_TRIM, "job_trim", put_previews, true},
};

static void tidied(struct db_call *call);

static void do_chore(struct alarm *a)
{
    struct error err;
    struct db_params p;

    a->tidy.done = tidied;
    a->tidy.data = a;
    db_params_init(&p);
    chores[a->chore].put(a, &p);
    a->is_tidying = db_query(a->app->db, DB_LANE_JOB, chores[a->chore].query, &p, &a->tidy, &err);
    db_params_deinit(&p);
}

static void tidied(struct db_call *call)
{
    struct alarm *a = call->data;
    bool is_answered = call->error.code == ERR_NONE;

    if (!is_answered)
        log_error(LOG_WARN, chores[a->chore].name, &call->error);
    if (!is_answered || !chores[a->chore].is_sliced || db_int(&call->result, 0, 0) < SLICE_ROWS)
        a->chore++;
    db_call_deinit(call);
    a->is_tidying = false;
    if (!a->is_closing && a->chore < ARRAY_LEN(chores))
        do_chore(a);
    maybe_closed(a);
}

static void tidy(struct alarm *a)
{
    letters_print_missing(a->app);
    letters_certify_missing(a->app);
    if (a->is_tidying)
        return;
    a->chore = 0;
    do_chore(a);
}

static void tick(uv_timer_t *timer)
{
    struct alarm *a = timer->data;

    calendar_watch_tick(a->app);
    if (a->n_ticks++ % TIDY_EVERY == 0)
        tidy(a);
    ask(a);
}

/* The rules were edited, or the clock was moved: what follows from that follows now, not within the
 * minute. */
static void look_soon(void *data)
{
    struct alarm *a = data;

    a->is_hurried = a->is_running;
    if (!a->is_running && !a->is_asking)
        arm(a, SOON_MS);
}

bool alarm_start(struct app *app, struct alarm **ret_alarm, struct error *err)
{
    struct alarm *a = calloc(1, sizeof *a);

    if (!a)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "alarm"));
    a->app = app;
    a->ordered_at = INSTANT_NONE;
    uv_timer_init(app->loop, &a->timer);
    a->timer.data = a;
    app->on_reference = app->on_clock = look_soon;
    app->on_reference_data = app->on_clock_data = a;
    arm(a, SOON_MS);
    *ret_alarm = a;
    return true;
}

static void timer_closed(uv_handle_t *h)
{
    struct alarm *a = h->data;

    a->is_closed = true;
    maybe_closed(a);
}

void alarm_close(struct alarm *a, void (*closed)(void *data), void *data)
{
    a->is_closing = true;
    a->app->on_reference = a->app->on_clock = NULL;
    a->closed = closed;
    a->data = data;
    uv_close((uv_handle_t *)&a->timer, timer_closed);
}
