/* See audit_make.h. A round makes the roots that are due and then writes what the folder lacks;
 * each day is walked in pages, kind by kind, and hashed in the thread pool.
 *
 *   next -> day -> closed -> walk -> walked -> hashed -> walk .. -> whole -> add -> next ..
 *           day -> last -> root -> walk .. -> whole -> written -> last .. -> end
 *
 * A day is closed once it ended 30 seconds ago: transactions that began before midnight are over or
 * are refused (audit_close, apply_decisions). The same day walked twice gives the same root, so two
 * daemons that make it at once do no harm. */
#include "flow/audit_make.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/instant.h"
#include "base/log.h"
#include "domain/merkle.h"
#include "flow/audit_file.h"
#include "flow/request.h"

#define TICK_MS    1000
#define SETTLED_US (30 * INSTANT_SECOND) /* closings take only instants older than this */
#define AGAIN_US   (60 * INSTANT_SECOND) /* nothing to make yet, or something failed */
#define PAGE       50000                 /* rows: 2.2 MB */
#define STORED_LEN                                                                                 \
    (AUDIT_ENTRY_LEN - 1) /* an entry without its letter, as the database gives it                 \
                           */

struct audit {
    struct app *app;
    struct audit_options options;
    uv_timer_t timer;
    bool is_running, is_closing, is_timer_closed;
    int64_t look_at; /* business clock: when a day will be due, or a failure is tried again */
    void (*closed)(void *data);
    void *data;
};

enum {
    AUDIT_NEXT,
    AUDIT_DAY,
    AUDIT_CLOSED,
    AUDIT_WALK,
    AUDIT_WALKED,
    AUDIT_HASHED,
    AUDIT_WHOLE,
    AUDIT_ADDED,
    AUDIT_LAST,
    AUDIT_ROOTS,
    AUDIT_WRITTEN
};
enum { SLOT_MAIN };

struct audit_round {
    struct request base;
    struct audit *audit;
    bool is_export;                      /* the day is walked for its leaves, not for its root */
    struct audit_root root;              /* being made, or read */
    struct audit_line line;              /* read, for the export */
    int64_t after_ids[AUDIT_LEAF_COUNT]; /* last ids of the day before */
    /* the walk */
    struct merkle merkle;
    int kind;
    int64_t after_id;
    int32_t after_seq;
    bool is_last_page;
    /* what the pool works on */
    uv_work_t work;
    const unsigned char *page;
    size_t page_len;
    struct audit_leaves_file file;
    int32_t last_day; /* of the folder */
    struct error trouble;
};

static struct audit_round *round_of(struct request *req)
{
    return container_of(req, struct audit_round, base);
}

static bool is_ending(const struct audit_round *r)
{
    return r->audit->is_closing || r->base.app->is_stopping;
}

/* ---- in the pool ---- */

static void pooled(uv_work_t *work, int status)
{
    (void)status; /* never cancelled */
    request_release(&container_of(work, struct audit_round, work)->base);
}

static enum step_result to_pool(struct audit_round *r, uv_work_cb work, int next)
{
    error_clear(&r->trouble);
    request_hold(&r->base);
    uv_queue_work(r->base.app->loop, &r->work, work, pooled);
    return request_wait(&r->base, next);
}

/* False, with the request's error, when the pool met trouble. */
static bool pool_good(struct audit_round *r)
{
    if (r->trouble.code == ERR_NONE)
        return true;
    r->base.error = r->trouble;
    return false;
}

static bool file_begun(struct audit_round *r)
{
    return !r->is_export || r->file.fd >= 0 ||
           audit_leaves_begin(r->audit->options.folder, r->root.day, &r->file, &r->trouble);
}

