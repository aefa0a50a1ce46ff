/* See statistics_late.h. */
#include "flow/statistics_late.h"

#include <stdlib.h>

#include "base/instant.h"
#include "domain/history.h"
#include "domain/vocabulary.h"
#include "flow/app.h"
#include "flow/listing.h"
#include "flow/view.h"

/* Dossiers of a round: their events come with them. */
#define LATE_ROUND  1000
#define STORY_ARENA (16u << 20)

static bool late_send(struct listing *l, int slot, int64_t after, int64_t upto, int32_t limit)
{
    struct db_params p;
    bool sent;

    db_params_init(&p);
    listing_put_stretch(l, after, upto, limit, &p);
    statistics_scope_put_place(&l->scope, &p);
    sent = request_query(&l->base, slot, DB_LANE_READ, DB_STATISTICS_LATE, &p);
    db_params_deinit(&p);
    return sent;
}

/* ---- the events of a row ---- */

/* Who accepted it, and who last brought it on. */
static void tell_hands(const struct history *h, const int *order, int n, struct late_story *ret)
{
    for (int i = 0; i < n; i++) {
        const struct event *e = &h->events[order[i]];

        if (e->action == ACTION_ACCEPT && !ret->receiver)
            ret->receiver = e->actor;
        if (e->actor && (e->action == ACTION_FORWARD || e->action == ACTION_DECIDE ||
                         e->action == ACTION_HAND_OVER_RESULT))
            ret->handler = e->actor;
    }
}

static void tell_dossier(const struct dossier *d, struct late_story *ret)
{
    ret->is_told = true;
    ret->state = d->state;
    ret->has_cause = d->verdict != CAUSE_NONE;
    ret->cause = d->cause;
    ret->submitted_at = d->submitted_at;
    if (d->holder_officer)
        ret->handler = d->holder_officer;
    for (int i = 0; i < d->n_letters; i++)
        if (d->letters[i].trigger == LETTER_TRIGGER_LATENESS && d->letters[i].id > ret->letter.id)
            ret->letter = d->letters[i];
    for (int i = 0; i < d->n_obligations; i++)
        if (d->obligations[i].trigger == LETTER_TRIGGER_LATENESS) {
            ret->is_owed_known = true;
            ret->obligation = d->obligations[i].state;
            ret->waiver = d->obligations[i].waiver;
        }
}

static bool read_events(struct arena *arena, const struct db_result *r, int i, struct history *ret,
                        struct error *err)
{
    int n = db_array_len(r, i, LATE_EVENTS);
    struct event *events = event_room(arena, n);

    if (!events)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "events"));
    for (int k = 0; k < n; k++) {
        size_t len;
        const char *bytes = db_array_text(r, i, LATE_EVENTS, k, &len);

        if (!event_decode(arena, bytes, len, &events[k], err))
            return false;
    }
    *ret = (struct history){events, n};
    return true;
}

bool statistics_late_tell(struct request *req, const struct statistics_scope *s,
                          const struct db_result *r, int i, struct late_story *ret)
{
    CLEANUP(arena_freep) struct arena *arena = arena_new(STORY_ARENA);
    struct dossier *d = arena ? arena_new_of(arena, struct dossier) : NULL;
    struct history h;
    int *order;

    *ret = (struct late_story){.submitted_at = INSTANT_NONE};
    if (!d)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "list"));
    if (!read_events(arena, r, i, &h, &req->error))
        return false;
    order = arena_array(arena, (size_t)h.n + 1, sizeof *order);
    if (!order)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "list"));
    if (h.n == 0)
        return true;
    tell_hands(&h, order, history_order(&h, s->state_at, s->known_at, order), ret);
    history_fold(&h, s->state_at, s->known_at, d);
    tell_dossier(d, ret);
    return true;
}

/* ---- a row ---- */

static int word(const struct vocabulary *v, const struct db_result *r, int i, int column)
{
    int found = vocabulary_find(v, db_text_or_empty(r, i, column));

    return found < 0 ? WORD_NONE : found;
}

