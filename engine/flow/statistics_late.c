/* See statistics_late.h. */
#include "flow/statistics_late.h"

#include "base/instant.h"
#include "flow/app.h"
#include "flow/listing.h"
#include "flow/view.h"

enum {
    F_ID,
    F_CODE,
    F_OFFICE,
    F_FIELD,
    F_PROCEDURE,
    F_CHANNEL,
    F_FILED_AT,
    F_RECEIVED_AT,
    F_DUE_AT,
    F_DUE_ON,
    F_ENDED_AT,
    F_ENDED_ON,
    F_VERDICT,
    F_AT_FAULT,
    F_TIMING,
    F_STATE,
    F_CAUSE,
    F_APPLICANT,
    F_RECEIVER,
    F_HANDLER,
    F_NUMBER,
    F_SYMBOL,
    F_ISSUED_AT,
    F_LETTER_STATE,
    F_OBLIGATION_STATE,
    F_WAIVER
};

static bool late_send(struct listing *l, int slot, int64_t after, int64_t upto, int32_t limit)
{
    struct db_params p;
    bool sent;

    db_params_init(&p);
    statistics_scope_put(&l->base, &l->scope, &p);
    db_put_int8(&p, after);
    db_put_int8(&p, upto);
    db_put_int4(&p, limit);
    statistics_scope_put_place(&l->scope, &p);
    sent = request_query(&l->base, slot, DB_LANE_READ, DB_STATISTICS_LATE, &p);
    db_params_deinit(&p);
    return sent;
}

static int word(const struct vocabulary *v, const struct db_result *r, int i, int column)
{
    int found = vocabulary_find(v, db_text_or_empty(r, i, column));

    return found < 0 ? WORD_NONE : found;
}

/* From the day promised to the day of the end, or of the moment asked of. */
static void count_days(struct listing *l, const struct db_result *r, int i,
                       struct wire_late_dossier *w)
{
    const struct calendar *cal = reference_calendar(l->base.reference, db_int(r, i, F_OFFICE));
    int32_t end = db_is_null(r, i, F_ENDED_ON) ? instant_date(l->scope.state_at, l->base.zone_s)
                                               : db_date(r, i, F_ENDED_ON),
            days;
    struct error ignored;

    if (db_is_null(r, i, F_DUE_ON) || end < db_date(r, i, F_DUE_ON))
        return;
    w->days_late = end - db_date(r, i, F_DUE_ON);
    if (cal && calendar_working_days_between(cal, db_date(r, i, F_DUE_ON), end, &days, &ignored))
        w->working_days_late = days;
}

static void fill_letter(struct listing *l, const struct db_result *r, int i,
                        struct wire_late_dossier *w)
{
    if (!db_is_null(r, i, F_NUMBER))
        w->letter_number =
            arena_printf(listing_arena(l), "%02lld/%s", (long long)db_int(r, i, F_NUMBER),
                         db_text_or_empty(r, i, F_SYMBOL));
    w->letter_issued_at = db_instant(r, i, F_ISSUED_AT);
    w->letter_state = word(&letter_states, r, i, F_LETTER_STATE);
    w->letter_timing = word(&letter_timings, r, i, F_TIMING);
    w->obligation_state = word(&obligation_states, r, i, F_OBLIGATION_STATE);
    w->waiver = word(&waivers, r, i, F_WAIVER);
}

static bool late_fill(struct listing *l, const struct db_result *r, int i, void *ret_row,
                      bool *ret_is_of_it)
{
    struct request *req = &l->base;
    const struct procedure_case *c = reference_procedure(req->reference, db_int(r, i, F_PROCEDURE));
    const struct field_ref *f = reference_field(req->reference, db_int(r, i, F_FIELD));
    struct wire_late_dossier *w = ret_row;

    (void)ret_is_of_it;
    w->code = arena_strdup(listing_arena(l), db_text_or_empty(r, i, F_CODE));
    w->office = view_office_key(req, db_int(r, i, F_OFFICE));
    w->office_name = view_office_name(req, db_int(r, i, F_OFFICE));
    w->receiver_name = view_officer_name(req, db_int(r, i, F_RECEIVER));
    w->handler_name = view_officer_name(req, db_int(r, i, F_HANDLER));
    w->procedure = c ? c->procedure_key : NULL;
    w->procedure_name = c ? c->procedure_name : NULL;
    w->field = f ? f->key : NULL;
    w->channel = (int)db_int(r, i, F_CHANNEL);
    w->state = word(&states, r, i, F_STATE);
    w->applicant_name = listing_applicant(l, db_int(r, i, F_OFFICE), db_text(r, i, F_APPLICANT));
    w->filed_at = db_instant(r, i, F_FILED_AT);
    w->received_at = db_instant(r, i, F_RECEIVED_AT);
    w->due_at = db_instant(r, i, F_DUE_AT);
    w->ended_at = db_instant(r, i, F_ENDED_AT);
    count_days(l, r, i, w);
    w->verdict = word(&cause_verdicts, r, i, F_VERDICT);
    w->cause = word(&causes, r, i, F_CAUSE);
    w->at_fault_office_name = view_office_name(req, db_int(r, i, F_AT_FAULT));
    fill_letter(l, r, i, w);
    return w->code || error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "list"));
}

