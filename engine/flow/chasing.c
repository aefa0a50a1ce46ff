/* See chasing.h: the ranking, and issuing. */
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "document/request.h"
#include "flow/app.h"
#include "flow/chasing_impl.h"
#include "flow/paper.h"
#include "flow/statistics_late.h"
#include "flow/statistics_scope.h"
#include "flow/view.h"

#define SYMBOL     "PĐĐ"
#define PAPER_ROWS 200 /* of a slip; the rest are counted */
#define ORDER_MAX  100

/* Columns of statistics_ii06a.sql that are asked for here. */
enum { C_OFFICE, C_ONLINE, C_DIRECT, C_CARRIED, C_LATE = 6, C_OVERDUE = 8 };

static const struct ruleset *rules_now(const struct request *req)
{
    return reference_ruleset_on(req->reference, instant_date(req->now, req->zone_s));
}

static bool may_chase(const struct request *req, int64_t office)
{
    return right_grants(&req->principal, GRANT_CHASE, NULL, office, reference_within,
                        req->reference);
}

/* Form II.06a by office, over the facts. */
static bool figures_send(struct request *req, int slot, const struct statistics_scope *scope)
{
    struct db_params p;
    bool sent;

    db_params_init(&p);
    statistics_scope_put(req, scope, &p);
    db_put_text(&p, "office");
    sent = request_query(req, slot, DB_LANE_READ, DB_STATISTICS_II06A, &p);
    db_params_deinit(&p);
    return sent;
}

/* ---- which offices to chase ---- */

struct ranking {
    struct request base;
    struct wire_chasing_query in;
    struct wire_statistics_query query;
    struct statistics_scope scope;
};

enum { RANKING_PARSE, RANKING_SEND, RANKING_REPLY };
enum { SLOT_FIGURES, SLOT_SLIPS, SLOT_FIRST };

static enum step_result ranking_parse(struct request *req)
{
    struct ranking *k = container_of(req, struct ranking, base);

    if (!codec_decode_pairs(&message_chasing_query, req->http->query, req->http->n_query,
                            req->arena, &k->in, &req->error))
        return request_fail(req);
    wire_statistics_query_init(&k->query);
    k->query.from = k->in.from;
    k->query.to = k->in.to;
    k->query.as_of = k->in.as_of;
    k->query.known_at = k->in.known_at;
    k->query.office = k->in.office;
    return statistics_scope_of(req, &k->query, &k->scope) ? request_wait(req, RANKING_SEND)
                                                          : request_fail(req);
}

static enum step_result ranking_send(struct request *req)
{
    struct ranking *k = container_of(req, struct ranking, base);
    struct chasing_filter f = {
        .from = k->scope.from, .to = k->scope.to, .before = INT64_MAX, .limit = INT32_MAX};

    if (!statistics_scope_resolve(req, &k->query, &k->scope) ||
        !figures_send(req, SLOT_FIGURES, &k->scope))
        return request_fail(req);
    f.offices = k->scope.offices;
    f.n_offices = k->scope.n_offices;
    return chasing_rows_send(req, SLOT_SLIPS, &f) && statistics_first_send(req, SLOT_FIRST)
               ? request_wait(req, RANKING_REPLY)
               : request_fail(req);
}

static int more_late_first(const void *a, const void *b)
{
    const struct wire_chasing_row *x = a, *y = b;

    if (x->late != y->late)
        return x->late < y->late ? 1 : -1;
    if (x->late_open != y->late_open)
        return x->late_open < y->late_open ? 1 : -1;
    return strcmp(x->office, y->office);
}

static int64_t slip_of(const struct request *req, int64_t office)
{
    const struct db_result *r = &request_result(req, SLOT_SLIPS)->result;

    for (int i = 0; i < db_rows(r); i++)
        if (db_int(r, i, 1) == office)
            return db_int(r, i, 0);
    return INTEGER_NONE;
}

static void ranking_fill(struct request *req, const struct db_result *r, int i, int64_t threshold,
                         struct wire_chasing_row *w)
{
    int64_t office = db_int(r, i, C_OFFICE);

