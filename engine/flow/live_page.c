/* A page of the feed: asked for, and told to whoever may see the dossiers it names. The JSON of a
 * dossier is made once for all readers, when the first one needs it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "domain/vocabulary.h"
#include "flow/live_impl.h"
#include "wire/message.h"

/* Columns of feed_page.sql. */
enum {
    C_BOUNDARY,
    C_EPOCH,
    C_DEADLINES_EPOCH,
    C_CLOCK_OFFSET,
    C_XID,
    C_ROW,
    C_ORDINAL,
    C_HOLDER_BEFORE,
    C_PENDING_BEFORE,
    C_DOSSIER,
    C_VERSION,
    C_CODE,
    C_STATE,
    C_CASE,
    C_STEP,
    C_HOLDER,
    C_HOLDER_OFFICER,
    C_PENDING,
    C_PENDING_OFFICER,
    C_SUPERVISING,
    C_COMPETENT,
    C_FILED,
    C_DUE_AT,
    C_DUE_IS_INSTANT,
    C_ENDED_AT,
    C_WARNING,
    C_RISK_AT,
    C_CERTAIN_AT,
    C_LATE_AT,
    C_JUDGEMENT,
    C_LETTER_STATE,
    C_IS_MISTAKE,
    C_ASKED
};

/* One dossier of the page, as far as rights look at it. */
struct live_row {
    struct live_place place;
    int64_t id;
    bool is_told;    /* the last time that the page names this dossier: once is enough */
    bool is_mistake; /* in no list */
    int64_t offices[5], officers[2]; /* holder, pending, supervising, competent, filed */
    int64_t shown[2];                /* holder and pending as a reader sees them */
    int64_t before[2];               /* holder and pending before */
    int64_t asked[DOSSIER_OPINIONS_MAX];
    int n_asked;
    struct buffer json, gone;
};

static uint64_t read_xid(const struct db_result *r, int row, int column)
{
    return strtoull(db_text_or_empty(r, row, column), NULL, 10);
}

void live_page_ask(struct live_page *p, const struct live_place *from, db_done_fn *done)
{
    char xid[24];
    struct db_params params;
    struct error err;

    snprintf(xid, sizeof xid, "%llu", (unsigned long long)from->xid);
    db_params_init(&params);
    db_put_text(&params, xid);
    db_put_int8(&params, from->row);
    db_put_int8(&params, from->ordinal);
    db_put_int4(&params, LIVE_PAGE);
    db_put_instant(&params, clock_business());
    p->call.done = done;
    p->call.data = p;
    p->is_asking = db_query(p->live->app->db, DB_LANE_READ, DB_FEED_PAGE, &params, &p->call, &err);
    db_params_deinit(&params);
}

static struct live_place place_of(const struct db_result *r, int row)
{
    return (struct live_place){read_xid(r, row, C_XID), db_int(r, row, C_ROW),
                               db_int(r, row, C_ORDINAL)};
}

void live_page_news(const struct live_page *p, struct live_news *ret)
{
    const struct db_result *r = &p->call.result;
    int n = db_rows(r);

    ret->boundary = read_xid(r, 0, C_BOUNDARY);
    ret->epoch = db_int(r, 0, C_EPOCH);
    ret->deadlines_epoch = db_int(r, 0, C_DEADLINES_EPOCH);
    ret->clock_offset_us = db_int(r, 0, C_CLOCK_OFFSET);
    ret->n = db_is_null(r, 0, C_ROW) ? 0 : n;
    ret->last = ret->n == LIVE_PAGE ? place_of(r, n - 1) : live_place_boundary(ret->boundary);
}

/* ---- a row ---- */

/* What of a dossier says who may see it, and how offices that ended are led on. */
static void fill_dossier(const struct db_result *r, int i, struct dossier *d)
{
    d->state = (enum dossier_state)vocabulary_find(&states, db_text_or_empty(r, i, C_STATE));
    d->ended_at = db_instant(r, i, C_ENDED_AT);
    d->holder_office = db_int(r, i, C_HOLDER);
    d->pending_office = db_int(r, i, C_PENDING);
    d->supervising_office = db_int(r, i, C_SUPERVISING);
    d->competent_office = db_int(r, i, C_COMPETENT);
    d->filed_office = db_int(r, i, C_FILED);
}

