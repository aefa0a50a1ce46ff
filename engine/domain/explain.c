/* The list behind a promise. It walks the days between receipt and due date and asks the calendar
 * about each; the promise itself is due_compute()'s, so that a list can never promise something
 * else. */
#include "domain/explain.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"

/* ---- the list ---- */

static struct explain_row *row_add(struct explain *e, size_t *size, int32_t on)
{
    struct explain_row *row;
    struct error ignored;

    if (e->n_rows == *size) {
        size_t n = *size ? *size * 2 : 32;
        struct explain_row *rows = realloc(e->rows, n * sizeof *rows);

        if (!rows)
            return NULL;
        e->rows = rows;
        *size = n;
    }
    row = &e->rows[e->n_rows++];
    memset(row, 0, sizeof *row);
    row->on = on;
    row->is_known = calendar_day(e->cal, on, &row->info, &ignored);
    row->is_due = on == e->due.on;
    return row;
}

/* Working time of one day inside the span from receipt to promise. */
static void row_use_hours(const struct explain *e, struct explain_row *row)
{
    int64_t midnight = date_instant(row->on, calendar_zone_s(e->cal));

    for (int i = 0; i < row->info.n_sessions; i++) {
        int64_t from = midnight + row->info.sessions[i].from_minute * INSTANT_MINUTE;
        int64_t to = midnight + row->info.sessions[i].to_minute * INSTANT_MINUTE;

        from = from > e->from ? from : e->from;
        to = to < e->due.at ? to : e->due.at;
        if (from >= to)
            continue;
        row->used[row->n_used++] = (struct explain_used){from, to};
        row->used_us += to - from;
    }
}

static bool is_hour_budget(const struct explain *e)
{
    return e->limit.unit == LIMIT_WORKING_HOURS ||
           (e->limit.unit == LIMIT_WORKING_DAYS && e->rule.day_model == DUE_DAYS_HOURS) ||
           (e->limit.unit == LIMIT_HALF_DAYS && e->rule.half_day_model == DUE_HALVES_HOURS);
}

static void mark_by_hours(const struct explain *e, struct explain_row *row, int32_t from_on)
{
    row_use_hours(e, row);
    if (row->n_used)
        row->mark = EXPLAIN_HOURS;
    else
        row->mark = row->on == from_on ? EXPLAIN_RECEIPT : EXPLAIN_SKIPPED;
}

static void mark_by_days(struct explain_row *row, int32_t from_on, int32_t *count)
{
    if (row->on == from_on) {
        row->mark = EXPLAIN_RECEIPT;
        return;
    }
    row->mark = row->info.is_working ? EXPLAIN_COUNTED : EXPLAIN_SKIPPED;
    if (row->info.is_working)
        row->number = ++*count;
}

static void mark_by_halves(const struct explain *e, struct explain_row *row, int32_t from_on,
                           int32_t *count)
{
    int64_t midnight = date_instant(row->on, calendar_zone_s(e->cal));

    for (int i = 0; i < row->info.n_halves && *count < e->limit.amount; i++) {
        int64_t from = midnight + row->info.halves[i].from_minute * INSTANT_MINUTE;
        int64_t to = midnight + row->info.halves[i].to_minute * INSTANT_MINUTE;

        if (from <= e->from)
            continue;
        row->used[row->n_used++] = (struct explain_used){from, to};
        row->used_us += to - from;
        row->number = ++*count;
    }
    if (row->n_used)
        row->mark = EXPLAIN_HALVES;
    else
        row->mark = row->on == from_on ? EXPLAIN_RECEIPT : EXPLAIN_SKIPPED;
}

