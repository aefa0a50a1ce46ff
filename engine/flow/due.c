/* See due.h. Up to 10,000 dates a call: a date that cannot be computed carries its problem, the
 * others stand. */
#include "flow/due.h"

#include <string.h>

#include "domain/law.h"
#include "flow/app.h"
#include "flow/reference.h"

#define EXPLAIN_ITEMS_MAX 100

struct due_flow {
    struct request base;
    struct wire_due_request in;
};

const char *due_limit_text(struct request *req, struct limit limit)
{
    char text[LIMIT_TEXT_MAX];

    limit_format(limit, text);
    return arena_strdup(req->arena, text);
}

bool due_days(struct request *req, const struct explain *e, const char *decree,
              const struct wire_due_day **ret_days, size_t *ret_n)
{
    struct wire_due_day *days = arena_array(req->arena, e->n_rows + 1, sizeof *days);
    char sentence[EXPLAIN_SENTENCE_MAX], citation[LAW_TEXT_MAX];

    if (!days)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "due"));
    for (size_t i = 0; i < e->n_rows; i++) {
        const struct explain_row *row = &e->rows[i];

        wire_due_day_init(&days[i]);
        days[i].on = row->on;
        if (row->to_on > row->on)
            days[i].to = row->to_on;
        days[i].mark = explain_mark_word(row->mark);
        if (row->number)
            days[i].number = row->number;
        if (row->mark == EXPLAIN_HOURS)
            days[i].used_minutes = row->used_us / INSTANT_MINUTE;
        days[i].is_due = row->is_due;
        days[i].source = arena_strdup(req->arena, explain_row_source(row, e));
        law_citation(explain_row_source(row, e), decree, req->lang, citation);
        days[i].citation = *citation ? arena_strdup(req->arena, citation) : NULL;
        explain_sentence(e, row, req->lang, sentence);
        days[i].sentence = arena_strdup(req->arena, sentence);
    }
    *ret_days = days;
    *ret_n = e->n_rows;
    return true;
}

static enum step_result due_parse(struct request *req)
{
    struct due_flow *f = container_of(req, struct due_flow, base);

    if (!request_json(req) || !wire_due_request_decode(req->json, req->arena, &f->in, &req->error))
        return request_fail(req);
    if (f->in.explain && f->in.n_items > EXPLAIN_ITEMS_MAX) {
        error_set(&req->error, ERR_DUE_EXPLAIN_MANY, arg_number("limit", EXPLAIN_ITEMS_MAX));
        return request_fail(req);
    }
    return request_wait(req, 1);
}

/* The office of filing: named, or the first in which the actor works. 0: none has a calendar. */
static bool choose_office(struct request *req, const char *key, int64_t *ret_office)
{
    const struct office_ref *o = key ? reference_office_by_key(req->reference, key) : NULL;

    if (key && !o)
        return error_set(&req->error, ERR_OFFICE_UNKNOWN, arg_text("field", "office"),
                         arg_text("value", key));
    *ret_office = o ? o->id : 0;
    for (int i = 0; !key && !*ret_office && i < req->principal.n_roles; i++)
        if (reference_calendar(req->reference, req->principal.roles[i].office))
            *ret_office = req->principal.roles[i].office;
    return true;
}

/* The calendar asked for, or that of the office; that of the office competent for the case. */
static const struct calendar *choose_calendar(struct request *req, const char *key, int64_t office,
                                              const struct procedure_case *c, struct error *err)
{
    const struct calendar *cal = NULL;

    for (int i = 0; key && i < req->reference->n_calendars; i++)
        if (!strcmp(req->reference->calendars[i].key, key))
            return req->reference->calendars[i].calendar;
    if (!key && office)
        cal = reference_calendar(req->reference,
                                 c ? reference_competent(req->reference, c, office) : office);
    if (!cal)
        error_set(err, ERR_CALENDAR_UNKNOWN, arg_text("value", key ? key : "-"));
    return cal;
}

static const struct ruleset *choose_ruleset(struct request *req, const char *key, int64_t from)
{
    for (int i = 0; key && i < req->reference->n_rulesets; i++)
        if (!strcmp(req->reference->rulesets[i].key, key))
            return &req->reference->rulesets[i];
    return key ? NULL : reference_ruleset_on(req->reference, instant_date(from, req->zone_s));
}

