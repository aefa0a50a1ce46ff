/* Papers and fees by way: what came and left by post, what was digitised, what was paid online.
 * Both tables walk the dossiers' events, as index 766 does.
 *
 * Source: law:index-766, law:fee-payment. */
#include <string.h>

#include "base/instant.h"
#include "flow/index_walk.h"

/* What a result may wait at the counter before it leaves, for the table of the post. */
#define RETURN_DAYS 366

struct report_digital {
    struct index_walk walk;
};

static bool no_memory(struct report_run *run)
{
    return error_set(&run->base.error, ERR_NO_MEMORY, arg_text("what", "digital"));
}

static bool walk_send(struct report_run *run,
                      bool (*visit)(struct report_run *run, const struct index_dossier *d),
                      int days_before)
{
    struct report_digital *x = arena_new_of(run->base.arena, struct report_digital);

    if (!x)
        return no_memory(run);
    *x = (struct report_digital){.walk = {.visit = visit}};
    run->own = x;
    run->table.has_total = true;
    return index_walk_send(run, days_before);
}

static enum report_progress walk_read(struct report_run *run)
{
    struct report_digital *x = run->own;

    return index_walk_go(run, &x->walk);
}

/* The line that a dossier counts in, its counts known. */
static struct report_line *line_for(struct report_run *run, const struct index_dossier *d)
{
    const char *by = run->group_by;
    const struct dossier *own = d->subject.d;
    int64_t id = !strcmp(by, "office")      ? d->office
                 : !strcmp(by, "field")     ? own->field_id
                 : !strcmp(by, "procedure") ? own->procedure_id
                                            : 0;
    struct report_line *line = report_group_line(run, id);

    for (size_t i = 0; line && i < run->table.n_columns; i++)
        if (run->table.columns[i].kind == REPORT_COUNT)
            line->cells[i].is_known = true;
    return line;
}

static void count(const struct report_run *run, struct report_line *line, const char *column,
                  bool is_counted)
{
    line->cells[report_column_at(&run->table, column)].n += is_counted;
}

static bool is_within(const struct report_run *run, int64_t at)
{
    int32_t on = at == INSTANT_NONE ? DATE_NONE : instant_date(at, run->base.zone_s);

    return run->scope.from <= on && on <= run->scope.to;
}

/* ---- by post ---- */

static bool post_visit(struct report_run *run, const struct index_dossier *d)
{
    const struct dossier *own = d->subject.d;
    bool is_received = is_within(run, own->received_at),
         is_returned = is_within(run, own->returned_at);
    struct report_line *line;

    if (!is_received && !is_returned)
        return true;
    line = line_for(run, d);
    if (!line)
        return false;
    count(run, line, "received", is_received);
    count(run, line, "received_by_post", is_received && own->channel == CHANNEL_POST);
    count(run, line, "returned", is_returned);
    count(run, line, "returned_by_post", is_returned && d->subject.marks->is_posted_back);
    return true;
}

static bool post_send(struct report_run *run)
{
    return walk_send(run, post_visit, RETURN_DAYS);
}

/* clang-format off */
static const struct report_column post_columns[] = {
    {"received", {"Tiếp nhận > Tổng số", "Received > Total"}, REPORT_COUNT, NULL, NULL},
    {"received_by_post", {"Tiếp nhận > Qua bưu chính", "Received > By post"}, REPORT_COUNT, NULL, NULL},
    {"received_rate", {"Tiếp nhận > Tỷ lệ", "Received > Rate"}, REPORT_RATE, "received_by_post/received", NULL},
    {"returned", {"Trả kết quả > Tổng số", "Returned > Total"}, REPORT_COUNT, NULL, NULL},
    {"returned_by_post", {"Trả kết quả > Qua bưu chính", "Returned > By post"}, REPORT_COUNT, NULL, NULL},
    {"returned_rate", {"Trả kết quả > Tỷ lệ", "Returned > Rate"}, REPORT_RATE, "returned_by_post/returned", NULL},
};
/* clang-format on */

static const char *post_about[][2] = {
    {"Tiếp nhận trong kỳ theo hình thức nộp; trả kết quả trong kỳ, qua bưu chính khi có mã bưu "
     "gửi. "
     "Kết quả trả chậm quá 366 ngày sau khi xong không được tính.",
     "Received in the period, by channel; returned in the period, by post where there is the code "
     "of a packet. A result returned more than 366 days after it was done is not counted."},
    {NULL, NULL},
};

