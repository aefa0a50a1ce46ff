/* See listing.h. */
#include "flow/listing.h"

#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "flow/app.h"
#include "flow/asked.h"
#include "flow/paper.h"
#include "flow/sheet_reply.h"
#include "flow/view_person.h"
#include "wire/csv.h"

#define ROUND_DOSSIERS 4000
#define ROUND_ARENA    (16u << 20)

enum { SLOT_FIRST, SLOT_RANGE, SLOT_PAGE };

static struct listing *listing_of(struct request *req)
{
    return container_of(req, struct listing, base);
}

static bool is_file(const struct listing *l)
{
    return strcmp(l->format, "json") != 0;
}

static bool is_sheet(const struct listing *l)
{
    return !strcmp(l->format, "xlsx");
}

struct arena *listing_arena(const struct listing *l)
{
    return l->base.chunk ? l->base.chunk : l->base.arena;
}

const char *listing_applicant(struct listing *l, int64_t office, const char *name)
{
    struct request *req = &l->base;

    if (!name || !right_grants(&req->principal, GRANT_READ_DOSSIER, NULL, office, reference_within,
                               req->reference))
        return NULL;
    return arena_strdup(listing_arena(l), view_person_value(req, MASK_LIST, MASK_NAME, name));
}

void listing_put_stretch(const struct listing *l, int64_t after, int64_t upto, int32_t limit,
                         struct db_params *p)
{
    statistics_scope_put(&l->base, &l->scope, p);
    db_put_int8(p, after);
    db_put_int8(p, upto);
    db_put_int4(p, limit);
}

static enum step_result no_memory(struct request *req)
{
    error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "list"));
    return request_fail(req);
}

static void listing_free(struct request *req)
{
    struct listing *l = listing_of(req);

    stream_reply_free(&l->out);
    book_free(&l->book);
    buffer_deinit(&l->rows);
}

/* ---- what is asked ---- */

enum step_result listing_parse(struct listing *l)
{
    struct request *req = &l->base;

    req->on_free = listing_free;
    l->format = l->in.format == WORD_NONE ? "json" : words_form_format.words[l->in.format];
    if (!strcmp(l->format, "pdf")) {
        error_set(&req->error, ERR_FIELD_VALUE, arg_text("field", "format"),
                  arg_text("value", l->format));
        return request_fail(req);
    }
    l->limit = l->in.limit == INTEGER_NONE ? LIST_ITEMS_DEFAULT : l->in.limit;
    return is_file(l) || asked_after(req, l->in.after, (int64_t *[]){&l->after}, 1)
               ? request_wait(req, LISTING_RESOLVE)
               : request_fail(req);
}

/* The last id of the next round: NULL after the last one. */
static bool range_send(struct listing *l)
{
    struct db_params p;
    bool sent;

    db_params_init(&p);
    db_put_int8(&p, l->upto);
    db_put_int4(&p, l->kind->round ? l->kind->round : ROUND_DOSSIERS);
    sent = request_query(&l->base, SLOT_RANGE, DB_LANE_READ, DB_LISTING_RANGE, &p);
    db_params_deinit(&p);
    return sent;
}

enum step_result listing_resolve(struct request *req)
{
    struct listing *l = listing_of(req);

    l->scope.takes_place = l->kind->takes_place;
    if (!statistics_scope_resolve(req, &l->in, &l->scope) ||
        !statistics_first_send(req, SLOT_FIRST) || (is_file(l) && !range_send(l)))
        return request_fail(req);
    return request_wait(req, LISTING_BEGIN);
}

/* ---- the file's beginning ---- */

static const char *file_name(const struct listing *l)
{
    char from[INSTANT_TEXT_MAX], to[INSTANT_TEXT_MAX];

    date_format(l->scope.from, from);
    date_format(l->scope.to, to);
    return arena_printf(l->base.arena, "%s_%s_%s.%s", l->kind->file, from, to, l->format);
}

static void write_head(struct listing *l)
{
    struct csv_writer w = {.b = &l->rows};

    if (!is_sheet(l) && !l->in.without_bom)
        buffer_text(&l->rows, "\xEF\xBB\xBF");
    for (size_t i = 0; i < l->kind->n_columns; i++)
        csv_write_text(&w, l->kind->columns[i].field);
    csv_write_end(&w);
}

static const char *moment(struct request *req, int64_t at)
{
    char text[INSTANT_TEXT_MAX];

    instant_format(at, req->zone_s, text);
    return arena_strdup(req->arena, text);
}

static struct sheet *make_sheet(struct listing *l)
{
    struct request *req = &l->base;
    const struct office_ref *o =
        l->in.office ? reference_office_by_key(req->reference, l->in.office) : NULL;
    struct sheet *s = arena_new_of(req->arena, struct sheet);