static void read_row(const struct live *l, const struct db_result *r, int i, struct dossier *d,
                     struct live_row *row)
{
    const struct reference *ref = l->reference;

    row->place = place_of(r, i);
    row->id = db_int(r, i, C_DOSSIER);
    row->is_told = true;
    row->is_mistake = db_bool(r, i, C_IS_MISTAKE);
    fill_dossier(r, i, d);
    row->offices[0] = reference_heir(ref, d->holder_office);
    row->offices[1] = reference_heir(ref, d->pending_office);
    row->offices[2] = reference_heir(ref, d->supervising_office);
    row->offices[3] = reference_heir(ref, d->competent_office);
    row->offices[4] = reference_heir(ref, d->filed_office);
    row->officers[0] = db_int(r, i, C_HOLDER_OFFICER);
    row->officers[1] = db_int(r, i, C_PENDING_OFFICER);
    row->before[0] = reference_heir(ref, db_int(r, i, C_HOLDER_BEFORE));
    row->before[1] = reference_heir(ref, db_int(r, i, C_PENDING_BEFORE));
    row->n_asked = db_array_len(r, i, C_ASKED);
    if (row->n_asked > DOSSIER_OPINIONS_MAX)
        row->n_asked = DOSSIER_OPINIONS_MAX;
    for (int k = 0; k < row->n_asked; k++)
        row->asked[k] = reference_heir(ref, db_array_int(r, i, C_ASKED, k));
    reference_pass_over(ref, d);
    row->shown[0] = d->holder_office;
    row->shown[1] = d->pending_office;
}

/* The rows of the page; of a dossier that it names several times the last one speaks. */
static struct live_row *read_rows(const struct live *l, const struct db_result *r, int n,
                                  struct dossier *d)
{
    struct live_row *rows = calloc((size_t)n, sizeof *rows);

    for (int i = 0; rows && i < n; i++)
        read_row(l, r, i, d, &rows[i]);
    for (int i = 0; rows && i < n; i++)
        for (int k = i + 1; k < n && rows[i].is_told; k++)
            rows[i].is_told = rows[i].id != rows[k].id;
    return rows;
}

/* ---- who may see it ---- */

static bool may_see(const struct live *l, const struct live_stream *s, const struct live_row *row,
                    struct dossier *d)
{
    d->holder_office = row->offices[0];
    d->pending_office = row->offices[1];
    d->supervising_office = row->offices[2];
    d->competent_office = row->offices[3];
    d->filed_office = row->offices[4];
    d->holder_officer = row->officers[0];
    d->pending_officer = row->officers[1];
    d->has_pending = row->offices[1] != 0;
    d->n_opinions = row->n_asked;
    for (int k = 0; k < row->n_asked; k++)
        d->opinions[k] = (struct dossier_opinion){.office = row->asked[k]};
    return right_grants(&s->principal, GRANT_READ_DOSSIER, d, 0, reference_within, l->reference);
}

static bool might_see(const struct live *l, const struct live_stream *s, const struct live_row *row)
{
    for (int k = 0; k < 2; k++)
        if (row->before[k] && right_grants(&s->principal, GRANT_READ_DOSSIER, NULL, row->before[k],
                                           reference_within, l->reference))
            return true;
    return false;
}

/* ---- what is said of it ---- */

static const char *office_key(const struct live *l, int64_t id)
{
    const struct office_ref *o = reference_office(l->reference, id);

    return o ? o->key : NULL;
}

static const char *officer_key(const struct live *l, int64_t id)
{
    const struct officer_ref *o = reference_officer(l->reference, id);

    return o ? o->login : NULL;
}

static void write_json(const struct live *l, const struct wire_live_dossier *m, struct buffer *b)
{
    struct error err;

    if (!wire_live_dossier_encode(m, l->app->zone_s, b, &err)) {
        log_error(LOG_ERROR, "live", &err);
        b->is_failed = true;
    }
}

static const char *compose_gone(const struct live *l, const struct db_result *r, int i,
                                struct live_row *row)
{
    struct wire_live_dossier m;

