/* Lateness: how many were late, by how many working days, for what cause, and whether the letters
 * were written. Received and done are the counts of II.06a; the late ones are read one by one, a
 * page at a time, because their days are counted by the calendar of their office. A histogram of
 * days a line gives exact quantiles in bounded memory.
 *
 * The counts and the pages are asked one after the other: a decision that was under way at that
 * instant may stand in one and not yet in the other, and then all is read once more.
 *
 * Source: law:report-ii06a, law:due-at, law:lateness-views. */
#include <string.h>

#include "base/instant.h"
#include "flow/report_behind.h"
#include "flow/report_form.h"
#include "flow/statistics_counts.h"

#define PAGE        20000
#define DAYS_MAX    1000 /* working days: longer ones count as this */
#define TRIES       3
#define SLOT_COUNTS 0
#define SLOT_PAGE   1

enum {
    P_ID,
    P_KEY,
    P_OFFICE,
    P_IS_DONE,
    P_DUE_ON,
    P_END_ON,
    P_VERDICT,
    P_TIMING,
    P_IS_OWED,
    P_IS_SECOND
};

/* What is counted of the late ones; the order is that of late_keys. */
enum late_count {
    LATE_DONE,
    LATE_OPEN,
    LATE_ALL,
    AGE_1_5,
    AGE_6_15,
    AGE_16_30,
    AGE_OVER_30,
    AGE_UNKNOWN,
    CAUSE_OF_SUBJECTIVE,
    CAUSE_OF_OBJECTIVE,
    CAUSE_OF_UNDETERMINED,
    LETTERS_OWED,
    LETTERS_IN_TIME,
    LETTERS_LATE,
    LETTERS_NONE,
    SUBJECTIVE_ISSUED,
    SECOND_DELAYS,
    LATE_COUNT
};
static const char *const late_keys[LATE_COUNT] = {
    "late_done",       "late_open",    "late",         "age_1_5",
    "age_6_15",        "age_16_30",    "age_over_30",  "age_unknown",
    "subjective",      "objective",    "undetermined", "letters_owed",
    "letters_in_time", "letters_late", "letters_none", "subjective_issued",
    "second_delays",
};

struct late_group {
    size_t line; /* in the table */
    int64_t counts[LATE_COUNT];
    int64_t late_done, late_open; /* as II.06a counts them */
    int64_t done;
    int32_t *days; /* DAYS_MAX + 1 counts; NULL: none was late */
};

struct lateness {
    const char *view;
    struct statistics_counts counts;
    struct late_group *groups, all;
    int *places; /* by the place of what it is grouped by: its group + 1; 0: none yet */
    int n_groups, n_places, tries;
    int64_t after_id;
    bool is_settled;
};

/* ---- asking ---- */

static bool send_page(struct report_run *run, const struct lateness *l)
{
    struct db_params p;
    bool sent;

    db_params_init(&p);
    statistics_scope_put(&run->base, &run->scope, &p);
    db_put_text(&p, run->group_by);
    db_put_text(&p, l->view);
    db_put_int8(&p, l->after_id);
    db_put_int4(&p, PAGE);
    db_put_bool(&p, run->scope.needs_stays);
    statistics_scope_put_place(&run->scope, &p);
    sent = request_query(&run->base, SLOT_PAGE, DB_LANE_READ, DB_STATISTICS_LATENESS, &p);
    db_params_deinit(&p);
    return sent;
}

static bool ask_all(struct report_run *run, struct lateness *l)
{
    l->counts = (struct statistics_counts){&run->scope, run->group_by, SLOT_COUNTS, false, false};
    l->after_id = 0;
    l->is_settled = false;
    return statistics_counts_send(&run->base, &l->counts) && send_page(run, l);
}

static const char *const view_names[][2] = {
    {"due", "theo ngày hẹn trả có hiệu lực"},
    {"original", "theo ngày hẹn trả ban đầu"},
    {"portal", "theo ngày trả của Cổng (tính cả ngày hẹn lại)"},
};

