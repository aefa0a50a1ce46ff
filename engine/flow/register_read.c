/* See register_read.h. A projection of the dossiers as they stand: nothing in it is entered by
 * hand. Source: law:forms-2018, law:forms-2025. */
#include "flow/register_read.h"

#include <string.h>

#include "base/csv.h"
#include "domain/vocabulary.h"
#include "flow/app.h"
#include "flow/offices.h"
#include "flow/paper.h"
#include "flow/sheet_reply.h"
#include "flow/view.h"
#include "flow/view_person.h"

#define CELLS 14

enum { REGISTER_PARSE, REGISTER_SEND, REGISTER_DRAW, REGISTER_REPLY, REGISTER_SHEET };
enum { SLOT_ROWS, SLOT_BEFORE };

/* Columns of register_dossiers. */
enum {
    C_CODE,
    C_CASE,
    C_NAME,
    C_PHONE,
    C_ADDRESS,
    C_COMPETENT,
    C_RECEIVED,
    C_DUE,
    C_PASSED,
    C_DONE,
    C_RETURNED,
    C_STATE,
    C_ID
};

struct register_read {
    struct request base;
    struct wire_register_query in;
    const struct field_ref *field;
    const char *format; /* pdf | csv | xlsx */
    int64_t serial;     /* of the row before, from 1 on 1 January */
    int year;           /* of that row */
    struct paper paper;
    struct renderer_job job;
};

static bool find_field(struct register_read *g)
{
    if (g->in.field)
        g->field = reference_field_by_key(g->base.reference, g->in.field);
    return !g->in.field || g->field ||
           error_set(&g->base.error, ERR_FIELD_OF_LAW_UNKNOWN, arg_text("value", g->in.field));
}

static enum step_result register_parse(struct request *req)
{
    struct register_read *g = container_of(req, struct register_read, base);

    if (!codec_decode_pairs(&message_register_query, req->http->query, req->http->n_query,
                            req->arena, &g->in, &req->error))
        return request_fail(req);
    if (g->in.to < g->in.from) {
        (void)error_set(&req->error, ERR_PERIOD_BACKWARDS, arg_date("from", g->in.from),
                        arg_date("to", g->in.to));
        return request_fail(req);
    }
    g->format = g->in.format == WORD_NONE ? "pdf" : words_paper_format.words[g->in.format];
    return request_wait(req, REGISTER_SEND);
}

static enum step_result register_send(struct request *req)
{
    struct register_read *g = container_of(req, struct register_read, base);
    struct db_params p;
    bool is_all, sent;
    int n;
    const int64_t *offices = offices_readable(req, GRANT_READ_DOSSIER, g->in.office, &n, &is_all);

    if (!offices || !find_field(g))
        return request_fail(req);
    db_params_init(&p);
    db_put_int8_array(&p, offices, n);
    db_put_id(&p, g->field ? g->field->id : 0);
    db_put_date(&p, g->in.from);
    db_put_date(&p, g->in.to);
    db_put_int4(&p, DOCUMENT_ROWS_MAX + 1);
    sent = request_query(req, SLOT_ROWS, DB_LANE_READ, DB_REGISTER_DOSSIERS, &p);
    db_params_clear(&p);
    db_put_int8_array(&p, offices, n);
    db_put_id(&p, g->field ? g->field->id : 0);
    db_put_date(&p, g->in.from);
    sent = sent && request_query(req, SLOT_BEFORE, DB_LANE_READ, DB_REGISTER_BEFORE, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, REGISTER_DRAW) : request_fail(req);
}

/* As people write it on paper, as machines read it in a file. */
static const char *day_of(struct register_read *g, const struct db_result *r, int i, int column)
{
    struct request *req = &g->base;
    int64_t at = db_instant(r, i, column);
    char text[INSTANT_TEXT_MAX];

    if (at == INSTANT_NONE)
        return NULL;
    if (!strcmp(g->format, "pdf"))
        return paper_date_words(req, instant_date(at, req->zone_s));
    date_format(instant_date(at, req->zone_s), text);
    return arena_strdup(req->arena, text);
}

