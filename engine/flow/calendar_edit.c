/* See calendar_edit.h. An edit is judged on the reference data of one epoch; when somebody else's
 * comes between, it is judged again, thrice at most, unless the client named the version it saw
 * (If-Match: 412). */
#include "flow/calendar_edit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/csv.h"
#include "domain/holiday.h"
#include "flow/app.h"
#include "flow/calendar_read.h"
#include "flow/calendar_rows.h"
#include "flow/edit.h"
#include "flow/job.h"

#define EDIT_TRIES 3
#define EDIT_LIMIT (128u << 20)

enum operation { ADD, REMOVE, REPLACE, CONFIRM, PUBLISH }; /* order of words_calendar_operation */

enum { EDIT_PARSE, EDIT_STATE, EDIT_ROWS, EDIT_JUDGE, EDIT_SAVED, EDIT_ORDER, EDIT_REPLY };

struct edit {
    struct request base;
    struct wire_calendar_change_request in;
    struct wire_calendar_create_request new; /* of use_case_calendar_new; key NULL otherwise */
    const char *key;
    int64_t epoch, version; /* judged on; newest change of the calendar then */
    int n_tries;
    struct calendar_own_rows before, after;
    const char *went, *came; /* as lines */
    int64_t change_id, job_id;
};

enum { SLOT_ROWS, SLOT_STATE, SLOT_SAVE, SLOT_JOB };

static struct edit *edit_of(struct request *req)
{
    return container_of(req, struct edit, base);
}

static enum step_result no_memory(struct request *req)
{
    error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "calendar"));
    return request_fail(req);
}

static bool needs(struct edit *e, const char *field)
{
    return error_set(&e->base.error, ERR_CALENDAR_NEEDS,
                     arg_text("operation", words_calendar_operation.words[e->in.operation]),
                     arg_text("field", field));
}

static bool check_request(struct edit *e)
{
    enum operation op = (enum operation)e->in.operation;

    if ((op == ADD || op == REPLACE) && !e->in.rows)
        return needs(e, "rows");
    if (op == REMOVE && !e->in.n_remove)
        return needs(e, "remove");
    if ((op == CONFIRM || op == PUBLISH) && e->in.year == INTEGER_NONE)
        return needs(e, "year");
    return true;
}

static enum step_result change_parse(struct request *req)
{
    struct edit *e = edit_of(req);

    e->key = http_request_param(req->http, "key");
    if (!request_json(req) ||
        !wire_calendar_change_request_decode(req->json, req->arena, &e->in, &req->error) ||
        !check_request(e))
        return request_fail(req);
    json_freep(&req->json);
    return request_wait(req, EDIT_STATE);
}

static enum step_result new_parse(struct request *req)
{
    struct edit *e = edit_of(req);

    if (!request_json(req) ||
        !wire_calendar_create_request_decode(req->json, req->arena, &e->new, &req->error))
        return request_fail(req);
    e->key = e->new.key;
    if (strspn(e->key, "abcdefghijklmnopqrstuvwxyz0123456789-_") != strlen(e->key)) {
        error_set(&req->error, ERR_CALENDAR_KEY, arg_text("field", "key"),
                  arg_text("value", e->key));
        return request_fail(req);
    }
    json_freep(&req->json);
    return request_wait(req, EDIT_STATE);
}

static enum step_result edit_state(struct request *req)
{
    struct edit *e = edit_of(req);
    struct db_params p;
    bool sent;

    if (!request_require(req, GRANT_EDIT_RULES, 0))
        return request_fail(req);
    db_params_init(&p);
    db_put_text(&p, e->key);
    sent = request_query(req, SLOT_STATE, DB_LANE_JOB, DB_CALENDAR_STATE, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, EDIT_ROWS) : request_fail(req);
}

/* The client named the version it saw, as ETag gave it; "*" and none are any. */
static bool check_version(struct edit *e)
{
    return edit_names_version(&e->base, e->version) ||
           error_set(&e->base.error, ERR_CALENDAR_STALE, arg_text("calendar", e->key),
                     arg_number("version", e->version));
}

static enum step_result edit_rows(struct request *req)
{
    struct edit *e = edit_of(req);
    const struct db_result *state = &request_result(req, SLOT_STATE)->result;

