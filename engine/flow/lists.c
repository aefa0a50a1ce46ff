/* See lists.h. Every list is restricted to the offices the reader may see, in the query itself. */
#include "flow/lists.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/text.h"
#include "flow/app.h"
#include "flow/asked.h"
#include "flow/offices.h"
#include "flow/view.h"
#include "flow/view_person.h"

struct list {
    struct request base;
    struct wire_dossier_query in;
    struct wire_search_query search;
    int64_t limit, after_at, after_id;
};

/* Queues: name, its statement, the one that counts it, only what I hold. */
static const struct {
    const char *name;
    enum db_query query, count;
    bool is_mine;
} queues[] = {
    {"mine", DB_QUEUE_MINE, DB_QUEUE_MINE_COUNT, true},
    {"office", DB_QUEUE_HOLDER, DB_QUEUE_HOLDER_COUNT, false},
    {"pending", DB_QUEUE_PENDING, DB_QUEUE_PENDING_COUNT, false},
    {"return", DB_QUEUE_RETURN, DB_QUEUE_RETURN_COUNT, false},
    {"late", DB_QUEUE_LATE, DB_QUEUE_LATE_COUNT, false},
};

static enum step_result list_parse(struct request *req)
{
    struct list *l = container_of(req, struct list, base);

    if (!codec_decode_pairs(&message_dossier_query, req->http->query, req->http->n_query,
                            req->arena, &l->in, &req->error) ||
        !asked_after(req, l->in.after, (int64_t *[]){&l->after_at, &l->after_id}, 2))
        return request_fail(req);
    l->limit = l->in.limit == INTEGER_NONE ? LIST_ITEMS_DEFAULT : l->in.limit;
    return request_wait(req, 1);
}

/* A word of a filter as a parameter; absent is NULL. */
static void put_word(struct db_params *p, const struct vocabulary *v, int word)
{
    db_put_text(p, word == WORD_NONE ? NULL : vocabulary_word(v, word));
}

static bool resolve(struct request *req, const struct list *l, int64_t *ret_officer,
                    int64_t *ret_case, int64_t *ret_field)
{
    const struct officer_ref *o = reference_officer_by_login(req->reference, l->in.officer);
    const struct procedure_case *c = reference_case_by_key(req->reference, l->in.procedure, NULL,
                                                           instant_date(req->now, req->zone_s));
    const struct field_ref *f =
        l->in.field ? reference_field_by_key(req->reference, l->in.field) : NULL;

    if (l->in.officer && !o)
        return error_set(&req->error, ERR_OFFICER_UNKNOWN, arg_text("field", "officer"),
                         arg_text("value", l->in.officer));
    if (l->in.procedure && !c)
        return error_set(&req->error, ERR_PROCEDURE_UNKNOWN, arg_text("value", l->in.procedure));
    *ret_officer = o ? o->id : 0;
    *ret_case = c ? c->id : 0;
    *ret_field = f ? f->id : 0;
    if (l->in.field && !f)
        return error_set(&req->error, ERR_FIELD_OF_LAW_UNKNOWN, arg_text("value", l->in.field));
    return true;
}

/* Whose desks are mine besides my own: those in whose place I stand, pairwise with the office, and
 * the offices whose head I am, where what nobody holds in person waits for me. */
static bool put_desks(struct request *req, struct db_params *p)
{
    const struct principal *me = &req->principal;
    int64_t *list = arena_array(req->arena, 3 * (size_t)me->n_roles + 1, sizeof *list);
    int64_t *away = list, *at, *head;
    int n = 0, n_head = 0;

    if (!list)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "desks"));
    at = away + me->n_roles;
    head = at + me->n_roles;
    for (int i = 0; i < me->n_roles; i++) {
        if (me->roles[i].on_behalf_of) {
            away[n] = me->roles[i].on_behalf_of;
            at[n++] = me->roles[i].office;
        }
        if (me->roles[i].role == ROLE_HEAD)
            head[n_head++] = me->roles[i].office;
    }
    db_put_int8_array(p, away, n);
    db_put_int8_array(p, at, n);
    db_put_int8_array(p, head, n_head);
    return true;
}