/* Through every new book of a year; from 1 again on 1 January (law:forms-2018). */
static const char *serial_of(struct register_read *g, const struct db_result *r, int i)
{
    int64_t at = db_instant(r, i, C_RECEIVED);
    int year = date_civil(instant_date(at, g->base.zone_s)).year;

    if (g->year && year != g->year)
        g->serial = 0;
    g->year = year;
    return arena_printf(g->base.arena, "%02lld", (long long)++g->serial);
}

static bool fill_row(struct register_read *g, const struct db_result *r, int i,
                     struct document_row *row)
{
    struct request *req = &g->base;
    const struct procedure_case *c = reference_case(req->reference, db_int(r, i, C_CASE));
    int state = vocabulary_find(&states, db_text_or_empty(r, i, C_STATE));
    const char **cells = paper_cells(req, row, CELLS);
    const char *phone = NULL, *address = NULL;

    if (!cells)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "register"));
    if (!request_show(req, db_int(r, i, C_ID)) || !sealed_read(req, r, i, C_PHONE, &phone) ||
        !sealed_read(req, r, i, C_ADDRESS, &address))
        return false;
    phone = view_person_value(req, MASK_BOOK, MASK_PHONE, phone);
    address = view_person_value(req, MASK_BOOK, MASK_ADDRESS, address);
    cells[0] = db_text_or_empty(r, i, C_CODE);
    cells[1] = c ? c->procedure_name : "-";
    cells[2] = "01";
    cells[3] = view_person_name(req, MASK_BOOK, db_text(r, i, C_NAME));
    cells[4] = address && phone ? arena_printf(req->arena, "%s; %s", address, phone)
               : address        ? address
                                : phone;
    cells[5] = view_office_name(req, db_int(r, i, C_COMPETENT));
    cells[6] = day_of(g, r, i, C_RECEIVED);
    cells[7] = day_of(g, r, i, C_DUE);
    cells[8] = day_of(g, r, i, C_PASSED);
    cells[9] = day_of(g, r, i, C_DONE);
    cells[10] = day_of(g, r, i, C_RETURNED);
    cells[11] = NULL; /* the way is known where the collector signs */
    cells[12] = db_is_null(r, i, C_RETURNED) && state >= 0
                    ? vocabulary_label(&states, state, LANGUAGE_VI)
                    : NULL;
    cells[13] = serial_of(g, r, i);
    return true;
}

static const struct sheet register_sheet = {
    .name = "Sổ theo dõi hồ sơ",
    .columns = {{"TT", 8, SHEET_NUMBER},
                {"Mã hồ sơ", 28, SHEET_TEXT},
                {"Tên thủ tục hành chính", 44, SHEET_TEXT},
                {"Số bộ", 8, SHEET_NUMBER},
                {"Tên cá nhân, tổ chức", 28, SHEET_TEXT},
                {"Địa chỉ, số điện thoại", 36, SHEET_TEXT},
                {"Cơ quan chủ trì giải quyết", 30, SHEET_TEXT},
                {"Nhận hồ sơ", 13, SHEET_DATE},
                {"Hẹn trả kết quả", 13, SHEET_DATE},
                {"Chuyển đến cơ quan giải quyết", 13, SHEET_DATE},
                {"Nhận kết quả", 13, SHEET_DATE},
                {"Trả kết quả", 13, SHEET_DATE},
                {"Phương thức nhận", 16, SHEET_TEXT},
                {"Ghi chú", 24, SHEET_TEXT}},
    .n_columns = 14,
};