    e->epoch = db_int(state, 0, 0);
    e->version = db_int(state, 0, 2);
    if (!e->new.key && !check_version(e))
        return request_fail(req);
    if (!request_query(req, SLOT_ROWS, DB_LANE_JOB, DB_REFERENCE_CALENDARS, NULL))
        return request_fail(req);
    return request_wait(req, EDIT_JUDGE);
}

/* ---- the rows as they would be ---- */

/* What the law says of a year and the calendar lacks; rows that were sent come instead. */
static bool confirm(struct edit *e, const struct calendar *cal, struct error *err)
{
    struct arena *a = e->base.arena;
    struct holiday_check *c = arena_alloc(a, sizeof *c);
    struct buffer rows = {0};
    bool ok;

    if (!c)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "calendar"));
    if (!holiday_check(cal, (int)e->in.year, c, err))
        return false;
    if (c->state == CALENDAR_YEAR_PUBLISHED)
        return error_set(err, ERR_CALENDAR_YEAR_NOT, arg_number("year", e->in.year),
                         arg_text("calendar", e->key),
                         arg_text("state", calendar_year_state_word(c->state)));
    if (e->in.rows) {
        if (c->state == CALENDAR_YEAR_MISSING) {
            buffer_printf(&rows, "year,%lld,,provisional,,,,", (long long)e->in.year);
            csv_write(&rows, e->in.source);
            buffer_char(&rows, '\n');
        }
        ok = calendar_rows_parse(e->in.rows, a, &e->after, err);
    } else {
        holiday_rows_write(c, &rows);
        ok = true;
    }
    ok = ok && (!rows.len || calendar_rows_parse(rows.data, a, &e->after, err));
    if (rows.is_failed)
        ok = error_set(err, ERR_NO_MEMORY, arg_text("what", "calendar"));
    buffer_deinit(&rows);
    return ok;
}

static bool apply_operation(struct edit *e, const struct calendar *cal, struct error *err)
{
    struct arena *a = e->base.arena;
    enum operation op = (enum operation)e->in.operation;

    e->after = e->before;
    e->after.rows = arena_array(a, (size_t)e->before.n + 1, sizeof *e->after.rows);
    if (!e->after.rows)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "calendar"));
    if (e->before.n)
        memcpy(e->after.rows, e->before.rows, (size_t)e->before.n * sizeof *e->after.rows);
    if (op == REPLACE && !e->in.n_remove)
        e->after.n = 0;
    if (!calendar_rows_remove(&e->after, e->in.remove, e->in.n_remove, err))
        return false;
    if (op == CONFIRM)
        return confirm(e, cal, err);
    if (e->in.rows && !calendar_rows_parse(e->in.rows, a, &e->after, err))
        return false;
    return op != PUBLISH || calendar_rows_publish(&e->after, (int)e->in.year, e->in.source, a, err);
}

/* ---- saving, or a preview ---- */

/* What the job is told, as calendar_job_parameters; the function adds the change. */
static const char *parameters(struct edit *e, int32_t first, int32_t last, bool with_rows)
{
    struct buffer b = {0};
    char from[INSTANT_TEXT_MAX], to[INSTANT_TEXT_MAX];
    const char *ret;

    date_format(first, from);
    date_format(last, to);
    buffer_text(&b, "{\"calendar\":");
    json_write(&b, e->key, strlen(e->key));
    buffer_printf(&b, ",\"first_on\":\"%s\",\"last_on\":\"%s\"", from, to);
    for (int i = 0; with_rows && i < e->after.n; i++) {
        buffer_text(&b, i ? ",[" : ",\"rows\":[[");
        for (int c = 0; c < CALENDAR_COLUMN_COUNT; c++) {
            const char *field = e->after.rows[i].fields[c];

            if (c)
                buffer_char(&b, ',');
            json_write(&b, field, strlen(field));
        }
        buffer_text(&b, i + 1 == e->after.n ? "]]" : "]");
    }
    buffer_char(&b, '}');
    ret = b.is_failed ? NULL : arena_strdup(e->base.arena, b.data);
    buffer_deinit(&b);
    return ret;
}

static bool put_rows(struct edit *e, struct db_params *p)
{
    const char **column = arena_array(e->base.arena, (size_t)e->after.n + 1, sizeof *column);

    for (int c = 0; column && c < CALENDAR_COLUMN_COUNT; c++) {
        for (int i = 0; i < e->after.n; i++)
            column[i] = e->after.rows[i].fields[c];
        db_put_text_array(p, column, e->after.n);
    }
    return column != NULL;
}

