/* Index 766, the part that a one-stop shop's own dossiers can tell: a row a criterion, or one
 * criterion by office; beside ours the portal's figures where they came in. Null stands for what
 * nobody counted, which is not zero.
 *
 * Source: law:index-766, law:index-clock. */
#include <string.h>

#include "base/instant.h"
#include "domain/vocabulary.h"
#include "flow/app.h"
#include "flow/index_walk.h"
#include "flow/portal_rows.h"
#include "flow/statistics_group.h"

enum { SLOT_ROWS = INDEX_SLOTS, SLOT_FIGURES };

struct office_sums {
    int64_t office;
    struct index766_sum sums[INDEX766_COUNT];
};

struct report_index {
    struct index_walk walk;
    enum index766_criterion criterion; /* of a report by office */
    struct index766_sum sums[INDEX766_COUNT];
    struct office_sums *offices; /* by id */
    int n_offices;
    struct portal_dossier *rows; /* of the portal, by code */
    int n_rows;
    int64_t n_synced, n_unjudged;
};

static struct report_index *index_of(struct report_run *run)
{
    return run->own;
}

static bool no_memory(struct report_run *run)
{
    return error_set(&run->base.error, ERR_NO_MEMORY, arg_text("what", "index"));
}

static bool is_by_office(const struct report_run *run)
{
    return !strcmp(run->group_by, "office");
}

/* ---- counting ---- */

static struct office_sums *office_sums(struct report_index *x, int64_t office)
{
    for (int i = 0; i < x->n_offices; i++)
        if (x->offices[i].office == office)
            return &x->offices[i];
    x->offices[x->n_offices].office = office;
    return &x->offices[x->n_offices++];
}

static bool index_visit(struct report_run *run, const struct index_dossier *d)
{
    struct report_index *x = index_of(run);

    index766_add(&d->subject, x->sums);
    if (is_by_office(run))
        index766_add(&d->subject, office_sums(x, d->office)->sums);
    if (index766_is_counted(&d->subject, INDEX766_IN_TIME))
        x->n_unjudged += d->subject.time->judgement == JUDGEMENT_NONE;
    if (index766_is_counted(&d->subject, INDEX766_ONLINE) && x->n_rows)
        x->n_synced += portal_rows_find(x->rows, x->n_rows, d->subject.d->code) >= 0;
    return true;
}

static bool index_send(struct report_run *run)
{
    struct request *req = &run->base;
    struct report_index *x = arena_new_of(req->arena, struct report_index);
    size_t most = (size_t)req->reference->n_offices + 2;
    int found = INDEX766_IN_TIME;

    if (!x)
        return no_memory(run);
    run->own = x;
    *x = (struct report_index){.walk = {.visit = index_visit}};
    x->offices = arena_array(req->arena, most, sizeof *x->offices);
    if (!x->offices)
        return no_memory(run);
    if (run->in.criterion && (found = index766_find(run->in.criterion)) < 0)
        return error_set(&req->error, ERR_FIELD_VALUE, arg_text("field", "criterion"),
                         arg_text("value", run->in.criterion));
    x->criterion = (enum index766_criterion)found;
    run->table.has_total = false;
    return index_walk_send(run, &x->walk, 0) && portal_rows_send(run, SLOT_ROWS, PORTAL_DOSSIERS) &&
           portal_rows_send(run, SLOT_FIGURES, PORTAL_FIGURES);
}

/* Once, before the first dossier: 1.4 needs both sides. */
static bool read_portal(struct report_run *run)
{
    struct report_index *x = index_of(run);

    if (!x->rows && !(x->rows = portal_rows_dossiers(run, SLOT_ROWS, &x->n_rows)))
        return no_memory(run);
    return true;
}

/* Synced / max(what the portal counts, what we do), received within the period. False: no file. */
static bool sync_of(const struct report_run *run, const struct report_index *x,
                    struct index766_sum *ret)
{
    int64_t theirs = 0, ours = x->sums[INDEX766_ONLINE].of;

    if (x->n_rows == 0)
        return false;
    for (int i = 0; i < x->n_rows; i++) {
        int32_t on = instant_date(x->rows[i].received.at, run->base.zone_s);

        theirs += run->scope.from <= on && on <= run->scope.to;
    }
    *ret = (struct index766_sum){x->n_synced, theirs > ours ? theirs : ours};
    return true;
}

/* ---- rows ---- */

static void put_figures(struct report_run *run, struct report_line *line, enum index766_criterion c,
                        struct index766_sum sum)
{
    const struct report_table *t = &run->table;
    const struct index766_row *row = &index766_rows[c];
    struct index766_sum points;

