/* The walk: dossiers in order of their ids, a chunk at a time, and with each chunk whatever other
 * tables hold between its first id and its last. So memory stays flat, and a row whose dossier is
 * gone is met on the way. */
#include "flow/verify.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "flow/app.h"
#include "flow/verify_impl.h"

#define CHUNK         500
#define DOSSIER_ARENA (64u << 20)
#define WHAT_MAX      120

/* ---- reporting ---- */

static void report(struct verify *v, const struct verify_dossier *d, bool is_warning,
                   const char *stored, const char *computed, const char *format, va_list ap)
{
    char what[WHAT_MAX], id[24];
    struct verify_finding f = {"", what, stored, computed, is_warning};

    vsnprintf(what, sizeof what, format, ap);
    if (d) {
        snprintf(id, sizeof id, "%" PRId64, d->id);
        f.dossier = d->code && d->code[0] ? d->code : id;
    }
    if (is_warning)
        v->report.warnings++;
    else
        v->report.differences++;
    if (v->options->found)
        v->options->found(v->options->data, &f);
}

void verify_differs(struct verify *v, const struct verify_dossier *d, const char *stored,
                    const char *computed, const char *what, ...)
{
    va_list ap;

    va_start(ap, what);
    report(v, d, false, stored, computed, what, ap);
    va_end(ap);
}

void verify_warns(struct verify *v, const struct verify_dossier *d, const char *stored,
                  const char *computed, const char *what, ...)
{
    va_list ap;

    va_start(ap, what);
    report(v, d, true, stored, computed, what, ap);
    va_end(ap);
}

void verify_compare(struct verify_dossier *d, const struct verify_value *stored,
                    const struct verify_value *computed, const char *what, ...)
{
    char a[VERIFY_VALUE_MAX], b[VERIFY_VALUE_MAX];
    va_list ap;

    if (verify_same(stored, computed))
        return;
    verify_format(stored, d->v->reference->zone_s, a);
    verify_format(computed, d->v->reference->zone_s, b);
    va_start(ap, what);
    report(d->v, d, false, a, b, what, ap);
    va_end(ap);
}

/* ---- reading ---- */

static void answered(struct db_call *call)
{
    *(bool *)call->data = true;
}

bool verify_query(struct verify *v, enum db_query query, const struct db_params *params,
                  struct db_call *call)
{
    static bool is_done; /* one question at a time: the loop runs inside it */

    is_done = false;
    call->done = answered;
    call->data = &is_done;
    /* One connection, and so one transaction: the lane of jobs has exactly one. */
    if (!db_query(v->app->db, DB_LANE_JOB, query, params, call, &v->error))
        return false;
    while (!is_done)
        (void)uv_run(v->app->loop, UV_RUN_ONCE);
    v->error = call->error;
    return call->error.code == ERR_NONE;
}

static bool query_range(struct verify *v, enum db_query query, int64_t after, int64_t to,
                        struct db_call *call)
{
    struct db_params p;
    bool ok;

    db_params_init(&p);
    db_put_int8(&p, after);
    db_put_int8(&p, to);
    if (query == DB_VERIFY_DOSSIERS)
        db_put_int4(&p, CHUNK);
    ok = verify_query(v, query, &p, call);
    db_params_deinit(&p);
    return ok;
}

