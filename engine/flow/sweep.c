/* See sweep.h. Steps: parse -> open the run -> (chunk -> load -> decide -> count) until nothing is
 * due -> close -> reply. Killed anywhere, the next run goes on: what was committed no longer has
 * its alarm in the past. */
#include "flow/sweep.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "domain/vocabulary.h"
#include "flow/app.h"
#include "flow/sweep_member.h"
#include "flow/view.h"

#define CHUNK_ARENA (256u << 20)

enum {
    SWEEP_PARSE,
    SWEEP_OPEN,
    SWEEP_CHECK,
    SWEEP_OPENED,
    SWEEP_CHUNK_STEP,
    SWEEP_LOAD,
    SWEEP_DECIDE,
    SWEEP_COUNT,
    SWEEP_REPLY
};
enum { SLOT_MAIN, SLOT_EVENTS };

static enum step_result fail(struct sweep *s)
{
    s->base.chunk = arena_free(s->base.chunk);
    return request_fail(&s->base);
}

int64_t sweep_last_closing(const struct reference *r, int64_t now)
{
    struct error ignored; /* a missing year: nothing to sweep as of */
    int64_t at = INSTANT_NONE;

    /* The first office whose calendar can answer: an import may bring the calendar of other years.
     */
    for (int i = 0; i < r->n_offices && at == INSTANT_NONE; i++)
        if (r->offices[i].calendar &&
            !calendar_last_closing_before(r->offices[i].calendar, now + 1, &at, &ignored))
            at = INSTANT_NONE;
    return at;
}

static enum step_result sweep_parse(struct request *req)
{
    struct sweep *s = container_of(req, struct sweep, base);
    struct wire_sweep_request in;

    s->started_at = clock_business();
    s->cursor_at = s->cursor_id = 0;
    if (req->exchange) {
        if (!request_json(req) ||
            !wire_sweep_request_decode(req->json, req->arena, &in, &req->error))
            return request_fail(req);
        s->at = in.as_of;
        s->dry_run = in.dry_run;
    }
    return request_wait(req, SWEEP_OPEN);
}

static enum step_result sweep_open(struct request *req)
{
    struct sweep *s = container_of(req, struct sweep, base);
    struct db_params p;
    bool sent;

    if (req->exchange && !request_require(req, GRANT_RUN_SWEEP, 0))
        return request_fail(req);
    if (s->at == INSTANT_NONE)
        s->at = s->is_alarm ? req->now : sweep_last_closing(req->reference, req->now);
    if (s->at == INSTANT_NONE) {
        error_set(&req->error, ERR_SWEEP_NO_CLOSING, arg_instant("now", req->now));
        return request_fail(req);
    }
    if (s->at > req->now) {
        error_set(&req->error, ERR_SWEEP_FUTURE, arg_instant("as_of", s->at));
        return request_fail(req);
    }
    if (s->is_alarm)
        return request_next(req, SWEEP_CHUNK_STEP);
    db_params_init(&p);
    db_put_instant(&p, req->now);
    sent = request_query(req, SLOT_EVENTS, DB_LANE_JOB, DB_SWEEP_LAST, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, SWEEP_CHECK) : request_fail(req);
}

/* Nights are swept in order: what is found later is never made to look timely. */
static enum step_result sweep_check(struct request *req)
{
    struct sweep *s = container_of(req, struct sweep, base);
    const struct db_result *last = &request_result(req, SLOT_EVENTS)->result;
    struct db_params p;
    bool sent;

    if (db_rows(last) && !db_is_null(last, 0, 0) && s->at < db_instant(last, 0, 0)) {
        error_set(&req->error, ERR_SWEEP_PAST, arg_instant("as_of", s->at),
                  arg_instant("last", db_instant(last, 0, 0)));
        return request_fail(req);
    }
    if (s->dry_run)
        return request_next(req, SWEEP_CHUNK_STEP);
    db_params_init(&p);
    db_put_int8(&p, 0);
    db_put_date(&p, instant_date(s->at, req->zone_s));
    db_put_instant(&p, s->at);
    db_put_instant(&p, s->started_at);
    sent = request_query(req, SLOT_MAIN, DB_LANE_JOB, DB_SWEEP_OPEN, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, SWEEP_OPENED) : request_fail(req);
}

