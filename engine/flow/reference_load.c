/* Reading the reference snapshot: every table at once, held together by the epoch, which is read
 * before and after. A row that the core refuses (a faulty calendar, an unknown word) is logged and
 * the old snapshot stays. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/instant.h"
#include "base/log.h"
#include "flow/app.h"
#include "flow/reference_load.h"

#define REFERENCE_LIMIT (64u << 20)

enum {
    Q_SETTING,
    Q_OFFICES,
    Q_OFFICERS,
    Q_ROLE_POLICIES,
    Q_DELEGATIONS,
    Q_FILE_OFFICES,
    Q_DECLARATIONS,
    Q_FIELDS,
    Q_RULESETS,
    Q_FORM_SETS,
    Q_FORM_TEMPLATES,
    Q_CALENDARS,
    Q_CASES,
    Q_COMPONENTS,
    Q_STEPS,
    Q_INTERVALS,
    Q_SETTING_AGAIN,
    Q_COUNT
};

struct waiter {
    struct waiter *next;
    void (*done)(void *data);
    void *data;
};

struct load {
    struct app *app;
    int n_outstanding;
    bool is_failed;
    struct error error;
    struct db_call calls[Q_COUNT];
};

static struct waiter *waiters; /* of the load under way; one app per process */

/* ---- reading rows ---- */

const char *reference_keep(struct reference *r, const struct db_result *res, int row, int column)
{
    return arena_strdup(r->arena, db_text_or_empty(res, row, column));
}

bool reference_word(const struct vocabulary *v, const char *text, int *ret, struct error *err)
{
    *ret = vocabulary_find(v, text);
    return *ret >= 0 ||
           error_set(err, ERR_REFERENCE_WORD, arg_text("table", v->name), arg_text("value", text));
}

static bool read_all(struct load *l, struct reference *r, struct error *err)
{
    const struct db_result *setting = &l->calls[Q_SETTING].result;

    r->epoch = db_int(setting, 0, 0);
    r->is_demonstration = db_bool(setting, 0, 1);
    r->zone_s = (int32_t)db_int(setting, 0, 3);
    clock_set_offset(r->is_demonstration ? db_int(setting, 0, 2) : 0);
    if (!reference_read_offices(r, &l->calls[Q_OFFICES].result, err) ||
        !reference_read_officers(r, &l->calls[Q_OFFICERS].result, err) ||
        !reference_read_role_policies(r, &l->calls[Q_ROLE_POLICIES].result, err) ||
        !reference_read_delegations(r, &l->calls[Q_DELEGATIONS].result, err) ||
        !reference_read_file_offices(r, &l->calls[Q_FILE_OFFICES].result, err) ||
        !reference_read_declarations(r, &l->calls[Q_DECLARATIONS].result, err) ||
        !reference_read_fields(r, &l->calls[Q_FIELDS].result, err) ||
        !reference_read_rulesets(r, &l->calls[Q_RULESETS].result, err) ||
        !reference_read_form_sets(r, &l->calls[Q_FORM_SETS].result, err) ||
        !reference_read_form_templates(r, &l->calls[Q_FORM_TEMPLATES].result, err) ||
        !reference_read_calendars(r, &l->calls[Q_CALENDARS].result, NULL, err) ||
        !reference_make_no_calendar(r, err) ||
        !reference_read_cases(r, &l->calls[Q_CASES].result, err) ||
        !reference_read_components(r, &l->calls[Q_COMPONENTS].result, err) ||
        !reference_read_steps(r, &l->calls[Q_STEPS].result, err) ||
        !reference_read_intervals(r, &l->calls[Q_INTERVALS].result, err))
        return false;
    reference_hang_calendars(r);
    return true;
}

/* ---- the load ---- */

static void finish(struct load *l)
{
    struct app *app = l->app;
    struct waiter *w = waiters;

    waiters = NULL;
    app->is_reference_loading = false;
    for (int i = 0; i < Q_COUNT; i++)
        db_call_deinit(&l->calls[i]);
    free(l);
    while (w) {
        struct waiter *next = w->next;

        w->done(w->data);
        free(w);
        w = next;
    }
}

static int64_t organisation_heir_of(const void *reference, int64_t office)
{
    return reference_heir(reference, office);
}