static void hash_page(uv_work_t *work)
{
    struct audit_round *r = container_of(work, struct audit_round, work);
    unsigned char entry[AUDIT_ENTRY_LEN], leaf[DIGEST_LEN];

    entry[0] = (unsigned char)audit_leaf_letter((enum audit_leaf)r->kind);
    if (!file_begun(r))
        return;
    for (size_t at = 0; at + STORED_LEN <= r->page_len; at += STORED_LEN) {
        memcpy(entry + 1, r->page + at, STORED_LEN);
        audit_entry_hash(entry, leaf);
        merkle_add(&r->merkle, leaf);
        if (r->is_export && !audit_leaves_add(&r->file, entry, sizeof entry, &r->trouble))
            return;
    }
}

static void read_last(uv_work_t *work)
{
    struct audit_round *r = container_of(work, struct audit_round, work);

    if (!audit_file_last(r->audit->options.folder, &r->last_day, &r->trouble))
        assert(r->trouble.code != ERR_NONE);
}

/* Leaves that do not give the root are none of that day: then the line alone is written, and the
 * log says it. */
static void write_day(uv_work_t *work)
{
    struct audit_round *r = container_of(work, struct audit_round, work);
    const char *folder = r->audit->options.folder;
    CLEANUP(buffer_deinit) struct buffer line = {0};
    unsigned char merkle[DIGEST_LEN];

    merkle_root(&r->merkle, merkle);
    if (memcmp(merkle, r->root.merkle, DIGEST_LEN) != 0) {
        struct error differs;

        error_set(&differs, ERR_AUDIT_ROOT_DIFFERS, arg_date("day", r->root.day));
        log_error(LOG_ERROR, "audit", &differs);
        audit_leaves_drop(&r->file);
    } else if (!file_begun(r) || !audit_leaves_end(&r->file, &r->trouble)) {
        return;
    }
    audit_line_write(&r->line, &r->root, &line);
    if (line.is_failed)
        error_set(&r->trouble, ERR_NO_MEMORY, arg_text("what", "audit"));
    else if (!audit_file_append(folder, r->root.day, line.data, line.len, &r->trouble))
        assert(r->trouble.code != ERR_NONE);
}

/* ---- which day ---- */

static void round_free(struct request *req)
{
    audit_leaves_drop(&round_of(req)->file);
}

static enum step_result round_next(struct request *req)
{
    struct audit_round *r = round_of(req);

    req->on_free = round_free;
    r->is_export = false;
    if (is_ending(r))
        return STEP_DONE;
    return request_query(req, SLOT_MAIN, DB_LANE_JOB, DB_AUDIT_NEXT, NULL)
               ? request_wait(req, AUDIT_DAY)
               : request_fail(req);
}

/* The day after the newest root, or the first day of all; false with no error: no event yet. */
static bool take_day(struct audit_round *r, const struct db_result *res)
{
    struct request *req = &r->base;
    struct audit_root before = {0};
    const char *record;
    size_t len;

    memset(&r->root, 0, sizeof r->root);
    memset(r->after_ids, 0, sizeof r->after_ids);
    if (db_rows(res) == 0 || (db_is_null(res, 0, 0) && db_is_null(res, 0, 4)))
        return false;
    if (db_is_null(res, 0, 0)) {
        r->root.day = instant_date(db_instant(res, 0, 4), req->zone_s);
        r->root.from = date_instant(r->root.day, req->zone_s);
    } else {
        record = db_text(res, 0, 2);
        if (!audit_root_read(record, strlen(record), &before))
            return error_set(&req->error, ERR_AUDIT_ROOT_FORM, arg_date("day", db_date(res, 0, 0)));
        r->root.day = before.day + 1;
        r->root.from = before.until;
        memcpy(r->after_ids, before.last_ids, sizeof r->after_ids);
        memcpy(r->root.previous, db_bytes(res, 0, 3, &len), DIGEST_LEN);
    }
    r->root.until = date_instant(r->root.day + 1, req->zone_s);
    return true;
}

static enum step_result to_export(struct audit_round *r)
{
    return r->audit->options.folder[0] ? to_pool(r, read_last, AUDIT_LAST) : STEP_DONE;
}

