/* See figures.h. */
#include "flow/figures.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/instant.h"
#include "base/log.h"
#include "domain/vocabulary.h"

#define TICK_MS      5000
#define LEAST_US     (30 * INSTANT_SECOND)
#define SHARE        50                    /* times what the last count took, before the next */
#define FORGOTTEN_US (10 * INSTANT_MINUTE) /* without a reader: nothing is counted */

enum { LETTERS_WAITING = 3 };
static const enum letter_state waiting_states[LETTERS_WAITING] = {LETTER_DRAFTED, LETTER_SIGNED,
                                                                  LETTER_NUMBERED};

struct figures {
    struct app *app;
    uv_timer_t timer;
    struct db_call call;
    bool is_counting, is_known, is_closing, is_timer_closed, is_down;
    int64_t read_at, begun_at, ended_at; /* monotonic */
    int64_t open[WARNING_COUNT], waiting, letters[LETTERS_WAITING], owed, owed_late;
    void (*closed)(void *data);
    void *data;
};

static void maybe_closed(struct figures *f)
{
    if (!f->is_closing || !f->is_timer_closed || f->is_counting)
        return;
    if (f->closed)
        f->closed(f->data);
    free(f);
}

static void take(struct figures *f, const char *figure, const char *label, int64_t n)
{
    int level = vocabulary_find(&warnings, label);

    if (!strcmp(figure, "dossier") && !strcmp(label, "waiting"))
        f->waiting = n;
    else if (!strcmp(figure, "dossier") && level >= 0)
        f->open[level] = n;
    else if (!strcmp(figure, "owed"))
        *(strcmp(label, "in_time") ? &f->owed_late : &f->owed) = n;
    for (int i = 0; !strcmp(figure, "letter") && i < LETTERS_WAITING; i++)
        if (!strcmp(label, vocabulary_word(&letter_states, (int)waiting_states[i])))
            f->letters[i] = n;
}

static void counted(struct db_call *call)
{
    struct figures *f = call->data;
    const struct db_result *r = &call->result;
    bool is_good = call->error.code == ERR_NONE;

    f->is_counting = false;
    f->ended_at = clock_monotonic();
    if (!is_good && !f->is_down)
        log_error(LOG_WARN, "figures", &call->error);
    f->is_down = !is_good;
    if (is_good) {
        memset(f->open, 0, sizeof f->open);
        memset(f->letters, 0, sizeof f->letters);
        f->waiting = f->owed = f->owed_late = 0;
        f->is_known = true;
    }
    for (int i = 0; is_good && i < db_rows(r); i++)
        take(f, db_text_or_empty(r, i, 0), db_text_or_empty(r, i, 1), db_int(r, i, 2));
    db_call_deinit(call);
    maybe_closed(f);
}

static void tick(uv_timer_t *timer)
{
    struct figures *f = timer->data;
    int64_t now = clock_monotonic(), rest = (f->ended_at - f->begun_at) * SHARE;
    struct db_params p;
    struct error err;

    if (f->is_counting || now - f->read_at > FORGOTTEN_US ||
        (f->is_known && now - f->ended_at < (rest > LEAST_US ? rest : LEAST_US)))
        return;
    f->begun_at = f->ended_at = now;
    f->call.done = counted;
    f->call.data = f;
    db_params_init(&p);
    db_put_instant(&p, clock_business());
    f->is_counting = db_query(f->app->db, DB_LANE_JOB, DB_FIGURES, &p, &f->call, &err);
    db_params_deinit(&p);
}

static void head(struct buffer *b, const char *name, const char *help)
{
    buffer_printf(b, "# HELP motcua_%s %s\n# TYPE motcua_%s gauge\n", name, help, name);
}

void figures_write(struct figures *f, struct buffer *b)
{
    if (!f)
        return;
    f->read_at = clock_monotonic();
    if (!f->is_known)
        return;
    head(b, "figures_age_seconds", "Age of the figures of dossiers and letters below");
    buffer_printf(b, "motcua_figures_age_seconds %lld\n",
                  (long long)((f->read_at - f->begun_at) / INSTANT_SECOND));
    head(b, "dossiers_open",
         "Accepted dossiers that have not ended and whose clock runs, or that "
         "are overdue");
    for (int i = 0; i < WARNING_COUNT; i++)
        buffer_printf(b, "motcua_dossiers_open{warning=\"%s\"} %lld\n",
                      vocabulary_word(&warnings, i), (long long)f->open[i]);
    head(b, "dossiers_waiting", "Accepted dossiers whose clock stands");
    buffer_printf(b, "motcua_dossiers_waiting %lld\n", (long long)f->waiting);
    head(b, "letters_waiting", "Letters on their way out of the house, by state");
    for (int i = 0; i < LETTERS_WAITING; i++)
        buffer_printf(b, "motcua_letters_waiting{state=\"%s\"} %lld\n",
                      vocabulary_word(&letter_states, (int)waiting_states[i]),
                      (long long)f->letters[i]);
    head(b, "letters_owed", "Letters owed and not issued, by their latest moment");
    buffer_printf(b,
                  "motcua_letters_owed{latest=\"ahead\"} %lld\n"
                  "motcua_letters_owed{latest=\"past\"} %lld\n",
                  (long long)f->owed, (long long)f->owed_late);
}

bool figures_start(struct app *app, struct figures **ret_figures, struct error *err)
{
    struct figures *f = calloc(1, sizeof *f);

    if (!f)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "figures"));
    f->app = app;
    f->read_at = clock_monotonic(); /* the first reader finds some */
    uv_timer_init(app->loop, &f->timer);
    f->timer.data = f;
    uv_timer_start(&f->timer, tick, 100, TICK_MS);
    *ret_figures = f;
    return true;
}

static void timer_closed(uv_handle_t *h)
{
    struct figures *f = h->data;

    f->is_timer_closed = true;
    maybe_closed(f);
}

void figures_close(struct figures *f, void (*closed)(void *data), void *data)
{
    f->is_closing = true;
    f->closed = closed;
    f->data = data;
    uv_close((uv_handle_t *)&f->timer, timer_closed);
}