static void take(struct load *l)
{
    struct reference *r = calloc(1, sizeof *r);
    struct error err;
    bool is_other;

    if (r)
        r->arena = arena_new(REFERENCE_LIMIT);
    if (!r || !r->arena) {
        free(r);
        return;
    }
    r->n_refs = 1;
    r->organisation =
        (struct organisation){r, reference_is_below, organisation_heir_of, reference_is_elsewhere};
    if (!read_all(l, r, &err)) {
        log_error(LOG_ERROR, "reference_refused", &err);
        reference_unref(r);
        return;
    }
    is_other = l->app->reference && l->app->reference->epoch != r->epoch;
    reference_unref(l->app->reference);
    l->app->reference = r;
    l->app->zone_s = r->zone_s;
    if (is_other && l->app->on_reference)
        l->app->on_reference(l->app->on_reference_data);
    log_event(LOG_INFO, "reference_loaded", arg_number("epoch", r->epoch),
              arg_number("offices", r->n_offices), arg_number("cases", r->n_cases));
}

static bool send_all(struct load *l);

static void call_done(struct db_call *call)
{
    struct load *l = call->data;

    if (call->error.code != ERR_NONE) {
        l->is_failed = true;
        l->error = call->error;
    }
    if (--l->n_outstanding > 0)
        return;
    if (!l->is_failed && db_int(&l->calls[Q_SETTING].result, 0, 0) !=
                             db_int(&l->calls[Q_SETTING_AGAIN].result, 0, 0)) {
        if (send_all(l)) /* an edit came in between: once more */
            return;
    } else if (!l->is_failed) {
        take(l);
    }
    if (l->is_failed)
        log_error(LOG_ERROR, "reference_unread", &l->error);
    finish(l);
}

static bool send_all(struct load *l)
{
    static const enum db_query reads[Q_COUNT] = {
        [Q_SETTING] = DB_REFERENCE_SETTING,
        [Q_OFFICES] = DB_REFERENCE_OFFICES,
        [Q_OFFICERS] = DB_REFERENCE_OFFICERS,
        [Q_ROLE_POLICIES] = DB_REFERENCE_ROLE_POLICIES,
        [Q_DELEGATIONS] = DB_REFERENCE_DELEGATIONS,
        [Q_FILE_OFFICES] = DB_REFERENCE_FILE_OFFICES,
        [Q_DECLARATIONS] = DB_REFERENCE_DECLARATIONS,
        [Q_FIELDS] = DB_REFERENCE_FIELDS,
        [Q_RULESETS] = DB_REFERENCE_RULESETS,
        [Q_CALENDARS] = DB_REFERENCE_CALENDARS,
        [Q_FORM_SETS] = DB_REFERENCE_FORM_SETS,
        [Q_CASES] = DB_REFERENCE_CASES,
        [Q_FORM_TEMPLATES] = DB_REFERENCE_FORM_TEMPLATES,
        [Q_COMPONENTS] = DB_REFERENCE_COMPONENTS,
        [Q_STEPS] = DB_REFERENCE_STEPS,
        [Q_INTERVALS] = DB_REFERENCE_INTERVALS,
        [Q_SETTING_AGAIN] = DB_REFERENCE_SETTING,
    };

    struct db_params today;

    /* A day earlier than it may be here: what ended is sorted out where a principal is made. */
    db_params_init(&today);
    db_put_date(&today, instant_date(clock_business(), l->app->zone_s) - 1);
    /* One connection, so one after another: the job lane has exactly one. */
    for (int i = 0; i < Q_COUNT; i++) {
        l->calls[i].done = call_done;
        l->calls[i].data = l;
        if (!db_query(l->app->db, DB_LANE_JOB, reads[i], i == Q_DELEGATIONS ? &today : NULL,
                      &l->calls[i], &l->error)) {
            l->is_failed = true;
            break;
        }
        l->n_outstanding++;
    }
    db_params_deinit(&today);
    return l->n_outstanding > 0;
}

void reference_reload(struct app *app, void (*done)(void *data), void *data)
{
    struct load *l;

    if (done) {
        struct waiter *w = malloc(sizeof *w);

        if (!w) {
            done(data);
            return;
        }
        *w = (struct waiter){waiters, done, data};
        waiters = w;
    }
    if (app->is_reference_loading)
        return;
    l = calloc(1, sizeof *l);
    if (!l)
        return;
    app->is_reference_loading = true;
    l->app = app;
    if (!send_all(l)) {
        log_error(LOG_ERROR, "reference_unread", &l->error);
        finish(l);
    }
}

bool reference_load_first(struct app *app, struct error *err)
{
    reference_reload(app, NULL, NULL);
    while (app->is_reference_loading && uv_run(app->loop, UV_RUN_ONCE))
        ;
    return app->reference || error_set(err, ERR_REFERENCE_MISSING, arg_text("what", "reference"));
}
