/* See due.h. Up to 10,000 dates a call: a date that cannot be computed carries its problem, the
 * others stand. */
#include "flow/due.h"

#include <string.h>

#include "flow/app.h"
#include "flow/reference.h"

#define EXPLAIN_ITEMS_MAX 100

struct due_flow {
    struct request base;
    struct wire_due_request in;
};

bool due_days(struct request *req, const struct explain *e, const struct wire_due_day **ret_days,
              size_t *ret_n)
{
    struct wire_due_day *days = arena_array(req->arena, e->n_rows + 1, sizeof *days);
    char sentence[EXPLAIN_SENTENCE_MAX];

    if (!days)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "due"));
    for (size_t i = 0; i < e->n_rows; i++) {
        const struct explain_row *row = &e->rows[i];

        wire_due_day_init(&days[i]);
        days[i].on = row->on;
        days[i].mark = explain_mark_word(row->mark);
        if (row->number)
            days[i].number = row->number;
        if (row->mark == EXPLAIN_HOURS)
            days[i].used_minutes = row->used_us / INSTANT_MINUTE;
        days[i].is_due = row->is_due;
        days[i].source = arena_strdup(req->arena, explain_row_source(row, e));
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

/* The calendar asked for, or that of the first office the actor works in. */
static const struct calendar *choose_calendar(struct request *req, const char *key)
{
    for (int i = 0; key && i < req->reference->n_calendars; i++)
        if (!strcmp(req->reference->calendars[i].key, key))
            return req->reference->calendars[i].calendar;
    for (int i = 0; !key && i < req->principal.n_roles; i++) {
        const struct calendar *c =
            reference_calendar(req->reference, req->principal.roles[i].office);

        if (c)
            return c;
    }
    error_set(&req->error, ERR_CALENDAR_UNKNOWN, arg_text("value", key ? key : "-"));
    return NULL;
}

static const struct ruleset *choose_ruleset(struct request *req, const char *key, int64_t from)
{
    for (int i = 0; key && i < req->reference->n_rulesets; i++)
        if (!strcmp(req->reference->rulesets[i].key, key))
            return &req->reference->rulesets[i];
    return key ? NULL : reference_ruleset_on(req->reference, instant_date(from, req->zone_s));
}

static bool compute(struct request *req, const struct due_flow *f, const struct calendar *cal,
                    const struct wire_due_item *in, struct wire_due_result *out, struct error *err)
{
    const struct ruleset *rules = choose_ruleset(req, f->in.ruleset, in->from);
    struct due_rule rule = rules ? rules->due : due_rule_default();
    struct limit limit;
    struct due due;
    struct explain e = {0};
    bool ok;

    if (!limit_parse(in->limit, &limit, err) ||
        !due_compute(cal, &rule, limit, in->from, &due, err))
        return false;
    out->due_at = due.at;
    out->due_on = due.on;
    out->is_instant = due.is_instant;
    out->is_provisional = due.is_provisional;
    out->is_synthetic = due.is_synthetic;
    if (!f->in.explain)
        return true;
    ok = due_explain(cal, &rule, limit, in->from, &e, err) &&
         due_days(req, &e, &out->days, &out->n_days);
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

static enum step_result due_reply(struct request *req)
{
    struct due_flow *f = container_of(req, struct due_flow, base);
    const struct calendar *cal = choose_calendar(req, f->in.calendar);
    struct wire_due_result *items = arena_array(req->arena, f->in.n_items + 1, sizeof *items);
    struct wire_due_reply out;

    if (!cal)
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
        if (!compute(req, f, cal, &f->in.items[i], &items[i], &err))
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
