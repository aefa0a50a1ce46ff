/* The main figures of form II.06a over the last periods, oldest first: what charts are drawn from.
 * Each period is asked by itself, one after the other, at its own end (or the moment asked for). */
#include "base/instant.h"
#include "domain/report_period.h"
#include "flow/report_form.h"
#include "flow/report_ii06.h"
#include "flow/statistics_counts.h"
#include "flow/statistics_period.h"

#define PERIODS_DEFAULT 12

struct trend {
    enum report_calendar calendar;
    int months, n, at; /* at: the period whose answer is awaited, from the oldest */
    struct report_period period;
    struct statistics_scope scope;
    struct statistics_counts counts;
    bool is_asked;        /* false: nobody reported, or it was before the first day */
    bool is_first_known;  /* that day has been read */
    bool are_totals_good; /* a period was read off them: an empty one is empty */
};

/* clang-format off */
static const struct report_column trend_columns[] = {
    {"from", {"Từ ngày", "From"}, REPORT_DATE, NULL, NULL},
    {"to", {"Đến ngày", "To"}, REPORT_DATE, NULL, NULL},
    {"total_received", {"Tiếp nhận > Tổng số", "Received > Total"}, REPORT_COUNT, NULL, "column=total_received"},
    {"in_period", {"Tiếp nhận > Trong kỳ", "Received > In the period"}, REPORT_COUNT, NULL, "column=in_period"},
    {"carried_over", {"Tiếp nhận > Từ kỳ trước", "Received > Carried over"}, REPORT_COUNT, NULL, "column=carried_over"},
    {"total_done", {"Đã giải quyết > Tổng số", "Settled > Total"}, REPORT_COUNT, "early+on_time+late", "column=total_done"},
    {"early", {"Đã giải quyết > Trước hạn", "Settled > Early"}, REPORT_COUNT, NULL, "column=early"},
    {"on_time", {"Đã giải quyết > Đúng hạn", "Settled > On time"}, REPORT_COUNT, NULL, "column=on_time"},
    {"late", {"Đã giải quyết > Quá hạn", "Settled > Late"}, REPORT_COUNT, NULL, "column=late"},
    {"late_rate", {"Đã giải quyết > Tỷ lệ quá hạn", "Settled > Late rate"}, REPORT_RATE, "late/total_done", NULL},
    {"total_open", {"Đang giải quyết > Tổng số", "Open > Total"}, REPORT_COUNT, "open_in_time+open_overdue", "column=total_open"},
    {"open_in_time", {"Đang giải quyết > Trong hạn", "Open > In time"}, REPORT_COUNT, NULL, "column=open_in_time"},
    {"open_overdue", {"Đang giải quyết > Quá hạn", "Open > Overdue"}, REPORT_COUNT, NULL, "column=open_overdue"},
};
/* clang-format on */
static const char *const trend_balances[] = {"total_received=in_period+carried_over",
                                             "total_received=total_done+total_open", NULL};

/* The scope of the period awaited: its own days, its end or the moment asked for. */
static bool choose_scope(struct report_run *run, struct trend *t)
{
    struct request *req = &run->base;
    int64_t end;

    t->period =
        report_period_of(t->calendar, REPORT_FIRST_DAY, t->months, run->scope.to, t->n - 1 - t->at);
    t->scope = run->scope;
    t->scope.from = t->period.from;
    t->scope.to = t->period.to;
    end = date_instant(t->period.to + 1, req->zone_s) - 1;
    t->scope.state_at = run->scope.as_of < end ? run->scope.as_of : end;
    if (t->scope.state_at > t->scope.known_at)
        t->scope.state_at = t->scope.known_at;
    return statistics_scope_resolve(req, &run->in, &t->scope);
}

/* Asks for the next period of which something can be known; REPORT_READ when none is left. */
static enum report_progress ask_next(struct report_run *run, struct trend *t)
{
    struct request *req = &run->base;

