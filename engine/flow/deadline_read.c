/* See deadline_read.h. A page is restricted to the offices the reader may see, in the query itself;
 * what has passed is judged by the clock of the request, never by what is stored. */
#include "flow/deadline_read.h"

#include <stdio.h>
#include <string.h>

#include "base/instant.h"
#include "domain/deadline.h"
#include "flow/app.h"
#include "flow/deadline_follow.h"
#include "flow/offices.h"
#include "flow/view.h"

enum { DEADLINE_PARSE, DEADLINE_SEND, DEADLINE_REPLY };
enum { SLOT_PAGE, SLOT_COUNT };
enum deadline_state { STATE_OF_ALL, STATE_OF_OVERDUE, STATE_OF_TODAY, STATE_OF_SOON };

struct deadlines {
    struct request base;
    struct wire_deadline_query in;
    int64_t limit;
    int64_t after_at, after_id; /* the row before the page; INSTANT_NONE: from the first */
    char after_kind[40];
    int after_ordinal;
};

static void fill(struct request *req, const struct deadline *d, struct wire_deadline *ret)
{
    const struct deadline_row *row = &deadline_rows[d->kind];
    const char *key = view_office_key(req, d->office);

    wire_deadline_init(ret);
    ret->kind = (int)d->kind;
    ret->label = vocabulary_label(&deadline_kinds, (int)d->kind, req->lang);
    if (d->ordinal)
        ret->opinion = d->ordinal;
    ret->office = key ? key : "-";
    ret->office_name = key ? view_office_name(req, d->office) : "-";
    ret->officer = view_officer_key(req, d->officer);
    ret->officer_name = view_officer_name(req, d->officer);
    ret->from = d->from;
    ret->due_at = d->due_at;
    ret->due_on = d->due_on;
    ret->is_instant = d->is_instant;
    ret->is_passed = deadline_has_passed(d, req->now, req->zone_s);
    ret->ends = (int)row->ends; /* words.def has them in the order of enum deadline_end */
    ret->source = row->law;
}

bool deadline_view(struct request *req, const struct dossier *d, struct wire_dossier *v)
{
    struct deadline list[DEADLINES_MAX];
    int n = deadline_follow_list(req->reference, d, list);
    struct wire_deadline *items = arena_array(req->arena, (size_t)n + 1, sizeof *items);

    if (!items)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "deadlines"));
    for (int i = 0; i < n; i++) {
        fill(req, &list[i], &items[v->n_deadlines]);
        /* a window that has passed is of no use to anybody */
        v->n_deadlines += !items[v->n_deadlines].is_passed ||
                          deadline_rows[list[i].kind].ends != DEADLINE_ENDS_WINDOW;
    }
    v->deadlines = items;
    return true;
}

/* ---- the list ---- */

static enum step_result deadlines_parse(struct request *req)
{
    struct deadlines *l = container_of(req, struct deadlines, base);
    long long at, id;

    if (!codec_decode_pairs(&message_deadline_query, req->http->query, req->http->n_query,
                            req->arena, &l->in, &req->error))
        return request_fail(req);
    l->limit = l->in.limit == INTEGER_NONE ? LIST_ITEMS_DEFAULT : l->in.limit;
    l->after_at = INSTANT_NONE;
    /* NOLINTNEXTLINE(cert-err34-c): a cursor of ours; one out of range is just another place */
    if (l->in.after && sscanf(l->in.after, "%lld.%lld.%39[a-z_].%d", &at, &id, l->after_kind,
                              &l->after_ordinal) != 4) {
        error_set(&req->error, ERR_LIST_AFTER, arg_text("value", l->in.after));
        return request_fail(req);
    }
    if (l->in.after) {
        l->after_at = at;
        l->after_id = id;
    }
    return request_wait(req, DEADLINE_SEND);
}

/* The end of the next working day of the first office that has a calendar for it, 24 hours from now
 * at least. */
static int64_t soon_until(const struct request *req, const int64_t *offices, int n)
{
    int32_t today = instant_date(req->now, req->zone_s), on;
    int64_t day_at = req->now + INSTANT_DAY;
    struct error ignored;

    for (int i = 0; i < n; i++) {
        const struct calendar *cal = reference_calendar(req->reference, offices[i]);

        if (cal && calendar_next_working(cal, today, 1, &on, &ignored)) {
            int64_t end_at = date_instant(on + 1, req->zone_s) - 1;

            return end_at > day_at ? end_at : day_at;
        }
    }
    return day_at;
}

/* The kinds wanted that end as `is_duty` says: what somebody must do, or what passes by itself. */
static void put_kinds(struct db_params *p, const struct deadlines *l, bool is_duty)
{
    const char *words[DEADLINE_KIND_COUNT];
    int n = 0;

    for (int i = 0; i < DEADLINE_KIND_COUNT; i++) {
        if ((l->in.kind == WORD_NONE || l->in.kind == i) &&
            (deadline_rows[i].ends == DEADLINE_ENDS_DUTY) == is_duty)
            words[n++] = vocabulary_word(&deadline_kinds, i);
    }
    db_put_text_array(p, words, n);
}

