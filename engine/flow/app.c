/* Ids from blocks: a block is asked for when less than half of the last one is left, and all of
 * them at start. */
#include "flow/app.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/macros.h"

#define BLOCK_LEN 2000

struct refill {
    struct app *app;
    struct db_call call;
    struct id_block *block;
    int year; /* of a dossier block; 0: another kind */
};

static const char *const kinds[ID_KIND_COUNT] = {"person", "remark", "letter"};
static bool is_asked[ID_KIND_COUNT + 2]; /* one app per process */

static struct waiter {
    struct waiter *next;
    void (*done)(void *data);
    void *data;
} * waiters; /* for the blocks under way */

static int index_of(const struct app *app, const struct id_block *b)
{
    return b >= app->dossier_ids && b <= app->dossier_ids + 1
               ? ID_KIND_COUNT + (int)(b - app->dossier_ids)
               : (int)(b - app->ids);
}

static bool is_asking(void)
{
    for (size_t i = 0; i < ARRAY_LEN(is_asked); i++)
        if (is_asked[i])
            return true;
    return false;
}

static void wake(void)
{
    struct waiter *w = waiters;

    waiters = NULL;
    while (w) {
        struct waiter *next = w->next;

        w->done(w->data);
        free(w);
        w = next;
    }
}

static void refilled(struct db_call *call)
{
    struct refill *r = call->data;
    struct id_block *b = r->block;

    is_asked[index_of(r->app, b)] = false;
    if (call->error.code == ERR_NONE) {
        int64_t last = db_int(&call->result, 0, 0);

        b->next = last - BLOCK_LEN + 1; /* what was left of the old block is lost */
        b->end = last + 1;
        if (r->year)
            r->app->dossier_ids_year[r->year & 1] = r->year;
    } else {
        log_error(LOG_ERROR, "ids", &call->error);
    }
    db_call_deinit(call);
    free(r);
    if (!is_asking())
        wake();
}

static void ask(struct app *app, struct id_block *b, const char *kind, int year)
{
    struct refill *r;
    struct db_params p;
    struct error err;
    int i = index_of(app, b);

    if (is_asked[i] || !(r = calloc(1, sizeof *r)))
        return;
    *r = (struct refill){.app = app, .block = b, .year = year};
    r->call.done = refilled;
    r->call.data = r;
    db_params_init(&p);
    db_put_text(&p, kind);
    db_put_int4(&p, BLOCK_LEN);
    is_asked[i] = db_query(app->db, DB_LANE_READ, DB_ID_BLOCK, &p, &r->call, &err);
    if (!is_asked[i]) {
        log_error(LOG_ERROR, "ids", &err);
        free(r);
    }
    db_params_deinit(&p);
}

static bool is_short(const struct app *app, int year)
{
    const struct id_block *b = &app->dossier_ids[year & 1];

    return app->dossier_ids_year[year & 1] != year || b->end - b->next < BLOCK_LEN / 2;
}

void app_refill_ids(struct app *app, int year)
{
    char kind[24];

    for (int k = 0; k < ID_KIND_COUNT; k++)
        if (app->ids[k].end - app->ids[k].next < BLOCK_LEN / 2)
            ask(app, &app->ids[k], kinds[k], 0);
    if (is_short(app, year)) {
        snprintf(kind, sizeof kind, "dossier:%d", year);
        ask(app, &app->dossier_ids[year & 1], kind, year);
    }
}

bool app_await_ids(struct app *app, int year, void (*done)(void *data), void *data)
{
    struct waiter *w;

    app_refill_ids(app, year);
    if (!is_asking() || !(w = malloc(sizeof *w)))
        return false;
    *w = (struct waiter){waiters, done, data};
    waiters = w;
    return true;
}

bool app_fill_ids(struct app *app, int year, struct error *err)
{
    app_refill_ids(app, year);
    while (is_asking() && uv_run(app->loop, UV_RUN_ONCE))
        ;
    return app->dossier_ids[year & 1].end > app->dossier_ids[year & 1].next ||
           error_set(err, ERR_IDS_SHORT, arg_text("what", "dossier"));
}

static int64_t take(struct id_block *b)
{
    return b->next < b->end ? b->next++ : 0;
}

int64_t app_next_id(struct app *app, enum id_kind kind)
{
    int64_t id = take(&app->ids[kind]);

    if (app->ids[kind].end - app->ids[kind].next < BLOCK_LEN / 2)
        ask(app, &app->ids[kind], kinds[kind], 0);
    return id;
}

int64_t app_next_dossier_id(struct app *app, int year)
{
    int64_t id = app->dossier_ids_year[year & 1] == year ? take(&app->dossier_ids[year & 1]) : 0;

    if (is_short(app, year))
        app_refill_ids(app, year);
    return id;
}
