/* See evidence.h. */
#include "flow/evidence.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/instant.h"
#include "base/zip.h"
#include "flow/app.h"
#include "flow/blob.h"
#include "flow/listing.h"
#include "flow/paper.h"
#include "flow/statistics_late.h"
#include "flow/view.h"
#include "flow/view_person.h"
#include "wire/csv.h"

#define PAPERS_MAX   20000
#define PAPER_MAX    (64 << 20) /* bytes of one that is held */
#define GAPS_SHOWN   300
#define ROUND        1000
#define NAME_MAX_LEN 120

/* Why there is no paper. The words stand in the index. */
enum gap {
    GAP_NONE,
    GAP_NO_LETTER,
    GAP_NOT_NUMBERED,
    GAP_NOT_PRINTED,
    GAP_NO_RIGHT,
    GAP_LOST,
    GAP_COUNT
};
static const struct {
    const char *word, *says;
} gap_rows[GAP_COUNT] = {
    [GAP_NONE] = {"", ""},
    [GAP_NO_LETTER] = {"no_letter", "chưa có phiếu xin lỗi"},
    [GAP_NOT_NUMBERED] = {"not_numbered", "phiếu chưa được cấp số"},
    [GAP_NOT_PRINTED] = {"not_printed", "phiếu chưa có bản in lưu trên hệ thống"},
    [GAP_NO_RIGHT] = {"no_right", "người lập không có quyền xem hồ sơ của đơn vị"},
    [GAP_LOST] = {"lost", "bản lưu không còn hoặc không khớp mã SHA-256"},
};

/* A paper that goes in. */
struct item {
    unsigned char sha256[DIGEST_LEN];
    char *name;
};

struct evidence {
    struct listing list; /* first: the same words, scope and rounds */
    struct zip zip;
    struct digest_run *run; /* of the entry that is written in pieces */
    struct item *items;
    int n_items, room, at, n_inside, n_late, n_gaps[GAP_COUNT];
    struct document_row gaps[GAPS_SHOWN];
    int n_shown;
    struct buffer sums; /* SHA256SUMS */
    struct paper paper;
};

enum {
    EVIDENCE_PARSE,
    EVIDENCE_RESOLVE,
    EVIDENCE_BEGIN,
    EVIDENCE_ASK,
    EVIDENCE_LETTERS,
    EVIDENCE_TAKE,
    EVIDENCE_PAPER,
    EVIDENCE_ADD,
    EVIDENCE_COVER,
    EVIDENCE_END
};
enum { SLOT_FIRST, SLOT_RANGE, SLOT_PAGE, SLOT_LETTERS, SLOT_BLOB };
enum { E_DOSSIER, E_ID, E_NUMBER, E_SYMBOL, E_ISSUED_AT, E_STATE, E_SHA256, E_SIZE, E_DELIVERY };

static struct evidence *evidence_of(struct request *req)
{
    return container_of(req, struct evidence, list.base);
}

static void evidence_free(struct request *req)
{
    struct evidence *e = evidence_of(req);
    unsigned char ignored[DIGEST_LEN];

    stream_reply_free(&e->list.out);
    zip_deinit(&e->zip);
    if (e->run)
        digest_end(e->run, ignored);
    buffer_deinit(&e->list.rows);
    buffer_deinit(&e->sums);
    buffer_deinit(&e->paper.job.request);
    buffer_deinit(&e->paper.job.result);
    for (int i = 0; i < e->n_items; i++)
        free(e->items[i].name);
    free(e->items);
}

static enum step_result evidence_parse(struct request *req)
{
    struct evidence *e = evidence_of(req);

    req->on_free = evidence_free;
    return statistics_scope_parse(req, &e->list.in, &e->list.scope)
               ? request_wait(req, EVIDENCE_RESOLVE)
               : request_fail(req);
}

static bool range_send(struct evidence *e)
{
    struct db_params p;
    bool sent;

    db_params_init(&p);
    db_put_int8(&p, e->list.upto);
    db_put_int4(&p, ROUND);
    sent = request_query(&e->list.base, SLOT_RANGE, DB_LANE_READ, DB_LISTING_RANGE, &p);
    db_params_deinit(&p);
    return sent;
}

static enum step_result evidence_resolve(struct request *req)
{
    struct evidence *e = evidence_of(req);