static enum step_result sweep_opened(struct request *req)
{
    struct sweep *s = container_of(req, struct sweep, base);
    const struct db_result *r = &request_result(req, SLOT_MAIN)->result;

    s->run_id = db_int(r, 0, 0);
    if (db_bool(r, 0, 1) || db_is_null(r, 0, 4)) /* new, or killed before its end: go on */
        return request_next(req, SWEEP_CHUNK_STEP);
    s->was_run_before = true;
    s->at = db_instant(r, 0, 2);
    s->started_at = db_instant(r, 0, 3);
    s->ended_at = db_instant(r, 0, 4);
    s->seen = db_int(r, 0, 5);
    s->warned = db_int(r, 0, 6);
    s->overdue = db_int(r, 0, 7);
    s->letters = db_int(r, 0, 8);
    s->lapsed = db_int(r, 0, 9);
    return request_next(req, SWEEP_REPLY);
}

static enum step_result sweep_chunk(struct request *req)
{
    struct sweep *s = container_of(req, struct sweep, base);
    struct db_params p;
    bool sent;

    s->base.chunk = arena_free(s->base.chunk);
    db_params_init(&p);
    db_put_instant(&p, s->at);
    db_put_instant(&p, s->cursor_at);
    db_put_int8(&p, s->cursor_id);
    db_put_int4(&p, SWEEP_CHUNK);
    sent = request_query(req, SLOT_MAIN, DB_LANE_JOB, DB_ALARM_DUE, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, SWEEP_LOAD) : fail(s);
}

static enum step_result close_run(struct sweep *s)
{
    struct request *req = &s->base;
    struct buffer failures = {0};
    struct db_params p;
    bool sent;

    s->ended_at = clock_business();
    req->app->metrics.letters_drafted += (uint64_t)s->letters;
    if (s->is_alarm || s->dry_run)
        return request_next(req, SWEEP_REPLY);
    req->app->metrics.sweeps++;
    buffer_char(&failures, '[');
    for (size_t i = 0; i < s->n_failures; i++)
        buffer_printf(&failures, "%s{\"dossier\":\"%s\",\"code\":\"%s\"}", i ? "," : "",
                      s->failures[i].dossier, s->failures[i].code);
    buffer_char(&failures, ']');
    db_params_init(&p);
    db_put_int8(&p, s->run_id);
    db_put_instant(&p, s->ended_at);
    db_put_int4(&p, (int32_t)s->seen);
    db_put_int4(&p, (int32_t)s->warned);
    db_put_int4(&p, (int32_t)s->overdue);
    db_put_int4(&p, (int32_t)s->letters);
    db_put_int4(&p, (int32_t)s->lapsed);
    db_put_text(&p, failures.is_failed ? "[]" : failures.data);
    buffer_deinit(&failures);
    sent = request_query(req, SLOT_MAIN, DB_LANE_JOB, DB_SWEEP_CLOSE, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, SWEEP_REPLY) : request_fail(req);
}

static enum step_result sweep_load(struct request *req)
{
    struct sweep *s = container_of(req, struct sweep, base);
    const struct db_result *r = &request_result(req, SLOT_MAIN)->result;
    int n = db_rows(r);
    int64_t ids[SWEEP_CHUNK];
    struct db_params p;
    bool sent;

    if (n == 0)
        return close_run(s);
    s->base.chunk = arena_new(CHUNK_ARENA);
    s->members = s->base.chunk ? arena_array(s->base.chunk, (size_t)n, sizeof *s->members) : NULL;
    if (!s->members) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "sweep"));
        return fail(s);
    }
    s->n_members = n;
    for (int i = 0; i < n; i++) {
        ids[i] = s->members[i].id = db_int(r, i, 0);
        s->members[i].owner = s;
        s->members[i].code = arena_strdup(s->base.chunk, db_text_or_empty(r, i, 2));
    }
    s->cursor_at = db_instant(r, n - 1, 1);
    s->cursor_id = ids[n - 1];
    db_params_init(&p);
    db_put_int8_array(&p, ids, n);
    sent = request_query(req, SLOT_EVENTS, DB_LANE_JOB, DB_EVENTS_OF, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, SWEEP_DECIDE) : fail(s);
}

