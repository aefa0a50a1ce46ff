/* See audit_list.h. Who may read a list reads what officers of the offices in its scope did; an
 * officer is of every office in which it holds a role, and is shown with the first. */
#include "flow/audit_list.h"

#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "base/instant.h"
#include "flow/app.h"
#include "flow/asked.h"
#include "flow/offices.h"
#include "flow/view.h"
#include "wire/message.h"

#define DAYS_MAX           366
#define BACK_DATED_MINUTES 60
#define SUPPLEMENT_MINUTES 480 /* eight hours of the clock on the wall */
#define GROUPS_MAX         10000

enum { LIST_PARSE, LIST_SUBJECT, LIST_SEND, LIST_REPLY };
enum { SLOT_ROWS, SLOT_SUBJECT };

enum audit_list {
#define AUDIT_LIST(name, word, measure_vi, measure_en, vi, en) LIST_##name,
#include "tables/audit_lists.def"
#undef AUDIT_LIST
    LIST_COUNT
};

static const struct {
    const char *word, *measure[2], *label[2];
} lists[] = {
#define AUDIT_LIST(name, word, measure_vi, measure_en, vi, en)                                     \
    [LIST_##name] = {word, {measure_vi, measure_en}, {vi, en}},
#include "tables/audit_lists.def"
#undef AUDIT_LIST
};

static const struct {
    const char *word, *label[2];
} reads[] = {
#define READ(route, word, vi, en) {word, {vi, en}},
#include "tables/reads.def"
#undef READ
};

static const struct {
    const char *word, *label[2];
} security_kinds[] = {
#define SECURITY_EVENT(name, word, vi, en) {word, {vi, en}},
#include "tables/security_events.def"
#undef SECURITY_EVENT
};

struct audit_rows {
    struct request base;
    struct wire_audit_list_query in; /* what both routes ask, in one form */
    const char *identity;            /* NULL: nobody in particular */
    enum audit_list list;
    int64_t from, to; /* the days as instants */
    int64_t limit, after_at, after_place;
    int32_t after_seq;
    const int64_t *dossiers; /* these alone; NULL: all */
    int n_dossiers;
};

static struct audit_rows *rows_of(struct request *req)
{
    return container_of(req, struct audit_rows, base);
}

/* ---- what is asked ---- */

static bool read_cursor(struct audit_rows *l)
{
    int64_t seq = 0;

    l->after_at = INSTANT_NONE;
    if (!asked_after(&l->base, l->in.after, (int64_t *[]){&l->after_at, &l->after_place, &seq}, 3))
        return false;
    l->after_seq = (int)seq;
    return true;
}

static enum step_result asked(struct audit_rows *l)
{
    struct request *req = &l->base;

    if (l->in.to < l->in.from) {
        error_set(&req->error, ERR_PERIOD_BACKWARDS, arg_date("from", l->in.from),
                  arg_date("to", l->in.to));
        return request_fail(req);
    }
    if (l->in.to - l->in.from >= DAYS_MAX) {
        error_set(&req->error, ERR_AUDIT_PERIOD, arg_date("from", l->in.from),
                  arg_date("to", l->in.to), arg_number("limit", DAYS_MAX));
        return request_fail(req);
    }
    if (!read_cursor(l))
        return request_fail(req);
    l->from = date_instant(l->in.from, req->zone_s);
    l->to = date_instant(l->in.to + 1, req->zone_s);
    l->limit = l->in.limit == INTEGER_NONE ? LIST_ITEMS_DEFAULT : l->in.limit;
    return request_wait(req, LIST_SUBJECT);
}

static enum step_result list_parse(struct request *req)
{
    struct audit_rows *l = rows_of(req);
    const char *word = http_request_param(req->http, "list");

    for (l->list = 0; l->list < LIST_COUNT && strcmp(lists[l->list].word, word) != 0; l->list++)
        ;
    if (l->list == LIST_COUNT) {
        error_set(&req->error, ERR_AUDIT_LIST_UNKNOWN, arg_text("value", word));
        return request_fail(req);
    }
    if (!codec_decode_pairs(&message_audit_list_query, req->http->query, req->http->n_query,
                            req->arena, &l->in, &req->error))
        return request_fail(req);
    return asked(l);
}

static enum step_result reads_parse(struct request *req)
{
    struct audit_rows *l = rows_of(req);
    struct wire_audit_reads_request in;

    if (!request_json(req) ||
        !wire_audit_reads_request_decode(req->json, req->arena, &in, &req->error))
        return request_fail(req);
    wire_audit_list_query_init(&l->in);
    l->list = LIST_READS;
    l->identity = in.identity;
    l->in.from = in.from;
    l->in.to = in.to;
    l->in.office = in.office;
    l->in.officer = in.officer;
    l->in.group_by = in.group_by;
    l->in.limit = in.limit;
    l->in.after = in.after;
    return asked(l);
}

/* Which dossiers are meant, where the question names one or a person. */
static enum step_result list_subject(struct request *req)
{
    struct audit_rows *l = rows_of(req);
    unsigned char index[DIGEST_LEN];
    struct db_params p;
    bool sent;

    if (!request_require(req, GRANT_READ_AUDIT, 0))
        return request_fail(req);
    if (!l->identity && !l->in.dossier)
        return request_next(req, LIST_SEND);
    if (l->identity)
        seal_blind_index(req->app->seal, l->identity, index);
    db_params_init(&p);
    db_put_text(&p, l->in.dossier);
    db_put_bytes(&p, l->identity ? index : NULL, sizeof index);
    sent = request_query(req, SLOT_SUBJECT, DB_LANE_READ, DB_AUDIT_DOSSIERS_OF, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, LIST_SEND) : request_fail(req);
}

static bool take_subject(struct audit_rows *l)
{
    const struct db_result *r = &request_result(&l->base, SLOT_SUBJECT)->result;
    int n = db_rows(r) && !db_is_null(r, 0, 0) ? db_array_len(r, 0, 0) : 0;
    int64_t *ids;

    if (!l->identity && !l->in.dossier)
        return true;
    ids = arena_array(l->base.arena, (size_t)n + 1, sizeof *ids);
    if (!ids)
        return error_set(&l->base.error, ERR_NO_MEMORY, arg_text("what", "audit"));
    for (int i = 0; i < n; i++)
        ids[i] = db_array_int(r, 0, 0, i);
    l->dossiers = ids;
    l->n_dossiers = n;
    return true;
}

static bool is_of(const struct officer_ref *o, const int64_t *offices, int n)
{
    for (int i = 0; i < o->n_roles; i++)
        for (int k = 0; k < n; k++)
            if (o->roles[i].office == offices[k])
                return true;
    return false;
}

/* Whose doings are shown; *ret NULL: everybody's. */
static bool officers_in_scope(struct audit_rows *l, const int64_t **ret, int *ret_n)
{
    struct request *req = &l->base;
    const struct reference *ref = req->reference;
    const struct officer_ref *one =
        l->in.officer ? reference_officer_by_login(ref, l->in.officer) : NULL;
    bool is_all;
    int n_offices, n = 0;
    const int64_t *offices =
        offices_readable(req, GRANT_READ_AUDIT, l->in.office, &n_offices, &is_all);
    int64_t *ids = arena_array(req->arena, (size_t)ref->n_officers + 1, sizeof *ids);

    if (!offices)
        return false;
    if (!ids)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "audit"));
    if (l->in.officer && !one)
        return error_set(&req->error, ERR_OFFICER_UNKNOWN, arg_text("field", "officer"),
                         arg_text("value", l->in.officer));
    for (int i = 0; i < ref->n_officers; i++) {
        const struct officer_ref *o = &ref->officers[i];

        if ((!one || o == one) && (is_all || is_of(o, offices, n_offices)))
            ids[n++] = o->id;
    }
    *ret = is_all && !one ? NULL : ids;
    *ret_n = n;
    return true;
}