static bool lateness_send(struct report_run *run)
{
    struct request *req = &run->base;
    const struct reference *r = req->reference;
    struct lateness *l = arena_new_of(req->arena, struct lateness);
    int view = run->in.view == WORD_NONE ? 0 : run->in.view;

    if (l) {
        l->n_places = 1 + r->n_offices + r->n_officers + r->n_fields + r->n_cases;
        if (!strcmp(run->group_by, "step"))
            l->n_places = 1 + r->n_cases * STATISTICS_PLACES;
        l->places = arena_array(req->arena, (size_t)l->n_places, sizeof *l->places);
    }
    if (!l || !l->places)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "report"));
    run->own = l;
    l->view = view_names[view][0];
    run->subtitle[LANGUAGE_VI] = view_names[view][1];
    run->subtitle[LANGUAGE_EN] = l->view;
    return ask_all(run, l);
}

/* ---- groups ---- */

/* Where an office, officer, field, procedure or step stands in the reference data, from 1; 0:
 * nowhere. */
static int place_of(const struct report_run *run, int64_t id)
{
    const struct reference *r = run->base.reference;

    if (!strcmp(run->group_by, "office")) {
        const struct office_ref *o = reference_office(r, id);

        return o ? (int)(o - r->offices) + 1 : 0;
    }
    if (!strcmp(run->group_by, "field")) {
        const struct field_ref *f = reference_field(r, id);

        return f ? (int)(f - r->fields) + 1 : 0;
    }
    if (!strcmp(run->group_by, "procedure")) {
        const struct procedure_case *c = reference_procedure(r, id);

        return c ? (int)(c - r->cases) + 1 : 0;
    }
    if (!strcmp(run->group_by, "officer")) {
        const struct officer_ref *o = reference_officer(r, id);

        return o ? (int)(o - r->officers) + 1 : 0;
    }
    if (!strcmp(run->group_by, "step")) {
        const struct procedure_case *c = reference_case(r, id / STATISTICS_PLACES);
        int step = (int)(id % STATISTICS_PLACES);

        return c ? (int)(c - r->cases) * STATISTICS_PLACES + step + 1 : 0;
    }
    return 0;
}

/* The group of a row of the counts, which has the place of its line; NULL with the error set. */
static struct late_group *group_add(struct report_run *run, struct lateness *l, int64_t id)
{
    const struct report_line *line = report_group_line(run, id);
    int at;

    if (!line)
        return NULL;
    at = (int)(line - run->table.lines);
    if (at == l->n_groups)
        l->groups[l->n_groups++] = (struct late_group){.line = (size_t)at};
    l->places[place_of(run, id)] = at + 1;
    return &l->groups[at];
}

/* ---- counting ---- */

static bool count_day(struct report_run *run, struct late_group *g, int32_t days)
{
    if (!g->days)
        g->days = arena_array(run->base.arena, DAYS_MAX + 1, sizeof *g->days);
    if (!g->days)
        return error_set(&run->base.error, ERR_NO_MEMORY, arg_text("what", "report"));
    g->days[days < DAYS_MAX ? days : DAYS_MAX]++;
    return true;
}

/* Working days of its office past the promised day, at least one; -1: the calendar does not know.
 */
static int32_t days_late(const struct reference *ref, int64_t office, int32_t due_on,
                         int32_t end_on)
{
    const struct office_ref *o = reference_office(ref, office);
    struct error err = {0};
    int32_t days;

    if (!o || !o->calendar || due_on == DATE_NONE ||
        !calendar_working_days_between(o->calendar, due_on, end_on, &days, &err))
        return -1;
    return days < 1 ? 1 : days;
}

static enum late_count age_of(int32_t days)
{
    return days < 0     ? AGE_UNKNOWN
           : days <= 5  ? AGE_1_5
           : days <= 15 ? AGE_6_15
           : days <= 30 ? AGE_16_30
                        : AGE_OVER_30;
}

const char *report_lateness_age(const struct reference *r, int64_t office, int32_t due_on,
                                int32_t end_on)
{
    return late_keys[age_of(days_late(r, office, due_on, end_on))];
}

static void count_letter(struct late_group *g, const struct db_result *r, int i, bool is_subjective)
{
    int timing = vocabulary_find(&letter_timings, db_text_or_empty(r, i, P_TIMING));

    g->counts[SUBJECTIVE_ISSUED] += is_subjective && timing > LETTER_TIMING_NONE;
    if (!db_bool(r, i, P_IS_OWED))
        return;
    g->counts[LETTERS_OWED]++;
    g->counts[timing == LETTER_TIMING_IN_TIME ? LETTERS_IN_TIME
              : timing > LETTER_TIMING_NONE   ? LETTERS_LATE
                                              : LETTERS_NONE]++;
}