    if (!s)
        return NULL;
    s->name = req->lang == LANGUAGE_VI ? "Danh sách" : "List";
    s->title = l->kind->title[req->lang];
    s->made_at = req->now;
    s->n_columns = l->kind->n_columns;
    for (size_t i = 0; i < s->n_columns; i++) {
        const struct list_column *c = &l->kind->columns[i];

        s->columns[i] = (struct sheet_column){c->label[req->lang], c->width, c->kind, NULL};
    }
    s->lines[s->n_lines++] = arena_printf(
        req->arena, req->lang == LANGUAGE_VI ? "Từ ngày %s đến ngày %s" : "From %s to %s",
        paper_date_words(req, l->scope.from), paper_date_words(req, l->scope.to));
    s->lines[s->n_lines++] =
        arena_printf(req->arena,
                     req->lang == LANGUAGE_VI ? "Số liệu tại %s, theo dữ liệu có lúc %s"
                                              : "State at %s, as known at %s",
                     moment(req, l->scope.state_at), moment(req, l->scope.known_at));
    if (o)
        s->lines[s->n_lines++] = o->name;
    return s;
}

static bool find_fields(struct listing *l)
{
    struct request *req = &l->base;

    l->fields = arena_array(req->arena, l->kind->n_columns, sizeof(void *));
    l->row = arena_alloc(req->arena, l->kind->row->size);
    req->chunk = arena_new(ROUND_ARENA);
    if (!l->fields || !l->row || !req->chunk)
        return false;
    for (size_t i = 0; i < l->kind->n_columns; i++) {
        l->fields[i] = codec_field_find(l->kind->row, l->kind->columns[i].field);
        assert(l->fields[i]);
    }
    return true;
}

enum step_result listing_begin(struct request *req)
{
    struct listing *l = listing_of(req);
    struct sheet *sheet;

    if (!statistics_first_check(req, SLOT_FIRST, &l->scope))
        return request_fail(req);
    if (!is_file(l)) {
        l->items = arena_array(req->arena, (size_t)l->limit + 1, l->kind->row->size);
        return l->items ? request_next(req, LISTING_ASK) : no_memory(req);
    }
    if (!find_fields(l))
        return no_memory(req);
    if (is_sheet(l)) {
        sheet = make_sheet(l);
        if (!sheet)
            return no_memory(req);
        return book_begin(req, &l->book, sheet) ? request_wait(req, LISTING_BEGUN)
                                                : request_fail(req);
    }
    if (!stream_reply_open(req, &l->out, "text/csv; charset=utf-8", file_name(l),
                           HTTP_FILE_LEN_UNKNOWN))
        return STEP_DONE;
    write_head(l);
    return stream_reply_send(req, &l->out, &l->rows, LISTING_ASK);
}

enum step_result listing_begun(struct request *req)
{
    struct listing *l = listing_of(req);

    if (!book_done(req, &l->book))
        return request_fail(req);
    write_head(l);
    return request_next(req, LISTING_ASK);
}

/* ---- rounds ---- */

static bool is_given_up(const struct request *req)
{
    return req->app->is_stopping || (req->exchange && http_exchange_is_abandoned(req->exchange));
}

static enum step_result file_end(struct listing *l)
{
    struct request *req = &l->base;

    if (!is_sheet(l))
        return stream_reply_end(req, &l->out);
    return book_bind(req, &l->book) ? request_wait(req, LISTING_BOUND) : request_fail(req);
}

/* The rows of a round, and meanwhile where the one after it ends. */
enum step_result listing_ask(struct request *req)
{
    struct listing *l = listing_of(req);
    const struct db_result *range;

    l->asked = (int32_t)(l->limit + 1 - l->n);
    if (l->asked < l->kind->round)
        l->asked = l->kind->round;
    if (!is_file(l))
        return l->kind->send(l, SLOT_PAGE, l->after, INT64_MAX, l->asked)
                   ? request_wait(req, LISTING_ALSO)
                   : request_fail(req);
    if (is_given_up(req)) {
        error_set(&req->error, ERR_HTTP_BUSY, arg_text("what", l->kind->file));
        return request_fail(req);
    }
    range = &request_result(req, SLOT_RANGE)->result;
    if (db_rows(range) == 0 || db_is_null(range, 0, 0))
        return file_end(l);
    l->upto = db_int(range, 0, 0);
    arena_reset(req->chunk);
    return l->kind->send(l, SLOT_PAGE, l->after, l->upto, INT32_MAX) && range_send(l)
               ? request_wait(req, LISTING_ALSO)
               : request_fail(req);
}

