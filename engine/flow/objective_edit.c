/* See objective.h: editing. The author speaks for offices within the own right; what is declared
 * without naming any is the author's own, and an administrator's every office. Scope only narrows
 * afterwards, so that nobody is excused by a line typed long after the fact without a declaration
 * of its own. */
#include <stdlib.h>
#include <string.h>

#include "domain/cause.h"
#include "flow/app.h"
#include "flow/edit.h"
#include "flow/job.h"
#include "flow/objective.h"
#include "flow/snapshot.h"
#include "flow/view.h"
#include "wire/message.h"

#define SCOPE_MAX 64
#define TRIES_MAX 3
#define ANY_CASE  (-1) /* of the dossier an interval concerns, when it is only narrowed */

enum { SLOT_SAVE, SLOT_ROW, SLOT_DOSSIER };

/* Offices, procedures and steps in the order they are stored: the same scope is the same row. */
struct scope {
    int n_offices, n_procedures, n_steps;
    int64_t offices[SCOPE_MAX], steps[SCOPE_MAX];
    const char *procedures[SCOPE_MAX];
};

struct objective_edit {
    struct request base;
    struct wire_objective_declaration in;
    struct wire_objective_amendment amendment;
    struct wire_objective_withdrawal withdrawal;
    struct snapshot snapshot; /* of the dossier it concerns, when it is one's alone */
    struct objective_row row; /* as it stands */
    struct scope scope;
    int64_t id, job;
    int n_tries;
    bool is_withdrawal;
};

static struct objective_edit *edit_of(struct request *req)
{
    return container_of(req, struct objective_edit, base);
}

/* ---- scope ---- */

static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return x < y ? -1 : x > y;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void number_add(int64_t *list, int *n, int64_t id)
{
    for (int i = 0; i < *n; i++)
        if (list[i] == id)
            return;
    list[(*n)++] = id;
}

static bool read_offices(struct request *req, const char *const *keys, size_t n, struct scope *s)
{
    for (size_t i = 0; i < n; i++) {
        const struct office_ref *o = reference_office_by_key(req->reference, keys[i]);

        if (!o)
            return error_set(&req->error, ERR_OFFICE_UNKNOWN, arg_text("field", "offices"),
                             arg_text("value", keys[i]));
        number_add(s->offices, &s->n_offices, o->id);
    }
    qsort(s->offices, (size_t)s->n_offices, sizeof *s->offices, by_number);
    return true;
}

static bool procedure_exists(const struct reference *r, const char *key)
{
    for (int i = 0; i < r->n_cases; i++)
        if (!strcmp(r->cases[i].procedure_key, key))
            return true;
    return false;
}

static bool read_procedures(struct request *req, const char *const *keys, size_t n, struct scope *s)
{
    for (size_t i = 0; i < n; i++) {
        bool is_known = false;

        if (!procedure_exists(req->reference, keys[i]))
            return error_set(&req->error, ERR_PROCEDURE_UNKNOWN, arg_text("value", keys[i]));
        for (int k = 0; k < s->n_procedures; k++)
            is_known = is_known || !strcmp(s->procedures[k], keys[i]);
        if (!is_known)
            s->procedures[s->n_procedures++] = keys[i];
    }
    qsort(s->procedures, (size_t)s->n_procedures, sizeof *s->procedures, by_text);
    return true;
}

/* Does a case of these procedures, or of the dossier, have such a step? */
static bool step_exists(const struct reference *r, const struct scope *s, int64_t case_id,
                        int64_t step)
{
    for (int i = 0; i < r->n_cases; i++) {
        const struct procedure_case *c = &r->cases[i];
        bool is_meant = case_id == ANY_CASE || c->id == case_id;

        for (int k = 0; k < s->n_procedures; k++)
            is_meant = is_meant || !strcmp(s->procedures[k], c->procedure_key);
        for (int k = 0; is_meant && k < c->n_steps; k++)
            if (c->steps[k].seq == step)
                return true;
    }
    return false;
}

static bool read_steps(struct request *req, const struct wire_objective_step *steps, size_t n,
                       int64_t case_id, struct scope *s)
{
    if (n && !s->n_procedures && !case_id)
        return error_set(&req->error, ERR_OBJECTIVE_STEPS, arg_text("field", "steps"));
    for (size_t i = 0; i < n; i++) {
        if (!step_exists(req->reference, s, case_id, steps[i].number))
            return error_set(&req->error, ERR_STEP_NONE, arg_number("step", steps[i].number));
        number_add(s->steps, &s->n_steps, steps[i].number);
    }
    qsort(s->steps, (size_t)s->n_steps, sizeof *s->steps, by_number);
    return true;
}