static enum step_result round_day(struct request *req)
{
    struct audit_round *r = round_of(req);
    const int64_t now = clock_business();
    struct db_params p;
    bool sent;

    if (!take_day(r, &request_result(req, SLOT_MAIN)->result)) {
        if (req->error.code != ERR_NONE)
            return request_fail(req);
        r->audit->look_at = now + AGAIN_US;
        return to_export(r);
    }
    if (r->root.until + SETTLED_US > now) {
        r->audit->look_at = r->root.until + SETTLED_US;
        return to_export(r);
    }
    db_params_init(&p);
    db_put_instant(&p, r->root.until);
    sent = request_query(req, SLOT_MAIN, DB_LANE_JOB, DB_AUDIT_CLOSE, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, AUDIT_CLOSED) : request_fail(req);
}

static void walk_begin(struct audit_round *r)
{
    merkle_init(&r->merkle);
    r->kind = AUDIT_EVENT;
    r->after_id = 0;
    r->after_seq = 0;
}

static enum step_result round_closed(struct request *req)
{
    struct audit_round *r = round_of(req);

    for (int kind = AUDIT_CHANGE; kind < AUDIT_LEAF_COUNT; kind++) {
        int64_t last = db_int(&request_result(req, SLOT_MAIN)->result, 0, kind - AUDIT_CHANGE);

        r->root.last_ids[kind] = last > r->after_ids[kind] ? last : r->after_ids[kind];
    }
    walk_begin(r);
    return request_next(req, AUDIT_WALK);
}

/* ---- the walk ---- */

static const enum db_query pages[] = {
    [AUDIT_EVENT] = DB_AUDIT_EVENTS,
    [AUDIT_CHANGE] = DB_AUDIT_CHANGES,
    [AUDIT_SECURITY] = DB_AUDIT_SECURITY,
};

static enum step_result round_walk(struct request *req)
{
    struct audit_round *r = round_of(req);
    struct db_params p;
    bool sent;

    db_params_init(&p);
    if (r->kind == AUDIT_EVENT) {
        db_put_instant(&p, r->root.from);
        db_put_instant(&p, r->root.until);
        db_put_int8(&p, r->after_id);
        db_put_int4(&p, r->after_seq);
    } else {
        db_put_int8(&p, r->after_id);
        db_put_int8(&p, r->root.last_ids[r->kind]);
    }
    db_put_int4(&p, PAGE);
    sent = request_query(req, SLOT_MAIN, DB_LANE_JOB, pages[r->kind], &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, AUDIT_WALKED) : request_fail(req);
}

static enum step_result round_walked(struct request *req)
{
    struct audit_round *r = round_of(req);
    const struct db_result *res = &request_result(req, SLOT_MAIN)->result;
    int64_t n = db_int(res, 0, 0);

    r->is_last_page = n < PAGE;
    if (n == 0)
        return request_next(req, AUDIT_HASHED);
    r->after_id = db_int(res, 0, 1);
    r->after_seq = (int32_t)db_int(res, 0, 2);
    r->page = db_bytes(res, 0, 3, &r->page_len);
    if (!r->is_export)
        r->root.counts[r->kind] += n;
    return to_pool(r, hash_page, AUDIT_HASHED);
}

static enum step_result round_hashed(struct request *req)
{
    struct audit_round *r = round_of(req);

    if (!pool_good(r))
        return request_fail(req);
    if (!r->is_last_page)
        return request_next(req, AUDIT_WALK);
    if (++r->kind == AUDIT_LEAF_COUNT)
        return request_next(req, AUDIT_WHOLE);
    r->after_id = r->after_ids[r->kind];
    return request_next(req, AUDIT_WALK);
}

/* ---- the root ---- */

static enum step_result add_root(struct audit_round *r)
{
    struct request *req = &r->base;
    const struct ed25519 *key = r->audit->options.key;
    CLEANUP(buffer_deinit) struct buffer record = {0};
    unsigned char hash[DIGEST_LEN], signature[ED25519_SIGNATURE_LEN];
    struct db_params p;
    bool sent;

