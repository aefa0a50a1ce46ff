/* Papers and fees by way: what came and left by post, what was digitised, what was paid online.
 * Both tables walk the dossiers' events, as index 766 does.
 *
 * Source: law:index-766, law:fee-payment. */
#include <string.h>

#include "base/instant.h"
#include "flow/index_walk.h"
#include "flow/report_behind.h"

/* What a result may wait at the counter before it leaves, for the table of the post. */
#define RETURN_DAYS 366

struct report_digital {
    struct index_walk walk;
};

static bool no_memory(struct report_run *run)
{
    return error_set(&run->base.error, ERR_NO_MEMORY, arg_text("what", "digital"));
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

/* ---- what columns count ---- */

static bool is_within(const struct index766_subject *s, int64_t at)
{
    int32_t on = at == INSTANT_NONE ? DATE_NONE : instant_date(at, s->zone_s);

    return s->from <= on && on <= s->to;
}

static bool is_received_by_post(const struct index766_subject *s)
{
    return is_within(s, s->d->received_at) && s->d->channel == CHANNEL_POST;
}

static bool is_returned(const struct index766_subject *s)
{
    return is_within(s, s->d->returned_at);
}

static bool is_returned_by_post(const struct index766_subject *s)
{
    return is_returned(s) && s->marks->is_posted_back;
}

/* By its word of form_column: those that count in a criterion, or meet it; or by a rule of ours. */
static const struct counted {
    const char *word;
    bool (*rule)(const struct index766_subject *s); /* NULL: the criterion's */
    enum index766_criterion criterion;
    bool is_met;
    int days_before; /* the period, that such a dossier may have ended */
} counted[] = {
    {"received", NULL, INDEX766_AT_COUNTER, false, 0},
    {"reused", NULL, INDEX766_REUSED, true, 0},
    {"settled", NULL, INDEX766_DIGITISED, false, 0},
    {"digitised", NULL, INDEX766_DIGITISED, true, 0},
    {"result_file", NULL, INDEX766_RESULT_FILE, true, 0},
    {"with_fee", NULL, INDEX766_PAID_ONLINE, false, 0},
    {"paid_online", NULL, INDEX766_PAID_ONLINE, true, 0},
    {"received_by_post", is_received_by_post, INDEX766_COUNT, false, 0},
    {"results_returned", is_returned, INDEX766_COUNT, false, RETURN_DAYS},
    {"results_by_post", is_returned_by_post, INDEX766_COUNT, false, RETURN_DAYS},
};

static const struct counted *counted_find(const char *word)
{
    for (size_t i = 0; i < ARRAY_LEN(counted); i++)
        if (!strcmp(counted[i].word, word))
            return &counted[i];
    return NULL;
}

bool report_digital_counts(const char *word, const struct index766_subject *s)
{
    const struct counted *c = counted_find(word);

    if (!c)
        return false;
    if (c->rule)
        return c->rule(s);
    return index766_is_counted(s, c->criterion) && (!c->is_met || index766_is_met(s, c->criterion));
}

int report_digital_days_before(const char *word)
{
    const struct counted *c = counted_find(word);

    return c ? c->days_before : 0;
}

#define BEHIND "column=" /* before the word, in report_column.behind */

static bool walk_visit(struct report_run *run, const struct index_dossier *d)
{
    const struct report_table *t = &run->table;
    struct report_line *line = NULL;

    for (size_t i = 0; i < t->n_columns; i++) {
        const struct report_column *c = &t->columns[i];

        if (c->kind != REPORT_COUNT ||
            !report_digital_counts(c->behind + strlen(BEHIND), &d->subject))
            continue;
        if (!line && !(line = line_for(run, d)))
            return false;
        line->cells[i].n++;
    }
    return true;
}

static bool walk_send(struct report_run *run, int days_before)
{
    struct report_digital *x = arena_new_of(run->base.arena, struct report_digital);

    if (!x)
        return no_memory(run);
    *x = (struct report_digital){.walk = {.visit = walk_visit}};
    run->own = x;
    run->table.has_total = true;
    return index_walk_send(run, &x->walk, days_before);
}

/* ---- by post ---- */

static bool post_send(struct report_run *run)
{
    return walk_send(run, RETURN_DAYS);
}

/* clang-format off */
static const struct report_column post_columns[] = {
    {"received", {"Tiếp nhận > Tổng số", "Received > Total"}, REPORT_COUNT, NULL, "column=received"},
    {"received_by_post", {"Tiếp nhận > Qua bưu chính", "Received > By post"}, REPORT_COUNT, NULL, "column=received_by_post"},
    {"received_rate", {"Tiếp nhận > Tỷ lệ", "Received > Rate"}, REPORT_RATE, "received_by_post/received", NULL},
    {"returned", {"Trả kết quả > Tổng số", "Returned > Total"}, REPORT_COUNT, NULL, "column=results_returned"},
    {"returned_by_post", {"Trả kết quả > Qua bưu chính", "Returned > By post"}, REPORT_COUNT, NULL, "column=results_by_post"},
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

static bool digital_send(struct report_run *run)
{
    return walk_send(run, 0);
}

/* clang-format off */
static const struct report_column digital_columns[] = {
    {"received", {"Tiếp nhận trong kỳ > Tổng số", "Received in the period > Total"}, REPORT_COUNT, NULL, "column=received"},
    {"reused", {"Tiếp nhận trong kỳ > Dùng lại dữ liệu", "Received in the period > Reused data"}, REPORT_COUNT, NULL, "column=reused"},
    {"reused_rate", {"Tiếp nhận trong kỳ > Tỷ lệ", "Received in the period > Rate"}, REPORT_RATE, "reused/received", NULL},
    {"settled", {"Giải quyết xong trong kỳ > Tổng số", "Settled in the period > Total"}, REPORT_COUNT, NULL, "column=settled"},
    {"result_file", {"Giải quyết xong trong kỳ > Kết quả điện tử", "Settled in the period > Electronic result"}, REPORT_COUNT, NULL, "column=result_file"},
    {"result_rate", {"Giải quyết xong trong kỳ > Tỷ lệ", "Settled in the period > Rate"}, REPORT_RATE, "result_file/settled", NULL},
    {"digitised", {"Số hóa thành phần và kết quả > Số hồ sơ", "Components and result digitised > Dossiers"}, REPORT_COUNT, NULL, "column=digitised"},
    {"digitised_rate", {"Số hóa thành phần và kết quả > Tỷ lệ", "Components and result digitised > Rate"}, REPORT_RATE, "digitised/settled", NULL},
    {"with_fee", {"Phí, lệ phí > Hồ sơ phải nộp", "Fees > With a fee"}, REPORT_COUNT, NULL, "column=with_fee"},
    {"paid_online", {"Phí, lệ phí > Thanh toán trực tuyến", "Fees > Paid online"}, REPORT_COUNT, NULL, "column=paid_online"},
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
