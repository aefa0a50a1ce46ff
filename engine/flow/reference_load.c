/* Reading the reference snapshot: every table at once, held together by the epoch, which is read
 * before and after. A row that the core refuses (a faulty calendar, an unknown word) is logged and
 * the old snapshot stays. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/instant.h"
#include "base/log.h"
#include "domain/calendar_text.h"
#include "flow/app.h"
#include "flow/reference.h"

#define REFERENCE_LIMIT (64u << 20)
#define NOMINAL_DAY_MINUTES                                                                        \
    480 /* internal processes are written with 8 hours to the day (law:nominal-day) */

enum {
    Q_SETTING,
    Q_OFFICES,
    Q_OFFICERS,
    Q_FIELDS,
    Q_RULESETS,
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

static const char *keep(struct reference *r, const struct db_result *res, int row, int column)
{
    return arena_strdup(r->arena, db_text_or_empty(res, row, column));
}

static bool word(const struct vocabulary *v, const char *text, int *ret, struct error *err)
{
    *ret = vocabulary_find(v, text);
    return *ret >= 0 ||
           error_set(err, ERR_REFERENCE_WORD, arg_text("table", v->name), arg_text("value", text));
}

static bool read_offices(struct reference *r, const struct db_result *q, struct error *err)
{
    r->n_offices = db_rows(q);
    r->offices = arena_array(r->arena, (size_t)r->n_offices + 1, sizeof *r->offices);
    if (!r->offices)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "offices"));
    for (int i = 0; i < r->n_offices; i++) {
        struct office_ref *o = &r->offices[i];

        o->id = db_int(q, i, 0);
        o->parent_id = db_int(q, i, 1);
        o->calendar_id = db_int(q, i, 2);
        o->successor_id = db_int(q, i, 3);
        o->key = keep(r, q, i, 4);
        o->name = keep(r, q, i, 5);
        o->short_name = keep(r, q, i, 6);
        o->kind = keep(r, q, i, 7);
        o->identifier = keep(r, q, i, 8);
        o->place_name = keep(r, q, i, 9);
        o->superior_body = keep(r, q, i, 10);
        o->issuing_body = keep(r, q, i, 11);
        o->signature_lines = keep(r, q, i, 12);
        o->is_synthetic = db_bool(q, i, 13);
    }
    return true;
}

static bool read_officers(struct reference *r, const struct db_result *q, struct error *err)
{
    int n = db_rows(q);

    r->officers = arena_array(r->arena, (size_t)n + 1, sizeof *r->officers);
    if (!r->officers)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "officers"));
    for (int i = 0; i < n; i++) {
        struct officer_ref *o = r->n_officers ? &r->officers[r->n_officers - 1] : NULL;
        int role;

        if (!o || o->id != db_int(q, i, 0)) {
            o = &r->officers[r->n_officers++];
            o->id = db_int(q, i, 0);
            o->login = keep(r, q, i, 1);
            o->name = keep(r, q, i, 2);
            o->title = keep(r, q, i, 3);
            o->is_active = db_bool(q, i, 4);
        }
        if (db_is_null(q, i, 5))
            continue;
        if (!word(&roles, db_text(q, i, 5), &role, err))
            return false;
        if (o->n_roles < PRINCIPAL_ROLES_MAX)
            o->roles[o->n_roles++] = (struct principal_role){(enum role)role, db_int(q, i, 6)};
    }
    return true;
}

static bool read_fields(struct reference *r, const struct db_result *q, struct error *err)
{
    r->n_fields = db_rows(q);
    r->fields = arena_array(r->arena, (size_t)r->n_fields + 1, sizeof *r->fields);
    if (!r->fields)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "fields"));
    for (int i = 0; i < r->n_fields; i++)
        r->fields[i] = (struct field_ref){db_int(q, i, 0), keep(r, q, i, 1), keep(r, q, i, 2)};
    return true;
}

static bool read_rulesets(struct reference *r, const struct db_result *q, struct error *err)
{
    int n = db_rows(q);

    r->rulesets = arena_array(r->arena, (size_t)n + 1, sizeof *r->rulesets);
    if (!r->rulesets)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "rulesets"));
    for (int i = 0; i < n; i++) {
        struct ruleset *s = r->n_rulesets ? &r->rulesets[r->n_rulesets - 1] : NULL;

        if (!s || s->id != db_int(q, i, 0)) {
            s = &r->rulesets[r->n_rulesets++];
            ruleset_default(s);
            s->id = db_int(q, i, 0);
            s->key = keep(r, q, i, 1);
            s->decree = keep(r, q, i, 2);
            s->circular = keep(r, q, i, 3);
            s->valid_from = db_date(q, i, 4);
            s->valid_to = db_date(q, i, 5);
        }
        if (!db_is_null(q, i, 6) && !ruleset_set(s, db_text(q, i, 6), db_text(q, i, 7), err))
            return false;
    }
    return true;
}

