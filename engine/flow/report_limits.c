/* The limits inside the house: requests for a supplement, closings after silence, opinions of other
 * offices, corrections of wrong results, each within its limit or past it. Facts know none of it:
 * the dossiers concerned are folded from their events, as index 766 does, so that every figure is
 * exact as of any moment and knowledge. Calendars and rulesets are those in force now.
 *
 * Source: law:supplement-request, law:closing-after-silence, law:opinion, law:result-correction. */
#include <string.h>

#include "domain/inner_limit.h"
#include "flow/app.h"
#include "flow/index_walk.h"
#include "flow/record.h"
#include "flow/report_behind.h"

#define BIT(figure) (1u << INNER_##figure)

/* A column, and which figures it adds up. Its word of form_column asks for its dossiers. */
static const struct counted {
    const char *word;
    unsigned figures;
} counted[] = {
    {"supplement_all", BIT(SUPPLEMENT_IN_TIME) | BIT(SUPPLEMENT_GROUNDED) | BIT(SUPPLEMENT_LATE)},
    {"supplement_in_time", BIT(SUPPLEMENT_IN_TIME)},
    {"supplement_grounded", BIT(SUPPLEMENT_GROUNDED)},
    {"supplement_late", BIT(SUPPLEMENT_LATE)},
    {"closed_silent", BIT(CLOSED)},
    {"still_silent", BIT(SILENT)},
    {"opinion_all", BIT(OPINION_IN_TIME) | BIT(OPINION_LATE) | BIT(OPINION_SILENT)},
    {"opinion_in_time", BIT(OPINION_IN_TIME)},
    {"opinion_late", BIT(OPINION_LATE)},
    {"opinion_silent", BIT(OPINION_SILENT)},
    {"correction_all", BIT(RESULT_IN_TIME) | BIT(RESULT_LATE) | BIT(RESULT_OVERDUE) |
                           BIT(RESULT_OPEN) | BIT(RESULT_FREE)},
    {"correction_in_time", BIT(RESULT_IN_TIME)},
    {"correction_late", BIT(RESULT_LATE)},
    {"correction_overdue", BIT(RESULT_OVERDUE)},
    {"correction_open", BIT(RESULT_OPEN)},
    {"correction_free", BIT(RESULT_FREE)},
};

/* What the dossier adds; false: no memory, the error is set. */
static bool figures_of(struct request *req, const struct statistics_scope *s, int64_t consulted,
                       const struct dossier *d, const struct history *h, int ret[INNER_LIMIT_COUNT])
{
    struct decide_context ctx;
    const struct inner_limit_subject subject = {.ctx = &ctx,
                                                .history = h,
                                                .state_at = s->state_at,
                                                .known_at = s->known_at,
                                                .from = s->from,
                                                .to = s->to,
                                                .consulted = consulted};

    record_decide_context(req->reference, d, s->state_at, req->zone_s, &ctx);
    return inner_limits(&subject, ret) ||
           error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "limits"));
}

static int add_up(const int figures[INNER_LIMIT_COUNT], unsigned which)
{
    int n = 0;

    for (int i = 0; i < INNER_LIMIT_COUNT; i++)
        if (which & (1u << i))
            n += figures[i];
    return n;
}

int report_limits_times(struct request *req, const struct statistics_scope *s, const char *word,
                        const char *consulted, const struct dossier *d, const struct history *h)
{
    const struct office_ref *o =
        consulted ? reference_office_by_key(req->reference, consulted) : NULL;
    int figures[INNER_LIMIT_COUNT];

    if (consulted && !o) {
        error_set(&req->error, ERR_OFFICE_UNKNOWN, arg_text("field", "consulted"),
                  arg_text("value", consulted));
        return -1;
    }
    if (!figures_of(req, s, o ? o->id : 0, d, h, figures))
        return -1;
    for (size_t i = 0; i < ARRAY_LEN(counted); i++)
        if (!strcmp(counted[i].word, word))
            return add_up(figures, counted[i].figures);
    return 0;
}

/* ---- the form ---- */

static struct report_line *line_for(struct report_run *run, const struct index_dossier *d)
{
    const char *by = run->group_by;
    const struct dossier *own = d->subject.d;

    return report_group_line(run, !strcmp(by, "office")      ? d->office
                                  : !strcmp(by, "field")     ? own->field_id
                                  : !strcmp(by, "procedure") ? own->procedure_id
                                                             : 0);
}

static bool limits_visit(struct report_run *run, const struct index_dossier *d)
{
    int figures[INNER_LIMIT_COUNT];
    struct report_line *line;

    if (!figures_of(&run->base, &run->scope, 0, d->subject.d, d->history, figures))
        return false;
    if (!add_up(figures, ~0u))
        return true;
    line = line_for(run, d);
    for (size_t i = 0; line && i < ARRAY_LEN(counted); i++) {
        struct report_cell *c = &line->cells[report_column_at(&run->table, counted[i].word)];

        c->is_known = true;
        c->n += add_up(figures, counted[i].figures);
    }
    return line != NULL;
}

