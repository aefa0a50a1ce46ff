/* See statistics_letters.h. A row of the ledger counts in the period in which it was first owed, as
 * it stands when it is asked for. */
#include "flow/statistics_letters.h"

#include <string.h>

#include "base/csv.h"
#include "domain/letter_report.h"
#include "flow/app.h"
#include "flow/offices.h"
#include "flow/view.h"

#define FORM_LETTERS "letters"

struct letter_statistics {
    struct request base;
    struct wire_letter_statistics_query in;
};

enum { LETTERS_PARSE, LETTERS_SEND, LETTERS_REPLY };

bool statistics_letters_send(struct request *req, int slot, int32_t from, int32_t to,
                             const int64_t *offices, int n)
{
    struct db_params p;
    bool sent;

    db_params_init(&p);
    db_put_instant(&p, date_instant(from, req->zone_s));
    db_put_instant(&p, date_instant(to + 1, req->zone_s));
    db_put_instant(&p, req->now);
    db_put_date(&p, instant_date(req->now, req->zone_s));
    db_put_int8_array(&p, offices, n);
    sent = request_query(req, slot, DB_LANE_READ, DB_STATISTICS_LETTERS, &p);
    db_params_deinit(&p);
    return sent;
}

/* The rows, one an office, and their total; checked. NULL with req->error set. */
static const struct letter_report_row *read_rows(struct request *req, int slot,
                                                 struct letter_report_row *ret_total)
{
    const struct db_result *r = &request_result(req, slot)->result;
    int n = db_rows(r);
    struct letter_report_row *rows = arena_array(req->arena, (size_t)n + 1, sizeof *rows);

    if (!rows) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "statistics"));
        return NULL;
    }
    *ret_total =
        (struct letter_report_row){.label = req->lang == LANGUAGE_VI ? "Tổng số" : "Total"};
    for (int i = 0; i < n; i++) {
        const char *name = view_office_name(req, db_int(r, i, 0));

        rows[i] = (struct letter_report_row){
            .office = db_int(r, i, 0),
            .label = name ? name : "-",
            .owed = db_int(r, i, 1),
            .in_time = db_int(r, i, 2),
            .after_latest = db_int(r, i, 3),
            .after_due = db_int(r, i, 4),
            .missing = db_int(r, i, 5),
            .open = db_int(r, i, 6),
            .objective_none = db_int(r, i, 7),
            .objective_notice = db_int(r, i, 8),
            .second_delay = db_int(r, i, 9),
            .lapsed = db_int(r, i, 10),
        };
        letter_report_add(ret_total, &rows[i]);
    }
    return letter_report_check(rows, n, ret_total, &req->error) ? rows : NULL;
}

static void fill_row(const struct request *req, const struct letter_report_row *row,
                     struct wire_letter_statistics_row *ret)
{
    wire_letter_statistics_row_init(ret);
    ret->key = view_office_key(req, row->office);
    ret->label = row->label;
    ret->owed = row->owed;
    ret->in_time = row->in_time;
    ret->late = row->after_latest + row->after_due;
    ret->after_latest = row->after_latest;
    ret->after_due = row->after_due;
    ret->missing = row->missing;
    ret->open = row->open;
    ret->objective_none = row->objective_none;
    ret->objective_notice = row->objective_notice;
    ret->second_delay = row->second_delay;
    ret->lapsed = row->lapsed;
}

bool statistics_letters_total(struct request *req, int slot, struct wire_letter_statistics_row *ret)
{
    struct letter_report_row total;

    if (!read_rows(req, slot, &total))
        return false;
    fill_row(req, &total, ret);
    return true;
}

/* ---- the form ---- */

static enum step_result letters_parse(struct request *req)
{
    struct letter_statistics *s = container_of(req, struct letter_statistics, base);