static const struct list_column columns[] = {
    {"code", {"Mã hồ sơ", "Code"}, 28, SHEET_TEXT, NULL},
    {"office_name", {"Đơn vị", "Office"}, 30, SHEET_TEXT, NULL},
    {"receiver_name", {"Người tiếp nhận", "Received by"}, 24, SHEET_TEXT, NULL},
    {"handler_name", {"Người xử lý", "Handled by"}, 24, SHEET_TEXT, NULL},
    {"procedure", {"Mã thủ tục", "Procedure"}, 16, SHEET_TEXT, NULL},
    {"procedure_name", {"Thủ tục", "Name of the procedure"}, 48, SHEET_TEXT, NULL},
    {"field", {"Lĩnh vực", "Field"}, 14, SHEET_TEXT, NULL},
    {"channel", {"Cách nộp", "Channel"}, 14, SHEET_TEXT, &channels},
    {"state", {"Trạng thái", "State"}, 18, SHEET_TEXT, &states},
    {"applicant_name", {"Người nộp", "Applicant"}, 28, SHEET_TEXT, NULL},
    {"filed_at", {"Ngày nộp", "Filed"}, 17, SHEET_INSTANT, NULL},
    {"received_at", {"Tiếp nhận", "Received"}, 17, SHEET_INSTANT, NULL},
    {"due_at", {"Hẹn trả", "Due"}, 17, SHEET_INSTANT, NULL},
    {"ended_at", {"Kết thúc", "Ended"}, 17, SHEET_INSTANT, NULL},
    {"days_late", {"Số ngày trễ", "Days late"}, 10, SHEET_NUMBER, NULL},
    {"working_days_late", {"Số ngày làm việc trễ", "Working days late"}, 12, SHEET_NUMBER, NULL},
    {"verdict", {"Nguyên nhân", "Cause"}, 16, SHEET_TEXT, &cause_verdicts},
    {"cause", {"Nguyên nhân cụ thể", "Its reason"}, 28, SHEET_TEXT, &causes},
    {"at_fault_office_name", {"Đơn vị gây trễ", "Office at fault"}, 28, SHEET_TEXT, NULL},
    {"letter_number", {"Số phiếu xin lỗi", "Letter"}, 14, SHEET_TEXT, NULL},
    {"letter_issued_at", {"Ngày gửi phiếu", "Letter sent"}, 17, SHEET_INSTANT, NULL},
    {"letter_state", {"Trạng thái phiếu", "State of the letter"}, 16, SHEET_TEXT, &letter_states},
    {"letter_timing", {"Phiếu kịp thời", "Letter in time"}, 18, SHEET_TEXT, &letter_timings},
    {"obligation_state", {"Nghĩa vụ xin lỗi", "Owed"}, 16, SHEET_TEXT, &obligation_states},
    {"waiver", {"Không phải xin lỗi vì", "Not owed because"}, 24, SHEET_TEXT, &waivers},
};
const struct listing_kind statistics_late_kind = {
    .file = "late",
    .takes_place = true,
    .title = {"DANH SÁCH HỒ SƠ QUÁ HẠN", "LATE DOSSIERS"},
    .row = &message_late_dossier,
    .page = &message_late_dossier_list,
    .columns = columns,
    .n_columns = ARRAY_LEN(columns),
    .send = late_send,
    .fill = late_fill,
};

static enum step_result late_parse(struct request *req)
{
    struct listing *l = container_of(req, struct listing, base);

    l->kind = &statistics_late_kind;
    return statistics_scope_parse(req, &l->in, &l->scope) ? listing_parse(l) : request_fail(req);
}

static const struct step late_steps[] = LISTING_STEPS(late_parse);
const struct use_case use_case_statistics_late = {"late dossiers", sizeof(struct listing),
                                                  late_steps, false, 0};
