/* See counter_fold.h. One statement at a time, on the lane of long work; a full bite is followed by
 * the next at once, so that an import is caught up with in a minute. */
#include "flow/counter_fold.h"

#include <stdlib.h>
#include <uv.h>

#include "base/clock.h"
#include "base/instant.h"
#include "base/log.h"
#include "flow/app.h"

#define TICK_MS 10000
#define BITE    50000 /* deltas */

struct counter_folder {
    struct app *app;
    uv_timer_t timer;
    struct db_call call;
    bool is_folding, is_closing, is_timer_closed, is_down;
    void (*closed)(void *data);
    void *data;
};

static void maybe_closed(struct counter_folder *f)
{
    if (!f->is_closing || !f->is_timer_closed || f->is_folding)
        return;
    if (f->closed)
        f->closed(f->data);
    free(f);
}

static void fold(struct counter_folder *f);

static void folded(struct db_call *call)
{
    struct counter_folder *f = call->data;
    bool is_good = call->error.code == ERR_NONE;
    bool is_more = is_good && db_int(&call->result, 0, 0) >= BITE;

    f->is_folding = false;
    if (!is_good && !f->is_down)
        log_error(LOG_WARN, "counters", &call->error);
    f->is_down = !is_good;
    db_call_deinit(call);
    if (is_more && !f->is_closing)
        fold(f);
    maybe_closed(f);
}

static void fold(struct counter_folder *f)
{
    struct db_params p;
    struct error err;

    f->call.done = folded;
    f->call.data = f;
    db_params_init(&p);
    db_put_date(&p, instant_date(clock_business(), f->app->zone_s));
    db_put_int4(&p, BITE);
    f->is_folding = db_query(f->app->db, DB_LANE_JOB, DB_COUNTER_FOLD, &p, &f->call, &err);
    if (!f->is_folding && !f->is_down) {
        log_error(LOG_WARN, "counters", &err);
        f->is_down = true;
    }
    db_params_deinit(&p);
}

static void tick(uv_timer_t *timer)
{
    struct counter_folder *f = timer->data;

    if (!f->is_folding)
        fold(f);
}

bool counter_folder_start(struct app *app, struct counter_folder **ret_folder, struct error *err)
{
    struct counter_folder *f = calloc(1, sizeof *f);

    if (!f)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "counters"));
    f->app = app;
    uv_timer_init(app->loop, &f->timer);
    f->timer.data = f;
    uv_timer_start(&f->timer, tick, 500, TICK_MS);
    *ret_folder = f;
    return true;
}

static void timer_closed(uv_handle_t *h)
{
    struct counter_folder *f = h->data;

    f->is_timer_closed = true;
    maybe_closed(f);
}

void counter_folder_close(struct counter_folder *f, void (*closed)(void *data), void *data)
{
    f->is_closing = true;
    f->closed = closed;
    f->data = data;
    uv_close((uv_handle_t *)&f->timer, timer_closed);
}