/* ---- calendars: a stack from the country down ---- */

static bool add_rows(struct calendar_builder *b, const struct db_result *q, int64_t calendar_id,
                     int depth, struct error *err)
{
    int n = db_rows(q);

    for (int i = 0; i < n; i++) {
        const char *level = db_text_or_empty(q, i, 3), *fields[CALENDAR_COLUMN_COUNT];
        enum calendar_level at = !strcmp(level, "country")    ? CALENDAR_COUNTRY
                                 : !strcmp(level, "province") ? CALENDAR_PROVINCE
                                                              : CALENDAR_OFFICE;
        struct calendar_row row;

        if (db_int(q, i, 0) != calendar_id)
            continue;
        if (db_int(q, i, 4) && depth < CALENDAR_LEVEL_COUNT &&
            (i == 0 || db_int(q, i - 1, 0) != calendar_id) &&
            !add_rows(b, q, db_int(q, i, 4), depth + 1, err))
            return false;
        if (db_is_null(q, i, 6))
            continue;
        for (int c = 0; c < CALENDAR_COLUMN_COUNT; c++)
            fields[c] = db_text_or_empty(q, i, 6 + c);
        if (!calendar_text_row(fields, at, (int)db_int(q, i, 14), &row, err) ||
            !calendar_builder_add(b, &row, err))
            return false;
    }
    return true;
}

static bool read_calendars(struct reference *r, const struct db_result *q, struct error *err)
{
    int n = db_rows(q);

    r->calendars = arena_array(r->arena, (size_t)n + 1, sizeof *r->calendars);
    if (!r->calendars)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "calendars"));
    for (int i = 0; i < n; i++) {
        CLEANUP(calendar_builder_freep) struct calendar_builder *b = NULL;
        struct calendar_ref *c = &r->calendars[r->n_calendars];

        if (i > 0 && db_int(q, i, 0) == db_int(q, i - 1, 0))
            continue;
        c->id = db_int(q, i, 0);
        c->key = keep(r, q, i, 1);
        c->name = keep(r, q, i, 2);
        if (!calendar_builder_new(c->name, (int32_t)db_int(q, i, 5), &b, err) ||
            !add_rows(b, q, c->id, 0, err) || !calendar_builder_build(b, &c->calendar, err))
            return false;
        r->n_calendars++;
    }
    return true;
}

/* One known year, long before every dossier: whatever is asked of another is a gap. */
static bool make_no_calendar(struct reference *r, struct error *err)
{
    CLEANUP(calendar_builder_freep) struct calendar_builder *b = NULL;
    struct calendar_row year = {
        .type = CALENDAR_ROW_YEAR,
        .line = 1,
        .from_on = date_from_civil(1900, 1, 1),
        .to_on = date_from_civil(1900, 12, 31),
        .like_on = DATE_NONE,
        .year_state = CALENDAR_YEAR_PUBLISHED,
    };
    struct calendar_row week = {
        .type = CALENDAR_ROW_WEEKLY,
        .line = 2,
        .from_on = year.from_on,
        .to_on = year.to_on,
        .like_on = DATE_NONE,
        .weekdays = 1,
        .n_sessions = 1,
        .sessions = {{.from_minute = 0, .to_minute = 1}},
    };

    return calendar_builder_new("-", ZONE_VIETNAM_S, &b, err) &&
           calendar_builder_add(b, &year, err) && calendar_builder_add(b, &week, err) &&
           calendar_builder_build(b, &r->no_calendar, err);
}

/* Gives every office its calendar: its own, or the nearest one up the line. */
static void hang_calendars(struct reference *r)
{
    for (int i = 0; i < r->n_offices; i++) {
        const struct office_ref *o = &r->offices[i];

        for (int depth = 0; o && depth < 16; depth++) {
            for (int c = 0; c < r->n_calendars; c++)
                if (o->calendar_id && r->calendars[c].id == o->calendar_id)
                    r->offices[i].calendar = r->calendars[c].calendar;
            o = r->offices[i].calendar ? NULL : reference_office(r, o->parent_id);
        }
    }
}

