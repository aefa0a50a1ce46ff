/* See statistics_behind.h. The queries read the same functions of the database as those of the
 * forms (sql/functions/statistics_*.sql); what only events tell is read by the walk of index 766.
 */
#include "flow/statistics_behind.h"

#include <string.h>

#include "base/instant.h"
#include "flow/app.h"
#include "flow/history_rows.h"
#include "flow/index_walk.h"
#include "flow/report_behind.h"
#include "flow/statistics_dossiers.h"

/* Dossiers of a round whose events are read. */
#define WALK_ROUND 400
#define WALK_ARENA (64u << 20)

static const char *column_of(const struct listing *l)
{
    return words_form_column.words[l->in.column];
}

/* $1 to $13 of every such query. */
static void put_common(struct listing *l, int64_t after, int64_t upto, int32_t limit,
                       struct db_params *p)
{
    statistics_scope_put(&l->base, &l->scope, p);
    db_put_text(p, column_of(l));
    db_put_int8(p, after);
    db_put_int8(p, upto);
    db_put_int4(p, limit);
}

static bool ages_send(struct listing *l, int slot, int64_t after, int64_t upto, int32_t limit)
{
    struct db_params p;
    bool sent;

    db_params_init(&p);
    put_common(l, after, upto, limit, &p);
    sent = report_ageing_put(&l->base, &l->scope, &p) &&
           request_query(&l->base, slot, DB_LANE_READ, DB_STATISTICS_BEHIND_AGES, &p);
    db_params_deinit(&p);
    return sent;
}

static bool asked_send(struct listing *l, int slot, int64_t after, int64_t upto, int32_t limit)
{
    struct db_params p;
    bool sent;

    db_params_init(&p);
    put_common(l, after, upto, limit, &p);
    sent = request_query(&l->base, slot, DB_LANE_READ, DB_STATISTICS_BEHIND_ASKED, &p);
    db_params_deinit(&p);
    return sent;
}

/* The paper that is asked of, or every one. */
static bool put_paper(struct listing *l, struct db_params *p)
{
    struct request *req = &l->base;
    int64_t *cases, *components;
    int n;

    if (l->in.component == INTEGER_NONE) {
        db_put_null(p);
        db_put_null(p);
        return true;
    }
    if (!l->in.procedure)
        return error_set(&req->error, ERR_FIELD_MISSING, arg_text("field", "procedure"));
    n = report_paper_find(req->reference, req->arena, l->in.procedure, (int)l->in.component, &cases,
                          &components);
    if (n == 0)
        return cases ? error_set(&req->error, ERR_FIELD_VALUE, arg_text("field", "component"),
                                 arg_number("value", l->in.component))
                     : error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "list"));
    db_put_int8_array(p, cases, n);
    db_put_int8_array(p, components, n);
    return true;
}

static bool papers_send(struct listing *l, int slot, int64_t after, int64_t upto, int32_t limit)
{
    struct db_params p;
    bool sent;

    db_params_init(&p);
    put_common(l, after, upto, limit, &p);
    sent = put_paper(l, &p) &&
           request_query(&l->base, slot, DB_LANE_READ, DB_STATISTICS_BEHIND_PAPERS, &p);
    db_params_deinit(&p);
    return sent;
}

static bool passages_send(struct listing *l, int slot, int64_t after, int64_t upto, int32_t limit)
{
    struct db_params p;
    bool sent;

    db_params_init(&p);
    put_common(l, after, upto, limit, &p);
    /* by officer a passage is of one of them */
    db_put_text(&p, l->scope.has_officer          ? "officer"
                    : l->in.group_by == WORD_NONE ? ""
                                                  : words_group_by.words[l->in.group_by]);
    db_put_instant(&p, date_instant(l->scope.from, l->base.zone_s));
    statistics_scope_put_place(&l->scope, &p);
    sent = request_query(&l->base, slot, DB_LANE_READ, DB_STATISTICS_BEHIND_PASSAGES, &p);
    db_params_deinit(&p);
    return sent;
}

/* ---- late ones, by how many days ---- */

