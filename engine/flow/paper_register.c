#include "flow/paper_register.h"

#include <stdio.h>
#include <string.h>

#include "base/csv.h"
#include "domain/vocabulary.h"
#include "flow/app.h"
#include "flow/asked.h"
#include "flow/edit.h"
#include "flow/offices.h"
#include "flow/paper.h"
#include "flow/sheet_reply.h"
#include "flow/view.h"
#include "flow/view_person.h"

#define ROWS_MAX 20000 /* of a register as a file */

/* ---- what there is ---- */

struct registers {
    struct request base;
    struct wire_paper_register_query in;
};

static void fill(struct request *req, const struct db_result *r, int i,
                 struct wire_paper_register *w)
{
    wire_paper_register_init(w);
    w->office = view_office_key(req, db_int(r, i, 0));
    w->office_name = view_office_name(req, db_int(r, i, 0));
    w->year = db_int(r, i, 1);
    w->symbol = arena_strdup(req->arena, db_text_or_empty(r, i, 2));
    w->is_outside = db_bool(r, i, 3);
    w->began_after = db_int(r, i, 4);
    w->last = db_int(r, i, 5);
    w->entries = db_int(r, i, 6);
    w->voided = db_int(r, i, 7);
}

static enum step_result registers_parse(struct request *req)
{
    struct registers *g = container_of(req, struct registers, base);

    if (!codec_decode_pairs(&message_paper_register_query, req->http->query, req->http->n_query,
                            req->arena, &g->in, &req->error))
        return request_fail(req);
    return request_wait(req, 1);
}

static enum step_result registers_send(struct request *req)
{
    struct registers *g = container_of(req, struct registers, base);
    struct db_params p;
    bool is_all, sent;
    int n;
    const int64_t *offices = offices_readable(req, GRANT_READ_DOSSIER, g->in.office, &n, &is_all);

    if (!offices)
        return request_fail(req);
    db_params_init(&p);
    offices_put(&p, offices, n, is_all);
    if (g->in.year == INTEGER_NONE)
        db_put_null(&p);
    else
        db_put_int4(&p, (int32_t)g->in.year);
    db_put_int4(&p, LIST_ITEMS_MAX);
    sent = request_query(req, 0, DB_LANE_READ, DB_PAPER_REGISTERS, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, 2) : request_fail(req);
}

static enum step_result registers_reply(struct request *req)
{
    const struct db_result *r = &request_result(req, 0)->result;
    int n = db_rows(r);
    struct wire_paper_register *items = arena_array(req->arena, (size_t)n + 1, sizeof *items);
    struct wire_paper_register_list out;