    merkle_root(&r->merkle, r->root.merkle);
    audit_root_write(&r->root, &record);
    if (record.is_failed) {
        error_set(&req->error, ERR_NO_MEMORY, arg_text("what", "audit"));
        return request_fail(req);
    }
    digest_sha256(record.data, record.len, hash);
    if (key && !ed25519_sign(key, record.data, record.len, signature, &req->error))
        return request_fail(req);
    db_params_init(&p);
    db_put_date(&p, r->root.day);
    db_put_instant(&p, r->root.until);
    db_put_text(&p, record.data);
    db_put_bytes(&p, hash, sizeof hash);
    db_put_bytes(&p, key ? signature : NULL, sizeof signature);
    db_put_text(&p, key ? ed25519_id(key) : NULL);
    db_put_instant(&p, clock_real());
    sent = request_query(req, SLOT_MAIN, DB_LANE_JOB, DB_AUDIT_ROOT_ADD, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, AUDIT_ADDED) : request_fail(req);
}

static enum step_result round_whole(struct request *req)
{
    struct audit_round *r = round_of(req);

    return r->is_export ? to_pool(r, write_day, AUDIT_WRITTEN) : add_root(r);
}

static enum step_result round_added(struct request *req)
{
    struct audit_round *r = round_of(req);
    char day[INSTANT_TEXT_MAX];

    date_format(r->root.day, day);
    if (db_rows(&request_result(req, SLOT_MAIN)->result) > 0) {
        log_event(LOG_INFO, "audit_root", arg_text("day", day),
                  arg_number("events", r->root.counts[AUDIT_EVENT]),
                  arg_number("changes", r->root.counts[AUDIT_CHANGE]));
        if (!r->audit->options.key)
            log_event(LOG_WARN, "audit_root_not_signed", arg_text("day", day));
    }
    return request_next(req, AUDIT_NEXT);
}

/* ---- the folder ---- */

/* The roots that the folder lacks, with the one before, which says where their ids begin. */
static enum step_result round_last(struct request *req)
{
    struct audit_round *r = round_of(req);
    struct db_params p;
    bool sent;

    if (!pool_good(r))
        return request_fail(req);
    if (is_ending(r))
        return STEP_DONE;
    r->is_export = true;
    db_params_init(&p);
    db_put_date(&p, r->last_day == DATE_NONE ? DATE_NONE : r->last_day - 1);
    db_put_date(&p, DATE_NONE);
    db_put_int4(&p, r->last_day == DATE_NONE ? 1 : 2);
    sent = request_query(req, SLOT_MAIN, DB_LANE_JOB, DB_AUDIT_ROOTS, &p);
    db_params_deinit(&p);
    return sent ? request_wait(req, AUDIT_ROOTS) : request_fail(req);
}

static bool take_root(struct audit_round *r, const struct db_result *res, int row)
{
    const char *record = db_text_or_empty(res, row, 2);
    const void *hash, *signature;
    size_t hash_len, signature_len;

    hash = db_bytes(res, row, 3, &hash_len);
    signature = db_bytes(res, row, 4, &signature_len);
    if (!audit_root_read(record, strlen(record), &r->root) || hash_len != DIGEST_LEN ||
        strlen(record) > AUDIT_RECORD_MAX)
        return error_set(&r->base.error, ERR_AUDIT_ROOT_FORM,
                         arg_date("day", db_date(res, row, 0)));
    memset(&r->line, 0, sizeof r->line);
    strcpy(r->line.record, record); /* NOLINT(*strcpy): its length was looked at */
    memcpy(r->line.hash, hash, DIGEST_LEN);
    if (signature && signature_len == sizeof r->line.signature) {
        memcpy(r->line.signature, signature, signature_len);
        memcpy(r->line.key_id, db_text_or_empty(res, row, 5),
               strnlen(db_text_or_empty(res, row, 5), sizeof r->line.key_id - 1));
    }
    r->line.made_at = db_instant(res, row, 6);
    return true;
}

