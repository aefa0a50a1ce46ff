/* By unit, and by procedure and channel: each dossier of the period stands in exactly one column of
 * what became of it, so that a row adds up. Form II.06a counts what was stopped or withdrawn as
 * done on time or late, and what waits as open; here they have columns of their own.
 *
 * Source: law:report-ii06a for who is received, done, open, early and late. */
#include <string.h>

#include "flow/report_form.h"

/* The columns of sql/queries/statistics_split.sql. */
enum {
    S_KEY,
    S_IS_TOTAL,
    S_RECEIVED,
    S_CARRIED_OVER,
    S_ONLINE,
    S_COUNTER,
    S_POST,
    S_EARLY_ONLINE,
    S_ON_TIME_ONLINE,
    S_LATE_ONLINE,
    S_EARLY_DIRECT,
    S_ON_TIME_DIRECT,
    S_LATE_DIRECT,
    S_IN_TIME_ONLINE,
    S_OVERDUE_ONLINE,
    S_IN_TIME_DIRECT,
    S_OVERDUE_DIRECT,
    S_WAITING,
    S_RETURNED,
    S_OTHERWISE,
    S_COUNT
};

static bool split_send(struct report_run *run)
{
    struct db_params p;
    bool sent;

    db_params_init(&p);
    statistics_scope_put(&run->base, &run->scope, &p);
    db_put_text(&p, run->group_by);
    db_put_bool(&p, run->scope.needs_stays);
    statistics_scope_put_place(&run->scope, &p);
    sent = request_query(&run->base, 0, DB_LANE_READ, DB_STATISTICS_SPLIT, &p);
    db_params_deinit(&p);
    return sent;
}

static const char *split_about[][2] = {
    {"Mỗi hồ sơ đứng ở đúng một cột: đã xử lý (có kết quả hoặc từ chối), đang xử lý, chờ bổ sung, "
     "trả lại/xin rút (dừng giải quyết, rút hồ sơ) hoặc khác (đóng do không bổ sung, đóng tồn "
     "đọng). Biểu II.06a "
     "tính hồ sơ trả lại, xin rút, đóng vào đúng hạn hoặc quá hạn, hồ sơ chờ bổ sung vào đang giải "
     "quyết.",
     "Each dossier stands in exactly one column: settled (granted or refused), in hand, waiting "
     "for "
     "papers, returned or withdrawn (stopped, withdrawn), or other (closed: not completed, or by "
     "force). Form "
     "II.06a counts the returned, withdrawn and closed as on time or late, and the waiting as "
     "open."},
    {"Tỷ lệ trước và đúng hạn = (trước hạn + đúng hạn) / đã xử lý; không có hồ sơ đã xử lý thì "
     "không "
     "có tỷ lệ (–).",
     "Rate before and on time = (early + on time) / settled; where nothing was settled there is no "
     "rate (–)."},
    {NULL, NULL},
};

/* ---- by unit ---- */