    if (!view_person_require_open(req, "evidence") ||
        !statistics_scope_resolve(req, &e->list.in, &e->list.scope) ||
        !statistics_first_send(req, SLOT_FIRST) || !range_send(e))
        return request_fail(req);
    return request_wait(req, EVIDENCE_BEGIN);
}

/* ---- entries ---- */

static void entry_end(struct evidence *e, const char *name, const unsigned char sha256[DIGEST_LEN])
{
    char hex[2 * DIGEST_LEN + 1];

    zip_end(&e->zip, &e->list.rows);
    hex_encode(sha256, DIGEST_LEN, hex);
    buffer_printf(&e->sums, "%s  %s\n", hex, name);
}

static void entry_whole(struct evidence *e, const char *name, const void *bytes, size_t len)
{
    unsigned char sha256[DIGEST_LEN];

    digest_sha256(bytes, len, sha256);
    zip_begin(&e->zip, name, &e->list.rows);
    zip_add(&e->zip, bytes, len, &e->list.rows);
    entry_end(e, name, sha256);
}

/* A piece of the index. */
static void index_add(struct evidence *e, struct buffer *csv)
{
    digest_add(e->run, csv->data, csv->len);
    zip_add(&e->zip, csv->data, csv->len, &e->list.rows);
}

static const char *const more_columns[] = {"delivery", "file", "sha256", "no_file_because"};

static enum step_result evidence_begin(struct request *req)
{
    struct evidence *e = evidence_of(req);
    struct listing *l = &e->list;
    char from[INSTANT_TEXT_MAX], to[INSTANT_TEXT_MAX];
    struct buffer csv = {0};
    struct csv_writer w = {.b = &csv};
    enum step_result result;

    if (!statistics_first_check(req, SLOT_FIRST, &l->scope))
        return request_fail(req);
    l->kind = &statistics_late_kind;
    req->chunk = arena_new(16u << 20);
    l->row = arena_alloc(req->arena, l->kind->row->size);
    if (!req->chunk || !l->row) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "evidence"));
        return request_fail(req);
    }
    date_format(l->scope.from, from);
    date_format(l->scope.to, to);
    if (!stream_reply_open(req, &l->out, "application/zip",
                           arena_printf(req->arena, "evidence_%s_%s.zip", from, to),
                           HTTP_FILE_LEN_UNKNOWN))
        return STEP_DONE;
    zip_init(&e->zip, req->now, req->zone_s);
    e->run = digest_begin();
    zip_begin(&e->zip, "index.csv", &l->rows);
    buffer_text(&csv, "\xEF\xBB\xBF");
    for (size_t i = 0; i < l->kind->n_columns; i++)
        csv_write_text(&w, l->kind->columns[i].field);
    for (size_t i = 0; i < ARRAY_LEN(more_columns); i++)
        csv_write_text(&w, more_columns[i]);
    csv_write_end(&w);
    index_add(e, &csv);
    buffer_deinit(&csv);
    result = stream_reply_send(req, &l->out, &l->rows, EVIDENCE_ASK);
    return result;
}

/* ---- the index ---- */

static enum step_result index_end(struct evidence *e)
{
    unsigned char sha256[DIGEST_LEN];

    digest_end(e->run, sha256);
    e->run = NULL;
    entry_end(e, "index.csv", sha256);
    return stream_reply_send(&e->list.base, &e->list.out, &e->list.rows, EVIDENCE_PAPER);
}

static enum step_result evidence_ask(struct request *req)
{
    struct evidence *e = evidence_of(req);
    struct listing *l = &e->list;
    const struct db_result *range = &request_result(req, SLOT_RANGE)->result;

    if (req->app->is_stopping) {
        error_set(&req->error, ERR_HTTP_BUSY, arg_text("what", "evidence"));
        return request_fail(req);
    }
    if (db_rows(range) == 0 || db_is_null(range, 0, 0))
        return index_end(e);
    l->upto = db_int(range, 0, 0);
    arena_reset(req->chunk);
    return l->kind->send(l, SLOT_PAGE, l->after, l->upto, INT32_MAX)
               ? request_wait(req, EVIDENCE_LETTERS)
               : request_fail(req);
}