/* Those that the author may speak for, where none are named. */
static void own_offices(const struct request *req, struct scope *s)
{
    const struct principal *p = &req->principal;

    if (objective_may(req, NULL, 0))
        return; /* every office */
    for (int i = 0; i < p->n_roles; i++)
        if (p->roles[i].office &&
            right_of_grant(p->roles[i].role, GRANT_EDIT_OBJECTIVE) != SCOPE_NONE)
            number_add(s->offices, &s->n_offices, p->roles[i].office);
    qsort(s->offices, (size_t)s->n_offices, sizeof *s->offices, by_number);
}

static bool require(struct request *req, const int64_t *offices, int n)
{
    return objective_may(req, offices, n) ||
           error_set(&req->error, ERR_GRANT_MISSING,
                     arg_text("right", vocabulary_label(&grants, GRANT_EDIT_OBJECTIVE, req->lang)));
}

static void put_scope(struct db_params *p, const struct scope *s)
{
    db_put_int8_array(p, s->offices, s->n_offices);
    db_put_text_array(p, s->procedures, s->n_procedures);
    db_put_int8_array(p, s->steps, s->n_steps);
}

/* ---- after each of them: the interval as it stands now ---- */

/* Whoever is told that it is declared finds it in the list, and decisions are made on it. */
static enum step_result edit_saved(struct objective_edit *e, int64_t id, int64_t job, int step)
{
    e->id = id;
    e->job = job;
    job_runner_kick(e->base.app->jobs);
    return edit_reload(&e->base, step);
}

static enum step_result edit_row(struct request *req, int step)
{
    if (!req->exchange)
        return STEP_DONE;
    edit_take_newest(req);
    return objective_send(req, SLOT_ROW, edit_of(req)->id) ? request_wait(req, step)
                                                           : request_fail(req);
}

/* ---- declaring ---- */

enum { DECLARE_PARSE, DECLARE_SEND, DECLARE_SAVED, DECLARE_ROW, DECLARE_REPLY };

void objective_prepare(struct request *req, const struct wire_objective_declaration *in)
{
    edit_of(req)->in = *in;
}

static enum step_result declare_parse(struct request *req)
{
    struct objective_edit *e = edit_of(req);

    if (req->exchange && (!request_json(req) || !wire_objective_declaration_decode(
                                                    req->json, req->arena, &e->in, &req->error)))
        return request_fail(req);
    if (e->in.dossier && !snapshot_send(req, SLOT_DOSSIER, e->in.dossier))
        return request_fail(req);
    return request_wait(req, DECLARE_SEND);
}

static bool check_times(struct request *req, enum objective_kind kind, int64_t from, int64_t to)
{
    if (to != INSTANT_NONE && to <= from)
        return error_set(&req->error, ERR_INTERVAL_BACKWARDS, arg_instant("from", from),
                         arg_instant("to", to));
    if (from > req->now && !objective_may_be_planned(kind))
        return error_set(&req->error, ERR_OBJECTIVE_AHEAD, arg_instant("from", from),
                         arg_label("kind", vocabulary_word(&objective_kinds, (int)kind),
                                   objective_kinds.rows[kind].label));
    return true;
}

static bool declare_check(struct objective_edit *e)
{
    struct request *req = &e->base;
    const struct wire_objective_declaration *in = &e->in;
    struct scope *s = &e->scope;

    memset(s, 0, sizeof *s);
    if (in->dossier && !snapshot_read_visible(req, SLOT_DOSSIER, in->dossier, &e->snapshot))
        return false;
    if (!check_times(req, (enum objective_kind)in->kind, in->from, in->to) ||
        !read_offices(req, in->offices, in->n_offices, s) ||
        !read_procedures(req, in->procedures, in->n_procedures, s) ||
        !read_steps(req, in->steps, in->n_steps, in->dossier ? e->snapshot.dossier.case_id : 0, s))
        return false;
    if (!s->n_offices)
        own_offices(req, s);
    return require(req, s->offices, s->n_offices);
}

static enum step_result declare_send(struct request *req)
{
    struct objective_edit *e = edit_of(req);
    struct db_params p;
    bool sent;

    if (!declare_check(e))
        return request_fail(req);
    db_params_init(&p);
    db_put_text(&p, vocabulary_word(&objective_kinds, e->in.kind));
    db_put_instant(&p, e->in.from);
    db_put_instant(&p, e->in.to);
    put_scope(&p, &e->scope);
    db_put_id(&p, e->in.dossier ? e->snapshot.dossier.id : 0);
    db_put_text(&p, e->in.evidence ? e->in.evidence : "");
    db_put_text(&p, e->in.reason);
    db_put_date(&p, instant_date(e->in.from, req->zone_s));
    db_put_int8(&p, req->principal.officer_id);
    db_put_instant(&p, req->now);
    sent = request_query(req, SLOT_SAVE, DB_LANE_JOB, DB_OBJECTIVE_DECLARE, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, DECLARE_SAVED) : request_fail(req);
}

