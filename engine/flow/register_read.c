/* See register_read.h. A projection of the dossiers as they stand: nothing in it is entered by
 * hand. Source: law:forms-2018, law:forms-2025. */
#include "flow/register_read.h"

#include <string.h>

#include "base/csv.h"
#include "domain/vocabulary.h"
#include "flow/app.h"
#include "flow/offices.h"
#include "flow/paper.h"
#include "flow/view.h"

#define CELLS 13

enum { REGISTER_PARSE, REGISTER_SEND, REGISTER_DRAW, REGISTER_REPLY };

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
    C_STATE
};

struct register_read {
    struct request base;
    struct wire_register_query in;
    const struct field_ref *field;
    struct paper paper;
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
    sent = request_query(req, 0, DB_LANE_READ, DB_REGISTER_DOSSIERS, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, REGISTER_DRAW) : request_fail(req);
}

static const char *date_words(struct request *req, int32_t on)
{
    struct civil c = date_civil(on);

    return arena_printf(req->arena, "%02d/%02d/%04d", c.day, c.month, c.year);
}

static const char *day_of(struct request *req, const struct db_result *r, int i, int column)
{
    int64_t at = db_instant(r, i, column);

    return at == INSTANT_NONE ? NULL : date_words(req, instant_date(at, req->zone_s));
}

static bool fill_row(struct request *req, const struct db_result *r, int i,
                     struct document_row *row)
{
    const struct procedure_case *c = reference_case(req->reference, db_int(r, i, C_CASE));
    int state = vocabulary_find(&states, db_text_or_empty(r, i, C_STATE));
    const char **cells = paper_cells(req, row, CELLS);
    const char *phone = NULL, *address = NULL;

    if (!cells)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "register"));
    if (!sealed_read(req, r, i, C_PHONE, &phone) || !sealed_read(req, r, i, C_ADDRESS, &address))
        return false;
    cells[0] = db_text_or_empty(r, i, C_CODE);
    cells[1] = c ? c->procedure_name : "-";
    cells[2] = "01";
    cells[3] = db_text_or_empty(r, i, C_NAME);
    cells[4] = address && phone ? arena_printf(req->arena, "%s; %s", address, phone)
               : address        ? address
                                : phone;
    cells[5] = view_office_name(req, db_int(r, i, C_COMPETENT));
    cells[6] = day_of(req, r, i, C_RECEIVED);
    cells[7] = day_of(req, r, i, C_DUE);
    cells[8] = day_of(req, r, i, C_PASSED);
    cells[9] = day_of(req, r, i, C_DONE);
    cells[10] = day_of(req, r, i, C_RETURNED);
    cells[11] = NULL; /* the way is known where the collector signs */
    cells[12] = db_is_null(r, i, C_RETURNED) && state >= 0
                    ? vocabulary_label(&states, state, LANGUAGE_VI)
                    : NULL;
    return true;
}

static enum step_result reply_csv(struct request *req, const struct document_row *rows, int n)
{
    struct buffer *b = &req->body;

    buffer_text(b, "\xEF\xBB\xBF"
                   "tt,code,procedure,sets,name,contact,office,received,due,passed,done,returned,"
                   "way,remark\r\n");
    for (int i = 0; i < n; i++) {
        buffer_printf(b, "%d", i + 1);
        for (size_t k = 0; k < rows[i].n_cells; k++) {
            buffer_char(b, ',');
            csv_write(b, rows[i].cells[k] ? rows[i].cells[k] : "");
        }
        buffer_text(b, "\r\n");
    }
    request_field(req, "Content-Disposition", "attachment; filename=\"so-theo-doi.csv\"");
    req->status = 200;
    req->content_type = "text/csv; charset=utf-8";
    return STEP_DONE;
}

static enum step_result draw(struct register_read *g, const struct document_row *rows, int n)
{
    struct request *req = &g->base;
    struct paper *p = &g->paper;
    const struct office_ref *o =
        g->in.office ? reference_office_by_key(req->reference, g->in.office) : NULL;

    paper_init(p, req->now);
    if (!paper_choose_form(req, p, PAPER_REGISTER, g->in.to))
        return request_fail(req);
    paper_put_head(req, p, o, req->now);
    paper_put(p, "field_name", g->field ? g->field->name : NULL);
    paper_put(p, "book", g->in.book);
    paper_put(p, "year", arena_printf(req->arena, "%d", date_civil(g->in.to).year));
    paper_put(p, "period",
              arena_printf(req->arena, "Từ %s đến %s", date_words(req, g->in.from),
                           date_words(req, g->in.to)));
    paper_put_list(p, "rows", rows, (size_t)n);
    return paper_draw(req, p, REGISTER_REPLY);
}

static enum step_result register_draw(struct request *req)
{
    struct register_read *g = container_of(req, struct register_read, base);
    const struct db_result *r = &request_result(req, 0)->result;
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
    for (int i = 0; i < n; i++)
        if (!fill_row(req, r, i, &rows[i]))
            return request_fail(req);
    if (g->in.format != WORD_NONE && !strcmp(words_paper_format.words[g->in.format], "csv"))
        return reply_csv(req, rows, n);
    return draw(g, rows, n);
}

static enum step_result register_reply(struct request *req)
{
    struct register_read *g = container_of(req, struct register_read, base);

    return paper_reply(req, &g->paper, paper_rows[PAPER_REGISTER].file);
}

static const struct step register_steps[] = {
    [REGISTER_PARSE] = {"parse", register_parse},
    [REGISTER_SEND] = {"send", register_send},
    [REGISTER_DRAW] = {"draw", register_draw},
    [REGISTER_REPLY] = {"reply", register_reply},
};
const struct use_case use_case_register = {"register", sizeof(struct register_read), register_steps,
                                           false, 0};