static enum step_result evidence_letters(struct request *req)
{
    struct evidence *e = evidence_of(req);
    const struct db_result *r = &request_result(req, SLOT_PAGE)->result;
    int64_t *ids = arena_array(req->chunk, (size_t)db_rows(r) + 1, sizeof *ids);
    struct db_params p;
    bool sent;

    if (!ids) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "evidence"));
        return request_fail(req);
    }
    for (int i = 0; i < db_rows(r); i++)
        ids[i] = db_int(r, i, 0);
    db_params_init(&p);
    db_put_int8_array(&p, ids, db_rows(r));
    sent = request_query(req, SLOT_LETTERS, DB_LANE_READ, DB_EVIDENCE_LETTERS, &p) && range_send(e);
    db_params_deinit(&p);
    return sent ? request_wait(req, EVIDENCE_TAKE) : request_fail(req);
}

/* The row of a dossier; both lists are in its order. */
static int letter_of(const struct db_result *r, int64_t dossier, int *at)
{
    for (int i = 0; i < db_rows(r); i++, *at = (*at + 1) % db_rows(r))
        if (db_int(r, *at, E_DOSSIER) == dossier)
            return *at;
    return -1;
}

static enum gap gap_of(struct evidence *e, const struct db_result *r, int i, int64_t office)
{
    struct request *req = &e->list.base;

    if (i < 0)
        return GAP_NO_LETTER;
    if (!right_grants(&req->principal, GRANT_READ_DOSSIER, NULL, office, reference_within,
                      req->reference))
        return GAP_NO_RIGHT;
    if (db_is_null(r, i, E_NUMBER))
        return GAP_NOT_NUMBERED;
    return db_is_null(r, i, E_SIZE) || db_int(r, i, E_SIZE) > PAPER_MAX ? GAP_NOT_PRINTED
                                                                        : GAP_NONE;
}

/* "letters/000.00.21.H41-220801-0001_12-PXL.pdf": what a file system takes. */
static void file_name(char ret[NAME_MAX_LEN], const char *code, const struct db_result *r, int i)
{
    snprintf(ret, NAME_MAX_LEN, "letters/%.60s_%lld_%lld.pdf", code,
             (long long)db_int(r, i, E_NUMBER), (long long)db_int(r, i, E_ID));
    for (char *p = ret + 8; *p; p++)
        if (*p <= ' ' || strchr("/\\:*?\"<>|", *p))
            *p = '-';
}

static bool item_add(struct evidence *e, const char *name, const struct db_result *r, int i)
{
    struct request *req = &e->list.base;
    const void *sha256;
    size_t len;

    if (e->n_items == PAPERS_MAX)
        return error_set(&req->error, ERR_EVIDENCE_TOO_LARGE, arg_number("limit", PAPERS_MAX));
    if (e->n_items == e->room) {
        int room = e->room ? 2 * e->room : 64;
        struct item *items = realloc(e->items, (size_t)room * sizeof *items);

        if (!items)
            return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "evidence"));
        e->items = items;
        e->room = room;
    }
    sha256 = db_bytes(r, i, E_SHA256, &len);
    assert(len == DIGEST_LEN);
    memcpy(e->items[e->n_items].sha256, sha256, DIGEST_LEN);
    e->items[e->n_items].name = strdup(name);
    if (!e->items[e->n_items].name)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "evidence"));
    e->n_items++;
    return true;
}

static void gap_add(struct evidence *e, const char *code, enum gap gap)
{
    struct request *req = &e->list.base;
    const char **cells;

    e->n_gaps[gap]++;
    if (gap == GAP_NONE || e->n_shown == GAPS_SHOWN ||
        !(cells = paper_cells(req, &e->gaps[e->n_shown], 2)))
        return;
    cells[0] = arena_strdup(req->arena, code);
    cells[1] = gap_rows[gap].says;
    e->n_shown += cells[0] != NULL;
}

static void write_row(struct evidence *e, struct csv_writer *w, const char *more[4])
{
    struct listing *l = &e->list;

    for (size_t i = 0; i < l->kind->n_columns; i++) {
        struct buffer text = {0};
        const struct codec_field *f = codec_field_find(l->kind->row, l->kind->columns[i].field);

        codec_write_plain(f, l->row, l->base.zone_s, &text);
        w->is_guarded = f->kind == CODEC_TEXT;
        csv_write_text(w, text.len ? text.data : "");
        buffer_deinit(&text);
    }
    w->is_guarded = true;
    for (size_t i = 0; i < ARRAY_LEN(more_columns); i++)
        csv_write_text(w, more[i] ? more[i] : "");
    csv_write_end(w);
}

