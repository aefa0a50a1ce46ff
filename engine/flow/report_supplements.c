/* How often applicants are sent back for papers, procedure by procedure: where to simplify. Of the
 * dossiers received in the period, so that the share is of one and the same set. */
#include "flow/report_form.h"

enum { S_KEY, S_IS_TOTAL, S_NEVER, S_ONCE, S_MORE, S_REQUESTS, S_LATE_REQUESTS, S_NOT_COMPLETED };

static bool supplements_send(struct report_run *run)
{
    struct db_params p;
    bool sent;

    db_params_init(&p);
    statistics_scope_put(&run->base, &run->scope, &p);
    db_put_text(&p, run->group_by);
    sent = request_query(&run->base, 0, DB_LANE_READ, DB_STATISTICS_SUPPLEMENTS, &p);
    db_params_deinit(&p);
    return sent;
}

static enum report_progress supplements_read(struct report_run *run)
{
    static const struct report_source sources[] = {
        {"never", {S_NEVER}, 1},
        {"once", {S_ONCE}, 1},
        {"more", {S_MORE}, 1},
        {"requests", {S_REQUESTS}, 1},
        {"late_requests", {S_LATE_REQUESTS}, 1},
        {"not_completed", {S_NOT_COMPLETED}, 1},
    };

    return report_read_groups(run, sources, ARRAY_LEN(sources));
}

static const char *supplements_about[][2] = {
    {"Hồ sơ tiếp nhận trong kỳ, và số lần yêu cầu bổ sung cho đến thời điểm chốt, kể cả yêu cầu "
     "trước "
     "khi tiếp nhận. Yêu cầu muộn: sau thời gian quy định, không làm dời hạn.",
     "Dossiers received in the period, and how often each was sent back for papers until the "
     "moment "
     "asked of, before acceptance too. Late requests came after the ruleset's days and moved "
     "nothing."},
    {NULL, NULL},
};

/* clang-format off */
static const struct report_column supplements_columns[] = {
    {"total_received", {"Tiếp nhận trong kỳ > Tổng số", "Received in the period > Total"}, REPORT_COUNT, "never+once+more", "column=in_period"},
    {"never", {"Tiếp nhận trong kỳ > Không phải bổ sung", "Received in the period > Never sent back"}, REPORT_COUNT, NULL, "column=never_asked"},
    {"once", {"Tiếp nhận trong kỳ > Một lần", "Received in the period > Once"}, REPORT_COUNT, NULL, "column=asked_once"},
    {"more", {"Tiếp nhận trong kỳ > Nhiều lần", "Received in the period > More often"}, REPORT_COUNT, NULL, "column=asked_more"},
    {"asked_rate", {"Tỷ lệ phải bổ sung", "Share sent back"}, REPORT_RATE, "once+more/never+once+more", NULL},
    {"requests", {"Lượt yêu cầu > Tổng số", "Requests > Total"}, REPORT_COUNT, NULL, "column=requests"},
    {"late_requests", {"Lượt yêu cầu > Muộn", "Requests > Late"}, REPORT_COUNT, NULL, "column=late_requests"},
    {"not_completed", {"Đóng do không bổ sung", "Closed, not completed"}, REPORT_COUNT, NULL, "column=not_completed"},
};
/* clang-format on */

const struct report_form report_form_supplements = {
    .key = "supplements",
    .title = {"YÊU CẦU BỔ SUNG HỒ SƠ THEO THỦ TỤC", "Requests for supplements"},
    .columns = supplements_columns,
    .n_columns = ARRAY_LEN(supplements_columns),
    .groups = "procedure field office channel none",
    .about = supplements_about,
    .send = supplements_send,
    .read = supplements_read,
};