/* The rows are there; some lists ask more about them. */
enum step_result listing_also(struct request *req)
{
    struct listing *l = listing_of(req);
    const struct db_result *r = &request_result(req, SLOT_PAGE)->result;

    l->also_row = 0;
    if (!l->kind->also || db_rows(r) == 0)
        return request_next(req, LISTING_TAKE);
    return l->kind->also(l, LISTING_SLOT_ALSO, r) ? request_wait(req, LISTING_TAKE)
                                                  : request_fail(req);
}

static void write_cell(struct listing *l, struct csv_writer *w, size_t i)
{
    const struct list_column *c = &l->kind->columns[i];
    const struct codec_field *f = l->fields[i];
    struct buffer text = {0};
    int word;

    codec_write_plain(f, l->row, l->base.zone_s, &text);
    word = text.len && c->words && is_sheet(l) ? vocabulary_find(c->words, text.data) : -1;
    w->is_guarded = !is_sheet(l) && f->kind == CODEC_TEXT;
    csv_write_text(w, word >= 0  ? vocabulary_label(c->words, word, l->base.lang)
                      : text.len ? text.data
                                 : "");
    buffer_deinit(&text);
}

static void write_row(struct listing *l)
{
    struct csv_writer w = {.b = &l->rows};

    for (size_t i = 0; i < l->kind->n_columns; i++)
        write_cell(l, &w, i);
    csv_write_end(&w);
}

/* One row after the other, where it belongs. */
static bool take_rows(struct listing *l, const struct db_result *r)
{
    struct request *req = &l->base;

    for (int i = 0; i < db_rows(r); i++) {
        void *row = is_file(l) ? l->row : (char *)l->items + (size_t)l->n * l->kind->row->size;
        bool is_of_it = true;

        codec_init(l->kind->row, row);
        if (!l->kind->fill(l, r, i, row, &is_of_it))
            return false;
        if (!is_of_it) {
            l->after = db_int(r, i, 0);
            continue;
        }
        if (!is_file(l) && l->n == l->limit) {
            l->n++; /* there is more */
            return true;
        }
        l->after = db_int(r, i, 0);
        if (!request_show(req, l->after))
            return false;
        l->n++;
        if (is_file(l))
            write_row(l);
    }
    return true;
}

static enum step_result reply_page(struct listing *l)
{
    struct request *req = &l->base;
    struct wire_statistics_dossier_list out; /* every list has the same shape */

    wire_statistics_dossier_list_init(&out);
    out.items = l->items;
    out.n_items = (size_t)l->n;
    if (l->n > l->limit) {
        out.n_items = (size_t)l->limit;
        out.next = arena_printf(req->arena, "%lld", (long long)l->after);
    }
    if (!codec_encode(l->kind->page, &out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

enum step_result listing_take(struct request *req)
{
    struct listing *l = listing_of(req);
    const struct db_result *r = &request_result(req, SLOT_PAGE)->result;

    if (!take_rows(l, r))
        return request_fail(req);
    if (!is_file(l))
        return db_rows(r) < l->asked || l->n > l->limit ? reply_page(l)
                                                        : request_next(req, LISTING_ASK);
    l->after = l->upto;
    if (!is_sheet(l))
        return stream_reply_send(req, &l->out, &l->rows, LISTING_ASK);
    if (!request_log_reads(req))
        return request_fail(req);
    req->n_shown = 0;
    if (!l->rows.len)
        return request_next(req, LISTING_ASK);
    return book_add(req, &l->book, &l->rows) ? request_wait(req, LISTING_ADDED) : request_fail(req);
}

/* ---- the spreadsheet ---- */

enum step_result listing_added(struct request *req)
{
    return book_done(req, &listing_of(req)->book) ? request_next(req, LISTING_ASK)
                                                  : request_fail(req);
}

enum step_result listing_bound(struct request *req)
{
    struct listing *l = listing_of(req);

    if (!book_done(req, &l->book))
        return request_fail(req);
    return stream_reply_open(req, &l->out, SHEET_MEDIA_TYPE, file_name(l),
                             (uint64_t)book_len(&l->book))
               ? request_next(req, LISTING_PIECE)
               : STEP_DONE;
}

enum step_result listing_piece(struct request *req)
{
    return book_read(req, &listing_of(req)->book) ? request_wait(req, LISTING_SENT)
                                                  : request_fail(req);
}

enum step_result listing_sent(struct request *req)
{
    struct listing *l = listing_of(req);

    return book_done(req, &l->book)
               ? stream_reply_send(req, &l->out, book_piece(&l->book), LISTING_PIECE)
               : request_fail(req);
}