static bool walk_send(struct report_run *run,
                      bool (*visit)(struct report_run *run, const struct index_dossier *d))
{
    struct index_walk *w = arena_new_of(run->base.arena, struct index_walk);

    if (!w)
        return error_set(&run->base.error, ERR_NO_MEMORY, arg_text("what", "limits"));
    *w = (struct index_walk){.visit = visit};
    run->own = w;
    return index_walk_send_of(run, w, DB_STATISTICS_LIMITS);
}

static bool limits_send(struct report_run *run)
{
    return walk_send(run, limits_visit);
}

static enum report_progress limits_read(struct report_run *run)
{
    return index_walk_go(run, run->own);
}

/* clang-format off */
static const struct report_column limits_columns[] = {
    {"supplement_all", {"Yêu cầu bổ sung > Tổng số", "Requests for a supplement > Total"}, REPORT_COUNT, "supplement_in_time+supplement_grounded+supplement_late", "column=supplement_all"},
    {"supplement_in_time", {"Yêu cầu bổ sung > Trong hạn", "Requests for a supplement > In time"}, REPORT_COUNT, NULL, "column=supplement_in_time"},
    {"supplement_grounded", {"Yêu cầu bổ sung > Sau hạn, có căn cứ", "Requests for a supplement > After it, on a ground"}, REPORT_COUNT, NULL, "column=supplement_grounded"},
    {"supplement_late", {"Yêu cầu bổ sung > Sau hạn", "Requests for a supplement > Late"}, REPORT_COUNT, NULL, "column=supplement_late"},
    {"supplement_rate", {"Yêu cầu bổ sung > Tỷ lệ trong hạn", "Requests for a supplement > Rate in time"}, REPORT_RATE, "supplement_in_time/supplement_all", NULL},
    {"closed_silent", {"Không bổ sung > Đã đóng", "Not completed > Closed"}, REPORT_COUNT, NULL, "column=closed_silent"},
    {"still_silent", {"Không bổ sung > Quá hạn, chưa đóng", "Not completed > Past its days, not closed"}, REPORT_COUNT, NULL, "column=still_silent"},
    {"opinion_all", {"Lấy ý kiến > Đến hạn", "Opinions > Due"}, REPORT_COUNT, "opinion_in_time+opinion_late+opinion_silent", "column=opinion_all"},
    {"opinion_in_time", {"Lấy ý kiến > Trả lời đúng hạn", "Opinions > Answered in time"}, REPORT_COUNT, NULL, "column=opinion_in_time"},
    {"opinion_late", {"Lấy ý kiến > Trả lời quá hạn", "Opinions > Answered late"}, REPORT_COUNT, NULL, "column=opinion_late"},
    {"opinion_silent", {"Lấy ý kiến > Quá hạn, chưa trả lời", "Opinions > Past their date, no answer"}, REPORT_COUNT, NULL, "column=opinion_silent"},
    {"opinion_rate", {"Lấy ý kiến > Tỷ lệ đúng hạn", "Opinions > Rate in time"}, REPORT_RATE, "opinion_in_time/opinion_all", NULL},
    {"correction_all", {"Kết quả sai > Tổng số", "Wrong results > Total"}, REPORT_COUNT, "correction_in_time+correction_late+correction_overdue+correction_open+correction_free", "column=correction_all"},
    {"correction_in_time", {"Kết quả sai > Sửa trong hạn", "Wrong results > Corrected in time"}, REPORT_COUNT, NULL, "column=correction_in_time"},
    {"correction_late", {"Kết quả sai > Sửa quá hạn", "Wrong results > Corrected late"}, REPORT_COUNT, NULL, "column=correction_late"},
    {"correction_overdue", {"Kết quả sai > Quá hạn, chưa sửa", "Wrong results > Past the limit, not corrected"}, REPORT_COUNT, NULL, "column=correction_overdue"},
    {"correction_open", {"Kết quả sai > Trong hạn, chưa sửa", "Wrong results > Within it, not corrected"}, REPORT_COUNT, NULL, "column=correction_open"},
    {"correction_free", {"Kết quả sai > Không có thời hạn", "Wrong results > Without a limit"}, REPORT_COUNT, NULL, "column=correction_free"},
};
/* clang-format on */

static const char *limits_about[][2] = {
    {"Yêu cầu bổ sung: yêu cầu trong kỳ, sau khi tiếp nhận; hạn là số ngày làm việc của bộ quy "
     "định. Yêu cầu sau hạn không làm dời ngày hẹn, trừ khi có căn cứ pháp lý "
     "do lãnh đạo duyệt.",
     "Requests for a supplement: made in the period, after acceptance; the limit is the ruleset's "
     "days (supplement_notice). A late one moves no promise, unless a leader stands for a legal "
     "ground."},
    {"Không bổ sung: hồ sơ đóng trong kỳ; và hồ sơ đến thời điểm chốt đã quá số ngày chờ "
     "mà chưa bổ sung, chưa đóng.",
     "Not completed: dossiers closed in the period; and those that at the moment of the state are "
     "past the days of silence, neither completed nor closed."},
    {"Lấy ý kiến: tính vào ngày trả lời nếu đúng hạn, nếu không thì vào ngày hẹn trả lời. Hồ sơ đã "
     "có quyết định trước ngày hẹn trả lời thì không còn chờ ý kiến và không tính.",
     "Opinions: counted on the day of an answer in time, else on the answer-by day. Where the "
     "decision came before that day no answer is waited for, and none is counted."},
    {"Kết quả sai: các trường hợp ghi nhận trong kỳ (phải xin lỗi do kết quả sai); đã sửa khi đính "
     "kèm tệp kết quả mới; hạn là số ngày làm việc của bộ quy định.",
     "Wrong results: those entered in the period (an apology is owed for a wrong result); "
     "corrected "
     "when a new file of the result is attached; the limit is the ruleset's days "
     "(result_correction)."},
    {NULL, NULL},
};