static enum step_result save(struct request *req, const char *job_parameters)
{
    struct edit *e = edit_of(req);
    struct db_params p;
    bool sent;

    db_params_init(&p);
    db_put_text(&p, e->key);
    db_put_int8(&p, e->epoch);
    db_put_text(&p, words_calendar_operation.words[e->in.operation]);
    sent = put_rows(e, &p);
    db_put_date(&p, e->in.effective_on);
    db_put_int8(&p, req->principal.officer_id);
    db_put_text(&p, e->in.source);
    db_put_text(&p, e->in.reason);
    db_put_text(&p, e->went);
    db_put_text(&p, e->came);
    db_put_instant(&p, req->now);
    db_put_text(&p, job_parameters);
    sent = sent && request_query(req, SLOT_SAVE, DB_LANE_JOB, DB_CALENDAR_REPLACE_ROWS, &p);
    db_params_deinit(&p);
    if (!sent && req->error.code == ERR_NONE)
        return no_memory(req);
    return sent ? request_wait(req, EDIT_SAVED) : request_fail(req);
}

static bool judge(struct edit *e, const char **ret_parameters, struct error *err)
{
    const struct db_result *rows = &request_result(&e->base, SLOT_ROWS)->result;
    CLEANUP(calendar_unrefp) struct calendar *before = NULL;
    CLEANUP(calendar_unrefp) struct calendar *after = NULL;
    int32_t first, last;

    if (!calendar_rows_in_force(rows, e->key, e->base.arena, &e->before, err) ||
        !calendar_rows_build(&e->before, rows, e->base.lang, &before, err) ||
        !apply_operation(e, before, err) ||
        !calendar_rows_difference(&e->before, &e->after, e->base.arena, &e->went, &e->came, err))
        return false;
    if (!e->went[0] && !e->came[0])
        return error_set(err, ERR_CALENDAR_NO_CHANGE, arg_text("calendar", e->key));
    if (!calendar_rows_build(&e->after, rows, e->base.lang, &after, err) ||
        !calendar_check_gaps(after, err) ||
        !calendar_rows_build_above(&e->after, rows, e->base.lang, err) ||
        !calendar_rows_span(e->went, e->came, e->base.arena, &first, &last, err))
        return false;
    *ret_parameters = parameters(e, first, last, e->in.preview);
    return *ret_parameters || error_set(err, ERR_NO_MEMORY, arg_text("what", "calendar"));
}

static enum step_result edit_judge(struct request *req)
{
    struct edit *e = edit_of(req);
    const char *job_parameters, *key;

    if (!judge(e, &job_parameters, &req->error))
        return request_fail(req);
    if (!e->in.preview)
        return save(req, job_parameters);
    key = arena_printf(req->arena, "%s-%lld-%lld", e->key, (long long)req->principal.officer_id,
                       (long long)clock_real());
    if (!key)
        return no_memory(req);
    return job_create_send(req, SLOT_JOB, JOB_CALENDAR_PREVIEW, key, job_parameters)
               ? request_wait(req, EDIT_REPLY)
               : request_fail(req);
}

static enum step_result edit_saved(struct request *req)
{
    struct edit *e = edit_of(req);
    const struct db_result *r = &request_result(req, SLOT_SAVE)->result;

    e->change_id = db_int(r, 0, 0);
    if (!e->change_id) { /* somebody's edit came between */
        if (e->n_tries++ < EDIT_TRIES)
            return request_next(req, EDIT_STATE);
        error_set(&req->error, ERR_CALENDAR_STALE, arg_text("calendar", e->key),
                  arg_number("version", e->version));
        return request_fail(req);
    }
    e->job_id = db_int(r, 0, 1);
    return edit_reload(req, EDIT_ORDER);
}

static enum step_result change_order(struct request *req)
{
    struct edit *e = edit_of(req);

    return job_read_send(req, SLOT_JOB, e->job_id) ? request_wait(req, EDIT_REPLY)
                                                   : request_fail(req);
}

static enum step_result change_reply(struct request *req)
{
    struct edit *e = edit_of(req);

    edit_version_field(req, e->change_id ? e->change_id : e->version);
    return job_reply(req, SLOT_JOB);
}

/* ---- a new calendar ---- */

