#include "flow/ruleset.h"

#include <stdlib.h>
#include <string.h>

#include "domain/law.h"
#include "flow/app.h"
#include "flow/edit.h"
#include "flow/reference.h"
#include "wire/message.h"

#define SUCCESSORS_MAX 1000

/* ---- reading ---- */

static bool reply_detail(struct request *req, const struct ruleset *rules, int status)
{
    struct wire_ruleset_value *list =
        arena_array(req->arena, (size_t)n_ruleset_parameters, sizeof *list);
    struct wire_ruleset_detail out;

    if (!list)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "ruleset"));
    wire_ruleset_detail_init(&out);
    out.key = rules->key;
    out.decree = rules->decree;
    out.circular = rules->circular;
    out.valid_from = rules->valid_from;
    out.valid_to = rules->valid_to;
    for (int i = 0; i < n_ruleset_parameters; i++) {
        const struct ruleset_parameter *p = &ruleset_parameters[i];
        char citation[LAW_TEXT_MAX];

        law_citation(p->source, rules->decree, req->lang, citation);
        wire_ruleset_value_init(&list[i]);
        list[i].name = p->name;
        list[i].value = reference_ruleset_value(req->reference, rules, p);
        list[i].default_value = p->default_value;
        list[i].is_default = !strcmp(list[i].value, p->default_value);
        list[i].source = p->source;
        list[i].citation = *citation ? arena_strdup(req->arena, citation) : NULL;
        list[i].confidence = p->confidence;
        list[i].decides = p->decides[req->lang];
    }
    out.parameters = list;
    out.n_parameters = (size_t)n_ruleset_parameters;
    if (!wire_ruleset_detail_encode(&out, req->zone_s, &req->body, &req->error))
        return false;
    (void)request_reply_json(req, status);
    return true;
}

static enum step_result ruleset_wait(struct request *req)
{
    return request_wait(req, 1);
}

static const struct ruleset *of_path(struct request *req)
{
    const char *key = http_request_param(req->http, "key");
    const struct ruleset *rules = reference_ruleset_by_key(req->reference, key);

    if (!rules)
        error_set(&req->error, ERR_ITEM_UNKNOWN, arg_text("value", key));
    return rules;
}

static enum step_result ruleset_reply(struct request *req)
{
    const struct ruleset *rules = of_path(req);

    return rules && reply_detail(req, rules, 200) ? STEP_DONE : request_fail(req);
}

static const struct step ruleset_steps[] = {{"wait", ruleset_wait}, {"reply", ruleset_reply}};
const struct use_case use_case_ruleset = {"ruleset", sizeof(struct request), ruleset_steps, false,
                                          0};

/* ---- a change ---- */

struct change {
    struct request base;
    struct wire_ruleset_change in;
    const struct ruleset *rules; /* that is to change */
    const char *successor;       /* key of what holds from the day on */
    int64_t id;
};

static enum step_result change_parse(struct request *req)
{
    struct change *c = container_of(req, struct change, base);

    if (!request_json(req) ||
        !wire_ruleset_change_decode(req->json, req->arena, &c->in, &req->error))
        return request_fail(req);
    return request_wait(req, 1);
}

/* "R1.2": the first number that no ruleset has. */
static const char *next_key(struct request *req, const char *key)
{
    for (int n = 2; n < SUCCESSORS_MAX; n++) {
        const char *next = arena_printf(req->arena, "%s.%d", key, n);

        if (!next || !reference_ruleset_by_key(req->reference, next))
            return next;
    }
    return NULL;
}

static bool choose_successor(struct change *c)
{
    struct request *req = &c->base;
    const char *word = c->in.successor;

    if (c->in.valid_from == c->rules->valid_from && (!word || !strcmp(word, c->rules->key))) {
        c->successor = c->rules->key;
        return true;
    }
    if (!word)
        word = next_key(req, c->rules->key);
    c->successor = word;
    if (!word || !*word || c->in.valid_from == c->rules->valid_from ||
        strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-") !=
            strlen(word) ||
        reference_ruleset_by_key(req->reference, word))
        return error_set(&req->error, ERR_RULESET_KEY, arg_text("field", "successor"),
                         arg_text("value", word ? word : c->rules->key));
    return true;
}