static bool count_row(struct report_run *run, struct late_group *g, const struct db_result *r,
                      int i, int32_t days)
{
    int verdict = vocabulary_find(&cause_verdicts, db_text_or_empty(r, i, P_VERDICT));

    g->counts[LATE_ALL]++;
    g->counts[db_bool(r, i, P_IS_DONE) ? LATE_DONE : LATE_OPEN]++;
    g->counts[age_of(days)]++;
    g->counts[verdict == CAUSE_SUBJECTIVE  ? CAUSE_OF_SUBJECTIVE
              : verdict == CAUSE_OBJECTIVE ? CAUSE_OF_OBJECTIVE
                                           : CAUSE_OF_UNDETERMINED]++;
    g->counts[SECOND_DELAYS] += db_bool(r, i, P_IS_SECOND);
    count_letter(g, r, i, verdict == CAUSE_SUBJECTIVE);
    return days < 0 || count_day(run, g, days);
}

/* A page of the late ones; false with the error set. One whose group the counts do not know is left
 * out: then all is read once more. */
static bool count_page(struct report_run *run, struct lateness *l)
{
    const struct db_result *r = &request_result(&run->base, SLOT_PAGE)->result;

    for (int i = 0; i < db_rows(r); i++) {
        int at = l->places[place_of(run, db_int(r, i, P_KEY))];
        int32_t days = days_late(run->base.reference, db_int(r, i, P_OFFICE),
                                 db_is_null(r, i, P_DUE_ON) ? DATE_NONE : db_date(r, i, P_DUE_ON),
                                 db_date(r, i, P_END_ON));

        if (!count_row(run, &l->all, r, i, days) ||
            (at && !count_row(run, &l->groups[at - 1], r, i, days)))
            return false;
        l->after_id = db_int(r, i, P_ID);
    }
    return true;
}

/* ---- the table ---- */

/* The smallest number of days that at least `percent` of the dossiers stay within (nearest rank);
 * 0: none was late. */
static int32_t quantile(const struct late_group *g, int percent)
{
    int64_t n = 0, seen = 0;

    for (int i = 0; g->days && i <= DAYS_MAX; i++)
        n += g->days[i];
    for (int i = 0; n && i <= DAYS_MAX; i++) {
        seen += g->days[i];
        if (seen * 100 >= n * percent)
            return i;
    }
    return 0;
}

static void fill_line(const struct report_run *run, const struct lateness *l,
                      const struct late_group *g, struct report_line *line)
{
    static const struct {
        const char *key;
        int percent;
    } quantiles[] = {{"median", 50}, {"p90", 90}, {"longest", 100}};
    const struct report_table *t = &run->table;

    for (int i = 0; i < LATE_COUNT; i++)
        report_put(t, line, late_keys[i], g->counts[i]);
    if (!strcmp(l->view, "due")) { /* counted twice: by the form, and one by one */
        report_put(t, line, "late_done", g->late_done);
        report_put(t, line, "late_open", g->late_open);
    }
    report_put(t, line, "done_in_time", g->done - g->counts[LATE_DONE]);
    for (size_t i = 0; i < ARRAY_LEN(quantiles); i++)
        if (g->days)
            report_put(t, line, quantiles[i].key, quantile(g, quantiles[i].percent));
}

/* What the counts say: lines, received, done, and what II.06a has as late. */
static bool take_counts(struct report_run *run, struct lateness *l)
{
    struct request *req = &run->base;
    int n = statistics_counts_rows(req, &l->counts);

    memset(l->places, 0, (size_t)l->n_places * sizeof *l->places);
    run->table.n_lines = 0;
    l->n_groups = 0;
    l->all = (struct late_group){0};
    l->groups = arena_array(req->arena, (size_t)n + 1, sizeof *l->groups);
    if (!l->groups)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "report"));
    for (int i = 0; i < n; i++) {
        struct report_row row;
        struct late_group *g = group_add(run, l, statistics_counts_row(req, &l->counts, i, &row));
        struct report_cell *received;

        if (!g)
            return false;
        received =
            &run->table.lines[g->line].cells[report_column_at(&run->table, "total_received")];
        received->is_known = true;
        received->n += row.total_received;
        g->done += row.total_done;
        g->late_done += row.late;
        g->late_open += row.open_overdue;
        l->all.done += row.total_done;
        l->all.late_done += row.late;
        l->all.late_open += row.open_overdue;
    }
    return true;
}