/* The case asked for by its procedure, in force at receipt; NULL with success when none is. */
static bool choose_case(struct request *req, const struct wire_due_item *in, int64_t from,
                        const struct procedure_case **ret_case, struct error *err)
{
    *ret_case = NULL;
    if (!in->procedure)
        return in->limit || error_set(err, ERR_FIELD_REQUIRED, arg_text("field", "limit"));
    *ret_case = reference_case_by_key(req->reference, in->procedure, in->procedure_case,
                                      instant_date(from, req->zone_s));
    return *ret_case || error_set(err, ERR_PROCEDURE_UNKNOWN, arg_text("value", in->procedure));
}

static bool compute(struct request *req, const struct due_flow *f, int64_t office,
                    const struct wire_due_item *in, struct wire_due_result *out, struct error *err)
{
    int64_t from = in->from == INSTANT_NONE ? req->now : in->from;
    const struct ruleset *rules = choose_ruleset(req, f->in.ruleset, from);
    struct due_rule rule = rules ? rules->due : due_rule_default();
    const struct procedure_case *c;
    const struct calendar *cal;
    struct limit limit;
    struct due due;
    struct explain e = {0};
    char summary[EXPLAIN_SENTENCE_MAX];
    bool ok;

    if (!choose_case(req, in, from, &c, err) ||
        !(cal = choose_calendar(req, f->in.calendar, office, c, err)))
        return false;
    if (c)
        limit = c->limit;
    if ((in->limit && !limit_parse(in->limit, &limit, err)) ||
        !due_compute(cal, &rule, limit, from, &due, err))
        return false;
    out->from = from;
    out->limit = due_limit_text(req, limit);
    out->ruleset = rules ? rules->key : NULL;
    out->due_at = due.at;
    out->due_on = due.on;
    out->is_instant = due.is_instant;
    out->is_provisional = due.is_provisional;
    out->is_synthetic = due.is_synthetic;
    if (!f->in.explain)
        return true;
    ok = due_explain(cal, &rule, limit, from, &e, err) &&
         due_days(req, &e, rules ? rules->decree : NULL, &out->days, &out->n_days);
    if (ok) {
        explain_summary(&e, req->lang, summary);
        out->summary = arena_strdup(req->arena, summary);
    }
    explain_deinit(&e);
    return ok;
}

static const struct wire_problem *problem_of(struct request *req, const struct error *err)
{
    struct wire_problem *p = arena_new_of(req->arena, struct wire_problem);
    char sentence[400];

    if (!p)
        return NULL;
    wire_problem_init(p);
    error_sentence(err, req->lang, req->zone_s, sentence, sizeof sentence);
    p->type = arena_printf(req->arena, "/docs/problems#%s", error_word(err->code));
    p->title = error_word(err->code);
    p->status = error_status(err->code);
    p->detail = arena_strdup(req->arena, sentence);
    p->code = error_word(err->code);
    p->trace = req->http->trace;
    return p;
}

/* What holds for every item is refused once, whether or not there are items. */
static bool check_named(struct request *req, const struct wire_due_request *in)
{
    struct error *err = &req->error;

    if (in->calendar && !choose_calendar(req, in->calendar, 0, NULL, err))
        return false;
    return !in->ruleset || choose_ruleset(req, in->ruleset, req->now) ||
           error_set(err, ERR_RULESET_UNKNOWN, arg_text("value", in->ruleset));
}

static enum step_result due_reply(struct request *req)
{
    struct due_flow *f = container_of(req, struct due_flow, base);
    struct wire_due_result *items = arena_array(req->arena, f->in.n_items + 1, sizeof *items);
    struct wire_due_reply out;
    int64_t office;

    if (!choose_office(req, f->in.office, &office) || !check_named(req, &f->in))
        return request_fail(req);
    if (!items) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "due"));
        return request_fail(req);
    }
    wire_due_reply_init(&out);
    for (size_t i = 0; i < f->in.n_items; i++) {
        struct error err;

        wire_due_result_init(&items[i]);
        error_clear(&err);
        if (!compute(req, f, office, &f->in.items[i], &items[i], &err))
            items[i].problem = problem_of(req, &err);
    }
    out.items = items;
    out.n_items = f->in.n_items;
    if (!wire_due_reply_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step due_steps[] = {{"parse", due_parse}, {"reply", due_reply}};
const struct use_case use_case_due = {"due", sizeof(struct due_flow), due_steps, false, 16u << 20};
