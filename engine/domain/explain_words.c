/* The rows of an explanation in words: one table of marks, one sentence a row. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/instant.h"
#include "domain/explain_impl.h"

const char *explain_mark_word(enum explain_mark mark)
{
    static const char *const words[EXPLAIN_MARK_COUNT] = {
        [EXPLAIN_RECEIPT] = "receipt", [EXPLAIN_RECEIPT_LATE] = "receipt_late",
        [EXPLAIN_COUNTED] = "counted", [EXPLAIN_SKIPPED] = "skipped",
        [EXPLAIN_MONTH] = "month",     [EXPLAIN_ROLLED] = "rolled",
        [EXPLAIN_HOURS] = "hours",     [EXPLAIN_HALVES] = "halves",
        [EXPLAIN_HELD] = "held",       [EXPLAIN_RESTARTED] = "restarted",
        [EXPLAIN_RESUMED] = "resumed",
    };

    return words[mark];
}

const char *explain_row_source(const struct explain_row *row, const struct explain *e)
{
    switch (row->mark) {
    case EXPLAIN_RECEIPT:
        if (e->limit.unit == LIMIT_HALF_DAYS)
            return "law:half-day";
        return explain_is_hours(e) ? "law:working-time" : "law:first-day-not-counted";
    case EXPLAIN_RECEIPT_LATE:
        return "law:same-day-cutoff";
    case EXPLAIN_SKIPPED: /* a closure rests on its decision, which the row names */
        return row->info.kind == CALENDAR_CLOSURE ? "" : "law:holidays";
    case EXPLAIN_MONTH:
        return "law:month-end";
    case EXPLAIN_ROLLED:
        return "law:last-day-rolls";
    case EXPLAIN_HALVES:
        return "law:half-day";
    case EXPLAIN_HOURS:
        return "law:working-time";
    case EXPLAIN_HELD:
    case EXPLAIN_RESTARTED:
    case EXPLAIN_RESUMED:
        return row->hold_kind == HOLD_KIND_SUPPLEMENT ? "law:supplement-request" : "law:hold";
    case EXPLAIN_COUNTED:
    case EXPLAIN_MARK_COUNT:
        break;
    }
    if (e->limit.unit == LIMIT_SAME_DAY)
        return "law:same-day-cutoff";
    return row->number ? "law:limit-unit" : "law:last-day-rolls";
}

void explain_day_text(int32_t on, enum language lang, char buf[64])
{
    static const char *const names[][7] = {
        [LANGUAGE_VI] = {"Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy",
                         "Chủ Nhật"},
        [LANGUAGE_EN] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"},
    };
    char date[INSTANT_TEXT_MAX] = "";

    if (lang == LANGUAGE_VI)
        date_format_vi(on, date);
    else
        date_format(on, date);
    snprintf(buf, 64, "%s %s", names[lang][date_weekday(on) - 1], date);
}

/* "17:00", with seconds where there are any. */
void explain_hour_text(int64_t at, int32_t zone_s, char buf[16])
{
    int s = (int)(instant_day_offset(at, zone_s) / INSTANT_SECOND);

    if (s % 60)
        snprintf(buf, 16, "%02d:%02d:%02d", s / 3600, s / 60 % 60, s % 60);
    else
        snprintf(buf, 16, "%02d:%02d", s / 3600, s / 60 % 60);
}

/* How much of a source an applicant is shown: not the mark of confidence behind it ("[G-H]"). */
static int format_source_len(const char *source)
{
    const char *mark = strrchr(source, '[');

    if (!mark || source[strlen(source) - 1] != ']')
        return (int)strlen(source);
    while (mark > source && mark[-1] == ' ')
        mark--;
    return (int)(mark - source);
}

