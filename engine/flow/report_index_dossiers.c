/* The dossiers behind a criterion of index 766: each that counts, as the index's own clock sees it,
 * and whether it meets the criterion. Source: law:index-766, law:index-clock. */
#include <string.h>

#include "base/instant.h"
#include "domain/vocabulary.h"
#include "flow/app.h"
#include "flow/index_walk.h"
#include "flow/statistics_group.h"

struct behind {
    struct index_walk walk;
    enum index766_criterion criterion;
};

static const char *moment_text(struct report_run *run, int64_t at)
{
    char buf[INSTANT_TEXT_MAX];

    if (at == INSTANT_NONE)
        return NULL;
    instant_format_vi(at, run->base.zone_s, buf);
    return arena_strdup(run->base.arena, buf);
}

static const char *yes_or_no(const struct report_run *run, bool is)
{
    static const char *const words[2][2] = {{"không", "no"}, {"có", "yes"}};

    return words[is][run->base.lang];
}

static bool put_dossier(struct report_run *run, const struct index_dossier *d, bool is_met)
{
    struct request *req = &run->base;
    const struct report_table *t = &run->table;
    const struct index766_time *time = d->subject.time;
    const char *code = arena_strdup(req->arena, d->subject.d->code);
    struct report_line *line = code ? report_table_add(&run->table, code, code, &req->error) : NULL;

    if (!line)
        return code ? false : error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "index"));
    report_put_text(t, line, "office", statistics_group_of(req, "office", d->office).label);
    report_put_text(t, line, "channel",
                    vocabulary_label(&channels, (int)d->subject.d->channel, req->lang));
    report_put_text(t, line, "received", moment_text(run, d->subject.d->received_at));
    report_put_text(t, line, "promised", moment_text(run, time->promise_at));
    report_put_text(t, line, "ended", moment_text(run, time->end_at));
    report_put(t, line, "requests", time->n_requests);
    report_put(t, line, "waited", time->waited_us / INSTANT_MINUTE);
    report_put(t, line, "used", time->used_us / INSTANT_MINUTE);
    report_put_text(t, line, "in_time", yes_or_no(run, time->judgement != JUDGEMENT_LATE));
    report_put_text(t, line, "met", yes_or_no(run, is_met));
    return true;
}

static bool behind_visit(struct report_run *run, const struct index_dossier *d)
{
    const struct behind *b = run->own;
    bool is_met;

    if (!index766_is_counted(&d->subject, b->criterion))
        return true;
    is_met = b->criterion == INDEX766_AVERAGE_TIME || index766_is_met(&d->subject, b->criterion);
    if (run->in.met != WORD_NONE && is_met != !strcmp(words_yes_no.words[run->in.met], "yes"))
        return true;
    return put_dossier(run, d, is_met);
}

static bool behind_send(struct report_run *run)
{
    struct request *req = &run->base;
    struct behind *b = arena_new_of(req->arena, struct behind);
    int found = run->in.criterion ? index766_find(run->in.criterion) : INDEX766_IN_TIME;

    if (!b)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "index"));
    if (found < 0 || found == INDEX766_SYNCED) /* 1.4 is told by the portal's own file */
        return error_set(&req->error, ERR_FIELD_VALUE, arg_text("field", "criterion"),
                         arg_text("value", run->in.criterion));
    *b = (struct behind){.walk = {.visit = behind_visit},
                         .criterion = (enum index766_criterion)found};
    run->own = b;
    run->table.has_total = false;
    report_note(run, arena_printf(req->arena, "%s %s", index766_rows[found].number,
                                  index766_rows[found].label[req->lang]));
    return index_walk_send(run, &b->walk, 0);
}

static enum report_progress behind_read(struct report_run *run)
{
    struct behind *b = run->own;

    return index_walk_go(run, &b->walk);
}

/* clang-format off */
static const struct report_column behind_columns[] = {
    {"office", {"Đơn vị", "Office"}, REPORT_TEXT, NULL, NULL},
    {"channel", {"Hình thức nộp", "Channel"}, REPORT_TEXT, NULL, NULL},
    {"received", {"Tiếp nhận", "Received"}, REPORT_TEXT, NULL, NULL},
    {"promised", {"Hạn xét", "Judged on"}, REPORT_TEXT, NULL, NULL},
    {"ended", {"Kết thúc theo 766", "Ended, for the index"}, REPORT_TEXT, NULL, NULL},
    {"requests", {"Bổ sung > Số lần", "Supplements > Requests"}, REPORT_NUMBER, NULL, NULL},
    {"waited", {"Bổ sung > Phút được trừ", "Supplements > Minutes subtracted"}, REPORT_MINUTES, NULL, NULL},
    {"used", {"Thời gian (phút)", "Time (minutes)"}, REPORT_MINUTES, NULL, NULL},
    {"in_time", {"Đúng hạn theo 766", "In time, for the index"}, REPORT_TEXT, NULL, NULL},
    {"met", {"Đạt", "Met"}, REPORT_TEXT, NULL, NULL},
};
/* clang-format on */

static const char *behind_about[][2] = {
    {"Đồng hồ của bộ chỉ số: chờ bổ sung thì kết thúc tại lúc yêu cầu, quá một lần yêu cầu là quá "
     "hạn, thời gian bổ sung được trừ, chưa xong thì tính đến cuối kỳ.",
     "The index's own clock: who waits for a supplement has ended at the request, more than one "
     "request is late, the time of a supplement is subtracted, what is not finished goes to the "
     "end "
     "of the period."},
    {NULL, NULL},
};

const struct report_form report_form_index_dossiers = {
    .key = "index-dossiers",
    .title = {"HỒ SƠ CỦA MỘT CHỈ SỐ 766", "The dossiers behind a criterion of index 766"},
    .head = {"Mã hồ sơ", "Dossier"},
    .columns = behind_columns,
    .n_columns = ARRAY_LEN(behind_columns),
    .about = behind_about,
    .send = behind_send,
    .read = behind_read,
};
