/* Ageing of what is open: by working days since receipt, and past the promise, on the calendar of
 * the office that decides (statistics.md 1.6). The limits of the classes are counted back from the
 * day asked of, once for each office, so that the database compares days alone. */
#include "base/instant.h"
#include "flow/report_behind.h"
#include "flow/report_form.h"

enum {
    A_KEY,
    A_IS_TOTAL,
    A_OPEN_5,
    A_OPEN_15,
    A_OPEN_30,
    A_OPEN_MORE,
    A_WAITING,
    A_OVERDUE_5,
    A_OVERDUE_15,
    A_OVERDUE_30,
    A_OVERDUE_MORE
};

static const int32_t class_days[] = {5, 15, 30};
#define CLASSES   ARRAY_LEN(class_days)
#define BACK_DAYS 400 /* a calendar without a working day in so long is none */

/* The earliest days with at most so many working days between them and `on`. Days before a gap of
 * the calendar are of the oldest class. */
static void class_limits(const struct calendar *cal, int32_t on, int64_t ret[CLASSES])
{
    int32_t worked = 0, at = on;
    size_t k = 0;

    for (int i = 0; i < BACK_DAYS && k < CLASSES; i++, at--) {
        /* without a calendar, Monday to Friday */
        bool is_worked = cal ? calendar_is_working(cal, at) : (at + 3) % 7 < 5;

        if (is_worked && worked == class_days[k])
            ret[k++] = at;
        worked += is_worked;
    }
    for (; k < CLASSES; k++)
        ret[k] = at;
}

bool report_ageing_put(struct request *req, const struct statistics_scope *s, struct db_params *p)
{
    const struct reference *ref = req->reference;
    size_t n = (size_t)ref->n_offices + 1;
    int32_t on = instant_date(s->state_at, req->zone_s);
    int64_t *offices = arena_array(req->arena, n, sizeof *offices);
    int64_t *limits[CLASSES], of[CLASSES];
    bool is_there = offices != NULL;

    for (size_t k = 0; k < CLASSES; k++) {
        limits[k] = arena_array(req->arena, n, sizeof *limits[k]);
        is_there = is_there && limits[k];
    }
    if (!is_there)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "report"));
    for (size_t i = 0; i < n; i++) {
        offices[i] = i + 1 < n ? ref->offices[i].id : 0; /* 0: of no office known here */
        class_limits(i + 1 < n ? reference_calendar(ref, offices[i]) : NULL, on, of);
        for (size_t k = 0; k < CLASSES; k++)
            limits[k][i] = of[k];
    }
    db_put_int8_array(p, offices, (int)n);
    for (size_t k = 0; k < CLASSES; k++)
        db_put_int8_array(p, limits[k], (int)n);
    return true;
}

static bool ageing_send(struct report_run *run)
{
    struct request *req = &run->base;
    struct db_params p;
    bool sent;

    db_params_init(&p);
    statistics_scope_put(req, &run->scope, &p);
    db_put_text(&p, run->group_by);
    sent = report_ageing_put(req, &run->scope, &p) &&
           request_query(req, 0, DB_LANE_READ, DB_STATISTICS_AGEING, &p);
    db_params_deinit(&p);
    return sent;
}

static enum report_progress ageing_read(struct report_run *run)
{
    static const struct report_source sources[] = {
        {"open_5", {A_OPEN_5}, 1},
        {"open_15", {A_OPEN_15}, 1},
        {"open_30", {A_OPEN_30}, 1},
        {"open_more", {A_OPEN_MORE}, 1},
        {"waiting", {A_WAITING}, 1},
        {"overdue_5", {A_OVERDUE_5}, 1},
        {"overdue_15", {A_OVERDUE_15}, 1},
        {"overdue_30", {A_OVERDUE_30}, 1},
        {"overdue_more", {A_OVERDUE_MORE}, 1},
    };

    return report_read_groups(run, sources, ARRAY_LEN(sources));
}

static const char *ageing_about[][2] = {
    {"Hồ sơ đang giải quyết tại thời điểm chốt, theo số ngày làm việc từ ngày tiếp nhận và số ngày "
     "làm việc quá ngày hẹn trả, theo lịch của cơ quan giải quyết; ngày đầu không tính.",
     "Dossiers open at the moment asked of, by working days since receipt and by working days past "
     "the due date, on the calendar of the office that decides; the first day does not count."},
    {NULL, NULL},
};

/* clang-format off */
static const struct report_column ageing_columns[] = {
    {"total_open", {"Đang giải quyết > Tổng số", "Open > Total"}, REPORT_COUNT, "open_5+open_15+open_30+open_more", "column=total_open"},
    {"open_5", {"Đang giải quyết > Đến 5 ngày", "Open > Up to 5 days"}, REPORT_COUNT, NULL, "column=open_5"},
    {"open_15", {"Đang giải quyết > 6 – 15 ngày", "Open > 6 to 15 days"}, REPORT_COUNT, NULL, "column=open_15"},
    {"open_30", {"Đang giải quyết > 16 – 30 ngày", "Open > 16 to 30 days"}, REPORT_COUNT, NULL, "column=open_30"},
    {"open_more", {"Đang giải quyết > Trên 30 ngày", "Open > More than 30 days"}, REPORT_COUNT, NULL, "column=open_more"},
    {"waiting", {"Trong đó chờ người nộp, tạm dừng", "Of these, waiting or held"}, REPORT_COUNT, NULL, "column=waiting"},
    {"open_overdue", {"Quá hạn > Tổng số", "Overdue > Total"}, REPORT_COUNT, "overdue_5+overdue_15+overdue_30+overdue_more", "column=open_overdue"},
    {"overdue_5", {"Quá hạn > Đến 5 ngày", "Overdue > Up to 5 days"}, REPORT_COUNT, NULL, "column=overdue_5"},
    {"overdue_15", {"Quá hạn > 6 – 15 ngày", "Overdue > 6 to 15 days"}, REPORT_COUNT, NULL, "column=overdue_15"},
    {"overdue_30", {"Quá hạn > 16 – 30 ngày", "Overdue > 16 to 30 days"}, REPORT_COUNT, NULL, "column=overdue_30"},
    {"overdue_more", {"Quá hạn > Trên 30 ngày", "Overdue > More than 30 days"}, REPORT_COUNT, NULL, "column=overdue_more"},
    {"overdue_rate", {"Tỷ lệ quá hạn", "Rate overdue"}, REPORT_RATE, "open_overdue/total_open", NULL},
};
/* clang-format on */

const struct report_form report_form_ageing = {
    .key = "ageing",
    .title = {"THỜI GIAN TỒN CỦA HỒ SƠ ĐANG GIẢI QUYẾT", "Ageing of open dossiers"},
    .columns = ageing_columns,
    .n_columns = ARRAY_LEN(ageing_columns),
    .groups = "office field procedure none",
    .about = ageing_about,
    .send = ageing_send,
    .read = ageing_read,
};