static bool take_row(struct evidence *e, struct csv_writer *w, const struct db_result *r, int i,
                     const struct db_result *letters, int *at)
{
    struct listing *l = &e->list;
    struct wire_late_dossier *row = l->row;
    int64_t dossier = db_int(r, i, 0);
    int k = db_rows(letters) ? letter_of(letters, dossier, at) : -1;
    char name[NAME_MAX_LEN], hex[2 * DIGEST_LEN + 1];
    const char *more[4] = {NULL, NULL, NULL, NULL};
    bool is_of_it = true;
    enum gap gap;

    codec_init(l->kind->row, l->row);
    if (!l->kind->fill(l, r, i, l->row, &is_of_it) || !request_show(&l->base, dossier))
        return false;
    gap = gap_of(e, letters, k, db_int(r, i, 2));
    if (k >= 0)
        more[0] = db_text_or_empty(letters, k, E_DELIVERY);
    if (gap == GAP_NONE) {
        file_name(name, row->code, letters, k);
        if (!item_add(e, name, letters, k))
            return false;
        hex_encode(e->items[e->n_items - 1].sha256, DIGEST_LEN, hex);
        more[1] = name;
        more[2] = hex;
    } else {
        more[3] = gap_rows[gap].word;
    }
    gap_add(e, row->code, gap);
    e->n_late++;
    write_row(e, w, more);
    return true;
}

static enum step_result evidence_take(struct request *req)
{
    struct evidence *e = evidence_of(req);
    const struct db_result *r = &request_result(req, SLOT_PAGE)->result;
    const struct db_result *letters = &request_result(req, SLOT_LETTERS)->result;
    struct buffer csv = {0};
    struct csv_writer w = {.b = &csv};
    int at = 0;

    for (int i = 0; i < db_rows(r); i++)
        if (!take_row(e, &w, r, i, letters, &at)) {
            buffer_deinit(&csv);
            return request_fail(req);
        }
    if (csv.is_failed)
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "evidence"));
    else if (csv.len)
        index_add(e, &csv);
    buffer_deinit(&csv);
    if (req->error.code != ERR_NONE)
        return request_fail(req);
    e->list.after = e->list.upto;
    return stream_reply_send(req, &e->list.out, &e->list.rows, EVIDENCE_ASK);
}

/* ---- the papers ---- */

static void put_count(struct evidence *e, const char *key, int n)
{
    paper_put(&e->paper, key, arena_printf(e->list.base.arena, "%d", n));
}

/* In whose name it is made up: the committee of the office asked for, else of whoever asks. */
static const struct office_ref *issuer_of(const struct request *req, const struct office_ref *o)
{
    int64_t office = o ? o->id : req->principal.n_roles ? req->principal.roles[0].office : 0;

    return reference_office(req->reference, reference_committee(req->reference, office));
}

static enum step_result cover_draw(struct evidence *e)
{
    struct request *req = &e->list.base;
    struct listing *l = &e->list;
    struct paper *p = &e->paper;
    const struct office_ref *o =
        l->in.office ? reference_office_by_key(req->reference, l->in.office) : NULL;
    struct document_row *reasons = arena_array(req->arena, GAP_COUNT, sizeof *reasons);
    size_t n = 0;