/* Calendar days, and months, whose days before the last are not listed. */
static void mark_by_date(const struct explain *e, struct explain_row *row, int32_t from_on,
                         int32_t last_on)
{
    bool is_month = e->limit.unit == LIMIT_MONTHS;

    if (row->on == from_on) {
        row->mark = EXPLAIN_RECEIPT;
        return;
    }
    if (row->on > last_on || (row->on == last_on && !row->is_due)) {
        row->mark = row->is_due ? EXPLAIN_COUNTED : EXPLAIN_ROLLED;
        row->number = row->on == last_on ? e->limit.amount : 0;
        return;
    }
    row->mark = is_month ? EXPLAIN_MONTH : EXPLAIN_COUNTED;
    row->number = is_month ? e->limit.amount : row->on - from_on;
}

static void mark_same_day(struct explain_row *row, int32_t from_on)
{
    if (row->is_due)
        row->mark = EXPLAIN_COUNTED;
    else if (row->on == from_on && row->info.is_working)
        row->mark = EXPLAIN_RECEIPT_LATE;
    else
        row->mark = EXPLAIN_SKIPPED;
}

static bool list_days(struct explain *e, struct error *err)
{
    int32_t from_on = instant_date(e->from, calendar_zone_s(e->cal)), last_on = from_on, count = 0;
    size_t size = 0;

    if (e->limit.unit == LIMIT_CALENDAR_DAYS)
        last_on = from_on + e->limit.amount;
    if (e->limit.unit == LIMIT_MONTHS)
        last_on = date_add_months(from_on, e->limit.amount);
    for (int32_t on = from_on; on <= e->due.on; on++) {
        struct explain_row *row;

        if (e->limit.unit == LIMIT_MONTHS && on > from_on && on < last_on)
            on = last_on;
        row = row_add(e, &size, on);
        if (!row)
            return error_set(err, ERR_NO_MEMORY, arg_text("what", "explain"));
        if (is_hour_budget(e))
            mark_by_hours(e, row, from_on);
        else if (e->limit.unit == LIMIT_WORKING_DAYS)
            mark_by_days(row, from_on, &count);
        else if (e->limit.unit == LIMIT_HALF_DAYS)
            mark_by_halves(e, row, from_on, &count);
        else if (e->limit.unit == LIMIT_SAME_DAY)
            mark_same_day(row, from_on);
        else
            mark_by_date(e, row, from_on, last_on);
    }
    return true;
}

bool due_explain(const struct calendar *cal, const struct due_rule *rule, struct limit limit,
                 int64_t from, struct explain *ret_explain, struct error *err)
{
    struct explain e = {.rule = *rule, .limit = limit, .from = from};

    if (!due_compute(cal, rule, limit, from, &e.due, err))
        return false;
    e.cal = calendar_ref(cal);
    if (!list_days(&e, err)) {
        explain_deinit(&e);
        return false;
    }
    *ret_explain = e;
    return true;
}

void explain_deinit(struct explain *e)
{
    e->cal = calendar_unref(e->cal);
    free(e->rows);
    e->rows = NULL;
    e->n_rows = 0;
}

/* ---- words ---- */

const char *explain_mark_word(enum explain_mark mark)
{
    static const char *const words[EXPLAIN_MARK_COUNT] = {
        [EXPLAIN_RECEIPT] = "receipt", [EXPLAIN_RECEIPT_LATE] = "receipt_late",
        [EXPLAIN_COUNTED] = "counted", [EXPLAIN_SKIPPED] = "skipped",
        [EXPLAIN_MONTH] = "month",     [EXPLAIN_ROLLED] = "rolled",
        [EXPLAIN_HOURS] = "hours",     [EXPLAIN_HALVES] = "halves",
    };

    return words[mark];
}

const char *explain_row_source(const struct explain_row *row, const struct explain *e)
{
    switch (row->mark) {
    case EXPLAIN_RECEIPT:
        if (e->limit.unit == LIMIT_HALF_DAYS)
            return "law:half-day";
        return is_hour_budget(e) ? "law:working-time" : "law:first-day-not-counted";
    case EXPLAIN_RECEIPT_LATE:
        return "law:same-day-cutoff";
    case EXPLAIN_SKIPPED:
        return "law:holidays";
    case EXPLAIN_MONTH:
        return "law:month-end";
    case EXPLAIN_ROLLED:
        return "law:last-day-rolls";
    case EXPLAIN_HALVES:
        return "law:half-day";
    case EXPLAIN_HOURS:
        return "law:working-time";
    case EXPLAIN_COUNTED:
    case EXPLAIN_MARK_COUNT:
        break;
    }
    if (e->limit.unit == LIMIT_SAME_DAY)
        return "law:same-day-cutoff";
    return row->number ? "law:limit-unit" : "law:last-day-rolls";
}

