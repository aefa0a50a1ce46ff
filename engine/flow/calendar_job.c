/* See calendar_job.h: the walk.
 *
 *   begin -> fresh -> [propose -> proposed] -> total -> gather .. -> load -> decide -> settle
 *              ^                                          ^                              |
 *              +---------- reference data edited ---------)------------------------------+
 *                                                         +---- passed <- checkpoint ----+
 *
 * Office by office and by id, so that the cost follows the open dossiers of the offices concerned
 * and memory that of a chunk. What failed is tried again at the end. A second edit while the job of
 * an older one runs does no harm: both compute on the newest calendar, and whichever comes second
 * finds the date as it should be. */
#include "flow/calendar_job.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "domain/calendar_text.h"
#include "flow/app.h"
#include "flow/calendar_impl.h"

#define CHUNK_ARENA (256u << 20)

enum {
    C_BEGIN,
    C_FRESH,
    C_PROPOSED,
    C_TOTAL,
    C_GATHER,
    C_GATHERED,
    C_LOAD,
    C_DECIDE,
    C_SETTLE,
    C_PASSED
};
enum { SLOT_SETTING, SLOT_ROWS, SLOT_EVENTS };

/* ---- where it stands ---- */

static void cursor_write(struct calendar_job *c)
{
    const struct calendar_tally *t = &c->tally;
    int n = snprintf(c->job.cursor, sizeof c->job.cursor, "%d %" PRId64 " %" PRId64 " %" PRId64,
                     c->pass, c->office, c->after, c->last_item);

    for (int i = 0; i <= CALENDAR_FAILED; i++)
        n += snprintf(c->job.cursor + n, sizeof c->job.cursor - (size_t)n, " %" PRId64, t->n[i]);
    (void)snprintf(c->job.cursor + n, sizeof c->job.cursor - (size_t)n, " %d %d",
                   (int)t->earliest_on, (int)t->latest_on);
}

static void cursor_read(struct calendar_job *c)
{
    int64_t v[4 + CALENDAR_FAILED + 1 + 2] = {0};
    char *at = c->job.cursor;

    v[4 + CALENDAR_FAILED + 1] = v[4 + CALENDAR_FAILED + 2] = DATE_NONE;
    for (size_t i = 0; *at && i < ARRAY_LEN(v); i++)
        v[i] = strtoll(at, &at, 10);
    c->pass = (int)v[0];
    c->office = v[1];
    c->after = v[2];
    c->last_item = v[3];
    for (int i = 0; i <= CALENDAR_FAILED; i++)
        c->tally.n[i] = v[4 + i];
    c->tally.earliest_on = (int32_t)v[4 + CALENDAR_FAILED + 1];
    c->tally.latest_on = (int32_t)v[4 + CALENDAR_FAILED + 2];
}

/* ---- on which calendars ---- */

static enum step_result calendar_begin(struct request *req)
{
    struct calendar_job *c = container_of(req, struct calendar_job, job.base);

    if (!c->in.calendar) {
        if (!wire_calendar_job_parameters_decode(req->json, req->arena, &c->in, &req->error))
            return request_fail(req);
        if (c->in.change == INTEGER_NONE)
            c->in.change = 0;
        c->is_preview = req->use_case == &use_case_calendar_preview;
        cursor_read(c);
    }
    return job_reference_send(&c->job, SLOT_SETTING) ? request_wait(req, C_FRESH)
                                                     : request_fail(req);
}

/* The calendar edited, by its key; 0 when it is gone. */
static int64_t calendar_edited(const struct calendar_job *c)
{
    const struct reference *r = c->job.base.reference;

    for (int i = 0; i < r->n_calendars; i++)
        if (!strcmp(r->calendars[i].key, c->in.calendar))
            return r->calendars[i].id;
    return 0;
}

/* Does the edit concern an office? Those that the edit named, those whose calendar is another one
 * in the variant, or all that work by the edited calendar, their own or inherited. */
