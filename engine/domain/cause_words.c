/* The finding in words: an applicant, an officer or an inspector can check it with the calendar in
 * hand. */
#include "domain/cause.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"

struct cause_duration {
    char text[64];
};

/* Working time as people say it; minutes are cut, not rounded, so that no one is charged one more.
 */
static struct cause_duration cause_duration(int64_t us, enum language lang)
{
    struct cause_duration d;
    long long minutes = (long long)(us / INSTANT_MINUTE);

    snprintf(d.text, sizeof d.text,
             lang == LANGUAGE_VI ? "%lld giờ %02lld phút làm việc"
                                 : "%lld h %02lld min of working time",
             minutes / 60, minutes % 60);
    return d;
}

static struct cause_duration cause_instant(int64_t at, int32_t zone_s, enum language lang)
{
    struct cause_duration d;
    char buf[INSTANT_TEXT_MAX];

    if (lang == LANGUAGE_VI)
        instant_format_vi(at - at % INSTANT_MINUTE, zone_s, buf);
    else
        instant_format(at - at % INSTANT_MINUTE, zone_s, buf);
    snprintf(d.text, sizeof d.text, "%s", buf);
    return d;
}

/* vi, en: "Without {what} ({duration}) it would have ended at {instant}: late / in time." */
static void cause_words_without(const struct lateness_context *ctx, const char *const what[2],
                                int64_t us, int64_t end_at, bool is_late, enum language lang,
                                struct buffer *buf)
{
    static const char *const verdicts[2][2] = {{"vẫn đúng hạn", "in time"},
                                               {"vẫn quá hạn", "still late"}};
    static const char *const formats[2] = {"Nếu không có %s (%s), hồ sơ xong lúc %s: %s. ",
                                           "Without %s (%s) it would end at %s: %s. "};

    buffer_printf(buf, lang == LANGUAGE_VI ? formats[0] : formats[1], what[lang],
                  cause_duration(us, lang).text, cause_instant(end_at, ctx->zone_s, lang).text,
                  verdicts[is_late][lang]);
}

/* The largest overrun, and whose. */
static void cause_words_responsible(const struct cause_share *share, const char *office_name,
                                    enum language lang, struct buffer *buf)
{
    bool is_vi = lang == LANGUAGE_VI;

    if (share->opinion)
        buffer_printf(
            buf,
            is_vi ? " Đơn vị được lấy ý kiến mà quá hạn chưa trả lời: %s, bước %d, quá %s."
                  : " Asked for an opinion and silent past the date: %s, step %d, %s.",
            office_name, share->segment->step, cause_duration(share->overrun_us, lang).text);
    else
        buffer_printf(buf,
                      is_vi ? " Đơn vị để quá thời gian nhiều nhất: %s, bước %d, quá %s."
                            : " Largest overrun: %s, step %d, %s over its budget.",
                      office_name, share->segment->step,
                      cause_duration(share->overrun_us, lang).text);
}

static void cause_words_verdict(const struct cause_finding *f, const char *office_name,
                                enum language lang, struct buffer *buf)
{
    bool is_vi = lang == LANGUAGE_VI;

    buffer_printf(buf, is_vi ? "Nguyên nhân: %s (%s)." : "Cause: %s (%s).",
                  vocabulary_label(&cause_verdicts, (int)f->verdict, lang),
                  vocabulary_label(&causes, (int)f->cause, lang));
    if (f->is_evidence_missing)
        buffer_text(buf, is_vi ? " Khoảng thời gian khách quan chưa có chứng cứ."
                               : " An objective interval has no evidence.");
    if (f->verdict == CAUSE_SUBJECTIVE && f->n_responsible > 0)
        cause_words_responsible(&f->responsible[0], office_name, lang, buf);
}

void cause_words(const struct lateness_context *ctx, const struct cause_finding *f,
                 const char *office_name, enum language lang, struct buffer *buf)
{
    static const char *const objective[2] = {"thời gian khách quan", "the objective time"};
    static const char *const overrun[2] = {"thời gian vượt định mức", "the overruns"};
    const struct dossier *d = ctx->dossier;
    const char *format;

    if (d->ended_at != INSTANT_NONE)
        format = lang == LANGUAGE_VI ? "Hẹn trả %s; xong lúc %s. " : "Due %s; ended %s. ";
    else
        format = lang == LANGUAGE_VI ? "Hẹn trả %s; dự kiến xong lúc %s. "
                                     : "Due %s; expected to end %s. ";
    if (d->due_at != INSTANT_NONE)
        buffer_printf(buf, format, cause_instant(d->due_at, ctx->zone_s, lang).text,
                      cause_instant(f->end_at, ctx->zone_s, lang).text);
    if (f->objective_us == 0 && f->overrun_us == 0)
        buffer_text(buf, lang == LANGUAGE_VI
                             ? "Không tìm thấy thời gian khách quan hay bước nào vượt định mức. "
                             : "Neither objective time nor a step beyond its budget was found. ");
    if (f->objective_us > 0)
        cause_words_without(ctx, objective, f->objective_us, f->end_without_objective,
                            f->late_without_objective, lang, buf);
    if (f->silence_us > 0)
        buffer_printf(buf,
                      lang == LANGUAGE_VI ? "Trong đó chờ cơ quan khác quá hạn trả lời: %s. "
                                          : "Of this, another agency past its answer-by date: %s. ",
                      cause_duration(f->silence_us, lang).text);
    if (f->overrun_us > 0)
        cause_words_without(ctx, overrun, f->overrun_us, f->end_without_overrun,
                            f->late_without_overrun, lang, buf);
    cause_words_verdict(f, office_name, lang, buf);
}

/* Minutes throughout; instants as minutes since 1970 UTC. */
void cause_arithmetic(const struct cause_finding *f, char *buf, size_t size)
{
    snprintf(buf, size,
             "overrun=%lld;objective=%lld;end=%lld;without_objective=%lld;without_overrun=%lld",
             (long long)(f->overrun_us / INSTANT_MINUTE),
             (long long)(f->objective_us / INSTANT_MINUTE), (long long)(f->end_at / INSTANT_MINUTE),
             (long long)(f->end_without_objective / INSTANT_MINUTE),
             (long long)(f->end_without_overrun / INSTANT_MINUTE));
}

bool cause_figures_read(const char *arithmetic, struct cause_figures *ret)
{
    static const char *const words[] = {
        "overrun=", ";objective=", ";end=", ";without_objective=", ";without_overrun="};
    long long values[ARRAY_LEN(words)];
    const char *at = arithmetic ? arithmetic : "";

    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        char *end;

        if (strncmp(at, words[i], strlen(words[i])) != 0)
            return false;
        at += strlen(words[i]);
        values[i] = strtoll(at, &end, 10);
        if (end == at)
            return false;
        at = end;
    }
    if (*at)
        return false;
    *ret = (struct cause_figures){values[0], values[1], values[2] * INSTANT_MINUTE,
                                  values[3] * INSTANT_MINUTE, values[4] * INSTANT_MINUTE};
    return true;
}
