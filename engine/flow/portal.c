/* See portal.h. The bytes are read by the core; a single faulty row refuses the file, with every
 * fault told by its line, so that nobody compares with half of the portal's figures. */
#include "flow/portal.h"

#include <string.h>

#include "base/digest.h"
#include "base/instant.h"
#include "domain/portal.h"
#include "flow/app.h"
#include "flow/offices.h"
#include "flow/view.h"
#include "wire/message.h"

#define FILE_LEN_MAX  (8u << 20)
#define ARENA_LIMIT   (64u << 20)
#define LIMIT_DEFAULT 50

enum { SLOT_ADD, SLOT_ROW };

struct portal {
    struct request base;
    struct wire_portal_file_new in;
    struct wire_portal_file_query query;
    struct portal_file file;
    unsigned char sha256[DIGEST_LEN];
    int64_t limit, id;
};

static struct portal *portal_of(struct request *req)
{
    return container_of(req, struct portal, base);
}

static enum step_result no_memory(struct request *req)
{
    error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "portal file"));
    return request_fail(req);
}

/* ---- rows ---- */

static bool rows_send(struct portal *f, int64_t id)
{
    struct request *req = &f->base;
    const struct wire_portal_file_query *q = &f->query;
    struct db_params p;
    const int64_t *offices;
    bool is_all, sent;
    int n;

    offices = offices_readable(req, GRANT_READ_STATISTICS, id ? NULL : q->office, &n, &is_all);
    if (!offices)
        return false;
    db_params_init(&p);
    db_put_id(&p, id);
    offices_put(&p, offices, n, is_all || id);
    db_put_date(&p, id ? DATE_NONE : q->from);
    db_put_date(&p, id ? DATE_NONE : q->to);
    db_put_id(&p, id || q->after == INTEGER_NONE ? 0 : q->after);
    db_put_int4(&p, id ? 1 : (int32_t)f->limit + 1);
    sent = request_query(req, SLOT_ROW, DB_LANE_READ, DB_PORTAL_FILE_LIST, &p);
    db_params_deinit(&p);
    return sent;
}

static void fill(struct request *req, const struct db_result *r, int i, struct wire_portal_file *w)
{
    wire_portal_file_init(w);
    w->id = db_int(r, i, 0);
    w->kind = words_find(&words_portal_kind, db_text_or_empty(r, i, 1));
    w->office = view_office_key(req, db_int(r, i, 2));
    w->office_name = view_office_name(req, db_int(r, i, 2));
    w->from = db_date(r, i, 3);
    w->to = db_date(r, i, 4);
    w->name = db_text_or_empty(r, i, 5);
    w->sha256 = db_text_or_empty(r, i, 6);
    w->rows = db_int(r, i, 7);
    w->entered_by = view_officer_key(req, db_int(r, i, 8));
    w->recorded_at = db_instant(r, i, 9);
}

static enum step_result list_parse(struct request *req)
{
    struct portal *f = portal_of(req);

    if (!codec_decode_pairs(&message_portal_file_query, req->http->query, req->http->n_query,
                            req->arena, &f->query, &req->error))
        return request_fail(req);
    f->limit = f->query.limit == INTEGER_NONE ? LIMIT_DEFAULT : f->query.limit;
    return request_wait(req, 1);
}

static enum step_result list_send(struct request *req)
{
    return rows_send(portal_of(req), 0) ? request_wait(req, 2) : request_fail(req);
}

static enum step_result list_reply(struct request *req)
{
    struct portal *f = portal_of(req);
    const struct db_result *r = &request_result(req, SLOT_ROW)->result;
    struct wire_portal_file *items = arena_array(req->arena, (size_t)f->limit + 1, sizeof *items);
    struct wire_portal_file_list out;