static bool agrees(const struct lateness *l)
{
    int64_t counted = 0;

    for (int i = 0; i < l->n_groups; i++)
        counted += l->groups[i].counts[LATE_ALL];
    return counted == l->all.counts[LATE_ALL] &&
           (strcmp(l->view, "due") != 0 || (l->all.late_done == l->all.counts[LATE_DONE] &&
                                            l->all.late_open == l->all.counts[LATE_OPEN]));
}

static enum report_progress fill_table(struct report_run *run, struct lateness *l)
{
    struct report_table *t = &run->table;
    struct report_line *total;

    for (int i = 0; i < l->n_groups; i++) {
        report_put(t, &t->lines[l->groups[i].line], "total_done", l->groups[i].done);
        fill_line(run, l, &l->groups[i], &t->lines[l->groups[i].line]);
    }
    total = report_table_total(t, &run->base.error);
    if (!total)
        return REPORT_FAILED;
    report_put(t, total, "total_done", l->all.done);
    fill_line(run, l, &l->all, total);
    return REPORT_READ;
}

static enum report_progress lateness_read(struct report_run *run)
{
    struct request *req = &run->base;
    struct lateness *l = run->own;
    bool is_again;

    if (!l->is_settled) {
        if (!statistics_counts_settle(req, &l->counts, &is_again))
            return REPORT_FAILED;
        if (is_again)
            return REPORT_AGAIN;
        l->is_settled = true;
        if (!take_counts(run, l))
            return REPORT_FAILED;
    }
    if (!count_page(run, l))
        return REPORT_FAILED;
    if (db_rows(&request_result(req, SLOT_PAGE)->result) == PAGE)
        return send_page(run, l) ? REPORT_AGAIN : REPORT_FAILED;
    if (!agrees(l) && ++l->tries < TRIES)
        return ask_all(run, l) ? REPORT_AGAIN : REPORT_FAILED;
    return fill_table(run, l);
}

/* clang-format off */
static const struct report_column lateness_columns[] = {
    {"total_received", {"Tiếp nhận", "Received"}, REPORT_COUNT, NULL, "column=total_received"},
    {"total_done", {"Đã giải quyết > Tổng số", "Settled > Total"}, REPORT_COUNT, "done_in_time+late_done", "column=total_done"},
    {"done_in_time", {"Đã giải quyết > Trước và đúng hạn", "Settled > Early and on time"}, REPORT_COUNT, NULL, "column=done_in_time"},
    {"late_done", {"Quá hạn > Đã giải quyết", "Late > Settled"}, REPORT_COUNT, NULL, "column=late_done"},
    {"late_open", {"Quá hạn > Đang giải quyết", "Late > Open"}, REPORT_COUNT, NULL, "column=late_open"},
    {"late", {"Quá hạn > Tổng số", "Late > Total"}, REPORT_COUNT, "late_done+late_open", "column=late_all"},
    {"late_done_rate", {"Tỷ lệ > Quá hạn / đã giải quyết", "Rate > Late / settled"}, REPORT_RATE, "late_done/total_done", NULL},
    {"late_rate", {"Tỷ lệ > Quá hạn (cả đang giải quyết) / tiếp nhận", "Rate > Late (open ones too) / received"}, REPORT_RATE, "late/total_received", NULL},
    {"decree_rate", {"Tỷ lệ > Đúng hạn / tiếp nhận (của nghị định)", "Rate > In time / received (of the decree)"}, REPORT_RATE, "done_in_time/total_received", NULL},
    {"median", {"Ngày làm việc quá hạn > Trung vị", "Working days late > Median"}, REPORT_DAYS, NULL, NULL},
    {"p90", {"Ngày làm việc quá hạn > Phân vị 90", "Working days late > 90th percentile"}, REPORT_DAYS, NULL, NULL},
    {"longest", {"Ngày làm việc quá hạn > Dài nhất", "Working days late > Longest"}, REPORT_DAYS, NULL, NULL},
    {"age_1_5", {"Số ngày quá hạn > 1–5", "Days late > 1–5"}, REPORT_COUNT, NULL, "column=age_1_5"},
    {"age_6_15", {"Số ngày quá hạn > 6–15", "Days late > 6–15"}, REPORT_COUNT, NULL, "column=age_6_15"},
    {"age_16_30", {"Số ngày quá hạn > 16–30", "Days late > 16–30"}, REPORT_COUNT, NULL, "column=age_16_30"},
    {"age_over_30", {"Số ngày quá hạn > Trên 30", "Days late > Over 30"}, REPORT_COUNT, NULL, "column=age_over_30"},
    {"age_unknown", {"Số ngày quá hạn > Chưa rõ", "Days late > Unknown"}, REPORT_COUNT, NULL, "column=age_unknown"},
    {"subjective", {"Nguyên nhân > Chủ quan", "Cause > Subjective"}, REPORT_COUNT, NULL, "column=late_subjective"},
    {"objective", {"Nguyên nhân > Khách quan", "Cause > Objective"}, REPORT_COUNT, NULL, "column=late_objective"},
    {"undetermined", {"Nguyên nhân > Chưa xác định", "Cause > Undetermined"}, REPORT_COUNT, NULL, "column=late_undetermined"},
    {"letters_owed", {"Phiếu xin lỗi > Phải gửi", "Letters > Owed"}, REPORT_COUNT, "letters_in_time+letters_late+letters_none", "column=late_letter_owed"},
    {"letters_in_time", {"Phiếu xin lỗi > Kịp thời", "Letters > In time"}, REPORT_COUNT, NULL, "column=late_letter_in_time"},
    {"letters_late", {"Phiếu xin lỗi > Gửi chậm", "Letters > Late"}, REPORT_COUNT, NULL, "column=late_letter_late"},
    {"letters_none", {"Phiếu xin lỗi > Chưa gửi", "Letters > Not issued"}, REPORT_COUNT, NULL, "column=late_letter_none"},
    {"subjective_issued", {"Phiếu xin lỗi > Đã gửi, do chủ quan", "Letters > Issued, subjective"}, REPORT_COUNT, NULL, "column=late_subjective_issued"},
    {"apology_rate", {"Phiếu xin lỗi > Tỷ lệ xin lỗi (đã gửi / quá hạn do chủ quan)", "Letters > Apology rate (issued / late, subjective)"}, REPORT_RATE, "subjective_issued/subjective", NULL},
    {"second_delays", {"Quá cả ngày hẹn lại", "Past the second promise"}, REPORT_COUNT, NULL, "column=second_delays"},
};
/* clang-format on */
static const char *const lateness_balances[] = {
    "late=age_1_5+age_6_15+age_16_30+age_over_30+age_unknown",
    "late=subjective+objective+undetermined", NULL};