static bool load(struct verify *v, int64_t after, int64_t to, int64_t *ret_last)
{
    static const enum db_query reads[VERIFY_ROWS_COUNT] = {
        [VERIFY_EVENTS] = DB_VERIFY_EVENTS,           [VERIFY_FACTS] = DB_VERIFY_FACTS,
        [VERIFY_PERSONS] = DB_VERIFY_PERSONS,         [VERIFY_CODES] = DB_VERIFY_CODES,
        [VERIFY_LETTERS] = DB_VERIFY_LETTERS,         [VERIFY_DEADLINES] = DB_VERIFY_DEADLINES,
        [VERIFY_OBLIGATIONS] = DB_VERIFY_OBLIGATIONS, [VERIFY_EPISODES] = DB_VERIFY_EPISODES,
        [VERIFY_ADDRESSEES] = DB_VERIFY_ADDRESSEES,   [VERIFY_SIGNATURES] = DB_VERIFY_SIGNATURES,
        [VERIFY_ATTACHMENTS] = DB_VERIFY_ATTACHMENTS, [VERIFY_STAYS] = DB_VERIFY_STAYS,
    };
    int n;

    if (!query_range(v, DB_VERIFY_DOSSIERS, after, to, &v->dossiers))
        return false;
    n = db_rows(&v->dossiers.result);
    *ret_last =
        n < CHUNK ? to : db_int(&v->dossiers.result, n - 1, db_column(&v->dossiers.result, "id"));
    for (int i = 0; i < VERIFY_ROWS_COUNT; i++) {
        v->next[i] = 0;
        if (!query_range(v, reads[i], after, *ret_last, &v->rows[i]))
            return false;
    }
    return true;
}

/* Passes over rows of dossiers below `id`: nothing else would ever look at them. */
static void skip_orphans(struct verify *v, enum verify_rows kind, int64_t id)
{
    static const char *const names[VERIFY_ROWS_COUNT] = {
        "events",      "facts",         "persons",
        "code",        "letters",       "deadlines",
        "obligations", "late episodes", "letter addressees",
        "signatures",  "attachments",   "stays"};
    const struct db_result *r = &v->rows[kind].result;
    int column = db_column(r, "dossier_id");
    int64_t last = 0;

    for (; v->next[kind] < db_rows(r) && db_int(r, v->next[kind], column) < id; v->next[kind]++) {
        struct verify_dossier gone = {.id = db_int(r, v->next[kind], column)};

        if (gone.id != last)
            verify_differs(v, &gone, "present", "no such dossier", "%s", names[kind]);
        last = gone.id;
    }
}

static struct verify_span take(struct verify *v, enum verify_rows kind, int64_t id)
{
    const struct db_result *r = &v->rows[kind].result;
    int column = db_column(r, "dossier_id");
    struct verify_span span = {r, 0, 0};

    skip_orphans(v, kind, id);
    span.from = v->next[kind];
    while (v->next[kind] < db_rows(r) && db_int(r, v->next[kind], column) == id)
        v->next[kind]++;
    span.to = v->next[kind];
    return span;
}

/* ---- one dossier ---- */

static void check_code(struct verify_dossier *d)
{
    struct verify_span *s = &d->spans[VERIFY_CODES];
    bool is_kept = false;

    for (int i = s->from; i < s->to; i++)
        is_kept = is_kept || !strcmp(db_text_or_empty(s->r, i, 1), d->code);
    if (!is_kept)
        verify_differs(d->v, d, s->from < s->to ? db_text_or_empty(s->r, s->from, 1) : "nothing",
                       d->code, "code kept for ever");
}

static bool check(struct verify *v, int row)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(DOSSIER_ARENA);
    const struct db_result *r = &v->dossiers.result;
    struct verify_dossier *d = arena ? arena_new_of(arena, struct verify_dossier) : NULL;

    if (!d)
        return error_set(&v->error, ERR_NO_MEMORY, arg_text("what", "verify"));
    d->v = v;
    d->arena = arena;
    d->row = r;
    d->row_at = row;
    d->id = db_int(r, row, db_column(r, "id"));
    d->code = db_text_or_empty(r, row, db_column(r, "code"));
    for (int i = 0; i < VERIFY_ROWS_COUNT; i++)
        d->spans[i] = take(v, (enum verify_rows)i, d->id);
    v->report.dossiers++;
    v->report.events += d->spans[VERIFY_EVENTS].to - d->spans[VERIFY_EVENTS].from;
    check_code(d);
    if (!verify_chain(d))
        return true;
    verify_fold(d);
    verify_state(d);
    verify_facts(d);
    verify_persons(d);
    verify_dates(d);
    verify_letters(d);
    verify_deadlines(d);
    verify_obligations(d);
    verify_episodes(d);
    verify_addressees(d);
    verify_signatures(d);
    verify_attachments(d);
    verify_stays(d);
    if (v->error.code != ERR_NONE)
        return false;
    return !v->sums || verify_sums_add(v, d);
}

