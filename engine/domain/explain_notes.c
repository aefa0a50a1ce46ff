/* The notes of an explanation in words. What moved the date and what did not are told alike: a
 * clerk is asked about both. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/instant.h"
#include "domain/explain_impl.h"

const char *explain_note_word(enum explain_note_kind kind)
{
    static const char *const words[EXPLAIN_NOTE_COUNT] = {
        [EXPLAIN_NOTE_RECEIVED] = "received",
        [EXPLAIN_NOTE_AGREED] = "agreed",
        [EXPLAIN_NOTE_PAPER] = "paper",
        [EXPLAIN_NOTE_PAPER_LATER] = "paper_later",
        [EXPLAIN_NOTE_GIVEN] = "given",
        [EXPLAIN_NOTE_HELD] = "held",
        [EXPLAIN_NOTE_RUNS_ON] = "runs_on",
        [EXPLAIN_NOTE_LATE_ASKED] = "late_asked",
        [EXPLAIN_NOTE_AFTER_DUE] = "after_due",
        [EXPLAIN_NOTE_RESTARTED] = "restarted",
        [EXPLAIN_NOTE_RESUMED] = "resumed",
        [EXPLAIN_NOTE_CAME_BACK] = "came_back",
        [EXPLAIN_NOTE_STARTED] = "started",
        [EXPLAIN_NOTE_RECOMPUTED] = "recomputed",
        [EXPLAIN_NOTE_MOVED] = "moved",
        [EXPLAIN_NOTE_REAPPOINTED] = "reappointed",
        [EXPLAIN_NOTE_RUNNING] = "running",
        [EXPLAIN_NOTE_EARLIER] = "earlier",
        [EXPLAIN_NOTE_LATER] = "later",
        [EXPLAIN_NOTE_UNCOUNTED] = "uncounted",
        [EXPLAIN_NOTE_PROVISIONAL] = "provisional",
        [EXPLAIN_NOTE_SYNTHETIC] = "synthetic",
    };

    return words[kind];
}

/* ---- sources ---- */

static const char *receipt_source(const struct dossier_explain *x)
{
    switch (x->list.limit.unit) {
    case LIMIT_WORKING_DAYS:
    case LIMIT_CALENDAR_DAYS:
    case LIMIT_MONTHS:
        return explain_is_hours(&x->list) ? "law:working-time" : "law:first-day-not-counted";
    case LIMIT_SAME_DAY:
        return "law:same-day-cutoff";
    case LIMIT_HALF_DAYS:
        return "law:half-day";
    default:
        return "law:working-time";
    }
}

static const char *hold_source(const struct explain_note *note)
{
    if (note->ground && *note->ground)
        return note->ground;
    return note->hold_kind == HOLD_KIND_SUPPLEMENT ? "law:supplement-request" : "law:hold";
}

static const char *decision_of(const struct explain_note *note, const struct explain_names *names)
{
    const char *text =
        note->change && names->decision ? names->decision(names->data, note->change) : NULL;

    return text ? text : "";
}