/* ---- procedures ---- */

static bool read_cases(struct reference *r, const struct db_result *q, struct error *err)
{
    int effect;

    r->n_cases = db_rows(q);
    r->cases = arena_array(r->arena, (size_t)r->n_cases + 1, sizeof *r->cases);
    r->competent_offices =
        arena_array(r->arena, (size_t)r->n_cases + 1, sizeof *r->competent_offices);
    if (!r->cases || !r->competent_offices)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "procedures"));
    for (int i = 0; i < r->n_cases; i++) {
        struct procedure_case *c = &r->cases[i];

        c->id = db_int(q, i, 0);
        c->procedure_id = db_int(q, i, 1);
        c->field_id = db_int(q, i, 2);
        c->procedure_key = keep(r, q, i, 3);
        c->national_code = keep(r, q, i, 4);
        c->procedure_name = keep(r, q, i, 5);
        c->case_key = keep(r, q, i, 6);
        c->case_name = keep(r, q, i, 7);
        c->level = keep(r, q, i, 8);
        if (!limit_parse(db_text_or_empty(q, i, 9), &c->limit, err))
            return false;
        c->returns_at_once = db_bool(q, i, 10);
        if (!word(&hold_effects, db_text_or_empty(q, i, 11), &effect, err))
            return false;
        c->supplement_effect = (enum hold_effect)effect;
        if (!word(&hold_effects, db_text_or_empty(q, i, 12), &effect, err))
            return false;
        c->financial_effect = (enum hold_effect)effect;
        c->valid_from = db_date(q, i, 13);
        c->valid_to = db_date(q, i, 14);
        r->competent_offices[i] = db_int(q, i, 15);
    }
    return true;
}

/* The rows of one case within a result ordered by case id. */
static int rows_of(const struct db_result *q, int64_t case_id, int *from)
{
    int n = db_rows(q), start;

    while (*from < n && db_int(q, *from, 0) < case_id)
        ++*from;
    start = *from;
    while (*from < n && db_int(q, *from, 0) == case_id)
        ++*from;
    return *from - start;
}

static bool read_components(struct reference *r, const struct db_result *q, struct error *err)
{
    int at = 0;

    for (int i = 0; i < r->n_cases; i++) {
        int n = rows_of(q, r->cases[i].id, &at);
        struct procedure_component *list = arena_array(r->arena, (size_t)n + 1, sizeof *list);

        if (!list)
            return error_set(err, ERR_NO_MEMORY, arg_text("what", "components"));
        for (int j = 0; j < n; j++) {
            int row = at - n + j;

            list[j] = (struct procedure_component){keep(r, q, row, 1), keep(r, q, row, 2),
                                                   (int)db_int(q, row, 3), db_bool(q, row, 4)};
        }
        r->cases[i].components = list;
        r->cases[i].n_components = n;
    }
    return true;
}

/* Minutes of an ordinary working day, from the first calendar; NOMINAL_DAY_MINUTES without one. */
static int day_minutes(const struct reference *r)
{
    const struct calendar *cal = r->n_calendars ? r->calendars[0].calendar : NULL;
    struct calendar_info info;
    struct error err;
    int32_t on = cal ? date_from_civil(calendar_first_year(cal), 1, 1) : 0;

    for (int i = 0; cal && i < 60; i++) {
        int minutes = 0;

        if (!calendar_day(cal, on + i, &info, &err) || info.kind != CALENDAR_WORKDAY)
            continue;
        for (int s = 0; s < info.n_sessions; s++)
            minutes += info.sessions[s].to_minute - info.sessions[s].from_minute;
        return minutes;
    }
    return NOMINAL_DAY_MINUTES;
}

static bool read_steps(struct reference *r, const struct db_result *q, struct error *err)
{
    int at = 0, day = day_minutes(r);

    for (int i = 0; i < r->n_cases; i++) {
        int n = rows_of(q, r->cases[i].id, &at);
        struct procedure_step *list = arena_array(r->arena, (size_t)n + 1, sizeof *list);

        if (!list)
            return error_set(err, ERR_NO_MEMORY, arg_text("what", "steps"));
        for (int j = 0; j < n; j++) {
            int row = at - n + j, office, role, budget = (int)db_int(q, row, 6),
                least = (int)db_int(q, row, 7);

            if (!word(&step_offices, db_text_or_empty(q, row, 3), &office, err) ||
                !word(&roles, db_text_or_empty(q, row, 5), &role, err))
                return false;
            budget = budget * day / NOMINAL_DAY_MINUTES;
            list[j] = (struct procedure_step){
                .seq = (int)db_int(q, row, 1),
                .name = keep(r, q, row, 2),
                .office = (enum step_office)office,
                .office_id = db_int(q, row, 4),
                .role = (enum role)role,
                .budget_minutes = budget,
                .least_minutes = least < 0 ? budget / 2 : least * day / NOMINAL_DAY_MINUTES,
                .is_decision = db_bool(q, row, 8),
            };
        }
        r->cases[i].steps = list;
        r->cases[i].n_steps = n;
    }
    return true;
}