    if (!row->gone.data) {
        wire_live_dossier_init(&m);
        m.code = db_text_or_empty(r, i, C_CODE);
        m.version = db_int(r, i, C_VERSION);
        m.is_gone = true;
        write_json(l, &m, &row->gone);
    }
    return row->gone.is_failed ? NULL : row->gone.data;
}

static const char *compose(const struct live *l, const struct db_result *r, int i,
                           struct live_row *row)
{
    const struct procedure_case *c = reference_case(l->reference, db_int(r, i, C_CASE));
    int step = (int)db_int(r, i, C_STEP);
    struct wire_live_dossier m;

    if (row->json.data)
        return row->json.is_failed ? NULL : row->json.data;
    wire_live_dossier_init(&m);
    m.code = db_text_or_empty(r, i, C_CODE);
    m.version = db_int(r, i, C_VERSION);
    m.state = vocabulary_find(&states, db_text_or_empty(r, i, C_STATE));
    m.warning = vocabulary_find(&warnings, db_text_or_empty(r, i, C_WARNING));
    m.risk_at = db_instant(r, i, C_RISK_AT);
    m.certain_at = db_instant(r, i, C_CERTAIN_AT);
    m.late_at = db_instant(r, i, C_LATE_AT);
    m.due_at = db_instant(r, i, C_DUE_AT);
    m.due_is_instant = db_bool(r, i, C_DUE_IS_INSTANT);
    m.ended_at = db_instant(r, i, C_ENDED_AT);
    m.judgement = vocabulary_find(&judgements, db_text_or_empty(r, i, C_JUDGEMENT));
    m.office = office_key(l, row->shown[0]);
    m.officer = officer_key(l, row->officers[0]);
    m.pending_office = office_key(l, row->shown[1]);
    m.pending_officer = officer_key(l, row->officers[1]);
    m.step_name = c && step >= 1 && step <= c->n_steps ? c->steps[step - 1].name : NULL;
    m.letter_state = vocabulary_find(&letter_states, db_text_or_empty(r, i, C_LETTER_STATE));
    write_json(l, &m, &row->json);
    return row->json.is_failed ? NULL : row->json.data;
}

/* ---- telling ---- */

static void tell_row(struct live *l, const struct db_result *r, int i, struct live_row *row,
                     struct live_stream *s, struct dossier *d)
{
    const char *json = NULL;
    char id[LIVE_PLACE_MAX];

    if (!row->is_told)
        return;
    if (may_see(l, s, row, d))
        json = row->is_mistake ? compose_gone(l, r, i, row) : compose(l, r, i, row);
    else if (might_see(l, s, row))
        json = compose_gone(l, r, i, row);
    if (!json)
        return;
    live_place_format(&row->place, id);
    http_stream_send(s->http, id, "dossier", json, strlen(json));
    s->sent_ms = uv_now(l->app->loop);
    l->app->metrics.live_events++;
}

static void tell_stream(struct live *l, const struct db_result *r, struct live_row *rows, int n,
                        struct live_stream *s, struct dossier *d)
{
    http_stream_hold(s->http);
    for (int i = 0; i < n; i++) {
        if (live_place_compare(&rows[i].place, &s->place) <= 0)
            continue;
        tell_row(l, r, i, &rows[i], s, d);
        s->place = rows[i].place;
    }
    http_stream_release(s->http);
}

void live_page_tell(struct live_page *p, struct live_stream *only)
{
    struct live *l = p->live;
    const struct db_result *r = &p->call.result;
    struct dossier *d = calloc(1, sizeof *d); /* some kilobytes: too much for the stack */
    struct live_row *rows;
    struct live_news news;

    live_page_news(p, &news);
    rows = d && news.n ? read_rows(l, r, news.n, d) : NULL;
    for (struct live_stream *s = l->streams; s; s = s->next) {
        if (only ? s != only : s->is_behind)
            continue;
        if (news.n && !rows) /* no memory: what is not told must not be passed over */
            s->is_stale = s->is_behind = true;
        else
            tell_stream(l, r, rows, news.n, s, d);
    }
    for (int i = 0; rows && i < news.n; i++) {
        buffer_deinit(&rows[i].json);
        buffer_deinit(&rows[i].gone);
    }
    free(rows);
    free(d);
}