    report_put(t, line, "denominator", sum.of);
    if (c == INDEX766_AVERAGE_TIME) {
        report_put(t, line, "total_minutes", sum.n / INSTANT_MINUTE);
        if (sum.of)
            report_put(t, line, "average_minutes", sum.n / sum.of / INSTANT_MINUTE);
        return;
    }
    report_put(t, line, "numerator", sum.n);
    if (row->threshold)
        report_put_text(t, line, "threshold",
                        arena_printf(run->base.arena, "%d %%", row->threshold));
    if (index766_points(row, sum, &points)) {
        int64_t hundredths = report_rate(points.n, points.of);

        report_put_text(
            t, line, "points",
            arena_printf(run->base.arena, "%lld%c%02lld %%", (long long)(hundredths / 100),
                         run->base.lang == LANGUAGE_VI ? ',' : '.', (long long)(hundredths % 100)));
    }
}

/* The portal's figures of a criterion, where a file gave them; its nulls stay null. */
static void put_portal(struct report_run *run, struct report_line *line, const char *number)
{
    const struct db_result *r = &request_result(&run->base, SLOT_FIGURES)->result;
    static const char *const columns[] = {"portal_numerator", "portal_denominator"};

    for (int i = 0; i < db_rows(r); i++) {
        if (strcmp(db_text_or_empty(r, i, 0), number) != 0)
            continue;
        for (int k = 0; k < 2; k++)
            if (!db_is_null(r, i, k + 1))
                report_put(&run->table, line, columns[k], db_int(r, i, k + 1));
        if (!db_is_null(r, i, 3))
            report_put_text(&run->table, line, "portal_ratio",
                            arena_printf(run->base.arena, "%lld%c%02lld %%",
                                         (long long)(db_int(r, i, 3) / 100),
                                         run->base.lang == LANGUAGE_VI ? ',' : '.',
                                         (long long)(db_int(r, i, 3) % 100)));
    }
}

static const char *label_of(struct report_run *run, const struct index766_row *row)
{
    return arena_printf(run->base.arena, "%s %s", row->number, row->label[run->base.lang]);
}

static bool add_criteria(struct report_run *run)
{
    struct report_index *x = index_of(run);
    struct index766_sum sync;
    bool has_sync = sync_of(run, x, &sync);

    for (int i = 0; i < INDEX766_COUNT; i++) {
        enum index766_criterion c = (enum index766_criterion)i;
        const struct index766_row *row = &index766_rows[c];
        const char *label = label_of(run, row);
        struct report_line *line =
            label ? report_table_add(&run->table, row->number, label, &run->base.error) : NULL;

        if (!line)
            return label ? false : no_memory(run);
        if (c != INDEX766_SYNCED) {
            put_figures(run, line, c, x->sums[c]);
            line->cut = arena_printf(run->base.arena, "criterion=%s", row->number);
        } else if (has_sync)
            put_figures(run, line, c, sync);
        put_portal(run, line, row->number);
        if (c != INDEX766_ONLINE || !has_sync)
            continue;
        /* 3.3 x the rate of 1.4, as the formula has it: the fractions multiplied. */
        line = report_table_add(&run->table, "3.3a x 1.4", label, &run->base.error);
        if (!line)
            return false;
        line->note = "× 1.4";
        put_figures(run, line, c,
                    (struct index766_sum){x->sums[c].n * sync.n, x->sums[c].of * sync.of});
    }
    return true;
}

static bool add_offices(struct report_run *run)
{
    struct report_index *x = index_of(run);

    for (int i = 0; i < x->n_offices; i++) {
        struct statistics_group g = statistics_group_of(&run->base, "office", x->offices[i].office);
        struct report_line *line = report_table_add(&run->table, g.key, g.label, &run->base.error);

        if (!line)
            return false;
        put_figures(run, line, x->criterion, x->offices[i].sums[x->criterion]);
        line->cut = report_group_cut(run, g.key);
    }
    return true;
}

static void add_notes(struct report_run *run)
{
    struct report_index *x = index_of(run);
    struct request *req = &run->base;
    bool is_vi = req->lang == LANGUAGE_VI;

    if (is_by_office(run))
        report_note(run, label_of(run, &index766_rows[x->criterion]));
    if (x->n_unjudged)
        report_note(run, arena_printf(req->arena,
                                      is_vi ? "%lld hồ sơ không có hẹn trả và không có thời hạn: "
                                              "tính là đúng hạn trong 2.1 và 5.4."
                                            : "%lld dossiers have neither an appointment nor a "
                                              "limit: in time in 2.1 and 5.4.",
                                      (long long)x->n_unjudged));
    if (x->n_rows == 0)
        report_note(run, is_vi ? "1.4 để trống và 3.3 chưa nhân với 1.4: chưa nhập tệp hồ sơ của "
                                 "Cổng cho đúng kỳ và phạm vi này."
                               : "1.4 is empty and 3.3 is not multiplied by it: no file of the "
                                 "portal's dossiers came in for just this period and scope.");
}

