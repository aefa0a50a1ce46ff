/* Steps against their budgets: how often dossiers passed, how often too long, and how long the half
 * and nine tenths of them took, over the stays (sql/queries/statistics_steps.sql). Where time is
 * lost, and by whom; for simplifying procedures. Source: law:step-budget. */
#include <string.h>

#include "base/instant.h"
#include "flow/report_form.h"
#include "flow/statistics_group.h"

enum {
    P_KEY,
    P_STEP,
    P_OFFICE,
    P_IS_TOTAL,
    P_PASSAGES,
    P_WITHIN,
    P_OVER,
    P_UNMEASURED,
    P_BUDGET,
    P_MEDIAN,
    P_P90,
    P_MEDIAN_PERCENT,
    P_P90_PERCENT
};

static bool steps_send(struct report_run *run)
{
    struct db_params p;
    bool sent;

    run->scope.needs_stays = true;
    db_params_init(&p);
    statistics_scope_put(&run->base, &run->scope, &p);
    db_put_text(&p, run->group_by);
    db_put_instant(&p, date_instant(run->scope.from, run->base.zone_s));
    sent = request_query(&run->base, 0, DB_LANE_READ, DB_STATISTICS_STEPS, &p);
    db_params_deinit(&p);
    return sent;
}

/* "Đăng ký kết hôn · 2. Thẩm định · Phòng Tư pháp" */
static struct statistics_group step_group(struct report_run *run, const struct db_result *r, int i)
{
    struct request *req = &run->base;
    const struct procedure_case *c = reference_case(req->reference, db_int(r, i, P_KEY));
    const struct procedure_step *s = lateness_step(c, (int)db_int(r, i, P_STEP));
    const struct office_ref *o = reference_office(req->reference, db_int(r, i, P_OFFICE));
    const char *none = req->lang == LANGUAGE_VI ? "không rõ bước" : "no step known";
    struct statistics_group g = {NULL, none};

    g.key = arena_printf(req->arena, "%s.%d.%s", c ? c->procedure_key : "-",
                         (int)db_int(r, i, P_STEP), o ? o->key : "-");
    g.label = s && c ? arena_printf(req->arena, "%s · %d. %s · %s", c->procedure_name, s->seq,
                                    s->name, o ? o->name : "–")
                     : arena_printf(req->arena, "%s · %s · %s", c ? c->procedure_name : "–", none,
                                    o ? o->name : "–");
    return g;
}

/* A step is that of every case and version of the procedure, as the scope has it. */
static const char *step_cut(struct report_run *run, const struct db_result *r, int i)
{
    struct request *req = &run->base;
    const struct procedure_case *c = reference_case(req->reference, db_int(r, i, P_KEY));
    const struct office_ref *o = reference_office(req->reference, db_int(r, i, P_OFFICE));
    int step = (int)db_int(r, i, P_STEP);

    if (!c || !o)
        return NULL;
    if (step > 0)
        return arena_printf(req->arena, "step=%s.%d&office=%s&office_only=true", c->procedure_key,
                            step, o->key);
    return arena_printf(req->arena, "procedure=%s&step=-&office=%s&office_only=true",
                        c->procedure_key, o->key);
}

static struct report_line *step_line(struct report_run *run, const struct db_result *r, int i)
{
    struct request *req = &run->base;
    bool is_step = !strcmp(run->group_by, "step");
    struct report_line *line;
    struct statistics_group g;

    if (db_bool(r, i, P_IS_TOTAL))
        return report_table_total(&run->table, &req->error);
    g = is_step ? step_group(run, r, i)
                : statistics_group_of(req, run->group_by, db_int(r, i, P_KEY));
    line = report_table_add(&run->table, g.key, g.label, &req->error);
    if (line)
        line->cut = is_step ? step_cut(run, r, i) : report_group_cut(run, g.key);
    return line;
}

