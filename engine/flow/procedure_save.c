/* Saving a version of a procedure, and ending one. The version is read into the core's own structs
 * and held against the core's rules; the database takes the same text. */
#include <stdlib.h>
#include <string.h>

#include "domain/procedure_check.h"
#include "flow/app.h"
#include "flow/edit.h"
#include "flow/procedure.h"

enum { SAVE_PARSE, SAVE_CHECK, SAVE_STORED, SAVE_REPLY };

struct saving {
    struct request base;
    struct wire_procedure_save in;
    struct wire_check_query query;
    const char *key;
    struct procedure_case *cases;
    struct procedure_finding *findings;
    int64_t competent;
    int64_t change;
};

static enum step_result save_parse(struct request *req)
{
    struct saving *s = container_of(req, struct saving, base);

    s->key = http_request_param(req->http, "key");
    if (!codec_decode_pairs(&message_check_query, req->http->query, req->http->n_query, req->arena,
                            &s->query, &req->error) ||
        !request_json(req) ||
        !wire_procedure_save_decode(req->json, req->arena, &s->in, &req->error))
        return request_fail(req);
    return request_wait(req, SAVE_CHECK);
}

/* ---- from the request to the core's structs ---- */

static bool find_office(struct request *req, const char *path, const char *key, int64_t *ret_id)
{
    const struct office_ref *o = reference_office_by_key(req->reference, key);

    *ret_id = o ? o->id : 0;
    return !key || o ||
           error_set(&req->error, ERR_OFFICE_UNKNOWN, arg_text("field", path),
                     arg_text("value", key));
}

static bool read_steps(struct request *req, const struct wire_procedure_case *w, int at,
                       struct procedure_case *c)
{
    struct procedure_step *steps = arena_array(req->arena, w->n_steps + 1, sizeof *steps);

    if (!steps)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "steps"));
    for (size_t i = 0; i < w->n_steps; i++) {
        const struct wire_procedure_step *s = &w->steps[i];
        const char *path =
            arena_printf(req->arena, "procedure.cases[%d].steps[%zu].office_key", at, i);

        steps[i] = (struct procedure_step){
            .seq = (int)s->number,
            .name = s->name,
            .office = (enum step_office)s->office,
            .role = (enum role)s->role,
            .is_decision = s->is_decision,
            .nominal_minutes = (int32_t)s->budget_minutes,
            .nominal_least = s->least_minutes == INTEGER_NONE ? -1 : (int32_t)s->least_minutes,
        };
        if (!find_office(req, path, s->office_key, &steps[i].office_id))
            return false;
    }
    c->steps = steps;
    c->n_steps = (int)w->n_steps;
    return true;
}

static bool read_cases(struct saving *s)
{
    struct request *req = &s->base;
    const struct wire_procedure *w = s->in.procedure;

    s->cases = arena_array(req->arena, w->n_cases + 1, sizeof *s->cases);
    s->findings = arena_array(req->arena, w->n_cases + 1, sizeof *s->findings);
    if (!s->cases || !s->findings)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "cases"));
    for (size_t i = 0; i < w->n_cases; i++) {
        s->cases[i] = (struct procedure_case){
            .procedure_key = w->key,
            .national_code = w->national_code ? w->national_code : "",
            .case_key = w->cases[i].key,
            .case_name = w->cases[i].name,
            .returns_at_once = w->cases[i].returns_at_once,
        };
        if (!limit_parse(w->cases[i].limit, &s->cases[i].limit, &req->error) ||
            !read_steps(req, &w->cases[i], (int)i, &s->cases[i]))
            return false;
    }
    return true;
}

static bool field_exists(struct request *req, const char *key)
{
    for (int i = 0; i < req->reference->n_fields; i++)
        if (!strcmp(req->reference->fields[i].key, key))
            return true;
    return error_set(&req->error, ERR_FIELD_OF_LAW_UNKNOWN, arg_text("value", key));
}

/* The first version of a procedure may begin in the past: it rewrites nothing. */
static bool is_known(const struct reference *r, const char *key)
{
    for (int i = 0; i < r->n_cases; i++)
        if (!strcmp(r->cases[i].procedure_key, key))
            return true;
    return false;
}

/* Budgets are held against the calendar of whoever settles; a procedure settled by the office of
 * filing takes that of the first committee. */
static const struct calendar *calendar_of(const struct reference *r, int64_t competent)
{
    for (int i = 0; !competent && i < r->n_offices; i++)
        if (!strcmp(r->offices[i].kind, "committee") && r->offices[i].calendar)
            competent = r->offices[i].id;
    return competent ? reference_calendar(r, competent) : NULL;
}

