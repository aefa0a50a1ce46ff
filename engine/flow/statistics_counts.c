#include "flow/statistics_counts.h"

#include <string.h>

#include "flow/offices.h"

enum {
    COLUMN_KEY,
    COLUMN_ONLINE,
    COLUMN_DIRECT,
    COLUMN_CARRIED_OVER,
    COLUMN_EARLY,
    COLUMN_ON_TIME,
    COLUMN_LATE,
    COLUMN_OPEN_IN_TIME,
    COLUMN_OPEN_OVERDUE,
    COLUMN_STOPPED_LATE,
    COLUMN_STOPPED_OTHER,
    COLUMN_UNFIT /* of the totals */
};

/* Is it asked as of the end of a day, or now, with what is known now, by office or field? Then
 * running totals answer. */
static bool counts_fit_totals(const struct request *req, const struct statistics_counts *c)
{
    const struct statistics_scope *s = c->scope;
    int32_t on = instant_date(s->state_at, req->zone_s);

    return s->known_at == req->now && !s->procedures && s->channel == WORD_NONE &&
           strcmp(c->group_by, "procedure") != 0 && strcmp(c->group_by, "channel") != 0 &&
           !s->needs_stays &&
           (s->state_at == req->now || s->state_at == date_instant(on + 1, req->zone_s) - 1);
}

static void put_totals(const struct request *req, const struct statistics_scope *s,
                       struct db_params *p)
{
    int32_t on = instant_date(s->state_at, req->zone_s);

    db_put_date(p, s->from);
    db_put_date(p, on);
    db_put_instant(p, s->state_at);
    db_put_bool(p, s->state_at == date_instant(on + 1, req->zone_s) - 1);
    offices_put(p, s->offices, s->n_offices, s->is_all);
    if (s->has_field)
        db_put_int8(p, s->field_id);
    else
        db_put_null(p);
}

static bool counts_ask(struct request *req, struct statistics_counts *c, bool by_totals)
{
    struct db_params p;
    bool sent;

    c->is_by_totals = by_totals;
    db_params_init(&p);
    if (by_totals)
        put_totals(req, c->scope, &p);
    else
        statistics_scope_put(req, c->scope, &p);
    db_put_text(&p, c->group_by);
    if (c->scope->needs_stays)
        statistics_scope_put_place(c->scope, &p);
    sent = request_query(req, c->slot, DB_LANE_READ,
                         c->scope->needs_stays ? DB_STATISTICS_II06A_STAYS
                         : by_totals           ? DB_STATISTICS_TOTALS
                                               : DB_STATISTICS_II06A,
                         &p);
    db_params_deinit(&p);
    return sent;
}

bool statistics_counts_send(struct request *req, struct statistics_counts *c)
{
    return counts_ask(req, c, counts_fit_totals(req, c));
}

bool statistics_counts_settle(struct request *req, struct statistics_counts *c, bool *ret_again)
{
    const struct db_result *r = &request_result(req, c->slot)->result;
    bool is_fit = !c->is_by_totals || db_rows(r) > 0 || c->may_be_empty;

    for (int i = 0; c->is_by_totals && i < db_rows(r); i++)
        is_fit = is_fit && !db_bool(r, i, COLUMN_UNFIT);
    *ret_again = !is_fit;
    return is_fit || counts_ask(req, c, false);
}

int statistics_counts_rows(const struct request *req, const struct statistics_counts *c)
{
    return db_rows(&request_result(req, c->slot)->result);
}

int64_t statistics_counts_row(const struct request *req, const struct statistics_counts *c, int i,
                              struct report_row *ret)
{
    const struct db_result *r = &request_result(req, c->slot)->result;
    struct report_row row = {
        .online = db_int(r, i, COLUMN_ONLINE),
        .direct = db_int(r, i, COLUMN_DIRECT),
        .carried_over = db_int(r, i, COLUMN_CARRIED_OVER),
        .early = db_int(r, i, COLUMN_EARLY),
        .on_time = db_int(r, i, COLUMN_ON_TIME),
        .late = db_int(r, i, COLUMN_LATE),
        .open_in_time = db_int(r, i, COLUMN_OPEN_IN_TIME),
        .open_overdue = db_int(r, i, COLUMN_OPEN_OVERDUE),
        .stopped_late = db_int(r, i, COLUMN_STOPPED_LATE),
        .stopped_other = db_int(r, i, COLUMN_STOPPED_OTHER),
    };

    row.total_received = row.online + row.direct + row.carried_over;
    row.total_done = row.early + row.on_time + row.late;
    row.total_open = row.open_in_time + row.open_overdue;
    *ret = row;
    return db_int(r, i, COLUMN_KEY);
}