    wire_chasing_row_init(w);
    w->office = view_office_key(req, office);
    w->office_name = view_office_name(req, office);
    w->received = db_int(r, i, C_ONLINE) + db_int(r, i, C_DIRECT) + db_int(r, i, C_CARRIED);
    w->late_done = db_int(r, i, C_LATE);
    w->late_open = db_int(r, i, C_OVERDUE);
    w->late = w->late_done + w->late_open;
    w->is_above = w->late >= threshold;
    w->may_chase = may_chase(req, office);
    w->slip = slip_of(req, office);
}

static enum step_result ranking_reply(struct request *req)
{
    struct ranking *k = container_of(req, struct ranking, base);
    const struct db_result *r = &request_result(req, SLOT_FIGURES)->result;
    struct wire_chasing_row *rows = arena_array(req->arena, (size_t)db_rows(r) + 1, sizeof *rows);
    const struct ruleset *rules = rules_now(req);
    struct wire_chasing out;

    if (!statistics_first_check(req, SLOT_FIRST, &k->scope))
        return request_fail(req);
    wire_chasing_init(&out);
    out.threshold = k->in.threshold != INTEGER_NONE ? k->in.threshold
                    : rules                         ? rules->chasing_threshold
                                                    : 1;
    out.answer_days = rules ? rules->chasing_answer_days : 1;
    out.notes = rows ? statistics_notes(req, &k->scope, &out.n_notes) : NULL;
    if (!out.notes) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "chasing"));
        return request_fail(req);
    }
    for (int i = 0; i < db_rows(r); i++)
        if (reference_office(req->reference, db_int(r, i, C_OFFICE)) &&
            db_int(r, i, C_LATE) + db_int(r, i, C_OVERDUE) > 0)
            ranking_fill(req, r, i, out.threshold, &rows[out.n_rows++]);
    qsort(rows, out.n_rows, sizeof *rows, more_late_first);
    out.from = k->scope.from;
    out.to = k->scope.to;
    out.as_of = k->scope.state_at;
    out.known_at = k->scope.known_at;
    out.rows = rows;
    if (!wire_chasing_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step ranking_steps[] = {
    [RANKING_PARSE] = {"parse", ranking_parse},
    [RANKING_SEND] = {"send", ranking_send},
    [RANKING_REPLY] = {"reply", ranking_reply},
};
const struct use_case use_case_chasing = {"chasing", sizeof(struct ranking), ranking_steps, false,
                                          0};

/* ---- a slip to each ---- */

struct chase {
    struct request base;
    struct wire_chasing_order in;
    struct wire_statistics_query query;
    struct statistics_scope scope;
    const struct office_ref *issuer, *office; /* office: the one under way */
    const struct officer_ref *signer;
    const char *symbol;
    int32_t answer_by;
    int64_t offices[ORDER_MAX], ids[ORDER_MAX], one;
    int64_t late_done[ORDER_MAX], late_open[ORDER_MAX];
    bool is_new[ORDER_MAX];
    size_t n, at;
};

enum { CHASE_PARSE, CHASE_RESOLVE, CHASE_COUNT, CHASE_NEXT, CHASE_MAKE, CHASE_MADE, CHASE_REPLY };
enum { SLOT_COUNT, SLOT_START, SLOT_LATE, SLOT_ADD, SLOT_MADE };

static struct chase *chase_of(struct request *req)
{
    return container_of(req, struct chase, base);
}

static enum step_result chase_parse(struct request *req)
{
    struct chase *c = chase_of(req);

    if (!request_json(req) ||
        !wire_chasing_order_decode(req->json, req->arena, &c->in, &req->error))
        return request_fail(req);
    if (c->in.n_offices == 0) {
        error_set(&req->error, ERR_FIELD_MISSING, arg_text("field", "offices"));
        return request_fail(req);
    }
    c->symbol = c->in.symbol ? c->in.symbol : SYMBOL;
    if (strpbrk(c->symbol, ":/ \t")) {
        error_set(&req->error, ERR_FIELD_VALUE, arg_text("field", "symbol"),
                  arg_text("value", c->symbol));
        return request_fail(req);
    }
    wire_statistics_query_init(&c->query);
    c->query.from = c->in.from;
    c->query.to = c->in.to;
    c->query.as_of = c->in.as_of;
    c->query.known_at = c->in.known_at;
    return statistics_scope_of(req, &c->query, &c->scope) ? request_wait(req, CHASE_RESOLVE)
                                                          : request_fail(req);
}

static bool read_offices(struct chase *c)
{
    struct request *req = &c->base;

    for (size_t i = 0; i < c->in.n_offices; i++) {
        const struct office_ref *o = reference_office_by_key(req->reference, c->in.offices[i]);

        if (!o)
            return error_set(&req->error, ERR_OFFICE_UNKNOWN, arg_text("field", "offices"),
                             arg_text("value", c->in.offices[i]));
        if (!request_require(req, GRANT_CHASE, o->id))
            return false;
        c->offices[c->n++] = o->id;
    }
    return true;
}

/* The committee in whose name whoever asks may chase them all. */
static const struct office_ref *find_issuer(const struct request *req)
{
    for (int i = 0; i < req->principal.n_roles; i++)
        if (right_of_grant(req->principal.roles[i].role, GRANT_CHASE) != SCOPE_NONE) {
            int64_t id = reference_committee(req->reference, req->principal.roles[i].office);

            if (id)
                return reference_office(req->reference, id);
        }
    return NULL;
}

/* A leader of the committee. */
static bool find_signer(struct chase *c)
{
    struct request *req = &c->base;
    const struct officer_ref *o =
        c->in.signer ? reference_officer_by_login(req->reference, c->in.signer)
                     : reference_officer(req->reference, req->principal.officer_id);

    for (int i = 0; o && o->is_active && i < o->n_roles; i++)
        if (o->roles[i].role == ROLE_LEADER &&
            reference_within(req->reference, c->issuer->id, o->roles[i].office)) {
            c->signer = o;
            return true;
        }
    return error_set(&req->error, ERR_CHASING_SIGNER,
                     arg_text("value", c->in.signer ? c->in.signer : req->principal.login),
                     arg_text("office", c->issuer->name));
}

static bool find_answer_by(struct chase *c)
{
    struct request *req = &c->base;
    const struct ruleset *rules = rules_now(req);
    int64_t days = c->in.answer_days != INTEGER_NONE ? c->in.answer_days
                   : rules                           ? rules->chasing_answer_days
                                                     : 1;

    return calendar_next_working(reference_calendar_or_none(req->reference, c->issuer->id),
                                 instant_date(req->now, req->zone_s), (int)days, &c->answer_by,
                                 &req->error);
}

static enum step_result chase_resolve(struct request *req)
{
    struct chase *c = chase_of(req);

    if (!statistics_scope_resolve(req, &c->query, &c->scope) || !read_offices(c))
        return request_fail(req);
    c->issuer = find_issuer(req);
    if (!c->issuer) { /* an administrator of a demonstration: the committee of the first office */
        c->issuer =
            reference_office(req->reference, reference_committee(req->reference, c->offices[0]));
        if (!c->issuer) {
            error_set(&req->error, ERR_GRANT_MISSING,
                      arg_text("right", vocabulary_label(&grants, GRANT_CHASE, req->lang)));
            return request_fail(req);
        }
    }
    if (!find_signer(c) || !find_answer_by(c) || !figures_send(req, SLOT_COUNT, &c->scope) ||
        !statistics_first_send(req, SLOT_START))
        return request_fail(req);
    return request_wait(req, CHASE_COUNT);
}

/* Nobody is chased for nothing. */
static enum step_result chase_count(struct request *req)
{
    struct chase *c = chase_of(req);
    const struct db_result *r = &request_result(req, SLOT_COUNT)->result;

    if (!statistics_first_check(req, SLOT_START, &c->scope))
        return request_fail(req);
    for (size_t i = 0; i < c->n; i++) {
        for (int k = 0; k < db_rows(r); k++)
            if (db_int(r, k, C_OFFICE) == c->offices[i]) {
                c->late_done[i] = db_int(r, k, C_LATE);
                c->late_open[i] = db_int(r, k, C_OVERDUE);
            }
        if (c->late_done[i] + c->late_open[i] == 0) {
            error_set(&req->error, ERR_CHASING_NOTHING,
                      arg_text("office", view_office_name(req, c->offices[i])),
                      arg_date("from", c->scope.from), arg_date("to", c->scope.to));
            return request_fail(req);
        }
    }
    return request_next(req, CHASE_NEXT);
}

/* The late dossiers of one office: what its slip lists. */
static enum step_result chase_next(struct request *req)
{
    struct chase *c = chase_of(req);
    struct statistics_scope one = c->scope;
    const struct chasing_filter made = {.ids = c->ids,
                                        .n_ids = (int)c->n,
                                        .from = DATE_NONE,
                                        .to = DATE_NONE,
                                        .before = INT64_MAX,
                                        .limit = ORDER_MAX};
    struct db_params p;
    bool sent;

    if (c->at == c->n)
        return chasing_rows_send(req, SLOT_MADE, &made) ? request_wait(req, CHASE_REPLY)
                                                        : request_fail(req);
    c->office = reference_office(req->reference, c->offices[c->at]);
    c->one = c->office->id;
    one.offices = &c->one;
    one.n_offices = 1;
    one.is_all = false;
    db_params_init(&p);
    statistics_scope_put(req, &one, &p);
    db_put_int8(&p, 0);
    db_put_int8(&p, INT64_MAX);
    db_put_int4(&p, PAPER_ROWS);
    statistics_scope_put_place(&one, &p);
    sent = request_query(req, SLOT_LATE, DB_LANE_READ, DB_STATISTICS_LATE, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, CHASE_MAKE) : request_fail(req);
}

static const char *days_late(struct chase *c, const struct db_result *r, int i)
{
    struct request *req = &c->base;
    int32_t end = db_is_null(r, i, LATE_ENDED_ON) ? instant_date(c->scope.state_at, req->zone_s)
                                                  : db_date(r, i, LATE_ENDED_ON),
            days;
    struct error ignored;

    if (db_is_null(r, i, LATE_DUE_ON) ||
        !calendar_working_days_between(
            reference_calendar_or_none(req->reference, db_int(r, i, LATE_OFFICE)),
            db_date(r, i, LATE_DUE_ON), end, &days, &ignored))
        return "";
    return arena_printf(req->arena, "%d", (int)days);
}

static bool put_row(struct chase *c, const struct db_result *r, int i, struct document_row *row)
{
    struct request *req = &c->base;
    const struct procedure_case *pc =
        reference_procedure(req->reference, db_int(r, i, LATE_PROCEDURE));
    const char **cells = paper_cells(req, row, 5);
    struct late_story story;
    const char *who;

    if (!statistics_late_tell(req, &c->scope, r, i, &story))
        return false;
    who = view_officer_name(req, story.handler);
    if (!cells)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "slip"));
    cells[0] = arena_strdup(req->arena, db_text_or_empty(r, i, LATE_CODE));
    cells[1] = pc ? pc->procedure_name : "";
    cells[2] =
        db_is_null(r, i, LATE_DUE_ON) ? "" : paper_date_words(req, db_date(r, i, LATE_DUE_ON));
    cells[3] = days_late(c, r, i);
    cells[4] =
        arena_printf(req->arena, "%s%s%s",
                     story.is_told ? vocabulary_label(&states, (int)story.state, LANGUAGE_VI) : "",
                     who ? "; " : "", who ? who : "");
    return true;
}