    if (t->at == t->n)
        return REPORT_READ;
    if (!choose_scope(run, t))
        return REPORT_FAILED;
    t->counts = (struct statistics_counts){&t->scope, "none", 0, false, t->are_totals_good};
    t->is_asked = t->scope.n_offices > 0 &&
                  !(t->is_first_known && statistics_is_before(req, REPORT_SLOTS, &t->scope));
    if (t->is_asked && !statistics_counts_send(req, &t->counts))
        return REPORT_FAILED;
    return REPORT_AGAIN;
}

static bool trend_send(struct report_run *run)
{
    struct request *req = &run->base;
    struct trend *t = arena_new_of(req->arena, struct trend);
    static const int months[] = {1, 3, 6, 12};

    if (!t)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "report"));
    run->own = t;
    run->table.has_total = false;
    t->calendar =
        run->in.calendar == WORD_NONE ? REPORT_STATE : (enum report_calendar)run->in.calendar;
    t->months = months[run->in.span == WORD_NONE ? 0 : run->in.span];
    t->n = run->in.periods == INTEGER_NONE ? PERIODS_DEFAULT : (int)run->in.periods;
    return ask_next(run, t) != REPORT_FAILED;
}

static bool add_period(struct report_run *run, const struct trend *t)
{
    struct request *req = &run->base;
    char from[INSTANT_TEXT_MAX], to[INSTANT_TEXT_MAX];
    struct report_row row = {0};
    struct report_line *line = report_table_add(
        &run->table, NULL, statistics_period_label(req, t->months, t->period.year, t->period.part),
        &req->error);

    if (!line)
        return false;
    date_format(t->period.from, from);
    date_format(t->period.to, to);
    line->cut = arena_printf(req->arena, "from=%s&to=%s", from, to);
    line->key = arena_strdup(req->arena, to);
    report_put(&run->table, line, "from", t->period.from);
    report_put(&run->table, line, "to", t->period.to);
    if (!t->is_asked || statistics_is_before(req, REPORT_SLOTS, &t->scope))
        return true;
    if (t->scope.n_unreported)
        line->note = req->lang == LANGUAGE_VI ? "có đơn vị chưa báo cáo" : "some did not report";
    if (statistics_counts_rows(req, &t->counts))
        (void)statistics_counts_row(req, &t->counts, 0, &row);
    report_put_ii06(&run->table, line, &row);
    report_put(&run->table, line, "in_period", row.online + row.direct);
    return true;
}

static enum report_progress trend_read(struct report_run *run)
{
    struct trend *t = run->own;
    enum report_progress progress;
    bool is_again = false;

    t->is_first_known = true;
    do {
        if (t->is_asked && !statistics_counts_settle(&run->base, &t->counts, &is_again))
            return REPORT_FAILED;
        if (is_again)
            return REPORT_AGAIN;
        t->are_totals_good = t->are_totals_good || (t->is_asked && t->counts.is_by_totals);
        if (!add_period(run, t))
            return REPORT_FAILED;
        t->at++;
        progress = ask_next(run, t);
    } while (progress == REPORT_AGAIN && !t->is_asked);
    return progress;
}

static const char *trend_about[][2] = {
    {"Mỗi dòng là một kỳ, tính tại cuối kỳ đó; số đang giải quyết không cộng dồn qua các kỳ. Tỷ lệ "
     "quá hạn = quá hạn / đã giải quyết.",
     "Each row is a period as of its own end; what is open does not add up over periods. Late rate "
     "= late / settled."},
    {NULL, NULL},
};

const struct report_form report_form_trend = {
    .key = "trend",
    .title = {"DIỄN BIẾN QUA CÁC KỲ", "The last periods"},
    .head = {"Kỳ", "Period"},
    .columns = trend_columns,
    .n_columns = ARRAY_LEN(trend_columns),
    .balances = trend_balances,
    .about = trend_about,
    .send = trend_send,
    .read = trend_read,
};