/* Gives each member its rows: they come by dossier and seq, members are few. */
static bool read_events(struct sweep *s)
{
    struct request *req = &s->base;
    const struct db_result *r = &request_result(req, SLOT_EVENTS)->result;
    int n = db_rows(r);

    for (int from = 0, to; from < n; from = to) {
        int64_t id = db_int(r, from, 0);
        struct event *events;

        for (to = from; to < n && db_int(r, to, 0) == id; to++)
            ;
        events = arena_array(s->base.chunk, (size_t)(to - from), sizeof *events);
        if (!events)
            return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "sweep"));
        for (int i = 0; i < s->n_members; i++) {
            struct sweep_member *m = &s->members[i];

            if (m->id != id)
                continue;
            for (int row = from; row < to && m->error.code == ERR_NONE; row++) {
                size_t len;
                const char *bytes = db_bytes(r, row, 2, &len);

                if (!event_decode(s->base.chunk, bytes, len, &events[row - from], &m->error))
                    break;
            }
            m->history = (struct history){events, to - from};
            break;
        }
    }
    return true;
}

static void member_done(struct commit_member *m)
{
    request_release(m->data);
}

static void alarm_set(struct db_call *call)
{
    struct sweep_member *m = call->data;

    if (call->error.code != ERR_NONE)
        m->error = call->error;
    db_call_deinit(call);
    request_release(&((struct sweep *)m->owner)->base);
}

static bool put_next_alarm(struct sweep *s, struct sweep_member *m)
{
    struct request *req = &s->base;
    struct db_params p;
    bool sent;

    db_params_init(&p);
    db_put_int8(&p, m->id);
    db_put_int4(&p, m->history.n);
    db_put_instant(&p, m->next_alarm_at);
    m->alarm_call.done = alarm_set;
    m->alarm_call.data = m;
    sent = db_query(req->app->db, DB_LANE_JOB, DB_ALARM_SET, &p, &m->alarm_call, &m->error);
    if (sent)
        request_hold(req);
    db_params_deinit(&p);
    return sent;
}

/* Lets the core decide on one dossier and hands the decision over. */
static bool decide_one(struct sweep *s, struct sweep_member *m)
{
    struct request *req = &s->base;
    const struct sweep_work w = {req, req->chunk, s->at, req->now};

    if (!sweep_member_decide(&w, m))
        return false;
    if (s->dry_run)
        return true;
    if (m->decision.n_events == 0)
        return put_next_alarm(s, m);
    m->record.member.done = member_done;
    m->record.member.data = req;
    if (!committer_submit(req->app->committer, &m->record.member, &m->error))
        return false;
    m->is_submitted = true;
    request_hold(req);
    return true;
}

static enum step_result sweep_decide(struct request *req)
{
    struct sweep *s = container_of(req, struct sweep, base);

    req->now = clock_business();
    if (!read_events(s))
        return fail(s);
    for (int i = 0; i < s->n_members; i++)
        if (s->members[i].error.code == ERR_NONE && s->members[i].history.n > 0)
            (void)decide_one(s, &s->members[i]); /* a failure is the member's, and is counted */
    app_refill_ids(req->app, date_civil(instant_date(req->now, req->zone_s)).year);
    return request_wait(req, SWEEP_COUNT);
}

static void count_failure(struct sweep *s, const struct sweep_member *m)
{
    struct wire_sweep_failure *f;
    char sentence[400];

    s->failed++;
    log_error(LOG_WARN, "sweep_member", &m->error);
    if (!s->failures)
        s->failures = arena_array(s->base.arena, SWEEP_FAILED_MAX, sizeof *s->failures);
    if (!s->failures || s->n_failures == SWEEP_FAILED_MAX)
        return;
    f = &s->failures[s->n_failures++];
    wire_sweep_failure_init(f);
    error_sentence(&m->error, s->base.lang, s->base.zone_s, sentence, sizeof sentence);
    f->dossier = arena_strdup(s->base.arena, m->code);
    f->code = error_word(m->error.code);
    f->reason = arena_strdup(s->base.arena, sentence);
}

