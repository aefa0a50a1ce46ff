/* See calendar_read.h. Days come from the reference snapshot, where calendars stand stacked; a
 * calendar's own rows, and when it was last edited, from the database. */
#include "flow/calendar_read.h"

#include <stdio.h>
#include <string.h>

#include "base/csv.h"
#include "domain/calendar_ics.h"
#include "domain/calendar_text.h"
#include "domain/holiday.h"
#include "flow/app.h"
#include "flow/asked.h"
#include "flow/edit.h"
#include "flow/view.h"
#include "wire/message.h"

#define DAYS_MAX      400
#define SESSIONS_TEXT (CALENDAR_SESSIONS_MAX * 12 + 1)

static enum step_result no_memory(struct request *req)
{
    error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "calendar"));
    return request_fail(req);
}

const struct calendar_ref *calendar_of_path(struct request *req)
{
    const char *key = http_request_param(req->http, "key");

    for (int i = 0; i < req->reference->n_calendars; i++)
        if (!strcmp(req->reference->calendars[i].key, key))
            return &req->reference->calendars[i];
    error_set(&req->error, ERR_ITEM_UNKNOWN, arg_text("value", key));
    return NULL;
}

/* ---- the list, and one ---- */

static bool fill_calendar(struct request *req, const struct calendar_ref *c,
                          struct wire_calendar *w)
{
    int first = calendar_first_year(c->calendar), last = calendar_last_year(c->calendar);
    struct wire_calendar_year *years =
        arena_array(req->arena, (size_t)last - (size_t)first + 1, sizeof *years);

    if (!years)
        return false;
    wire_calendar_init(w);
    w->key = c->key;
    w->name = c->name;
    w->first_on = date_from_civil(first, 1, 1);
    w->last_on = date_from_civil(last, 12, 31);
    w->is_synthetic = calendar_is_synthetic(c->calendar, w->first_on, w->last_on);
    for (int year = first; year <= last; year++) {
        struct wire_calendar_year *y = &years[w->n_years++];

        wire_calendar_year_init(y);
        y->year = year;
        y->state = (int)calendar_year_state(c->calendar, year);
    }
    w->years = years;
    return true;
}

static enum step_result calendars_reply(struct request *req)
{
    const struct reference *ref = req->reference;
    struct wire_calendar *items =
        arena_array(req->arena, (size_t)ref->n_calendars + 1, sizeof *items);
    struct wire_calendar_list out;