/* clang-format off */
static const struct report_column unit_columns[] = {
    {"total_received", {"Tiếp nhận > Tổng số", "Received > Total"}, REPORT_COUNT, "carried_over+in_period", "column=total_received"},
    {"carried_over", {"Tiếp nhận > Kỳ trước", "Received > Carried over"}, REPORT_COUNT, NULL, "column=carried_over"},
    {"in_period", {"Tiếp nhận > Trong kỳ", "Received > In the period"}, REPORT_COUNT, NULL, "column=in_period"},
    {"early", {"Đã xử lý > Trước hạn", "Settled > Early"}, REPORT_COUNT, NULL, "column=delivered_early"},
    {"on_time", {"Đã xử lý > Đúng hạn", "Settled > On time"}, REPORT_COUNT, NULL, "column=delivered_on_time"},
    {"late", {"Đã xử lý > Quá hạn", "Settled > Late"}, REPORT_COUNT, NULL, "column=delivered_late"},
    {"in_time_rate", {"Đã xử lý > Tỷ lệ trước và đúng hạn", "Settled > Rate early and on time"}, REPORT_RATE, "early+on_time/early+on_time+late", NULL},
    {"open_in_time", {"Đang xử lý > Trong hạn", "In hand > In time"}, REPORT_COUNT, NULL, "column=working_in_time"},
    {"open_overdue", {"Đang xử lý > Quá hạn", "In hand > Overdue"}, REPORT_COUNT, NULL, "column=working_overdue"},
    {"waiting", {"Chờ bổ sung", "Waiting for papers"}, REPORT_COUNT, NULL, "column=waiting"},
    {"returned", {"Trả lại/Xin rút", "Returned, withdrawn"}, REPORT_COUNT, NULL, "column=returned"},
    {"ended_otherwise", {"Khác", "Other"}, REPORT_COUNT, NULL, "column=ended_otherwise"},
};
static const struct report_source unit_sources[] = {
    {"total_received", {S_RECEIVED}, 1},
    {"carried_over",   {S_CARRIED_OVER}, 1},
    {"in_period",      {S_ONLINE, S_COUNTER, S_POST}, 3},
    {"early",          {S_EARLY_ONLINE, S_EARLY_DIRECT}, 2},
    {"on_time",        {S_ON_TIME_ONLINE, S_ON_TIME_DIRECT}, 2},
    {"late",           {S_LATE_ONLINE, S_LATE_DIRECT}, 2},
    {"open_in_time",   {S_IN_TIME_ONLINE, S_IN_TIME_DIRECT}, 2},
    {"open_overdue",   {S_OVERDUE_ONLINE, S_OVERDUE_DIRECT}, 2},
    {"waiting",        {S_WAITING}, 1},
    {"returned",       {S_RETURNED}, 1},
    {"ended_otherwise", {S_OTHERWISE}, 1},
};
/* clang-format on */
static const char *const unit_balances[] = {
    "total_received=early+on_time+late+open_in_time+open_overdue+waiting+returned+ended_otherwise",
    NULL};

static enum report_progress unit_read(struct report_run *run)
{
    return report_read_groups(run, unit_sources, ARRAY_LEN(unit_sources));
}

const struct report_form report_form_by_unit = {
    .key = "by-unit",
    .title = {"TÌNH HÌNH TIẾP NHẬN VÀ XỬ LÝ HỒ SƠ THEO ĐƠN VỊ", "Dossiers by unit"},
    .columns = unit_columns,
    .n_columns = ARRAY_LEN(unit_columns),
    .balances = unit_balances,
    .groups = "office field procedure channel step officer none",
    .takes_place = true,
    .about = split_about,
    .send = split_send,
    .read = unit_read,
};

/* ---- by procedure and channel ---- */

