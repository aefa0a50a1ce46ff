/* See alarm.h. Several daemons may run this on one database: versions keep a dossier from being
 * marked twice, the key of a night from being swept twice. */
#include "flow/alarm.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/log.h"
#include "flow/calendar_watch.h"
#include "flow/deadline_follow.h"
#include "flow/letters.h"
#include "flow/sweep.h"

#define TICK_MS     60000 /* re-read at least this often: clocks jump, other daemons write */
#define SOON_MS     1000
#define NIGHT_DELAY (15 * INSTANT_MINUTE) /* after closing, before the sweep */
#define TIDY_EVERY  60                    /* ticks */

struct alarm {
    struct app *app;
    uv_timer_t timer;
    struct db_call next, tidy;
    bool is_asking, is_running, is_tidying, is_closing, is_closed;
    bool is_hurried; /* look again soon once what runs is done */
    int64_t swept_as_of;
    int n_ticks;
    void (*closed)(void *data);
    void *data;
};

static void tick(uv_timer_t *timer);

static void maybe_closed(struct alarm *a)
{
    if (!a->is_closing || !a->is_closed || a->is_asking || a->is_running || a->is_tidying)
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
    /* After a night the minute's own work still waits; what failed is not tried every second. */
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

static void asked(struct db_call *call)
{
    struct alarm *a = call->data;
    int64_t at, now = clock_business();
    bool is_to_follow;

    a->is_asking = false;
    is_to_follow =
        call->error.code == ERR_NONE && db_rows(&call->result) && db_bool(&call->result, 0, 1);
    at = call->error.code == ERR_NONE && db_rows(&call->result) ? db_instant(&call->result, 0, 0)
                                                                : INSTANT_NONE;
    db_call_deinit(call);
    if (a->is_closing) {
        maybe_closed(a);
    } else if (is_to_follow && deadline_follow_start(a->app, followed, a)) {
        a->is_running = true;
    } else if (at == INSTANT_NONE) {
        arm(a, TICK_MS);
    } else if (at <= now) {
        a->is_running = true;
        sweep_start_alarm(a->app, ran, a);
    } else {
        arm(a, (at - now) / 1000 + 1);
    }
}

static void ask(struct alarm *a)
{
    struct error err;

    a->next.done = asked;
    a->next.data = a;
    a->is_asking = db_query(a->app->db, DB_LANE_JOB, DB_ALARM_NEXT, NULL, &a->next, &err);
    if (!a->is_asking)
        arm(a, TICK_MS);
}

static void tidied(struct db_call *call)
{
    struct alarm *a = call->data;

    if (call->error.code != ERR_NONE)
        log_error(LOG_WARN, "housekeeping", &call->error);
    db_call_deinit(call);
    a->is_tidying = false;
    maybe_closed(a);
}

static void tidy(struct alarm *a)
{
    struct error err;
    struct db_params p;

    letters_print_missing(a->app);
    if (a->is_tidying)
        return;
    a->tidy.done = tidied;
    a->tidy.data = a;
    db_params_init(&p);
    db_put_instant(&p, clock_real());
    a->is_tidying = db_query(a->app->db, DB_LANE_JOB, DB_HOUSEKEEPING, &p, &a->tidy, &err);
    db_params_deinit(&p);
}

static void tick(uv_timer_t *timer)
{
    struct alarm *a = timer->data;
    int64_t closing = sweep_last_closing(a->app->reference, clock_business());

    calendar_watch_tick(a->app);
    if (a->n_ticks++ % TIDY_EVERY == 0)
        tidy(a);
    if (closing != INSTANT_NONE && closing != a->swept_as_of &&
        clock_business() >= closing + NIGHT_DELAY) {
        a->swept_as_of = closing;
        a->is_running = a->is_hurried = true;
        sweep_start_night(a->app, closing, ran, a);
        return;
    }
    ask(a);
}

/* The rules were edited: what is cached of open dossiers follows now, not within the minute. */
static void rules_changed(void *data)
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
    a->swept_as_of = INSTANT_NONE;
    uv_timer_init(app->loop, &a->timer);
    a->timer.data = a;
    app->on_reference = rules_changed;
    app->on_reference_data = a;
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
    a->app->on_reference = NULL;
    a->closed = closed;
    a->data = data;
    uv_close((uv_handle_t *)&a->timer, timer_closed);
}