    if (!items)
        return no_memory(req);
    wire_portal_file_list_init(&out);
    out.items = items;
    for (int i = 0; i < db_rows(r) && i < f->limit; i++)
        fill(req, r, i, &items[out.n_items++]);
    if (db_rows(r) > f->limit)
        out.next = arena_printf(req->arena, "%lld", (long long)items[out.n_items - 1].id);
    if (!wire_portal_file_list_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

/* ---- a file ---- */

static enum step_result new_parse(struct request *req)
{
    struct portal *f = portal_of(req);

    if (!codec_decode_pairs(&message_portal_file_new, req->http->query, req->http->n_query,
                            req->arena, &f->in, &req->error))
        return request_fail(req);
    if (req->http->body_len > FILE_LEN_MAX) {
        error_set(&req->error, ERR_UPLOAD_TOO_LARGE, arg_number("value", req->http->body_len),
                  arg_number("limit", FILE_LEN_MAX));
        return request_fail(req);
    }
    if (f->in.to < f->in.from) {
        error_set(&req->error, ERR_PERIOD_BACKWARDS, arg_date("from", f->in.from),
                  arg_date("to", f->in.to));
        return request_fail(req);
    }
    return request_wait(req, 1);
}

static void put_dossiers(struct request *req, const struct portal_file *f, struct db_params *p,
                         int64_t *numbers, int64_t *times)
{
    (void)req;
    for (size_t i = 0; i < f->n_rows; i++) {
        const struct portal_dossier *d = &f->dossiers[i];

        times[3 * i] = d->received.at;
        times[3 * i + 1] = d->due.at;
        times[3 * i + 2] = d->ended.at;
        numbers[2 * i] = d->status;
        numbers[2 * i + 1] = d->received.is_day + 2 * d->due.is_day + 4 * d->ended.is_day;
    }
    db_put_instant_array(p, times, 3 * (int)f->n_rows);
    db_put_int8_array(p, numbers, 2 * (int)f->n_rows);
}

static int64_t or_less(int64_t n)
{
    return n == PORTAL_NONE ? -1 : n;
}

static void put_figures(const struct portal_file *f, struct db_params *p, int64_t *numbers)
{
    for (size_t i = 0; i < f->n_rows; i++) {
        const struct portal_figure *g = &f->figures[i];
        const int64_t row[5] = {or_less(g->numerator), or_less(g->denominator), or_less(g->ratio),
                                or_less(g->score), or_less(g->max_score)};

        memcpy(&numbers[5 * i], row, sizeof row);
    }
    db_put_instant_array(p, NULL, 0);
    db_put_int8_array(p, numbers, 5 * (int)f->n_rows);
}

static bool put_rows(struct portal *f, struct db_params *p)
{
    struct request *req = &f->base;
    size_t n = f->file.n_rows;
    int64_t *lines = arena_array(req->arena, n, sizeof *lines);
    int64_t *numbers = arena_array(req->arena, 5 * n, sizeof *numbers);
    int64_t *times = arena_array(req->arena, 3 * n, sizeof *times);
    const char **keys = arena_array(req->arena, n, sizeof *keys);

    if (!lines || !numbers || !times || !keys)
        return error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "portal file"));
    for (size_t i = 0; i < n; i++) {
        bool is_dossier = f->file.kind == PORTAL_DOSSIERS;

        lines[i] = is_dossier ? f->file.dossiers[i].line : f->file.figures[i].line;
        keys[i] = is_dossier ? f->file.dossiers[i].code : f->file.figures[i].criterion;
    }
    db_put_int8_array(p, lines, (int)n);
    db_put_text_array(p, keys, (int)n);
    if (f->file.kind == PORTAL_DOSSIERS)
        put_dossiers(req, &f->file, p, numbers, times);
    else
        put_figures(&f->file, p, numbers);
    return true;
}

static bool file_send(struct portal *f, int64_t office)
{
    struct request *req = &f->base;
    struct db_params p;
    bool sent;

    db_params_init(&p);
    db_put_text(&p, words_portal_kind.words[f->file.kind]);
    db_put_id(&p, office);
    db_put_date(&p, f->in.from);
    db_put_date(&p, f->in.to);
    db_put_text(&p, f->in.name ? f->in.name : "-");
    db_put_bytes(&p, f->sha256, sizeof f->sha256);
    db_put_int8(&p, req->principal.officer_id);
    db_put_instant(&p, req->now);
    sent = put_rows(f, &p) && request_query(req, SLOT_ADD, DB_LANE_JOB, DB_PORTAL_FILE_ADD, &p);
    db_params_deinit(&p);
    return sent;
}