static enum step_result send_list(struct list *l, enum db_query query, enum db_query count,
                                  bool is_mine)
{
    struct request *req = &l->base;
    int64_t officer, case_id, field_id;
    bool is_all, sent;
    int n;
    const int64_t *offices = offices_readable(req, GRANT_READ_DOSSIER, l->in.office, &n, &is_all);
    struct db_params p;

    if (!offices || !resolve(req, l, &officer, &case_id, &field_id))
        return request_fail(req);
    if (is_mine)
        officer = req->principal.officer_id;
    db_params_init(&p);
    if (is_all && (query == DB_DOSSIER_LIST || query == DB_QUEUE_LATE))
        db_put_null(&p);
    else
        db_put_int8_array(&p, offices, n);
    db_put_id(&p, officer);
    put_word(&p, &states, l->in.state);
    put_word(&p, &warnings, l->in.warning);
    db_put_id(&p, case_id);
    db_put_id(&p, field_id);
    if (l->in.channel == WORD_NONE)
        db_put_null(&p);
    else
        db_put_int2(&p, l->in.channel);
    db_put_date(&p, l->in.due_to);
    db_put_instant(&p, l->after_at);
    db_put_int8(&p, l->after_id);
    db_put_int4(&p, (int32_t)l->limit + 1);
    put_word(&p, &judgements, l->in.judgement);
    db_put_text(&p, l->in.source);
    db_put_date(&p, l->in.due_from);
    db_put_date(&p, l->in.received_from);
    db_put_date(&p, l->in.received_to);
    db_put_instant(&p, clock_business()); /* the level as of now, whatever was written last */
    sent = (!is_mine || put_desks(req, &p)) && request_query(req, 0, DB_LANE_READ, query, &p) &&
           (!l->in.count || request_query(req, 1, DB_LANE_READ, count, &p));
    db_params_deinit(&p);
    return sent ? request_wait(req, 2) : request_fail(req);
}

static enum step_result list_send(struct request *req)
{
    return send_list(container_of(req, struct list, base), DB_DOSSIER_LIST, DB_DOSSIER_COUNT,
                     false);
}

static enum step_result queue_send(struct request *req)
{
    const char *name = http_request_param(req->http, "queue");

    for (size_t i = 0; i < ARRAY_LEN(queues); i++)
        if (!strcmp(queues[i].name, name))
            return send_list(container_of(req, struct list, base), queues[i].query, queues[i].count,
                             queues[i].is_mine);
    error_set(&req->error, ERR_QUEUE_UNKNOWN, arg_text("value", name));
    return request_fail(req);
}

static void read_row(struct request *req, const struct db_result *r, int i,
                     struct wire_dossier_summary *s)
{
    const struct procedure_case *c = reference_case(req->reference, db_int(r, i, 4));
    const struct field_ref *field = reference_field(req->reference, db_int(r, i, 5));
    int step = (int)db_int(r, i, 8);

    wire_dossier_summary_init(s);
    s->code = db_text_or_empty(r, i, 1);
    s->state = vocabulary_find(&states, db_text_or_empty(r, i, 2));
    s->national_status = db_int(r, i, 3);
    s->procedure = c ? c->procedure_key : "-";
    s->procedure_name = c ? c->procedure_name : db_is_null(r, i, 20) ? "-" : db_text(r, i, 20);
    s->field = field ? field->key : NULL;
    s->office = view_office_key(req, db_int(r, i, 6));
    s->office_name = view_office_name(req, db_int(r, i, 6));
    s->officer = view_officer_key(req, db_int(r, i, 7));
    s->officer_name = view_officer_name(req, db_int(r, i, 7));
    s->step_name = c && step >= 1 && step <= c->n_steps ? c->steps[step - 1].name : NULL;
    s->channel = db_is_null(r, i, 9) ? CHANNEL_DIRECT : (int)db_int(r, i, 9);
    s->received_at = db_instant(r, i, 10);
    s->due_at = db_instant(r, i, 11);
    s->due_is_instant = db_bool(r, i, 12);
    s->ended_at = db_instant(r, i, 13);
    s->warning = vocabulary_find(&warnings, db_text_or_empty(r, i, 14));
    s->risk_at = db_instant(r, i, 22);
    s->certain_at = db_instant(r, i, 23);
    s->late_at = db_instant(r, i, 24);
    s->judgement = vocabulary_find(&judgements, db_text_or_empty(r, i, 15));
    s->is_pending = db_bool(r, i, 16);
    s->letter_state = vocabulary_find(&letter_states, db_text_or_empty(r, i, 17));
    s->version = db_int(r, i, 18);
    s->applicant_name = view_person_name(req, MASK_LIST, db_text(r, i, 19));
}