const char *explain_note_source(const struct dossier_explain *x, const struct explain_note *note,
                                const struct explain_names *names)
{
    switch (note->kind) {
    case EXPLAIN_NOTE_RECEIVED:
        return receipt_source(x);
    case EXPLAIN_NOTE_AGREED:
        return "law:agreed-time";
    case EXPLAIN_NOTE_PAPER:
    case EXPLAIN_NOTE_PAPER_LATER:
        return "law:blank-slip";
    case EXPLAIN_NOTE_HELD:
    case EXPLAIN_NOTE_RUNS_ON:
    case EXPLAIN_NOTE_LATE_ASKED:
    case EXPLAIN_NOTE_RESTARTED:
    case EXPLAIN_NOTE_RESUMED:
    case EXPLAIN_NOTE_CAME_BACK:
    case EXPLAIN_NOTE_RUNNING:
        return hold_source(note);
    case EXPLAIN_NOTE_STARTED:
        return "law:place-free";
    case EXPLAIN_NOTE_RECOMPUTED:
        return decision_of(note, names);
    case EXPLAIN_NOTE_REAPPOINTED:
        return "law:apology-once";
    case EXPLAIN_NOTE_MOVED:
        return "law:correction";
    case EXPLAIN_NOTE_AFTER_DUE:
    case EXPLAIN_NOTE_EARLIER:
    case EXPLAIN_NOTE_LATER:
        return "law:due-at";
    case EXPLAIN_NOTE_PROVISIONAL:
        return "law:holidays";
    case EXPLAIN_NOTE_GIVEN:
    case EXPLAIN_NOTE_UNCOUNTED:
    case EXPLAIN_NOTE_SYNTHETIC:
    case EXPLAIN_NOTE_COUNT:
        break;
    }
    return "";
}

/* ---- sentences ---- */

#define WHEN_MAX 96

/* "17:00 Thứ Sáu 02/9/2022" */
static void format_when(const struct dossier_explain *x, int64_t at, enum language lang,
                        char buf[WHEN_MAX])
{
    int32_t zone_s = x->list.cal ? calendar_zone_s(x->list.cal) : ZONE_VIETNAM_S;
    char hour[16], day[64];

    buf[0] = '\0';
    if (at == INSTANT_NONE)
        return;
    explain_hour_text(at, zone_s, hour);
    explain_day_text(instant_date(at, zone_s), lang, day);
    snprintf(buf, WHEN_MAX, "%s %s", hour, day);
}

struct telling {
    const struct dossier_explain *x;
    const struct explain_note *note;
    const struct explain_names *names;
    enum language lang;
    bool is_vi;
    char at[WHEN_MAX], from[WHEN_MAX], to[WHEN_MAX];
    char limit[LIMIT_PHRASE_MAX];
    const char *hold; /* "Chờ bổ sung" */
};

static void tell_paper(const struct telling *t, char *buf)
{
    if (t->note->kind == EXPLAIN_NOTE_PAPER)
        snprintf(buf, EXPLAIN_SENTENCE_MAX,
                 t->is_vi ? "%s: tiếp nhận trên phiếu giấy in sẵn; phiếu hẹn %s, sớm hơn hạn theo "
                            "quy định, nên giữ ngày đã hẹn trên phiếu."
                          : "%s: received on a blank slip; the slip promises %s, before the lawful "
                            "limit ends, and is kept.",
                 t->at, t->to);
    else
        snprintf(buf, EXPLAIN_SENTENCE_MAX,
                 t->is_vi ? "%s: tiếp nhận trên phiếu giấy in sẵn; phiếu hẹn %s, muộn hơn hạn theo "
                            "quy định, nên hẹn trả %s theo quy định."
                          : "%s: received on a blank slip; the slip promises %s, after the lawful "
                            "limit ends, so it is due %s by law.",
                 t->at, t->from, t->to);
}