static enum step_result round_roots(struct request *req)
{
    struct audit_round *r = round_of(req);
    const struct db_result *res = &request_result(req, SLOT_MAIN)->result;
    int row = r->last_day == DATE_NONE ? 0 : 1;

    if (db_rows(res) <= row)
        return STEP_DONE; /* the folder has them all */
    memset(r->after_ids, 0, sizeof r->after_ids);
    if (row == 1) {
        if (!take_root(r, res, 0))
            return request_fail(req);
        memcpy(r->after_ids, r->root.last_ids, sizeof r->after_ids);
    }
    if (!take_root(r, res, row))
        return request_fail(req);
    walk_begin(r);
    return request_next(req, AUDIT_WALK);
}

static enum step_result round_written(struct request *req)
{
    struct audit_round *r = round_of(req);

    if (!pool_good(r))
        return request_fail(req);
    return to_pool(r, read_last, AUDIT_LAST);
}

static const struct step audit_steps[] = {
    [AUDIT_NEXT] = {"next", round_next},          [AUDIT_DAY] = {"day", round_day},
    [AUDIT_CLOSED] = {"closed", round_closed},    [AUDIT_WALK] = {"walk", round_walk},
    [AUDIT_WALKED] = {"walked", round_walked},    [AUDIT_HASHED] = {"hashed", round_hashed},
    [AUDIT_WHOLE] = {"whole", round_whole},       [AUDIT_ADDED] = {"added", round_added},
    [AUDIT_LAST] = {"last", round_last},          [AUDIT_ROOTS] = {"roots", round_roots},
    [AUDIT_WRITTEN] = {"written", round_written},
};
static const struct use_case use_case_audit = {"audit", sizeof(struct audit_round), audit_steps,
                                               false, 0};

/* ---- the timer ---- */

static void maybe_closed(struct audit *a)
{
    if (!a->is_closing || !a->is_timer_closed || a->is_running)
        return;
    if (a->closed)
        a->closed(a->data);
    free(a);
}

static void round_done(struct request *req, void *data)
{
    struct audit *a = data;

    if (req->error.code != ERR_NONE) {
        log_error(LOG_ERROR, "audit", &req->error);
        a->look_at = clock_business() + AGAIN_US;
    }
    a->is_running = false;
    maybe_closed(a);
}

static void round_prepare(struct request *req, void *data)
{
    struct audit_round *r = round_of(req);

    r->audit = data;
    r->file.fd = -1;
}

/* The clock of a demonstration jumps, so it is looked at, not waited for. */
static void tick(uv_timer_t *timer)
{
    struct audit *a = timer->data;

    if (a->is_running || a->app->is_stopping || clock_business() < a->look_at)
        return;
    a->is_running = true;
    if (!request_start(a->app, &use_case_audit, NULL, NULL, round_prepare, round_done, a))
        a->is_running = false;
}

bool audit_start(struct app *app, const struct audit_options *options, struct audit **ret_audit,
                 struct error *err)
{
    struct audit *a = calloc(1, sizeof *a);

    if (!a)
        return error_set(err, ERR_NO_MEMORY, arg_text("what", "audit"));
    a->app = app;
    a->options = *options;
    uv_timer_init(app->loop, &a->timer);
    a->timer.data = a;
    uv_timer_start(&a->timer, tick, TICK_MS, TICK_MS);
    *ret_audit = a;
    return true;
}

static void timer_closed(uv_handle_t *h)
{
    struct audit *a = h->data;

    a->is_timer_closed = true;
    maybe_closed(a);
}

void audit_close(struct audit *a, void (*closed)(void *data), void *data)
{
    a->is_closing = true;
    a->closed = closed;
    a->data = data;
    uv_close((uv_handle_t *)&a->timer, timer_closed);
}