static bool lates_send(struct listing *l, int slot, int64_t after, int64_t upto, int32_t limit)
{
    struct db_params p;
    bool sent;

    db_params_init(&p);
    put_common(l, after, upto, limit, &p);
    db_put_text(&p, words_lateness_view.words[l->in.view == WORD_NONE ? 0 : l->in.view]);
    statistics_scope_put_place(&l->scope, &p);
    sent = request_query(&l->base, slot, DB_LANE_READ, DB_STATISTICS_BEHIND_LATES, &p);
    db_params_deinit(&p);
    return sent;
}

static bool lates_fill(struct listing *l, const struct db_result *r, int i, void *ret_row,
                       bool *ret_is_of_it)
{
    enum { DUE_ON = STATISTICS_DOSSIER_MORE, END_ON };
    const char *column = column_of(l);

    *ret_is_of_it =
        strncmp(column, "age_", 4) != 0 ||
        !strcmp(column,
                report_lateness_age(l->base.reference, db_int(r, i, STATISTICS_DOSSIER_OFFICE),
                                    db_is_null(r, i, DUE_ON) ? DATE_NONE : db_date(r, i, DUE_ON),
                                    db_date(r, i, END_ON)));
    return !*ret_is_of_it || statistics_dossier_fill(l, r, i, ret_row, ret_is_of_it);
}

/* ---- what only events tell ---- */

static bool walk_send(struct listing *l, int slot, int64_t after, int64_t upto, int32_t limit)
{
    struct statistics_scope scope = l->scope;

    scope.from -= report_digital_days_before(column_of(l));
    return statistics_dossiers_send(l, &scope, "total_received", slot, after, upto, limit);
}

static bool walk_also(struct listing *l, int slot, const struct db_result *rows)
{
    int64_t *ids = arena_array(listing_arena(l), (size_t)db_rows(rows), sizeof *ids);
    struct db_params p;
    bool sent;

    if (!ids)
        return error_set(&l->base.error, ERR_NO_MEMORY, arg_text("what", "list"));
    for (int i = 0; i < db_rows(rows); i++)
        ids[i] = db_int(rows, i, 0);
    db_params_init(&p);
    db_put_int8_array(&p, ids, db_rows(rows));
    sent = request_query(&l->base, slot, DB_LANE_READ, DB_EVENTS_OF, &p);
    db_params_deinit(&p);
    return sent;
}

/* Folds the dossier, whose events are the next of the second answer; *ret_is_of_it false: it was
 * never received, was entered by mistake, or its events went with a person's data. */
static bool walk_view(struct listing *l, int64_t id, struct arena *arena, struct history *ret_h,
                      struct index_view *v, bool *ret_is_of_it)
{
    struct request *req = &l->base;
    const struct db_result *events = &request_result(req, LISTING_SLOT_ALSO)->result;
    int from = l->also_row;

    *ret_is_of_it = false;
    v->d = arena ? arena_new_of(arena, struct dossier) : NULL;
    if (!v->d)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "list"));
    l->also_row = history_rows_end(events, from, id);
    if (from == l->also_row)
        return true;
    return history_rows_read(events, from, l->also_row, arena, ret_h, &req->error) &&
           index_view_make(req, &l->scope, ret_h, v, ret_is_of_it);
}

static bool walk_fill(struct listing *l, const struct db_result *r, int i, void *ret_row,
                      bool *ret_is_of_it)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(WALK_ARENA);
    struct index_view view = {0};
    struct history h;

    if (!walk_view(l, db_int(r, i, 0), arena, &h, &view, ret_is_of_it))
        return false;
    *ret_is_of_it = *ret_is_of_it && report_digital_counts(column_of(l), &view.subject);
    return !*ret_is_of_it || statistics_dossier_fill(l, r, i, ret_row, ret_is_of_it);
}

/* ---- limits ---- */

static bool limits_send(struct listing *l, int slot, int64_t after, int64_t upto, int32_t limit)
{
    struct db_params p;
    bool sent;

    db_params_init(&p);
    listing_put_stretch(l, after, upto, limit, &p);
    sent = request_query(&l->base, slot, DB_LANE_READ, DB_STATISTICS_BEHIND_LIMITS, &p);
    db_params_deinit(&p);
    return sent;
}

