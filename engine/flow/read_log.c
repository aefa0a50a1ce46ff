/* See read_log.h. One batch is under way at a time; rows stay in the queue until it has come back,
 * so that a failure leaves them where they were. */
#include "flow/read_log.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "http/exchange.h"

#define ROWS_OF_BATCH 1024 /* of one statement */

struct row {
    int64_t at, officer_id, person_id;
    const char *what;
    char trace[HTTP_TRACE_LEN + 1];
    int n; /* of the ids, which stand in the order of the rows */
};

struct read_log {
    struct app *app;
    uv_timer_t timer;
    struct db_call call;
    struct row *rows;
    int64_t *ids;
    int n_rows;
    long n_ids;
    int n_sent; /* rows of the batch under way, the first of the queue; 0: none */
    bool is_closing, is_timer_closed, is_down;
    int64_t close_by; /* monotonic */
    void (*closed)(void *data);
    void *data;
    uint64_t written, batches, refused, failures;
};

static void tick(uv_timer_t *timer);

bool read_log_start(struct app *app, struct read_log **ret_log, struct error *err)
{
    struct read_log *log = calloc(1, sizeof *log);

    if (log) {
        log->rows = calloc(READ_LOG_ROWS_MAX, sizeof *log->rows);
        log->ids = calloc(READ_LOG_IDS_MAX, sizeof *log->ids);
    }
    if (!log || !log->rows || !log->ids) {
        if (log) {
            free(log->rows);
            free(log->ids);
        }
        free(log);
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "read log"));
    }
    log->app = app;
    uv_timer_init(app->loop, &log->timer);
    log->timer.data = log;
    *ret_log = log;
    return true;
}

static void maybe_closed(struct read_log *log)
{
    if (!log->is_closing || !log->is_timer_closed || log->n_sent)
        return;
    if (log->n_rows)
        log_event(LOG_ERROR, "read_log_lost", arg_number("rows", log->n_rows));
    log->closed(log->data);
    free(log->rows);
    free(log->ids);
    free(log);
}

static void timer_closed(uv_handle_t *handle)
{
    struct read_log *log = handle->data;

    log->is_timer_closed = true;
    maybe_closed(log);
}

/* When to look again: soon while rows wait, at once when there are many. */
static void arm(struct read_log *log)
{
    bool is_late = clock_monotonic() >= log->close_by;

    if (log->n_sent)
        return;
    if (log->is_closing && (log->n_rows == 0 || is_late)) {
        if (!uv_is_closing((uv_handle_t *)&log->timer))
            uv_close((uv_handle_t *)&log->timer, timer_closed);
    } else if (log->n_rows && !uv_is_active((uv_handle_t *)&log->timer)) {
        uv_timer_start(&log->timer, tick, READ_LOG_MS, 0);
    }
}

static void written(struct db_call *call)
{
    struct read_log *log = call->data;
    long n_ids = 0;
    int n = log->n_sent;

    log->n_sent = 0;
    if (call->error.code == ERR_NONE) {
        for (int i = 0; i < n; i++)
            n_ids += log->rows[i].n;
        log->n_rows -= n;
        log->n_ids -= n_ids;
        memmove(log->rows, log->rows + n, (size_t)log->n_rows * sizeof *log->rows);
        memmove(log->ids, log->ids + n_ids, (size_t)log->n_ids * sizeof *log->ids);
        log->written += (uint64_t)n;
        log->batches++;
        log->is_down = false;
    } else {
        if (!log->is_down)
            log_error(LOG_ERROR, "read_log", &call->error);
        log->is_down = true;
        log->failures++;
    }
    db_call_deinit(call);
    if (log->n_rows >= READ_LOG_BATCH && !log->is_down)
        tick(&log->timer);
    arm(log);
    maybe_closed(log);
}