static bool is_concerned(const struct calendar_job *c, int i, int64_t edited)
{
    const struct reference *r = c->job.base.reference;
    const struct office_ref *o = &r->offices[i];

    for (size_t k = 0; k < c->in.n_offices; k++)
        if (!strcmp(c->in.offices[k], o->key))
            return true;
    if (c->in.n_offices)
        return false;
    if (c->in.office)
        return r->base && o->calendar != r->base->offices[i].calendar;
    for (int k = 0; o->calendar && k < r->n_calendars; k++)
        if (r->calendars[k].calendar == o->calendar &&
            reference_calendar_stands_on(r, r->calendars[k].id, edited))
            return true;
    return false;
}

/* The offices concerned, in order of id. */
static bool find_offices(struct calendar_job *c)
{
    const struct reference *r = c->job.base.reference;
    int64_t edited = calendar_edited(c);

    if (!edited)
        return error_set(&c->job.base.error, ERR_CALENDAR_UNKNOWN,
                         arg_text("value", c->in.calendar));
    if (!c->offices)
        c->offices = arena_array(c->job.base.arena, (size_t)r->n_offices + 64, sizeof *c->offices);
    if (!c->offices)
        return error_set(&c->job.base.error, ERR_NO_MEMORY, arg_text("what", "calendar"));
    c->n_offices = 0;
    for (int i = 0; i < r->n_offices; i++)
        if (is_concerned(c, i, edited))
            c->offices[c->n_offices++] = r->offices[i].id;
    return true;
}

static enum step_result send_total(struct calendar_job *c)
{
    struct request *req = &c->job.base;
    struct db_params p;
    bool sent;

    if (!find_offices(c))
        return request_fail(req);
    if (c->members) /* the reference was read again for the sake of a chunk under way */
        return request_next(req, C_LOAD);
    if (c->job.total >= 0)
        return request_next(req, C_GATHER);
    db_params_init(&p);
    db_put_int8_array(&p, c->offices, c->n_offices);
    db_put_date(&p, c->in.first_on);
    db_put_date(&p, c->in.last_on);
    sent = request_query(req, SLOT_ROWS, DB_LANE_JOB, DB_CALENDAR_CONCERNED_COUNT, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, C_TOTAL) : request_fail(req);
}

/* An office with another calendar: no day is otherwise, but the office works by other days. */
static enum step_result office_proposed(struct calendar_job *c)
{
    struct request *req = &c->job.base;
    struct reference *variant;

    if (!reference_propose_office(req->reference, c->in.office, c->in.calendar, &variant,
                                  &req->error))
        return request_fail(req);
    reference_unref(req->reference);
    req->reference = variant;
    return send_total(c);
}

static enum step_result calendar_fresh(struct request *req)
{
    struct calendar_job *c = container_of(req, struct calendar_job, job.base);

    if (!job_reference_is_fresh(&c->job, SLOT_SETTING))
        return req->error.code != ERR_NONE ? request_fail(req) : request_wait(req, C_BEGIN);
    if (!c->is_preview)
        return send_total(c);
    if (c->in.office)
        return office_proposed(c);
    return request_query(req, SLOT_ROWS, DB_LANE_JOB, DB_REFERENCE_CALENDARS, NULL)
               ? request_wait(req, C_PROPOSED)
               : request_fail(req);
}

/* The rows of the parameters as texts. */
static bool read_proposal(struct calendar_job *c, struct calendar_proposal *ret)
{
    struct request *req = &c->job.base;
    const cJSON *rows = cJSON_GetObjectItemCaseSensitive(req->json, "rows"), *row, *field;
    int n = cJSON_GetArraySize(rows), at = 0;
    const char **fields =
        arena_array(req->arena, (size_t)n * CALENDAR_COLUMN_COUNT + 1, sizeof *fields);

    if (!fields)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "calendar"));
    cJSON_ArrayForEach (row, rows) {
        int columns = 0;

        cJSON_ArrayForEach (field, row)
            if (columns < CALENDAR_COLUMN_COUNT && cJSON_IsString(field)) {
                fields[at++] = field->valuestring;
                columns++;
            }
        while (columns++ < CALENDAR_COLUMN_COUNT)
            fields[at++] = "";
    }
    *ret = (struct calendar_proposal){c->in.calendar, n, fields};
    return true;
}