static void tell_receipt(const struct telling *t, char *buf)
{
    bool is_agreed = t->note->kind == EXPLAIN_NOTE_AGREED;
    const char *cut = "";

    if (t->note->kind == EXPLAIN_NOTE_PAPER || t->note->kind == EXPLAIN_NOTE_PAPER_LATER) {
        tell_paper(t, buf);
        return;
    }
    if (t->note->kind != EXPLAIN_NOTE_RECEIVED) {
        if (!*t->to)
            snprintf(buf, EXPLAIN_SENTENCE_MAX,
                     t->is_vi ? "%s: tiếp nhận; hệ thống chuyển đến không ghi ngày hẹn trả."
                              : "%s: received; the other system gave no due date.",
                     t->at);
        else if (is_agreed)
            snprintf(
                buf, EXPLAIN_SENTENCE_MAX,
                t->is_vi
                    ? "%s: tiếp nhận; thời hạn dài hơn, đến %s, đã thỏa thuận bằng văn bản khi "
                      "tiếp nhận nên không tính lại."
                    : "%s: received; a longer time, until %s, was agreed in writing at "
                      "reception and is not computed again.",
                t->at, t->to);
        else
            snprintf(buf, EXPLAIN_SENTENCE_MAX,
                     t->is_vi
                         ? "%s: tiếp nhận; ngày hẹn trả %s do hệ thống khác ghi, giữ nguyên như đã "
                           "ghi."
                         : "%s: received; the due date, %s, is that of the other system and "
                           "stands as it was given.",
                     t->at, t->to);
        return;
    }
    if (t->x->list.limit.unit == LIMIT_SAME_DAY)
        cut = t->is_vi ? "; nhận sau giờ quy định thì trả vào ngày làm việc tiếp theo"
                       : "; what comes after the cut-off is returned on the next working day";
    else if (!explain_is_hours(&t->x->list))
        cut = t->is_vi ? "; ngày tiếp nhận không tính" : "; the day of receipt is not counted";
    snprintf(buf, EXPLAIN_SENTENCE_MAX,
             t->is_vi ? "%s: tiếp nhận, thời hạn %s%s; hẹn trả %s."
                      : "%s: received, limit %s%s; due %s.",
             t->at, t->limit, cut, t->to);
}

static void tell_hold(const struct telling *t, char *buf)
{
    const char *office = t->note->office && t->names->office
                             ? t->names->office(t->names->data, t->note->office)
                             : NULL;
    const char *then = "";

    switch ((int)t->note->kind) {
    case EXPLAIN_NOTE_HELD:
        if (t->note->effect == HOLD_EFFECT_RESTART)
            then = t->is_vi ? "thời hạn dừng; nhận lại hồ sơ thì tính lại từ đầu"
                            : "the clock stops; when the file is back the limit starts again";
        else
            then = t->is_vi ? "thời hạn dừng; nhận lại hồ sơ thì tính tiếp phần còn lại"
                            : "the clock stops; when the file is back what is left goes on";
        break;
    case EXPLAIN_NOTE_LATE_ASKED:
        then = t->is_vi
                   ? "yêu cầu quá số ngày được phép và không nêu căn cứ: thời hạn vẫn tính, ngày "
                     "hẹn không đổi"
                   : "asked for after the days allowed, without a legal ground: the limit runs "
                     "on, the date stays";
        break;
    case EXPLAIN_NOTE_AFTER_DUE:
        then = t->is_vi ? "bắt đầu sau ngày hẹn trả: không làm thay đổi ngày hẹn và việc trễ hạn"
                        : "begun after the due date: it moves nothing and cures no lateness";
        break;
    default:
        then = t->is_vi ? "thời hạn vẫn tính, ngày hẹn không đổi"
                        : "the limit runs on, the date stays";
        break;
    }
    snprintf(buf, EXPLAIN_SENTENCE_MAX, "%s: %s%s%s%s; %s.", t->at, t->hold, office ? " (" : "",
             office ? office : "", office ? ")" : "", then);
}

/* "03 ngày làm việc", "12 giờ 30 phút làm việc" */
static void format_amount(const struct telling *t, int32_t days, int64_t us, char buf[64])
{
    int64_t minutes = us / INSTANT_MINUTE;
    const char *unit = t->x->list.limit.unit == LIMIT_WORKING_DAYS
                           ? (t->is_vi ? "ngày làm việc" : "working days")
                           : (t->is_vi ? "ngày" : "days");

    if (us > 0 || explain_is_hours(&t->x->list))
        snprintf(buf, 64,
                 t->is_vi ? "%" PRId64 " giờ %02" PRId64 " phút làm việc"
                          : "%" PRId64 " h %02" PRId64 " min of work",
                 minutes / 60, minutes % 60);
    else
        snprintf(buf, 64, "%d %s", days, unit);
}