static const char *lateness_about[][2] = {
    {"Số ngày quá hạn là số ngày làm việc theo lịch của cơ quan giải quyết, sau ngày hẹn trả đến "
     "hết "
     "ngày kết thúc (hồ sơ đang giải quyết: đến ngày lấy số liệu), ít nhất là 1. Trung vị, phân vị "
     "90: số ngày nhỏ nhất mà ít nhất 50 %, 90 % số hồ sơ quá hạn không vượt (thứ hạng gần nhất).",
     "Days late are working days by the calendar of the settling office, after the promised day up "
     "to the day it ended (of an open one: the day of the figures), at least 1. Median and 90th "
     "percentile: the fewest days that at least 50 %, 90 % of the late dossiers do not exceed "
     "(nearest rank)."},
    {"Theo ngày hẹn trả có hiệu lực: như biểu II.06a. Theo ngày hẹn trả ban đầu: không kể việc gia "
     "hạn hay dừng tính. Theo ngày trả của Cổng: hồ sơ xong trước ngày hẹn lại là đúng hạn.",
     "By the promise in force: as form II.06a. By the first promise: whatever was agreed or held "
     "since. As the portal counts: who was done by the re-appointed day is in time."},
    {"Phiếu xin lỗi là phiếu vì quá hạn của các hồ sơ trong bảng; sổ theo dõi đầy đủ ở biểu Phiếu "
     "xin lỗi. Chưa xét nguyên nhân tính là chưa xác định.",
     "Letters are those for lateness of the dossiers of this table; the whole ledger is the form "
     "of "
     "letters. A cause not examined yet counts as undetermined."},
    {NULL, NULL},
};

const struct report_form report_form_lateness = {
    .key = "lateness",
    .title = {"TÌNH HÌNH HỒ SƠ QUÁ HẠN", "Lateness"},
    .columns = lateness_columns,
    .n_columns = ARRAY_LEN(lateness_columns),
    .balances = lateness_balances,
    .groups = "office field procedure step officer none",
    .takes_place = true,
    .about = lateness_about,
    .send = lateness_send,
    .read = lateness_read,
};