static bool check(struct saving *s)
{
    struct request *req = &s->base;
    const struct wire_procedure *w = s->in.procedure;
    const struct ruleset *rules;

    if (!request_require(req, GRANT_EDIT_RULES, 0))
        return false;
    if (strcmp(w->key, s->key) != 0)
        return error_set(&req->error, ERR_PROCEDURE_KEY, arg_text("field", "procedure.key"),
                         arg_text("value", w->key), arg_text("expected", s->key));
    if (w->valid_from == DATE_NONE)
        return error_set(&req->error, ERR_FIELD_MISSING, arg_text("field", "procedure.valid_from"));
    if (is_known(req->reference, s->key) &&
        !edit_check_day(req, "procedure.valid_from", w->valid_from))
        return false;
    if (!field_exists(req, w->field) ||
        !find_office(req, "procedure.competent_office", w->competent_office, &s->competent) ||
        !read_cases(s))
        return false;
    rules = reference_ruleset_on(req->reference, w->valid_from);
    if (!rules)
        return error_set(&req->error, ERR_RULESET_MISSING,
                         arg_instant("at", date_instant(w->valid_from, req->zone_s)));
    return procedure_check(s->cases, (int)w->n_cases, rules,
                           calendar_of(req->reference, s->competent), s->findings, &req->error);
}

/* ---- to the database ---- */

/* A version as JSON text, without what is told and not saved. */
static const char *text_of(struct request *req, const struct wire_procedure *w)
{
    struct wire_procedure bare = *w;
    struct buffer b = {0};
    const char *text = NULL;

    bare.field_name = NULL;
    bare.valid_to = DATE_NONE;
    if (wire_procedure_encode(&bare, req->zone_s, &b, &req->error))
        text = arena_strndup(req->arena, b.data, b.len);
    buffer_deinit(&b);
    if (!text && req->error.code == ERR_NONE)
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "procedure"));
    return text;
}

/* The version in force on a day, as text; "" when there is none. NULL with an error. */
static const char *text_before(struct request *req, const char *key, int32_t on)
{
    const struct procedure_case *c = reference_case_by_key(req->reference, key, NULL, on);
    struct wire_procedure w;

    if (!c)
        return "";
    if (!procedure_fill(req, c, &w)) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "procedure"));
        return NULL;
    }
    return text_of(req, &w);
}

static bool store(struct saving *s)
{
    struct request *req = &s->base;
    const struct wire_procedure *w = s->in.procedure;
    const char *before = text_before(req, s->key, w->valid_from);
    const char *after = before ? text_of(req, w) : NULL;
    struct db_params p;
    bool sent;

    if (!after)
        return false;
    db_params_init(&p);
    db_put_int8(&p, req->reference->epoch);
    db_put_text(&p, s->key);
    db_put_date(&p, w->valid_from);
    db_put_text(&p, after);
    db_put_text(&p, before);
    db_put_int8(&p, req->principal.officer_id);
    db_put_text(&p, s->in.source);
    db_put_text(&p, s->in.reason);
    db_put_instant(&p, req->now);
    sent = request_query(req, EDIT_SLOT, DB_LANE_JOB, DB_PROCEDURE_SAVE, &p);
    db_params_deinit(&p);
    return sent;
}

static enum step_result save_check(struct request *req)
{
    struct saving *s = container_of(req, struct saving, base);

    if (!check(s))
        return request_fail(req);
    if (s->query.check)
        return request_next(req, SAVE_REPLY);
    return store(s) ? request_wait(req, SAVE_STORED) : request_fail(req);
}

static enum step_result save_stored(struct request *req)
{
    struct saving *s = container_of(req, struct saving, base);

    return edit_accepted(req, s->key, s->in.procedure->valid_from, &s->change)
               ? edit_reload(req, SAVE_REPLY)
               : request_fail(req);
}

/* ---- the reply ---- */

static const char *tight_words(struct request *req, const struct procedure_case *c,
                               const struct procedure_finding *f)
{
    char limit[LIMIT_PHRASE_MAX], on[INSTANT_TEXT_MAX] = "";

    limit_phrase(c->limit, req->lang, limit);
    if (f->span.least_on == DATE_NONE)
        ;
    else if (req->lang == LANGUAGE_VI)
        date_format_vi(f->span.least_on, on);
    else
        date_format(f->span.least_on, on);
    return req->lang == LANGUAGE_VI
               ? arena_printf(req->arena,
                              "Trường hợp “%s”: các bước cộng lại %lld phút, nhưng thời hạn %s có "
                              "khi chỉ còn %lld phút làm việc%s%s.",
                              c->case_name, (long long)f->minutes, limit, (long long)f->span.least,
                              *on ? ", như khi tiếp nhận ngày " : "", on)
               : arena_printf(req->arena,
                              "Case “%s”: its steps add up to %lld minutes, but %s may hold only "
                              "%lld working minutes%s%s.",
                              c->case_name, (long long)f->minutes, limit, (long long)f->span.least,
                              *on ? ", as when received on " : "", on);
}