static enum step_result list_send(struct request *req)
{
    struct audit_rows *l = rows_of(req);
    bool is_grouped = l->in.group_by != WORD_NONE, sent;
    int64_t minutes = l->in.minutes != INTEGER_NONE ? l->in.minutes
                      : l->list == LIST_BACK_DATED  ? BACK_DATED_MINUTES
                                                    : SUPPLEMENT_MINUTES;
    const int64_t *officers;
    struct db_params p;
    int n;

    if (!take_subject(l) || !officers_in_scope(l, &officers, &n))
        return request_fail(req);
    db_params_init(&p);
    db_put_text(&p, lists[l->list].word);
    db_put_instant(&p, l->from);
    db_put_instant(&p, l->to);
    offices_put(&p, officers, n, !officers);
    db_put_int4(&p, (int32_t)minutes);
    db_put_bool(&p, l->in.imports);
    offices_put(&p, l->dossiers, l->n_dossiers, !l->dossiers);
    if (!is_grouped) {
        db_put_instant(&p, l->after_at);
        db_put_int8(&p, l->after_place);
        db_put_int4(&p, l->after_seq);
        db_put_int4(&p, (int32_t)l->limit + 1);
    }
    sent = request_query(req, SLOT_ROWS, DB_LANE_READ, is_grouped ? DB_AUDIT_GROUPS : DB_AUDIT_LIST,
                         &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, LIST_REPLY) : request_fail(req);
}