    for (int gap = GAP_NONE + 1; reasons && gap < GAP_COUNT; gap++) {
        const char **cells = e->n_gaps[gap] ? paper_cells(req, &reasons[n], 2) : NULL;

        if (!cells)
            continue;
        cells[0] = gap_rows[gap].says;
        cells[1] = arena_printf(req->arena, "%d", e->n_gaps[gap]);
        n++;
    }
    if (!reasons) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "evidence"));
        return request_fail(req);
    }
    paper_init(p, req->now);
    paper_use_form(p, "motcua", "evidence");
    paper_put_head(req, p, issuer_of(req, o), req->now);
    paper_put(p, "unit_name", o ? o->name : NULL);
    paper_put(p, "from", paper_date_words(req, l->scope.from));
    paper_put(p, "to", paper_date_words(req, l->scope.to));
    paper_put_instant(req, p, "as_of", l->scope.state_at);
    paper_put_instant(req, p, "known_at", l->scope.known_at);
    put_count(e, "late", e->n_late);
    put_count(e, "letters", e->n_items);
    put_count(e, "inside", e->n_inside);
    put_count(e, "missing", e->n_late - e->n_inside);
    if (e->n_late - e->n_inside > e->n_shown)
        put_count(e, "more", e->n_late - e->n_inside - e->n_shown);
    paper_put(p, "signer_name", view_officer_name(req, req->principal.officer_id));
    paper_put_list(p, "reasons", reasons, n);
    paper_put_list(p, "gaps", e->gaps, (size_t)e->n_shown);
    return paper_draw(req, p, EVIDENCE_COVER);
}

static enum step_result evidence_paper(struct request *req)
{
    struct evidence *e = evidence_of(req);

    if (e->at == e->n_items)
        return cover_draw(e);
    return blob_get_send(req, SLOT_BLOB, e->items[e->at].sha256) ? request_wait(req, EVIDENCE_ADD)
                                                                 : request_fail(req);
}

/* One that is gone, or another than its hash says, is no evidence: it is named on the cover. */
static enum step_result evidence_add(struct request *req)
{
    struct evidence *e = evidence_of(req);
    const struct item *item = &e->items[e->at++];
    struct buffer bytes = {0};
    unsigned char sha256[DIGEST_LEN];
    bool is_there = db_rows(&request_result(req, SLOT_BLOB)->result) > 0;

    if (is_there && !blob_get_take(req, SLOT_BLOB, &bytes)) {
        buffer_deinit(&bytes);
        return request_fail(req);
    }
    if (is_there)
        digest_sha256(bytes.data, bytes.len, sha256);
    if (is_there && digest_equal(sha256, item->sha256, DIGEST_LEN)) {
        zip_begin(&e->zip, item->name, &e->list.rows);
        zip_add(&e->zip, bytes.data, bytes.len, &e->list.rows);
        entry_end(e, item->name, sha256);
        e->n_inside++;
    } else {
        gap_add(e, item->name, GAP_LOST);
    }
    buffer_deinit(&bytes);
    return stream_reply_send(req, &e->list.out, &e->list.rows, EVIDENCE_PAPER);
}

static enum step_result evidence_cover(struct request *req)
{
    struct evidence *e = evidence_of(req);
    struct buffer sums;

    if (e->paper.job.error.code != ERR_NONE) {
        req->error = e->paper.job.error;
        return request_fail(req);
    }
    entry_whole(e, "summary.pdf", e->paper.job.result.data, e->paper.job.result.len);
    sums = e->sums;
    e->sums = (struct buffer){0};
    entry_whole(e, "SHA256SUMS", sums.data, sums.len);
    buffer_deinit(&sums);
    if (!zip_finish(&e->zip, &e->list.rows)) {
        error_set(&req->error, ERR_EVIDENCE_TOO_LARGE, arg_number("limit", PAPERS_MAX));
        return request_fail(req);
    }
    return stream_reply_send(req, &e->list.out, &e->list.rows, EVIDENCE_END);
}

static enum step_result evidence_end(struct request *req)
{
    return stream_reply_end(req, &evidence_of(req)->list.out);
}

static const struct step evidence_steps[] = {
    [EVIDENCE_PARSE] = {"parse", evidence_parse},
    [EVIDENCE_RESOLVE] = {"resolve", evidence_resolve},
    [EVIDENCE_BEGIN] = {"begin", evidence_begin},
    [EVIDENCE_ASK] = {"ask", evidence_ask},
    [EVIDENCE_LETTERS] = {"letters", evidence_letters},
    [EVIDENCE_TAKE] = {"take", evidence_take},
    [EVIDENCE_PAPER] = {"paper", evidence_paper},
    [EVIDENCE_ADD] = {"add", evidence_add},
    [EVIDENCE_COVER] = {"cover", evidence_cover},
    [EVIDENCE_END] = {"end", evidence_end},
};
const struct use_case use_case_evidence = {"evidence", sizeof(struct evidence), evidence_steps,
                                           false, 16u << 20};