static bool judge_new(struct edit *e, struct error *err)
{
    const struct db_result *rows = &request_result(&e->base, SLOT_ROWS)->result;
    CLEANUP(calendar_unrefp) struct calendar *cal = NULL;
    struct calendar_own_rows below, none = {0};
    enum calendar_level level = (enum calendar_level)e->new.level;

    e->after = (struct calendar_own_rows){.key = e->key, .level = level, .zone_s = e->base.zone_s};
    if (e->new.base) {
        if (!calendar_rows_in_force(rows, e->new.base, e->base.arena, &below, err))
            return false;
        if (below.level >= level)
            return error_set(err, ERR_CALENDAR_BASE, arg_text("field", "base"),
                             arg_text("value", e->new.base),
                             arg_text("level", words_calendar_level.words[e->new.level]));
        e->after.base_id = below.id;
        e->after.zone_s = below.zone_s;
    }
    if (e->new.rows && !calendar_rows_parse(e->new.rows, e->base.arena, &e->after, err))
        return false;
    return calendar_rows_build(&e->after, rows, e->base.lang, &cal, err) &&
           calendar_check_gaps(cal, err) &&
           calendar_rows_difference(&none, &e->after, e->base.arena, &e->went, &e->came, err);
}

static enum step_result new_judge(struct request *req)
{
    struct edit *e = edit_of(req);
    struct db_params p;
    bool sent;

    if (!judge_new(e, &req->error))
        return request_fail(req);
    db_params_init(&p);
    db_put_text(&p, e->key);
    db_put_text(&p, e->new.name);
    db_put_text(&p, words_calendar_level.words[e->new.level]);
    db_put_text(&p, e->new.base);
    db_put_int4(&p, e->after.zone_s);
    db_put_int8(&p, e->epoch);
    sent = put_rows(e, &p);
    db_put_date(&p, e->new.effective_on);
    db_put_int8(&p, req->principal.officer_id);
    db_put_text(&p, e->new.source);
    db_put_text(&p, e->new.reason);
    db_put_text(&p, e->came);
    db_put_instant(&p, req->now);
    sent = sent && request_query(req, SLOT_SAVE, DB_LANE_JOB, DB_CALENDAR_CREATE, &p);
    db_params_deinit(&p);
    if (!sent && req->error.code == ERR_NONE)
        return no_memory(req);
    return sent ? request_wait(req, EDIT_SAVED) : request_fail(req);
}

static enum step_result new_saved(struct request *req)
{
    struct edit *e = edit_of(req);

    e->change_id = db_int(&request_result(req, SLOT_SAVE)->result, 0, 0);
    if (!e->change_id && e->n_tries++ < EDIT_TRIES)
        return request_next(req, EDIT_STATE);
    if (!e->change_id) {
        error_set(&req->error, ERR_CALENDAR_STALE, arg_text("calendar", e->key),
                  arg_number("version", 0));
        return request_fail(req);
    }
    return edit_reload(req, EDIT_ORDER);
}

static enum step_result new_reply(struct request *req)
{
    struct edit *e = edit_of(req);
    struct wire_calendar out;

    wire_calendar_init(&out);
    out.key = e->key;
    out.name = e->new.name;
    out.level = e->new.level;
    out.base = e->new.base;
    out.version = e->change_id;
    edit_version_field(req, e->change_id);
    if (!wire_calendar_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 201);
}

static const struct step change_steps[] = {
    [EDIT_PARSE] = {"parse", change_parse}, [EDIT_STATE] = {"state", edit_state},
    [EDIT_ROWS] = {"rows", edit_rows},      [EDIT_JUDGE] = {"judge", edit_judge},
    [EDIT_SAVED] = {"saved", edit_saved},   [EDIT_ORDER] = {"order", change_order},
    [EDIT_REPLY] = {"reply", change_reply},
};
static const struct step new_steps[] = {
    [EDIT_PARSE] = {"parse", new_parse}, [EDIT_STATE] = {"state", edit_state},
    [EDIT_ROWS] = {"rows", edit_rows},   [EDIT_JUDGE] = {"judge", new_judge},
    [EDIT_SAVED] = {"saved", new_saved}, [EDIT_ORDER] = {"reply", new_reply},
};
const struct use_case use_case_calendar_change = {"calendar change", sizeof(struct edit),
                                                  change_steps, false, EDIT_LIMIT};
const struct use_case use_case_calendar_new = {"calendar new", sizeof(struct edit), new_steps,
                                               false, EDIT_LIMIT};