    if (!codec_decode_pairs(&message_letter_statistics_query, req->http->query, req->http->n_query,
                            req->arena, &s->in, &req->error))
        return request_fail(req);
    if (s->in.to < s->in.from) {
        error_set(&req->error, ERR_PERIOD_BACKWARDS, arg_date("from", s->in.from),
                  arg_date("to", s->in.to));
        return request_fail(req);
    }
    return request_wait(req, LETTERS_SEND);
}

static enum step_result letters_send(struct request *req)
{
    struct letter_statistics *s = container_of(req, struct letter_statistics, base);
    bool is_all;
    int n;
    const int64_t *offices =
        offices_readable(req, GRANT_READ_STATISTICS, s->in.office, &n, &is_all);

    return offices && statistics_letters_send(req, 0, s->in.from, s->in.to, offices, n)
               ? request_wait(req, LETTERS_REPLY)
               : request_fail(req);
}

static enum step_result reply_csv(struct request *req, const struct wire_letter_statistics *out)
{
    char from[INSTANT_TEXT_MAX], to[INSTANT_TEXT_MAX], at[INSTANT_TEXT_MAX];
    struct buffer *b = &req->body;

    date_format(out->from, from);
    date_format(out->to, to);
    instant_format(out->as_of, req->zone_s, at);
    buffer_printf(b,
                  "\xEF\xBB\xBF"
                  "form,from,to,as_of,office\r\n" FORM_LETTERS ",%s,%s,%s,%s\r\n\r\n",
                  from, to, at, out->office ? out->office : "");
    buffer_text(b, "tt,label,owed,in_time,after_latest,after_due,missing,open,objective_none,"
                   "objective_notice,second_delay,lapsed\r\n");
    for (size_t i = 0; i <= out->n_rows; i++) {
        const struct wire_letter_statistics_row *w = i < out->n_rows ? &out->rows[i] : out->total;
        const int64_t columns[] = {
            w->owed, w->in_time,        w->after_latest,     w->after_due,    w->missing,
            w->open, w->objective_none, w->objective_notice, w->second_delay, w->lapsed};

        csv_write_figures(b, i < out->n_rows ? i + 1 : 0, w->label, columns, ARRAY_LEN(columns));
    }
    request_field(req, "Content-Disposition", "attachment; filename=\"letters.csv\"");
    req->status = 200;
    req->content_type = "text/csv; charset=utf-8";
    return STEP_DONE;
}

static enum step_result letters_reply(struct request *req)
{
    struct letter_statistics *s = container_of(req, struct letter_statistics, base);
    int n = db_rows(&request_result(req, 0)->result);
    struct wire_letter_statistics_row *wire = arena_array(req->arena, (size_t)n + 1, sizeof *wire);
    struct letter_report_row total;
    const struct letter_report_row *rows = wire ? read_rows(req, 0, &total) : NULL;
    struct wire_letter_statistics out;

    if (!rows) {
        if (!wire)
            error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "statistics"));
        return request_fail(req);
    }
    for (int i = 0; i < n; i++)
        fill_row(req, &rows[i], &wire[i]);
    fill_row(req, &total, &wire[n]);
    wire_letter_statistics_init(&out);
    out.form = FORM_LETTERS;
    out.from = s->in.from;
    out.to = s->in.to;
    out.as_of = req->now;
    out.office = s->in.office;
    out.office_name =
        s->in.office ? reference_office_by_key(req->reference, s->in.office)->name : NULL;
    out.rows = wire;
    out.n_rows = (size_t)n;
    out.total = &wire[n];
    out.is_balanced = true;
    if (s->in.format != WORD_NONE && !strcmp(words_output_format.words[s->in.format], "csv"))
        return reply_csv(req, &out);
    if (!wire_letter_statistics_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step letters_steps[] = {
    [LETTERS_PARSE] = {"parse", letters_parse},
    [LETTERS_SEND] = {"send", letters_send},
    [LETTERS_REPLY] = {"reply", letters_reply},
};
const struct use_case use_case_statistics_letters = {
    "letter statistics", sizeof(struct letter_statistics), letters_steps, false, 0};
