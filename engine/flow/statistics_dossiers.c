/* See statistics_dossiers.h. */
#include "flow/statistics_dossiers.h"

#include "base/instant.h"
#include "flow/app.h"
#include "flow/listing.h"
#include "flow/report_form.h"
#include "flow/statistics_behind.h"
#include "flow/view.h"

enum {
    F_ID,
    F_CODE,
    F_OFFICE,
    F_FIELD,
    F_PROCEDURE,
    F_CHANNEL,
    F_RECEIVED_AT,
    F_DUE_AT,
    F_DUE_ON,
    F_ENDED_AT,
    F_ENDED_ON,
    F_OUTCOME,
    F_JUDGEMENT,
    F_IS_WAITING,
    F_IS_OVERDUE,
    F_VERDICT,
    F_LETTER_TIMING,
    F_TIMES,
    F_USED,
    F_BUDGET
};

bool statistics_dossiers_send(struct listing *l, const struct statistics_scope *s,
                              const char *column, int slot, int64_t after, int64_t upto,
                              int32_t limit)
{
    struct db_params p;
    bool sent;

    db_params_init(&p);
    statistics_scope_put(&l->base, s, &p);
    db_put_text(&p, column);
    db_put_int8(&p, after);
    db_put_int8(&p, upto);
    db_put_int4(&p, limit);
    statistics_scope_put_place(s, &p);
    sent = request_query(&l->base, slot, DB_LANE_READ, DB_STATISTICS_DOSSIERS, &p);
    db_params_deinit(&p);
    return sent;
}

static bool counted_send(struct listing *l, int slot, int64_t after, int64_t upto, int32_t limit)
{
    return statistics_dossiers_send(
        l, &l->scope, words_form_column.words[l->in.column == WORD_NONE ? 0 : l->in.column], slot,
        after, upto, limit);
}

/* Past the promised day, at the end or at the moment asked of. */
static int64_t days_late(const struct listing *l, const struct db_result *r, int i)
{
    bool is_ended = !db_is_null(r, i, F_ENDED_ON);
    int32_t end =
        is_ended ? db_date(r, i, F_ENDED_ON) : instant_date(l->scope.state_at, l->base.zone_s);

    if (db_is_null(r, i, F_DUE_ON) || end < db_date(r, i, F_DUE_ON))
        return INTEGER_NONE;
    if (is_ended
            ? vocabulary_find(&judgements, db_text_or_empty(r, i, F_JUDGEMENT)) != JUDGEMENT_LATE
            : !db_bool(r, i, F_IS_OVERDUE))
        return INTEGER_NONE;
    return end - db_date(r, i, F_DUE_ON);
}

static int word(const struct vocabulary *v, const struct db_result *r, int i, int column)
{
    int found = vocabulary_find(v, db_text_or_empty(r, i, column));

    return found < 0 ? 0 : found;
}

/* A figure that stands behind the others, or INTEGER_NONE. */
static int64_t more(const struct db_result *r, int i, int column)
{
    return column < db_columns(r) && !db_is_null(r, i, column) ? db_int(r, i, column)
                                                               : INTEGER_NONE;
}

bool statistics_dossier_fill(struct listing *l, const struct db_result *r, int i, void *ret_row,
                             bool *ret_is_of_it)
{
    struct request *req = &l->base;
    const struct procedure_case *c = reference_procedure(req->reference, db_int(r, i, F_PROCEDURE));
    const struct field_ref *f = reference_field(req->reference, db_int(r, i, F_FIELD));
    struct wire_statistics_dossier *w = ret_row;

    (void)ret_is_of_it;
    w->code = arena_strdup(listing_arena(l), db_text_or_empty(r, i, F_CODE));
    w->procedure = c ? c->procedure_key : NULL;
    w->procedure_name = c ? c->procedure_name : NULL;
    w->field = f ? f->key : NULL;
    w->office = view_office_key(req, db_int(r, i, F_OFFICE));
    w->office_name = view_office_name(req, db_int(r, i, F_OFFICE));
    w->channel = (int)db_int(r, i, F_CHANNEL);
    w->received_at = db_instant(r, i, F_RECEIVED_AT);
    w->due_at = db_instant(r, i, F_DUE_AT);
    w->ended_at = db_instant(r, i, F_ENDED_AT);
    w->outcome = word(&outcomes, r, i, F_OUTCOME);
    w->judgement = word(&judgements, r, i, F_JUDGEMENT);
    w->is_waiting = db_bool(r, i, F_IS_WAITING);
    w->is_overdue = db_bool(r, i, F_IS_OVERDUE);
    w->days_late = days_late(l, r, i);
    w->verdict = word(&cause_verdicts, r, i, F_VERDICT);
    w->letter_timing = word(&letter_timings, r, i, F_LETTER_TIMING);
    w->times = more(r, i, F_TIMES);
    w->used_minutes = more(r, i, F_USED);
    w->budget_minutes = more(r, i, F_BUDGET);
    return w->code || error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "list"));
}

