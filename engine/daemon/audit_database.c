/* See audit_source.h. One connection, one snapshot, pages by key. */
#include <stdio.h>
#include <string.h>

#include "base/instant.h"
#include "daemon/audit_source.h"
#include "db/db.h"
#include "db/schema.h"

#define READY_MS 15000
#define PAGE     10000

struct reading {
    uv_loop_t loop;
    struct db *db;
    struct db_call call;
    bool is_answered, has_progress;
    struct audit_check *check;
    struct error *err;
};

static void answered(struct db_call *call)
{
    ((struct reading *)call->data)->is_answered = true;
}

/* Asks, and runs the loop until it is answered. */
static bool ask(struct reading *r, enum db_query query, struct db_params *p)
{
    bool sent;

    r->call.done = answered;
    r->call.data = r;
    r->is_answered = false;
    sent = db_query(r->db, DB_LANE_READ, query, p, &r->call, r->err);
    if (p)
        db_params_deinit(p);
    if (!sent)
        return false;
    while (!r->is_answered && uv_run(&r->loop, UV_RUN_ONCE))
        ;
    if (r->call.error.code == ERR_NONE)
        return true;
    *r->err = r->call.error;
    return false;
}

static bool no_memory(struct reading *r)
{
    return error_set(r->err, ERR_NO_MEMORY, arg_text("what", "audit"));
}

static bool read_events(struct reading *r)
{
    const struct db_result *res = &r->call.result;
    struct audit_row_event row = {0};
    int64_t n_read = 0;
    struct db_params p;
    int n;

    do {
        db_params_init(&p);
        db_put_int8(&p, row.dossier_id);
        db_put_int4(&p, row.seq);
        db_put_int4(&p, PAGE);
        if (!ask(r, DB_AUDIT_ALL_EVENTS, &p))
            return false;
        n = db_rows(res);
        for (int i = 0; i < n; i++) {
            row.dossier_id = db_int(res, i, 0);
            row.seq = (int32_t)db_int(res, i, 1);
            row.at = db_instant(res, i, 2);
            row.recorded_at = db_instant(res, i, 3);
            row.actor = db_int(res, i, 4);
            row.action = db_text_or_empty(res, i, 5);
            row.bytes = db_bytes(res, i, 6, &row.len);
            row.hash = db_bytes(res, i, 7, &row.hash_len);
            if (!audit_check_event(r->check, &row))
                return no_memory(r);
        }
        n_read += n;
        if (r->has_progress)
            fprintf(stderr, "\r%lld events", (long long)n_read);
    } while (n == PAGE);
    if (r->has_progress)
        fputs("\r\033[K", stderr);
    return true;
}

static bool read_dossiers(struct reading *r)
{
    const struct db_result *res = &r->call.result;
    struct db_params p;
    int64_t after = 0;
    int n;

    do {
        db_params_init(&p);
        db_put_int8(&p, after);
        db_put_int4(&p, PAGE);
        if (!ask(r, DB_AUDIT_ALL_DOSSIERS, &p))
            return false;
        n = db_rows(res);
        for (int i = 0; i < n; i++) {
            size_t len;
            const void *chain = db_bytes(res, i, 3, &len);

            after = db_int(res, i, 0);
            if (!audit_check_dossier(r->check, after, db_text(res, i, 1),
                                     (int32_t)db_int(res, i, 2), chain, len))
                return no_memory(r);
        }
    } while (n == PAGE);
    return true;
}

static bool read_codes(struct reading *r)
{
    const struct db_result *res = &r->call.result;
    struct db_params p;
    int64_t after = 0;
    char code[64] = "";
    int n;

    do {
        db_params_init(&p);
        db_put_int8(&p, after);
        db_put_text(&p, code);
        db_put_int4(&p, PAGE);
        if (!ask(r, DB_AUDIT_ALL_CODES, &p))
            return false;
        n = db_rows(res);
        for (int i = 0; i < n; i++)
            if (!audit_check_code(r->check, db_int(res, i, 0), db_text_or_empty(res, i, 1)))
                return no_memory(r);
        if (n) {
            after = db_int(res, n - 1, 0);
            snprintf(code, sizeof code, "%s", db_text_or_empty(res, n - 1, 1));
        }
    } while (n == PAGE);
    return true;
}