const struct report_form report_form_limits = {
    .key = "limits",
    .title = {"TÌNH HÌNH THỰC HIỆN CÁC THỜI HẠN NỘI BỘ", "Limits inside the house"},
    .columns = limits_columns,
    .n_columns = ARRAY_LEN(limits_columns),
    .groups = "office field procedure none",
    .about = limits_about,
    .unit = {"lượt", "cases"},
    .send = limits_send,
    .read = limits_read,
};

/* ---- opinions, by who was asked ---- */

static struct report_line *asked_line(struct report_run *run, int64_t office)
{
    struct report_table *t = &run->table;
    const struct office_ref *o = reference_office(run->base.reference, office);
    struct report_line *line;

    for (size_t i = 0; i < t->n_lines; i++)
        if (o && t->lines[i].key && !strcmp(t->lines[i].key, o->key))
            return &t->lines[i];
    line = report_table_add(t, o ? o->key : NULL, o ? o->name : "–", &run->base.error);
    if (line && o)
        line->cut = arena_printf(run->base.arena, "consulted=%s", o->key);
    return line;
}

static bool opinion_count(struct report_run *run, struct report_line *line, enum inner_limit what)
{
    static const char *const words[] = {"opinion_in_time", "opinion_late", "opinion_silent"};
    static const enum inner_limit figures[] = {INNER_OPINION_IN_TIME, INNER_OPINION_LATE,
                                               INNER_OPINION_SILENT};

    for (size_t i = 0; line && i < ARRAY_LEN(words); i++) {
        struct report_cell *c = &line->cells[report_column_at(&run->table, words[i])];

        c->is_known = true;
        c->n += what == figures[i];
    }
    return line != NULL;
}

static bool opinions_visit(struct report_run *run, const struct index_dossier *d)
{
    const struct dossier *own = d->subject.d;
    const struct statistics_scope *s = &run->scope;

    for (int i = 0; i < own->n_opinions; i++) {
        int32_t on = DATE_NONE;
        enum inner_limit what =
            inner_limit_opinion(own, &own->opinions[i], s->state_at, run->base.zone_s, &on);

        if (what != INNER_LIMIT_COUNT && s->from <= on && on <= s->to &&
            !opinion_count(run, asked_line(run, own->opinions[i].office), what))
            return false;
    }
    return true;
}

static bool opinions_send(struct report_run *run)
{
    return walk_send(run, opinions_visit);
}

/* clang-format off */
static const struct report_column opinions_columns[] = {
    {"opinion_all", {"Ý kiến > Đến hạn", "Opinions > Due"}, REPORT_COUNT, "opinion_in_time+opinion_late+opinion_silent", "column=opinion_all"},
    {"opinion_in_time", {"Ý kiến > Trả lời đúng hạn", "Opinions > Answered in time"}, REPORT_COUNT, NULL, "column=opinion_in_time"},
    {"opinion_late", {"Ý kiến > Trả lời quá hạn", "Opinions > Answered late"}, REPORT_COUNT, NULL, "column=opinion_late"},
    {"opinion_silent", {"Ý kiến > Quá hạn, chưa trả lời", "Opinions > Past their date, no answer"}, REPORT_COUNT, NULL, "column=opinion_silent"},
    {"opinion_rate", {"Tỷ lệ đúng hạn", "Rate in time"}, REPORT_RATE, "opinion_in_time/opinion_all", NULL},
};
/* clang-format on */

static const char *opinions_about[][2] = {
    {"Ý kiến tính vào ngày trả lời nếu đúng hạn, nếu không thì vào ngày hẹn trả lời. Hồ sơ đã có "
     "quyết định trước ngày hẹn trả lời thì không còn chờ ý kiến và không tính.",
     "Opinions are counted on the day of an answer in time, else on the answer-by day. Where the "
     "decision came before that day no answer is waited for, and none is counted."},
    {NULL, NULL},
};

const struct report_form report_form_opinions = {
    .key = "opinions",
    .title = {"TÌNH HÌNH TRẢ LỜI Ý KIẾN THEO ĐƠN VỊ ĐƯỢC HỎI", "Opinions by the office asked"},
    .head = {"Đơn vị được lấy ý kiến", "Office asked"},
    .columns = opinions_columns,
    .n_columns = ARRAY_LEN(opinions_columns),
    .about = opinions_about,
    .unit = {"lượt", "cases"},
    .send = opinions_send,
    .read = limits_read,
};