static const char *number_text(struct request *req, int64_t n)
{
    return arena_printf(req->arena, "%lld", (long long)n);
}

static bool put_paper(struct chase *c, const struct db_result *r, struct paper *p)
{
    struct request *req = &c->base;
    int n = db_rows(r);
    struct document_row *rows = arena_array(req->arena, (size_t)n + 1, sizeof *rows);
    int64_t total = c->late_done[c->at] + c->late_open[c->at];

    for (int i = 0; rows && i < n; i++)
        if (!put_row(c, r, i, &rows[i]))
            return false;
    if (!rows)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "slip"));
    paper_init(p, req->now);
    paper_use_form(p, "motcua", "chasing");
    paper_put_head(req, p, c->issuer, req->now);
    paper_put(p, "addressee", c->office->name);
    paper_put(p, "from", paper_date_words(req, c->scope.from));
    paper_put(p, "to", paper_date_words(req, c->scope.to));
    paper_put_instant(req, p, "as_of", c->scope.state_at);
    paper_put(p, "total", number_text(req, total));
    paper_put(p, "late_open", number_text(req, c->late_open[c->at]));
    paper_put(p, "late_done", number_text(req, c->late_done[c->at]));
    paper_put(p, "answer_by", paper_date_words(req, c->answer_by));
    paper_put(p, "note", c->in.note);
    if (total > n)
        paper_put(p, "more", number_text(req, total - n));
    paper_put(p, "signer_title", paper_head_title(c->issuer));
    paper_put(p, "signer_name", c->signer->name);
    paper_put_list(p, "dossiers", rows, (size_t)n);
    return true;
}