static void format_day(int32_t on, enum language lang, char buf[64])
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
static void format_hour(int64_t at, int32_t zone_s, char buf[16])
{
    int s = (int)(instant_day_offset(at, zone_s) / INSTANT_SECOND);

    if (s % 60)
        snprintf(buf, 16, "%02d:%02d:%02d", s / 3600, s / 60 % 60, s % 60);
    else
        snprintf(buf, 16, "%02d:%02d", s / 3600, s / 60 % 60);
}

/* "ngày nghỉ lễ, tết: Quốc khánh (CV 10065/VPCP-KGVX)"; nothing for an ordinary working day. */
static void format_reason(const struct explain_row *row, enum language lang, char *buf, size_t size)
{
    const struct calendar_info *info = &row->info;
    const char *name = lang == LANGUAGE_VI ? info->name_vi : info->name_en;
    bool is_named =
        row->is_known && info->kind != CALENDAR_WORKDAY && info->kind != CALENDAR_WEEKEND;

    buf[0] = '\0';
    if (!row->is_known) {
        snprintf(buf, size, "%s",
                 lang == LANGUAGE_VI ? "chưa có lịch, không ảnh hưởng ngày hẹn"
                                     : "no calendar, the date does not depend on it");
        return;
    }
    if (info->kind == CALENDAR_WORKDAY)
        return;
    snprintf(buf, size, "%s%s%s%s%s%s", calendar_kind_phrase(info->kind, lang),
             is_named && *name ? ": " : "", is_named ? name : "",
             is_named && *info->source ? " (" : "", is_named ? info->source : "",
             is_named && *info->source ? ")" : "");
}

/* " (07:00-11:30, 13:30-17:00)" */
static void format_spans(const struct explain_row *row, const struct explain *e, char *buf,
                         size_t size)
{
    int32_t zone_s = calendar_zone_s(e->cal);
    size_t n = 0;

    for (int i = 0; i < row->n_used && n < size; i++) {
        char from[16], to[16];

        format_hour(row->used[i].from_at, zone_s, from);
        format_hour(row->used[i].to_at, zone_s, to);
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

static void format_mark(const struct explain_row *row, const struct explain *e, enum language lang,
                        char *buf, size_t size)
{
    bool is_vi = lang == LANGUAGE_VI;

    switch (row->mark) {
    case EXPLAIN_RECEIPT:
        if (is_hour_budget(e))
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
    char day[64], mark[160], reason[256], hour[16] = "";

    format_day(row->on, lang, day);
    format_mark(row, e, lang, mark, sizeof mark);
    format_reason(row, lang, reason, sizeof reason);
    if (row->is_due)
        format_hour(e->due.at, calendar_zone_s(e->cal), hour);
    snprintf(buf, EXPLAIN_SENTENCE_MAX, "%s: %s%s%s%s%s", day, mark, *reason ? ", " : "", reason,
             row->is_due ? (lang == LANGUAGE_VI ? "; hẹn trả lúc " : "; due at ") : "", hour);
}

void explain_summary(const struct explain *e, enum language lang, char buf[EXPLAIN_SENTENCE_MAX])
{
    int32_t zone_s = calendar_zone_s(e->cal);
    char from_day[64], from_hour[16], due_day[64], due_hour[16], limit[LIMIT_PHRASE_MAX];
    const char *note = "";

    format_day(instant_date(e->from, zone_s), lang, from_day);
    format_hour(e->from, zone_s, from_hour);
    format_day(e->due.on, lang, due_day);
    format_hour(e->due.at, zone_s, due_hour);
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