static enum report_progress index_read(struct report_run *run)
{
    enum report_progress progress;

    if (!read_portal(run))
        return REPORT_FAILED;
    progress = index_walk_go(run, &index_of(run)->walk);
    if (progress != REPORT_READ)
        return progress;
    add_notes(run);
    return (is_by_office(run) ? add_offices(run) : add_criteria(run)) ? REPORT_READ : REPORT_FAILED;
}

/* clang-format off */
static const struct report_column index_columns[] = {
    {"numerator", {"Tử số", "Numerator"}, REPORT_NUMBER, NULL, "place=index-dossiers&met=yes"},
    {"denominator", {"Mẫu số", "Denominator"}, REPORT_NUMBER, NULL, "place=index-dossiers"},
    {"rate", {"Tỷ lệ", "Rate"}, REPORT_RATE, "numerator/denominator", NULL},
    {"total_minutes", {"Thời gian (phút) > Tổng", "Time (minutes) > Total"}, REPORT_MINUTES, NULL, NULL},
    {"average_minutes", {"Thời gian (phút) > Trung bình", "Time (minutes) > Average"}, REPORT_MINUTES, NULL, NULL},
    {"threshold", {"Ngưỡng", "Threshold"}, REPORT_TEXT, NULL, NULL},
    {"points", {"Phần điểm đạt", "Share of the points"}, REPORT_TEXT, NULL, NULL},
    {"portal_numerator", {"Cổng > Tử số", "Portal > Numerator"}, REPORT_NUMBER, NULL, NULL},
    {"portal_denominator", {"Cổng > Mẫu số", "Portal > Denominator"}, REPORT_NUMBER, NULL, NULL},
    {"portal_rate", {"Cổng > Tỷ lệ tính lại", "Portal > Rate of both"}, REPORT_RATE, "portal_numerator/portal_denominator", NULL},
    {"portal_ratio", {"Cổng > Tỷ lệ công bố", "Portal > Rate as published"}, REPORT_TEXT, NULL, NULL},
};
/* clang-format on */

static const char *index_about[][2] = {
    {"2.1 và 5.4: mẫu số là cột (3) của biểu II.06a; kết thúc và đúng hạn tính theo đồng hồ của bộ "
     "chỉ số (chờ bổ sung: kết thúc tại lúc yêu cầu; quá một lần yêu cầu: quá hạn; trừ thời gian "
     "bổ sung; chưa xong: cuối kỳ), nên khác cột (10), (13).",
     "2.1 and 5.4: the denominator is column (3) of form II.06a; end and lateness go by the "
     "index's own clock (waiting: ended at the request; more than one request: late; the time of a "
     "supplement subtracted; not finished: end of the period), so they differ from (10) and (13)."},
    {"2.2, 3.3, 3.6, 4.3 tính trên hồ sơ tiếp nhận trong kỳ; 4.1, 4.2 trên hồ sơ giải quyết xong "
     "trong kỳ. 5.4 chỉ là phần không trễ hạn, chưa trừ phản ánh, đánh giá.",
     "2.2, 3.3, 3.6, 4.3 count dossiers received in the period; 4.1, 4.2 those settled in it. 5.4 "
     "is only the part of those not late: complaints and ratings are not subtracted."},
    {"Phần điểm đạt: đủ ngưỡng là 100 % điểm tối đa của chỉ số, dưới ngưỡng theo tỷ lệ; mẫu số 0 "
     "thì để trống (–), không phải 0.",
     "Share of the points: all of a criterion's points at the threshold, in proportion below it; "
     "where nothing is counted it is empty (–), not 0."},
    {NULL, NULL},
};

const struct report_form report_form_index_766 = {
    .key = "index-766",
    .title = {"BỘ CHỈ SỐ 766: CÁC CHỈ SỐ TÍNH TỪ HỒ SƠ", "Index 766: what dossiers tell"},
    .circular = "Theo Quyết định số 766/QĐ-TTg ngày 23/06/2022 của Thủ tướng Chính phủ",
    .columns = index_columns,
    .n_columns = ARRAY_LEN(index_columns),
    .groups = "none office",
    .about = index_about,
    .send = index_send,
    .read = index_read,
};