/* "ngày nghỉ lễ, tết: Quốc khánh (CV 10065/VPCP-KGVX)"; nothing for an ordinary working day. */
static void format_reason(const struct explain_row *row, enum language lang, char *buf, size_t size)
{
    const struct calendar_info *info = &row->info;
    const char *name = lang == LANGUAGE_VI ? info->name_vi : info->name_en;
    bool is_named =
        row->is_known && info->kind != CALENDAR_WORKDAY && info->kind != CALENDAR_WEEKEND;
    int source_len;

    buf[0] = '\0';
    if (!row->is_known) {
        snprintf(buf, size, "%s",
                 lang == LANGUAGE_VI ? "chưa có lịch, không ảnh hưởng ngày hẹn"
                                     : "no calendar, the date does not depend on it");
        return;
    }
    if (info->kind == CALENDAR_WORKDAY)
        return;
    source_len = is_named ? format_source_len(info->source) : 0;
    snprintf(buf, size, "%s%s%s%s%.*s%s", calendar_kind_phrase(info->kind, lang),
             is_named && *name ? ": " : "", is_named ? name : "", source_len ? " (" : "",
             source_len, info->source, source_len ? ")" : "");
}

/* " (07:00-11:30, 13:30-17:00)" */
static void format_spans(const struct explain_row *row, const struct explain *e, char *buf,
                         size_t size)
{
    int32_t zone_s = calendar_zone_s(e->cal);
    size_t n = 0;

    for (int i = 0; i < row->n_used && n < size; i++) {
        char from[16], to[16];

        explain_hour_text(row->used[i].from_at, zone_s, from);
        explain_hour_text(row->used[i].to_at, zone_s, to);
        n += (size_t)snprintf(buf + n, size - n, "%s%s-%s", i ? ", " : " (", from, to);
    }
    if (n < size)
        snprintf(buf + n, size - n, ")");
}

static void format_hours_used(const struct explain_row *row, const struct explain *e,
                              enum language lang, char *buf, size_t size)
{
    int64_t minutes = row->used_us / INSTANT_MINUTE, seconds = row->used_us / INSTANT_SECOND % 60;
    size_t n = (size_t)snprintf(buf, size,
                                lang == LANGUAGE_VI ? "tính %" PRId64 " giờ %" PRId64 " phút"
                                                    : "counts %" PRId64 " h %" PRId64 " min",
                                minutes / 60, minutes % 60);

    if (seconds && n < size)
        n +=
            (size_t)snprintf(buf + n, size - n,
                             lang == LANGUAGE_VI ? " %" PRId64 " giây" : " %" PRId64 " s", seconds);
    if (n < size)
        format_spans(row, e, buf + n, size - n);
}

/* "nửa ngày thứ 1-2 (07:00-11:30, 13:30-17:00)" */
static void format_halves(const struct explain_row *row, const struct explain *e,
                          enum language lang, char *buf, size_t size)
{
    const char *name = lang == LANGUAGE_VI ? "nửa ngày thứ" : "half day";
    size_t n = row->n_used > 1
                   ? (size_t)snprintf(buf, size, "%s %d-%d", name, row->number - 1, row->number)
                   : (size_t)snprintf(buf, size, "%s %d", name, row->number);

    format_spans(row, e, buf + n, size - n);
}

/* The days on which the clock stood, and the day it began again. */
static void format_hold(const struct explain_row *row, enum language lang, char *buf, size_t size)
{
    bool is_vi = lang == LANGUAGE_VI;

    if (row->mark == EXPLAIN_HELD)
        snprintf(buf, size, is_vi ? "tạm dừng (%s), không tính" : "held (%s), not counted",
                 vocabulary_label(&hold_kinds, (int)row->hold_kind, lang));
    else if (row->mark == EXPLAIN_RESTARTED)
        snprintf(buf, size, "%s",
                 is_vi ? "nhận lại hồ sơ, thời hạn tính lại từ đầu"
                       : "came back, the limit starts again from the beginning");
    else if (row->left < 0)
        snprintf(buf, size, "%s",
                 is_vi ? "nhận lại hồ sơ, tính tiếp số giờ còn lại"
                       : "came back, the hours that were left go on");
    else
        snprintf(buf, size,
                 is_vi ? "nhận lại hồ sơ, ngày này không tính; đã dùng %d ngày, còn %d ngày"
                       : "came back, this day is not counted; %d days used, %d left",
                 row->number, row->left);
}

