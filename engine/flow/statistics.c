/* See statistics.h. Form II.06a: read off running totals where it is asked as known now, else one
 * scan of the facts by office and field; the sums checked in the core, written as JSON or CSV. A
 * report that does not balance is an error, never printed. */
#include "flow/statistics.h"

#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "domain/report.h"
#include "flow/app.h"
#include "flow/offices.h"
#include "flow/statistics_letters.h"
#include "wire/message.h"

#define FORM_II06A "II.06a"

struct statistics {
    struct request base;
    struct wire_statistics_query in;
    int64_t state_at, known_at;
    const char *group_by;
    const int64_t *offices;
    int n_offices;
    bool is_all;
};

enum { STATISTICS_PARSE, STATISTICS_SEND, STATISTICS_COUNT, STATISTICS_REPLY };
enum { SLOT_FORM, SLOT_LETTERS };
enum { COLUMN_UNFIT = 12 };

/* An instant, or a date, which means its last instant at the office. */
static bool read_moment(struct request *req, const char *field, const char *text, int64_t *ret_at)
{
    int32_t on;

    if (!text)
        return true;
    if (date_parse(text, &on)) {
        *ret_at = date_instant(on + 1, req->zone_s) - 1;
        return true;
    }
    return instant_parse(text, INT32_MIN, ret_at) ||
           error_set(&req->error, ERR_STATISTICS_MOMENT, arg_text("field", field),
                     arg_text("value", text));
}

static enum step_result statistics_parse(struct request *req)
{
    struct statistics *s = container_of(req, struct statistics, base);
    const char *form = http_request_param(req->http, "form");
    int64_t end;

    if (strcmp(form, FORM_II06A) != 0) {
        error_set(&req->error, ERR_FORM_UNKNOWN, arg_text("value", form));
        return request_fail(req);
    }
    if (!codec_decode_pairs(&message_statistics_query, req->http->query, req->http->n_query,
                            req->arena, &s->in, &req->error))
        return request_fail(req);
    if (s->in.to < s->in.from) {
        error_set(&req->error, ERR_PERIOD_BACKWARDS, arg_date("from", s->in.from),
                  arg_date("to", s->in.to));
        return request_fail(req);
    }
    end = date_instant(s->in.to + 1, req->zone_s) - 1;
    s->state_at = end;
    s->known_at = req->now;
    if (!read_moment(req, "as_of", s->in.as_of, &s->state_at) ||
        !read_moment(req, "known_at", s->in.known_at, &s->known_at))
        return request_fail(req);
    if (s->state_at > end)
        s->state_at = end;
    if (s->state_at >
        s->known_at) /* nothing is known of what had not happened yet: no overdue by prophecy */
        s->state_at = s->known_at;
    s->group_by = s->in.group_by == WORD_NONE ? "field" : words_group_by.words[s->in.group_by];
    return request_wait(req, STATISTICS_SEND);
}

/* Is it asked as of the end of a day, or now, with what is known now? Then running totals answer. */
static bool is_read_off_totals(const struct statistics *s)
{
    const struct request *req = &s->base;
    int32_t on = instant_date(s->state_at, req->zone_s);

    return s->known_at == req->now &&
           (s->state_at == req->now || s->state_at == date_instant(on + 1, req->zone_s) - 1);
}

static bool send_form(struct statistics *s, bool by_totals)
{
    struct request *req = &s->base;
    int32_t on = instant_date(s->state_at, req->zone_s);
    struct db_params p;
    bool sent;

    db_params_init(&p);
    db_put_date(&p, s->in.from);
    db_put_date(&p, by_totals ? on : s->in.to);
    db_put_instant(&p, s->state_at);
    if (by_totals) {
        db_put_bool(&p, s->state_at == date_instant(on + 1, req->zone_s) - 1);
    } else {
        db_put_date(&p, on);
        db_put_instant(&p, s->known_at);
    }
    offices_put(&p, s->offices, s->n_offices, s->is_all);
    sent = request_query(req, SLOT_FORM, DB_LANE_READ,
                         by_totals ? DB_STATISTICS_TOTALS : DB_STATISTICS_II06A, &p);
    db_params_deinit(&p);
    return sent;
}

static enum step_result statistics_send(struct request *req)
{
    struct statistics *s = container_of(req, struct statistics, base);