static enum step_result declare_saved(struct request *req)
{
    const struct db_result *r = &request_result(req, SLOT_SAVE)->result;

    return edit_saved(edit_of(req), db_int(r, 0, 0), db_int(r, 0, 2), DECLARE_ROW);
}

static enum step_result declare_row(struct request *req)
{
    return edit_row(req, DECLARE_REPLY);
}

static enum step_result declare_reply(struct request *req)
{
    struct objective_edit *e = edit_of(req);

    return objective_read(req, SLOT_ROW, &e->row) ? objective_reply(req, &e->row, e->job, 201)
                                                  : request_fail(req);
}

static const struct step declare_steps[] = {
    [DECLARE_PARSE] = {"parse", declare_parse}, [DECLARE_SEND] = {"send", declare_send},
    [DECLARE_SAVED] = {"saved", declare_saved}, [DECLARE_ROW] = {"row", declare_row},
    [DECLARE_REPLY] = {"reply", declare_reply},
};
const struct use_case use_case_objective_new = {"objective new", sizeof(struct objective_edit),
                                                declare_steps, false, 0};

/* ---- amending, withdrawing ---- */

enum { CHANGE_PARSE, CHANGE_READ, CHANGE_SEND, CHANGE_SAVED, CHANGE_ROW, CHANGE_REPLY };

static enum step_result change_parse(struct request *req)
{
    struct objective_edit *e = edit_of(req);

    e->is_withdrawal = req->use_case == &use_case_objective_withdraw;
    if (!request_json(req) ||
        !(e->is_withdrawal
              ? wire_objective_withdrawal_decode(req->json, req->arena, &e->withdrawal, &req->error)
              : wire_objective_amendment_decode(req->json, req->arena, &e->amendment, &req->error)))
        return request_fail(req);
    return request_wait(req, CHANGE_READ);
}

static enum step_result change_read(struct request *req)
{
    return objective_send(req, SLOT_ROW, 0) ? request_wait(req, CHANGE_SEND) : request_fail(req);
}

static bool is_inside(const struct request *req, const struct objective_row *row, int64_t office)
{
    for (int i = 0; i < row->n_offices; i++)
        if (reference_within(req->reference, office, row->offices[i]))
            return true;
    return row->n_offices == 0;
}

static bool wider(struct request *req, const char *field, const char *value)
{
    return error_set(&req->error, ERR_OBJECTIVE_WIDER, arg_text("field", field),
                     arg_text("value", value));
}

/* Is the new scope inside the old one? */
static bool check_narrower(struct objective_edit *e)
{
    struct request *req = &e->base;
    const struct objective_row *row = &e->row;
    const struct scope *s = &e->scope;

    for (int i = 0; i < s->n_offices; i++)
        if (!is_inside(req, row, s->offices[i]))
            return wider(req, "offices", view_office_key(req, s->offices[i]));
    for (int i = 0; i < s->n_procedures; i++)
        if (row->n_procedures &&
            !bsearch(&s->procedures[i], row->procedures, (size_t)row->n_procedures,
                     sizeof *row->procedures, by_text))
            return wider(req, "procedures", s->procedures[i]);
    for (int i = 0; i < s->n_steps; i++)
        if (row->n_steps &&
            !bsearch(&s->steps[i], row->steps, (size_t)row->n_steps, sizeof *row->steps, by_number))
            return wider(req, "steps", arena_printf(req->arena, "%lld", (long long)s->steps[i]));
    return true;
}

/* What the amendment leaves out stays as it is. */
static void scope_complete(struct scope *s, const struct objective_row *row)
{
    if (!s->n_offices)
        for (int i = 0; i < row->n_offices && i < SCOPE_MAX; i++)
            s->offices[s->n_offices++] = row->offices[i];
    if (!s->n_procedures)
        for (int i = 0; i < row->n_procedures && i < SCOPE_MAX; i++)
            s->procedures[s->n_procedures++] = row->procedures[i];
    if (!s->n_steps)
        for (int i = 0; i < row->n_steps && i < SCOPE_MAX; i++)
            s->steps[s->n_steps++] = row->steps[i];
}

static bool is_same(const struct objective_edit *e)
{
    const struct objective_row *row = &e->row;
    const struct scope *s = &e->scope;
    bool is_same = s->n_offices == row->n_offices && s->n_procedures == row->n_procedures &&
                   s->n_steps == row->n_steps;

    for (int i = 0; is_same && i < s->n_offices; i++)
        is_same = s->offices[i] == row->offices[i];
    for (int i = 0; is_same && i < s->n_procedures; i++)
        is_same = !strcmp(s->procedures[i], row->procedures[i]);
    for (int i = 0; is_same && i < s->n_steps; i++)
        is_same = s->steps[i] == row->steps[i];
    return is_same && (e->amendment.to == INSTANT_NONE || e->amendment.to == row->to) &&
           (!e->amendment.evidence || !strcmp(e->amendment.evidence, row->evidence));
}

