/* II.06b and II.06c: what II.06a says of each office, for the authority above them, in sections by
 * the level of who settles and rows by field. A level is how many committees stand from the asked
 * one down to the office: its own divisions are of the first.
 *
 * Each level is asked by itself and the whole once more: their sum must be it. Source:
 * law:report-ii06a. */
#include <string.h>

#include "flow/report_form.h"
#include "flow/report_ii06.h"
#include "flow/statistics_counts.h"
#include "flow/statistics_group.h"

#define SLOT_WHOLE STATISTICS_LEVELS /* after those of the levels */

/* clang-format off */
const struct report_column report_ii06_columns[REPORT_II06_COLUMNS] = {
    {"total_received", {"Số lượng hồ sơ tiếp nhận > Tổng số", "Received > Total"}, REPORT_COUNT, "online+direct+carried_over", "column=total_received"},
    {"online", {"Số lượng hồ sơ tiếp nhận > Trong kỳ > Trực tuyến", "Received > In the period > Online"}, REPORT_COUNT, NULL, "column=online"},
    {"direct", {"Số lượng hồ sơ tiếp nhận > Trong kỳ > Trực tiếp, dịch vụ bưu chính", "Received > In the period > Counter, post"}, REPORT_COUNT, NULL, "column=direct"},
    {"carried_over", {"Số lượng hồ sơ tiếp nhận > Từ kỳ trước", "Received > Carried over"}, REPORT_COUNT, NULL, "column=carried_over"},
    {"total_done", {"Số lượng hồ sơ đã giải quyết > Tổng số", "Settled > Total"}, REPORT_COUNT, "early+on_time+late", "column=total_done"},
    {"early", {"Số lượng hồ sơ đã giải quyết > Trước hạn", "Settled > Early"}, REPORT_COUNT, NULL, "column=early"},
    {"on_time", {"Số lượng hồ sơ đã giải quyết > Đúng hạn", "Settled > On time"}, REPORT_COUNT, NULL, "column=on_time"},
    {"late", {"Số lượng hồ sơ đã giải quyết > Quá hạn", "Settled > Late"}, REPORT_COUNT, NULL, "column=late"},
    {"total_open", {"Số lượng hồ sơ đang giải quyết > Tổng số", "Open > Total"}, REPORT_COUNT, "open_in_time+open_overdue", "column=total_open"},
    {"open_in_time", {"Số lượng hồ sơ đang giải quyết > Trong hạn", "Open > In time"}, REPORT_COUNT, NULL, "column=open_in_time"},
    {"open_overdue", {"Số lượng hồ sơ đang giải quyết > Quá hạn", "Open > Overdue"}, REPORT_COUNT, NULL, "column=open_overdue"},
};
/* clang-format on */
const char *const report_ii06_balances[] = {"total_received=total_done+total_open", NULL};

void report_put_ii06(const struct report_table *t, struct report_line *line,
                     const struct report_row *row)
{
    const struct {
        const char *key;
        int64_t n;
    } figures[] = {
        {"total_received", row->total_received},
        {"online", row->online},
        {"direct", row->direct},
        {"carried_over", row->carried_over},
        {"total_done", row->total_done},
        {"early", row->early},
        {"on_time", row->on_time},
        {"late", row->late},
        {"total_open", row->total_open},
        {"open_in_time", row->open_in_time},
        {"open_overdue", row->open_overdue},
    };

    for (size_t i = 0; i < ARRAY_LEN(figures); i++)
        for (size_t k = 0; k < t->n_columns; k++)
            if (!strcmp(t->columns[k].key, figures[i].key))
                report_put(t, line, figures[i].key, figures[i].n);
}

struct levels {
    struct statistics_scope scopes[STATISTICS_LEVELS];
    struct statistics_counts counts[STATISTICS_LEVELS + 1]; /* the last: the whole */
    bool is_settled[STATISTICS_LEVELS + 1];
};

static bool levels_send(struct report_run *run)
{
    struct request *req = &run->base;
    struct levels *l = arena_new_of(req->arena, struct levels);

    if (!l)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "report"));
    run->own = l;
    l->counts[STATISTICS_LEVELS] =
        (struct statistics_counts){&run->scope, "none", SLOT_WHOLE, false, false};
    for (int i = 0; i < STATISTICS_LEVELS; i++) {
        l->scopes[i] = run->scope;
        if (!statistics_scope_keep_level(req, run->in.office, i + 1, &l->scopes[i]))
            return false;
        l->counts[i] = (struct statistics_counts){&l->scopes[i], "field", i, false, false};
        l->is_settled[i] = l->scopes[i].n_offices == 0;
        if (!l->is_settled[i] && !statistics_counts_send(req, &l->counts[i]))
            return false;
    }
    return statistics_counts_send(req, &l->counts[STATISTICS_LEVELS]);
}