static void put_filter(struct db_params *p, const struct deadlines *l, const int64_t *offices,
                       int n)
{
    const struct request *req = &l->base;
    int32_t today = instant_date(req->now, req->zone_s);
    int64_t midnight = date_instant(today, req->zone_s);
    int state = l->in.state == WORD_NONE ? STATE_OF_ALL : l->in.state;

    db_put_int8_array(p, offices, n);
    put_kinds(p, l, true);
    put_kinds(p, l, false);
    db_put_instant(p, state == STATE_OF_TODAY || state == STATE_OF_SOON ? midnight : INSTANT_NONE);
    db_put_instant(p, state == STATE_OF_OVERDUE ? req->now
                      : state == STATE_OF_TODAY ? midnight + INSTANT_DAY - 1
                      : state == STATE_OF_SOON  ? soon_until(req, offices, n)
                                                : INSTANT_NONE);
    if (state == STATE_OF_ALL)
        db_put_null(p);
    else
        db_put_bool(p, state == STATE_OF_OVERDUE);
    db_put_instant(p, req->now);
    db_put_date(p, today);
}

static enum step_result deadlines_send(struct request *req)
{
    struct deadlines *l = container_of(req, struct deadlines, base);
    bool is_all, sent;
    int n;
    const int64_t *offices = offices_readable(req, GRANT_READ_DOSSIER, l->in.office, &n, &is_all);
    struct db_params p;

    if (!offices)
        return request_fail(req);
    db_params_init(&p);
    put_filter(&p, l, offices, n);
    db_put_instant(&p, l->after_at);
    db_put_int8(&p, l->after_id);
    db_put_text(&p, l->after_kind);
    db_put_int4(&p, l->after_ordinal);
    db_put_int4(&p, (int32_t)l->limit + 1);
    sent = request_query(req, SLOT_PAGE, DB_LANE_READ, DB_DEADLINE_PAGE, &p);
    db_params_deinit(&p);
    if (sent && l->in.count) {
        db_params_init(&p);
        put_filter(&p, l, offices, n);
        sent = request_query(req, SLOT_COUNT, DB_LANE_READ, DB_DEADLINE_COUNT, &p);
        db_params_deinit(&p);
    }
    return sent ? request_wait(req, DEADLINE_REPLY) : request_fail(req);
}

/* False: a kind this daemon does not know, written by a newer one. */
static bool read_row(struct request *req, const struct db_result *r, int i,
                     struct wire_deadline *ret)
{
    const struct procedure_case *c = reference_case(req->reference, db_int(r, i, 2));
    int kind = vocabulary_find(&deadline_kinds, db_text_or_empty(r, i, 3));
    const struct deadline d = {
        .kind = (enum deadline_kind)kind,
        .ordinal = (int)db_int(r, i, 4),
        .from = db_instant(r, i, 5),
        .due_at = db_instant(r, i, 6),
        .due_on = db_date(r, i, 7),
        .is_instant = db_bool(r, i, 8),
        .office = db_int(r, i, 9),
        .officer = db_int(r, i, 10),
    };

    if (kind < 0)
        return false;
    fill(req, &d, ret);
    ret->dossier = db_text_or_empty(r, i, 1);
    ret->procedure_name = c ? c->procedure_name : NULL;
    return true;
}

static bool read_counts(struct request *req, struct wire_deadline_list *out)
{
    const struct db_result *r = &request_result(req, SLOT_COUNT)->result;
    struct wire_deadline_count *counts =
        arena_array(req->arena, (size_t)db_rows(r) + 1, sizeof *counts);

    if (!counts)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "deadlines"));
    out->count = 0;
    for (int i = 0; i < db_rows(r); i++) {
        wire_deadline_count_init(&counts[i]);
        counts[i].kind = vocabulary_find(&deadline_kinds, db_text_or_empty(r, i, 0));
        counts[i].count = db_int(r, i, 1);
        out->count += counts[i].count;
    }
    out->counts = counts;
    out->n_counts = (size_t)db_rows(r);
    return true;
}

static enum step_result deadlines_reply(struct request *req)
{
    struct deadlines *l = container_of(req, struct deadlines, base);
    const struct db_result *r = &request_result(req, SLOT_PAGE)->result;
    int n = db_rows(r);
    struct wire_deadline *items = arena_array(req->arena, (size_t)n + 1, sizeof *items);
    struct wire_deadline_list out;

    if (!items) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "deadlines"));
        return request_fail(req);
    }
    wire_deadline_list_init(&out);
    if (n > l->limit) {
        n = (int)l->limit;
        out.next = arena_printf(req->arena, "%lld.%lld.%s.%d", (long long)db_instant(r, n - 1, 6),
                                (long long)db_int(r, n - 1, 0), db_text_or_empty(r, n - 1, 3),
                                (int)db_int(r, n - 1, 4));
    }
    out.items = items;
    for (int i = 0; i < n; i++)
        out.n_items += read_row(req, r, i, &items[out.n_items]);
    if (l->in.count && !read_counts(req, &out))
        return request_fail(req);
    if (!wire_deadline_list_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step deadline_steps[] = {
    [DEADLINE_PARSE] = {"parse", deadlines_parse},
    [DEADLINE_SEND] = {"send", deadlines_send},
    [DEADLINE_REPLY] = {"reply", deadlines_reply},
};
const struct use_case use_case_deadlines = {"deadlines", sizeof(struct deadlines), deadline_steps,
                                            false, 0};