static bool amend_check(struct objective_edit *e)
{
    struct request *req = &e->base;
    const struct wire_objective_amendment *in = &e->amendment;
    const struct objective_row *row = &e->row;
    struct scope *s = &e->scope;

    memset(s, 0, sizeof *s);
    if (!check_times(req, OBJECTIVE_OUTAGE, row->from, in->to) ||
        !read_offices(req, in->offices, in->n_offices, s) ||
        !read_procedures(req, in->procedures, in->n_procedures, s))
        return false;
    if (!s->n_procedures)
        for (int i = 0; i < row->n_procedures && i < SCOPE_MAX; i++)
            s->procedures[s->n_procedures++] = row->procedures[i];
    if (!read_steps(req, in->steps, in->n_steps, row->dossier ? ANY_CASE : 0, s) ||
        !check_narrower(e))
        return false;
    scope_complete(s, row);
    return require(req, s->offices, s->n_offices) &&
           (!is_same(e) ||
            error_set(&req->error, ERR_OBJECTIVE_NO_CHANGE, arg_number("interval", row->id)));
}

static bool change_check(struct objective_edit *e)
{
    struct request *req = &e->base;
    const struct objective_row *row = &e->row;

    if (!objective_read(req, SLOT_ROW, &e->row) || !require(req, row->offices, row->n_offices))
        return false;
    if (!edit_names_version(req, row->version))
        return error_set(&req->error, ERR_OBJECTIVE_STALE, arg_number("interval", row->id),
                         arg_number("version", row->version));
    if (row->withdrawn_at != INSTANT_NONE)
        return error_set(&req->error, ERR_OBJECTIVE_WITHDRAWN, arg_number("interval", row->id));
    return e->is_withdrawal || amend_check(e);
}

static enum step_result change_send(struct request *req)
{
    struct objective_edit *e = edit_of(req);
    const struct wire_objective_amendment *in = &e->amendment;
    struct db_params p;
    bool sent;

    if (!change_check(e))
        return request_fail(req);
    db_params_init(&p);
    db_put_int8(&p, e->row.id);
    db_put_int8(&p, e->row.version);
    db_put_text(&p, e->is_withdrawal ? "withdraw" : "amend");
    db_put_instant(&p, e->is_withdrawal || in->to == INSTANT_NONE ? e->row.to : in->to);
    put_scope(&p, &e->scope);
    db_put_text(&p, !e->is_withdrawal && in->evidence ? in->evidence : e->row.evidence);
    db_put_text(&p, e->is_withdrawal ? e->withdrawal.reason : in->reason);
    db_put_date(&p, instant_date(e->row.from, req->zone_s));
    db_put_int8(&p, req->principal.officer_id);
    db_put_instant(&p, req->now);
    sent = request_query(req, SLOT_SAVE, DB_LANE_JOB, DB_OBJECTIVE_CHANGE, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, CHANGE_SAVED) : request_fail(req);
}

/* Somebody's edit came between: judged again on what stands now, thrice at most. */
static enum step_result change_saved(struct request *req)
{
    struct objective_edit *e = edit_of(req);
    const struct db_result *r = &request_result(req, SLOT_SAVE)->result;

    if (!strcmp(db_text_or_empty(r, 0, 0), "saved"))
        return edit_saved(e, e->row.id, db_int(r, 0, 2), CHANGE_ROW);
    if (++e->n_tries < TRIES_MAX)
        return request_next(req, CHANGE_READ);
    error_set(&req->error, ERR_OBJECTIVE_STALE, arg_number("interval", e->row.id),
              arg_number("version", e->row.version));
    return request_fail(req);
}

static enum step_result change_row(struct request *req)
{
    return edit_row(req, CHANGE_REPLY);
}

static enum step_result change_reply(struct request *req)
{
    struct objective_edit *e = edit_of(req);

    return objective_read(req, SLOT_ROW, &e->row) ? objective_reply(req, &e->row, e->job, 200)
                                                  : request_fail(req);
}

static const struct step change_steps[] = {
    [CHANGE_PARSE] = {"parse", change_parse}, [CHANGE_READ] = {"read", change_read},
    [CHANGE_SEND] = {"send", change_send},    [CHANGE_SAVED] = {"saved", change_saved},
    [CHANGE_ROW] = {"row", change_row},       [CHANGE_REPLY] = {"reply", change_reply},
};
const struct use_case use_case_objective_change = {
    "objective change", sizeof(struct objective_edit), change_steps, false, 0};
const struct use_case use_case_objective_withdraw = {
    "objective withdraw", sizeof(struct objective_edit), change_steps, false, 0};