/* From the day promised to the day of the end, or of the moment asked of. */
static void count_days(struct listing *l, const struct db_result *r, int i,
                       struct wire_late_dossier *w)
{
    const struct calendar *cal = reference_calendar(l->base.reference, db_int(r, i, LATE_OFFICE));
    int32_t end = db_is_null(r, i, LATE_ENDED_ON) ? instant_date(l->scope.state_at, l->base.zone_s)
                                                  : db_date(r, i, LATE_ENDED_ON),
            days;
    struct error ignored;

    if (db_is_null(r, i, LATE_DUE_ON) || end < db_date(r, i, LATE_DUE_ON))
        return;
    w->days_late = end - db_date(r, i, LATE_DUE_ON);
    if (cal && calendar_working_days_between(cal, db_date(r, i, LATE_DUE_ON), end, &days, &ignored))
        w->working_days_late = days;
}

/* Its number with the symbol of its register, which the table of letters knows. */
static const char *letter_number(struct listing *l, const struct db_result *r, int i,
                                 const struct dossier_letter *letter)
{
    for (int k = 0; letter->number && k < db_array_len(r, i, LATE_LETTER_IDS); k++) {
        size_t len;
        const char *symbol;

        if (db_array_int(r, i, LATE_LETTER_IDS, k) != letter->id)
            continue;
        symbol = db_array_text(r, i, LATE_LETTER_SYMBOLS, k, &len);
        return arena_printf(listing_arena(l), "%02lld/%.*s", (long long)letter->number, (int)len,
                            symbol ? symbol : "");
    }
    return NULL;
}

static void fill_letter(struct listing *l, const struct db_result *r, int i,
                        const struct late_story *story, struct wire_late_dossier *w)
{
    w->letter_timing = word(&letter_timings, r, i, LATE_TIMING);
    w->letter_issued_at = INSTANT_NONE;
    if (story->letter.id) {
        w->letter_number = letter_number(l, r, i, &story->letter);
        w->letter_issued_at = story->letter.issued_at;
        w->letter_state = (int)story->letter.state;
    }
    if (story->is_owed_known) {
        w->obligation_state = (int)story->obligation;
        w->waiver = (int)story->waiver;
    }
}

static bool late_fill(struct listing *l, const struct db_result *r, int i, void *ret_row,
                      bool *ret_is_of_it)
{
    struct request *req = &l->base;
    const struct procedure_case *c =
        reference_procedure(req->reference, db_int(r, i, LATE_PROCEDURE));
    const struct field_ref *f = reference_field(req->reference, db_int(r, i, LATE_FIELD));
    struct wire_late_dossier *w = ret_row;
    struct late_story story;

    (void)ret_is_of_it;
    if (!statistics_late_tell(req, &l->scope, r, i, &story))
        return false;
    w->code = arena_strdup(listing_arena(l), db_text_or_empty(r, i, LATE_CODE));
    w->office = view_office_key(req, db_int(r, i, LATE_OFFICE));
    w->office_name = view_office_name(req, db_int(r, i, LATE_OFFICE));
    w->receiver_name = view_officer_name(req, story.receiver);
    w->handler_name = view_officer_name(req, story.handler);
    w->procedure = c ? c->procedure_key : NULL;
    w->procedure_name = c ? c->procedure_name : NULL;
    w->field = f ? f->key : NULL;
    w->channel = (int)db_int(r, i, LATE_CHANNEL);
    if (story.is_told)
        w->state = (int)story.state;
    w->applicant_name =
        listing_applicant(l, db_int(r, i, LATE_OFFICE), db_text(r, i, LATE_APPLICANT));
    w->received_at = db_instant(r, i, LATE_RECEIVED_AT);
    w->filed_at = story.submitted_at != INSTANT_NONE ? story.submitted_at : w->received_at;
    w->due_at = db_instant(r, i, LATE_DUE_AT);
    w->ended_at = db_instant(r, i, LATE_ENDED_AT);
    count_days(l, r, i, w);
    w->verdict = word(&cause_verdicts, r, i, LATE_VERDICT);
    if (story.has_cause)
        w->cause = (int)story.cause;
    w->at_fault_office_name = view_office_name(req, db_int(r, i, LATE_AT_FAULT));
    fill_letter(l, r, i, &story, w);
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
    .round = LATE_ROUND,
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