/* ---- all of them ---- */

static bool walk(struct verify *v, int64_t after, int64_t to, int64_t total)
{
    while (after < to) {
        int n;

        if (!load(v, after, to, &after))
            return false;
        n = db_rows(&v->dossiers.result);
        if (v->report.dossiers == 0 && n)
            verify_columns_known(v, &v->dossiers.result);
        for (int i = 0; i < n; i++)
            if (!check(v, i))
                return false;
        for (int i = 0; i < VERIFY_ROWS_COUNT; i++)
            skip_orphans(v, (enum verify_rows)i, INT64_MAX);
        if (v->options->progress)
            v->options->progress(v->options->data, v->report.dossiers, total);
    }
    return true;
}

static bool number_of(struct verify *v, enum db_query query, const struct db_params *params,
                      int64_t *ret)
{
    struct db_call call = {0};
    bool ok = verify_query(v, query, params, &call);

    *ret = ok && db_rows(&call.result) ? db_int(&call.result, 0, 0) : 0;
    db_call_deinit(&call);
    return ok;
}

static bool run_one(struct verify *v)
{
    struct db_params p;
    int64_t id;
    bool ok;

    db_params_init(&p);
    db_put_text(&p, v->options->code);
    ok = number_of(v, DB_VERIFY_FIND, &p, &id);
    db_params_deinit(&p);
    if (!ok)
        return false;
    if (!id)
        return error_set(&v->error, ERR_DOSSIER_UNKNOWN, arg_text("dossier", v->options->code));
    return walk(v, id - 1, id, 1);
}

static bool run_all(struct verify *v)
{
    int64_t total;

    v->sums = verify_sums_new();
    if (!v->sums)
        return error_set(&v->error, ERR_NO_MEMORY, arg_text("what", "counters"));
    return number_of(v, DB_VERIFY_COUNT, NULL, &total) && walk(v, 0, INT64_MAX, total) &&
           verify_sums_check(v) && verify_registers(v) && verify_blank_slips(v) &&
           verify_pointers(v) && verify_closings(v) && verify_years(v);
}

static bool begin_follow(struct verify *v)
{
    struct db_call call = {0};
    bool ok = verify_query(v, DB_ALARM_NEXT, NULL, &call);

    v->is_follow_pending = ok && db_bool(&call.result, 0, 1);
    v->is_fill_pending = ok && db_bool(&call.result, 0, 5);
    db_call_deinit(&call);
    return ok;
}

static bool begin(struct verify *v)
{
    int64_t ignored;

    if (!number_of(v, DB_VERIFY_BEGIN, NULL, &ignored) ||
        !number_of(v, DB_VERIFY_EDITED, NULL, &v->edited_at) ||
        !reference_load_first(v->app, &v->error)) /* on the same connection: the same snapshot */
        return false;
    v->reference = v->app->reference;
    v->app->zone_s = v->reference->zone_s;
    return begin_follow(v);
}

bool verify_run(struct app *app, const struct verify_options *options,
                struct verify_report *ret_report, struct error *err)
{
    struct verify *v = calloc(1, sizeof *v);
    bool ok;

    if (!v)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "verify"));
    v->app = app;
    v->options = options;
    ok = begin(v) && (options->code ? run_one(v) : run_all(v));
    *ret_report = v->report;
    if (!ok)
        *err = v->error;
    db_call_deinit(&v->dossiers);
    for (int i = 0; i < VERIFY_ROWS_COUNT; i++)
        db_call_deinit(&v->rows[i]);
    verify_sums_free(v->sums);
    free(v);
    return ok;
}