/* ---- what is shown ---- */

static int64_t office_of(const struct request *req, int64_t officer)
{
    const struct officer_ref *o = reference_officer(req->reference, officer);

    return o && o->n_roles ? o->roles[0].office : 0;
}

static const char *read_label(const struct request *req, const char *word)
{
    for (size_t i = 0; i < ARRAY_LEN(reads); i++)
        if (!strcmp(reads[i].word, word))
            return reads[i].label[req->lang == LANGUAGE_EN];
    return word;
}

static const char *security_label(const struct request *req, const char *word)
{
    for (size_t i = 0; i < ARRAY_LEN(security_kinds); i++)
        if (!strcmp(security_kinds[i].word, word))
            return security_kinds[i].label[req->lang == LANGUAGE_EN];
    return word;
}

static bool show_row(struct audit_rows *l, const struct db_result *r, int i,
                     struct wire_audit_item *w)
{
    struct request *req = &l->base;
    int64_t officer = db_int(r, i, 7), office = office_of(req, officer);
    const char *detail = db_text_or_empty(r, i, 9);

    wire_audit_item_init(w);
    w->dossier = db_text(r, i, 3);
    if (l->list == LIST_READS) {
        w->action_label = read_label(req, detail);
        w->detail = detail;
    } else if (l->list == LIST_SECURITY) {
        w->action_label = security_label(req, db_text_or_empty(r, i, 4));
        w->detail = *detail ? detail : NULL;
    } else {
        w->seq = db_int(r, i, 1);
        w->action = vocabulary_find(&actions, db_text_or_empty(r, i, 4));
        w->action_label = vocabulary_label(&actions, w->action, req->lang);
        w->detail = *detail ? detail : NULL;
    }
    w->at = db_instant(r, i, 5);
    w->recorded_at = db_instant(r, i, 6);
    w->officer = view_officer_key(req, officer);
    w->officer_name = view_officer_name(req, officer);
    w->office = view_office_key(req, office);
    w->office_name = view_office_name(req, office);
    if (!db_is_null(r, i, 8))
        w->measure = db_int(r, i, 8);
    w->remark = db_text(r, i, 10);
    return db_is_null(r, i, 2) || request_show(req, db_int(r, i, 2));
}

static bool show_rows(struct audit_rows *l, const struct db_result *r, struct wire_audit_list *out)
{
    struct request *req = &l->base;
    int n = db_rows(r);
    struct wire_audit_item *items = arena_array(req->arena, (size_t)n + 1, sizeof *items);

    if (!items)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "audit"));
    if (n > l->limit) {
        n = (int)l->limit;
        out->next = arena_printf(req->arena, "%lld.%lld.%d", (long long)db_instant(r, n - 1, 6),
                                 (long long)db_int(r, n - 1, 0), (int)db_int(r, n - 1, 1));
    }
    for (int i = 0; i < n; i++)
        if (!show_row(l, r, i, &items[i]))
            return false;
    for (int i = 0; i < l->n_dossiers; i++) /* whoever was asked about was looked at */
        if (!request_show(req, l->dossiers[i]))
            return false;
    out->items = items;
    out->n_items = (size_t)n;
    return true;
}