static bool send_batch(struct read_log *log, int n, struct error *err)
{
    int64_t *numbers = calloc((size_t)n, 6 * sizeof *numbers);
    int64_t *at, *officers, *persons, *dossiers, *from, *to;
    const char **texts = calloc((size_t)n, 2 * sizeof *texts);
    struct db_params p;
    bool sent;
    long n_ids = 0;

    if (!numbers || !texts) {
        free(numbers);
        free(texts);
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "read log"));
    }
    at = numbers;
    officers = at + n;
    persons = officers + n;
    dossiers = persons + n;
    from = dossiers + n;
    to = from + n;
    for (int i = 0; i < n; i++) {
        const struct row *row = &log->rows[i];
        bool is_one = row->n == 1;

        at[i] = row->at;
        officers[i] = row->officer_id;
        persons[i] = row->person_id;
        dossiers[i] = is_one ? log->ids[n_ids] : 0;
        from[i] = n_ids + 1;
        to[i] = is_one ? n_ids : n_ids + row->n;
        texts[i] = row->what;
        texts[n + i] = row->trace;
        n_ids += row->n;
    }
    db_params_init(&p);
    db_put_instant_array(&p, at, n);
    db_put_int8_array(&p, officers, n);
    db_put_id_array(&p, persons, n);
    db_put_text_array(&p, texts, n);
    db_put_text_array(&p, texts + n, n);
    db_put_id_array(&p, dossiers, n);
    db_put_int8_array(&p, from, n);
    db_put_int8_array(&p, to, n);
    db_put_int8_array(&p, log->ids, (int)n_ids);
    log->call.done = written;
    log->call.data = log;
    sent = db_params_ok(&p)
               ? db_query(log->app->db, DB_LANE_READ, DB_READ_LOG_ADD, &p, &log->call, err)
               : error_set(err, ERR_NO_MEMORY, arg_text("what", "read log"));
    db_params_deinit(&p);
    free(numbers);
    free(texts);
    return sent;
}

static void tick(uv_timer_t *timer)
{
    struct read_log *log = timer->data;
    int n = log->n_rows < ROWS_OF_BATCH ? log->n_rows : ROWS_OF_BATCH;
    struct error err;

    if (log->n_sent || n == 0)
        return;
    uv_timer_stop(&log->timer);
    if (send_batch(log, n, &err)) {
        log->n_sent = n;
        return;
    }
    if (!log->is_down)
        log_error(LOG_ERROR, "read_log", &err);
    log->is_down = true;
    log->failures++;
    arm(log);
}

bool read_log_add(struct read_log *log, const struct read_row *row, struct error *err)
{
    struct row *r = &log->rows[log->n_rows];

    if (log->n_rows == READ_LOG_ROWS_MAX || log->n_ids + row->n_dossiers > READ_LOG_IDS_MAX) {
        log->refused++;
        return error_set(err, ERR_READ_LOG_FULL, arg_number("rows", log->n_rows));
    }
    *r = (struct row){.at = row->at,
                      .officer_id = row->officer_id,
                      .person_id = row->person_id,
                      .what = row->what,
                      .n = row->n_dossiers};
    if (row->trace)
        memcpy(r->trace, row->trace, strnlen(row->trace, HTTP_TRACE_LEN));
    if (row->n_dossiers)
        memcpy(log->ids + log->n_ids, row->dossiers,
               (size_t)row->n_dossiers * sizeof *row->dossiers);
    log->n_ids += row->n_dossiers;
    log->n_rows++;
    if (log->n_rows == READ_LOG_BATCH && !log->is_down)
        tick(&log->timer);
    else
        arm(log);
    return true;
}

void read_log_close(struct read_log *log, int ms, void (*closed)(void *data), void *data)
{
    log->is_closing = true;
    log->close_by = clock_monotonic() + ms * INT64_C(1000);
    log->closed = closed;
    log->data = data;
    tick(&log->timer);
    arm(log);
}

void read_log_figures(const struct read_log *log, struct buffer *b)
{
    static const struct read_log none;

    if (!log)
        log = &none;
#define FIGURE(name, help, type, value)                                                            \
    buffer_printf(b,                                                                               \
                  "# HELP motcua_read_log_" name " " help "\n# TYPE motcua_read_log_" name         \
                  " " type "\nmotcua_read_log_" name " %llu\n",                                    \
                  (unsigned long long)(value))
    FIGURE("waiting", "Rows of the log of reads handed over and not written", "gauge", log->n_rows);
    FIGURE("rows_total", "Rows of the log of reads written", "counter", log->written);
    FIGURE("batches_total", "Batches that wrote them", "counter", log->batches);
    FIGURE("refused_total", "Reads refused because the log was full", "counter", log->refused);
    FIGURE("failures_total", "Batches that failed and were kept", "counter", log->failures);
#undef FIGURE
}