static bool read_changes(struct reading *r)
{
    enum { CHANGES_PAGE = 200 }; /* their texts may be long */
    const struct db_result *res = &r->call.result;
    struct audit_row_change row = {0};
    struct db_params p;
    int n;

    do {
        db_params_init(&p);
        db_put_int8(&p, row.id);
        db_put_int4(&p, CHANGES_PAGE);
        if (!ask(r, DB_AUDIT_ALL_CHANGES, &p))
            return false;
        n = db_rows(res);
        for (int i = 0; i < n; i++) {
            row.id = db_int(res, i, 0);
            for (int v = 0; v < AUDIT_CHANGE_VALUES; v++)
                row.values[v] = db_text_or_empty(res, i, 1 + v);
            row.recorded_at = db_instant(res, i, 1 + AUDIT_CHANGE_VALUES);
            row.hash = db_bytes(res, i, 2 + AUDIT_CHANGE_VALUES, &row.hash_len);
            if (!audit_check_change(r->check, &row))
                return no_memory(r);
        }
    } while (n == CHANGES_PAGE);
    return true;
}

static bool read_security(struct reading *r)
{
    const struct db_result *res = &r->call.result;
    struct db_params p;
    int64_t after = 0;
    int n;

    do {
        db_params_init(&p);
        db_put_int8(&p, after);
        db_put_int4(&p, PAGE);
        if (!ask(r, DB_AUDIT_ALL_SECURITY, &p))
            return false;
        n = db_rows(res);
        for (int i = 0; i < n; i++) {
            const char *values[AUDIT_SECURITY_VALUES];

            after = db_int(res, i, 0);
            for (int v = 0; v < AUDIT_SECURITY_VALUES; v++)
                values[v] = db_text_or_empty(res, i, 1 + v);
            if (!audit_check_security(r->check, after,
                                      db_instant(res, i, 1 + AUDIT_SECURITY_VALUES), values))
                return no_memory(r);
        }
    } while (n == PAGE);
    return true;
}

static void take_bytes(const struct db_result *res, int i, int column, void *to, size_t size)
{
    size_t len;
    const void *bytes = db_bytes(res, i, column, &len);

    if (bytes && len == size)
        memcpy(to, bytes, size);
}

static bool read_roots(struct reading *r)
{
    const struct db_result *res = &r->call.result;
    int32_t after = DATE_NONE;
    struct db_params p;
    int n;

    do {
        db_params_init(&p);
        db_put_date(&p, after);
        db_put_date(&p, DATE_NONE);
        db_put_int4(&p, PAGE);
        if (!ask(r, DB_AUDIT_ROOTS, &p))
            return false;
        n = db_rows(res);
        for (int i = 0; i < n; i++) {
            struct audit_line line = {0};

            after = db_date(res, i, 0);
            snprintf(line.record, sizeof line.record, "%s", db_text_or_empty(res, i, 2));
            take_bytes(res, i, 3, line.hash, sizeof line.hash);
            take_bytes(res, i, 4, line.signature, sizeof line.signature);
            snprintf(line.key_id, sizeof line.key_id, "%s", db_text_or_empty(res, i, 5));
            line.made_at = db_instant(res, i, 6);
            if (!audit_check_root(r->check, AUDIT_OF_DATABASE, after, &line))
                return no_memory(r);
        }
    } while (n == PAGE);
    return true;
}

static void closed(void *data)
{
    *(bool *)data = true;
}

bool audit_database_read(const char *url, bool progress, struct audit_check *check,
                         struct error *err)
{
    const struct db_options options = {
        .url = url, .name = "motcuad audit", .n = {1, 1, 1}, .is_reader = true};
    struct reading r = {.has_progress = progress, .check = check, .err = err};
    bool ok, is_closed = false;

    uv_loop_init(&r.loop);
    ok = db_schema_check(url, err) && db_new(&r.loop, &options, &r.db, err) &&
         db_wait_ready(r.db, READY_MS, err) && ask(&r, DB_VERIFY_BEGIN, NULL) &&
         read_dossiers(&r) && read_codes(&r) && /* what follows is told by codes */
         read_events(&r) && read_changes(&r) && read_security(&r) && read_roots(&r);
    db_call_deinit(&r.call);
    if (r.db) {
        db_close(r.db, closed, &is_closed);
        while (!is_closed && uv_run(&r.loop, UV_RUN_ONCE))
            ;
    }
    (void)uv_run(&r.loop, UV_RUN_DEFAULT);
    (void)uv_loop_close(&r.loop);
    return ok;
}