/* "ngày hẹn chuyển từ ... sang ..." */
static void format_moved(const struct telling *t, char *buf, size_t size)
{
    if (*t->to)
        snprintf(buf, size,
                 t->is_vi ? "ngày hẹn chuyển từ %s sang %s" : "the due date moves from %s to %s",
                 t->from, t->to);
    else
        snprintf(buf, size, "%s", t->is_vi ? "ngày hẹn không đổi" : "the due date stays");
}

static void tell_return(const struct telling *t, char *buf)
{
    char used[64], left[64], moved[2 * WHEN_MAX + 64];

    format_moved(t, moved, sizeof moved);
    if (t->note->kind == EXPLAIN_NOTE_CAME_BACK)
        snprintf(buf, EXPLAIN_SENTENCE_MAX, t->is_vi ? "%s: hết %s; %s." : "%s: end of %s; %s.",
                 t->at, t->hold, moved);
    else if (t->note->kind == EXPLAIN_NOTE_RESTARTED)
        snprintf(buf, EXPLAIN_SENTENCE_MAX,
                 t->is_vi ? "%s: nhận lại hồ sơ; thời hạn %s tính lại từ đầu; %s."
                          : "%s: the file is back; the limit of %s starts again; %s.",
                 t->at, t->limit, moved);
    else if (t->note->left < 0)
        snprintf(buf, EXPLAIN_SENTENCE_MAX,
                 t->is_vi ? "%s: nhận lại hồ sơ, tính tiếp; %s." : "%s: the file is back; %s.",
                 t->at, moved);
    else {
        format_amount(t, t->note->used, t->note->used_us, used);
        format_amount(t, t->note->left, t->note->left_us, left);
        snprintf(buf, EXPLAIN_SENTENCE_MAX,
                 t->is_vi ? "%s: nhận lại hồ sơ, tính tiếp: đã dùng %s, còn %s; %s."
                          : "%s: the file is back and the limit goes on: %s used, %s left; %s.",
                 t->at, used, left, moved);
    }
}

static void tell_moved(const struct telling *t, char *buf)
{
    const char *decision = decision_of(t->note, t->names);
    char moved[2 * WHEN_MAX + 64];

    format_moved(t, moved, sizeof moved);
    switch ((int)t->note->kind) {
    case EXPLAIN_NOTE_STARTED:
        snprintf(buf, EXPLAIN_SENTENCE_MAX,
                 t->is_vi
                     ? "%s: cơ quan có thẩm quyền nhận hồ sơ, thời hạn tính từ lúc này; %s."
                     : "%s: the competent agency received it and the limit runs from here; %s.",
                 t->at, moved);
        break;
    case EXPLAIN_NOTE_RECOMPUTED:
        snprintf(buf, EXPLAIN_SENTENCE_MAX,
                 t->is_vi
                     ? "%s: lịch làm việc được sửa%s%s; ngày hẹn chuyển từ %s sang %s."
                     : "%s: the working calendar was edited%s%s; the due date moves from %s to %s.",
                 t->at, *decision ? (t->is_vi ? " theo " : " by ") : "", decision, t->from, t->to);
        break;
    case EXPLAIN_NOTE_MOVED:
        snprintf(buf, EXPLAIN_SENTENCE_MAX,
                 t->is_vi ? "%s: ngày hẹn được ghi lại, từ %s sang %s."
                          : "%s: the due date was written again, from %s to %s.",
                 t->at, *t->from ? t->from : "–", *t->to ? t->to : "–");
        break;
    default:
        snprintf(buf, EXPLAIN_SENTENCE_MAX,
                 t->is_vi ? "%s: phiếu xin lỗi hẹn lại %s; hạn giải quyết vẫn là %s."
                          : "%s: the letter of apology promises %s; the limit still ends %s.",
                 t->at, t->to, t->from);
        break;
    }
}