static void write_csv(struct buffer *b, const struct document_row *rows, int n)
{
    buffer_text(b, "\xEF\xBB\xBF"
                   "tt,code,procedure,sets,name,contact,office,received,due,passed,done,returned,"
                   "way,remark\r\n");
    for (int i = 0; i < n; i++) {
        csv_write(b, rows[i].cells[13]);
        for (size_t k = 0; k < 13; k++) {
            buffer_char(b, ',');
            csv_write(b, rows[i].cells[k] ? rows[i].cells[k] : "");
        }
        buffer_text(b, "\r\n");
    }
}

static enum step_result reply_file(struct register_read *g, const struct document_row *rows, int n)
{
    struct request *req = &g->base;
    struct sheet sheet = register_sheet;
    struct buffer csv = {0};

    write_csv(&csv, rows, n);
    if (!strcmp(g->format, "csv"))
        return sheet_reply_csv(req, &csv, paper_rows[PAPER_REGISTER].file);
    sheet.made_at = req->now;
    sheet.title = arena_printf(req->arena, "SỔ THEO DÕI HỒ SƠ - Từ %s đến %s",
                               paper_date_words(req, g->in.from), paper_date_words(req, g->in.to));
    return sheet_reply_draw(req, &g->job, &sheet, &csv, REGISTER_SHEET);
}

static enum step_result register_sheet_done(struct request *req)
{
    return sheet_reply_done(req, &container_of(req, struct register_read, base)->job,
                            paper_rows[PAPER_REGISTER].file);
}

static enum step_result draw(struct register_read *g, const struct document_row *rows, int n)
{
    struct request *req = &g->base;
    struct paper *p = &g->paper;
    const struct office_ref *o =
        g->in.office ? reference_office_by_key(req->reference, g->in.office) : NULL;

    paper_init(p, req->now);
    if (!paper_choose_form(req, p, PAPER_REGISTER, o, g->in.to))
        return request_fail(req);
    paper_put_head(req, p, o, req->now);
    paper_put(p, "field_name", g->field ? g->field->name : NULL);
    paper_put(p, "book", g->in.book);
    paper_put(p, "year", arena_printf(req->arena, "%d", date_civil(g->in.to).year));
    paper_put(p, "period",
              arena_printf(req->arena, "Từ %s đến %s", paper_date_words(req, g->in.from),
                           paper_date_words(req, g->in.to)));
    paper_put_list(p, "rows", rows, (size_t)n);
    return paper_draw(req, p, REGISTER_REPLY);
}

static enum step_result register_draw(struct request *req)
{
    struct register_read *g = container_of(req, struct register_read, base);
    const struct db_result *r = &request_result(req, SLOT_ROWS)->result;
    int n = db_rows(r);
    struct document_row *rows = arena_array(req->arena, (size_t)n + 1, sizeof *rows);

    if (n > DOCUMENT_ROWS_MAX) {
        (void)error_set(&req->error, ERR_DOCUMENT_LIMIT, arg_text("field", "rows"),
                        arg_number("limit", DOCUMENT_ROWS_MAX));
        return request_fail(req);
    }
    if (!rows) {
        (void)error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "register"));
        return request_fail(req);
    }
    g->serial = db_int(&request_result(req, SLOT_BEFORE)->result, 0, 0);
    for (int i = 0; i < n; i++)
        if (!fill_row(g, r, i, &rows[i]))
            return request_fail(req);
    if (strcmp(g->format, "pdf") != 0)
        return reply_file(g, rows, n);
    return draw(g, rows, n);
}

static enum step_result register_reply(struct request *req)
{
    struct register_read *g = container_of(req, struct register_read, base);

    return paper_reply(req, &g->paper, paper_rows[PAPER_REGISTER].file);
}

static const struct step register_steps[] = {
    [REGISTER_PARSE] = {"parse", register_parse},      [REGISTER_SEND] = {"send", register_send},
    [REGISTER_DRAW] = {"draw", register_draw},         [REGISTER_REPLY] = {"reply", register_reply},
    [REGISTER_SHEET] = {"sheet", register_sheet_done},
};
const struct use_case use_case_register = {"register", sizeof(struct register_read), register_steps,
                                           false, 0};