static bool is_by_office(const struct audit_rows *l)
{
    return !strcmp(words_audit_group.words[l->in.group_by], "office");
}

struct group {
    int64_t id, count, most, least;
    bool is_measured;
};

static void group_add(struct group *g, const struct db_result *r, int i)
{
    bool is_measured = !db_is_null(r, i, 2);
    int64_t most = db_int(r, i, 2), least = db_int(r, i, 3);

    g->count += db_int(r, i, 1);
    if (!is_measured)
        return;
    g->most = g->is_measured && g->most > most ? g->most : most;
    g->least = g->is_measured && g->least < least ? g->least : least;
    g->is_measured = true;
}

/* The database counts by officer; offices are added up here. */
static int fold(struct audit_rows *l, const struct db_result *r, struct group *groups)
{
    bool by_office = is_by_office(l);
    int n = 0;

    for (int i = 0; i < db_rows(r); i++) {
        int64_t id = by_office ? office_of(&l->base, db_int(r, i, 0)) : db_int(r, i, 0);
        int k = 0;

        while (k < n && groups[k].id != id)
            k++;
        if (k == n)
            groups[n++] = (struct group){.id = id};
        group_add(&groups[k], r, i);
    }
    for (int i = 1; i < n; i++) /* the most first; there are some hundreds at most */
        for (int k = i; k > 0 && groups[k].count > groups[k - 1].count; k--) {
            struct group g = groups[k];

            groups[k] = groups[k - 1];
            groups[k - 1] = g;
        }
    return n;
}

static bool show_groups(struct audit_rows *l, const struct db_result *r,
                        struct wire_audit_list *out)
{
    struct request *req = &l->base;
    bool by_office = is_by_office(l);
    size_t room = (size_t)db_rows(r) + 1;
    struct group *groups = arena_array(req->arena, room, sizeof *groups);
    struct wire_audit_group_row *rows = arena_array(req->arena, room, sizeof *rows);
    int n;

    if (!groups || !rows)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "audit"));
    n = fold(l, r, groups);
    n = n > GROUPS_MAX ? GROUPS_MAX : n;
    for (int i = 0; i < n; i++) {
        const struct group *g = &groups[i];
        struct wire_audit_group_row *w = &rows[i];

        wire_audit_group_row_init(w);
        w->key = by_office ? view_office_key(req, g->id) : view_officer_key(req, g->id);
        w->name = by_office ? view_office_name(req, g->id) : view_officer_name(req, g->id);
        w->count = g->count;
        if (g->is_measured) {
            w->most = g->most;
            w->least = g->least;
        }
    }
    out->groups = rows;
    out->n_groups = (size_t)n;
    return true;
}

static enum step_result list_reply(struct request *req)
{
    struct audit_rows *l = rows_of(req);
    const struct db_result *r = &request_result(req, SLOT_ROWS)->result;
    struct wire_audit_list out;

    wire_audit_list_init(&out);
    out.list = lists[l->list].word;
    out.label = lists[l->list].label[req->lang == LANGUAGE_EN];
    out.measure_label = lists[l->list].measure[req->lang == LANGUAGE_EN];
    out.from = l->in.from;
    out.to = l->in.to;
    if (!(l->in.group_by == WORD_NONE ? show_rows(l, r, &out) : show_groups(l, r, &out)) ||
        !wire_audit_list_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step list_steps[] = {
    [LIST_PARSE] = {"parse", list_parse},
    [LIST_SUBJECT] = {"subject", list_subject},
    [LIST_SEND] = {"send", list_send},
    [LIST_REPLY] = {"reply", list_reply},
};
static const struct step reads_steps[] = {
    [LIST_PARSE] = {"parse", reads_parse},
    [LIST_SUBJECT] = {"subject", list_subject},
    [LIST_SEND] = {"send", list_send},
    [LIST_REPLY] = {"reply", list_reply},
};
const struct use_case use_case_audit_list = {"audit list", sizeof(struct audit_rows), list_steps,
                                             false, 0};
const struct use_case use_case_audit_reads = {"audit reads", sizeof(struct audit_rows), reads_steps,
                                              false, 0};