static int64_t line_of(const struct error *fault)
{
    for (int i = 0; i < ERROR_ARGS_MAX; i++)
        if (fault->args[i].name && !strcmp(fault->args[i].name, "line"))
            return fault->args[i].number;
    return 1;
}

static enum step_result reply(struct portal *f, const struct wire_portal_file *kept)
{
    struct request *req = &f->base;
    struct wire_portal_fault *faults =
        arena_array(req->arena, f->file.n_faults + 1, sizeof *faults);
    struct wire_portal_import out;
    char sentence[600];

    if (!faults)
        return no_memory(req);
    wire_portal_import_init(&out);
    out.is_kept = kept != NULL;
    out.file = kept;
    out.fault_count = f->file.n_faulty;
    out.faults = faults;
    for (size_t i = 0; i < f->file.n_faults; i++) {
        struct wire_portal_fault *w = &faults[out.n_faults++];

        wire_portal_fault_init(w);
        w->line = line_of(&f->file.faults[i]);
        w->code = error_word(f->file.faults[i].code);
        error_sentence(&f->file.faults[i], req->lang, req->zone_s, sentence, sizeof sentence);
        w->message = arena_strdup(req->arena, sentence);
    }
    if (!wire_portal_import_encode(&out, req->zone_s, &req->body, &req->error))
        return request_fail(req);
    return request_reply_json(req, 200);
}

/* Of all: only who may declare reports of every office. */
static bool new_office(struct portal *f, int64_t *ret)
{
    struct request *req = &f->base;
    bool is_all;
    int n;

    if (!offices_readable(req, GRANT_DECLARE_REPORTS, f->in.office, &n, &is_all))
        return false;
    *ret = f->in.office ? reference_office_by_key(req->reference, f->in.office)->id : 0;
    return *ret || is_all ||
           error_set(
               &req->error, ERR_GRANT_MISSING,
               arg_text("right", vocabulary_label(&grants, GRANT_DECLARE_REPORTS, req->lang)));
}

static enum step_result new_read(struct request *req)
{
    struct portal *f = portal_of(req);
    int64_t office;

    if (!new_office(f, &office) ||
        !portal_read(req->arena, (const char *)req->http->body, req->http->body_len, req->zone_s,
                     &f->file, &req->error))
        return request_fail(req);
    if (f->file.n_faulty)
        return reply(f, NULL);
    digest_sha256(req->http->body, req->http->body_len, f->sha256);
    return file_send(f, office) ? request_wait(req, 2) : request_fail(req);
}

static enum step_result new_row(struct request *req)
{
    struct portal *f = portal_of(req);

    f->id = db_int(&request_result(req, SLOT_ADD)->result, 0, 0);
    return rows_send(f, f->id) ? request_wait(req, 3) : request_fail(req);
}

static enum step_result new_reply(struct request *req)
{
    const struct db_result *r = &request_result(req, SLOT_ROW)->result;
    struct wire_portal_file w;

    if (db_rows(r) == 0) {
        error_set(&req->error, ERR_REFERENCE_MISSING, arg_text("what", "portal file"));
        return request_fail(req);
    }
    fill(req, r, 0, &w);
    return reply(portal_of(req), &w);
}

static const struct step portal_files_steps[] = {
    {"parse", list_parse}, {"send", list_send}, {"reply", list_reply}};
static const struct step portal_file_new_steps[] = {
    {"parse", new_parse}, {"read", new_read}, {"row", new_row}, {"reply", new_reply}};
const struct use_case use_case_portal_files = {"portal files", sizeof(struct portal),
                                               portal_files_steps, false, 0};
const struct use_case use_case_portal_file_new = {"portal file new", sizeof(struct portal),
                                                  portal_file_new_steps, false, ARENA_LIMIT};
