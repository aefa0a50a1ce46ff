/* See statistics_late_intake.h. */
#include "flow/statistics_late_intake.h"

#include <stdio.h>
#include <string.h>

#include "base/instant.h"
#include "domain/due.h"
#include "flow/app.h"
#include "flow/listing.h"
#include "flow/view.h"

enum { F_ID, F_CODE, F_OFFICE, F_FIELD, F_PROCEDURE, F_STATE, F_APPLICANT, F_WAY, F_COMPETENT };

/* A filing waits from `from` for an answer, which came at `to`, or has not. */
struct round {
    int64_t from, to; /* to: INSTANT_NONE */
    enum action answer;
    int64_t officer;
    struct due due;
};

static bool intake_send(struct listing *l, int slot, int64_t after, int64_t upto, int32_t limit)
{
    struct db_params p;
    bool sent;

    db_params_init(&p);
    listing_put_stretch(l, after, upto, limit, &p);
    sent = request_query(&l->base, slot, DB_LANE_READ, DB_STATISTICS_LATE_INTAKE, &p);
    db_params_deinit(&p);
    return sent;
}

/* Was it answered after its limit, within the period; or is it past its limit without an answer? */
static bool is_late(const struct listing *l, struct round *round, int64_t office)
{
    const struct request *req = &l->base;
    int64_t end = round->to == INSTANT_NONE ? l->scope.state_at : round->to;
    const struct ruleset *rules =
        reference_ruleset_on(req->reference, instant_date(round->from, req->zone_s));
    const struct calendar *cal = reference_calendar(req->reference, office);
    struct error ignored;

    if (round->to != INSTANT_NONE && instant_date(round->to, req->zone_s) < l->scope.from)
        return false;
    return rules && cal && limit_is_valid(rules->online_intake) &&
           due_compute(cal, &rules->due, rules->online_intake, round->from, &round->due,
                       &ignored) &&
           due_is_late(&round->due, end, req->zone_s);
}

/* The first late round of the way up to its acceptance, or refusal. */
static bool find_late(const struct listing *l, const char *way, int64_t office, struct round *ret)
{
    struct round now = {.from = INSTANT_NONE, .to = INSTANT_NONE};
    char name[40];
    long long at, actor;
    int used;

    /* NOLINTNEXTLINE(cert-err34-c): written by the query */
    for (; sscanf(way, "%39s %lld %lld%n", name, &at, &actor, &used) == 3; way += used) {
        enum action action = (enum action)vocabulary_find(&actions, name);

        if (action == ACTION_SUBMIT || action == ACTION_RECEIVE_SUPPLEMENT) {
            now = (struct round){.from = at, .to = INSTANT_NONE};
            continue;
        }
        if (now.from == INSTANT_NONE)
            continue; /* it lay with the applicant */
        now.to = at;
        now.answer = action;
        now.officer = actor;
        *ret = now;
        if (is_late(l, ret, office))
            return true;
        now.from = INSTANT_NONE;
        if (action == ACTION_ACCEPT || action == ACTION_REFUSE)
            return false;
    }
    *ret = now;
    return now.from != INSTANT_NONE && is_late(l, ret, office);
}

static void count_late(struct listing *l, const struct round *round, int64_t office,
                       struct wire_late_intake *w)
{
    const struct calendar *cal = reference_calendar(l->base.reference, office);
    int64_t end = round->to == INSTANT_NONE ? l->scope.state_at : round->to, work;
    struct error ignored;

    if (calendar_work_between(cal, round->due.at, end, &work, &ignored))
        w->minutes_late = work / INSTANT_MINUTE;
}

static bool intake_fill(struct listing *l, const struct db_result *r, int i, void *ret_row,
                        bool *ret_is_of_it)
{
    struct request *req = &l->base;
    const struct procedure_case *c = reference_procedure(req->reference, db_int(r, i, F_PROCEDURE));
    const struct field_ref *f = reference_field(req->reference, db_int(r, i, F_FIELD));
    int64_t office = db_int(r, i, F_OFFICE);
    struct wire_late_intake *w = ret_row;
    struct round round;

    *ret_is_of_it = find_late(l, db_text_or_empty(r, i, F_WAY), office, &round);
    if (!*ret_is_of_it)
        return true;
    w->code = arena_strdup(listing_arena(l), db_text_or_empty(r, i, F_CODE));
    w->office = view_office_key(req, office);
    w->office_name = view_office_name(req, office);
    w->procedure = c ? c->procedure_key : NULL;
    w->procedure_name = c ? c->procedure_name : NULL;
    w->field = f ? f->key : NULL;
    w->state = vocabulary_find(&states, db_text_or_empty(r, i, F_STATE));
    w->applicant_name = listing_applicant(l, db_int(r, i, F_COMPETENT), db_text(r, i, F_APPLICANT));
    w->filed_at = round.from;
    w->due_at = round.due.at;
    w->answered_at = round.to;
    if (round.to != INSTANT_NONE) {
        w->answer = (int)round.answer;
        w->officer_name = view_officer_name(req, round.officer);
    }
    count_late(l, &round, office, w);
    return w->code || error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "list"));
}

static const struct list_column columns[] = {
    {"code", {"Mã hồ sơ", "Code"}, 28, SHEET_TEXT, NULL},
    {"office_name", {"Bộ phận một cửa", "One-stop unit"}, 30, SHEET_TEXT, NULL},
    {"officer_name", {"Người trả lời", "Answered by"}, 24, SHEET_TEXT, NULL},
    {"procedure", {"Mã thủ tục", "Procedure"}, 16, SHEET_TEXT, NULL},
    {"procedure_name", {"Thủ tục", "Name of the procedure"}, 48, SHEET_TEXT, NULL},
    {"field", {"Lĩnh vực", "Field"}, 14, SHEET_TEXT, NULL},
    {"state", {"Trạng thái", "State"}, 18, SHEET_TEXT, &states},
    {"applicant_name", {"Người nộp", "Applicant"}, 28, SHEET_TEXT, NULL},
    {"filed_at", {"Nộp trực tuyến", "Filed"}, 17, SHEET_INSTANT, NULL},
    {"due_at", {"Hạn tiếp nhận", "To be answered by"}, 17, SHEET_INSTANT, NULL},
    {"answered_at", {"Trả lời", "Answered"}, 17, SHEET_INSTANT, NULL},
    {"answer", {"Cách trả lời", "How"}, 20, SHEET_TEXT, &actions},
    {"minutes_late", {"Số phút làm việc trễ", "Working minutes late"}, 14, SHEET_NUMBER, NULL},
};
static const struct listing_kind late_intake = {
    .file = "late-intake",
    .title = {"DANH SÁCH HỒ SƠ TRỰC TUYẾN TIẾP NHẬN QUÁ HẠN", "ONLINE FILINGS ANSWERED LATE"},
    .row = &message_late_intake,
    .page = &message_late_intake_list,
    .columns = columns,
    .n_columns = ARRAY_LEN(columns),
    .send = intake_send,
    .fill = intake_fill,
};

static enum step_result intake_parse(struct request *req)
{
    struct listing *l = container_of(req, struct listing, base);

    l->kind = &late_intake;
    return statistics_scope_parse(req, &l->in, &l->scope) ? listing_parse(l) : request_fail(req);
}

static const struct step intake_steps[] = LISTING_STEPS(intake_parse);
const struct use_case use_case_statistics_late_intake = {"late intake", sizeof(struct listing),
                                                         intake_steps, false, 0};