static bool read_intervals(struct reference *r, const struct db_result *q, struct error *err)
{
    r->n_intervals = db_rows(q);
    r->intervals = arena_array(r->arena, (size_t)r->n_intervals + 1, sizeof *r->intervals);
    if (!r->intervals)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "intervals"));
    for (int i = 0; i < r->n_intervals; i++) {
        int kind;

        if (!word(&objective_kinds, db_text_or_empty(q, i, 1), &kind, err))
            return false;
        r->intervals[i] = (struct objective_interval){
            .id = db_int(q, i, 0),
            .kind = (enum objective_kind)kind,
            .from = db_instant(q, i, 2),
            .to = db_instant(q, i, 3),
            .office = db_int(q, i, 4),
            .procedure = db_int(q, i, 5),
            .dossier = db_int(q, i, 6),
            .evidence = keep(r, q, i, 7),
        };
    }
    return true;
}

static bool read_all(struct load *l, struct reference *r, struct error *err)
{
    const struct db_result *setting = &l->calls[Q_SETTING].result;

    r->epoch = db_int(setting, 0, 0);
    r->is_demonstration = db_bool(setting, 0, 1);
    r->zone_s = (int32_t)db_int(setting, 0, 3);
    clock_set_offset(r->is_demonstration ? db_int(setting, 0, 2) : 0);
    if (!read_offices(r, &l->calls[Q_OFFICES].result, err) ||
        !read_officers(r, &l->calls[Q_OFFICERS].result, err) ||
        !read_fields(r, &l->calls[Q_FIELDS].result, err) ||
        !read_rulesets(r, &l->calls[Q_RULESETS].result, err) ||
        !read_calendars(r, &l->calls[Q_CALENDARS].result, err) || !make_no_calendar(r, err) ||
        !read_cases(r, &l->calls[Q_CASES].result, err) ||
        !read_components(r, &l->calls[Q_COMPONENTS].result, err) ||
        !read_steps(r, &l->calls[Q_STEPS].result, err) ||
        !read_intervals(r, &l->calls[Q_INTERVALS].result, err))
        return false;
    hang_calendars(r);
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

static void take(struct load *l)
{
    struct reference *r = calloc(1, sizeof *r);
    struct error err;

    if (r)
        r->arena = arena_new(REFERENCE_LIMIT);
    if (!r || !r->arena) {
        free(r);
        return;
    }
    r->n_refs = 1;
    if (!read_all(l, r, &err)) {
        log_error(LOG_ERROR, "reference_refused", &err);
        reference_unref(r);
        return;
    }
    reference_unref(l->app->reference);
    l->app->reference = r;
    l->app->zone_s = r->zone_s;
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
        [Q_SETTING] = DB_REFERENCE_SETTING,       [Q_OFFICES] = DB_REFERENCE_OFFICES,
        [Q_OFFICERS] = DB_REFERENCE_OFFICERS,     [Q_FIELDS] = DB_REFERENCE_FIELDS,
        [Q_RULESETS] = DB_REFERENCE_RULESETS,     [Q_CALENDARS] = DB_REFERENCE_CALENDARS,
        [Q_CASES] = DB_REFERENCE_CASES,           [Q_COMPONENTS] = DB_REFERENCE_COMPONENTS,
        [Q_STEPS] = DB_REFERENCE_STEPS,           [Q_INTERVALS] = DB_REFERENCE_INTERVALS,
        [Q_SETTING_AGAIN] = DB_REFERENCE_SETTING,
    };

    /* One connection, so one after another: the job lane has exactly one. */
    for (int i = 0; i < Q_COUNT; i++) {
        l->calls[i].done = call_done;
        l->calls[i].data = l;
        if (!db_query(l->app->db, DB_LANE_JOB, reads[i], NULL, &l->calls[i], &l->error)) {
            l->is_failed = true;
            break;
        }
        l->n_outstanding++;
    }
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