static enum step_result calendar_proposed(struct request *req)
{
    struct calendar_job *c = container_of(req, struct calendar_job, job.base);
    struct calendar_proposal p;
    struct reference *variant;

    if (!read_proposal(c, &p) ||
        !reference_propose_calendar(req->reference, &request_result(req, SLOT_ROWS)->result, &p,
                                    &variant, &req->error))
        return request_fail(req);
    if (!reference_days_changed(req->reference, variant, &c->in.first_on, &c->in.last_on)) {
        c->in.first_on = date_from_civil(2200, 1, 1); /* no day: nothing is due then */
        c->in.last_on = date_from_civil(1900, 1, 1);
    }
    reference_unref(req->reference);
    req->reference = variant; /* freed with the request, and shares what it stands on */
    return send_total(c);
}

static enum step_result calendar_total(struct request *req)
{
    struct calendar_job *c = container_of(req, struct calendar_job, job.base);

    c->job.total = db_int(&request_result(req, SLOT_ROWS)->result, 0, 0);
    return request_next(req, C_GATHER);
}

/* ---- a chunk ---- */

static bool begin_chunk(struct calendar_job *c)
{
    struct request *req = &c->job.base;

    req->chunk = arena_new(CHUNK_ARENA);
    c->members = req->chunk ? arena_array(req->chunk, CALENDAR_CHUNK, sizeof *c->members) : NULL;
    c->n_members = 0;
    return c->members || error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "calendar"));
}

/* The next office not walked to its end; 0: none. */
static int64_t next_office(const struct calendar_job *c, int64_t from)
{
    for (int i = 0; i < c->n_offices; i++)
        if (c->offices[i] >= from)
            return c->offices[i];
    return 0;
}

static bool send_concerned(struct calendar_job *c)
{
    struct db_params p;
    bool sent;

    db_params_init(&p);
    if (c->pass == 0) {
        db_put_int8(&p, c->office);
        db_put_int8(&p, c->after);
        db_put_int4(&p, CALENDAR_CHUNK - c->n_members);
        db_put_date(&p, c->in.first_on);
        db_put_date(&p, c->in.last_on);
    } else {
        db_put_int8(&p, c->job.id);
        db_put_int8(&p, c->after);
        db_put_int8(&p, c->last_item);
        db_put_int4(&p, CALENDAR_CHUNK);
    }
    sent = request_query(&c->job.base, SLOT_ROWS, DB_LANE_JOB,
                         c->pass == 0 ? DB_CALENDAR_CONCERNED : DB_CALENDAR_FAILED, &p);
    db_params_deinit(&p);
    return sent;
}

static enum step_result finish(struct calendar_job *c)
{
    const struct calendar_tally *t = &c->tally;
    struct request *req = &c->job.base;
    struct wire_calendar_job_result out;

    wire_calendar_job_result_init(&out);
    out.calendar = c->in.calendar;
    if (c->in.change)
        out.change = c->in.change;
    out.seen = c->job.done;
    out.same = t->n[RECOMPUTE_SAME];
    out.moved = t->n[RECOMPUTE_MOVED];
    out.earlier_kept = t->n[RECOMPUTE_EARLIER_KEPT];
    out.overdue_kept = t->n[RECOMPUTE_OVERDUE_KEPT];
    out.given = t->n[RECOMPUTE_GIVEN];
    out.failed = t->n[CALENDAR_FAILED];
    out.earliest_on = t->earliest_on;
    out.latest_on = t->latest_on;
    if (!wire_calendar_job_result_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return STEP_DONE;
}

static enum step_result calendar_gather(struct request *req)
{
    struct calendar_job *c = container_of(req, struct calendar_job, job.base);