    if (!items) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "registers"));
        return request_fail(req);
    }
    for (int i = 0; i < n; i++)
        fill(req, r, i, &items[i]);
    wire_paper_register_list_init(&out);
    out.items = items;
    out.n_items = (size_t)n;
    if (!wire_paper_register_list_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step registers_steps[] = {
    {"parse", registers_parse}, {"send", registers_send}, {"reply", registers_reply}};
const struct use_case use_case_paper_registers = {"registers", sizeof(struct registers),
                                                  registers_steps, false, 0};

/* ---- opening one ---- */

enum { OPEN_PARSE, OPEN_SEND, OPEN_SAVED, OPEN_REPLY };

struct opening {
    struct request base;
    struct wire_paper_register_open in;
    const struct office_ref *office;
    const char *key; /* "ubnd-tan-ky:2022:PXL" */
};

static enum step_result open_parse(struct request *req)
{
    struct opening *o = container_of(req, struct opening, base);

    if (!request_json(req) ||
        !wire_paper_register_open_decode(req->json, req->arena, &o->in, &req->error))
        return request_fail(req);
    if (strpbrk(o->in.symbol, ":/ \t")) {
        error_set(&req->error, ERR_FIELD_VALUE, arg_text("field", "symbol"),
                  arg_text("value", o->in.symbol));
        return request_fail(req);
    }
    return request_wait(req, OPEN_SEND);
}

static enum step_result open_send(struct request *req)
{
    struct opening *o = container_of(req, struct opening, base);
    struct db_params p;
    bool sent;

    o->office = reference_office_by_key(req->reference, o->in.office);
    if (!o->office) {
        error_set(&req->error, ERR_OFFICE_UNKNOWN, arg_text("field", "office"),
                  arg_text("value", o->in.office));
        return request_fail(req);
    }
    if (!request_require(req, GRANT_KEEP_REGISTERS, o->office->id))
        return request_fail(req);
    o->key = arena_printf(req->arena, "%s:%d:%s", o->office->key, (int)o->in.year, o->in.symbol);
    db_params_init(&p);
    db_put_int8(&p, o->office->id);
    db_put_int4(&p, (int32_t)o->in.year);
    db_put_text(&p, o->in.symbol);
    db_put_int8(&p, o->in.began_after == INTEGER_NONE ? 0 : o->in.began_after);
    db_put_bool(&p, o->in.is_outside);
    db_put_int8(&p, req->principal.officer_id);
    db_put_date(&p, instant_date(req->now, req->zone_s));
    db_put_text(&p, o->key);
    db_put_text(&p, o->in.source);
    db_put_text(&p, o->in.reason);
    db_put_instant(&p, req->now);
    sent = request_query(req, 0, DB_LANE_JOB, DB_REGISTER_OPEN, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, OPEN_SAVED) : request_fail(req);
}

static enum step_result open_saved(struct request *req)
{
    struct opening *o = container_of(req, struct opening, base);
    const struct db_result *r = &request_result(req, 0)->result;
    struct db_params p;
    bool sent;

    if (strcmp(db_text_or_empty(r, 0, 0), "saved") != 0) {
        error_set(&req->error, ERR_REGISTER_IN_USE, arg_text("register", o->key),
                  arg_number("last", db_int(r, 0, 1)));
        return request_fail(req);
    }
    db_params_init(&p);
    db_put_int8(&p, o->office->id);
    db_put_int4(&p, (int32_t)o->in.year);
    db_put_text(&p, o->in.symbol);
    sent = request_query(req, 1, DB_LANE_JOB, DB_PAPER_REGISTER_ONE, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, OPEN_REPLY) : request_fail(req);
}

static enum step_result open_reply(struct request *req)
{
    struct wire_paper_register out;

    fill(req, &request_result(req, 1)->result, 0, &out);
    if (!wire_paper_register_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static const struct step open_steps[] = {
    [OPEN_PARSE] = {"parse", open_parse},
    [OPEN_SEND] = {"send", open_send},
    [OPEN_SAVED] = {"saved", open_saved},
    [OPEN_REPLY] = {"reply", open_reply},
};
const struct use_case use_case_paper_register_open = {"register opened", sizeof(struct opening),
                                                      open_steps, false, 0};

/* ---- the numbers given ---- */

enum { ENTRIES_PARSE, ENTRIES_SEND, ENTRIES_REPLY, ENTRIES_SHEET };

struct entries {
    struct request base;
    struct wire_paper_register_entries_query in;
    const char *format;
    int64_t limit;
    struct renderer_job job;
};

static const struct sheet entries_sheet = {
    .name = "Sổ đăng ký",
    .title = "SỔ ĐĂNG KÝ VĂN BẢN ĐI",
    .columns = {{"Số", 8, SHEET_NUMBER},
                {"Ký hiệu", 12, SHEET_TEXT},
                {"Ngày cấp số", 14, SHEET_DATE},
                {"Loại văn bản", 34, SHEET_TEXT},
                {"Mã hồ sơ", 28, SHEET_TEXT},
                {"Người nộp", 30, SHEET_TEXT},
                {"Người ký", 26, SHEET_TEXT},
                {"Tình trạng", 18, SHEET_TEXT},
                {"Ngày hủy", 14, SHEET_DATE},
                {"Lý do hủy", 40, SHEET_TEXT}},
    .n_columns = 10,
};

static enum step_result entries_parse(struct request *req)
{
    struct entries *e = container_of(req, struct entries, base);

    if (!codec_decode_pairs(&message_paper_register_entries_query, req->http->query,
                            req->http->n_query, req->arena, &e->in, &req->error))
        return request_fail(req);
    e->format = e->in.format == WORD_NONE ? "json" : words_list_format.words[e->in.format];
    return request_wait(req, ENTRIES_SEND);
}

static enum step_result entries_send(struct request *req)
{
    struct entries *e = container_of(req, struct entries, base);
    bool is_file = strcmp(e->format, "json") != 0, is_all, sent;
    int64_t after = 0;
    struct db_params p;
    int n;

    if (!offices_readable(req, GRANT_READ_DOSSIER, e->in.office, &n, &is_all) ||
        (!is_file && !asked_after(req, e->in.after, (int64_t *[]){&after}, 1)))
        return request_fail(req);
    e->limit = is_file ? ROWS_MAX : e->in.limit == INTEGER_NONE ? LIST_ITEMS_DEFAULT : e->in.limit;
    db_params_init(&p);
    db_put_int8(&p, reference_office_by_key(req->reference, e->in.office)->id);
    db_put_int4(&p, (int32_t)e->in.year);
    db_put_text(&p, e->in.symbol);
    db_put_int8(&p, after);
    db_put_int4(&p, (int32_t)e->limit + 1);
    sent = request_query(req, 0, DB_LANE_READ, DB_PAPER_REGISTER_ENTRIES, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, ENTRIES_REPLY) : request_fail(req);
}

/* What has the number: a letter, or a paper of this kind. */
static const char *entry_title(const char *kind, enum language lang)
{
    return paper_title(kind ? kind : paper_rows[PAPER_APOLOGY].kind, lang);
}

static void fill_entry(struct request *req, const struct db_result *r, int i,
                       struct wire_paper_register_entry *w)
{
    if (!db_is_null(r, i, 11))
        (void)request_show(req, db_int(r, i, 11)); /* out of memory: the reply says so */
    wire_paper_register_entry_init(w);
    w->number = db_int(r, i, 0);
    w->entered_at = db_instant(r, i, 1);
    w->is_typed = db_bool(r, i, 2);
    w->letter = db_is_null(r, i, 3) ? INTEGER_NONE : db_int(r, i, 3);
    w->kind = db_is_null(r, i, 10) ? NULL : db_text(r, i, 10);
    w->title = entry_title(w->kind, req->lang);
    w->dossier = db_is_null(r, i, 4) ? NULL : db_text(r, i, 4);
    w->applicant_name = view_person_value(req, MASK_BOOK, MASK_NAME, db_text(r, i, 5));
    w->signer_name = view_officer_name(req, db_int(r, i, 6));
    w->state = db_is_null(r, i, 7) ? WORD_NONE : vocabulary_find(&letter_states, db_text(r, i, 7));
    w->voided_at = db_instant(r, i, 8);
    w->void_reason = db_is_null(r, i, 9) ? NULL : db_text(r, i, 9);
}

static void add_day(struct request *req, struct buffer *b, int64_t at)
{
    char text[INSTANT_TEXT_MAX] = "";

    if (at != INSTANT_NONE)
        date_format(instant_date(at, req->zone_s), text);
    buffer_printf(b, ",%s", text);
}

static void add_text(struct buffer *b, const char *text)
{
    buffer_char(b, ',');
    csv_write(b, text ? text : "");
}

static void write_csv(struct entries *e, const struct db_result *r, int n, struct buffer *csv)
{
    struct request *req = &e->base;

    buffer_text(
        csv, "\xEF\xBB\xBF"
             "number,symbol,entered_on,paper,dossier,applicant,signer,state,voided_on,reason\r\n");
    for (int i = 0; i < n; i++) {
        struct wire_paper_register_entry w;

        fill_entry(req, r, i, &w);
        buffer_printf(csv, "%lld", (long long)w.number);
        add_text(csv, e->in.symbol);
        add_day(req, csv, w.entered_at);
        add_text(csv, entry_title(w.kind, LANGUAGE_VI));
        add_text(csv, w.dossier);
        add_text(csv, w.applicant_name);
        add_text(csv, w.signer_name);
        add_text(csv, w.state == WORD_NONE
                          ? NULL
                          : vocabulary_label(&letter_states, w.state, LANGUAGE_VI));
        add_day(req, csv, w.voided_at);
        add_text(csv, w.void_reason);
        buffer_text(csv, "\r\n");
    }
}

static const char *file_name(struct entries *e)
{
    return arena_printf(e->base.arena, "so-dang-ky-%d", (int)e->in.year);
}

static enum step_result reply_file(struct entries *e, const struct db_result *r, int n)
{
    struct request *req = &e->base;
    struct sheet sheet = entries_sheet;
    struct buffer csv = {0};

    if (n > ROWS_MAX) {
        error_set(&req->error, ERR_DOCUMENT_LIMIT, arg_text("field", "rows"),
                  arg_number("limit", ROWS_MAX));
        return request_fail(req);
    }
    write_csv(e, r, n, &csv);
    if (!strcmp(e->format, "csv"))
        return sheet_reply_csv(req, &csv, file_name(e));
    sheet.made_at = req->now;
    sheet.title = arena_printf(req->arena, "SỔ ĐĂNG KÝ VĂN BẢN ĐI - %s - %s - NĂM %d",
                               reference_office_by_key(req->reference, e->in.office)->name,
                               e->in.symbol, (int)e->in.year);
    return sheet_reply_draw(req, &e->job, &sheet, &csv, ENTRIES_SHEET);
}

static enum step_result entries_reply(struct request *req)
{
    struct entries *e = container_of(req, struct entries, base);
    const struct db_result *r = &request_result(req, 0)->result;
    int n = db_rows(r);
    struct wire_paper_register_entry *items;
    struct wire_paper_register_entry_list out;

    if (strcmp(e->format, "json") != 0)
        return reply_file(e, r, n);
    items = arena_array(req->arena, (size_t)n + 1, sizeof *items);
    if (!items) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "register"));
        return request_fail(req);
    }
    wire_paper_register_entry_list_init(&out);
    if (n > e->limit) {
        n = (int)e->limit;
        out.next = arena_printf(req->arena, "%lld", (long long)db_int(r, n - 1, 0));
    }
    for (int i = 0; i < n; i++)
        fill_entry(req, r, i, &items[i]);
    out.items = items;
    out.n_items = (size_t)n;
    if (!wire_paper_register_entry_list_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

static enum step_result entries_done(struct request *req)
{
    struct entries *e = container_of(req, struct entries, base);

    return sheet_reply_done(req, &e->job, file_name(e));
}

static const struct step entries_steps[] = {
    [ENTRIES_PARSE] = {"parse", entries_parse},
    [ENTRIES_SEND] = {"send", entries_send},
    [ENTRIES_REPLY] = {"reply", entries_reply},
    [ENTRIES_SHEET] = {"sheet", entries_done},
};
const struct use_case use_case_paper_register_entries = {"register entries", sizeof(struct entries),
                                                         entries_steps, false, 0};