    if (!items)
        return no_memory(req);
    wire_calendar_list_init(&out);
    out.items = items;
    for (int i = 0; i < ref->n_calendars && out.n_items < LIST_ITEMS_MAX; i++)
        if (!fill_calendar(req, &ref->calendars[i], &items[out.n_items++]))
            return no_memory(req);
    if (!wire_calendar_list_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

/* Its own rows, and its state: in this order, so that an edit between them gives a version that is
 * too new for the text at worst, and a save on it is judged again. */
static enum step_result own_send(struct request *req)
{
    struct db_params p;
    bool sent;

    db_params_init(&p);
    db_put_text(&p, http_request_param(req->http, "key"));
    sent = request_query(req, 1, DB_LANE_READ, DB_CALENDAR_STATE, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, 1) : request_fail(req);
}

static enum step_result rows_send(struct request *req)
{
    return request_query(req, 0, DB_LANE_READ, DB_REFERENCE_CALENDARS, NULL) ? request_wait(req, 2)
                                                                             : request_fail(req);
}

/* The calendar's rows in the text form that imports take; finds level and base on the way. */
static void write_rows(const struct db_result *r, const char *key, struct buffer *text,
                       struct wire_calendar *w)
{
    for (int c = 0; c < CALENDAR_COLUMN_COUNT; c++)
        buffer_printf(text, "%s%c", calendar_column_names[c],
                      c + 1 == CALENDAR_COLUMN_COUNT ? '\n' : ',');
    for (int i = 0; i < db_rows(r); i++) {
        if (strcmp(db_text_or_empty(r, i, 1), key) != 0)
            continue;
        w->level = words_find(&words_calendar_level, db_text_or_empty(r, i, 3));
        for (int k = 0; k < db_rows(r); k++)
            if (db_int(r, i, 4) && db_int(r, k, 0) == db_int(r, i, 4))
                w->base = db_text(r, k, 1);
        if (db_is_null(r, i, 6))
            continue;
        for (int c = 0; c < CALENDAR_COLUMN_COUNT; c++) {
            csv_write(text, db_text_or_empty(r, i, 6 + c));
            buffer_char(text, c + 1 == CALENDAR_COLUMN_COUNT ? '\n' : ',');
        }
    }
}

static enum step_result calendar_reply(struct request *req)
{
    const struct calendar_ref *c = calendar_of_path(req);
    struct buffer text = {0};
    struct wire_calendar out;
    bool ok;

    if (!c)
        return request_fail(req);
    if (!fill_calendar(req, c, &out))
        return no_memory(req);
    out.version = db_int(&request_result(req, 1)->result, 0, 2);
    write_rows(&request_result(req, 0)->result, c->key, &text, &out);
    out.text = text.data;
    ok = !text.is_failed && wire_calendar_encode(&out, req->zone_s, &req->body, &req->error);
    buffer_deinit(&text);
    edit_version_field(req, out.version);
    return ok ? request_reply_json(req, 200) : no_memory(req);
}

/* ---- days ---- */

struct days {
    struct request base;
    struct wire_calendar_days_query in;
};

static enum step_result days_parse(struct request *req)
{
    struct days *d = container_of(req, struct days, base);

    if (!codec_decode_pairs(&message_calendar_days_query, req->http->query, req->http->n_query,
                            req->arena, &d->in, &req->error))
        return request_fail(req);
    if (d->in.to < d->in.from || d->in.to - d->in.from >= DAYS_MAX) {
        error_set(&req->error, ERR_CALENDAR_SPAN, arg_date("from", d->in.from),
                  arg_date("to", d->in.to), arg_number("limit", DAYS_MAX));
        return request_fail(req);
    }
    return request_wait(req, 1);
}

static bool fill_day(struct request *req, const struct calendar_info *info,
                     struct wire_calendar_day *w)
{
    bool is_vi = req->lang == LANGUAGE_VI || !info->name_en[0];
    char sessions[SESSIONS_TEXT] = "";
    size_t len = 0;

    wire_calendar_day_init(w);
    w->on = info->on;
    w->kind = (int)info->kind;
    w->label = calendar_kind_phrase(info->kind, req->lang);
    w->is_working = info->is_working;
    for (int i = 0; i < info->n_sessions; i++) {
        const struct calendar_session *s = &info->sessions[i];

        len += (size_t)snprintf(sessions + len, sizeof sessions - len, "%s%02d:%02d-%02d:%02d",
                                i ? " " : "", s->from_minute / 60, s->from_minute % 60,
                                s->to_minute / 60, s->to_minute % 60);
    }
    if (len)
        w->sessions = arena_strdup(req->arena, sessions);
    w->name = is_vi ? info->name_vi : info->name_en;
    w->name = w->name[0] ? w->name : NULL;
    w->source = info->source[0] ? info->source : NULL;
    w->level = (int)info->level;
    w->year_state = (int)info->year_state;
    w->is_synthetic = info->is_synthetic;
    w->pays_back = info->like_on;
    return !len || w->sessions;
}

static enum step_result days_reply(struct request *req)
{
    struct days *d = container_of(req, struct days, base);
    const struct calendar_ref *c = calendar_of_path(req);
    size_t n = (size_t)(d->in.to - d->in.from) + 1;
    struct wire_calendar_day *items = arena_array(req->arena, n, sizeof *items);
    struct wire_calendar_days out;

    if (!c)
        return request_fail(req);
    if (!items)
        return no_memory(req);
    wire_calendar_days_init(&out);
    out.calendar = c->key;
    out.items = items;
    for (int32_t on = d->in.from; on <= d->in.to; on++) {
        struct calendar_info info;

        if (!calendar_day(c->calendar, on, &info, &req->error))
            return request_fail(req);
        if (!fill_day(req, &info, &items[out.n_items++]))
            return no_memory(req);
    }
    if (!wire_calendar_days_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

/* ---- a year against the law ---- */

struct check {
    struct request base;
    struct wire_calendar_check_query in;
    struct holiday_check found;
};

static enum step_result check_parse(struct request *req)
{
    struct check *c = container_of(req, struct check, base);

    if (!codec_decode_pairs(&message_calendar_check_query, req->http->query, req->http->n_query,
                            req->arena, &c->in, &req->error))
        return request_fail(req);
    return request_wait(req, 1);
}

static bool fill_finding(struct request *req, const struct holiday_finding *f,
                         struct wire_calendar_finding *w)
{
    struct buffer reason = {0};

    wire_calendar_finding_init(w);
    holiday_finding_write(f, req->lang, &reason);
    w->on = f->on;
    w->state = words_find(&words_calendar_finding, holiday_finding_word(f->kind));
    w->reason = reason.is_failed ? NULL : arena_strdup(req->arena, reason.data ? reason.data : "-");
    buffer_deinit(&reason);
    w->found = (int)f->found;
    w->is_chosen = f->is_chosen;
    if (f->holiday >= 0) {
        w->law = f->is_substitute ? "law:substitute-day" : holiday_law((enum holiday)f->holiday);
        w->source = holiday_instrument((enum holiday)f->holiday, f->is_substitute);
        w->confidence = holiday_confidence((enum holiday)f->holiday, f->is_substitute);
    }
    return w->reason != NULL;
}

static enum step_result check_reply(struct request *req)
{
    struct check *c = container_of(req, struct check, base);
    const struct calendar_ref *cal = calendar_of_path(req);
    struct wire_calendar_finding *items;
    struct wire_calendar_check out;
    struct buffer rows = {0};
    bool ok;

    if (!cal || !holiday_check(cal->calendar, (int)c->in.year, &c->found, &req->error))
        return request_fail(req);
    items = arena_array(req->arena, (size_t)c->found.n_findings + 1, sizeof *items);
    if (!items)
        return no_memory(req);
    wire_calendar_check_init(&out);
    out.calendar = cal->key;
    out.year = c->in.year;
    out.year_state = (int)c->found.state;
    out.is_sure = c->found.law.is_sure;
    out.missing = c->found.n_missing;
    out.extra = c->found.n_extra;
    out.different = c->found.n_different;
    out.items = items;
    for (int i = 0; i < c->found.n_findings; i++)
        if (!fill_finding(req, &c->found.findings[i], &items[out.n_items++]))
            return no_memory(req);
    holiday_rows_write(&c->found, &rows);
    out.rows = rows.len ? rows.data : NULL;
    ok = !rows.is_failed && wire_calendar_check_encode(&out, req->zone_s, &req->body, &req->error);
    buffer_deinit(&rows);
    return ok ? request_reply_json(req, 200) : no_memory(req);
}

/* ---- exports ---- */

struct export
{
    struct request base;
    struct wire_calendar_export_query in;
};

static enum step_result export_parse(struct request *req)
{
    struct export *e = container_of(req, struct export, base);

    if (!codec_decode_pairs(&message_calendar_export_query, req->http->query, req->http->n_query,
                            req->arena, &e->in, &req->error))
        return request_fail(req);
    return own_send(req);
}

static enum step_result export_reply(struct request *req)
{
    struct export *e = container_of(req, struct export, base);
    const struct calendar_ref *c = calendar_of_path(req);
    const struct db_result *state = &request_result(req, 1)->result;
    bool is_ics = e->in.format == words_find(&words_calendar_format, "ics");
    struct wire_calendar ignored;
    char disposition[128];

    if (!c)
        return request_fail(req);
    snprintf(disposition, sizeof disposition, "attachment; filename=\"%s.%s\"", c->key,
             is_ics ? "ics" : "csv");
    request_field(req, "Content-Disposition", disposition);
    req->status = 200;
    req->content_type = is_ics ? "text/calendar; charset=utf-8" : "text/csv; charset=utf-8";
    if (is_ics) {
        struct calendar_ics how = {.key = c->key,
                                   .from_year = calendar_first_year(c->calendar),
                                   .to_year = calendar_last_year(c->calendar),
                                   .stamp_at =
                                       db_is_null(state, 0, 3) ? 0 : db_instant(state, 0, 3),
                                   .lang = req->lang};

        if (e->in.year != INTEGER_NONE)
            how.from_year = how.to_year = (int)e->in.year;
        calendar_ics_write(c->calendar, &how, &req->body);
    } else {
        write_rows(&request_result(req, 0)->result, c->key, &req->body, &ignored);
    }
    if (req->body.is_failed)
        return no_memory(req);
    return STEP_DONE;
}

/* ---- the log of edits ---- */

struct changes {
    struct request base;
    struct wire_reference_change_query in;
    int64_t limit;
};

static enum step_result changes_parse(struct request *req)
{
    struct changes *c = container_of(req, struct changes, base);
    int64_t after = 0;
    struct db_params p;
    bool sent;

    if (!codec_decode_pairs(&message_reference_change_query, req->http->query, req->http->n_query,
                            req->arena, &c->in, &req->error))
        return request_fail(req);
    if (!asked_after(req, c->in.after, (int64_t *[]){&after}, 1))
        return request_fail(req);
    c->limit = c->in.limit == INTEGER_NONE ? 50 : c->in.limit;
    db_params_init(&p);
    db_put_text(&p, c->in.kind == WORD_NONE ? NULL : words_reference_kind.words[c->in.kind]);
    db_put_text(&p, c->in.key);
    db_put_id(&p, c->in.id == INTEGER_NONE ? 0 : c->in.id);
    db_put_id(&p, after);
    db_put_int8(&p, c->limit + 1);
    sent = request_query(req, 0, DB_LANE_READ, DB_CHANGE_LIST, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, 1) : request_fail(req);
}

static const char *text_or_none(const struct db_result *r, int row, int column)
{
    const char *text = db_text_or_empty(r, row, column);

    return text[0] ? text : NULL;
}

static void fill_change(struct request *req, const struct db_result *r, int i,
                        struct wire_reference_change *w)
{
    wire_reference_change_init(w);
    w->id = db_int(r, i, 0);
    w->kind = words_find(&words_reference_kind, db_text_or_empty(r, i, 1));
    w->key = db_text_or_empty(r, i, 2);
    w->action = db_text_or_empty(r, i, 3);
    w->effective_on = db_date(r, i, 4);
    w->author = view_officer_key(req, db_int(r, i, 5));
    w->author_name = view_officer_name(req, db_int(r, i, 5));
    w->source = db_text_or_empty(r, i, 6);
    w->reason = db_text_or_empty(r, i, 7);
    w->before = text_or_none(r, i, 8);
    w->after = text_or_none(r, i, 9);
    w->is_cut = db_bool(r, i, 10);
    w->recorded_at = db_instant(r, i, 11);
}

static enum step_result changes_reply(struct request *req)
{
    struct changes *c = container_of(req, struct changes, base);
    const struct db_result *r = &request_result(req, 0)->result;
    struct wire_reference_change *items =
        arena_array(req->arena, (size_t)c->limit + 1, sizeof *items);
    struct wire_reference_change_list out;
    char next[32];

    if (!items)
        return no_memory(req);
    wire_reference_change_list_init(&out);
    out.items = items;
    for (int i = 0; i < db_rows(r) && i < c->limit; i++)
        fill_change(req, r, i, &items[out.n_items++]);
    if (db_rows(r) > c->limit) {
        snprintf(next, sizeof next, "%lld", (long long)items[out.n_items - 1].id);
        out.next = next;
    }
    if (!wire_reference_change_list_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static enum step_result plain_wait(struct request *req)
{
    return request_wait(req, 1);
}

#define READ_LIMIT (64u << 20)
#define USE_CASE(id, name, type, ...)                                                              \
    static const struct step id##_steps[] = {__VA_ARGS__};                                         \
    const struct use_case use_case_##id = {name, sizeof(struct type), id##_steps, false, READ_LIMIT}

USE_CASE(calendars, "calendars", request, {"wait", plain_wait}, {"reply", calendars_reply});
USE_CASE(calendar, "calendar", request, {"state", own_send}, {"rows", rows_send},
         {"reply", calendar_reply});
USE_CASE(calendar_days, "calendar days", days, {"parse", days_parse}, {"reply", days_reply});
USE_CASE(calendar_check, "calendar check", check, {"parse", check_parse}, {"reply", check_reply});
USE_CASE(calendar_export, "calendar export", export, {"state", export_parse}, {"rows", rows_send},
         {"reply", export_reply});
USE_CASE(changes, "changes", changes, {"parse", changes_parse}, {"reply", changes_reply});