/* clang-format off */
static const struct report_column procedure_columns[] = {
    {"total_received", {"Tiếp nhận > Tổng số", "Received > Total"}, REPORT_COUNT, "carried_over+online+counter+post", "column=total_received"},
    {"carried_over", {"Tiếp nhận > Kỳ trước", "Received > Carried over"}, REPORT_COUNT, NULL, "column=carried_over"},
    {"online", {"Tiếp nhận > Trong kỳ > Trực tuyến", "Received > In the period > Online"}, REPORT_COUNT, NULL, "column=online"},
    {"counter", {"Tiếp nhận > Trong kỳ > Trực tiếp", "Received > In the period > Counter"}, REPORT_COUNT, NULL, "column=in_period&channel=direct"},
    {"post", {"Tiếp nhận > Trong kỳ > Bưu chính", "Received > In the period > Post"}, REPORT_COUNT, NULL, "column=in_period&channel=post"},
    {"early_online", {"Đã xử lý > Trực tuyến > Trước hạn", "Settled > Online > Early"}, REPORT_COUNT, NULL, "column=delivered_early&channel=online"},
    {"on_time_online", {"Đã xử lý > Trực tuyến > Đúng hạn", "Settled > Online > On time"}, REPORT_COUNT, NULL, "column=delivered_on_time&channel=online"},
    {"late_online", {"Đã xử lý > Trực tuyến > Quá hạn", "Settled > Online > Late"}, REPORT_COUNT, NULL, "column=delivered_late&channel=online"},
    {"in_time_rate_online", {"Đã xử lý > Trực tuyến > Tỷ lệ trước và đúng hạn", "Settled > Online > Rate early and on time"}, REPORT_RATE, "early_online+on_time_online/early_online+on_time_online+late_online", NULL},
    {"early_direct", {"Đã xử lý > Trực tiếp, bưu chính > Trước hạn", "Settled > Counter, post > Early"}, REPORT_COUNT, NULL, "column=delivered_early&not_online=true"},
    {"on_time_direct", {"Đã xử lý > Trực tiếp, bưu chính > Đúng hạn", "Settled > Counter, post > On time"}, REPORT_COUNT, NULL, "column=delivered_on_time&not_online=true"},
    {"late_direct", {"Đã xử lý > Trực tiếp, bưu chính > Quá hạn", "Settled > Counter, post > Late"}, REPORT_COUNT, NULL, "column=delivered_late&not_online=true"},
    {"in_time_rate_direct", {"Đã xử lý > Trực tiếp, bưu chính > Tỷ lệ trước và đúng hạn", "Settled > Counter, post > Rate early and on time"}, REPORT_RATE, "early_direct+on_time_direct/early_direct+on_time_direct+late_direct", NULL},
    {"in_time_online", {"Đang xử lý > Trực tuyến > Trong hạn", "In hand > Online > In time"}, REPORT_COUNT, NULL, "column=working_in_time&channel=online"},
    {"overdue_online", {"Đang xử lý > Trực tuyến > Quá hạn", "In hand > Online > Overdue"}, REPORT_COUNT, NULL, "column=working_overdue&channel=online"},
    {"in_time_direct", {"Đang xử lý > Trực tiếp, bưu chính > Trong hạn", "In hand > Counter, post > In time"}, REPORT_COUNT, NULL, "column=working_in_time&not_online=true"},
    {"overdue_direct", {"Đang xử lý > Trực tiếp, bưu chính > Quá hạn", "In hand > Counter, post > Overdue"}, REPORT_COUNT, NULL, "column=working_overdue&not_online=true"},
    {"waiting", {"Chờ bổ sung", "Waiting for papers"}, REPORT_COUNT, NULL, "column=waiting"},
    {"returned", {"Trả lại/Xin rút", "Returned, withdrawn"}, REPORT_COUNT, NULL, "column=returned"},
    {"ended_otherwise", {"Khác", "Other"}, REPORT_COUNT, NULL, "column=ended_otherwise"},
};
static const struct report_source procedure_sources[] = {
    {"total_received", {S_RECEIVED}, 1},     {"carried_over",   {S_CARRIED_OVER}, 1},
    {"online",         {S_ONLINE}, 1},       {"counter",        {S_COUNTER}, 1},
    {"post",           {S_POST}, 1},         {"early_online",   {S_EARLY_ONLINE}, 1},
    {"on_time_online", {S_ON_TIME_ONLINE}, 1}, {"late_online",  {S_LATE_ONLINE}, 1},
    {"early_direct",   {S_EARLY_DIRECT}, 1}, {"on_time_direct", {S_ON_TIME_DIRECT}, 1},
    {"late_direct",    {S_LATE_DIRECT}, 1},  {"in_time_online", {S_IN_TIME_ONLINE}, 1},
    {"overdue_online", {S_OVERDUE_ONLINE}, 1}, {"in_time_direct", {S_IN_TIME_DIRECT}, 1},
    {"overdue_direct", {S_OVERDUE_DIRECT}, 1}, {"waiting",      {S_WAITING}, 1},
    {"returned",       {S_RETURNED}, 1},     {"ended_otherwise", {S_OTHERWISE}, 1},
};
/* clang-format on */
static const char *const procedure_balances[] = {
    "total_received=early_online+on_time_online+late_online+early_direct+on_time_direct+late_"
    "direct+"
    "in_time_online+overdue_online+in_time_direct+overdue_direct+waiting+returned+ended_otherwise",
    NULL};

static enum report_progress procedure_read(struct report_run *run)
{
    return report_read_groups(run, procedure_sources, ARRAY_LEN(procedure_sources));
}

const struct report_form report_form_by_procedure = {
    .key = "by-procedure",
    .title = {"TÌNH HÌNH TIẾP NHẬN VÀ XỬ LÝ HỒ SƠ THEO THỦ TỤC VÀ HÌNH THỨC NỘP",
              "Dossiers by procedure and channel"},
    .columns = procedure_columns,
    .n_columns = ARRAY_LEN(procedure_columns),
    .balances = procedure_balances,
    .groups = "procedure field office step officer none",
    .takes_place = true,
    .about = split_about,
    .send = split_send,
    .read = procedure_read,
};