    if (!c->members && !begin_chunk(c))
        return request_fail(req);
    if (c->pass == 0) {
        int64_t office = next_office(c, c->office);

        if (office && office != c->office) {
            c->office = office;
            c->after = 0;
        }
        c->is_exhausted = office == 0; /* the cursor stays behind the last one */
    }
    if (c->n_members == CALENDAR_CHUNK || (c->is_exhausted && c->n_members > 0))
        return request_next(req, C_LOAD);
    if (!c->is_exhausted)
        return send_concerned(c) ? request_wait(req, C_GATHERED) : request_fail(req);
    if (c->pass == 1 || c->tally.n[CALENDAR_FAILED] == 0 || c->is_preview)
        return finish(c);
    c->pass = 1;
    c->after = 0;
    c->last_item = c->job.n_items;
    c->is_exhausted = false;
    return request_next(req, C_GATHER);
}

static enum step_result calendar_gathered(struct request *req)
{
    struct calendar_job *c = container_of(req, struct calendar_job, job.base);
    const struct db_result *r = &request_result(req, SLOT_ROWS)->result;
    int n = db_rows(r), first = c->pass == 0 ? 0 : 1; /* pass 1 has the ordinal before the id */
    bool is_last = n < CALENDAR_CHUNK - c->n_members;

    for (int i = 0; i < n; i++) {
        struct calendar_member *m = &c->members[c->n_members++];

        m->job = c;
        m->id = db_int(r, i, first);
        m->code = arena_strdup(req->chunk, db_text_or_empty(r, i, first + 1));
        c->after = db_int(r, i, 0);
    }
    if (is_last && c->pass == 0) {
        c->office++; /* the next id there is, on the next round */
        c->after = 0;
    } else if (is_last) {
        c->is_exhausted = true;
    }
    return request_next(req, C_GATHER);
}

static int by_id(const void *a, const void *b)
{
    const struct calendar_member *x = a, *y = b;

    return x->id < y->id ? -1 : x->id > y->id;
}

static enum step_result calendar_load(struct request *req)
{
    struct calendar_job *c = container_of(req, struct calendar_job, job.base);
    int64_t ids[CALENDAR_CHUNK];
    struct db_params p;
    bool sent;
    int n = 0;

    qsort(c->members, (size_t)c->n_members, sizeof *c->members, by_id);
    for (int i = 0; i < c->n_members; i++)
        if (!c->members[i].is_settled)
            ids[n++] = c->members[i].id;
    db_params_init(&p);
    db_put_int8_array(&p, ids, n);
    sent = request_query(req, SLOT_EVENTS, DB_LANE_JOB, DB_EVENTS_OF, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, C_DECIDE) : request_fail(req);
}

/* Gives each member its rows: both come by id. */
static bool read_events(struct calendar_job *c)
{
    struct request *req = &c->job.base;
    const struct db_result *r = &request_result(req, SLOT_EVENTS)->result;
    int row = 0, n = db_rows(r);

    for (int i = 0; i < c->n_members; i++) {
        struct calendar_member *m = &c->members[i];
        int from = row;
        struct event *events;

        if (m->is_settled)
            continue;
        while (row < n && db_int(r, row, 0) == m->id)
            row++;
        events = arena_array(req->chunk, (size_t)(row - from) + 1, sizeof *events);
        if (!events)
            return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "calendar"));
        for (int k = from; k < row; k++) {
            size_t len;
            const char *bytes = db_bytes(r, k, 2, &len);

            if (!event_decode(req->chunk, bytes, len, &events[k - from], &m->error))
                break;
        }
        m->history = (struct history){events, row - from};
    }
    return true;
}

static enum step_result calendar_decide(struct request *req)
{
    struct calendar_job *c = container_of(req, struct calendar_job, job.base);