static enum report_progress steps_read(struct report_run *run)
{
    static const struct {
        const char *column;
        int from;
    } sources[] = {{"passages", P_PASSAGES},
                   {"within", P_WITHIN},
                   {"over", P_OVER},
                   {"unmeasured", P_UNMEASURED},
                   {"budget_minutes", P_BUDGET},
                   {"median_minutes", P_MEDIAN},
                   {"p90_minutes", P_P90},
                   {"median_percent", P_MEDIAN_PERCENT},
                   {"p90_percent", P_P90_PERCENT}};
    const struct db_result *r = &request_result(&run->base, 0)->result;
    bool is_step = !strcmp(run->group_by, "step");

    for (int i = 0; i < db_rows(r); i++) {
        struct report_line *line = step_line(run, r, i);

        if (!line)
            return REPORT_FAILED;
        for (size_t k = 0; k < ARRAY_LEN(sources); k++)
            /* the budget of one step alone says something */
            if (!db_is_null(r, i, sources[k].from) &&
                (sources[k].from != P_BUDGET || (is_step && !db_bool(r, i, P_IS_TOTAL))))
                report_put(&run->table, line, sources[k].column, db_int(r, i, sources[k].from));
    }
    return REPORT_READ;
}

static const char *steps_about[][2] = {
    {"Một lượt là toàn bộ thời gian một hồ sơ ở một bước, tại một đơn vị (một cán bộ, nếu theo cán "
     "bộ); tính vào kỳ mà hồ sơ rời bước đó lần cuối. Thời gian tạm dừng tính giờ không tính.",
     "A passage is all of a dossier's time at one step in one office (with one officer, by "
     "officer); it counts in the period in which the dossier left it for the last time. Time in "
     "which the clock stood does not count."},
    {"Trung vị và mức 90 %: giá trị nhỏ nhất mà ít nhất 50 %, 90 % số lượt không vượt quá (thứ "
     "hạng "
     "gần nhất), tính trên từng lượt, theo phút làm việc.",
     "Median and 90th percentile: the smallest value that at least 50 %, 90 % of the passages do "
     "not exceed (nearest rank), over the passages themselves, in working minutes."},
    {"Không đo được: bước không có định mức, hoặc năm không có lịch làm việc.",
     "Not measured: the step has no budget, or a year has no calendar."},
    {NULL, NULL},
};

/* clang-format off */
static const struct report_column steps_columns[] = {
    {"passages", {"Số lượt > Tổng số", "Passages > Total"}, REPORT_COUNT, "within+over+unmeasured", "column=passages"},
    {"within", {"Số lượt > Trong định mức", "Passages > Within the budget"}, REPORT_COUNT, NULL, "column=passages_within"},
    {"over", {"Số lượt > Vượt định mức", "Passages > Over the budget"}, REPORT_COUNT, NULL, "column=passages_over"},
    {"unmeasured", {"Số lượt > Không đo được", "Passages > Not measured"}, REPORT_COUNT, NULL, "column=passages_unmeasured"},
    {"over_rate", {"Tỷ lệ vượt định mức", "Rate over the budget"}, REPORT_RATE, "over/within+over", NULL},
    {"budget_minutes", {"Phút làm việc > Định mức", "Working minutes > Budget"}, REPORT_MINUTES, NULL, NULL},
    {"median_minutes", {"Phút làm việc > Trung vị", "Working minutes > Median"}, REPORT_MINUTES, NULL, "column=passages_measured"},
    {"p90_minutes", {"Phút làm việc > Mức 90 %", "Working minutes > 90th percentile"}, REPORT_MINUTES, NULL, "column=passages_measured"},
    {"median_percent", {"% định mức > Trung vị", "% of the budget > Median"}, REPORT_NUMBER, NULL, "column=passages_measured"},
    {"p90_percent", {"% định mức > Mức 90 %", "% of the budget > 90th percentile"}, REPORT_NUMBER, NULL, "column=passages_measured"},
};
/* clang-format on */

const struct report_form report_form_steps = {
    .key = "steps",
    .title = {"THỜI GIAN XỬ LÝ TỪNG BƯỚC SO VỚI ĐỊNH MỨC", "Steps against their budgets"},
    .columns = steps_columns,
    .n_columns = ARRAY_LEN(steps_columns),
    .groups = "step office field procedure officer none",
    .about = steps_about,
    .unit = {"lượt", "passages"},
    .send = steps_send,
    .read = steps_read,
};