static bool check(struct change *c)
{
    struct request *req = &c->base;
    struct ruleset trial;
    int32_t on = c->in.valid_from;

    if (!request_require(req, GRANT_EDIT_RULES, 0))
        return false;
    c->rules = of_path(req);
    if (!c->rules || !edit_check_day(req, "valid_from", on))
        return false;
    if (on < c->rules->valid_from || (c->rules->valid_to != DATE_NONE && on > c->rules->valid_to))
        return error_set(&req->error, ERR_RULESET_OUTSIDE, arg_text("field", "valid_from"),
                         arg_date("value", on), arg_text("key", c->rules->key));
    trial = *c->rules;
    for (size_t i = 0; i < c->in.n_parameters; i++) {
        const struct wire_ruleset_setting *s = &c->in.parameters[i];

        for (size_t k = 0; k < i; k++)
            if (!strcmp(c->in.parameters[k].name, s->name))
                return error_set(&req->error, ERR_RULESET_PARAMETER, arg_text("name", s->name),
                                 arg_text("value", s->value));
        if (!ruleset_set(&trial, s->name, s->value, &req->error))
            return false;
    }
    return choose_successor(c);
}

/* "name=value" lines of the parameters named in the change, as they stand before or after it. */
static const char *lines(struct change *c, bool is_after)
{
    struct request *req = &c->base;
    struct buffer b = {0};
    const char *text;

    buffer_printf(&b, "%s\n", is_after ? c->successor : c->rules->key);
    for (size_t i = 0; i < c->in.n_parameters; i++)
        for (int p = 0; p < n_ruleset_parameters; p++)
            if (!strcmp(ruleset_parameters[p].name, c->in.parameters[i].name))
                buffer_printf(&b, "%s=%s\n", c->in.parameters[i].name,
                              is_after ? c->in.parameters[i].value
                                       : reference_ruleset_value(req->reference, c->rules,
                                                                 &ruleset_parameters[p]));
    text = b.is_failed ? NULL : arena_strndup(req->arena, b.data, b.len);
    buffer_deinit(&b);
    return text;
}

static bool store(struct change *c)
{
    struct request *req = &c->base;
    size_t n = c->in.n_parameters;
    const char **names = arena_array(req->arena, n + 1, sizeof *names);
    const char **values = arena_array(req->arena, n + 1, sizeof *values);
    const char *before = lines(c, false), *after = lines(c, true);
    struct db_params p;
    bool sent;

    if (!names || !values || !before || !after)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "ruleset"));
    for (size_t i = 0; i < n; i++) {
        names[i] = c->in.parameters[i].name;
        values[i] = c->in.parameters[i].value;
    }
    db_params_init(&p);
    db_put_int8(&p, req->reference->epoch);
    db_put_text(&p, c->rules->key);
    db_put_date(&p, c->in.valid_from);
    db_put_text(&p, c->successor);
    db_put_text(&p, c->in.decree ? c->in.decree : c->rules->decree);
    db_put_text(&p, c->in.circular ? c->in.circular : c->rules->circular);
    db_put_text_array(&p, names, (int)n);
    db_put_text_array(&p, values, (int)n);
    db_put_int8(&p, req->principal.officer_id);
    db_put_text(&p, c->in.source);
    db_put_text(&p, c->in.reason);
    db_put_text(&p, before);
    db_put_text(&p, after);
    db_put_instant(&p, req->now);
    sent = request_query(req, EDIT_SLOT, DB_LANE_JOB, DB_RULESET_CHANGE, &p);
    db_params_deinit(&p);
    return sent;
}

static enum step_result change_store(struct request *req)
{
    struct change *c = container_of(req, struct change, base);

    return check(c) && store(c) ? request_wait(req, 2) : request_fail(req);
}

static enum step_result change_stored(struct request *req)
{
    struct change *c = container_of(req, struct change, base);

    return edit_accepted(req, c->rules->key, c->in.valid_from, &c->id) ? edit_reload(req, 3)
                                                                       : request_fail(req);
}

static enum step_result change_reply(struct request *req)
{
    struct change *c = container_of(req, struct change, base);
    const char *key = arena_strdup(req->arena, c->successor); /* the old snapshot goes */
    const struct ruleset *rules;

    edit_take_newest(req);
    rules = reference_ruleset_by_key(req->reference, key);
    if (!rules) {
        error_set(&req->error, ERR_VERSION_RACE, arg_text("key", key ? key : "-"));
        return request_fail(req);
    }
    return reply_detail(req, rules, 201) ? STEP_DONE : request_fail(req);
}

static const struct step change_steps[] = {{"parse", change_parse},
                                           {"store", change_store},
                                           {"stored", change_stored},
                                           {"reply", change_reply}};
const struct use_case use_case_ruleset_change = {"ruleset change", sizeof(struct change),
                                                 change_steps, false, 0};