static enum step_result chase_make(struct request *req)
{
    struct chase *c = chase_of(req);
    struct paper *paper = arena_new_of(req->arena, struct paper);
    struct buffer json = {0};
    struct db_params p;
    bool sent;

    if (!paper) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "slip"));
        return request_fail(req);
    }
    if (!put_paper(c, &request_result(req, SLOT_LATE)->result, paper) ||
        !request_encode(&paper->request, &json, &req->error)) {
        buffer_deinit(&json);
        return request_fail(req);
    }
    db_params_init(&p);
    db_put_int8(&p, c->office->id);
    db_put_int8(&p, c->issuer->id);
    db_put_date(&p, c->scope.from);
    db_put_date(&p, c->scope.to);
    db_put_instant(&p, c->scope.state_at);
    db_put_instant(&p, c->scope.known_at);
    db_put_int4(&p, (int32_t)c->late_done[c->at]);
    db_put_int4(&p, (int32_t)c->late_open[c->at]);
    db_put_date(&p, c->answer_by);
    db_put_int4(&p, date_civil(instant_date(req->now, req->zone_s)).year);
    db_put_text(&p, c->symbol);
    db_put_int8(&p, c->signer->id);
    db_put_text(&p, json.data);
    db_put_int8(&p, req->principal.officer_id);
    db_put_instant(&p, req->now);
    sent = request_query(req, SLOT_ADD, DB_LANE_JOB, DB_CHASING_SLIP_ADD, &p);
    db_params_deinit(&p);
    buffer_deinit(&json);
    return sent ? request_wait(req, CHASE_MADE) : request_fail(req);
}