static bool fill_findings(struct saving *s, struct wire_procedure_saved *out)
{
    struct request *req = &s->base;
    size_t n = s->in.procedure->n_cases;
    struct wire_procedure_finding *list = arena_array(req->arena, n + 1, sizeof *list);
    const char **sentences = arena_array(req->arena, n + 1, sizeof *sentences);

    if (!list || !sentences)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "findings"));
    for (size_t i = 0; i < n; i++) {
        const struct procedure_finding *f = &s->findings[i];

        wire_procedure_finding_init(&list[i]);
        list[i].procedure_case = s->cases[i].case_key;
        list[i].limit = s->in.procedure->cases[i].limit;
        list[i].minutes = f->minutes;
        list[i].least = f->span.least;
        list[i].most = f->span.most;
        list[i].nominal = f->span.nominal;
        list[i].least_on = f->span.least_on;
        list[i].is_tight = f->fit == BUDGET_TIGHT;
        if (list[i].is_tight)
            sentences[out->n_warnings++] = tight_words(req, &s->cases[i], f);
    }
    out->findings = list;
    out->n_findings = n;
    out->warnings = sentences;
    return true;
}

static enum step_result save_reply(struct request *req)
{
    struct saving *s = container_of(req, struct saving, base);
    struct wire_procedure_saved out;
    struct wire_procedure now = *s->in.procedure;
    const struct procedure_case *c;

    wire_procedure_saved_init(&out);
    if (!s->query.check) {
        edit_take_newest(req);
        c = reference_case_by_key(req->reference, s->key, NULL, now.valid_from);
        if (c && !procedure_fill(req, c, &now)) {
            error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "procedure"));
            return request_fail(req);
        }
        out.is_saved = true;
        out.change = s->change;
    }
    out.procedure = &now;
    if (!fill_findings(s, &out) ||
        !wire_procedure_saved_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step save_steps[] = {
    [SAVE_PARSE] = {"parse", save_parse},
    [SAVE_CHECK] = {"check", save_check},
    [SAVE_STORED] = {"stored", save_stored},
    [SAVE_REPLY] = {"reply", save_reply},
};
const struct use_case use_case_procedure_save = {"procedure save", sizeof(struct saving),
                                                 save_steps, false, 32u << 20};

/* ---- the end of a procedure ---- */

struct ending {
    struct request base;
    struct wire_procedure_end in;
    const char *key;
    int64_t change;
};

static enum step_result end_parse(struct request *req)
{
    struct ending *e = container_of(req, struct ending, base);

    e->key = http_request_param(req->http, "key");
    if (!request_json(req) ||
        !wire_procedure_end_decode(req->json, req->arena, &e->in, &req->error))
        return request_fail(req);
    return request_wait(req, 1);
}

static bool end_check(struct ending *e)
{
    struct request *req = &e->base;

    if (!request_require(req, GRANT_EDIT_RULES, 0) ||
        !edit_check_day(req, "last_on", e->in.last_on))
        return false;
    if (!reference_case_by_key(req->reference, e->key, NULL, e->in.last_on))
        return error_set(&req->error, ERR_PROCEDURE_UNKNOWN, arg_text("value", e->key));
    for (int i = 0; i < req->reference->n_cases; i++) {
        const struct procedure_case *c = &req->reference->cases[i];

        if (!strcmp(c->procedure_key, e->key) && c->valid_from > e->in.last_on)
            return error_set(&req->error, ERR_VERSION_PREPARED, arg_text("key", e->key),
                             arg_date("from", c->valid_from), arg_date("value", e->in.last_on));
    }
    return true;
}

static enum step_result end_store(struct request *req)
{
    struct ending *e = container_of(req, struct ending, base);
    struct db_params p;
    const char *before;
    bool sent;

    if (!end_check(e) || !(before = text_before(req, e->key, e->in.last_on)))
        return request_fail(req);
    db_params_init(&p);
    db_put_int8(&p, req->reference->epoch);
    db_put_text(&p, e->key);
    db_put_date(&p, e->in.last_on);
    db_put_text(&p, before);
    db_put_int8(&p, req->principal.officer_id);
    db_put_text(&p, e->in.source);
    db_put_text(&p, e->in.reason);
    db_put_instant(&p, req->now);
    sent = request_query(req, EDIT_SLOT, DB_LANE_JOB, DB_PROCEDURE_END, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, 2) : request_fail(req);
}

static enum step_result end_stored(struct request *req)
{
    struct ending *e = container_of(req, struct ending, base);

    return edit_accepted(req, e->key, e->in.last_on, &e->change) ? edit_reload(req, 3)
                                                                 : request_fail(req);
}

static enum step_result end_reply(struct request *req)
{
    struct ending *e = container_of(req, struct ending, base);
    const struct procedure_case *c;
    struct wire_procedure out;

    edit_take_newest(req);
    c = reference_case_by_key(req->reference, e->key, NULL, e->in.last_on);
    if (!c || !procedure_fill(req, c, &out)) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "procedure"));
        return request_fail(req);
    }
    if (!wire_procedure_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step end_steps[] = {
    {"parse", end_parse}, {"store", end_store}, {"stored", end_stored}, {"reply", end_reply}};
const struct use_case use_case_procedure_end = {"procedure end", sizeof(struct ending), end_steps,
                                                false, 0};