static void tell_state(const struct telling *t, char *buf)
{
    switch ((int)t->note->kind) {
    case EXPLAIN_NOTE_RUNNING:
        snprintf(buf, EXPLAIN_SENTENCE_MAX,
                 t->is_vi
                     ? "Hồ sơ đang dừng (%s). Nếu nhận lại ngay lúc này (%s) thì ngày hẹn là %s."
                     : "The clock stands (%s). If the file came back now (%s) it would be due %s.",
                 t->hold, t->at, t->to);
        break;
    case EXPLAIN_NOTE_EARLIER:
        snprintf(buf, EXPLAIN_SENTENCE_MAX,
                 t->is_vi
                     ? "Tính theo lịch hiện nay thì hết hạn %s; ngày đã hẹn %s giữ nguyên, vì ngày "
                       "hẹn không lùi về sớm hơn."
                     : "On the calendar of today the limit ends %s; the promise of %s stands, "
                       "because a promised date never moves earlier.",
                 t->to, t->from);
        break;
    case EXPLAIN_NOTE_LATER:
        snprintf(buf, EXPLAIN_SENTENCE_MAX,
                 t->is_vi
                     ? "Tính theo lịch hiện nay thì hết hạn %s, muộn hơn ngày hẹn đang có hiệu lực "
                       "%s: lịch được sửa sau khi hẹn mà hồ sơ chưa được tính lại, hoặc khi sửa "
                       "lịch hồ sơ đã quá hạn."
                     : "On the calendar of today the limit ends %s, later than the promise in "
                       "force, %s: the calendar was edited and the dossier not computed again, "
                       "or it was overdue when that was done.",
                 t->to, t->from);
        break;
    case EXPLAIN_NOTE_PROVISIONAL:
        snprintf(
            buf, EXPLAIN_SENTENCE_MAX,
            t->is_vi
                ? "Ngày tạm tính: lịch làm việc năm %d chưa công bố; khi công bố ngày hẹn được "
                  "tính lại."
                : "Provisional: the working calendar of %d is not published yet; the date is "
                  "computed again when it is.",
            t->note->year);
        break;
    case EXPLAIN_NOTE_SYNTHETIC:
        snprintf(buf, EXPLAIN_SENTENCE_MAX, "%s",
                 t->is_vi ? "Có ngày của lịch giả định, chỉ để trình diễn."
                          : "Rests on days invented for a demonstration.");
        break;
    default:
        snprintf(buf, EXPLAIN_SENTENCE_MAX, "%s",
                 t->is_vi ? "Không liệt kê được từng ngày: không có thời hạn hoặc lịch làm việc."
                          : "The days cannot be listed: no limit or no working calendar is known.");
        break;
    }
}

void explain_note_sentence(const struct dossier_explain *x, const struct explain_note *note,
                           const struct explain_names *names, enum language lang,
                           char buf[EXPLAIN_SENTENCE_MAX])
{
    struct telling t = {.x = x, .note = note, .names = names, .lang = lang};

    t.is_vi = lang == LANGUAGE_VI;
    t.hold = vocabulary_label(&hold_kinds, (int)note->hold_kind, lang);
    format_when(x, note->at, lang, t.at);
    format_when(x, note->from_at, lang, t.from);
    format_when(x, note->to_at, lang, t.to);
    if (x->list.n_rows)
        limit_phrase(x->list.limit, lang, t.limit);
    else
        t.limit[0] = '\0';
    if (note->kind <= EXPLAIN_NOTE_GIVEN)
        tell_receipt(&t, buf);
    else if (note->kind <= EXPLAIN_NOTE_AFTER_DUE)
        tell_hold(&t, buf);
    else if (note->kind <= EXPLAIN_NOTE_CAME_BACK)
        tell_return(&t, buf);
    else if (note->kind <= EXPLAIN_NOTE_REAPPOINTED)
        tell_moved(&t, buf);
    else
        tell_state(&t, buf);
}