static void count_letter(struct sweep *s, const struct sweep_member *m, const struct event *e)
{
    struct wire_sweep_letter *l;
    const char *author = view_office_key(&s->base, event_number(e, EVENT_FIELD_AUTHOR_OFFICE, 0));

    s->letters++;
    if (s->is_alarm)
        return;
    if (!s->drafted)
        s->drafted = arena_array(s->base.arena, SWEEP_LETTERS_MAX, sizeof *s->drafted);
    if (!s->drafted || s->n_drafted == SWEEP_LETTERS_MAX)
        return;
    l = &s->drafted[s->n_drafted++];
    wire_sweep_letter_init(l);
    l->dossier = arena_strdup(s->base.arena, m->code);
    l->office = author ? author : "-";
    l->verdict = (int)m->record.after.verdict;
    l->at_fault_office = view_office_key(&s->base, event_number(e, EVENT_FIELD_AT_FAULT_OFFICE, 0));
    l->due_at = m->record.after.due_at;
}

static void count_events(struct sweep *s, const struct sweep_member *m)
{
    for (int i = 0; i < m->record.n_events; i++) {
        const struct event *e = &m->record.events[i];

        s->warned += e->action == ACTION_MARK_AT_RISK;
        s->certain += e->action == ACTION_MARK_CERTAIN;
        s->overdue += e->action == ACTION_MARK_OVERDUE;
        s->lapsed += e->action == ACTION_LAPSE_LETTER;
        s->escalated += e->action == ACTION_ESCALATE;
        if (e->action == ACTION_DRAFT_LETTER)
            count_letter(s, m, e);
    }
}

static enum step_result sweep_count(struct request *req)
{
    struct sweep *s = container_of(req, struct sweep, base);

    for (int i = 0; i < s->n_members; i++) {
        struct sweep_member *m = &s->members[i];
        const struct commit_outcome *o = &m->record.member.outcome;

        s->seen++;
        req->app->metrics.alarms++;
        if (m->is_submitted && o->result == COMMIT_STALE_VERSION)
            continue; /* somebody acted on it this instant; its alarm was set anew */
        if (m->is_submitted && o->result != COMMIT_APPLIED)
            m->error = o->error;
        if (m->error.code != ERR_NONE)
            count_failure(s, m);
        else if (m->is_submitted || s->dry_run)
            count_events(s, m);
    }
    return request_next(req, SWEEP_CHUNK_STEP);
}

static const struct step sweep_steps[] = {
    [SWEEP_PARSE] = {"parse", sweep_parse},      [SWEEP_OPEN] = {"open", sweep_open},
    [SWEEP_CHECK] = {"check", sweep_check},      [SWEEP_OPENED] = {"opened", sweep_opened},
    [SWEEP_CHUNK_STEP] = {"chunk", sweep_chunk}, [SWEEP_LOAD] = {"load", sweep_load},
    [SWEEP_DECIDE] = {"decide", sweep_decide},   [SWEEP_COUNT] = {"count", sweep_count},
    [SWEEP_REPLY] = {"reply", sweep_reply},
};
const struct use_case use_case_sweep = {"sweep", sizeof(struct sweep), sweep_steps, false, 0};

static void prepare_alarm(struct request *req, void *data)
{
    struct sweep *s = container_of(req, struct sweep, base);

    (void)data;
    s->is_alarm = true;
    s->at = INSTANT_NONE;
}

bool sweep_start_alarm(struct app *app, void (*done)(struct request *req, void *data), void *data)
{
    return request_start(app, &use_case_sweep, NULL, NULL, prepare_alarm, done, data);
}

struct night {
    int64_t as_of;
    void (*done)(struct request *req, void *data);
    void *data;
};

static void prepare_night(struct request *req, void *data)
{
    container_of(req, struct sweep, base)->at = ((struct night *)data)->as_of;
}

static void night_done(struct request *req, void *data)
{
    struct night *n = data;

    if (n->done)
        n->done(req, n->data);
    free(n);
}

void sweep_start_night(struct app *app, int64_t as_of,
                       void (*done)(struct request *req, void *data), void *data)
{
    struct night *n = malloc(sizeof *n);

    if (!n)
        return;
    *n = (struct night){as_of, done, data};
    if (!request_start(app, &use_case_sweep, NULL, NULL, prepare_night, night_done, n))
        free(n);
}