static enum step_result chase_made(struct request *req)
{
    struct chase *c = chase_of(req);
    const struct db_result *r = &request_result(req, SLOT_ADD)->result;

    c->ids[c->at] = db_int(r, 0, 0);
    c->is_new[c->at++] = db_bool(r, 0, 1);
    return request_next(req, CHASE_NEXT);
}

/* In the order of the offices asked for. */
static enum step_result chase_reply(struct request *req)
{
    struct chase *c = chase_of(req);
    const struct db_result *r = &request_result(req, SLOT_MADE)->result;
    struct wire_chasing_slip *items = arena_array(req->arena, c->n + 1, sizeof *items);
    struct wire_chasing_slip_list out;

    if (!items) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "slips"));
        return request_fail(req);
    }
    wire_chasing_slip_list_init(&out);
    for (size_t i = 0; i < c->n; i++)
        for (int k = 0; k < db_rows(r); k++)
            if (db_int(r, k, 0) == c->ids[i]) {
                chasing_row_fill(req, r, k, &items[out.n_items]);
                items[out.n_items++].is_new = c->is_new[i];
                break;
            }
    out.items = items;
    if (!wire_chasing_slip_list_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 201);
}

static const struct step chase_steps[] = {
    [CHASE_PARSE] = {"parse", chase_parse}, [CHASE_RESOLVE] = {"resolve", chase_resolve},
    [CHASE_COUNT] = {"count", chase_count}, [CHASE_NEXT] = {"next", chase_next},
    [CHASE_MAKE] = {"make", chase_make},    [CHASE_MADE] = {"made", chase_made},
    [CHASE_REPLY] = {"reply", chase_reply},
};
const struct use_case use_case_chase = {"chase", sizeof(struct chase), chase_steps, false,
                                        32u << 20};