/* A dossier may have broken a limit more than once. */
static bool limits_fill(struct listing *l, const struct db_result *r, int i, void *ret_row,
                        bool *ret_is_of_it)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(WALK_ARENA);
    struct wire_statistics_dossier *w = ret_row;
    struct index_view view = {0};
    struct history h;
    int times = 0;

    if (!walk_view(l, db_int(r, i, 0), arena, &h, &view, ret_is_of_it))
        return false;
    if (*ret_is_of_it)
        times = report_limits_times(&l->base, &l->scope, column_of(l), l->in.consulted, view.d, &h);
    *ret_is_of_it = times > 0;
    if (times <= 0)
        return times == 0;
    if (!statistics_dossier_fill(l, r, i, ret_row, ret_is_of_it))
        return false;
    w->times = times;
    return true;
}

/* ---- which is whose ---- */

#define KIND(more, ...)                                                                            \
    {                                                                                              \
        .file = "dossiers",                                                                        \
        .title = {"DANH SÁCH HỒ SƠ CỦA MỘT SỐ LIỆU", "DOSSIERS BEHIND A FIGURE"},                  \
        .row = &message_statistics_dossier, .page = &message_statistics_dossier_list,              \
        .columns = statistics_dossier_columns, .n_columns = STATISTICS_DOSSIER_COLUMNS + (more),   \
        __VA_ARGS__                                                                                \
    }
static const struct listing_kind
    ages = KIND(0, .send = ages_send, .fill = statistics_dossier_fill),
    asked =
        KIND(STATISTICS_DOSSIER_COLUMNS_TIMES, .send = asked_send, .fill = statistics_dossier_fill),
    papers = KIND(STATISTICS_DOSSIER_COLUMNS_TIMES, .send = papers_send,
                  .fill = statistics_dossier_fill),
    passages = KIND(STATISTICS_DOSSIER_COLUMNS_USED, .send = passages_send,
                    .fill = statistics_dossier_fill, .takes_place = true),
    lates = KIND(0, .send = lates_send, .fill = lates_fill, .takes_place = true),
    walked = KIND(0, .send = walk_send, .also = walk_also, .fill = walk_fill, .round = WALK_ROUND),
    limits = KIND(STATISTICS_DOSSIER_COLUMNS_TIMES, .send = limits_send, .also = walk_also,
                  .fill = limits_fill, .round = WALK_ROUND);

/* Words of form_column between spaces. */
static const struct {
    const struct listing_kind *kind;
    const char *columns;
} kinds[] = {
    {&ages, " open_5 open_15 open_30 open_more overdue_5 overdue_15 overdue_30 overdue_more "},
    {&passages, " passages passages_within passages_over passages_unmeasured passages_measured "},
    {&asked, " never_asked asked_once asked_more requests late_requests not_completed "},
    {&papers, " paper_received paper_asked paper_requests "},
    {&lates, " done_in_time late_done late_open late_all late_subjective late_objective "
             "late_undetermined late_letter_owed late_letter_in_time late_letter_late "
             "late_letter_none late_subjective_issued second_delays age_1_5 age_6_15 age_16_30 "
             "age_over_30 age_unknown "},
    {&walked, " received reused settled result_file digitised with_fee paid_online "
              "received_by_post results_returned results_by_post "},
    {&limits,
     " supplement_all supplement_in_time supplement_grounded supplement_late closed_silent "
     "still_silent opinion_all opinion_in_time opinion_late opinion_silent correction_all "
     "correction_in_time correction_late correction_overdue correction_open "
     "correction_free "},
};

const struct listing_kind *statistics_behind_kind(const char *column)
{
    size_t len = strlen(column);

    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        for (const char *p = kinds[i].columns; (p = strstr(p, column)) != NULL; p++)
            if (p[-1] == ' ' && p[len] == ' ')
                return kinds[i].kind;
    return NULL;
}