/* Those that came back settle, or ask the facts: then once more. */
static bool settle(struct request *req, struct levels *l, bool *ret_again)
{
    *ret_again = false;
    for (int i = STATISTICS_LEVELS; i >= 0; i--) { /* the whole first: it tells of its parts */
        bool is_again = false;

        if (l->is_settled[i])
            continue;
        if (!statistics_counts_settle(req, &l->counts[i], &is_again))
            return false;
        l->is_settled[i] = !is_again;
        for (int k = 0; i == STATISTICS_LEVELS && k < i; k++)
            l->counts[k].may_be_empty = !is_again && l->counts[i].is_by_totals;
        *ret_again = *ret_again || is_again;
    }
    return true;
}

/* What the levels are called: from the province or the district down; since 01/07/2025 there is no
 * district between province and commune. */
static const char *level_name(const struct report_run *run, int level)
{
    static const char *const names[][2] = {{"Cấp tỉnh (sở, ban, ngành)", "Province"},
                                           {"Cấp huyện", "District"},
                                           {"Cấp xã", "Commune"},
                                           {"Dưới cấp xã", "Below the commune"}};
    bool is_province = !strcmp(run->form->key, "II.06c");
    bool has_districts = run->scope.to < date_from_civil(2025, 7, 1);
    int at = level + (is_province ? 0 : 1);

    if (is_province && !has_districts && level > 0)
        at++;
    return names[at < 3 ? at : 3][run->base.lang];
}

static bool add_level(struct report_run *run, const struct levels *l, int level)
{
    struct request *req = &run->base;
    struct report_table *t = &run->table;
    const struct statistics_counts *c = &l->counts[level];
    struct report_line *line = report_table_add(t, NULL, level_name(run, level), &req->error);

    if (!line)
        return false;
    line->is_section = true;
    line->cut = arena_printf(req->arena, "level=%d", level + 1);
    for (int i = 0; i < statistics_counts_rows(req, c); i++) {
        struct report_row row;
        struct statistics_group g =
            statistics_group_of(req, "field", statistics_counts_row(req, c, i, &row));

        line = report_table_add(t, g.key, g.label, &req->error);
        if (!line)
            return false;
        line->cut = arena_printf(req->arena, "level=%d&field=%s", level + 1, g.key ? g.key : "-");
        report_put_ii06(t, line, &row);
    }
    return true;
}

static enum report_progress levels_read(struct report_run *run)
{
    struct request *req = &run->base;
    struct levels *l = run->own;
    const struct statistics_counts *whole = &l->counts[STATISTICS_LEVELS];
    struct report_row row = {0};
    struct report_line *total;
    bool is_again;

    if (!settle(req, l, &is_again))
        return REPORT_FAILED;
    if (is_again)
        return REPORT_AGAIN;
    for (int i = 0; i < STATISTICS_LEVELS; i++)
        if (l->scopes[i].n_offices && !add_level(run, l, i))
            return REPORT_FAILED;
    total = report_table_total(&run->table, &req->error);
    if (!total)
        return REPORT_FAILED;
    if (statistics_counts_rows(req, whole))
        (void)statistics_counts_row(req, whole, 0, &row);
    report_put_ii06(&run->table, total, &row);
    return REPORT_READ;
}

static const char *levels_about[][2] = {
    {"Cấp của đơn vị: số cấp Ủy ban nhân dân từ cơ quan được hỏi xuống đơn vị đó; phòng, ban của "
     "cơ "
     "quan được hỏi thuộc cấp thứ nhất.",
     "The level of an office: how many committees stand from the asked one down to it; the asked "
     "one's own divisions are of the first."},
    {NULL, NULL},
};

#define LEVELS_FORM(name, word)                                                                    \
    const struct report_form report_form_##name = {                                                \
        .key = word,                                                                               \
        .title = {"TÌNH HÌNH, KẾT QUẢ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH",                              \
                  "Form " word ": settlement of procedures"},                                      \
        .circular = "Biểu số " word                                                                \
                    "/VPCP/KSTT – Ban hành theo Thông tư số 01/2020/TT-VPCP ngày 21/10/2020",      \
        .head = {"Lĩnh vực, công việc giải quyết theo cấp", "Field, work settled, by level"},      \
        .columns = report_ii06_columns,                                                            \
        .n_columns = REPORT_II06_COLUMNS,                                                          \
        .balances = report_ii06_balances,                                                          \
        .about = levels_about,                                                                     \
        .send = levels_send,                                                                       \
        .read = levels_read,                                                                       \
    }
LEVELS_FORM(ii06b, "II.06b");
LEVELS_FORM(ii06c, "II.06c");