const struct list_column statistics_dossier_columns[] = {
    {"code", {"Mã hồ sơ", "Code"}, 28, SHEET_TEXT, NULL},
    {"office_name", {"Đơn vị", "Office"}, 30, SHEET_TEXT, NULL},
    {"procedure", {"Mã thủ tục", "Procedure"}, 16, SHEET_TEXT, NULL},
    {"procedure_name", {"Thủ tục", "Name of the procedure"}, 48, SHEET_TEXT, NULL},
    {"field", {"Lĩnh vực", "Field"}, 14, SHEET_TEXT, NULL},
    {"channel", {"Cách nộp", "Channel"}, 14, SHEET_TEXT, &channels},
    {"received_at", {"Tiếp nhận", "Received"}, 17, SHEET_INSTANT, NULL},
    {"due_at", {"Hẹn trả", "Due"}, 17, SHEET_INSTANT, NULL},
    {"ended_at", {"Kết thúc", "Ended"}, 17, SHEET_INSTANT, NULL},
    {"outcome", {"Kết quả", "Outcome"}, 16, SHEET_TEXT, &outcomes},
    {"judgement", {"Đánh giá", "Judgement"}, 14, SHEET_TEXT, &judgements},
    {"days_late", {"Số ngày trễ", "Days late"}, 10, SHEET_NUMBER, NULL},
    {"verdict", {"Nguyên nhân", "Cause"}, 16, SHEET_TEXT, &cause_verdicts},
    {"letter_timing", {"Phiếu xin lỗi", "Letter"}, 18, SHEET_TEXT, &letter_timings},
    {"times", {"Số lượt", "Times"}, 10, SHEET_NUMBER, NULL},
    {"used_minutes", {"Phút làm việc", "Working minutes"}, 12, SHEET_NUMBER, NULL},
    {"budget_minutes", {"Định mức (phút)", "Budget (minutes)"}, 12, SHEET_NUMBER, NULL},
};
static_assert((int)F_OFFICE == STATISTICS_DOSSIER_OFFICE &&
                  (int)F_BUDGET + 1 == STATISTICS_DOSSIER_MORE,
              "columns of every answer");
static_assert(ARRAY_LEN(statistics_dossier_columns) ==
                  STATISTICS_DOSSIER_COLUMNS + STATISTICS_DOSSIER_COLUMNS_USED,
              "columns of every list, and the last ones");

static const struct listing_kind counted = {
    .file = "dossiers",
    .title = {"DANH SÁCH HỒ SƠ CỦA MỘT SỐ LIỆU", "DOSSIERS BEHIND A FIGURE"},
    .row = &message_statistics_dossier,
    .page = &message_statistics_dossier_list,
    .columns = statistics_dossier_columns,
    .n_columns = STATISTICS_DOSSIER_COLUMNS,
    .takes_place = true,
    .send = counted_send,
    .fill = statistics_dossier_fill,
};

static enum step_result behind_parse(struct request *req)
{
    struct listing *l = container_of(req, struct listing, base);

    if (!report_form_is_known(req, http_request_param(req->http, "form")) ||
        !statistics_scope_parse(req, &l->in, &l->scope))
        return request_fail(req);
    l->kind = l->in.column == WORD_NONE
                  ? NULL
                  : statistics_behind_kind(words_form_column.words[l->in.column]);
    if (!l->kind)
        l->kind = &counted;
    return listing_parse(l);
}

static const struct step behind_steps[] = LISTING_STEPS(behind_parse);
const struct use_case use_case_statistics_dossiers = {"statistics dossiers", sizeof(struct listing),
                                                      behind_steps, false, 0};