    req->now = clock_business();
    if (!read_events(c))
        return request_fail(req);
    for (int i = 0; i < c->n_members; i++)
        if (!c->members[i].is_settled && !calendar_member_decide(c, &c->members[i]))
            return request_fail(req);
    return request_wait(req, C_SETTLE);
}

static enum step_result calendar_settle(struct request *req)
{
    struct calendar_job *c = container_of(req, struct calendar_job, job.base);
    bool is_epoch_old = false;
    int n_left = 0;

    for (int i = 0; i < c->n_members; i++) {
        struct calendar_member *m = &c->members[i];

        if (!m->is_settled && !calendar_member_settle(c, m, &is_epoch_old))
            return request_fail(req);
        n_left += !m->is_settled;
    }
    if (n_left)
        return request_next(req, is_epoch_old ? C_BEGIN : C_LOAD);
    for (int i = 0; i < c->n_members; i++)
        if (!calendar_member_count(c, &c->members[i]))
            return request_fail(req);
    cursor_write(c);
    if (!job_checkpoint(&c->job))
        return request_fail(req);
    req->chunk = arena_free(req->chunk);
    c->members = NULL;
    c->n_members = 0;
    return request_wait(req, C_PASSED);
}

static enum step_result calendar_passed(struct request *req)
{
    struct calendar_job *c = container_of(req, struct calendar_job, job.base);

    return job_goes_on(&c->job) ? request_next(req, C_GATHER) : STEP_DONE;
}

static const struct step calendar_steps[] = {
    [C_BEGIN] = {"begin", calendar_begin},
    [C_FRESH] = {"fresh", calendar_fresh},
    [C_PROPOSED] = {"proposed", calendar_proposed},
    [C_TOTAL] = {"total", calendar_total},
    [C_GATHER] = {"gather", calendar_gather},
    [C_GATHERED] = {"gathered", calendar_gathered},
    [C_LOAD] = {"load", calendar_load},
    [C_DECIDE] = {"decide", calendar_decide},
    [C_SETTLE] = {"settle", calendar_settle},
    [C_PASSED] = {"passed", calendar_passed},
};
const struct use_case use_case_calendar_preview = {"calendar preview", sizeof(struct calendar_job),
                                                   calendar_steps, false, 64u << 20};
const struct use_case use_case_calendar_apply = {"calendar apply", sizeof(struct calendar_job),
                                                 calendar_steps, false, 0};

bool calendar_preview_send(struct request *req, int slot, const char *key,
                           const struct calendar_proposal *p)
{
    CLEANUP(buffer_deinit) struct buffer b = {0};

    buffer_text(&b, "{\"calendar\":");
    json_write(&b, p->key, strlen(p->key));
    buffer_text(&b, ",\"rows\":[");
    for (int i = 0; i < p->n_rows; i++) {
        buffer_text(&b, i ? ",[" : "[");
        for (int k = 0; k < CALENDAR_COLUMN_COUNT; k++) {
            const char *field = p->fields[i * CALENDAR_COLUMN_COUNT + k];

            if (k)
                buffer_char(&b, ',');
            json_write(&b, field, strlen(field));
        }
        buffer_char(&b, ']');
    }
    buffer_text(&b, "]}");
    if (b.is_failed)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "calendar"));
    return job_create_send(req, slot, JOB_CALENDAR_PREVIEW, key, b.data);
}

bool calendar_preview_office_send(struct request *req, int slot, const char *key,
                                  const char *office, const char *calendar)
{
    CLEANUP(buffer_deinit) struct buffer b = {0};

    buffer_text(&b, "{\"calendar\":");
    json_write(&b, calendar, strlen(calendar));
    buffer_text(&b, ",\"office\":");
    json_write(&b, office, strlen(office));
    buffer_char(&b, '}');
    if (b.is_failed)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "calendar"));
    return job_create_send(req, slot, JOB_CALENDAR_PREVIEW, key, b.data);
}