static enum step_result list_reply(struct request *req)
{
    struct list *l = container_of(req, struct list, base);
    const struct db_result *r = &request_result(req, 0)->result;
    int n = db_rows(r);
    struct wire_dossier_summary *items = arena_array(req->arena, (size_t)n + 1, sizeof *items);
    struct wire_dossier_list out;

    if (!items) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "list"));
        return request_fail(req);
    }
    wire_dossier_list_init(&out);
    if (n > l->limit) {
        n = (int)l->limit;
        out.next = arena_printf(req->arena, "%lld.%lld", (long long)db_instant(r, n - 1, 21),
                                (long long)db_int(r, n - 1, 0));
    }
    for (int i = 0; i < n; i++) {
        read_row(req, r, i, &items[i]);
        if (!request_show(req, db_int(r, i, 0)))
            return request_fail(req);
    }
    out.items = items;
    out.n_items = (size_t)n;
    if (l->in.count && !l->search.q)
        out.count = db_int(&request_result(req, 1)->result, 0, 0);
    if (!wire_dossier_list_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static enum step_result search_parse(struct request *req)
{
    struct list *l = container_of(req, struct list, base);

    if (!codec_decode_pairs(&message_search_query, req->http->query, req->http->n_query, req->arena,
                            &l->search, &req->error))
        return request_fail(req);
    l->limit = l->search.limit == INTEGER_NONE ? LIST_ITEMS_DEFAULT : l->search.limit;
    return request_wait(req, 1);
}

/* What LIKE would read as a pattern is read as it is. */
static const char *escape_like(struct arena *a, const char *s)
{
    char *out = s ? arena_alloc(a, 2 * strlen(s) + 1) : NULL, *p = out;

    for (; out && *s; s++) {
        if (*s == '%' || *s == '_' || *s == '\\')
            *p++ = '\\';
        *p++ = *s;
    }
    return out;
}

/* Whoever is shown masks finds nobody by what they hide: a list that answers to a whole name or
 * number would take the mask off. */
static bool may_find_by(const struct request *req, enum mask_field field)
{
    return mask_of(&req->principal, MASK_DETAIL, field) == MASK_FULL;
}

static enum step_result search_send(struct request *req)
{
    struct list *l = container_of(req, struct list, base);
    unsigned char indexes[2 * SEAL_KEYS_MAX][DIGEST_LEN];
    bool is_all, sent;
    int n, n_indexes = 0;
    const int64_t *offices = offices_readable(req, GRANT_READ_DOSSIER, NULL, &n, &is_all);
    const char *folded = text_fold(req->arena, l->search.q);
    const char *other = text_phone_other(req->arena, l->search.q);
    struct db_params p;

    if (!offices)
        return request_fail(req);
    if (may_find_by(req, MASK_IDENTITY))
        n_indexes = seal_blind_indexes(req->app->seal, l->search.q, indexes);
    if (n_indexes && other)
        n_indexes += seal_blind_indexes(req->app->seal, other, indexes + n_indexes);
    db_params_init(&p);
    offices_put(&p, offices, n, is_all);
    db_put_text(&p, may_find_by(req, MASK_NAME) ? escape_like(req->arena, folded) : NULL);
    db_put_text(&p, escape_like(req->arena, l->search.q));
    db_put_pieces(&p, indexes, (size_t)n_indexes * DIGEST_LEN, DIGEST_LEN);
    db_put_int4(&p, (int32_t)l->limit);
    db_put_instant(&p, clock_business());
    db_put_text(&p, folded);
    sent = request_query(req, 0, DB_LANE_READ, DB_DOSSIER_SEARCH, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, 2) : request_fail(req);
}

static const struct step list_steps[] = {
    {"parse", list_parse}, {"send", list_send}, {"reply", list_reply}};
static const struct step queue_steps[] = {
    {"parse", list_parse}, {"send", queue_send}, {"reply", list_reply}};
static const struct step search_steps[] = {
    {"parse", search_parse}, {"send", search_send}, {"reply", list_reply}};
const struct use_case use_case_dossiers = {"dossiers", sizeof(struct list), list_steps, false, 0};
const struct use_case use_case_queue = {"queue", sizeof(struct list), queue_steps, false, 0};
const struct use_case use_case_search = {"search", sizeof(struct list), search_steps, false, 0};