    s->offices =
        offices_readable(req, GRANT_READ_STATISTICS, s->in.office, &s->n_offices, &s->is_all);
    if (!s->offices || !send_form(s, is_read_off_totals(s)) ||
        !statistics_letters_send(req, SLOT_LETTERS, s->in.from, s->in.to, s->offices,
                                 s->n_offices))
        return request_fail(req);
    return request_wait(req, STATISTICS_COUNT);
}

/* Totals that may not be used (statistics_totals.sql says when) give way to the facts. */
static enum step_result statistics_count(struct request *req)
{
    struct statistics *s = container_of(req, struct statistics, base);
    const struct db_result *r = &request_result(req, SLOT_FORM)->result;
    bool is_fit = db_rows(r) > 0;

    if (!is_read_off_totals(s))
        return request_next(req, STATISTICS_REPLY);
    for (int i = 0; i < db_rows(r); i++)
        is_fit = is_fit && !db_bool(r, i, COLUMN_UNFIT);
    if (is_fit)
        return request_next(req, STATISTICS_REPLY);
    return send_form(s, false) ? request_wait(req, STATISTICS_REPLY) : request_fail(req);
}

static void read_counts(const struct db_result *r, int i, struct report_row *row)
{
    *row = (struct report_row){
        .office = db_int(r, i, 0),
        .field_id = db_int(r, i, 1),
        .online = db_int(r, i, 2),
        .direct = db_int(r, i, 3),
        .carried_over = db_int(r, i, 4),
        .early = db_int(r, i, 5),
        .on_time = db_int(r, i, 6),
        .late = db_int(r, i, 7),
        .open_in_time = db_int(r, i, 8),
        .open_overdue = db_int(r, i, 9),
        .stopped_late = db_int(r, i, 10),
        .stopped_other = db_int(r, i, 11),
    };
    row->total_received = row->online + row->direct + row->carried_over;
    row->total_done = row->early + row->on_time + row->late;
    row->total_open = row->open_in_time + row->open_overdue;
}

/* Adds a row to the one of its group; returns how many there are. */
static int group(struct report_row *rows, int n, const struct report_row *add, const char *group_by)
{
    bool by_office = !strcmp(group_by, "office"), is_one = !strcmp(group_by, "none");

    for (int i = 0; i < n; i++)
        if (is_one ||
            (by_office ? rows[i].office == add->office : rows[i].field_id == add->field_id)) {
            report_add(&rows[i], add);
            return n;
        }
    rows[n] = *add;
    return n + 1;
}

/* Rows stand in the order in which fields and offices were entered. */
static int by_place(const void *a, const void *b)
{
    const struct report_row *x = a, *y = b;

    if (x->field_id != y->field_id)
        return x->field_id < y->field_id ? -1 : 1;
    return (x->office > y->office) - (x->office < y->office);
}

static int by_office(const void *a, const void *b)
{
    const struct report_row *x = a, *y = b;

    return (x->office > y->office) - (x->office < y->office);
}

static void fill_row(struct request *req, const struct report_row *row, const char *group_by,
                     struct wire_statistics_row *w)
{
    const struct office_ref *o = reference_office(req->reference, row->office);
    const struct field_ref *f = reference_field(req->reference, row->field_id);

    wire_statistics_row_init(w);
    if (!strcmp(group_by, "office")) {
        w->key = o ? o->key : NULL;
        w->label = o ? o->name : "-";
    } else if (!strcmp(group_by, "field")) {
        w->key = f ? f->key : NULL;
        w->label = f ? f->name : req->lang == LANGUAGE_VI ? "Lĩnh vực khác" : "Other";
    } else {
        w->label = req->lang == LANGUAGE_VI ? "Tổng số" : "Total";
    }
    w->total_received = row->total_received;
    w->online = row->online;
    w->direct = row->direct;
    w->carried_over = row->carried_over;
    w->total_done = row->total_done;
    w->early = row->early;
    w->on_time = row->on_time;
    w->late = row->late;
    w->total_open = row->total_open;
    w->open_in_time = row->open_in_time;
    w->open_overdue = row->open_overdue;
    w->stopped_late = row->stopped_late;
    w->stopped_other = row->stopped_other;
}