const struct report_form report_form_post = {
    .key = "post",
    .title = {"TIẾP NHẬN VÀ TRẢ KẾT QUẢ QUA DỊCH VỤ BƯU CHÍNH CÔNG ÍCH",
              "Received and returned by post"},
    .columns = post_columns,
    .n_columns = ARRAY_LEN(post_columns),
    .groups = "procedure field office none",
    .about = post_about,
    .send = post_send,
    .read = walk_read,
};

/* ---- digitised, paid online ---- */

static bool digital_visit(struct report_run *run, const struct index_dossier *d)
{
    static const struct {
        enum index766_criterion criterion;
        const char *counted, *met; /* NULL: another row counts them */
    } rows[] = {
        {INDEX766_AT_COUNTER, "received", NULL},
        {INDEX766_REUSED, NULL, "reused"},
        {INDEX766_DIGITISED, "settled", "digitised"},
        {INDEX766_RESULT_FILE, NULL, "result_file"},
        {INDEX766_PAID_ONLINE, "with_fee", "paid_online"},
    };
    struct report_line *line = NULL;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (!index766_is_counted(&d->subject, rows[i].criterion))
            continue;
        if (!line && !(line = line_for(run, d)))
            return false;
        if (rows[i].counted)
            count(run, line, rows[i].counted, true);
        if (rows[i].met)
            count(run, line, rows[i].met, index766_is_met(&d->subject, rows[i].criterion));
    }
    return true;
}

static bool digital_send(struct report_run *run)
{
    return walk_send(run, digital_visit, 0);
}

/* clang-format off */
static const struct report_column digital_columns[] = {
    {"received", {"Tiếp nhận trong kỳ > Tổng số", "Received in the period > Total"}, REPORT_COUNT, NULL, NULL},
    {"reused", {"Tiếp nhận trong kỳ > Dùng lại dữ liệu", "Received in the period > Reused data"}, REPORT_COUNT, NULL, NULL},
    {"reused_rate", {"Tiếp nhận trong kỳ > Tỷ lệ", "Received in the period > Rate"}, REPORT_RATE, "reused/received", NULL},
    {"settled", {"Giải quyết xong trong kỳ > Tổng số", "Settled in the period > Total"}, REPORT_COUNT, NULL, NULL},
    {"result_file", {"Giải quyết xong trong kỳ > Kết quả điện tử", "Settled in the period > Electronic result"}, REPORT_COUNT, NULL, NULL},
    {"result_rate", {"Giải quyết xong trong kỳ > Tỷ lệ", "Settled in the period > Rate"}, REPORT_RATE, "result_file/settled", NULL},
    {"digitised", {"Số hóa thành phần và kết quả > Số hồ sơ", "Components and result digitised > Dossiers"}, REPORT_COUNT, NULL, NULL},
    {"digitised_rate", {"Số hóa thành phần và kết quả > Tỷ lệ", "Components and result digitised > Rate"}, REPORT_RATE, "digitised/settled", NULL},
    {"with_fee", {"Phí, lệ phí > Hồ sơ phải nộp", "Fees > With a fee"}, REPORT_COUNT, NULL, NULL},
    {"paid_online", {"Phí, lệ phí > Thanh toán trực tuyến", "Fees > Paid online"}, REPORT_COUNT, NULL, NULL},
    {"paid_rate", {"Phí, lệ phí > Tỷ lệ", "Fees > Rate"}, REPORT_RATE, "paid_online/with_fee", NULL},
};
/* clang-format on */

static const char *digital_about[][2] = {
    {"Các số là tử số, mẫu số của chỉ số 3.6, 4.1, 4.2, 4.3 (bộ chỉ số 766), theo từng dòng.",
     "The figures are the numerators and denominators of criteria 3.6, 4.1, 4.2, 4.3 of index 766, "
     "row by row."},
    {NULL, NULL},
};

const struct report_form report_form_digital = {
    .key = "digital",
    .title = {"SỐ HÓA HỒ SƠ VÀ THANH TOÁN TRỰC TUYẾN", "Digitised dossiers and online payment"},
    .circular = "Theo Quyết định 766/QĐ-TTg ngày 23/06/2022",
    .columns = digital_columns,
    .n_columns = ARRAY_LEN(digital_columns),
    .groups = "office field procedure none",
    .about = digital_about,
    .send = digital_send,
    .read = walk_read,
};