static void format_mark(const struct explain_row *row, const struct explain *e, enum language lang,
                        char *buf, size_t size)
{
    bool is_vi = lang == LANGUAGE_VI;

    switch (row->mark) {
    case EXPLAIN_RECEIPT:
        if (explain_is_hours(e))
            snprintf(buf, size, "%s",
                     is_vi ? "ngày tiếp nhận, không còn giờ làm việc"
                           : "day of receipt, no working time left");
        else
            snprintf(buf, size, "%s",
                     is_vi ? "ngày tiếp nhận, không tính" : "day of receipt, not counted");
        return;
    case EXPLAIN_RECEIPT_LATE:
        snprintf(buf, size, "%s",
                 is_vi ? "tiếp nhận sau giờ quy định, tính sang ngày làm việc tiếp theo"
                       : "received after the cut-off, settled on the next working day");
        return;
    case EXPLAIN_SKIPPED:
        snprintf(buf, size, "%s", is_vi ? "không tính" : "not counted");
        return;
    case EXPLAIN_MONTH:
        snprintf(buf, size, is_vi ? "đủ %d tháng" : "month %d ends", row->number);
        return;
    case EXPLAIN_ROLLED:
        snprintf(buf, size, "%s",
                 row->number
                     ? (is_vi ? "hết thời hạn vào ngày nghỉ, chuyển sang ngày làm việc tiếp theo"
                              : "the limit ends on a day off and moves to the next working day")
                     : (is_vi ? "không tính" : "not counted"));
        return;
    case EXPLAIN_HOURS:
        format_hours_used(row, e, lang, buf, size);
        return;
    case EXPLAIN_HALVES:
        format_halves(row, e, lang, buf, size);
        return;
    case EXPLAIN_HELD:
    case EXPLAIN_RESTARTED:
    case EXPLAIN_RESUMED:
        format_hold(row, lang, buf, size);
        return;
    case EXPLAIN_COUNTED:
    case EXPLAIN_MARK_COUNT:
        break;
    }
    if (row->number)
        snprintf(buf, size, is_vi ? "ngày thứ %d" : "day %d", row->number);
    else
        snprintf(buf, size, "%s",
                 is_vi ? "ngày làm việc phải trả kết quả" : "the working day it is due");
}

void explain_sentence(const struct explain *e, const struct explain_row *row, enum language lang,
                      char buf[EXPLAIN_SENTENCE_MAX])
{
    char day[64], mark[160], reason[256], hour[16] = "", to[64], span[160];

    explain_day_text(row->on, lang, day);
    explain_day_text(row->to_on, lang, to);
    snprintf(span, sizeof span, row->to_on > row->on ? "%s – %s" : "%s", day, to);
    format_mark(row, e, lang, mark, sizeof mark);
    reason[0] = '\0';
    if (row->mark < EXPLAIN_HELD)
        format_reason(row, lang, reason, sizeof reason);
    if (row->is_due)
        explain_hour_text(e->due.at, calendar_zone_s(e->cal), hour);
    snprintf(buf, EXPLAIN_SENTENCE_MAX, "%s: %s%s%s%s%s", span, mark, *reason ? ", " : "", reason,
             row->is_due ? (lang == LANGUAGE_VI ? "; hẹn trả lúc " : "; due at ") : "", hour);
}

void explain_summary(const struct explain *e, enum language lang, char buf[EXPLAIN_SENTENCE_MAX])
{
    int32_t zone_s = calendar_zone_s(e->cal);
    char from_day[64], from_hour[16], due_day[64], due_hour[16], limit[LIMIT_PHRASE_MAX];
    const char *note = "";

    explain_day_text(instant_date(e->from, zone_s), lang, from_day);
    explain_hour_text(e->from, zone_s, from_hour);
    explain_day_text(e->due.on, lang, due_day);
    explain_hour_text(e->due.at, zone_s, due_hour);
    limit_phrase(e->limit, lang, limit);
    if (e->due.is_synthetic)
        note = lang == LANGUAGE_VI ? " (lịch giả định)" : " (synthetic calendar)";
    else if (e->due.is_provisional)
        note = lang == LANGUAGE_VI ? " (lịch tạm tính, chưa công bố)" : " (provisional calendar)";
    snprintf(buf, EXPLAIN_SENTENCE_MAX,
             lang == LANGUAGE_VI ? "Tiếp nhận %s %s, thời hạn %s: hẹn trả %s %s%s"
                                 : "Received %s %s, limit %s: due %s %s%s",
             from_hour, from_day, limit, due_hour, due_day, note);
}