/* The form as CSV: the head says what was asked, then thirteen columns. */
static enum step_result reply_csv(struct statistics *s, const struct wire_statistics *out)
{
    struct request *req = &s->base;
    char from[INSTANT_TEXT_MAX], to[INSTANT_TEXT_MAX], at[INSTANT_TEXT_MAX],
        known[INSTANT_TEXT_MAX];
    struct buffer *b = &req->body;

    date_format(out->from, from);
    date_format(out->to, to);
    instant_format(out->as_of, req->zone_s, at);
    instant_format(out->known_at, req->zone_s, known);
    buffer_printf(b,
                  "\xEF\xBB\xBF"
                  "form,from,to,as_of,known_at,office\r\n" FORM_II06A ",%s,%s,%s,%s,%s\r\n\r\n",
                  from, to, at, known, out->office ? out->office : "");
    buffer_text(
        b,
        "tt,label,total_received,online,direct,carried_over,total_done,early,on_time,late,total_"
        "open,"
        "open_in_time,open_overdue\r\n(1),(2),(3),(4),(5),(6),(7),(8),(9),(10),(11),(12),(13)\r\n");
    for (size_t i = 0; i <= out->n_rows; i++) {
        const struct wire_statistics_row *w = i < out->n_rows ? &out->rows[i] : out->total;
        const int64_t columns[] = {
            w->total_received, w->online, w->direct,     w->carried_over, w->total_done,  w->early,
            w->on_time,        w->late,   w->total_open, w->open_in_time, w->open_overdue};

        csv_write_figures(b, i < out->n_rows ? i + 1 : 0, w->label, columns, ARRAY_LEN(columns));
    }
    request_field(req, "Content-Disposition", "attachment; filename=\"II.06a.csv\"");
    req->status = 200;
    req->content_type = "text/csv; charset=utf-8";
    return STEP_DONE;
}

static enum step_result statistics_reply(struct request *req)
{
    struct statistics *s = container_of(req, struct statistics, base);
    const struct db_result *r = &request_result(req, SLOT_FORM)->result;
    int n_raw = db_rows(r), n = 0;
    struct report_row *rows = arena_array(req->arena, (size_t)n_raw + 1, sizeof *rows), total = {0};
    struct wire_statistics_row *wire = arena_array(req->arena, (size_t)n_raw + 2, sizeof *wire);
    struct wire_letter_statistics_row letters;
    struct wire_statistics out;

    if (!rows || !wire) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "statistics"));
        return request_fail(req);
    }
    for (int i = 0; i < n_raw; i++) {
        struct report_row row;

        read_counts(r, i, &row);
        n = group(rows, n, &row, s->group_by);
        report_add(&total, &row);
    }
    qsort(rows, (size_t)n, sizeof *rows, strcmp(s->group_by, "office") != 0 ? by_place : by_office);
    if (!report_check(rows, n, &total, &req->error) ||
        !statistics_letters_total(req, SLOT_LETTERS, &letters))
        return request_fail(req);
    wire_statistics_init(&out);
    out.form = FORM_II06A;
    out.from = s->in.from;
    out.to = s->in.to;
    out.as_of = s->state_at;
    out.known_at = s->known_at;
    out.office = s->in.office;
    out.office_name =
        s->in.office ? reference_office_by_key(req->reference, s->in.office)->name : NULL;
    out.group_by = words_find(&words_group_by, s->group_by);
    for (int i = 0; i < n; i++)
        fill_row(req, &rows[i], s->group_by, &wire[i]);
    fill_row(req, &total, "none", &wire[n]);
    out.rows = wire;
    out.n_rows = (size_t)n;
    out.total = &wire[n];
    out.letters = &letters;
    out.is_balanced = true;
    if (s->in.format != WORD_NONE && !strcmp(words_output_format.words[s->in.format], "csv"))
        return reply_csv(s, &out);
    if (!wire_statistics_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step statistics_steps[] = {
    [STATISTICS_PARSE] = {"parse", statistics_parse},
    [STATISTICS_SEND] = {"send", statistics_send},
    [STATISTICS_COUNT] = {"count", statistics_count},
    [STATISTICS_REPLY] = {"reply", statistics_reply},
};
const struct use_case use_case_statistics = {"statistics", sizeof(struct statistics),
                                             statistics_steps, false, 0};
